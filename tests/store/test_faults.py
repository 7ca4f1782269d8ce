"""What can go wrong with the file and the disk: one line before the start, and at run time nothing lost."""

import ctypes
import os
import resource
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from tests.app_server import AppServer
from tests.characters import MONDAY, person
from tests.store.test_opening import TODAY, save, seen, values
from workbook.settings import ROOT
from workbook.store import answers, folder, telling
from workbook.store.engine import Engine, StoreTrouble
from workbook.store.folder import DATABASE
from workbook.store.opening import Store, open_store
from workbook.store.sealing import KeyTrouble


@pytest.fixture(autouse=True)
def _nothing_told_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_last", {})


@pytest.fixture
def ada(store: Store) -> str:
    return person(store, "Ada")


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Every write past this many bytes fails, as on a full disk; the kernel sees to it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def log_of(store: Store) -> Path:
    return store.folder / f"{DATABASE}.wal"


# Before the start


def newer_duckdb(data: Path) -> None:
    """The version number in the file's head, with the checksum that belongs to it."""
    content = bytearray((data / DATABASE).read_bytes())
    content[12:20] = struct.pack("<Q", 99)
    checksum = 5381
    for (word,) in struct.iter_unpack("<Q", bytes(content[8:4096])):
        checksum ^= word * 0xBF58476D1CE4E5B9 & (1 << 64) - 1
    content[:8] = struct.pack("<Q", checksum)
    (data / DATABASE).write_bytes(content)


def newer_workbook(data: Path) -> None:
    engine = Engine(data / DATABASE)
    with engine.writing() as tx:
        tx.run("INSERT INTO schema_steps VALUES (99, 'from the future')")
    engine.close()


