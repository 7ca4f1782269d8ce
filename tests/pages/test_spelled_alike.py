"""A second spelling of someone who is not for now: asked about wherever the name comes up, and held back until then."""

import pytest

from tests.characters import FINE
from tests.pages.test_pages import Browser, browser, home
from tests.pages.test_screen import named, typed_into
from tests.pages.test_today import ada, ids, labels, press, words
from workbook.my_workbook import MyWorkbook

__all__ = ["ada", "browser", "home"]

ASKED = "Is zoe the same as Zoë?"


@pytest.fixture
def zoe(ada: MyWorkbook) -> MyWorkbook:
    """Ada's workbook, with Zoë in it, who is not for now."""
    ada.decide_contact(ada.add_member("Zoë", place="movable"), "not_for_now")
    return ada


def test_a_hello_to_a_name_spelled_like_one_not_for_now_asks_if_it_is_the_same(
    zoe: MyWorkbook, browser: Browser
) -> None:
    page = browser.open("steps/reach_out", at="pick")
    typed_into(page, "Who would you like to say hello to?", "zoe")
    assert ASKED in words(page)
    zoe.screen(named(zoe, "zoe").member_id, FINE)
    for at in ("two_lines", "when_where", "sent"):
        page = browser.open("steps/reach_out", at=at)
        assert ASKED in words(page) and "First say if zoe is someone else." in words(page)
        assert page.text_area.len == 0 and "sms:" not in words(page)
    press(page, "No, two people")
    page = browser.open("steps/reach_out", at="two_lines")
    assert ASKED not in words(page) and page.text_area.len == 1


def test_made_one_on_reach_out_the_hello_rests(zoe: MyWorkbook, browser: Browser) -> None:
    page = browser.open("steps/reach_out", at="pick")
    typed_into(page, "Who would you like to say hello to?", "zoe")
    press(page, "Yes, make them one")
    assert "member" not in page.query_params and not page.exception
    assert "zoe" not in ids(zoe) and named(zoe, "Zoë").contact == "not_for_now"
    page = browser.open("steps/reach_out", at="two_lines")
    assert "Zoë is marked not for now" in words(page)


def test_the_taps_wait_until_that_is_answered(zoe: MyWorkbook, browser: Browser) -> None:
    page = browser.open("steps/reach_out", at="for_now")
    typed_into(page, "Who are you thinking of?", "zoe")
    assert ASKED in words(page) and "See what follows" not in labels(page)
    press(page, "No, two people")
    assert ASKED not in words(page) and "See what follows" in labels(page)


def test_nowhere_is_such_a_name_offered_or_named(zoe: MyWorkbook, browser: Browser) -> None:
    other = zoe.add_member("zoe", place="core")
    zoe.screen(other, FINE)
    for path, at in (("steps/stay_open", "ask"), ("steps/reach_out", "warm_up"), ("steps/stay_open", "closing")):
        page = browser.open(path, at=at)
        offered = [option for one in page.selectbox for option in one.options]
        assert "Noor" in offered and "zoe" not in offered, at
    assert zoe.rows().members[-1].twin_rests
    zoe.keep_apart(other, named(zoe, "Zoë").member_id)
    assert not zoe.rows().members[-1].twin_rests


def test_a_name_typed_in_an_exercise_is_asked_about_below_it(zoe: MyWorkbook, browser: Browser) -> None:
    zoe.name_someone("reflect.drifted", "names", "zoe")
    assert ASKED in words(browser.open("steps/reflect", at="drifted"))


def test_my_pod_has_a_line_for_two_names_alike_that_opens_the_card(zoe: MyWorkbook, browser: Browser) -> None:
    zoe.add_member("zoe")
    page = browser.open("pod/map")
    assert "Zoë and zoe may be the same." in words(page)
    press(page, "Look at both")
    assert "Is this the same as Zoë?" in words(page)
    press(page, "No, two people")
    page.query_params.pop("member", None)
    assert "may be the same" not in words(browser.open("pod/map"))


def test_today_and_the_question_about_a_ring_name_nobody_spelled_like_one_not_for_now(
    zoe: MyWorkbook, browser: Browser
) -> None:
    other = zoe.add_member("zoe")
    for day in (1, 2, 3):
        zoe.answer("stay_open.kindness", "who", [other], occasion=f"2026-02-0{day}")
    assert "Not placed yet" not in words(browser.open("steps/today"))
    zoe.move(other, "movable")
    assert "You have noted" not in words(browser.open("steps/stay_open", at="kindness"))
    zoe.keep_apart(other, named(zoe, "Zoë").member_id)
    assert "You have noted" in words(browser.open("steps/stay_open", at="kindness"))
