"""Growth: the dated moves replayed into counts, exactly."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbook.growth import (
    KINDS_OF_HELP,
    Count,
    Said,
    StorySummary,
    Stretch,
    changed_place,
    coverage,
    first_day,
    gives_and_takes,
    growth,
    help_over_time,
    in_touch_over_time,
    leant_on,
    reasons,
    story,
    unbroken,
)
from workbook.pod import PLACES, RINGS, Member, Move, ring_stays, standing


def may(day: int) -> date:
    return date(2026, 5, day)


def move(member_id: str, place: str, day: int, seq: int) -> Move:
    return Move(member_id, place, may(day), seq)


PLACED = [
    move("ada", "movable", 2, 1),
    move("kofi", "movable", 2, 2),
    move("ada", "core", 9, 3),
    move("library", "outer", 9, 4),
    move("kofi", "released", 20, 5),
]


def test_each_day_on_which_someone_changed_ring_has_a_row_and_so_has_the_last_day() -> None:
    assert growth(PLACED, may(28)) == [
        Count(may(2), 0, 2, 0),
        Count(may(9), 1, 1, 1),
        Count(may(20), 1, 0, 1),
        Count(may(28), 1, 0, 1),
    ]


def test_the_last_day_is_not_repeated_when_something_changed_on_it() -> None:
    assert growth(PLACED, may(20))[-2:] == [Count(may(9), 1, 1, 1), Count(may(20), 1, 0, 1)]


def test_what_comes_after_the_last_day_is_left_out() -> None:
    assert growth(PLACED, may(8)) == [Count(may(2), 0, 2, 0), Count(may(8), 0, 2, 0)]


def test_it_can_begin_between_two_changes() -> None:
    assert growth(PLACED, may(28), since=may(12)) == [
        Count(may(12), 1, 1, 1),
        Count(may(20), 1, 0, 1),
        Count(may(28), 1, 0, 1),
    ]


def test_it_can_begin_on_a_day_of_change_or_before_anyone_was_there() -> None:
    assert growth(PLACED, may(9), since=may(9)) == [Count(may(9), 1, 1, 1)]
    assert growth(PLACED, may(2), since=may(1)) == [Count(may(1), 0, 0, 0), Count(may(2), 0, 2, 0)]


def test_without_a_day_to_show_there_is_no_row() -> None:
    assert growth([], may(28)) == []
    assert growth(PLACED, may(1)) == []
    assert growth(PLACED, may(3), since=may(4)) == []


def test_a_first_day_is_shown_even_when_nobody_was_ever_named() -> None:
    assert growth([], may(3), since=may(1)) == [Count(may(1), 0, 0, 0), Count(may(3), 0, 0, 0)]


def test_a_single_day_is_a_single_row() -> None:
    assert growth([move("ada", "core", 2, 1)], may(2)) == [Count(may(2), 1, 0, 0)]


def test_naming_someone_begins_the_story_though_no_ring_has_them_yet() -> None:
    moves = [move("ada", "unplaced", 1, 1), move("ada", "core", 4, 2)]
    assert growth(moves, may(4)) == [Count(may(1), 0, 0, 0), Count(may(4), 1, 0, 0)]


def test_of_several_moves_on_a_day_the_last_one_written_counts() -> None:
    moves = [move("ada", "core", 2, 1), move("ada", "outer", 2, 3), move("ada", "movable", 2, 2)]
    assert growth(moves, may(2)) == [Count(may(2), 0, 0, 1)]


def test_there_and_back_within_a_day_is_no_change() -> None:
    moves = [move("ada", "core", 2, 1), move("ada", "released", 5, 2), move("ada", "core", 5, 3)]
    assert growth(moves, may(8)) == [Count(may(2), 1, 0, 0), Count(may(8), 1, 0, 0)]


def test_a_move_dated_back_changes_the_days_until_the_next_move() -> None:
    moves = [move("ada", "core", 10, 1), move("ada", "movable", 4, 2)]
    assert growth(moves, may(12)) == [
        Count(may(4), 0, 1, 0),
        Count(may(10), 1, 0, 0),
        Count(may(12), 1, 0, 0),
    ]


def test_two_who_change_places_are_a_row_though_the_numbers_stay() -> None:
    moves = [
        move("ada", "core", 1, 1),
        move("kofi", "outer", 1, 2),
        move("ada", "outer", 5, 3),
        move("kofi", "core", 5, 4),
    ]
    assert growth(moves, may(5)) == [Count(may(1), 1, 0, 1), Count(may(5), 1, 0, 1)]


def test_left_off_and_released_are_not_counted_and_can_come_back() -> None:
    moves = [
        move("ada", "core", 1, 1),
        move("ada", "left_off", 3, 2),
        move("ada", "released", 4, 3),
        move("ada", "movable", 6, 4),
    ]
    assert growth(moves, may(6)) == [Count(may(1), 1, 0, 0), Count(may(3), 0, 0, 0), Count(may(6), 0, 1, 0)]


MOVES = st.lists(
    st.tuples(st.sampled_from(["ada", "kofi", "noor"]), st.sampled_from(PLACES), st.integers(1, 12)),
    max_size=20,
).map(lambda rows: [move(member, place, day, seq) for seq, (member, place, day) in enumerate(rows)])


@given(MOVES, st.integers(1, 14), st.one_of(st.none(), st.integers(1, 14)))
def test_on_every_day_the_newest_row_says_how_many_stood_in_each_ring(
    moves: list[Move], until: int, since: int | None
) -> None:
    rows = growth(moves, may(until), may(since) if since else None)
    assert [row.day for row in rows] == sorted({row.day for row in rows})
    day = rows[0].day if rows else may(28)
    while rows and day <= may(until):
        row = [row for row in rows if row.day <= day][-1]
        places = Counter(found.place for found in standing(moves, day).values())
        assert (row.core, row.movable, row.outer) == tuple(places[ring] for ring in RINGS)
        day += timedelta(days=1)


def test_coverage_counts_members_on_the_map_for_each_kind_of_help_in_order() -> None:
    members = [
        Member("ada", "Ada", 1, place="core", good_for=("listen", "company", "listen")),
        Member("kofi", "Kofi", 2, place="outer", good_for=("listen",)),
        Member("noor", "Noor", 3, place="unplaced", good_for=("advice",)),
        Member("june", "June", 4, place="movable", good_for=("something_else",)),
    ]
    found = coverage(members)
    assert list(found) == list(KINDS_OF_HELP) == ["listen", "practical", "company", "knows", "advice", "emergency"]
    assert found["listen"] == Counter(core=1, outer=1)
    assert found["company"] == Counter(core=1)
    assert found["advice"] == found["practical"] == Counter()


def test_the_story_names_both_ends_how_many_changed_place_and_the_longest_span() -> None:
    counts = growth(PLACED, may(28))
    assert story(counts) == StorySummary(
        first_day=may(2),
        last_day=may(28),
        then=Count(may(2), 0, 2, 0),
        now=Count(may(28), 1, 0, 1),
        changed_place=3,
        longest=(may(9), may(20)),
    )


def test_the_longest_span_may_reach_to_the_last_day() -> None:
    counts = growth(PLACED[:2], may(28))
    found = story(counts)
    assert found is not None
    assert found.longest == (may(2), may(28))
    assert found.changed_place == 0


def test_one_who_changes_place_twice_is_one_who_changed_place() -> None:
    moves = [move("ada", "outer", 1, 1), move("ada", "movable", 3, 2), move("ada", "core", 8, 3)]
    found = story(growth(moves, may(8)))
    assert found is not None
    assert found.changed_place == 1


def test_no_rows_have_no_story_and_one_row_has_a_short_one() -> None:
    assert story([]) is None
    only = Count(may(2), 1, 0, 0)
    assert story([only]) == StorySummary(may(2), may(2), only, only, 0, (may(2), may(2)))


def test_inward_outward_and_released_are_all_a_changed_place_and_a_first_ring_is_not() -> None:
    assert changed_place(PLACED) == 2
    assert changed_place(PLACED[:2]) == 0
    assert changed_place([*PLACED, move("kofi", "core", 21, 6), move("ada", "movable", 22, 7)]) == 2


# The growth board

DAYS = st.integers(1, 28).map(may)


def member(member_id: str, place: str = "core", *good_for: str, **more: Any) -> Member:
    return Member(member_id, member_id.title(), 1, place=place, good_for=good_for, **more)


def test_a_span_ends_today_and_never_begins_before_there_was_anything() -> None:
    assert first_day("weeks", date(2025, 1, 1), may(28)) == may(1)
    assert first_day("weeks", may(20), may(28)) == may(20)
    assert first_day("months", date(2025, 1, 1), may(28)) == date(2025, 11, 28)
    assert first_day("all", date(2025, 1, 1), may(28)) == date(2025, 1, 1)


def test_help_is_covered_from_the_day_it_was_noted_while_someone_stands_in_the_ring() -> None:
    noted = {("ada", "listen"): may(1), ("kofi", "listen"): may(5), ("library", "advice"): may(12)}
    found = help_over_time(ring_stays(PLACED), noted, may(28), may(2))
    assert found["listen"]["core"] == [Stretch(may(9), may(28))]
    assert found["listen"]["movable"] == [Stretch(may(2), may(19))]
    assert found["advice"]["outer"] == [Stretch(may(12), may(28))]
    assert found["company"] == {ring: [] for ring in RINGS}


def test_a_time_without_anyone_is_a_gap_in_the_help() -> None:
    moves = [move("ada", "core", 2, 1), move("ada", "released", 6, 2), move("ada", "core", 9, 3)]
    found = help_over_time(ring_stays(moves), {("ada", "knows"): may(1)}, may(12), may(1))
    assert found["knows"]["core"] == [Stretch(may(2), may(5)), Stretch(may(9), may(12))]


NOTED = st.dictionaries(st.tuples(st.sampled_from(["ada", "kofi", "noor"]), st.sampled_from(KINDS_OF_HELP)), DAYS)


@given(MOVES, NOTED, st.integers(12, 28), st.integers(1, 12))
def test_on_every_day_a_kind_is_covered_in_a_ring_if_someone_there_was_noted_for_it(
    moves: list[Move], noted: dict[tuple[str, str], date], until: int, since: int
) -> None:
    found = help_over_time(ring_stays(moves), noted, may(until), may(since))
    for number in range(since, until + 1):
        day = may(number)
        there = {(m.member_id, m.place) for m in standing(moves, day).values()}
        for kind in KINDS_OF_HELP:
            for ring in RINGS:
                covered = any(first <= day <= last for first, last in found[kind][ring])
                known = {m for (m, k), on in noted.items() if k == kind and on <= day}
                assert covered == any(m in known for m, place in there if place == ring)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-60, 70))), st.integers(-20, 20))
def test_in_touch_counts_each_one_once_for_thirty_days(contacts: list[tuple[str, int]], since: int) -> None:
    dated = [(who, may(1) + timedelta(days=number)) for who, number in contacts]
    first, today = may(1) + timedelta(days=since), may(1) + timedelta(days=60)
    amounts = in_touch_over_time(dated, today, first)
    assert (amounts[0].day, amounts[-1].day) == (first, today)
    day = first
    while day <= today:
        [*_, now] = [amount.number for amount in amounts if amount.day <= day]
        assert now == len({who for who, on in dated if 0 <= (day - on).days < 30})
        day += timedelta(days=1)


def test_a_line_of_check_ins_begins_with_three_and_breaks_where_a_week_has_none() -> None:
    weekly = [Said(may(4), 3), Said(may(10), 5), Said(may(11), 4)]  # Monday, Sunday, Monday
    assert unbroken(weekly[:2]) == []
    assert unbroken([*weekly[:2], Said(may(4), 9)]) == []
    assert unbroken(weekly) == [weekly]
    assert unbroken([*weekly, Said(may(25), 2)]) == [weekly, [Said(may(25), 2)]]
    assert unbroken([Said(may(4), 3), Said(may(24), 5), Said(may(25), 4)])[0] == [Said(may(4), 3)]


def test_of_two_check_ins_on_a_day_the_later_one_counts() -> None:
    assert unbroken([Said(may(4), 3), Said(may(4), 8), Said(may(5), 1), Said(may(6), 1)])[0][0].value == 8


def test_reasons_are_told_in_order_and_never_of_whoever_is_left_out() -> None:
    told = [
        Move("ada", "core", may(9), 2, "She stayed."),
        Move("kofi", "outer", may(3), 1, "He moved away."),
        Move("noor", "core", may(9), 3, "Kept for me."),
        Move("june", "core", may(9), 4),
        Move("ada", "outer", may(20), 5, "Later."),
    ]
    assert [m.reason for m in reasons(told, may(1), may(19), {"noor"})] == ["He moved away.", "She stayed."]


def test_give_and_take_names_only_whoever_may_be_shown() -> None:
    members = [
        member("ada", gives_takes="gives"),
        member("kofi", "outer", gives_takes="takes"),
        member("noor", gives_takes="takes", contact="not_for_now"),
        member("june", gives_takes="gives", pictured=False),
        member("sam", "released", gives_takes="gives"),
        member("eva", gives_takes="gives", parted="died"),
        member("lil"),
    ]
    found = {how: [one.member_id for one in those] for how, those in gives_and_takes(members).items()}
    assert found == {"gives": ["ada"], "takes": ["kofi"]}


def test_one_who_is_alone_with_a_kind_of_help_is_told_of_and_a_place_is_not() -> None:
    members = [
        member("ada", "core", "listen", "practical"),
        member("kofi", "outer", "listen", "advice", "emergency"),
        member("line", "outer", "knows", kind="line"),
        member("noor", "core", "emergency", pictured=False),
        member("june", "released", "company"),
    ]
    found = [(one.member_id, kinds) for one, kinds in leant_on(members)]
    assert found == [("ada", ("practical",)), ("kofi", ("advice",))]


def test_whoever_is_left_out_not_for_now_or_died_is_not_said_to_be_leant_on() -> None:
    for more in ({"pictured": False}, {"contact": "not_for_now"}, {"parted": "died"}):
        assert leant_on([member("ada", "core", "listen", **more)]) == []
