"""How long to wait after wrong passphrases and codes: it slows a guesser and never locks the owner out from elsewhere."""

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

WINDOW = timedelta(minutes=15)
FREE_FAILURES = 5
FREE_ONCE_UNDER_ATTACK = 1
LONGEST_WAIT = timedelta(minutes=15)
PER_ADDRESS_HOUR = 20
CODES_PER_ADDRESS_HOUR = 5
NEW_PEOPLE_PER_ADDRESS_HOUR = 60
IN_A_ROW = 100
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_KEPT = 5_000  # names and addresses; beyond it those whose last failure is a day old are dropped


def wait_until(failures: Sequence[datetime], now: datetime, free: int = FREE_FAILURES) -> datetime | None:
    """When this name may be tried again from this address, or None for now.

    Five failures are free in 15 minutes; then 1, 2, 4 … at most 15 minutes, counted from the last failure
    that was really checked, so that trying again while waiting does not lengthen the wait. A hundred in a row: a day.
    """
    if len(failures) >= IN_A_ROW:
        until = failures[-1] + DAY
        return until if until > now else None
    recent = [at for at in failures if at > now - WINDOW]
    over = len(recent) - free
    if over < 0 or not recent:
        return None
    doubled = min(timedelta(minutes=2 ** min(over, 10)), LONGEST_WAIT)
    wait = doubled if free == FREE_FAILURES else LONGEST_WAIT
    until = recent[-1] + wait
    return until if until > now else None


def address_wait_until(failures: Sequence[datetime], now: datetime, an_hour: int = PER_ADDRESS_HOUR) -> datetime | None:
    """When anything may be tried again from this address: at most 20 failures an hour over all names."""
    recent = [at for at in failures if at > now - HOUR]
    if len(recent) < an_hour:
        return None
    return recent[-an_hour] + HOUR


def neighbourhood(address: str) -> str:
    """What counts as one address: all of a home's IPv6 addresses (its /64) are one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped else str(IPv6Address(int(found) >> 64 << 64))
    return str(found)


class Throttle:
    """Who failed when, by name and address; kept in memory only, so a restart forgives everybody.

    A try is counted as a failure before it is checked, and taken back when it was right: many at one moment
    gain nothing over one after the other.
    """

    def __init__(self) -> None:
        self._failures: dict[str, list[datetime]] = {}
        self._sweep_at = MOST_KEPT
        self._lock = threading.Lock()

    def begin(self, name: str, address: str, now: datetime, *, with_code: bool = False) -> datetime | None:
        """Count a try and give None; or, uncounted, when it may be made."""
        pair, name_only, place, codes = _keys(name, address)
        with self._lock:
            waits = [
                wait_until(self._of(pair), now, self._free(name_only, now)),
                address_wait_until(self._of(place), now),
                address_wait_until(self._of(codes), now, CODES_PER_ADDRESS_HOUR) if with_code else None,
            ]
            until = max((wait for wait in waits if wait), default=None)
            if until is None:
                self._sweep(now)
                self._count((pair, name_only, place, *([codes] if with_code else [])), now)
            return until

    def right(self, name: str, address: str, at: datetime, *, with_code: bool = False) -> None:
        """The try begun at `at` was right: it is taken back, and what failed before under this name is forgiven."""
        pair, name_only, place, codes = _keys(name, address)
        with self._lock:
            self._failures.pop(pair, None)
            self._failures.pop(name_only, None)
            self._take_back((place, codes) if with_code else (place,), at)

    def never_checked(self, name: str, address: str, at: datetime, *, with_code: bool = False) -> None:
        """The try begun at `at` came to nothing through no fault of the person's: it is taken back."""
        *always, codes = _keys(name, address)
        with self._lock:
            self._take_back((*always, codes) if with_code else always, at)

    def may_begin_anew(self, address: str, now: datetime) -> datetime | None:
        """Count a new person from an address and give None; or, uncounted, when the next may come."""
        _, _, place, _ = _keys("", address)
        with self._lock:
            until = address_wait_until(self._of(f"new {place}"), now, NEW_PEOPLE_PER_ADDRESS_HOUR)
            until = until or address_wait_until(self._of(place), now)
            if until is None:
                self._sweep(now)
                self._count((f"new {place}",), now)
            return until

    def guess_link(self, address: str, now: datetime) -> datetime | None:
        """Count a link that leads nowhere and give None; or, uncounted, when the next one may be tried."""
        links = f"link {neighbourhood(address)}"
        with self._lock:
            until = address_wait_until(self._of(links), now, CODES_PER_ADDRESS_HOUR)
            if until is None:
                self._sweep(now)
                self._count((links,), now)
            return until

    def note_failure(self, address: str, now: datetime) -> None:
        """A failure that concerns no name: asking whether names are taken."""
        with self._lock:
            self._count((_keys("", address)[2],), now)

    def _free(self, name_only: str, now: datetime) -> int:
        """Under a guess from everywhere each address has one try; who knows the words needs no second one."""
        failures = self._of(name_only)
        under_attack = len(failures) >= IN_A_ROW and failures[-1] > now - DAY
        return FREE_ONCE_UNDER_ATTACK if under_attack else FREE_FAILURES

    def _of(self, key: str) -> list[datetime]:
        return self._failures.get(key, [])

    def _count(self, keys: Iterable[str], now: datetime) -> None:
        for key in keys:
            kept = self._of(key)
            # A row is broken by a day of quiet.
            self._failures[key] = [*(kept if kept and kept[-1] > now - DAY else []), now][-IN_A_ROW:]

    def _take_back(self, keys: Iterable[str], at: datetime) -> None:
        for key in keys:
            if at in self._of(key):
                self._failures[key].remove(at)

    def _sweep(self, now: datetime) -> None:
        if len(self._failures) > self._sweep_at:
            self._failures = {k: f for k, f in self._failures.items() if f and f[-1] > now - DAY}
            # Where little could be dropped the next look waits: each costs as much as there is.
            self._sweep_at = max(MOST_KEPT, 2 * len(self._failures))


def _keys(name: str, address: str) -> tuple[str, str, str, str]:
    """What a try is counted under: the name from this address, the name, the address, and codes from the address."""
    who = sha256(name.encode("utf-8", "replace")).hexdigest()
    place = neighbourhood(address)
    return f"{who} {place}", who, place, f"code {place}"
