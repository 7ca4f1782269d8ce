"""What is erased leaves the page at once, and the file, its log and every file beside it with the rewrite."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.characters import MONDAY
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store import put_away
from workbook.store.engine import StoreTrouble
from workbook.store.folder import DATABASE
from workbook.store.opening import Store, open_store

STORY = ("reflect.someone_stayed", "story")


def sealed_of(store: Store, *tables: str) -> set[bytes]:
    """The ciphertexts, as they stand in the file; padding makes them long enough never to be there by chance."""
    found = {bytes(row[0]) for table in tables for row in store.read(f"SELECT sealed FROM {table}")}
    assert all(len(sealed) >= 64 for sealed in found)
    return found


def in_files(folder: Path, wanted: set[bytes]) -> int:
    """How many of them are in any file, backups apart. A child looks: whoever reads a live file here drops its lock."""
    code = (
        "import sys; from pathlib import Path\n"
        "wanted = [bytes.fromhex(line) for line in sys.stdin.read().split()]\n"
        "files = [p for p in Path(sys.argv[1]).rglob('*') if p.is_file() and 'backups' not in p.parts]\n"
        "everything = b'|'.join(p.read_bytes() for p in files)\n"
        "print(sum(one in everything for one in wanted))"
    )
    lines = "\n".join(one.hex() for one in wanted)
    ran = subprocess.run(
        [sys.executable, "-c", code, str(folder)], input=lines, capture_output=True, text=True, check=True
    )
    return int(ran.stdout)


@pytest.mark.promise("erase_me")
def test_an_erased_answer_is_in_no_file_once_it_is_rewritten(store: Store, book: MyWorkbook) -> None:
    for words in ("Ruth sat on the stairs with me.", "Ruth, on the stairs."):
        book.answer(*STORY, words)
    gone = sealed_of(store, "answers")
    book.answer("reflect.drifted", "together", "Noor used to sing.")
    assert in_files(store.folder, gone) == 2
    book.erase(*STORY)
    assert book.versions(*STORY) == []
    assert store.rewrite_wanted
    store.rewrite()
    assert in_files(store.folder, gone) == 0
    assert not store.rewrite_wanted
    assert [saved.value for saved in book.saved("reflect.drifted")] == ["Noor used to sing."]


@pytest.mark.promise("erase_me")
def test_a_forgotten_member_is_in_no_file_once_it_is_rewritten(store: Store, book: MyWorkbook) -> None:
    noor, ruth = book.add_member("Noor"), book.add_member("Ruth")
    book.move(noor, "core", reason="She listens.")
    book.change_member(noor, "notes", "Call on Sundays.")
    gone = sealed_of(store, "member_facts", "moves") - sealed_of_member(store, ruth)
    book.forget(noor)
    store.rewrite()
    assert in_files(store.folder, gone) == 0
    assert [member.name for member in book.members()] == ["Ruth"]
    assert in_files(store.folder, {noor.encode()}) == 0, "not even the random id"


@pytest.mark.promise("erase_me")
def test_who_was_deleted_thirty_days_ago_is_in_no_file_once_it_is_rewritten(
    store: Store, book: MyWorkbook, kofis_book: MyWorkbook
) -> None:
    noor = book.add_member("Noor", place="core")
    occasion = book.begin_hello(noor)
    book.answer("reach_out.two_lines", "text", "Dear Noor", occasion=occasion)
    book.change_member(noor, "notes", "Call on Sundays.")
    book.were_in_touch([noor])
    of_noor = sealed_of(store, "member_facts", "moves", "answers", "tries", "touches")
    book.delete_member(noor)
    of_noor |= sealed_of(store, "member_facts")
    kofis_book.add_member("Sam")
    assert in_files(store.folder, of_noor | {noor.encode()}) > 1
    assert put_away.clear(store, MONDAY + timedelta(days=29, hours=23)) == 0 and not store.rewrite_wanted
    assert put_away.clear(store, MONDAY + timedelta(days=30)) == 1 and store.rewrite_wanted
    store.rewrite()
    assert in_files(store.folder, of_noor | {noor.encode()}) == 0, "neither a sealed word nor the random id"
    assert [member.name for member in kofis_book.members()] == ["Sam"]


def sealed_of_member(store: Store, member_id: str) -> set[bytes]:
    return {bytes(row[0]) for row in store.read("SELECT sealed FROM member_facts WHERE member_id = :m", m=member_id)}


@pytest.mark.promise("erase_me")
def test_a_deleted_person_is_in_no_file_once_it_is_rewritten(
    store: Store, book: MyWorkbook, kofis_book: MyWorkbook
) -> None:
    book.answer(*STORY, "Ruth.")
    gone = sealed_of(store, "answers")
    kofis_book.answer(*STORY, "Sam.")
    store.remove_person(book.person_id)
    store.rewrite()
    assert in_files(store.folder, gone | {book.person_id.encode()}) == 0
    assert [saved.value for saved in kofis_book.saved(STORY[0])] == ["Sam."]


def test_a_stop_rewrites_what_was_not_rewritten_yet(store: Store, book: MyWorkbook) -> None:
    book.answer(*STORY, "Ruth.")
    gone = sealed_of(store, "answers")
    book.erase(*STORY)
    store.close()
    assert in_files(store.folder, gone) == 0
    assert sorted(p.name for p in store.folder.iterdir() if p.name.startswith(("workbook", "rewriting"))) == [
        "workbook.duckdb",
        "workbook.lock",
        "workbook.seen",
    ]
    open_store(store.folder).close()


def test_a_save_that_only_replaces_asks_for_no_rewrite(store: Store, book: MyWorkbook) -> None:
    book.answer(*STORY, "Ruth.")
    book.answer(*STORY, "Noor.")
    assert not store.rewrite_wanted


def test_reading_and_writing_go_on_through_rewrites_and_none_fails(
    store: Store, book: MyWorkbook, kofis_book: MyWorkbook
) -> None:
    with store.writing() as tx:
        tx.run(
            "INSERT INTO opens SELECT 'nobody', 'check_in.weekly', DATE '2026-03-02', TIMESTAMP '2026-03-02 09:00:00', range FROM range(50000)"
        )
    troubles, longest = list[BaseException](), {"read": 0.0, "write": 0.0}
    stop = threading.Event()
    written = [0]

    def again_and_again(what: str, act: Callable[[], object]) -> None:
        while not stop.is_set():
            began = time.monotonic()
            try:
                act()
            except BaseException as error:
                troubles.append(error)
            longest[what] = max(longest[what], time.monotonic() - began)

    def write() -> None:
        written[0] += 1
        book.answer(*STORY, f"version {written[0]}", occasion=str(written[0]))

    threads = [threading.Thread(target=again_and_again, args=("write", write))]
    for _ in range(3):
        threads.append(threading.Thread(target=again_and_again, args=("read", lambda: kofis_book.saved(STORY[0]))))
    for thread in threads:
        thread.start()
    began = time.monotonic()
    for _ in range(3):
        store.rewrite()
        stop.wait(0.05)
    took = (time.monotonic() - began) / 3
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert len(book.saved(STORY[0])) == written[0]
    print(f"3 rewrites, {took:.2f} s each; a read waited {longest['read']:.2f} s, a save {longest['write']:.2f} s")
    assert max(longest.values()) < 10


def test_without_room_nothing_is_rewritten_and_it_stays_wanted(
    store: Store, book: MyWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.answer(*STORY, "Ruth.")
    book.erase(*STORY)
    monkeypatch.setattr("workbook.store.folder.LEAST_FREE", 1 << 60)
    with pytest.raises(StoreTrouble, match="nearly full"):
        store.rewrite()
    assert store.rewrite_wanted and store.ready()
    monkeypatch.undo()
    store.rewrite()
    assert not store.rewrite_wanted


def test_the_file_is_not_changed_while_a_log_lies_beside_it(store: Store, book: MyWorkbook) -> None:
    book.answer(*STORY, "Ruth.")
    book.erase(*STORY)
    before = store.engine.path.stat().st_ino
    store.engine.settle()
    (store.folder / f"{DATABASE}.wal").touch()  # the log is folded in; this one DuckDB knows nothing of
    with pytest.raises(StoreTrouble, match="did not close"):
        store.rewrite()
    assert store.engine.path.stat().st_ino == before and store.rewrite_wanted
    book.answer(*STORY, "Noor.")
    store.rewrite()
    assert store.engine.path.stat().st_ino != before
    assert [saved.value for saved in book.saved(STORY[0])] == ["Noor."]


@pytest.mark.promise("no_open_live_db")
def test_python_never_opens_the_live_file(tmp_path: Path) -> None:
    """Opening it and closing it again would let go of DuckDB's lock, and a second process could write to it."""
    code = (
        "import sys; from datetime import date, datetime; from pathlib import Path\n"
        "live = str(Path(sys.argv[1]) / 'workbook.duckdb')\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and str(args[0]).startswith(live) and opened.append(args[0]))\n"
        "from tests.characters import MONDAY, Clock, book_of\n"
        "from workbook import content, export\n"
        "from workbook.keeping import Keeper\n"
        "from workbook.settings import ROOT\n"
        "from workbook.store.opening import open_store\n"
        "for _ in range(2):\n"
        "    store = open_store(Path(sys.argv[1]))\n"
        "    keeper = Keeper(store, Clock()); keeper.start()\n"
        "    book = book_of(store, content.load(ROOT / 'seeds' / 'en'), Clock(), 'Ada')\n"
        "    book.answer('reflect.someone_stayed', 'story', 'Ruth.')\n"
        "    export.everything(book); export.progress(book)\n"
        "    store.ready(); keeper.back_up()\n"
        "    book.erase('reflect.someone_stayed', 'story'); store.rewrite()\n"
        "    store.remove_person(book.person_id); store.rewrite()\n"
        "    keeper.stop(); store.close()\n"
        "print(opened)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, capture_output=True, text=True)
    assert (ran.stdout, ran.returncode) == ("[]\n", 0), ran.stderr


@pytest.mark.promise("second_process")
def test_after_a_backup_and_a_rewrite_the_database_is_still_locked(store: Store, book: MyWorkbook) -> None:
    code = "import duckdb, sys; duckdb.connect(sys.argv[1])"

    def a_second_process() -> str:
        path = str(store.folder / DATABASE)
        return subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True).stderr

    store.back_up(MONDAY)
    assert "Could not set lock" in a_second_process()
    store.rewrite()
    assert "Could not set lock" in a_second_process()
    with pytest.raises(StoreTrouble, match="Another process"):
        open_store(store.folder)
