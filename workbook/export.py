"""Taking it all away: the rows of the CSV files and the codebook that explains them, defined in one place.

The result of the safety screen and all that is asked there never leave the workbook.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from workbook.answers import GOOD_FOR, left_open
from workbook.content import Content, Exercise, Option, Prompt
from workbook.csv_files import BOM, LINE_END, Cell, Row, csv_file, zip_file
from workbook.growth import Count, growth
from workbook.pod import Member

if TYPE_CHECKING:
    from workbook.my_workbook import MyWorkbook
    from workbook.store.answers import Saved
    from workbook.store.tries import Try

FORMAT = 2  # of the files together; a workbook reads its own and every earlier one
PEOPLE = ("person", "pet")
CHECKED = ("alone", "energy", "word", "listened", "touched", "last_step", "hid")
OSSS3 = ("osss3_1", "osss3_2", "osss3_3")
TRIED = ("state", "sent_on", "text", "expected", "felt", "after_feel", "outcome")
PLANNED = ("cue", "act", "fallback", "rehearsed")


def progress(book: MyWorkbook) -> bytes:
    """How far each exercise has come, as one CSV file."""
    return _PROGRESS.file(_notes(book))


def everything(book: MyWorkbook) -> bytes:
    """All that the person wrote, as a ZIP of CSV files with a codebook."""
    notes = _notes(book)
    return zip_file(_files(notes), notes.today)


def files(book: MyWorkbook) -> dict[str, bytes]:
    """The same files by name, unpacked."""
    return dict(_files(_notes(book)))


def _files(notes: _Notes) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", _codebook(notes).replace("\n", LINE_END).encode()
    for table in TABLES:
        yield f"{table.name}.csv", table.file(notes)


def _notes(book: MyWorkbook) -> _Notes:
    """As of one moment: a move of somebody added a moment later would be a move of nobody."""
    return book.at_one_moment(lambda: _Notes(book))


class _Notes:
    """The whole workbook, read once."""

    def __init__(self, book: MyWorkbook) -> None:
        self.content = book.content
        self.zone = book.zone
        self.today = book.today
        self.members = book.members()
        self.names = {member.member_id: member.name for member in self.members}
        self.known = book.known()
        self.added_on = book.added_on()
        self.moves = book.moves()
        self.tries = book.tries()
        self.touches = book.touches()
        self.choices = {name: said for name, said in book.choices().items() if not name.startswith(UNSEEN)}
        self.origin = book.origin()
        self.carried = book.carried()
        self.progress = book.progress()
        self.consents = book.consents()
        self.memberships = book.sharing.memberships()
        self.groups = {m.group_id: (m.group, m.coach) for m in self.memberships}
        self.led = book.sharing.led()
        self.looks = book.sharing.looks()
        self.notes = book.sharing.notes()
        self.exercises = {exercise.key: exercise for exercise in book.content.exercises}
        self.prompts = {(e.key, prompt.key): prompt for e in book.content.exercises for prompt in e.prompts}
        self.words = self._words_by_kind()
        answers = book.everything_answered()
        self.answered = {(s.exercise, s.prompt) for s in answers if not left_open(self.asked(s), s.value)}
        screens = {exercise.key for exercise in self.exercises.values() if exercise.kind == "safety"}
        self.answers = [saved for saved in answers if saved.exercise not in screens]

    def asked(self, saved: Saved) -> Prompt:
        """The prompt an answer belongs to, also where the words no longer have it."""
        key = saved.exercise, saved.prompt
        if key not in self.prompts:
            self.prompts[key] = Prompt(saved.prompt, "line", "")
        return self.prompts[key]

    def said(self, member_id: str, field: str) -> str:
        """What is known of a member beyond the fields of Member."""
        known = self.known.get((member_id, field))
        return str(known.value) if known else ""

    def _words_by_kind(self) -> dict[str, dict[str, str]]:
        """For each kind of prompt that picks something by its key: the words of each key."""
        doors = {str(door["key"]): str(door["title"]) for door in self.content.doors}
        lines = {str(line["key"]): str(line["name"]) for line in self.content.help_lines}
        tries = {one.try_id: self.names.get(one.member_id, "") for one in self.tries}
        picked = {"country": self.content.countries, "doors": doors | lines, "help_lines": lines, "try": tries}
        return picked | dict.fromkeys(NAMING, self.names)


UNSEEN = ("origin", "brought", "carried.")  # choices that only these files need
MOMENTS = ("recorded_at", "looked_at", "sent_at")
UNLISTED = (
    "quiet_until",
    "ring_answered",
    "apart",
    "honest",
    "imperfect",
    "pictured",
    "parted",
    "was",
)  # noted of a member, in no column of people.csv and resources.csv
NEVER_NOTED = ("contact", "someone", "shown", "once_called", "name", "kind")
LISTED = ("kind", "heard", "asked", "last_touch", "gives_takes", "rhythm", "state")  # what of a member is a key
NAMING = ("member", "members", "names", "leave_off", "ring_each_member", "ring_one")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `choices` says where its keys come from, `since` from which form of the files on there is one.

    Each choice is an option list (“heard”), one option of it (“good_for.listen”), what a prompt with these options
    fills (“try.state”), or the prompts that fill something of a kind (“consent.”).
    """

    name: str
    meaning: str
    choices: tuple[str, ...] = ()
    since: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file: what it holds, its columns, and where its rows come from."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    rows: Callable[[_Notes], Iterable[Row]]

    def file(self, notes: _Notes) -> bytes:
        """The file itself."""
        return csv_file([column.name for column in self.columns], self.rows(notes))


