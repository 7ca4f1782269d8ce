"""Days and times in words, in the person's own time zone."""

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date, format_time, get_month_names

from workbook.house import LANGUAGE
from workbook.my_workbook import MyWorkbook


def moment(book: MyWorkbook, recorded_at: datetime) -> str:
    """“14:02” today, “3 May” on another day; `recorded_at` is naive UTC."""
    local = book.local(recorded_at)
    return format_time(local, "HH:mm") if local.date() == book.today else day(local.date(), book.today)


@lru_cache(maxsize=4096)
def day(on: date, today: date | None = None) -> str:
    """“3 May”, with the year where it is not this one."""
    return format_date(on, "d MMM" if today and on.year == today.year else "d MMM y", locale=LANGUAGE)


def month_names() -> list[str]:
    """January to December, as they stand in a day."""
    return [*get_month_names("abbreviated", "format", locale=LANGUAGE).values()]
