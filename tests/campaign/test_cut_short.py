"""Whatever changes files is killed at each of its steps: before it or after it, never in between, and it can be done again."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.killing import Workshop
from tests.characters import MONDAY, person
from workbook.store import answers, schema
from workbook.store.engine import peek
from workbook.store.opening import DATABASE, Store, open_store
from workbook.store.sealing import KeyTrouble

EVERY_STEP = pytest.param(1, marks=pytest.mark.campaign, id="every step")
some_steps = pytest.mark.parametrize("stride", [pytest.param(4, id="every fourth step"), EVERY_STEP])
few_steps = pytest.mark.parametrize("stride", [pytest.param(13, id="a few steps"), EVERY_STEP])


@dataclass(frozen=True)
class House:
    """A closed data folder, and what is in it."""

    folder: Path
    ada: str
    kofi: str
    erased: bytes
    backup: Path


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """Ada and Kofi have written; something of Ada's was erased and still lies in the file."""
    folder = tmp_path_factory.mktemp("house") / "data"
    store = open_store(folder)
    ada, kofi = person(store, "Ada"), person(store, "Kofi")
    for n in range(20):
        write(store, ada, f"a{n}")
        write(store, kofi, f"k{n}")
    store.engine.settle()
    erased = bytes(store.read("SELECT sealed FROM answers WHERE person_id = :p", p=ada)[0][0])
    backup = store.back_up(MONDAY)
    with store.pen(ada, MONDAY, date(2026, 3, 2), "UTC", erasing=True) as pen:
        answers.erase(pen, "reflect.drifted", "a0", "", "")
    store.engine.close()  # not the store: it would rewrite the file first
    store._held.close()
    assert erased in (folder / DATABASE).read_bytes()
    return House(folder, ada, kofi, erased, backup)


def write(store: Store, who: str, words: str) -> None:
    with store.pen(who, MONDAY, date(2026, 3, 2), "UTC") as pen:
        answers.append(pen, "reflect.drifted", words, "", "", words)


def words_of(store: Store, who: str) -> list[str]:
    return [saved.value for saved in answers.every_version(store, who)]


def killed_at_each_step(
    workshop: Workshop, house: House, room: Path, stride: int, what: str, **more: Any
) -> Iterator[Path]:
    """A copy of the house for each step, in which `what` was killed at it; the last one in which it was not."""
    for step in range(1, 200, stride):
        folder = room / f"{step}"
        shutil.copytree(house.folder, folder)
        said = workshop.does(what, folder, step=step, **more)
        assert said[-1] in ("E -9", "E 0") and (said[-1] == "E -9" or said[-2] == "D"), said
        yield folder
        shutil.rmtree(folder)
        if said[-1] == "E 0":
            assert step > 3
            print(f"\n{what}: killed at {(step - 1) // stride} of its steps")
            return
    raise AssertionError("It never ended.")


def all_bytes(folder: Path) -> bytes:
    kept = [path for path in folder.rglob("*") if path.is_file() and "backups" not in path.parts]
    return b"".join(path.read_bytes() for path in kept)


def left(house: House, who: str) -> list[str]:
    return [f"a{n}" for n in range(1, 20)] if who == house.ada else [f"k{n}" for n in range(20)]


@some_steps
def test_a_first_start_killed_at_any_step_is_in_nobodys_way(workshop: Workshop, tmp_path: Path, stride: int) -> None:
    empty = House(tmp_path / "empty", "", "", b"", tmp_path)
    empty.folder.mkdir()
    for folder in killed_at_each_step(workshop, empty, tmp_path, stride, "begin"):
        store = open_store(folder)
        write(store, person(store, "Ada"), "Ruth.")
        store.close()


@pytest.mark.promise("erase_me")
@some_steps
def test_a_rewrite_killed_at_any_step_leaves_everything_and_is_done_at_the_next_chance(
    workshop: Workshop, house: House, tmp_path: Path, stride: int
) -> None:
    for folder in killed_at_each_step(workshop, house, tmp_path, stride, "rewrite"):
        store = open_store(folder)
        assert [words_of(store, who) for who in (house.ada, house.kofi)] == [
            left(house, house.ada),
            left(house, house.kofi),
        ]
        write(store, house.kofi, "and on")
        store.close()
        assert house.erased not in all_bytes(folder)
        assert not (folder / "rewriting").exists() and not (folder / f"{DATABASE}.wal").exists()


