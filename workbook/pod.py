"""The pod: who is in which ring, since when, and where each one is drawn on the map."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import combinations
from math import cos, hypot, radians, sin

RINGS = ("core", "movable", "outer")
PLACES = (*RINGS, "unplaced", "left_off", "released")


@dataclass(frozen=True, slots=True)
class Move:
    """A dated fact: from `on_day` on, a member stands in this place."""

    member_id: str
    place: str
    on_day: date
    seq: int
    reason: str = ""
    move_id: str = ""
    zone: str = "UTC"
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Someone or something on the map, with what the person noted about them."""

    member_id: str
    name: str
    added_seq: int
    kind: str = "person"
    place: str = "unplaced"
    since: date | None = None
    how_known: str = ""
    good_for: tuple[str, ...] = ()
    heard: str = ""
    asked: str = ""
    contact: str = "unscreened"
    last_touch: str = ""
    closeness: int | None = None
    gives_takes: str = ""
    state: str = ""
    state_on: date | None = None
    look_again: str = ""  # an ISO date
    rhythm: str = ""
    how: str = ""
    next_step: str = ""
    notes: str = ""
    also_called: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()  # marks it shares with each member it is not the same as
    pictured: bool = True  # False: left out of the replay, of what is printed, and of every name on the growth board
    parted: str = ""  # "died": remembered, and never suggested
    someone: str = ""  # of another kind by now: "once" a person or pet here, or "asked": the five taps were about them
    twin_rests: bool = False  # a name spelled alike is not for now, and nobody has said that they are two


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a member is drawn, in map units: the centre of the map is 0, its edges are -1 and 1."""

    x: float
    y: float
    radius: float
    ring: str
    lane: int


def standing(moves: Iterable[Move], day: date | None = None) -> dict[str, Move]:
    """Where each member stands at the end of `day`, or now: the newest move by day, then by seq, is what holds."""
    newest: dict[str, Move] = {}
    for move in sorted(moves, key=_order):
        if day is None or move.on_day <= day:
            newest[move.member_id] = move
    return newest


def spots(moves: Iterable[Move], day: date | None = None) -> dict[str, Spot]:
    """A fixed place for each member on a ring at the end of `day`, or now.

    Whoever is added, moved or released, and whichever day is looked at, nobody else jumps: a member takes the
    lowest slot of the ring that nobody holds on any day of the stay. Up to `CAPACITY` slots of a ring nothing
    overlaps; a ring's circles get smaller, all at once, as its lanes fill.
    """
    seats = {}
    for stays in _stays(moves).values():
        stay = _on(stays, day)
        if stay and stay.move.place in RINGS:
            seats[stay.move.member_id] = (stay.move.place, _seat(stay.move.place, stay.slot))
    lanes = {ring: max((seat.lane for where, seat in seats.values() if where == ring), default=0) for ring in RINGS}
    radii = radii_of(lanes)
    return {member_id: Spot(seat.x, seat.y, radii[ring], ring, seat.lane) for member_id, (ring, seat) in seats.items()}


@dataclass(frozen=True, slots=True)
class RingStay:
    """A member's time at one seat of a ring: from the first day to before `until`, or until now."""

    member_id: str
    ring: str
    x: float
    y: float
    lane: int
    first_day: date
    until: date | None


def ring_stays(moves: Iterable[Move]) -> Iterator[RingStay]:
    """Every stay in a ring that held at the end of a day, with the seat that `spots` gives it."""
    for stays in _stays(moves).values():
        for stay in stays:
            if stay.move.place in RINGS and stay.holds:
                seat = _seat(stay.move.place, stay.slot)
                yield RingStay(
                    stay.move.member_id, stay.move.place, seat.x, seat.y, seat.lane, stay.move.on_day, stay.until
                )


def radii_of(lanes: Mapping[str, int]) -> dict[str, float]:
    """One radius for each ring, by the furthest lane in use; an outer circle is drawn the largest while there is room."""
    radii = {ring: _radius(ring, lanes[ring]) for ring in RINGS}
    most = max(0.8 * radii["outer"], 0.05)
    return {ring: radius if ring == "outer" else min(radius, most) for ring, radius in radii.items()}


def first_spot(ring: str) -> Spot:
    """The spot that the first member of an empty ring will take."""
    seat = _seat(ring, 0)
    return Spot(seat.x, seat.y, _radius(ring, 0), ring, 0)


