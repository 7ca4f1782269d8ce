"""When to look again at what was put aside: on its day and never before."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.ladder import in_months, look_again
from workbook.pod import Member

TODAY = date(2026, 3, 2)


def put_aside(name: str, until: str, state: str = "not_for_me", place: str = "outer") -> Member:
    return Member(name, name, 1, kind="group", place=place, state=state, look_again=until)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 3, 2), 1, date(2026, 4, 2)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 6, date(2028, 8, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 7, 31), 6, date(2027, 1, 31)),
    ],
)
def test_a_month_on_is_the_same_day_or_the_last_of_a_shorter_month(day: date, months: int, then: date) -> None:
    assert in_months(day, months) == then


@given(st.dates(date(1990, 1, 1), date(2200, 1, 1)), st.sampled_from([1, 3, 6]))
def test_some_months_on_is_always_that_many_months_on(day: date, months: int) -> None:
    then = in_months(day, months)
    assert (then.year * 12 + then.month) - (day.year * 12 + day.month) == months
    assert then.day == day.day or (then + timedelta(days=1)).day == 1


def test_what_was_put_aside_is_named_on_its_day_and_not_before() -> None:
    members = [put_aside("choir", "2026-03-03"), put_aside("adfam", "2026-03-02"), put_aside("al_anon", "2025-01-01")]
    assert [m.name for m in look_again(members, TODAY)] == ["al_anon", "adfam"]
    assert [m.name for m in look_again(members, TODAY + timedelta(days=1))] == ["al_anon", "adfam", "choir"]


@pytest.mark.parametrize(
    "member",
    [
        put_aside("no day", ""),
        put_aside("kept meanwhile", "2026-01-01", state="keep"),
        put_aside("found again", "2026-01-01", state="found"),
        put_aside("left off", "2026-01-01", place="left_off"),
        put_aside("let go", "2026-01-01", place="released"),
    ],
    ids=lambda m: m.name,
)
def test_nobody_is_named_who_has_no_day_or_is_no_longer_put_aside(member: Member) -> None:
    assert look_again([member], TODAY) == []


def test_what_was_put_aside_anew_waits_for_a_day_of_its_own() -> None:
    [again] = [replace(put_aside("choir", "2026-03-01"), state_on=date(2026, 2, 1))]
    assert look_again([again], TODAY) == [again]
    assert look_again([replace(again, state_on=TODAY)], TODAY) == []
