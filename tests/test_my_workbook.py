"""All that one person may read and change: answers and their versions, members, moves, what follows from what."""

import threading
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.characters import FINE, Clock, book_of, person
from workbook.content import Content
from workbook.my_workbook import MyWorkbook, known_zone
from workbook.pod import Member
from workbook.refused import Refused
from workbook.store import answers as kept
from workbook.store.opening import OF_ONE_PERSON, Store, open_store

MONDAY = date(2026, 3, 2)
NEVER = "0" * 32
LINES = "reach_out.two_lines"
AFTER = "reach_out.after_sent"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all these tests; the people in it are new in each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WORKBOOK_KEY", raising=False)
        patch.delenv("WORKBOOK_KEY_FILE", raising=False)
        opened = open_store(tmp_path_factory.mktemp("data"))
    yield opened
    opened.close()


def refusal(call: object, *values: object, **more: object) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*values, **more)  # type: ignore[operator]
    return refused.value


def member(book: MyWorkbook, member_id: str) -> Member:
    return next(m for m in book.members() if m.member_id == member_id)


def standing_answer(book: MyWorkbook, exercise: str, prompt: str, occasion: str = "", about: str = "") -> Any:
    found = [s.value for s in book.saved(exercise) if (s.prompt, s.occasion, s.about) == (prompt, occasion, about)]
    return found[0] if found else None


def say(book: MyWorkbook, exercise: str, occasion: str = "", **given: Any) -> None:
    for prompt, value in given.items():
        book.answer(exercise, prompt, value, occasion=occasion)


# Answers and their versions


def test_an_answer_is_saved_with_its_day_its_zone_and_its_number(book: MyWorkbook) -> None:
    saved = book.answer("reflect.someone_stayed", "story", "Ruth sat on the stairs.")
    assert (saved.value, saved.on_day, saved.zone) == ("Ruth sat on the stairs.", MONDAY, "Europe/London")
    assert (saved.recorded_at, saved.seq) == (datetime(2026, 3, 2, 9, 0), 1)
    assert book.saved("reflect.someone_stayed") == [saved]


def test_a_later_answer_stands_and_the_earlier_ones_stay_as_versions(book: MyWorkbook, clock: Clock) -> None:
    for value in ("one", "two", "three"):
        book.answer("reflect.drifted", "together", value)
        clock.go_on(minutes=1)
    assert standing_answer(book, "reflect.drifted", "together") == "three"
    assert [v.value for v in book.versions("reflect.drifted", "together")] == ["three", "two", "one"]


def test_the_number_decides_what_is_newest_even_when_the_clock_goes_back(book: MyWorkbook, clock: Clock) -> None:
    book.answer("reflect.drifted", "together", "first")
    clock.go_on(hours=-5)
    book.answer("reflect.drifted", "together", "second")
    assert standing_answer(book, "reflect.drifted", "together") == "second"
    progress = next(p for p in book.progress() if p.exercise.key == "reflect.drifted")
    assert progress.last_saved == datetime(2026, 3, 2, 4, 0)


def test_saving_the_same_value_again_makes_no_new_version(book: MyWorkbook, clock: Clock) -> None:
    first = book.answer("reflect.drifted", "together", "Rowing.")
    clock.go_on(days=1)
    again = book.answer("reflect.drifted", "together", "Rowing.")
    assert (again.answer_id, again.seq, again.on_day) == (first.answer_id, 1, MONDAY)
    assert len(book.versions("reflect.drifted", "together")) == 1


def test_a_save_sent_twice_is_one_save(book: MyWorkbook) -> None:
    for _ in range(3):
        book.answer("reflect.drifted", "together", "Rowing.", save_id="one-save")
    assert len(book.versions("reflect.drifted", "together")) == 1


def test_going_back_and_forth_keeps_every_version(book: MyWorkbook) -> None:
    for value in ("yes", "no", "yes"):
        book.answer("check_in.weekly", "hid", value, occasion="2026-03-02")
    assert len(book.versions("check_in.weekly", "hid", "2026-03-02")) == 3


def test_an_earlier_version_is_brought_back_as_the_newest(book: MyWorkbook) -> None:
    old = book.answer("reflect.drifted", "together", "Rowing.")
    book.answer("reflect.drifted", "together", "Pancakes.")
    back = book.bring_back(old.answer_id)
    assert (back.value, back.seq) == ("Rowing.", 3)
    assert [v.value for v in book.versions("reflect.drifted", "together")] == ["Rowing.", "Pancakes.", "Rowing."]


