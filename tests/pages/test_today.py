"""Today and Reach Out as they are drawn: whom they name, what rests, and what is held back."""

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import FINE, Clock
from tests.pages.test_pages import Browser, browser, home
from workbook.house import House
from workbook.my_workbook import MyWorkbook

__all__ = ["browser", "home"]

LONG_AGO = date(2026, 1, 5)


@pytest.fixture
def ada(home: House, browser: Browser) -> MyWorkbook:
    """Ada, signed in, with Noor and Jo in her Core Circle, fine for now and long not seen."""
    person_id = characters.person(home.store, "Ada", "seven slow trams at dusk")
    browser.sign_in(person_id)
    book = home.workbook_of(person_id, "Europe/London")
    for name in ("Noor", "Jo"):
        member_id = book.add_member(name, place="core")
        book.screen(member_id, FINE)
        book.were_in_touch([member_id], LONG_AGO)
    book.choose_rhythm("core", "week")
    return book


def ids(book: MyWorkbook) -> dict[str, str]:
    return {m.name: m.member_id for m in book.members()}


def words(page: AppTest) -> str:
    html = [str(one.proto.body) for one in page.get("html") if "<style" not in one.proto.body]
    return " ".join([*html, *(one.value for one in page.text)])


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def press(page: AppTest, label: str, nth: int = 0) -> AppTest:
    return [one for one in page.button if one.label == label][nth].click().run()


def test_today_names_whom_one_might_like_to_hear_from_in_plain_words(ada: MyWorkbook, browser: Browser) -> None:
    page = browser.open("steps/today")
    assert words(page).count("Last in touch around 5 Jan.") == 2
    assert re.findall(r"\b(overdue|late|behind|should|streak|missed)\b", words(page).lower()) == []
    press(page, "Not now")
    assert words(page).count("Last in touch around 5 Jan.") == 1
    press(page, "We were in touch", 0)
    assert "Last in touch around" not in words(page)
    assert {t.on_day for t in ada.touches() if t.member_id == ids(ada)["Jo"]} == {LONG_AGO, ada.today}
    assert [t.on_day for t in ada.touches() if t.member_id == ids(ada)["Noor"]] == [LONG_AGO]


def test_write_two_lines_begins_a_hello_to_them(ada: MyWorkbook, browser: Browser) -> None:
    press(browser.open("steps/today"), "Write two lines")
    hello = next(iter(ada.open_hellos()), None)
    assert hello is not None and (hello.member_id, hello.stage) == (ids(ada)["Noor"], "two_lines")
    page = browser.open("steps/reach_out")
    assert "Write two lines" in [one.value for one in page.header]
    assert "Noor" in words(page) and "Begin from a starter" in [one.label for one in page.expander]


@pytest.mark.parametrize("path", ["steps/reflect", "steps/check_in", "pod/map", "mine/data", "steps/reach_out"])
def test_things_are_hard_again_lets_all_rest_from_anywhere_until_it_is_lifted(
    ada: MyWorkbook,
    browser: Browser,
    path: str,
) -> None:
    ada.answer("reconnect.bad_hour", "calm", "Cold water, then the dog.")
    ada.answer("reconnect.bad_hour", "late", ids(ada)["Noor"])
    ada.begin_hello(ids(ada)["Jo"])
    press(browser.open(path), "Things are hard again")
    assert ada.resting()
    page = browser.open("steps/today")
    shown = words(page)
    assert "For a bad hour" in shown and "Cold water, then the dog." in shown and "Noor" in shown
    assert "Jo" not in shown and "Last in touch" not in shown
    assert not {"Open it", "Low energy today", "Show me my code", "Write two lines"} & set(labels(page))
    press(page, "Small things are fine again")
    assert not ada.resting()
    assert "Open it" in labels(browser.open("steps/today"))


def test_low_energy_leaves_one_short_thing_and_one_tap_back(ada: MyWorkbook, browser: Browser) -> None:
    page = press(browser.open("steps/today"), "Low energy today")
    own = [
        label
        for label in labels(page)
        if label not in ("Sign out", "Load again", "Things are hard again", "Fit the page")
    ]
    assert own == ["Open it", "Show everything again"]
    assert "Noor" not in words(page) and page.expander.len == 0
    page = press(page, "Show everything again")
    assert "Noor" in words(page)


