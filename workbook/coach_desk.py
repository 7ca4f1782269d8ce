"""CoachDesk: all that one coach may read, decided by the consents that stand, and the groups and links they make.

Nothing here writes to a person's rows but what these rules ask for: a row in the log for every look, a note in their
inbox, and the end of a membership when a group ends, or ends for one of them.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from workbook import coaching, codes
from workbook.answers import SLIDER_ENDS
from workbook.coaching import Board, Counted, Group, Invite, Overview, Seen, SeenPerson, SharedAnswer, week_of
from workbook.content import Content, Prompt
from workbook.csv_files import Row, csv_file
from workbook.growth import Count, growth
from workbook.ladder import NOT_AGAIN
from workbook.logbook import note
from workbook.pod import RINGS, Move
from workbook.refused import Refused
from workbook.store import groups, looks, members
from workbook.store.groups import Note
from workbook.store.looks import Eyes, Listed
from workbook.store.opening import Pen, Store, new_id

TOKEN_BYTES = 24  # 192 bits
LONGEST_FILE = timedelta(weeks=520)  # a file goes ten years back
NAMING = ("member", "members", "names", "leave_off", "ring_each_member", "ring_one")
CSV_COLUMNS = {
    "group": "The name of the group.",
    "person": "What the person lets you call them.",
    "person_key": "The same in every row of one person.",
    "week": "The Monday of the week.",
    "steps_shared": "Whether the person shares which steps they opened; where not, the next columns are empty.",
    "opened_reflect": "Exercises of Reflect opened for the first time in this week.",
    "opened_reach_out": "The same for Reach Out.",
    "opened_reconnect": "The same for Reconnect with Resources.",
    "opened_stay_open": "The same for Stay Open.",
    "shape_shared": "Whether the person shares the shape of their pod; where not, the next columns are empty.",
    "core": "How many stood in the Core Circle at the end of the week.",
    "movable": "How many were Movable People.",
    "outer": "How many were Outer Resources.",
    "answers_shared": "How many answers saved in this week are shared with you; the words themselves are not in this file.",
}


class CoachDesk:
    """Bound to one coach: other coaches' groups, links and people cannot even be asked for.

    `clock` gives naive UTC. A group or person that is not this coach's, or not there, is Refused alike (`not_here`).
    """

    def __init__(self, store: Store, content: Content, coach_id: str, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self.content = content
        self.coach_id = coach_id

    @property
    def today(self) -> date:
        """The day it is, in UTC."""
        return self._clock().date()

    # Groups

    def groups(self) -> dict[str, Group]:
        """This coach's groups by id, the one changed last first."""
        return groups.of_coach(self._store, self.coach_id)

    def group(self, group_id: str) -> Group:
        """One of them."""
        found = self.groups().get(group_id)
        if found is None:
            raise Refused("not_here")
        return found

    def make_group(self, group: Group) -> str:
        """A new group's id; Refused where its words cannot be taken, and to whoever is no coach any more."""
        kept = coaching.accept_group(group, self.content)
        group_id = new_id()
        with self._pen() as pen:
            if not groups.is_coach(self._store, self.coach_id):
                raise Refused("not_here")
            if len(self.groups()) >= coaching.MOST_GROUPS:
                raise Refused("too_many", most=coaching.MOST_GROUPS)
            groups.keep(pen, group_id, kept)
        note("group_made", person=self.coach_id)
        return group_id

    def change_group(self, group_id: str, change: Group | Callable[[Group], Group]) -> None:
        """Other words for a group, or what becomes of those it has; what is the same already is not kept again.

        `change` is asked under the lock: nothing that another window keeps is lost by it.
        """
        with self._pen(group_id) as pen:
            was = self.group(group_id)
            kept = coaching.accept_group(change if isinstance(change, Group) else change(was), self.content, was)
            if kept != was:
                groups.keep(pen, group_id, kept)

    def delete_group(self, group_id: str) -> None:
        """End a group for good: its links are closed, nothing is shared with it any more, and its members are told."""
        self.group(group_id)
        groups.end(self._store, self.coach_id, group_id, self._clock())
        note("group_deleted", person=self.coach_id)

    def add_exercise(self, group_id: str, exercise: Mapping[str, Any]) -> str:
        """A coach-written exercise for this group; its key. Refused with what is missing."""
        added = coaching.accept_added({**exercise, "key": ""}, self.content)
        self.change_group(group_id, lambda was: replace(was, added=(*was.added, added)))
        return str(added["key"])

    def mend_exercise(
        self,
        group_id: str,
        key: str,
        title: str | None,
        purpose: str | None,
        prompts: Mapping[str, tuple[str | None, str | None]],
    ) -> None:
        """Other words for a coach-written exercise; `prompts` gives each question, by its key, its words and its hint.

        What is None stays as it is, and so does how a question is answered. Who answered already keeps the words they
        answered.
        """

        def mended(one: Mapping[str, Any]) -> Mapping[str, Any]:
            if prompts.keys() != {prompt["key"] for prompt in one["prompts"]}:
                raise Refused("not_here")
            asked = [
                {**prompt, **_said_of({"ask": prompts[prompt["key"]][0], "help": prompts[prompt["key"]][1]})}
                for prompt in one["prompts"]
            ]
            said = _said_of({"title": title, "purpose": purpose})
            return coaching.accept_added({**one, **said, "prompts": asked}, self.content)

        def change(was: Group) -> Group:
            if key not in [one["key"] for one in was.added]:
                raise Refused("not_here")
            return replace(was, added=tuple(mended(one) if one["key"] == key else one for one in was.added))

        self.change_group(group_id, change)

    def remove_exercise(self, group_id: str, key: str) -> None:
        """Take a coach-written exercise out of the group; who answered it keeps it with their answers."""
        self.change_group(
            group_id,
            lambda was: replace(
                was,
                added=tuple(one for one in was.added if one["key"] != key),
                suggested=tuple(k for k in was.suggested if k != key),
                hidden=tuple(k for k in was.hidden if k != key),
                order={step: tuple(k for k in keys if k != key) for step, keys in was.order.items()},
            ),
        )

    def content_of(self, group_id: str) -> Content:
        """The exercises as a member of this group alone meets them."""
        return coaching.adapted(self.content, [self.group(group_id)])

    # Links

    def invites(self, group_id: str) -> list[Invite]:
        """A group's links, the newest first; their tokens are known to nobody any more."""
        self.group(group_id)
        return groups.invites(self._store, self.coach_id, group_id)

    def invite(self, group_id: str, *, kind: str = "group", seats: int = 30, days: int = 28, label: str = "") -> str:
        """A new link's token, told this once: 192 random bits, of which only a fingerprint is kept."""
        seats, lasts = coaching.accept_invite(kind, seats, days)
        label = coaching.accept_called(label)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._pen(group_id) as pen:
            made = Invite(new_id(), group_id, self.coach_id, kind, seats, pen.now + lasts, None, 0, pen.now, label)
            groups.add_invite(pen, made, codes.fingerprint(token))
        note("invite_made", person=self.coach_id, what=kind)
        return token

    def close_invite(self, group_id: str, invite_id: str) -> None:
        """Nobody joins by this link any more; who has joined stays."""
        if invite_id not in {one.invite_id for one in self.invites(group_id)}:
            raise Refused("not_here")
        with self._pen(group_id) as pen:
            groups.close_invite(pen, invite_id)
        note("invite_closed", person=self.coach_id)

    # People

    def overview(self, wanted: str = "") -> Overview | None:
        """What the desk opens with: of the group wanted, or else the one changed last; None where there is no group."""
        with self._store.writing() as tx:
            mine = groups.of_coach(self._store, self.coach_id, run=tx.run)
            if not mine:
                return None
            group_id = wanted if wanted in mine else next(iter(mine))
            eyes = looks.of_coach(tx.run, self.coach_id, group_id)
            listed = self._listed(eyes, mine[group_id])
            looks.note_looks(eyes, "list", self._clock())
            board = self._board_of(eyes, listed)
        note("coach_looked", what="list", person=self.coach_id)
        there = (
            one for one in listed if self._store.keys.has(one.summary[0][0])
        )  # not who deleted everything just now
        return Overview(mine, group_id, [self._seen(one) for one in there], board)

    def people(self, group_id: str) -> list[Seen]:
        """Everyone in the group, in the order they joined, each with what they share and nothing else."""
        group = self.group(group_id)
        with self._looking(group_id, "list") as eyes:
            return [self._seen(one) for one in self._listed(eyes, group)]

    def person(self, group_id: str, membership_id: str) -> SeenPerson:
        """One person's page: what they share, and nothing else."""
        with self._looking(group_id, "page", membership_id) as eyes:
            return self._page(eyes, membership_id)

    def board(self, group_id: str) -> Board:
        """The group's totals alone, summed by the database: in a large group that is much quicker than one row a person.

        It reads nobody in particular: whoever shares less than asked for is not in them.
        """
        known, days = self._known(self.group(group_id)), _board_days(self.today)
        with self._store.writing() as tx:  # who shares must not change between the statements
            eyes = looks.of_coach(tx.run, self.coach_id, group_id)
            sharing = looks.sharing(eyes)
            steps, shape = self._whom_to_count(eyes, sharing)
            opened = looks.people_by_step(eyes, known, _part(steps, sharing["steps"])) if steps else {}
            stood = looks.shape_of_all(eyes, _part(shape, sharing["shape"]), days) if shape else ()
            joined = looks.joined(eyes)
        return _board(joined, steps, [opened.get(step, 0) for step in coaching.ARRANGED], shape, stood)

    def weeks(self, group_id: str) -> bytes:
        """A CSV file of what is shared: one row for each person and week (`CSV_COLUMNS`)."""
        group = self.group(group_id)
        with self._looking(group_id, "file") as eyes:
            summaries = [(row[0][0], summary_of(row, self._store)) for row in looks.people(eyes)]
            opened = looks.opened(eyes, self._known(group))
            moved, ticked = looks.moves(eyes), looks.answers_by_week(eyes)
        by_person = [_by_person(found) for found in (opened, moved, ticked)]
        note("exported", what="group", person=self.coach_id)
        return csv_file(
            list(CSV_COLUMNS),
            (
                {"group": group.name, **week}
                for person_id, summary in summaries
                for week in self._weeks(summary, *(found.get(person_id, []) for found in by_person))
            ),
        )

    def let_go(self, group_id: str, membership_id: str) -> None:
        """End the group for one person: nothing is shared any more, their workbook stays, and they are told."""
        self.group(group_id)
        if not groups.let_go(self._store, self.coach_id, group_id, membership_id, self._clock()):
            raise Refused("not_here")
        note("let_go", person=self.coach_id)

    # Notes

    def send_note(self, group_id: str, membership_id: str, words: str) -> None:
        """A short note of encouragement to one person; Refused where they switched notes off."""
        words, now = coaching.accept_note(words), self._clock()
        with self._store.engine.lock:  # what allows it must not change before it is kept
            found = self._inside(group_id, membership_id)
            if found[3]:
                raise Refused("notes_off")
            of_today = [n for n in self.notes(group_id, membership_id) if n.recorded_at > now - timedelta(days=1)]
            if len(of_today) >= coaching.MOST_NOTES_A_DAY:
                raise Refused("notes_enough")
            to = (found[0][0], membership_id, group_id)
            groups.send_note(self._store, self.coach_id, to, words, now)
        note("note_sent", person=self.coach_id)

    def notes(self, group_id: str, membership_id: str) -> list[Note]:
        """The notes this coach sent to one person of the group, the newest first."""
        self._inside(group_id, membership_id)
        mine = groups.notes(self._store, self.coach_id)
        return [n for n in reversed(mine) if n.way == "sent" and n.membership_id == membership_id]

    # Within

    def _known(self, group: Group) -> list[str]:
        """The exercises of which a group's coach may know that they were opened; the coach's own are among them."""
        return list(coaching.known_to_coach(coaching.adapted(self.content, [group])))

    def _listed(self, eyes: Eyes, group: Group) -> list[Listed]:
        return looks.listed(eyes, self._known(group), coaching.ARRANGED, coaching.desk_days(self.today))

    @contextmanager
    def _pen(self, group_id: str = "") -> Iterator[Pen]:
        """The coach's own rows, in one transaction; Refused for a group that is not theirs."""
        with self._store.at(self._clock) as now, self._store.pen(self.coach_id, now, now.date(), "UTC") as pen:
            if group_id and not pen.run(groups.OWN_GROUP, g=group_id):
                raise Refused("not_here")
            yield pen

    @contextmanager
    def _looking(self, group_id: str, what: str, membership_id: str = "") -> Iterator[Eyes]:
        """Read people, and note it in their logs: both or neither."""
        with self._store.writing() as tx:
            eyes = looks.of_coach(lambda sql, params: tx.run(sql, params), self.coach_id, group_id)
            self._refuse_foreign(eyes, group_id)
            yield eyes
            looks.note_looks(eyes, what, self._clock(), membership_id)
        note("coach_looked", what=what, person=self.coach_id)

    def _refuse_foreign(self, eyes: Eyes, group_id: str) -> None:
        if not eyes.run(groups.OWN_GROUP, {"person_id": self.coach_id, "g": group_id}):
            raise Refused("not_here")

    def _eyes(self, group_id: str) -> Eyes:
        return looks.of_coach(self._store.engine.read, self.coach_id, group_id)

    def _inside(self, group_id: str, membership_id: str) -> Any:
        """One person's place in the group: it tells no more than that they are in it."""
        found = looks.people(self._eyes(group_id), membership_id or "none")
        if not found:
            raise Refused("not_here")
        return found[0]

    def _page(self, eyes: Eyes, membership_id: str) -> SeenPerson:
        found = looks.people(eyes, membership_id or "none")
        if not found:
            raise Refused("not_here")
        return seen_person(eyes, self._store, self.content, found[0], self.today)

    def _seen(self, one: Listed) -> Seen:
        summary = replace(summary_of(one.summary, self._store), shape=one.shape)
        if one.opened is None:
            return summary
        opened = {step: count for step, count in zip(coaching.ARRANGED, one.opened, strict=True) if count}
        return replace(summary, opened=opened, active=week_of(one.last) if one.last else None)

    def _board_of(self, eyes: Eyes, listed: list[Listed]) -> Board:
        """The same totals, of what was read for the list."""
        sharing = {s: frozenset(_id(one) for one in listed if s in one.summary[1]) for s in coaching.SCOPES}
        steps, shape = self._whom_to_count(eyes, sharing)
        opened = [one.opened for one in listed if steps and one.opened and _id(one) in steps.people]
        shapes = [one.shape for one in listed if shape and one.shape and _id(one) in shape.people]
        by_step = [sum(count > 0 for count in counts) for counts in zip(*opened, strict=True)]
        days = _board_days(self.today)
        stood = [_together(on_day) for on_day in zip(*shapes, strict=True) if on_day[0].day in days]
        return _board(len(listed), steps, by_step, shape, stood)

    def _whom_to_count(
        self, eyes: Eyes, sharing: Mapping[str, frozenset[str]]
    ) -> tuple[Counted | None, Counted | None]:
        """Whose steps and whose shape totals are made of; kept, so that the next ones can be compared with these."""
        coach_id, group_id = self.coach_id, str(eyes.params["group_id"])
        before, now = looks.counted(eyes.run, coach_id, group_id), self._clock()
        told = {s: coaching.count_now(before.get(s), sharing.get(s, frozenset()), now) for s in ("steps", "shape")}
        shown = {scope: one for scope, one in told.items() if one}
        if any(scope not in before or one.people != before[scope].people for scope, one in shown.items()):
            looks.count_again(eyes.run, coach_id, group_id, shown)
        elif any(one.told_at.date() != before[scope].told_at.date() for scope, one in shown.items()):
            looks.told_again(eyes.run, coach_id, group_id, sorted(shown), now)
        return told["steps"], told["shape"]

    def _weeks(self, summary: Seen, opened: list[Any], moved: list[Any], ticked: list[Any]) -> Iterator[Row]:
        first_days = [*(one[2] for one in opened), *(one[3] for one in moved), *(one[1] for one in ticked)]
        if not summary.scopes:
            return
        steps, rings = "steps" in summary.scopes, "shape" in summary.scopes
        first_opened = Counter((one[1].partition(".")[0], week_of(one[2])) for one in opened)
        answered = Counter(week_of(one[1]) for one in ticked)
        counts = _by_week(growth([Move(m[1], m[2], m[3], int(m[4])) for m in moved], self.today))
        changed = {one.day: one for one in counts}
        last = week_of(self.today)
        week = max(week_of(min([*first_days, summary.joined])), last - LONGEST_FILE)
        shape = next((one for one in reversed(counts) if one.day <= week), Count(week, 0, 0, 0))
        while week <= last:
            shape = changed.get(week, shape)
            yield {
                "person": summary.called,
                "person_key": summary.membership_id,
                "week": week,
                "steps_shared": steps,
                **{f"opened_{key}": first_opened[key, week] if steps else None for key in coaching.ARRANGED},
                "shape_shared": rings,
                **{ring: getattr(shape, ring) if rings else None for ring in RINGS},
                "answers_shared": answered[week] if "ticked" in summary.scopes else None,
            }
            week += timedelta(weeks=1)


