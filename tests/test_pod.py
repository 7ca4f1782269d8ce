"""Who stands where on which day, and that nobody on the map ever jumps."""

from datetime import date, timedelta
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.pod import (
    CAPACITY,
    ME_RADIUS,
    PLACES,
    RINGS,
    Move,
    Spot,
    first_spot,
    graphemes,
    small_name,
    spots,
    standing,
)

MAY = date(2026, 5, 1)


def move(member_id: str, place: str, day: int, seq: int) -> Move:
    return Move(member_id, place, MAY + timedelta(days=day - 1), seq)


def places(moves: list[Move], day: int | None = None) -> dict[str, str]:
    on = None if day is None else MAY + timedelta(days=day - 1)
    return {member_id: found.place for member_id, found in standing(moves, on).items()}


def centres(moves: list[Move], day: date | None = None) -> dict[str, tuple[str, float, float]]:
    return {member_id: (spot.ring, spot.x, spot.y) for member_id, spot in spots(moves, day).items()}


def everyone(core: int, movable: int, outer: int) -> list[Move]:
    rings = ["core"] * core + ["movable"] * movable + ["outer"] * outer
    return [move(f"{ring}{seq}", ring, 1, seq) for seq, ring in enumerate(rings)]


def overlapping(found: list[Spot]) -> list[tuple[Spot, Spot]]:
    return [(a, b) for a, b in combinations(found, 2) if hypot(a.x - b.x, a.y - b.y) <= a.radius + b.radius]


def test_the_newest_move_is_where_a_member_stands() -> None:
    assert places([move("ada", "movable", 1, 1), move("ada", "core", 5, 2)]) == {"ada": "core"}


def test_on_an_earlier_day_a_member_stands_where_they_stood_then() -> None:
    moves = [move("ada", "movable", 3, 1), move("ada", "core", 5, 2)]
    assert places(moves, day=2) == {}
    assert places(moves, day=3) == places(moves, day=4) == {"ada": "movable"}
    assert places(moves, day=5) == {"ada": "core"}


def test_a_move_dated_back_does_not_undo_a_later_one() -> None:
    moves = [move("ada", "core", 10, 1), move("ada", "outer", 4, 2)]
    assert places(moves) == {"ada": "core"}
    assert places(moves, day=9) == {"ada": "outer"}


def test_of_two_moves_on_a_day_the_last_one_written_holds_however_they_are_listed() -> None:
    moves = [move("ada", "released", 4, 2), move("ada", "core", 4, 3), move("ada", "outer", 4, 1)]
    assert places(moves) == places(moves[::-1]) == {"ada": "core"}


def test_nobody_off_the_rings_has_a_spot() -> None:
    moves = [move(place, place, 1, seq) for seq, place in enumerate(PLACES)]
    assert set(spots(moves)) == set(RINGS)
    assert spots([]) == {}


def test_the_first_in_a_ring_takes_its_first_spot() -> None:
    assert all(spots([move("ada", ring, 1, 1)])["ada"] == first_spot(ring) for ring in RINGS)


def test_the_three_rings_begin_in_different_directions_and_lie_inside_each_other() -> None:
    found = [first_spot(ring) for ring in RINGS]
    assert not any(a.x * b.y == pytest.approx(a.y * b.x) for a, b in combinations(found, 2))
    assert [round(hypot(spot.x, spot.y), 2) for spot in found] == [0.27, 0.59, 0.86]
    assert found[0].radius < found[1].radius < found[2].radius


def test_a_released_place_is_given_to_the_next_who_comes() -> None:
    moves = [
        move("ada", "core", 1, 1),
        move("kofi", "core", 1, 2),
        move("ada", "released", 3, 3),
        move("noor", "core", 3, 4),
    ]
    before, after = centres(moves[:2]), centres(moves)
    assert after == {"kofi": before["kofi"], "noor": before["ada"]}
    assert centres(moves, MAY) == before


def test_one_who_is_placed_in_the_same_ring_again_stays_put() -> None:
    moves = [move("ada", "core", 1, 1), move("kofi", "core", 1, 2), move("ada", "released", 2, 3)]
    moves += [move("kofi", "core", 4, 4)]
    assert centres(moves)["kofi"] == centres(moves[:2])["kofi"]


def test_looking_at_an_earlier_day_moves_nobody_even_when_moves_were_dated_back() -> None:
    moves = [move("ada", "core", 10, 1), move("kofi", "core", 5, 2)]
    assert centres(moves, MAY + timedelta(days=6))["kofi"] == centres(moves)["kofi"]


