"""One door to the database: portable SQL text with `:name` parameters, a cursor per operation, one write lock."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from workbook.store.files import move, settle
from workbook.store.telling import tell_now_and_then

Row = tuple[Any, ...]
Params = Mapping[str, Any]
Read = Callable[[str], list[Row]]
Shape = tuple[tuple[str, int, str], ...]
Found = TypeVar("Found")

NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
# After one of these every handle refuses until the file has been closed and opened again.
POISONED = (duckdb.FatalException, duckdb.InternalException)


class StoreTrouble(Exception):
    """The database could not do what was asked; `code` says why, and `str()` tells the host what to do."""

    def __init__(self, code: str, remedy: str) -> None:
        super().__init__(remedy)
        self.code = code


# Quoted text, comments and `::` casts are passed over; what is left of `:name` is a parameter.
_PARAMETER = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|::|:([a-z_][a-z0-9_]*)""")


@lru_cache(maxsize=512)
def _in_duckdb_words(sql: str) -> str:
    """The statement with `:name` as DuckDB writes it."""
    return _PARAMETER.sub(lambda found: f"${found[1]}" if found[1] else found[0], sql)


class Writing:
    """One open transaction; it lives only inside `Engine.writing()`."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self.acts: list[Callable[[], object]] = []

    def afterwards(self, act: Callable[[], object]) -> None:
        """Do this once it is committed, under the same lock: also where the disk then fails to keep the log's name."""
        self.acts.append(act)

    def run(self, sql: str, params: Params | None = None) -> list[Row]:
        """Run one statement; the rows it returns, if any."""
        return self._cursor.execute(_in_duckdb_words(sql), dict(params or {})).fetchall()

    def run_many(self, sql: str, many: list[dict[str, Any]]) -> None:
        """Run one statement for each set of values."""
        words = _in_duckdb_words(sql)
        for params in many:
            self._cursor.execute(words, params)


