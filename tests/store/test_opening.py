"""Opening the store: what is refused before any page is served, and what a save leaves on the disk."""

import json
import shutil
import stat
import threading
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.characters import MONDAY, person
from workbook.store import answers
from workbook.store.engine import StoreTrouble, peek
from workbook.store.opening import OF_ONE_PERSON, Store, new_id, open_store, throw_away
from workbook.store.sealing import KeyTrouble

TODAY = date(2026, 3, 2)


def save(store: Store, person_id: str, value: str, prompt: str = "story") -> answers.Saved:
    with store.pen(person_id, MONDAY, TODAY, "Europe/London") as pen:
        return answers.append(pen, "reflect.someone_stayed", prompt, "", "", value)


def values(store: Store, person_id: str) -> list[str]:
    return [saved.value for saved in answers.every_version(store, person_id)]


def seen(store: Store) -> int:
    return int(json.loads((store.folder / "workbook.seen").read_text())["seq"])


@pytest.fixture
def ada(store: Store) -> str:
    return person(store, "Ada")


# The first start, and the next


def test_the_first_start_makes_the_folder_the_key_and_the_database(tmp_path: Path, store: Store) -> None:
    names = {str(p.relative_to(store.folder)) for p in store.folder.rglob("*") if p.is_file()}
    assert names - {"workbook.duckdb.wal"} == {"key/host.key", "workbook.duckdb", "workbook.lock"}
    assert stat.S_IMODE((store.folder / "backups").stat().st_mode) == 0o700
    assert store.ready()


def test_what_was_saved_is_there_at_the_next_start(store: Store, ada: str) -> None:
    save(store, ada, "Ruth sat on the stairs with me.")
    store.close()
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth sat on the stairs with me."]
    again.close()


def test_a_closed_database_leaves_no_log_behind(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.close()
    assert not (store.folder / "workbook.duckdb.wal").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreTrouble, match=f"{tmp_path}/taken/data cannot be written") as trouble:
        open_store(tmp_path / "taken" / "data")
    assert trouble.value.code == "unwritable"


