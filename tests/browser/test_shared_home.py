"""Where others share the device: a page left lying covers itself, and leaving leaves nothing to come back to."""

import pytest
from playwright.sync_api import Page, expect

from tests.app_server import AppServer
from tests.browser.acts import WORDS, drawn, field, let_in, open_page, see_door, serve, sign_in
from tests.browser.conftest import NewVisitor
from tests.conftest import StartServer

ADDRESS = "/reflect?at=someone_stayed"
LINES = "/stay-open?at=limits"
STORY = "Ruth on the cold stairs"
FIFTEEN = 15 * 60 * 1000
AWAY = "http://localhost:9/weather"


@pytest.fixture(scope="module")
def app(lasting_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app that knows one person for each test; leaving leads to this machine."""
    names = ("Ada", "Ben", "Cleo", "Dara", "Esi", "Fay", "Gus")
    return serve(lasting_server, tmp_path_factory.mktemp("home") / "data", *names, WORKBOOK_LEAVE_TO=AWAY)


def letters(page: Page) -> str:
    """All that can be read in the document, fields and styles and attributes included."""
    return str(
        page.evaluate(
            "document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map(f => f.value)"
        )
    )


def covered(page: Page) -> None:
    expect(page.get_by_role("heading", name="Your words are put away")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(0)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    for words in (STORY, "someone who stayed", "Kofi"):
        assert words not in letters(page)


def ten_seconds_before(page: Page, touched: float) -> None:
    """Go on to ten seconds before the page is covered, counted from when it was touched by its own clock."""
    page.clock.fast_forward(int(FIFTEEN - 10_000 - (page.evaluate("Date.now()") - touched)))


@pytest.mark.promise("idle_and_quick_exit")
def test_after_fifteen_minutes_the_words_are_gone_from_the_page_until_the_passphrase(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    ada.page.clock.install()
    page = let_in(ada, app, "ada", address=ADDRESS)
    other = ada.context.new_page()
    other.goto("/my-pod")
    drawn(other)
    area = page.locator("textarea").first
    area.click()
    page.keyboard.type(STORY)
    touched = page.evaluate("Date.now()")
    main = page.locator("[data-testid=stMain]")
    main.evaluate("m => m.scrollTo(0, 200)")
    was = main.evaluate("m => m.scrollTop")
    ten_seconds_before(page, touched)
    expect(area).to_have_value(STORY)
    page.clock.fast_forward(20_000)
    covered(page)
    covered(other)  # the same session: a tab beside it tells no more
    page.reload()
    drawn(page)
    covered(page)
    assert ada.context.request.get("/take/everything.zip", max_redirects=0).status == 303

    field(ada, "Passphrase").fill("not the words at all")
    page.get_by_role("button", name="Show my page").click()
    expect(page.locator("p.trouble")).to_be_visible()
    ada.come_to_rest()
    covered(page)
    field(ada, "Passphrase").fill(WORDS)
    page.get_by_role("button", name="Show my page").click()
    expect(area).to_have_value(STORY)
    expect(page).to_have_url(f"{app.url}{ADDRESS}")
    expect(page.locator("p.saved").first).to_contain_text("Saved")
    expect(other.get_by_role("heading", name="My pod")).to_be_visible()
    assert was > 0 and ada.troubles == []


@pytest.mark.promise("idle_and_quick_exit")
def test_where_only_one_person_opens_the_device_a_tap_lifts_the_cover_and_all_is_as_it_was(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    ada.page.clock.install()
    page = sign_in(ada, "ben", address="/reach-out?at=two_lines", kept=True)
    open_page(ada, ADDRESS)
    area = page.locator("textarea").first
    area.click()
    page.keyboard.type(STORY)
    main = page.locator("[data-testid=stMain]")
    main.evaluate("m => m.scrollTo(0, 200)")
    was = main.evaluate("m => m.scrollTop")
    page.clock.fast_forward(FIFTEEN + 10_000)
    covered(page)
    page.get_by_role("button", name="Show my page").click()
    touched = page.evaluate("Date.now()")
    expect(area).to_have_value(STORY)
    assert was > 0
    # The page goes back to its place a moment after all of it is there.
    page.wait_for_function("top => document.querySelector('[data-testid=stMain]').scrollTop === top", arg=was)
    ten_seconds_before(page, touched)
    expect(area).to_have_value(STORY)
    assert ada.troubles == []


@pytest.mark.promise("idle_and_quick_exit")
def test_a_page_is_emptied_with_the_server_gone_too_and_its_draft_comes_back(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    ada.page.clock.install()
    page = let_in(ada, app, "cleo", address=ADDRESS)
    area = page.locator("textarea").first
    area.fill(STORY)
    app.kill()
    page.clock.fast_forward(FIFTEEN + 10_000)
    expect(page.get_by_text("Your words are put away. One moment …")).to_be_visible()
    assert STORY not in letters(page) and page.locator("textarea").count() == 0
    app.start()
    covered(page)
    field(ada, "Passphrase").fill(WORDS)
    page.get_by_role("button", name="Show my page").click()
    expect(area).to_have_value(STORY)


@pytest.mark.promise("idle_and_quick_exit")
def test_leaving_signs_out_keeps_the_draft_and_back_shows_nothing(app: AppServer, new_visitor: NewVisitor) -> None:
    ada = new_visitor(base_url=app.url)
    ada.context.route(
        "http://localhost:9/**", lambda route: route.fulfill(body="<h1>Sunny</h1>", content_type="text/html")
    )
    page = sign_in(ada, "dara", address="/today", kept=True)
    open_page(ada, ADDRESS)
    page.locator("textarea").first.click()
    page.keyboard.type(STORY)
    page.get_by_role("link", name="Leave this page").click()
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    page.go_back()
    drawn(page)
    see_door(ada)
    assert "reflect" not in page.url and STORY not in letters(page)
    sign_in(ada, "dara", address=ADDRESS)
    expect(page.locator("textarea").first).to_have_value(STORY)


@pytest.mark.promise("idle_and_quick_exit")
def test_a_page_that_the_browser_had_put_by_whole_is_emptied_and_asks_anew(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    page = let_in(ada, app, "esi", address=ADDRESS)
    page.locator("textarea").first.fill(STORY)
    ada.context.clear_cookies()
    with page.expect_navigation():
        left = page.evaluate(
            "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); document.body.innerHTML"
        )
    assert left == ""
    drawn(page)
    see_door(ada)


def full_to_bursting(page: Page) -> None:
    """More words in the first field than the server takes at once, and a few in the next; nothing is saved yet."""
    page.get_by_label("I can …").fill("y" * 600_000)
    page.get_by_label("I need …").fill(STORY)


@pytest.mark.promise("idle_and_quick_exit")
def test_leaving_signs_out_however_much_was_pasted_and_keeps_the_other_words(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    ada.context.route(
        "http://localhost:9/**", lambda route: route.fulfill(body="<h1>Sunny</h1>", content_type="text/html")
    )
    page = let_in(ada, app, "fay")
    open_page(ada, LINES)
    page.evaluate("WebSocket.prototype.send = () => {}")  # what is typed goes with the page alone
    full_to_bursting(page)
    page.get_by_role("link", name="Leave this page").click()
    expect(page.get_by_role("heading", name="Sunny")).to_be_visible()
    page.go_back()
    drawn(page)
    see_door(ada)
    sign_in(ada, "fay", address=LINES)
    expect(page.get_by_label("I need …")).to_have_value(STORY)
    expect(page.get_by_label("I can …")).to_have_value("")


@pytest.mark.promise("idle_and_quick_exit")
def test_a_page_covers_itself_however_much_was_pasted(app: AppServer, new_visitor: NewVisitor) -> None:
    ada = new_visitor(base_url=app.url)
    ada.page.clock.install()
    page = let_in(ada, app, "gus", address=LINES)
    full_to_bursting(page)
    page.clock.fast_forward(FIFTEEN + 10_000)
    covered(page)
    page.reload()
    drawn(page)
    covered(page)
    field(ada, "Passphrase").fill(WORDS)
    page.get_by_role("button", name="Show my page").click()
    expect(page.get_by_label("I need …")).to_have_value(STORY)
