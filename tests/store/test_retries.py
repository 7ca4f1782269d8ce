"""A save tried again with its own id is the same save."""

import threading

import pytest

from tests.characters import MONDAY
from workbook.my_workbook import MyWorkbook
from workbook.store import answers
from workbook.store.answers import Saved
from workbook.store.opening import Store

STORY = ("reflect.someone_stayed", "story")


def rows(store: Store) -> int:
    return int(store.read("SELECT count(*) FROM answers")[0][0])


@pytest.mark.promise("idempotent_retry")
def test_sixteen_threads_with_one_save_id_make_one_row_and_get_the_same_answer(store: Store, book: MyWorkbook) -> None:
    got = list[Saved]()
    ready = threading.Barrier(16)

    def try_it() -> None:
        ready.wait()
        got.append(book.answer(*STORY, "Ruth sat on the stairs with me.", save_id="one"))

    threads = [threading.Thread(target=try_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(store) == 1
    assert len(got) == 16 and len(set(map(str, got))) == 1


@pytest.mark.promise("idempotent_retry")
def test_a_late_retry_does_not_bring_back_words_that_have_been_changed_since(store: Store, book: MyWorkbook) -> None:
    first = book.answer(*STORY, "Ruth.", save_id="one")
    book.answer(*STORY, "Ruth and Noor.", save_id="two")
    assert book.answer(*STORY, "Ruth.", save_id="one") == first
    assert [saved.value for saved in book.versions(*STORY)] == ["Ruth and Noor.", "Ruth."]


@pytest.mark.promise("idempotent_retry")
def test_a_late_retry_of_a_save_that_changed_nothing_changes_nothing_either(store: Store, book: MyWorkbook) -> None:
    book.answer(*STORY, "Ruth.", save_id="one")
    book.answer(*STORY, "Ruth.", save_id="two")
    book.answer(*STORY, "Ruth and Noor.", save_id="three")
    assert book.answer(*STORY, "Ruth.", save_id="two").value == "Ruth."
    assert [saved.value for saved in book.versions(*STORY)] == ["Ruth and Noor.", "Ruth."]


def test_only_the_latest_saves_that_changed_nothing_are_remembered(store: Store, book: MyWorkbook) -> None:
    first = book.answer(*STORY, "Ruth.")
    with store.pen(book.person_id, MONDAY, MONDAY.date(), "UTC") as pen:
        for n in range(answers.REMEMBERED + 5):
            answers.note_same(pen, store, f"{n}", first)
    assert len(store.changed_nothing) == answers.REMEMBERED
    assert (book.person_id, "4") not in store.changed_nothing and (book.person_id, "5") in store.changed_nothing


def test_the_same_words_saved_anew_are_a_version_where_they_were_changed_in_between(
    store: Store, book: MyWorkbook
) -> None:
    for words, save_id in (("Ruth.", "one"), ("Noor.", "two"), ("Ruth.", "three")):
        book.answer(*STORY, words, save_id=save_id)
    assert [saved.value for saved in book.versions(*STORY)] == ["Ruth.", "Noor.", "Ruth."]


def test_a_save_id_means_nothing_in_another_persons_workbook(
    store: Store, book: MyWorkbook, kofis_book: MyWorkbook
) -> None:
    book.answer(*STORY, "Ruth.", save_id="one")
    assert kofis_book.answer(*STORY, "Sam.", save_id="one").value == "Sam."
    assert rows(store) == 2


def test_saves_without_an_id_are_never_taken_for_one_another(store: Store, book: MyWorkbook) -> None:
    book.answer(*STORY, "Ruth.")
    book.answer(*STORY, "Noor.")
    assert rows(store) == 2
