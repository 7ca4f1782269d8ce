"""The ladder of a resource: what was found, tried and kept, and when to look at it again. Pure: no clock, no storage."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from workbook.in_touch import may_be_written_to
from workbook.pod import Member

WAITS = {"month": 1, "quarter": 3, "half_year": 6}  # what may be picked, in months
NOT_AGAIN = "no"
PUT_ASIDE = "not_for_me"


def in_months(day: date, months: int) -> date:
    """The same day so many months on, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def look_again(members: Iterable[Member], today: date) -> list[Member]:
    """Those put aside whose day to look again has come, the longest waiting first; none before its day.

    None off the map, none to whom nothing may be sent now, and none put aside anew since that day.
    """
    due = [
        (day, m.added_seq, m)
        for m in members
        if m.look_again
        and m.state == PUT_ASIDE
        and may_be_written_to(m)
        and (m.state_on or date.min) < (day := date.fromisoformat(m.look_again)) <= today
    ]
    return [member for _, _, member in sorted(due, key=lambda one: one[:2])]