def _bundle(notes: _Notes) -> Iterator[Row]:
    yield {"format": FORMAT, "workbook": notes.origin, "made_on": notes.today}


def _people(notes: _Notes) -> Iterator[Row]:
    for order, member in enumerate(notes.members, 1):
        if member.kind in PEOPLE:
            yield _member(notes, member, order)


def _resources(notes: _Notes) -> Iterator[Row]:
    for order, member in enumerate(notes.members, 1):
        if member.kind not in PEOPLE:
            from_words = {field: notes.said(member.member_id, field) for field in ("door", "line")}
            yield {**_member(notes, member, order), **from_words}


def _member(notes: _Notes, member: Member, order: int) -> dict[str, Cell]:
    touch = notes.known.get((member.member_id, "last_touch"))
    return {
        "member_id": member.member_id,
        "name": member.name,
        "also_called": "\n".join(member.also_called),
        "kind": member.kind,
        "ring": member.place,
        "since": member.since,
        "added_on": notes.added_on.get(member.member_id),
        "how_known": member.how_known,
        **{f"good_for_{area}": area in member.good_for for area in GOOD_FOR},
        "heard": member.heard,
        "asked": member.asked,
        "last_touch": member.last_touch,
        "last_touch_on": touch.on_day if touch and touch.value else None,
        "closeness": member.closeness,
        "gives_takes": member.gives_takes,
        "rhythm": member.rhythm,
        "notes": member.notes,
        "how": member.how,
        "state": member.state,
        "look_again": _day_or_words(member.look_again),
        "next_step": member.next_step,
        "order": order,
    }


def _ring_moves(notes: _Notes) -> Iterator[Row]:
    before: dict[str, str] = {}
    numbered = enumerate(notes.moves, 1)
    for order, move in sorted(numbered, key=lambda one: (one[1].on_day, one[0])):
        yield {
            "move_id": move.move_id,
            "member_id": move.member_id,
            "name": notes.names.get(move.member_id, ""),
            "day": move.on_day,
            "from_ring": before.get(move.member_id, ""),
            "to_ring": move.place,
            "reason": move.reason,
            "recorded_at": _moment(move.recorded_at, move.zone),
            "order": order,
        }
        before[move.member_id] = move.place


def _tries(notes: _Notes) -> Iterator[Row]:
    for order, one in enumerate(notes.tries, 1):
        yield {
            **_try(notes, one),
            **{field: one.fields.get(field, "") for field in TRIED},
            **{field: _day_or_words(str(one.fields.get(field) or "")) for field in ("state_on", "sent_on")},
            "saved_at": _moment(one.recorded_at, one.zone),
            "order": order,
        }


def _plans(notes: _Notes) -> Iterator[Row]:
    for one in notes.tries:
        if any(one.fields.get(field) for field in PLANNED):
            act = str(one.fields.get("act", ""))
            offered = _offered_act(notes, one, act)
            yield {
                **_try(notes, one),
                "cue": one.fields.get("cue", ""),
                "act": offered.words if offered else act,
                "act_option": offered.key if offered else "",
                "fallback": one.fields.get("fallback", ""),
                "rehearsed": bool(one.fields.get("rehearsed")),
            }


def _try(notes: _Notes, one: Try) -> dict[str, Cell]:
    return {
        "try_id": one.try_id,
        "member_id": one.member_id,
        "name": notes.names.get(one.member_id, ""),
        "exercise": _begun_in(one),
        "occasion": _day_or_words(_occasion(one.began_via)),
        "began_on": one.on_day,
    }


def _occasion(via: str) -> str:
    return via.partition("|")[2]


