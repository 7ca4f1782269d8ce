"""What a coach and a group are: the words of a group, who may see what, which exercises it shows, and its totals."""

import hashlib
import json
import re
import secrets
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from workbook.answers import accept_line, accept_words
from workbook.content import (
    COACH_KINDS,
    Content,
    Exercise,
    Prompt,
    SeedTrouble,
    Step,
    read_exercise,
)
from workbook.growth import Count
from workbook.refused import Refused

SCOPES = ("steps", "shape", "ticked")
ANSWER = "answer"  # the scope of one shared version; it counts only while `ticked` stands as well
NEVER_SHARED = ("check_in.hid", "member.contact")  # what these prompts fill stays with the person
WORDLESS = ("toggle", "try", "stage")  # a switch, and which hello an answer belongs to: there is nothing to read
NAME_LONGEST = 80
WORDS_LONGEST = 600
MOST_RESOURCES = 8
MOST_SUGGESTED = 3
MOST_ADDED = 12
MOST_PROMPTS = 6
MOST_CHOICES = 12
MOST_SEATS = 10_000
LONGEST_OPEN_DAYS = 366
NOTE_LONGEST = 500
MOST_NOTES_A_DAY = 3  # to one person
MOST_GROUPS = 50
# Signs that turn the order of the words around them (Unicode Bidirectional Algorithm, UAX #9), and letters nobody can see.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
UNSEEN = frozenset("\u3164\u115f\u1160\uffa0\u2800\U0001d159")
ARRANGED = ("reflect", "reach_out", "reconnect", "stay_open")  # the steps a coach may arrange
LANGUAGES = ("en",)  # those the workbook speaks
FEWEST = 5  # people, before a total is told of them
SETTLES = timedelta(weeks=4)  # how long totals rest after fewer than FEWEST went
FROM_THE_FIRST = datetime(1970, 1, 1)  # nobody else was ever counted


# The words of a group


