"""What a bundle brings, written in one transaction: prepared and sealed before the lock is taken, then appended in bulk."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from workbook.bundle import NOTED, Cells, Entry, Plan, said_where, says_something, zone_for
from workbook.content import Content
from workbook.in_touch import PEOPLE
from workbook.merging import WAS
from workbook.store import choices, groups
from workbook.store.opening import Pen, Store, new_id
from workbook.store.sealing import Sealer

IDS = {"moves": "move_id", "tries": "try_id", "touches": "touch_id"}
AT_ONCE = 5000  # rows in one statement
FROM_FILES = "map"  # where a thing was noted that the bundle does not say it of
Tell = Callable[[float], None]


@dataclass(slots=True)
class Prepared:
    """Rows by table, sealed, still without their number in the sequence; and what is to go first."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    replaced: list[tuple[str, str, str]] = field(default_factory=list)  # table, column, id
    choices: dict[str, Any] = field(default_factory=dict)
    chosen_on: dict[str, date] = field(default_factory=dict)
    exercises: list[Cells] = field(default_factory=list)

    def add(self, table: str, **columns: Any) -> None:
        """One more row."""
        self.rows.setdefault(table, []).append(columns)


class _Preparing:
    """The rows of one bundle."""

    def __init__(
        self,
        plan: Plan,
        content: Content,
        sealer: Sealer,
        now: datetime,
        today: date,
        zone: str,
        shared: Collection[str],
    ) -> None:
        self._plan = plan
        self._sealer = sealer
        self._now = now
        self._today = today
        self._zone = zone
        self._shared = shared
        self._where = said_where(plan.bundle, content)
        self._found = Prepared()

    def prepared(self, *, theirs: bool) -> Prepared:
        new, differs = self._plan.new, self._plan.differs if theirs else {}
        for entry in new["members"]:
            self._member(entry)
        for entry, ours in differs.get("members", ()):
            self._mended(entry, ours)
        for entry in new.get(NOTED, ()):
            member_id, what = entry.key
            self._fact(member_id, what, entry.cells["value"], entry.cells["day"], entry.cells["via"])
        for section in ("moves", "tries", "touches"):
            mended = [entry for entry, _ in differs.get(section, ())]
            for entry in mended:
                self._replace(section, entry.key[0])
            for entry in [*new[section], *mended]:
                getattr(self, f"_{section}")(entry)
        said = {f"{entry.key[0]}|{entry.key[2]}" for entry in new["answers"]}
        for entry in new["tries"]:
            self._let_go(entry)
        for entry, ours in self._plan.differs.get("tries", ()):
            known = ours.cells["fields"].get("state") == "let_go"
            self._let_go(entry, None if theirs and not known else said)
        for entry in new["answers"]:
            known_as = entry.beside[
                "answer_id"
            ]  # under one that was shared once a coach would read what is written now
            taken = not known_as or known_as in self._shared
            self._answer(entry, new_id() if taken else known_as, entry.beside["at"])
        for entry, _ in differs.get("answers", ()):
            self._answer(entry, new_id(), self._now)
        for entry in new["opened"]:
            on_day = entry.beside["on_day"]
            at = datetime.combine(on_day, time())
            self._found.add("opens", exercise=entry.key[0], on_day=on_day, recorded_at=at)
        for entry in [*new["choices"], *(entry for entry, _ in differs.get("choices", ()))]:
            self._found.choices[entry.key[0]] = entry.cells["value"]
            self._found.chosen_on[entry.key[0]] = entry.cells["on_day"]
        self._found.exercises = [entry.beside["exercise"] for entry in new["exercises"]]
        return self._found

    def _replace(self, table: str, key: str) -> None:
        self._found.replaced.append((table, IDS[table], key))

    def _member(self, entry: Entry) -> None:
        member_id = entry.key[0]
        noted = entry.beside["noted"]
        added_on = entry.beside["added_on"] or self._today
        self._found.add("members", member_id=member_id, recorded_at=datetime.combine(added_on, time()))
        for what in ("name", "kind"):
            self._fact(member_id, what, entry.cells[what], added_on, "")
        if someone := entry.beside.get("someone"):
            self._fact(member_id, "someone", someone, added_on, "")
        if was := entry.beside.get(WAS):
            self._fact(member_id, WAS, was, *noted[WAS][:2])
        for what, value in entry.cells.items():
            if what not in ("name", "kind") and (says_something(what, value) or what in noted):
                on_day, via, _ = noted.get(what, (added_on, FROM_FILES, 0))
                self._fact(member_id, what, value, on_day, via)

    def _mended(self, entry: Entry, ours: Entry) -> None:
        if ours.cells["kind"] in PEOPLE and entry.cells["kind"] not in PEOPLE:  # as where it is changed by hand
            self._fact(entry.key[0], "someone", ours.beside.get("someone") or "once", self._today, "")
        for what, value in entry.cells.items():
            if value != ours.cells[what]:
                on_day, via, _ = entry.beside["noted"].get(what, (self._today, FROM_FILES, 0))
                self._fact(entry.key[0], what, value, on_day, via)

    def _fact(self, member_id: str, what: str, value: Any, on_day: date, via: str) -> None:
        fact_id = new_id()
        self._found.add(
            "member_facts",
            fact_id=fact_id,
            member_id=member_id,
            field=what,
            via=via,
            on_day=on_day,
            recorded_at=self._now,
            sealed=self._seal(json.dumps(value), "member_facts", fact_id),
        )

    def _moves(self, entry: Entry) -> None:
        move_id, cells = entry.key[0], entry.cells
        self._found.add(
            "moves",
            move_id=move_id,
            member_id=cells["member_id"],
            place=cells["place"],
            on_day=cells["day"],
            **self._when(cells),
            sealed=self._seal(cells["reason"], "moves", move_id),
        )

    def _tries(self, entry: Entry) -> None:
        """A row for each place that says something of the try, the one it began in first."""
        cells = entry.cells
        for via, fields in self._where[entry.key[0]].items():
            begins = via == cells["via"]
            member = {"member": cells["member_id"]} if begins and cells["member_id"] else {}
            said, row_id = {**fields, **member}, new_id()
            self._found.add(
                "tries",
                row_id=row_id,
                try_id=entry.key[0],
                member_id=str(member.get("member", "")),
                via=via,
                on_day=cells["day"],
                **self._when(cells),
                sealed=self._seal(json.dumps(said), "tries", row_id),
            )

    def _let_go(self, entry: Entry, said: Collection[str] | None = None) -> None:
        """Whoever a file lets go is not for now here as well; with `said`, only by what comes along in these places."""
        for via, fields in self._where[entry.key[0]].items():
            if fields.get("state") == "let_go" and entry.cells["member_id"] and (said is None or via in said):
                self._fact(entry.cells["member_id"], "contact", "not_for_now", entry.cells["day"], via)

    def _touches(self, entry: Entry) -> None:
        touch_id, cells = entry.key[0], entry.cells
        self._found.add(
            "touches",
            touch_id=touch_id,
            member_id=cells["member_id"],
            via=cells["via"],
            on_day=cells["day"],
            **self._when(cells),
            sealed=self._seal(json.dumps({"how": cells["how"]}), "touches", touch_id),
        )

    def _answer(self, entry: Entry, answer_id: str, at: datetime) -> None:
        exercise, prompt, occasion, about = entry.key
        offset = entry.beside["offset"]
        zone = zone_for(at, offset, self._zone) if at is entry.beside["at"] else self._zone
        on_day = (at + offset).date() if at is entry.beside["at"] else self._today
        self._found.add(
            "answers",
            answer_id=answer_id,
            exercise=exercise,
            prompt=prompt,
            occasion=occasion,
            about=about,
            on_day=on_day,
            zone=zone,
            recorded_at=at,
            save_id="",
            sealed=self._seal(json.dumps(entry.cells["value"]), "answers", answer_id),
        )

    def _when(self, cells: Cells) -> dict[str, Any]:
        return {"zone": zone_for(cells["at"], cells["offset"], self._zone), "recorded_at": cells["at"]}

    def _seal(self, words: str, table: str, row: str) -> bytes:
        return self._sealer.seal(words, table, row, "sealed")