def _day_or_words(text: str) -> Cell:
    """A day written as words, as a day: so a spreadsheet may take it for one."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-03-09") else text
    except ValueError:
        return text


def _begun_in(one: Try) -> str:
    return one.began_via.partition("|")[0]


def _offered_act(notes: _Notes, one: Try, act: str) -> Option | None:
    """In some exercises a step is picked rather than written."""
    exercise = notes.exercises.get(_begun_in(one))
    prompts = [p for p in exercise.prompts if p.fills == "try.act"] if exercise else []
    return next((option for p in prompts for option in p.options if option.key == act), None)


def _touches(notes: _Notes) -> Iterator[Row]:
    for order, touch in enumerate(notes.touches, 1):
        yield {
            "touch_id": touch.touch_id,
            "member_id": touch.member_id,
            "name": notes.names.get(touch.member_id, ""),
            "day": touch.on_day,
            "how": touch.how,
            "noted_in": touch.via.partition("|")[0],
            "occasion": _day_or_words(_occasion(touch.via)),
            "recorded_at": _moment(touch.recorded_at, touch.zone),
            "order": order,
        }


def _choices_made(notes: _Notes) -> Iterator[Row]:
    for name, (value, on_day) in notes.choices.items():
        yield {"choice": name, "value": value, "chosen_on": on_day}


def _noted(notes: _Notes) -> Iterator[Row]:
    """What is known of each member by the day it was noted; what is asked on the screen is not among it.

    Of whoever is of another kind by now, that the five taps come first all the same: never what they found.
    """
    order = {member.member_id: number for number, member in enumerate(notes.members)}
    listed = ((order[m], field, known) for (m, field), known in notes.known.items() if m in order)
    for member in notes.members:
        if member.someone and member.kind not in PEOPLE:
            yield {
                "member_id": member.member_id,
                "name": member.name,
                "what": "someone",
                "value": member.someone,
                "noted_on": notes.added_on.get(member.member_id),
                "noted_in": "",
                "occasion": "",
            }
    for number, field, known in sorted(listed, key=lambda one: one[:2]):
        member_id = notes.members[number].member_id
        if field not in NEVER_NOTED:
            yield {
                "member_id": member_id,
                "name": notes.names[member_id],
                "what": field,
                "value": _unlisted(known.value) if _is_unlisted(field, notes.members[number]) else "",
                "noted_on": known.on_day,
                "noted_in": known.via.partition("|")[0],
                "occasion": _day_or_words(_occasion(known.via)),
            }


def _is_unlisted(field: str, member: Member) -> bool:
    """Whether no column of the other files says it: the door or line somebody was, before they were a person, is in none."""
    return field in UNLISTED or (field in ("door", "line") and member.kind in PEOPLE)


def _unlisted(value: Any) -> Cell:
    return " ".join(value) if isinstance(value, list) else _day_or_words(value) if isinstance(value, str) else value


def _answers(notes: _Notes) -> Iterator[Row]:
    order = 0
    ids = set[str]()
    for saved in notes.answers:
        answer_id = saved.answer_id if saved.answer_id not in ids else _other_id(saved)
        ids.add(answer_id)
        prompt = notes.asked(saved)
        occasion = _day_or_words(saved.occasion)
        for value, option in _said(notes, prompt, saved.value) or (("", ""),):
            order += 1
            yield {
                "answer_id": answer_id,
                "step": saved.exercise.partition(".")[0],
                "exercise": saved.exercise,
                "prompt": saved.prompt,
                "question": prompt.ask,
                "occasion": occasion,
                "about": saved.about,
                "about_name": notes.names.get(saved.about, ""),
                "value": value,
                "option": option,
                "saved_at": _moment(saved.recorded_at, saved.zone),
                "order": order,
            }


def _other_id(saved: Saved) -> str:
    """An id for an answer whose own another one has, as files taken in gave some; the same in every export."""
    words = "|".join((saved.answer_id, saved.exercise, saved.prompt, saved.occasion, saved.about))
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _said(notes: _Notes, prompt: Prompt, value: Any) -> Sequence[tuple[Cell, str]]:
    """What an answer says, with keys where things were picked; most are words or a number and nothing else."""
    if prompt.options or prompt.kind in notes.words or isinstance(value, list):
        return [*_picks(notes, prompt, value)]
    return () if left_open(prompt, value) else ((value, ""),)


def _picks(notes: _Notes, prompt: Prompt, value: Any) -> Iterator[tuple[Cell, str]]:
    """Each thing an answer says, with its key where it was picked; whoever was forgotten is left out."""
    words = notes.words.get(prompt.kind)
    for one in value if isinstance(value, list) else [value]:
        if left_open(prompt, one):
            continue
        if words is None:
            yield _option(prompt, one)
        elif one in words:
            yield words[one], one
        elif prompt.kind not in (*NAMING, "try"):
            yield one, one


def _option(prompt: Prompt, value: Any) -> tuple[Cell, str]:
    if prompt.options:
        return prompt.words_of(value), value
    return (_day_or_words(value) if prompt.kind == "later_each_member" else value), ""


def _check_ins(notes: _Notes) -> Iterator[Row]:
    return check_ins(notes.answers, notes.prompts, notes.names)


def _measures(notes: _Notes) -> Iterator[Row]:
    return measures(notes.answers, notes.prompts)


def _pod_over_time(notes: _Notes) -> Iterator[Row]:
    return counts(growth(notes.moves, notes.today))


class Answered(Protocol):
    """What the files that count read of an answer."""

    @property
    def exercise(self) -> str: ...
    @property
    def prompt(self) -> str: ...
    @property
    def occasion(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def on_day(self) -> date: ...


def check_ins(
    answers: Iterable[Answered], prompts: Mapping[tuple[str, str], Prompt], names: Mapping[str, str]
) -> Iterator[Row]:
    """The rows of check_ins.csv."""
    for (occasion, exercise), said in _by_occasion(answers, prompts, "check_in.", apart=True):
        touched = [one for one in said.fields.get("touched", ()) if one in names]
        yield {
            "day": said.day,
            "occasion": occasion,
            "exercise": exercise,
            **{field: said.fields.get(field) for field in CHECKED},
            "touched": len(touched) if "touched" in said.fields else None,
        }


def measures(answers: Iterable[Answered], prompts: Mapping[tuple[str, str], Prompt]) -> Iterator[Row]:
    """The rows of measures.csv."""
    for (occasion, _), said in _by_occasion(answers, prompts, "measure.", apart=False):
        scores = {item: int(said.fields[item]) if item in said.fields else None for item in OSSS3}
        given = [score for score in scores.values() if score is not None]
        yield {
            "day": said.day,
            "occasion": _day_or_words(occasion),
            **scores,
            "osss3_total": sum(given) if len(given) == len(OSSS3) else None,
            "overlap": said.fields.get("overlap"),
        }


@dataclass(slots=True)
class _Said:
    day: date
    fields: dict[str, Any]


def _by_occasion(
    answers: Iterable[Answered], prompts: Mapping[tuple[str, str], Prompt], fills: str, *, apart: bool
) -> list[tuple[tuple[str, str], _Said]]:
    """What was said on each occasion in prompts that fill `fills…`; `apart`: a row for each exercise."""
    filling = {key: prompt for key, prompt in prompts.items() if prompt.fills.startswith(fills)}
    rows: dict[tuple[str, str], _Said] = {}
    for saved in answers:
        prompt = filling.get((saved.exercise, saved.prompt))
        if prompt and not left_open(prompt, saved.value):
            key = (saved.occasion, saved.exercise if apart else "")
            if key not in rows:
                rows[key] = _Said(_day_of(saved), {})
            rows[key].fields[prompt.fills.removeprefix(fills)] = saved.value
    return sorted(rows.items(), key=lambda item: (item[1].day, item[0]))


def _day_of(saved: Answered) -> date:
    """The day an occasion is named after; an answer mended later still speaks of that day."""
    try:
        return date.fromisoformat(saved.occasion[:10])
    except ValueError:
        return saved.on_day


def _progress(notes: _Notes) -> Iterator[Row]:
    for one in notes.progress:
        screen = one.exercise.kind == "safety"
        prompts = [] if screen else one.exercise.shown
        yield {
            "step": one.exercise.step,
            "exercise": one.exercise.key,
            "title": one.exercise.title,
            "opened": one.opened,
            "answered": sum((one.exercise.key, prompt.key) in notes.answered for prompt in prompts),
            "prompts": len(prompts),
            "last_saved": None if screen else _moment(one.last_saved, one.zone),
        }


def counts(counted: Iterable[Count]) -> Iterator[Row]:
    """The rows of pod_over_time.csv."""
    for count in counted:
        yield {"day": count.day, "core": count.core, "movable": count.movable, "outer": count.outer}


def _brought(notes: _Notes, table: str) -> Iterator[Row]:
    """Rows that came along from files: they say what was, and mean nothing here."""
    columns = next(one.columns for one in TABLES if one.name == table)
    for row in notes.carried.get(table, ()):  # a column may be younger than the row
        cells = {column.name: row.get(column.name, "") for column in columns}
        yield {name: _moment_of(cell, notes.zone) if name in MOMENTS else cell for name, cell in cells.items()}


def _moment_of(written: str, zone: str) -> datetime | None:
    return _moment(datetime.fromisoformat(written), zone) if written else None


def _consents(notes: _Notes) -> Iterator[Row]:
    yield from _brought(notes, "consents")
    for event in notes.consents:
        yield {
            "recorded_at": _moment(event.recorded_at, notes.zone),
            "scope": event.scope,
            "answer_id": event.answer_id,
            **_in_group(notes, event.group_id),
            "state": event.state,
        }


def _memberships(notes: _Notes) -> Iterator[Row]:
    yield from _brought(notes, "memberships")
    for event in notes.memberships:
        yield {
            "recorded_at": _moment(event.recorded_at, notes.zone),
            **_in_group(notes, event.group_id),
            "called": event.called,
            "state": event.state,
        }


def _looks(notes: _Notes) -> Iterator[Row]:
    yield from _brought(notes, "looks")
    for look in reversed(notes.looks):
        yield {
            "looked_at": _moment(look.at, notes.zone),
            "group_name": look.group,
            "coach": look.coach,
            "what": look.what,
            "scopes": " ".join(look.scopes),
        }


def _coach_notes(notes: _Notes) -> Iterator[Row]:
    yield from _brought(notes, "notes")
    for one in notes.notes:
        yield {
            "sent_at": _moment(one.recorded_at, notes.zone),
            "way": one.way,
            **_in_group(notes, one.group_id),
            "words": one.words,
            "called": one.called,
        }


def _led_groups(notes: _Notes) -> Iterator[Row]:
    yield from _brought(notes, "groups_led")
    for group_id, group in notes.led.items():
        yield {
            "group": group_id,
            "name": group.name,
            "coach": group.coach,
            "welcome": group.welcome,
            "card_what": group.card.what,
            "card_when": group.card.when,
            "card_where": group.card.where,
            "card_link": group.card.link,
            "resources": "\n".join(" · ".join(filter(None, (r.title, r.words, r.link))) for r in group.resources),
            "newsletter": group.newsletter,
            "newsletter_promise": group.newsletter_promise,
            "suggested": " ".join(group.suggested),
            "hidden": " ".join(group.hidden),
        }


def _written_exercises(notes: _Notes) -> Iterator[Row]:
    yield from _brought(notes, "exercises_written")
    for group_id, group in notes.led.items():
        for exercise in group.added:
            for prompt in exercise["prompts"]:
                yield {
                    "group": group_id,
                    "exercise": exercise["key"],
                    "title": exercise["title"],
                    "purpose": exercise["purpose"],
                    "prompt": prompt["key"],
                    "kind": prompt["kind"],
                    "question": prompt["ask"],
                    "choices": "\n".join(prompt.get("choices", ())),
                }


def _kept_exercises(notes: _Notes) -> Iterator[Row]:
    for exercise in notes.exercises.values():
        if exercise.by:
            for prompt in exercise.prompts:
                yield {
                    "exercise": exercise.key,
                    "step": exercise.step,
                    "by": exercise.by,
                    "title": exercise.title,
                    "purpose": exercise.purpose,
                    "prompt": prompt.key,
                    "kind": prompt.kind,
                    "question": prompt.ask,
                    "help": prompt.help,
                    "choices": "\n".join(option.words for option in prompt.options),
                }


def _in_group(notes: _Notes, group_id: str) -> dict[str, Cell]:
    """A group by its id and, where one was in it, by the names it had then."""
    led = notes.led.get(group_id)
    name, coach = (led.name, led.coach) if led else notes.groups.get(group_id, ("", ""))
    return {"group": group_id, "group_name": name, "coach": coach}


def _moment(at: datetime | None, zone: str) -> datetime | None:
    """A naive-UTC time with the offset that held in the zone."""
    if at is None:
        return None
    there = ZoneInfo(zone)
    return there.fromutc(at.replace(tzinfo=there))


_ORDER = Column("order", "Which came first, from 1 on, also where these rows are sorted another way.", since=2)
_OCCASION = Column("occasion", "The occasion, as in answers.csv; empty where there is none.")
_NAME = Column("name", "Their name at the time of this export.")
_MEMBER_ID = Column("member_id", "Who or what it is about; the same id in every file.")
_MEMBER = (
    Column("member_id", "The id by which other files speak of this one."),
    Column("name", "The name or nickname."),
    Column("also_called", "Other names that you made one with this one, a line each."),
    Column("kind", "What kind of member it is.", ("kinds",)),
    Column("ring", "The place on the map at the time of this export.", ("places",)),
    Column("since", "The day from which it holds that place; empty if it was never placed."),
    Column("added_on", "The day it was added."),
    Column("how_known", "How you know each other."),
    *(
        Column(f"good_for_{area}", "Whether you look there for this kind of help.", (f"good_for.{area}",))
        for area in GOOD_FOR
    ),
    Column("heard", "Whether you feel heard.", ("heard",)),
    Column("asked", "Whether you asked about being in your pod.", ("asked",)),
    Column("last_touch", "When you were last in touch, as it was noted.", ("last_touch",)),
    Column("last_touch_on", "The day that was noted."),
    Column("closeness", "How close you feel: 0 not close yet, 10 very close."),
    Column("gives_takes", "How it is between you.", ("gives_takes",)),
    Column("rhythm", "How often you would like to be in touch; empty means as their ring.", ("rhythms",)),
    Column("notes", "Your notes."),
    Column("how", "How to reach it, such as an address on the web."),
    Column("state", "Where it stands.", ("resource_state",)),
    Column("look_again", "The day you wanted to look at it again."),
    Column("next_step", "The next step you noted."),
    Column("order", "Which was added first, counted through people.csv and resources.csv.", since=2),
)
_GROUP = (
    Column("group", "The id of the group; empty while there is none."),
    Column("group_name", "The name of the group when you joined."),
    Column("coach", "The coach, by the name you know them by."),
)
_TRY = (
    Column("try_id", "The id of the try; tries.csv and plans.csv share it."),
    _MEMBER_ID,
    _NAME,
    Column("exercise", "The exercise it began in."),
    _OCCASION,
    Column("began_on", "The day it began."),
)

_PROGRESS = Table(
    "progress",
    "One row for each exercise, in the order of the workbook.",
    (
        Column("step", "The step it belongs to."),
        Column("exercise", "The key of the exercise."),
        Column("title", "Its title."),
        Column("opened", "The first day you opened it; empty if you have not."),
        Column("answered", "How many of its prompts hold an answer."),
        Column("prompts", "How many prompts it has. There is no need to answer all."),
        Column("last_saved", "When you last saved something in it."),
    ),
    _progress,
)

TABLES = (
    Table(
        "bundle",
        "One row about these files together. A workbook needs it to take them in again.",
        (
            Column("format", "Which form of these files this is."),
            Column("workbook", "A random mark of the workbook they come from. It says nothing about you."),
            Column("made_on", "The day they were made."),
        ),
        _bundle,
    ),
    Table("people", "One row for each person or pet, wherever they stand.", _MEMBER, _people),
    Table(
        "ring_moves",
        "One row for each dated change of place, oldest day first.",
        (
            Column("move_id", "The id of the move."),
            _MEMBER_ID,
            _NAME,
            Column("day", "The day from which it holds."),
            Column("from_ring", "The place before; empty if there was none.", ("places",)),
            Column("to_ring", "The place from then on.", ("places",)),
            Column("reason", "Your reason, if you gave one."),
            Column("recorded_at", "When you noted it."),
            _ORDER,
        ),
        _ring_moves,
    ),
    Table(
        "tries",
        "One row for each try: a hello, a visit or a small planned step.",
        (
            *_TRY,
            Column("state", "Where it stands.", ("try.state",)),
            Column("state_on", "The day it came to stand there."),
            Column("sent_on", "The day you noted it as sent."),
            Column("text", "The words, if you chose to keep them."),
            Column("expected", "How you thought it would feel.", ("try.expected",)),
            Column("felt", "How it felt.", ("try.felt",)),
            Column("after_feel", "What it took."),
            Column("outcome", "What came back.", ("try.outcome",)),
            Column("saved_at", "When you last saved something about it."),
            _ORDER,
        ),
        _tries,
    ),
    Table(
        "plans",
        "One row for each try with a plan in it.",
        (
            *_TRY,
            Column("cue", "If this happens …"),
            Column("act", "… then I will."),
            Column("act_option", "The key of the act, where it was picked and not written.", ("try.act",)),
            Column("fallback", "If that gets hard."),
            Column("rehearsed", "Whether you read the plan back to yourself."),
        ),
        _plans,
    ),
    Table(
        "touches",
        "One row for each time you noted that you were in touch with someone.",
        (
            Column("touch_id", "The id of this time."),
            _MEMBER_ID,
            _NAME,
            Column("day", "The day you were in touch."),
            Column("how", "The way, if you said.", ("touch_ways",)),
            Column("noted_in", "The exercise it was noted in; empty where you noted it by itself."),
            _OCCASION,
            Column("recorded_at", "When you noted it."),
            _ORDER,
        ),
        _touches,
    ),
    Table(
        "choices",
        "One row for each thing you chose for the workbook itself.",
        (
            Column(
                "choice",
                "rhythm.core, .movable and .outer: how often for that ring; paused: things were hard again; low_energy: that day.",
            ),
            Column("value", "What you chose: empty means not at all; TRUE or FALSE for a pause.", ("rhythms",)),
            Column("chosen_on", "The day you chose it."),
        ),
        _choices_made,
    ),
    Table(
        "resources",
        "One row for each group, place, helper, help line or other resource, wherever it stands.",
        (
            *_MEMBER,
            Column("door", "The key of the door it was saved from."),
            Column("line", "The key of the help line it was saved from."),
        ),
        _resources,
    ),
    Table(
        "noted",
        "One row for each thing known of a member: the day it was noted, and where. The other files say what.",
        (
            _MEMBER_ID,
            _NAME,
            Column("what", "The column of people.csv or resources.csv; good_for.listen is good_for_listen."),
            Column(
                "value",
                "Only where no other file says it. quiet_until: “not now” holds until then; ring_answered: after how many"
                " moments of kindness the question about the ring was answered; apart: marks that two share who are not the same;"
                " honest, imperfect: the two questions of belonging; pictured: FALSE where left out of replay and print; parted: died;"
                " was: the ids of all who were made one with them; door, line: of a person, the door or line they were saved as;"
                " someone: of whoever is of another kind by now, that the five taps come first (once, asked).",
                ("heard", "parted"),
            ),
            Column("noted_on", "The day it was noted."),
            Column("noted_in", "The exercise it was noted in; map where you noted it on the map."),
            _OCCASION,
        ),
        _noted,
    ),
    Table(
        "answers",
        "One row for each answer as it stands; where you picked several, one row for each; emptied again, a row without a value.",
        (
            Column("answer_id", "The id of the answer; rows with the same id belong together."),
            Column("step", "The step."),
            Column("exercise", "The key of the exercise."),
            Column("prompt", "The key of the prompt in the exercise."),
            Column("question", "What was asked, in today's words."),
            Column("occasion", "The day a repeated exercise was begun, with .2, .3 for more on that day."),
            Column("about", "The member_id, where the same is asked about each member."),
            Column("about_name", "Their name at the time of this export."),
            Column("value", "The answer: your words, a number, TRUE or FALSE, or the words of what you picked."),
            Column("option", "The key of what you picked: an option, a member_id or a try_id."),
            Column("saved_at", "When you saved it."),
            _ORDER,
        ),
        _answers,
    ),
    Table(
        "check_ins",
        "One row for each check-in.",
        (
            Column("day", "The day it is about."),
            Column("occasion", "As in answers.csv."),
            Column("exercise", "The exercise it was made in."),
            Column("alone", "How alone you felt: 0 not at all, 10 very."),
            Column("energy", "How much energy you had: 0 none, 10 plenty."),
            Column("word", "Your word for the week."),
            Column("listened", "Whether someone really listened.", ("check_in.listened",)),
            Column("touched", "How many you were in touch with; answers.csv says whom."),
            Column("last_step", "What came of the last small step.", ("check_in.last_step",)),
            Column("hid", "Whether you hid how you were.", ("check_in.hid",)),
        ),
        _check_ins,
    ),
    Table(
        "measures",
        "One row for each day on which you answered the three questions or set the two circles.",
        (
            Column("day", "The day."),
            Column("occasion", "As in answers.csv."),
            *(
                Column(item, f"Three quick questions, the {place}: its score.", (f"measure.{item}",))
                for item, place in zip(OSSS3, ("first", "second", "third"), strict=True)
            ),
            Column("osss3_total", "The three scores added up, 3 to 14; empty unless all three are there."),
            Column("overlap", "Me and my pod: how far the circles overlap, 0 to 100."),
        ),
        _measures,
    ),
    _PROGRESS,
    Table(
        "exercises_kept",
        "One row for each question of an exercise that a coach wrote and you answered or can answer.",
        (
            Column("exercise", "The key of the exercise."),
            Column("step", "The step it belongs to."),
            Column("by", "The coach who wrote it."),
            Column("title", "Its title."),
            Column("purpose", "What it is for."),
            Column("prompt", "The key of the question."),
            Column("kind", "What kind of question it is."),
            Column("question", "The question."),
            Column("help", "The hint under it."),
            Column("choices", "What could be picked, a line each."),
        ),
        _kept_exercises,
    ),
    Table(
        "pod_over_time",
        "One row for each day on which someone's ring changed, and for the day of this export.",
        (
            Column("day", "The day; each number is as the day ended."),
            Column("core", "How many stood in the Core Circle."),
            Column("movable", "How many were Movable People."),
            Column("outer", "How many were Outer Resources."),
        ),
        _pod_over_time,
    ),
    Table(
        "consents",
        "One row each time you allowed someone to see something, or took that back.",
        (
            Column("recorded_at", "When."),
            Column(
                "scope", "What it is about; answer is one ticked answer, notes are notes from a coach.", ("consent.",)
            ),
            Column("answer_id", "Which answer, as in answers.csv; an earlier version has an id of its own."),
            *_GROUP,
            Column("state", "granted or withdrawn."),
        ),
        _consents,
    ),
    Table(
        "memberships",
        "One row each time you joined or left a group, or anything else changed in it.",
        (
            Column("recorded_at", "When."),
            *_GROUP,
            Column("called", "What the coach may call you."),
            Column(
                "state",
                "joined, renamed (what the coach may call you), left (by you), ended (by the coach), let go (the coach"
                " ended it for you alone), told (you saw that it ended), paused (a restored backup ended what you shared)"
                " or told of pause (you saw that).",
            ),
        ),
        _memberships,
    ),
    Table(
        "looks",
        "One row each time a coach looked at what you share.",
        (
            Column("looked_at", "When."),
            Column("group_name", "The group."),
            Column("coach", "The coach."),
            Column("what", "list (among others), page (yours alone) or file (taken away)."),
            Column("scopes", "What you shared then, and so what they saw."),
        ),
        _looks,
    ),
    Table(
        "notes",
        "One row for each note from a coach, or to someone in your group if you are one.",
        (
            Column("sent_at", "When."),
            Column("way", "received or sent."),
            *_GROUP,
            Column("words", "The note."),
            Column("called", "For a note you sent: what you may call them now; empty once they left.", since=2),
        ),
        _coach_notes,
    ),
    Table(
        "groups_led",
        "One row for each group you lead as a coach.",
        (
            Column("group", "The id of the group."),
            Column("name", "Its name."),
            Column("coach", "What its members call you."),
            Column("welcome", "Your welcome words."),
            Column("card_what", "Your own card: what."),
            Column("card_when", "When."),
            Column("card_where", "Where."),
            Column("card_link", "Its link."),
            Column("resources", "What you point to, a line each."),
            Column("newsletter", "The link to your newsletter."),
            Column("newsletter_promise", "What you promise about it."),
            Column("suggested", "The exercises you suggest, by key."),
            Column("hidden", "The exercises you left out, by key."),
        ),
        _led_groups,
    ),
    Table(
        "exercises_written",
        "One row for each question of an exercise you wrote for a group.",
        (
            Column("group", "The id of the group."),
            Column("exercise", "The key of the exercise."),
            Column("title", "Its title."),
            Column("purpose", "What it is for."),
            Column("prompt", "The key of the question."),
            Column("kind", "What kind of question it is."),
            Column("question", "The question."),
            Column("choices", "What could be picked, a line each."),
        ),
        _written_exercises,
    ),
)

_HOW_TO_READ = """\
Your notes, as files
====================