def _said_of(words: Mapping[str, str | None]) -> dict[str, str]:
    """Those that are said anew."""
    return {name: said for name, said in words.items() if said is not None}


def _id(one: Listed) -> str:
    return str(one.summary[0][0])


def _board_days(today: date) -> tuple[date, ...]:
    """The days whose totals the board may tell: today, and every eight weeks before, over half a year."""
    return coaching.desk_days(today)[1::2]


def _part(counted: Counted, sharing: frozenset[str]) -> list[str] | None:
    """Those to count by name, or None where it is everyone who shares."""
    return None if counted.people == sharing else sorted(counted.people)


def _board(
    joined: int, steps: Counted | None, by_step: Sequence[int], shape: Counted | None, stood: Sequence[Count]
) -> Board:
    of = len(steps.people) if steps else 0
    days = coaching.told_days([one.day for one in stood], shape) if shape else ()
    return Board(
        joined,
        of or None,
        {s: coaching.told(n, of) for s, n in zip(coaching.ARRANGED, by_step, strict=True)} if steps else None,
        len(shape.people) if shape else None,
        tuple(one for one in stood if one.day in days) if shape else None,
    )


def _together(counts: Sequence[Count]) -> Count:
    """All that stood in each ring on one day."""
    core, movable, outer = (sum(getattr(one, ring) for one in counts) for ring in RINGS)
    return Count(counts[0].day, core, movable, outer)


