"""Sharing as a person meets it: beside each answer, on Who can see this, on Today, and in the steps."""

import re
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Toggle

from tests import characters
from tests.characters import Clock
from tests.pages.test_pages import STORY, Browser, ada, browser, home, html, seen
from workbook.coach_desk import CoachDesk
from workbook.coaching import Card, Group, Resource
from workbook.gate import PROOF_LASTS
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.store import groups
from workbook.store.opening import Store
from workbook.ui import my_groups

__all__ = ["ada", "browser", "home"]

WORDS = "seven slow trams at dusk"
WENT_WRONG = "Something went wrong on our side"  # the page says so itself: AppTest's own `exception` stays empty
Circle = tuple[CoachDesk, str]


@pytest.fixture
def circle(home: House, ada: MyWorkbook) -> Circle:
    """Mara's desk, and her group, with Ada in it."""
    desk = home.desk_of(characters.coach(home.store, "Mara"))
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    ada.sharing.join(desk.invite(group), called="A.", scopes=("ticked",))
    return desk, group


def press(page: AppTest, words: str) -> AppTest:
    return next(one for one in page.button if one.label == words).click().run()


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def prove(page: AppTest, words: str, button: str) -> AppTest:
    next(one for one in page.text_input if one.label == "Passphrase").input(words)
    return press(page, button)


def toggle(page: AppTest, end: str) -> Toggle:
    return next(one for one in page.toggle if one.key and one.key.endswith(end))


def shared_with(circle: Circle) -> list[str]:
    """The words a coach sees of the one person in the group."""
    desk, group = circle
    [person] = desk.people(group)
    return [one.words for one in desk.person(group, person.membership_id).answers or ()]


def late(browser: Browser, book: MyWorkbook, clock: Clock) -> None:
    """Signed in so long ago that the passphrase is asked for again."""
    browser.sign_in(book.person_id)
    clock.go_on(seconds=PROOF_LASTS.total_seconds())


# Beside an answer


