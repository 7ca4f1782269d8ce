"""Growth and what it needs of My pod, run without a browser: what is said, of whom, and of whom nothing."""

import pytest

from tests.characters import Clock
from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from workbook.my_workbook import MyWorkbook
from workbook.ui import growth_page

__all__ = ["ada", "browser", "home"]
ALONE = "check_in.weekly"


@pytest.fixture
def pod(ada: MyWorkbook, clock: Clock) -> dict[str, str]:
    """June in the Core Circle, and Kofi and Noor who moved for a reason; their ids by name."""
    ids = {"June": ada.members()[0].member_id}
    ada.move(ids["June"], "core")
    for name in ("Kofi", "Noor"):
        ids[name] = ada.add_member(name, place="movable")
        clock.go_on(days=7)
        ada.move(ids[name], "core", reason=f"{name} came by.")
        ada.change_member(ids[name], "gives_takes", "gives")
    ada.change_member(ids["Noor"], "good_for", ["listen"])
    clock.go_on(days=7)
    return ids


def said(page: object, mark: str) -> str:
    [one] = html(page, mark)  # type: ignore[arg-type]
    return one


def test_an_empty_workbook_has_one_quiet_sentence_and_no_empty_pictures(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert html(page, "Nothing here yet, and that is fine")
    assert not html(page, "data-replay") and not html(page, 'class="strips')
    assert not page.header and not page.exception


def test_the_replay_the_people_and_the_reasons_are_there(
    browser: Browser, ada: MyWorkbook, pod: dict[str, str]
) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert said(page, "data-replay")
    assert [one.value for one in page.header] == ["People on your map", "Kinds of help", "What it gives and takes"]
    assert not page.segmented_control, "four weeks, six months and all of it are the same yet"
    assert "Noor came by." in said(page, '<ul class="own-words"') and "Core Circle" in said(
        page, '<ul class="own-words"'
    )
    assert html(page, "You have Noor so far for: listening.")
    assert "Kofi" in said(page, "dl class") and "It mostly gives me something" in said(page, "dl class")


def test_whoever_is_left_out_is_counted_and_named_nowhere(
    browser: Browser, ada: MyWorkbook, pod: dict[str, str]
) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map", member=pod["Noor"])
    page.checkbox(key=f"{ada.person_id}|fact|{pod['Noor']}|pictured").check().run()
    assert not next(m for m in ada.members() if m.name == "Noor").pictured
    page = browser.open("pod/growth")
    page.session_state[f"{ada.person_id}|growth|people"] = True
    page.run()
    assert html(page, "What changed")
    assert "Noor" not in seen(page) and "Kofi" in seen(page)
    assert html(page, "Now: 3 in the Core Circle.")
    assert html(page, "Some are left out of this picture, as you chose.")


def test_the_table_is_sent_only_once_it_is_opened(browser: Browser, ada: MyWorkbook, pod: dict[str, str]) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert not html(page, "What changed")
    page.session_state[f"{ada.person_id}|growth|people"] = True
    page.run()
    assert "<td>Noor: Core Circle.</td>" in said(page, "What changed")


def test_a_shorter_span_begins_later_and_is_kept_for_the_sitting(
    browser: Browser, ada: MyWorkbook, pod: dict[str, str], clock: Clock
) -> None:
    clock.go_on(days=60)
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert "From 2 Mar 2026" in said(page, 'class="strips "')
    page.segmented_control[0].set_value("weeks").run()
    assert "From 25 Apr 2026 to 22 May 2026" in said(page, "Core Circle 3, Movable")
    assert not html(page, '<ul class="own-words"')
    assert not page.exception


def test_tries_and_answers_stand_apart_and_contacts_are_counted(
    browser: Browser, ada: MyWorkbook, pod: dict[str, str]
) -> None:
    for name, outcome in (("June", "warm"), ("Kofi", "none_yet")):
        occasion = ada.begin_hello(pod[name])
        ada.answer("reach_out.sent", "state", "sent", occasion=occasion)
        ada.answer("reach_out.after_sent", "outcome", outcome, occasion=occasion)
    ada.were_in_touch([pod["Noor"]])
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert html(page, "You reached out 2 times. Each try counts by itself.")
    assert html(page, "Apart from that: 1 answer came back.")
    assert html(page, "In the last 30 days you were in touch with 2 people or places.")


def test_check_ins_are_lines_from_the_third_on(browser: Browser, ada: MyWorkbook, clock: Clock) -> None:
    for number in range(3):
        browser.sign_in(ada.person_id)
        assert not html(browser.open("pod/growth"), "Your check-ins from 0 to 10")
        ada.answer(ALONE, "alone", 5 + number, occasion=ada.today.isoformat())
        clock.go_on(days=7)
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert "How alone it felt" in said(page, "Your check-ins from 0 to 10")
    assert not html(page, "Energy")


def test_of_whoever_died_it_is_said_with_care_and_nothing_is_offered(
    browser: Browser, ada: MyWorkbook, pod: dict[str, str]
) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map", member=pod["Noor"])
    key = f"{ada.person_id}|fact|{pod['Noor']}|parted"
    assert not [one for one in page.button_group if one.key == key]
    ada.move(pod["Noor"], "released")
    page = browser.open("pod/map", member=pod["Noor"])
    assert "Bring back" in [one.label for one in page.button]
    next(one for one in page.button_group if one.key == key).set_value("died").run()
    assert next(m for m in ada.members() if m.name == "Noor").parted == "died"
    assert html(page, "Noor died. The name stays here as long as you like.")
    assert html(page, "Remembered")
    assert not [
        one.label for one in page.button if one.label in ("Bring back", "We were in touch today", "Core Circle")
    ]
    ahead = ("Good for", "Do you feel heard?", "How is it between you?")
    assert not [one for one in page.button_group if one.label in ahead]
    page = browser.open("pod/growth")
    assert "Noor changed place" not in seen(page)
    assert html(page, "Now: 2 in the Core Circle. 2 changed place on the way.")
    assert not html(page, "You have Noor")


def test_tries_and_check_ins_from_before_the_first_ring_are_in_all_of_it(
    browser: Browser, ada: MyWorkbook, clock: Clock
) -> None:
    june = ada.members()[0].member_id
    ada.answer("reach_out.two_lines", "who", june, occasion="2026-03-02")
    ada.answer("reach_out.two_lines", "state", "sent", occasion="2026-03-02")
    for _ in range(3):
        ada.answer("check_in.weekly", "alone", 4, occasion=ada.today.isoformat())
        clock.go_on(days=7)
    ada.move(june, "core")
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert html(page, "You reached out once.") and html(page, "What you said on those days.")


def test_what_was_noted_where_it_is_tomorrow_already_has_its_picture(
    browser: Browser, ada: MyWorkbook, clock: Clock
) -> None:
    clock.go_on(hours=8)
    east = MyWorkbook(ada._store, ada.content, ada.person_id, ada._clock, "Pacific/Kiritimati")
    assert east.today > ada.today
    east.move(ada.members()[0].member_id, "core")
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert html(page, "data-replay") and not page.exception


@pytest.mark.parametrize("what", ["a contact", "a check-in"])
def test_whatever_was_noted_where_it_is_tomorrow_is_on_the_board(
    browser: Browser, ada: MyWorkbook, clock: Clock, what: str
) -> None:
    clock.go_on(hours=8)
    east = MyWorkbook(ada._store, ada.content, ada.person_id, ada._clock, "Pacific/Kiritimati")
    if what == "a contact":
        east.were_in_touch([ada.members()[0].member_id])
    else:
        east.answer(ALONE, "alone", 4, occasion=east.today.isoformat())
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    board = growth_page.Board(ada, (ada.changes(), ada.today))
    assert board.earliest == board.since == board.today == east.today
    assert not page.exception


def test_a_contact_alone_has_its_picture(browser: Browser, ada: MyWorkbook) -> None:
    ada.were_in_touch([ada.members()[0].member_id])
    browser.sign_in(ada.person_id)
    assert html(browser.open("pod/growth"), "In the last 30 days you were in touch with 1 person or place.")


def test_the_board_is_made_anew_only_where_something_was_saved_or_erased(
    browser: Browser, ada: MyWorkbook, pod: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = 0
    pod_of = MyWorkbook.pod

    def counted(book: MyWorkbook) -> object:
        nonlocal read
        read += 1
        return pod_of(book)

    monkeypatch.setattr(MyWorkbook, "pod", counted)
    browser.sign_in(ada.person_id)
    page = browser.open("pod/growth")
    assert html(page, "Kofi came by.")
    before = read
    page.run()
    assert read == before and html(page, "Kofi came by.")
    ada.forget(pod["Kofi"])  # takes no number in the sequence
    page.run()
    assert read == before + 1 and not html(page, "Kofi")
