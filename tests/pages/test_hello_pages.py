"""Reach Out as it is drawn: where a hello goes on, what it offers to begin from, and what becomes of words meanwhile."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from tests.characters import FINE, Clock
from tests.pages.test_pages import Browser, browser, home
from tests.pages.test_today import ada, ids, labels, press, words
from workbook.my_workbook import MyWorkbook

__all__ = ["ada", "browser", "home"]

LINES, WEEKLY = "reach_out.two_lines", "check_in.weekly"
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


# Where it goes on


def resumed(browser: Browser) -> AppTest:
    """Reach Out, opened without saying where."""
    browser.open("steps/today")
    browser.page.query_params.pop("at", None)
    return browser.open("steps/reach_out")


def sent(ada: MyWorkbook, name: str) -> str:
    occasion = ada.begin_hello(ids(ada)[name])
    ada.note_stage(occasion, "sent")
    ada.answer("reach_out.sent", "state", "sent", occasion=occasion)
    return occasion


def links(page: AppTest) -> list[str]:
    return [str(one.proto.label) for one in page.get("page_link")]


def test_two_quiet_weeks_after_a_hello_reach_out_opens_with_one_more(
    ada: MyWorkbook, browser: Browser, clock: Clock
) -> None:
    occasion = sent(ada, "Jo")
    ada.note_stage(occasion, "after_sent")
    ada.answer("reach_out.nothing_back", "next", "one_more", occasion=occasion)
    clock.go_on(days=13)
    browser.sign_in(ada.person_id)
    assert headings(resumed(browser)) == ["After I sent it"]
    clock.go_on(days=1)
    browser.sign_in(ada.person_id)
    page = resumed(browser)
    assert headings(page) == ["Who comes to mind"]
    assert "One more small one is fine, and so is none." in words(page)
    press(page, "Write two lines")
    hello = next(iter(ada.open_hellos()), None)
    assert hello is not None and (hello.member_id, hello.sent) == (ids(ada)["Jo"], False)
    assert headings(resumed(browser)) == ["Write two lines"]


@pytest.mark.parametrize("state", ["not_now", ""])
def test_a_hello_that_did_not_go_out_is_not_looked_back_on_and_waits_on_today(
    ada: MyWorkbook, browser: Browser, state: str
) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "sent")
    page = resumed(browser)
    if state:
        page.button_group[0].set_value(state).run()
    press(page, "Next")
    assert headings(page) == ["The next seven days"]
    browser.open("steps/reach_out", at="after_sent")  # looked at all the same
    hello = next(iter(ada.open_hellos()), None)
    assert hello is not None and hello.stage == "sent"
    assert "Go on with your hello to Jo" in links(browser.open("steps/today"))
    assert headings(resumed(browser)) == ["Sent, or not now"]


@pytest.mark.parametrize(
    ("outcome", "then"),
    [
        ("warm", "The next seven days"),
        ("no", "The next seven days"),
        ("none_yet", "If nothing comes back"),
        ("", "If nothing comes back"),
    ],
)
def test_what_came_back_decides_if_one_asks_about_quiet(
    ada: MyWorkbook, browser: Browser, outcome: str, then: str
) -> None:
    occasion = sent(ada, "Jo")
    if outcome:
        ada.answer("reach_out.after_sent", "outcome", outcome, occasion=occasion)
    page = browser.open("steps/reach_out", at="sent")
    press(page, "Next")
    assert headings(page) == ["After I sent it"]
    press(page, "Next")
    assert headings(page) == [then]


def test_looking_back_is_not_going_back_but_another_name_begins_anew(ada: MyWorkbook, browser: Browser) -> None:
    ada.note_stage(ada.begin_hello(ids(ada)["Jo"]), "when_where")
    for at in ("pick", "warm_up", "two_lines"):
        browser.open("steps/reach_out", at=at)
    assert headings(resumed(browser)) == ["When and where"]
    page = browser.open("steps/reach_out", at="pick")
    next(one for one in page.selectbox if "say hello to" in one.label).set_value(ids(ada)["Noor"]).run()
    assert headings(resumed(browser)) == ["Who comes to mind"]


def test_today_names_every_hello_that_waits_and_opens_the_one_that_is_asked_for(
    ada: MyWorkbook, browser: Browser
) -> None:
    first = ada.begin_hello(ids(ada)["Jo"])
    ada.note_stage(first, "when_where")
    ada.note_stage(ada.begin_hello(ids(ada)["Noor"]), "two_lines")
    waiting = [label for label in links(browser.open("steps/today")) if label.startswith("Go on")]
    assert waiting == ["Go on with your hello to Noor", "Go on with your hello to Jo"]
    page = browser.open("steps/reach_out", at="when_where", hello=first)
    assert headings(page) == ["When and where"] and "hello" not in page.query_params
    assert "Jo" in words(page) and "Noor" not in words(page)


# Someone who died


def test_a_hello_to_someone_who_died_rests_with_careful_words_and_is_never_gone_on_with(
    ada: MyWorkbook, browser: Browser
) -> None:
    occasion = ada.begin_hello(ids(ada)["Jo"])
    ada.note_stage(occasion, "two_lines")
    ada.move(ids(ada)["Jo"], "released")
    browser.open("steps/reach_out", at="two_lines", hello=occasion)
    ada.change_member(ids(ada)["Jo"], "parted", "died")
    for at in ("pick", "for_now", "warm_up", "two_lines", "sent", "after_sent"):
        page = browser.open("steps/reach_out", at=at)
        shown = words(page)
        assert "Jo died, so this hello rests." in shown, at
        assert "bring them back" not in shown.lower() and "five taps about" not in shown
        assert "Choose someone else" in labels(page) and "Next" not in labels(page)
    assert ada.open_hellos() == []
    page = resumed(browser)
    assert headings(page) == ["Who comes to mind"] and "Jo" not in words(page)
    assert "Jo" not in [option for one in page.selectbox for option in one.options]


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("steps/stay_open", "little_more"),
        ("steps/stay_open", "asked"),
        ("steps/stay_open", "belonging"),
        ("steps/reflect", "who_listens"),
        ("steps/check_in", "weekly"),
        ("steps/today", ""),
    ],
)
def test_nobody_who_died_is_asked_about_or_offered_even_in_a_ring(
    ada: MyWorkbook, browser: Browser, path: str, at: str
) -> None:
    ada.change_member(ids(ada)["Jo"], "parted", "died")
    page = browser.open(path, **({"at": at} if at else {}))
    offered = [option for one in page.selectbox for option in one.options]
    offered += [str(option.content) for one in page.get("button_group") for option in one.proto.options]
    offered += [one.label for one in page.button_group]
    assert "Noor" in " ".join([*offered, words(page)])
    assert "Jo" not in offered


# What another window said meanwhile, and another day


def test_words_are_kept_no_more_once_another_window_said_so(ada: MyWorkbook, browser: Browser) -> None:
    page, _jo = composing(ada, browser)
    page.checkbox[0].check().run()
    page.text_area[0].input("Dear Jo").run()
    [occasion] = {s.occasion for s in ada.saved(LINES)}
    ada.answer(LINES, "keep", False, occasion=occasion)
    ada.erase(LINES, "text", occasion)
    page.text_area[0].input("Dear Jo, geese.").run()
    assert not [s for s in ada.saved(LINES) if s.prompt == "text"] and "text" not in ada.tries()[0].fields
    assert page.text_area[0].value == "Dear Jo, geese." and "These words are not saved" in words(page)


@pytest.mark.parametrize("kept", [True, False])
def test_words_to_one_are_never_offered_for_another(ada: MyWorkbook, browser: Browser, kept: bool) -> None:
    """Also where the name is changed in a window that was open before they were written."""
    noor, jo = ids(ada)["Noor"], ids(ada)["Jo"]
    page = browser.open("steps/reach_out", at="pick")
    hello_to = next(one for one in page.selectbox if one.label == "Who would you like to say hello to?")
    hello_to.set_value(noor).run()
    [occasion] = [one.occasion for one in ada.open_hellos()]
    if kept:
        ada.answer(LINES, "keep", True, occasion=occasion)
        ada.answer(LINES, "text", "Dear Noor, geese.", occasion=occasion)
    else:
        page.session_state["drafts"] = {"|".join((ada.person_id, LINES, "text", occasion, "", "")): "Dear Noor, geese."}
    next(one for one in page.selectbox if one.label == hello_to.label).set_value(jo).run()
    assert {(one.member_id, one.fields.get("text", "")) for one in ada.tries()} == {
        (noor, "Dear Noor, geese." if kept else ""),
        (jo, ""),
    }
    ada.note_stage(ada.open_hellos()[0].occasion, "two_lines")
    page = browser.open("steps/reach_out")
    assert "Jo" in words(page)
    assert "Noor, geese" not in words(page) and "Noor%2C" not in words(page)


@pytest.mark.parametrize("following", ["wait", "one_more", "let_go"])
def test_a_hello_that_never_went_out_is_never_called_sent(
    ada: MyWorkbook, browser: Browser, clock: Clock, following: str
) -> None:
    occasion = ada.begin_hello(ids(ada)["Jo"])
    ada.answer("reach_out.sent", "state", "not_now", occasion=occasion)
    ada.answer("reach_out.nothing_back", "next", following, occasion=occasion)
    clock.go_on(days=15)
    browser.sign_in(ada.person_id)
    assert "You sent a hello" not in words(browser.open("steps/reach_out", at="pick"))
    assert ada.rows().hellos == () and [one.sent for one in ada.open_hellos()] == [False]


def test_a_check_in_begun_before_midnight_goes_on_after_it(ada: MyWorkbook, browser: Browser, clock: Clock) -> None:
    clock.go_on(hours=14, minutes=58)
    browser.sign_in(ada.person_id)
    before = ada.today
    page = browser.open("steps/check_in", at="weekly")

    def pick(part: str, value: str) -> None:
        next(one for one in page.button_group if part in one.label).set_value(value).run()

    pick("really listen", "yes")
    clock.go_on(minutes=4)
    assert ada.today > before
    pick("hide how", "bit")
    assert {(s.prompt, s.value) for s in ada.saved(WEEKLY) if s.occasion == before.isoformat()} >= {
        ("listened", "yes"),
        ("hid", "bit"),
    }
    assert [one.value for one in page.button_group if one.value in ("yes", "bit")] == ["yes", "bit"]
    clock.go_on(hours=2)
    page.run()
    assert [one.value for one in page.button_group if one.value in ("yes", "bit")] == []


def test_the_day_of_a_time_in_touch_goes_on_to_today(ada: MyWorkbook, browser: Browser, clock: Clock) -> None:
    clock.go_on(hours=14, minutes=50)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today")
    assert page.date_input[0].value == ada.today
    clock.go_on(minutes=30)
    page.run()
    assert page.date_input[0].value == ada.today
    earlier = ada.today - timedelta(days=5)
    page.date_input[0].set_value(earlier).run()
    assert page.date_input[0].value == earlier, "a day that was chosen stays"


def test_whoever_left_the_map_stays_in_the_check_in_that_names_them(ada: MyWorkbook, browser: Browser) -> None:
    noor, jo = ids(ada)["Noor"], ids(ada)["Jo"]
    kim = ada.add_member("Kim", place="core")
    ada.answer(WEEKLY, "touched", [noor, jo], occasion=ada.today.isoformat())
    ada.move(noor, "released")
    page = browser.open("steps/check_in", at="weekly")
    next(one for one in page.button_group if "in touch with" in one.label).set_value([jo, kim]).run()
    assert {t.member_id for t in ada.touches() if t.on_day == ada.today} == {noor, jo, kim}


# What was said of one is said of nobody else


def test_another_name_where_one_has_said_yes_begins_another_time(
    ada: MyWorkbook, browser: Browser, clock: Clock
) -> None:
    noor, jo = ids(ada)["Noor"], ids(ada)["Jo"]
    ada.answer("stay_open.ask", "who", noor, occasion="2026-03-02")
    ada.answer("stay_open.ask", "answer", "agreed", occasion="2026-03-02")
    clock.go_on(days=10)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/stay_open", at="ask")
    assert page.selectbox[0].value == noor
    page.selectbox[0].select(jo).run()
    assert page.selectbox[0].value == jo and not page.exception
    assert {m.name: m.asked for m in ada.members()} == {"Noor": "agreed", "Jo": ""}
    assert [one.value for one in page.button_group if "|answer|" in str(one.key)] == [None]
    assert {s.occasion: s.value for s in ada.saved("stay_open.ask") if s.prompt == "who"} == {
        "2026-03-02": noor,
        "2026-03-12": jo,
    }


def test_a_name_nothing_was_said_of_yet_is_changed_where_it_stands(ada: MyWorkbook, browser: Browser) -> None:
    noor, jo = ids(ada)["Noor"], ids(ada)["Jo"]
    ada.answer("stay_open.ask", "who", noor, occasion="2026-03-02")
    page = browser.open("steps/stay_open", at="ask")
    page.selectbox[0].select(jo).run()
    assert {s.occasion: s.value for s in ada.saved("stay_open.ask")} == {"2026-03-02": jo}


def test_a_warm_up_that_was_sent_stays_with_whom_it_was_sent_to(ada: MyWorkbook, browser: Browser) -> None:
    kim = ada.add_member("Kim", place="core")
    ada.screen(kim, FINE)
    hello = ada.begin_hello(ids(ada)["Noor"])
    ada.answer("reach_out.warm_up", "who", ids(ada)["Jo"], occasion=hello)
    ada.answer("reach_out.warm_up", "state", "sent", occasion=hello)
    page = browser.open("steps/reach_out", at="warm_up")
    [whom] = [one for one in page.selectbox if "|who|" in str(one.key)]
    whom.select(kim).run()
    assert "What stands here is about the one picked before." in words(page)
    assert [one.value for one in page.selectbox if "|who|" in str(one.key)] == [ids(ada)["Jo"]]
    assert [one.member_id for one in ada.rows().hellos] == [ids(ada)["Jo"]]