def small_name(name: str, limit: int) -> str:
    """The name in at most `limit` visible characters, cut between words where that keeps half, marked with an ellipsis."""
    name = "".join(letter for letter in " ".join(name.split()) if unicodedata.category(letter) not in ("Cc", "Cs"))
    letters = list(graphemes(name))
    if len(letters) <= limit:
        return name
    if limit < 2:
        return "".join(letters[: max(limit, 0)])
    kept = letters[: limit - 1]
    if letters[limit - 1] != " " and " " in kept:
        last_space = len(kept) - 1 - kept[::-1].index(" ")
        if last_space * 2 >= limit:
            kept = kept[:last_space]
    return "".join(kept).rstrip(" ,;:–-") + "…"


def graphemes(text: str) -> Iterator[str]:
    """The characters as a reader sees them: accents, emoji families, flags and syllable blocks stay whole."""
    if text.isascii():
        yield from text
        return
    cluster = ""
    for letter in text:
        if cluster and not _joins(cluster, letter):
            yield cluster
            cluster = ""
        cluster += letter
    if cluster:
        yield cluster


@dataclass(slots=True)
class _Stay:
    move: Move
    until: date | None  # the first day it no longer holds
    slot: int = -1

    @property
    def holds(self) -> bool:
        """Whether it holds at the end of any day."""
        return self.until is None or self.move.on_day < self.until


class _Slot:
    """Who has one slot of a ring, one after another: stays that never meet, by their first days."""

    def __init__(self) -> None:
        self._days: list[date] = []
        self._stays: list[_Stay] = []

    def is_free(self, stay: _Stay) -> bool:
        """Whether nobody has it on a day of the stay."""
        if not stay.holds:
            return True
        at = bisect_right(self._days, stay.move.on_day)
        before = self._stays[at - 1].until if at else stay.move.on_day
        if before is None or before > stay.move.on_day:
            return False
        return at == len(self._days) or (stay.until is not None and stay.until <= self._days[at])

    def give(self, stay: _Stay) -> None:
        at = bisect_right(self._days, stay.move.on_day)
        self._days.insert(at, stay.move.on_day)
        self._stays.insert(at, stay)

    def take_back(self, stay: _Stay) -> None:
        at = bisect_right(self._days, stay.move.on_day) - 1
        del self._days[at], self._stays[at]


def _stays(moves: Iterable[Move]) -> dict[str, list[_Stay]]:
    """Each member's stays in the order of their days, with the slot each was given when it was written down.

    A later move can only cut an earlier stay short, never lengthen it: so a slot that was free stays free of others.
    """
    stays_of: dict[str, list[_Stay]] = {}
    slots: dict[str, list[_Slot]] = {ring: [] for ring in RINGS}
    for move in sorted(moves, key=lambda move: move.seq):
        own = stays_of.setdefault(move.member_id, [])
        at = bisect_right(own, _order(move), key=lambda stay: _order(stay.move))
        before, after = own[max(at - 1, 0) : at], own[at : at + 1]
        stay = _Stay(move, until=after[0].move.on_day if after else None)
        for earlier in before:
            held, earlier.until = earlier.holds, move.on_day
            if held and not earlier.holds and earlier.slot >= 0:
                slots[earlier.move.place][earlier.slot].take_back(earlier)
        own.insert(at, stay)
        if move.place in RINGS:
            stay.slot = _free_slot(stay, slots[move.place], before + after)
            if stay.slot == len(slots[move.place]):
                slots[move.place].append(_Slot())
            if stay.holds:
                slots[move.place][stay.slot].give(stay)
    return stays_of


def _free_slot(stay: _Stay, slots: list[_Slot], adjoining: list[_Stay]) -> int:
    """The slot the member has in this ring just before or after, if it is free; else the lowest free one."""
    for same in adjoining:
        if same.move.place == stay.move.place and slots[same.slot].is_free(stay):
            return same.slot
    return next((number for number, slot in enumerate(slots) if slot.is_free(stay)), len(slots))


def _on(stays: list[_Stay], day: date | None) -> _Stay | None:
    begun = [stay for stay in stays if day is None or stay.move.on_day <= day]
    return begun[-1] if begun else None


def _order(move: Move) -> tuple[date, int]:
    return move.on_day, move.seq


@dataclass(frozen=True, slots=True)
class _Seat:
    x: float
    y: float
    distance: float
    lane: int


