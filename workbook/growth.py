"""Growth: the dated moves replayed – how many stood in each ring on any day, and which kinds of help are covered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise

from workbook.pod import RINGS, Member, Move

KINDS_OF_HELP = ("listen", "practical", "company", "knows", "advice", "emergency")


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
    rows = [row for row in _rows(known) if row.day > first_day]
    return _with_ends(_count_on(known, first_day), rows, until)


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


def _rows(known: Sequence[Move]) -> Iterable[Count]:
    """One row for each day on which someone's ring is another than the evening before; `known` is in order."""
    rings: dict[str, str] = {}
    for day, of_the_day in groupby(known, key=lambda move: move.on_day):
        before = dict(rings)
        for move in of_the_day:
            rings.pop(move.member_id, None)
            if move.place in RINGS:
                rings[move.member_id] = move.place
        changed = frozenset(member for member in before | rings if before.get(member) != rings.get(member))
        if changed:
            yield _count(day, rings, changed)


def _count_on(known: Sequence[Move], day: date) -> Count:
    last = None
    for row in _rows(known):
        if row.day <= day:
            last = row
    if last is None:
        return Count(day, 0, 0, 0)
    return Count(day, last.core, last.movable, last.outer, last.changed if last.day == day else frozenset())


def _count(day: date, rings: dict[str, str], changed: frozenset[str]) -> Count:
    in_ring = Counter(rings.values())
    return Count(day, in_ring["core"], in_ring["movable"], in_ring["outer"], changed)


def _with_ends(first: Count, rows: list[Count], until: date) -> list[Count]:
    counts = [first, *rows]
    last = counts[-1]
    if last.day < until:
        counts.append(Count(until, last.core, last.movable, last.outer))
    return counts
