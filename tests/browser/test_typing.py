"""What is being typed is saved by itself, and what the page says of it is true."""

import os
import re
import signal
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests import characters
from tests.app_server import AppServer
from tests.browser.acts import drawn, join, let_in, open_page, serve, wait_by_its_clock
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import content
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store.opening import open_store

CONTENT = content.load(ROOT / "seeds" / "en")
LONG = "/reflect?at=someone_stayed"
# All that the line below the first text field says from now on, however briefly.
LISTEN = """() => {
    window.said = []
    const hear = () => {
        const line = document.querySelector("p[data-kept]")
        if (line) said.push(line.innerText + getComputedStyle(line, "::after").content)
    }
    new MutationObserver(hear).observe(document, { subtree: true, childList: true, attributeFilter: ["data-typed"] })
}"""
A_PAUSE = 1500  # ms: more than the page waits before it sends, and the way there and back


@pytest.fixture(scope="module")
def ada(shared_server: AppServer, lasting_visitor: NewVisitor) -> Visitor:
    """Ada, for all that does not stop the server."""
    visitor = lasting_visitor(base_url=shared_server.url)
    join(shared_server, "ada who types")
    let_in(visitor, shared_server, "ada who types")
    return visitor


def area(page: Page) -> Locator:
    return page.locator("textarea").first


def line(page: Page) -> Locator:
    """The small line below the first text field."""
    return page.locator("p[data-kept]").first


def says(page: Page) -> str:
    """What that line says now, whoever wrote it: the server, or the page's own style."""
    said = line(page).evaluate("p => p.innerText + getComputedStyle(p, '::after').content.replace(/^none$/, '')")
    return str(said).strip('" ')


def told(page: Page, words: str) -> None:
    """Wait until the line says these words."""
    page.wait_for_function(
        "words => { const p = document.querySelector('p[data-kept]');"
        " return p && (p.innerText + getComputedStyle(p, '::after').content).includes(words) }",
        arg=words,
    )


def kept(page: Page) -> None:
    """Wait until the page holds that all that stands in the first text field is saved, and the line says so."""
    page.wait_for_function("() => isSaved(document.querySelector('textarea'))")
    told(page, "Saved")


def stored(folder: Path) -> list[str]:
    """Every version of a story in the file of a server that has gone, newest first."""
    store = open_store(folder, now=characters.MONDAY)
    person = store.read("SELECT person_id FROM people")[0][0]
    book = MyWorkbook(store, CONTENT, person, characters.Clock(), "UTC")
    versions = [str(one.value) for one in book.versions("reflect.someone_stayed", "story")]
    store.close()
    return versions


def test_a_pause_saves_and_neither_caret_nor_what_is_typed_meanwhile_is_disturbed(ada: Visitor) -> None:
    page = open_page(ada, LONG)
    field = area(page)
    field.click()
    page.keyboard.type("The stairs were cold.")
    kept(page)
    expect(page.locator("body > .told")).to_have_text(re.compile("^Saved [0-9]"))  # for those who listen to the page
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    page.keyboard.type("so very ", delay=40)
    page.wait_for_timeout(820)  # it is sent about now
    page.keyboard.type("and again ", delay=25)
    expect(field).to_have_value("The stairs so very and again were cold.")
    page.keyboard.press("Shift+ArrowRight")
    wait_by_its_clock(page, A_PAUSE)
    kept(page)
    ada.come_to_rest()
    at = "a => [a.selectionStart, a.selectionEnd, document.activeElement === a]"
    assert field.evaluate(at) == [29, 30, True]
    expect(field).to_have_value("The stairs so very and again were cold.")
    expect(page.locator("[data-typed]")).to_have_count(0)
    assert says(page).startswith("Saved")
    drawn(open_page(ada, LONG))
    expect(area(page)).to_have_value("The stairs so very and again were cold.")
    assert ada.troubles == []


