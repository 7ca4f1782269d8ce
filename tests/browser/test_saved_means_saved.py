"""Once the page says Saved, pulling the plug loses nothing."""

import pytest
from playwright.sync_api import expect

from tests.app_server import AppServer
from tests.browser.acts import let_in, open_page, serve
from tests.browser.conftest import NewVisitor
from tests.conftest import StartServer

PLACES = (
    "/reflect?at=got_smaller",
    "/reflect?at=someone_stayed",
    "/reflect?at=drifted",
    "/reach-out?at=closing",
    "/reconnect?at=help_most",
)


@pytest.fixture(scope="module")
def app(lasting_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app that knows one person for each test."""
    return serve(lasting_server, tmp_path_factory.mktemp("saved") / "data", "Ada", "Ben")


@pytest.mark.promise("kill9_browser")
def test_what_the_page_called_saved_is_there_after_the_server_was_killed(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    let_in(ada, app, "ada")
    for number, place in enumerate(PLACES):
        words = f"Round {number}, kept"
        page = open_page(ada, place)
        area = page.locator("textarea").first
        area.fill(words)
        area.blur()
        page.locator("p.saved", has_text="Saved").first.wait_for()
        app.kill()
        page.goto("about:blank")  # or the page itself would bring the words back
        app.start()
        expect(open_page(ada, place).locator("textarea").first).to_have_value(words)


@pytest.mark.promise("kill9_browser")
def test_words_still_in_the_field_when_the_server_went_are_saved_as_it_comes_back(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada = new_visitor(base_url=app.url)
    area = let_in(ada, app, "ben", address="/reflect?at=drifted").locator("textarea").first
    area.fill("Typed just before")
    app.kill()
    expect(ada.page.locator("p.lost")).to_be_visible()
    expect(area).to_have_value("Typed just before")
    app.start()
    expect(ada.page.locator("p.lost")).to_be_hidden()
    ada.page.locator("p.saved", has_text="Saved").first.wait_for()
    expect(open_page(ada, "/reflect?at=drifted").locator("textarea").first).to_have_value("Typed just before")
