"""Members put away: every row of theirs leaves its table for one sealed bundle, so that no reader can meet them by mistake.

For 30 days the bundle can be unpacked again, row by row, as it was; then it is deleted without being opened.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workbook.in_touch import Touch
from workbook.pod import Move
from workbook.store import backups, consents, tries
from workbook.store.answers import Saved
from workbook.store.folder import BACKUPS
from workbook.store.members import PUT_AWAY, Known
from workbook.store.opening import Pen, Store, new_id
from workbook.store.telling import tell
from workbook.store.tries import Try
from workbook.trash import DAY, KEPT_DAYS, over

# Each table with rows of a member: the column a sealed value is bound to, and every other column.
TABLES = {
    "members": ("", ("member_id", "recorded_at", "seq")),
    "member_facts": ("fact_id", ("member_id", "field", "via", "on_day", "recorded_at", "seq")),
    "moves": ("move_id", ("member_id", "place", "on_day", "zone", "recorded_at", "seq")),
    "tries": ("row_id", ("try_id", "member_id", "via", "on_day", "zone", "recorded_at", "seq")),
    "touches": ("touch_id", ("member_id", "via", "on_day", "zone", "recorded_at", "seq")),
    "answers": (
        "answer_id",
        ("exercise", "prompt", "occasion", "about", "on_day", "zone", "recorded_at", "seq", "save_id"),
    ),
}
_WORDS = ("moves",)  # what is sealed there are words as they are; everywhere else a JSON value
_OF_MEMBER = "member_id = :member_id"
_OF_TRIES = "try_id IN (SELECT try_id FROM tries WHERE person_id = :person_id AND member_id = :member_id)"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PutAway:
    """A member put away, with all that was known of them; `put_away_at` is naive UTC."""

    member_id: str
    on_day: date
    put_away_at: datetime
    added_seq: int
    known: Mapping[tuple[str, str], Known]
    moves: tuple[Move, ...]
    touches: tuple[Touch, ...]
    tries: tuple[Try, ...]
    answers: tuple[Saved, ...]  # every version that was about them or written in a try with them, oldest first


@dataclass
class _Bundle:
    fact_id: str
    member_id: str
    on_day: date
    put_away_at: datetime
    seq: int
    rows: dict[str, list[Row]]
    struck: list[Row]  # each time they were taken out of an answer: which, and their place in the list as it was

    @property
    def packed(self) -> str:
        return json.dumps({"rows": self.rows, "struck": self.struck})


def pack(
    pen: Pen,
    store: Store,
    member_id: str,
    occasions: Iterable[tuple[str, str]],
    saved_as: Iterable[tuple[str, str, str]],
) -> None:
    """Put a member away, with what `forget` would delete: their rows, the answers of these occasions, and their picks.

    `saved_as`: where they came from a saved door or line – the exercise, the prompt, and the key saved there.
    """
    others = _bundles(pen, store)
    gone: dict[str, list[Row]] = {table: _take(pen, store, table, _OF_MEMBER, member_id=member_id) for table in _OWN}
    gone["tries"] = _take(pen, store, "tries", _OF_TRIES, member_id=member_id)
    gone["answers"] = _take(pen, store, "answers", "about = :about", about=member_id)
    for exercise, occasion in sorted(occasions):
        where = "exercise = :exercise AND occasion = :occasion"
        gone["answers"] += _take(pen, store, "answers", where, exercise=exercise, occasion=occasion)
    struck = _strike(pen, store, others, member_id)
    for exercise, prompt, key in saved_as:
        struck += _strike(pen, store, others, key, exercise, prompt)
    consents.withdraw_gone(pen, [row["answer_id"] for row in gone["answers"]])
    fact_id = new_id()
    seq = pen.next_seq()
    bundle = _Bundle(fact_id, member_id, pen.on_day, pen.now, seq, gone, struck)
    pen.insert(
        "member_facts",
        fact_id=fact_id,
        member_id=member_id,
        field=PUT_AWAY,
        via="",
        on_day=pen.on_day,
        recorded_at=pen.now,
        seq=seq,
        sealed=pen.seal(bundle.packed, "member_facts", fact_id),
    )


def unpack(pen: Pen, store: Store, member_id: str, together: Callable[[str], Iterable[str]]) -> bool:
    """Bring a member back exactly as they were; whether they were there, and in time.

    `together` gives the exercises that share their occasions with one. An occasion begun anew meanwhile stays as it
    is: theirs gets the next free name. What was shared while they were away was shared without them: it is shared no
    more where it names them again.
    """
    others = _bundles(pen, store)
    in_time = (one for one in others if one.member_id == member_id and not over(one.put_away_at, pen.now))
    bundle = next(in_time, None)
    if bundle is None:
        return False
    others.remove(bundle)
    _rename_taken(pen, bundle, together)
    for table, rows in bundle.rows.items():
        _put_back(pen, table, rows)
    consents.withdraw_gone(pen, _unstrike(pen, store, others, bundle.struck), since=bundle.seq)
    _discard(pen, bundle)
    return True


def discard(pen: Pen, member_id: str) -> bool:
    """Delete a member put away, for good; whether there was one."""
    return bool(
        pen.run(
            "DELETE FROM member_facts WHERE person_id = :person_id AND member_id = :member_id AND field = :field"
            " RETURNING fact_id",
            member_id=member_id,
            field=PUT_AWAY,
        )
    )


def strike_out(pen: Pen, store: Store, key: str) -> None:
    """Take a member who is forgotten out of what lies put away of others."""
    for bundle in _bundles(pen, store):
        if _strike_rows(bundle, key):
            _rewrite(pen, bundle)


def named(pen: Pen, store: Store, field: str) -> dict[Any, str]:
    """What a field says of each member put away, and their id: by which door or name they could be asked for."""
    found = {}
    for bundle in _bundles(pen, store):
        if not over(bundle.put_away_at, pen.now):
            notes = [row for row in bundle.rows["member_facts"] if row["field"] == field]
            if notes:
                found[max(notes, key=_seq)["sealed"]] = bundle.member_id
    return found


def every(store: Store, person_id: str, now: datetime) -> list[PutAway]:
    """Everyone put away who can still be brought back, the latest first."""
    rows = store.read(f"{_SELECT} ORDER BY seq DESC", person_id=person_id, field=PUT_AWAY)
    found = (_bundle(row, store, person_id) for row in rows)
    return [_opened(one) for one in found if not over(one.put_away_at, now)]


def clear(store: Store, now: datetime) -> int:
    """Delete for good whoever was put away 30 days ago, in every workbook; how many there were. No key is needed.

    After a jump of the clock nobody is, for a week: should it be wrong, everyone's trash would be gone.
    """
    due = "field = :field AND recorded_at <= :then"
    then = {"field": PUT_AWAY, "then": now - KEPT_DAYS * DAY}
    if not store.read(f"SELECT 1 FROM member_facts WHERE {due} LIMIT 1", **then):
        return 0
    if jump := backups.jump_of_clock(store.folder / BACKUPS, now):
        tell(f"{jump}. If that is right, the trash is cleared after a week; if not, set the clock right.")
        return 0
    with store.pens(now, erasing=True) as pens:
        return len(pens.tx.run(f"DELETE FROM member_facts WHERE {due} RETURNING fact_id", then))


# Within

_OWN = ("members", "member_facts", "moves", "touches")
_SELECT = (
    "SELECT fact_id, member_id, on_day, recorded_at, seq, sealed FROM member_facts"
    " WHERE person_id = :person_id AND field = :field"
)


def _seq(row: Row) -> int:
    return int(row["seq"])


def _bundles(pen: Pen, store: Store) -> list[_Bundle]:
    return [_bundle(row, store, pen.person_id) for row in pen.run(f"{_SELECT} ORDER BY seq", field=PUT_AWAY)]


def _bundle(row: tuple[Any, ...], store: Store, person_id: str) -> _Bundle:
    fact_id, member_id, on_day, put_away_at, seq, sealed = row
    said = json.loads(store.sealer(person_id).open(bytes(sealed), "member_facts", fact_id, "sealed"))
    return _Bundle(fact_id, member_id, on_day, put_away_at, int(seq), said["rows"], said["struck"])


def _discard(pen: Pen, bundle: _Bundle) -> None:
    pen.run("DELETE FROM member_facts WHERE person_id = :person_id AND fact_id = :id", id=bundle.fact_id)


def _rewrite(pen: Pen, bundle: _Bundle) -> None:
    pen.run(
        "UPDATE member_facts SET sealed = :sealed WHERE person_id = :person_id AND fact_id = :id",
        id=bundle.fact_id,
        sealed=pen.seal(bundle.packed, "member_facts", bundle.fact_id),
    )


def _take(pen: Pen, store: Store, table: str, where: str, **params: Any) -> list[Row]:
    """The rows, opened and out of their table."""
    bound, columns = TABLES[table]
    names = [*columns, *([bound, "sealed"] if bound else [])]
    found = pen.run(f"SELECT {', '.join(names)} FROM {table} WHERE person_id = :person_id AND {where}", **params)
    pen.run(f"DELETE FROM {table} WHERE person_id = :person_id AND {where}", **params)
    sealer = store.sealer(pen.person_id)
    taken = []
    for values in found:
        row = {name: _as_data(value) for name, value in zip(names, values, strict=True) if name != "sealed"}
        if bound:
            words = sealer.open(bytes(values[-1]), table, row[bound], "sealed")
            row["sealed"] = words if table in _WORDS else json.loads(words)
        taken.append(row)
    return taken


def _put_back(pen: Pen, table: str, rows: list[Row]) -> None:
    """Each row as it was; one that came back another way, with files taken in, is there already."""
    bound = TABLES[table][0]
    key = bound or "member_id"
    there = {found[0] for found in pen.run(f"SELECT {key} FROM {table} WHERE person_id = :person_id")}
    for row in rows:
        if row[key] in there:
            continue
        columns = {name: _of_data(name, value) for name, value in row.items()}
        if bound:
            words = row["sealed"] if table in _WORDS else json.dumps(row["sealed"])
            columns["sealed"] = pen.seal(words, table, row[bound])
        pen.insert(table, **columns)


def _as_data(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _of_data(name: str, value: Any) -> Any:
    if name == "on_day":
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name == "recorded_at" else value


# Out of the answers, and in again


def _strike(pen: Pen, store: Store, others: list[_Bundle], key: str, exercise: str = "", prompt: str = "") -> list[Row]:
    """Take a key out of every version of every answer, or of one prompt's, as `answers.strike_out` does; where it stood."""
    struck: list[Row] = []
    there = [entry for one in others for entry in one.struck]
    for answer_id, value in _live(pen, store, exercise, prompt):
        if _holds(value, key):
            struck += _places(answer_id, value, key, there)
            _write(pen, answer_id, _without(value, key))
    for bundle in others:
        for row in bundle.rows["answers"]:
            if _holds(row["sealed"], key):
                struck += _places(row["answer_id"], row["sealed"], key, there)
        if _strike_rows(bundle, key):
            _rewrite(pen, bundle)
    return struck


