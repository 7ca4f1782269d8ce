"""Opening the store: keys first, then the file, then the tables, then the proof that nothing went missing."""

import secrets
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from workbook.store import backups, schema
from workbook.store.engine import Engine, Found, Read, Row, StoreTrouble, Writing, peek
from workbook.store.files import move, remove, settle
from workbook.store.folder import (
    BACKUPS,
    BESIDE_IT,
    REWRITING,
    Held,
    refuse_without_room,
    unwritable,
)
from workbook.store.folder import DATABASE as DATABASE
from workbook.store.mark import Mark, Total
from workbook.store.sealing import KeyTrouble, PersonKeys, Sealer, host_key
from workbook.store.telling import tell, tell_now_and_then


def open_store(folder: Path, *, made_by: str = "workbook", now: datetime | None = None) -> "Store":
    """The store in `folder`, made on the first start.

    Raises KeyTrouble or StoreTrouble, each with one line that tells the host what to do, before any page is served.
    """
    return open_held(Held(folder), folder, made_by=made_by, now=now)


def open_held(
    held: Held, folder: Path, *, made_by: str = "workbook", now: datetime | None = None, restored: bool = False
) -> "Store":
    """The same, in a folder already held. `restored`: the database was put back from a backup, so it may be behind its mark."""
    now = now or datetime.now(UTC).replace(tzinfo=None)
    engine: Engine | None = None
    try:
        path = folder / DATABASE
        _refuse_a_lost_database(folder)
        keys = PersonKeys(folder, host_key(folder, may_make=not path.exists()))
        keys.check()
        _tidy(folder)
        if not path.exists():
            _begin(path)
        engine = Engine(path, folder / BACKUPS, folder / REWRITING)
        engine.read_everything()
        schema.bring_up_to_date(engine, lambda step: backups.take(engine, folder, now, f"before-step-{step}"))
        _claim(engine, made_by, now)
        return Store(folder, engine, keys, held, restored=restored)
    except BaseException as error:
        with suppress(StoreTrouble):
            if engine is not None:
                engine.close()
        held.close()
        if isinstance(error, OSError):
            raise unwritable(folder, error) from None
        raise


def _refuse_a_lost_database(folder: Path) -> None:
    """Where keys or a mark lie without a database, a new empty one would hide that everything is gone."""
    left = [name for name in ("person-keys.jsonl", "workbook.seen", f"{DATABASE}.wal") if (folder / name).exists()]
    if left and not (folder / DATABASE).exists():
        remedy = f"{folder} holds {left[0]}, but {DATABASE} is missing. Put it back, or restore a backup (docs/backup.md); to begin anew, empty the folder."
        raise StoreTrouble("missing", remedy)


def _tidy(folder: Path) -> None:
    """Half-made copies that a crash left behind hold people's words: away with them."""
    remove(folder / REWRITING)
    for name in ("workbook.beginning*", "workbook.restoring*", f"{BACKUPS}/*.part*"):
        for left in folder.glob(name):
            remove(left)


def _begin(path: Path) -> None:
    """A new database gets its name once it is whole: cut short, it would look like a damaged one."""
    beginning = path.with_name("workbook.beginning")
    Engine(beginning).close()
    settle(beginning)
    move(beginning, path)


def _claim(engine: Engine, made_by: str, now: datetime) -> None:
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
        remove(folder / name)


def _refuse_files(folder: Path) -> None:
    if any(not found.is_dir() or found.is_symlink() for found in folder.rglob("*")):
        remedy = f"{folder} holds files, but no database of ours. Choose another WORKBOOK_DATA folder."
        raise StoreTrouble("not_ours", remedy)


def _refuse_made_by_another(path: Path, made_by: str) -> None:
    try:
        found = peek(path, "SELECT made_by FROM origin")
    except StoreTrouble as trouble:
        if trouble.code not in ("failed", "damaged"):
            raise
        found = []
    if found != [(made_by,)]:
        remedy = f"“{made_by}” did not make {path}, so it stays. Choose another WORKBOOK_DATA folder."
        raise StoreTrouble("not_ours", remedy)


