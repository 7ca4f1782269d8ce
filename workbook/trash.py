"""Whom one may still bring back: deleted for 30 days, or released as long ago. Pure: no clock, no storage."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from workbook.pod import RINGS, Member, Move, standing

KEPT_DAYS = 30
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InTrash:
    """Someone deleted or released not long ago: since when, how many days are left, and where they were before.

    Who was deleted is gone for good after those days; who was released stays released, with all that was noted.
    """

    member: Member
    deleted_on: date | None
    released_on: date | None
    days_left: int
    back_to: str


def over(deleted_at: datetime, now: datetime) -> bool:
    """Whether the 30 days are over; both naive UTC."""
    return now >= deleted_at + KEPT_DAYS * DAY


def deleted(member: Member, on_day: date, deleted_at: datetime, now: datetime) -> InTrash:
    """One deleted member, deleted at a time (naive UTC) that was `on_day` for the person."""
    left = (deleted_at + KEPT_DAYS * DAY - now) / DAY
    return InTrash(member, on_day, None, min(max(ceil(left), 0), KEPT_DAYS), member.place)


def released(members: Iterable[Member], moves: Iterable[Move], today: date) -> list[InTrash]:
    """Those released in the last 30 days, the latest first; whoever died comes last."""
    moved = sorted(moves, key=lambda move: (move.on_day, move.seq))
    now = standing(moved)
    found = []
    for member in members:
        last = now.get(member.member_id)
        if last is None or last.place != "released":
            continue
        left = KEPT_DAYS - (today - last.on_day).days
        if 0 < left <= KEPT_DAYS:
            before = [m.place for m in moved if m.member_id == member.member_id and m.place in RINGS]
            found.append(InTrash(member, None, last.on_day, left, before[-1] if before else "unplaced"))
    return sorted(found, key=lambda one: (bool(one.member.parted), -(one.released_on or today).toordinal()))
