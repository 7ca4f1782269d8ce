"""The replay in a real browser: every day is in the page already, for hand, keyboard and ear, moving or not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import characters
from tests.app_server import AppServer
from tests.browser.acts import PHONE, WORDS, drawn, let_in, open_page, tab_to
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from workbook import content
from workbook.my_workbook import MyWorkbook
from workbook.pod import Move, spots
from workbook.settings import ROOT
from workbook.store.opening import open_store
from workbook.ui import pod_map
from workbook.ui.when import day

LEFT_OUT = "Mina"
WHERE = """() => [...document.querySelectorAll(".replay .one.here")].map(one => [
    ...one.style.transform.match(/-?[\\d.]+/g).map(Number), Number(one.firstChild.getAttribute("r"))
])"""
STILL = """() => [...document.querySelectorAll(".replay .one")].every(one => getComputedStyle(one).transitionProperty === "none")
    && document.querySelector(".replay").getAnimations({ subtree: true }).length === 0"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AppServer, list[Move]]]:
    """Ada's pod, in which someone came or moved on six days; and Mina, whom she left out."""
    room = tmp_path_factory.mktemp("replay")
    clock = characters.Clock()
    store = open_store(room / "data", now=clock())
    person_id = characters.person(store, "ada", WORDS)
    book = MyWorkbook(store, content.load(ROOT / "seeds" / "en"), person_id, clock, "Europe/London")
    ids = {}
    for name, ring in (("Noor", "movable"), ("Kofi", "core"), ("Choir", "outer"), (LEFT_OUT, "core")):
        ids[name] = book.add_member(name, place=ring)
        clock.go_on(days=10)
    book.change_member(ids[LEFT_OUT], "pictured", False)
    book.move(ids["Noor"], "core", reason="She stayed.")
    clock.go_on(days=10)
    book.move(ids["Kofi"], "released")
    moves = [replace(move, move_id=LEFT_OUT if move.member_id == ids[LEFT_OUT] else "") for move in book.moves()]
    store.close()
    app = AppServer(room / "data", room / "log.txt")
    app.start()
    yield app, moves
    app.stop()


def opened(served: tuple[AppServer, list[Move]], visitor: Visitor) -> Page:
    page = let_in(visitor, served[0], "ada", address="/growth")
    expect(page.locator(".replay svg")).to_be_visible()
    return page


def on_the_map(moves: list[Move], on: date, size: pod_map.Size) -> list[list[float]]:
    """Where the circles of a day are to be, in the pixels of the picture."""
    unit = size.unit
    left_out = {move.member_id for move in moves if move.move_id == LEFT_OUT}
    found = (spot for member_id, spot in spots(moves, on).items() if member_id not in left_out)
    return sorted([round(s.x * unit, 1), round(-s.y * unit, 1), round(s.radius * unit, 1)] for s in found)


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Day on the map")


def test_by_keyboard_each_day_is_shown_and_said_and_the_server_is_not_asked(
    served: tuple[AppServer, list[Move]], new_visitor: NewVisitor
) -> None:
    _app, moves = served
    ada = new_visitor(base_url=served[0].url)
    page = opened(served, ada)
    ada.come_to_rest()
    before = (ada.asked, len(ada.requests), len(ada.sockets))
    tab_to(ada, slider(page))
    page.keyboard.press("Home")
    days = sorted({move.on_day for move in moves if move.move_id != LEFT_OUT})
    for on in days:
        expect(page.locator(".replay-day")).to_have_text(day(on))
        assert sorted(page.evaluate(WHERE)) == on_the_map(moves, on, pod_map.WIDE)
        said = slider(page).get_attribute("aria-valuetext") or ""
        assert said.startswith(day(on))
        page.keyboard.press("PageUp")
    expect(page.locator(".replay-day")).to_contain_text("today")
    page.keyboard.press("Home")
    for later in range(1, 4):  # nothing changed on these days, and each can be looked at
        page.keyboard.press("ArrowRight")
        expect(page.locator(".replay-day")).to_have_text(day(days[0] + timedelta(days=later)))
        assert sorted(page.evaluate(WHERE)) == on_the_map(moves, days[0], pod_map.WIDE)
    expect(page.locator(".replay-said")).to_have_text("")
    page.keyboard.press("PageDown")
    expect(page.locator(".replay-said")).to_have_text("Noor: Movable People.")
    expect(page.locator(".replay svg")).to_have_attribute(
        "aria-label", f"Your map on {day(days[0])}: Core Circle 0, Movable People 1, Outer Resources 0."
    )
    assert (ada.asked, len(ada.requests), len(ada.sockets)) == before
    assert ada.troubles == []