class Store:
    """The open database, the keys, and the mark of how far it had come."""

    def __init__(self, folder: Path, engine: Engine, keys: PersonKeys, held: Held, *, restored: bool = False) -> None:
        self.folder = folder
        self.engine = engine
        self.keys = keys
        self._held = held
        self._mark = Mark(folder / "workbook.seen")
        self._erasing = folder / "workbook.erasing"
        self.changed_nothing: dict[tuple[str, str], str] = {}  # person and save id, and the answer that stood already
        self._groups_changed = 0
        self._changes: Counter[str] = Counter()
        self._moment = threading.local()
        self._copying = threading.Lock()  # a backup and a rewrite are never made at once
        if restored:
            self._mark.forget()
        self._total = Total(0, 0)
        self._prove(engine.read)
        self._marked = self._total
        engine.prove = self._prove
        self._refuse_lost_keys()
        engine.tells = True

    def read(self, sql: str, **params: Any) -> list[Row]:
        """The rows a statement returns."""
        return self.engine.read(sql, params)

    def at_one_moment(self, read: Callable[[], Found]) -> Found:
        """What `read` gives, with all that it reads as of one moment, whoever saves meanwhile. It may not write."""
        if hasattr(self._moment, "groups_changed"):
            return read()
        self._moment.groups_changed = self._groups_changed  # before it begins: what is read may be newer, never older
        try:
            return self.engine.at_one_moment(read)
        finally:
            del self._moment.groups_changed

    @property
    def groups_changed(self) -> int:
        """Counts the writes that can change which words a person's workbook holds, as far as they can be read here."""
        counted: int = getattr(self._moment, "groups_changed", self._groups_changed)
        return counted

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction that belongs to nobody in particular: accounts and sessions."""
        with self.engine.lock:
            with self.engine.writing() as tx:
                yield tx
            if self._total != self._marked:
                self._note(self._total)

    @contextmanager
    def at(self, clock: Callable[[], datetime]) -> Iterator[datetime]:
        """The time at which a write begins, once no other one goes on: what is stamped later is written later."""
        with self.engine.lock:
            yield clock()

    @contextmanager
    def pens(self, now: datetime, *, erasing: bool = False) -> Iterator["Pens"]:
        """One transaction in the workbooks of several people, for what concerns them together: a group and who is in it."""
        with self.writing() as tx:
            pens = Pens(lambda p: Pen(tx, p, self.keys.sealer(p), now, now.date(), "UTC", self._refuse_without_room))
            pens.tx = tx
            yield pens
            for pen in pens.each.values():
                pen.put_down()
            if erasing:
                self._want_rewrite()
            tx.afterwards(lambda: self._count(*pens.each.values()))

    @contextmanager
    def pen(self, person_id: str, now: datetime, on_day: date, zone: str, *, erasing: bool = False) -> Iterator["Pen"]:
        """One transaction in one person's workbook: all of it is saved, or none.

        `erasing`: what is deleted shall leave the file and its log too, so a rewrite is due from here on, after a crash too.
        """
        with self.writing() as tx:
            pen = Pen(tx, person_id, self.keys.sealer(person_id), now, on_day, zone, self._refuse_without_room)
            yield pen
            pen.put_down()
            if erasing:
                self._want_rewrite()
            tx.afterwards(lambda: self._count(pen))

    def sealer(self, person_id: str) -> Sealer:
        """The sealer of one person's words."""
        return self.keys.sealer(person_id)

    def seq(self, person_id: str) -> int:
        """How far a person's sequence has come."""
        found = self.read("SELECT seq FROM heads WHERE person_id = :p", p=person_id)
        return int(found[0][0]) if found else 0

    def changes(self, person_id: str) -> tuple[int, int]:
        """Another one whenever a person's workbook may read otherwise than before; it counts from the start of the program.

        The sequence would not do: what is erased takes no number.
        """
        return self._changes[person_id], self._groups_changed

    def person_added(self) -> None:
        """Count one person more, once they are committed."""
        self._total = self._total.after(people=1)

    def remove_person(self, person_id: str) -> None:
        """Delete every row and the key: from here on the words are unreadable, in old backups too."""
        with self.engine.lock:
            try:
                with self.engine.writing() as tx:
                    self._want_rewrite()
                    self._remove(tx, person_id)
                    tx.afterwards(self.groups_have_changed)
            except BaseException:
                with suppress(StoreTrouble):
                    self._prove(self.engine.read)
                raise

    def _remove(self, tx: Writing, person_id: str) -> None:
        seq = sum(row[0] for row in tx.run("SELECT seq FROM heads WHERE person_id = :p", {"p": person_id}))
        self._note(self._total.after(saves=-seq, people=-1))  # lowered first: a kill in between must not look like loss
        self.keys.destroy(person_id)
        for table in OF_ONE_PERSON:
            tx.run(f"DELETE FROM {table} WHERE person_id = :p", {"p": person_id})
        # A group's totals may not show by what they change who went: the place stays, without the person.
        tx.run("UPDATE counted_people SET member = '' WHERE member = :p", {"p": person_id})

    def counted(self) -> Total:
        """How many saves there are, of how many people."""
        return self._total

    @property
    def rewrite_wanted(self) -> bool:
        """Whether something was erased that still lies in the file."""
        return self._erasing.exists()

    def rewrite(self) -> None:
        """Put in the file's place a copy that holds only what still stands: what was erased is gone from it and from its log.

        Saves wait while it is made, reads for the moment of the change; none fails. Killed at any step, the old file
        or the new one is there, whole.
        """
        room = self.folder / REWRITING
        with self._copying, self.engine.lock:
            refuse_without_room(self.folder, self.size)
            try:
                remove(room)
                room.mkdir(mode=0o700)
                self.engine.copy_into(room / DATABASE)
                settle(room / DATABASE)
                self.engine.replace_by(room / DATABASE)
                self._erasing.unlink(missing_ok=True)
            except OSError as error:
                raise unwritable(self.folder, error) from None
            finally:
                shutil.rmtree(room, ignore_errors=True)

    def back_up(self, now: datetime, why: str = "") -> Path:
        """A verified copy in the folder of backups, made while others read and write; what is too old there goes."""
        with self._copying:
            try:
                made = backups.take(self.engine, self.folder, now, why)
                backups.prune(self.folder / BACKUPS, now)
            except OSError as error:
                raise unwritable(self.folder, error) from None
        return made

    @property
    def size(self) -> int:
        """The database's bytes on the disk, its log included."""
        logged = self.engine.path.with_name(f"{DATABASE}.wal")
        return sum(path.stat().st_size for path in (self.engine.path, logged) if path.exists())

    def ready(self) -> bool:
        """Whether the database answers."""
        return self.engine.read("SELECT 1") == [(1,)]

    def close(self) -> None:
        """Settle and let go of the file; what was erased leaves it first."""
        if self._held.closed:
            return
        try:
            if self.rewrite_wanted:
                self.rewrite()
        except StoreTrouble as trouble:
            tell(f"What was erased leaves the file at the next start. {trouble}")
        finally:
            try:
                self.engine.close()
            finally:
                self._held.close()

    def _want_rewrite(self) -> None:
        try:
            self._erasing.touch(mode=0o600)
            settle(self.folder)
        except OSError as error:
            raise unwritable(self.folder, error) from None

    def _refuse_without_room(self) -> None:
        try:
            refuse_without_room(self.folder)
        except StoreTrouble:
            tell_now_and_then(f"Saves are refused: the disk of {self.folder} is nearly full. Make room.")
            raise

    def _prove(self, read: Read) -> None:
        """Count what is there, and refuse where it is less than it was."""
        saves, people = read(
            "SELECT CAST(coalesce(sum(heads.seq), 0) AS BIGINT), (SELECT count(*) FROM people) FROM heads"
        )[0]
        total = Total(int(saves), int(people))
        self._mark.refuse_if_ahead_of(total)
        self._total = total

    def _count(self, *pens: "Pen") -> None:
        self._total = self._total.after(saves=sum(pen.written for pen in pens))
        self._changes.update(pen.person_id for pen in pens)
        if any(pen.changes_groups for pen in pens):
            self.groups_have_changed()

    def groups_have_changed(self) -> None:
        """Whatever was remembered of groups and coaches before is asked for anew; told once it is committed."""
        self._groups_changed += 1

    def _note(self, total: Total) -> None:
        self._total = self._marked = total
        self._mark.write(total)

    def _refuse_lost_keys(self) -> None:
        """Finish removals that a crash cut short; refuse where people's keys were lost."""
        keyless = [row[0] for row in self.read("SELECT person_id FROM people") if not self.keys.has(row[0])]
        for person_id in keyless:
            if self.keys.destroyed(person_id):
                self.remove_person(person_id)
        lost = sum(not self.keys.destroyed(person_id) for person_id in keyless)
        if lost:
            remedy = f"The keys of {lost} people are not in {self.folder / 'person-keys.jsonl'}. Put your newest copy of it back."
            raise KeyTrouble(remedy)


