"""Keeping the data while the workbook runs, and from the shell: backups, restoring, erasing for good, the host key.

`python -m workbook.keeping backup | restore FILE | rotate-key | coach | end-coach` is what `make backup`, `make restore`,
`make rotate-key`, `make coach` and `make end-coach` run.
"""

import json
import os
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from workbook import codes, settings, signing
from workbook.logbook import note
from workbook.settings import Settings, SettingTrouble
from workbook.store import accounts, backups, groups, put_away, sealing
from workbook.store.engine import StoreTrouble
from workbook.store.files import move, settle
from workbook.store.folder import BACKUPS, DATABASE, Held
from workbook.store.opening import Store, open_store
from workbook.store.restoring import restore
from workbook.store.sealing import KeyTrouble, PersonKeys
from workbook.store.telling import tell

MINUTE = 60.0
HOUR = 3600.0
DAY = 24 * HOUR
AFTER_START = 600.0  # a host who starts and stops it in between gets a backup at the stop
AGAIN_AFTER_TROUBLE = 600.0
QUIET = 2.0
AT_THE_LATEST = 30.0
LONGEST_ANSWER = 900.0  # a backup waits for one under way, and may be of many gigabytes
SOCKET = "workbook.socket"
END_COACH = "end-coach "  # the sign-in name follows


class Keeper:
    """Beside the running workbook: takes the hourly backup, clears the trash, rewrites the file, answers `make backup`.

    `sweep` is called every minute with the time (naive UTC), to let go of what has waited in memory too long.
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        *,
        backing_up: bool = True,
        sweep: Callable[[datetime], object] = lambda now: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._backing_up = backing_up
        self._sweep = sweep
        self._stopping = threading.Event()
        self._saved_then = store.engine.commits
        self._backed_up_at = time.monotonic() - self._age()
        self._wanted_since = 0.0
        self._cleared_at = -HOUR
        self._swept_at = -HOUR
        self._not_before: dict[str, float] = {}
        self._tasks: tuple[tuple[str, Callable[[float], bool], Callable[[], object]], ...] = (
            ("sweep", self._sweep_due, self.sweep),
            ("clear trash", self._trash_due, self.clear_trash),
            ("rewrite", self._rewrite_due, self._store.rewrite),
            ("back up", self._backup_due, self.back_up),
        )
        self._threads = [threading.Thread(target=self._look_after, name="keeper", daemon=True)]
        self._door = _listening(store.folder)
        if self._door:
            self._threads.append(threading.Thread(target=self._answer, name="keeper's door", daemon=True))

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, with a last backup if anything was saved since the one before."""
        self._stopping.set()
        if self._door:
            with suppress(OSError):  # wakes who waits there
                self._door.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            if thread.ident:
                thread.join()
        if self._door:
            self._door.close()
            (self._store.folder / SOCKET).unlink(missing_ok=True)
        if self._backing_up and self._changed():
            self._try("back up", self.back_up)

    def back_up(self) -> Path:
        """Take a backup now."""
        saved = self._store.engine.commits
        made = self._store.back_up(self._clock())
        self._saved_then, self._backed_up_at = saved, time.monotonic()
        return made

    def clear_trash(self) -> int:
        """Delete for good whoever was deleted 30 days ago, in every workbook; how many there were."""
        self._cleared_at = time.monotonic()
        return put_away.clear(self._store, self._clock())

    def sweep(self) -> None:
        """Let go of what has waited in memory too long."""
        self._swept_at = time.monotonic()
        self._sweep(self._clock())

    def _look_after(self) -> None:
        """Each task has its own time: what keeps failing keeps nothing else from being done."""
        while not self._stopping.wait(1):
            for what, is_due, act in self._tasks:
                now = time.monotonic()
                if now >= self._not_before.get(what, 0.0) and is_due(now):
                    self._try(what, act)

    def _sweep_due(self, now: float) -> bool:
        return now - self._swept_at >= MINUTE

    def _trash_due(self, now: float) -> bool:
        return now - self._cleared_at >= HOUR

    def _rewrite_due(self, now: float) -> bool:
        """At a quiet moment, or once it has waited long enough."""
        if not self._store.rewrite_wanted:
            self._wanted_since = 0.0
            return False
        self._wanted_since = self._wanted_since or now
        return now - self._store.engine.wrote_at > QUIET or now - self._wanted_since > AT_THE_LATEST

    def _backup_due(self, now: float) -> bool:
        since = now - self._backed_up_at
        return self._backing_up and (since >= DAY or (since >= HOUR and self._changed()))

    def _changed(self) -> bool:
        return self._store.engine.commits != self._saved_then

    def _age(self) -> float:
        """Seconds since the newest backup, as far as the clock can be believed."""
        newest = backups.newest(self._store.folder / BACKUPS)
        return (self._clock() - newest).total_seconds() if newest and newest <= self._clock() else HOUR - AFTER_START

    def _try(self, what: str, act: Callable[[], object]) -> None:
        """What goes wrong is told to the host and tried again later; the workbook goes on."""
        try:
            act()
        except Exception as error:
            ours = isinstance(error, (StoreTrouble, KeyTrouble))  # any other's words may be a person's
            failed = f"{what} failed, and is tried again later. {error}" if ours else ""
            tell(failed or f"{what} failed ({type(error).__name__}), and is tried again later.")
            self._not_before[what] = time.monotonic() + AGAIN_AFTER_TROUBLE

    def _answer(self) -> None:
        assert self._door is not None
        while not self._stopping.is_set():
            with suppress(OSError):  # nobody came within the half second, or whoever came went away
                line, _ = self._door.accept()
                with line:
                    line.settimeout(5)
                    asked = line.recv(1000).decode("utf-8", "replace").strip()
                    line.settimeout(None)
                    line.sendall(json.dumps(self._done(asked)).encode())

    def _done(self, asked: str) -> dict[str, str]:
        try:
            match asked:
                case "backup":
                    return {"done": str(self.back_up())}
                case "coach":
                    return {"done": codes.new_coach_code(self._store, self._clock())}
                case _ if asked.startswith(END_COACH):
                    return {"done": _end_coach(self._store, asked.removeprefix(END_COACH), self._clock())}
            return {"trouble": "The workbook does not know this."}
        except (StoreTrouble, KeyTrouble) as trouble:
            return {"trouble": str(trouble)}
        except Exception as error:  # whoever asked waits, and so would everyone after them
            what = asked.partition(" ")[0]  # behind it may stand a name
            tell(f"{what} failed ({type(error).__name__}).")
            return {"trouble": f"It failed ({type(error).__name__}). The log says when."}