class Door:
    """Operations pass through side by side; whoever changes the file itself waits until all are out, and lets none in."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._inside = 0
        self._shut = False

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Be one of those inside."""
        with self._turn:
            self._turn.wait_for(lambda: not self._shut)
            self._inside += 1
        try:
            yield
        finally:
            with self._turn:
                self._inside -= 1
                self._turn.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Be the only one; the caller holds the write lock, so there is never a second."""
        with self._turn:
            self._shut = True
            self._turn.wait_for(lambda: self._inside == 0)
        try:
            yield
        finally:
            with self._turn:
                self._shut = False
                self._turn.notify_all()


class Engine:
    """A DuckDB file, opened once by one process.

    A DuckDB connection must not be shared between threads; its cursors may, one per operation.
    Two writers of one row fail instead of waiting, so every write takes one lock.
    After a fatal error the file is closed and opened again before the next operation; `prove` then says whether
    all that was acknowledged is still there.
    """

    def __init__(self, path: Path, *copies: Path) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.commits = 0
        self.wrote_at = time.monotonic()
        self.prove: Callable[[Read], None] = lambda read: None
        self.tells = False  # at the start what is wrong ends it, and whoever starts it says so
        self._log = path.with_name(path.name + ".wal")
        self._log_seen = (0, 0)
        self._copies = copies or (path.parent / "backups",)
        self._door = Door()
        self._writer = 0
        self._here = threading.local()
        self._poisoned = False
        self._connection = _opened(path, self._copies)

    def read(self, sql: str, params: Params | None = None) -> list[Row]:
        """The rows a statement returns; asked once more where the database had to be opened again."""
        try:
            return self._rows(sql, params)
        except duckdb.Error as error:
            trouble = self._seen(error)
            if not self._poisoned or self._writing_here() or self._moment:
                raise trouble from error
        try:
            return self._rows(sql, params)
        except duckdb.Error as error:
            raise self._seen(error) from error

    def at_one_moment(self, read: Callable[[], Found]) -> Found:
        """What `read` gives, where all that this thread reads in it is as of one moment, whoever writes meanwhile.

        Nothing may be written in it. Whoever changes the file itself waits for its end.
        """
        if self._moment:
            return read()
        try:
            with self._cursor() as cursor:
                cursor.begin()
                self._here.moment = cursor
                try:
                    return read()
                finally:
                    self._here.moment = None
                    _roll_back(cursor)
        except duckdb.Error as error:
            raise self._seen(error) from error

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction under the write lock: committed when the block ends, rolled back when it raises.

        StoreTrouble also where it is committed but not surely on the disk.
        """
        if self._moment:
            raise RuntimeError("Nothing is written among what is read together.")
        with self.lock:
            try:
                with self._cursor() as cursor:
                    self._writer = threading.get_ident()
                    tx = Writing(cursor)
                    try:
                        cursor.begin()
                        yield tx
                        self._commit(cursor)
                    except BaseException:
                        _roll_back(cursor)
                        raise
                    finally:
                        self._writer = 0
            except duckdb.Error as error:
                raise self._seen(error) from error
            self.commits += 1
            self.wrote_at = time.monotonic()
            for act in tx.acts:
                act()
            self._settle_a_new_log()

    def settle(self) -> None:
        """Fold the write-ahead log into the file; a plain CHECKPOINT fails while others read, this waits."""
        with self.lock:
            try:
                with self._cursor() as cursor:
                    cursor.execute("FORCE CHECKPOINT")
            except duckdb.Error as error:
                raise self._seen(error) from error

    def read_everything(self) -> Shape:
        """Read every block, so that a damaged one is found before anybody asks for it."""
        try:
            with self._cursor() as cursor:
                return _shape(lambda sql: cursor.execute(sql).fetchall())
        except duckdb.Error as error:
            raise self._seen(error) from error

    def copy_into(self, path: Path) -> Shape:
        """A whole copy as of one moment, while others read and write; read back, row for row, before this returns.

        One at a time. StoreTrouble where the copy is not the same; what there is of it then stays behind at `path`.
        """
        try:
            with self._cursor() as cursor:
                cursor.execute(f"ATTACH '{_quoted(path)}' AS copied")
                try:
                    cursor.begin()
                    shape = _shape(lambda sql: cursor.execute(sql).fetchall())
                    cursor.execute(f'COPY FROM DATABASE "{self.path.stem}" TO copied')
                    cursor.commit()
                except BaseException:
                    _roll_back(cursor)
                    raise
                finally:
                    cursor.execute("DETACH copied")
        except duckdb.Error as error:
            raise self._seen(error) from error
        if peek_shape(path) != shape:
            raise StoreTrouble("copy_differs", f"The copy {path} is not the same as the database.")
        return shape

    def replace_by(self, path: Path) -> None:
        """Put the file at `path` in the place of this one; the caller holds the write lock since it was copied.

        Whoever reads waits for a moment. A file under a leftover log would be given the log's rows: first there must be none.
        """
        with self.lock, self._door.shut():
            try:
                self._connection.execute("FORCE CHECKPOINT")
                self._connection.close()  # and with it every cursor
                if self._log.exists():
                    raise StoreTrouble("failed", "The write-ahead log did not close, so the file stays as it is.")
                move(path, self.path)
            except duckdb.Error as error:
                raise self._seen(error) from error
            finally:
                self._open_again()

    def close(self) -> None:
        """Settle and let go of the file."""
        with self.lock:
            try:
                self.settle()
            finally:
                self._connection.close()

    def _settle_a_new_log(self) -> None:
        """DuckDB forces each commit to the disk, but not the name of a log it has just begun; that is a folder's matter."""
        log = self._log.stat() if self._log.exists() else None
        now = (log.st_ino, log.st_size) if log else (0, 0)
        number, size = self._log_seen
        if log and (number != log.st_ino or size > log.st_size):
            self._log_seen = (0, 0)  # where it fails the next commit tries again
            try:
                settle(self.path.parent)
            except OSError as error:
                raise StoreTrouble("unwritable", f"{self.path.parent} cannot be written ({error.strerror}).") from None
        self._log_seen = now

    @property
    def _moment(self) -> duckdb.DuckDBPyConnection | None:
        """The cursor of what this thread reads together, if it does."""
        return getattr(self._here, "moment", None)

    def _rows(self, sql: str, params: Params | None) -> list[Row]:
        asked = _in_duckdb_words(sql), dict(params or {})
        if self._moment:
            return self._moment.execute(*asked).fetchall()
        with self._cursor() as cursor:
            return cursor.execute(*asked).fetchall()

    def _commit(self, cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.commit()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        if self._poisoned and not self._writing_here():
            self._recover()
        with self._door.inside(), self._connection.cursor() as cursor:
            yield cursor

    def _writing_here(self) -> bool:
        return self._writer == threading.get_ident()

    def _seen(self, error: duckdb.Error) -> StoreTrouble:
        """The failure as the store's own; one that spoils every handle is noted, for the next operation to mend."""
        trouble = _trouble(error, self.path)
        if isinstance(error, POISONED) and not self._poisoned:
            self._poisoned = True
            self._tell(f"The database stopped ({trouble.code}); it is opened again at the next use.")
        elif trouble.code != "failed":
            self._tell(str(trouble))
        return trouble

    def _tell(self, what: str) -> None:
        if self.tells:
            tell_now_and_then(what)

    def _recover(self) -> None:
        with self.lock:
            if not self._poisoned:
                return
            with self._door.shut():
                with suppress(duckdb.Error):
                    self._connection.close()
                self._open_again()
            self._tell("The database is open again; everything acknowledged is there.")

    def _open_again(self) -> None:
        """The caller has shut the door. Where this fails the next operation tries again."""
        self._poisoned = True
        with suppress(duckdb.Error):
            self._connection.close()
        self._connection = _opened(self.path, self._copies)
        try:
            self.prove(lambda sql: self._connection.execute(sql).fetchall())
        except duckdb.Error as error:
            raise _trouble(error, self.path) from error
        self._poisoned = False


def peek(path: Path, sql: str) -> list[Row]:
    """The rows a statement returns from a database nobody has open; the file stays exactly as it is."""
    return _peek(path, lambda read: read(sql))


def peek_shape(path: Path) -> Shape:
    """The shape of a database nobody has open: for each table its name, its rows, and a sum over all they hold.

    Every block is read, so a damaged one is found.
    """
    return _peek(path, _shape)


def _peek(path: Path, ask: Callable[[Read], Found]) -> Found:
    try:
        with duckdb.connect(str(path), read_only=True, config=NO_EXTENSIONS) as connection:
            return ask(lambda sql: connection.execute(sql).fetchall())
    except duckdb.Error as error:
        raise _trouble(error, path) from error


def _shape(read: Read) -> Shape:
    tables = read("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY table_name")
    counted = (
        (name, read(f'SELECT count(*), CAST(sum(CAST(hash(r) AS HUGEINT)) AS VARCHAR) FROM "{name}" r')[0])
        for (name,) in tables
    )
    return tuple((name, int(rows), total or "") for name, (rows, total) in counted)


def _opened(path: Path, copies: tuple[Path, ...]) -> duckdb.DuckDBPyConnection:
    try:
        connection = duckdb.connect(
            str(path),
            config={
                **NO_EXTENSIONS,
                "checkpoint_threshold": "1MB",
                "threads": 2,
                "memory_limit": "1GB",
            },
        )
        listed = ", ".join(f"'{_quoted(folder)}'" for folder in copies)
        connection.execute(f"SET allowed_directories = [{listed}]")
        connection.execute("SET enable_external_access = false")
        # COPY FROM DATABASE sets this one for itself, inside its transaction.
        connection.execute("SET allowed_configs = ['current_transaction_invalidation_policy']")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise _trouble(error, path) from error
    return connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):  # the transaction may already be gone
        cursor.rollback()