def test_a_move_dated_back_finds_a_spot_that_was_free_then() -> None:
    moves = [move("ada", "core", 1, 1), move("ada", "released", 20, 2), move("kofi", "core", 10, 3)]
    on_day_12 = centres(moves, MAY + timedelta(days=11))
    assert on_day_12["ada"] != on_day_12["kofi"]


def test_past_the_capacity_of_a_ring_everyone_still_has_a_spot() -> None:
    assert len(spots(everyone(CAPACITY + 10, 0, 0))) == CAPACITY + 10


@pytest.mark.parametrize("split", [(60, 0, 0), (0, 60, 0), (0, 0, 60), (20, 20, 20), (CAPACITY,) * 3])
def test_no_circles_overlap_and_none_leaves_the_map_or_covers_me(split: tuple[int, int, int]) -> None:
    found = list(spots(everyone(*split)).values())
    assert len(found) == sum(split)
    assert overlapping(found) == []
    assert all(abs(spot.x) + spot.radius <= 1 and abs(spot.y) + spot.radius <= 1 for spot in found)
    assert all(hypot(spot.x, spot.y) - spot.radius > ME_RADIUS for spot in found)


@given(st.lists(st.sampled_from(RINGS), max_size=60))
def test_spots_never_overlap_for_any_split_up_to_sixty(rings: list[str]) -> None:
    moves = [move(str(seq), ring, 1, seq) for seq, ring in enumerate(rings)]
    assert overlapping(list(spots(moves).values())) == []


HISTORY = st.lists(
    st.tuples(st.sampled_from(["ada", "kofi", "noor", "june", "sam"]), st.sampled_from(PLACES), st.integers(1, 12)),
    max_size=25,
).map(lambda rows: [move(member, place, day, seq) for seq, (member, place, day) in enumerate(rows)])


@given(HISTORY, st.sampled_from(["ada", "ruth"]), st.sampled_from(PLACES), st.integers(1, 12), st.integers(1, 12))
def test_nobody_else_jumps_when_one_is_added_moved_or_released(
    moves: list[Move], who: str, place: str, day: int, seen_on: int
) -> None:
    after = [*moves, move(who, place, day, len(moves))]
    for on in (None, MAY + timedelta(days=seen_on - 1)):
        before_of_others = {key: at for key, at in centres(moves, on).items() if key != who}
        assert {key: at for key, at in centres(after, on).items() if key != who} == before_of_others


@given(HISTORY, st.integers(1, 12))
def test_the_map_of_any_day_shows_who_stood_on_a_ring_and_never_two_in_one_spot(moves: list[Move], day: int) -> None:
    on = MAY + timedelta(days=day - 1)
    shown = spots(moves, on)
    assert {key: spot.ring for key, spot in shown.items()} == {
        key: found.place for key, found in standing(moves, on).items() if found.place in RINGS
    }
    assert overlapping(list(shown.values())) == []


@given(HISTORY)
def test_the_order_in_which_moves_are_listed_does_not_matter(moves: list[Move]) -> None:
    assert spots(moves[::-1]) == spots(moves)


@pytest.mark.parametrize(
    ("name", "limit", "shown"),
    [
        ("June", 8, "June"),
        ("Bartholomew", 6, "Barth…"),
        ("Tuesday family group", 10, "Tuesday…"),
        ("Tuesday family group", 16, "Tuesday family…"),
        ("  two\n lines ", 20, "two lines"),
        ("Zoe\u0308lle", 4, "Zoe\u0308…"),
        ("👩‍👩‍👧‍👦 next door", 3, "👩‍👩‍👧‍👦…"),
        ("🇩🇪🇫🇷🇬🇭", 2, "🇩🇪…"),
        ("👍🏽👍🏽👍🏽", 2, "👍🏽…"),
        ("क्षमाशील", 2, "क्ष…"),
        ("한국어", 2, "한…"),
        ("a\x00b", 5, "ab"),
        ("June", 1, "J"),
        ("June", 0, ""),
        ("", 5, ""),
    ],
)
def test_a_long_name_is_shortened_between_visible_characters(name: str, limit: int, shown: str) -> None:
    assert small_name(name, limit) == shown


@given(st.text(max_size=40), st.integers(1, 20))
def test_a_shortened_name_is_never_longer_than_asked(name: str, limit: int) -> None:
    assert len(list(graphemes(small_name(name, limit)))) <= limit


@given(st.text(max_size=40))
def test_graphemes_put_together_are_the_text_again(text: str) -> None:
    assert "".join(graphemes(text)) == text