def _listening(folder: Path) -> socket.socket | None:
    """A socket in the data folder that only this user can speak to; None where there can be none."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    path = folder / SOCKET
    door = socket.socket(socket.AF_UNIX)
    try:
        path.unlink(missing_ok=True)
        before = os.umask(0o177)
        try:
            door.bind(_address(folder))
        finally:
            os.umask(before)
        door.listen()
        door.settimeout(0.5)
        return door
    except OSError as error:
        door.close()
        tell(f"No socket at {path} ({error}): `make backup` works only while the workbook is stopped.")
        return None


def _address(folder: Path) -> str:
    """A socket's address may have about a hundred bytes; from here it may be shorter."""
    path = str(folder / SOCKET)
    return min(path, os.path.relpath(path), key=len)


def _ask_running(folder: Path, what: str) -> dict[str, str] | None:
    """What the running workbook answers; None where none listens. StoreTrouble where one does, and says nothing."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(LONGEST_ANSWER)
            line.connect(_address(folder))
            line.sendall(what.encode())
            said = b"".join(iter(lambda: line.recv(4096), b""))
            answer: dict[str, str] = json.loads(said)
    except (TimeoutError, ValueError):
        remedy = "The running workbook does not answer. Its log may say why; restart it, then try again."
        raise StoreTrouble("failed", remedy) from None
    except (OSError, AttributeError):
        return None
    return answer


# From the shell


def back_up(chosen: Settings, to: str) -> str:
    """Take a backup, through the running workbook or without it; with `to` also put a copy there."""
    made = Path(_done(chosen, "backup", lambda store: str(store.back_up(_now()))))
    return f"Backup: {made}" + (f"\n{_second_copy(chosen.folder, made, Path(to), _now())}" if to else "")


def coach_code(chosen: Settings) -> str:
    """Make a set-up code for one coach, through the running workbook or without it."""
    code = _done(chosen, "coach", lambda store: codes.new_coach_code(store, _now()))
    return f"Set-up code for one coach, told this once: {code}\nThey sign in, open the page /coach and type it there."


def end_coach(chosen: Settings, name: str) -> str:
    """End a coach's part, through the running workbook or without it."""
    return _done(chosen, f"{END_COACH}{name}", lambda store: _end_coach(store, name, _now()))


def _end_coach(store: Store, name: str, now: datetime) -> str:
    """Whoever signs in by this name is no coach any more: their groups end, members are told, and they are signed out."""
    person_id = accounts.find_person(store, signing.folded(name))
    if person_id is None or not groups.is_coach(store, person_id):
        raise StoreTrouble("missing", "Nobody who signs in by that name is a coach. Nothing is changed.")
    led = groups.end_coach(store, person_id, now)
    accounts.end_sessions_of(store, person_id)
    note("coach_ended", person=person_id)
    return f"They are no coach any more. Groups that ended: {led}. Their own workbook stays, and members read on Today what happened."


