"""Look around a sample first: read by anyone, changed by nobody, and a way on from there."""

from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from workbook.my_workbook import MyWorkbook
from workbook.ui import sign_in

__all__ = ["ada", "browser", "home"]


def test_a_stranger_reads_it_and_there_is_nothing_to_change(browser: Browser) -> None:
    page = browser.open("door/sample")
    assert page.title[0].value == "A sample to look around"
    assert "Ada is made up, and so are the people named here." in seen(page)
    assert len(html(page, "data-replay=")) == 1 and "Thursday choir" in seen(page) and "To Sam" in seen(page)
    assert "Your map on" not in seen(page)
    kinds = (page.text_input, page.text_area, page.checkbox, page.selectbox, page.get("button_group"))
    assert not any(len(kind) for kind in kinds)
    assert not page.exception


def test_from_there_one_begins_ones_own(browser: Browser) -> None:
    page = browser.open("door/sample")
    page.button("begin own").click().run()
    assert page.session_state[sign_in.MODE] == "start"
    assert [one.value for one in page.title] == ["Start your notes"]


def test_whoever_is_signed_in_goes_back_to_their_own(browser: Browser, ada: MyWorkbook) -> None:
    before = ada.moves(), ada.everything_answered()
    browser.sign_in(ada.person_id)
    page = browser.open("door/sample")
    assert not [one for one in page.button if one.key == "begin own"]
    assert "Back to Today" in seen(page)
    assert (ada.moves(), ada.everything_answered()) == before