@dataclass(frozen=True, slots=True)
class _Lane:
    """`slots` places at one distance from the centre, given out `step` places apart, the first at `start` degrees.

    A step near 3/8 of the way round is close to the golden angle: however few are placed, they are well spread.
    """

    distance: float
    slots: int
    step: int
    start: float

    def angles(self) -> Iterator[float]:
        for number in range(self.slots):
            yield radians(self.start + 360 * number * self.step / self.slots)


@dataclass(frozen=True, slots=True)
class _Room:
    """The band of the map that one ring has to itself, and its lanes in the order they fill."""

    inner: float
    outer: float
    widest: float
    lanes: tuple[_Lane, ...]


def _lanes(start: float, *distances: float) -> tuple[_Lane, ...]:
    """8, 8, 16 and 32 slots; each lane's slots lie in the middle of the gaps the lanes before it left."""
    shapes = ((8, 3, 0.0), (8, 3, 22.5), (16, 7, 11.25), (32, 13, 5.625))
    return tuple(
        _Lane(distance, slots, step, start + turn)
        for distance, (slots, step, turn) in zip(distances, shapes, strict=True)
    )


# Distances found by search: for each ring the four that leave the widest circles with 8, 16, 32 and 64 members.
_ROOMS = {
    "core": _Room(0.105, 0.47, 0.09, _lanes(90, 0.27, 0.385, 0.425, 0.33)),
    "movable": _Room(0.475, 0.705, 0.098, _lanes(157.5, 0.59, 0.59, 0.64, 0.52)),
    "outer": _Room(0.71, 1.0, 0.137, _lanes(135, 0.855, 0.855, 0.91, 0.77)),
}
CAPACITY = 64
ME_RADIUS = 0.085
RING_DISTANCE = {ring: room.lanes[0].distance for ring, room in _ROOMS.items()}


def _seat(ring: str, slot: int) -> _Seat:
    """Where a slot lies; past the capacity places are used again, so that a crowd is crowded but never an error."""
    seats = _seats(ring)
    return seats[slot % len(seats)]


@cache
def _seats(ring: str) -> tuple[_Seat, ...]:
    return tuple(
        _Seat(round(lane.distance * cos(angle), 5), round(lane.distance * sin(angle), 5), lane.distance, number)
        for number, lane in enumerate(_ROOMS[ring].lanes)
        for angle in lane.angles()
    )


@cache
def _radius(ring: str, lane: int) -> float:
    """The widest radius at which nothing in lanes 0 to `lane` touches a neighbour or another ring's band."""
    room = _ROOMS[ring]
    seats = [seat for seat in _seats(ring) if seat.lane <= lane]
    nearest = min(hypot(one.x - other.x, one.y - other.y) for one, other in combinations(seats, 2))
    edges = min(min(seat.distance - room.inner, room.outer - seat.distance) for seat in seats)
    return round(min(room.widest, 0.44 * nearest, edges), 5)


def _joins(cluster: str, letter: str) -> bool:
    """Whether the letter belongs to what came before it: the rules of Unicode's UAX #29 that names meet."""
    last = cluster[-1]
    if unicodedata.category(letter) in ("Mn", "Mc", "Me") or letter == "\u200d":
        return True
    if "\U0001f3fb" <= letter <= "\U0001f3ff" or "\U000e0020" <= letter <= "\U000e007f":
        return True  # skin tones, and the letters inside the flags of Scotland and Wales
    if last == "\u200d":
        return True
    if _is_flag_letter(letter):
        return _is_flag_letter(last) and len(cluster) % 2 == 1
    if unicodedata.combining(last) == 9:  # a virama: the next consonant is drawn together with this one
        return unicodedata.category(letter) == "Lo"
    return _joins_syllable(last, letter)


def _is_flag_letter(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _joins_syllable(last: str, letter: str) -> bool:
    """Hangul written in separate letters: leading consonants, vowels and finals make one block."""
    leading, vowel, final = "\u1100\u115f", "\u1160\u11a7", "\u11a8\u11ff"
    if vowel[0] <= letter <= vowel[1]:
        return leading[0] <= last <= vowel[1] or _is_open_block(last)
    if final[0] <= letter <= final[1]:
        return vowel[0] <= last <= final[1] or "가" <= last <= "힣"
    return leading[0] <= letter <= leading[1] and leading[0] <= last <= leading[1]


def _is_open_block(letter: str) -> bool:
    """A Hangul block without a final consonant."""
    return "가" <= letter <= "힣" and (ord(letter) - ord("가")) % 28 == 0
