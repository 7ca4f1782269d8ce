"""Files that came from a browser and wait, in memory alone, for the person to look at them."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workbook.refused import Refused

KEPT = timedelta(minutes=20)
MOST_BYTES = 60_000_000  # of everyone together, once they are here
MOST_COMING = 40_000_000  # bytes of everyone together, while they are on their way


class Left(Exception):
    """The browser was signed out while its file was on its way."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file: what it was sent as, its bytes, and why it was refused, if it was. `arrival_id` is random."""

    arrival_id: str
    what: str
    body: bytes
    refused: str
    at: datetime

    def too_old(self, now: datetime) -> bool:
        """Whether it has waited long enough, as also where the clock was set back since."""
        return abs(now - self.at) > KEPT


@dataclass(eq=False, slots=True)
class Coming:
    """A file on its way: as what, how many bytes it may have, and what there is of it."""

    session_id: str
    what: str
    most: int
    body: bytearray = field(default_factory=bytearray)


class Arrivals:
    """At most one file for each signed-in browser, and one on its way; the oldest go where too many wait."""

    def __init__(self) -> None:
        self._by_session: dict[str, Arrival] = {}
        self._coming: dict[str, Coming] = {}
        self._lock = threading.Lock()

    @contextmanager
    def coming(self, session_id: str, what: str, most: int) -> Iterator[Coming]:
        """A file of at most so many bytes is on its way; Refused as busy where another of this browser is."""
        one = Coming(session_id, what, most)
        with self._lock:
            if session_id in self._coming:
                raise Refused(f"{what}_busy")
            self._coming[session_id] = one
        try:
            yield one
        finally:
            with self._lock:
                if self._coming.get(session_id) is one:
                    del self._coming[session_id]

    def add(self, one: Coming, piece: bytes) -> None:
        """More of it came; Refused where it is too large or too much is on its way at once, Left where nobody waits."""
        with self._lock:
            self._still(one)
            if len(one.body) + len(piece) > one.most:
                raise Refused(f"{one.what}_large")
            if sum(len(other.body) for other in self._coming.values()) + len(piece) > MOST_COMING:
                raise Refused(f"{one.what}_busy")
            one.body += piece

    def here(self, one: Coming, now: datetime) -> None:
        """All of it came: from now on it waits, instead of any before; Left where nobody waits for it."""
        with self._lock:
            self._still(one)
            self._keep(one.session_id, Arrival(secrets.token_hex(8), one.what, bytes(one.body), "", now))

    def put(self, session_id: str, what: str, body: bytes, now: datetime, refused: str = "") -> None:
        """Keep a file for its browser, instead of any before."""
        with self._lock:
            self._keep(session_id, Arrival(secrets.token_hex(8), what, body, refused, now))

    def of(self, session_id: str, now: datetime) -> Arrival | None:
        """The file that waits, if there is one and it is not too long ago."""
        with self._lock:
            found = self._by_session.get(session_id)
            return found if found and not found.too_old(now) else None

    def drop(self, session_id: str) -> None:
        """Let go of what waits."""
        with self._lock:
            self._by_session.pop(session_id, None)

    def forget(self, session_id: str) -> None:
        """The session is over: what waits goes, and what is on its way never comes."""
        with self._lock:
            self._by_session.pop(session_id, None)
            self._coming.pop(session_id, None)

    def sweep(self, now: datetime) -> int:
        """Let go of all that has waited long enough; how many that were. For whoever looks after the house."""
        with self._lock:
            old = [session_id for session_id, one in self._by_session.items() if one.too_old(now)]
            for session_id in old:
                del self._by_session[session_id]
            return len(old)

    def _still(self, one: Coming) -> None:
        if self._coming.get(one.session_id) is not one:
            raise Left

    def _keep(self, session_id: str, arrival: Arrival) -> None:
        self._by_session.pop(session_id, None)
        self._by_session[session_id] = arrival
        for kept in [*self._by_session]:
            if self._by_session[kept].too_old(arrival.at) or self._bytes() > MOST_BYTES:
                del self._by_session[kept]

    def _bytes(self) -> int:
        return sum(len(one.body) for one in self._by_session.values())
