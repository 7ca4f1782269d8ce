"""The server restarted: the first press counts once, be it on a button or on a choice, by finger or by key."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

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
