"""A bundle that comes back: its files opened with care, every cell checked, and laid beside what is there.

Pure: no clock, no storage. Whatever is wrong is Refused with the file, the row as a spreadsheet counts it, and the
column; then nothing of the bundle is used.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from workbook import answers as core
from workbook import coaching, export, merging, only_to_read
from workbook.content import Content, Option, Prompt
from workbook.csv_files import FALSE_WORDS, TRUE_WORDS, decoded, restore, split_at
from workbook.in_touch import RHYTHMS
from workbook.ladder import NOT_AGAIN
from workbook.only_to_read import NamedCell, Odd, Repeated
from workbook.pod import PLACES, RINGS
from workbook.refused import Refused

LARGEST = 20_000_000  # bytes, as it is sent
LARGEST_FILE = 60_000_000  # bytes, unpacked; a hundred thousand answers take 35
LARGEST_IN_ALL = 90_000_000
MOST_FILES = 60
MOST_ROWS = 300_000
LONGEST_CELL = 70_000  # letters; an answer has 20,000 at most
ID = re.compile(r"[0-9a-f]{32}")
LISTED = b"PK\x01\x02"  # before each file that a ZIP lists
DIGIT = re.compile(r"[0-9]")
KEY = re.compile(r"[A-Za-z0-9_.\-]{1,80}")
LONGEST_LINE = 1_000_000  # letters in one line of a file
MOST_CARRIED = 10_000  # rows of one file that mean nothing here: they are read with every choice
OCCASION = re.compile(r"(\d{4}-\d\d-\d\d)(\.\d{1,4})?", re.ASCII)
YEARS = range(1900, 2200)
QUARTER = timedelta(minutes=15)
YES = {*TRUE_WORDS, "1"}
NO = {*FALSE_WORDS, "0", ""}
MANY = ("pick_many", "tags_each_member", "names", "members", "leave_off", "doors", "help_lines", "ring_each_member")
OF_MEMBERS = ("names", "members", "leave_off", "ring_each_member", "member", "ring_one")
PICKED = ("pick_one", "each_member", "stage", "ring_one", "member", "try", "country")
COUNTED = ("check_ins", "measures", "pod_over_time")  # files that say nothing new, and may be missing
CARRIED = ("consents", "memberships", "looks", "notes", "groups_led", "exercises_written")
KEYED = {
    "notes": ("sent_at", "way", "group", "group_name", "coach", "words"),  # as the first form had them
    "groups_led": ("group",),
    "exercises_written": ("group", "exercise", "prompt"),
}
MEMBER_DAYS = ("look_again",)
FROM_WORDS = ("door", "line")  # columns of resources.csv alone
CHOICES = ("paused", "low_energy")
# What is known of a member in no column of people.csv and resources.csv, and what it is where nothing is noted.
UNSAID: Mapping[str, Any] = {
    "quiet_until": "",
    "ring_answered": 0,
    "apart": [],
    "honest": "",
    "imperfect": "",
    "pictured": True,
    "parted": "",
}
DATED = {
    "moves": ("ring_moves.csv", "day"),
    "tries": ("tries.csv", "began_on"),
    "touches": ("touches.csv", "day"),
    "answers": ("answers.csv", "saved_at"),
    "noted": ("noted.csv", "noted_on"),
}

Key = tuple[str, ...]
Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a bundle holds: its cells, checked and typed; `beside` is what comes along but is not compared."""

    section: str
    key: Key
    cells: Cells
    row: int
    beside: Cells = field(default_factory=dict)


@dataclass(slots=True)
class Bundle:
    """What a bundle holds, by section and key; which files were left aside, and which cells are only for reading.

    `odd` are those of them that say something else than the cells they repeat.
    """

    workbook: str = ""
    sections: dict[str, dict[Key, Entry]] = field(default_factory=dict)
    aside: list[str] = field(default_factory=list)
    made_on: date = date.max
    odd: list[Odd] = field(default_factory=list)
    named: list[NamedCell] = field(default_factory=list)

    def of(self, section: str) -> dict[Key, Entry]:
        """The entries of one section."""
        return self.sections.setdefault(section, {})


SECTIONS = ("members", "moves", "tries", "touches", "choices", "answers", "opened", "exercises", "carried")
NOTED = "noted"  # what is known of a member here as well, but was noted once more


@dataclass(frozen=True, slots=True)
class Plan:
    """A bundle laid beside a workbook: what is new, how much is the same, and what differs (theirs, ours)."""

    bundle: Bundle
    new: dict[str, list[Entry]]
    same: dict[str, int]
    differs: dict[str, list[tuple[Entry, Entry]]]
    stood_at: int = -1  # how often the workbook had changed
    odd: tuple[Odd, ...] = ()  # cells that were changed in columns that are only for reading

    @property
    def changes_nothing(self) -> bool:
        """Whether there is nothing new and nothing that differs."""
        return not any(self.new.values()) and not any(self.differs.values())

    def taking(self, picked: Collection[int]) -> Plan:
        """The same with only those things that differ whose places, counted through, are picked: the others stay as here."""
        at, differs = 0, {}
        for section, pairs in self.differs.items():
            differs[section] = [pair for number, pair in enumerate(pairs, at) if number in picked]
            at += len(pairs)
        return replace(self, differs=differs)


def plan(bundle: Bundle, here: Bundle, stood_at: int = -1, today: date = date.max, taken: Collection[str] = ()) -> Plan:
    """Lay a bundle beside what is here; Refused where it is another workbook's and this one is not empty.

    Refused also where something new in it is of a day that has not come by `today`. `taken` are the ids of all
    answers there are, earlier versions and those in the trash too: a new answer gets none of them.
    """
    if bundle.workbook != here.workbook and not is_empty(here):
        raise Refused("bundle_of_another")
    if bundle.workbook == here.workbook:
        bundle = _with_occasions_of_here(_with_those_made_one(bundle, here), here)
    new: dict[str, list[Entry]] = {section: [] for section in SECTIONS}
    same = dict.fromkeys(SECTIONS, 0)
    differs: dict[str, list[tuple[Entry, Entry]]] = {section: [] for section in SECTIONS}
    for section in SECTIONS:
        there = here.of(section)
        for key, entry in bundle.of(section).items():
            ours = there.get(key)
            if ours is None:
                new[section].append(_with_its_own_id(entry, taken))
            elif _says_the_same(entry.cells, ours.cells):
                same[section] += 1
            else:
                differs[section].append((entry, ours))
    new[NOTED] = [*_noted_again(bundle, here)]
    _refuse_days_ahead([*new.values(), *([entry for entry, _ in pairs] for pairs in differs.values())], today)
    _refuse_too_much_carried(new["carried"], here)
    if new["members"] and len(new["members"]) + len(here.of("members")) > core.MOST_MEMBERS:
        raise Refused("members_enough", most=core.MOST_MEMBERS)
    return Plan(bundle, new, same, differs, stood_at, tuple(sorted(_odd(bundle, here))))