OF_ONE_PERSON = (
    "answers",
    "opens",
    "member_facts",
    "moves",
    "tries",
    "touches",
    "choices",
    "consents",
    "members",
    "coaches",
    "coach_groups",
    "invites",
    "memberships",
    "looks",
    "notes",
    "kept_exercises",
    "counted_people",
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

    def __init__(
        self,
        tx: Writing,
        person_id: str,
        sealer: Sealer,
        now: datetime,
        on_day: date,
        zone: str,
        refuse_without_room: Callable[[], None] = lambda: None,
    ) -> None:
        self._tx = tx
        self._refuse_without_room = refuse_without_room
        self._sealer = sealer
        self._seq: int | None = None
        self.person_id = person_id
        self.now = now
        self.on_day = on_day
        self.zone = zone
        self.written = 0
        self.changes_groups = False

    def run(self, sql: str, **params: Any) -> list[Row]:
        """Run one statement; `:person_id` is filled in."""
        return self._tx.run(sql, {"person_id": self.person_id, **params})

    def insert(self, table: str, **columns: Any) -> None:
        """Append one row of this person's."""
        columns = {"person_id": self.person_id, **columns}
        names = ", ".join(columns)
        values = ", ".join(f":{name}" for name in columns)
        self._tx.run(f"INSERT INTO {table} ({names}) VALUES ({values})", columns)

    def insert_many(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Append rows of this person's that have the same columns, all by one statement."""
        if rows:
            values = ", ".join(f"unnest(CAST(:{name} AS {_TYPES.get(name, 'VARCHAR')}[]))" for name in rows[0])
            columns = {name: [row[name] for row in rows] for name in rows[0]}
            self.run(f"INSERT INTO {table} (person_id, {', '.join(rows[0])}) SELECT :person_id, {values}", **columns)

    def seal(self, words: str, table: str, row: str, column: str = "sealed") -> bytes:
        """`words`, sealed to their place."""
        return self._sealer.seal(words, table, row, column)

    def next_seq(self) -> int:
        """The next number in this person's sequence, given under the write lock."""
        if self._seq is None:
            self._refuse_without_room()
            found = self.run("SELECT seq FROM heads WHERE person_id = :person_id")
            self._seq = int(found[0][0])
        self._seq += 1
        self.written += 1
        return self._seq

    def stood_at(self) -> int:
        """How far this person's sequence had come before this save."""
        return int(self.run("SELECT seq FROM heads WHERE person_id = :person_id")[0][0])

    def put_down(self) -> None:
        """Write the sequence back, just before the commit."""
        if self.written:
            self.run("UPDATE heads SET seq = :seq WHERE person_id = :person_id", seq=self._seq)


_TYPES = {"on_day": "DATE", "recorded_at": "TIMESTAMP", "seq": "BIGINT", "sealed": "BYTEA"}


class Pens:
    """The pens of one transaction, one for each person it concerns."""

    tx: Writing

    def __init__(self, made: Callable[[str], Pen]) -> None:
        self._made = made
        self.each: dict[str, Pen] = {}

    def of(self, person_id: str) -> Pen:
        """One person's pen."""
        if person_id not in self.each:
            self.each[person_id] = self._made(person_id)
        return self.each[person_id]


def new_id() -> str:
    """A random 128-bit id, as 32 hex digits; unique within a person."""
    return secrets.token_hex(16)
