"""Opening the store: keys first, then the file, then the tables, then the proof that nothing went missing."""

import json
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from workbook.store import schema
from workbook.store.engine import Engine, Row, StoreTrouble, Writing, peek
from workbook.store.sealing import PersonKeys, Sealer, host_key

DATABASE = "workbook.duckdb"
BESIDE_IT = (
    "backups",
    "key",
    "person-keys.copy.jsonl",
    "person-keys.copy.new",
    "person-keys.jsonl",
    "person-keys.new",
    "workbook.duckdb.tmp",
    "workbook.new",
    "workbook.seen",
)


def open_store(folder: Path, *, made_by: str = "workbook", now: datetime | None = None) -> "Store":
    """The store in `folder`, made on the first start.

    Raises KeyTrouble or StoreTrouble, each with one line that tells the host what to do, before any page is served.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "backups").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        remedy = f"The data folder {folder} cannot be written ({error.strerror}). Give this user write access to it."
        raise StoreTrouble("unwritable", remedy) from None
    path = folder / DATABASE
    keys = PersonKeys(folder, host_key(folder, may_make=not path.exists()))
    keys.check()
    engine = Engine(path)
    try:
        schema.bring_up_to_date(engine)
        _claim(engine, made_by, now)
        return Store(folder, engine, keys)
    except BaseException:
        engine.close()
        raise


def _claim(engine: Engine, made_by: str, now: datetime | None) -> None:
    """Each database says what made it, so that the demo never touches a real one, nor the other way round."""
    found = engine.read("SELECT made_by FROM origin")
    if not found:
        with engine.writing() as tx:
            tx.run("INSERT INTO origin VALUES (:made_by, :made_at)", {"made_by": made_by, "made_at": now})
    elif found[0][0] != made_by:
        remedy = f"The database {engine.path} was made by “{found[0][0]}”, not by “{made_by}”. Choose another WORKBOOK_DATA folder."
        raise StoreTrouble("not_ours", remedy)


def throw_away(folder: Path, made_by: str) -> None:
    """Delete a closed store with its keys and backups; whatever else lies in the folder stays.

    StoreTrouble, with nothing changed, where it was not made by `made_by`, or where files lie without a database.
    """
    path = folder / DATABASE
    if not path.exists():
        _refuse_files(folder)
        return
    _refuse_made_by_another(path, made_by)
    # The database goes last: it is the proof, should this be cut short and begun again.
    for name in (*BESIDE_IT, DATABASE, f"{DATABASE}.wal"):
        _remove(folder / name)


def _refuse_files(folder: Path) -> None:
    if any(not found.is_dir() or found.is_symlink() for found in folder.rglob("*")):
        remedy = f"{folder} holds files, but no database of ours. Choose another WORKBOOK_DATA folder."
        raise StoreTrouble("not_ours", remedy)


def _refuse_made_by_another(path: Path, made_by: str) -> None:
    try:
        found = peek(path, "SELECT made_by FROM origin")
    except StoreTrouble as trouble:
        if trouble.code != "failed":
            raise
        found = []
    if found != [(made_by,)]:
        remedy = f"“{made_by}” did not make {path}, so it stays. Choose another WORKBOOK_DATA folder."
        raise StoreTrouble("not_ours", remedy)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class Store:
    """The open database, the keys, and the mark of how far it had come."""

    def __init__(self, folder: Path, engine: Engine, keys: PersonKeys) -> None:
        self.folder = folder
        self.engine = engine
        self.keys = keys
        self._mark = Mark(folder / "workbook.seen")
        self._total = self._counted()
        self._mark.refuse_if_ahead_of(self._total)
        self._counting = threading.Lock()

    def read(self, sql: str, **params: Any) -> list[Row]:
        """The rows a statement returns."""
        return self.engine.read(sql, params)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction that belongs to nobody in particular: accounts and sessions."""
        with self.engine.writing() as tx:
            yield tx

    @contextmanager
    def pen(self, person_id: str, now: datetime, on_day: date, zone: str) -> Iterator["Pen"]:
        """One transaction in one person's workbook: all of it is saved, or none."""
        with self.engine.writing() as tx:
            pen = Pen(tx, person_id, self.keys.sealer(person_id), now, on_day, zone)
            yield pen
            pen.put_down()
        with self._counting:
            self._total += pen.written
            self._mark.write(self._total)

    def sealer(self, person_id: str) -> Sealer:
        """The sealer of one person's words."""
        return self.keys.sealer(person_id)

    def remove_person(self, person_id: str) -> None:
        """Delete every row and the key: from here on the words are unreadable, in old backups too."""
        with self.engine.writing() as tx:
            seq = sum(row[0] for row in tx.run("SELECT seq FROM heads WHERE person_id = :p", {"p": person_id}))
            with self._counting:
                self._total -= seq
                self._mark.write(self._total)  # lowered first: a kill in between must not look like loss
            self.keys.destroy(person_id)
            for table in OF_ONE_PERSON:
                tx.run(f"DELETE FROM {table} WHERE person_id = :p", {"p": person_id})
        self.engine.settle()

    def ready(self) -> bool:
        """Whether the database answers."""
        return self.engine.read("SELECT 1") == [(1,)]

    def close(self) -> None:
        """Settle and let go of the file."""
        self.engine.close()

    def _counted(self) -> int:
        return int(self.engine.read("SELECT coalesce(sum(seq), 0) FROM heads")[0][0])


