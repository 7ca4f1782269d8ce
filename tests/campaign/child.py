"""A process that does one thing to a data folder, so that it can be killed in the middle of it.

Everything is imported once; each task is a line of JSON on the standard input and runs in a fork of its own. What the
fork says comes out line by line, between `P <process>` and `E <how it ended>`.
"""

import hashlib
import json
import os
import random
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from workbook import content, keeping
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT, Settings
from workbook.store import schema
from workbook.store.engine import Engine, StoreTrouble
from workbook.store.opening import Store, open_store
from workbook.store.sealing import KeyTrouble

Task = dict[str, Any]
WORDS = content.load(ROOT / "seeds" / "en")
EXERCISE, PROMPT = "reflect.someone_stayed", "story"
LATER = (
    "a later step",
    ("CREATE TABLE pictures (person_id VARCHAR, sealed BYTEA)", "ALTER TABLE moves ADD COLUMN mood VARCHAR"),
)
FILE_STEPS = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.copyfile")


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def say(*words: object) -> None:
    """One line, written whole or not at all."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16]


def write(task: Task) -> None:
    """Save from several threads until killed; each save is announced before and acknowledged after."""
    if task.get("commit_disabled"):
        Engine._commit = roll_back  # type: ignore[method-assign, assignment]
    store = open_store(Path(task["folder"]))
    say("R")
    for person, save_id, value in task["again"]:
        save(store, person, save_id, value)
    for person in task["people"]:
        threading.Thread(target=save_on, args=(store, person), daemon=True).start()
    if task.get("chores"):
        threading.Thread(target=do_chores, args=(store,), daemon=True).start()
    time.sleep(120)


def roll_back(_: Engine, cursor: Any) -> None:
    cursor.rollback()


def save_on(store: Store, person: str) -> None:
    while True:
        save_id = secrets.token_hex(16)
        save(store, person, save_id, f"{save_id} " + "Ruth sat with me, ånd ✨ " * random.randint(1, 40))


def save(store: Store, person: str, save_id: str, value: str) -> None:
    book = MyWorkbook(store, WORDS, person, now, "Europe/London")
    say("B", person, save_id, value.encode().hex())
    saved = book.answer(EXERCISE, PROMPT, value, occasion=save_id[:8], save_id=save_id)
    say("A", person, save_id, saved.seq, digest(saved.value))


def do_chores(store: Store) -> None:
    """What the keeper and DuckDB do now and then, all the time."""
    while True:
        act: Callable[[], object] = random.choice([store.engine.settle, store.rewrite, lambda: store.back_up(now())])
        act()
        time.sleep(random.random() / 20)


def begin(task: Task) -> None:
    die_at(task)
    open_store(Path(task["folder"])).close()


def rewrite(task: Task) -> None:
    store = open_store(Path(task["folder"]))
    die_at(task)
    store.rewrite()


def remove(task: Task) -> None:
    store = open_store(Path(task["folder"]))
    die_at(task)
    store.remove_person(task["person"])


def back_up(task: Task) -> None:
    store = open_store(Path(task["folder"]))
    die_at(task)
    store.back_up(now())


def migrate(task: Task) -> None:
    schema.STEPS = (*schema.STEPS, LATER)
    die_at(task)
    open_store(Path(task["folder"])).close()


def restore(task: Task) -> None:
    die_at(task)
    keeping.put_back(Settings(folder=Path(task["folder"])), task["backup"], anyway=False)


def rotate(task: Task) -> None:
    die_at(task)
    keeping.rotate_key(Settings(folder=Path(task["folder"])), "")


def die_at(task: Task) -> None:
    """End by SIGKILL just before the n-th step that touches a file of the folder."""
    left = [int(task.get("step", 0))]
    folder = task["folder"]

    def step(event: str, args: tuple[Any, ...]) -> None:
        if event in FILE_STEPS and any(str(arg).startswith(folder) for arg in args):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)


TASKS: dict[str, Callable[[Task], None]] = {
    "write": write,
    "begin": begin,
    "rewrite": rewrite,
    "remove": remove,
    "back_up": back_up,
    "migrate": migrate,
    "restore": restore,
    "rotate": rotate,
}


def in_a_fork(task: Task) -> None:
    child = os.fork()
    if child == 0:
        say("P", os.getpid())  # by itself, so that nothing it says comes before
        try:
            TASKS[task["what"]](task)
            say("D")
        except (StoreTrouble, KeyTrouble) as trouble:
            say("X", getattr(trouble, "code", "key"), trouble)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    say("E", os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    for line in sys.stdin:
        in_a_fork(json.loads(line))
