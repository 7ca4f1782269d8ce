"""Restoring: a backup takes the place of the database, while the workbook is stopped."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from workbook.store import accounts, groups, schema
from workbook.store.backups import STAMP
from workbook.store.engine import Engine, StoreTrouble, peek, peek_shape
from workbook.store.files import move, remove, settle
from workbook.store.folder import BACKUPS, DATABASE, Held, refuse_without_room, unwritable
from workbook.store.opening import open_held
from workbook.store.sealing import KeyTrouble, PersonKeys, host_key


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now: `saves` of `people`; `dropped` had no key any more; `aside` holds what was there before."""

    saves: int
    people: int
    dropped: int
    aside: Path | None


def restore(folder: Path, backup: Path, now: datetime, *, anyway: bool = False) -> Restored:
    """Put `backup` in the place of the database in `folder`, and keep what was there aside.

    Raises StoreTrouble or KeyTrouble, with nothing changed, while the workbook runs, where the backup is damaged or
    from a newer version, or where people's keys are missing; `anyway` restores it without those people.
    Killed at any step it can simply be done again. Everybody has to sign in again, and nothing is shared with
    any coach until the person says so anew: the backup may hold a consent that was withdrawn after it was made.
    """
    held = Held(folder)
    try:
        people = _fit(backup)
        keys = PersonKeys(folder, host_key(folder, may_make=False))
        keys.check()
        lost = _lost(keys, people)
        if lost and not anyway:
            raise KeyTrouble(
                f"The keys of {len(lost)} of the {len(people)} people in this backup are missing. Put the"
                " person-keys.jsonl that you copied with it into the data folder. With ANYWAY=1 it is restored without them."
            )
        refuse_without_room(folder, backup.stat().st_size)
        _copy(backup, folder / "workbook.restoring")
        aside = _put_aside(folder, now)
        move(folder / "workbook.restoring", folder / DATABASE)
        for person_id in lost:
            keys.destroy(person_id)
    except OSError as error:
        held.close()
        raise unwritable(folder, error) from None
    except BaseException:
        held.close()
        raise
    store = open_held(held, folder, now=now, restored=True)
    try:
        accounts.end_every_session(store)
        groups.pause_sharing(store, now)
        groups.close_every_link(store, now)
        there = store.counted()
    finally:
        store.close()
    return Restored(there.saves, there.people, len(people) - there.people, aside)


def _fit(backup: Path) -> dict[str, bytes]:
    """The people in a backup that can be restored, each with their sealed name."""
    if not backup.is_file():
        raise StoreTrouble("no_backup", f"There is no backup at {backup}. Those at hand lie in the folder backups.")
    peek_shape(backup)
    try:
        ours = peek(backup, "SELECT made_by FROM origin") == [("workbook",)]
    except StoreTrouble:
        ours = False
    if not ours:
        raise StoreTrouble("not_ours", f"{backup} is not a backup of a workbook.")
    schema.refuse_newer(len(peek(backup, "SELECT number FROM schema_steps")))
    return {row[0]: bytes(row[1]) for row in peek(backup, "SELECT person_id, name_sealed FROM people")}


def _lost(keys: PersonKeys, people: dict[str, bytes]) -> list[str]:
    """Those whose keys are neither here nor destroyed; every key that is here must open its person's name."""
    for person_id, name in people.items():
        if keys.has(person_id):
            keys.sealer(person_id).open(name, "people", person_id, "name_sealed")
    return [p for p in people if not keys.has(p) and not keys.destroyed(p)]


def _copy(backup: Path, to: Path) -> None:
    """A copy in the folder; what was put aside by an earlier restore may have a log, which is folded in."""
    for suffix in ("", ".wal"):
        source, copy = (path.with_name(path.name + suffix) for path in (backup, to))
        remove(copy)
        if source.exists():
            shutil.copyfile(source, copy)
            copy.chmod(0o600)
    if to.with_name(to.name + ".wal").exists():
        Engine(to).close()
    settle(to)
    if peek_shape(to) != peek_shape(backup):
        raise StoreTrouble("copy_differs", f"The copy {to} is not the same as the backup. Is the disk sound?")


def _put_aside(folder: Path, now: datetime) -> Path | None:
    """The old database goes, then its log. The mark stays, so that a start in between is refused as being behind."""
    there = [name for name in (DATABASE, f"{DATABASE}.wal") if (folder / name).exists()]
    if not there:
        return None
    aside = folder / BACKUPS / f"{now.strftime(STAMP)}-put-aside"
    aside.mkdir(mode=0o700, exist_ok=True)
    for name in there:
        move(folder / name, aside / name)
    return aside