@dataclass(frozen=True, slots=True)
class Card:
    """The coach's own offer: what, when, where, and a link."""

    what: str = ""
    when: str = ""
    where: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing the coach points to."""

    title: str
    words: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """All a coach says of one group; `coach` is the name members know the coach by.

    `added` are exercises as a seed file would hold them; `order` names, for each step, keys of exercises in the order
    they are shown in; `hidden` and `suggested` are keys of exercises; `suggested_on` is the day (ISO 8601) of the suggestion.
    """

    name: str
    coach: str
    welcome: str = ""
    card: Card = Card()
    resources: tuple[Resource, ...] = ()
    newsletter: str = ""
    newsletter_promise: str = ""
    language: str = "en"
    suggested: tuple[str, ...] = ()
    suggested_on: str = ""
    hidden: tuple[str, ...] = ()
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    added: tuple[Mapping[str, Any], ...] = ()


def group_as_data(group: Group) -> dict[str, Any]:
    """A group as JSON holds it."""
    return asdict(group)


def group_of_data(data: Mapping[str, Any]) -> Group:
    """The group again."""
    return Group(
        **{
            **data,
            "card": Card(**data["card"]),
            "resources": tuple(Resource(**one) for one in data["resources"]),
            "suggested": tuple(data["suggested"]),
            "hidden": tuple(data["hidden"]),
            "order": {step: tuple(keys) for step, keys in data["order"].items()},
            "added": tuple(data["added"]),
        }
    )


def accept_group(group: Group, content: Content, was: Group | None = None) -> Group:
    """The group as it can be kept; Refused where a field is empty, too long, or names what is not there.

    `content` holds the exercises every workbook has. What the group `was` named before, and is there no more, is let go.
    """
    if group.language not in LANGUAGES:
        raise Refused("not_offered")
    offered = {e.key for step in arrangeable(content) for e in step.exercises}
    added = tuple(accept_added(one, content) for one in _at_most(group.added, MOST_ADDED))
    keys = offered | {str(one["key"]) for one in added}
    free = {key for key in keys if not is_fixed(content, key)}
    before = was or Group("", "")
    return replace(
        group,
        name=_named(group.name, "group_name_empty"),
        coach=_named(group.coach, "coach_name_empty"),
        welcome=accept_words(group.welcome, WORDS_LONGEST),
        card=_card(group.card),
        resources=tuple(
            Resource(_named(one.title, "resource_empty"), accept_words(one.words, WORDS_LONGEST), _link(one.link))
            for one in _at_most(group.resources, MOST_RESOURCES)
        ),
        newsletter=_link(group.newsletter),
        newsletter_promise=accept_words(group.newsletter_promise, WORDS_LONGEST),
        suggested=_among(_at_most(group.suggested, MOST_SUGGESTED), free, before.suggested),
        suggested_on=_a_day(group.suggested_on),
        hidden=_among(group.hidden, free, before.hidden),
        order={
            step: _among(order, keys, before.order.get(step, ()))
            for step, order in group.order.items()
            if step in ARRANGED
        },
        added=added,
    )


def _card(card: Card) -> Card:
    return Card(accept_line(card.what), accept_line(card.when), accept_line(card.where), _link(card.link))


def suggested_now(group: Group, today: date) -> tuple[str, ...]:
    """What the coach suggests this week: for seven days, from the day it was said."""
    if not group.suggested_on:
        return ()
    since = (today - date.fromisoformat(group.suggested_on)).days
    return group.suggested if -1 <= since < 7 else ()  # it may still be the day before where the person is


def accept_called(name: str) -> str:
    """What a person lets the coach call them; empty is an answer too."""
    return _short(name) if name.strip() else ""


def accept_note(words: str) -> str:
    """A note of encouragement: short, and not empty."""
    kept = accept_words(words, NOTE_LONGEST)
    if not kept.strip():
        raise Refused("note_empty")
    return kept


def _named(name: str, empty: str) -> str:
    kept = _short(name)
    if not kept:
        raise Refused(empty)
    return kept


def _short(name: str) -> str:
    """A name on one line that can be seen, and turns none of the words around it."""
    kept = " ".join(accept_words(name, 100_000).split())
    if len(kept) > NAME_LONGEST:
        raise Refused("short_name_long", most=NAME_LONGEST)
    if any(unicodedata.category(sign) == "Cc" or sign in TURNING for sign in kept):
        raise Refused("text_odd")
    seen = any(unicodedata.category(sign)[0] in "LNPS" and sign not in UNSEEN for sign in kept)
    return kept if seen else ""


def _link(given: str) -> str:
    """A link to a page on the web, or nothing."""
    link = given.strip()
    whole = re.fullmatch(r"https?://[^\s/?#@\"'<>\\]+([/?#][^\s\"'<>\\]*)?", link)
    if link and (len(link) > 500 or not whole or not link.isascii() or not link.isprintable()):
        raise Refused("link_odd")
    return link


def _a_day(given: str) -> str:
    try:
        return date.fromisoformat(given).isoformat() if given else ""
    except ValueError:
        raise Refused("not_offered") from None


def _at_most(given: Sequence[Any], most: int) -> Sequence[Any]:
    if len(given) > most:
        raise Refused("too_many", most=most)
    return given


def _among(given: Iterable[str], offered: Collection[str], before: Collection[str]) -> tuple[str, ...]:
    kept = tuple(key for key in dict.fromkeys(given) if key in offered or key not in before)
    if not set(kept) <= set(offered):
        raise Refused("not_offered")
    return kept


# Exercises


def arrangeable(content: Content) -> tuple[Step, ...]:
    """The steps whose exercises a coach may hide, move and add to; Before you start is none of them."""
    return tuple(step for step in content.steps if step.key in ARRANGED)


def is_fixed(content: Content, key: str) -> bool:
    """Whether an exercise can be neither hidden nor moved: the safety screen."""
    return any(e.key == key and e.kind == "safety" for e in content.exercises)


def known_to_coach(content: Content) -> dict[str, Exercise]:
    """The exercises of which a coach may know that they were opened: those of the four steps, without the safety screen.

    `content` is as the coach's own group has it: what another coach wrote is none of theirs.
    """
    return {e.key: e for step in arrangeable(content) for e in step.exercises if e.kind != "safety"}


def fresh_key(step: str) -> str:
    """A key for a coach-written exercise: random, so that two groups never share one."""
    return f"{step}.group_{secrets.token_hex(8)}"


def accept_added(raw: Mapping[str, Any], content: Content) -> dict[str, Any]:
    """A coach-written exercise, checked as the seeds are; Refused with what is missing."""
    step = str(raw.get("step", ""))
    if step not in ARRANGED:
        raise Refused("not_offered")
    key = str(raw.get("key") or fresh_key(step))
    if not re.fullmatch(rf"{step}\.group_[0-9a-f]{{16}}", key):
        raise Refused("not_offered")
    asked = list(_at_most(raw.get("prompts", ()), MOST_PROMPTS))
    kept = {
        "key": key,
        "step": step,
        "title": _named(str(raw.get("title", "")), "exercise_title_empty"),
        "purpose": accept_words(str(raw.get("purpose", "")), WORDS_LONGEST),
        "prompts": [_prompt(number, one) for number, one in enumerate(asked, 1)],
    }
    if not asked:
        raise Refused("exercise_asks_nothing")
    exercise_of(kept)
    return kept


def _prompt(number: int, raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(raw.get("kind", ""))
    if kind not in COACH_KINDS:
        raise Refused("not_offered")
    ask = " ".join(accept_words(str(raw.get("ask", "")), WORDS_LONGEST).split())
    if not ask:
        raise Refused("question_empty")
    kept: dict[str, Any] = {"key": f"p{number}", "kind": kind, "ask": ask}
    if help_words := " ".join(accept_words(str(raw.get("help", "")), WORDS_LONGEST).split()):
        kept["help"] = help_words
    if kind in ("pick_one", "pick_many"):
        choices = [_short(str(one)) for one in raw.get("choices", ()) if str(one).strip()]
        if len(set(choices)) < 2:
            raise Refused("choices_missing")
        kept["choices"] = list(dict.fromkeys(_at_most(choices, MOST_CHOICES)))
    return kept


def exercise_of(added: Mapping[str, Any], *, by: str = "", hidden: bool = False) -> Exercise:
    """A coach-written exercise as the workbook shows it; `by` says whose it is."""
    prompts = [
        {name: value for name, value in prompt.items() if name != "choices"}
        | ({"options": _options(prompt["choices"])} if "choices" in prompt else {})
        for prompt in added["prompts"]
    ]
    raw = {name: added[name] for name in ("key", "title", "purpose")} | {"kind": "questions", "prompts": prompts}
    try:
        made = read_exercise("this exercise", str(added["step"]), raw)
    except SeedTrouble:
        raise Refused("not_offered") from None
    return replace(made, by=by, hidden=hidden)


def as_added(exercise: Exercise) -> dict[str, Any]:
    """A coach-written exercise as it was added, with the name of its coach: so it is kept with the answers to it."""
    prompts = [
        {"key": p.key, "kind": p.kind, "ask": p.ask, "help": p.help}
        | ({"choices": [o.words for o in p.options]} if p.options else {})
        for p in exercise.prompts
    ]
    said = {"key": exercise.key, "step": exercise.step, "title": exercise.title, "purpose": exercise.purpose}
    return {**said, "prompts": prompts, "by": exercise.by}


def mark_of(exercise: Exercise) -> str:
    """A mark of the words of a coach-written exercise, which may be changed while its page is open; "" for any other."""
    if not exercise.by:
        return ""
    words = {name: said for name, said in as_added(exercise).items() if name != "by"}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:16]


def _options(choices: Sequence[str]) -> list[dict[str, str]]:
    return [{"key": f"c{number}", "words": words} for number, words in enumerate(choices, 1)]


def adapted(content: Content, groups: Sequence[Group], kept: Sequence[Exercise] = ()) -> Content:
    """The content as the members of these groups meet it; the group joined last comes last, and its order holds.

    An exercise is hidden only where every group that has it hides it. `kept` are coach-written exercises this person has answered:
    no group can take those away, nor put other words over the answers. Nothing of Before you start and of the safety screen changes.
    """
    if not groups and not kept:
        return content
    hidden = {key for group in groups for key in group.hidden if _is_hidden(key, groups) and not is_fixed(content, key)}
    order = {step: keys for group in groups for step, keys in group.order.items()}
    as_answered = {e.key: e for e in kept}
    written = {
        key: replace(as_answered.get(key) or exercise_of(one), by=group.coach, hidden=False)
        for group in groups
        for one in group.added
        if (key := str(one["key"]))
    }
    left = {e.key: replace(e, hidden=True) for e in kept if e.key not in written}
    extra = [*written.values(), *left.values()]
    steps = tuple(_arranged(s, order.get(s.key, ()), hidden, extra) if s.key in ARRANGED else s for s in content.steps)
    return replace(content, steps=steps)


def _is_hidden(key: str, groups: Sequence[Group]) -> bool:
    """Whether all that have an exercise hide it: one that a coach wrote is in their own group alone."""
    having = [group for group in groups if any(one["key"] == key for one in group.added)] or groups
    return all(key in group.hidden for group in having)


def _arranged(step: Step, order: Sequence[str], hidden: Collection[str], extra: Sequence[Exercise]) -> Step:
    """The step's exercises in the wanted order; none passes the safety screen, and what is new comes before the closing."""
    own = [e for e in step.exercises if not e.key.endswith(".closing")]
    closing = [e for e in step.exercises if e.key.endswith(".closing")]
    everything = [*own, *(e for e in extra if e.step == step.key), *closing]
    wanted = {key: place for place, key in enumerate(order)}
    shelves: list[list[Exercise]] = [[]]
    for exercise in everything:
        if exercise.kind == "safety":
            shelves += [[exercise], []]
        else:
            shelves[-1].append(exercise)
    arranged = [e for shelf in shelves for e in _in_order(shelf, wanted)]
    shown = [replace(e, hidden=True) if e.key in hidden else e for e in arranged]
    return replace(step, exercises=tuple(shown))


