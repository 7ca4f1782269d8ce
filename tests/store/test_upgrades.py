"""Every version that was ever released left a folder here; this one opens them all and finds the same words."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.characters import Clock
from tests.store.make_fixture import FIXTURES, PASSPHRASE, everything, find
from workbook.gate import Gate
from workbook.store import schema
from workbook.store.engine import StoreTrouble, peek
from workbook.store.folder import DATABASE
from workbook.store.opening import open_store

VERSIONS = sorted(FIXTURES.glob("schema-*.zip"))
LATER = ("a later step", ("CREATE TABLE pictures (person_id VARCHAR)", "ALTER TABLE moves ADD COLUMN mood VARCHAR"))


def unpacked(version: Path, room: Path) -> Path:
    with zipfile.ZipFile(version) as packed:
        packed.extractall(room / "data")
    (room / "data" / "key" / "host.key").chmod(0o600)
    return room / "data"


def test_every_step_of_the_schema_has_its_fixture() -> None:
    assert {path.stem for path in VERSIONS} >= {f"schema-{n}" for n in range(1, len(schema.STEPS) + 1)}


@pytest.mark.promise("upgrade_every_version")
@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_what_an_earlier_version_wrote_is_read_by_this_one(version: Path, tmp_path: Path, clock: Clock) -> None:
    folder = unpacked(version, tmp_path)
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    store = open_store(folder)
    assert everything(store) == expected and expected["Ada"]["answers"]
    assert Gate(store, clock).sign_in("Ada", PASSPHRASE, "1.2.3.4").person_id == find(store, "Ada")
    store.close()


@pytest.mark.promise("upgrade_every_version")
@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_a_later_step_backs_up_first_and_keeps_every_word(
    version: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = unpacked(version, tmp_path)
    before = peek(folder / DATABASE, "SELECT count(*) FROM schema_steps")[0][0]
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, LATER))
    store = open_store(folder, now=clock())
    assert everything(store) == json.loads((folder / "expected.json").read_text("utf-8"))
    assert store.read("SELECT mood FROM moves LIMIT 1") == [(None,)]
    store.close()
    [backup] = (folder / "backups").iterdir()
    assert backup.name == f"2026-03-02T090000Z-before-step-{before + 1}.duckdb"
    assert peek(backup, "SELECT count(*) FROM schema_steps") == [(before,)]
    open_store(folder, now=clock()).close()
    assert list((folder / "backups").iterdir()) == [backup], "nothing to do, nothing to back up"


def test_without_room_for_the_backup_no_step_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = unpacked(VERSIONS[-1], tmp_path)
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, LATER))
    monkeypatch.setattr("workbook.store.folder.LEAST_FREE", 1 << 60)
    with pytest.raises(StoreTrouble, match="nearly full"):
        open_store(folder)
    assert peek(folder / DATABASE, "SELECT count(*) FROM schema_steps") == [(len(schema.STEPS) - 1,)]
