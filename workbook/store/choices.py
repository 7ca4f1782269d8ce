"""What a person chose for the workbook itself: whether it rests, and how often it speaks of whom. The newest holds."""

import json
from datetime import date
from typing import Any

from workbook.store.opening import Pen, Store, new_id


def choose(pen: Pen, store: Store, name: str, value: Any, on_day: date | None = None) -> None:
    """Make this what `name` says from now on, as chosen today or on an earlier day; what it said before is not kept."""
    sealer = store.sealer(pen.person_id)
    for choice_id, sealed in pen.run("SELECT choice_id, sealed FROM choices WHERE person_id = :person_id"):
        if json.loads(sealer.open(bytes(sealed), "choices", choice_id, "sealed"))["name"] == name:
            pen.run("DELETE FROM choices WHERE person_id = :person_id AND choice_id = :choice_id", choice_id=choice_id)
    choice_id = new_id()
    said = json.dumps({"name": name, "value": value, "on_day": (on_day or pen.on_day).isoformat()})
    pen.insert(
        "choices",
        choice_id=choice_id,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(said, "choices", choice_id),
    )


def standing(store: Store, person_id: str) -> dict[str, dict[str, Any]]:
    """For each name what was chosen: its `value`, and the day (`on_day`, ISO)."""
    rows = store.read("SELECT choice_id, sealed FROM choices WHERE person_id = :p ORDER BY seq", p=person_id)
    sealer = store.sealer(person_id)
    said = [json.loads(sealer.open(bytes(sealed), "choices", choice_id, "sealed")) for choice_id, sealed in rows]
    return {str(one["name"]): one for one in said}
