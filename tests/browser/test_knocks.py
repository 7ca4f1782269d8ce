"""What a page takes without losing a word: two windows, going back, reloading, double clicks, odd links, odd clocks."""

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import characters
from tests.app_server import AppServer
from tests.browser.acts import (
    WORDS,
    begin,
    drawn,
    field,
    fill_door,
    join,
    let_in,
    open_page,
    see_door,
    see_page,
    still,
    wait_by_its_clock,
    write,
)
from tests.browser.conftest import NewVisitor
from tests.browser.filling import pick
from tests.browser.visitor import Visitor
from workbook import content, signing
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store import accounts
from workbook.store.opening import open_store

CONTENT = content.load(ROOT / "seeds" / "en")
DRIFTED, SMALLER, LIMITS = "/reflect?at=drifted", "/reflect?at=got_smaller", "/stay-open?at=limits"
WITH_KOFI = ("Ada of a still page", "Ada of two clicks")
EACH = ("Ada of a day", "Ada of odd clocks", "Ada of a first press", *WITH_KOFI)
ON_A_CLOCK = """
import sys
from datetime import timedelta
from pathlib import Path
from workbook import house
real, ahead = house.utc_now, Path(sys.argv.pop(1))
house.utc_now = lambda: real() + timedelta(hours=float(ahead.read_text()))
asked = house.open_house
asked.__defaults__ = tuple(house.utc_now if one is real else one for one in asked.__defaults__)
from streamlit.web.cli import main
sys.argv[0] = "streamlit"
main()
"""


class OnAClock(AppServer):
    """The app with a clock that can be set while it runs: hours ahead of the real one."""

    def __init__(self, room: Path) -> None:
        self._ahead = room / "ahead.txt"
        self.set_ahead(0)
        super().__init__(room / "data", room / "log.txt")

    def set_ahead(self, hours: float) -> None:
        """Set the server's clock, which may be read at any moment."""
        new = self._ahead.with_suffix(".new")
        new.write_text(str(hours))
        new.replace(self._ahead)

    def _command(self) -> list[str]:
        _python, _m, _streamlit, *rest = super()._command()
        return [sys.executable, "-c", ON_A_CLOCK, str(self._ahead), *rest]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnAClock]:
    """An app to stop and to set wrong. Each test comes as somebody of their own."""
    app = OnAClock(tmp_path_factory.mktemp("knocks"))
    store = open_store(app.data, now=characters.MONDAY)
    for name in EACH:
        person_id = characters.person(store, name, WORDS)
        book = MyWorkbook(store, CONTENT, person_id, characters.Clock(), "Europe/London")
        if name in WITH_KOFI:
            book.screen(book.add_member("Kofi"), characters.FINE)
    store.close()
    app.start()
    yield app
    app.stop()


@pytest.fixture
def on_a_clock(app: OnAClock) -> Iterator[OnAClock]:
    """The same app, set right again afterwards."""
    yield app
    app.set_ahead(0)


@pytest.fixture(scope="module")
def ada(shared_server: AppServer, lasting_visitor: NewVisitor) -> Visitor:
    """Ada, for all that neither stops the server nor minds what she answered before."""
    who = lasting_visitor(1280, 800, base_url=shared_server.url)
    join(shared_server, "ada of the knocks")
    let_in(who, shared_server, "ada of the knocks")
    return who


def box(page: Page, prompt: str) -> Locator:
    return page.locator(f".st-key-prompt-{prompt}")


def words(page: Page, prompt: str) -> Locator:
    return box(page, prompt).get_by_role("textbox")


# Two windows


