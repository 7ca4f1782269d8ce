"""Consents: dated events, granted and withdrawn, never a flag."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from workbook.store.opening import Pen, Store, new_id

NOTES = "notes"  # withdrawn: this group's coach sends no notes
# What stands: the newest event of each thing that may be granted to a group.
STANDING = (
    "SELECT c.consent_id, c.group_id, c.coach_id, c.scope, c.answer_id, c.state, c.recorded_at, c.seq FROM consents c"
    " JOIN (SELECT person_id, max(seq) AS seq FROM consents WHERE {where} GROUP BY person_id, group_id, scope, answer_id)"
    " newest ON c.person_id = newest.person_id AND c.seq = newest.seq WHERE c.state = 'granted'"
)


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One thing granted or withdrawn; group and coach are empty while nobody is connected."""

    consent_id: str
    group_id: str
    coach_id: str
    scope: str
    answer_id: str
    state: str
    recorded_at: datetime
    seq: int


def append(pen: Pen, scope: str, state: str, group_id: str = "", coach_id: str = "", answer_id: str = "") -> None:
    """One more event."""
    pen.insert(
        "consents",
        consent_id=new_id(),
        group_id=group_id,
        coach_id=coach_id,
        scope=scope,
        answer_id=answer_id,
        state=state,
        recorded_at=pen.now,
        seq=pen.next_seq(),
    )


def withdraw_gone(pen: Pen, answer_ids: Collection[str], *, since: int = 0) -> None:
    """Take back whatever stands of answers that are erased, or that say more now: what comes under their ids later is
    nobody's to read. With `since`, only what was granted after that number.
    """
    if not answer_ids:
        return
    where = "person_id = :person_id AND answer_id IN (SELECT unnest(CAST(:ids AS VARCHAR[])))"
    rows = pen.run(
        f"{STANDING.format(where=where)} AND c.seq > :since ORDER BY c.seq", ids=list(answer_ids), since=since
    )
    for event in (ConsentEvent(*row) for row in rows):
        append(pen, event.scope, "withdrawn", event.group_id, event.coach_id, event.answer_id)


def events(store: Store, person_id: str) -> list[ConsentEvent]:
    """Every event, oldest first."""
    rows = store.read(
        "SELECT consent_id, group_id, coach_id, scope, answer_id, state, recorded_at, seq FROM consents"
        " WHERE person_id = :p ORDER BY seq",
        p=person_id,
    )
    return [ConsentEvent(*row) for row in rows]


def standing(store: Store, person_id: str) -> list[ConsentEvent]:
    """What is granted to a group now, oldest first."""
    where = "person_id = :p AND group_id <> ''"
    rows = store.read(f"{STANDING.format(where=where)} ORDER BY c.seq", p=person_id)
    return [ConsentEvent(*row) for row in rows]