def cut_short(data: Path) -> None:
    content = (data / DATABASE).read_bytes()
    (data / DATABASE).write_bytes(content[: len(content) // 2])


def damaged_within(data: Path) -> None:
    """A block of answers, which nothing at the start would read if it were not looked for."""
    content = (data / DATABASE).read_bytes()
    (data / DATABASE).write_bytes(content.replace(b"reflect.someone_stayed", b"reflect.someone_strayd"))


def damaged_log(data: Path) -> None:
    log = data / f"{DATABASE}.wal"
    content = bytearray(log.read_bytes())
    content[len(content) // 2] ^= 1
    log.write_bytes(content)


def empty_file(data: Path) -> None:
    (data / DATABASE).write_bytes(b"")


def older_file(data: Path) -> None:
    (data / "workbook.seen").write_text('{"seq": 99, "people": 1}')


KNOCKS: dict[str, tuple[Callable[[Path], None], str]] = {
    "a damaged log": (damaged_log, "The log of the newest saves is damaged"),
    "a newer DuckDB": (newer_duckdb, "was written by a newer DuckDB"),
    "a newer workbook": (newer_workbook, "comes from a newer version of the workbook"),
    "a file cut short": (cut_short, "The database file is damaged"),
    "a damaged block": (damaged_within, "The database file is damaged"),
    "an empty file": (empty_file, "The database file is damaged"),
    "an older file": (older_file, "The database holds 2 saves, but there had been 99"),
}


class Knocked(AppServer):
    def outcome(self) -> tuple[int, str]:
        """Exit code and error output of the app, started to its end."""
        ran = subprocess.run(
            self._command(), cwd=ROOT, env=self._environment(), capture_output=True, text=True, timeout=60
        )
        return ran.returncode, ran.stderr


def damaged(damage: Callable[[Path], None], room: Path) -> Path:
    """A folder in which Ada has written, once before and once after the log was folded in, and what became of it."""
    store = open_store(room / "before")
    ada = person(store, "Ada")
    save(store, ada, "Ruth.")
    store.engine.settle()
    save(store, ada, "Noor.")
    if damage is not damaged_log:
        store.close()
    shutil.copytree(store.folder, room / "data", ignore=shutil.ignore_patterns("workbook.lock"))
    store.close()
    damage(room / "data")
    return room / "data"


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """The app, started on some of them and on a folder that is open here, two at a time."""
    folders = {name: damaged(KNOCKS[name][0], tmp_path_factory.mktemp("knock")) for name in SERVED}
    held = open_store(tmp_path_factory.mktemp("knock") / "data")
    folders["another process"] = held.folder
    apps = {name: Knocked(data, data.parent / "log.txt") for name, data in folders.items()}
    with ThreadPoolExecutor(2) as two:
        found = dict(zip(apps, two.map(Knocked.outcome, apps.values()), strict=True))
    held.close()
    return found


SERVED = ("a damaged log", "a newer DuckDB", "a newer workbook")


@pytest.mark.promise("second_process")
@pytest.mark.parametrize("name", [*SERVED, "another process"])
def test_what_is_wrong_with_the_data_is_said_in_one_line_before_any_page_is_served(
    outcomes: dict[str, tuple[int, str]], name: str
) -> None:
    says = KNOCKS[name][1] if name in KNOCKS else "Another process has the database open"
    code, said = outcomes[name]
    assert code == 1
    [line] = said.splitlines()
    assert line.startswith("The workbook cannot start. ") and says in line and "Traceback" not in line


@pytest.mark.parametrize("name", KNOCKS)
def test_data_that_is_damaged_or_of_another_time_is_refused_and_left_as_it_is(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    damage, says = KNOCKS[name]
    data = damaged(damage, tmp_path)
    before = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    with pytest.raises(StoreTrouble, match=says):
        open_store(data)
    assert capfd.readouterr().err == "", "whoever starts it says it, once"
    after = {path.name: path.read_bytes() for path in data.iterdir() if path.is_file()}
    assert {name for name in before if after.get(name) != before[name]} <= (
        {f"{DATABASE}.wal", DATABASE} if name in ("a newer workbook", "an older file") else set()
    )


def test_a_first_start_on_a_full_disk_leaves_nothing_in_the_way_of_the_next(tmp_path: Path) -> None:
    with no_file_longer_than(10), pytest.raises(KeyTrouble, match=r"No key can be made at .*Make room"):
        open_store(tmp_path / "data")
    assert list((tmp_path / "data" / "key").iterdir()) == []
    with no_file_longer_than(1000), pytest.raises(StoreTrouble, match="The disk is full"):
        open_store(tmp_path / "data")
    open_store(tmp_path / "data").close()


def test_a_folder_nobody_may_write_is_refused(tmp_path: Path) -> None:
    said = tried_with_read_only(tmp_path, "chmod")
    assert said.startswith("unwritable ") and "cannot be written (Permission denied)" in said


def test_a_database_nobody_may_write_is_refused(tmp_path: Path) -> None:
    said = tried_with_read_only(tmp_path, "chmod file")
    assert said.startswith("unwritable ") and "cannot be written" in said


def tried_with_read_only(room: Path, how: str) -> str:
    """What `open_store` says where it may not write. Root may write anywhere, so root gives that right up first."""
    data = room / "data"
    open_store(data).close()
    if how == "chmod":
        data.chmod(0o500)
        (data / "workbook.lock").unlink()
    else:
        (data / DATABASE).chmod(0o400)
    code = (
        "import ctypes, os, sys; from pathlib import Path; from workbook.store.opening import open_store\n"
        "from workbook.store.engine import StoreTrouble\n"
        "try: open_store(Path(sys.argv[1]))\n"
        "except StoreTrouble as trouble: print(trouble.code, trouble)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(data)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=without_the_rights_of_root,
    )
    data.chmod(0o700)
    return ran.stdout


def without_the_rights_of_root() -> None:
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for right in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            libc.prctl(24, right)  # PR_CAPBSET_DROP


# While it runs


def test_after_a_fatal_error_the_database_is_opened_again_and_nothing_acknowledged_is_lost(
    store: Store, ada: str, capfd: pytest.CaptureFixture[str]
) -> None:
    for n in range(5):
        save(store, ada, f"{n}")
    with no_file_longer_than(store.engine.path.stat().st_size), pytest.raises(StoreTrouble) as trouble:
        store.engine.settle()
    assert trouble.value.code == "disk_full"
    assert values(store, ada) == ["0", "1", "2", "3", "4"]
    assert save(store, ada, "5").seq == 6
    told = capfd.readouterr().err.splitlines()
    assert [line.split(" workbook: ")[1] for line in told] == [
        "The database stopped (disk_full); it is opened again at the next use.",
        "The database is open again; everything acknowledged is there.",
    ]


def test_a_save_that_meets_the_fatal_error_is_refused_or_there_and_can_be_tried_again(store: Store, ada: str) -> None:
    n = 0
    with no_file_longer_than(store.engine.path.stat().st_size + 100_000), pytest.raises(StoreTrouble) as trouble:
        while True:
            save(store, ada, f"{n} " + "x" * 3000)
            n += 1
    assert trouble.value.code == "disk_full"
    there = [value.split()[0] for value in values(store, ada)]
    assert there in ([str(i) for i in range(n)], [str(i) for i in range(n + 1)])
    save(store, ada, "and on")
    assert values(store, ada)[-1] == "and on"
    assert seen(store) == len(there) + 1


def test_a_fatal_error_while_much_is_read_together_ends_that_alone(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")

    def read_on() -> None:
        assert values(store, ada) == ["Ruth."]
        store.engine._seen(duckdb.FatalException("database has been invalidated"))
        store.read("SELECT nothing FROM nowhere")

    with pytest.raises(StoreTrouble):
        store.at_one_moment(read_on)
    assert values(store, ada) == ["Ruth."]
    assert save(store, ada, "Noor.").seq == 2


def test_a_save_whose_log_could_not_be_settled_is_counted_all_the_same(
    store: Store, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, groups_changed = store.counted(), store.groups_changed

    def cannot(_: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("workbook.store.engine.settle", cannot)
    store.engine._log_seen = (0, 0)
    with pytest.raises(StoreTrouble), store.pen(ada, MONDAY, TODAY, "UTC") as pen:
        answers.append(pen, "reflect.someone_stayed", "story", "", "", "Ruth.")
        pen.changes_groups = True
    with pytest.raises(StoreTrouble), store.pens(MONDAY) as pens:
        answers.append(pens.of(ada), "reflect.someone_stayed", "story", "", "", "Noor.")
        pens.of(ada).changes_groups = True
    with pytest.raises(StoreTrouble):
        person(store, "Kofi")
    assert (store.counted(), store.groups_changed) == (counted.after(saves=2, people=1), groups_changed + 2)
    assert seen(store) == counted.saves, "the mark never says more than is surely on the disk"
    monkeypatch.undo()
    save(store, ada, "and on")
    assert seen(store) == counted.saves + 3
    assert store.read("SELECT CAST(sum(seq) AS BIGINT), count(*) FROM heads") == [(counted.saves + 3, 2)]


def test_all_threads_come_through_a_fatal_error(store: Store, ada: str) -> None:
    """Eight save and read while the file cannot grow for a moment; each refused save is a trouble of the store's own."""
    saved, strange = list[str](), list[BaseException]()
    stop = threading.Event()

    def work(name: int) -> None:
        n = 0
        while not stop.is_set():
            try:
                save(store, ada, f"{name}.{n}")
                saved.append(f"{name}.{n}")
                values(store, ada)
            except StoreTrouble:
                stop.wait(0.001)
            except BaseException as error:
                strange.append(error)
            n += 1

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        stop.wait(0.15)
        with no_file_longer_than(store.engine.path.stat().st_size), pytest.raises(StoreTrouble):
            store.engine.settle()
    stop.wait(0.15)
    stop.set()
    for thread in threads:
        thread.join()
    assert strange == []
    there = values(store, ada)
    assert set(saved) <= set(there) and len(there) == len(set(there))
    assert [s.seq for s in answers.every_version(store, ada)] == list(range(1, len(there) + 1))


def test_a_database_that_cannot_be_opened_again_says_so_each_time_and_heals_when_it_can(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    with no_file_longer_than(store.engine.path.stat().st_size), pytest.raises(StoreTrouble):
        store.engine.settle()
    away = store.engine.path.rename(store.folder / "unplugged")
    store.engine.path.mkdir()
    for _ in range(3):
        with pytest.raises(StoreTrouble):
            values(store, ada)
        with pytest.raises(StoreTrouble):
            save(store, ada, "Noor.")
    store.engine.path.rmdir()
    away.rename(store.engine.path)
    assert values(store, ada) == ["Ruth."]
    assert save(store, ada, "Noor.").seq == 2


def test_a_database_that_lost_something_is_not_opened_again(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    with no_file_longer_than(store.engine.path.stat().st_size), pytest.raises(StoreTrouble):
        store.engine.settle()
    log_of(store).unlink()
    for _ in range(2):
        with pytest.raises(StoreTrouble) as trouble:
            values(store, ada)
        assert trouble.value.code == "behind"


@pytest.mark.promise("disk_full")
def test_saves_are_refused_while_there_is_still_room_and_everything_else_goes_on(
    store: Store, ada: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    save(store, ada, "Ruth.", prompt="kept")
    save(store, ada, "Noor.", prompt="erased")
    monkeypatch.setattr(folder, "LEAST_FREE", folder.free(store.folder) + (1 << 30))
    with pytest.raises(StoreTrouble, match=r"nearly full: .* Nothing is lost") as trouble:
        save(store, ada, "no room for this")
    assert trouble.value.code == "disk_low"
    with pytest.raises(StoreTrouble):
        save(store, ada, "nor for this")
    [line] = capfd.readouterr().err.splitlines()
    assert "Saves are refused: the disk of" in line, "once a minute, not at every save"
    assert values(store, ada) == ["Ruth.", "Noor."]
    with store.pen(ada, MONDAY, TODAY, "UTC", erasing=True) as pen:
        answers.erase(pen, "reflect.someone_stayed", "erased", "", "")
    assert values(store, ada) == ["Ruth."], "erasing makes room"
    monkeypatch.undo()
    assert save(store, ada, "room again").seq == 3


def test_a_mark_that_cannot_be_written_does_not_undo_the_save(
    store: Store, ada: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (store.folder / "workbook.new").mkdir()
    assert save(store, ada, "Ruth.").seq == 1
    assert "workbook.seen could not be written" in capfd.readouterr().err
    assert values(store, ada) == ["Ruth."]


def test_a_query_too_big_for_the_memory_is_refused_and_the_next_one_answered(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    with pytest.raises(StoreTrouble) as trouble:
        store.read("SELECT length(string_agg(repeat('x', 10000000), '')) FROM range(300)")
    assert trouble.value.code == "memory"
    assert values(store, ada) == ["Ruth."]


def test_a_clock_that_jumps_back_changes_nothing_about_which_save_is_the_newest(store: Store, ada: str) -> None:
    for words, at in (("before", MONDAY), ("after", MONDAY - timedelta(days=400))):
        with store.pen(ada, at, at.date(), "UTC") as pen:
            answers.append(pen, "reflect.drifted", "together", "", "", words)
    assert [s.value for s in answers.latest(store, ada, "reflect.drifted")] == ["after"]
    store.back_up(MONDAY)
    store.back_up(MONDAY - timedelta(days=400))
    assert (store.folder / "backups" / "2026-03-02T090000Z.duckdb").exists()


def test_keys_that_cannot_be_written_leave_no_person_half_made(store: Store, ada: str) -> None:
    (store.folder / "person-keys.new").mkdir()
    (store.folder / "person-keys.new" / "in the way").touch()
    with pytest.raises(StoreTrouble) as trouble:
        person(store, "Kofi")
    assert trouble.value.code == "unwritable"
    assert store.read("SELECT count(*) FROM people") == [(1,)]
    with pytest.raises(StoreTrouble):
        store.remove_person(ada)
    assert save(store, ada, "still here").seq == 1
    (store.folder / "person-keys.new" / "in the way").unlink()
    (store.folder / "person-keys.new").rmdir()
    store.remove_person(ada)
