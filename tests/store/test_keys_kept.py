"""Keys lost, keys destroyed, keys changed: what each means for the words."""

import base64
import json
import secrets
from pathlib import Path

import pytest

from tests.characters import MONDAY, person
from tests.store.test_opening import save, values
from workbook.store import accounts
from workbook.store.opening import Store, open_store
from workbook.store.sealing import KeyTrouble, PersonKeys, host_key, rotate

FILES = ("person-keys.jsonl", "person-keys.copy.jsonl")


@pytest.fixture
def ada(store: Store) -> str:
    return person(store, "Ada")


def written(key: bytes) -> str:
    return base64.urlsafe_b64encode(key).decode()


def test_a_start_without_the_keys_of_people_is_refused_and_the_words_wait_for_them(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.close()
    away = {name: (store.folder / name).read_bytes() for name in FILES}
    for name in FILES:
        (store.folder / name).unlink()
    with pytest.raises(KeyTrouble, match=r"The keys of 1 people are not in .*jsonl\. Put your newest copy"):
        open_store(store.folder)
    for name, content in away.items():
        (store.folder / name).write_bytes(content)
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()


def test_an_older_file_of_keys_does_not_hide_that_people_came_later(store: Store, ada: str) -> None:
    older = {name: (store.folder / name).read_bytes() for name in FILES}
    person(store, "Kofi")
    store.close()
    for name, content in older.items():
        (store.folder / name).write_bytes(content)
    with pytest.raises(KeyTrouble, match="The keys of 1 people"):
        open_store(store.folder)


def test_a_damaged_file_of_keys_is_made_good_from_its_copy(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.close()
    (store.folder / "person-keys.jsonl").write_text('{"person": "ad')
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()
    assert json.loads((store.folder / "person-keys.jsonl").read_text())["person"] == ada


def test_two_damaged_files_of_keys_are_refused_in_one_line(store: Store, ada: str) -> None:
    store.close()
    for name in FILES:
        (store.folder / name).write_text("[1")
    with pytest.raises(KeyTrouble, match=r"The file of keys .* is damaged\. Put your copy of it back"):
        open_store(store.folder)


def test_a_copy_left_behind_by_a_crash_keeps_no_destroyed_key(store: Store, ada: str) -> None:
    kept = (store.folder / "person-keys.copy.jsonl").read_bytes()
    store.remove_person(ada)
    store.close()
    (store.folder / "person-keys.copy.jsonl").write_bytes(kept)
    open_store(store.folder).close()
    assert ada not in (store.folder / "person-keys.copy.jsonl").read_text()


def test_a_removal_cut_short_after_the_key_went_is_finished_at_the_next_start(store: Store, ada: str) -> None:
    save(store, ada, "Ruth.")
    store.keys.destroy(ada)
    store.engine.close()
    store._held.close()
    again = open_store(store.folder)
    assert again.read("SELECT count(*) FROM people") == again.read("SELECT count(*) FROM answers") == [(0,)]
    again.close()


# Changing the host key


def test_after_a_change_of_the_host_key_everything_opens_and_people_are_found_by_their_names(
    store: Store, ada: str
) -> None:
    ruth = accounts.add_person(store, "ruth", "Ruth", "no hash", MONDAY)
    save(store, ada, "Ruth.")
    store.close()
    old = host_key(store.folder, may_make=False)
    rotate(store.folder, PersonKeys(store.folder, old), None)
    assert host_key(store.folder, may_make=False) != old
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    assert accounts.find_person(again, "ruth") == ruth
    kofi = person(again, "Kofi")
    save(again, kofi, "Later.")
    again.close()
    once_more = host_key(store.folder, may_make=False)
    rotate(store.folder, PersonKeys(store.folder, once_more), None)
    last = open_store(store.folder)
    assert (values(last, ada), values(last, kofi)) == (["Ruth."], ["Later."])
    last.close()


def test_the_old_host_key_opens_nothing_any_more(store: Store, ada: str) -> None:
    store.close()
    path = store.folder / "key" / "host.key"
    old = path.read_bytes()
    rotate(store.folder, PersonKeys(store.folder, host_key(store.folder, may_make=False)), None)
    path.write_bytes(old)
    with pytest.raises(KeyTrouble, match="The host key does not fit the data"):
        open_store(store.folder)


def test_a_key_from_the_environment_is_changed_for_one_the_host_gives(
    store: Store, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, ada, "Ruth.")
    store.close()
    monkeypatch.setenv("WORKBOOK_KEY", (store.folder / "key" / "host.key").read_text().strip())
    keys = PersonKeys(store.folder, host_key(store.folder, may_make=False))
    with pytest.raises(KeyTrouble, match="Set WORKBOOK_NEW_KEY"):
        rotate(store.folder, keys, None)
    new = secrets.token_bytes(32)
    rotate(store.folder, keys, new)
    with pytest.raises(KeyTrouble, match="does not fit"):
        open_store(store.folder)
    monkeypatch.setenv("WORKBOOK_KEY", written(new))
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()


def test_a_key_in_a_file_elsewhere_is_changed_there(
    store: Store, ada: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(store, ada, "Ruth.")
    store.close()
    elsewhere = (store.folder / "key" / "host.key").rename(tmp_path / "my.key")
    before = elsewhere.read_bytes()
    monkeypatch.setenv("WORKBOOK_KEY_FILE", str(elsewhere))
    rotate(store.folder, PersonKeys(store.folder, host_key(store.folder, may_make=False)), None)
    assert elsewhere.read_bytes() != before
    assert elsewhere.stat().st_mode & 0o077 == 0
    again = open_store(store.folder)
    assert values(again, ada) == ["Ruth."]
    again.close()
