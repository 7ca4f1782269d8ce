"""Cells of a bundle that repeat what other cells say: where one says something else, somebody changed it in vain.

They are not taken in, and the person is told so. Pure: no clock, no storage.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from workbook import export
from workbook.content import Prompt
from workbook.csv_files import FALSE_WORDS, TRUE_WORDS, Cell, restore, written
from workbook.growth import growth
from workbook.pod import Move, standing

if TYPE_CHECKING:
    from workbook.bundle import Entry, Row


# What a row of the files that only count is about.
ROWS_ARE_OF = {"check_ins": ("occasion", "exercise"), "measures": ("occasion",), "pod_over_time": ("day",)}


class Odd(NamedTuple):
    """One cell: its file, its row as a spreadsheet counts it, its column."""

    file: str
    row: int
    column: str


class NamedCell(NamedTuple):
    """A cell that gives another name than people.csv or resources.csv; `before`: as all others do, so once it was that."""

    cell: Odd
    member_id: str
    name: str
    before: bool


@dataclass(slots=True)
class Repeated:
    """What was met while a bundle was read: cells that are odd for sure, and names that other cells give otherwise."""

    odd: list[Odd] = field(default_factory=list)
    _names: dict[str, list[tuple[Odd, str]]] = field(default_factory=dict)
    _said: dict[str, Counter[str]] = field(default_factory=dict)

    def cell(self, row: Row, column: str, wanted: str) -> None:
        """This cell repeats `wanted`."""
        if row.raw(column) != wanted != row.text(column) and plainly(row, column) != wanted:
            self.odd.append(Odd(row.file, row.number, column))

    def day(self, row: Row, column: str, wanted: date | None) -> None:
        """This cell repeats a day."""
        if row.day_or_none(column) != wanted:
            self.odd.append(Odd(row.file, row.number, column))

    def name(self, row: Row, column: str, member_id: str, name: str) -> None:
        """This cell repeats the name of a member."""
        written = " ".join(row.text(column).split())
        self._said.setdefault(member_id, Counter())[written] += 1
        if written != name:
            self._names.setdefault(member_id, []).append((Odd(row.file, row.number, column), written))

    def names(self) -> list[NamedCell]:
        """The cells that give another name."""
        found = []
        for member_id, cells in self._names.items():
            said = self._said[member_id]
            before = said.most_common(1)[0][0] if said.total() == len(cells) else None
            found += [NamedCell(cell, member_id, name, name == before) for cell, name in cells]
        return found


def places(rows: Mapping[str, Row], moves: Iterable[tuple[Row, Entry]], repeated: Repeated) -> None:
    """`ring` and `since` of each member, and where each move began, as the moves say themselves."""
    made = [(row, _move(entry, seq)) for seq, (row, entry) in enumerate(moves)]
    before: dict[str, str] = {}
    for row, move in sorted(made, key=lambda one: (one[1].on_day, one[1].seq)):
        repeated.cell(row, "from_ring", before.get(move.member_id, ""))
        before[move.member_id] = move.place
    stands = standing(move for _, move in made)
    for member_id, row in rows.items():
        last = stands.get(member_id)
        repeated.cell(row, "ring", last.place if last else "unplaced")
        repeated.day(row, "since", last.on_day if last else None)


def _move(entry: Entry, seq: int) -> Move:
    return Move(entry.cells["member_id"], entry.cells["place"], entry.cells["day"], seq)


def counted(
    tables: Mapping[str, Sequence[Row]],
    answers: Mapping[tuple[str, ...], Entry],
    moves: Iterable[Entry],
    prompts: Mapping[tuple[str, str], Prompt],
    names: Mapping[str, str],
    made_on: date,
    repeated: Repeated,
) -> None:
    """The files that only count, counted once more."""
    saved = [_Answered(key[0], key[1], key[2], entry) for key, entry in answers.items()]
    counts = growth([_move(entry, seq) for seq, entry in enumerate(moves)], made_on)
    again: dict[str, Iterator[Mapping[str, Cell]]] = {
        "check_ins": export.check_ins(saved, prompts, names),
        "measures": export.measures(saved, prompts),
        "pod_over_time": export.counts(counts),
    }
    for table, rows in tables.items():
        named = ROWS_ARE_OF[table]
        wanted = {
            tuple(cells[column] for column in named): cells
            for cells in ({column: restore(written(cell)) for column, cell in one.items()} for one in again[table])
        }
        for row in rows:  # in whichever order: a spreadsheet may have sorted them
            cells = wanted.get(tuple(plainly(row, column) for column in named))
            if cells is None:
                repeated.odd.append(Odd(row.file, row.number, named[0]))
                continue
            for column, cell in cells.items():
                repeated.cell(row, column, cell)


class _Answered:
    """An answer of a bundle, as the files that count read one."""

    def __init__(self, exercise: str, prompt: str, occasion: str, entry: Entry) -> None:
        self.exercise, self.prompt, self.occasion = exercise, prompt, occasion
        self.value: Any = entry.cells["value"]
        self.on_day: date = (entry.beside["at"] + entry.beside["offset"]).date()


def plainly(row: Row, column: str) -> str:
    """The cell as we would write it, whichever way a spreadsheet wrote it back."""
    said = row.text(column).strip()
    if said.upper() in TRUE_WORDS:
        return "TRUE"
    if said.upper() in FALSE_WORDS:
        return "FALSE"
    day = row.day_in(said)
    return day.isoformat() if day else said