def test_two_windows_on_one_answer_keep_both_and_say_so(ada: Visitor) -> None:
    first = open_page(ada, DRIFTED)
    write(ada, DRIFTED, "From before")
    second = ada.context.new_page()
    second.goto(DRIFTED)
    drawn(second)
    note = "changed in another window"
    words(first, "together").fill("From the first window")
    words(first, "together").blur()
    ada.come_to_rest()
    expect(box(first, "together").locator("p.saved")).to_be_visible()
    words(second, "together").fill("From the second window")
    words(second, "together").blur()
    expect(box(second, "together").get_by_text(note)).to_be_visible()
    box(second, "together").get_by_role("button", name="Earlier versions").click()
    expect(second.get_by_test_id("stPopoverBody").get_by_text("From the first window", exact=True)).to_be_visible()
    expect(box(first, "together").get_by_text(note)).to_have_count(0)
    first.locator(".st-key-back button").evaluate("one => one.click()")  # anything that draws the page again
    expect(words(first, "together")).to_have_value("From the second window")
    expect(box(first, "together").get_by_text(note)).to_be_visible()
    words(first, "together").fill("Mine again")
    words(first, "together").blur()
    expect(box(first, "together").get_by_text(note)).to_have_count(0)
    second.close()


# Back, forward, reload


def test_going_back_and_forward_finds_the_place_and_its_words(ada: Visitor) -> None:
    write(ada, SMALLER, "One")
    page = ada.page
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="What steady feels like")).to_be_visible()
    open_page(ada, LIMITS)
    words(page, "can").fill("Two")
    words(page, "can").blur()
    expect(box(page, "can").locator("p.saved")).to_be_visible()
    page.get_by_role("link", name="My pod").first.click()
    expect(page.get_by_label("Add someone or something")).to_be_visible()
    expect(page.locator(".st-key-step")).to_have_count(0)
    page.go_back()
    expect(words(page, "can")).to_have_value("Two")
    expect(page).to_have_url(re.compile(f"{re.escape(LIMITS)}$"))
    page.go_back()
    expect(page.get_by_role("heading", name="What steady feels like")).to_be_visible()
    page.go_back()
    expect(words(page, "little_back")).to_have_value("One")
    page.go_forward()
    expect(page.get_by_role("heading", name="What steady feels like")).to_be_visible()
    expect(page.get_by_text("One", exact=True)).to_have_count(0)
    assert ada.troubles == []


def test_a_reload_in_the_middle_of_a_save_loses_nothing(ada: Visitor) -> None:
    page = open_page(ada, LIMITS)
    for number in range(3):
        words(page, "cannot").fill(f"Left {number}")
        words(page, "cannot").blur()
        page.reload()
        drawn(page)
        expect(words(page, "cannot")).to_have_value(f"Left {number}")
    assert ada.troubles == []


def test_words_still_in_a_field_are_saved_when_the_page_is_reloaded_or_left(ada: Visitor) -> None:
    page = open_page(ada, LIMITS)
    words(page, "need").fill("Not left yet")
    page.reload()
    drawn(page)
    expect(words(page, "need")).to_have_value("Not left yet")
    words(page, "need").fill("Gone at once")
    page.goto("about:blank")
    expect(words(open_page(ada, LIMITS), "need")).to_have_value("Gone at once")


# Double clicks


def test_a_double_click_makes_one_account(shared_server: AppServer, new_visitor: NewVisitor) -> None:
    esi = new_visitor(base_url=shared_server.url)
    begin(esi)
    esi.page.get_by_text("Yes, 18 or over").click()
    esi.come_to_rest()
    field(esi, "A passphrase").fill(WORDS)
    field(esi, "A name for yourself").fill("Esi of two clicks")
    esi.page.get_by_role("button", name="Start", exact=True).dblclick()
    see_page(esi)
    expect(esi.page.get_by_text("already uses that name")).to_have_count(0)
    assert esi.troubles == []


# Odd links


ODD = (
    "/today?x=1&x=2&=&&%00&%ff&__proto__=1",
    "/reflect?at=%3Cscript%3Ealert(1)%3C/script%3E&embed=true",
    "/my-pod?member=' OR 1=1 --&member=x",
    "/check-in?at=" + "a" * 10_000,
    "/no-such-page?x=1",
    "/pod/map",
    "/in?t=junk&then=//elsewhere.invalid",
)


def test_an_odd_link_opens_a_calm_page(ada: Visitor, shared_server: AppServer, new_visitor: NewVisitor) -> None:
    stranger = new_visitor(base_url=shared_server.url)
    for who, way_out in ((ada, 1), (stranger, 0)):
        for address in ODD:
            page = open_page(who, address)
            expect(page.locator("[data-testid=stMain]").locator("h1, h2").first).to_be_visible()
            expect(page.get_by_role("dialog")).to_have_count(0)
            expect(page.locator("p.trouble")).to_have_count(0)
            expect(page.get_by_role("button", name="Sign out", exact=True)).to_have_count(way_out)
        assert who.troubles == []