def _in_order(shelf: list[Exercise], wanted: Mapping[str, int]) -> list[Exercise]:
    """Those named take, in the named order, the places that those named held."""
    named = iter(sorted((e for e in shelf if e.key in wanted), key=lambda e: wanted[e.key]))
    return [next(named) if e.key in wanted else e for e in shelf]


# Invitations


@dataclass(frozen=True, slots=True)
class Invite:
    """A link into a group: for many (`kind` "group", so many `seats`) or for one person ("personal").

    Times are naive UTC; `used` counts who joined by it and, for a group link, is still there. `label` is the coach's own.
    """

    invite_id: str
    group_id: str
    coach_id: str
    kind: str
    seats: int
    expires_at: datetime
    closed_at: datetime | None
    used: int
    made_at: datetime
    label: str = ""

    def state(self, now: datetime) -> str:
        """`open`, or why not: `closed`, `expired`, `used` (a personal link, once) or `full`."""
        if self.closed_at is not None:
            return "closed"
        if self.used >= self.seats:
            return "used" if self.kind == "personal" else "full"
        return "expired" if self.expires_at <= now else "open"


def accept_invite(kind: str, seats: int, days: int) -> tuple[int, timedelta]:
    """How many may use a link and for how long; Refused outside of what is offered."""
    if kind not in ("group", "personal"):
        raise Refused("not_offered")
    seats = 1 if kind == "personal" else seats
    if not 1 <= seats <= MOST_SEATS or not 1 <= days <= LONGEST_OPEN_DAYS:
        raise Refused("not_offered")
    return seats, timedelta(days=days)


