"""What every test may ask for."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.app_server import AppServer
from tests.characters import Clock, book_of
from workbook import content
from workbook.content import Content
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store.engine import StoreTrouble
from workbook.store.opening import Store, open_store

# The cores are shared, so an example that took long says nothing about the code.
settings.register_profile("workbook", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("workbook")

StartServer = Callable[..., AppServer]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Alone the browser tests come last: the quick ones fail first. Among several workers they are begun first.

    They take longest, and so leave the quick ones to fill the gaps at the end.
    """
    shared = hasattr(config, "workerinput")
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None) == shared)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Start the real app: `server()` on empty data, `server(folder, WORKBOOK_DEMO="1")` on other terms."""
    yield from _servers(tmp_path_factory)


@pytest.fixture(scope="module")
def lasting_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """The same, for an app that all the tests of a file use, stop and start again."""
    yield from _servers(tmp_path_factory)


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One running app for all tests that neither stop it nor mind who else has an account on it."""
    for start in _servers(tmp_path_factory):
        yield start()


def _servers(folders: pytest.TempPathFactory) -> Iterator[StartServer]:
    started: list[AppServer] = []

    def start(data: Path | None = None, **env: str) -> AppServer:
        room = folders.mktemp("server")
        running = AppServer(data or room / "data", room / "log.txt", env)
        running.data.mkdir(parents=True, exist_ok=True)
        started.append(running)
        running.start()
        return running

    try:
        yield start
    finally:
        for running in started:
            running.stop()


@pytest.fixture(scope="session")
def words() -> Content:
    """The real content, in English."""
    return content.load(ROOT / "seeds" / "en")


@pytest.fixture
def clock() -> Clock:
    """Monday, 2 March 2026, 09:00 UTC, until the test lets it go on."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A real database of its own; the developer's own keys stay out of it."""
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    opened = open_store(tmp_path / "data", now=clock())
    yield opened
    with suppress(StoreTrouble):  # a test may have closed it itself
        opened.close()


@pytest.fixture
def book(store: Store, words: Content, clock: Clock) -> MyWorkbook:
    """Ada's workbook."""
    return book_of(store, words, clock, "Ada")


@pytest.fixture
def kofis_book(store: Store, words: Content, clock: Clock) -> MyWorkbook:
    """Kofi's workbook, in the same database."""
    return book_of(store, words, clock, "Kofi")