def summary_of(row: Any, store: Store) -> Seen:
    """What every member shows: what they let the coach call them, the week they joined, and what they share."""
    (person_id, membership_id, joined_at, sealed, named_in, *_), scopes, ticked, notes_off = row
    said = json.loads(store.sealer(person_id).open(bytes(sealed), "memberships", named_in, "sealed"))
    shared = ticked if "ticked" in scopes else None
    return Seen(membership_id, said["called"], week_of(joined_at.date()), scopes, notes_off, ticked=shared)


def seen_person(eyes: Eyes, store: Store, content: Content, row: Any, today: date) -> SeenPerson:
    """One person's page, by these eyes: the coach's, or the person's own when they ask what would be seen."""
    summary = summary_of(row, store)
    person_id = row[0][0]
    found = groups.group_of(store, str(eyes.params["group_id"]))
    ours = coaching.adapted(content, [found[1]] if found else [])
    titled = coaching.known_to_coach(ours)
    steps = shape = answers = None
    if "steps" in summary.scopes:
        steps = tuple(
            (titled[key].step, titled[key].title, week_of(first), week_of(last))
            for _, key, first, last in looks.opened(eyes, list(titled), person_id)
        )
    if "shape" in summary.scopes:
        moved = looks.moves(eyes, person_id)
        shape = _by_week(growth([Move(m[1], m[2], m[3], int(m[4])) for m in moved], today))
    if "ticked" in summary.scopes:
        kept = [coaching.exercise_of(one) for one in groups.kept_exercises(store, person_id)]
        answered = coaching.adapted(content, [found[1]] if found else [], kept)
        answers = tuple(_answers(eyes, store, answered, person_id))
    active = max((last for *_, last in steps), default=None) if steps else None
    return SeenPerson(replace(summary, active=active), steps, shape, answers)