def test_a_hello_put_down_is_offered_on_today_while_it_is_fine_to_go_on(
    ada: MyWorkbook,
    browser: Browser,
    clock: Clock,
) -> None:
    jo = ids(ada)["Jo"]
    ada.note_stage(ada.begin_hello(jo), "when_where")

    def offered() -> bool:
        links = [str(one.proto.label) for one in browser.open("steps/today").get("page_link")]
        return any("Go on with your hello to Jo" in label for label in links)

    assert offered()
    ada.decide_contact(jo, "not_for_now")
    assert not offered()
    ada.screen(jo, FINE)
    clock.go_on(days=40)
    assert not offered()


@pytest.mark.parametrize("at", ["two_lines", "when_where", "sent"])
@pytest.mark.parametrize("contact", ["unscreened", "not_for_now"])
def test_nothing_to_send_is_offered_for_anyone_who_is_not_fine_for_now(
    ada: MyWorkbook,
    browser: Browser,
    at: str,
    contact: str,
) -> None:
    jo = ids(ada)["Jo"]
    occasion = ada.begin_hello(jo)
    ada.answer("reach_out.two_lines", "keep", True, occasion=occasion)
    ada.answer("reach_out.two_lines", "text", "Hi Jo, geese.", occasion=occasion)
    ada.decide_contact(jo, contact)
    page = browser.open("steps/reach_out", at=at)
    assert page.text_area.len == 0 and page.code.len == 0
    assert "Begin from a starter" not in [one.label for one in page.expander]
    assert "sms:" not in words(page)
    assert ("Choose someone else" in labels(page)) == (contact == "not_for_now")


def test_a_future_day_and_nobody_picked_are_said_and_nothing_is_noted(ada: MyWorkbook, browser: Browser) -> None:
    before = ada.touches()
    page = browser.open("pod/map")
    press(page, "Note it")
    assert "Pick at least one name first." in words(page)
    assert ada.touches() == before


@pytest.mark.parametrize("place", ["released", "left_off"])
@pytest.mark.parametrize("at", ["two_lines", "when_where", "sent"])
def test_nothing_to_send_is_offered_for_someone_off_the_map(
    ada: MyWorkbook, browser: Browser, at: str, place: str
) -> None:
    jo = ids(ada)["Jo"]
    ada.begin_hello(jo)
    ada.move(jo, place)
    page = browser.open("steps/reach_out", at=at)
    assert page.text_area.len == 0 and "Begin from a starter" not in [one.label for one in page.expander]
    assert "Jo is off your map" in words(page)
    page = browser.open("steps/stay_open", at="ask")
    assert "Jo" not in [option for one in page.selectbox for option in one.options]


def test_not_for_now_holds_whatever_kind_they_are_said_to_be(ada: MyWorkbook, browser: Browser) -> None:
    ray = ada.add_member("Ray", place="outer")
    ada.decide_contact(ray, "not_for_now")
    ada.change_member(ray, "kind", "professional")
    offered = [o for one in browser.open("steps/reconnect", at="first_note").selectbox for o in one.options]
    assert "Ray" not in offered
    ada.answer("reconnect.first_note", "which", ray, occasion=ada.today.isoformat())
    page = browser.open("steps/reconnect", at="first_note")
    assert page.text_area.len == 0 and "Begin from a starter" not in [one.label for one in page.expander]


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("steps/stay_open", "give_take"),
        ("steps/stay_open", "little_more"),
        ("steps/stay_open", "closing"),
        ("steps/stay_open", "ask"),
        ("steps/check_in", "closing"),
        ("steps/reconnect", "bad_hour"),
        ("steps/reach_out", "pick"),
        ("steps/reach_out", "warm_up"),
    ],
)
def test_no_question_of_what_to_do_with_someone_offers_who_is_not_for_now(
    ada: MyWorkbook, browser: Browser, path: str, at: str
) -> None:
    ada.decide_contact(ids(ada)["Jo"], "not_for_now")
    offered = [option for one in browser.open(path, at=at).selectbox for option in one.options]
    assert "Noor" in offered and "Jo" not in offered


