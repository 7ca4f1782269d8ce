"""The one small thing that Today suggests."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from workbook import content
from workbook.content import Exercise
from workbook.in_touch import Rows
from workbook.pod import Member
from workbook.settings import ROOT
from workbook.suggesting import OpenHello, Progress, for_today, one_thing

EXERCISES = content.load(ROOT / "seeds" / "en").exercises
DAY = date(2026, 5, 4)


def untouched() -> dict[str, Progress]:
    return {e.key: Progress(e, None, 0, None, "UTC") for e in EXERCISES}


def opened(*keys: str) -> list[Progress]:
    return [replace(p, opened=DAY) if p.exercise.key in keys else p for p in untouched().values()]


def key_of(exercise: Exercise | None) -> str | None:
    return exercise.key if exercise else None


@pytest.mark.parametrize(
    ("so_far", "named", "suggested"),
    [
        ([], False, "welcome.before"),
        (["welcome.before"], False, "welcome.first_dots"),
        (["welcome.before"], True, "welcome.who_sees"),
        (["welcome.before", "welcome.first_dots"], True, "welcome.who_sees"),
        ([e.key for e in EXERCISES], True, None),
    ],
)
def test_first_what_this_is_then_the_first_name_then_the_next_page(
    so_far: list[str], named: bool, suggested: str | None
) -> None:
    assert key_of(one_thing(opened(*so_far), named=named)) == suggested


def test_a_page_written_in_is_not_suggested_again_even_if_it_was_never_noted_as_opened() -> None:
    progress = untouched() | {"welcome.before": replace(untouched()["welcome.before"], answered=1)}
    assert key_of(one_thing(progress.values())) == "welcome.first_dots"


def test_with_low_energy_nothing_takes_more_than_two_minutes() -> None:
    left = dict(untouched())
    while found := one_thing(left.values(), low_energy=True):
        assert found.minutes <= 2
        del left[found.key]
    assert all(p.exercise.minutes > 2 or p.exercise.follows for p in left.values())


@pytest.mark.parametrize("low_energy", [True, False])
def test_no_stage_of_a_hello_nobody_began_and_never_the_five_taps_are_the_one_small_thing(low_energy: bool) -> None:
    left, named = dict(untouched()), []
    while (found := one_thing(left.values(), low_energy=low_energy)) and found.key in left:
        named.append(found)
        del left[found.key]
    assert [e.key for e in named if e.follows or e.kind == "safety"] == []
    assert {"reach_out.pick", "stay_open.little_more"} <= {e.key for e in named}


def test_what_a_coach_suggests_may_follow_another_page_but_is_never_the_five_taps() -> None:
    suggested = ["reach_out.for_now", "reach_out.two_lines"]
    assert key_of(one_thing(opened("welcome.before"), named=True, suggested=suggested)) == "reach_out.two_lines"


NOOR, JO = (Member(name, name, at, contact="ok", place="core") for at, name in enumerate(("Noor", "Jo")))


def waiting(*hellos: OpenHello) -> list[str]:
    found = for_today(opened(), Rows(members=(NOOR, JO)), DAY, hellos=hellos)
    return [one.member_id for one in found.go_on]


@pytest.mark.parametrize("stage", ["pick", "two_lines", "sent", "after_sent"])
@pytest.mark.parametrize(
    ("sent", "named"),
    [(False, ["Noor"]), (True, [])],
)
def test_a_hello_waits_on_today_until_it_is_sent_however_far_it_came(stage: str, sent: bool, named: list[str]) -> None:
    assert waiting(OpenHello("Noor", stage, sent, DAY)) == named


def test_every_hello_that_waits_is_named_and_none_that_is_older_than_a_month() -> None:
    two = OpenHello("Jo", "pick", False, DAY - timedelta(days=30)), OpenHello("Noor", "sent", False, DAY)
    assert waiting(*two) == ["Jo", "Noor"]
    assert waiting(replace(two[0], last_on=DAY - timedelta(days=31)), two[1]) == ["Noor"]
