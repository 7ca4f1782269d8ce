"""Backups: whole, verified, made while others write, kept for a while, and restored elsewhere by a drill."""

import shutil
import threading
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.characters import MONDAY, Clock, open_session, person
from tests.store.test_opening import TODAY, save, values
from workbook import signing
from workbook.gate import Gate
from workbook.store import accounts, answers, backups
from workbook.store.engine import Engine, StoreTrouble, peek, peek_shape
from workbook.store.folder import DATABASE
from workbook.store.opening import Store, open_store
from workbook.store.restoring import restore
from workbook.store.sealing import KeyTrouble

PASSPHRASE = "five plain words for ada"


@pytest.fixture
def ada(store: Store) -> str:
    return person(store, "Ada", PASSPHRASE)


def in_backups(store: Store) -> list[str]:
    return sorted(path.name for path in (store.folder / "backups").iterdir())


def as_if_made(folder: Path, at: datetime, why: str = "") -> Path:
    """As if a backup had been made then."""
    path = folder / f"{at:%Y-%m-%dT%H%M%SZ}{why}.duckdb"
    path.touch()
    return path


# Making one


def test_a_backup_is_named_by_its_moment_and_holds_all_rows_and_no_key(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    made = store.back_up(MONDAY)
    assert made == store.folder / "backups" / "2026-03-02T090000Z.duckdb"
    assert in_backups(store) == [made.name], "no log and no half-made file beside it"
    assert made.stat().st_mode & 0o077 == 0
    assert peek_shape(made) == store.engine.read_everything()
    key = (store.folder / "person-keys.jsonl").read_text().split('"key": "')[1].split('"')[0]
    assert key.encode() not in made.read_bytes()


@pytest.mark.promise("backup_while_writing")
def test_a_backup_made_while_six_write_holds_whole_saves_only_and_hinders_nobody(store: Store) -> None:
    people = [person(store, f"Person {n}") for n in range(6)]
    stop, troubles = threading.Event(), list[Exception]()

    def write_on(who: str) -> None:
        while not stop.is_set():
            try:
                with store.pen(who, MONDAY, TODAY, "UTC") as pen:  # two rows that belong together
                    answers.append(pen, "reflect.drifted", "first", "", "", "x")
                    answers.append(pen, "reflect.drifted", "second", "", "", "x")
                stop.wait(0.002)
            except Exception as error:
                troubles.append(error)

    threads = [threading.Thread(target=write_on, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    made = []
    for n in range(20):
        began = time.monotonic()
        made.append((store.back_up(MONDAY + timedelta(minutes=n)), time.monotonic() - began))
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    rows = []
    for path, _ in made:
        counted = peek(path, "SELECT prompt, count(*) FROM answers GROUP BY prompt ORDER BY prompt")
        assert len({n for _, n in counted}) <= 1 and len(counted) in (0, 2)
        assert peek(path, "SELECT CAST(sum(seq) AS BIGINT) FROM heads") == peek(path, "SELECT count(*) FROM answers")
        rows.append(sum(n for _, n in counted))
    assert rows == sorted(rows) and rows[-1] > rows[0]
    print(f"20 backups over {rows[-1]} rows, the slowest in {max(seconds for _, seconds in made):.2f} s")


def test_a_backup_that_does_not_hold_the_same_rows_gets_no_name(
    store: Store, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, ada, "Ruth.")

    def spoil(path: Path) -> object:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] + bytes(len(content) // 2))
        return peek_shape(path)

    monkeypatch.setattr("workbook.store.engine.peek_shape", spoil)
    with pytest.raises(StoreTrouble) as trouble:
        store.back_up(MONDAY)
    assert trouble.value.code == "damaged"
    assert in_backups(store) == []
    monkeypatch.undo()
    store.back_up(MONDAY)


def test_without_room_for_it_no_backup_is_begun(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.store.folder.LEAST_FREE", 1 << 60)
    with pytest.raises(StoreTrouble, match="nearly full") as trouble:
        store.back_up(MONDAY)
    assert trouble.value.code == "disk_low"
    assert in_backups(store) == []


# Which are kept


def test_a_year_of_hourly_backups_leaves_a_day_by_the_hour_and_a_month_by_the_day() -> None:
    now = datetime(2026, 11, 21, 12, 30)
    made = [now - timedelta(hours=n) for n in range(365 * 24)]
    kept = sorted(backups.keep(made), reverse=True)
    assert kept[:24] == made[:24]
    days = {at.date() for at in kept}
    assert days == {date(2026, 11, 21) - timedelta(days=n) for n in range(30)}
    assert len(kept) == 24 + 30 - 2  # the newest of the last two days are among the hourly ones


def test_nothing_older_than_ninety_days_is_kept_whatever_it_is(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, 12)
    for days in (*range(0, 49, 7), 89, 91):
        as_if_made(tmp_path, now - timedelta(days=days))
    for days in (89, 91):
        as_if_made(tmp_path, now - timedelta(days=days), "-before-step-2")
    (tmp_path / "2026-08-01T120000Z-put-aside").mkdir()
    (tmp_path / "letters.txt").touch()
    backups.prune(tmp_path, now)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "2026-08-24T120000Z-before-step-2.duckdb",
        "2026-08-24T120000Z.duckdb",
        *(f"{now - timedelta(days=days):%Y-%m-%d}T120000Z.duckdb" for days in range(42, -1, -7)),
        "letters.txt",
    ]


def test_a_clock_that_jumps_back_costs_no_backup(tmp_path: Path) -> None:
    now = datetime(2026, 11, 21, 12)
    before = [as_if_made(tmp_path, now - timedelta(hours=n)) for n in range(10)]
    for hours in range(40):
        as_if_made(tmp_path, now - timedelta(days=400, hours=-hours))
        backups.prune(tmp_path, now - timedelta(days=400, hours=-hours))
    assert all(path.exists() for path in before)
    assert len(list(tmp_path.iterdir())) == 10 + 24 + 1


def test_a_clock_that_jumps_ahead_costs_no_backup_and_the_host_is_told(
    store: Store, ada: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = [store.back_up(MONDAY - timedelta(days=days)) for days in (3, 2, 1, 0)]
    assert capfd.readouterr().err == ""
    for hours in range(3):
        before.append(store.back_up(MONDAY + timedelta(days=400, hours=hours)))
        assert all(path.exists() for path in before)
        [line] = capfd.readouterr().err.splitlines()
        assert "The clock went on by 400 days since the backup of 2026-03-02T090000Z" in line
    made_now = store.back_up(MONDAY + timedelta(hours=1))
    assert made_now.exists() and all(path.exists() for path in before)
    [line] = capfd.readouterr().err.splitlines()
    assert "Backups of a time to come: 3, up to 2027-04-06T110000Z" in line


def test_after_a_week_with_the_new_time_what_is_too_old_goes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    now = datetime(2026, 11, 21, 12)
    old, began = as_if_made(tmp_path, now - timedelta(days=100)), now - timedelta(days=6, hours=23)
    for days in range(6):
        as_if_made(tmp_path, began + timedelta(days=days))
    backups.prune(tmp_path, now)
    assert old.exists() and "went on by 93 days" in capfd.readouterr().err
    backups.prune(tmp_path, now + timedelta(hours=1))
    assert not old.exists() and capfd.readouterr().err == ""


def test_a_backup_just_made_is_kept_whatever_other_days_there_are(store: Store, ada: str) -> None:
    folder = store.folder / "backups"
    for days in range(1, 31):
        as_if_made(folder, MONDAY + timedelta(days=days))
    for hours in range(24):
        as_if_made(folder, MONDAY + timedelta(days=31, hours=hours))
    before = len(in_backups(store))
    assert store.back_up(MONDAY).exists()
    assert len(in_backups(store)) == before + 1


# Restoring


@pytest.mark.promise("restore_drill")
def test_the_drill_a_backup_and_the_keys_in_an_empty_folder_bring_everything_back(
    store: Store, ada: str, tmp_path: Path, clock: Clock
) -> None:
    kofi = person(store, "Kofi")
    for n in range(30):
        save(store, ada, f"Ruth {n}", prompt=f"p{n % 7}")
        save(store, kofi, f"Noor {n}")
    open_session(store, ada, "a browser", MONDAY, MONDAY + timedelta(days=30), kept=True)
    backup = store.back_up(MONDAY)
    before = {who: answers.every_version(store, who) for who in (ada, kofi)}
    store.close()

    home = tmp_path / "new machine"
    (home / "key").mkdir(parents=True)
    for kept in ("key/host.key", "person-keys.jsonl"):
        shutil.copy(store.folder / kept, home / kept)
    restored = restore(home, backup, MONDAY)
    assert (restored.saves, restored.people, restored.dropped, restored.aside) == (60, 2, 0, None)

    again = open_store(home)
    assert {who: answers.every_version(again, who) for who in (ada, kofi)} == before
    assert Gate(again, clock).sign_in("Ada", PASSPHRASE, "1.2.3.4").person_id == ada
    assert accounts.count_sessions(again, ada, MONDAY) == 0, "whoever was signed in then must sign in again"
    assert save(again, ada, "and on").seq == 31
    again.close()


def test_a_restore_keeps_what_was_there_aside_and_is_not_taken_for_a_loss(store: Store, ada: str) -> None:
    save(store, ada, "one")
    backup = store.back_up(MONDAY)
    save(store, ada, "two")
    store.close()
    restored = restore(store.folder, backup, MONDAY + timedelta(days=1))
    assert restored.aside == store.folder / "backups" / "2026-03-03T090000Z-put-aside"
    assert peek(restored.aside / DATABASE, "SELECT count(*) FROM answers") == [(2,)]
    again = open_store(store.folder)
    assert values(again, ada) == ["one"]
    again.close()


def test_what_was_put_aside_can_be_put_back_with_the_saves_in_its_log(store: Store, ada: str, tmp_path: Path) -> None:
    save(store, ada, "one")
    backup = store.back_up(MONDAY)
    save(store, ada, "two")
    shutil.copytree(store.folder, tmp_path / "killed")  # as a kill leaves it: the newest save is only in the log
    aside = restore(tmp_path / "killed", backup, MONDAY).aside
    assert aside is not None and (aside / f"{DATABASE}.wal").exists()
    restore(tmp_path / "killed", aside / DATABASE, MONDAY + timedelta(days=1))
    again = open_store(tmp_path / "killed")
    assert values(again, ada) == ["one", "two"]
    again.close()
    assert not list((tmp_path / "killed").glob("*restoring*"))


@pytest.mark.promise("second_process")
def test_a_restore_is_refused_while_the_workbook_runs(store: Store, ada: str) -> None:
    save(store, ada, "one")
    backup = store.back_up(MONDAY)
    with pytest.raises(StoreTrouble, match="Another process has the database open") as trouble:
        restore(store.folder, backup, MONDAY)
    assert trouble.value.code == "in_use"
    assert values(store, ada) == ["one"]


@pytest.mark.promise("erase_me")
def test_a_deleted_person_does_not_come_back_with_an_old_backup(store: Store, ada: str) -> None:
    kofi = person(store, "Kofi")
    save(store, ada, "Ruth.")
    save(store, kofi, "Noor.")
    backup = store.back_up(MONDAY)
    store.remove_person(ada)
    sealed, answer_id = peek(backup, f"SELECT sealed, answer_id FROM answers WHERE person_id = '{ada}'")[0]
    with pytest.raises(KeyTrouble, match="key is gone"):
        store.sealer(ada).open(bytes(sealed), "answers", answer_id, "sealed")
    store.close()
    assert restore(store.folder, backup, MONDAY).dropped == 1
    again = open_store(store.folder)
    assert accounts.find_person(again, signing.folded("Ada")) is None
    assert values(again, kofi) == ["Noor."]
    assert bytes(sealed) not in (store.folder / DATABASE).read_bytes()
    again.close()


def test_a_backup_whose_peoples_keys_are_missing_is_restored_only_on_request(store: Store, ada: str) -> None:
    early = {name: (store.folder / name).read_bytes() for name in ("person-keys.jsonl", "person-keys.copy.jsonl")}
    kofi = person(store, "Kofi")
    save(store, ada, "Ruth.")
    save(store, kofi, "Noor.")
    backup = store.back_up(MONDAY)
    store.close()
    for name, content in early.items():
        (store.folder / name).write_bytes(content)
    before = (store.folder / DATABASE).read_bytes()
    with pytest.raises(KeyTrouble, match="The keys of 1 of the 2 people in this backup are missing"):
        restore(store.folder, backup, MONDAY)
    assert (store.folder / DATABASE).read_bytes() == before
    assert restore(store.folder, backup, MONDAY, anyway=True).dropped == 1
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    assert again.read("SELECT count(*) FROM people") == [(1,)]
    again.close()


def test_what_is_no_sound_backup_of_a_workbook_is_refused_and_nothing_changes(
    store: Store, ada: str, tmp_path: Path
) -> None:
    save(store, ada, "Ruth.")
    backup = store.back_up(MONDAY)
    store.close()
    other = Engine(tmp_path / "other.duckdb")
    other.close()
    damaged = tmp_path / "damaged.duckdb"
    content = bytearray(backup.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 300_000] = bytes(300_000)
    damaged.write_bytes(content)
    for file, code in (
        (tmp_path / "nothing.duckdb", "no_backup"),
        (tmp_path / "other.duckdb", "not_ours"),
        (damaged, "damaged"),
    ):
        with pytest.raises(StoreTrouble) as trouble:
            restore(store.folder, file, MONDAY)
        assert trouble.value.code == code
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()


def test_an_empty_folder_is_not_restored_into_without_the_host_key(store: Store, ada: str, tmp_path: Path) -> None:
    backup = store.back_up(MONDAY)
    with pytest.raises(KeyTrouble, match="The key is missing"):
        restore(tmp_path / "new", backup, MONDAY)


def test_a_folder_that_lost_its_database_is_not_begun_anew(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    backup = store.back_up(MONDAY)
    store.close()
    (store.folder / DATABASE).unlink()
    with pytest.raises(StoreTrouble, match=r"holds person-keys\.jsonl, but workbook\.duckdb is missing") as trouble:
        open_store(store.folder)
    assert trouble.value.code == "missing"
    restore(store.folder, backup, MONDAY)
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()
