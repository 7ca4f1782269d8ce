"""The house at its end: who comes late finds it closed, and opens nothing again."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.characters import Clock
from workbook import house
from workbook.house import House
from workbook.settings import Settings
from workbook.store.engine import StoreTrouble
from workbook.store.opening import open_store


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    for name in ("WORKBOOK_KEY", "WORKBOOK_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBOOK_DATA", str(tmp_path / "data"))  # where whoever names no place would open one
    yield house.open_house(Settings(tmp_path / "data"), clock)
    house.close_house()


def test_a_run_that_outlives_the_house_opens_no_second_one(home: House) -> None:
    house.close_house()
    for _ in range(2):
        with pytest.raises(StoreTrouble) as trouble:
            house.open_house()
        assert trouble.value.code == "closed"
    open_store(home.store.folder).close()


def test_a_run_that_comes_while_it_is_closed_waits_and_finds_it_closed(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list[object]()

    def come() -> None:
        try:
            found.append(house.open_house())
        except StoreTrouble as trouble:
            found.append(trouble.code)

    late, close = threading.Thread(target=come), home.store.close

    def slowly() -> None:
        late.start()
        late.join(0.2)
        close()

    monkeypatch.setattr(home.store, "close", slowly)
    house.close_house()
    late.join(10)
    assert found == ["closed"]


def test_it_is_opened_again_only_by_whoever_says_which(home: House, clock: Clock) -> None:
    house.close_house()
    again = house.open_house(Settings(home.store.folder), clock)
    assert again is not home and house.open_house() is again and again.store.ready()
