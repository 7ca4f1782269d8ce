"""The replay: every frame is the map of its day, and between two frames nothing changes."""

from bisect import bisect_right
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workbook.pod import PLACES, RINGS, Move, spots, standing
from workbook.replay import Replay, replay


def may(day: int) -> date:
    return date(2026, 5, 1) + timedelta(days=day - 1)


def move(member_id: str, place: str, day: int, seq: int) -> Move:
    return Move(member_id, place, may(day), seq)


def told(moves: list[Move], until: int, left_out: tuple[str, ...] = ()) -> Replay:
    found = replay(moves, may(until), left_out)
    assert found is not None
    return found


PLACED = [
    move("ada", "movable", 2, 1),
    move("kofi", "unplaced", 2, 2),
    move("ada", "core", 9, 3),
    move("noor", "outer", 9, 4),
    move("ada", "released", 20, 5),
]
NAMES = [f"m{number}" for number in range(14)]
MOVES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(PLACES), st.integers(1, 40)), min_size=1, max_size=60
).map(lambda rows: [move(member, place, day, seq) for seq, (member, place, day) in enumerate(rows)])
CROWDED = st.lists(
    st.tuples(st.sampled_from([f"m{number}" for number in range(30)]), st.sampled_from(RINGS[:1]), st.integers(1, 9)),
    min_size=20,
    max_size=60,
).map(lambda rows: [move(member, place, day, seq) for seq, (member, place, day) in enumerate(rows)])


@given(MOVES | CROWDED, st.integers(1, 45), st.sets(st.sampled_from(NAMES), max_size=4))
def test_on_every_day_the_newest_frame_is_the_map_of_that_day(
    moves: list[Move], until: int, left_out: set[str]
) -> None:
    found = replay(moves, may(until), left_out)
    shown = [m for m in moves if m.member_id not in left_out and m.on_day <= may(until)]
    if found is None:
        assert not shown
        return
    assert found.days[0] == min(m.on_day for m in shown)
    assert found.days[-1] == may(until)
    assert list(found.days) == sorted(set(found.days))
    day = found.days[0]
    while day <= may(until):
        frame = bisect_right(found.days, day) - 1
        wanted = {m: spot for m, spot in spots(moves, day).items() if m not in left_out}
        assert found.spots(frame) == wanted
        stood = {m: last.place for m, last in standing(moves, day).items() if last.place in RINGS}
        assert {m: spot.ring for m, spot in wanted.items()} == {m: p for m, p in stood.items() if m not in left_out}
        day += timedelta(days=1)


@given(MOVES, st.integers(1, 45))
def test_what_is_said_to_change_leads_from_each_frame_to_the_next(moves: list[Move], until: int) -> None:
    found = replay(moves, may(until))
    rings: dict[str, str] = {}
    for frame, changes in enumerate(found.changes() if found else []):
        assert all(rings.get(member_id, "") != ring for member_id, ring in changes)
        rings |= dict(changes)
        assert found is not None
        assert {m: ring for m, ring in rings.items() if ring} == {m: s.ring for m, s in found.spots(frame).items()}


@given(MOVES)
def test_between_the_first_day_and_today_there_is_a_frame_only_where_something_changed(moves: list[Move]) -> None:
    found = told(moves, 45)
    for frame in range(1, len(found.days) - 1):
        assert found.spots(frame) != found.spots(frame - 1)


def test_it_goes_from_the_first_name_over_each_change_to_today() -> None:
    found = told(PLACED, 28)
    assert found.days == (may(2), may(9), may(20), may(28))
    assert found.changes() == [[("ada", "movable")], [("ada", "core"), ("noor", "outer")], [("ada", "")], []]


def test_before_the_first_name_there_is_nothing_to_tell() -> None:
    assert replay([], may(28)) is None
    assert replay(PLACED, may(1)) is None


def test_a_first_name_that_no_ring_has_yet_begins_with_an_empty_map() -> None:
    found = told([move("ada", "unplaced", 2, 1)], 2)
    assert found.days == (may(2),)
    assert found.spots(0) == {}
    assert set(found.radii[0][1]) == set(RINGS)


def test_whoever_is_left_out_is_told_of_on_no_day_and_their_seat_stays_free() -> None:
    alone = told(PLACED, 28, ("ada",))
    assert "ada" not in alone.tracks
    assert alone.days == (may(2), may(9), may(28))
    assert alone.spots(1)["noor"] == spots(PLACED, may(9))["noor"]
    assert replay(PLACED[:1], may(28), ("ada",)) is None
