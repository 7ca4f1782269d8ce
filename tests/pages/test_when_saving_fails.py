"""What cannot be written now: it is never called saved, everything can be read all the same, and nothing gets mixed up."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.store import opening
from workbook.store.engine import StoreTrouble
from workbook.typed import mark

__all__ = ["ada", "browser", "home"]
NEW = "Words whose save comes to nothing"


def _mark_of(page: AppTest, prompt: str) -> str:
    [line] = html(page, f"|{prompt}|")
    found = re.search(r'data-mark="([^"]*)"', line)
    assert found
    return found[1]


def test_words_whose_save_came_to_nothing_are_not_marked_as_saved(
    browser: Browser, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("unforeseen")

    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    stored = str(page.text_area[0].value)
    assert _mark_of(page, "together") == mark(stored)
    with monkeypatch.context() as patch:
        patch.setattr(MyWorkbook, "answer", broken)
        page.text_area[0].set_value(NEW).run()
    page.run()
    assert page.text_area[0].value == NEW
    assert _mark_of(page, "together") == mark(stored) != mark(NEW)
    page.text_area[0].set_value(f"{NEW}.").run()
    assert _mark_of(page, "together") == mark(f"{NEW}.")


@pytest.mark.parametrize(
    ("path", "at"), [("steps/reflect", "drifted"), ("steps/check_in", "weekly"), ("steps/reach_out", "pick")]
)
def test_on_a_full_disk_every_exercise_can_still_be_read(
    browser: Browser, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch, path: str, at: str
) -> None:
    def full(*_: object) -> None:
        raise StoreTrouble("disk_low", "nearly full")

    browser.sign_in(ada.person_id)
    monkeypatch.setattr(opening, "refuse_without_room", full)
    page = browser.open(path, at=at)
    assert "Something went wrong" not in seen(page)
    assert page.get("button_group") or page.text_area or page.selectbox


def test_names_that_were_picked_stay_picked_whoever_comes_onto_the_map_meanwhile(
    browser: Browser, home: House, ada: MyWorkbook
) -> None:
    browser.sign_in(ada.person_id)
    session = home.gate.who(browser.cookie)
    assert session is not None
    home.arrivals.put(session.session_id, "names", b"name\nAmy\nBen\nCleo\nDan\nEve\n", home.clock())
    page = browser.open("mine/data")
    page.multiselect[0].set_value(["Ben", "Dan", "Eve"]).run()
    ada.add_member("Amy")
    ada.add_member("Eve")
    page.run()
    assert page.multiselect[0].value == ["Ben", "Dan"]
    page.button("bring add").click().run()
    assert {member.name for member in ada.members()} == {"June", "Amy", "Eve", "Ben", "Dan"}


def test_names_that_could_not_all_be_added_are_still_there_to_be_added(
    browser: Browser, home: House, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(ada.person_id)
    session = home.gate.who(browser.cookie)
    assert session is not None
    home.arrivals.put(session.session_id, "names", b"name\nAmy\nBen\n", home.clock())
    page = browser.open("mine/data")
    page.multiselect[0].set_value(["Amy", "Ben"]).run()
    add = MyWorkbook.add_member

    def once(book: MyWorkbook, name: str) -> str:
        if name == "Ben":
            raise StoreTrouble("away", "wait")
        return add(book, name)

    with monkeypatch.context() as patch:
        patch.setattr(MyWorkbook, "add_member", once)
        page.button("bring add").click().run()
    assert "Not all of them could be added. Try again in a minute." in seen(page)
    page.button("bring add").click().run()
    assert {member.name for member in ada.members()} == {"June", "Amy", "Ben"}