def _done(chosen: Settings, what: str, without_it: Callable[[Store], str]) -> str:
    """What the running workbook did, or, where none runs, what is done on the store itself."""
    answer = _ask_running(chosen.folder, what)
    if answer is None:
        _refuse_without_database(chosen.folder)
        store = open_store(chosen.folder, made_by="demo" if chosen.demo else "workbook", now=_now())
        try:
            answer = {"done": without_it(store)}
        finally:
            store.close()
    if "trouble" in answer:
        raise StoreTrouble("failed", answer["trouble"])
    return answer["done"]


def _second_copy(folder: Path, made: Path, to: Path, now: datetime) -> str:
    """Copy a finished backup elsewhere, and the keys of people over the earlier copy: never two generations of those."""
    if not made.exists():
        raise StoreTrouble("missing", f"The backup {made} is not there any more, so nothing was copied. Try again.")
    try:
        to.mkdir(mode=0o700, parents=True, exist_ok=True)
        for source, name in ((made, made.name), (folder / "person-keys.jsonl", "person-keys.jsonl")):
            if source.exists():
                part = to / f"{name}.part"
                shutil.copyfile(source, part)
                part.chmod(0o600)
                settle(part)
                move(part, to / name)
        backups.prune(to, now)
    except OSError as error:
        raise StoreTrouble("unwritable", f"The copy in {to} could not be written ({error.strerror}).") from None
    return f"Copied with the keys of people to {to}. The host key is not there: keep it in a third place."


def put_back(chosen: Settings, file: str, *, anyway: bool) -> str:
    """Restore a backup; the workbook must be stopped."""
    if chosen.demo:
        raise StoreTrouble("not_ours", "The demo has nothing to restore.")
    began = time.monotonic()
    restored = restore(chosen.folder, Path(file).resolve(), _now(), anyway=anyway)
    said = f"Restored {restored.saves} saves of {restored.people} people in {time.monotonic() - began:.1f} seconds."
    if restored.dropped:
        said += f" {restored.dropped} people had no key any more and were left out."
    if restored.aside:
        said += (
            f"\nWhat was there before: {restored.aside}. Delete it once all is well; after 90 days it goes by itself."
        )
    return said


def rotate_key(chosen: Settings, new: str) -> str:
    """Change the host key; the workbook must be stopped."""
    _refuse_without_database(chosen.folder)
    given = sealing.decoded(new, "WORKBOOK_NEW_KEY") if new else None
    held = Held(chosen.folder)
    try:
        keys = PersonKeys(chosen.folder, sealing.host_key(chosen.folder, may_make=False))
        keys.check()
        sealing.rotate(chosen.folder, keys, given)
    finally:
        held.close()
    if os.environ.get("WORKBOOK_KEY"):
        return "The key is changed. Put the new one into WORKBOOK_KEY before the next start."
    return f"The key is changed. Keep a copy of {sealing.key_path(chosen.folder)}, and of person-keys.jsonl, in place of the old ones."


def _refuse_without_database(folder: Path) -> None:
    if not (folder / DATABASE).exists():
        raise StoreTrouble("missing", f"There is no workbook in {folder}. Set WORKBOOK_DATA to its data folder.")


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def main(words: list[str]) -> int:
    """Do what the shell asks; 1 where it could not be done, with one line that says what to do."""
    os.umask(0o077)
    try:
        chosen = settings.read()
        match words:
            case ["backup"]:
                print(back_up(chosen, os.environ.get("TO", "")))
            case ["restore", file] if file:
                print(put_back(chosen, file, anyway=os.environ.get("ANYWAY", "") not in ("", "0")))
            case ["rotate-key"]:
                print(rotate_key(chosen, os.environ.get("WORKBOOK_NEW_KEY", "")))
            case ["coach"]:
                print(coach_code(chosen))
            case ["end-coach"] if os.environ.get("COACH", "").strip():
                print(end_coach(chosen, os.environ["COACH"].strip()))
            case _:
                print(
                    "Say what: backup, restore FILE, rotate-key, coach or end-coach. With make: make restore FILE=…, make end-coach COACH=…",
                    file=sys.stderr,
                )
                return 2
    except (SettingTrouble, KeyTrouble, StoreTrouble) as trouble:
        print(str(trouble), file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or 'A file'}: {error.strerror}. Let this user read and write it.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
