"""Keeping: the hourly backup, the rewrite after a deletion, and what the host does from the shell."""

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.app_server import AppServer
from tests.characters import MONDAY, Clock, came_in, person
from tests.conftest import StartServer
from tests.store.test_opening import save, values
from workbook import codes, house, keeping, signing
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.content import Content
from workbook.gate import Gate
from workbook.keeping import Keeper
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.settings import ROOT, Settings
from workbook.store import groups, put_away
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble, peek
from workbook.store.opening import Store, open_store
from workbook.store.restoring import restore

STORY = ("reflect.someone_stayed", "story")


@pytest.fixture
def ada(store: Store) -> str:
    return person(store, "Ada")


@pytest.fixture
def keeper(store: Store, clock: Clock) -> Iterator[Keeper]:
    kept = Keeper(store, clock)
    kept.start()
    yield kept
    if not kept._stopping.is_set():
        kept.stop()


def in_backups(store: Store) -> list[str]:
    return sorted(path.name for path in (store.folder / "backups").iterdir())


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


# While it runs


@pytest.mark.promise("erase_me")
def test_what_is_erased_leaves_the_file_within_the_minute_while_people_go_on_writing(
    keeper: Keeper, store: Store, book: MyWorkbook, kofis_book: MyWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "AT_THE_LATEST", 1.0)
    book.answer(*STORY, "Ruth.")
    before = store.engine.path.stat().st_ino
    book.erase(*STORY)
    written = 0

    def goes_on() -> bool:
        nonlocal written
        written += 1
        kofis_book.answer(*STORY, f"{written}", occasion=str(written))
        return not store.rewrite_wanted

    assert keeping.QUIET + 30 < 60
    assert within(20, goes_on)
    assert store.engine.path.stat().st_ino != before
    assert len(kofis_book.saved(STORY[0])) == written


@pytest.mark.promise("erase_me")
def test_the_trash_is_cleared_while_nobody_is_there_and_leaves_the_file(
    store: Store, book: MyWorkbook, kofis_book: MyWorkbook, clock: Clock
) -> None:
    for whose in (book, kofis_book):
        whose.delete_member(whose.add_member("Noor"))
        clock.go_on(days=1)
    clock.go_on(days=27, hours=23)
    assert put_away.clear(store, clock()) == 0 and not store.rewrite_wanted
    clock.go_on(hours=1)
    kept = Keeper(store, clock, backing_up=False)
    kept.start()
    assert within(20, lambda: store.read("SELECT count(*) FROM member_facts") == [(1,)])
    assert within(20, lambda: not store.rewrite_wanted)
    kept.stop()
    assert (len(book.trash()), len(kofis_book.trash())) == (0, 1)