def _answers(eyes: Eyes, store: Store, content: Content, person_id: str) -> Iterator[SharedAnswer]:
    sealer = store.sealer(person_id)
    for answer_id, key, prompt_key, about, on_day, sealed, ticked_at in looks.answers(eyes, person_id):
        exercise = next((e for e in content.exercises if e.key == key), None)
        prompt = next((p for p in exercise.prompts if p.key == prompt_key), None) if exercise else None
        if exercise is None or prompt is None or not coaching.may_be_shared(exercise, prompt):
            continue
        value = json.loads(sealer.open(bytes(sealed), "answers", answer_id, "sealed"))
        names_then = partial(members.names_then, store, person_id, ticked_at, answer_id)
        yield SharedAnswer(
            *(answer_id, key, exercise.title, prompt.ask),
            *(_said(prompt, value, names_then, content), week_of(on_day)),
            about=names_then().get(about, "") if about else "",
            scale=(prompt.low, SLIDER_ENDS[prompt.kind][1], prompt.high) if prompt.kind in SLIDER_ENDS else None,
            day=_day(prompt, value),
        )


def _day(prompt: Prompt, value: Any) -> date | None:
    """The day a member is to be looked at again; None for any other answer."""
    is_day = prompt.kind == "later_each_member" and value not in (None, "", NOT_AGAIN)
    return date.fromisoformat(str(value)) if is_day else None


