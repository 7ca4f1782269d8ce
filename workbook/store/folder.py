"""The data folder: what lies in it, who has it open, and how much room is left."""

import os
import shutil
from errno import ENOSPC
from pathlib import Path

from workbook.store.engine import StoreTrouble

if os.name == "posix":
    import fcntl

DATABASE = "workbook.duckdb"
BACKUPS = "backups"
REWRITING = "rewriting"
BESIDE_IT = (
    BACKUPS,
    "key",
    "person-keys.copy.jsonl",
    "person-keys.copy.new",
    "person-keys.jsonl",
    "person-keys.new",
    REWRITING,
    "workbook.beginning",
    "workbook.duckdb.tmp",
    "workbook.erasing",
    "workbook.lock",
    "workbook.new",
    "workbook.restoring",
    "workbook.restoring.wal",
    "workbook.seen",
    "workbook.socket",
)
# Below this saves are refused while reading goes on. The write-ahead log is folded in at 1 MB and a checkpoint writes
# a few blocks of 256 KB, so this leaves DuckDB many times what it needs, on a server as small as people have.
LEAST_FREE = 64 * 1024 * 1024


class Held:
    """The folder, held by this process alone; it lets go when closed, or when the process ends in whatever way.

    DuckDB locks its own file, but not the keys beside it, nor the moment in which a rewritten file takes its place.
    """

    def __init__(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / BACKUPS).mkdir(mode=0o700, exist_ok=True)
            self._lock = os.open(folder / "workbook.lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise unwritable(folder, error) from None
        try:
            if os.name == "posix":
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            remedy = f"Another process has the database open ({folder}). Stop it, then start again."
            raise StoreTrouble("in_use", remedy) from None

    @property
    def closed(self) -> bool:
        """Whether it has been let go."""
        return self._lock < 0

    def close(self) -> None:
        """Let go of it."""
        if not self.closed:
            os.close(self._lock)
        self._lock = -1


def unwritable(folder: Path, error: OSError) -> StoreTrouble:
    """The trouble for a folder that could not be written."""
    if error.errno == ENOSPC:
        return StoreTrouble("disk_full", f"The disk of {folder} is full. Make room, then start again.")
    return StoreTrouble(
        "unwritable",
        f"The data folder {folder} cannot be written ({error.strerror}). Give this user write access to it.",
    )


def free(folder: Path) -> int:
    """Bytes left on the folder's disk."""
    return shutil.disk_usage(folder).free


def refuse_without_room(folder: Path, wanted: int = 0) -> None:
    """StoreTrouble where writing `wanted` bytes would leave less than the least that must stay free."""
    if free(folder) < LEAST_FREE + wanted:
        raise StoreTrouble(
            "disk_low",
            f"The disk of {folder} is nearly full: {free(folder) >> 20} MB are left, {(LEAST_FREE + wanted) >> 20} MB"
            " are needed. Nothing is lost, but nothing new can be kept. Make room.",
        )
