"""The open house: one store, one gate and one content for the whole process."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from workbook import content, settings
from workbook.arrivals import Arrivals
from workbook.coach_desk import CoachDesk
from workbook.content import Content
from workbook.gate import Gate
from workbook.my_workbook import MyWorkbook, known_zone
from workbook.settings import ROOT, Settings
from workbook.store.engine import StoreTrouble
from workbook.store.opening import Store, open_store
from workbook.store.telling import tell

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class House:
    """What every page and route shares."""

    settings: Settings
    content: Content
    store: Store
    gate: Gate
    clock: Callable[[], datetime]
    here: str = "http://127.0.0.1:8501"
    arrivals: Arrivals = field(default_factory=Arrivals)

    def workbook_of(self, person_id: str, zone: str) -> MyWorkbook:
        """The workbook of one person; only `ui.session` and the signed-in routes may ask, with a live session's person."""
        return MyWorkbook(self.store, self.content, person_id, self.clock, zone)

    def desk_of(self, person_id: str) -> CoachDesk:
        """The desk of one coach; only `ui.session` and the signed-in routes may ask, with a live session's coach."""
        return CoachDesk(self.store, self.content, person_id, self.clock)

    def link_to(self, token: str) -> str:
        """The link that a coach hands on."""
        return f"{self.settings.public_url or self.here}/join?t={token}"

    def today(self, zone: str) -> date:
        """The day it is in a browser's time zone."""
        return self.clock().replace(tzinfo=UTC).astimezone(ZoneInfo(known_zone(zone))).date()

    def close(self) -> None:
        """Settle and let go of the database."""
        self.store.close()


_open: House | None = None
_closed = False
_opening = threading.Lock()


def utc_now() -> datetime:
    """Now, in naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def open_house(
    chosen: Settings | None = None, clock: Callable[[], datetime] = utc_now, here: str = "http://127.0.0.1:8501"
) -> House:
    """The house, opened once for the whole process by whoever asks first; the lifespan and the tests both come here.

    `here` is this machine's own address, for links where nobody else is served. StoreTrouble once it was closed: a run
    that outlives the server would open it with nobody to keep it. Only whoever says which one (`chosen`) opens another.
    """
    global _open, _closed
    with _opening:
        if _open is None:
            if _closed and chosen is None:
                raise StoreTrouble("closed", "The workbook has stopped.")
            chosen = chosen or settings.read()
            words = content.load(ROOT / "seeds" / LANGUAGE)
            store = open_store(chosen.folder, made_by="demo" if chosen.demo else "workbook", now=clock())
            gate = _gate(store, clock, chosen)
            if gate.spend_restored_code():
                tell(
                    "WORKBOOK_COACH_CODE works no more: a backup was put back, and it may have been used since. Change it."
                )
            _open, _closed = House(chosen, words, store, gate, clock, here), False
        return _open


def _gate(store: Store, clock: Callable[[], datetime], chosen: Settings) -> Gate:
    return Gate(store, clock, named=[chosen.operator], coach_code=chosen.coach_code)


def close_house() -> None:
    """Close it, if it is open; nobody opens it again by asking for it."""
    global _open, _closed
    with _opening:
        _closed = True
        if _open is not None:
            try:
                _open.close()
            finally:
                _open = None
