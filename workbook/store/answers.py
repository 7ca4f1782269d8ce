"""Answers: appended, never overwritten; the newest row for a prompt is the answer."""

import json
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from workbook.store import consents
from workbook.store.engine import Row
from workbook.store.opening import Pen, Store, new_id
from workbook.store.sealing import Sealer

COLUMNS = "answer_id, exercise, prompt, occasion, about, on_day, zone, recorded_at, seq, sealed, save_id"
SHORT = 40  # letters
REMEMBERED = 1000  # a retry comes within seconds


class Saved(NamedTuple):
    """One saved version of one answer; `recorded_at` is naive UTC, `save_id` names the save that made it, if any did."""

    answer_id: str
    exercise: str
    prompt: str
    occasion: str
    about: str
    on_day: date
    zone: str
    recorded_at: datetime
    seq: int
    value: Any
    versions: int = 1
    save_id: str = ""


def append(pen: Pen, exercise: str, prompt: str, occasion: str, about: str, value: Any, save_id: str = "") -> Saved:
    """One more version of an answer."""
    answer_id, seq = new_id(), pen.next_seq()
    pen.insert(
        "answers",
        answer_id=answer_id,
        exercise=exercise,
        prompt=prompt,
        occasion=occasion,
        about=about,
        on_day=pen.on_day,
        zone=pen.zone,
        recorded_at=pen.now,
        seq=seq,
        save_id=save_id,
        sealed=pen.seal(json.dumps(value), "answers", answer_id),
    )
    return Saved(
        answer_id, exercise, prompt, occasion, about, pen.on_day, pen.zone, pen.now, seq, value, save_id=save_id
    )


def saved_with(pen: Pen, store: Store, save_id: str) -> Saved | None:
    """What was saved under this id, if anything was: looked up under the write lock, so a retry meets the first try."""
    rows = pen.run(
        f"SELECT {COLUMNS} FROM answers WHERE person_id = :person_id AND (save_id = :save_id OR answer_id = :same)",
        save_id=save_id,
        same=store.changed_nothing.get((pen.person_id, save_id), ""),
    )
    found = _opened(((row, 1) for row in rows), store.sealer(pen.person_id))
    return found[0] if found else None


def note_same(pen: Pen, store: Store, save_id: str, same: Saved) -> None:
    """Remember a save that made no row because nothing had changed: tried again later, it must not undo what came since."""
    if save_id:
        store.changed_nothing[pen.person_id, save_id] = same.answer_id
        while len(store.changed_nothing) > REMEMBERED:
            del store.changed_nothing[next(iter(store.changed_nothing))]


def latest_within(pen: Pen, store: Store, exercise: str, occasion: str) -> list[Saved]:
    """The standing answers of one exercise, read inside the transaction that changes them."""
    rows = pen.run(
        f"SELECT {COLUMNS} FROM answers WHERE person_id = :person_id AND exercise = :exercise"
        " AND occasion = :occasion ORDER BY seq",
        exercise=exercise,
        occasion=occasion,
    )
    return _opened(_newest(rows), store.sealer(pen.person_id))


def latest(store: Store, person_id: str, exercise: str) -> list[Saved]:
    """The standing answers of one exercise, of every occasion."""
    rows = store.read(
        f"SELECT {COLUMNS} FROM answers WHERE person_id = :p AND exercise = :exercise ORDER BY seq",
        p=person_id,
        exercise=exercise,
    )
    return _opened(_newest(rows), store.sealer(person_id))


def all_latest(store: Store, person_id: str) -> list[Saved]:
    """Every standing answer of one person, oldest first. There can be very many: each row is let go once it is opened."""
    found = _newest(store.read(f"SELECT {COLUMNS} FROM answers WHERE person_id = :p ORDER BY seq", p=person_id))
    found.reverse()
    return _opened((found.pop() for _ in range(len(found))), store.sealer(person_id))


def every_version(store: Store, person_id: str) -> list[Saved]:
    """Every version of every answer, oldest first."""
    rows = store.read(f"SELECT {COLUMNS} FROM answers WHERE person_id = :p ORDER BY seq", p=person_id)
    return _opened(((row, 1) for row in rows), store.sealer(person_id))


def every_id(store: Store, person_id: str) -> set[str]:
    """The ids of every version of every answer."""
    return {row[0] for row in store.read("SELECT answer_id FROM answers WHERE person_id = :p", p=person_id)}


def these(store: Store, person_id: str, answer_ids: Iterable[str]) -> list[Saved]:
    """The versions with these ids that are still there, oldest first."""
    rows = store.read(
        f"SELECT {COLUMNS} FROM answers WHERE person_id = :p"
        " AND answer_id IN (SELECT unnest(CAST(:ids AS VARCHAR[]))) ORDER BY seq",
        p=person_id,
        ids=list(answer_ids),
    )
    return _opened(((row, 1) for row in rows), store.sealer(person_id))


def saved_at(store: Store, person_id: str, recorded_at: datetime) -> list[Saved]:
    """The versions saved at one moment (naive UTC), oldest first."""
    rows = store.read(
        f"SELECT {COLUMNS} FROM answers WHERE person_id = :p AND recorded_at = :at ORDER BY seq",
        p=person_id,
        at=recorded_at,
    )
    return _opened(((row, 1) for row in rows), store.sealer(person_id))


def take_back(pen: Pen, answer_id: str) -> None:
    """Remove one version, as if it had never been saved."""
    _erase(pen, "answer_id = :answer_id", answer_id=answer_id)