def _noted_again(bundle: Bundle, here: Bundle) -> Iterator[Entry]:
    """What says the same of a member as here, of a later day; and with whom else they were made one."""
    for key, entry in bundle.of("members").items():
        if (ours := here.of("members").get(key)) is None:
            continue
        for what, (on_day, via, row) in entry.beside["noted"].items():
            value: Any = entry.cells.get(what)
            if what == merging.WAS:
                value = list(dict.fromkeys([*_was(ours), *_was(entry)]))
                is_new = value != _was(ours)
            else:
                here_too = what in ours.beside["noted"] and what in entry.cells and value == ours.cells[what]
                is_new = here_too and on_day > ours.beside["noted"][what][0]
            if is_new:
                yield Entry(NOTED, (key[0], what), {"value": value, "day": on_day, "via": via}, row)


def _odd(bundle: Bundle, here: Bundle) -> Iterator[Odd]:
    """What was changed in vain, as far as what is here can tell: a name may have been another, a note newer."""
    yield from bundle.odd
    there = here.of("members")
    for cell, member_id, name, before in bundle.named:
        ours = there.get((member_id,))
        if not before or (ours and ours.cells["name"] != name):
            yield cell
    for key, entry in bundle.of("members").items():
        ours = there.get(key)
        if ours is None or _was(ours) or _was(entry):
            continue
        if entry.beside["added_on"] != ours.beside["added_on"]:
            file = "people.csv" if entry.cells["kind"] in export.PEOPLE else "resources.csv"
            yield Odd(file, entry.row, "added_on")
        for what, (on_day, via, row) in entry.beside["noted"].items():
            day_here, via_here, _ = ours.beside["noted"].get(what, (on_day, via, 0))
            known_then = on_day <= day_here < bundle.made_on
            moved = on_day != day_here or not _is_one_place(via, via_here)
            if entry.cells.get(what) == ours.cells.get(what) and known_then and moved:
                yield Odd("noted.csv", row, "noted_on" if on_day != day_here else "noted_in")


def _with_those_made_one(bundle: Bundle, here: Bundle) -> Bundle:
    """The bundle with one id for two members who are one here, and one entry: the other would come back beside them.

    Refused where two who stand here are one in it: what it holds of both cannot be told apart any more.
    """
    there, theirs = here.of("members"), bundle.of("members")
    standing = {one: key[0] for key, ours in there.items() for one in _was(ours) if (one,) not in there}
    standing |= {key[0]: key[0] for key in there}
    instead: dict[str, str] = {}
    of_one: dict[str, list[Entry]] = {}
    for key, entry in theirs.items():
        ids = [key[0], *(one for one in _was(entry) if (one,) not in theirs)]
        found = list(dict.fromkeys(standing[one] for one in ids if one in standing)) or [key[0]]
        if len(found) > 1:
            name, other = (str(there[(one,)].cells["name"]) for one in found[:2])
            raise Refused("bundle_of_one", name=name, other=other)
        of_one.setdefault(found[0], []).append(entry)
        if found[0] != key[0]:
            instead[key[0]] = found[0]
    members: dict[Key, Entry] = {(one,): _as_one(one, entries, there.get((one,))) for one, entries in of_one.items()}
    if not instead:
        return replace(bundle, sections={**bundle.sections, "members": members})
    sections: dict[str, dict[Key, Entry]] = {}
    for section, entries in {**bundle.sections, "members": members}.items():
        sections[section] = renamed = {}
        for key, entry in entries.items():  # of two answers the later one holds, as where two are made one
            own = tuple(instead.get(part, part) for part in key)
            cells = {name: _renamed(cell, instead) for name, cell in entry.cells.items()}
            renamed[own] = replace(entry, key=own, cells=cells)
    return replace(bundle, sections=sections)


def _was(entry: Entry) -> list[str]:
    """The ids of all who were made one with this member."""
    return list(entry.beside.get(merging.WAS, []))


def _as_one(member_id: str, entries: list[Entry], ours: Entry | None) -> Entry:
    """What the files say of all who are one here, by the rules by which they were made one."""
    if ours is None:
        return entries[0]
    order = [member_id, *_was(ours)]
    entries = sorted(entries, key=lambda one: order.index(one.key[0]) if one.key[0] in order else -1)
    first = entries[0]
    whole = first.key[0] == member_id or member_id in _was(first) or first.key[0] not in order
    held = first if whole else ours
    for entry in entries[1:] if whole else entries:
        held = _made_one(held, entry, ours)
    cells = held.cells
    if not set(_was(ours)) <= set(_was(held)):  # written before they were made one
        names = dict.fromkeys([*ours.cells["also_called"], *cells["also_called"]])
        cells = {**cells, "also_called": [name for name in names if name != cells["name"]]}
    return replace(held, key=(member_id,), cells=cells, row=first.row)


def _made_one(own: Entry, other: Entry, ours: Entry) -> Entry:
    """Two entries as one."""
    before, facts = _facts(own, ours), _facts(other, ours)
    for what in ("notes", *merging.LINES):
        if what in before and what in facts and str(facts[what].value) in str(before[what].value):
            del facts[what]  # it stands in there already
    try:
        held = merging.merged(before, facts)
    except Refused as refused:
        file = "people.csv" if other.cells["kind"] in export.PEOPLE else "resources.csv"
        raise Refused("cell_text_long", file=file, row=other.row, column="notes", **refused.facts) from None
    noted = {**other.beside["noted"], **own.beside["noted"]}
    for what, note in held.items():
        sources = [entry.beside["noted"][what] for entry in (own, other) if what in entry.beside["noted"]]
        if sources:
            on_that_day = (source for source in sources if source[0] == note.on_day)
            noted[what] = next(on_that_day, (note.on_day, *sources[0][1:]))
    someone = {entry.beside.get("someone", "") for entry in (own, other)} - {""}
    added_on = min(filter(None, (own.beside["added_on"], other.beside["added_on"])), default=None)
    beside = {**own.beside, "noted": noted, "added_on": added_on}
    beside |= {"someone": min(someone)} if someone else {}  # asked, or once
    if was := list(dict.fromkeys([*_was(own), *_was(other)])):
        beside[merging.WAS] = was
    cells = {**own.cells, **{what: note.value for what, note in held.items() if what in own.cells}}
    return replace(own, cells=cells, beside=beside)


def _facts(entry: Entry, ours: Entry) -> dict[str, merging.Noted]:
    """What an entry says of a member. Of two things noted on one day the files do not know the later: it is the one held here."""
    found = {}
    for what, value in entry.cells.items():
        if says_something(what, value) or what in entry.beside["noted"]:
            on_day = entry.beside["noted"].get(what, (entry.beside["added_on"] or date(YEARS[0], 1, 1),))[0]
            found[what] = merging.Noted(value, on_day, 2 * on_day.toordinal() + (value == ours.cells[what]))
    return found


def says_something(what: str, value: Any) -> bool:
    """Whether a value known of a member is more than what holds where nothing is noted."""
    return bool(value != UNSAID[what]) if what in UNSAID else value not in ("", None, False, [])