def test_it_plays_to_today_by_itself_and_can_be_paused(
    served: tuple[AppServer, list[Move]], new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=served[0].url)
    page = opened(served, ada)
    ada.come_to_rest()
    asked = ada.asked
    page.get_by_role("button", name="Play", exact=True).click()
    pause = page.get_by_role("button", name="Pause", exact=True)
    expect(pause).to_be_visible()
    page.wait_for_timeout(450)  # the next press of the same button is not the second half of a double click
    pause.click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    stands = page.locator(".replay-day").inner_text()
    page.wait_for_timeout(1500)
    expect(page.locator(".replay-day")).to_have_text(stands)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".replay-day")).to_contain_text("today")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="The next change")).to_be_disabled()
    assert ada.asked == asked


def test_where_motion_is_not_wanted_nothing_plays_and_nothing_moves(
    served: tuple[AppServer, list[Move]], new_visitor: NewVisitor
) -> None:
    _app, moves = served
    ada = new_visitor(base_url=served[0].url, reduced_motion="reduce")
    page = opened(served, ada)
    expect(page.get_by_role("button", name="The change before")).to_be_visible()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_hidden()
    page.get_by_role("button", name="The change before").click()
    last = max(move.on_day for move in moves)
    expect(page.locator(".replay-day")).to_have_text(day(last))
    expect(page.locator(".replay-below")).to_have_attribute("aria-live", "polite")
    assert page.evaluate(STILL)
    page.emulate_media(reduced_motion="no-preference")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_whoever_is_left_out_is_named_nowhere_and_reasons_are_told(
    served: tuple[AppServer, list[Move]], new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=served[0].url)
    page = opened(served, ada)
    expect(page.locator(".own-words")).to_contain_text("She stayed.")
    page.get_by_test_id("stExpander").first.click()
    expect(page.get_by_role("columnheader", name="What changed")).to_be_visible()
    assert LEFT_OUT not in page.content()
    assert "Kofi" in page.content()


def test_on_a_phone_everything_to_press_is_large_and_fits(
    served: tuple[AppServer, list[Move]], new_visitor: NewVisitor
) -> None:
    _app, moves = served
    ada = new_visitor(360, 740, base_url=served[0].url, **PHONE)
    page = opened(served, ada)
    for one in (slider(page), *page.locator(".replay-row button").all()):
        box = one.bounding_box()
        assert box and box["width"] >= 44 and box["height"] >= 44 and box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert sorted(page.evaluate(WHERE)) == on_the_map(
        moves, max(m.on_day for m in moves) + timedelta(days=1), pod_map.NARROW
    )


def test_a_page_opened_again_begins_with_today(served: tuple[AppServer, list[Move]], new_visitor: NewVisitor) -> None:
    ada = new_visitor(base_url=served[0].url)
    page = opened(served, ada)
    page.get_by_role("button", name="The change before").click()
    expect(page.locator(".replay-day")).not_to_contain_text("today")
    open_page(ada, "/today")
    drawn(open_page(ada, "/growth"))
    expect(page.locator(".replay-day")).to_contain_text("today")
    expect(page.locator(".replay svg")).to_have_count(1)