OF_ONE_PERSON = (
    "answers",
    "opens",
    "member_facts",
    "moves",
    "tries",
    "consents",
    "members",
    "sessions",
    "recovery_codes",
    "passphrases",
    "heads",
    "people",
)


class Pen:
    """What one save writes with: the person, the sealer, the day, and the next number in their sequence.

    The sequence decides what is newest, never a timestamp: clocks go back.
    """

    def __init__(self, tx: Writing, person_id: str, sealer: Sealer, now: datetime, on_day: date, zone: str) -> None:
        self._tx = tx
        self._sealer = sealer
        self._seq: int | None = None
        self.person_id = person_id
        self.now = now
        self.on_day = on_day
        self.zone = zone
        self.written = 0

    def run(self, sql: str, **params: Any) -> list[Row]:
        """Run one statement; `:person_id` is filled in."""
        return self._tx.run(sql, {"person_id": self.person_id, **params})

    def insert(self, table: str, **columns: Any) -> None:
        """Append one row of this person's."""
        columns = {"person_id": self.person_id, **columns}
        names = ", ".join(columns)
        values = ", ".join(f":{name}" for name in columns)
        self._tx.run(f"INSERT INTO {table} ({names}) VALUES ({values})", columns)

    def seal(self, words: str, table: str, row: str, column: str = "sealed") -> bytes:
        """`words`, sealed to their place."""
        return self._sealer.seal(words, table, row, column)

    def next_seq(self) -> int:
        """The next number in this person's sequence, given under the write lock."""
        if self._seq is None:
            found = self.run("SELECT seq FROM heads WHERE person_id = :person_id")
            self._seq = int(found[0][0])
        self._seq += 1
        self.written += 1
        return self._seq

    def put_down(self) -> None:
        """Write the sequence back, just before the commit."""
        if self.written:
            self.run("UPDATE heads SET seq = :seq WHERE person_id = :person_id", seq=self._seq)


def new_id() -> str:
    """A random 128-bit id, as 32 hex digits; unique within a person."""
    return secrets.token_hex(16)


class Mark:
    """A small file beside the database that says how far it had come, so that a lost tail is noticed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, total: int) -> None:
        """Note the total; a crash in between leaves the older note, which is harmless."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"seq": total}), "ascii")
        os.replace(fresh, self._path)

    def refuse_if_ahead_of(self, total: int) -> None:
        """Stop the start when the database holds less than it once did."""
        seen = self._read()
        if seen > total:
            raise StoreTrouble(
                "behind",
                f"The database holds {total} saves, but {seen} had been made: some are missing. "
                f"Restore a backup. If you restored an older one on purpose, delete {self._path} and start again.",
            )

    def _read(self) -> int:
        try:
            return int(json.loads(self._path.read_text("ascii"))["seq"])
        except (OSError, ValueError, KeyError):
            return 0