def test_a_missing_key_is_refused_where_data_exists_and_the_data_stays(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.close()
    key = store.folder / "key" / "host.key"
    put_away = key.rename(store.folder / "my-copy")
    with pytest.raises(KeyTrouble, match="The key is missing"):
        open_store(store.folder)
    assert not key.exists()
    put_away.rename(key)
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()


def test_a_key_of_another_house_is_refused(store: Store, ada: str, tmp_path: Path) -> None:
    store.close()
    other = open_store(tmp_path / "other")
    other.close()
    shutil.copy(tmp_path / "other" / "key" / "host.key", store.folder / "key" / "host.key")
    with pytest.raises(KeyTrouble, match="does not fit"):
        open_store(store.folder)


def test_a_second_store_on_the_same_folder_leaves_the_database_alone(store: Store) -> None:
    store.close()
    with pytest.raises(StoreTrouble, match="was made by “workbook”, not by “demo”") as trouble:
        open_store(store.folder, made_by="demo")
    assert trouble.value.code == "not_ours"
    open_store(store.folder).close()


def test_a_real_workbook_is_never_thrown_away_for_a_demo(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.close()
    before = sorted(p.name for p in store.folder.iterdir())
    with pytest.raises(StoreTrouble, match="“demo” did not make"):
        throw_away(store.folder, "demo")
    assert sorted(p.name for p in store.folder.iterdir()) == before


# The mark


def test_each_save_moves_the_mark_on(store: Store, ada: str) -> None:
    save(store, ada, "one")
    assert seen(store) == 1
    kofi = person(store, "Kofi")
    save(store, kofi, "two")
    save(store, ada, "three")
    assert seen(store) == 3


def test_a_database_that_is_behind_its_mark_is_refused_with_both_numbers(store: Store, ada: str) -> None:
    save(store, ada, "one")
    store.engine.settle()
    store.close()
    put_away = store.folder / "an-hour-old"
    shutil.copy(store.folder / "workbook.duckdb", put_away)
    later = open_store(store.folder)
    save(later, ada, "two")
    save(later, ada, "three")
    later.close()
    shutil.copy(put_away, store.folder / "workbook.duckdb")
    with pytest.raises(StoreTrouble, match="holds 1 saves, but there had been 3") as trouble:
        open_store(store.folder)
    assert trouble.value.code == "behind"
    (store.folder / "workbook.seen").unlink()
    chosen = open_store(store.folder)
    assert values(chosen, ada) == ["one"]
    chosen.close()


def test_a_refused_start_lets_go_of_the_database(store: Store) -> None:
    store.close()
    mark = store.folder / "workbook.seen"
    mark.write_text('{"seq": 99}')
    for _ in range(2):
        with pytest.raises(StoreTrouble, match="holds 0 saves"):
            open_store(store.folder)
    mark.unlink()
    open_store(store.folder).close()


@pytest.mark.parametrize("left", ["", '{"seq": 0}', '{"se', "{}", '{"seq": "many"}'])
def test_an_older_or_torn_mark_is_harmless(store: Store, ada: str, left: str) -> None:
    save(store, ada, "one")
    store.close()
    (store.folder / "workbook.seen").write_text(left)
    again = open_store(store.folder)
    assert values(again, ada) == ["one"]
    save(again, ada, "two")
    assert seen(again) == 2
    again.close()


# A save


def test_a_save_that_is_cut_short_leaves_nothing_and_uses_no_number(store: Store, ada: str) -> None:
    with pytest.raises(KeyError), store.pen(ada, MONDAY, TODAY, "UTC") as pen:
        answers.append(pen, "reflect.drifted", "together", "", "", "half a thought")
        raise KeyError("stop")
    assert values(store, ada) == []
    assert save(store, ada, "whole").seq == 1
    assert seen(store) == 1


def test_each_person_counts_from_one(store: Store, ada: str) -> None:
    kofi = person(store, "Kofi")
    assert [save(store, who, "x").seq for who in (ada, kofi, ada, ada, kofi)] == [1, 1, 2, 3, 2]


def test_the_numbers_go_on_after_a_restart(store: Store, ada: str) -> None:
    save(store, ada, "one")
    store.close()
    again = open_store(store.folder)
    assert save(again, ada, "two").seq == 2
    again.close()


def test_eight_threads_appending_to_one_person_lose_nothing_and_every_number_is_given_once(
    store: Store, ada: str
) -> None:
    def write(name: int) -> None:
        for n in range(25):
            save(store, ada, f"{name}.{n}", prompt=f"p{name}")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    saved = answers.every_version(store, ada)
    assert sorted(s.value for s in saved) == sorted(f"{name}.{n}" for name in range(8) for n in range(25))
    assert [s.seq for s in saved] == list(range(1, 201))
    for name in range(8):
        own = [s.value for s in saved if s.prompt == f"p{name}"]
        assert own == [f"{name}.{n}" for n in range(25)]
    assert seen(store) == 200


def test_ids_are_128_random_bits() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000 and all(len(i) == 32 and int(i, 16) >= 0 for i in ids)


def test_a_sealed_value_moved_to_another_row_does_not_open(store: Store, ada: str) -> None:
    first, second = save(store, ada, "Ruth."), save(store, ada, "Noor.")
    with store.writing() as tx:
        sealed = tx.run("SELECT sealed FROM answers WHERE answer_id = :id", {"id": first.answer_id})[0][0]
        tx.run("UPDATE answers SET sealed = :s WHERE answer_id = :id", {"s": sealed, "id": second.answer_id})
    with pytest.raises(KeyTrouble, match="does not open"):
        values(store, ada)


def test_a_row_given_to_another_person_does_not_open(store: Store, ada: str) -> None:
    kofi = person(store, "Kofi")
    save(store, ada, "Ruth.")
    with store.writing() as tx:
        tx.run("UPDATE answers SET person_id = :kofi", {"kofi": kofi})
    with pytest.raises(KeyTrouble):
        values(store, kofi)


# Deleting a person


def rows_of(store: Store, person_id: str) -> dict[str, int]:
    counted = {
        table: int(store.read(f"SELECT count(*) FROM {table} WHERE person_id = :p", p=person_id)[0][0])
        for table in OF_ONE_PERSON
    }
    return {table: rows for table, rows in counted.items() if rows}


def test_a_removed_person_leaves_no_row_and_the_others_keep_theirs(store: Store, ada: str) -> None:
    kofi = person(store, "Kofi")
    save(store, ada, "one")
    save(store, kofi, "two")
    store.remove_person(ada)
    assert rows_of(store, ada) == {}
    assert values(store, kofi) == ["two"]
    with pytest.raises(KeyTrouble, match="key is gone"):
        values(store, ada)


def test_after_a_removal_the_next_start_is_not_taken_for_a_loss(store: Store, ada: str) -> None:
    kofi = person(store, "Kofi")
    for n in range(5):
        save(store, ada, str(n))
    save(store, kofi, "two")
    store.remove_person(ada)
    assert seen(store) == 1
    store.close()
    again = open_store(store.folder)
    assert save(again, kofi, "three").seq == 2
    again.close()


def test_a_save_that_meets_the_removal_of_its_person_never_makes_the_next_start_look_like_a_loss(
    store: Store, ada: str
) -> None:
    def write_on() -> None:
        try:
            while True:
                save(store, ada, "still typing")
        except KeyTrouble:
            return

    writer = threading.Thread(target=write_on)
    writer.start()
    while not values(store, ada):
        pass
    store.remove_person(ada)
    writer.join(10)
    assert not writer.is_alive()
    assert (rows_of(store, ada), seen(store)) == ({}, 0)
    store.close()
    open_store(store.folder).close()


def test_a_removed_persons_words_do_not_open_from_an_old_backup_either(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.close()
    backup = store.folder / "backups" / "yesterday.duckdb"
    shutil.copy(store.folder / "workbook.duckdb", backup)
    later = open_store(store.folder)
    later.remove_person(ada)
    later.close()
    (store.folder / "workbook.seen").unlink()
    shutil.copy(backup, store.folder / "workbook.duckdb")
    sealed, answer_id = peek(backup, "SELECT sealed, answer_id FROM answers")[0]
    restored = open_store(store.folder, now=datetime(2026, 3, 3))
    with pytest.raises(KeyTrouble, match="key is gone"):
        restored.sealer(ada).open(bytes(sealed), "answers", answer_id, "sealed")
    assert rows_of(restored, ada) == {}, "what cannot be read is not carried on either"
    restored.close()
