"""Files that came from a browser and wait, in memory alone, for the person to look at them."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(minutes=20)
MOST_BYTES = 100_000_000  # of everyone together


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file: what it was sent as, its bytes, and why it was refused, if it was. `arrival_id` is random."""

    arrival_id: str
    what: str
    body: bytes
    refused: str
    at: datetime


class Arrivals:
    """At most one file for each signed-in browser; the oldest go where there are too many."""

    def __init__(self) -> None:
        self._by_session: dict[str, Arrival] = {}
        self._lock = threading.Lock()

    def put(self, session_id: str, what: str, body: bytes, now: datetime, refused: str = "") -> None:
        """Keep a file for its browser, instead of any before."""
        with self._lock:
            self._by_session.pop(session_id, None)
            self._by_session[session_id] = Arrival(secrets.token_hex(8), what, body, refused, now)
            for kept in [*self._by_session]:
                if self._by_session[kept].at < now - KEPT or self._bytes() > MOST_BYTES:
                    del self._by_session[kept]

    def of(self, session_id: str, now: datetime) -> Arrival | None:
        """The file that waits, if there is one and it is not too long ago."""
        with self._lock:
            found = self._by_session.get(session_id)
            return found if found and found.at >= now - KEPT else None

    def drop(self, session_id: str) -> None:
        """Let it go."""
        with self._lock:
            self._by_session.pop(session_id, None)

    def _bytes(self) -> int:
        return sum(len(one.body) for one in self._by_session.values())