Made on {day}, time zone {zone}.

These files hold what you wrote. Keep them where only you can open them.

Left out: earlier versions of an answer, your passphrase, and all that the page
“{screen}” asks or finds. None of that leaves the workbook.

How to read the files
---------------------

- Each is a table. Most spreadsheets open it with a double click or a tap.
- Days look like 2026-03-09. Times look like 2026-03-09T14:02:00+01:00, where the
  end says how far the clock was from UTC in your time zone when you saved.
- Yes and no are written TRUE and FALSE. An empty cell was left open.
- Some cells hold a short key, such as not_yet. What each key means is said below.
- Words that a spreadsheet could run as a formula, or take for a number or a day,
  have an apostrophe (') put before them, and so have words that begin with one.
  Take one away to get exactly what you wrote.
- A workbook can take these files in again, under “Mine to keep”, as a ZIP. It reads
  the values here, and leaves aside what it can count by itself: check_ins.csv,
  measures.csv, pod_over_time.csv, and in other files the names, the questions, the
  ring and since in people.csv and resources.csv, and from_ring.
- The long ids are made up by chance. They join the rows of one file to another.
"""


def _codebook(notes: _Notes) -> str:
    """Every file and column in words, from the same definitions the files are written by."""
    screen = next((e.title for e in notes.content.exercises if e.kind == "safety"), "")
    parts = [BOM + _HOW_TO_READ.format(day=notes.today.isoformat(), zone=notes.zone, screen=screen)]
    held = _held(notes)
    parts += [_about_table(notes.content, table, held) for table in TABLES]
    parts.append(_heading("What was asked, and what could be picked"))
    parts += [_about_exercise(exercise, held) for exercise in notes.content.exercises if exercise.kind != "safety"]
    return "\n".join(parts)


Held = Mapping[tuple[str, str], Iterable[str]]


def _held(notes: _Notes) -> Held:
    """All keys in use, by table and column and by exercise and prompt: some may be offered no more."""
    held: dict[tuple[str, str], dict[str, None]] = {}

    def hold(of: str, by: str, value: Iterable[Any]) -> None:
        held.setdefault((of, by), {}).update(dict.fromkeys(str(one) for one in value if one))

    for member in notes.members:
        table = "people" if member.kind in PEOPLE else "resources"
        for column in LISTED:
            hold(table, column, [getattr(member, column)])
        hold("noted", "value", [member.parted])
    hold("touches", "how", [touch.how for touch in notes.touches])
    for saved in notes.answers:
        if notes.asked(saved).options:
            hold(saved.exercise, saved.prompt, saved.value if isinstance(saved.value, list) else [saved.value])
    return held


def _about_table(content: Content, table: Table, held: Held) -> str:
    lines = [_heading(f"{table.name}.csv"), table.meaning, ""]
    for column in table.columns:
        lines.append(f"{column.name}: {column.meaning}")
        lines += _choice_lines(_choices(content, column), held.get((table.name, column.name), ()))
    return "\n".join([*lines, ""])


def _about_exercise(exercise: Exercise, held: Held) -> str:
    lines = [f"{exercise.key} ({exercise.title})"]
    for prompt in exercise.prompts:
        lines.append(f"  {prompt.key}: {prompt.ask}")
        offered = {option.key: option.words for option in prompt.options}
        lines += _choice_lines(offered, held.get((exercise.key, prompt.key), ()))
    return "\n".join([*lines, ""])


def _choice_lines(choices: Mapping[str, str], held: Iterable[str]) -> list[str]:
    """A line for each key that can be picked, then for each that was and is offered no more."""
    all_keys = {**choices, **{key: key for key in held if key not in choices}}
    return [f"    {key} = {words}" for key, words in all_keys.items()]


def _choices(content: Content, column: Column) -> dict[str, str]:
    """The keys a column's cells may hold, with their words."""
    prompts = [prompt for exercise in content.exercises for prompt in exercise.prompts]
    choices: dict[str, str] = {}
    for source in column.choices:
        name, _, only = source.partition(".")
        listed = [option for option in content.options.get(name, ()) if only in ("", option.key)]
        filling = [option for prompt in prompts if prompt.fills == source for option in prompt.options]
        choices |= {option.key: option.words for option in (*listed, *filling)}
        if source.endswith("."):
            choices |= {p.fills.removeprefix(source): p.ask for p in prompts if p.fills.startswith(source)}
    return choices


def _heading(words: str) -> str:
    return f"{words}\n{'-' * len(words)}\n"
