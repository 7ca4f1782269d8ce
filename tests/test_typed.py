"""Words as they are typed: the mark by which a page knows them, and which of their versions are shown."""

from dataclasses import replace
from datetime import date

import pytest

from tests.characters import MONDAY, Clock, coach
from workbook import typed
from workbook.coach_desk import CoachDesk
from workbook.coaching import Group, mark_of
from workbook.content import Content
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.store.answers import Saved
from workbook.store.opening import Store
from workbook.typed import Field, keep, mark, read_field, worth_showing

STORY = ("reflect.someone_stayed", "story")
ID = "0a1b2c3d-4e5f"


def versions(*typed_in: tuple[str, str]) -> list[Saved]:
    """Versions, newest first, each with its words and the page that saved it."""
    return [
        Saved(
            f"a{n}", *STORY, "", "", date(2026, 3, 2), "UTC", MONDAY, 99 - n, words, save_id=f"{page}.{n}" * bool(page)
        )
        for n, (words, page) in enumerate(typed_in)
    ]


def shown(*typed_in: tuple[str, str]) -> list[str]:
    return [one.value for one in worth_showing(versions(*typed_in))]


def test_a_mark_counts_as_the_browser_counts_and_tells_words_apart() -> None:
    assert mark("") == "0.0"
    assert mark("a𝄞") == "3.a29ae794" != mark("b𝄞")


def test_what_only_led_up_to_a_version_on_the_same_page_is_left_out() -> None:
    assert shown(("We sang.", "p"), ("We sa", "p"), ("We", "p"), ("", "p")) == ["We sang."]
    assert shown(("He sang.", "p"), ("We sang", "p"), ("We", "p")) == ["He sang.", "We sang"]


def test_what_was_taken_back_step_by_step_shows_where_it_began_and_ended() -> None:
    assert shown(("We", "p"), ("We sa", "p"), ("We sang", "p"), ("We s", "p")) == ["We", "We sang"]


def test_what_another_page_saved_or_nobody_knows_which_is_always_shown() -> None:
    assert shown(("We sang", "p"), ("We", "q")) == ["We sang", "We"]
    assert shown(("We sang", ""), ("We", "")) == ["We sang", "We"]


def test_a_field_is_read_as_it_was_written(book: MyWorkbook) -> None:
    field = Field(book.person_id, "answer", *STORY, "2026-03-02.2", "5f")
    assert read_field(str(field)) == field


def test_words_sent_by_themselves_are_kept_once(book: MyWorkbook) -> None:
    field = Field(book.person_id, "answer", *STORY, "", "page")
    for _ in range(2):
        keep(book, field, "Ruth.", ID)
    book.answer(*STORY, "Ruth.", save_id="page.other")
    book.answer(*STORY, "Ruth, and Noor.")
    keep(book, field, "Ruth.", ID)  # a late retry
    assert [one.value for one in book.versions(*STORY)] == ["Ruth, and Noor.", "Ruth."]


def test_a_line_is_kept_on_one_line_and_a_note_of_a_member_once(book: MyWorkbook) -> None:
    keep(book, Field(book.person_id, "answer", "stay_open.limits", "can"), "Half\r\nan hour", ID)
    assert book.saved("stay_open.limits")[0].value == "Half an hour"
    june = book.add_member("June")
    for _ in range(2):
        keep(book, Field(book.person_id, "fact", june, "notes"), "Laughs", ID)
    assert [m.notes for m in book.members()] == ["Laughs"]
    rows = book._store.read("SELECT count(*) FROM member_facts WHERE field = 'notes'")
    assert rows == [(1,)]


@pytest.mark.parametrize(
    "field",
    [
        Field("someone else", "answer", *STORY),
        Field("", "answer", "reflect.no_such", "story"),
        Field("", "answer", "reflect.someone_stayed", "no_such"),
        Field("", "answer", "reach_out.for_now", "who"),  # the safety screen
        Field("", "answer", "reach_out.two_lines", "text", "2026-03-02"),  # a message, kept only where it is ticked
        Field("", "answer", *STORY, "2026-03-02"),
        Field("", "answer", "reach_out.when_where", "act", ""),
        Field("", "answer", "reach_out.when_where", "act", "2026-99-02"),
        Field("", "answer", "reach_out.when_where", "act", "x"),
        Field("", "fact", "no such member", "notes"),
        Field("", "fact", "june", "contact"),
    ],
)
def test_a_field_that_is_not_ones_own_or_not_for_words_is_refused(
    book: MyWorkbook, kofis_book: MyWorkbook, clock: Clock, field: Field
) -> None:
    own = Field(field.person_id or book.person_id, *str(field).split("|")[1:])
    with pytest.raises(Refused):
        keep(book, own, "Ruth.", ID)
    kofis = Field(book.person_id, "fact", kofis_book.add_member("Sam"), "notes")
    with pytest.raises(Refused):
        keep(book, kofis, "Ruth.", ID)
    with pytest.raises(Refused):
        keep(book, Field(book.person_id, "answer", *STORY), "Ruth.", "x")
    assert book.everything_answered() == [] and kofis_book.members()[0].notes == ""


@pytest.mark.parametrize("written", ["", "a|b|c|d|e|f", "p|answer|a|b", "p|answer|a|b|c|d|e|f", "p|fact|\x00|b|c|d"])
def test_what_no_page_of_ours_writes_is_no_field(written: str) -> None:
    with pytest.raises(Refused):
        read_field(written)


def test_every_kind_that_saves_while_it_is_typed_is_one_for_words() -> None:
    assert typed.KINDS == ("line", "long_text")


def test_words_are_not_kept_under_a_question_that_was_changed_since_the_page_was_drawn(
    store: Store, words: Content, clock: Clock, book: MyWorkbook
) -> None:
    desk = CoachDesk(store, words, coach(store, "Mara"), clock)
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    asked = {"step": "reflect", "title": "Your week", "prompts": [{"kind": "line", "ask": "What was light?"}]}
    key = desk.add_exercise(group, asked)
    book.sharing.join(desk.invite(group))
    drawn = Field(book.person_id, "answer", key, "p1", sitting="page", drawn=mark_of(book.content.exercise(key)))
    assert read_field(str(drawn)) == drawn
    desk.mend_exercise(group, key, "Your week", "", {"p1": ("What do you hide?", "")})
    again = MyWorkbook(store, words, book.person_id, clock, "Europe/London")
    with pytest.raises(Refused) as refused:
        keep(again, drawn, "Soup", "save-0001")
    assert refused.value.code == "question_changed" and again.saved(key) == []
    keep(again, replace(drawn, drawn=mark_of(again.content.exercise(key))), "Soup", "save-0002")
    assert [s.value for s in again.saved(key)] == ["Soup"]
