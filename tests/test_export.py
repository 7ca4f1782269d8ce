"""Taking it all away: exact rows from a small workbook in a real store."""

import csv
import io
import itertools
import threading
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.characters import coach
from workbook import bundle, content, export
from workbook.coach_desk import CoachDesk
from workbook.coaching import Group
from workbook.content import Content
from workbook.csv_files import restore
from workbook.my_workbook import MyWorkbook
from workbook.store import accounts
from workbook.store.opening import Store, open_store

SEEDS = Path(__file__).parent.parent / "seeds" / "en"
JANUARY = datetime(2026, 1, 5, 9, 0)
FINE = {"uneasy": "fine", "harmed": "no", "order": "no", "seen": "no", "pulled": "no"}
FILES = [
    "README.txt",
    "bundle.csv",
    "people.csv",
    "ring_moves.csv",
    "tries.csv",
    "plans.csv",
    "touches.csv",
    "choices.csv",
    "resources.csv",
    "noted.csv",
    "answers.csv",
    "check_ins.csv",
    "measures.csv",
    "progress.csv",
    "exercises_kept.csv",
    "pod_over_time.csv",
    "consents.csv",
    "memberships.csv",
    "looks.csv",
    "notes.csv",
    "groups_led.csv",
    "exercises_written.csv",
]