def test_bringing_a_version_back_brings_back_what_it_meant(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    old = book.answer("reflect.someone_stayed", "who", noor)
    book.answer("reflect.someone_stayed", "who", kofi)
    book.bring_back(old.answer_id)
    assert (member(book, noor).heard, member(book, kofi).heard) == ("yes", "")


def test_a_version_that_was_erased_cannot_be_brought_back(book: MyWorkbook) -> None:
    old = book.answer("reflect.drifted", "together", "Rowing.")
    book.erase("reflect.drifted", "together")
    assert refusal(book.bring_back, old.answer_id).code == "version_gone"
    assert refusal(book.bring_back, NEVER).code == "version_gone"


def test_another_persons_version_cannot_be_brought_back(book: MyWorkbook, kofis_book: MyWorkbook) -> None:
    adas = book.answer("reflect.drifted", "together", "Rowing.")
    assert refusal(kofis_book.bring_back, adas.answer_id).code == "version_gone"


def test_erasing_takes_every_version_of_that_answer_and_of_no_other(book: MyWorkbook, store: Store) -> None:
    for value in ("one", "two"):
        book.answer("reflect.drifted", "together", value)
    book.answer("reflect.someone_stayed", "story", "Ruth.")
    book.erase("reflect.drifted", "together")
    assert book.versions("reflect.drifted", "together") == []
    assert [s.value for s in kept.every_version(store, book.person_id)] == ["Ruth."]


def test_each_occasion_has_answers_of_its_own(book: MyWorkbook) -> None:
    book.answer("check_in.weekly", "alone", 7, occasion="2026-03-02")
    book.answer("check_in.weekly", "alone", 3, occasion="2026-03-09")
    assert [(s.occasion, s.value) for s in book.saved("check_in.weekly")] == [("2026-03-02", 7), ("2026-03-09", 3)]
    book.erase("check_in.weekly", "alone", "2026-03-02")
    assert [(s.occasion, s.value) for s in book.saved("check_in.weekly")] == [("2026-03-09", 3)]


@pytest.mark.parametrize(
    ("exercise", "prompt", "value", "code"),
    [
        ("reflect.nowhere", "story", "x", "not_offered"),
        ("reflect.someone_stayed", "nothing", "x", "not_offered"),
        ("check_in.weekly", "hid", "perhaps", "not_offered"),
        ("check_in.weekly", "alone", 11, "not_offered"),
        ("welcome.today", "word", "w" * 301, "text_long"),
        ("reflect.steady", "qualities", ["listens", "calm", "honest", "laughs"], "too_many"),
        ("reconnect.bad_hour", "country", "atlantis", "not_offered"),
        ("reconnect.three_doors", "doors", ["trapdoor"], "not_offered"),
        ("reconnect.bad_hour", "lines", ["us.no_such_line"], "not_offered"),
        ("reach_out.for_now", "screen", {"harmed": "yes"}, "never_kept"),
        (AFTER, "which", NEVER, "not_offered"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing_behind(
    book: MyWorkbook, exercise: str, prompt: str, value: Any, code: str
) -> None:
    assert refusal(book.answer, exercise, prompt, value).code == code
    assert book.everything_answered() == [] and book.members() == []


@pytest.mark.parametrize(
    "typed", ["=1+1", "<b>bold</b>", "![x](http://evil/t.png)", "a'; --", "\u202eabc", "🧑🏽‍🤝‍🧑🏻", " \n\t"]
)
def test_words_are_kept_letter_for_letter(book: MyWorkbook, typed: str) -> None:
    book.answer("reflect.someone_stayed", "story", typed)
    assert standing_answer(book, "reflect.someone_stayed", "story") == typed


def test_eight_threads_answering_lose_nothing_and_each_number_is_given_once(book: MyWorkbook, store: Store) -> None:
    noor = book.add_member("Noor")
    troubles: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            for n in range(8):
                book.answer("check_in.weekly", "alone", n, occasion=f"day-{thread}")
                book.answer("check_in.weekly", "touched", [noor] if n % 2 else [], occasion=f"day-{thread}")
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    saved = kept.every_version(store, book.person_id)
    assert len(saved) == 8 * 16
    numbers = every_number(store, book.person_id)
    assert len(numbers) == len(set(numbers))
    assert max(numbers) == store.read("SELECT seq FROM heads WHERE person_id = :p", p=book.person_id)[0][0]
    for thread_number in range(8):
        assert standing_answer(book, "check_in.weekly", "alone", f"day-{thread_number}") == 7


def every_number(store: Store, person_id: str) -> list[int]:
    tables = ("answers", "members", "member_facts", "moves", "tries", "touches", "choices", "consents", "opens")
    union = " UNION ALL ".join(f"SELECT seq FROM {table} WHERE person_id = :p" for table in tables)
    return [row[0] for row in store.read(union, p=person_id)]


# What answers mean


def test_a_choice_for_a_member_shows_on_them_and_goes_when_it_is_erased(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.answer("reflect.who_listens", "heard", "partly", about=noor)
    assert member(book, noor).heard == "partly"
    book.erase("reflect.who_listens", "heard", about=noor)
    assert member(book, noor).heard == ""


def test_erasing_takes_back_what_the_answer_meant_and_an_older_word_holds_again(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.change_member(noor, "heard", "unsure")
    book.answer("reflect.someone_stayed", "who", noor)
    assert member(book, noor).heard == "yes"
    book.erase("reflect.someone_stayed", "who")
    assert member(book, noor).heard == "unsure"
    assert [m.name for m in book.members()] == ["Noor"], "members stay"


def test_emptying_an_answer_takes_back_what_it_meant_too(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.answer("reflect.someone_stayed", "who", noor)
    book.answer("reflect.someone_stayed", "who", "")
    assert member(book, noor).heard == ""


def test_changing_who_an_exercise_is_about_takes_the_fact_back_from_the_first(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    say(book, "stay_open.little_more", "2026-03-02", who=noor, closeness=8)
    assert (member(book, noor).closeness, member(book, kofi).closeness) == (8, None)
    book.answer("stay_open.little_more", "who", kofi, occasion="2026-03-02")
    assert (member(book, noor).closeness, member(book, kofi).closeness) == (None, 8)
    assert [(t.member_id, dict(t.fields)) for t in book.tries()] == [(kofi, {"member": kofi})]


def test_what_is_said_on_the_map_later_holds_though_the_exercise_is_saved_again(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.answer("reflect.who_listens", "heard", "yes", about=noor)
    book.change_member(noor, "heard", "unsure")
    book.answer("reflect.who_listens", "last_time", "On the bus.")
    assert member(book, noor).heard == "unsure"


def test_of_two_answers_about_one_thing_the_newer_holds_whatever_is_saved_after(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    helps = "reflect.kinds_of_help"
    book.answer(helps, "tags", ["company"], about=noor)
    book.answer(helps, "laugh", noor)
    book.answer(helps, "tags", ["listen"], about=noor)
    assert member(book, noor).good_for == ("listen",)
    book.answer(helps, "tags", ["advice"], about=kofi)
    assert member(book, noor).good_for == ("listen",)


def test_what_is_known_says_since_when(book: MyWorkbook, clock: Clock) -> None:
    noor = book.add_member("Noor")
    clock.go_on(days=3)
    book.answer("check_in.weekly", "touched", [noor], occasion="2026-03-05")
    known = book.known()[noor, "last_touch"]
    assert (known.value, known.on_day) == ("week", date(2026, 3, 5))
    assert book.added_on() == {noor: MONDAY}


# Tries


def test_a_message_is_a_try_with_the_day_it_began(book: MyWorkbook, clock: Clock) -> None:
    noor = book.add_member("Noor")
    say(book, LINES, "2026-03-02", who=noor, text="Hi Noor", state="drafted")
    clock.go_on(days=2)
    book.answer(LINES, "state", "sent", occasion="2026-03-02")
    (one,) = book.tries()
    assert (one.member_id, one.on_day, one.recorded_at) == (noor, MONDAY, datetime(2026, 3, 4, 9, 0))
    days = {"state_on": "2026-03-04", "sent_on": "2026-03-04"}
    assert dict(one.fields) == {"member": noor, "text": "Hi Noor", "state": "sent", **days}
    assert member(book, noor).last_touch == "", "nothing came back yet"


def test_another_exercise_may_come_back_to_a_try(book: MyWorkbook, clock: Clock) -> None:
    noor = book.add_member("Noor")
    say(book, LINES, "2026-03-02", who=noor, state="sent")
    clock.go_on(days=1)
    say(book, AFTER, "2026-03-03", which=book.tries()[0].try_id, felt="easy", took="Two cups of tea.")
    (one,) = book.tries()
    days = {"state_on": "2026-03-02", "sent_on": "2026-03-02"}
    said = {"felt": "easy", "after_feel": "Two cups of tea."}
    assert dict(one.fields) == {"member": noor, "state": "sent", **said, **days}
    assert (one.began_via.split("|")[0], one.on_day) == (LINES, MONDAY)


def test_what_was_said_of_one_try_moves_with_it_to_another(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    say(book, LINES, "2026-03-02", who=noor, state="sent")
    say(book, LINES, "2026-03-02.2", who=kofi, state="sent")
    first, second = (t.try_id for t in book.tries())
    say(book, AFTER, "2026-03-02", which=first, felt="easy")
    book.answer(AFTER, "which", second, occasion="2026-03-02")
    assert [(t.member_id, t.fields.get("felt")) for t in book.tries()] == [(noor, None), (kofi, "easy")]


def test_erasing_the_words_of_a_message_leaves_none_of_them_in_its_try(book: MyWorkbook, store: Store) -> None:
    noor = book.add_member("Noor")
    say(book, LINES, "2026-03-02", who=noor, text="first try", state="drafted")
    book.answer(LINES, "text", "second try", occasion="2026-03-02")
    book.erase(LINES, "text", "2026-03-02")
    assert dict(book.tries()[0].fields) == {"member": noor, "state": "drafted", "state_on": "2026-03-02"}
    assert [words for words in opened(store, book.person_id) if "try" in words] == []


def test_a_try_whose_member_was_erased_is_about_nobody(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    say(book, LINES, "2026-03-02", who=noor, state="drafted")
    book.erase(LINES, "who", "2026-03-02")
    assert [(t.member_id, t.fields["state"]) for t in book.tries()] == [("", "drafted")]


def test_a_try_with_nothing_left_of_it_is_no_try(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    say(book, LINES, "2026-03-02", who=noor, state="drafted")
    book.erase(LINES, "who", "2026-03-02")
    book.erase(LINES, "state", "2026-03-02")
    assert book.tries() == []


# Occasions


def test_a_check_in_begins_afresh_each_day_and_a_try_goes_on(book: MyWorkbook, clock: Clock, words: Content) -> None:
    weekly, lines = words.exercise("check_in.weekly"), words.exercise(LINES)
    for exercise, prompt, value in ((weekly, "alone", 5), (lines, "who", book.add_member("Noor"))):
        occasion = book.occasion(exercise, book.saved(exercise.key))
        assert occasion == "2026-03-02"
        book.answer(exercise.key, prompt, value, occasion=occasion)
    clock.go_on(days=1)
    assert book.occasion(weekly, book.saved(weekly.key)) == "2026-03-03"
    assert book.occasion(lines, book.saved(lines.key)) == "2026-03-02"
    assert book.next_occasion(lines) == "2026-03-03"


def test_a_second_occasion_on_one_day_gets_a_name_of_its_own(book: MyWorkbook, words: Content) -> None:
    named = []
    for name in ("Noor", "Jo", "Kim"):
        occasion = book.next_occasion(book.content.exercise(LINES))
        book.answer(LINES, "who", book.add_member(name), occasion=occasion)
        named.append(occasion)
    assert named == ["2026-03-02", "2026-03-02.2", "2026-03-02.3"]
    assert book.occasion(words.exercise(LINES), book.saved(LINES)) == "2026-03-02.3"


def test_what_is_done_once_has_no_occasion(book: MyWorkbook, words: Content) -> None:
    assert book.occasion(words.exercise("reflect.drifted"), []) == ""


# Members


def test_a_member_is_added_where_told(book: MyWorkbook) -> None:
    noor = book.add_member("  Noor  Haddad ", place="core")
    library = book.add_member("Library", kind="place")
    assert [(m.member_id, m.name, m.kind, m.place, m.since) for m in book.members()] == [
        (noor, "Noor Haddad", "person", "core", MONDAY),
        (library, "Library", "place", "unplaced", None),
    ]
    assert book.has_members()


def test_a_name_already_there_is_refused_once_so_that_two_of_a_name_are_a_choice(book: MyWorkbook) -> None:
    book.add_member("Noor")
    refused = refusal(book.add_member, " nOOR ")
    assert (refused.code, refused.facts) == ("member_there", {"name": "nOOR"})
    assert book.add_member("Noor", again=True) != book.members()[0].member_id
    assert [m.name for m in book.members()] == ["Noor", "Noor"]


@pytest.mark.parametrize("typed", ["Noor", "noor", "  NOOR ", "ＮＯＯＲ"])
def test_naming_someone_already_there_picks_them(book: MyWorkbook, typed: str) -> None:
    noor = book.add_member("Noor")
    assert book.name_someone("reflect.drifted", "names", typed) == noor
    assert book.someone_called(typed) == noor
    assert [m.name for m in book.members()] == ["Noor"]
    assert standing_answer(book, "reflect.drifted", "names") == [noor]


def test_naming_someone_new_adds_them_as_the_prompt_says(book: MyWorkbook) -> None:
    shop = book.name_someone("stay_open.familiar_faces", "places", "The corner shop")
    kind = book.name_someone("stay_open.kindness", "who", "The woman with the brown dog", "2026-03-02")
    group = book.name_someone("reconnect.look", "which", "Tuesday group", "2026-03-02")
    assert [(m.member_id, m.kind, m.place) for m in book.members()] == [
        (shop, "place", "outer"),
        (kind, "person", "movable"),
        (group, "group", "outer"),
    ]
    assert standing_answer(book, "reconnect.look", "which", "2026-03-02") == group


def test_names_add_up_and_the_same_one_counts_once(book: MyWorkbook) -> None:
    named = [book.name_someone("reflect.drifted", "names", name) for name in ("Noor", "Kofi", "noor")]
    assert named[0] == named[2]
    assert standing_answer(book, "reflect.drifted", "names") == named[:2]


def test_one_name_too_many_is_refused_and_nobody_is_added(book: MyWorkbook) -> None:
    for name in ("Noor", "Kofi", "Sam"):
        book.name_someone("welcome.first_dots", "names", name)
    refused = refusal(book.name_someone, "welcome.first_dots", "names", "Ruth")
    assert (refused.code, refused.facts) == ("too_many", {"most": 3})
    assert [m.name for m in book.members()] == ["Noor", "Kofi", "Sam"]


def test_eight_threads_naming_one_person_add_one_member(book: MyWorkbook) -> None:
    threads = [threading.Thread(target=book.someone_called, args=("Noor",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [m.name for m in book.members()] == ["Noor"]


@pytest.mark.parametrize(
    ("field", "value", "now"),
    [
        ("name", "  Nour ", "Nour"),
        ("kind", "pet", "pet"),
        ("how_known", "School", "School"),
        ("good_for", ["emergency", "listen"], ("listen", "emergency")),
        ("heard", "partly", "partly"),
        ("asked", "agreed", "agreed"),
        ("gives_takes", "both", "both"),
        ("notes", "Up to midnight.\nNot on Sundays.", "Up to midnight.\nNot on Sundays."),
        ("last_touch", "year", "year"),
        ("closeness", 0, 0),
        ("how", "By bus", "By bus"),
        ("next_step", "Ring them", "Ring them"),
        ("state", "keep", "keep"),
        ("pictured", False, False),
        ("parted", "died", "died"),
    ],
)
def test_each_thing_known_of_a_member_can_be_changed(book: MyWorkbook, field: str, value: Any, now: Any) -> None:
    noor = book.add_member("Noor")
    book.change_member(noor, field, value)
    assert getattr(member(book, noor), field) == now


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", " ", "member_name_empty"),
        ("kind", "", "not_offered"),
        ("kind", "enemy", "not_offered"),
        ("good_for", ["money"], "not_offered"),
        ("heard", "no", "not_offered"),
        ("closeness", 11, "not_offered"),
        ("pictured", "no", "not_offered"),
        ("parted", "left", "not_offered"),
        ("contact", "ok", "not_offered"),
        ("place", "core", "not_offered"),
        ("door", "adfam", "not_offered"),
        ("notes", "n" * 20_001, "text_long"),
    ],
)
def test_a_change_that_cannot_be_taken_is_refused(book: MyWorkbook, field: str, value: Any, code: str) -> None:
    noor = book.add_member("Noor")
    before = member(book, noor)
    assert refusal(book.change_member, noor, field, value).code == code
    assert member(book, noor) == before


def test_good_for_nothing_any_more_takes_every_tag_back(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.change_member(noor, "good_for", ["listen", "company"])
    book.change_member(noor, "good_for", [])
    assert member(book, noor).good_for == ()


# Moves


def test_a_move_stands_from_its_day_and_the_newest_holds(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.move(noor, "movable", on_day=date(2026, 2, 1), reason="She wrote back")
    book.move(noor, "core")
    assert [(m.place, m.on_day, m.reason, m.zone) for m in book.moves()] == [
        ("movable", date(2026, 2, 1), "She wrote back", "Europe/London"),
        ("core", MONDAY, "", "Europe/London"),
    ]
    assert (member(book, noor).place, member(book, noor).since) == ("core", MONDAY)


def test_a_move_noted_late_does_not_undo_a_later_one(book: MyWorkbook) -> None:
    noor = book.add_member("Noor", place="core")
    book.move(noor, "outer", on_day=date(2026, 1, 1))
    assert member(book, noor).place == "core"


def test_a_move_on_a_future_day_is_refused_and_today_is_not(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    assert refusal(book.move, noor, "core", on_day=date(2026, 3, 3)).code == "day_ahead"
    book.move(noor, "core", on_day=MONDAY)
    assert [m.on_day for m in book.moves()] == [MONDAY]


def test_whether_a_day_is_ahead_is_decided_where_the_person_is(store: Store, words: Content, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 2, 12, 0)
    ada = person(store, "Ada")
    kiritimati = MyWorkbook(store, words, ada, clock, "Pacific/Kiritimati")  # 14 hours ahead: already Tuesday
    honolulu = MyWorkbook(store, words, ada, clock, "Pacific/Honolulu")  # 10 hours behind: still Monday
    noor = kiritimati.add_member("Noor")
    kiritimati.move(noor, "core", on_day=date(2026, 3, 3))
    assert refusal(honolulu.move, noor, "core", on_day=date(2026, 3, 3)).code == "day_ahead"


@pytest.mark.parametrize(("reason", "code"), [("r" * 501, "text_long"), ("r\x00", "text_odd"), ("\ud800", "text_odd")])
def test_a_reason_too_long_or_odd_is_refused(book: MyWorkbook, reason: str, code: str) -> None:
    noor = book.add_member("Noor")
    assert refusal(book.move, noor, "core", reason=reason).code == code
    assert book.moves() == []


def test_an_unknown_place_is_refused_everywhere(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    for call in (
        lambda: book.move(noor, "middle"),
        lambda: book.moved_here("stay_open.changed_places", "moves", noor, "middle"),
        lambda: book.add_member("Kofi", place="middle"),
    ):
        assert refusal(call).code == "not_offered"
    assert (book.moves(), len(book.members())) == ([], 1)


def test_a_move_from_within_an_exercise_also_answers_it(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    for who, place in ((noor, "core"), (kofi, "outer"), (noor, "movable")):
        book.moved_here("stay_open.changed_places", "moves", who, place)
    assert standing_answer(book, "stay_open.changed_places", "moves") == [noor, kofi]
    assert [member(book, who).place for who in (noor, kofi)] == ["movable", "outer"]


def test_leaving_someone_off_moves_them_off_the_map_and_taking_it_back_brings_them_to_the_list(
    book: MyWorkbook,
) -> None:
    noor, kofi = book.add_member("Noor", place="core"), book.add_member("Kofi")
    book.answer("reflect.leave_off", "off", [noor, kofi])
    assert [m.place for m in book.members()] == ["left_off", "left_off"]
    book.answer("reflect.leave_off", "off", [kofi])
    assert [m.place for m in book.members()] == ["unplaced", "left_off"]


# Two zones


def test_a_save_across_midnight_belongs_to_the_day_it_was_for_the_person(
    store: Store, words: Content, clock: Clock
) -> None:
    clock.now = datetime(2026, 3, 2, 23, 30)
    ada = person(store, "Ada")
    london = MyWorkbook(store, words, ada, clock, "Europe/London")
    berlin = MyWorkbook(store, words, ada, clock, "Europe/Berlin")
    new_york = MyWorkbook(store, words, ada, clock, "America/New_York")
    assert [b.today for b in (new_york, london, berlin)] == [MONDAY, MONDAY, date(2026, 3, 3)]
    saved = [b.answer("reflect.drifted", "together", b.zone) for b in (london, berlin, new_york)]
    assert [(s.on_day, s.zone) for s in saved] == [
        (MONDAY, "Europe/London"),
        (date(2026, 3, 3), "Europe/Berlin"),
        (MONDAY, "America/New_York"),
    ]
    assert {s.recorded_at for s in saved} == {datetime(2026, 3, 2, 23, 30)}
    noor = berlin.add_member("Noor", place="core")
    assert member(london, noor).since == date(2026, 3, 3)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
@pytest.mark.parametrize("how", ["released", "left_off", "exercise", "dated today"])
def test_who_is_let_go_where_it_is_still_yesterday_is_let_go(
    store: Store, words: Content, clock: Clock, zone: str, how: str
) -> None:
    clock.now = datetime(2026, 3, 2, 19, 0)
    ada = person(store, "Ada")
    auckland, west = (MyWorkbook(store, words, ada, clock, z) for z in ("Pacific/Auckland", zone))
    noor = auckland.add_member("Noor", place="core")
    assert auckland.today > west.today
    if how == "exercise":
        west.answer("reflect.leave_off", "off", [noor])
    elif how == "dated today":
        west.move(noor, "released", on_day=west.today)
    else:
        west.move(noor, how)
    for book in (west, auckland):
        assert member(book, noor).place == {"released": "released", "dated today": "released"}.get(how, "left_off")
        assert member(book, noor).since == auckland.today
    west.move(noor, "core", on_day=date(2026, 2, 1))
    assert member(west, noor).place != "core", "an earlier day stays an earlier day"


def test_summer_time_is_the_persons_own(store: Store, words: Content, clock: Clock) -> None:
    clock.now = datetime(2026, 7, 1, 23, 30)
    book = MyWorkbook(store, words, person(store, "Ada"), clock, "Europe/London")
    assert book.today == date(2026, 7, 2)
    assert book.local(clock.now).strftime("%d %H:%M") == "02 00:30"


def test_the_zone_of_the_newest_save_is_the_one_shown(store: Store, words: Content, clock: Clock) -> None:
    ada = person(store, "Ada")
    for zone in ("Europe/Berlin", "America/New_York"):
        MyWorkbook(store, words, ada, clock, zone).answer("reflect.drifted", "together", zone)
        clock.go_on(hours=1)
    book = MyWorkbook(store, words, ada, clock, "UTC")
    progress = next(p for p in book.progress() if p.exercise.key == "reflect.drifted")
    assert (progress.zone, progress.last_saved) == ("America/New_York", datetime(2026, 3, 2, 10, 0))


@pytest.mark.parametrize(
    "zone", ["", "Nowhere/Land", "../../etc/passwd", "/etc/passwd", "America", "a\x00b", "x" * 5_000]
)
def test_a_zone_that_is_none_is_utc(zone: str) -> None:
    assert known_zone(zone) == "UTC"


# Progress


def test_an_exercise_is_opened_once_a_day(book: MyWorkbook, store: Store, clock: Clock) -> None:
    for _ in range(3):
        book.note_opened("reflect.drifted")
    clock.go_on(days=1)
    book.note_opened("reflect.drifted")
    rows = store.read("SELECT on_day FROM opens WHERE person_id = :p ORDER BY seq", p=book.person_id)
    assert rows == [(MONDAY,), (date(2026, 3, 3),)]
    progress = next(p for p in book.progress() if p.exercise.key == "reflect.drifted")
    assert (progress.opened, progress.answered, progress.last_saved, progress.zone) == (MONDAY, 0, None, "")


def test_progress_counts_the_prompts_answered_in_the_order_of_the_steps(book: MyWorkbook, words: Content) -> None:
    book.answer("reflect.steady", "qualities", ["calm"])
    book.answer("reflect.steady", "qualities", ["calm", "honest"])
    book.name_someone("reflect.steady", "quiet_with", "Noor")
    progress = book.progress()
    assert [p.exercise.key for p in progress] == [e.key for e in words.exercises]
    assert {p.exercise.key: p.answered for p in progress if p.answered} == {"reflect.steady": 2}


# Consents


def test_a_consent_toggled_twice_is_two_events(book: MyWorkbook, clock: Clock) -> None:
    book.answer("welcome.who_sees", "shape", True)
    clock.go_on(minutes=1)
    book.answer("welcome.who_sees", "shape", False)
    assert [(e.scope, e.state, e.recorded_at) for e in book.consents()] == [
        ("shape", "granted", datetime(2026, 3, 2, 9, 0)),
        ("shape", "withdrawn", datetime(2026, 3, 2, 9, 1)),
    ]


def test_saying_the_same_of_a_consent_again_is_no_event_nor_is_a_first_no(book: MyWorkbook) -> None:
    for value in (False, True, True):
        book.answer("welcome.who_sees", "steps", value)
    assert [(e.scope, e.state) for e in book.consents()] == [("steps", "granted")]


def test_erasing_a_consent_withdraws_it(book: MyWorkbook) -> None:
    book.answer("welcome.who_sees", "ticked", True)
    book.erase("welcome.who_sees", "ticked")
    book.erase("welcome.who_sees", "ticked")
    assert [(e.scope, e.state) for e in book.consents()] == [("ticked", "granted"), ("ticked", "withdrawn")]


def test_bringing_an_old_yes_back_is_granting_it_anew(book: MyWorkbook) -> None:
    yes = book.answer("welcome.who_sees", "shape", True)
    book.answer("welcome.who_sees", "shape", False)
    book.bring_back(yes.answer_id)
    assert [e.state for e in book.consents()] == ["granted", "withdrawn", "granted"]


# Doors and lines


def test_a_saved_door_is_a_member_in_the_outer_ring_until_it_is_let_go(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam", "counsellor"])
    adfam, counsellor = book.members()
    assert (adfam.name, adfam.kind, adfam.place, adfam.state) == ("Adfam", "group", "outer", "found")
    assert adfam.how == "https://adfam.org.uk/" and counsellor.kind == "professional"
    book.answer("reconnect.three_doors", "doors", ["counsellor"])
    assert [(m.name, m.place) for m in book.members()] == [("Adfam", "released"), ("A counsellor", "outer")]


def test_a_door_saved_again_is_the_same_member(book: MyWorkbook) -> None:
    for doors in (["adfam"], [], ["adfam"]):
        book.answer("reconnect.three_doors", "doors", doors)
    assert [(m.name, m.place) for m in book.members()] == [("Adfam", "outer")]
    assert [m.place for m in book.moves()] == ["outer", "released", "outer"]


def test_saving_a_second_door_does_not_move_the_first_back(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam"])
    book.move(book.members()[0].member_id, "core")
    book.answer("reconnect.three_doors", "doors", ["adfam", "counsellor"])
    assert [(m.name, m.place) for m in book.members()] == [("Adfam", "core"), ("A counsellor", "outer")]


def test_a_line_kept_on_two_pages_is_one_member_and_stays_while_one_of_them_keeps_it(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam", "uk.al_anon_uk"])
    book.answer("reconnect.bad_hour", "lines", ["uk.al_anon_uk"])
    line = book.members()[1]
    assert (line.name, line.kind, line.place, line.state) == ("Al-Anon UK", "line", "outer", "found")
    book.move(line.member_id, "core")
    book.answer("reconnect.three_doors", "doors", [])
    assert [(m.name, m.place) for m in book.members()] == [("Adfam", "released"), ("Al-Anon UK", "core")]
    book.answer("reconnect.three_doors", "doors", ["uk.al_anon_uk"])
    assert member(book, line.member_id).place == "core"
    for exercise, prompt in (("reconnect.three_doors", "doors"), ("reconnect.bad_hour", "lines")):
        book.answer(exercise, prompt, [])
    assert member(book, line.member_id).place == "released"


def test_forgetting_a_line_takes_it_from_every_page_that_kept_it(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam", "uk.al_anon_uk"])
    book.answer("reconnect.bad_hour", "lines", ["uk.al_anon_uk"])
    book.forget(book.members()[1].member_id)
    assert standing_answer(book, "reconnect.three_doors", "doors") == ["adfam"]
    assert standing_answer(book, "reconnect.bad_hour", "lines") == []
    book.answer("reconnect.three_doors", "doors", ["adfam"])
    assert [m.name for m in book.members()] == ["Adfam"]


@pytest.mark.parametrize("key", ["nowhere", "uk.nowhere", "adfam.uk"])
def test_a_door_that_is_not_there_is_refused(book: MyWorkbook, key: str) -> None:
    assert refusal(book.answer, "reconnect.three_doors", "doors", ["adfam", key]).code == "not_offered"
    assert book.members() == []


# The ladder

LADDER = "reconnect.ladder"


def test_a_rung_is_what_is_known_of_a_resource_and_putting_it_aside_moves_nothing(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam", "counsellor"])
    adfam, counsellor = (m.member_id for m in book.members())
    book.answer(LADDER, "picked", [adfam, counsellor])
    for state in ("contacted", "went", "keep", "not_for_me"):
        book.answer(LADDER, "state", state, about=adfam)
        assert [m.state for m in book.members()] == [state, "found"]
    book.answer(LADDER, "again", "2026-04-02", about=adfam)
    aside = member(book, adfam)
    assert (aside.place, aside.state, aside.look_again) == ("outer", "not_for_me", "2026-04-02")
    assert len(book.moves()) == 2
    book.erase(LADDER, "state", about=adfam)
    assert (member(book, adfam).state, member(book, adfam).look_again) == ("found", "2026-04-02")


def test_not_to_look_again_takes_the_day_back_and_so_does_erasing(book: MyWorkbook) -> None:
    choir = book.add_member("Choir", kind="group")
    for said, known in (("2026-04-02", "2026-04-02"), ("no", ""), ("2026-09-02", "2026-09-02")):
        book.answer(LADDER, "again", said, about=choir)
        assert member(book, choir).look_again == known
    book.erase(LADDER, "again", about=choir)
    assert member(book, choir).look_again == ""


def test_at_most_three_are_tried_at_a_time(book: MyWorkbook) -> None:
    ids = [book.add_member(name, kind="group") for name in ("A", "B", "C", "D")]
    assert refusal(book.answer, LADDER, "picked", ids).code == "too_many"
    assert book.answer(LADDER, "picked", ids[:3]).value == ids[:3]


def test_a_saved_line_is_a_member_of_that_kind(book: MyWorkbook) -> None:
    book.answer("reconnect.bad_hour", "country", "uk")
    book.answer("reconnect.bad_hour", "lines", ["uk.samaritans"])
    assert [(m.name, m.kind, m.place) for m in book.members()] == [("Samaritans", "line", "outer")]


# The safety screen


def test_only_the_result_of_the_screen_is_kept(book: MyWorkbook, store: Store) -> None:
    noor, sam = book.add_member("Noor"), book.add_member("Sam")
    assert book.screen(noor, FINE).words == "ok"
    assert book.screen(sam, {**FINE, "harmed": "rather_not"}).words == "leave"
    assert [m.contact for m in book.members()] == ["ok", "not_for_now"]
    assert book.everything_answered() == []
    assert [words for words in opened(store, book.person_id) if "rather_not" in words or "harmed" in words] == []


@pytest.mark.parametrize("taps", [{}, {"uneasy": "fine"}, {**FINE, "pulled": "maybe"}])
def test_an_unfinished_screen_and_a_mere_offer_change_nothing(book: MyWorkbook, taps: dict[str, str]) -> None:
    noor = book.add_member("Noor")
    book.screen(noor, taps)
    assert member(book, noor).contact == "unscreened"


@pytest.mark.parametrize("contact", ["not_for_now", "ok", "unscreened"])
def test_the_persons_own_word_on_contact_holds(book: MyWorkbook, contact: str) -> None:
    noor = book.add_member("Noor")
    book.screen(noor, {**FINE, "uneasy": "uneasy"})
    book.decide_contact(noor, contact, taps={**FINE, "uneasy": "uneasy"})
    assert member(book, noor).contact == contact
    assert refusal(book.decide_contact, noor, "perhaps").code == "not_offered"


@pytest.mark.parametrize(
    "taps",
    [
        None,
        {},
        {"uneasy": "uneasy"},
        {"pulled": "maybe"},
        {"uneasy": "uneasy", "harmed": "no", "order": "no", "seen": "no"},
        {**FINE, "seen": "maybe"},
        {**FINE, "harmed": "yes"},
    ],
)
def test_nobody_becomes_fine_for_now_but_by_five_taps_that_say_so(
    book: MyWorkbook, taps: dict[str, str] | None
) -> None:
    noor = book.add_member("Noor")
    assert refusal(book.decide_contact, noor, "ok", taps=taps).code == "taps_open"
    assert member(book, noor).contact == "unscreened"
    book.screen(noor, taps or {})
    assert member(book, noor).contact != "ok"


# Nobody else's


def test_another_persons_member_is_refused_everywhere(book: MyWorkbook, kofis_book: MyWorkbook, store: Store) -> None:
    kofis = kofis_book.add_member("Kwame", place="core")
    kofis_book.answer("reflect.who_listens", "heard", "yes", about=kofis)
    before = everything_of(store, kofis_book.person_id)
    calls = [
        lambda: book.answer("reflect.someone_stayed", "who", kofis),
        lambda: book.answer("reflect.who_listens", "heard", "yes", about=kofis),
        lambda: book.answer("check_in.weekly", "touched", [kofis], occasion="2026-03-02"),
        lambda: book.answer("reflect.drifted", "names", [kofis]),
        lambda: book.answer("reflect.leave_off", "off", [kofis]),
        lambda: book.answer("stay_open.changed_places", "moves", [kofis]),
        lambda: book.change_member(kofis, "name", "Mine"),
        lambda: book.move(kofis, "outer"),
        lambda: book.moved_here("stay_open.changed_places", "moves", kofis, "outer"),
        lambda: book.screen(kofis, FINE),
        lambda: book.decide_contact(kofis, "ok", taps=FINE),
        lambda: book.forget(kofis),
    ]
    assert [refusal(call).code for call in calls] == ["member_gone"] * len(calls)
    assert everything_of(store, kofis_book.person_id) == before
    assert rows_of(store, book.person_id) == {"heads": 1, "passphrases": 1, "people": 1}


def test_a_member_that_never_was_is_refused_in_the_same_words(book: MyWorkbook, kofis_book: MyWorkbook) -> None:
    kofis = kofis_book.add_member("Kwame")
    refused = [refusal(book.move, member_id, "core") for member_id in (kofis, NEVER)]
    assert refused[0].code == refused[1].code and refused[0].facts == refused[1].facts


def test_another_persons_try_is_refused(book: MyWorkbook, kofis_book: MyWorkbook) -> None:
    say(kofis_book, LINES, "2026-03-02", who=kofis_book.add_member("Kwame"), state="sent")
    assert refusal(book.answer, AFTER, "which", kofis_book.tries()[0].try_id, occasion="x").code == "not_offered"


def test_two_people_who_write_the_same_each_read_their_own(book: MyWorkbook, kofis_book: MyWorkbook) -> None:
    for whose, words_ in ((book, "Ada's words"), (kofis_book, "Kofi's words")):
        whose.answer("reflect.someone_stayed", "story", words_)
        whose.add_member("Noor")
    assert [standing_answer(b, "reflect.someone_stayed", "story") for b in (book, kofis_book)] == [
        "Ada's words",
        "Kofi's words",
    ]
    assert (book.name(), kofis_book.name()) == ("Ada", "Kofi")
    assert len(book.members()) == len(kofis_book.members()) == 1
    kofis_book.forget(kofis_book.members()[0].member_id)
    assert [m.name for m in book.members()] == ["Noor"]


# Forgetting


def everything_of(store: Store, person_id: str) -> dict[str, list[Any]]:
    return {
        table: sorted(store.read(f"SELECT * FROM {table} WHERE person_id = :p", p=person_id), key=str)
        for table in OF_ONE_PERSON
    }


def rows_of(store: Store, person_id: str) -> dict[str, int]:
    return {table: len(rows) for table, rows in everything_of(store, person_id).items() if rows}


def opened(store: Store, person_id: str) -> list[str]:
    """Every sealed value of a person, opened."""
    sealer, found = store.sealer(person_id), []
    for table, key in (
        ("answers", "answer_id"),
        ("member_facts", "fact_id"),
        ("moves", "move_id"),
        ("tries", "row_id"),
        ("touches", "touch_id"),
        ("choices", "choice_id"),
    ):
        rows = store.read(f"SELECT {key}, sealed FROM {table} WHERE person_id = :p", p=person_id)
        found += [sealer.open(bytes(sealed), table, row, "sealed") for row, sealed in rows]
    return found


def touch_everything(book: MyWorkbook, noor: str, kofi: str) -> None:
    """Noor turns up wherever a member can, beside Kofi."""
    book.answer("reflect.who_listens", "heard", "yes", about=noor)
    book.answer("reflect.kinds_of_help", "tags", ["listen"], about=noor)
    book.answer("reflect.kinds_of_help", "laugh", noor)
    book.answer("reflect.drifted", "names", [kofi, noor])
    book.answer("reflect.steady", "quiet_with", kofi)
    book.answer("reflect.steady", "quiet_with", noor)
    book.answer("check_in.weekly", "touched", [noor, kofi], occasion="2026-03-02")
    book.moved_here("stay_open.changed_places", "moves", noor, "core")
    book.move(noor, "movable", on_day=date(2026, 2, 1), reason="Noor wrote back")
    book.change_member(noor, "notes", "Noor likes the sea")
    book.screen(noor, FINE)
    say(book, LINES, "2026-03-02", who=noor, text="Dear Noor", state="sent")
    say(book, AFTER, "2026-03-02", which=book.tries()[0].try_id, took="Noor was kind")


def test_forgetting_someone_leaves_no_row_and_no_sealed_word_of_them(book: MyWorkbook, store: Store) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    touch_everything(book, noor, kofi)
    book.forget(noor)
    assert [m.name for m in book.members()] == ["Kofi"]
    plain = [row for rows in everything_of(store, book.person_id).values() for row in rows if noor in row]
    assert plain == []
    assert [words_ for words_ in opened(store, book.person_id) if noor in words_ or "Noor" in words_] == []
    assert book.tries() == [] and book.moves() == []


def test_forgetting_someone_leaves_the_others_and_their_answers(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    touch_everything(book, noor, kofi)
    say(book, LINES, "2026-03-02.2", who=kofi, text="Dear Kofi", state="sent")
    book.forget(noor)
    assert standing_answer(book, "reflect.drifted", "names") == [kofi]
    assert standing_answer(book, "check_in.weekly", "touched", "2026-03-02") == [kofi]
    assert standing_answer(book, "reflect.steady", "quiet_with") == ""
    assert member(book, kofi).last_touch == "week"
    assert [(t.member_id, t.fields["text"]) for t in book.tries()] == [(kofi, "Dear Kofi")]


def test_nothing_saved_later_brings_a_forgotten_member_back(book: MyWorkbook, store: Store) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    touch_everything(book, noor, kofi)
    book.forget(noor)
    book.answer("check_in.weekly", "alone", 4, occasion="2026-03-02")
    book.answer("reflect.steady", "qualities", ["calm"])
    book.answer("reflect.kinds_of_help", "tags", ["advice"], about=kofi)
    book.name_someone("reflect.drifted", "names", "Sam")
    assert store.read("SELECT count(*) FROM member_facts WHERE member_id = :m", m=noor) == [(0,)]
    assert {m.name for m in book.members()} == {"Kofi", "Sam"}


def test_a_try_given_to_someone_else_stays_when_the_first_is_forgotten(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    say(book, LINES, "2026-03-02", who=noor, state="drafted")
    book.answer(LINES, "who", kofi, occasion="2026-03-02")
    book.forget(noor)
    assert [(t.member_id, t.fields["state"]) for t in book.tries()] == [(kofi, "drafted")]


def test_a_forgotten_door_is_no_longer_saved_and_does_not_come_back_with_the_next(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam", "counsellor"])
    book.answer("reconnect.three_doors", "sounds", "adfam")
    book.forget(book.members()[0].member_id)
    assert standing_answer(book, "reconnect.three_doors", "doors") == ["counsellor"]
    assert standing_answer(book, "reconnect.three_doors", "sounds") == "adfam", "the person's own words stay"
    book.answer("reconnect.three_doors", "doors", ["counsellor", "listening_line"])
    assert [m.name for m in book.members()] == ["A counsellor", "A listening line"]


def test_a_version_that_named_someone_forgotten_comes_back_without_them(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    both = book.answer("reflect.drifted", "names", [noor, kofi])
    book.answer("reflect.drifted", "names", [])
    book.forget(noor)
    assert book.bring_back(both.answer_id).value == [kofi]


def test_someone_forgotten_may_be_named_again_as_a_stranger(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.change_member(noor, "notes", "Noor likes the sea")
    book.forget(noor)
    again = book.add_member("Noor")
    assert again != noor and member(book, again).notes == ""
    assert refusal(book.move, noor, "core").code == "member_gone"


# Sealed


CANARY = "xqzv-canary"


def write_canaries(book: MyWorkbook) -> None:
    noor = book.add_member(f"Noor {CANARY}")
    book.move(noor, "core", reason=f"because {CANARY}")
    book.change_member(noor, "notes", f"notes {CANARY}")
    book.answer("reflect.someone_stayed", "story", f"story {CANARY}")
    book.answer("welcome.today", "word", CANARY, occasion="2026-03-02")
    book.answer("check_in.weekly", "hid", "yes", occasion="2026-03-02")
    book.name_someone("reflect.drifted", "names", f"Sam {CANARY}")
    book.screen(noor, {**FINE, "harmed": "rather_not"})
    say(book, LINES, "2026-03-02", who=noor, text=f"Dear {CANARY}", state="drafted")
    say(book, AFTER, "2026-03-02", which=book.tries()[0].try_id, took=f"tea {CANARY}")


def test_no_plain_word_of_a_person_is_in_any_file(tmp_path: Path, words: Content, clock: Clock) -> None:
    store = open_store(tmp_path)
    write_canaries(book_of(store, words, clock, f"Ada {CANARY}"))
    log = raw(tmp_path)
    assert b"reflect.someone_stayed" in log, "what is plain is found, so what is not found is sealed"
    store.engine.settle()
    for found in (log, raw(tmp_path)):
        assert [word for word in (CANARY, "not_for_now", "drafted") if word.encode() in found] == []
    store.close()


def raw(folder: Path) -> bytes:
    """Every byte of every file; reading the live database is for tests alone: it lets go of the file's lock."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
