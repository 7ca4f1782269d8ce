"""Fills a small disk under a running store, twice; prints what came of it. Run in a namespace of its own, see test_disks.

Where no small disk can be mounted, the kernel's limit on the length of files stands in for it.
"""

import json
import os
import resource
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path

from workbook.store import accounts, answers, folder
from workbook.store.engine import StoreTrouble
from workbook.store.opening import Store, open_store

NOW, TODAY = datetime(2026, 3, 2, 9), date(2026, 3, 2)


class Mounted:
    """A real small disk, filled with a file of nothing."""

    def __init__(self, room: Path) -> None:
        self._ballast = room / "ballast"

    def fill(self, leave: int) -> None:
        os.sync()
        length = folder.free(self._ballast.parent) - leave
        with self._ballast.open("wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, length)

    def empty(self) -> None:
        self._ballast.unlink()


class Limited:
    """A limit on the length of files: enough for those that are there, and a little more."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self, leave: int) -> None:
        if leave > 10 << 20:
            folder.LEAST_FREE = folder.free(self._room) + (1 << 30)
        else:
            longest = max(path.stat().st_size for path in self._room.rglob("*") if path.is_file())
            resource.setrlimit(resource.RLIMIT_FSIZE, (longest + leave, self._limits[1]))

    def empty(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._limits)


def main(room: Path, disk: Mounted | Limited) -> dict[str, object]:
    store = open_store(room / "data")
    ada = accounts.add_person(store, "ada", "Ada", "no hash", NOW) or ""
    kept: list[str] = []
    troubles: Counter[str] = Counter()

    def attempt(count: int, length: int = 100) -> None:
        for _ in range(count):
            value = f"{len(kept)}.{sum(troubles.values())} " + "x" * length
            try:
                save(store, ada, value)
                kept.append(value)
            except StoreTrouble as trouble:
                troubles[trouble.code] += 1

    attempt(20)
    disk.fill(leave=60 << 20)
    attempt(10)
    refused_early = dict(troubles)
    disk.empty()
    folder.LEAST_FREE = 0
    troubles.clear()

    attempt(20)
    disk.fill(leave=2 << 20)
    attempt(400, 20_000)
    failed = dict(troubles)
    for act in (lambda: store.back_up(NOW), store.rewrite):
        try:
            act()
        except StoreTrouble as trouble:
            troubles[trouble.code] += 1
    half_made = [path.name for path in (room / "data").rglob("*") if "part" in path.name or "rewriting" in path.name]
    there = [saved.value for saved in answers.every_version(store, ada)]
    disk.empty()
    attempt(20)
    store.back_up(NOW)
    store.rewrite()
    at_the_end = [saved.value for saved in answers.every_version(store, ada)]
    store.close()
    return {
        "how": type(disk).__name__,
        "refused_early": refused_early,
        "failed": failed,
        "half_made": half_made,
        "acknowledged": len(kept),
        "lost": len(set(kept) - set(at_the_end)),
        "lost_while_full": len(set(kept[:-20]) - set(there)),
        "doubled": len(at_the_end) - len(set(at_the_end)),
        "saved_again": kept[-1] == at_the_end[-1],
    }


def save(store: Store, who: str, value: str) -> None:
    with store.pen(who, NOW, TODAY, "UTC") as pen:
        answers.append(pen, "reflect.drifted", "together", "", "", value)


if __name__ == "__main__":
    place = Path(sys.argv[2])
    print(json.dumps(main(place, Mounted(place) if sys.argv[1] == "mounted" else Limited(place))))
