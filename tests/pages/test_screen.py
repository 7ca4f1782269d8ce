"""The five taps as they are drawn: what they offer, whom they are asked about, and what stays of them."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.characters import FINE
from tests.pages.test_pages import Browser, browser, home
from tests.pages.test_today import ada, ids, labels, press, words
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member

__all__ = ["ada", "browser", "home"]

FINE_TOO = "It is fine for now"


def tap(page: AppTest, question: str, answer: str) -> AppTest:
    key = next(str(one.key) for one in page.button_group if str(one.key).endswith(f"|{question}"))
    return page.button_group(key=key).set_value(answer).run()


def typed_into(page: AppTest, label: str, name: str) -> AppTest:
    """A name typed into a list of names, where it is a new choice."""
    box = next(one for one in page.selectbox if one.label == label)
    box.options.append(name)
    return box.set_value(name).run()


def at_the_taps(browser: Browser, who: str) -> AppTest:
    return typed_into(browser.open("steps/reach_out", at="for_now"), "Who are you thinking of?", who)


def named(book: MyWorkbook, name: str) -> Member:
    return next(m for m in book.members() if m.name == name)


def kept(page: AppTest) -> str:
    return str(page.session_state)


def test_one_uneasy_tap_offers_not_for_now_and_five_offer_fine_as_well(ada: MyWorkbook, browser: Browser) -> None:
    page = at_the_taps(browser, "Ray")
    tap(page, "uneasy", "uneasy")
    press(page, "See what follows")
    assert "Not for now" in labels(page) and FINE_TOO not in labels(page)
    for question, answer in FINE.items():
        tap(page, question, "uneasy" if question == "uneasy" else answer)
    press(page, "See what follows")
    press(page, FINE_TOO)
    assert named(ada, "Ray").contact == "ok"


def test_not_for_now_can_be_said_with_taps_still_open(ada: MyWorkbook, browser: Browser) -> None:
    page = at_the_taps(browser, "Ray")
    tap(page, "pulled", "maybe")
    press(page, "See what follows")
    press(page, "Not for now")
    assert named(ada, "Ray").contact == "not_for_now"
    assert "This one is marked “not for now”." in words(page)


@pytest.mark.parametrize("place", ["released", "left_off"])
def test_a_name_off_the_map_typed_on_the_screen_is_told_so_and_the_field_is_empty(
    ada: MyWorkbook, browser: Browser, place: str
) -> None:
    ada.move(ids(ada)["Jo"], place)
    page = at_the_taps(browser, "jo")
    assert "Jo is off your map. You can bring them back under My pod first." in words(page)
    assert next(one for one in page.selectbox if one.label == "Who are you thinking of?").value is None
    assert not [one for one in page.button_group if "|screen|" in str(one.key)]


def test_a_group_typed_on_the_screen_is_told_so_and_one_who_died_is_left_in_peace(
    ada: MyWorkbook, browser: Browser
) -> None:
    ada.add_member("Choir", kind="group", place="outer")
    assert "Choir is a place or a group on your map." in words(at_the_taps(browser, "choir"))
    ada.change_member(ids(ada)["Jo"], "parted", "died")
    page = at_the_taps(browser, "Jo")
    assert "Jo is remembered here. Nothing is asked about them." in words(page)
    assert "See what follows" not in labels(page)


def test_a_screen_that_was_left_starts_again_empty_and_its_taps_are_nowhere(ada: MyWorkbook, browser: Browser) -> None:
    page = at_the_taps(browser, "Ray")
    tap(page, "uneasy", "uneasy")
    press(page, "See what follows")
    assert "'uneasy'" in kept(page)
    browser.open("steps/today")
    assert "uneasy" not in kept(page)
    page = at_the_taps(browser, "Ray")
    assert [one.value for one in page.button_group if str(one.key).endswith("|uneasy")] == [None]
    assert FINE_TOO not in labels(page) and "Not for now" not in labels(page)


def test_the_keys_of_the_taps_are_others_in_each_sitting(ada: MyWorkbook, browser: Browser) -> None:
    """A browser that finds its server started again sends its fields back by their keys."""

    def keys() -> set[str]:
        page = at_the_taps(browser, "Ray")
        found = {str(one.key) for one in page.button_group if "|screen|" in str(one.key)}
        browser.open("steps/today")
        return found

    first, second = keys(), keys()
    assert len(first) == len(second) == 5
    assert not first & second


@pytest.mark.parametrize("taps", [FINE, {"pulled": "no"}])
@pytest.mark.parametrize("how", ["said", "made one"])
def test_taps_read_in_a_window_from_before_never_lift_a_not_for_now(
    ada: MyWorkbook, browser: Browser, taps: dict[str, str], how: str
) -> None:
    """Another window, meanwhile, said so, or made them one with somebody of whom it was said."""
    page = at_the_taps(browser, "Ray")
    for question, answer in taps.items():
        tap(page, question, answer)
    ray = named(ada, "Ray").member_id
    if how == "said":
        ada.screen(ray, {**FINE, "harmed": "yes"})
    else:
        other = ada.add_member("Raymond")
        ada.decide_contact(other, "not_for_now")
        ada.merge(ray, other)
    press(page, "See what follows")
    assert named(ada, "Ray").contact == "not_for_now"
    assert "This one is marked “not for now”." in words(page)
