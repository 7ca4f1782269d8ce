"""Two members made one: every row of the second becomes the first one's, and nothing but the empty shell goes."""

import json
from collections.abc import Mapping
from typing import Any

from workbook.answers import Fact
from workbook.merging import ONCE_CALLED, Noted, instead
from workbook.store import answers, consents, members
from workbook.store.opening import Pen, Store

POINTING = ("member_facts", "moves", "tries", "touches")  # tables with a column for the member
SEALED = {"answers": "answer_id", "member_facts": "fact_id", "tries": "row_id", "choices": "choice_id"}  # and their ids


def merge(pen: Pen, store: Store, keep: str, other: str, noted: Mapping[str, tuple[Noted, str]]) -> None:
    """Make the member `other` one with `keep`; `noted` is what must be said anew, by field, and what says it.

    Sealed words are bound to their own row, so a row may change hands without being opened.
    """
    _keep_names_shown(pen, store, keep, other)
    pen.run(
        "UPDATE member_facts SET field = :once WHERE person_id = :person_id AND member_id = :other AND field = 'name'",
        once=ONCE_CALLED,  # or a coach might read a name, in an answer shared long ago, that was not there
        other=other,
    )
    for table in POINTING:
        pen.run(
            f"UPDATE {table} SET member_id = :keep WHERE person_id = :person_id AND member_id = :other",
            keep=keep,
            other=other,
        )
    pen.run("UPDATE answers SET about = :keep WHERE person_id = :person_id AND about = :other", keep=keep, other=other)
    for table, column in SEALED.items():
        _name_instead(pen, store, table, column, keep, other)
    for field, (note, via) in noted.items():
        members.note(pen, Fact(keep, field, note.value), via, note.on_day)
    pen.run("DELETE FROM members WHERE person_id = :person_id AND member_id = :other", other=other)


def _name_instead(pen: Pen, store: Store, table: str, column: str, keep: str, other: str) -> None:
    """One id in the place of another wherever a sealed value of this table holds it: in every version, not just the newest."""
    sealer = store.sealer(pen.person_id)
    for row_id, sealed in pen.run(f"SELECT {column}, sealed FROM {table} WHERE person_id = :person_id"):
        words = sealer.open(bytes(sealed), table, row_id, "sealed")
        if other not in words:
            continue
        value = json.loads(words)
        if (named := instead(value, other, keep)) != value:
            pen.run(
                f"UPDATE {table} SET sealed = :sealed WHERE person_id = :person_id AND {column} = :row_id",
                row_id=row_id,
                sealed=pen.seal(json.dumps(named), table, row_id),
            )


def _keep_names_shown(pen: Pen, store: Store, keep: str, other: str) -> None:
    """A coach goes on reading, in an answer shared before, the very names it was shared with."""
    shared = [one for one in consents.standing(store, pen.person_id) if one.answer_id]
    there = {s.answer_id: s for s in answers.these(store, pen.person_id, {one.answer_id for one in shared})}
    for one in shared:
        named = _named(there[one.answer_id]) if one.answer_id in there else []
        if other not in named or keep in named:
            continue
        name = members.names_then(store, pen.person_id, one.seq, one.answer_id).get(other)
        if name:
            members.note(pen, Fact(keep, members.SHOWN, [one.answer_id, one.seq, name]), "")


def _named(saved: answers.Saved) -> list[Any]:
    """Whom an answer names, and whom it is about."""
    return [*(saved.value if isinstance(saved.value, list) else [saved.value]), saved.about]