def test_a_clock_that_jumps_ahead_empties_nobodys_trash(
    store: Store, book: MyWorkbook, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    store.back_up(clock())
    book.delete_member(book.add_member("Noor"))
    monday = clock()
    clock.go_on(days=400)
    assert put_away.clear(store, clock()) == 0
    store.back_up(clock())
    capfd.readouterr()
    assert put_away.clear(store, clock()) == 0
    assert "The clock went on by 400 days" in capfd.readouterr().err
    clock.now = monday
    assert [one.member.name for one in book.trash()] == ["Noor"]
    clock.go_on(days=400)
    for _ in range(7):
        clock.go_on(days=1)
        store.back_up(clock())
    assert put_away.clear(store, clock()) == 1, "it was no mistake: the workbook had stood still"


def test_what_keeps_failing_keeps_nothing_else_from_being_done(
    store: Store, ada: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def trouble(*_: object) -> int:
        raise StoreTrouble("failed", "The disk said no.")

    swept = list[datetime]()
    monkeypatch.setattr(put_away, "clear", trouble)
    monkeypatch.setattr(Store, "rewrite", trouble)
    kept = Keeper(store, clock, sweep=swept.append)
    save(store, ada, "Ruth.")
    store._want_rewrite()
    kept._wanted_since = time.monotonic() - keeping.AT_THE_LATEST - 1
    kept._backed_up_at = time.monotonic() - keeping.DAY
    kept.start()
    assert within(20, lambda: len(in_backups(store)) == 1)
    assert within(20, lambda: swept == [clock()])
    kept.stop()
    told = [line.split(" workbook: ")[1] for line in capfd.readouterr().err.splitlines()]
    assert sorted(told)[:2] == [
        "clear trash failed, and is tried again later. The disk said no.",
        "rewrite failed, and is tried again later. The disk said no.",
    ], "each once"
    assert len(told) == 2


def test_what_waits_in_memory_is_looked_through_every_minute(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept = list[datetime]()
    kept = Keeper(store, clock, sweep=swept.append)
    kept.start()
    assert within(20, lambda: len(swept) == 1)
    time.sleep(2.5)
    assert len(swept) == 1
    monkeypatch.setattr(keeping, "MINUTE", 1.0)
    assert within(20, lambda: len(swept) >= 3)
    kept.stop()


def test_a_backup_is_due_an_hour_after_the_last_if_anything_was_saved_and_daily_if_not(
    store: Store, ada: str, clock: Clock
) -> None:
    store.back_up(clock())
    clock.go_on(minutes=20)
    kept = Keeper(store, clock)
    now = time.monotonic()
    assert not kept._backup_due(now + 39 * 60)
    assert not kept._backup_due(now + 41 * 60), "nothing was saved"
    assert kept._backup_due(now + 24 * 3600)
    save(store, ada, "Ruth.")
    assert not kept._backup_due(now + 39 * 60)
    assert kept._backup_due(now + 41 * 60)
    kept.back_up()
    save(store, ada, "Noor.")
    assert not kept._backup_due(now + 41 * 60)
    kept.stop()


def test_a_clock_that_jumped_back_does_not_put_the_next_backup_off(store: Store, ada: str, clock: Clock) -> None:
    store.back_up(clock() + timedelta(days=400))
    kept = Keeper(store, clock)
    save(store, ada, "Ruth.")
    assert kept._backup_due(time.monotonic() + 601)
    kept.stop()


def test_a_stop_takes_a_last_backup_if_anything_was_saved(store: Store, ada: str, clock: Clock) -> None:
    kept = Keeper(store, clock)
    kept.start()
    kept.stop()
    assert in_backups(store) == []
    kept = Keeper(store, clock)
    kept.start()
    save(store, ada, "Ruth.")
    kept.stop()
    assert in_backups(store) == ["2026-03-02T090000Z.duckdb"]


def test_a_backup_that_fails_is_told_to_the_host_and_tried_again_later(
    store: Store, ada: str, clock: Clock, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = Keeper(store, clock)
    monkeypatch.setattr("workbook.store.folder.LEAST_FREE", 1 << 60)
    kept._try("back up", kept.back_up)
    [line] = capfd.readouterr().err.splitlines()
    assert "workbook: back up failed, and is tried again later. The disk of" in line
    assert kept._not_before["back up"] > time.monotonic() + 500
    kept.stop()


# From the shell


def make(folder: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """What the make targets run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKBOOK_")}
    return subprocess.run(
        [sys.executable, "-m", "workbook.keeping", *words],
        cwd=ROOT,
        env=kept | {"WORKBOOK_DATA": str(folder)} | env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_running_app_is_asked_for_a_backup_and_refuses_to_be_restored_over(
    server: StartServer, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    store = open_store(folder)
    ada = person(store, "Ada")
    save(store, ada, "Ruth.")
    store.close()
    app: AppServer = server(folder)
    assert (folder / "workbook.socket").stat().st_mode & 0o777 == 0o600
    asked = make(folder, "backup", TO=str(tmp_path / "stick"))
    assert asked.returncode == 0, asked.stderr
    [backup] = (folder / "backups").iterdir()
    assert str(backup) in asked.stdout and peek(backup, "SELECT count(*) FROM answers") == [(1,)]
    assert sorted(p.name for p in (tmp_path / "stick").iterdir()) == [backup.name, "person-keys.jsonl"]
    for words in (("restore", str(backup)), ("rotate-key",)):
        refused = make(folder, *words)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("Another process has the database open") and refused.stderr.count("\n") == 1
    coach = make(folder, "coach")
    assert re.search(r"code for one coach, told this once: ((\w{4}-){4}\w{4})\n", coach.stdout), coach.stderr
    first = re.search(r"code for the first coach, told this once: ((\w{4}-){4}\w{4}) ", app.log)
    assert first and first[1] not in coach.stdout
    assert app.is_serving()
    app.restart()
    assert app.log.count("first coach") == 1, "told at the first start, and only there"
    app.stop()
    assert not (folder / "workbook.socket").exists()


def test_a_socket_left_behind_by_a_crash_is_in_nobodys_way(store: Store, ada: str, clock: Clock) -> None:
    before = Keeper(store, clock)
    assert before._door is not None
    before._door.close()
    assert keeping._ask_running(store.folder, "backup") is None
    kept = Keeper(store, clock)
    kept.start()
    assert keeping._ask_running(store.folder, "dance") == {"trouble": "The workbook does not know this."}
    assert keeping._ask_running(store.folder, "backup") == {"done": f"{store.folder}/backups/2026-03-02T090000Z.duckdb"}
    kept.stop()
    before.stop()


def test_whatever_goes_wrong_at_the_door_is_answered_and_the_next_is_served(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = Keeper(store, clock)
    kept.start()

    def wrong(_: Store, now: datetime) -> str:
        raise ValueError(f"what somebody wrote, {now}")

    with monkeypatch.context() as patched:
        patched.setattr(codes, "new_coach_code", wrong)
        assert keeping._ask_running(store.folder, "coach") == {"trouble": "It failed (ValueError). The log says when."}
    [line] = capfd.readouterr().err.splitlines()
    assert line.endswith(" workbook: coach failed (ValueError).")
    answer = keeping._ask_running(store.folder, "coach")
    assert answer is not None and len(answer["done"]) > 20
    kept.stop()


def test_the_host_ends_a_coachs_part_while_it_runs(store: Store, words: Content, ada: str, clock: Clock) -> None:
    mara = person(store, "Mära", "seven slow trams at dusk")
    gate = Gate(store, clock)
    before = gate.take(gate.ticket(came_in(gate, mara), "before"), "before")
    assert before is not None and before.cookie is not None
    session = gate.who(before.cookie)
    assert session is not None
    gate.become_coach(session, gate.new_coach_code(), "here")
    desk = CoachDesk(store, words, mara, clock)
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    book = MyWorkbook(store, words, ada, clock, "UTC")
    book.sharing.join(desk.invite(group), scopes=SCOPES)
    kept = Keeper(store, clock)
    kept.start()
    asked = [keeping._ask_running(store.folder, f"end-coach {name}") for name in ("Ada", "nobody", "mära")]
    kept.stop()
    nobody = {"trouble": "Nobody who signs in by that name is a coach. Nothing is changed."}
    assert asked[:2] == [nobody, nobody]
    assert (asked[2] or {})["done"].startswith("They are no coach any more. Groups that ended: 1.")
    assert not gate.is_coach(mara) and gate.who(before.cookie) is None
    assert book.sharing.groups() == [] and [m.state for m in book.sharing.ended()] == ["ended"]
    assert not [e for e in book.consents() if e.scope == "shape" and e.state == "granted"][1:]
    assert gate.sign_in("Mära", "seven slow trams at dusk", "here").person_id == mara, "their own workbook stays"


def test_after_a_restore_the_hosts_own_code_works_no_more_until_it_is_changed(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("WORKBOOK_KEY", "WORKBOOK_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    chosen = Settings(tmp_path / "data", coach_code="QX7PL2MZ9RT4KW8N")
    home = house.open_house(chosen, clock)
    ada = person(home.store, "Ada")
    backup = home.store.back_up(clock())
    house.close_house()
    restore(chosen.folder, backup, clock())

    def becomes_a_coach(code: str) -> bool:
        home = house.open_house(replace(chosen, coach_code=code), clock)
        try:
            home.gate.become_coach(
                Session("s", ada, clock(), clock() + timedelta(hours=1), clock(), False), code, "here"
            )
        except Refused:
            return False
        finally:
            house.close_house()
        return True

    assert not becomes_a_coach(chosen.coach_code)
    assert "WORKBOOK_COACH_CODE works no more" in capfd.readouterr().err
    assert not becomes_a_coach(chosen.coach_code)
    assert becomes_a_coach("B5HD3JQ6VY0CX1TF")


def test_a_workbook_that_does_not_answer_is_not_waited_for_without_end(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Keeper(store, clock)
    assert keeping.LONGEST_ANSWER >= 600
    monkeypatch.setattr(keeping, "LONGEST_ANSWER", 0.2)
    with pytest.raises(StoreTrouble, match="does not answer"):
        keeping._ask_running(store.folder, "backup")

    def hang_up() -> None:
        assert silent._door is not None
        silent._door.accept()
        line, _ = silent._door.accept()
        line.recv(100)
        line.close()

    monkeypatch.setattr(keeping, "LONGEST_ANSWER", 10.0)
    threading.Thread(target=hang_up, daemon=True).start()
    with pytest.raises(StoreTrouble, match="does not answer"):
        keeping._ask_running(store.folder, "backup")
    silent.stop()


def test_a_stopped_workbook_is_backed_up_restored_and_gets_another_key_from_the_shell(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = open_store(folder)
    ada = person(store, "Ada")
    save(store, ada, "one")
    store.close()
    assert make(folder, "backup").returncode == 0
    [backup] = (folder / "backups").iterdir()
    later = open_store(folder)
    save(later, ada, "two")
    later.close()
    done = make(folder, "restore", str(backup))
    assert "Restored 1 saves of 1 people in" in done.stdout and "What was there before:" in done.stdout, done.stderr
    assert make(folder, "rotate-key").stdout.startswith("The key is changed.")
    code = make(folder, "coach").stdout.partition("told this once: ")[2].splitlines()[0]
    again = open_store(folder)
    assert values(again, ada) == ["one"]
    assert groups.spend_code(again, codes.fingerprint(signing.tidy_code(code)), ada, MONDAY, in_settings=False)
    again.close()


@pytest.mark.parametrize(
    ("words", "env", "says"),
    [
        (("backup",), {}, "There is no workbook in"),
        (("rotate-key",), {}, "There is no workbook in"),
        (("coach",), {}, "There is no workbook in"),
        (("restore", "nothing.duckdb"), {}, "There is no backup at"),
        (("restore", ""), {}, "Say what: backup, restore FILE"),
        ((), {}, "Say what: backup, restore FILE"),
        (("restore", "nothing.duckdb"), {"WORKBOOK_DEMO": "1"}, "The demo has nothing to restore"),
    ],
)
def test_what_cannot_be_done_from_the_shell_is_said_in_one_line(
    tmp_path: Path, words: tuple[str, ...], env: dict[str, str], says: str
) -> None:
    refused = make(tmp_path, *words, **env)
    assert refused.returncode > 0 and refused.stdout == ""
    assert refused.stderr.startswith(says) and refused.stderr.count("\n") == 1


@pytest.mark.parametrize("weak", ["hello", "A" * 43 + "="])
def test_a_weak_new_key_is_refused_and_the_old_one_stays(tmp_path: Path, weak: str) -> None:
    open_store(tmp_path).close()
    before = (tmp_path / "key" / "host.key").read_bytes()
    refused = make(tmp_path, "rotate-key", WORKBOOK_NEW_KEY=weak)
    assert (refused.returncode, "WORKBOOK_NEW_KEY is not 32 random bytes" in refused.stderr) == (1, True)
    assert (tmp_path / "key" / "host.key").read_bytes() == before


def test_a_second_copy_holds_one_generation_of_keys_and_no_host_key(store: Store, ada: str, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    for name, words in (("Kofi", "one"), ("Noor", "two")):
        person(store, name)
        save(store, ada, words)
        keeping._second_copy(store.folder, store.back_up(MONDAY), stick, MONDAY)
    assert sorted(path.name for path in stick.iterdir()) == ["2026-03-02T090000Z.duckdb", "person-keys.jsonl"]
    assert (stick / "person-keys.jsonl").read_bytes() == (store.folder / "person-keys.jsonl").read_bytes()
    with pytest.raises(StoreTrouble, match="is not there any more"):
        keeping._second_copy(store.folder, store.folder / "backups" / "2026-03-01T090000Z.duckdb", stick, MONDAY)
    (stick / "person-keys.jsonl").unlink()
    (stick / "person-keys.jsonl").mkdir()
    with pytest.raises(StoreTrouble, match="could not be written"):
        keeping._second_copy(store.folder, store.back_up(MONDAY), stick, MONDAY)


@pytest.mark.promise("restore_drill")
def test_two_hundred_thousand_answers_are_backed_up_in_seconds_and_restored_in_less_than_thirty(
    store: Store, ada: str
) -> None:
    with store.writing() as tx:
        tx.run(
            "INSERT INTO answers SELECT :p, md5(range::VARCHAR), 'reflect.drifted', 'together', '', '', DATE '2026-03-02',"
            " 'UTC', TIMESTAMP '2026-03-02 09:00:00', range, md5('save' || range::VARCHAR),"
            " encode(sha256(range::VARCHAR) || sha256('more' || range::VARCHAR)) FROM range(1, 200001)",
            {"p": ada},
        )
        tx.run("UPDATE heads SET seq = 200000")
    began = time.monotonic()
    backup = store.back_up(MONDAY)
    backing_up = time.monotonic() - began
    rewriting = time.monotonic()
    store.rewrite()
    rewriting = time.monotonic() - rewriting
    store.close()
    home = store.folder.parent / "new machine"
    (home / "key").mkdir(parents=True)
    for kept in ("key/host.key", "person-keys.jsonl"):
        shutil.copy(store.folder / kept, home / kept)
    began = time.monotonic()
    done = make(home, "restore", str(backup))
    restoring = time.monotonic() - began
    assert done.stdout.startswith("Restored 200000 saves of 1 people"), done.stderr
    print(
        f"200,000 answers, {backup.stat().st_size >> 20} MB: backed up in {backing_up:.1f} s,"
        f" rewritten in {rewriting:.1f} s, restored in {restoring:.1f} s"
    )
    assert restoring < 30