def _strike_rows(bundle: _Bundle, key: str) -> bool:
    rows = [row for row in bundle.rows["answers"] if _holds(row["sealed"], key)]
    for row in rows:
        row["sealed"] = _without(row["sealed"], key)
    return bool(rows)


def _unstrike(pen: Pen, store: Store, others: list[_Bundle], struck: list[Row]) -> list[str]:
    """Put them back where they stood in each list, and into the picks that have been open since; which answers name them."""
    there = [entry for one in others for entry in one.struck]
    of_answer: dict[str, list[Row]] = {}
    for entry in struck:
        of_answer.setdefault(entry["answer_id"], []).append(entry)
    for answer_id, value in _live(pen, store):
        if answer_id in of_answer:
            _write(pen, answer_id, _with(value, of_answer[answer_id], there))
    for bundle in others:
        rows = [row for row in bundle.rows["answers"] if row["answer_id"] in of_answer]
        for row in rows:
            row["sealed"] = _with(row["sealed"], of_answer[row["answer_id"]], there)
        if rows:
            _rewrite(pen, bundle)
    return list(of_answer)


def _live(pen: Pen, store: Store, exercise: str = "", prompt: str = "") -> Iterator[tuple[str, Any]]:
    rows = pen.run(
        "SELECT answer_id, sealed FROM answers WHERE person_id = :person_id"
        " AND (:exercise = '' OR (exercise = :exercise AND prompt = :prompt))",
        exercise=exercise,
        prompt=prompt,
    )
    sealer = store.sealer(pen.person_id)
    for answer_id, sealed in rows:
        yield answer_id, json.loads(sealer.open(bytes(sealed), "answers", answer_id, "sealed"))