# Clocks


def test_a_page_left_open_for_a_day_keeps_its_words_in_sight(on_a_clock: OnAClock, new_visitor: NewVisitor) -> None:
    ada = new_visitor(base_url=on_a_clock.url)
    page = let_in(ada, on_a_clock, "Ada of a day", address=LIMITS)
    words(page, "can").fill("Said before")
    words(page, "can").blur()
    expect(box(page, "can").locator("p.saved")).to_be_visible()
    on_a_clock.set_ahead(25)
    words(page, "can").fill("Typed *a day* later")
    words(page, "can").blur()
    see_door(ada)
    expect(page.get_by_text("You are signed out here now")).to_be_visible()
    expect(page.locator("code", has_text="Typed *a day* later")).to_be_visible()
    expect(page.get_by_text("Said before")).to_have_count(0)
    fill_door(ada, "Ada of a day", WORDS)
    see_page(ada)
    expect(words(page, "can")).to_have_value("Said before")
    expect(page).to_have_url(re.compile(f"{re.escape(LIMITS)}$"))
    assert ada.troubles == []


def test_clocks_set_wrong_change_neither_what_is_newest_nor_who_is_here(
    on_a_clock: OnAClock, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=on_a_clock.url, timezone_id="Pacific/Kiritimati")
    ada.context.add_init_script("{ const now = Date.now; Date.now = () => now() - 1.2e12 }")
    page = let_in(ada, on_a_clock, "Ada of odd clocks", address=LIMITS)
    for hours, said in ((0, "First"), (-49, "Set back two days"), (-1, "Newest")):
        on_a_clock.set_ahead(hours)
        words(page, "can").fill(said)
        words(page, "can").blur()
        ada.come_to_rest()
        expect(box(page, "can").locator("p.saved")).to_be_visible()
        expect(words(open_page(ada, LIMITS), "can")).to_have_value(said)
    assert ada.troubles == []


# Waiting

WATCH = """() => {
    window.shifts = []
    window.faded = 1
    new PerformanceObserver(list => shifts.push(...list.getEntries().map(one => one.value))).observe({ type: "layout-shift" })
    const look = () => {
        for (const one of document.querySelectorAll("[data-testid=stMain] [data-stale=true]"))
            faded = Math.min(faded, getComputedStyle(one).opacity)
        requestAnimationFrame(look)
    }
    look()
}"""


def test_nothing_moves_or_fades_while_an_answer_saves(app: OnAClock, new_visitor: NewVisitor) -> None:
    ada = new_visitor(360, 740, base_url=app.url)
    page = let_in(ada, app, "Ada of a still page", address=SMALLER)
    _stays_still(ada, lambda: page.get_by_role("button", name="Laughing").click())
    _stays_still(ada, lambda: write_only(page, "little_back", "A walk"))
    open_page(ada, "/welcome?at=who_sees")
    _stays_still(ada, lambda: box(page, "steps").get_by_test_id("stCheckbox").locator("label").click())
    open_page(ada, "/reflect?at=steady")
    _stays_still(ada, lambda: pick(page, box(page, "quiet_with").get_by_role("combobox"), "Kofi"))
    open_page(ada, "/check-in?at=weekly")
    _stays_still(ada, lambda: box(page, "moved").get_by_role("radio").first.click())
    page.reload()
    drawn(page)
    expect(box(page, "moved").get_by_role("radio").first).to_be_in_viewport()

    os.kill(app.pid, signal.SIGSTOP)
    try:
        box(page, "moved").get_by_role("radio").nth(1).click()
        expect(page.locator(".slow")).to_be_visible()
        page.wait_for_timeout(700)
        assert page.evaluate("document.querySelector('[data-testid=stMain] .stButtonGroup') !== null")
    finally:
        os.kill(app.pid, signal.SIGCONT)
    expect(page.locator(".slow")).to_be_hidden()
    expect(box(page, "moved").get_by_role("radio").nth(1)).to_be_checked()
    assert ada.troubles == []


