"""Files that are there, whole, after a crash; and away with those that are not wanted."""

import os
import shutil
from pathlib import Path


def write_new(path: Path, content: bytes) -> None:
    """A new file that only its owner can read, on the disk before this returns; where it fails none is left."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    except OSError:
        path.unlink()
        raise
    finally:
        os.close(descriptor)


def replace(path: Path, content: bytes) -> None:
    """The file with new content: after a crash it holds all of the old or all of the new."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_new(fresh, content)
    move(fresh, path)


def move(path: Path, to: Path) -> None:
    """Rename within the folder, and make it last: a rename is durable only once its folder is."""
    os.replace(path, to)
    settle(to.parent)


def settle(path: Path) -> None:
    """Force a closed file, or a folder's list of names, to the disk. Never for the open database: it would drop its lock."""
    if os.name != "posix":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Delete a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
