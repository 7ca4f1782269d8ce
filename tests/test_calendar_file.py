"""A time for one's own calendar, read back as a calendar would: its clock, its weeks, and nothing of anyone in it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tests.characters import MONDAY
from workbook.calendar_file import LASTS, TITLE, WEEKS, calendar_file, plan_words
from workbook.content import Content
from workbook.store.tries import Try

LONDON, AUCKLAND, NEW_YORK = "Europe/London", "Pacific/Auckland", "America/New_York"
LORD_HOWE, CASABLANCA, DUBLIN = "Australia/Lord_Howe", "Africa/Casablanca", "Europe/Dublin"


def made(
    begins: datetime, zone: str = LONDON, *, thing: str = "plan 1", weekly: bool = False, words: str = ""
) -> bytes:
    return calendar_file(thing, begins, zone, now=MONDAY, weekly=weekly, words=words)


def read(file: bytes) -> Any:
    """Its one event, by another reader's rules."""
    calendar = Calendar.from_ical(file)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE", "VEVENT"]
    assert (str(calendar["version"]), str(calendar["prodid"])) == ("2.0", "-//Notes//Notes//EN")
    event: Any = calendar.events[0]
    assert event.errors == []
    return event


def times(file: bytes) -> list[datetime]:
    """When it takes place, in UTC, by the clock that the file itself tells and by no other."""
    event = read(file)
    wall = event.start.replace(tzinfo=None)
    rule = event.get("rrule")
    every = list(rrulestr(rule.to_ical().decode(), dtstart=wall)) if rule else [wall]
    clock: Any = Calendar.from_ical(file).timezones[0].to_tz(lookup_tzid=False)
    return [one.replace(tzinfo=clock).astimezone(UTC) for one in every]


def test_a_time_is_a_quarter_of_an_hour_with_a_neutral_title_seen_by_nobody_else_and_without_a_sound() -> None:
    event = read(made(datetime(2026, 3, 8, 18, 30)))
    assert event.start == datetime(2026, 3, 8, 18, 30, tzinfo=ZoneInfo(LONDON))
    assert event["dtstamp"].dt == MONDAY.replace(tzinfo=UTC)
    assert (str(event["summary"]), event["duration"].dt) == (TITLE, LASTS) == ("Time for me", timedelta(minutes=15))
    assert (str(event["class"]), str(event["transp"])) == ("PRIVATE", "TRANSPARENT")
    assert event.subcomponents == []
    assert {name.lower() for name in event} == {
        *("uid", "dtstamp", "summary", "dtstart", "duration", "class", "transp"),
    }


def test_the_same_thing_has_the_same_uid_whenever_it_is_taken_and_the_uid_tells_nothing() -> None:
    one, again, other = (
        str(read(made(begins, thing=thing))["uid"])
        for begins, thing in (
            (datetime(2026, 3, 8, 18), "plan june"),
            (datetime(2026, 4, 9, 7), "plan june"),
            (datetime(2026, 3, 8, 18), "plan kofi"),
        )
    )
    assert one == again != other
    assert re.fullmatch(r"[0-9a-f]{32}", one)


@pytest.mark.parametrize(
    ("zone", "begins", "hour"),
    [
        (LONDON, datetime(2026, 3, 8, 18, 30), (18, 30)),
        (LONDON, datetime(2026, 10, 24, 23, 50), (23, 50)),
        (NEW_YORK, datetime(2026, 3, 1, 8), (8, 0)),
        (AUCKLAND, datetime(2026, 3, 29, 9), (9, 0)),
        (LORD_HOWE, datetime(2026, 3, 29, 9), (9, 0)),
        (CASABLANCA, datetime(2027, 1, 31, 9), (9, 0)),
        (DUBLIN, datetime(2026, 10, 18, 0, 15), (0, 15)),
        ("Asia/Kolkata", datetime(2026, 3, 8, 18, 30), (18, 30)),
        ("Etc/GMT+12", datetime(2026, 3, 8, 18, 30), (18, 30)),
    ],
)
def test_a_weekly_time_keeps_its_hour_when_the_clocks_change_and_ends_after_a_year(
    zone: str, begins: datetime, hour: tuple[int, int]
) -> None:
    local = [at.astimezone(ZoneInfo(zone)) for at in times(made(begins, zone, weekly=True))]
    assert {(at.hour, at.minute) for at in local} == {hour}
    assert [at.date() for at in local] == [begins.date() + timedelta(weeks=n) for n in range(WEEKS)]
    changes = {at.utcoffset() for at in local}
    assert len(changes) == (1 if zone in ("Asia/Kolkata", "Etc/GMT+12") else 2), "a year holds both clocks"


