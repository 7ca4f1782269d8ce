"""Bundles and lists of names that mean harm, or were changed by hand: each is refused by name, and nothing breaks later."""

import csv
import io
import logging
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import Clock
from tests.pages.test_pages import Browser
from tests.test_bundle import JANUARY, NOW, WORDS, Home, cell, refusal, taken_in, written
from workbook import bundle, export, house, names_list
from workbook.content import Prompt
from workbook.my_sharing import content_of
from workbook.my_workbook import MyWorkbook
from workbook.pod import standing
from workbook.refused import Refused
from workbook.settings import ROOT, Settings
from workbook.store.opening import open_store
from workbook.ui import refusals, session

COACHS = ["reflect.group_0123456789abcdef", "reflect", "Coach", "A walk", "Why", "p1", "line", "Where to?", "", ""]
WITHOUT_STALLING = 15  # seconds of this thread's own; read naively, one of these takes over a hundred
KEPT = ("exercise", "step", "by", "title", "purpose", "prompt", "kind", "question", "help", "choices")


@dataclass
class Given:
    """One home for all, a workbook that nobody changes, its files, and new people as they are asked for."""

    home: Home
    book: MyWorkbook
    files: dict[str, bytes]
    count: list[int] = field(default_factory=list)

    def new(self) -> MyWorkbook:
        self.count.append(1)
        return self.home.book(f"person {len(self.count)}")

    def again(self, book: MyWorkbook) -> MyWorkbook:
        """The same workbook as its next page meets it."""
        words = content_of(self.home.store, WORDS, book.person_id)
        return MyWorkbook(self.home.store, words, book.person_id, lambda: self.home.now, "Europe/London")


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Given]:
    store = open_store(tmp_path_factory.mktemp("attacks"), now=JANUARY)
    home = Home(store, WORDS)
    book = written(home)
    home.now = NOW
    yield Given(home, book, export.files(book))
    store.close()


