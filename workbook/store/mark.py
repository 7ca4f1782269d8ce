"""The mark: a small file beside the database that says how far it had come, so that a lost tail is noticed."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from workbook.store.engine import StoreTrouble
from workbook.store.telling import tell


@dataclass(frozen=True, slots=True)
class Total:
    """How many saves all people have made, and how many people there are."""

    saves: int
    people: int

    def after(self, *, saves: int = 0, people: int = 0) -> "Total":
        """The total so many later."""
        return Total(self.saves + saves, self.people + people)


class Mark:
    """Written after each save, without waiting for the disk: an older mark is harmless, a newer one tells of loss."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, total: Total) -> None:
        """Note the total. The save stands whether or not there is room for this."""
        fresh = self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps({"seq": total.saves, "people": total.people}), "ascii")
            os.replace(fresh, self._path)
        except OSError as error:
            tell(f"{self._path} could not be written ({error.strerror}); the save itself stands.")

    def refuse_if_ahead_of(self, total: Total) -> None:
        """Stop where the database holds less than it once did."""
        seen = self._read()
        pairs = ((total.saves, seen.saves, "saves"), (total.people, seen.people, "people"))
        for there, once, what in pairs:
            if once > there:
                raise StoreTrouble(
                    "behind",
                    f"The database holds {there} {what}, but there had been {once}: some are missing. "
                    "Restore a backup: docs/backup.md says how.",
                )

    def forget(self) -> None:
        """Begin anew, where an older database was put back on purpose."""
        self._path.unlink(missing_ok=True)

    def _read(self) -> Total:
        try:
            kept = json.loads(self._path.read_text("ascii"))
            return Total(int(kept["seq"]), int(kept.get("people", 0)))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return Total(0, 0)
