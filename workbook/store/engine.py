"""One door to the database: portable SQL text with `:name` parameters, a cursor per operation, one write lock."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

Row = tuple[Any, ...]
Params = Mapping[str, Any]

NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


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

    def run(self, sql: str, params: Params | None = None) -> list[Row]:
        """Run one statement; the rows it returns, if any."""
        return self._cursor.execute(_in_duckdb_words(sql), dict(params or {})).fetchall()

    def run_many(self, sql: str, many: list[dict[str, Any]]) -> None:
        """Run one statement for each set of values."""
        words = _in_duckdb_words(sql)
        for params in many:
            self._cursor.execute(words, params)


class Engine:
    """A DuckDB file, opened once by one process.

    A DuckDB connection must not be shared between threads; its cursors may, one per operation.
    Two writers of one row fail instead of waiting, so every write takes one lock.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._connection = _opened(path)

    def read(self, sql: str, params: Params | None = None) -> list[Row]:
        """The rows a statement returns."""
        try:
            with self._connection.cursor() as cursor:
                return cursor.execute(_in_duckdb_words(sql), dict(params or {})).fetchall()
        except duckdb.Error as error:
            raise _trouble(error) from error

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction under the write lock: committed when the block ends, rolled back when it raises."""
        with self._lock, self._cursor() as cursor:
            try:
                cursor.begin()
                yield Writing(cursor)
                cursor.commit()
            except duckdb.Error as error:
                _roll_back(cursor)
                raise _trouble(error) from error
            except BaseException:
                _roll_back(cursor)
                raise

    def settle(self) -> None:
        """Fold the write-ahead log into the file; a plain CHECKPOINT fails while others read, this waits."""
        with self._lock, self._cursor() as cursor:
            try:
                cursor.execute("FORCE CHECKPOINT")
            except duckdb.Error as error:
                raise _trouble(error) from error

    def close(self) -> None:
        """Settle and let go of the file."""
        with self._lock:
            try:
                self.settle()
            finally:
                self._connection.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.cursor()
        except duckdb.Error as error:
            raise _trouble(error) from error


def peek(path: Path, sql: str) -> list[Row]:
    """The rows a statement returns from a database nobody has open; the file stays exactly as it is."""
    try:
        with duckdb.connect(str(path), read_only=True, config=NO_EXTENSIONS) as connection:
            return connection.execute(sql).fetchall()
    except duckdb.Error as error:
        raise _trouble(error, path) from error


def _opened(path: Path) -> duckdb.DuckDBPyConnection:
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
        backups = str(path.parent / "backups").replace("'", "''")
        connection.execute(f"SET allowed_directories = ['{backups}']")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        raise _trouble(error, path) from error
    return connection


def _roll_back(cursor: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.Error):  # the transaction may already be gone
        cursor.rollback()


def _trouble(error: duckdb.Error, path: Path | None = None) -> StoreTrouble:
    """The failure without its details: DuckDB's own words can quote a row."""
    said = str(error)
    where = f" ({path})" if path else ""
    if "Could not set lock" in said or "Conflicting lock" in said:
        return StoreTrouble("in_use", f"Another process has the database open{where}. Stop it, then start again.")
    if "No space left" in said:
        return StoreTrouble("disk_full", "The disk is full. Make room, then try again; nothing saved so far is lost.")
    if "version number" in said:
        return StoreTrouble("newer_file", f"This database was written by a newer DuckDB{where}. Use the newer version.")
    if "Permission denied" in said or "read-only" in said.lower() or "Cannot open file" in said:
        return StoreTrouble(
            "unwritable", f"The data folder cannot be written{where}. Give this user write access to it."
        )
    return StoreTrouble("failed", f"The database refused ({type(error).__name__}){where}.")
