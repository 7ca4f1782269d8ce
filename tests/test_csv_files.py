"""CSV cells that no spreadsheet runs, and from which every word comes back."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workbook.csv_files import Cell, csv_file, neutralise, restore, zip_file

TRIGGERS = "=+-@\t\r\n\x00＝＋－＠"
# Half of what is tried begins with what a spreadsheet may take for more than words.
WORDS = st.text() | st.builds(str.__add__, st.text(TRIGGERS + "' \ufeff\xa0", max_size=3), st.text())


@pytest.mark.promise("csv_hypothesis")
@given(WORDS)
@example("'")
@example("''=1+1")
@example(" \ufeff=1+1")
@example("\x00=1+1")
@example("+47 22 33 44 55")
def test_every_text_comes_back(text: str) -> None:
    assert restore(neutralise(text)) == text


@pytest.mark.promise("csv_hypothesis")
@given(WORDS)
def test_no_cell_begins_with_what_a_spreadsheet_runs(text: str) -> None:
    cell = neutralise(text)
    assert not cell.startswith(tuple(TRIGGERS))
    assert not cell.lstrip().lstrip("\ufeff\x00").lstrip().startswith(tuple("=+-@＝＋－＠"))


@given(WORDS, WORDS)
def test_two_texts_never_become_one(one: str, other: str) -> None:
    assert (neutralise(one) == neutralise(other)) == (one == other)


@given(st.lists(st.tuples(WORDS, WORDS)))
def test_rows_come_back_whole_through_a_file(rows: list[tuple[str, str]]) -> None:
    body = csv_file(["name", "notes"], [{"name": name, "notes": notes} for name, notes in rows])
    found = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert found[0] == ["name", "notes"]
    assert [(restore(name), restore(notes)) for name, notes in found[1:]] == rows


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", '"\'=1+1"'),
        ("Ruth “Roo”, 3", '"Ruth “Roo”, 3"'),
        ('she said "hi"', '"she said ""hi"""'),
        ("two\nlines", '"two\nlines"'),
        (-3, '"-3"'),
        (0, '"0"'),
        (True, '"TRUE"'),
        (False, '"FALSE"'),
        (None, '""'),
        ("", '""'),
        (date(2026, 3, 9), '"2026-03-09"'),
        (datetime(2026, 3, 9, 14, 2, 7, 999, UTC), '"2026-03-09T14:02:07+00:00"'),
        (datetime(2026, 3, 9, 14, 2, tzinfo=timezone(timedelta(hours=-3.5))), '"2026-03-09T14:02:00-03:30"'),
    ],
)
def test_a_cell_is_quoted_and_only_words_are_neutralised(cell: Cell, written: str) -> None:
    assert csv_file(["value"], [{"value": cell}]) == f'\ufeff"value"\r\n{written}\r\n'.encode()


def test_a_time_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        csv_file(["saved_at"], [{"saved_at": datetime(2026, 3, 9, 14, 2)}])


def test_a_row_without_one_of_the_columns_is_refused() -> None:
    with pytest.raises(KeyError, match="notes"):
        csv_file(["name", "notes"], [{"name": "Ruth"}])


def test_a_zip_keeps_order_bytes_and_day_and_is_the_same_each_time() -> None:
    files = {"b.csv": b"\xef\xbb\xbfone", "a.csv": b"two"}
    body = zip_file(files.items(), date(2026, 3, 9))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
        assert archive.namelist() == ["b.csv", "a.csv"]
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 3, 9, 0, 0, 0)}
    assert zip_file(files.items(), date(2026, 3, 9)) == body