def test_a_bad_hour_names_whom_the_taps_found_fine_alone(ada: MyWorkbook, browser: Browser) -> None:
    zed = ada.add_member("Zed")
    for who in (ids(ada)["Noor"], zed):
        ada.change_member(who, "good_for", ["emergency"])
    ada.rest(True)
    shown = words(browser.open("steps/today"))
    assert "Noor" in shown and "Zed" not in shown


def test_the_ring_question_rests_too_and_never_speaks_of_who_is_not_for_now(ada: MyWorkbook, browser: Browser) -> None:
    noor = ids(ada)["Noor"]
    for n in (1, 2, 3):
        ada.answer("stay_open.kindness", "who", [noor], occasion=f"2026-02-0{n}")
    asked = "You have noted Noor 3 times."
    assert asked in words(browser.open("steps/stay_open", at="kindness"))
    ada.rest(True)
    assert asked not in words(browser.open("steps/stay_open", at="kindness"))
    ada.rest(False)
    ada.decide_contact(noor, "not_for_now")
    assert asked not in words(browser.open("steps/stay_open", at="kindness"))


def test_a_place_is_no_hello_and_a_plan_about_one_is_a_plan(ada: MyWorkbook, browser: Browser) -> None:
    library = ada.add_member("Library", kind="place", place="outer")
    page = browser.open("steps/reach_out", at="pick")
    assert "Library" not in [option for one in page.selectbox for option in one.options]
    page = browser.open("steps/reach_out", at="when_where")
    next(one for one in page.selectbox if "plan about" in one.label).set_value(library).run()
    assert page.text_area.len == 3


def test_a_hello_whose_person_is_forgotten_begins_at_the_beginning(ada: MyWorkbook, browser: Browser) -> None:
    jo = ids(ada)["Jo"]
    ada.note_stage(ada.begin_hello(jo), "when_where")
    ada.forget(jo)
    assert "Who comes to mind" in [one.value for one in browser.open("steps/reach_out").header]


def starters(page: AppTest, kind: str) -> AppTest:
    return next(one for one in page.button_group if one.label == "What kind of message?").set_value(kind).run()


def test_own_words_stay_when_a_starter_is_chosen(ada: MyWorkbook, browser: Browser) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "two_lines")
    page = browser.open("steps/reach_out")
    page.text_area[0].set_value("My own words.").run()
    press(starters(page, "thanks"), "Begin from this")
    assert str(page.text_area[0].value).startswith("My own words.\n\n")


def test_a_starter_of_another_kind_takes_the_place_of_one_that_was_left_as_it_came(
    ada: MyWorkbook, browser: Browser
) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "two_lines")
    page = browser.open("steps/reach_out")
    every = {s["key"]: s["words"].replace("{name}", "Jo") for s in ada.content.starters}
    for kind in ("thanks", "old_friend", "boundary"):
        press(starters(page, kind), "Begin from this")
        assert page.text_area[0].value in every.values()
    page.text_area[0].set_value(every["thanks_lift"]).run()
    assert "[" not in every["boundary_shorter"] and "is only an example" in words(page)
    page.text_area[0].set_value(every["boundary_shorter"]).run()
    assert "is only an example" not in words(page) and "This is a starter as it came." in words(page)
    page.text_area[0].set_value("My own.").run()
    assert "This is a starter as it came." not in words(page)


def test_starters_can_be_read_whole_before_one_is_chosen_a_few_at_a_time(ada: MyWorkbook, browser: Browser) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "two_lines")
    page = browser.open("steps/reach_out")
    assert "Begin from this" not in labels(page)
    starters(page, "old_friend")
    read: list[str] = []
    for _ in range(3):
        assert labels(page).count("Begin from this") == 3
        read.append(words(page))
        press(page, "Show others")
    theirs = [s for s in ada.content.starters if s["category"] == "old_friend"]
    assert all(any(str(s["words"]).partition("{name}, ")[2][:40] in shown for shown in read) for s in theirs[:1])
    assert page.expander[0].proto.expanded
    press(page, "Begin from this")
    assert not page.expander[0].proto.expanded