def prepare(
    plan: Plan,
    content: Content,
    sealer: Sealer,
    now: datetime,
    today: date,
    zone: str,
    *,
    theirs: bool,
    shared: Collection[str] = (),
) -> Prepared:
    """The rows a plan brings; where something differs, the bundle's word is taken only if `theirs`.

    An answer by an id among the `shared` ones comes under another.
    """
    return _Preparing(plan, content, sealer, now, today, zone, shared).prepared(theirs=theirs)


def append(pen: Pen, store: Store, prepared: Prepared, tell: Tell) -> None:
    """Write them all. `tell` hears the share that is done, 0 to 1."""
    places = {}  # what is mended stays where it was in the order
    for table, column, key in prepared.replaced:
        gone = pen.run(f"DELETE FROM {table} WHERE person_id = :person_id AND {column} = :key RETURNING seq", key=key)
        places[table, key] = min((int(row[0]) for row in gone), default=0)
    count = max(1, sum(len(rows) for rows in prepared.rows.values()))
    done = 0
    for table, rows in prepared.rows.items():
        for batch in _batches(rows):
            pen.insert_many(table, [{**row, "seq": _place(places, table, row) or pen.next_seq()} for row in batch])
            done += len(batch)
            tell(done / count)
    for exercise in prepared.exercises:
        groups.keep_exercise(pen, exercise["key"], exercise)
    for name, value in prepared.choices.items():
        choices.choose(pen, store, name, value, prepared.chosen_on.get(name))


def _place(places: dict[tuple[str, str], int], table: str, row: dict[str, Any]) -> int:
    """Where in the order the first row of a thing that is mended stood; 0 for all else."""
    return places.pop((table, row[IDS[table]]), 0) if table in IDS else 0


def carry(entries: Iterable[Entry], there: dict[str, list[dict[str, str]]]) -> dict[str, Any]:
    """The rows that mean nothing here, behind those that came before, by the name of their choice."""
    found = {table: [*rows] for table, rows in there.items()}
    changed = set()
    for entry in entries:
        table = entry.beside["table"]
        found.setdefault(table, []).append(entry.beside["said"])
        changed.add(table)
    return {table: found[table] for table in sorted(changed)}


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for at in range(0, len(rows), AT_ONCE):
        yield rows[at : at + AT_ONCE]
