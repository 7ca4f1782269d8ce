"""A real Chromium, and visitors who use it."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Playwright, expect, sync_playwright

from tests.browser.install import QUIET_FLAGS, find_chromium, sandboxed
from tests.browser.visitor import Visitor

HERE = Path(__file__).parent
PICTURES = HERE.parent.parent / "test-output"
PATIENCE_MS = 60_000  # a slow machine needs it, a quick one never comes near it
PATIENCE_FOR_ONE_TEST = 900  # seconds
# A page lives for seconds here: a process of its own and scripts made quicker while they run do not pay.
THRIFTY_FLAGS = ("--in-process-gpu", "--renderer-process-limit=1", "--js-flags=--no-opt --no-maglev")

NewVisitor = Callable[..., Visitor]
_failed = pytest.StashKey[bool]()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(PATIENCE_FOR_ONE_TEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[_failed] = report.failed
    return report


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One running Chromium for all the profiles that need not outlive it."""
    running = playwright.chromium.launch(**_how_to_start())
    yield running
    running.close()


def launch_kept(playwright: Playwright, profile: Path, **more: Any) -> BrowserContext:
    """A Chromium of its own, whose profile lies in a folder and is there again at the next start."""
    context = playwright.chromium.launch_persistent_context(profile, **_how_to_start(), **more)
    context.set_default_timeout(PATIENCE_MS)
    return context


def _how_to_start() -> dict[str, Any]:
    """The Chromium that `make test` found or installed; without one the tests fail, never skip."""
    chromium = find_chromium()
    assert chromium, "No Chromium here: `make test` installs one, or name yours with CHROMIUM=."
    return {
        "executable_path": chromium,
        "args": [*QUIET_FLAGS, *THRIFTY_FLAGS],
        "chromium_sandbox": sandboxed(),
        "timeout": 3 * PATIENCE_MS,
    }


@pytest.fixture
def new_visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    """Open a fresh profile: `new_visitor(360, 740, locale="es-ES")`; none may ask a foreign host anything."""
    yield from _visitors(browser, request)


@pytest.fixture(scope="module")
def lasting_visitor(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    """The same, for a profile with which all the tests of a file go on."""
    yield from _visitors(browser, request)


def _visitors(browser: Browser, request: pytest.FixtureRequest) -> Iterator[NewVisitor]:
    visitors: list[Visitor] = []

    def open_profile(
        width: int = 1280, height: int = 800, color_scheme: Literal["light", "dark"] = "light", **more: Any
    ) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=color_scheme, **more)
        context.set_default_timeout(PATIENCE_MS)
        visitors.append(Visitor(context))
        return visitors[-1]

    yield open_profile
    if request.node.stash.get(_failed, False):
        _keep_pictures(request.node.name, visitors)
    for visitor in visitors:
        visitor.context.close()
    foreign = [url for visitor in visitors for url in visitor.foreign]
    assert not foreign, f"Asked of foreign hosts: {foreign}"


def _keep_pictures(test: str, visitors: list[Visitor]) -> None:
    name = "".join(letter if letter.isalnum() else "_" for letter in test)
    for number, visitor in enumerate(visitors, 1):
        try:
            visitor.page.screenshot(path=PICTURES / f"{name}-{number}.png", full_page=True)
        except Error as reason:  # a page that is gone must not hide why its test failed
            print(f"No picture of visitor {number}: {reason}")
