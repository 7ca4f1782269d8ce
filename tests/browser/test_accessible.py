"""Every address, wide and narrow, light and dark, signed out and signed in, for people who read with more than eyes."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.app_server import AppServer
from tests.browser.acts import OPEN_PAGES, SIGNED_IN_PAGES, drawn, open_page, see_page, sign_in
from tests.browser.conftest import NewVisitor
from tests.browser.filling import pick
from tests.browser.visitor import Visitor

Scheme = Literal["light", "dark"]
AXE = Axe().axe_script
WIDE, NARROW = 1280, 360
BY_DOORS = ("Begin", "I have been here before")
# Our words, seen by a screen reader or a pointer; an escaped mark would be read aloud.
ESCAPED = '[...document.querySelectorAll(\'[aria-label*="\\\\\\\\"], [title*="\\\\\\\\"]\')].map(one => one.outerHTML.slice(0, 200))'
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter(one => {
    const box = one.getBoundingClientRect()
    return box.width && box.right > innerWidth + 1 && !one.closest(".table, svg, [data-testid=stHeader]")
        && getComputedStyle(one).visibility !== "hidden"
}).map(one => one.outerHTML.slice(0, 160))"""
INK = "getComputedStyle(document.documentElement).getPropertyValue('--ink')"
SETTLED = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """The demo, where Ada's workbook is full."""
    room = tmp_path_factory.mktemp("demo")
    app = AppServer(room / "data", room / "log.txt", {"WORKBOOK_DEMO": "1"})
    app.data.mkdir()
    app.start()
    yield app
    app.stop()


def test_each_kind_of_barrier_is_noticed(new_visitor: NewVisitor) -> None:
    page = new_visitor(WIDE).page
    page.set_content(r"""<title>My notes</title><main class="st-key-foot" data-testid="stApp" data-test-script-state="notRunning"><input aria-label="a\.b"><input>
        <p style="width: 400px">wide</p></main>""")
    found = "\n".join(_barriers(page, "here"))
    assert all(
        words in found for words in ("backslash in <input", "1280: label <input", "360: label", "beyond the edge")
    )


def test_nothing_stands_in_the_way_of_a_stranger(demo: AppServer, new_visitor: NewVisitor) -> None:
    stranger = new_visitor(WIDE, base_url=demo.url)
    found: list[str] = []
    for address in (*OPEN_PAGES, "today"):
        open_page(stranger, f"/{address}")
        _unfold(stranger.page, address)
        found += _in_both_schemes(stranger, address)
    for door in BY_DOORS:
        open_page(stranger, "/").get_by_role("button", name=door).click()
        stranger.page.get_by_role("textbox").first.wait_for()
        found += _in_both_schemes(stranger, door)
    assert found == []
    assert stranger.troubles == []


def test_nothing_stands_in_adas_way(demo: AppServer, new_visitor: NewVisitor) -> None:
    ada = new_visitor(WIDE, base_url=demo.url)
    sign_in(ada, "ada", _passphrase_of("ada", demo))
    found: list[str] = []
    for address in (*SIGNED_IN_PAGES, *OPEN_PAGES, "reconnect?at=three_doors"):
        open_page(ada, f"/{address}")
        _unfold(ada.page, address)
        found += _in_both_schemes(ada, address)
    see_page(ada)
    assert found == []
    assert ada.troubles == []


def _passphrase_of(name: str, demo: AppServer) -> str:
    printed = re.search(rf"^person: {name}  passphrase: (.+)$", demo.log, re.MULTILINE)
    assert printed, demo.log
    return printed[1].strip()


def _unfold(page: Page, address: str) -> None:
    """Show what a page holds back until something is chosen."""
    if address == "help-now":
        page.get_by_role("radiogroup", name="Which country are you in?").get_by_text("United Kingdom").click()
        page.locator(".lines").last.wait_for()
    if address == "my-pod":
        pick(page, page.get_by_role("combobox", name="Open one"))
        page.locator("h2.name").wait_for()


def _in_both_schemes(who: Visitor, address: str) -> list[str]:
    """As it was loaded, then turned; the next page is loaded as this one was turned, so half of them begin dark."""
    who.come_to_rest()
    found = _barriers(who.page, address, (WIDE, NARROW))
    who.come_to_rest()
    ink, asked = who.page.evaluate(INK), who.asked
    turned: Scheme = "light" if who.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "dark"
    who.page.emulate_media(color_scheme=turned)
    who.page.wait_for_function(f"ink => {INK} !== ink", arg=ink)
    while who.asked == asked:  # the page asks for its pictures in the other colours a little later
        who.page.wait_for_timeout(50)  # the test's own limit ends this
    who.come_to_rest()
    return found + _barriers(who.page, f"{address}, {turned}")


def _barriers(page: Page, place: str, widths: tuple[int, int] = (NARROW, WIDE)) -> list[str]:
    """What axe finds, what is wider than the screen, what would be read with backslashes."""
    page.evaluate(AXE)
    found = [f"{place}: backslash in {one}" for one in page.evaluate(ESCAPED)]
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(SETTLED)
        expect(page.locator(".st-key-wide" if width > 700 else ".st-key-narrow")).to_have_count(0)  # its pictures fit
        found += [f"{place}, {width}: {one}" for one in _violations(drawn(page))]
        if width == NARROW:
            found += [f"{place}: beyond the edge {one}" for one in page.evaluate(TOO_WIDE)]
    return found


def _violations(page: Page) -> list[str]:
    answer = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [f"{rule['id']} {node['html'][:200]}" for rule in answer["violations"] for node in rule["nodes"]]