def test_typing_on_says_so_until_it_is_saved_and_leaves_one_version_to_look_at(ada: Visitor) -> None:
    page = open_page(ada, "/reflect?at=drifted")
    area(page).click()
    page.evaluate(LISTEN)
    page.keyboard.type("We sang in the kitchen", delay=70)  # longer than a moment, and never a pause
    page.wait_for_function("() => said.some(words => words.includes('Not saved yet'))")
    expect(page.get_by_text("Press Ctrl+Enter")).to_be_hidden()  # it is sent by itself
    kept(page)
    for words in (" every", " Sunday", " night"):
        page.keyboard.type(words, delay=10)
        wait_by_its_clock(page, 1100)
    kept(page)
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Backspace")  # both at once: one alone may be saved by itself on a slow machine
    kept(page)
    wait_by_its_clock(page, 1100)
    page.keyboard.type("ce", delay=10)
    kept(page)
    ada.come_to_rest()
    page.get_by_role("button", name="Earlier versions").first.click()
    versions = page.get_by_test_id("stPopoverBody")
    expect(versions.get_by_text("We sang in the kitchen every Sunday night", exact=True)).to_be_visible()
    expect(versions.get_by_role("button", name="Bring this one back")).to_have_count(1)


def test_nothing_is_sent_while_a_sign_is_being_composed(ada: Visitor) -> None:
    page = open_page(ada, "/reflect?at=got_smaller")
    area(page).click()
    ime: CDPSession = ada.context.new_cdp_session(page)
    ime.send("Input.imeSetComposition", {"text": "にほ", "selectionStart": 2, "selectionEnd": 2})
    wait_by_its_clock(page, A_PAUSE)
    told(page, "Not saved yet")
    assert says(page) == "Not saved yet"
    expect(area(page)).to_have_value("にほ")
    ime.send("Input.insertText", {"text": "日本"})
    kept(page)
    expect(area(page)).to_have_value("日本")


def test_fields_that_wait_for_enter_and_the_five_taps_are_left_alone(ada: Visitor) -> None:
    page = open_page(ada, "/reflect?at=drifted")
    name = page.get_by_placeholder("Type a name")
    name.click()
    page.keyboard.type("Noor")
    wait_by_its_clock(page, A_PAUSE)
    ada.come_to_rest()
    expect(page.locator("p.named")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("p.named")).to_have_text("Noor")
    page = open_page(ada, "/reach-out?at=for_now")
    expect(page.get_by_role("heading", name="Is this one for now?").first).to_be_visible()
    expect(page.locator("[data-kept]")).to_have_count(0)


def test_notes_about_a_member_are_saved_as_they_are_typed(ada: Visitor) -> None:
    page = open_page(ada, "/my-pod")
    page.get_by_label("Add someone or something").fill("June")
    page.keyboard.press("Enter")
    notes = page.get_by_label("Notes")
    notes.wait_for()
    ada.come_to_rest()
    notes.click()
    page.keyboard.type("Laughs a lot")
    wait_by_its_clock(page, A_PAUSE)
    page.keyboard.type(", bakes")
    address = page.url
    page.goto("about:blank")
    expect(open_page(ada, address).get_by_label("Notes")).to_have_value("Laughs a lot, bakes")


def test_words_typed_a_blink_before_the_page_is_left_are_there_and_only_once(ada: Visitor) -> None:
    address, ways = "/reconnect?at=help_most", ("reload", "elsewhere", "close")
    page = open_page(ada, address)
    for number, way in enumerate(ways):
        if number:  # the socket goes with the page: now and then all that is sent by it is lost
            page.evaluate("WebSocket.prototype.send = () => {}")
        area(page).click()
        page.keyboard.press("End")
        page.keyboard.type(f" {number}")
        leave(ada, way)
        page = open_page(ada, address)
        expect(area(page)).to_have_value("".join(f" {n}" for n in range(number + 1)))
    told(page, "Saved")
    page.get_by_role("button", name="Earlier versions").first.click()
    backs = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Bring this one back")
    expect(backs).to_have_count(len(ways) - 1)