def row_of(*cells: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()


def with_exercise(files: dict[str, bytes], *rows: dict[str, str]) -> dict[str, bytes]:
    """The files with an exercise of a coach's, a row for each question, changed as said."""
    body = files["exercises_kept.csv"]
    for row in rows:
        body += row_of(*(dict(zip(KEPT, COACHS, strict=True)) | row).values())
    return {**files, "exercises_kept.csv": body}


# Exercises


@pytest.mark.parametrize(
    "rows",
    [
        [{"exercise": "reflect.Foo-Bar"}],
        [{"exercise": "reflect.got_smaller"}],
        [{"exercise": "welcome.group_0123456789abcdef", "step": "welcome"}],
        [{"step": "stay_open"}],
        [{"by": ""}],
        [{"title": ""}],
        [{"question": " "}],
        [{"kind": ""}],
        [{"kind": "pick_one"}],
        [{"kind": "pick_one", "choices": "one\none"}],
        [{"prompt": ""}],
        [{"prompt": "A.B"}],
        [{}, {}],
        [{"prompt": f"p{number}"} for number in range(1, 8)],
    ],
)
def test_an_exercise_that_no_page_could_show_is_refused_by_name(given: Given, rows: list[dict[str, str]]) -> None:
    """Once kept it would be read with every page, and nobody could get at their workbook any more."""
    code, file, row, _ = refusal(given.book, with_exercise(given.files, *rows))
    assert (code, file, row) == ("cell_key", "exercises_kept.csv", 2)


def test_a_coachs_exercise_that_comes_along_is_there_and_leaves_again(given: Given) -> None:
    files = with_exercise(given.files, {}, {"prompt": "p2", "kind": "pick_one", "choices": "here\nthere"})
    book = given.new()
    taken_in(book, files)
    book = given.again(book)
    assert book.content.exercise(COACHS[0]).by == "Coach"
    assert export.files(book)["exercises_kept.csv"] == files["exercises_kept.csv"]
    changed = with_exercise(given.files, {"title": "Another walk"})
    assert book.compare(bundle.read(changed, WORDS)).changes_nothing  # what was answered stays as it was asked


# Cells


@pytest.mark.parametrize(
    ("name", "column", "value", "code"),
    [
        ("people.csv", "notes", "x" * 90_000, "cell_long"),
        ("people.csv", "name", "x" * 90_000, "cell_long"),
        ("people.csv", "added_on", "0001-01-01", "cell_day"),
        ("people.csv", "look_again", "9999-12-31", "cell_day"),
        ("people.csv", "kind", "", "cell_key"),
        ("resources.csv", "kind", "", "cell_key"),
        ("noted.csv", "noted_on", "9999-12-31", "cell_day"),
        ("ring_moves.csv", "day", "0001-01-01", "cell_day"),
        ("ring_moves.csv", "day", "２０２６-01-05", "cell_day"),
        ("ring_moves.csv", "day", "2026-12-24", "cell_day_ahead"),
        ("touches.csv", "day", "2027-01-01", "cell_day_ahead"),
        ("tries.csv", "began_on", "2027-01-01", "cell_day_ahead"),
        ("tries.csv", "occasion", "2026-99-99", "cell_day"),
        ("answers.csv", "occasion", "2026-02-30", "cell_day"),
        ("answers.csv", "occasion", "٢٠٢٦-٠١-٠١", "cell_day"),
        ("ring_moves.csv", "recorded_at", "0001-01-01T00:00:00+14:00", "cell_moment"),
        ("ring_moves.csv", "recorded_at", "9999-12-31T23:00:00-12:00", "cell_moment"),
        ("ring_moves.csv", "recorded_at", "2026-01-05T09:00:00+00:00:30", "cell_moment"),
        ("choices.csv", "choice", "", "cell_key"),
    ],
)
def test_a_cell_that_would_break_something_later_is_named(
    given: Given, name: str, column: str, value: str, code: str
) -> None:
    files = dict(given.files)
    cell(files, name, 2, column, value)
    with pytest.raises(Refused) as refused:
        given.new().compare(bundle.read(files, WORDS))
    facts = refused.value.facts
    assert (refused.value.code, facts["file"], facts["row"], facts["column"]) == (code, name, 2, column)
    assert f"{name}, row 2, column “{column}”:" in refusals.sentence(refused.value)


def test_a_cell_too_long_for_any_reader_is_called_so_with_its_row(given: Given) -> None:
    files = dict(given.files)
    cell(files, "people.csv", 2, "notes", "one\ntwo\nthree")  # lines are not rows
    cell(files, "people.csv", 3, "notes", "x" * 140_000)
    assert refusal(given.book, files)[:3] == ("cell_long", "people.csv", 3)
    commas = {**given.files, "touches.csv": given.files["touches.csv"] + b"," * 2_000_000}
    assert refusal(given.book, commas)[:2] == ("cell_long", "touches.csv")


def test_nothing_of_a_safety_screen_comes_in_as_an_answer(given: Given) -> None:
    screen = next(exercise for exercise in WORDS.exercises if exercise.kind == "safety")
    for prompt in (screen.prompts[0].key, "retired"):
        files = dict(given.files)
        cell(files, "answers.csv", 2, "exercise", screen.key)
        cell(files, "answers.csv", 2, "prompt", prompt)
        with pytest.raises(Refused):
            bundle.read(files, WORDS)


@pytest.mark.parametrize("moment", ["2026-01-05T09:00:00.5+00:00", "2026-01-05T09:00:00+03:15"])
def test_a_moment_no_clock_here_would_write_is_the_same_the_next_time(given: Given, moment: str) -> None:
    files, book = dict(given.files), given.new()
    cell(files, "ring_moves.csv", 2, "recorded_at", moment)
    taken_in(book, files)
    assert book.compare(bundle.read(files, WORDS)).changes_nothing


def test_what_was_opened_of_an_exercise_nobody_knows_is_not_brought_again_and_again(given: Given) -> None:
    files, book = dict(given.files), given.new()
    cell(files, "progress.csv", 2, "exercise", "reflect.unknown")
    cell(files, "progress.csv", 2, "opened", "2026-01-05")
    taken_in(book, files)
    assert book.compare(bundle.read(files, WORDS)).changes_nothing


def test_many_clocks_at_odd_offsets_do_not_stall_us(given: Given) -> None:
    began = time.thread_time()
    zones = {
        bundle.zone_for(
            datetime(1950 + day % 200, 1 + day % 12, 1 + day % 28), bundle.QUARTER * (day % 100 - 50), "UTC"
        )
        for day in range(2000)
    }
    assert "Asia/Kathmandu" in zones or "Asia/Katmandu" in zones
    assert time.thread_time() - began < WITHOUT_STALLING


# What is taken in


def test_a_move_that_the_file_mends_keeps_its_place_in_the_day(given: Given) -> None:
    book = given.new()
    ruth = book.add_member("Ruth")
    for place in ("movable", "core"):
        book.move(ruth, place)
    files = export.files(book)
    cell(files, "ring_moves.csv", 2, "reason", "She rang")
    plan = taken_in(book, files, theirs=True)
    assert len(plan.differs["moves"]) == 1
    assert [move.reason for move in book.moves()] == ["She rang", ""]
    assert standing(book.moves())[ruth].place == "core"


def test_a_hello_that_the_file_mends_keeps_its_place_among_them(given: Given) -> None:
    book = given.new()
    for name in ("Ruth", "Noor"):
        book.begin_hello(book.add_member(name))
    files = export.files(book)
    cell(files, "tries.csv", 2, "text", "Hello again")
    before = [one.try_id for one in book.tries()]
    taken_in(book, files, theirs=True)
    assert [one.try_id for one in book.tries()] == before
    assert book.tries()[0].fields["text"] == "Hello again"


def test_rows_that_mean_nothing_here_do_not_grow_without_bound(given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MOST_CARRIED", 5)
    book, sealed = given.new(), '"2026-01-05T09:00:00+00:00","shape","","{}","Riverside","Coach","granted"\r\n'
    files = dict(given.files)
    files["consents.csv"] = given.files["consents.csv"].split(b"\r\n")[0] + b"\r\n"
    header = files["consents.csv"]
    for first in (0, 4):
        files["consents.csv"] = header + "".join(sealed.format(f"{n:032x}") for n in range(first, first + 4)).encode()
        plan = bundle.read(files, WORDS)
        if first == 0:
            book.take_in(book.compare(plan))
        else:
            with pytest.raises(Refused, match="file_rows"):
                book.compare(plan)


def test_a_day_that_begins_elsewhere_already_may_come_along(given: Given) -> None:
    files = dict(given.files)
    cell(files, "ring_moves.csv", 2, "day", date(2026, 7, 2).isoformat())
    assert given.new().compare(bundle.read(files, WORDS)).new["moves"]


def test_a_choice_that_is_offered_no_more_keeps_no_file_out(given: Given) -> None:
    """The words of the workbook change; what was picked before stays, and other files still come back."""

    def fewer(prompt: Prompt) -> Prompt:
        return replace(prompt, options=prompt.options[:-1]) if prompt.kind == "pick_one" else prompt

    steps = [
        replace(s, exercises=tuple(replace(e, prompts=tuple(map(fewer, e.prompts))) for e in s.exercises))
        for s in WORDS.steps
    ]
    words = replace(WORDS, steps=tuple(steps))
    book = MyWorkbook(given.home.store, words, given.book.person_id, lambda: given.home.now, "Europe/London")
    empty = export.files(given.new())
    empty["bundle.csv"] = given.files["bundle.csv"]
    assert not any(book.compare(bundle.read(empty, words)).differs.values())
    assert book.compare(bundle.read(given.files, words)).changes_nothing
    unlisted = {name: body for name, body in given.files.items() if name != "README.txt"}
    with pytest.raises(Refused, match="cell_not_offered"):  # nothing says that it ever was a choice
        bundle.read(unlisted, words)


# ZIP files


@pytest.mark.parametrize("how", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_packed_in_a_rare_way_is_refused_even_where_it_is_broken(how: int) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", how) as archive:
        archive.writestr("people.csv", bytes(range(256)) * 40)
    broken = bytearray(body.getvalue())
    for at in range(45, 80):
        broken[at] ^= 0xFF
    for one in (body.getvalue(), bytes(broken)):
        with pytest.raises(Refused, match="bundle_no_zip"):
            bundle.unpacked(one)


def test_a_zip_of_very_many_empty_files_is_refused_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.csv", b"")
    opened: list[object] = []
    monkeypatch.setattr(zipfile.ZipFile, "__init__", lambda *given, **more: opened.append(given))
    with pytest.raises(Refused, match="bundle_many"):
        bundle.unpacked(body.getvalue())
    assert opened == []


def test_a_zip_changed_anywhere_is_read_or_refused(given: Given) -> None:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("people.csv", given.files["people.csv"])
    whole = body.getvalue()
    for at in range(len(whole)):
        for turned in (0x00, 0xFF, whole[at] ^ 0x01):
            try:
                bundle.unpacked(whole[:at] + bytes([turned]) + whole[at + 1 :])
            except Refused:
                continue


# Lists of names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"BEGIN:VCARD\n" * 15_000, None),
        (b"BEGIN:VCARD\nFN:Ruth\n" + b"BEGIN:X\n" * 20_000 + b"END:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nFN:Ruth\nNOTE" + b";A" * 3000 + b"\nEND:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nFN:Ruth\nN" + b";A" * 3000 + b":x\nEND:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:" + b"=\nx" * 200_000 + b"\nFN:Ruth\nEND:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nNOTE:" + b"\n x" * 500_000 + b"\nFN:Ruth\nEND:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nX;ENCODING=QUOTED-PRINTABLE,\n \\n:\nFN:Ruth\nEND:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nN:Otto;Anna,Maria;;;\nEND:VCARD\n", ["Anna Maria Otto"]),
        (b"BEGIN:VCARD\nFN;ENCODING=B:!!!\nFN:Ruth\nEND:VCARD\n", ["Ruth"]),
        (b"BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:J=C3=\n=B6rg\nEND:VCARD\n", ["Jörg"]),
        (b"BEGIN:VCARD\nFN:Ru\n th\nEND:VCARD\nBEGIN:VCARD\nitem1.FN:Noor\nEND:VCARD", ["Ruth", "Noor"]),
    ],
)
def test_an_address_book_neither_stalls_nor_breaks_us(body: bytes, names: list[str] | None) -> None:
    began = time.thread_time()
    if names is None:
        with pytest.raises(Refused, match="names_none"):
            names_list.names(body)
    else:
        assert names_list.names(body) == names
    assert time.thread_time() - began < WITHOUT_STALLING


@pytest.mark.promise("log_canary")
def test_no_line_of_an_address_book_reaches_the_log(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        found = names_list.names(b"BEGIN:VCARD\nFN:Ruth\nFN;Secret one:x\nN;Secret two\nNOTE Secret three\nEND:VCARD\n")
    assert found == ["Ruth"]
    said = capfd.readouterr()
    assert "Secret" not in said.out + said.err + caplog.text


def test_a_list_brings_each_name_once_however_it_is_written(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is on the map already, or twice in the list, stops nobody else from coming along."""
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    home = house.open_house(Settings(tmp_path), clock)
    try:
        browser = Browser(home, AppTest.from_file(str(ROOT / "workbook/ui/main.py"), default_timeout=30))
        monkeypatch.setattr(session, "cookie", lambda: browser.cookie)
        book = home.workbook_of(characters.person(home.store, "Ada"), "Europe/London")
        book.add_member("June")
        deleted = book.add_member("Kofi")
        book.delete_member(deleted)
        browser.sign_in(book.person_id)
        who = home.gate.who(browser.cookie)
        assert who is not None
        home.arrivals.put(who.session_id, "names", b"name\nJUNE\nKofi\nNoor\nnoor\nRuth\n", clock())
        page = browser.open("mine/data")
        [picking] = page.multiselect
        assert picking.options == ["Kofi", "Noor", "Ruth"]
        picking.set_value(["Kofi", "Noor", "Ruth"]).run()
        page.button(key="bring add").click().run()
        assert [member.name for member in book.members()] == ["June", "Noor", "Ruth"]
        assert not page.exception
    finally:
        house.close_house()