def _said(prompt: Prompt, value: Any, names_then: Callable[[], Mapping[str, str]], content: Content) -> str:
    """An answer in words: members by the names they had when it was ticked, and a person's own words as they are."""
    if isinstance(value, bool):
        return "✓" if value else "–"
    if _day(prompt, value):
        return ""
    values = value if isinstance(value, list) else [value]
    if prompt.kind in NAMING:
        called: Mapping[str, str] = names_then()
    elif prompt.kind in ("doors", "help_lines"):
        rows = (*(content.doors if prompt.kind == "doors" else ()), *content.help_lines)
        called = {str(row["key"]): str(row.get("title") or row.get("name")) for row in rows}
    elif prompt.kind == "country":
        called = content.countries
    elif prompt.options:
        called = {option.key: option.words for option in prompt.options}
    else:
        return ", ".join(str(one) for one in values if one not in (None, ""))
    return ", ".join(called[str(one)] for one in values if str(one) in called)


def _by_week(counts: list[Count]) -> tuple[Count, ...]:
    """The last of each week, dated to its Monday: the days on which somebody was here are nobody else's."""
    return tuple(
        {week_of(one.day): Count(week_of(one.day), one.core, one.movable, one.outer) for one in counts}.values()
    )


def _by_person(rows: list[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return found
