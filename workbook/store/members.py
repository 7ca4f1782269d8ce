"""Members of the pod, what is known of them, and the dated moves."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbook.answers import Fact
from workbook.merging import ONCE_CALLED
from workbook.pod import Move
from workbook.store.opening import Pen, Store, new_id

PUT_AWAY = "put_away"  # the field of the one row that holds a member put away (put_away.py)
SHOWN = "shown"  # the field that says by which name somebody stands in an answer shared: its id, the number, the name


@dataclass(frozen=True, slots=True)
class Known:
    """One thing known of a member, and since when."""

    member_id: str
    field: str
    value: Any
    on_day: date
    seq: int
    via: str


def count(pen: Pen) -> int:
    """How many there are, wherever they stand; whoever is in the trash is not counted."""
    return int(pen.run("SELECT count(*) FROM members WHERE person_id = :person_id")[0][0])


def add(pen: Pen, name: str, kind: str, via: str) -> str:
    """A new member's id."""
    member_id = new_id()
    pen.insert("members", member_id=member_id, recorded_at=pen.now, seq=pen.next_seq())
    note(pen, Fact(member_id, "name", name), "")
    note(pen, Fact(member_id, "kind", kind), "")
    return member_id


def is_there(pen: Pen, member_id: str) -> bool:
    """Whether this person has such a member."""
    found = pen.run(
        "SELECT 1 FROM members WHERE person_id = :person_id AND member_id = :member_id", member_id=member_id
    )
    return bool(found)


def note(pen: Pen, fact: Fact, via: str, on_day: date | None = None) -> None:
    """Note one thing about a member, of today or of an earlier day; the newest note of a field is what holds."""
    fact_id = new_id()
    pen.insert(
        "member_facts",
        fact_id=fact_id,
        member_id=fact.member_id,
        field=fact.field,
        via=via,
        on_day=on_day or pen.on_day,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(json.dumps(fact.value), "member_facts", fact_id),
    )


def keep_facts(pen: Pen, store: Store, via: str, wanted: Iterable[Fact]) -> None:
    """Make the facts known `via` an exercise exactly these: what it no longer says is taken back."""
    sealer = store.sealer(pen.person_id)
    rows = pen.run(
        "SELECT fact_id, member_id, field, sealed FROM member_facts WHERE person_id = :person_id AND via = :via",
        via=via,
    )
    there = {(r[1], r[2], sealer.open(bytes(r[3]), "member_facts", r[0], "sealed")): r[0] for r in rows}
    meant = {(f.member_id, f.field, json.dumps(f.value)): f for f in wanted}
    for key, fact_id in there.items():
        if key not in meant:
            pen.run(
                "DELETE FROM member_facts WHERE person_id = :person_id AND fact_id = :fact_id",
                fact_id=fact_id,
            )
    for key, fact in meant.items():
        if key not in there:
            note(pen, fact, via)


def take_back_fact(pen: Pen, member_id: str, field: str, via: str) -> None:
    """What was noted of a field by this is noted no more."""
    pen.run(
        "DELETE FROM member_facts WHERE person_id = :person_id AND member_id = :member_id AND field = :field"
        " AND via = :via",
        member_id=member_id,
        field=field,
        via=via,
    )


def move(pen: Pen, member_id: str, place: str, reason: str = "", *, on_day: date | None = None) -> None:
    """A member changed place on a day.

    Without a day it is now: where their last move is of a later day already, as a journey west or another device's
    clock can make it, it is of that day too, and is the newest of it.
    """
    move_id = new_id()
    if on_day is None:
        where = "person_id = :person_id AND member_id = :member_id"
        last = pen.run(f"SELECT max(on_day) FROM moves WHERE {where}", member_id=member_id)[0][0]
        on_day = max(last or pen.on_day, pen.on_day)
    pen.insert(
        "moves",
        move_id=move_id,
        member_id=member_id,
        place=place,
        on_day=on_day,
        zone=pen.zone,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(reason, "moves", move_id),
    )


def take_back_move(pen: Pen, move_id: str) -> None:
    """Remove one move, as if it had never been made."""
    pen.run("DELETE FROM moves WHERE person_id = :person_id AND move_id = :move_id", move_id=move_id)


