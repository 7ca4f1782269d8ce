"""Two spellings of one person on My pod: the question, making them one, and a window that was open meanwhile."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member

__all__ = ["ada", "browser", "home"]
ASKED = "Is this the same as"


def press(page: AppTest, label: str) -> AppTest:
    [button] = [one for one in page.button if one.label == label]
    button.click().run()
    return page


def labels(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


def named(book: MyWorkbook, name: str) -> Member:
    return next(m for m in book.members() if m.name == name)


def add(page: AppTest, book: MyWorkbook, name: str) -> None:
    page.text_input(key=f"{book.person_id}|new member").input(name).run()


def notes(page: AppTest, book: MyWorkbook, member: Member) -> str:
    return str(page.text_area(key=f"{book.person_id}|fact|{member.member_id}|notes").value)


@pytest.fixture
def page(browser: Browser, ada: MyWorkbook) -> AppTest:
    """My pod, with Katherine on it."""
    katherine = ada.add_member("Katherine", place="core")
    ada.change_member(katherine, "notes", "Likes tea")
    browser.sign_in(ada.person_id)
    return browser.open("pod/map")


def test_a_name_spelled_alike_is_asked_about_and_made_one_with_the_first(page: AppTest, ada: MyWorkbook) -> None:
    add(page, ada, "Katharine")
    [asked] = html(page, ASKED)
    assert "Katherine" in asked
    katharine = named(ada, "Katharine")
    page.text_area(key=f"{ada.person_id}|fact|{katharine.member_id}|notes").input("Rings late").run()
    press(page, "Yes, make them one")
    assert not page.exception and not html(page, 'class="trouble"')
    assert [m.name for m in ada.members()] == ["June", "Katherine"]
    katherine = named(ada, "Katherine")
    assert page.query_params["member"] in (katherine.member_id, [katherine.member_id])
    assert html(page, "Also called Katharine") and html(page, '<h2 class="name" dir="auto">Katherine</h2>')
    assert html(page, "Core Circle since") and html(page, "Saved ")
    assert notes(page, ada, katherine) == "Likes tea\n\nRings late"
    assert not html(page, ASKED)


def test_two_people_are_asked_about_once(page: AppTest, ada: MyWorkbook, browser: Browser) -> None:
    add(page, ada, "Katharine")
    press(page, "No, two people")
    assert not html(page, ASKED) and not page.exception
    for name in ("Katherine", "Katharine"):
        assert not html(browser.open("pod/map", member=named(ada, name).member_id), ASKED)
    assert len(ada.members()) == 3


@pytest.mark.parametrize("name", ["Kofi", "Kath", "June"])
def test_another_name_is_not_asked_about(page: AppTest, ada: MyWorkbook, name: str) -> None:
    add(page, ada, name)
    assert not html(page, ASKED)


def test_another_of_the_very_same_name_was_chosen_and_is_not_asked_about(page: AppTest, ada: MyWorkbook) -> None:
    add(page, ada, "katherine")
    press(page, "Add another katherine")
    assert [m.name for m in ada.members()] == ["June", "Katherine", "katherine"]
    assert not html(page, ASKED)


def test_a_twin_named_in_an_exercise_is_asked_about_on_both_cards(
    page: AppTest, ada: MyWorkbook, browser: Browser
) -> None:
    ada.name_someone("reflect.drifted", "names", "Katharine")
    for name, other in (("Katherine", "Katharine"), ("Katharine", "Katherine")):
        [asked] = html(browser.open("pod/map", member=named(ada, name).member_id), ASKED)
        assert other in asked


def test_someone_else_can_be_chosen_as_the_same_person(page: AppTest, ada: MyWorkbook, browser: Browser) -> None:
    kit = ada.add_member("Kit")
    ada.add_member("The library", kind="place")
    ada.change_member(kit, "notes", "By the sea")
    katherine = named(ada, "Katherine")
    page = browser.open("pod/map", member=katherine.member_id)
    assert "Make them one" not in labels(page)
    [choice] = [one for one in page.selectbox if one.label == "Someone else here is the same person"]
    assert [words.partition(" · ")[0] for words in choice.options] == ["June", "Kit"], "a person is offered people"
    choice.select(kit).run()
    assert html(page, "All you noted of both is kept, under Katherine.")
    press(page, "Leave them as they are")
    assert "Make them one" not in labels(page) and len(ada.members()) == 4
    [choice] = [one for one in page.selectbox if one.label == "Someone else here is the same person"]
    choice.select(kit).run()
    press(page, "Make them one")
    assert [m.name for m in ada.members()] == ["June", "Katherine", "The library"]
    assert html(page, "Also called Kit") and not page.exception
    assert notes(page, ada, katherine) == "Likes tea\n\nBy the sea"


def test_not_for_now_is_said_before_it_goes_for_both(page: AppTest, ada: MyWorkbook, browser: Browser) -> None:
    ada.decide_contact(named(ada, "Katherine").member_id, "not_for_now")
    add(page, ada, "Katharine")
    assert html(page, "One is not for now. That goes for both.")
    press(page, "Yes, make them one")
    assert named(ada, "Katherine").contact == "not_for_now"


def test_texts_too_long_together_are_said_and_stay_two(page: AppTest, ada: MyWorkbook) -> None:
    katharine = ada.add_member("Katharine")
    ada.change_member(katharine, "notes", "a" * 19_990)
    page.query_params["member"] = katharine
    page.run()
    press(page, "Yes, make them one")
    assert html(page, "Together their notes are too long for one field. Take out 1 letters or so first.")
    assert len(ada.members()) == 3 and html(page, ASKED)


def test_a_card_left_open_keeps_in_sight_what_was_typed_on_it(page: AppTest, ada: MyWorkbook, browser: Browser) -> None:
    katherine, katharine = named(ada, "Katherine"), ada.add_member("Katharine")
    page = browser.open("pod/map", member=katharine)
    ada.merge(katherine.member_id, katharine)  # in another window
    page.text_area(key=f"{ada.person_id}|fact|{katharine}|notes").input("Rings <late>").run()
    assert not page.exception
    assert html(page, "That one is no longer on your map. Copy the words you want to keep.")
    assert "Rings <late>" in seen(page)
    assert named(ada, "Katherine").notes == "Likes tea"
    press(page, "Put these words away")
    assert "Rings" not in seen(page)


def test_an_exercise_left_open_says_that_someone_is_gone_and_loses_no_word(
    page: AppTest, ada: MyWorkbook, browser: Browser
) -> None:
    katherine, katharine = named(ada, "Katherine"), ada.add_member("Katharine")
    page = browser.open("steps/reflect", at="who_listens")
    field = next(one for one in page.button_group if katharine in str(one.key))
    ada.merge(katherine.member_id, katharine)
    field.set_value("yes").run()
    assert html(page, "That one is no longer on your map. Choose again.")
    assert not page.exception and named(ada, "Katherine").heard == ""


def test_a_gone_name_picked_in_a_page_left_open_is_refused_calmly_and_the_words_beside_it_are_saved(
    page: AppTest, ada: MyWorkbook, browser: Browser
) -> None:
    katherine, katharine = named(ada, "Katherine"), ada.add_member("Katharine")
    page = browser.open("steps/reflect", at="someone_stayed")
    [who], [story] = page.selectbox, page.text_area
    assert "Katharine" in who.options
    ada.merge(katherine.member_id, katharine)
    who.select("Katharine")
    story.input("She sat on the stairs").run()
    assert html(page, "That one is no longer on your map. Choose again.") and not page.exception
    [who], [story] = page.selectbox, page.text_area
    assert "Katharine" not in who.options
    assert story.value == "She sat on the stairs"
    assert [s.value for s in ada.saved("reflect.someone_stayed")] == ["She sat on the stairs"]
    who.select("Katherine").run()
    assert [s.value for s in ada.saved("reflect.someone_stayed") if s.prompt == "who"] == [katherine.member_id]
