"""Backups: verified copies made while the workbook runs, and which of them are kept."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from workbook.store.engine import Engine
from workbook.store.files import move, remove, settle
from workbook.store.folder import BACKUPS, refuse_without_room

STAMP = "%Y-%m-%dT%H%M%SZ"
HOURLY = 24
DAILY = 30
LONGEST = timedelta(days=90)
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
    """Delete what need not be kept: 24 newest, the newest of each of 30 days, special ones; none over 90 days."""
    found = all_in(folder)
    kept = keep([made for made, path in found if _plain(path)], now)
    for made, path in found:
        if made < now - LONGEST or (_plain(path) and made not in kept):
            remove(path)


def keep(made: list[datetime], now: datetime) -> set[datetime]:
    """Which of the hourly backups stay."""
    latest = sorted(made, reverse=True)
    of_its_day = {at.date(): at for at in sorted(made)}
    daily = sorted(of_its_day.values(), reverse=True)[:DAILY]
    return {at for at in {*latest[:HOURLY], *daily} if at >= now - LONGEST}


def _plain(path: Path) -> bool:
    found = _NAMED.fullmatch(path.name)
    return bool(found and not found[2])
