"""The server restarted: the first press counts once, be it on a button or on a choice, by finger or by key."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.acts import let_in, serve
from tests.browser.conftest import NewVisitor
from tests.conftest import StartServer

WELCOME = "/welcome?at=three_questions"


@pytest.mark.parametrize("by", ["pointer", "key"])
def test_after_a_restart_the_first_choice_is_made_and_stays_made(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path, by: str
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada", address=WELCOME)
    rows = page.get_by_role("radiogroup")
    expect(rows).to_have_count(3)
    for number in range(3):
        choice = rows.nth(number).get_by_role("radio").first
        app.kill()
        page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for()
        app.start()
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
        if by == "pointer":
            choice.click()
        else:
            choice.focus()
            page.keyboard.press("Space")
        expect(choice).to_be_checked()
        ada.come_to_rest()
        page.wait_for_timeout(500)
        expect(choice).to_be_checked()
        expect(page.locator("p.saved")).to_have_count(number + 1)


def test_the_first_press_counts_also_where_the_server_went_in_the_middle_of_a_page(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada", address="/reflect?at=smaller")
    following = page.get_by_role(
        "button", name="Next", exact=True
    ).first  # a half drawn page may show the last one's, too
    for heading in ("What steady feels like", "How life got small", "A time someone stayed", "People who drifted"):
        page.get_by_role(
            "button", name=heading
        ).click()  # all parts of these pages have come: none is lost on its way below
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        ada.come_to_rest()
    page.get_by_role("button", name="What got smaller").click()
    expect(page.get_by_role("heading", name="What got smaller")).to_be_visible()
    ada.come_to_rest()
    for _ in range(3):
        page.evaluate(UNDER_WAY)
        following.click()
        page.evaluate("underWay")
        app.kill()
        page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for()
        left_at = page.get_by_role("heading", level=2).first.inner_text()
        app.start()
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
        following.click()
        expect(page.get_by_role("heading", level=2).first).not_to_have_text(left_at)
        ada.come_to_rest()
        expect(following).to_be_enabled()
        page.wait_for_timeout(450)  # the next press is not the second half of a double click


UNDER_WAY = """() => {
    const app = document.querySelector("[data-testid=stApp]")
    window.underWay = new Promise(done => new MutationObserver(() => {
        if (app.dataset.testScriptState === "running") done()
        setTimeout(done, 5000)  // on a slow machine a run may begin and end between two looks
    }).observe(app, { attributes: true }))
}"""


@pytest.mark.parametrize("by", ["click", "key", "finger"])
@pytest.mark.parametrize(
    ("last", "more", "seen"),
    [
        ("at=someone_stayed", 0, "How life got small"),  # only the address has come
        ("A time someone stayed", 0, "A time someone stayed"),  # the heading, and the last page below it
        ("A time someone stayed", 2, "A time someone stayed"),
    ],
)
def test_a_press_on_a_half_drawn_page_leads_to_the_page_after_the_one_that_was_seen(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path, last: str, more: int, seen: str, by: str
) -> None:
    """The server goes once `last` and `more` parts after it have reached the page; what it shows is drawn anew."""
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    line = _Line()
    ada.context.route_web_socket("**/stream*", line.lay)
    page = let_in(ada, app, "Ada", address="/reflect?at=smaller")
    for name in ("A time someone stayed", "People who drifted", "How life got small"):
        page.get_by_role("button", name=name).click()  # their parts have come: none is lost on its way below
        expect(page.get_by_role("heading", name=name)).to_be_visible()
        ada.come_to_rest()
    page.wait_for_timeout(450)
    line.cut_after(last.encode(), more)
    following = page.get_by_role("button", name="Next", exact=True).first
    following.click()
    expect(page).to_have_url(re.compile("at=someone_stayed"))
    heading = page.get_by_role("heading", level=2).first
    expect(heading).to_have_text(seen)
    page.wait_for_timeout(1500)  # and no more of it comes
    app.kill()
    page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for()
    line.hold_back()
    app.start()
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    if by == "click":
        following.click()
    elif by == "key":
        following.focus()
        page.keyboard.down("Space")
    else:
        following.hover()
        page.mouse.down()
    line.let_go()
    ada.come_to_rest()
    if by == "key":
        page.keyboard.up("Space")
    elif by == "finger":
        page.mouse.up()
    wanted = {"How life got small": "A time someone stayed", "A time someone stayed": "People who drifted"}[seen]
    expect(heading).to_have_text(wanted)
    ada.come_to_rest()
    page.wait_for_timeout(500)
    expect(heading).to_have_text(wanted)


class _Line:
    """Between a page and its server: it can be cut after some message, and hold back what comes."""

    def __init__(self) -> None:
        self._last: bytes | None = None
        self._more = 0
        self._is_cut = False
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = None

    def lay(self, page: WebSocketRoute) -> None:
        there = page.connect_to_server()
        page.on_message(there.send)
        there.on_message(lambda message: self._come(page, message))

    def cut_after(self, last: bytes, more: int) -> None:
        """Let through the message that holds `last` and `more` after it, then nothing."""
        self._last, self._more = last, more

    def hold_back(self) -> None:
        self._is_cut, self._held = False, []

    def let_go(self) -> None:
        held, self._held = self._held or [], None
        for page, message in held:
            page.send(message)

    def _come(self, page: WebSocketRoute, message: str | bytes) -> None:
        if self._held is not None:
            self._held.append((page, message))
        elif self._last is None and self._is_cut:
            if self._more:
                self._more -= 1
                page.send(message)
        else:
            if self._last is not None and self._last in _bytes(message):
                self._last, self._is_cut = None, True
            page.send(message)


def _bytes(message: str | bytes) -> bytes:
    return message.encode() if isinstance(message, str) else message


def test_a_part_of_the_page_that_did_not_come_comes_by_itself(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada", address="/reflect?at=smaller")
    page.route("**/Selectbox*", lambda asked: asked.abort(), times=1)
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.get_by_role("heading", name="What steady feels like")).to_be_visible()
    expect(page.get_by_role("combobox").first).to_be_visible()
    expect(page.get_by_text("Failed to fetch")).to_have_count(0)


def test_a_page_that_lacks_a_part_begins_anew_only_where_the_server_is_there(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    """A server that goes away loses parts on their way, too, and may not be known to be gone yet."""
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada", address="/reflect?at=smaller")
    ada.come_to_rest()
    page.route("**/healthz", lambda asked: asked.abort())
    page.evaluate(
        "() => { document.documentElement.dataset.stays = ''; dispatchEvent(new Event('vite:preloadError')) }"
    )
    page.wait_for_timeout(1500)
    expect(page.locator("html[data-stays]")).to_have_count(1)
    page.unroute("**/healthz")
    expect(page.locator("html[data-stays]")).to_have_count(0)
    expect(page.get_by_role("heading", name="What got smaller")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
