"""What a glance would show: the band at the top stays, pictures fit the window, and no name lies on another."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from playwright.sync_api import FloatRect, Locator, expect

from tests import characters
from tests.app_server import AppServer
from tests.browser.acts import WORDS, drawn, join, let_in, open_page, still
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from workbook import content
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store.opening import open_store

WIDTHS = (360, 768, 1280)
FULL = {"core": 6, "movable": 9, "outer": 11}
NAMES = ("Ann", "Bo from choir", "Constance next door", "Dr. Okoro", "Ева", "李 小龍", "Tuesday family group")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Ada's pod with more than two dozen members of long and short names, some of whom moved."""
    room = tmp_path_factory.mktemp("full")
    clock = characters.Clock()
    store = open_store(room / "data", now=clock())
    person_id = characters.person(store, "ada", WORDS)
    book = MyWorkbook(store, content.load(ROOT / "seeds" / "en"), person_id, clock, "Europe/London")
    for ring, many in FULL.items():
        for number in range(many):
            member_id = book.add_member(NAMES[number % len(NAMES)], again=True)
            book.move(member_id, "outer" if number % 4 == 0 else ring)
            clock.go_on(days=3)
            book.move(member_id, ring)
    store.close()
    app = AppServer(room / "data", room / "log.txt")
    app.start()
    yield app
    app.stop()


@pytest.fixture(scope="module")
def ada(full: AppServer, lasting_visitor: NewVisitor) -> Visitor:
    """Ada at a laptop; the tests make her window narrower, as one does with a window."""
    who = lasting_visitor(1280, base_url=full.url)
    let_in(who, full, "ada")
    return who


def boxes(found: Locator) -> list[tuple[str, FloatRect]]:
    return [(one.text_content() or "", box) for one in found.all() if (box := one.bounding_box())]


def overlapping(found: list[tuple[str, FloatRect]]) -> list[tuple[str, str]]:
    return [(a, b) for (a, one), (b, other) in combinations(found, 2) if _meet(one, other)]


def _meet(one: FloatRect, other: FloatRect, give: float = 1.5) -> bool:
    beside = abs(2 * one["x"] + one["width"] - 2 * other["x"] - other["width"]) + 2 * give
    above = abs(2 * one["y"] + one["height"] - 2 * other["y"] - other["height"]) + 2 * give
    return beside < one["width"] + other["width"] and above < one["height"] + other["height"]


def fitted(who: Visitor, width: int) -> Locator:
    """The picture once it fits a window of this width, and all of it has come to its place."""
    page = who.page
    page.set_viewport_size({"width": width, "height": 800})
    expect(page.locator(".st-key-narrow" if width > 700 else ".st-key-wide")).to_have_count(1)
    who.come_to_rest()
    picture = page.locator(".js-plotly-plot .main-svg, .replay svg")
    expect(picture.or_(page.locator(".pod-small")).first).to_be_visible()
    page.wait_for_function(
        "() => [...document.querySelectorAll('.js-plotly-plot .main-svg, .replay svg')].every(one => one.getBoundingClientRect().width <= innerWidth)"
    )
    still(page)
    return picture.first


@pytest.mark.parametrize("address", ["/my-pod", "/growth"])
def test_no_name_or_number_in_a_picture_lies_on_another_nor_beyond_the_edge(ada: Visitor, address: str) -> None:
    page = open_page(ada, address)
    for width in WIDTHS:
        picture = fitted(ada, width)
        expect(picture).to_be_visible()
        words = boxes(page.locator(".js-plotly-plot text, .replay .here text, .strip-name, .strip-days span, .end"))
        words = [(text, box) for text, box in words if text.strip() and box["width"]]
        assert len(words) >= 8
        assert overlapping(words) == [], width
        assert [text for text, box in words if box["x"] < 0 or box["x"] + box["width"] > width] == []
        whole = picture.bounding_box()
        assert whole and whole["width"] <= width and whole["height"] < 760


def test_the_small_picture_on_today_has_room_for_its_names_at_every_width(ada: Visitor) -> None:
    page = open_page(ada, "/today")
    for width in WIDTHS:
        fitted(ada, width)
        words = boxes(page.locator(".pod-small span"))
        assert len(words) >= sum(FULL.values())
        assert overlapping(words) == [], width


def test_the_way_out_stays_at_the_top_however_far_one_scrolls(ada: Visitor) -> None:
    page = open_page(ada, "/my-pod")
    for width in WIDTHS:
        fitted(ada, width)
        page.mouse.move(width / 2, 500)
        page.mouse.wheel(0, 3000)
        page.wait_for_function("() => document.querySelector('[data-testid=stMain]').scrollTop > 200")
        still(page)
        ways = page.locator(".st-key-top a, [data-testid=stExpandSidebarButton], [data-testid=stTopNavLink]")
        there = [(text, box) for text, box in boxes(ways.filter(visible=True)) if box["width"]]
        assert {"Help now", "Who can see this", "Leave this page"} <= {text.strip() for text, _box in there}
        assert overlapping(there) == []
        assert all(box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] < 120 for _text, box in there)


def test_a_page_that_turns_dark_with_its_system_has_our_colours_too(ada: Visitor) -> None:
    ada.page.set_viewport_size({"width": 1280, "height": 800})
    page = open_page(ada, "/today")
    before = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "ink => getComputedStyle(document.documentElement).getPropertyValue('--ink') !== ink", arg=before
    )
    expect(drawn(page).locator(".pod-small")).to_be_visible()
    page.emulate_media(color_scheme="light")
    assert ada.troubles == []


def test_the_pages_names_on_a_phone_come_and_go_by_finger_and_key_and_cover_no_way_out(
    shared_server: AppServer, new_visitor: NewVisitor
) -> None:
    join(shared_server, "Ada of a small phone")
    for width in (360, 320, 180):
        ada = new_visitor(width, 640, base_url=shared_server.url)
        page = let_in(ada, shared_server, "Ada of a small phone")
        menu, close = (page.get_by_role("button", name=name, exact=True) for name in ("Menu", "Close"))
        menu.click()
        expect(page.get_by_role("link", name="Today").first).to_be_focused()
        still(page)
        there = boxes(
            page.locator(".st-key-top a, [data-testid=stSidebarCollapseButton], [data-testid=stSidebarNavLink]")
        )
        assert overlapping(there) == [] and all(box["x"] >= 0 and box["x"] + box["width"] <= width for _, box in there)
        page.keyboard.press("Escape")
        expect(menu).to_be_focused()
        menu.click()
        close.click()
        expect(page.get_by_test_id("stSidebarNavLink").first).to_be_hidden()
        menu.click()
        page.get_by_role("link", name="Reflect").click()
        page.wait_for_url("**/reflect**")
        expect(page.get_by_test_id("stSidebarNavLink").first).to_be_hidden()
        assert page.evaluate("localStorage.length") == 0
        assert ada.troubles == []
