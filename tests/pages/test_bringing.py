"""Bringing notes back, run without a browser: what differs is said in words, and each thing can be decided."""

import io
import zipfile

import pytest
from streamlit.testing.v1 import AppTest

from tests.characters import Clock
from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from workbook import export
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.ui import bringing

__all__ = ["ada", "browser", "home"]


def packed(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return body.getvalue()


def brought(browser: Browser, home: House, ada: MyWorkbook, files: dict[str, bytes]) -> AppTest:
    """Mine to keep, with these files just brought."""
    browser.sign_in(ada.person_id)
    session = home.gate.who(browser.cookie)
    assert session is not None
    home.arrivals.put(session.session_id, "bundle", packed(files), home.clock())
    return browser.open("mine/data")


def told(page: AppTest) -> str:
    return "\n".join(one.value for one in page.text)


@pytest.fixture
def before(ada: MyWorkbook, clock: Clock) -> dict[str, bytes]:
    """Ada's files, before she changed three things."""
    june = ada.members()[0].member_id
    ada.move(june, "core")
    ada.change_member(june, "good_for", ["listen"])
    ada.change_member(june, "heard", "yes")
    kofi = ada.add_member("Kofi")
    ada.begin_hello(kofi)
    ada.answer("stay_open.asked", "asked", "agreed", about=june)
    ada.answer("reflect.steady", "quiet_with", june)
    files = export.files(ada)
    clock.go_on(days=1)
    ada.change_member(june, "good_for", [])
    ada.change_member(june, "heard", "partly")
    ada.answer("stay_open.asked", "asked", "not_yet", about=june)
    ada.answer("reflect.steady", "quiet_with", kofi)
    return files


def test_what_differs_is_said_in_words_without_keys_or_ids(
    browser: Browser, home: House, ada: MyWorkbook, before: dict[str, bytes]
) -> None:
    said = told(brought(browser, home, ada, before))
    assert "here “No”, in the file “Yes”" in said
    assert "here “Kofi”, in the file “June”" in said and "Feeling heard: here “" in said
    for odd in ("good_for", "not_yet", "agreed", "True", "stay_open", *(m.member_id for m in ada.members())):
        assert odd not in said, (odd, said)


def test_each_thing_that_differs_can_be_decided(
    browser: Browser, home: House, ada: MyWorkbook, before: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "AT_ONCE", 2)
    page = brought(browser, home, ada, before)
    page.radio("bring kept which").set_value("each").run()
    assert len(page.text) == 2 and len([one for one in page.checkbox if "pick" in str(one.key)]) == 2
    page.checkbox("bring kept pick 0").check().run()
    page.selectbox("bring kept page").set_value(2).run()
    assert "Kofi" in told(page)
    page.selectbox("bring kept page").set_value(0).run()
    assert page.checkbox("bring kept pick 0").value
    page.button("bring take").click().run()
    assert "It is all here now." in seen(page)
    june = ada.members()[0]
    assert (june.heard, june.good_for) == ("yes", ("listen",))
    assert {s.value for s in ada.saved("reflect.steady")} == {ada.members()[1].member_id}


def test_where_all_stays_as_it_is_here_nothing_is_said_to_have_come(
    browser: Browser, home: House, ada: MyWorkbook, before: dict[str, bytes]
) -> None:
    page = brought(browser, home, ada, before)
    page.button("bring take").click().run()
    assert "All of it stays as it is here." in seen(page) and "It is all here now." not in seen(page)
    assert ada.members()[0].heard == "partly"


def test_what_was_saved_meanwhile_is_looked_at_with_the_same_file(
    browser: Browser, home: House, ada: MyWorkbook, before: dict[str, bytes]
) -> None:
    page = brought(browser, home, ada, before)
    ada.add_member("Noor")
    page.button("bring take").click().run()
    assert "Something was saved meanwhile. Look at this list once more." in seen(page)
    page.radio("bring kept which").set_value("file").run()
    page.button("bring take").click().run()
    assert "It is all here now." in seen(page)
    assert ada.members()[0].heard == "yes"


def test_what_was_picked_for_one_file_holds_for_no_other(
    browser: Browser, home: House, ada: MyWorkbook, before: dict[str, bytes], clock: Clock
) -> None:
    page = brought(browser, home, ada, before)
    page.radio("bring kept which").set_value("each").run()
    page.checkbox("bring kept pick 0").check().run()
    session = home.gate.who(browser.cookie)
    assert session is not None
    home.arrivals.put(session.session_id, "bundle", packed(before), home.clock())
    page.run()
    assert page.radio("bring kept which").value == "here"
    page.radio("bring kept which").set_value("each").run()
    assert not any(one.value for one in page.checkbox if "pick" in str(one.key))
    page.radio("bring kept which").set_value("file").run()
    clock.go_on(minutes=21)  # it is kept no longer than that, and neither is what was read of it
    page.run()
    assert "bring kept plan" not in page.session_state and "Choose the ZIP you took" in str(
        html(page, "Choose the ZIP")
    )


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("2026-03-09 was the day we met again", "2026-03-09 was a quiet day"),
        (f"{'We sat by the water. ' * 10}It was warm.", f"{'We sat by the water. ' * 10}It was cold."),
    ],
)
def test_both_sides_of_what_differs_are_told_apart(
    browser: Browser, home: House, ada: MyWorkbook, here: str, there: str
) -> None:
    june = ada.members()[0].member_id
    ada.change_member(june, "notes", there)
    files = export.files(ada)
    ada.change_member(june, "notes", here)
    [line] = [one for one in told(brought(browser, home, ada, files)).splitlines() if one.startswith("Notes:")]
    assert here[-9:] in line and there[-9:] in line


def test_cells_changed_where_they_are_only_for_reading_are_named(
    browser: Browser, home: House, ada: MyWorkbook
) -> None:
    files = export.files(ada)
    files["people.csv"] = files["people.csv"].replace(b'"unplaced"', b'"core"')
    page = brought(browser, home, ada, files)
    assert "1 cell was changed in a column that is only for reading. It is not taken in." in seen(page)
    assert "people.csv, row 2, column “ring”" in told(page)
    assert "All of this is here already." in seen(page)


def test_a_name_that_could_not_be_added_is_said_beside_those_that_were(
    browser: Browser, home: House, ada: MyWorkbook
) -> None:
    ada.delete_member(ada.add_member("Kofi"))
    browser.sign_in(ada.person_id)
    session = home.gate.who(browser.cookie)
    assert session is not None
    home.arrivals.put(session.session_id, "names", b"name\r\nKofi\r\nNoor\r\n", home.clock())
    page = browser.open("mine/data")
    page.multiselect[0].select("Kofi").select("Noor").run()
    page.button("bring add").click().run()
    assert html(page, "1 name is beside your map now. Someone with that name is deleted")
    assert "Noor" in {m.name for m in ada.members()}
