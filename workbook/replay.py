"""Replay: the map as it stood on every day on which something changed, kept as what changed. Pure: moves and a day in."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from workbook.pod import RINGS, Move, RingStay, Spot, radii_of, ring_stays

Radii = dict[str, float]


class Seat(NamedTuple):
    """Where on the map: a ring, and the middle of a circle on it in map units."""

    ring: str
    x: float
    y: float
    lane: int


class Step(NamedTuple):
    """From this frame on a member has this seat; None: on no ring."""

    frame: int
    seat: Seat | None


@dataclass(frozen=True, slots=True)
class Replay:
    """A frame for each day in `days`; `tracks`: each member's steps; `radii`: from which frame on circles are how wide."""

    days: tuple[date, ...]
    tracks: dict[str, list[Step]]
    radii: list[tuple[int, Radii]]

    def spots(self, frame: int) -> dict[str, Spot]:
        """The same as `pod.spots` at the end of the frame's day, without whoever is left out."""
        radii = self.radii[bisect_right(self.radii, frame, key=lambda one: one[0]) - 1][1]
        found = {}
        for member_id, steps in self.tracks.items():
            at = bisect_right(steps, frame, key=lambda step: step.frame) - 1
            seat = steps[at].seat if at >= 0 else None
            if seat is not None:
                found[member_id] = Spot(seat.x, seat.y, radii[seat.ring], seat.ring, seat.lane)
        return found

    def changes(self) -> list[list[tuple[str, str]]]:
        """For each frame, whose ring is another than in the frame before, and which: "" for none any more."""
        found: list[list[tuple[str, str]]] = [[] for _ in self.days]
        for member_id, steps in self.tracks.items():
            before = ""
            for frame, seat in steps:
                ring = seat.ring if seat else ""
                if ring != before:
                    found[frame].append((member_id, ring))
                before = ring
        return found


def replay(
    moves: Iterable[Move], today: date, left_out: Collection[str] = (), stays: Iterable[RingStay] | None = None
) -> Replay | None:
    """The whole story, from the first move's day to today; None before there is any.

    Whoever is `left_out` keeps their seat free, so that everyone else stands where My pod has them, and nothing of
    them is told: a day on which only they moved has a frame only where every circle's width changed with it.
    `stays`: `pod.ring_stays` of the same moves, where they are there already.
    """
    moves = list(moves)
    days = [move.on_day for move in moves if move.on_day <= today and move.member_id not in left_out]
    if not days:
        return None
    return _Teller(min(days), today, left_out).tell(ring_stays(moves) if stays is None else stays)


class _Teller:
    """Goes through the days once, and notes what is another than the day before."""

    def __init__(self, first: date, today: date, left_out: Collection[str]) -> None:
        self._today = today
        self._left_out = left_out
        self._days = [first]
        self._tracks: dict[str, list[Step]] = {}
        self._radii: list[tuple[int, Radii]] = []
        self._seats: dict[str, Seat] = {}
        self._lanes = {ring: Counter[int]() for ring in RINGS}

    def tell(self, stays: Iterable[RingStay]) -> Replay:
        came: dict[date, list[RingStay]] = {}
        went: dict[date, list[RingStay]] = {}
        for stay in stays:
            came.setdefault(stay.first_day, []).append(stay)
            if stay.until is not None:
                went.setdefault(stay.until, []).append(stay)
        for day in sorted(day for day in came.keys() | went.keys() if day <= self._today):
            self._turn(day, came.get(day, ()), went.get(day, ()))
        if self._days[-1] < self._today:
            self._days.append(self._today)
        if not self._radii or self._radii[0][0] > 0:
            self._radii.insert(0, (0, radii_of(dict.fromkeys(RINGS, 0))))
        return Replay(tuple(self._days), self._tracks, self._radii)

    def _turn(self, day: date, came: Iterable[RingStay], went: Iterable[RingStay]) -> None:
        before: dict[str, Seat | None] = {}
        for stay in went:
            before[stay.member_id] = self._seats.pop(stay.member_id)
            self._lanes[stay.ring][stay.lane] -= 1
        for stay in came:
            before.setdefault(stay.member_id, None)
            self._seats[stay.member_id] = Seat(stay.ring, stay.x, stay.y, stay.lane)
            self._lanes[stay.ring][stay.lane] += 1
        now = {m: self._seats.get(m) for m, was in before.items() if self._seats.get(m) != was}
        lanes = {ring: max((lane for lane, n in used.items() if n), default=0) for ring, used in self._lanes.items()}
        radii = radii_of(lanes)
        wider = not self._radii or self._radii[-1][1] != radii
        if not wider and not now.keys() - set(self._left_out):
            return
        if day > self._days[-1]:
            self._days.append(day)
        frame = len(self._days) - 1
        for member_id, seat in now.items():
            if member_id not in self._left_out:
                self._tracks.setdefault(member_id, []).append(Step(frame, seat))
        if wider and self._radii and self._radii[-1][0] == frame:
            self._radii.pop()  # before the first day told here others stood there already
        if wider:
            self._radii.append((frame, radii))
