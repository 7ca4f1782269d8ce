"""CSV files that open in any spreadsheet and run nothing there, and the ZIP that holds them."""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Any

Cell = str | int | date | None  # bool is an int, datetime a date
Row = Mapping[str, Cell]

BOM = "\ufeff"  # without it Excel takes UTF-8 for the local 8-bit code page
LINE_END = "\r\n"

# How spreadsheets write a yes and a no back, each in its own language (Excel and LibreOffice).
TRUE_WORDS = (
    *("TRUE", "WAHR", "VRAI", "VERO", "VERDADERO", "VERDADEIRO", "VERDADER", "CERT", "WAAR", "ADEVĂRAT", "VERU"),
    *("SAND", "SANN", "SANT", "SATT", "TOSI", "TÕENE", "PATIESS", "TIESA", "PRAWDA", "PRAVDA", "RESNIČNO", "ISTINITO"),
    *("ISTINA", "ИСТИНА", "ІСТИНА", "ТАЧНО", "ΑΛΗΘΗΣ", "ΑΛΗΘΉΣ", "IGAZ", "DOĞRU", "FÍOR", "EGIA", "EGIAZKOA"),
)
FALSE_WORDS = (
    *("FALSE", "FALSCH", "FAUX", "FALSO", "FALS", "ONWAAR", "FALZ", "FALSK", "USANN", "FALSKT", "ÓSATT", "EPÄTOSI"),
    *("VÄÄR", "APLAMS", "NETIESA", "FAŁSZ", "NEPRAVDA", "NERESNIČNO", "NEISTINITO", "NEISTINA", "LAŽ", "ЛОЖЬ"),
    *("ЛЪЖА", "НЕИСТИНА", "ХИБНІСТЬ", "НЕТАЧНО", "ΨΕΥΔΗΣ", "ΨΕΥΔΉΣ", "HAMIS", "YANLIŞ", "BRÉAGACH", "FALTSUA"),
)
# What a spreadsheet may run (OWASP, CSV Injection; ASVS 1.2.10), full-width signs too. A text that begins
# with an apostrophe gets one more, so that taking exactly one away always gives the text back.
_RISKY = re.compile(r"[\s\uFEFF\x00]*[=+\-@＝＋－＠]|['\t\r\n\x00]")
# What a spreadsheet takes for a number, a yes or a day and writes back in its own way: 007, 1/2, 5 pm, TRUE, May 1.
_TAKEN_FOR_MORE = re.compile(
    r"\s*(?:(?=.*\d)[\d\s.,:;/\\%$€£¥()+\-'’]*(?:e[+\-]?\d+)?\s*(?:[ap]\.?m?\.?)?"
    rf"|{'|'.join((*TRUE_WORDS, *FALSE_WORDS))}"
    r"|\d{1,2}[.\s\-/]*[^\W\d_]{3,9}\.?(?:[\s,\-/]*\d{2,4})?"
    r"|[^\W\d_]{3,9}\.?[\s\-/]*\d{1,4}(?:[\s,\-/]+\d{2,4})?)\s*",
    re.IGNORECASE,
)
_LONG_NUMBER = re.compile(r"\d+(?:e\d+)?(?:[ap]m?)?", re.IGNORECASE)
_LONGEST_TAKEN = 40  # letters
_LONGEST_WORD = 16  # letters: what looks like a day is shorter where no sign parts it
_MOST_SEEN = 2000
COMPRESSED = 3  # of 9: twice as quick as the usual 6, and a tenth larger


def csv_file(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """A CSV file (RFC 4180) in UTF-8 with every cell quoted; KeyError where a row lacks a column."""
    body = io.BytesIO()
    text = io.TextIOWrapper(body, "utf-8", newline="")
    text.write(BOM)
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator=LINE_END)
    writer.writerow(columns)
    ways = _Ways({str: _Neutral().__getitem__, int: str, datetime: _with_offset, type(None): lambda _: ""})
    taken = itemgetter(*columns) if len(columns) > 1 else lambda row: (row[columns[0]],)
    writer.writerows([ways[type(cell)](cell) for cell in taken(row)] for row in rows)
    text.flush()
    return body.getvalue()


class _Ways(dict[type, Callable[[Any], str]]):
    """How a cell of each type is written: the few types of a large file need not be asked for anew."""

    def __missing__(self, _: type) -> Callable[[Any], str]:
        return written


class _Neutral(dict[str, str]):
    """Words as they are written; keys and questions come again in every row, so what was seen last is remembered."""

    def __missing__(self, words: str) -> str:
        if len(self) >= _MOST_SEEN:
            self.clear()  # ids fill it; what comes again is soon back
        self[words] = written = neutralise(words)
        return written


def written(cell: Cell) -> str:
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
    """The text as no spreadsheet takes it for a formula, a number or a day: an apostrophe goes before it."""
    if len(text) > _LONGEST_WORD and text.isalnum():  # an id: of all this it can only be a number
        return "'" + text if len(text) <= _LONGEST_TAKEN and _LONG_NUMBER.fullmatch(text) else text
    taken = len(text) <= _LONGEST_TAKEN and _TAKEN_FOR_MORE.fullmatch(text)
    return "'" + text if text and (taken or _RISKY.match(text)) else text


def restore(cell: str) -> str:
    """The text that `neutralise` was given."""
    return cell.removeprefix("'")


def decoded(body: bytes) -> str:
    """The text of a file that a spreadsheet saved, in UTF-8 or UTF-16, marked as such or not; UnicodeDecodeError for others."""
    begin = body[:400]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16")
    high, low = begin[0::2].count(0), begin[1::2].count(0)  # of plain letters, one of two bytes is empty
    if max(high, low) > len(begin) / 8 and not min(high, low):
        return body.decode("utf-16-be" if high else "utf-16-le").removeprefix(BOM)
    return body.decode("utf-8-sig")


def split_at(text: str) -> tuple[str, str]:
    """What parts the cells of a CSV file, and its text without a first line that says so to Excel."""
    said = _SEP.match(text)
    if said:
        return said[1], text[said.end() :]
    return max(",;\t", key=text.split("\n", 1)[0].count), text


_SEP = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)


def zip_file(files: Iterable[tuple[str, bytes]], day: date) -> bytes:
    """A ZIP of the files in the order given, each let go once it is packed; the same on the same day gives the same bytes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, whichever system writes it
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content, compresslevel=COMPRESSED)
    return body.getvalue()
