"""Consents: dated events, granted and withdrawn, never a flag."""

from dataclasses import dataclass
from datetime import datetime

from workbook.store.opening import Pen, Store, new_id


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


def events(store: Store, person_id: str) -> list[ConsentEvent]:
    """Every event, oldest first."""
    rows = store.read(
        "SELECT consent_id, group_id, coach_id, scope, answer_id, state, recorded_at, seq FROM consents"
        " WHERE person_id = :p ORDER BY seq",
        p=person_id,
    )
    return [ConsentEvent(*row) for row in rows]
