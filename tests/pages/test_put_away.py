"""My pod: the way back from the last move, from a deletion and from a release."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.characters import FINE, Clock
from tests.pages.test_pages import Browser, ada, browser, home, html
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member

__all__ = ["ada", "browser", "home"]
LATELY = "Deleted or released lately"


def press(page: AppTest, label: str, at: int = 0) -> AppTest:
    found = [one for one in page.button if one.label == label]
    assert found, [one.label for one in page.button]
    found[at].click().run()
    assert not page.exception
    return page


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def folded(page: AppTest) -> list[str]:
    return [one.label for one in page.expander]


def named(book: MyWorkbook, name: str) -> Member:
    return next(m for m in book.members() if m.name == name)


@pytest.fixture
def kofi(ada: MyWorkbook) -> str:
    return ada.add_member("Kofi", place="movable")


@pytest.fixture
def page(browser: Browser, ada: MyWorkbook, kofi: str) -> AppTest:
    """My pod, with June and Kofi on it and Kofi's card open."""
    browser.sign_in(ada.person_id)
    return browser.open("pod/map", member=kofi)


def test_a_move_is_said_on_the_card_with_a_way_to_undo_it(page: AppTest, ada: MyWorkbook) -> None:
    press(page, "Core Circle")
    [said] = html(page, "Kofi went to")
    assert "Kofi went to Core Circle today." in said
    press(page, "Undo")
    assert named(ada, "Kofi").place == "movable"
    assert [m.place for m in ada.moves() if m.member_id == named(ada, "Kofi").member_id] == ["movable"]
    assert "Kofi went to Movable People today." in html(page, "Kofi went to")[0]


def test_a_move_made_in_an_exercise_can_be_undone_on_my_pod(
    browser: Browser, ada: MyWorkbook, kofi: str, clock: Clock
) -> None:
    ada.moved_here("stay_open.changed_places", "moves", kofi, "core")
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map")
    assert html(page, "Kofi went to Core Circle today.")
    press(page, "Undo")
    assert named(ada, "Kofi").place == "movable"
    assert not ada.saved("stay_open.changed_places")


def test_an_old_move_offers_no_undo(browser: Browser, ada: MyWorkbook, kofi: str, clock: Clock) -> None:
    clock.go_on(days=6)
    browser.sign_in(ada.person_id)
    assert "Kofi went to Movable People on 2 Mar." in html(browser.open("pod/map"), "Kofi went to")[0]
    clock.go_on(days=1)
    browser.sign_in(ada.person_id)
    assert not html(browser.open("pod/map"), "Kofi went to")


def test_an_undo_that_comes_too_late_is_refused_in_words(page: AppTest, ada: MyWorkbook, kofi: str) -> None:
    june = named(ada, "June").member_id
    ada.move(june, "core", reason="She rang.")
    press(page, "Undo")
    assert html(page, "Someone was moved since") and named(ada, "Kofi").place == "movable"


def test_each_way_out_says_in_one_line_what_it_does(page: AppTest) -> None:
    for words in ("You let them go.", "This map does not show them.", "For 30 days", "Gone now and for good."):
        assert html(page, words), words
    ways = [one for one in labels(page) if one in ("Release", "Leave off the map", "Delete", "Yes, forget")]
    assert ways == ["Release", "Leave off the map", "Delete", "Yes, forget"]


def test_who_is_deleted_leaves_the_page_and_comes_back_by_undo(page: AppTest, ada: MyWorkbook, kofi: str) -> None:
    ada.change_member(kofi, "notes", "Likes the sea")
    before = ada.members()
    assert LATELY not in folded(page)
    press(page, "Delete")
    assert [m.name for m in ada.members()] == ["June"]
    assert not html(page, '<h2 class="name" dir="auto">Kofi</h2>')
    assert html(page, "Kofi is deleted.") and LATELY in folded(page)
    press(page, "Undo")
    assert ada.members() == before and LATELY not in folded(page)
    assert not html(page, "Kofi is deleted")


def test_the_trash_shows_how_long_there_is_and_gives_back(
    browser: Browser, ada: MyWorkbook, kofi: str, clock: Clock
) -> None:
    ada.delete_member(kofi)
    clock.go_on(days=29)
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map")
    assert html(page, "Deleted on 2 Mar · 1 day left")
    press(page, "Bring Kofi back")
    assert named(ada, "Kofi").place == "movable" and LATELY not in folded(page)
    ada.delete_member(kofi)
    clock.go_on(days=30)
    browser.sign_in(ada.person_id)
    assert LATELY not in folded(browser.open("pod/map"))


