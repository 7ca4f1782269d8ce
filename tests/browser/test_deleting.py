"""Delete everything, as a person does it, and what is left of them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.acts import WORDS, fill_door, let_in, open_page, serve, write
from tests.browser.conftest import NewVisitor
from tests.conftest import StartServer

CANARY = "the heron by the lock keeper's house"


@pytest.mark.promise("erase_me")
def test_with_the_passphrase_everything_goes_and_the_name_leads_nowhere(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "ada", "kofi")
    ada, elsewhere = new_visitor(base_url=app.url), new_visitor(360, base_url=app.url)
    let_in(ada, app, "ada")
    let_in(elsewhere, app, "ada")
    write(ada, "/reflect?at=drifted", CANARY)

    page = open_page(ada, "/my-data")
    page.get_by_text("Delete all I wrote").click()
    deleting = page.get_by_test_id("stForm").filter(has_text="Delete everything now")
    deleting.get_by_role("textbox").fill("seven slow trams at dawn")
    deleting.get_by_role("button", name="Delete everything now").click()
    expect(page.locator("p.trouble")).to_be_visible()
    ada.come_to_rest()
    deleting.get_by_role("textbox").fill(WORDS)
    deleting.get_by_role("button", name="Delete everything now").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()

    open_page(ada, "/today")
    fill_door(ada, "ada", WORDS)
    expect(ada.page.locator("p.trouble")).to_contain_text("do not go together")
    open_page(elsewhere, "/reflect?at=drifted")
    expect(elsewhere.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    assert ada.troubles == elsewhere.troubles == []
    assert CANARY not in app.log
