"""The one small thing that Today suggests."""

from dataclasses import replace
from datetime import date

import pytest

from workbook import content
from workbook.content import Exercise
from workbook.settings import ROOT
from workbook.suggesting import Progress, one_thing

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
    assert all(p.exercise.minutes > 2 for p in left.values())
