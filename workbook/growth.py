"""Growth: the dated rows replayed – people per ring, help covered, ties in touch, tries, check-ins. Pure: no clock.

Only what was noted is counted, and a gap stays a gap. Counts take in everyone; names only those who may be named.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from workbook.in_touch import PEOPLE, rests
from workbook.pod import RINGS, Member, Move, RingStay

KINDS_OF_HELP = ("listen", "practical", "company", "knows", "advice", "emergency")
GIVES_TAKES = ("gives", "both", "takes")
SPANS = {"weeks": 28, "months": 182, "all": None}  # days
IN_TOUCH_DAYS = 30
FEWEST_CHECK_INS = 3  # a line through one or two says more than is known


@dataclass(frozen=True, slots=True)
class Count:
    """How many stood in each ring at the end of a day, and whose place on the map changed on it."""

    day: date
    core: int
    movable: int
    outer: int
    changed: frozenset[str] = field(default=frozenset(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StorySummary:
    """What the growth picture shows, without words.

    `changed_place`: how many members came, went or moved after the first day. `longest`: the two days furthest apart
    with nothing changed in between, the last day counting as an end; the earliest of equals.
    """

    first_day: date
    last_day: date
    then: Count
    now: Count
    changed_place: int
    longest: tuple[date, date]


def growth(moves: Iterable[Move], until: date, since: date | None = None) -> list[Count]:
    """A row for each day on which someone's ring changed, and always for the first day and `until`.

    The first day is `since`, or else the day of the first move; without any day to show, there is no row.
    """
    known = sorted((move for move in moves if move.on_day <= until), key=lambda move: (move.on_day, move.seq))
    first_day = since or (known[0].on_day if known else None)
    if first_day is None or first_day > until:
        return []
    first, rows = Count(first_day, 0, 0, 0), []
    for row in _rows(known):
        if row.day > first_day:
            rows.append(row)
        else:
            changed = row.changed if row.day == first_day else frozenset[str]()
            first = Count(first_day, row.core, row.movable, row.outer, changed)
    return _with_ends(first, rows, until)


def coverage(members: Iterable[Member]) -> dict[str, Counter[str]]:
    """For each kind of help, in the workbook's order, how many in each ring are good for it."""
    covered: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS_OF_HELP}
    for member in members:
        if member.place in RINGS:
            for kind in set(member.good_for) & covered.keys():
                covered[kind][member.place] += 1
    return covered


def story(counts: Sequence[Count]) -> StorySummary | None:
    """The rows of `growth` in a few facts; None when there are no rows."""
    if not counts:
        return None
    first, last = counts[0], counts[-1]
    changed = frozenset[str]().union(*(row.changed for row in counts[1:]))
    turns = [first, *(row for row in counts[1:] if row.changed)]
    spans = list(pairwise([*(row.day for row in turns), last.day]))
    longest = max(spans, key=lambda span: span[1] - span[0])
    return StorySummary(first.day, last.day, first, last, len(changed), longest)


def changed_place(moves: Iterable[Move]) -> int:
    """How many members ever left a ring they stood in, inward, outward or off the map: all three are the same to it."""
    stood: dict[str, str] = {}
    changed: set[str] = set()
    for move in sorted(moves, key=lambda move: (move.on_day, move.seq)):
        if stood.get(move.member_id, move.place) != move.place and stood[move.member_id] in RINGS:
            changed.add(move.member_id)
        stood[move.member_id] = move.place
    return len(changed)


def _rows(known: Iterable[Move]) -> Iterator[Count]:
    """One row for each day on which someone's ring is another than the evening before; `known` is in order."""
    rings: dict[str, str] = {}
    counted = Counter(dict.fromkeys(RINGS, 0))
    for day, of_the_day in groupby(known, key=lambda move: move.on_day):
        last = {move.member_id: move.place for move in of_the_day}
        changed = set()
        for member_id, place in last.items():
            now, before = place if place in RINGS else "", rings.get(member_id, "")
            if now != before:
                changed.add(member_id)
                counted[before] -= 1
                counted[now] += 1
                rings[member_id] = now
        if changed:
            yield Count(day, counted["core"], counted["movable"], counted["outer"], frozenset(changed))


def _with_ends(first: Count, rows: list[Count], until: date) -> list[Count]:
    counts = [first, *rows]
    last = counts[-1]
    if last.day < until:
        counts.append(Count(until, last.core, last.movable, last.outer))
    return counts


# The growth board


class Stretch(NamedTuple):
    """From the first day to the end of the last."""

    first: date
    last: date