def _with_occasions_of_here(bundle: Bundle, here: Bundle) -> Bundle:
    """The bundle with all that is here under the occasion it has here: what came out of the trash may have another by now."""
    there = {entry.beside["answer_id"]: key for key, entry in here.of("answers").items()}
    answers: dict[Key, Entry] = {}
    again: list[Entry] = []
    for key, entry in bundle.of("answers").items():
        ours = there.get(entry.beside["answer_id"], key)
        if ours != key and _but_for_a_number(key[2], ours[2]) and (key[:2], key[3]) == (ours[:2], ours[3]):
            again.append(replace(entry, key=ours))
        else:
            answers[key] = entry
    for entry in again:
        answers.setdefault(entry.key, entry)
    sections = {**bundle.sections, "answers": answers}
    for section in ("tries", "touches"):
        sections[section] = {key: _begun_as(entry, here.of(section)) for key, entry in bundle.of(section).items()}
    return replace(bundle, sections=sections)


def _begun_as(entry: Entry, there: Mapping[Key, Entry]) -> Entry:
    ours = there.get(entry.key, entry).cells["via"]
    return replace(entry, cells={**entry.cells, "via": ours}) if _is_one_place(entry.cells["via"], ours) else entry


def _is_one_place(via: str, other: str) -> bool:
    """Whether two places where something was noted are one, whatever the number of their occasion."""
    (exercise, _, occasion), (other_exercise, _, other_occasion) = via.partition("|"), other.partition("|")
    return exercise == other_exercise and _but_for_a_number(occasion, other_occasion)


def _but_for_a_number(occasion: str, other: str) -> bool:
    return occasion[:10] == other[:10]


def _with_its_own_id(entry: Entry, taken: Collection[str]) -> Entry:
    """An answer without an id that another one has already: it gets a new one."""
    if entry.section != "answers" or entry.beside["answer_id"] not in taken:
        return entry
    return replace(entry, beside={**entry.beside, "answer_id": ""})


def _renamed(cell: Any, instead: Mapping[str, str]) -> Any:
    for old, new in instead.items():
        cell = merging.instead(cell, old, new)
    return cell


def _says_the_same(theirs: Cells, ours: Cells) -> bool:
    """Whether two say one thing; a time is one time by any clock."""
    return theirs == ours or {**theirs, "offset": None} == {**ours, "offset": None}


def _refuse_days_ahead(entries: Iterable[list[Entry]], today: date) -> None:
    latest = today if today == date.max else today + timedelta(days=1)  # where they were, it may be tomorrow
    for entry in (entry for some in entries for entry in some if entry.section in DATED):
        on_day = entry.cells["day"] if "day" in entry.cells else (entry.beside["at"] + entry.beside["offset"]).date()
        if on_day > latest:
            file, column = DATED[entry.section]
            raise Refused("cell_day_ahead", file=file, row=entry.row, column=column)


def _refuse_too_much_carried(new: list[Entry], here: Bundle) -> None:
    count = Counter(key[0] for key in here.of("carried"))
    for entry in new:
        table = str(entry.beside["table"])
        count[table] += 1
        if count[table] > MOST_CARRIED:
            raise Refused("file_rows", file=f"{table}.csv", row=entry.row, most=MOST_CARRIED)


def is_empty(bundle: Bundle) -> bool:
    """Whether nothing was written but in the welcome: such a workbook may take in another's bundle."""
    answered = any(not key[0].startswith("welcome.") for key in bundle.of("answers"))
    return not answered and not any(bundle.of(section) for section in ("members", "moves", "tries", "touches"))


# Opening


