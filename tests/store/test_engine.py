"""One door to the database: parameters, transactions, one write lock, and failures that say nothing of the rows."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workbook.settings import ROOT
from workbook.store.engine import Engine, StoreTrouble, Writing, peek

NOTE = "INSERT INTO notes VALUES (:number, :words)"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = Engine(tmp_path / "notes.duckdb")
    with opened.writing() as tx:
        tx.run("CREATE TABLE notes (number INTEGER, words VARCHAR)")
    yield opened
    opened.close()


def numbers(engine: Engine) -> list[int]:
    return [row[0] for row in engine.read("SELECT number FROM notes ORDER BY number")]


def test_values_are_bound_and_never_read_as_sql(engine: Engine) -> None:
    hostile = "'); DROP TABLE notes; -- :number"
    with engine.writing() as tx:
        tx.run(NOTE, {"number": 1, "words": hostile})
    found = engine.read("SELECT words FROM notes WHERE words = :words", {"words": hostile})
    assert found == [(hostile,)]


def test_a_cast_is_not_taken_for_a_parameter(engine: Engine) -> None:
    assert engine.read("SELECT :number::VARCHAR || '!'", {"number": 7}) == [("7!",)]


def test_many_rows_are_written_in_one_transaction(engine: Engine) -> None:
    with engine.writing() as tx:
        tx.run_many(NOTE, [{"number": n, "words": "x"} for n in (1, 2, 3)])
    assert numbers(engine) == [1, 2, 3]


def test_what_was_begun_is_undone_when_the_block_raises(engine: Engine) -> None:
    with pytest.raises(KeyError), engine.writing() as tx:
        tx.run(NOTE, {"number": 1, "words": "x"})
        raise KeyError("stop")
    assert numbers(engine) == []


def test_what_was_begun_is_undone_when_the_database_refuses(engine: Engine) -> None:
    with pytest.raises(StoreTrouble), engine.writing() as tx:
        tx.run(NOTE, {"number": 1, "words": "x"})
        tx.run("INSERT INTO notes VALUES ('seven', 'x')")
    assert numbers(engine) == []
    with engine.writing() as tx:
        tx.run(NOTE, {"number": 2, "words": "x"})
    assert numbers(engine) == [2]


def test_a_reader_sees_nothing_before_the_commit(engine: Engine) -> None:
    with engine.writing() as tx:
        tx.run(NOTE, {"number": 1, "words": "x"})
        assert numbers(engine) == []
    assert numbers(engine) == [1]


def test_writers_wait_for_one_another(engine: Engine) -> None:
    def count_up() -> None:
        for _ in range(25):
            with engine.writing() as tx:
                seen = tx.run("SELECT coalesce(max(number), 0) FROM notes")[0][0]
                tx.run(NOTE, {"number": seen + 1, "words": "x"})

    threads = [threading.Thread(target=count_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(engine) == list(range(1, 201))


def elsewhere(act: Callable[[], object]) -> None:
    """Do something in another thread, to its end."""
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()


def noted(engine: Engine, *wanted: int) -> None:
    with engine.writing() as tx:
        tx.run_many(NOTE, [{"number": number, "words": "x"} for number in wanted])


def test_what_is_read_together_is_all_of_one_moment_while_others_write_on(engine: Engine) -> None:
    noted(engine, 1)

    def twice() -> list[list[int]]:
        seen = [numbers(engine)]
        elsewhere(lambda: noted(engine, 2))
        return [*seen, engine.at_one_moment(lambda: numbers(engine))]

    assert engine.at_one_moment(twice) == [[1], [1]]
    assert numbers(engine) == [1, 2]


def test_nothing_is_written_among_what_is_read_together(engine: Engine) -> None:
    with pytest.raises(RuntimeError):
        engine.at_one_moment(lambda: noted(engine, 1))
    noted(engine, 2)
    assert numbers(engine) == [2]


def test_who_changes_the_file_waits_until_all_that_is_read_together_is_read(engine: Engine) -> None:
    noted(engine, 1)
    engine.settle()
    fresh = engine.path.parent / "backups" / "fresh.duckdb"
    fresh.parent.mkdir()
    engine.copy_into(fresh)
    changing = threading.Thread(target=lambda: engine.replace_by(fresh), daemon=True)

    def read_on() -> list[list[int]]:
        seen = [numbers(engine)]
        changing.start()
        changing.join(0.3)
        assert changing.is_alive() and fresh.exists()
        return [*seen, numbers(engine)]

    assert engine.at_one_moment(read_on) == [[1], [1]]
    changing.join(10)
    assert not fresh.exists() and numbers(engine) == [1]


def test_a_failure_among_what_is_read_together_is_a_trouble_and_ends_it(engine: Engine) -> None:
    with pytest.raises(StoreTrouble):
        engine.at_one_moment(lambda: engine.read("SELECT * FROM nowhere"))
    noted(engine, 1)
    assert numbers(engine) == [1]


def test_a_commit_counts_though_its_log_could_not_be_settled_and_that_is_tried_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.settle()
    settled, before, at = list[Path](), engine.commits, engine.wrote_at

    def settle(folder: Path) -> None:
        settled.append(folder)
        if len(settled) == 1:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("workbook.store.engine.settle", settle)
    with pytest.raises(StoreTrouble, match="Input/output error"):
        noted(engine, 1)
    assert numbers(engine) == [1]
    assert engine.commits == before + 1 and engine.wrote_at > at
    noted(engine, 2)
    noted(engine, 3)
    assert settled == [engine.path.parent] * 2


def test_a_refusal_quotes_nothing_of_what_was_written(engine: Engine) -> None:
    with pytest.raises(StoreTrouble) as trouble, engine.writing() as tx:
        tx.run("INSERT INTO notes VALUES (CAST(:words AS INTEGER), 'x')", {"words": "Noor is kind"})
    assert trouble.value.code == "failed"
    assert "Noor" not in str(trouble.value)


def test_a_failed_read_is_a_trouble_of_the_store(engine: Engine) -> None:
    with pytest.raises(StoreTrouble, match="CatalogException"):
        engine.read("SELECT * FROM nowhere")


def test_settling_waits_for_whoever_still_reads_what_was_changed(engine: Engine) -> None:
    with engine.writing() as tx:
        tx.run(NOTE, {"number": 1, "words": "x"})
    reader = engine._connection.cursor()
    reader.begin()
    seen = [reader.execute("SELECT number FROM notes").fetchall()]
    with engine.writing() as tx:
        tx.run("UPDATE notes SET number = 2")

    def read_to_the_end() -> None:
        seen.append(reader.execute("SELECT number FROM notes").fetchall())
        reader.commit()

    threading.Timer(0.1, read_to_the_end).start()
    engine.settle()
    assert (seen, numbers(engine)) == ([[(1,)], [(1,)]], [2])
    log = engine.path.with_name(engine.path.name + ".wal")
    assert not log.exists() or log.stat().st_size == 0


def test_a_second_process_is_told_that_the_database_is_in_use(engine: Engine) -> None:
    code = (
        "import sys; from pathlib import Path; from workbook.store.engine import Engine, StoreTrouble\n"
        "try: Engine(Path(sys.argv[1]))\n"
        "except StoreTrouble as trouble: print(trouble.code, str(trouble))"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(engine.path)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.startswith("in_use Another process has the database open")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_bytes(b"not a database at all" * 1000)
    with pytest.raises(StoreTrouble):
        Engine(path)


def test_sql_reaches_no_file_beside_the_database(engine: Engine, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    for sql in (
        f"SELECT * FROM '{secret}'",
        f"COPY notes TO '{tmp_path}/out.csv'",
        "SET enable_external_access = true",
    ):
        with pytest.raises(StoreTrouble):
            engine.read(sql)
    assert not (tmp_path / "out.csv").exists()


def test_a_peek_reads_a_closed_database_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    opened = Engine(path)
    with opened.writing() as tx:
        _fill(tx)
    opened.close()
    before = path.read_bytes()
    assert peek(path, "SELECT number FROM notes") == [(1,)]
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.duckdb"]


def _fill(tx: Writing) -> None:
    tx.run("CREATE TABLE notes (number INTEGER, words VARCHAR)")
    tx.run(NOTE, {"number": 1, "words": "x"})


def test_a_closed_database_refuses_with_a_trouble_of_the_store(tmp_path: Path) -> None:
    closed = Engine(tmp_path / "notes.duckdb")
    closed.close()
    with pytest.raises(StoreTrouble):
        closed.read("SELECT 1")
    with pytest.raises(StoreTrouble), closed.writing():
        pass
    with pytest.raises(StoreTrouble):
        closed.settle()