@pytest.mark.parametrize("weekly", [False, True])
@pytest.mark.parametrize(
    ("zone", "begins"),
    [
        ("Australia/Sydney", datetime(2026, 10, 6, 18)),
        (AUCKLAND, datetime(2026, 9, 29, 18)),
        ("Africa/Cairo", datetime(2026, 4, 26, 18)),
        ("Asia/Jerusalem", datetime(2026, 3, 29, 18)),
        ("America/Santiago", datetime(2026, 9, 8, 18)),
        ("Atlantic/Azores", datetime(2026, 3, 31, 18)),
        ("America/Havana", datetime(2026, 3, 10, 18)),
    ],
)
def test_two_days_after_the_clocks_changed_the_file_tells_the_new_clock(
    zone: str, begins: datetime, weekly: bool
) -> None:
    told = times(made(begins, zone, weekly=weekly))
    walls = [begins + timedelta(weeks=n) for n in range(len(told))]
    assert told == [one.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for one in walls]


def test_a_leap_day_is_a_day_like_any_other() -> None:
    assert times(made(datetime(2028, 2, 29, 7, 45))) == [datetime(2028, 2, 29, 7, 45, tzinfo=UTC)]
    days = [at.date() for at in times(made(datetime(2028, 2, 29, 7, 45), weekly=True))]
    assert days[:2] == [date(2028, 2, 29), date(2028, 3, 7)]


def test_an_hour_that_the_clocks_leap_over_becomes_the_one_that_is_there() -> None:
    oslo = made(datetime(2026, 3, 29, 2, 30), "Europe/Oslo")
    assert read(oslo).start.replace(tzinfo=None) == datetime(2026, 3, 29, 3, 30)
    assert times(oslo) == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]


def test_a_weekly_time_that_begins_in_a_leapt_hour_keeps_its_hour_in_the_weeks_after() -> None:
    file = made(datetime(2026, 3, 29, 2, 30), "Europe/Oslo", weekly=True)
    after = [at.astimezone(ZoneInfo("Europe/Oslo")) for at in times(file)][1:]
    assert {(at.hour, at.minute) for at in after} == {(2, 30)}


def test_an_hour_that_is_there_twice_is_its_first() -> None:
    assert times(made(datetime(2026, 10, 25, 1, 50))) == [datetime(2026, 10, 25, 0, 50, tzinfo=UTC)]


def test_words_are_in_it_only_where_they_are_given() -> None:
    assert "description" not in read(made(datetime(2026, 3, 8, 18)))
    assert str(read(made(datetime(2026, 3, 8, 18), words="Sunday tea\nText June"))["description"]) == (
        "Sunday tea\nText June"
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ('Tea, then; a \\walk\\ "out"', 'Tea, then; a \\walk\\ "out"'),
        ("a\r\nBEGIN:VALARM\r\nEND:VALARM", "a\nBEGIN:VALARM\nEND:VALARM"),
        ("a\rATTENDEE:mailto:x@example", "a\nATTENDEE:mailto:x@example"),
        ("a\u2028END:VEVENT\u0085END:VCALENDAR", "a\nEND:VEVENT\nEND:VCALENDAR"),
        ("a\x00b\x07c\x1bd", "abcd"),
        ("half \ud83d of it", "half  of it"),
        ("נועה 🌻 👩‍👩‍👧 é", "נועה 🌻 👩‍👩‍👧 é"),
        ("  \n\x00 ", None),
        ("🌻" * 10_000 + "e" * 10_000, "🌻" * 10_000 + "e" * 10_000),
    ],
)
def test_hostile_words_stay_words(typed: str, kept: str | None) -> None:
    file = made(datetime(2026, 3, 8, 18), words=typed)
    event = read(file)
    found = event.get("description")
    assert (None if found is None else str(found)) == kept
    assert {name.lower() for name in event} - {"description"} == {name.lower() for name in read(made(MONDAY))}


@given(st.text(max_size=400))
def test_whatever_is_typed_the_file_has_the_lines_of_a_calendar(typed: str) -> None:
    file = made(datetime(2026, 3, 8, 18), words=typed)
    assert file.decode("utf-8").endswith("END:VCALENDAR\r\n")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", file) is None
    assert max(map(len, file.split(b"\r\n"))) <= 75
    assert file.count(b"\r\nBEGIN:") == 3 and read(file).subcomponents == []


def test_a_plan_is_told_in_its_own_words_a_line_for_each_part(words: Content) -> None:
    def plan(begun: str, **fields: str) -> str:
        return plan_words(words, Try("t", "m", f"{begun}|2026-03-02", MONDAY.date(), "UTC", MONDAY, 1, fields))

    assert plan("check_in.closing", act="Sit in the library", cue="Friday", fallback="Next week", text="Hi June") == (
        "Friday\nSit in the library\nNext week"
    )
    assert plan("stay_open.little_more", act="walk") == next(
        o.words for p in words.exercise("stay_open.little_more").prompts for o in p.options if o.key == "walk"
    )
    assert plan("gone.long_ago", act="walk", cue="") == "walk"