def test_who_is_deleted_can_be_forgotten_at_once(browser: Browser, ada: MyWorkbook, kofi: str) -> None:
    ada.delete_member(kofi)
    browser.sign_in(ada.person_id)
    page = press(browser.open("pod/map"), "Yes, forget")
    assert ada.trash() == [] and LATELY not in folded(page)


def test_who_is_released_can_go_back_to_their_ring(page: AppTest, ada: MyWorkbook, kofi: str) -> None:
    press(page, "Core Circle")
    press(page, "Release")
    assert named(ada, "Kofi").place == "released"
    assert html(page, "Kofi left the map today.") and html(page, "stay released")
    press(page, "Bring Kofi back to Core Circle")
    assert named(ada, "Kofi").place == "core"
    assert [m.place for m in ada.moves()][-3:] == ["core", "released", "core"], "a day that was is not undone"


def test_nobody_is_urged_to_bring_back_who_died(browser: Browser, ada: MyWorkbook, kofi: str) -> None:
    ada.change_member(kofi, "parted", "died")
    ada.move(kofi, "released")
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map", member=kofi)
    assert LATELY in folded(page)
    assert not [one for one in labels(page) if "back" in one or one == "Undo"]


def test_a_name_in_the_trash_is_asked_about_before_there_are_two(page: AppTest, ada: MyWorkbook, kofi: str) -> None:
    press(page, "Delete")
    field = page.text_input(key=f"{ada.person_id}|new member")
    field.input("kofi").run()
    assert html(page, "Someone with that name is deleted") and [m.name for m in ada.members()] == ["June"]
    assert "Add another kofi" in labels(page)
    press(page, "Bring kofi back")
    assert [m.member_id for m in ada.members()][-1] == kofi
    assert "Add another kofi" not in labels(page) and not html(page, "Someone with that name is deleted")


def test_another_of_that_name_may_be_added_all_the_same(page: AppTest, ada: MyWorkbook, kofi: str) -> None:
    press(page, "Delete")
    page.text_input(key=f"{ada.person_id}|new member").input("Kofi").run()
    press(page, "Add another Kofi")
    assert named(ada, "Kofi").member_id != kofi and len(ada.trash()) == 1


# Versions of what has no field any more


def test_an_answer_about_someone_off_the_map_can_still_be_looked_at(
    browser: Browser, ada: MyWorkbook, kofi: str
) -> None:
    ada.answer("reflect.who_listens", "heard", "yes", about=kofi)
    browser.sign_in(ada.person_id)
    assert "Also kept from this page" not in folded(browser.open("steps/reflect", at="who_listens"))
    ada.move(kofi, "left_off")
    page = browser.open("steps/reflect", at="who_listens")
    assert "Also kept from this page" in folded(page) and html(page, "· Kofi") and not page.exception


def test_an_answer_to_a_question_no_longer_asked_can_still_be_looked_at(
    browser: Browser, ada: MyWorkbook, kofi: str
) -> None:
    occasion = ada.begin_hello(kofi)
    ada.screen(kofi, FINE)
    ada.answer("reach_out.two_lines", "state", "sent", occasion=occasion)
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reach_out", at="two_lines")
    assert "Also kept from this page" in folded(page) and not page.exception
    [prompt] = [p for p in ada.content.exercise("reach_out.two_lines").prompts if p.retired]
    assert html(page, prompt.ask)


def test_only_the_latest_of_a_move_and_a_deletion_has_an_undo(
    browser: Browser, ada: MyWorkbook, kofi: str, clock: Clock
) -> None:
    noor = ada.add_member("Noor")
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map", member=kofi)
    press(page, "Core Circle")
    clock.go_on(minutes=1)
    page.query_params["member"] = noor
    page.run()
    press(page, "Delete")
    assert labels(page).count("Undo") == 1 and html(page, "Noor is deleted.") and not html(page, "Kofi went to")
    clock.go_on(minutes=1)
    ada.move(kofi, "outer")
    page.run()
    assert labels(page).count("Undo") == 1 and html(page, "Kofi went to") and not html(page, "Noor is deleted.")
