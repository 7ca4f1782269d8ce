"""Tries: what each exercise says of one attempt, appended; the newest of each, laid over one another, is the try."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from workbook.store.engine import Row
from workbook.store.opening import Pen, Store, new_id

COLUMNS = ("row_id", "try_id", "member_id", "via", "on_day", "zone", "recorded_at", "seq")
SELECT = f"SELECT {', '.join(COLUMNS)}, sealed FROM tries WHERE person_id = :person_id"
OF_ONE = f"{SELECT} AND try_id IN (SELECT try_id FROM tries WHERE person_id = :person_id AND via = :via) ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt at contact or one small planned step; `fields` holds state, text, cue, act and so on."""

    try_id: str
    member_id: str
    began_via: str
    on_day: date
    zone: str
    recorded_at: datetime
    seq: int
    fields: Mapping[str, Any] = field(default_factory=dict)


def keep(pen: Pen, store: Store, via: str, try_id: str, fields: Mapping[str, Any] | None) -> None:
    """Make what `via` says of its try exactly `fields`; None takes the try back. `try_id` names another exercise's try.

    The day on which its state came to be what it is, and the day it was sent, are kept beside it.
    """
    rows = pen.run(
        "SELECT row_id, try_id, sealed, on_day FROM tries WHERE person_id = :person_id AND via = :via ORDER BY seq",
        via=via,
    )
    if fields is None or (try_id and any(row[1] != try_id for row in rows)):
        pen.run("DELETE FROM tries WHERE person_id = :person_id AND via = :via", via=via)
        rows = []
    if fields is None:
        return
    before: dict[str, Any] = {}
    if rows:
        row_id, _, sealed, on_day = rows[-1]
        before = json.loads(store.sealer(pen.person_id).open(bytes(sealed), "tries", row_id, "sealed"))
        said = _with_days(fields, before, on_day, pen.on_day)
        if before == said:
            return
        _empty(pen, row_id)
    else:
        said = _with_days(fields, before, pen.on_day, pen.on_day)
    _append(pen, via, try_id or (rows[-1][1] if rows else new_id()), said)


def _with_days(fields: Mapping[str, Any], before: Mapping[str, Any], that_day: date, today: date) -> dict[str, Any]:
    """The fields with `state_on`, and `sent_on` once sent: days as ISO, in the person's own zone."""
    if "state" not in fields:
        return dict(fields)
    same = before.get("state") == fields["state"]
    state_on = str(before.get("state_on") or that_day) if same else today.isoformat()
    sent = {"sent_on": str(before.get("sent_on") or state_on)} if fields["state"] == "sent" else {}
    return {**fields, "state_on": state_on, **sent}


def begun(pen: Pen, store: Store, via: str) -> Try | None:
    """The try that began so, as it stands, read inside the transaction that changes it."""
    return _begun(pen.run(OF_ONE, via=via), store, pen.person_id, via)


def begun_by(store: Store, person_id: str, via: str) -> Try | None:
    """The same, as it stands now."""
    return _begun(store.read(OF_ONE, person_id=person_id, via=via), store, person_id, via)


def _begun(rows: list[Row], store: Store, person_id: str, via: str) -> Try | None:
    return next((one for one in _read(rows, store, person_id) if one.began_via == via), None)


def _empty(pen: Pen, row_id: str) -> None:
    """An earlier row keeps only its day: its words are versions of an answer, and must go when that is erased."""
    pen.run(
        "UPDATE tries SET member_id = '', sealed = :sealed WHERE person_id = :person_id AND row_id = :row_id",
        row_id=row_id,
        sealed=pen.seal("{}", "tries", row_id),
    )


def _append(pen: Pen, via: str, try_id: str, fields: Mapping[str, Any]) -> None:
    row_id = new_id()
    pen.insert(
        "tries",
        row_id=row_id,
        try_id=try_id,
        member_id=str(fields.get("member", "")),
        via=via,
        on_day=pen.on_day,
        zone=pen.zone,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(json.dumps(dict(fields)), "tries", row_id),
    )


def every_try(store: Store, person_id: str) -> list[Try]:
    """Every try, in the order they began."""
    return _read(store.read(f"{SELECT} ORDER BY seq", person_id=person_id), store, person_id)


def _read(rows: list[Row], store: Store, person_id: str) -> list[Try]:
    sealer = store.sealer(person_id)
    newest = set({(row[1], row[3]): row[0] for row in rows}.values())  # the others need not be opened
    return laid_over(
        [
            (*row[:8], json.loads(sealer.open(bytes(row[8]), "tries", row[0], "sealed")) if row[0] in newest else {})
            for row in rows
        ]
    )


def laid_over(rows: Sequence[Row]) -> list[Try]:
    """The tries that opened rows make, oldest row first: of each exercise the newest, laid over one another."""
    first = {row[1]: row for row in reversed(rows)}
    newest = {(row[1], row[3]): row for row in rows}
    fields: dict[str, dict[str, Any]] = {}
    for row in sorted(newest.values(), key=lambda r: int(r[7])):
        fields.setdefault(row[1], {}).update(row[8])
    last = {row[1]: row for row in rows}
    tries = [
        Try(
            try_id,
            str(fields[try_id].get("member", "")),
            row[3],
            row[4],
            row[5],
            last[try_id][6],
            int(row[7]),
            fields[try_id],
        )
        for try_id, row in first.items()
    ]
    return sorted(tries, key=lambda t: t.seq)
