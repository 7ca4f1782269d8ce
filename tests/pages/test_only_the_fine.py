"""Where something is to be done with someone, only who may be written to is offered; resting and waiting say so in words."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.characters import FINE, Clock
from tests.pages.test_pages import Browser, browser, home
from tests.pages.test_screen import named, typed_into
from tests.pages.test_today import ada, ids, press, words
from workbook.in_touch import may_be_written_to
from workbook.my_workbook import MyWorkbook
from workbook.paper_notes import sheet_of
from workbook.ui.paper_words import of_sheets

__all__ = ["ada", "browser", "home"]

QUESTIONS = "welcome.three_questions"


def offered(page: AppTest) -> list[str]:
    return [option for one in page.selectbox for option in one.options]


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("steps/stay_open", "little_more"),
        ("steps/stay_open", "closing"),
        ("steps/stay_open", "limits"),
        ("steps/stay_open", "give_take"),
        ("steps/reach_out", "when_where"),
        ("steps/check_in", "closing"),
    ],
)
@pytest.mark.parametrize("contact", ["unscreened", "not_for_now"])
def test_what_is_to_be_done_with_someone_is_offered_with_those_found_fine(
    ada: MyWorkbook, browser: Browser, path: str, at: str, contact: str
) -> None:
    ada.decide_contact(ids(ada)["Jo"], contact)
    ada.add_member("Library", kind="place", place="outer")
    found = offered(browser.open(path, at=at))
    assert "Noor" in found and "Jo" not in found
    assert ("Library" in found) == (at != "give_take")


def test_a_name_typed_into_a_note_is_taken_all_the_same(ada: MyWorkbook, browser: Browser) -> None:
    ada.decide_contact(ids(ada)["Jo"], "unscreened")
    typed_into(browser.open("steps/stay_open", at="limits"), "If you like, who would be glad to hear these?", "jo")
    assert [s.value for s in ada.saved("stay_open.limits")] == [ids(ada)["Jo"]]


def test_nobody_not_for_now_is_asked_about_in_have_i_asked_them(ada: MyWorkbook, browser: Browser) -> None:
    ada.answer("stay_open.asked", "asked", "asked", about=ids(ada)["Jo"])
    ada.decide_contact(ids(ada)["Jo"], "not_for_now")
    page = browser.open("steps/stay_open", at="asked")
    assert [one.label.partition(":")[0] for one in page.button_group] == ["Noor"]
    assert "· Jo" in words(page), "what was answered stays in sight"


# Someone who was a person, said to be a helper


def test_a_person_said_to_be_a_helper_is_still_asked_about_first(ada: MyWorkbook, browser: Browser) -> None:
    ray = ada.add_member("Ray", place="outer")
    ada.change_member(ray, "kind", "professional")
    ada.answer("reconnect.first_note", "which", ray, occasion=ada.today.isoformat())
    page = browser.open("steps/reconnect", at="first_note")
    assert page.text_area.len == 0 and "First the five taps about Ray." in words(page)
    assert "Ray" in offered(browser.open("steps/reach_out", at="for_now"))
    ada.screen(ray, FINE)
    assert browser.open("steps/reconnect", at="first_note").text_area.len == 1


@pytest.mark.parametrize("kind", ["professional", "group"])
def test_a_helper_or_a_group_from_the_start_needs_no_taps(ada: MyWorkbook, browser: Browser, kind: str) -> None:
    lee = ada.add_member("Dr Lee", kind=kind, place="outer")
    ada.answer("reconnect.first_note", "which", lee, occasion=ada.today.isoformat())
    assert browser.open("steps/reconnect", at="first_note").text_area.len == 1


def test_once_asked_about_a_change_of_kind_lifts_nothing(ada: MyWorkbook) -> None:
    ray = ada.add_member("Ray", place="outer")
    ada.decide_contact(ray, "not_for_now")
    ada.decide_contact(ray, "unscreened")
    ada.change_member(ray, "kind", "group")
    assert named(ada, "Ray").someone == "asked" and not may_be_written_to(named(ada, "Ray"))


def test_whoever_was_a_person_is_asked_about_also_as_a_helper_by_way_of_a_group(ada: MyWorkbook) -> None:
    ray = ada.add_member("Ray", place="outer")
    ada.change_member(ray, "kind", "group")
    assert may_be_written_to(named(ada, "Ray")), "a choir typed by its name is no one to be asked about"
    ada.change_member(ray, "kind", "professional")
    assert not may_be_written_to(named(ada, "Ray"))


def test_a_name_spelled_alike_stays_held_back_whatever_kind_either_is_said_to_be(ada: MyWorkbook) -> None:
    zoe, other = ada.add_member("Zoë Berg"), ada.add_member("zoe berg")
    ada.decide_contact(zoe, "not_for_now")
    ada.change_member(other, "kind", "group")
    assert named(ada, "zoe berg").twin_rests
    ada.change_member(zoe, "kind", "professional")
    assert named(ada, "zoe berg").twin_rests and not may_be_written_to(named(ada, "zoe berg"))


# While all rests


@pytest.mark.parametrize(
    ("path", "at"),
    [("steps/check_in", "weekly"), ("steps/stay_open", "asked"), ("steps/reach_out", "pick"), ("pod/map", "")],
)
def test_while_all_rests_each_page_says_so_and_can_lift_it(
    ada: MyWorkbook, browser: Browser, path: str, at: str
) -> None:
    def links(page: AppTest) -> list[str]:
        return [str(one.proto.label) for one in page.get("page_link")]

    where = {"at": at} if at else {}
    assert "Check-in" in links(browser.open(path, **where))
    ada.rest(True)
    page = browser.open(path, **where)
    assert "You need not answer anything." in words(page) and "Check-in" not in links(page)
    press(page, "Small things are fine again")
    assert not ada.resting()
    assert "You need not answer anything." not in words(page) and "Check-in" in links(page)


# A measure, at most every four weeks


def test_the_three_questions_rest_for_four_weeks_and_todays_answers_can_be_changed(
    ada: MyWorkbook, browser: Browser, clock: Clock
) -> None:
    def page() -> AppTest:
        browser.sign_in(ada.person_id)
        return browser.open("door/welcome", at="three_questions")

    ada.answer(QUESTIONS, "count_on", "2", occasion="2026-03-02")
    assert page().button_group.len == 3
    clock.go_on(days=1)
    shown = page()
    assert shown.button_group.len == 0
    assert "You can answer these again from 30 Mar on." in words(shown) and "2 Mar: 1–2" in words(shown)
    clock.go_on(days=26)
    assert page().button_group.len == 0
    clock.go_on(days=1)
    assert page().button_group.len == 3
    ada.answer(QUESTIONS, "count_on", "3", occasion="2026-03-30")
    assert page().button_group.len == 3


# Noting a time in touch


def test_a_day_that_was_cleared_is_asked_for_and_nothing_is_noted(ada: MyWorkbook, browser: Browser) -> None:
    before = ada.touches()
    page = browser.open("steps/today")
    next(one for one in page.button_group if one.label == "With whom?").set_value([ids(ada)["Jo"]])
    page.date_input[0].set_value(None).run()
    press(page, "Note it")
    assert "Choose a day first, then note it." in words(page) and ada.touches() == before
    page.date_input[0].set_value(ada.today).run()
    press(page, "Note it")
    assert len(ada.touches()) == len(before) + 1


# A plan


def test_the_tick_that_a_plan_was_read_back_stands_below_the_plan(ada: MyWorkbook, browser: Browser) -> None:
    ada.begin_hello(ids(ada)["Jo"])
    page = browser.open("steps/reach_out", at="when_where")
    assert page.checkbox.len == 0
    page.text_area[0].input("Sunday tea").run()
    [tick] = [one for one in page.checkbox if one.label == "I have read the plan back to myself once"]
    order = [one.type for one in page.main if one.type in ("text", "checkbox")]
    assert order[:2] == ["text", "checkbox"]
    tick.check().run()
    assert ada.tries()[0].fields["rehearsed"] is True


# Nothing points to someone not for now


def test_a_helper_spelled_like_someone_not_for_now_is_asked_about_before_anything_is_written(
    ada: MyWorkbook, browser: Browser
) -> None:
    ray = ada.add_member("Ray", place="outer")
    ada.screen(ray, {**FINE, "harmed": "yes"})
    page = typed_into(browser.open("steps/reconnect", at="first_note"), "Which helper or group is it for?", "ray b")
    assert named(ada, "ray b").twin_rests and not may_be_written_to(named(ada, "ray b"))
    assert page.text_area.len == 0 and "the same as Ray?" in words(page)
    press(page, "No, two people")
    assert may_be_written_to(named(ada, "ray b"))


@pytest.mark.parametrize("how", ["not_for_now", "died", "twin"])
def test_nothing_put_aside_is_looked_at_again_while_they_rest(
    ada: MyWorkbook, browser: Browser, clock: Clock, how: str
) -> None:
    helper = ada.add_member("Dr Ray", kind="professional", place="outer")
    ada.answer("reconnect.ladder", "picked", [helper])
    ada.answer("reconnect.ladder", "state", "not_for_me", about=helper)
    ada.answer("reconnect.ladder", "again", "2026-04-02", about=helper)
    clock.go_on(days=60)
    browser.sign_in(ada.person_id)
    assert "Dr Ray again" in words(browser.open("steps/today"))
    if how == "not_for_now":
        ada.decide_contact(helper, "not_for_now")
    elif how == "died":
        ada.change_member(helper, "parted", "died")
    else:
        ada.decide_contact(ada.add_member("Dr. Ray"), "not_for_now")
    assert "Dr Ray again" not in words(browser.open("steps/today"))


def test_no_ring_is_offered_for_someone_not_for_now(ada: MyWorkbook, browser: Browser) -> None:
    ray = ada.add_member("Ray", place="outer")
    ada.screen(ray, {**FINE, "harmed": "yes"})
    page = typed_into(browser.open("steps/reconnect", at="bad_hour"), "If you like, who could you ring late?", "ray")
    assert not [one.label for one in page.button if one.label.startswith("Put Ray in")]


def test_the_sheet_for_the_fridge_points_to_nobody_who_rests(ada: MyWorkbook) -> None:
    noor = ids(ada)["Noor"]
    occasion = ada.begin_hello(noor)
    ada.answer("reach_out.when_where", "cue", "Sunday tea", occasion=occasion)
    assert sheet_of(ada, of_sheets(ada.today)).step is not None
    ada.screen(noor, {**FINE, "harmed": "yes"})
    assert sheet_of(ada, of_sheets(ada.today)).step is None