def leave(who: Visitor, way: str) -> None:
    """Leave the page in one of the ways there are."""
    if way == "reload":
        who.page.reload()
    elif way == "elsewhere":
        who.page.goto("about:blank")
    else:
        with who.page.expect_event("close"):
            who.page.close(run_before_unload=True)
        who.page = who.context.new_page()


def test_a_page_that_goes_out_of_sight_saves_at_once(ada: Visitor) -> None:
    page = open_page(ada, "/reconnect?at=three_doors")
    page.evaluate("WebSocket.prototype.send = () => {}")
    area(page).click()
    page.keyboard.type("The allotment")
    hide = "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden', configurable: true })"
    with page.expect_response("**/keep") as answer:
        page.evaluate(f"{hide}; document.dispatchEvent(new Event('visibilitychange', {{ bubbles: true }}))")
    assert answer.value.status == 200
    expect(area(open_page(ada, "/reconnect?at=three_doors"))).to_have_value("The allotment")


@pytest.mark.promise("two_tabs")
def test_two_tabs_that_type_keep_both_and_the_other_one_is_a_tap_away(ada: Visitor) -> None:
    address = "/stay-open?at=limits"
    one, other = open_page(ada, address), ada.context.new_page()
    other.goto(address)
    drawn(other)
    for page, words in ((one, "Bus rides"), (other, "Bus rides, and the sea")):
        area(page).click()
        page.keyboard.type(words)
        expect(page.locator("p.saved[data-kept]").first).to_be_visible()
        kept(page)
    expect(area(one)).to_have_value("Bus rides")
    one.keyboard.type("!")
    expect(one.get_by_text("This was changed in another window too.")).to_be_visible()
    expect(area(one)).to_have_value("Bus rides!")
    one.get_by_role("button", name="Earlier versions").first.click()
    versions = one.get_by_test_id("stPopoverBody")
    for words in ("Bus rides, and the sea", "Bus rides"):
        expect(versions.get_by_text(words, exact=True)).to_be_visible()
    versions.get_by_role("button", name="Bring this one back").first.click()
    expect(area(one)).to_have_value("Bus rides, and the sea")
    other.close()


@pytest.mark.promise("kill9_browser")
def test_what_was_typed_and_called_saved_outlives_a_killed_server_and_what_was_not_is_called_so(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(base_url=app.url)
    page = let_in(ada, app, "ada", address=LONG)
    area(page).click()
    page.keyboard.insert_text("Kept while typing")  # at once, so that no part of it is saved before
    kept(page)
    app.kill()
    expect(page.locator("p.lost")).to_be_visible()
    assert stored(tmp_path / "data") == ["Kept while typing"]
    app.start()
    expect(page.locator("p.lost")).to_be_hidden()
    ada.come_to_rest()
    area(page).click()
    page.keyboard.press("End")
    os.kill(app.pid, signal.SIGSTOP)  # from here on nothing is saved, however long the typing takes
    page.keyboard.type(", and on and on and on", delay=60)
    app.kill()
    told(page, "Not saved. Keep this page open.")
    assert stored(tmp_path / "data") == ["Kept while typing"]
    expect(area(page)).to_have_value("Kept while typing, and on and on and on")
    app.start()
    kept(page)
    app.kill()
    assert stored(tmp_path / "data")[0] == "Kept while typing, and on and on and on"


def test_a_next_name_typed_before_the_one_before_is_taken_stays(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "ada", address="/reflect?at=drifted")
    field = page.get_by_placeholder("Type a name")
    field.click()
    page.keyboard.type("June")
    os.kill(app.pid, signal.SIGSTOP)  # the line is slow
    try:
        page.keyboard.press("Enter")
        page.keyboard.type("Ko")
        wait_by_its_clock(page, 500)
    finally:
        os.kill(app.pid, signal.SIGCONT)
    expect(page.locator("p.named")).to_have_text("June")
    page.keyboard.type("fi")
    expect(field).to_have_value("Kofi")
    page.keyboard.press("Enter")
    expect(page.locator("p.named")).to_have_text(["June", "Kofi"])
    expect(field).to_have_value("")
    assert ada.troubles == []
