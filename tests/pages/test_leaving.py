"""Signing out of a page: it holds with no room on the disk, and what was brought goes along."""

import pytest

from tests.pages.test_pages import Browser, ada, browser, home
from tests.test_gate import no_room
from workbook.my_workbook import MyWorkbook
from workbook.ui import session

__all__ = ["ada", "browser", "home"]
WORDS = "seven slow trams at dusk"


def bring(browser: Browser) -> None:
    """A file waits for this browser."""
    found = browser.home.gate.who(browser.cookie)
    assert found is not None
    browser.home.arrivals.put(found.session_id, "bundle", b"PK her words", browser.home.clock())


@pytest.mark.promise("idle_and_quick_exit")
def test_on_a_full_disk_signing_out_signs_out(
    browser: Browser, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    went: list[str] = []
    monkeypatch.setattr(session, "_send_to_fetch", went.append)
    browser.sign_in(ada.person_id)
    page = browser.open("mine/data")
    with no_room(browser.home.store):
        next(one for one in page.button if one.label == "Sign out here").click().run()
    assert not page.exception and browser.home.gate.who(browser.cookie) is None
    taken = browser.home.gate.take(went[0], browser.cookie)
    assert taken is not None and taken.cookie is None


@pytest.mark.parametrize("how", ["Sign out here", "Sign out everywhere", "Delete everything now"])
def test_whatever_ends_the_session_lets_go_of_the_file_that_waited(
    browser: Browser, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(session, "_send_to_fetch", lambda ticket: None)
    browser.sign_in(ada.person_id)
    page = browser.open("mine/data")
    bring(browser)
    if how == "Delete everything now":
        page.text_input(key="delete words").set_value(WORDS)
    next(one for one in page.button if one.label == how).click().run()
    assert not page.exception and browser.home.gate.who(browser.cookie) is None
    assert browser.home.arrivals._by_session == {}
