"""Waiting after wrong passphrases: it slows a guesser, ends by itself and cannot be made longer by trying."""

from datetime import datetime, timedelta

import pytest

from workbook.throttle import MOST_KEPT, Throttle, address_wait_until, neighbourhood, wait_until

NOON = datetime(2026, 3, 2, 12, 0)


def failures(count: int, last: datetime = NOON) -> list[datetime]:
    """So many failures, a second apart, the last of them at `last`."""
    return [last - timedelta(seconds=count - 1 - n) for n in range(count)]


def test_a_name_never_tried_need_not_wait() -> None:
    assert wait_until([], NOON) is None


def test_four_failures_are_free() -> None:
    assert wait_until(failures(4), NOON) is None


@pytest.mark.parametrize(("count", "minutes"), [(5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (20, 15)])
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(count: int, minutes: int) -> None:
    assert wait_until(failures(count), NOON) == NOON + timedelta(minutes=minutes)


def test_ninety_nine_failures_make_one_wait_a_quarter_of_an_hour_and_a_hundred_a_day() -> None:
    assert wait_until([NOON] * 99, NOON) == NOON + timedelta(minutes=15)
    assert wait_until([NOON] * 100, NOON) == NOON + timedelta(days=1)
    assert wait_until([NOON] * 100, NOON + timedelta(days=1)) is None


@pytest.mark.parametrize("count", [1, 2, 5, 99])
def test_where_one_try_is_free_the_next_waits_a_quarter_of_an_hour(count: int) -> None:
    assert wait_until(failures(count), NOON, free=1) == NOON + timedelta(minutes=15)
    assert wait_until([], NOON, free=1) is None


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("loopback", "loopback"),
        ("", ""),
    ],
)
def test_an_address_stands_for_its_home(address: str, place: str) -> None:
    assert neighbourhood(address) == place


def test_failures_of_long_ago_are_forgotten_before_they_fill_the_memory() -> None:
    throttle = Throttle()
    for n in range(3 * MOST_KEPT):
        throttle.begin(f"name {n}", f"192.0.{n // 256}.{n % 256}", NOON)
    assert len(throttle._failures) == 9 * MOST_KEPT
    for n in range(3 * MOST_KEPT):
        throttle.begin(f"later {n}", f"198.51.{n // 256}.{n % 256}", NOON + timedelta(days=1))
    assert len(throttle._failures) <= 12 * MOST_KEPT


def test_the_wait_is_over_at_its_minute_and_not_before() -> None:
    assert wait_until(failures(5), NOON + timedelta(seconds=59)) == NOON + timedelta(minutes=1)
    assert wait_until(failures(5), NOON + timedelta(seconds=60)) is None


def test_asking_again_while_waiting_does_not_lengthen_the_wait() -> None:
    kept = failures(6)
    asked = [wait_until(kept, NOON + timedelta(seconds=s)) for s in (0, 30, 90, 119)]
    assert asked == [NOON + timedelta(minutes=2)] * 4


def test_failures_older_than_a_quarter_of_an_hour_are_forgotten() -> None:
    assert wait_until(failures(20), NOON + timedelta(minutes=15)) is None
    spread = [NOON + timedelta(minutes=4 * n) for n in range(30)]
    assert wait_until(spread, spread[-1]) is None


def test_an_address_may_fail_nineteen_times_in_an_hour() -> None:
    assert address_wait_until(failures(19), NOON) is None


def test_twenty_failures_make_an_address_wait_until_the_first_is_an_hour_old() -> None:
    spread = [NOON + timedelta(minutes=n) for n in range(20)]
    now = spread[-1]
    assert address_wait_until(spread, now) == NOON + timedelta(hours=1)
    assert address_wait_until(spread, NOON + timedelta(hours=1)) is None