def unpacked(body: bytes) -> dict[str, bytes]:
    """The files of a ZIP by name, without the one folder they may lie in; Refused where it is none, or not one to open."""
    if is_spreadsheet(body):
        raise Refused("bundle_spreadsheet")
    if _is_one_of_ours(body):
        raise Refused("bundle_one_file")
    if len(body) > LARGEST:
        raise Refused("bundle_large", most=LARGEST // 1_000_000)
    if body.count(LISTED) > 4 * MOST_FILES:
        raise Refused("bundle_many", most=MOST_FILES)
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return _without_folder(dict(_files(archive)))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as why:
        if isinstance(why, Refused):
            raise
        raise Refused("bundle_no_zip") from None


def is_spreadsheet(body: bytes) -> bool:
    """Whether a file is one of Excel's or LibreOffice's own: those are ZIPs, too."""
    if not body.startswith(b"PK") or body.count(LISTED) > 4 * MOST_FILES:  # before a list of so many is made
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return any(name in ("[Content_Types].xml", "mimetype") for name in archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return False


def _is_one_of_ours(body: bytes) -> bool:
    """Whether it is one table out of a bundle, by its first columns."""
    begin = body[:200].decode("utf-8", "replace").replace('"', "").lower()
    return any(re.search(r"\W".join([t.columns[0].name, t.columns[1].name]), begin) for t in export.TABLES)


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    listed = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
    if len(listed) > MOST_FILES:
        raise Refused("bundle_many", most=MOST_FILES)
    names = [entry.filename for entry in listed]
    if any(_is_trick(name) for name in names) or len({name.lower() for name in names}) < len(names):
        raise Refused("bundle_paths")
    left = LARGEST_IN_ALL
    for entry in listed:
        if _is_of_the_system(entry.filename):
            continue
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("bundle_no_zip")
        with archive.open(entry) as packed:  # what a ZIP says of its sizes is not believed
            content = packed.read(min(LARGEST_FILE, left) + 1)
        left -= len(content)
        if len(content) > LARGEST_FILE or left < 0:
            raise Refused("bundle_bomb")
        yield entry.filename, content


def _is_trick(name: str) -> bool:
    parts = name.split("/")
    return "\\" in name or ":" in name or "\x00" in name or name.startswith("/") or ".." in parts or len(parts) > 3


def _is_of_the_system(name: str) -> bool:
    """What macOS and Windows put into a folder by themselves."""
    parts = name.split("/")
    return parts[0] == "__MACOSX" or parts[-1].startswith(".") or parts[-1].lower() in ("desktop.ini", "thumbs.db")


def _without_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    folders = {name.rpartition("/")[0] for name in files}
    if len(folders) > 1:
        raise Refused("bundle_paths")
    return {name.rpartition("/")[2]: content for name, content in files.items()}


# Files and rows


_keys: dict[str, str] = {}  # cells that were keys: the same few come again in every row


class Row:
    """One row of a file; a cell that cannot be read is Refused with the file, the row and the column."""

    __slots__ = ("_at", "_cells", "_day_first", "file", "number")

    def __init__(
        self, file: str, number: int, at: Mapping[str, int], cells: list[str], day_first: bool | None = None
    ) -> None:
        self._day_first = day_first
        self.file = file
        self.number = number
        self._at = at
        self._cells = cells

    def refuse(self, column: str, why: str, **facts: object) -> Refused:
        """The refusal of this cell."""
        return Refused(why, file=self.file, row=self.number, column=column, **facts)

    def raw(self, column: str) -> str:
        """The cell as it stands."""
        return self._cells[self._at[column]]

    def text(self, column: str) -> str:
        """Words, exactly as they were before they were put into a cell."""
        written = self.raw(column)
        if len(written) > LONGEST_CELL:
            raise self.refuse(column, "cell_long")
        found = restore(written)
        if "\r" in found:
            found = found.replace("\r\n", "\n").replace("\r", "\n")
        return found

    def words(self, column: str, longest: int = core.TEXT_LONGEST) -> str:
        """Words that may be kept."""
        found = self.text(column)
        try:
            return core.accept_words(found, longest)
        except Refused as refused:
            raise self.refuse(column, f"cell_{refused.code}", **refused.facts) from None

    def id(self, column: str) -> str:
        """One of our ids."""
        found = self.text(column)
        if not ID.fullmatch(found):
            raise self.refuse(column, "cell_id")
        return found

    def id_or_none(self, column: str) -> str:
        """One of our ids, or an empty cell."""
        return self.id(column) if self.raw(column) else ""

    def key(self, column: str, allowed: Iterable[str] | None = None) -> str:
        """A short key, or an empty cell."""
        written = self.raw(column)
        found = _keys.get(written)
        if found is None:
            found = self.text(column).strip()
            if found and not KEY.fullmatch(found):
                raise self.refuse(column, "cell_key")
            if len(_keys) < 2000:
                _keys[written] = found
        if allowed is not None and found and found not in allowed:
            raise self.refuse(column, "cell_key")
        return found

    def key_there(self, column: str, allowed: Iterable[str]) -> str:
        """A short key that is there."""
        found = self.key(column, allowed)
        if not found:
            raise self.refuse(column, "cell_key")
        return found

    def day(self, column: str) -> date:
        """A day that is there."""
        found = self.day_or_none(column)
        if found is None:
            raise self.refuse(column, "cell_day")
        return found

    def day_or_none(self, column: str) -> date | None:
        """A day, or an empty cell."""
        written = self.text(column).strip()
        if not written:
            return None
        found = day_of(written, self._day_first)
        if found is None:
            raise self.refuse(column, "cell_day")
        return found

    def day_as_words(self, column: str) -> str:
        """A day in ISO, or an empty cell."""
        found = self.day_or_none(column)
        return found.isoformat() if found else ""

    def occasion(self, column: str) -> str:
        """The name of an occasion: a day, maybe with a number, or an empty cell."""
        written = self.text(column).strip()
        named = OCCASION.fullmatch(written)
        if named and day_of(named[1]) is None:
            raise self.refuse(column, "cell_day")
        if not written or named:
            return written
        return self.day_as_words(column)

    def moment(self, column: str) -> tuple[datetime, timedelta]:
        """A moment in naive UTC, and how far the clock was from it."""
        try:
            found = datetime.fromisoformat(self.text(column).strip())
        except ValueError:
            raise self.refuse(column, "cell_moment") from None
        offset = found.utcoffset()
        if offset is None or offset % QUARTER or found.year not in YEARS[1:]:
            raise self.refuse(column, "cell_moment")
        return found.astimezone(UTC).replace(tzinfo=None, microsecond=0), offset

    def yes(self, column: str) -> bool:
        """A yes or a no; an empty cell is a no."""
        found = self.text(column).strip().upper()
        if found not in YES and found not in NO:
            raise self.refuse(column, "cell_yes")
        return found in YES

    def number_or_none(self, column: str) -> int | None:
        """A whole number, or an empty cell."""
        written = self.text(column).strip()
        if not written:
            return None
        if not re.fullmatch(r"-?\d{1,9}([.,]0+)?", written, re.ASCII):
            raise self.refuse(column, "cell_number")
        return int(re.split("[.,]", written)[0])

    def day_in(self, written: str) -> date | None:
        """The day that some words are, if they are one."""
        return day_of(written, self._day_first)

    def place_in_order(self) -> tuple[bool, int]:
        """What to sort by; a row without a number comes behind the others."""
        number = self.number_or_none("order")
        return number is None, number or 0


def day_of(written: str, day_first: bool | None = None) -> date | None:
    """A day as spreadsheets write it back, in YEARS; None for any other.

    Year first, or with dots day first, it can be read one way only; else `day_first` says how, and None that nobody knows.
    """
    year_first = re.fullmatch(r"(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})\.?", written, re.ASCII)
    dotted = re.fullmatch(r"(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|\d\d)\.?", written, re.ASCII)
    turned = _TURNED.fullmatch(written)
    if year_first:
        year, month, day = year_first.groups()
    elif dotted:
        day, month, year = dotted.groups()
    elif turned and day_first is not None:
        one, other, year = (part for part in turned.groups() if part)
        day, month = (one, other) if day_first else (other, one)
    else:
        return None
    if len(year) == 2:  # as Excel for Mac writes them
        year = f"{'20' if year < LAST_CENTURY else '19'}{year}"
    try:
        return date(int(year), int(month), int(day)) if int(year) in YEARS else None
    except ValueError:
        return None


LAST_CENTURY = "70"  # a year of two digits, from here on
_TURNED = re.compile(r"(\d{1,2})(?:[/-](\d{1,2})[/-](\d{4})|/(\d{1,2})/(\d\d))", re.ASCII)
_TURNED_CELL = re.compile(rf"(?:^|(?<=[,;\t\n\"])){_TURNED.pattern}(?=[,;\t\r\n\"]|$)", re.ASCII)


# The columns in which days are written; of what is noted without a column, also the value.
DAYS = frozenset(
    ("made_on", "since", "added_on", "last_touch_on", "look_again", "day", "began_on", "state_on", "sent_on")
) | {"chosen_on", "noted_on", "opened", "occasion"}


def is_day_first(files: Mapping[str, bytes]) -> bool | None:
    """How days are written that a spreadsheet turned into its own form; None where nothing shows it.

    The day the files were made is known from elsewhere, and is asked first; else all days together.
    """
    made = re.search(r"Made on \d{4}-(\d\d)-(\d\d)", files.get("README.txt", b"").decode("utf-8", "replace"))
    written = _TURNED_CELL.search(_as_it_may_be(files.get("bundle.csv", b"")))
    if made and written and made[1] != made[2]:
        said, month_first = (int(written[1]), int(written[2] or written[4])), (int(made[1]), int(made[2]))
        if said in (month_first, month_first[::-1]):
            return said != month_first
    turned = [pair for name, body in files.items() if name.endswith(".csv") for pair in _turned_days(name, body)]
    first, second = (any(pair[at] > 12 for pair in turned) for at in (0, 1))
    return first if first != second else None


def _turned_days(file: str, body: bytes) -> Iterator[tuple[int, int]]:
    """The first two numbers of each day in a file that was turned: never of what somebody wrote in words of their own."""
    text = _as_it_may_be(body)
    if not _TURNED_CELL.search(text):
        return
    split, text = split_at(text)
    table = csv.reader(_lines(text), delimiter=split)
    wanted = DAYS | {"value"} if file == "noted.csv" else DAYS
    try:
        header = [_column(name) for name in next(table, [])]
        at = [number for number, name in enumerate(header) if name in wanted]
        for cells in table:
            for cell in (cells[number] for number in at if number < len(cells)):
                if found := _TURNED.fullmatch(cell.strip()):
                    yield int(found[1]), int(found[2] or found[4])
    except csv.Error:
        return  # it is refused where it is read


def _as_it_may_be(body: bytes) -> str:
    try:
        return decoded(body)
    except UnicodeDecodeError:
        return body.decode("utf-8", "replace")


def _decoded(file: str, body: bytes) -> str:
    try:
        return decoded(body)
    except UnicodeDecodeError as why:
        row = body[: why.start].count(b"\n") + 1
        raise Refused("file_encoding", file=file, row=row) from None


def rows_of(
    file: str, body: bytes, wanted: Iterable[str], day_first: bool | None = None, most: int = 0
) -> Iterator[Row]:
    """The rows of a CSV file with just these columns, in any order, split by comma, semicolon or tab.

    At most so many, or as many as a file of that name may have.
    """
    split, text = split_at(_decoded(file, body))
    columns = [*wanted]
    table = csv.reader(_lines(text), delimiter=split)
    number = 1
    try:
        for row in _rows(file, columns, table, day_first, most):
            number = row.number
            yield row
    except csv.Error as why:
        long = "field larger" in str(why)
        raise Refused("cell_long" if long else "file_broken", file=file, row=number + 1) from None


def _lines(text: str) -> Iterator[str]:
    """The lines of a file; one of a hundred million commas would be as many cells."""
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise csv.Error("field larger than any")
        yield line


def _column(name: str) -> str:
    return name.strip().strip("\ufeff\"' ").lower()


def _rows(
    file: str, columns: list[str], table: Iterator[list[str]], day_first: bool | None, most: int
) -> Iterator[Row]:
    header = [_column(name) for name in next(table, [])]
    while header and not header[-1]:
        header.pop()
    for name in columns:
        if name not in header:
            raise Refused("column_missing", file=file, row=1, column=name)
    for name in header:
        if name not in columns or header.count(name) > 1:
            raise Refused("column_unknown", file=file, row=1, column=name or "–")
    at = {name: header.index(name) for name in columns}
    most = most or core.MOST_MEMBERS if file in ("people.csv", "resources.csv") else most or MOST_ROWS
    for number, cells in enumerate(table, start=2):
        if number > most + 1:
            raise Refused("file_rows", file=file, row=number, most=most)
        if not any(map(str.strip, cells)):
            continue
        if len(cells) < len(header):
            cells = cells + [""] * (len(header) - len(cells))
        if any(cells[len(header) :]):
            raise Refused("row_long", file=file, row=number)
        yield Row(file, number, at, cells, day_first)


# The bundle


def read(files: Mapping[str, bytes], content: Content, *, own: bool = False) -> Bundle:
    """A bundle from its files; Refused where one is missing or a cell cannot be read.

    In files just made from the workbook itself (`own`) an answer is what it is, though its choice is offered no more.
    """
    return _Reading(files, content, own=own).bundle()


class _Reading:
    """One bundle being read."""

    def __init__(self, files: Mapping[str, bytes], content: Content, *, own: bool) -> None:
        self._files = files
        self._own = own
        self._day_first = is_day_first(files)
        self._content = content
        self._tables = _columns(export.FORMAT)
        self._found = Bundle()
        self._members: dict[str, str] = {}
        self._member_rows: dict[str, Row] = {}
        self._repeated = Repeated()
        self._prompts = {(e.key, p.key): p for e in content.exercises for p in e.prompts}

    def bundle(self) -> Bundle:
        self._origin()
        known = {f"{name}.csv" for name in self._tables} | {"README.txt"}
        self._found.aside = sorted(name for name in self._files if name not in known)
        self._exercises()
        self._take_members()
        self._noted()
        self._moves()
        self._tries()
        self._touches()
        self._choices()
        self._answers()
        self._opened()
        for table in CARRIED:
            self._carried(table)
        self._only_to_read()
        return self._found

    def _only_to_read(self) -> None:
        """In files just made from the workbook itself no cell was changed."""
        if self._own:
            return
        members = self._found.of("members")
        for member_id, row in self._member_rows.items():
            touched = members[(member_id,)].cells["last_touch"] and members[(member_id,)].beside["noted"].get(
                "last_touch"
            )
            self._repeated.day(row, "last_touch_on", touched[0] if touched else None)
        only_to_read.counted(
            {table: [*self._rows(table)] for table in self._counted()},
            self._found.of("answers"),
            self._found.of("moves").values(),
            self._prompts,
            self._members,
            self._found.made_on,
            self._repeated,
        )
        self._found.odd = self._repeated.odd
        self._found.named = self._repeated.names()

    def _counted(self) -> list[str]:
        known = self._found.made_on < date.max
        return [table for table in COUNTED if known and f"{table}.csv" in self._files]

    def _rows(self, table: str) -> Iterator[Row]:
        name = f"{table}.csv"
        if name not in self._files:
            raise Refused("file_missing", file=name)
        most = sys.maxsize - 1 if self._own else 0
        return rows_of(name, self._files[name], self._tables[table], self._day_first, most)

    def _in_order(self, *tables: str) -> list[tuple[str, Row]]:
        """The rows of these files as they came one after the other, however they are sorted; with the name of the file."""
        found = [(table, row) for table in tables for row in self._rows(table)]
        if "order" in self._tables[tables[0]]:
            found.sort(key=lambda one: one[1].place_in_order())
        return found

    def _add(self, row: Row, column: str, section: str, key: Key, cells: Cells, **beside: Any) -> None:
        there = self._found.of(section)
        if key in there:
            raise row.refuse(column, "cell_twice", first=there[key].row)
        there[key] = Entry(section, key, cells, row.number, beside)

    def _origin(self) -> None:
        if "bundle.csv" not in self._files:
            alone = len(self._files) == 1 and {f"{name}.csv" for name in self._tables} & self._files.keys()
            raise Refused("bundle_one_file") if alone else Refused("file_missing", file="bundle.csv")
        text = _decoded("bundle.csv", self._files["bundle.csv"])
        if _form_of(text) > export.FORMAT:  # it may have other columns, here too
            raise Refused("bundle_newer")
        rows = [*self._rows("bundle")]
        form = rows[0].number_or_none("format") if len(rows) == 1 else None
        if form is None or not 1 <= form <= export.FORMAT:
            raise Refused("file_broken", file="bundle.csv", row=2)
        self._found.workbook = rows[0].id("workbook")
        self._found.made_on = rows[0].day_in(rows[0].text("made_on").strip()) or date.max
        self._tables = _columns(form)

    def _exercises(self) -> None:
        """Coach-written exercises come along: without their words an answer to them says little."""
        kept: dict[str, tuple[Row, dict[str, Any]]] = {}
        for row in self._rows("exercises_kept"):
            key = row.key("exercise")
            said = {
                "key": key,
                "step": row.key("step"),
                "title": row.words("title", 300),
                "purpose": row.words("purpose", 2000),
            }
            _, exercise = kept.setdefault(key, (row, {**said, "prompts": [], "by": row.words("by", 300)}))
            kind = row.key("kind", ("line", "long_text", "tick", "pick_one", "pick_many", "slider"))
            choices = row.words("choices").split("\n") if row.raw("choices") else []
            asked = {
                "key": row.key("prompt"),
                "kind": kind,
                "ask": row.words("question", 2000),
                "help": row.words("help", 2000),
            }
            exercise["prompts"].append(asked | ({"choices": choices} if choices else {}))
            options = [{"key": f"c{number}", "words": words} for number, words in enumerate(choices, 1)]
            self._prompts.setdefault((key, asked["key"]), _prompt(asked, options))
        for key, (row, exercise) in kept.items():
            self._add(row, "exercise", "exercises", (key,), {}, exercise=self._written(row, exercise))

    def _written(self, row: Row, exercise: Cells) -> Cells:
        """A coach-written exercise, checked as on the day it was written: else no page could show it."""
        try:
            said = coaching.accept_added(exercise, self._content)
        except Refused:
            raise row.refuse("exercise", "cell_key") from None
        if [one["key"] for one in said["prompts"]] != [one["key"] for one in exercise["prompts"]] or not exercise["by"]:
            raise row.refuse("prompt" if exercise["by"] else "by", "cell_key")
        return {**said, "by": exercise["by"]}

    def _take_members(self) -> None:
        for table, row in self._in_order("people", "resources"):
            cells = self._member(row, table)
            member_id = row.id("member_id")
            self._members[member_id] = cells["name"]
            self._member_rows[member_id] = row
            added_on = row.day_or_none("added_on")
            self._add(row, "member_id", "members", (member_id,), cells, added_on=added_on)

    def _member(self, row: Row, table: str) -> Cells:
        options, written = self._content.options, row.text("name")
        try:
            name = core.accept_member_name(written)
        except Refused as refused:
            raise row.refuse("name", f"cell_{refused.code}", **refused.facts) from None
        kind = self._key(row, "kind", {o.key for o in options["kinds"]})
        if not kind:
            raise row.refuse("kind", "cell_key")
        if (kind in export.PEOPLE) != (table == "people"):
            raise row.refuse("kind", "cell_kind")
        closeness = row.number_or_none("closeness")
        if closeness is not None and not 0 <= closeness <= 10:
            raise row.refuse("closeness", "cell_number")
        row.key("ring", PLACES)
        row.day_or_none("since")
        listed = {"heard": "heard", "asked": "asked", "last_touch": "last_touch", "gives_takes": "gives_takes"}
        listed |= {"state": "resource_state", "rhythm": "rhythms"}
        cells: Cells = {
            "name": name,
            "also_called": [one for one in row.words("also_called").split("\n") if one],
            "kind": kind,
            "closeness": closeness,
            **{f"good_for.{area}": row.yes(f"good_for_{area}") for area in core.GOOD_FOR},
            **{column: self._key(row, column, {o.key for o in options[name]}) for column, name in listed.items()},
            **{column: row.words(column) for column in ("how_known", "notes", "how", "next_step")},
            **{column: row.day_as_words(column) for column in MEMBER_DAYS},
            "door": "",
            "line": "",
            **UNSAID,
        }
        row.day_or_none("last_touch_on")
        if table == "resources":
            cells |= {"door": row.key("door"), "line": row.key("line")}
        return cells

    def _noted(self) -> None:
        """When and where each thing was noted goes with its member."""
        notes: dict[str, dict[str, tuple[date, str, int]]] = {}
        for row in self._rows("noted"):
            member_id, what = self._member_there(row, "member_id"), row.key("what")
            entry = self._found.of("members")[(member_id,)]
            cells = entry.cells
            if what == "someone":
                entry.beside[what] = row.key("value", {"once", "asked"})
                row.day_or_none("noted_on")
                self._repeats_name(row, "name", member_id)
                continue
            if what == merging.WAS:
                entry.beside[what] = self._unlisted(row, what)
            elif what in UNSAID:
                cells[what] = self._unlisted(row, what)
            elif what in FROM_WORDS and cells["kind"] in export.PEOPLE:
                cells[what] = row.key("value")
            elif what not in cells:
                raise row.refuse("what", "cell_key")
            self._repeats_name(row, "name", member_id)
            notes.setdefault(member_id, {})[what] = (row.day("noted_on"), _via(row), row.number)
        for (member_id,), entry in self._found.of("members").items():
            entry.beside["noted"] = notes.get(member_id, {})

    def _unlisted(self, row: Row, what: str) -> Any:
        if what == "ring_answered":
            return row.number_or_none("value") or 0
        if what == "quiet_until":
            return row.day_as_words("value")
        if what == "pictured":
            return row.yes("value")
        if what in ("honest", "imperfect", "parted"):
            offered = {o.key for o in self._content.options["parted"]} if what == "parted" else core.SURE
            return self._key(row, "value", offered)
        marks = row.text("value").split()
        if not all(ID.fullmatch(mark) for mark in marks):
            raise row.refuse("value", "cell_id")
        return marks

    def _key(self, row: Row, column: str, offered: Collection[str]) -> str:
        """A key that can be picked, or could be when the files were made; in the workbook's own, whatever it holds."""
        key = row.key(column)
        if key and key not in offered and not self._own and key not in self._old_options.get((row.file, column), {}):
            raise row.refuse(column, "cell_key")
        return key

    def _member_there(self, row: Row, column: str, *, or_none: bool = False) -> str:
        member_id = row.id_or_none(column) if or_none else row.id(column)
        if member_id and member_id not in self._members:
            raise row.refuse(column, "cell_nobody")
        return member_id

    def _moves(self) -> None:
        rows = []
        for row in self._moves_in_order():
            rows.append(row)
            at, offset = row.moment("recorded_at")
            row.key("from_ring", PLACES)
            place = row.key_there("to_ring", PLACES)
            cells = {
                "member_id": self._member_there(row, "member_id"),
                "day": row.day("day"),
                "place": place,
                "reason": row.words("reason", core.REASON_LONGEST),
                "at": at,
                "offset": offset,
            }
            self._repeats_name(row, "name", self._member_there(row, "member_id"))
            self._add(row, "move_id", "moves", (row.id("move_id"),), cells)
        moves = zip(rows, self._found.of("moves").values(), strict=True)
        only_to_read.places(self._member_rows, moves, self._repeated)

    def _moves_in_order(self) -> Iterable[Row]:
        """As they were noted. Earlier files do not say so: there the days and times must, and fit each one's way."""
        if "order" in self._tables["ring_moves"]:
            return (row for _, row in self._in_order("ring_moves"))
        rows = [*self._rows("ring_moves")]
        by_day = sorted(rows, key=lambda row: row.day("day"))
        by_time = sorted(rows, key=lambda row: row.moment("recorded_at")[0])
        ways = (by_day, sorted(by_time, key=lambda row: row.day("day")))
        fitting = next((way for way in ways if _astray(way) is None), None)
        if fitting is None:
            astray = _astray(by_day)
            assert astray is not None
            raise astray.refuse("from_ring", "cell_order")
        place = {row.number: number for number, row in enumerate(fitting)}
        days: dict[date, list[int]] = {}
        for row in by_time:
            days.setdefault(row.day("day"), []).append(place[row.number])
        return by_time if all(places == sorted(places) for places in days.values()) else fitting

    def _tries(self) -> None:
        plans = self._plans()
        for _, row in self._in_order("tries"):
            at, offset = row.moment("saved_at")
            try_id = row.id("try_id")
            fields: Cells = {column: row.words(column) for column in export.TRIED if column not in ("sent_on",)}
            fields |= {column: row.day_as_words(column) for column in ("sent_on", "state_on")}
            plan, said = plans.pop(try_id, (row, {}))
            fields |= said
            member_id = self._member_there(row, "member_id", or_none=True)
            cells = {
                "member_id": member_id,
                "via": _via(row, "exercise"),
                "day": row.day("began_on"),
                "fields": {column: said for column, said in fields.items() if said},
                "at": at,
                "offset": offset,
            }
            self._repeats_name(row, "name", member_id)
            for column in ("member_id", "exercise", "occasion", "began_on") if said else ():
                self._repeated.cell(plan, column, only_to_read.plainly(row, column))
            if said:
                self._repeats_name(plan, "name", member_id)
            self._add(row, "try_id", "tries", (try_id,), cells)
        for row, _ in plans.values():
            raise row.refuse("try_id", "cell_nothing", other="tries.csv")

    def _plans(self) -> dict[str, tuple[Row, Cells]]:
        plans: dict[str, tuple[Row, Cells]] = {}
        for row in self._rows("plans"):
            try_id = row.id("try_id")
            if try_id in plans:
                raise row.refuse("try_id", "cell_twice", first=plans[try_id][0].number)
            said: Cells = {column: row.words(column) for column in ("cue", "act", "fallback")}
            said["act"] = row.key("act_option") or said["act"]
            said["rehearsed"] = row.yes("rehearsed")
            plans[try_id] = row, said
        return plans

    def _touches(self) -> None:
        ways = {o.key for o in self._content.options["touch_ways"]}
        for _, row in self._in_order("touches"):
            at, offset = row.moment("recorded_at")
            cells = {
                "member_id": self._member_there(row, "member_id"),
                "day": row.day("day"),
                "how": self._key(row, "how", ways),
                "via": _via(row),
                "at": at,
                "offset": offset,
            }
            self._repeats_name(row, "name", self._member_there(row, "member_id"))
            self._add(row, "touch_id", "touches", (row.id("touch_id"),), cells)

    def _choices(self) -> None:
        names = (*CHOICES, *(f"rhythm.{ring}" for ring in RINGS))
        for row in self._rows("choices"):
            name = row.key_there("choice", names)
            value: Any = row.yes("value") if name in CHOICES else self._key(row, "value", (*RHYTHMS, "never"))
            self._add(row, "choice", "choices", (name,), {"value": value, "on_day": row.day("chosen_on")})

    def _answers(self) -> None:
        tries = {key[0] for key in self._found.of("tries")}
        screens = {e.key for e in self._content.exercises if e.kind == "safety"}
        gathered: dict[str, list[Row]] = {}
        for _, row in self._in_order("answers"):
            gathered.setdefault(row.raw("answer_id"), []).append(row)
        for rows in gathered.values():
            row = rows[0]
            exercise, prompt_key = row.key("exercise"), row.key("prompt")
            occasion, about = row.occasion("occasion"), self._member_there(row, "about", or_none=True)
            for other in rows[1:]:
                if any(other.raw(c) != row.raw(c) for c in ("exercise", "prompt", "occasion", "about", "saved_at")):
                    raise other.refuse("answer_id", "cell_twice", first=row.number)
            at, offset = row.moment("saved_at")
            value = self._value(self._prompts.get((exercise, prompt_key)), rows, tries)
            if not self._own:
                self._repeats(self._prompts.get((exercise, prompt_key)), rows, about)
            key = (exercise, prompt_key, occasion, about)
            if not exercise or not prompt_key or exercise in screens:  # nothing of a safety screen is an answer
                raise row.refuse("exercise", "cell_key")
            self._add(
                row, "prompt", "answers", key, {"value": value}, answer_id=row.id("answer_id"), at=at, offset=offset
            )

    def _repeats(self, prompt: Prompt | None, rows: list[Row], about: str) -> None:
        """The cells of an answer that its other cells say already: the step, who it is about, the words of what was picked."""
        for row in rows:
            self._repeated.cell(row, "step", row.key("exercise").partition(".")[0])
            if about or row.raw("about_name"):
                self._repeats_name(row, "about_name", about)
            option = row.text("option")
            if prompt is None or not option:
                continue
            if prompt.kind in OF_MEMBERS:
                self._repeats_name(row, "value", option)
            elif prompt.options and row.text("value") != self._listed(row).get(option):
                self._repeated.cell(row, "value", prompt.words_of(option))

    def _repeats_name(self, row: Row, column: str, member_id: str) -> None:
        self._repeated.name(row, column, member_id, self._members.get(member_id, ""))

    def _listed(self, row: Row) -> dict[str, str]:
        """What could be picked when the files were made, by key, as README.txt has it."""
        return self._old_options.get((row.key("exercise"), row.key("prompt")), {})

    @cached_property
    def _old_options(self) -> dict[tuple[str, str], dict[str, str]]:
        """What README.txt lists: by exercise and prompt, and by file and column."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        about = asked = ""
        for line in self._files.get("README.txt", b"").decode("utf-8", "replace").splitlines():
            if heads := re.match(r"([a-z_]+\.csv)$|([a-z_]+\.[\w.\-]+) \(", line):
                about = heads[1] or heads[2]
            elif asks := re.match(r"(\w+): " if about.endswith(".csv") else r"  ([\w.\-]+): ", line):
                asked = asks[1]
            elif about and (offers := re.match(r"    ([\w.\-]+) = (.*)", line)):
                found.setdefault((about, asked), {})[offers[1]] = offers[2]
        return found

    def _value(self, prompt: Prompt | None, rows: list[Row], tries: set[str]) -> Any:
        if prompt is None:
            return _value_of_an_unknown(rows)
        row = rows[0]
        kind = prompt.kind
        value: Any
        column = "option"
        if kind in MANY:
            value = [one.text("option") for one in rows if one.raw("option")]
        elif len(rows) > 1:
            raise rows[1].refuse("answer_id", "cell_twice", first=row.number)
        elif kind in PICKED:
            value = row.text("option")
        else:
            column = "value"
            value = self._plain(prompt, row)
        if kind in OF_MEMBERS:
            named = value if isinstance(value, list) else [value] if value else []
            for one, source in zip(named, rows, strict=False):
                if one not in self._members:
                    raise source.refuse("option", "cell_nobody")
        if kind == "try" and value and value not in tries:
            raise row.refuse("option", "cell_nothing", other="tries.csv")
        try:
            return core.accept(prompt, value)
        except Refused as refused:
            if self._own or (refused.code in ("not_offered", "too_many") and self._could_be_picked(prompt, row, value)):
                return list(dict.fromkeys(value)) if isinstance(value, list) else value
            raise row.refuse(column, f"cell_{refused.code}", **refused.facts) from None

    def _could_be_picked(self, prompt: Prompt, row: Row, value: Any) -> bool:
        """Whether it was among the choices once; of a measure only a number, as they are added up."""
        picked = value if isinstance(value, list) else [value]
        if not prompt.options or (prompt.fills.startswith("measure.") and not all(DIGIT.fullmatch(p) for p in picked)):
            return False
        offered = {option.key for option in prompt.options}
        return all(one in offered or one in self._listed(row) for one in picked)

    def _plain(self, prompt: Prompt, row: Row) -> Any:
        if prompt.kind in ("tick", "toggle"):
            return row.yes("value")
        if prompt.kind in ("slider", "overlap"):
            return row.number_or_none("value")
        if prompt.kind == "later_each_member":
            written = row.text("option")
            return written if written == NOT_AGAIN else row.day_as_words("option" if written else "value")
        return row.text("value")

    def _opened(self) -> None:
        """An exercise that is not here was opened nowhere."""
        there = {exercise.key for exercise in self._content.exercises} | {key[0] for key in self._found.of("exercises")}
        for row in self._rows("progress"):
            key, opened = row.key("exercise"), row.day_or_none("opened")
            if opened and key in there:
                self._add(row, "exercise", "opened", (key,), {}, on_day=opened)

    def _carried(self, table: str) -> None:
        """What concerned others: it is kept as it was, and grants and joins nothing."""
        columns = self._tables[table]
        often: dict[Key, int] = {}
        for row in self._rows(table):
            cells = {
                column: _utc(row, column) if column in export.MOMENTS else row.words(column, LONGEST_CELL)
                for column in columns
            }
            said = tuple(cells[column] for column in KEYED.get(table, columns))
            often[said] = often.get(said, 0) + 1
            key = (table, *said, str(often[said]))
            self._add(row, columns[0], "carried", key, {}, table=table, said=cells)


def _astray(rows: Iterable[Row]) -> Row | None:
    """The first row that does not begin where the one before it, of the same member, ended."""
    before: dict[str, str] = {}
    for row in rows:
        member_id = row.raw("member_id")
        if row.key("from_ring", PLACES) != before.get(member_id, ""):
            return row
        before[member_id] = row.key("to_ring", PLACES)
    return None


def _columns(form: int) -> dict[str, list[str]]:
    """The columns of each file, as they were in one form of the files."""
    return {t.name: [column.name for column in t.columns if column.since <= form] for t in export.TABLES}


def _form_of(text: str) -> int:
    """Which form a bundle.csv says it has, whatever other columns it has and in whatever order; 0 where it says none."""
    split, text = split_at(text)
    lines = [line.split(split) for line in text.splitlines()[:2]]
    cells = [[cell.strip().strip("\ufeff\"' ").lower() for cell in line] for line in lines]
    said = dict(zip(*cells, strict=False)) if len(cells) == 2 else {}
    written = said.get("format", "")
    return int(written) if re.fullmatch(r"\d{1,9}", written, re.ASCII) else 0


def _prompt(asked: Mapping[str, str], options: list[dict[str, str]]) -> Prompt:
    return Prompt(asked["key"], asked["kind"], asked["ask"], options=tuple(Option(**option) for option in options))


def _via(row: Row, column: str = "noted_in") -> str:
    """Where something was noted, as it is kept: an exercise with its occasion, or a word such as map."""
    where, occasion = row.key(column), row.occasion("occasion")
    return f"{where}|{occasion}" if "." in where else where


def _value_of_an_unknown(rows: list[Row]) -> Any:
    """An answer to a question that is not asked here any more stays as it is; words that look like more are marked."""
    said = [row.text("option") or _plain_or_more(row) for row in rows]
    return said[0] if len(said) == 1 else said


def _plain_or_more(row: Row) -> Any:
    written = row.raw("value")
    if written.upper() in (*TRUE_WORDS, *FALSE_WORDS):  # a word would have an apostrophe before it
        return written.upper() in TRUE_WORDS
    return int(written) if re.fullmatch(r"-?\d{1,9}", written, re.ASCII) else row.words("value")


def _utc(row: Row, column: str) -> str:
    return row.moment(column)[0].isoformat() + "+00:00" if row.raw(column) else ""


def said_where(bundle: Bundle, content: Content) -> dict[str, dict[str, Cells]]:
    """For each try, what each place in the workbook says of it: so that erasing an answer there takes that back."""
    exercises = {exercise.key: exercise for exercise in content.exercises}
    began = {entry.cells["via"]: key[0] for key, entry in bundle.of("tries").items()}
    parts = {key[0]: {entry.cells["via"]: dict(entry.cells["fields"])} for key, entry in bundle.of("tries").items()}
    for (exercise_key, prompt_key, occasion, _), entry in bundle.of("answers").items():
        exercise = exercises.get(exercise_key)
        prompt = next((p for p in exercise.prompts if p.key == prompt_key), None) if exercise else None
        if exercise is None or prompt is None or not prompt.fills.startswith("try."):
            continue
        via = f"{exercise_key}|{occasion}"
        picked = (
            bundle.of("answers").get((exercise_key, p.key, occasion, "")) for p in exercise.prompts if p.kind == "try"
        )
        named = next((str(one.cells["value"]) for one in picked if one), "")
        followed = began.get(f"{exercise.follows}|{occasion}", "") if exercise.follows and not exercise.apart else ""
        try_id = began.get(via) or named or followed
        if try_id not in parts or via in began:
            continue
        first = parts[try_id][next(iter(parts[try_id]))]
        target = prompt.fills.removeprefix("try.")
        if target in first and first[target] == entry.cells["value"]:
            there = parts[try_id].setdefault(via, {})
            there[target] = first.pop(target)
            if target == "state":
                there |= {day: first.pop(day) for day in ("state_on", "sent_on") if day in first}
    return parts


def zone_for(at: datetime, offset: timedelta, own: str) -> str:
    """A zone whose clock stood so far from UTC at a moment (naive UTC): the person's own if it did, else any."""
    if _offset(own, at) == offset:
        return own
    hours, rest = divmod(offset, timedelta(hours=1))
    if not rest and -14 <= -hours <= 12:
        return f"Etc/GMT{-hours:+d}" if hours else "UTC"
    return next((name for name in _zones().get(offset, ()) if _offset(name, at) == offset), "UTC")


@cache
def _zones() -> dict[timedelta | None, list[str]]:
    """The zones by each offset they ever had in the years of this workbook, or shortly before."""
    often = [datetime(year, month, 1) for year in (2000, 2010, 2020, 2030) for month in (1, 7)]
    found: dict[timedelta | None, list[str]] = {}
    for name in sorted(available_timezones()):
        for offset in {_offset(name, at) for at in often}:
            found.setdefault(offset, []).append(name)
    return found


def _offset(zone: str, at: datetime) -> timedelta | None:
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).utcoffset()