RESTORE = "Restore a backup: docs/backup.md says how."
# Any other failure may quote what somebody wrote, so its words are not looked at.
SPEAKS_OF_FILES = (duckdb.IOException, duckdb.TransactionException, duckdb.SerializationException, *POISONED)
# What DuckDB says, and what that means for the host. The first that fits counts.
MEANINGS = (
    (
        ("Could not set lock", "Conflicting lock"),
        "in_use",
        "Another process has the database open{where}. Stop it, then start again.",
    ),
    (
        ("No space left", "File too large"),
        "disk_full",
        "The disk is full. Make room, then try again; nothing saved so far is lost.",
    ),
    (("version number",), "newer_file", "This database was written by a newer DuckDB{where}. Use the newer version."),
    (
        ("Permission denied", "Read-only file system", "read-only"),
        "unwritable",
        "The data folder cannot be written{where}. Give this user write access to it.",
    ),
    (("WAL",), "damaged", f"The log of the newest saves is damaged{{where}}. {RESTORE}"),
    (
        ("Corrupt database", "not a valid DuckDB", "Could not read enough bytes", "checksum"),
        "damaged",
        f"The database file is damaged{{where}}. {RESTORE}",
    ),
    (
        ("Cannot open file",),
        "unwritable",
        "The data folder cannot be written{where}. Give this user write access to it.",
    ),
)


def _trouble(error: duckdb.Error, path: Path | None = None) -> StoreTrouble:
    """The failure without its details: DuckDB's own words can quote a row."""
    said = str(error)
    where = f" ({path})" if path else ""
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreTrouble("memory", "The database ran out of memory. Nothing saved so far is lost.")
    if isinstance(error, SPEAKS_OF_FILES):
        for signs, code, remedy in MEANINGS:
            if any(sign in said for sign in signs):
                return StoreTrouble(code, remedy.format(where=where))
    return StoreTrouble("failed", f"The database refused ({type(error).__name__}){where}.")