def _write(pen: Pen, answer_id: str, value: Any) -> None:
    pen.run(
        "UPDATE answers SET sealed = :sealed WHERE person_id = :person_id AND answer_id = :answer_id",
        answer_id=answer_id,
        sealed=pen.seal(json.dumps(value), "answers", answer_id),
    )


def _holds(value: Any, key: str) -> bool:
    return key in value if isinstance(value, list) else bool(value == key)


def _without(value: Any, key: str) -> Any:
    return [one for one in value if one != key] if isinstance(value, list) else ""


def _places(answer_id: str, value: Any, key: str, there: list[Row]) -> list[Row]:
    """Where a key stands, counted as if nobody had been taken out of this list before."""
    if not isinstance(value, list):
        return [{"answer_id": answer_id, "key": key, "at": -1}]
    whole = _whole(value, [entry for entry in there if entry["answer_id"] == answer_id])
    return [{"answer_id": answer_id, "key": key, "at": at} for at, one in enumerate(whole) if one == key]


def _with(value: Any, entries: list[Row], there: list[Row]) -> Any:
    if not isinstance(value, list):
        return entries[0]["key"] if value == "" else value
    away = [entry for entry in there if entry["answer_id"] == entries[0]["answer_id"]]
    whole = _whole(value, [*away, *(entry for entry in entries if entry["key"] not in value)])
    return [one for one in whole if one not in {entry["key"] for entry in away}]


