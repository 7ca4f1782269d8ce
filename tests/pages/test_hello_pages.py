"""Reach Out as it is drawn: where a hello goes on, what it offers to begin from, and what becomes of words meanwhile."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.characters import FINE
from tests.pages.test_pages import Browser, browser, home
from tests.pages.test_today import ada, ids, labels, press, words
from workbook.my_workbook import MyWorkbook

__all__ = ["ada", "browser", "home"]

GONE = "That one is no longer on your map."


def headings(page: AppTest) -> list[str]:
    return [one.value for one in page.header]


def composing(ada: MyWorkbook, browser: Browser, name: str = "Jo") -> tuple[AppTest, str]:
    """The page where two lines are written to someone, and their id."""
    member_id = ids(ada)[name]
    ada.note_stage(ada.begin_hello(member_id), "two_lines")
    return browser.open("steps/reach_out"), member_id


# Words, and what happens meanwhile in another window


@pytest.mark.parametrize("way", ["forget", "delete_member"])
@pytest.mark.parametrize("keep", [True, False])
def test_words_typed_for_someone_deleted_meanwhile_stay_in_sight_and_are_nowhere_kept(
    ada: MyWorkbook, browser: Browser, way: str, keep: bool
) -> None:
    page, jo = composing(ada, browser)
    if keep:
        page.checkbox[0].check().run()
    getattr(ada, way)(jo)
    page.text_area[0].input("Dear Jo, geese.").run()
    assert GONE in words(page) and "Dear Jo, geese." in words(page)
    assert not [s for s in ada.everything_answered() if s.exercise == "reach_out.two_lines"]
    assert ada.tries() == []
    press(page, "Put these words away")
    assert "geese" not in words(page) and GONE not in words(page)


def test_a_plan_typed_for_someone_deleted_meanwhile_stays_in_sight(ada: MyWorkbook, browser: Browser) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "when_where")
    page = browser.open("steps/reach_out")
    ada.forget(ids(ada)["Jo"])
    page.text_area[0].input("Sunday, then Jo").run()
    assert GONE in words(page) and "Sunday, then Jo" in words(page)
    assert ada.everything_answered() == [] and not page.exception


def test_sent_pressed_for_someone_deleted_meanwhile_says_why_it_is_not_noted(ada: MyWorkbook, browser: Browser) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "sent")
    page = browser.open("steps/reach_out")
    ada.forget(ids(ada)["Jo"])
    page.button_group[0].set_value("sent").run()
    assert GONE in words(page) and ada.tries() == []
    assert "There is no hello here yet." in words(page) and "Who comes to mind" in labels(page)


def test_an_unkept_message_is_shown_with_why_once_its_name_is_not_for_now(ada: MyWorkbook, browser: Browser) -> None:
    page, jo = composing(ada, browser)
    page.text_area[0].input("Dear Jo, geese.").run()
    ada.decide_contact(jo, "not_for_now")
    page.text_area[0].input("Dear Jo, geese and a swan.").run()
    assert page.text_area.len == 0 and "sms:" not in words(page)
    assert "These words were not kept" in words(page) and "geese and a swan." in words(page)
    press(page, "Put these words away")
    assert "swan" not in words(page)


def test_a_kept_message_is_not_shown_beside_its_being_held(ada: MyWorkbook, browser: Browser) -> None:
    page, jo = composing(ada, browser)
    page.checkbox[0].check().run()
    page.text_area[0].input("Dear Jo, geese.").run()
    ada.decide_contact(jo, "not_for_now")
    page.run()
    assert "geese" not in words(page)
    ada.screen(jo, FINE)
    page.run()
    assert page.text_area[0].value == "Dear Jo, geese."


@pytest.mark.parametrize("at", ["when_where", "sent", "after_sent", "nothing_back"])
def test_a_page_of_a_hello_nobody_began_asks_nothing_it_could_not_keep(
    ada: MyWorkbook, browser: Browser, at: str
) -> None:
    page = browser.open("steps/reach_out", at=at)
    assert page.text_area.len == 0 and page.button_group.len == 0 and not page.exception