class Amount(NamedTuple):
    """How many, from this day on."""

    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One try that went out on a day, and whether an answer of any sort came back."""

    day: date
    answered: bool = False


class Said(NamedTuple):
    """What was said on a scale on a day."""

    day: date
    value: int


def first_day(span: str, earliest: date, today: date) -> date:
    """The first day of a span that ends today; never before there was anything."""
    days = SPANS[span]
    return earliest if days is None else max(earliest, today - timedelta(days=days - 1))


def help_over_time(
    stays: Iterable[RingStay], noted: Mapping[tuple[str, str], date], today: date, since: date
) -> dict[str, dict[str, list[Stretch]]]:
    """When each kind of help was covered in each ring: by someone who stood there and was noted as good for it.

    `noted`: for each member and kind that holds today, the day it was noted. What was taken back is not known any more.
    """
    kinds: dict[str, list[tuple[str, date]]] = {}
    for (member_id, kind), day in noted.items():
        kinds.setdefault(member_id, []).append((kind, day))
    found: dict[str, dict[str, list[Stretch]]] = {kind: {ring: [] for ring in RINGS} for kind in KINDS_OF_HELP}
    for stay in stays:
        last = today if stay.until is None else min(today, stay.until - timedelta(days=1))
        for kind, day in kinds.get(stay.member_id, ()):
            first = max(stay.first_day, day, since)
            if first <= last and kind in found:
                found[kind][stay.ring].append(Stretch(first, last))
    return {kind: {ring: _joined(one) for ring, one in rings.items()} for kind, rings in found.items()}


def in_touch_over_time(contacts: Iterable[tuple[str, date]], today: date, since: date) -> list[Amount]:
    """With how many there was a contact within the last 30 days: for `since`, each day it became another, and today."""
    days_of: dict[str, list[Stretch]] = {}
    for member_id, day in contacts:
        if day <= today:
            days_of.setdefault(member_id, []).append(Stretch(day, day + timedelta(days=IN_TOUCH_DAYS - 1)))
    turns: Counter[date] = Counter()
    for stretches in days_of.values():
        for first, last in _joined(stretches):
            turns[max(first, since)] += 1
            turns[max(last + timedelta(days=1), since)] -= 1
    days = sorted(day for day, turn in turns.items() if since < day <= today and turn)
    numbers = accumulate(turns[day] for day in [since, *days])
    amounts = [Amount(day, number) for day, number in zip([since, *days], numbers, strict=True)]
    return amounts if amounts[-1].day == today else [*amounts, Amount(today, amounts[-1].number)]


def unbroken(said: Iterable[Said]) -> list[list[Said]]:
    """The points of a line, in parts: a week without one (Monday to Sunday) is a gap. None with fewer than three points."""
    points = sorted({one.day: one for one in said}.values())
    if len(points) < FEWEST_CHECK_INS:
        return []
    parts = [points[:1]]
    for before, one in pairwise(points):
        if _monday(one.day) - _monday(before.day) > timedelta(days=7):
            parts.append([])
        parts[-1].append(one)
    return parts


def reasons(moves: Iterable[Move], since: date, today: date, left_out: Collection[str]) -> list[Move]:
    """The moves for which the person gave a reason, oldest first."""
    told = (m for m in moves if m.reason and since <= m.on_day <= today and m.member_id not in left_out)
    return sorted(told, key=lambda move: (move.on_day, move.seq))


def may_be_shown(member: Member) -> bool:
    """Whether the board may speak of this member by name: on the map, not left out, and not put away for now."""
    return member.place in RINGS and member.pictured and not member.parted and not rests(member)


def gives_and_takes(members: Iterable[Member]) -> dict[str, list[Member]]:
    """How the person put it, by their own word, where they have said one."""
    shown = [member for member in members if may_be_shown(member)]
    said = {how: [member for member in shown if member.gives_takes == how] for how in GIVES_TAKES}
    return {how: those for how, those in said.items() if those}


def leant_on(members: Iterable[Member]) -> list[tuple[Member, tuple[str, ...]]]:
    """Each person who alone on the map is good for a kind of help, with those kinds; a place or a line can be leant on."""
    alone: dict[str, list[Member]] = {kind: [] for kind in KINDS_OF_HELP}
    members = [member for member in members if member.place in RINGS and not member.parted]
    for member in members:
        for kind in set(member.good_for) & alone.keys():
            alone[kind].append(member)
    kinds_of: dict[str, list[str]] = {}
    for kind, those in alone.items():
        if len(those) == 1 and those[0].kind in PEOPLE and may_be_shown(those[0]):
            kinds_of.setdefault(those[0].member_id, []).append(kind)
    return [(member, tuple(kinds_of[member.member_id])) for member in members if member.member_id in kinds_of]


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same days with nothing twice: stretches that meet or follow one another are one."""
    joined: list[Stretch] = []
    for first, last in sorted(stretches):
        if joined and first <= joined[-1].last + timedelta(days=1):
            joined[-1] = Stretch(joined[-1].first, max(last, joined[-1].last))
        else:
            joined.append(Stretch(first, last))
    return joined


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