def versions(store: Store, person_id: str, exercise: str, prompt: str, occasion: str, about: str) -> list[Saved]:
    """Every version of one answer, newest first."""
    rows = store.read(
        f"SELECT {COLUMNS} FROM answers WHERE person_id = :p AND exercise = :exercise AND prompt = :prompt"
        " AND occasion = :occasion AND about = :about ORDER BY seq DESC",
        p=person_id,
        exercise=exercise,
        prompt=prompt,
        occasion=occasion,
        about=about,
    )
    return _opened(((row, 1) for row in rows), store.sealer(person_id))


def erase(pen: Pen, exercise: str, prompt: str, occasion: str, about: str) -> None:
    """Remove an answer and all its earlier versions."""
    _erase(
        pen,
        "exercise = :exercise AND prompt = :prompt AND occasion = :occasion AND about = :about",
        exercise=exercise,
        prompt=prompt,
        occasion=occasion,
        about=about,
    )


def erase_occasion(pen: Pen, exercise: str, occasion: str) -> None:
    """Remove every answer of one exercise on one occasion."""
    _erase(pen, "exercise = :exercise AND occasion = :occasion", exercise=exercise, occasion=occasion)


def erase_about(pen: Pen, member_id: str) -> None:
    """Remove every answer about one member."""
    _erase(pen, "about = :about", about=member_id)


def _erase(pen: Pen, where: str, **params: str) -> None:
    gone = pen.run(f"DELETE FROM answers WHERE person_id = :person_id AND {where} RETURNING answer_id", **params)
    consents.withdraw_gone(pen, [row[0] for row in gone])


def strike_out(pen: Pen, store: Store, key: str, exercise: str = "", prompt: str = "") -> None:
    """Take a key out of every version of every answer, or of one prompt's: a list keeps the rest, a pick is left open."""
    rows = pen.run(
        "SELECT answer_id, sealed FROM answers WHERE person_id = :person_id"
        " AND (:exercise = '' OR (exercise = :exercise AND prompt = :prompt))",
        exercise=exercise,
        prompt=prompt,
    )
    sealer = store.sealer(pen.person_id)
    for answer_id, sealed in rows:
        value = json.loads(sealer.open(bytes(sealed), "answers", answer_id, "sealed"))
        left = [one for one in value if one != key] if isinstance(value, list) else "" if value == key else value
        if left != value:
            pen.run(
                "UPDATE answers SET sealed = :sealed WHERE person_id = :person_id AND answer_id = :answer_id",
                answer_id=answer_id,
                sealed=pen.seal(json.dumps(left), "answers", answer_id),
            )


def note_opened(pen: Pen, exercise: str) -> None:
    """Note that an exercise was opened today."""
    pen.insert("opens", exercise=exercise, on_day=pen.on_day, recorded_at=pen.now, seq=pen.next_seq())


def opened(store: Store, person_id: str) -> dict[str, tuple[date, datetime]]:
    """For each exercise the first day it was opened, and when it was opened last."""
    rows = store.read(
        "SELECT exercise, min(on_day), max(recorded_at) FROM opens WHERE person_id = :p GROUP BY exercise",
        p=person_id,
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def last_on(store: Store, person_id: str, exercises: Iterable[str]) -> dict[str, tuple[int, datetime]]:
    """For each occasion of these exercises, which share theirs: the number of what was saved last, and when. Naive UTC."""
    rows = store.read(
        "SELECT occasion, max(seq), max(recorded_at) FROM answers WHERE person_id = :p"
        " AND exercise IN (SELECT unnest(CAST(:exercises AS VARCHAR[]))) GROUP BY occasion",
        p=person_id,
        exercises=list(exercises),
    )
    return {row[0]: (int(row[1]), row[2]) for row in rows}


def last_saved(store: Store, person_id: str) -> dict[str, tuple[datetime, str, int]]:
    """For each exercise with a saved answer: when it was saved last, in which zone, and how many prompts."""
    rows = store.read(
        "SELECT newest.exercise, answers.recorded_at, answers.zone, newest.prompts FROM answers"
        " JOIN (SELECT exercise, max(seq) AS seq, count(DISTINCT prompt) AS prompts FROM answers"
        " WHERE person_id = :p GROUP BY exercise) newest ON answers.seq = newest.seq WHERE answers.person_id = :p",
        p=person_id,
    )
    return {row[0]: (row[1], row[2], int(row[3])) for row in rows}


def _newest(rows: Iterable[Row]) -> list[tuple[Row, int]]:
    """The newest row of each answer, with how many versions there are."""
    standing: dict[Row, tuple[Row, int]] = {}
    for row in rows:
        standing[row[1:5]] = (row, standing.get(row[1:5], (row, 0))[1] + 1)
    return sorted(standing.values(), key=lambda found: int(found[0][8]))


class _Values(dict[str, Any]):
    """Answers by how they are stored; a number, a yes or a key comes again and again, and is read once."""

    def __missing__(self, stored: str) -> Any:
        value = json.loads(stored)
        if len(stored) < SHORT and not isinstance(value, list | dict):
            self[stored] = value
        return value


def _opened(found: Iterable[tuple[Row, int]], sealer: Sealer) -> list[Saved]:
    # Exercise, prompt, occasion, day and zone come again and again: each is held once.
    held = cast(Callable[[Any, Any], Any], {}.setdefault)
    said = _Values()
    return [
        Saved(
            row[0],
            held(row[1], row[1]),
            held(row[2], row[2]),
            held(row[3], row[3]),
            row[4],
            held(row[5], row[5]),
            held(row[6], row[6]),
            row[7],
            row[8],
            said[sealer.open(row[9], "answers", row[0], "sealed")],
            versions,
            row[10] or "",
        )
        for row, versions in found
    ]
