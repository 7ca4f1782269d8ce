"""Once the page says Saved, pulling the plug loses nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.acts import open_page, serve, sign_in
from tests.browser.conftest import NewVisitor
from tests.conftest import StartServer

PLACES = (
    "/reflect?at=got_smaller",
    "/reflect?at=someone_stayed",
    "/reflect?at=drifted",
    "/reach-out?at=nothing_back",
    "/reconnect?at=help_most",
)


@pytest.mark.promise("kill9_browser")
def test_what_the_page_called_saved_is_there_after_the_server_was_killed(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(base_url=app.url)
    sign_in(ada, "ada")
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
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(base_url=app.url)
    area = sign_in(ada, "ada", address="/reflect?at=drifted").locator("textarea").first
    area.fill("Typed just before")
    app.kill()
    expect(ada.page.locator("p.lost")).to_be_visible()
    expect(area).to_have_value("Typed just before")
    app.start()
    expect(ada.page.locator("p.lost")).to_be_hidden()
    ada.page.locator("p.saved", has_text="Saved").first.wait_for()
    expect(open_page(ada, "/reflect?at=drifted").locator("textarea").first).to_have_value("Typed just before")