def _whole(value: list[Any], entries: list[Row]) -> list[Any]:
    whole = [*value]
    for entry in sorted(entries, key=lambda one: int(one["at"])):
        whole.insert(entry["at"], entry["key"])
    return whole


def _rename_taken(pen: Pen, bundle: _Bundle, together: Callable[[str], Iterable[str]]) -> None:
    """Where an occasion of theirs was begun anew since, give theirs another name, wherever it is named."""
    given = {(row["exercise"], row["occasion"]) for row in bundle.rows["answers"] if not row["about"]}
    while given:
        exercise, occasion = min(given)
        shared = {exercise, *together(exercise)}
        given -= {(one, occasion) for one in shared}
        taken = {
            row[0]
            for row in pen.run(
                "SELECT DISTINCT occasion FROM answers WHERE person_id = :person_id"
                " AND exercise IN (SELECT unnest(CAST(:shared AS VARCHAR[]))) AND seq > :since",
                shared=sorted(shared),
                since=bundle.seq,
            )
        }
        if not occasion or occasion not in taken:
            continue
        taken |= {row["occasion"] for row in bundle.rows["answers"] if row["exercise"] in shared}
        fresh = next(f"{occasion[:10]}.{n}" for n in range(2, 10_000) if f"{occasion[:10]}.{n}" not in taken)
        for row in bundle.rows["answers"]:
            if row["exercise"] in shared and row["occasion"] == occasion and not row["about"]:
                row["occasion"] = fresh
        for table in ("member_facts", "tries", "touches"):
            for row in bundle.rows[table]:
                if row["via"] in {f"{one}|{occasion}" for one in shared}:
                    row["via"] = f"{row['via'].partition('|')[0]}|{fresh}"


# As it is read


def _opened(bundle: _Bundle) -> PutAway:
    rows = {
        table: sorted(({name: _of_data(name, value) for name, value in row.items()} for row in listed), key=_seq)
        for table, listed in bundle.rows.items()
    }
    return PutAway(
        bundle.member_id,
        bundle.on_day,
        bundle.put_away_at,
        rows["members"][0]["seq"],
        {
            (row["member_id"], row["field"]): Known(
                row["member_id"], row["field"], row["sealed"], row["on_day"], row["seq"], row["via"]
            )
            for row in rows["member_facts"]
        },
        tuple(
            Move(
                row["member_id"],
                row["place"],
                row["on_day"],
                row["seq"],
                row["sealed"],
                row["move_id"],
                row["zone"],
                row["recorded_at"],
            )
            for row in rows["moves"]
        ),
        tuple(
            Touch(
                member_id=row["member_id"],
                on_day=row["on_day"],
                seq=row["seq"],
                how=str(row["sealed"]["how"]),
                touch_id=row["touch_id"],
                via=row["via"],
                zone=row["zone"],
                recorded_at=row["recorded_at"],
            )
            for row in rows["touches"]
        ),
        tuple(tries.laid_over([(*(row[name] for name in tries.COLUMNS), row["sealed"]) for row in rows["tries"]])),
        tuple(
            Saved(
                row["answer_id"],
                row["exercise"],
                row["prompt"],
                row["occasion"],
                row["about"],
                row["on_day"],
                row["zone"],
                row["recorded_at"],
                row["seq"],
                row["sealed"],
                save_id=row["save_id"],
            )
            for row in rows["answers"]
        ),
    )