# What a coach sees


@dataclass(frozen=True, slots=True)
class Seen:
    """A person as the desk lists them: only what is consented to; what is not is None, and what is shared may be empty.

    `opened` counts exercises opened in each step, `active` is the Monday of the last week one was opened in. `shape` is
    how many stood in each ring on each of the desk's days. `ticked` counts the answers shared.
    """

    membership_id: str
    called: str
    joined: date
    scopes: frozenset[str]
    notes_off: bool
    opened: Mapping[str, int] | None = None
    active: date | None = None
    shape: tuple[Count, ...] | None = None
    ticked: int | None = None


@dataclass(frozen=True, slots=True)
class SharedAnswer:
    """One version of one answer that a person ticked: the question, the words, and the week it was saved in.

    `about` names the member it is about, as they were called when it was ticked; `scale` holds what 0 means, the highest
    number and what that means, where `words` is a number; `day` is an answer that is a day, and then there are no words.
    """

    answer_id: str
    exercise: str
    title: str
    question: str
    words: str
    week: date
    about: str = ""
    scale: tuple[str, int, str] | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class SeenPerson:
    """One person's page on the desk. `steps` holds, for each exercise opened, its step, title, and the first and last week."""

    summary: Seen
    steps: tuple[tuple[str, str, date, date], ...] | None = None
    shape: tuple[Count, ...] | None = None
    answers: tuple[SharedAnswer, ...] | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A group's totals; None where they would tell of fewer than five people.

    `joined` is how many are in the group. `opened`: for each step, of how many people who share theirs how many have
    opened a page of it. `shape`: for each of the board's days all that stand in each ring, over all who share theirs.
    """

    joined: int
    steps_of: int | None
    opened: Mapping[str, int | None] | None
    shape_of: int | None
    shape: tuple[Count, ...] | None


def week_of(day: date) -> date:
    """The Monday of a day's week: nothing finer is shown of when somebody was here."""
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True)
class Overview:
    """What the desk opens with: the coach's groups by id, and of one of them its people and totals."""

    groups: Mapping[str, Group]
    group_id: str
    people: Sequence[Seen]
    board: Board


