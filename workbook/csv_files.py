"""CSV files that open in any spreadsheet and run nothing there, and the ZIP that holds them."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

Cell = str | int | date | None  # bool is an int, datetime a date
Row = Mapping[str, Cell]

BOM = "\ufeff"  # without it Excel takes UTF-8 for the local 8-bit code page
LINE_END = "\r\n"

# What a spreadsheet may run (OWASP, CSV Injection; ASVS 1.2.10), full-width signs too. A text that begins
# with an apostrophe gets one more, so that taking exactly one away always gives the text back.
_RISKY = re.compile(r"[\s\uFEFF\x00]*[=+\-@＝＋－＠]|['\t\r\n\x00]")


def csv_file(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV file (RFC 4180) in UTF-8 with every cell quoted; KeyError where a row lacks a column."""
    text = io.StringIO(newline="")
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=LINE_END)
    writer.writerow(columns)
    writer.writerows([_written(row[name]) for name in columns] for row in rows)
    return text.getvalue().encode()


def _written(cell: Cell) -> str:
    """The cell as text: only words are neutralised, for numbers and days cannot hold anything else."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return neutralise(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return _with_offset(cell)
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _with_offset(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise ValueError("A time without its offset from UTC could be any of many.")
    return moment.isoformat(timespec="seconds")


def neutralise(text: str) -> str:
    """The text as no spreadsheet takes it for a formula: an apostrophe goes before what is risky."""
    return "'" + text if _RISKY.match(text) else text


def restore(cell: str) -> str:
    """The text that `neutralise` was given."""
    return cell.removeprefix("'")


def zip_file(files: Mapping[str, bytes], day: date) -> bytes:
    """A ZIP of the files in the order given; the same files on the same day give the same bytes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whichever system writes it
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content)
    return body.getvalue()