@pytest.mark.promise("erase_me")
@some_steps
def test_a_removal_killed_at_any_step_is_undone_or_finished(
    workshop: Workshop, house: House, tmp_path: Path, stride: int
) -> None:
    outcomes = set()
    for folder in killed_at_each_step(workshop, house, tmp_path, stride, "remove", person=house.ada):
        store = open_store(folder)
        there = store.read("SELECT count(*) FROM people WHERE person_id = :p", p=house.ada) == [(1,)]
        if there:
            assert words_of(store, house.ada) == left(house, house.ada)
        else:
            assert rows_of(store, house.ada) == 0
            with pytest.raises(KeyTrouble, match="key is gone"):
                store.sealer(house.ada)
        assert words_of(store, house.kofi) == left(house, house.kofi)
        outcomes.add(there)
        assert (folder / "person-keys.jsonl").read_bytes() == (folder / "person-keys.copy.jsonl").read_bytes()
        store.close()
    assert outcomes == {True, False}


def rows_of(store: Store, who: str) -> int:
    return int(store.read("SELECT count(*) FROM answers WHERE person_id = :p", p=who)[0][0])


@pytest.mark.promise("backup_while_writing")
@some_steps
def test_a_backup_killed_at_any_step_is_whole_or_not_there(
    workshop: Workshop, house: House, tmp_path: Path, stride: int
) -> None:
    for folder in killed_at_each_step(workshop, house, tmp_path, stride, "back_up"):
        store = open_store(folder)
        for backup in (folder / "backups").iterdir():
            assert backup.suffix == ".duckdb", "what was half made is tidied away at the start"
            assert peek(backup, "SELECT count(*) FROM answers")[0][0] in (39, 40)
        assert words_of(store, house.ada) == left(house, house.ada)
        store.close()


@pytest.mark.promise("upgrade_every_version")
@few_steps
def test_a_migration_killed_at_any_step_leaves_the_old_tables_or_the_new_and_the_same_words(
    workshop: Workshop, house: House, tmp_path: Path, stride: int
) -> None:
    seen, now = set(), len(schema.STEPS)
    for folder in killed_at_each_step(workshop, house, tmp_path, stride, "migrate"):
        number = peek(folder / DATABASE, "SELECT count(*) FROM schema_steps")[0][0]
        pictures = peek(folder / DATABASE, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'pictures'")[0][0]
        assert (number, pictures) in ((now, 0), (now + 1, 1))
        if number > now:
            assert list((folder / "backups").glob(f"*-before-step-{number}.duckdb")), "a backup comes first"
        seen.add(number)
        assert workshop.does("migrate", folder)[-2:] == ["D", "E 0"]
        assert peek(folder / DATABASE, "SELECT count(*) FROM answers") == [(39,)]
    assert seen == {now, now + 1}


@pytest.mark.promise("restore_drill")
@few_steps
def test_a_restore_killed_at_any_step_is_refused_or_done_and_can_be_done_again(
    workshop: Workshop, house: House, tmp_path: Path, stride: int
) -> None:
    for folder in killed_at_each_step(workshop, house, tmp_path, stride, "restore", backup=str(house.backup)):
        assert workshop.does("restore", folder, backup=str(house.backup))[-2:] == ["D", "E 0"]
        store = open_store(folder)
        assert words_of(store, house.ada) == [f"a{n}" for n in range(20)]
        store.close()


@some_steps
def test_a_change_of_the_host_key_killed_at_any_step_leaves_one_that_opens_everything(
    workshop: Workshop, house: House, tmp_path: Path, stride: int
) -> None:
    keys = set()
    for folder in killed_at_each_step(workshop, house, tmp_path, stride, "rotate"):
        store = open_store(folder)
        assert words_of(store, house.ada) == left(house, house.ada)
        store.close()
        keys.add((folder / "key" / "host.key").read_bytes() == (house.folder / "key" / "host.key").read_bytes())
        assert [path.name for path in (folder / "key").iterdir()] == ["host.key"]
    assert keys == {True, False}
