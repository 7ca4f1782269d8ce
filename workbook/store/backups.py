"""Backups: verified copies made while the workbook runs, and which of them are kept."""

import re
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from workbook.store.engine import Engine
from workbook.store.files import move, remove, settle
from workbook.store.folder import BACKUPS, refuse_without_room
from workbook.store.telling import tell

STAMP = "%Y-%m-%dT%H%M%SZ"
HOURLY = 24
DAILY = 30
LONGEST = timedelta(days=90)
JUMP = timedelta(days=7)
SURE_AFTER = timedelta(days=7)
_NAMED = re.compile(r"(\d{4}-\d\d-\d\dT\d{6}Z)(-[a-z0-9-]+)?(\.duckdb)?")


def take(engine: Engine, folder: Path, now: datetime, why: str = "") -> Path:
    """A copy of the database as of one moment, read back row for row and on the disk before it gets its name.

    The keys of people are never in it: without them it opens nothing, and a person deleted later stays unreadable in it.
    """
    refuse_without_room(folder, engine.path.stat().st_size)
    made = folder / BACKUPS / f"{now.strftime(STAMP)}{why and '-' + why}.duckdb"
    part = made.with_suffix(".part")
    remove(part)
    remove(part.with_name(part.name + ".wal"))
    try:
        engine.copy_into(part)
        part.chmod(0o600)
        settle(part)
        move(part, made)
    finally:
        remove(part)
        remove(part.with_name(part.name + ".wal"))
    return made


def all_in(folder: Path) -> list[tuple[datetime, Path]]:
    """Every backup with the time it was made (naive UTC), and what a restore put aside; oldest first."""
    named = ((_NAMED.fullmatch(path.name), path) for path in folder.iterdir())
    return sorted((datetime.strptime(found[1], STAMP), path) for found, path in named if found)


def newest(folder: Path) -> datetime | None:
    """When the newest backup was made."""
    return max((made for made, path in all_in(folder) if path.is_file()), default=None)


def prune(folder: Path, now: datetime) -> None:
    """Delete what need not be kept: 24 newest, the newest of each of 30 days, special ones; none over 90 days.

    A wrong clock costs none: what is of a time to come stays and counts for nothing, and after a jump nothing is too old.
    """
    found = [(made, path) for made, path in all_in(folder) if made <= now]
    ahead = [made for made, _ in all_in(folder) if made > now]
    if ahead:
        tell(
            f"Backups of a time to come: {len(ahead)}, up to {max(ahead):{STAMP}}. If the clock is right now,"
            " delete those that a wrong one named."
        )
    jump = jump_of_clock(folder, now)
    if jump:
        tell(f"{jump}. If that is right, the backups that are too old go after a week; if not, set the clock right.")
    kept = keep([made for made, path in found if _plain(path)])
    for made, path in found:
        too_old = made < now - LONGEST and not jump
        if too_old or (_plain(path) and made not in kept):
            remove(path)


def keep(made: list[datetime]) -> set[datetime]:
    """Which of the hourly backups stay."""
    latest = sorted(made, reverse=True)
    of_its_day = {at.date(): at for at in sorted(made)}
    daily = sorted(of_its_day.values(), reverse=True)[:DAILY]
    return {*latest[:HOURLY], *daily}


def jump_of_clock(folder: Path, now: datetime) -> str:
    """How the clock went on further in one go than it should, if it did within the last week; "" otherwise.

    The workbook may have stood still for so long, or the clock is wrong: then nothing may be lost by what it says.
    """
    moments = [*(made for made, _ in all_in(folder) if made <= now), now]
    for before, after in pairwise(moments):
        if after - before > JUMP and now - after < SURE_AFTER:
            return f"The clock went on by {(after - before).days} days since the backup of {before:{STAMP}}"
    return ""


def _plain(path: Path) -> bool:
    found = _NAMED.fullmatch(path.name)
    return bool(found and not found[2])