def write_only(page: Page, prompt: str, said: str) -> None:
    words(page, prompt).fill(said)
    words(page, prompt).blur()


def _stays_still(who: Visitor, do: Callable[[], None]) -> None:
    """From the middle of the page: no shift of what is seen, no fading, the same place."""
    page = who.page
    who.come_to_rest()
    still(page, 400)  # a page that has just come unfolds first
    page.evaluate(WATCH)
    top = "document.querySelector('[data-testid=stMain]').scrollTop"
    page.evaluate(f"{top} = 60")
    do()
    who.come_to_rest()
    wait_by_its_clock(page, 150)
    assert page.evaluate("faded") == 1
    assert sum(page.evaluate("shifts")) < 0.001
    assert who.page.evaluate(top) >= 60


# The server restarted


def test_after_a_restart_the_first_press_counts(app: OnAClock, new_visitor: NewVisitor) -> None:
    ada = new_visitor(base_url=app.url)
    page = let_in(ada, app, "Ada of a first press", address=SMALLER)
    for heading in ("What steady feels like", "How life got small"):
        app.kill()
        page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for()
        app.start()
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
        page.get_by_role("button", name="Next", exact=True).click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()


# Double clicks, counted once the server has gone


def test_a_double_click_does_a_thing_once(app: OnAClock, new_visitor: NewVisitor) -> None:
    ada = new_visitor(base_url=app.url)
    page = let_in(ada, app, "Ada of two clicks", address="/reach-out?at=warm_up")
    pick(page, box(page, "who").get_by_role("combobox"), "Kofi")
    ada.come_to_rest()
    sent = box(page, "state").get_by_role("radio").first
    sent.dblclick()
    ada.come_to_rest()
    expect(box(page, "state").locator("p.saved")).to_be_visible()
    expect(sent).to_be_checked()
    put = box(page, "who").get_by_role("button", name=re.compile("^Put Kofi in "))
    put.dblclick()
    ada.come_to_rest()
    expect(put).to_have_count(0)

    page = open_page(ada, DRIFTED)
    words(page, "names").fill("Noor")
    words(page, "names").press("Enter")
    words(page, "names").press("Enter")
    expect(box(page, "names").locator("p.named")).to_have_text("Noor")
    ada.come_to_rest()
    ring = box(page, "names").get_by_role("radio").first
    ring.dblclick()
    ada.come_to_rest()
    expect(ring).to_be_checked()

    page = open_page(ada, "/reconnect?at=three_doors")
    door = box(page, "doors").get_by_role("button", name="Save this one to my map").first
    door.dblclick()
    ada.come_to_rest()
    expect(box(page, "doors").get_by_role("button", name=re.compile("^Saved to your map"))).to_have_count(1)

    page = open_page(ada, "/my-pod")
    add = page.get_by_label("Add someone or something")
    for name in ("June", "June"):
        add.fill(name)
        add.press("Enter")
        add.press("Enter")
        ada.come_to_rest()
    page.get_by_role("button", name="Add another June").dblclick()
    ada.come_to_rest()
    expect(page.get_by_role("button", name="Add another June")).to_have_count(0)
    page.locator(".st-key-rings").get_by_role("button", name="Movable People").dblclick()
    ada.come_to_rest()
    expect(page.locator(".st-key-member p.saved").first).to_contain_text("Movable People since")
    assert ada.troubles == []
    app.stop()

    store = open_store(app.data, now=characters.MONDAY)
    person_id = accounts.find_person(store, signing.folded("Ada of two clicks")) or ""
    book = MyWorkbook(store, CONTENT, person_id, characters.Clock(), "Europe/London")
    names = [m.name for m in book.members()]
    moves = [(m.member_id, m.place) for m in book.moves()]
    versions = {s.prompt: s.versions for s in book.everything_answered()}
    store.close()
    assert sorted(names) == sorted(["Kofi", "Noor", "June", "June", names[2]])
    assert len(moves) == len(set(moves)) == 4
    assert (versions["state"], versions["names"], versions["doors"]) == (1, 1, 1)