def test_this_version_is_shared_and_later_words_are_not(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    page = (
        next(one for one in page.button if one.key and "|together|" in one.key and "|share|" in one.key).click().run()
    )
    assert shared_with(circle) == [STORY]
    assert html(page, "Shared with Mara · 09:00")
    page.text_area[0].input("Only for me").run()
    assert html(page, "An earlier version is shared with Mara. This one is yours alone.")
    assert "Only for me" not in shared_with(circle)


def test_sharing_a_newer_version_takes_the_older_one_back(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    _, group = circle
    first = ada.answer("reflect.drifted", "together", "first")
    ada.sharing.share_answer(group, first.answer_id)
    ada.answer("reflect.drifted", "together", "second")
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    [newer] = [one for one in page.button if one.key and "|together|" in one.key and one.key.endswith(group)]
    page = newer.click().run()
    assert shared_with(circle) == ["second"]
    page = press(page, "Stop sharing")
    assert shared_with(circle) == []
    assert not html(page, "Shared with Mara")


def test_sharing_asks_for_the_passphrase_where_it_was_not_given_lately_and_stopping_never_does(
    browser: Browser, home: House, clock: Clock
) -> None:
    rowan = home.workbook_of(characters.person(home.store, "Rowan", WORDS), "Europe/London")
    desk = home.desk_of(characters.coach(home.store, "Mara"))
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    rowan.sharing.join(desk.invite(group), scopes=("ticked",))
    rowan.answer("reflect.drifted", "together", STORY)
    late(browser, rowan, clock)
    page = press(browser.open("steps/reflect", at="drifted"), "Share this version with Mara")
    assert shared_with((desk, group)) == []
    page = prove(page, "not the right words", "Share it")
    assert html(page, "That is not your passphrase") and shared_with((desk, group)) == []
    page = prove(page, WORDS, "Share it")
    assert shared_with((desk, group)) == [STORY]
    clock.go_on(minutes=11)
    press(page, "Stop sharing")
    assert shared_with((desk, group)) == []


def test_beside_what_can_be_shared_it_says_that_nobody_may_read_it_soon_and_where_help_is(
    browser: Browser, home: House, clock: Clock
) -> None:
    rowan = home.workbook_of(characters.person(home.store, "Rowan", WORDS), "Europe/London")
    desk = home.desk_of(characters.coach(home.store, "Mara"))
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    late(browser, rowan, clock)

    def told(page: AppTest) -> tuple[int, int]:
        """How often it is said, and how many links to Help now stand beside it or at the top."""
        links = [one.proto.label for one in page.get("page_link")]
        return len(html(page, "Mara may not read this soon. If you need someone now:")), links.count("Help now")

    rowan.answer("reflect.drifted", "together", STORY)
    rowan.name_someone("reflect.drifted", "names", "June")
    assert told(browser.open("steps/reflect", at="drifted")) == (0, 1), "nobody is there to share it with"
    rowan.sharing.join(desk.invite(group), scopes=("ticked",))
    page = browser.open("steps/reflect", at="drifted")
    assert told(page) == (1, 2), "once on the page, before anything is shared"
    page = [one for one in page.button if one.label == "Share this version with Mara"][1].click().run()
    assert told(page) == (2, 3), "and beside the one that is about to be"
    page = prove(page, WORDS, "Share it")
    assert told(page) == (2, 3) and html(page, "Shared with Mara"), "and beside each that is"


def test_nothing_can_be_ticked_where_no_coach_may_see_ticked_answers(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    _, group = circle
    ada.sharing.withdraw(group, "ticked")
    browser.sign_in(ada.person_id)
    assert "Share this version with Mara" not in labels(browser.open("steps/reflect", at="drifted"))


def test_with_two_coaches_each_button_says_whose(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    second = desk.make_group(Group("Book table", "Lena *B*"))
    ada.sharing.join(desk.invite(second), scopes=("ticked",))
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    offered = {label for label in labels(page) if label.startswith("Share this version")}
    assert offered == {"Share this version with Mara", "Share this version with Lena \\*B\\*"}
    press(page, "Share this version with Mara")
    assert {t.group_id for t in ada.sharing.ticked()} == {group}


def test_with_two_coaches_of_one_name_each_button_says_which_group(
    browser: Browser, ada: MyWorkbook, three: tuple[CoachDesk, list[str]]
) -> None:
    desk, in_them = three
    desk.change_group(in_them[1], replace(desk.group(in_them[1]), name="Book table"))
    ada.answer("reflect.drifted", "together", "Something newer")
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    offered = {
        one.label: one for one in page.button if one.key and "|together|" in one.key and one.label.startswith("Share")
    }
    assert len(offered) == 3, "one for each group, and no two alike"
    offered["Share this version with Mara (Book table)"].click().run()
    assert {t.group_id for t in ada.sharing.ticked() if t.saved.value == "Something newer"} == {in_them[1]}


def test_an_empty_answer_the_safety_screen_and_what_one_hid_are_never_offered(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    ada.answer("reflect.drifted", "together", "")
    ada.erase("reflect.drifted", "names")
    asked = next((e, p) for e in ada.content.exercises for p in e.prompts if p.fills == "check_in.hid")
    ada.answer(asked[0].key, asked[1].key, asked[1].options[0].key, occasion=ada.today.isoformat())
    browser.sign_in(ada.person_id)
    screen = next(e for e in ada.content.exercises if e.kind == "safety")
    for path, at in (("reflect", "drifted"), ("reach_out", screen.key.split(".")[1]), ("check_in", "")):
        page = browser.open(f"steps/{path}", **({"at": at} if at else {}))
        assert "Share this version with Mara" not in labels(page), path


def test_a_page_of_someone_without_groups_asks_once_whether_there_are_any(
    browser: Browser, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read = Store.read

    def counting(store: Store, sql: str, **params: object) -> object:
        asked.append(sql)
        return read(store, sql, **params)

    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    monkeypatch.setattr(Store, "read", counting)
    page.run()
    about_groups = [sql for sql in asked if "memberships" in sql or "consents" in sql]
    assert len(about_groups) == 1


# Who can see this


def test_the_first_line_says_what_each_coach_sees(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    assert html(page, "Mara (Tuesday circle) sees that you joined, and calls you “A.”. Nothing else."), "no answer yet"
    assert not html(page, "No coach is connected")
    ada.sharing.withdraw(group, "ticked")
    assert html(browser.page.run(), "Mara (Tuesday circle) sees that you joined, and calls you “A.”. Nothing else.")
    ada.sharing.leave(group)
    assert html(browser.page.run(), "No coach is connected. Nothing is shared with anyone.")
    assert desk.people(group) == []


def test_a_visitor_and_a_covered_page_see_the_general_part_alone(
    browser: Browser, home: House, ada: MyWorkbook, circle: Circle
) -> None:
    page = browser.open("mine/sharing")
    assert "Tuesday circle" not in seen(page) and not page.toggle
    browser.sign_in(ada.person_id)
    found = home.gate.who(browser.cookie)
    assert found is not None
    assert "Tuesday circle" in seen(browser.page.run())
    home.gate.cover(found)
    page = browser.page.run()
    assert "Tuesday circle" not in seen(page) and "Mara" not in seen(page) and not page.toggle


def test_a_scope_is_given_with_the_passphrase_and_taken_back_at_once(
    browser: Browser, home: House, clock: Clock
) -> None:
    rowan = home.workbook_of(characters.person(home.store, "Rowan", WORDS), "Europe/London")
    desk = home.desk_of(characters.coach(home.store, "Mara"))
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    rowan.sharing.join(desk.invite(group), scopes=("steps",))
    late(browser, rowan, clock)
    page = toggle(browser.open("mine/sharing"), "|shape").set_value(True).run()
    assert not toggle(page, "|shape").value
    assert rowan.sharing.groups()[0].scopes == {"steps"}
    page = prove(page, WORDS, "Share it")
    assert toggle(page, "|shape").value
    assert rowan.sharing.groups()[0].scopes == {"steps", "shape"}
    clock.go_on(minutes=11)
    page = toggle(page, "|steps").set_value(False).run()
    assert rowan.sharing.groups()[0].scopes == {"shape"}
    assert not [one for one in page.text_input if one.label == "Passphrase"]
    assert desk.people(group)[0].opened is None


def test_what_the_coach_sees_is_drawn_from_ones_own_rows_and_is_no_look(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    _, group = circle
    saved = next(s for s in ada.saved("reflect.drifted") if s.prompt == "together")
    ada.sharing.share_answer(group, saved.answer_id)
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    assert STORY not in seen(page)
    page.session_state[f"{ada.person_id}|group|{group}|preview"] = True
    page = page.run()
    assert STORY in [one.value for one in page.text]
    assert ada.sharing.looks() == []


def test_ticked_answers_are_listed_each_with_the_way_to_stop(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    _, group = circle
    saved = next(s for s in ada.saved("reflect.drifted") if s.prompt == "together")
    ada.sharing.share_answer(group, saved.answer_id)
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    assert 'label: "1 answer shared"' in seen(page)
    page.session_state[f"{ada.person_id}|group|{group}|list"] = True
    page = page.run()
    assert STORY in [one.value for one in page.text]
    press(page, "Stop sharing")
    assert shared_with(circle) == []


def test_an_answer_about_someone_is_listed_as_the_coach_reads_it_and_says_so_beforehand(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    _, group = circle
    june = ada.members()[0].member_id
    ada.move(june, "core")
    kept = ada.answer("reflect.who_listens", "heard", "yes", about=june)
    browser.sign_in(ada.person_id)
    assert html(browser.open("steps/reflect", at="who_listens"), "The name June goes with it.")
    ada.sharing.share_answer(group, kept.answer_id)
    alone = ada.answer("welcome.today", "alone", 4, occasion="2026-03-02")
    ada.sharing.share_answer(group, alone.answer_id)
    page = browser.open("mine/sharing")
    page.session_state[f"{ada.person_id}|group|{group}|list"] = True
    said = [one.value for one in page.run().text]
    assert {"June: Yes", "4 of 10 (0 is not at all, 10 is very)"} <= set(said)


def test_an_erased_answer_is_ticked_no_more(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    _, group = circle
    saved = next(s for s in ada.saved("reflect.drifted") if s.prompt == "together")
    ada.sharing.share_answer(group, saved.answer_id)
    ada.erase("reflect.drifted", "together")
    browser.sign_in(ada.person_id)
    assert html(browser.open("mine/sharing"), "Mara (Tuesday circle) sees that you joined, and calls you")


def test_notes_are_shown_as_typed_and_can_be_switched_off(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    [person] = desk.people(group)
    desk.send_note(group, person.membership_id, "*Tea* is <b>on</b>")
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    page.session_state[f"{ada.person_id}|group|{group}|notes"] = True
    page = page.run()
    assert "*Tea* is <b>on</b>" in [one.value for one in page.text]
    toggle(page, "|notes on").set_value(False).run()
    assert ada.sharing.groups()[0].notes_off and desk.people(group)[0].notes_off


def test_leaving_is_asked_for_plainly_and_ends_all_sharing(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    assert "Yes, leave Tuesday circle" not in labels(page)
    page.session_state[f"{ada.person_id}|group|{group}|leaving"] = True
    page = press(page.run(), "Yes, leave Tuesday circle")
    assert ada.sharing.groups() == [] and desk.people(group) == []
    assert [s.value for s in ada.saved("reflect.drifted") if s.prompt == "together"] == [STORY]


def test_the_log_says_who_looked_at_what_and_when_in_ones_own_time(
    browser: Browser, ada: MyWorkbook, circle: Circle, clock: Clock
) -> None:
    desk, group = circle
    ada.sharing.grant(group, "shape")
    [person] = desk.people(group)
    clock.go_on(minutes=3)
    desk.person(group, person.membership_id)
    clock.go_on(minutes=3)
    desk.weeks(group)
    browser.sign_in(ada.person_id)
    [table] = html(browser.open("mine/sharing"), "Who looked")
    rows = re.findall(r"<th scope=row>(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>", table)
    assert [(row[0][-5:], *row[1:3]) for row in rows] == [
        ("09:06", "Mara (Tuesday circle)", "A file. The copy stays with them"),
        ("09:03", "Mara (Tuesday circle)", "Your page"),
        ("09:00", "Mara (Tuesday circle)", "The list of people"),
    ]
    assert [row[3] for row in rows] == [
        "shape of the pod, how many answers are shared",
        "shape of the pod, the answers shared then",
        "shape of the pod, how many answers are shared",
    ]


def test_a_long_log_begins_with_the_newest_twenty(
    browser: Browser, ada: MyWorkbook, circle: Circle, clock: Clock
) -> None:
    desk, group = circle
    for _ in range(my_groups.LOOKS_AT_FIRST + 3):
        desk.people(group)
        clock.go_on(minutes=2)
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    assert html(page, "Who looked")[0].count("<tr>") == my_groups.LOOKS_AT_FIRST + 1
    page = press(page, "Show all 23")
    assert html(page, "Who looked")[0].count("<tr>") == 24


def test_the_name_a_coach_sees_is_changed_on_the_same_page(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    page.session_state[f"{ada.person_id}|group|{group}|naming"] = True
    [field] = [one for one in page.run().text_input if one.label == "What may Mara call you?"]
    assert field.value == "A."
    field.input("Wren")
    page = press(page, "Save")
    assert html(page, "they call you Wren") and desk.people(group)[0].called == "Wren"


def test_a_group_or_coach_under_another_name_is_still_known_by_the_one_before(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    assert not html(browser.open("mine/sharing"), "When you joined, this was")
    desk.change_group(group, replace(desk.group(group), coach="Dr. Mara"))
    assert html(browser.open("mine/sharing"), "When you joined, this was Tuesday circle with Mara.")


def test_notes_stay_under_who_can_see_this_once_a_group_is_left(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    desk.send_note(group, desk.people(group)[0].membership_id, "Tea is on")
    ada.sharing.leave(group)
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    page.session_state[f"{ada.person_id}|past notes|{group}"] = True
    page = page.run()
    assert 'label: "Mara (Tuesday circle), 1"' in seen(page) and "Tea is on" in [one.value for one in page.text]


# In more groups than one


@pytest.fixture
def three(home: House, ada: MyWorkbook, circle: Circle) -> tuple[CoachDesk, list[str]]:
    """Ada is in two groups of Mara's under one name, and in one of another Mara's; all offer the same things."""
    desk, first = circle
    other = home.desk_of(characters.coach(home.store, "Mara the second"))
    asked = {"step": "reflect", "title": "Your week", "prompts": [{"kind": "long_text", "ask": "What was light?"}]}
    made = [(one, one.make_group(Group("Tuesday circle", "Mara"))) for one in (desk, other)]
    for one, group in [(desk, first), *made]:
        one.add_exercise(group, asked)
        one.change_group(group, replace(one.group(group), card=Card("An evening", "Tuesdays")))
    for one, group in made:
        ada.sharing.join(one.invite(group), called="A.", scopes=("steps", "shape", "ticked"))
        one.send_note(group, one.people(group)[0].membership_id, "Tea is on")
    kept = ada.answer("reflect.drifted", "together", STORY)
    for group in (first, *(group for _, group in made)):
        ada.sharing.share_answer(group, kept.answer_id)
    return desk, [first, *(group for _, group in made)]


def test_each_of_three_groups_can_be_changed_looked_at_and_left(
    browser: Browser, ada: MyWorkbook, three: tuple[CoachDesk, list[str]]
) -> None:
    _, in_them = three
    browser.sign_in(ada.person_id)
    page = browser.open("mine/sharing")
    for group in in_them:
        for fold in ("list", "preview", "notes", "leaving"):
            page.session_state[f"{ada.person_id}|group|{group}|{fold}"] = True
    page = page.run()
    assert not html(page, WENT_WRONG)
    assert html(page, "Who looked")
    page = toggle(page, f"{in_them[0]}|ticked").set_value(False).run()
    assert {one.membership.group_id for one in ada.sharing.groups() if "ticked" in one.scopes} == set(in_them[1:])
    page = next(one for one in page.button if one.key and one.key.endswith(f"{in_them[0]}|leave")).click().run()
    assert not html(page, WENT_WRONG)
    assert {one.membership.group_id for one in ada.sharing.groups()} == set(in_them[1:])


@pytest.mark.parametrize(
    ("path", "at"),
    [
        *(("steps/reflect", at) for at in ("", "drifted", "closing")),
        *(("steps/reconnect", at) for at in ("", "three_doors")),
        *((path, "") for path in ("steps/today", "steps/reach_out", "steps/stay_open", "steps/check_in", "mine/data")),
    ],
)
def test_no_page_minds_three_groups_with_the_same_names(
    browser: Browser, ada: MyWorkbook, three: tuple[CoachDesk, list[str]], path: str, at: str
) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open(path, **({"at": at} if at else {}))
    assert not html(page, WENT_WRONG)


# Today


def test_a_group_that_ended_is_told_once(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    desk.delete_group(group)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today")
    assert html(page, "Tuesday circle has ended.")
    assert html(page, "Your notes stay yours. Nothing is shared with it any more.")
    assert not html(press(page, "OK"), "has ended")
    assert ada.sharing.ended() == []


def test_a_group_that_ended_is_named_as_it_was_called_at_last(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    desk.change_group(group, replace(desk.group(group), name="Gardeners", coach="Mrs Lind"))
    desk.delete_group(group)
    browser.sign_in(ada.person_id)
    assert html(browser.open("steps/today"), "Gardeners has ended.")
    assert [(m.group, m.coach, m.called) for m in ada.sharing.ended()] == [("Gardeners", "Mrs Lind", "A.")]


def test_today_names_the_group_that_was_joined_until_it_is_left(
    browser: Browser, home: House, ada: MyWorkbook, circle: Circle, clock: Clock
) -> None:
    desk = home.desk_of(characters.coach(home.store, "Lena"))
    friday = desk.make_group(Group("Friday", "Lena"))
    clock.go_on(minutes=1)
    ada.sharing.join(desk.invite(friday))
    browser.sign_in(ada.person_id)
    assert html(browser.open("steps/today", news="joined"), "You are in Friday now.")
    clock.go_on(minutes=1)
    third = desk.make_group(Group("Sunday", "Lena"))
    ada.sharing.join(desk.invite(third))
    assert html(browser.open("steps/today"), "You are in Friday now.")
    ada.sharing.leave(friday)
    assert not html(browser.open("steps/today"), "You are in")


def test_someone_who_was_let_go_is_told_so_kindly_and_once(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    desk.let_go(group, desk.people(group)[0].membership_id)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today")
    assert html(page, "You are no longer in Tuesday circle.") and not html(page, "has ended")
    assert html(page, "Your notes stay yours. Nothing is shared with it any more.")
    assert not html(press(page, "OK"), "no longer in")


def test_after_a_restore_today_and_who_can_see_this_say_that_nothing_is_shared(
    browser: Browser, home: House, ada: MyWorkbook, circle: Circle, clock: Clock
) -> None:
    groups.pause_sharing(home.store, clock())
    browser.sign_in(ada.person_id)
    says = "Since a backup was put back, nothing is shared"
    assert html(browser.open("mine/sharing"), says)
    page = browser.open("steps/today")
    assert html(page, says) and html(
        page, "This is about Tuesday circle. There you are “Someone” now, and no notes come. Choose again if you like."
    )
    assert not html(press(page, "OK"), says)
    assert not html(browser.open("mine/sharing"), says)


@pytest.mark.parametrize("how", ["low energy", "hard"])
def test_what_happened_to_a_group_is_told_on_a_hard_day_too_and_a_note_waits(
    browser: Browser, ada: MyWorkbook, circle: Circle, how: str
) -> None:
    desk, group = circle
    desk.send_note(group, desk.people(group)[0].membership_id, "Tea is on")
    if how == "hard":
        ada.rest(True)
    else:
        ada.take_it_easy(True)
    browser.sign_in(ada.person_id)
    assert "Tea is on" not in [one.value for one in browser.open("steps/today").text]
    desk.delete_group(group)
    page = browser.open("steps/today")
    assert html(page, "Tuesday circle has ended.")
    assert not html(press(page, "OK"), "has ended")


def test_a_note_is_on_today_until_it_is_read_or_two_weeks_old(
    browser: Browser, ada: MyWorkbook, circle: Circle, clock: Clock
) -> None:
    desk, group = circle
    [person] = desk.people(group)
    desk.send_note(group, person.membership_id, "Tea is on")
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today")
    assert html(page, "A note from Mara") and "Tea is on" in [one.value for one in page.text]
    assert not html(press(page, "Put away"), "A note from Mara")
    browser.sign_in(ada.person_id)
    assert not html(browser.open("steps/today"), "A note from Mara"), "at the next visit too"
    desk.send_note(group, person.membership_id, "Cake, too")
    assert "Cake, too" in [one.value for one in page.run().text]
    clock.go_on(days=15)
    browser.sign_in(ada.person_id)
    assert not html(browser.open("steps/today"), "A note from Mara")


def test_what_a_coach_suggests_is_said_to_be_theirs(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    desk.change_group(group, replace(desk.group(group), suggested=("stay_open.closing",), suggested_on="2026-03-02"))
    for key in ("welcome.before", "welcome.first_dots"):
        ada.note_opened(key)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today")
    assert html(page, "Mara suggests this one this week")
    assert html(page, ada.content.exercise("stay_open.closing").title)
    ada.sharing.leave(group)
    assert html(browser.page.run(), "One small thing, if you like")


# Steps


def test_what_a_group_leaves_out_is_not_there_unless_it_is_written_in(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    every = [e.key for e in ada.content.step("reflect").exercises]
    desk.change_group(group, replace(desk.group(group), hidden=(every[0], "reflect.drifted")))
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect")
    listed = [one.key.removeprefix("open-") for one in page.button if one.key and one.key.startswith("open-")]
    assert every[0] not in listed and listed[-1] == "reflect.drifted" and len(listed) == len(every) - 1
    assert page.query_params["at"] != [every[0].split(".")[1]]
    page = browser.open("steps/reflect", at="drifted")
    assert page.text_area[0].value == STORY
    page.text_area[0].input("still mine").run()
    assert [s.value for s in ada.saved("reflect.drifted") if s.prompt == "together"] == ["still mine"]
    assert "Next" not in labels(browser.page)
    page = browser.open("steps/reflect", at=every[0].split(".")[1])
    assert f"open-{every[0]}" not in [one.key for one in page.button]


def test_a_step_left_out_whole_says_so(browser: Browser, ada: MyWorkbook, circle: Circle) -> None:
    desk, group = circle
    every = tuple(e.key for e in ada.content.step("stay_open").exercises)
    desk.change_group(group, replace(desk.group(group), hidden=every))
    browser.sign_in(ada.person_id)
    page = browser.open("steps/stay_open")
    assert html(page, "Your group leaves this step out for now.")
    assert not page.exception


def test_what_a_coach_wrote_is_labelled_as_theirs_and_never_read_as_markup(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    asked = {"kind": "long_text", "ask": "Which **song** was it?"}
    key = desk.add_exercise(group, {"step": "reflect", "title": "A *song*", "purpose": "Hum it.", "prompts": [asked]})
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at=key.split(".")[1])
    assert [one.value for one in page.header] == ["A \\*song\\*"]
    assert html(page, "Written by Mara, your coach. What you write here is yours alone unless you share it.")
    page.text_area[0].input("The one about rain").run()
    ada.sharing.leave(group)
    page = browser.open("steps/reflect", at=key.split(".")[1])
    assert page.text_area[0].value == "The one about rain"
    assert html(page, "Written by Mara. What you write here")


LIGHT = [{"kind": "long_text", "ask": "What was light this week?"}, {"kind": "tick", "ask": "Do you like tea?"}]
OWN = {"step": "reflect", "title": "Your week", "purpose": "", "prompts": LIGHT}


def test_an_answer_is_not_kept_under_words_that_its_page_did_not_show(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    key = desk.add_exercise(group, OWN)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at=key.split(".")[1])
    other = {"p1": ("What do you hide from them?", ""), "p2": ("Do you still drink?", "")}
    desk.mend_exercise(group, key, "Your week", "", other)
    page.text_area[0].input("Sunday, the two of us").run()
    assert ada.saved(key) == [] and html(page, "The question was changed meanwhile. Read it once more.")
    assert html(page, "What do you hide from them?") and page.text_area[0].value == "Sunday, the two of us"
    desk.mend_exercise(group, key, "Your week", "", {"p1": ("Where?", ""), "p2": ("When?", "")})
    page.checkbox[0].check().run()
    assert ada.saved(key) == [] and (page.checkbox[0].label, page.checkbox[0].value) == ("When?", False)
    page.checkbox[0].check().run()
    page.text_area[0].input("Here").run()
    assert [s.value for s in ada.saved(key)] == [True, "Here"]
    desk.mend_exercise(group, key, "Your week", "", other)
    page.text_area[0].input("Over here").run()
    assert ada.content.exercise(key).prompts[0].ask == "Where?", "who answered keeps the words they answered"
    assert ada.saved(key)[-1].value == "Over here"


@pytest.mark.parametrize("how", ["removed", "deleted", "let go", "left"])
def test_words_typed_on_a_page_that_is_gone_stay_in_sight_until_they_are_put_away(
    browser: Browser, ada: MyWorkbook, circle: Circle, how: str
) -> None:
    desk, group = circle
    key = desk.add_exercise(group, OWN)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at=key.split(".")[1])
    if how == "removed":
        desk.remove_exercise(group, key)
    elif how == "deleted":
        desk.delete_group(group)
    elif how == "let go":
        desk.let_go(group, desk.people(group)[0].membership_id)
    else:
        ada.sharing.leave(group)
    page.text_area[0].input("Long hours of words").run()
    assert ada.saved(key) == []
    assert "Long hours of words" in seen(page) and html(page, "That page is no longer here.")
    page = press(page, "Put these words away")
    assert "Long hours of words" not in seen(page) and not html(page, "That page is no longer here.")


def test_reconnect_shows_what_the_coach_offers_as_theirs_with_links_that_tell_nothing(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    ada.answer("reconnect.three_doors", "sounds", "")
    offer = replace(
        desk.group(group),
        card=Card("An evening", "Tuesdays", "Room <2>", "https://a.example/t?x=1&y=2"),
        resources=(Resource("A talk", "Twelve minutes.", "https://a.example/talk"),),
        newsletter="https://a.example/letter",
        newsletter_promise="Used for nothing else.",
    )
    desk.change_group(group, offer)
    browser.sign_in(ada.person_id)
    [card] = html(browser.open("steps/reconnect", at="three_doors"), "From Mara")
    assert all(words in card for words in ("An evening", "Tuesdays", "Room &lt;2&gt;", "A talk", "Used for nothing"))
    links = re.findall(r"<a [^>]*>", card)
    assert len(links) == 3
    assert all('target="_blank" rel="noreferrer noopener"' in link for link in links)
    assert 'href="https://a.example/t?x=1&amp;y=2"' in links[0]


def test_without_groups_today_and_the_steps_say_nothing_of_them(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    for path in ("steps/today", "steps/reconnect"):
        page = browser.open(path)
        assert not html(page, "From ") and "OK" not in labels(page)
