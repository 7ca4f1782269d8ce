"""A time for one's own calendar, as a file: a neutral title, no name, and one's own words only where asked for."""

import hashlib
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard

from workbook.content import Content
from workbook.store.tries import Try

TITLE = "Time for me"
LASTS = timedelta(minutes=15)
WEEKS = 52  # a weekly time ends by itself after a year: nothing asks for ever
_MARGIN = timedelta(days=2)  # how far around the event its zone's changes are told


def calendar_file(
    thing: str, begins: datetime, zone: str, *, now: datetime, weekly: bool = False, words: str = ""
) -> bytes:
    """An iCalendar file (UTF-8) with one event of fifteen minutes; weekly it comes for a year.

    `thing` is what the time is for: the same thing gives the same UID, which tells nothing of it, so that a calendar
    moves the event it has instead of adding another. `begins` is naive and local to `zone` (an IANA name), `now` naive
    UTC. It rings no alarm: whoever wants one has it in their calendar, and no other sound is made from here.
    """
    local = ZoneInfo(zone)
    start = begins.replace(tzinfo=local)
    if not weekly:  # a time the clocks leap over is moved to the one that is there; a weekly one keeps its hour
        start = start.astimezone(UTC).astimezone(local)
    event = Event()
    event.add("uid", hashlib.sha256(thing.encode()).hexdigest()[:32])
    event.add("dtstamp", now.replace(tzinfo=UTC))
    event.add("summary", TITLE)
    event.add("dtstart", start)
    event.add("duration", LASTS)  # an end would lie before the start on the night the clocks go back
    if weekly:
        event.add("rrule", {"freq": "weekly", "count": WEEKS})
    if words := _told(words):
        event.add("description", words)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", "-//Notes//Notes//EN")
    calendar.add("version", "2.0")
    last = start.date() + (timedelta(weeks=WEEKS) if weekly else timedelta())
    calendar.add_component(_zone(local, start.date() - _MARGIN, last + _MARGIN))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def plan_words(content: Content, plan: Try) -> str:
    """A plan as the person wrote it: its cue, its act and what to do if that gets hard, a line each."""
    begun = next((e for e in content.exercises if e.key == plan.began_via.partition("|")[0]), None)
    offered = [p for p in begun.prompts if p.fills == "try.act" and p.options] if begun else []
    said = {part: str(plan.fields.get(part) or "") for part in ("cue", "act", "fallback")}
    said["act"] = offered[0].words_of(said["act"]) if offered else said["act"]
    return "\n".join(words for words in said.values() if words)


def _told(words: str) -> str:
    """The words without what a calendar file may not hold: control characters, and halves of a character."""
    lines = ("".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs")) for line in words.splitlines())
    return "\n".join(lines).strip()


def _zone(zone: ZoneInfo, first: date, last: date) -> Timezone:
    """The zone's clock from one day to another, change by change, as RFC 5545 tells it: each begins by the old clock."""
    told = Timezone()
    told.add("tzid", zone.key)
    begins, ends = (datetime.combine(day, time(), UTC) for day in (first, last))
    changes = list(_changes(zone, begins, ends))
    before = begins.astimezone(zone)
    summer = bool(changes) and changes[0][1] > changes[0][2]
    offset = _offset(before)
    told.add_component(_observance(before.replace(tzinfo=None), offset, offset, before.tzname(), summer=summer))
    for at, old, new in changes:
        name = at.astimezone(zone).tzname()
        told.add_component(_observance((at + old).replace(tzinfo=None), old, new, name, summer=new > old))
    return told


def _changes(zone: ZoneInfo, first: datetime, last: datetime) -> Iterator[tuple[datetime, timedelta, timedelta]]:
    """Each moment (UTC, to the minute) from which another offset holds, with the offset before and from then on."""
    day, step = first, timedelta(days=1)
    while day < last:
        old, new = (_offset(at.astimezone(zone)) for at in (day, day + step))
        if old != new:
            low, high = 0, 24 * 60
            while high - low > 1:
                middle = (low + high) // 2
                there = _offset((day + timedelta(minutes=middle)).astimezone(zone))
                low, high = (middle, high) if there == old else (low, middle)
            yield day + timedelta(minutes=high), old, new
        day += step


def _observance(
    began: datetime, old: timedelta, new: timedelta, name: str | None, *, summer: bool
) -> TimezoneStandard | TimezoneDaylight:
    one: TimezoneStandard | TimezoneDaylight = TimezoneDaylight() if summer else TimezoneStandard()
    one.add("dtstart", began)
    one.add("tzoffsetfrom", old)
    one.add("tzoffsetto", new)
    if name:
        one.add("tzname", name)
    return one


def _offset(at: datetime) -> timedelta:
    return at.utcoffset() or timedelta()