def added(store: Store, person_id: str) -> dict[str, tuple[datetime, int]]:
    """Every member's id, with when it was added and its number in the sequence; oldest first."""
    rows = store.read("SELECT member_id, recorded_at, seq FROM members WHERE person_id = :p ORDER BY seq", p=person_id)
    return {row[0]: (row[1], int(row[2])) for row in rows}


def added_on(store: Store, person_id: str) -> dict[str, date]:
    """The day each member was added, as it was for the person: the day it was first named."""
    rows = store.read(
        "SELECT member_id, on_day FROM member_facts WHERE person_id = :p AND field IN ('name', :once) ORDER BY seq DESC",
        p=person_id,
        once=ONCE_CALLED,
    )
    return {row[0]: row[1] for row in rows}


def known(store: Store, person_id: str) -> dict[tuple[str, str], Known]:
    """What holds of each member: the newest note of each field."""
    rows = store.read(
        "SELECT fact_id, member_id, field, via, on_day, seq, sealed FROM member_facts"
        " WHERE person_id = :p AND field <> :put_away ORDER BY seq",
        p=person_id,
        put_away=PUT_AWAY,
    )
    sealer = store.sealer(person_id)
    newest = {(row[1], row[2]): row for row in rows}
    return {
        key: Known(
            row[1],
            row[2],
            json.loads(sealer.open(bytes(row[6]), "member_facts", row[0], "sealed")),
            row[4],
            int(row[5]),
            row[3],
        )
        for key, row in newest.items()
    }


def names_then(store: Store, person_id: str, seq: int, answer_id: str = "") -> dict[str, str]:
    """What each member was called when the person's sequence stood at `seq`, and an answer was shared.

    Who was made one with somebody since keeps in that answer the name they had in it.
    """
    rows = store.read(
        "SELECT fact_id, member_id, field, sealed FROM member_facts WHERE person_id = :p"
        " AND (field = :shown OR (field = 'name' AND seq <= :seq)) ORDER BY field = :shown, seq",
        p=person_id,
        seq=seq,
        shown=SHOWN,
    )
    sealer = store.sealer(person_id)
    names: dict[str, str] = {}
    for fact_id, member_id, field, sealed in rows:
        value = json.loads(sealer.open(bytes(sealed), "member_facts", fact_id, "sealed"))
        if field != SHOWN:
            names[member_id] = str(value)
        elif value[:2] == [answer_id, seq]:
            names[member_id] = str(value[2])
    return names


def moves(store: Store, person_id: str) -> list[Move]:
    """Every dated move, in the order it was made."""
    return _moves(store, person_id, "ORDER BY seq")


def last_move(store: Store, person_id: str) -> Move | None:
    """The move made last."""
    return next(iter(_moves(store, person_id, "ORDER BY seq DESC LIMIT 1")), None)


def _moves(store: Store, person_id: str, order: str) -> list[Move]:
    rows = store.read(
        "SELECT move_id, member_id, place, on_day, zone, recorded_at, seq, sealed FROM moves"
        f" WHERE person_id = :p {order}",
        p=person_id,
    )
    sealer = store.sealer(person_id)
    return [
        Move(
            member_id=row[1],
            place=row[2],
            on_day=row[3],
            seq=int(row[6]),
            reason=sealer.open(bytes(row[7]), "moves", row[0], "sealed"),
            move_id=row[0],
            zone=row[4],
            recorded_at=row[5],
        )
        for row in rows
    ]


def forget(pen: Pen, member_id: str) -> None:
    """Delete a member, everything known of them, and their moves and tries, for good."""
    pen.run(
        "DELETE FROM tries WHERE person_id = :person_id AND try_id IN"
        " (SELECT try_id FROM tries WHERE person_id = :person_id AND member_id = :member_id)",
        member_id=member_id,
    )
    for table in ("member_facts", "moves", "touches", "members"):
        pen.run(
            f"DELETE FROM {table} WHERE person_id = :person_id AND member_id = :member_id",
            member_id=member_id,
        )
