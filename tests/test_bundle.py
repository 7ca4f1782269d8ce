"""A bundle that leaves and comes back: the whole way, and every way in which files can be wrong."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from os import environ
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.characters import FINE, make_coach
from workbook import answers as core
from workbook import bundle, content, export
from workbook.coach_desk import CoachDesk
from workbook.coaching import Group
from workbook.content import Content
from workbook.csv_files import csv_file
from workbook.in_touch import is_someone, may_be_written_to
from workbook.my_workbook import MyWorkbook
from workbook.pod import PLACES, RINGS, standing
from workbook.refused import Refused
from workbook.store import accounts, members
from workbook.store.opening import Store, open_store

SEEDS = Path(__file__).parent.parent / "seeds" / "en"
JANUARY = datetime(2026, 1, 5, 9, 0)
NOW = datetime(2026, 7, 1, 12, 0)
WORDS = content.load(SEEDS)


@pytest.fixture(scope="module")
def words() -> Content:
    return WORDS


@dataclass
class Home:
    """A store with any number of people, and one clock."""

    store: Store
    words: Content
    now: datetime = JANUARY
    zone: str = "Europe/London"

    def book(self, name: str) -> MyWorkbook:
        found = accounts.add_person(self.store, name, name, "no hash", JANUARY)
        assert found
        return MyWorkbook(self.store, self.words, found, lambda: self.now, self.zone)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, words: Content) -> Iterator[tuple[MyWorkbook, dict[str, bytes]]]:
    """A workbook that nobody changes, and its files."""
    store = open_store(tmp_path_factory.mktemp("once"), now=JANUARY)
    home = Home(store, words)
    book = written(home)
    home.now = NOW
    yield book, export.files(book)
    store.close()


@pytest.fixture
def home(tmp_path: Path, words: Content) -> Iterator[Home]:
    store = open_store(tmp_path, now=JANUARY)
    yield Home(store, words)
    store.close()


def written(home: Home) -> MyWorkbook:
    """A workbook with something of everything that leaves."""
    book = home.book("ada")
    kofi = book.add_member("=Kofi")
    noor = book.add_member("007")
    june = book.add_member("June 5", kind="pet")
    quiet = book.add_member("Library", kind="place")
    home.now += timedelta(days=3)
    book.move(kofi, "movable", on_day=date(2026, 1, 2), reason="'She rings\nback")
    book.move(kofi, "core")
    book.move(noor, "movable")
    book.move(quiet, "outer")
    home.zone = "Asia/Kathmandu"
    there = MyWorkbook(home.store, home.words, book.person_id, lambda: home.now, "Asia/Kathmandu")
    there.move(june, "movable", reason="- a dash")
    for field, value in {
        "how_known": "1/2",
        "good_for": ["listen", "emergency"],
        "heard": "yes",
        "asked": "agreed",
        "gives_takes": "both",
        "closeness": 9,
        "notes": "TRUE",
        "last_touch": "week",
        "rhythm": "weekly",
    }.items():
        if field != "rhythm" or value in {o.key for o in home.words.options["rhythms"]}:
            there.change_member(kofi, field, value)
    there.screen(noor, FINE)
    there.put_off(noor)
    there.answer_ring(kofi, 3)
    there.were_in_touch([kofi, noor], date(2026, 1, 3))
    home.now += timedelta(days=1)
    occasion = book.begin_hello(kofi)
    for key, prompt, value in (
        ("reflect.got_smaller", "little_back", "@home, ΑΒΓ 👩‍👩‍👧 “x”"),
        ("reflect.steady", "quiet_with", [kofi, noor]),
        ("check_in.weekly", "alone", 7),
    ):
        _answer(book, key, prompt, value)
    _every_answer(book, occasion, kofi)
    book.choose_rhythm("core", "month")
    book.rest(True)
    book.note_opened("reflect.got_smaller")
    home.zone = "Europe/London"
    return book


def _answer(book: MyWorkbook, exercise: str, prompt: str, value: Any, **more: str) -> None:
    with suppress(Refused):
        book.answer(exercise, prompt, value, **more)


def _every_answer(book: MyWorkbook, occasion: str, member_id: str) -> None:
    """Something to each prompt of each exercise."""
    for exercise in book.content.exercises:
        when = (
            occasion
            if exercise.follows or exercise.key == "reach_out.pick"
            else ("2026-01-09" if exercise.again else "")
        )
        for prompt in exercise.prompts:
            options = [option.key for option in prompt.options]
            value: Any = {
                "tick": True,
                "toggle": True,
                "line": "3.50",
                "long_text": "two\nlines, =1+1",
                "starter": "Hello",
                "slider": 4,
                "overlap": 40,
                "pick_one": options[-1:] and options[-1],
                "each_member": options[:1] and options[0],
                "stage": options[:1] and options[0],
                "pick_many": options[: min(2, prompt.most or 2)],
                "tags_each_member": options[:2],
                "members": [member_id],
                "member": member_id,
                "names": [member_id],
                "later_each_member": "2026-09-01",
                "country": "gb",
                "doors": [str(book.content.doors[0]["key"])],
            }.get(prompt.kind)
            if value:
                about = member_id if prompt.kind.endswith("each_member") else ""
                _answer(book, exercise.key, prompt.key, value, occasion=when, about=about)


def packed(files: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content_ in files.items():
            archive.writestr(name, content_)
    return body.getvalue()


def taken_in(book: MyWorkbook, files: dict[str, bytes], *, theirs: bool = False) -> bundle.Plan:
    plan = book.compare(bundle.read(files, book.content))
    book.take_in(plan, theirs=theirs)
    return plan


def test_export_import_export_gives_the_same_bytes(home: Home) -> None:
    book = written(home)
    home.now = NOW
    first = export.everything(book)
    other = home.book("new")
    taken_in(other, bundle.unpacked(first))
    again = bundle.unpacked(export.everything(other))
    for name, body in bundle.unpacked(first).items():
        assert again[name].decode() == body.decode(), name
    assert export.everything(other) == first


def test_people_and_places_come_back_in_the_order_they_were_added(home: Home) -> None:
    book = home.book("ada")
    for name, kind in (("Library", "place"), ("Kofi", "person"), ("Choir", "group"), ("Noor", "person")):
        book.change_member(book.add_member(name, kind=kind), "notes", "Kind")
    first = export.files(book)
    other = home.book("new")
    taken_in(other, first)
    assert [m.name for m in other.members()] == ["Library", "Kofi", "Choir", "Noor"]
    assert export.files(other) == first


def test_importing_twice_changes_nothing(home: Home) -> None:
    book = written(home)
    home.now = NOW
    files = export.files(book)
    other = home.book("new")
    taken_in(other, files)
    plan = other.compare(bundle.read(files, other.content))
    assert plan.changes_nothing
    seq = home.store.seq(other.person_id)
    other.take_in(plan)
    assert home.store.seq(other.person_id) == seq
    assert book.compare(bundle.read(files, book.content)).changes_nothing


def test_a_workbook_taken_in_goes_on_where_it_was(home: Home) -> None:
    """The hello is still one try, erasing an answer takes back what it meant, and nobody counts as looked at."""
    book = written(home)
    home.now = NOW
    other = home.book("new")
    taken_in(other, export.files(book))
    assert [m.name for m in other.members()] == [m.name for m in book.members()]
    let_go = {one.member_id for one in book.tries() if one.fields.get("state") == "let_go"}
    for there in other.members():
        assert there.contact == ("not_for_now" if there.member_id in let_go else "unscreened")
    assert not any(may_be_written_to(m) for m in other.members() if is_someone(m))
    assert [(t.try_id, t.member_id, dict(t.fields)) for t in other.tries()] == [
        (t.try_id, t.member_id, dict(t.fields)) for t in book.tries()
    ]
    hello = next(t for t in book.tries() if t.began_via.startswith("reach_out.pick|"))
    occasion = hello.began_via.partition("|")[2]
    for one in (book, other):
        one.erase("reach_out.when_where", "cue", occasion)
    after = [{t.try_id: dict(t.fields) for t in one.tries()} for one in (book, other)]
    assert after[0] == after[1]
    assert "cue" not in after[1][hello.try_id]


def test_a_move_that_came_with_a_bundle_is_not_undone_by_itself(home: Home) -> None:
    """The door was saved by a tick, and its move goes by taking the tick out again: here and after the way back."""
    book = home.book("ada")
    door = str(book.content.doors[0]["key"])
    book.answer("reconnect.three_doors", "doors", [door])
    other = home.book("new")
    taken_in(other, export.files(book))
    assert (book.last_move(), other.last_move()) == (None, None)
    kofi = other.add_member("Kofi")
    other.move(kofi, "core")
    last = other.last_move()
    assert last and last.member_id == kofi
    other.undo_last_move(last.move_id)
    assert [m.place for m in other.members()] == ["outer", "unplaced"]
    assert other.compare(bundle.read(export.files(book), other.content)).changes_nothing


def test_what_is_here_holds_unless_the_file_is_to_hold(home: Home) -> None:
    book = written(home)
    home.now = NOW
    files = export.files(book)
    kofi = next(m.member_id for m in book.members() if m.name == "=Kofi")
    book.change_member(kofi, "notes", "Newer")
    book.answer("reflect.got_smaller", "little_back", "Newer words")
    plan = taken_in(book, files)
    assert [len(plan.differs[section]) for section in ("members", "answers")] == [1, 1]
    assert not any(plan.new.values())
    assert next(m.notes for m in book.members() if m.member_id == kofi) == "Newer"
    taken_in(book, files, theirs=True)
    assert next(m.notes for m in book.members() if m.member_id == kofi) == "TRUE"
    assert book.compare(bundle.read(files, book.content)).changes_nothing
    said = [saved.value for saved in book.versions("reflect.got_smaller", "little_back")]
    assert said[:2] == ["two\nlines, =1+1", "Newer words"]  # nothing is lost: it is an earlier version


def a_small_pod(home: Home) -> tuple[MyWorkbook, str]:
    book = home.book("ada")
    kofi = book.add_member("Kofi", place="core")
    book.move(kofi, "movable")
    book.change_member(kofi, "last_touch", "week")
    book.were_in_touch([kofi])
    book.answer("stay_open.asked", "asked", "not_yet", about=kofi)
    book.answer("check_in.weekly", "alone", 4, occasion="2026-01-05")
    home.now += timedelta(days=2)
    return book, kofi


@pytest.mark.parametrize(
    ("name", "row", "column", "value"),
    [
        ("people.csv", 2, "ring", "outer"),
        ("people.csv", 2, "since", "2026-01-02"),
        ("people.csv", 2, "added_on", "2026-01-02"),
        ("people.csv", 2, "last_touch_on", "2026-01-02"),
        ("ring_moves.csv", 3, "name", "Noor"),
        ("ring_moves.csv", 3, "from_ring", "outer"),
        ("touches.csv", 2, "name", "Noor"),
        ("noted.csv", 2, "noted_on", "2026-01-02"),
        ("noted.csv", 2, "noted_in", "today"),
        ("answers.csv", 2, "step", "reflect"),
        ("answers.csv", 2, "value", "Perhaps"),
        ("check_ins.csv", 2, "alone", "9"),
        ("pod_over_time.csv", 2, "movable", "7"),
    ],
)
def test_a_cell_changed_where_it_is_only_for_reading_is_named_and_changes_nothing(
    home: Home, name: str, row: int, column: str, value: str
) -> None:
    book, _ = a_small_pod(home)
    files = export.files(book)
    assert book.compare(bundle.read(files, book.content)).odd == ()
    cell(files, name, row, column, value)
    plan = book.compare(bundle.read(files, book.content))
    assert plan.changes_nothing
    assert (name, row, column) in plan.odd


@pytest.mark.parametrize("name", ["check_ins.csv", "measures.csv", "pod_over_time.csv"])
def test_a_file_that_only_counts_may_be_sorted(home: Home, name: str) -> None:
    book, kofi = a_small_pod(home)
    for day in range(1, 4):
        occasion = book.today.isoformat()
        book.answer("check_in.weekly", "alone", day, occasion=occasion)
        book.answer("welcome.three_questions", "count_on", "2", occasion=occasion)
        book.move(kofi, RINGS[day % 3])
        home.now += timedelta(days=1)
    files = export.files(book)
    first, *rows = list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))
    assert len(rows) > 2
    files[name] = as_csv([first, *reversed(rows)])
    plan = book.compare(bundle.read(files, book.content))
    assert plan.changes_nothing and plan.odd == ()


def test_somebody_called_anew_in_the_file_or_here_is_no_cell_changed_in_vain(home: Home) -> None:
    book, kofi = a_small_pod(home)
    files = export.files(book)
    cell(files, "people.csv", 2, "name", "Kofi Mensah")
    assert book.compare(bundle.read(files, book.content)).odd == ()
    files = export.files(book)
    home.now += timedelta(days=3)
    book.change_member(kofi, "name", "Kojo")
    book.change_member(kofi, "last_touch", "month")
    book.move(kofi, "outer")
    assert book.compare(bundle.read(files, book.content)).odd == ()


def test_what_is_noted_in_no_column_of_a_member_differs_like_all_else(home: Home) -> None:
    book, kofi = a_small_pod(home)
    book.change_member(kofi, "pictured", False)
    book.change_member(kofi, "parted", "died")
    files = export.files(book)
    book.change_member(kofi, "pictured", True)
    plan = taken_in(book, files, theirs=True)
    assert [entry.cells["pictured"] for entry, _ in plan.differs["members"]] == [False]
    assert [(m.pictured, m.parted) for m in book.members()] == [(False, "died")]
    assert book.compare(bundle.read(files, book.content)).changes_nothing


def test_who_was_made_one_since_does_not_come_back_as_two(home: Home) -> None:
    book, kofi = a_small_pod(home)
    other = book.add_member("Kofi M.", place="outer")
    book.answer("reflect.steady", "quiet_with", other)
    files = export.files(book)
    book.merge(kofi, other)
    plan = taken_in(book, files)
    assert not any(plan.new.values())
    assert [m.name for m in book.members()] == ["Kofi"]
    assert [s.value for s in book.saved("reflect.steady")] == [kofi]
    anew = book.add_member("Mensah")  # later than the files
    book.merge(anew, kofi)
    plan = taken_in(book, files)
    assert not any(plan.new.values())
    assert [m.name for m in book.members()] == ["Mensah"]


def test_a_bundle_from_before_two_were_made_one_never_brings_them_apart(home: Home) -> None:
    """Whichever side is taken, and whatever they are called by then."""
    book, kofi = a_small_pod(home)
    before_ben = export.files(book)
    ben = book.add_member("Ben", place="outer")
    files = export.files(book)
    home.now += timedelta(days=1)
    book.merge(kofi, ben)
    book.change_member(kofi, "notes", "Newer")
    for older in (before_ben, files):
        taken_in(book, older, theirs=True)
        assert [(m.name, m.also_called) for m in book.members()] == [("Kofi", ("Ben",))]
    elsewhere = home.book("elsewhere")
    taken_in(elsewhere, export.files(book))
    taken_in(elsewhere, files, theirs=True)
    assert [(m.name, m.also_called) for m in elsewhere.members()] == [("Kofi", ("Ben",))]
    book.delete_member(kofi)
    assert refusal(book, files)[0] == "bundle_of_deleted"


def a_pair(home: Home) -> tuple[MyWorkbook, str, str]:
    """Kofi, and Kofi Mensah who is the same: of both something is noted, and each was answered about."""
    book = home.book("ada")
    kofi, mensah = book.add_member("Kofi", place="core"), book.add_member("Kofi Mensah", place="outer")
    book.change_member(kofi, "notes", "From the choir")
    home.now += timedelta(days=1)
    for field, value in {"notes": "Sings", "good_for": ["listen"], "pictured": False, "heard": "yes"}.items():
        book.change_member(mensah, field, value)
    for tags, about in ((["listen"], kofi), (["advice"], mensah)):
        book.answer("reflect.kinds_of_help", "tags", tags, about=about)
    home.now += timedelta(days=1)
    return book, kofi, mensah


def copied(home: Home, book: MyWorkbook) -> MyWorkbook:
    """The same workbook on another device."""
    copy = home.book(f"copy {len(home.store.read('SELECT 1 FROM people'))}")
    taken_in(copy, export.files(book))
    return copy


def test_a_file_from_before_two_were_made_one_says_the_same_as_both_do(home: Home) -> None:
    book, kofi, mensah = a_pair(home)
    files = export.files(book)
    home.now += timedelta(days=1)
    for own, other in ((kofi, mensah), (mensah, kofi)):
        copy = copied(home, book)
        copy.merge(own, other)
        plan = copy.compare(bundle.read(files, copy.content))
        assert plan.changes_nothing and plan.odd == ()


def test_what_was_noted_elsewhere_of_one_of_two_who_are_one_here_differs(home: Home) -> None:
    book, kofi, mensah = a_pair(home)
    copy = copied(home, book)
    copy.change_member(mensah, "notes", "Her new number is 0123")
    copy.answer("reflect.kinds_of_help", "tags", ["company"], about=mensah)
    home.now += timedelta(days=1)
    book.merge(kofi, mensah)
    plan = taken_in(book, export.files(copy), theirs=True)
    assert [len(plan.differs[section]) for section in ("members", "answers")] == [1, 1]
    [one] = book.members()
    assert (one.notes, one.pictured, one.good_for) == (
        "From the choir\n\nHer new number is 0123",
        False,
        ("listen", "company"),
    )
    assert book.compare(bundle.read(export.files(copy), book.content)).changes_nothing


def test_a_text_too_long_for_one_who_is_two_in_the_file_is_named(home: Home) -> None:
    book, kofi, mensah = a_pair(home)
    copy = copied(home, book)
    copy.change_member(kofi, "notes", "x" * core.TEXT_LONGEST)
    book.merge(kofi, mensah)
    assert refusal(book, export.files(copy)) == ("cell_text_long", "people.csv", 3, "notes")


def test_two_who_stand_here_and_are_one_in_the_file_are_made_one_here_first(home: Home) -> None:
    book, kofi, mensah = a_pair(home)
    copy = copied(home, book)
    home.now += timedelta(days=1)
    copy.merge(mensah, kofi)
    with pytest.raises(Refused, match="bundle_of_one") as refused:
        taken_in(book, export.files(copy))
    assert refused.value.facts == {"name": "Kofi Mensah", "other": "Kofi"}
    book.merge(kofi, mensah)
    taken_in(book, export.files(copy), theirs=True)
    assert [(m.name, m.also_called) for m in book.members()] == [("Kofi Mensah", ("Kofi",))]
    assert book.compare(bundle.read(export.files(copy), book.content)).changes_nothing


def test_with_whom_somebody_was_made_one_elsewhere_comes_along(home: Home) -> None:
    book = home.book("ada")
    book.add_member("Kofi", place="core")
    copy = copied(home, book)
    later = copy.add_member("Kofi Mensah", place="outer")
    files = export.files(copy)
    copy.merge(copy.members()[0].member_id, later)
    taken_in(book, export.files(copy), theirs=True)
    taken_in(book, files, theirs=True)
    assert [(m.name, m.also_called) for m in book.members()] == [("Kofi", ("Kofi Mensah",))]


def test_somebody_deleted_here_and_made_one_with_another_elsewhere_does_not_come_as_that_one(home: Home) -> None:
    book, kofi, mensah = a_pair(home)
    copy = copied(home, book)
    copy.merge(mensah, kofi)
    book.delete_member(kofi)
    assert refusal(book, export.files(copy))[0] == "bundle_of_deleted"


def test_the_same_noted_again_on_a_later_day_brings_that_day(home: Home) -> None:
    book, kofi = a_small_pod(home)
    copy = copied(home, book)
    home.now += timedelta(days=20)
    copy.answer("check_in.weekly", "touched", [kofi], occasion=copy.today.isoformat())
    home.now += timedelta(days=1)
    files = export.files(copy)
    plan = taken_in(book, files)
    assert [entry.key for entry in plan.new["noted"]] == [(kofi, "last_touch")] and plan.odd == ()
    assert book.known()[kofi, "last_touch"] == replace(
        copy.known()[kofi, "last_touch"], seq=book.known()[kofi, "last_touch"].seq
    )
    assert book.compare(bundle.read(files, book.content)).changes_nothing
    assert copy.compare(bundle.read(export.files(book), copy.content)).odd == ()


def test_no_cell_counts_as_changed_because_two_were_made_one(home: Home) -> None:
    book = home.book("ada")
    older = book.add_member("Ben")
    home.now += timedelta(days=5)
    kept = book.add_member("Benjamin")
    for one in (kept, older):
        book.change_member(one, "heard", "yes")
        home.now += timedelta(days=5)
    files = export.files(book)
    book.merge(kept, older)
    plan = book.compare(bundle.read(files, book.content))
    assert plan.changes_nothing and plan.odd == ()


def fewer_options(words: Content, *lists: str) -> Content:
    """The words of a later day, when the last of some options are offered no more."""

    def fewer(prompt: Any) -> Any:
        return replace(prompt, options=prompt.options[:-1]) if prompt.kind == "pick_one" else prompt

    steps = [
        replace(s, exercises=tuple(replace(e, prompts=tuple(map(fewer, e.prompts))) for e in s.exercises))
        for s in words.steps
    ]
    options = {name: listed[:-1] if name in lists else listed for name, listed in words.options.items()}
    return replace(words, steps=tuple(steps), options=options)


def test_what_is_offered_no_more_closes_no_workbook_and_its_files_come_back(home: Home) -> None:
    lists = ("heard", "asked", "last_touch", "gives_takes", "rhythms", "touch_ways", "parted", "resource_state")
    book = home.book("ada")
    kofi, choir = book.add_member("Kofi", place="core"), book.add_member("Choir", kind="group")
    for field in ("heard", "asked", "last_touch", "gives_takes", "parted"):
        book.change_member(kofi, field, home.words.options[field][-1].key)
    book.change_member(choir, "rhythm", home.words.options["rhythms"][-1].key)
    book.change_member(choir, "state", home.words.options["resource_state"][-1].key)
    book.were_in_touch([choir], how=home.words.options["touch_ways"][-1].key)
    for exercise in home.words.exercises:
        for prompt in (p for p in exercise.prompts if p.kind == "pick_one" and not p.fills.startswith("measure.")):
            _answer(book, exercise.key, prompt.key, prompt.options[-1].key)
    home.now += timedelta(days=1)
    words = fewer_options(home.words, *lists)
    before, here, new = (
        export.files(book),
        *(
            MyWorkbook(home.store, words, one.person_id, lambda: home.now, home.zone)
            for one in (book, home.book("new"))
        ),
    )
    after = export.files(here)
    assert before["people.csv"] == after["people.csv"] and before["README.txt"] != after["README.txt"]
    for files in (before, after):
        assert here.compare(bundle.read(files, words)).changes_nothing
    assert here.compare(bundle.read(after, words)).odd == ()
    taken_in(new, after)
    assert export.files(new) == after
    cell(after, "people.csv", 2, "heard", "never_a_choice")
    assert refusal(here, after) == ("cell_key", "people.csv", 2, "heard")


def test_forgotten_for_good_is_also_who_came_back_with_a_file_meanwhile(home: Home) -> None:
    book = home.book("ada")
    ruth = book.add_member("Ruth", place="core")
    files = export.files(book)
    book.delete_member(ruth)
    home.now += timedelta(days=30, minutes=1)
    taken_in(book, files)
    book.delete_member(ruth)
    book.bring_back_member(ruth)
    assert [m.name for m in book.members()] == ["Ruth"]
    book.forget(ruth)
    assert book.members() == []


def test_an_answer_of_a_day_that_has_not_come_is_refused(home: Home) -> None:
    book, _ = a_small_pod(home)
    files, new = export.files(book), home.book("new")
    rows = list(csv.reader(io.StringIO(files["answers.csv"].decode("utf-8-sig"), newline="")))
    at = next(number for number, row in enumerate(rows, 1) if "check_in.weekly" in row)
    cell(files, "answers.csv", at, "saved_at", "2199-01-01T09:00:00+00:00")
    assert refusal(new, files) == ("cell_day_ahead", "answers.csv", at, "saved_at")


def test_an_older_file_still_fits_where_an_occasion_was_named_anew(home: Home) -> None:
    """Deleted and brought back, a hello has another name than in the file, and no answer comes twice."""
    book = home.book("ada")
    ruth, noor = (book.add_member(name, place="core") for name in ("Ruth", "Noor"))
    occasion = book.begin_hello(ruth)
    book.note_stage(occasion, "warm_up")
    files = export.files(book)
    book.delete_member(ruth)
    assert book.begin_hello(noor) == occasion
    book.bring_back_member(ruth)
    plan = taken_in(book, files, theirs=True)
    assert plan.changes_nothing
    assert book.compare(bundle.read(export.files(book), book.content)).changes_nothing


def test_no_two_answers_ever_have_one_id(home: Home) -> None:
    book, kofi = a_small_pod(home)
    files = export.files(book)
    changed = dict(files)
    rows = list(csv.reader(io.StringIO(files["answers.csv"].decode("utf-8-sig"), newline="")))
    at = next(number for number, row in enumerate(rows, 1) if "check_in.weekly" in row)
    cell(changed, "answers.csv", at, "occasion", "2026-01-06")
    assert len(taken_in(book, changed).new["answers"]) == 1
    book.delete_member(kofi)
    assert len({saved.answer_id for saved in book.everything_answered()}) == 2
    assert book.compare(bundle.read(export.files(book), book.content)).changes_nothing


def test_answers_that_got_one_id_from_earlier_files_leave_with_two(home: Home) -> None:
    book, _ = a_small_pod(home)
    one = book.saved("check_in.weekly")[0]
    with book._pen() as pen:
        named = {"answer_id": one.answer_id, "exercise": one.exercise, "prompt": one.prompt, "occasion": "2026-01-06"}
        when = {"on_day": pen.on_day, "zone": pen.zone, "recorded_at": pen.now, "seq": pen.next_seq()}
        sealed = pen.seal("5", "answers", one.answer_id)
        pen.insert("answers", **named, **when, about="", save_id="", sealed=sealed)
    files, other = export.files(book), home.book("new")
    assert book.compare(bundle.read(files, book.content)).changes_nothing
    taken_in(other, files)
    assert [saved.value for saved in other.saved("check_in.weekly")] == [4, 5]


def test_another_of_the_same_name_stays_another(home: Home) -> None:
    book, kofi = a_small_pod(home)
    book.merge(kofi, book.add_member("Ben", place="outer"))
    other = book.add_member("Ben", again=True)
    files = export.files(book)
    book.forget(other)
    taken_in(book, files)
    assert sorted((m.name, m.also_called) for m in book.members()) == [("Ben", ()), ("Kofi", ("Ben",))]


@pytest.mark.parametrize("theirs", [False, True])
def test_what_was_saved_as_a_door_stays_one_when_it_is_noted_as_a_person(home: Home, theirs: bool) -> None:
    book = home.book("ada")
    book.answer("reconnect.three_doors", "doors", ["counsellor"])
    book.change_member(book.members()[0].member_id, "kind", "person")
    files, other = export.files(book), home.book("new")
    taken_in(other, files, theirs=theirs)
    assert export.files(other) == files
    other.answer("reconnect.three_doors", "doors", ["counsellor", "adfam"])
    assert len(other.members()) == 2, "it is not added once more"


def test_a_measure_takes_only_numbers_whatever_is_listed_beside_it(home: Home) -> None:
    book = home.book("ada")
    book.answer("welcome.three_questions", "count_on", "2", occasion=book.today.isoformat())
    files = export.files(book)
    readme = files["README.txt"].decode()
    assert "    2 = 1–2" in readme
    files["README.txt"] = readme.replace("    2 = 1–2", "    many = 1–2").encode()
    at = next(n for n, row in enumerate(files["answers.csv"].decode("utf-8-sig").splitlines(), 1) if "count_on" in row)
    cell(files, "answers.csv", at, "option", "many")
    assert refusal(book, files) == ("cell_not_offered", "answers.csv", at, "option")


@pytest.mark.parametrize("how", ["forget", "undo", "answer"])
def test_what_changed_since_the_look_is_looked_at_again(home: Home, how: str) -> None:
    """Also what takes no number in the sequence: or rows would come in that are of nobody."""
    book, kofi = a_small_pod(home)
    book.change_member(kofi, "notes", "Old")
    files = export.files(book)
    home.now += timedelta(days=1)
    book.change_member(kofi, "notes", "New")
    book.move(kofi, "core")
    plan = book.compare(bundle.read(files, book.content))
    match how:
        case "forget":
            book.forget(kofi)
        case "undo":
            book.undo_last_move(book.moves()[-1].move_id)
        case _:
            book.answer("check_in.weekly", "alone", 5, occasion="2026-01-07")
    with pytest.raises(Refused, match="changed_meanwhile"):
        book.take_in(plan, theirs=True)
    assert book.compare(bundle.read(export.files(book), book.content)).changes_nothing


def test_a_workbook_holds_so_many_names_and_its_own_files_always_come_back(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "MOST_MEMBERS", 2)
    book, other, full = home.book("ada"), home.book("new"), home.book("full")
    for name in ("Kofi", "Noor"):
        book.add_member(name)
    with pytest.raises(Refused, match="members_enough"):
        book.add_member("June")
    taken_in(other, export.files(book))
    other.forget(other.members()[0].member_id)
    more = other.add_member("Ruth")
    assert more and refusal(other, export.files(book))[0] == "members_enough"
    assert len(full.members()) == 0
    other.delete_member(more)
    other.add_member("June")
    with pytest.raises(Refused, match="members_enough"):
        other.bring_back_member(more)
    assert len(other.trash()) == 1 and len(other.members()) == 2
    monkeypatch.setattr(core, "MOST_MEMBERS", 1)
    nothing = {**export.files(full), "bundle.csv": export.files(other)["bundle.csv"]}
    assert other.compare(bundle.read(nothing, other.content)).changes_nothing, "there may be more here than that"


def test_a_resource_not_to_be_looked_at_again_comes_back(home: Home) -> None:
    book = home.book("ada")
    choir = book.add_member("Choir", kind="group", place="outer")
    book.answer("reconnect.ladder", "again", "no", about=choir)
    other = home.book("new")
    taken_in(other, export.files(book))
    assert export.files(other) == export.files(book)


def test_only_an_empty_workbook_takes_in_anothers(home: Home) -> None:
    files = export.files(written(home))
    other = home.book("kofi")
    other.answer("welcome.who_sees", other.content.exercise("welcome.who_sees").prompts[0].key, False)
    other.compare(bundle.read(files, other.content))
    other.add_member("Someone")
    with pytest.raises(Refused, match="bundle_of_another"):
        other.compare(bundle.read(files, other.content))


def test_somebody_deleted_is_brought_back_or_forgotten_before_they_come_with_a_file(home: Home) -> None:
    book = home.book("ada")
    ruth = book.add_member("Ruth", place="core")
    files = export.files(book)
    book.delete_member(ruth)
    with pytest.raises(Refused, match="bundle_of_deleted"):
        book.compare(bundle.read(files, book.content))
    book.bring_back_member(ruth)
    assert book.compare(bundle.read(files, book.content)).changes_nothing
    book.forget(ruth)
    taken_in(book, files)
    assert [m.name for m in book.members()] == ["Ruth"]


def test_nothing_is_taken_in_where_something_was_written_meanwhile(home: Home) -> None:
    files = export.files(written(home))
    other = home.book("new")
    plan = other.compare(bundle.read(files, other.content))
    other.note_opened("reflect.got_smaller")
    with pytest.raises(Refused, match="changed_meanwhile"):
        other.take_in(plan)
    assert other.members() == []


def test_all_or_nothing_at_every_batch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.store.arriving.AT_ONCE", 7)
    files = export.files(written(home))
    other = home.book("new")
    plan = other.compare(bundle.read(files, other.content))
    shares: list[float] = []
    for stop_at in range(0, 200, 9):

        def tell(share: float, stop_at: int = stop_at) -> None:
            shares.append(share)
            if len(shares) > stop_at:
                raise KeyboardInterrupt

        shares.clear()
        try:
            other.take_in(plan, tell=tell)
        except KeyboardInterrupt:
            assert (other.members(), other.everything_answered(), other.moves()) == ([], [], [])
        else:
            break
    assert shares[-1] == 1 and shares == sorted(shares)
    assert export.files(other)["people.csv"] == files["people.csv"]


def test_imported_consents_grant_nothing_and_stay_as_notes_of_what_was(home: Home) -> None:
    book = home.book("ada")
    files = export.files(book)
    files["consents.csv"] += (
        '"2026-01-05T09:00:00+00:00","shape","","' + "a" * 32 + '","Riverside","Coach","granted"\r\n'
    ).encode()
    files["memberships.csv"] += (
        '"2026-01-05T09:00:00+00:00","' + "a" * 32 + '","Riverside","Coach","Ada","joined"\r\n'
    ).encode()
    other = home.book("new")
    for _ in range(2):
        taken_in(other, files)
    assert other.consents() == [] and other.sharing.groups() == []
    again = export.files(other)
    assert (again["consents.csv"], again["memberships.csv"]) == (files["consents.csv"], files["memberships.csv"])


def test_notes_come_back_from_files_that_did_not_say_to_whom_and_are_not_doubled(home: Home) -> None:
    ada, mara = home.book("ada"), home.book("mara")
    make_coach(home.store, mara.person_id)
    desk = CoachDesk(home.store, mara.content, mara.person_id, lambda: home.now)
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    ada.sharing.join(desk.invite(group), called="A.")
    desk.send_note(group, desk.people(group)[0].membership_id, "Good to have you here.")
    files = export.files(mara)
    assert b'"Good to have you here.","A."' in files["notes.csv"]
    assert mara.compare(bundle.read(of_the_first_form(files), mara.content)).changes_nothing
    other = home.book("new")
    taken_in(other, of_the_first_form(files))
    assert b'"Good to have you here.",""' in export.files(other)["notes.csv"]
    again = home.book("newer")
    for _ in range(2):
        taken_in(again, files)
    assert export.files(again)["notes.csv"] == files["notes.csv"]


# As spreadsheets write it back


def resaved(
    body: bytes, *, split: str = ",", day: str = "%Y-%m-%d", yes: str = "TRUE/FALSE", encoding: str = "utf-8-sig"
) -> bytes:
    """A CSV as a spreadsheet would write it: bare cells, its own days and its own yes."""
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    turned = [[_turned(cell, day, yes) for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=split, lineterminator="\n").writerows(turned)
    return text.getvalue().encode(encoding)


def _turned(cell: str, day: str, yes: str) -> str:
    if cell in ("TRUE", "FALSE"):
        return yes.split("/")[("TRUE", "FALSE").index(cell)]
    try:
        return date.fromisoformat(cell).strftime(day) if len(cell) == 10 else cell
    except ValueError:
        return cell


@pytest.mark.parametrize(
    ("split", "day", "yes", "encoding"),
    [
        (",", "%Y-%m-%d", "TRUE/FALSE", "utf-8"),
        (",", "%m/%d/%Y", "TRUE/FALSE", "utf-8-sig"),
        (",", "%-m/%-d/%y", "TRUE/FALSE", "utf-8-sig"),  # Excel for Mac
        (";", "%d.%m.%Y", "WAHR/FALSCH", "utf-8-sig"),
        (";", "%d.%m.%y", "PRAWDA/FAŁSZ", "utf-16-le"),
        (";", "%d/%m/%Y", "VRAI/FAUX", "utf-8-sig"),
        (";", "%d/%m/%y", "ΑΛΗΘΗΣ/ΨΕΥΔΗΣ", "utf-16"),
        (";", "%d-%m-%Y", "WAAR/ONWAAR", "utf-8"),
        ("\t", "%Y/%m/%d", "DOĞRU/YANLIŞ", "utf-16"),
    ],
)
def test_what_a_spreadsheet_saved_again_comes_back_the_same(
    once: tuple[MyWorkbook, dict[str, bytes]], home: Home, split: str, day: str, yes: str, encoding: str
) -> None:
    book, files = once
    home.now = NOW
    changed = {
        name: resaved(body, split=split, day=day, yes=yes, encoding=encoding) if name.endswith(".csv") else body
        for name, body in files.items()
    }
    for name, before, after in (
        ("touches.csv", f"sep={split}\r\n", ""),
        ("ring_moves.csv", "", f" {split}  {split}\n"),
    ):
        changed[name] = f"{before}{changed[name].decode(encoding)}{after}".encode(encoding)
    assert book.compare(bundle.read(changed, book.content)).changes_nothing
    other = home.book("new")
    taken_in(other, bundle.unpacked(packed({f"notes/{name}": body for name, body in changed.items()})))
    assert export.files(other) == files


@pytest.mark.parametrize("turned", ["back to front", "by their last cells"])
def test_rows_sorted_in_a_spreadsheet_come_back_in_their_own_order(
    once: tuple[MyWorkbook, dict[str, bytes]], home: Home, turned: str
) -> None:
    book, files = once
    home.now = NOW
    own = ("people.csv", "resources.csv", "ring_moves.csv", "tries.csv", "plans.csv", "touches.csv", "answers.csv")
    changed = {name: sorted_anew(body, turned) if name in own else body for name, body in files.items()}
    assert changed["ring_moves.csv"] != files["ring_moves.csv"]
    assert book.compare(bundle.read(changed, book.content)).changes_nothing
    other = home.book("new")
    taken_in(other, changed)
    assert export.files(other) == files


def sorted_anew(body: bytes, turned: str) -> bytes:
    head, *rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    rows = rows[::-1] if turned == "back to front" else sorted(rows, key=lambda row: [cell[::-1] for cell in row])
    return as_csv([head, *rows])


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    return text.getvalue().encode()


def of_the_first_form(files: dict[str, bytes]) -> dict[str, bytes]:
    """As they were before their rows were numbered, and without whatever else is younger."""
    found, younger = {}, {f"{t.name}.csv": [c.name for c in t.columns if c.since > 1] for t in export.TABLES}
    for name, body in files.items():
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        for column in younger.get(name, ()):
            at = rows[0].index(column)
            rows = [row[:at] + row[at + 1 :] for row in rows]
        found[name] = as_csv(rows) if name.endswith(".csv") else body
    found["bundle.csv"] = found["bundle.csv"].replace(b'"2",', b'"1",', 1)
    return found


def test_earlier_files_are_taken_in_and_their_moves_fit_on_to_each_other(home: Home) -> None:
    book = home.book("ada")
    kofi = book.add_member("Kofi", place="core")
    book.add_member("Noor", place="outer")
    home.now += timedelta(minutes=1)
    book.move(kofi, "released")
    files = of_the_first_form(export.files(book))
    for moves in (files["ring_moves.csv"], sorted_anew(files["ring_moves.csv"], "back to front")):
        other = home.book(f"new {len(home.store.read('SELECT 1 FROM people'))}")
        taken_in(other, {**files, "ring_moves.csv": moves})
        assert [(m.name, m.place) for m in other.members()] == [("Kofi", "released"), ("Noor", "outer")]
    untrue = dict(files)
    cell(untrue, "ring_moves.csv", 3, "from_ring", "movable")
    assert refusal(book, untrue) == ("cell_order", "ring_moves.csv", 3, "from_ring")


@pytest.mark.parametrize(
    ("yes", "no"), [("WAAR", "ONWAAR"), ("SANT", "FALSKT"), ("TOSI", "EPÄTOSI"), ("ИСТИНА", "ЛОЖЬ")]
)
def test_a_yes_in_any_language_of_a_spreadsheet_is_one_and_the_same_word_of_ones_own_is_not(
    home: Home, yes: str, no: str
) -> None:
    book = home.book("ada")
    kofi = book.add_member("Kofi")
    book.change_member(kofi, "notes", yes.title())
    book.change_member(kofi, "good_for", ["listen"])
    files = export.files(book)
    assert f"'{yes.title()}".encode() in files["people.csv"]
    changed = {
        name: resaved(body, yes=f"{yes}/{no}") if name.endswith(".csv") else body for name, body in files.items()
    }
    assert book.compare(bundle.read(changed, book.content)).changes_nothing


def test_days_that_could_be_read_two_ways_are_refused(home: Home) -> None:
    home.now = datetime(2026, 3, 3, 9)
    book = home.book("ada")
    book.add_member("Ruth", place="core")
    files = {name: resaved(body, day="%m/%d/%Y") for name, body in export.files(book).items() if name != "README.txt"}
    assert refusal(book, files) == ("cell_day", "people.csv", 2, "since")


@pytest.mark.parametrize("readme", [True, False])
@pytest.mark.parametrize("note", ["25/12/2025\nWe met at the market.", "Market\n25/12/2025\n12/25/2025", "Market"])
def test_no_word_of_ones_own_says_how_days_are_written(home: Home, note: str, readme: bool) -> None:
    home.now = datetime(2026, 3, 4, 9)
    book = home.book("ada")
    ruth = book.add_member("Ruth", place="core")
    book.change_member(ruth, "notes", note)
    book.move(ruth, "outer", on_day=date(2026, 1, 2))
    book.move(ruth, "movable", on_day=date(2026, 2, 26))
    days = [move.on_day for move in book.moves()]
    for written_as in ("%m/%d/%Y", "%d/%m/%Y"):
        files = {
            name: resaved(body, day=written_as) for name, body in export.files(book).items() if name != "README.txt"
        }
        if readme:
            files["README.txt"] = export.files(book)["README.txt"]
        other = home.book(written_as)
        taken_in(other, files)
        assert [move.on_day for move in other.moves()] == days


def test_what_libreoffice_saved_again_reads_the_same(words: Content) -> None:
    """Files that LibreOffice 7.4 opened and saved (`tests/office`), beside those it was given."""
    folder = Path(__file__).parent / "data"
    taken, saved = (
        bundle.unpacked((folder / f"bundle_{name}.zip").read_bytes()) for name in ("as_taken", "saved_by_libreoffice")
    )
    assert taken["people.csv"] != saved["people.csv"]
    here, there = bundle.read(taken, words), bundle.read(saved, words)
    for section in bundle.SECTIONS:
        assert [(e.key, e.cells, e.beside) for e in here.of(section).values()] == [
            (e.key, e.cells, e.beside) for e in there.of(section).values()
        ]
    assert len(here.of("answers")) > 100 and here.workbook == there.workbook


def test_files_of_the_first_form_are_read(home: Home) -> None:
    files = bundle.unpacked((Path(__file__).parent / "data" / "bundle_of_the_first_form.zip").read_bytes())
    assert b'"order"' not in files["people.csv"]
    home.now = NOW
    book = home.book("ada")
    taken_in(book, files)
    assert book.compare(bundle.read(files, book.content)).changes_nothing
    assert len(book.everything_answered()) > 100 and len(book.moves()) > 3


# What is wrong with a bundle


@pytest.mark.parametrize(("was", "is_now"), [("person", "professional"), ("group", "group"), ("person", "group")])
def test_whoever_the_taps_decide_about_is_asked_about_after_a_journey_too(home: Home, was: str, is_now: str) -> None:
    book, other = home.book("Ada"), home.book("new")
    ray = book.add_member("Ray", kind=was, place="outer")
    if was == is_now:
        book.decide_contact(ray, "not_for_now")
    book.change_member(ray, "kind", is_now)
    taken_in(other, export.files(book))
    for kind in (is_now, "professional"):
        for one in (book, other):
            one.change_member(ray, "kind", kind)
        [there], [here] = other.members(), book.members()
        assert (is_someone(there), there.contact) == (is_someone(here), "unscreened")
        assert not is_someone(here) or not may_be_written_to(there)
    assert "not_for_now" not in str(export.files(book))


def test_a_person_whom_the_files_call_a_helper_is_asked_about_all_the_same(home: Home) -> None:
    book = home.book("Ada")
    ray = book.add_member("Ray", place="outer")
    files = export.files(book)
    [row] = csv.DictReader(io.StringIO(files["people.csv"].decode("utf-8-sig"), newline=""))
    columns = next(csv.reader(io.StringIO(files["resources.csv"].decode("utf-8-sig"), newline="")))
    files["resources.csv"] = csv_file(columns, [{**dict.fromkeys(columns, ""), **row, "kind": "professional"}])
    files["people.csv"] = files["people.csv"].splitlines(keepends=True)[0]
    book.take_in(book.compare(bundle.read(files, book.content)), theirs=True)
    [found] = book.members()
    assert (found.member_id, found.kind) == (ray, "professional") and not may_be_written_to(found)


def refusal(book: MyWorkbook, files: dict[str, bytes]) -> tuple[object, ...]:
    with pytest.raises(Refused) as refused:
        book.compare(bundle.read(files, book.content))
    facts = refused.value.facts
    return refused.value.code, facts.get("file"), facts.get("row"), facts.get("column")


def cell(files: dict[str, bytes], name: str, row: int, column: str, value: str) -> None:
    """Put something else into one cell; rows as a spreadsheet counts them."""
    rows = list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))
    rows[row - 1][rows[0].index(column)] = value
    files[name] = as_csv(rows)


@pytest.mark.parametrize(
    ("name", "row", "column", "value", "code"),
    [
        ("people.csv", 2, "member_id", "1.23E+31", "cell_id"),
        ("people.csv", 3, "name", " ", "cell_member_name_empty"),
        ("people.csv", 3, "name", "x" * 81, "cell_member_name_long"),
        ("people.csv", 2, "kind", "place", "cell_kind"),
        ("people.csv", 2, "kind", "ghost", "cell_key"),
        ("people.csv", 2, "added_on", "31.02.2026", "cell_day"),
        ("people.csv", 2, "good_for_listen", "maybe", "cell_yes"),
        ("people.csv", 2, "closeness", "11", "cell_number"),
        ("people.csv", 2, "closeness", "=2+2", "cell_number"),
        ("people.csv", 2, "notes", "a\x00b", "cell_text_odd"),
        ("people.csv", 2, "notes", "x" * 20_001, "cell_text_long"),
        ("ring_moves.csv", 2, "to_ring", "", "cell_key"),
        ("ring_moves.csv", 2, "day", "yesterday", "cell_day"),
        ("ring_moves.csv", 2, "member_id", "f" * 32, "cell_nobody"),
        ("ring_moves.csv", 2, "recorded_at", "2026-01-05T09:00:00", "cell_moment"),
        ("touches.csv", 3, "how", "telepathy", "cell_key"),
        ("choices.csv", 2, "choice", "colour", "cell_key"),
        ("answers.csv", 2, "saved_at", "", "cell_moment"),
        ("answers.csv", 2, "answer_id", "'=1+1", "cell_id"),
        ("noted.csv", 2, "what", "contact", "cell_key"),
        ("progress.csv", 2, "opened", "32/13/2026", "cell_day"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(
    once: tuple[MyWorkbook, dict[str, bytes]], name: str, row: int, column: str, value: str, code: str
) -> None:
    book, files = once[0], dict(once[1])
    cell(files, name, row, column, value)
    assert refusal(book, files) == (code, name, row, column)


def test_a_file_a_column_or_a_form_that_does_not_fit_is_named(once: tuple[MyWorkbook, dict[str, bytes]]) -> None:
    book, files = once

    def without(name: str) -> dict[str, bytes]:
        return {other: body for other, body in files.items() if other != name}

    def with_(name: str, change: Callable[[bytes], bytes]) -> dict[str, bytes]:
        return {**files, name: change(files[name])}

    assert refusal(book, without("answers.csv")) == ("file_missing", "answers.csv", None, None)
    assert refusal(book, without("bundle.csv")) == ("file_missing", "bundle.csv", None, None)
    assert book.compare(bundle.read(without("measures.csv"), book.content)).changes_nothing
    renamed = with_("people.csv", lambda body: body.replace(b'"notes"', b'"remarks"', 1))
    assert refusal(book, renamed) == ("column_missing", "people.csv", 1, "notes")
    more = with_("people.csv", lambda body: body.replace(b'"notes"', b'"notes","age"', 1))
    assert refusal(book, more) == ("column_unknown", "people.csv", 1, "age")
    latin = with_("answers.csv", lambda body: body + "é".encode("latin-1"))
    assert refusal(book, latin)[:2] == ("file_encoding", "answers.csv")
    newer = with_("bundle.csv", lambda body: body.replace(b'"2"', b'"3"').replace(b'"made_on"', b'"made_on","more"'))
    assert refusal(book, newer)[0] == "bundle_newer"
    twice = with_("people.csv", lambda body: body + body.split(b"\r\n")[1] + b"\r\n")
    assert refusal(book, twice)[:2] == ("cell_twice", "people.csv")
    long = with_("touches.csv", lambda body: body + b'"a","b","c","d","e","f","g","h","9","i"\r\n')
    assert refusal(book, long)[:2] == ("row_long", "touches.csv")
    turned = with_(
        "bundle.csv", lambda body: as_csv([row[::-1] for row in csv.reader(io.StringIO(body.decode("utf-8-sig")))])
    )
    assert book.compare(bundle.read(turned, book.content)).changes_nothing
    aside = {**files, "holiday.jpg": b"x"}
    assert bundle.read(aside, book.content).aside == ["holiday.jpg"]


def zipped(*entries: tuple[str, bytes], **how: Any) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content_ in entries:
            archive.writestr(zipfile.ZipInfo(name), content_, **how)
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bundle_no_zip"),
        (b"PK\x03\x04 cut short", "bundle_no_zip"),
        (b"name\r\nRuth", "bundle_no_zip"),
        (b'\xef\xbb\xbf"step","exercise","title"\r\n', "bundle_one_file"),
        (zipped(("[Content_Types].xml", b"x"), ("xl/worksheets/_rels/sheet1.xml.rels", b"x")), "bundle_spreadsheet"),
        (zipped(("../people.csv", b"x")), "bundle_paths"),
        (zipped(("/etc/people.csv", b"x")), "bundle_paths"),
        (zipped(("a\\b.csv", b"x")), "bundle_paths"),
        (zipped(("C:people.csv", b"x")), "bundle_paths"),
        (zipped(("a/b/c/people.csv", b"x")), "bundle_paths"),
        (zipped(("a/people.csv", b"x"), ("b/answers.csv", b"x")), "bundle_paths"),
        (zipped(("people.csv", b"x"), ("PEOPLE.csv", b"y")), "bundle_paths"),
        (zipped(*((f"{number}.csv", b"") for number in range(61))), "bundle_many"),
        (bytes(bundle.LARGEST + 1), "bundle_large"),
    ],
)
def test_a_zip_with_tricks_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(Refused, match=code):
        bundle.unpacked(body)


def test_a_file_of_more_members_than_a_page_can_hold_is_refused_by_its_row(
    once: tuple[MyWorkbook, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "MOST_MEMBERS", 1)
    assert refusal(*once)[:3] == ("file_rows", "people.csv", 3)


def test_a_zip_bomb_is_refused_whatever_it_says_of_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped(("people.csv", bytes(5_000_000)), compress_type=zipfile.ZIP_DEFLATED)
    monkeypatch.setattr(bundle, "LARGEST_FILE", 1_000_000)
    with pytest.raises(Refused, match="bundle_bomb"):
        bundle.unpacked(bomb)
    lying = bomb.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(Refused, match=r"bundle_(bomb|no_zip)"):
        bundle.unpacked(lying)


def test_a_zip_made_on_a_mac_is_read() -> None:
    body = zipped(("notes/people.csv", b"x"), ("__MACOSX/notes/._people.csv", b"y"), ("notes/.DS_Store", b"z"))
    assert bundle.unpacked(body) == {"people.csv": b"x"}


# Any workbook at all

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n\t"), min_size=1, max_size=12).filter(
    lambda name: any(sign.isalnum() for sign in name)
) | st.sampled_from(["=1+1", "'", "007", "May 1", "TRUE", "-", 'a,b;c\t"d"'])
PROSE = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=40) | st.sampled_from(
    ["", "'", "''", "\n", " =1", "2026-03-09", "1.5", "false", "\ufeff", "x\n\n"]
)
MEMBER = st.integers(0, 5)
KINDS = st.sampled_from(["person", "person", "pet", "place", "group", "line"])
SAID_OF = st.one_of(
    st.tuples(st.sampled_from(["notes", "how_known", "how", "next_step"]), PROSE),
    st.tuples(st.just("name"), NAMES),
    st.tuples(st.just("kind"), KINDS),
    st.tuples(st.just("closeness"), st.integers(0, 10) | st.none()),
    st.tuples(st.just("good_for"), st.lists(st.sampled_from(core.GOOD_FOR), unique=True)),
    st.tuples(st.just("pictured"), st.booleans()),
    st.tuples(st.just("parted"), st.sampled_from(["died", ""])),
    *(
        st.tuples(st.just(field), st.sampled_from(["", *(option.key for option in WORDS.options[options])]))
        for field, options in {
            "heard": "heard",
            "asked": "asked",
            "gives_takes": "gives_takes",
            "last_touch": "last_touch",
            "state": "resource_state",
            "rhythm": "rhythms",
        }.items()
    ),
)
ASKED = [(e.key, p.key) for e in WORDS.exercises for p in e.prompts]
DOORS = [(e.key, p.key) for e in WORDS.exercises for p in e.prompts if p.kind in ("doors", "help_lines", "leave_off")]
LADDER = [(e.key, p.key) for e in WORDS.exercises for p in e.prompts if p.kind.endswith("each_member")]
HELLO = [(e.key, p.key) for e in WORDS.exercises for p in e.prompts if "reach_out.pick" in (e.key, e.follows)]
PICK = st.integers(0, 60)
ADDING = st.tuples(st.just("add"), NAMES, KINDS, st.sampled_from(PLACES))
DOING = st.lists(
    st.one_of(
        ADDING,
        st.tuples(st.just("move"), MEMBER, st.sampled_from(PLACES), st.integers(0, 400) | st.none(), PROSE),
        st.tuples(st.just("note"), MEMBER, SAID_OF),
        st.tuples(st.just("touch"), MEMBER, st.integers(0, 400), st.sampled_from(["", "call", "message"])),
        st.tuples(st.just("not_in_touch"), MEMBER),
        *(
            st.tuples(st.just("answer"), st.sampled_from(asked), PICK, MEMBER, PROSE)
            for asked in (ASKED, DOORS, LADDER, HELLO)
        ),
        st.tuples(st.sampled_from(["erase", "earlier"]), PICK),
        st.tuples(st.just("open"), st.sampled_from([e.key for e in WORDS.exercises])),
        st.tuples(st.just("begin_hello"), MEMBER),
        st.tuples(st.just("zone"), st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Chatham"])),
        st.tuples(st.just("clock"), st.integers(0, 40)),
        st.tuples(st.sampled_from(["forget", "delete", "restore", "put_off"]), MEMBER),
        st.tuples(st.sampled_from(["merge", "apart"]), MEMBER, MEMBER),
        st.tuples(st.just("undo")),
        st.tuples(st.just("screen"), MEMBER, st.sampled_from(["ok", "not_for_now", "unscreened"])),
        st.tuples(st.just("answer_ring"), MEMBER, st.integers(0, 5)),
        st.tuples(st.sampled_from(["rest", "easy"]), st.booleans()),
        st.tuples(
            st.just("rhythm"), st.sampled_from(["core", "movable", "outer"]), st.sampled_from(["week", "never", ""])
        ),
    ),
    max_size=20,
)
ACTS = st.builds(list.__add__, st.lists(ADDING, max_size=4), DOING)


def act(home: Home, book: MyWorkbook, what: str, *how: Any) -> None:
    """One thing a person may do; what is refused is not done."""
    ids = [member.member_id for member in book.members()]
    who = ids[how[0] % len(ids)] if ids and how and isinstance(how[0], int) else ""
    home.now += timedelta(minutes=17)
    answered = book.everything_answered()
    if what == "add":
        book.add_member(how[0], kind=how[1], place=how[2], again=True)
    elif what == "answer":
        (exercise, prompt), pick, number, words = how
        answer_something(book, exercise, prompt, pick, ids[number % len(ids)] if ids else "", words)
    elif what in ("erase", "earlier") and answered:
        one = answered[how[0] % len(answered)]
        where = (one.exercise, one.prompt, one.occasion, one.about)
        if what == "erase":
            book.erase(*where)
        else:
            book.bring_back(book.versions(*where)[-1].answer_id)
    elif what == "open":
        book.note_opened(how[0])
    elif what == "zone":
        book.zone = how[0]
    elif what == "clock":
        home.now += timedelta(days=how[0])
    elif what == "restore" and (gone := book.put_away()):
        book.bring_back_member(gone[how[0] % len(gone)].member_id)
    elif what == "undo" and (last := book.last_move()):
        book.undo_last_move(last.move_id)
    elif what == "rest":
        book.rest(how[0])
    elif what == "easy":
        book.take_it_easy(how[0])
    elif what == "rhythm":
        book.choose_rhythm(*how)
    elif who:
        act_on_somebody(book, what, who, ids, *how[1:])


def act_on_somebody(book: MyWorkbook, what: str, who: str, ids: list[str], *how: Any) -> None:
    if what == "move":
        book.move(who, how[0], on_day=None if how[1] is None else book.today - timedelta(days=how[1]), reason=how[2])
    elif what == "note":
        book.change_member(who, *how[0])
    elif what == "touch":
        book.were_in_touch([who], book.today - timedelta(days=how[0]), how[1])
    elif what == "not_in_touch":
        book.take_back_touch(next((t.touch_id for t in book.touches() if t.member_id == who), ""))
    elif what == "begin_hello":
        book.begin_hello(who)
    elif what in ("merge", "apart"):
        {"merge": book.merge, "apart": book.keep_apart}[what](who, ids[how[0] % len(ids)])
    elif what == "screen":
        book.screen(who, FINE) if how[0] == "ok" else book.decide_contact(who, how[0])
    elif what == "answer_ring":
        book.answer_ring(who, how[0])
    elif what in ("forget", "delete", "put_off"):
        {"forget": book.forget, "delete": book.delete_member, "put_off": book.put_off}[what](who)


def answer_something(book: MyWorkbook, exercise_key: str, key: str, pick: int, who: str, words: str) -> None:
    """An answer of the right sort to any prompt."""
    exercise = book.content.exercise(exercise_key)
    prompt = exercise.prompt(key)
    occasion = book.occasion(exercise, book.saved(exercise_key))
    if exercise.again and pick % 5 == 0:
        occasion = book.next_occasion(exercise)
    options = [option.key for option in prompt.options]
    doors = [str(one["key"]) for one in (*book.content.doors, *book.content.help_lines)]
    tries = [one.try_id for one in book.tries()]
    value: Any = words
    if prompt.kind in ("tick", "toggle"):
        value = pick % 2 == 0
    elif prompt.kind in ("slider", "overlap"):
        value = pick % 11
    elif prompt.kind in ("pick_one", "each_member", "stage"):
        value = options[pick % len(options)]
    elif prompt.kind in ("pick_many", "tags_each_member"):
        value = options[pick % len(options) :][:2]
    elif prompt.kind in ("doors", "help_lines"):
        value = doors[pick % len(doors) :][: pick % 3]
    elif prompt.kind in ("names", "members", "leave_off", "ring_each_member"):
        value = [who] if who and pick % 3 else []
    elif prompt.kind in ("member", "ring_one"):
        value = who
    elif prompt.kind == "try":
        value = tries[pick % len(tries)] if tries else ""
    elif prompt.kind == "later_each_member":
        value = ["2026-09-01", "no", ""][pick % 3]
    elif prompt.kind == "country":
        value = "gb"
    about = who if prompt.kind.endswith("each_member") and prompt.kind != "ring_each_member" else ""
    if not who and prompt.kind.endswith("each_member"):
        return
    if prompt.kind in ("ring_each_member", "ring_one", "names") and who and pick % 2:
        book.moved_here(exercise_key, key, who, PLACES[pick % len(PLACES)], occasion)
    else:
        book.answer(exercise_key, key, value, occasion=occasion, about=about)


def goes_on(book: MyWorkbook) -> tuple[Any, ...]:
    """All that the pages make of a workbook, but for what the screen found and the numbers of the rows."""
    moves, members, known = book.pod()
    return (
        [replace(member, added_seq=0, contact="", someone="", twin_rests=False) for member in members],
        [is_someone(member) for member in members],
        [(m.move_id, m.member_id, m.place, m.on_day, m.reason) for m in moves],
        [(t.try_id, t.member_id, t.began_via, t.on_day, dict(t.fields)) for t in book.tries()],
        [(t.touch_id, t.member_id, t.on_day, t.how, t.via) for t in book.touches()],
        [
            (s.answer_id, s.exercise, s.prompt, s.occasion, s.about, s.value)
            for s in book.everything_answered()
            if s.exercise != "reach_out.for_now"  # nothing of the screen leaves
        ],
        {key: (one.value, one.on_day, one.via) for key, one in known.items() if key[1] not in export.NEVER_NOTED},
        {name: said for name, said in book.choices().items() if not name.startswith(export.UNSEEN)},
        book.added_on(),
    )


@settings(max_examples=int(environ.get("WORKBOOKS", "25")))
@given(ACTS)
def test_any_workbook_comes_back_whole(acts: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder), now=JANUARY)
        home = Home(store, WORDS)
        book, other = home.book("ada"), home.book("new")
        for what, *how in acts:
            with suppress(Refused):
                act(home, book, what, *how)
        first = export.everything(book)
        zone = book.zone
        other.zone = zone
        taken_in(other, bundle.unpacked(first))
        again = export.files(other)
        for name, body in bundle.unpacked(first).items():
            assert again[name].decode() == body.decode(), name
        assert export.everything(other) == first
        assert goes_on(other) == goes_on(book)
        for one in (book, other):
            plan = one.compare(bundle.read(bundle.unpacked(first), WORDS))
            assert plan.changes_nothing and plan.odd == ()
        day = book.today - timedelta(days=200)
        for when in (day, None):
            there = {m: (move.place, move.reason) for m, move in standing(book.moves(), when).items()}
            assert {m: (move.place, move.reason) for m, move in standing(other.moves(), when).items()} == there
        store.close()


@pytest.mark.parametrize("before", ["wait", ""])
@pytest.mark.parametrize("theirs", [True, False])
def test_whoever_was_let_go_on_another_copy_is_not_for_now_here_too(home: Home, before: str, theirs: bool) -> None:
    """The taps found them fine here; what says otherwise on the other copy came later, and comes along."""
    quiet = "reach_out.nothing_back"
    ada, other = home.book("ada"), home.book("other")
    kofi = ada.add_member("Kofi", place="movable")
    ada.screen(kofi, FINE)
    hello = ada.begin_hello(kofi)
    ada.answer("reach_out.sent", "state", "sent", occasion=hello)
    if before:
        ada.answer(quiet, "next", before, occasion=hello)
    taken_in(other, export.files(ada))
    home.now += timedelta(days=1)
    other.answer(quiet, "next", "let_go", occasion=hello)
    taken_in(ada, export.files(other), theirs=theirs)
    said = {one.prompt: one.value for one in ada.saved(quiet)}["next"]
    assert said == ("let_go" if theirs or not before else "wait")
    contact = {"let_go": "not_for_now", "wait": "ok"}[said]
    assert [one.contact for one in ada.members()] == [contact]
    taken_in(ada, export.files(other), theirs=theirs)
    assert [one.contact for one in ada.members()] == [contact]
    ada.answer(quiet, "next", "wait", occasion=hello)
    assert [one.contact for one in ada.members()] == ["ok"], "it can be changed here as there"


def test_a_workbook_in_which_somebody_has_no_kind_is_healed(home: Home) -> None:
    """Earlier a kind could be taken out by a tap: they are a person until something else is said, and files are whole."""
    ada = home.book("ada")
    kofi = ada.add_member("Kofi", place="core")
    with ada._pen() as pen:
        members.note(pen, core.Fact(kofi, "kind", ""), "map")
    [there] = ada.members()
    assert (there.kind, is_someone(there), may_be_written_to(there)) == ("person", True, False)
    other = home.book("other")
    taken_in(other, export.files(ada))
    assert [(m.name, m.kind) for m in other.members()] == [("Kofi", "person")]
    assert ada.compare(bundle.read(export.files(ada), ada.content)).changes_nothing


def test_taps_that_found_someone_fine_again_hold_where_a_file_says_the_same_of_letting_go(home: Home) -> None:
    ada, other = home.book("ada"), home.book("other")
    kofi = ada.add_member("Kofi", place="movable")
    ada.screen(kofi, FINE)
    hello = ada.begin_hello(kofi)
    ada.answer("reach_out.sent", "state", "sent", occasion=hello)
    ada.answer("reach_out.nothing_back", "next", "let_go", occasion=hello)
    taken_in(other, export.files(ada))
    ada.screen(kofi, FINE)
    home.now += timedelta(days=1)
    other.answer("reach_out.after_sent", "felt", "easy", occasion=hello)
    taken_in(ada, export.files(other), theirs=True)
    assert [one.contact for one in ada.members()] == ["ok"]