def desk_days(today: date, count: int = 8, apart: int = 28) -> tuple[date, ...]:
    """The days a pod's shape is looked at, the oldest first: today, and every four weeks before, each a Sunday.

    So they stay the same all week: days that moved on with each look would give away the day of every past move.
    """
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    return (*(sunday - timedelta(days=apart * back) for back in range(count - 1, 0, -1)), today)


def may_be_shared(exercise: Exercise, prompt: Prompt) -> bool:
    """Whether an answer can be ticked at all: what the safety screen holds, what one hid, and what says nothing, can not."""
    return exercise.kind != "safety" and prompt.kind not in WORDLESS and prompt.fills not in NEVER_SHARED


# Totals


def told(count: int, of: int) -> int | None:
    """How many of so many people, or None where it would speak of fewer than five: of those who did, or of those who did not."""
    if of < FEWEST or 0 < count < FEWEST or 0 < of - count < FEWEST:
        return None
    return count


@dataclass(frozen=True, slots=True)
class Counted:
    """Of whom a total is made, when it was told last, and since when it is they (naive UTC)."""

    people: frozenset[str]
    told_at: datetime
    since: datetime


def count_now(before: Counted | None, sharing: Collection[str], now: datetime) -> Counted | None:
    """Of whom a group's totals are made now, or None while they rest. `sharing` are those who share now.

    One or a few more or fewer between two totals would tell what just these people have. So newcomers are counted once
    there are five of them; and where fewer than five went, the totals rest until four weeks after they were last told:
    by then the numbers of all the others have moved on. No third set of people is counted within four weeks either:
    two changes by five can come to a change by one.
    """
    them = frozenset(sharing)
    if len(them) < FEWEST:
        return None
    if before is None:
        return Counted(them, now, FROM_THE_FIRST)
    gone, new = before.people - them, them - before.people
    settled = now.date() - before.told_at.date() > SETTLES  # told again on the same day, it is kept as told once
    if settled and (gone or new):
        return Counted(them, now, now)
    may_change = now - before.since >= SETTLES
    if may_change and len(new) >= FEWEST and not 0 < len(gone) < FEWEST:
        return Counted(them, now, now)
    if not gone:
        return replace(before, told_at=now)
    left = before.people - gone
    if may_change and len(gone) >= FEWEST and len(left) >= FEWEST:
        return Counted(left, now, now)
    return None


def told_days(days: Sequence[date], counted: Counted) -> tuple[date, ...]:
    """Those of the days for which a total of these people may be told: an earlier one was told of others already."""
    return tuple(day for day in days if day >= counted.since.date())