class Ada:
    """A person with a workbook, and a clock and a zone that a test may set."""

    def __init__(self, store: Store, words: Content) -> None:
        self.store = store
        self.words = words
        self.now = JANUARY
        self.zone = "Europe/London"
        self.id = accounts.add_person(store, "ada", "Ada", "no hash", JANUARY) or ""

    @property
    def book(self) -> MyWorkbook:
        return MyWorkbook(self.store, self.words, self.id, lambda: self.now, self.zone)

    def on(self, *at: int) -> MyWorkbook:
        self.now = datetime(*at)  # type: ignore[arg-type]
        return self.book

    def answers(self, exercise: str, occasion: str = "", **values: Any) -> None:
        for prompt, value in values.items():
            self.book.answer(exercise, prompt, value, occasion=occasion)

    def takes(self, name: str) -> list[dict[str, str]]:
        return read(self.taken()[f"{name}.csv"])

    def taken(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(export.everything(self.book))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


def read(body: bytes) -> list[dict[str, str]]:
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    return [{column: restore(cell) for column, cell in row.items()} for row in rows]


def only(rows: list[dict[str, str]], *columns: str) -> list[tuple[str, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


@pytest.fixture(scope="module")
def words() -> Content:
    return content.load(SEEDS)


@pytest.fixture
def ada(tmp_path: Path, words: Content) -> Iterator[Ada]:
    store = open_store(tmp_path, now=JANUARY)
    yield Ada(store, words)
    store.close()


def test_an_empty_workbook_gives_every_file_with_its_header_alone(ada: Ada) -> None:
    taken = ada.taken()
    assert list(taken) == FILES
    assert [name for name in FILES[1:] if read(taken[name])] == ["bundle.csv", "progress.csv"]
    for name in FILES[1:]:
        assert taken[name].startswith(b"\xef\xbb\xbf") and taken[name].endswith(b"\r\n")


def test_people_hold_all_that_is_known_of_a_person(ada: Ada) -> None:
    ruth = ada.on(2026, 1, 5, 9).add_member("Ruth")
    ada.book.move(ruth, "core", on_day=date(2026, 1, 2), reason="She rings back")
    for field, value in {
        "how_known": "School",
        "good_for": ["listen", "emergency"],
        "heard": "yes",
        "asked": "agreed",
        "gives_takes": "both",
        "closeness": 9,
        "notes": "Up to midnight",
    }.items():
        ada.book.change_member(ruth, field, value)
    ada.on(2026, 2, 1, 9).change_member(ruth, "last_touch", "week")
    ada.book.change_member(ruth, "name", "Ruthie")
    assert ada.takes("people") == [
        {
            "member_id": ruth,
            "name": "Ruthie",
            "also_called": "",
            "kind": "person",
            "ring": "core",
            "since": "2026-01-02",
            "added_on": "2026-01-05",
            "how_known": "School",
            "good_for_listen": "TRUE",
            "good_for_practical": "FALSE",
            "good_for_company": "FALSE",
            "good_for_knows": "FALSE",
            "good_for_advice": "FALSE",
            "good_for_emergency": "TRUE",
            "heard": "yes",
            "asked": "agreed",
            "last_touch": "week",
            "last_touch_on": "2026-02-01",
            "closeness": "9",
            "gives_takes": "both",
            "rhythm": "",
            "notes": "Up to midnight",
            "how": "",
            "state": "",
            "look_again": "",
            "next_step": "",
            "order": "1",
        }
    ]
    assert ada.takes("resources") == []


def test_a_last_touch_taken_back_has_no_day(ada: Ada) -> None:
    ruth = ada.book.add_member("Ruth")
    ada.book.change_member(ruth, "last_touch", "week")
    ada.book.change_member(ruth, "last_touch", "")
    assert only(ada.takes("people"), "last_touch", "last_touch_on") == [("", "")]


def test_people_and_pets_are_people_and_all_else_is_a_resource(ada: Ada) -> None:
    for kind in ("person", "group", "place", "professional", "line", "faith", "pet"):
        ada.book.add_member(f"The {kind}", kind=kind)
    assert only(ada.takes("people"), "name", "ring", "since") == [
        ("The person", "unplaced", ""),
        ("The pet", "unplaced", ""),
    ]
    kinds = [row["kind"] for row in ada.takes("resources")]
    assert kinds == ["group", "place", "professional", "line", "faith"]


def test_a_resource_put_aside_tells_the_day_to_look_again(ada: Ada) -> None:
    choir = ada.book.add_member("Choir", kind="group")
    ada.book.answer("reconnect.ladder", "picked", [choir])
    ada.book.answer("reconnect.ladder", "state", "not_for_me", about=choir)
    ada.book.answer("reconnect.ladder", "again", "2026-04-05", about=choir)
    assert only(ada.takes("resources"), "name", "state", "look_again") == [("Choir", "not_for_me", "2026-04-05")]
    rows = only(ada.takes("answers"), "prompt", "about_name", "value", "option")
    assert rows == [
        ("picked", "", "Choir", choir),
        ("state", "Choir", "Not for me", "not_for_me"),
        ("again", "Choir", "2026-04-05", "2026-04-05"),
    ]


def test_a_line_saved_among_the_doors_is_a_resource_like_any_other(ada: Ada) -> None:
    ada.answers("reconnect.three_doors", doors=["adfam", "uk.al_anon_uk"])
    lines = [row for row in ada.takes("resources") if row["line"]]
    assert only(lines, "name", "kind", "ring", "state", "line") == [
        ("Al-Anon UK", "line", "outer", "found", "uk.al_anon_uk")
    ]
    assert only(ada.takes("answers"), "value", "option") == [("Adfam", "adfam"), ("Al-Anon UK", "uk.al_anon_uk")]


def test_a_saved_door_and_a_saved_line_are_resources_with_their_key(ada: Ada) -> None:
    ada.answers("reconnect.three_doors", doors=["twelve_step"])
    ada.answers("reconnect.bad_hour", country="uk", lines=["uk.samaritans"])
    rows = only(ada.takes("resources"), "name", "kind", "ring", "state", "door", "line")
    assert rows == [
        ("Twelve-step family groups", "group", "outer", "found", "twelve_step", ""),
        ("Samaritans", "line", "outer", "found", "", "uk.samaritans"),
    ]
    assert ada.takes("resources")[0]["how"] == "https://al-anon.org/"
    assert only(ada.takes("answers"), "prompt", "value", "option") == [
        ("doors", "Twelve-step family groups", "twelve_step"),
        ("country", "United Kingdom", "uk"),
        ("lines", "Samaritans", "uk.samaritans"),
    ]


def test_each_move_says_where_it_came_from_in_the_order_of_days(ada: Ada) -> None:
    kofi = ada.on(2026, 7, 1, 12).add_member("Kofi")
    ada.book.move(kofi, "core", reason="-he asked")
    ada.book.move(kofi, "movable", on_day=date(2026, 6, 1))
    ada.on(2026, 7, 2, 12).move(kofi, "released")
    rows = ada.takes("ring_moves")
    assert only(rows, "day", "from_ring", "to_ring", "reason", "recorded_at") == [
        ("2026-06-01", "", "movable", "", "2026-07-01T13:00:00+01:00"),
        ("2026-07-01", "movable", "core", "-he asked", "2026-07-01T13:00:00+01:00"),
        ("2026-07-02", "core", "released", "", "2026-07-02T13:00:00+01:00"),
    ]
    assert {(row["member_id"], row["name"]) for row in rows} == {(kofi, "Kofi")}
    assert len({row["move_id"] for row in rows}) == 3


def test_a_try_is_one_row_whichever_exercises_speak_of_it(ada: Ada) -> None:
    sam = ada.on(2026, 1, 5, 9).add_member("Sam")
    ada.answers(
        "reach_out.two_lines", "2026-01-05", who=sam, keep=True, text="Hi Sam.\nNo need to reply.", state="sent"
    )
    began = ada.book.tries()[0].try_id
    ada.on(2026, 1, 6, 9)
    ada.answers("reach_out.after_sent", "2026-01-06", which=began, expected="hard", felt="easy", took="=tea")
    assert ada.takes("tries") == [
        {
            "try_id": began,
            "member_id": sam,
            "name": "Sam",
            "exercise": "reach_out.two_lines",
            "occasion": "2026-01-05",
            "began_on": "2026-01-05",
            "state": "sent",
            "state_on": "2026-01-05",
            "sent_on": "2026-01-05",
            "text": "Hi Sam.\nNo need to reply.",
            "expected": "hard",
            "felt": "easy",
            "after_feel": "=tea",
            "outcome": "",
            "saved_at": "2026-01-06T09:00:00+00:00",
            "order": "1",
        }
    ]
    assert ada.takes("plans") == []
    followed = [row for row in ada.takes("answers") if row["prompt"] == "which"]
    assert only(followed, "value", "option") == [("Sam", began)]


def test_a_plan_is_a_row_of_its_own_and_a_picked_act_keeps_its_key(ada: Ada) -> None:
    jo = ada.book.add_member("Jo")
    ada.answers(
        "reach_out.when_where",
        "2026-01-05",
        who=jo,
        cue="Sunday tea",
        act="walk",
        fallback="Monday",
        rehearsed=True,
    )
    ada.answers("stay_open.little_more", "2026-01-05", who=jo, inch="walk")
    assert only(ada.takes("plans"), "exercise", "name", "cue", "act", "act_option", "fallback", "rehearsed") == [
        ("reach_out.when_where", "Jo", "Sunday tea", "walk", "", "Monday", "TRUE"),
        ("stay_open.little_more", "Jo", "", "Walk a bit of the way together", "walk", "", "FALSE"),
    ]
    assert [row["try_id"] for row in ada.takes("plans")] == [row["try_id"] for row in ada.takes("tries")]


def test_answers_are_one_value_to_a_cell(ada: Ada) -> None:
    ruth, bea = (ada.book.add_member(name) for name in ("Ruth", "Aunt Bea"))
    ada.answers("welcome.before", read=True, good_time="Yes, until six")
    ada.answers("welcome.today", "2026-01-05", alone=0)
    ada.answers("reflect.got_smaller", picked=["friends", "sleep"])
    ada.answers("reflect.steady", quiet_with=ruth)
    ada.answers("reflect.drifted", names=[ruth, bea])
    ada.book.answer("reflect.who_listens", "heard", "partly", about=bea)
    ada.book.answer("reflect.kinds_of_help", "tags", ["listen", "advice"], about=ruth)
    rows = ada.takes("answers")
    assert only(rows, "step", "exercise", "prompt", "occasion", "about_name", "value", "option") == [
        ("welcome", "welcome.before", "read", "", "", "TRUE", ""),
        ("welcome", "welcome.before", "good_time", "", "", "Yes, until six", ""),
        ("welcome", "welcome.today", "alone", "2026-01-05", "", "0", ""),
        ("reflect", "reflect.got_smaller", "picked", "", "", "Time with friends", "friends"),
        ("reflect", "reflect.got_smaller", "picked", "", "", "Sleep and rest", "sleep"),
        ("reflect", "reflect.steady", "quiet_with", "", "", "Ruth", ruth),
        ("reflect", "reflect.drifted", "names", "", "", "Ruth", ruth),
        ("reflect", "reflect.drifted", "names", "", "", "Aunt Bea", bea),
        ("reflect", "reflect.who_listens", "heard", "", "Aunt Bea", "Partly", "partly"),
        ("reflect", "reflect.kinds_of_help", "tags", "", "Ruth", "Listening", "listen"),
        ("reflect", "reflect.kinds_of_help", "tags", "", "Ruth", "Advice", "advice"),
    ]
    assert rows[0]["question"] == "I have read this"
    assert rows[8]["about"] == bea
    assert rows[3]["answer_id"] == rows[4]["answer_id"] != rows[5]["answer_id"]


def test_only_the_newest_version_of_an_answer_leaves_with_the_time_where_it_was_saved(ada: Ada) -> None:
    ada.on(2026, 7, 1, 22)
    ada.answers("stay_open.limits", can="an hour", cannot="lend money")
    ada.zone = "America/St_Johns"
    ada.on(2026, 7, 2, 22)
    ada.answers("stay_open.limits", can="half an hour", cannot="")
    ada.zone = "Asia/Kathmandu"
    assert only(ada.takes("answers"), "prompt", "value", "saved_at") == [
        ("can", "half an hour", "2026-07-02T19:30:00-02:30"),
        ("cannot", "", "2026-07-02T19:30:00-02:30"),
    ]


def test_an_answer_whose_exercise_is_no_longer_in_the_words_still_leaves(ada: Ada) -> None:
    ada.answers("reflect.got_smaller", picked=["friends", "sleep"], little_back="Singing")
    reflect = ada.words.step("reflect")
    fewer = tuple(e for e in reflect.exercises if e.key != "reflect.got_smaller")
    ada.words = replace(ada.words, steps=(replace(reflect, exercises=fewer),))
    assert only(ada.takes("answers"), "prompt", "question", "value", "option") == [
        ("picked", "", "friends", ""),
        ("picked", "", "sleep", ""),
        ("little_back", "", "Singing", ""),
    ]


def test_check_ins_are_one_row_for_each_exercise_and_occasion(ada: Ada) -> None:
    ruth, bea = (ada.book.add_member(name) for name in ("Ruth", "Aunt Bea"))
    ada.answers("welcome.today", "2026-01-05", alone=8, energy=2, word="+tired")
    ada.answers(
        "check_in.weekly",
        "2026-01-05",
        alone=7,
        listened="bit",
        touched=[ruth, bea],
        last_step="not_now",
        hid="skip",
    )
    ada.on(2026, 1, 12, 9)
    ada.answers("check_in.weekly", "2026-01-12", alone=5)
    columns = ("day", "exercise", "alone", "energy", "word", "listened", "touched", "last_step", "hid")
    assert only(ada.takes("check_ins"), *columns) == [
        ("2026-01-05", "check_in.weekly", "7", "", "", "bit", "2", "not_now", "skip"),
        ("2026-01-05", "welcome.today", "8", "2", "+tired", "", "", "", ""),
        ("2026-01-12", "check_in.weekly", "5", "", "", "", "", "", ""),
    ]


def test_a_check_in_mended_later_stays_on_its_day_and_an_emptied_one_is_gone(ada: Ada) -> None:
    ada.answers("check_in.weekly", "2026-01-05", alone=7)
    ada.answers("check_in.weekly", "2025-12-29", listened="yes")
    ada.on(2026, 1, 8, 9)
    ada.answers("check_in.weekly", "2026-01-05", alone=6)
    ada.answers("check_in.weekly", "2025-12-29", listened="")
    assert only(ada.takes("check_ins"), "day", "alone") == [("2026-01-05", "6")]


def test_the_three_questions_are_added_up_only_where_all_three_are_there(ada: Ada) -> None:
    ada.answers("welcome.three_questions", "2026-01-05", count_on="4", concern="5", neighbours="5")
    ada.answers("welcome.overlap", "2026-01-05", overlap=0)
    ada.answers("welcome.three_questions", "2026-02-02", count_on="1", neighbours="1")
    assert ada.takes("measures") == [
        {
            "day": "2026-01-05",
            "occasion": "2026-01-05",
            "osss3_1": "4",
            "osss3_2": "5",
            "osss3_3": "5",
            "osss3_total": "14",
            "overlap": "0",
        },
        {
            "day": "2026-02-02",
            "occasion": "2026-02-02",
            "osss3_1": "1",
            "osss3_2": "",
            "osss3_3": "1",
            "osss3_total": "",
            "overlap": "",
        },
    ]


def test_the_pod_over_time_is_counted_until_today(ada: Ada) -> None:
    ruth = ada.on(2026, 1, 5, 9).add_member("Ruth", place="core")
    ada.book.add_member("The library", kind="place", place="outer")
    ada.on(2026, 1, 9, 9).move(ruth, "movable")
    ada.on(2026, 1, 20, 9)
    assert only(ada.takes("pod_over_time"), "day", "core", "movable", "outer") == [
        ("2026-01-05", "1", "0", "1"),
        ("2026-01-09", "0", "1", "1"),
        ("2026-01-20", "0", "1", "1"),
    ]


def test_a_consent_is_a_row_when_given_and_a_row_when_withdrawn(ada: Ada) -> None:
    ada.on(2026, 7, 1, 9)
    ada.answers("welcome.who_sees", shape=True)
    ada.on(2026, 7, 3, 9)
    ada.answers("welcome.who_sees", shape=False)
    assert ada.takes("consents") == [
        {
            **{"recorded_at": at, "scope": "shape", "answer_id": "", "group": "", "group_name": "", "coach": ""},
            "state": state,
        }
        for at, state in (("2026-07-01T10:00:00+01:00", "granted"), ("2026-07-03T10:00:00+01:00", "withdrawn"))
    ]


def test_what_is_shared_with_a_coach_and_every_look_is_taken_away_too(ada: Ada, words: Content) -> None:
    ada.on(2026, 7, 1, 9)
    mara = CoachDesk(ada.store, words, coach(ada.store, "Mara"), lambda: ada.now)
    group = mara.make_group(Group("Tuesday circle", "Mara", welcome="=Come", suggested=("reflect.drifted",)))
    mara.add_exercise(group, {"step": "reflect", "title": "Your week", "prompts": [{"kind": "line", "ask": "Light?"}]})
    ada.book.sharing.join(mara.invite(group), called="A.", scopes=("ticked",))
    answer = ada.book.answer("reflect.drifted", "together", "Soup").answer_id
    ada.book.sharing.share_answer(group, answer)
    member = mara.people(group)[0].membership_id
    ada.on(2026, 7, 1, 10)
    mara.person(group, member)
    mara.send_note(group, member, "Good to have you here.")
    note = {"sent_at": "2026-07-01T11:00:00+01:00", "group": group, "group_name": "Tuesday circle", "coach": "Mara"}
    note["words"] = "Good to have you here."
    maras = MyWorkbook(ada.store, words, mara.coach_id, lambda: ada.now, "Europe/London")
    assert _table(maras, "notes") == [{**note, "way": "sent", "called": "A."}]
    ada.on(2026, 7, 2, 9)
    ada.book.sharing.leave(group)
    of_group = {"group": group, "group_name": "Tuesday circle", "coach": "Mara"}
    assert [(r["scope"], r["answer_id"], r["state"]) for r in ada.takes("consents")] == [
        ("ticked", "", "granted"),
        ("answer", answer, "granted"),
        ("ticked", "", "withdrawn"),
        ("answer", answer, "withdrawn"),
    ]
    assert all(row.items() >= of_group.items() for row in ada.takes("consents"))
    assert ada.takes("memberships") == [
        {"recorded_at": "2026-07-01T10:00:00+01:00", **of_group, "called": "A.", "state": "joined"},
        {"recorded_at": "2026-07-02T10:00:00+01:00", **of_group, "called": "A.", "state": "left"},
    ]
    seen = {"group_name": "Tuesday circle", "coach": "Mara", "scopes": "ticked"}
    assert ada.takes("looks") == [
        {"looked_at": "2026-07-01T10:00:00+01:00", **seen, "what": "list"},
        {"looked_at": "2026-07-01T11:00:00+01:00", **seen, "what": "page"},
    ]
    assert ada.takes("notes") == [{**note, "way": "received", "called": ""}]
    assert _table(maras, "notes") == [{**note, "way": "sent", "called": ""}], "who left is called nothing there"
    led = _table(maras, "groups_led")
    assert only(led, "name", "welcome", "suggested") == [("Tuesday circle", "=Come", "reflect.drifted")]
    assert only(_table(maras, "exercises_written"), "title", "question", "choices") == [("Your week", "Light?", "")]


def _table(book: MyWorkbook, table: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(export.everything(book))) as packed:
        return read(packed.read(f"{table}.csv"))


def test_progress_is_a_row_for_each_exercise_and_counts_what_holds_an_answer(ada: Ada) -> None:
    ada.on(2026, 7, 1, 9).note_opened("stay_open.limits")
    ada.answers("stay_open.limits", can="an hour", cannot="lend money", need="rest")
    ada.zone = "America/Toronto"
    ada.on(2026, 7, 2, 9)
    ada.answers("stay_open.limits", cannot="")
    rows = read(export.progress(ada.book))
    assert [row["exercise"] for row in rows] == [exercise.key for exercise in ada.words.exercises]
    assert next(row for row in rows if row["exercise"] == "stay_open.limits") == {
        "step": "stay_open",
        "exercise": "stay_open.limits",
        "title": "My limits",
        "opened": "2026-07-01",
        "answered": "2",
        "prompts": "4",
        "last_saved": "2026-07-02T05:00:00-04:00",
    }
    untouched = next(row for row in rows if row["exercise"] == "reflect.how_small")
    assert (untouched["opened"], untouched["answered"], untouched["last_saved"]) == ("", "0", "")
    assert ada.takes("progress") == rows


def test_nothing_of_the_screen_leaves(ada: Ada) -> None:
    ray = ada.book.add_member("Ray")
    ada.answers("reach_out.for_now", who=ray)
    before = ada.taken()
    ada.book.screen(ray, {**FINE, "harmed": "yes"})
    assert ada.taken() == before
    ada.book.screen(ray, FINE)
    assert ada.taken() == before
    assert read(before["answers.csv"]) == []
    told = b"".join(before.values()).decode().lower()
    assert not any(word in told for word in ("not_for_now", "unscreened", "rescuing", "threatened"))
    assert "contact," not in told and '"contact"' not in told


def test_a_forgotten_member_is_in_no_file(ada: Ada) -> None:
    ruth, ray = (ada.book.add_member(name, place="core") for name in ("Ruth", "Ray"))
    ada.answers("reflect.drifted", names=[ray, ruth])
    ada.answers("reflect.steady", quiet_with=ray)
    ada.answers("check_in.weekly", "2026-01-05", touched=[ray, ruth])
    ada.answers("reach_out.when_where", "2026-01-05", who=ray, act="Wave")
    ada.book.forget(ray)
    taken = b"".join(ada.taken().values())
    assert ray.encode() not in taken and b"Ray" not in taken
    assert only(ada.takes("answers"), "value") == [("Ruth",), ("",), ("Ruth",)]
    assert only(ada.takes("check_ins"), "touched") == [("1",)]


def test_words_that_look_like_formulas_come_back_exactly(ada: Ada) -> None:
    typed = '=HYPERLINK("http://x","y")\r\nsecond; line, \'quoted\''
    ada.answers("reflect.got_smaller", little_back=typed)
    ada.book.add_member("@home")
    ada.book.add_member("'Tilda")
    assert only(ada.takes("answers"), "value") == [(typed,)]
    assert only(ada.takes("people"), "name") == [("@home",), ("'Tilda",)]
    assert b'"\'@home"' in ada.taken()["people.csv"] and b"\"''Tilda\"" in ada.taken()["people.csv"]


def test_the_same_workbook_gives_the_same_bytes_all_day(ada: Ada) -> None:
    ada.book.add_member("Ruth", place="core")
    morning = export.everything(ada.on(2026, 1, 6, 8))
    assert export.everything(ada.on(2026, 1, 6, 20)) == morning


MEANWHILE: dict[str, Callable[[MyWorkbook, int], object]] = {
    "somebody named": lambda book, n: book.name_someone("reflect.drifted", "names", f"Noor {n}", f"2026-01-05.{n + 1}"),
    "somebody put on a ring": lambda book, n: book.add_member(f"Noor {n}", place="core"),
    "somebody noted on": lambda book, n: book.change_member(book.someone_called("June"), "notes", f"A note {n}"),
    "somebody moved": lambda book, n: book.move(book.someone_called("June"), "outer", reason=f"{n}"),
    "in touch": lambda book, n: book.were_in_touch([book.someone_called(f"Noor {n}")]),
    "a hello begun": lambda book, n: book.begin_hello(book.someone_called(f"Noor {n}")),
    "somebody forgotten": lambda book, n: book.forget(book.someone_called(f"Kofi {n}")),
    "somebody put away": lambda book, n: book.delete_member(book.someone_called(f"Kofi {n}")),
}


@pytest.mark.parametrize("what", MEANWHILE)
def test_what_another_tab_saves_meanwhile_is_not_in_half_of_the_files(
    ada: Ada, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each single reading in turn something is saved from another thread: the files are those of before it, or of after."""
    ada.answers("reflect.drifted", together="Sunday walks")
    ada.book.add_member("June", place="core")
    ada.book.begin_hello(ada.book.someone_called("June"))
    real = ada.store.engine.read
    left = 0

    def reading(*asked: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and threading.current_thread() is threading.main_thread():
            other_tab.submit(MEANWHILE[what], ada.book, at).result()
        return real(*asked)

    monkeypatch.setattr(ada.store.engine, "read", reading)
    with ThreadPoolExecutor(1) as other_tab:
        for at in itertools.count(1):
            ada.book.add_member(f"Kofi {at}", place="movable")
            before = export.files(ada.book)
            left = at
            files = export.files(ada.book)
            if left > 0:
                break
            assert files in (before, export.files(ada.book)), f"torn at the reading {at}"
            bundle.read(files, ada.words)
    assert at > 10


def test_a_coachs_new_words_are_met_after_files_were_made_meanwhile(ada: Ada, words: Content) -> None:
    mara = CoachDesk(ada.store, words, coach(ada.store, "Mara"), lambda: ada.now)
    group = mara.make_group(Group("A circle", "Mara"))
    ada.book.sharing.join(mara.invite(group))
    own = {"step": "reflect", "title": "Your week", "prompts": [{"kind": "line", "ask": "What was light this week?"}]}

    def read_on() -> list[int]:
        before = len(ada.book.content.exercises)
        elsewhere.submit(mara.add_exercise, group, own).result()
        return [before, len(ada.book.content.exercises)]

    with ThreadPoolExecutor(1) as elsewhere:
        before, then = ada.book.at_one_moment(read_on)
    assert (then, len(ada.book.content.exercises)) == (before, before + 1)


def test_the_codebook_names_every_file_every_column_and_every_key(ada: Ada) -> None:
    taken = ada.taken()
    told = taken["README.txt"].decode("utf-8-sig")
    assert "Made on 2026-01-05, time zone Europe/London." in told
    assert "\n" not in told.replace("\r\n", "")
    for name in FILES[1:]:
        about = told.partition(f"\r\n{name}\r\n")[2].partition(".csv\r\n---")[0]
        columns = next(csv.reader(io.StringIO(taken[name].decode("utf-8-sig"))))
        assert [column for column in columns if f"\r\n{column}: " not in about] == []
    for exercise in ada.words.exercises:
        if exercise.kind != "safety":
            assert f"{exercise.key} ({exercise.title})" in told
            for prompt in exercise.prompts:
                assert f"  {prompt.key}: {prompt.ask}" in told
                assert [o.key for o in prompt.options if f"    {o.key} = {o.words}" not in told] == []


def test_the_codebook_explains_every_key_a_column_may_hold(ada: Ada) -> None:
    columns = [column for table in export.TABLES for column in table.columns if column.choices]
    told = ada.taken()["README.txt"].decode("utf-8-sig")
    for column in columns:
        after = told.partition(f"\r\n{column.name}: {column.meaning}\r\n")[2]
        assert after.startswith("    ") and " = " in after.partition("\r\n")[0], column.name


@pytest.mark.parametrize(
    ("fills", "tables", "named"),
    [
        ("check_in.", ("check_ins",), str),
        ("measure.", ("measures",), str),
        ("try.", ("tries", "plans"), lambda field: "member_id" if field == "member" else field),
        ("member.", ("people",), lambda field: "good_for_listen" if field == "good_for" else field),
        ("member.", ("resources",), lambda field: "good_for_listen" if field == "good_for" else field),
    ],
)
def test_whatever_an_exercise_fills_has_a_column_except_the_contact(
    words: Content, fills: str, tables: tuple[str, ...], named: Callable[[str], str]
) -> None:
    columns = {column.name for table in export.TABLES if table.name in tables for column in table.columns}
    filled = {p.fills for e in words.exercises for p in e.prompts if p.fills.startswith(fills)} - {"member.contact"}
    assert filled
    assert {named(field.removeprefix(fills)) for field in filled} <= columns
    assert "contact" not in columns
