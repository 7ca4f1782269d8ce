"""Times the person was in touch with someone: any way, any day that has come."""

import json
from collections.abc import Collection, Iterable
from datetime import date

from workbook.in_touch import Touch
from workbook.store.opening import Pen, Store, new_id


def note(pen: Pen, member_id: str, on_day: date, how: str = "", via: str = "") -> str:
    """They were in touch on a day; `how` is a way from the options, or empty. Gives the touch's id."""
    touch_id = new_id()
    pen.insert(
        "touches",
        touch_id=touch_id,
        member_id=member_id,
        via=via,
        on_day=on_day,
        zone=pen.zone,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(json.dumps({"how": how}), "touches", touch_id),
    )
    return touch_id


def keep(pen: Pen, via: str, wanted: Iterable[str], on_day: date, *, before: Collection[str] = ()) -> set[str]:
    """Take those in touch by what `via` says to be these and no others; one already noted keeps its day.

    Whoever it named `before` is not noted again: a time that was taken out by hand stays out. Gives whom it holds now.
    """
    rows = pen.run("SELECT touch_id, member_id FROM touches WHERE person_id = :person_id AND via = :via", via=via)
    there = {row[1] for row in rows}
    meant = list(dict.fromkeys(wanted))
    for touch_id, member_id in rows:
        if member_id not in meant:
            take_back(pen, touch_id)
    fresh = [member_id for member_id in meant if member_id not in there and member_id not in before]
    for member_id in fresh:
        note(pen, member_id, on_day, via=via)
    return (there & set(meant)) | set(fresh)


def take_back(pen: Pen, touch_id: str) -> tuple[str, str] | None:
    """Remove one; with whom it was and what noted it, or None where there is none."""
    gone = pen.run(
        "DELETE FROM touches WHERE person_id = :person_id AND touch_id = :touch_id RETURNING member_id, via",
        touch_id=touch_id,
    )
    return (gone[0][0], gone[0][1]) if gone else None


def every(store: Store, person_id: str) -> list[Touch]:
    """Every time in touch, in the order they were noted."""
    rows = store.read(
        "SELECT touch_id, member_id, via, on_day, zone, recorded_at, seq, sealed FROM touches"
        " WHERE person_id = :p ORDER BY seq",
        p=person_id,
    )
    sealer = store.sealer(person_id)
    return [
        Touch(
            member_id=row[1],
            on_day=row[3],
            seq=int(row[6]),
            how=str(json.loads(sealer.open(bytes(row[7]), "touches", row[0], "sealed"))["how"]),
            touch_id=row[0],
            via=row[2],
            zone=row[4],
            recorded_at=row[5],
        )
        for row in rows
    ]
