"""How long to wait after wrong passphrases: it slows a guesser and never locks the owner out from elsewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
PER_ADDRESS_HOUR = 20
HOUR = timedelta(hours=1)


def wait_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """When this name may be tried again from this address, or None for now.

    Five failures are free in 15 minutes; then 1, 2, 4 … at most 15 minutes, counted from the last failure
    that was really checked, so that trying again while waiting does not lengthen the wait.
    """
    recent = [at for at in failures if at > now - WINDOW]
    over = len(recent) - FREE_FAILURES
    if over < 0:
        return None
    wait = min(timedelta(minutes=2 ** min(over, 10)), LONGEST_WAIT)
    until = recent[-1] + wait
    return until if until > now else None


def address_wait_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """When any name may be tried again from this address: at most 20 failures an hour over all names."""
    recent = [at for at in failures if at > now - HOUR]
    if len(recent) < PER_ADDRESS_HOUR:
        return None
    return recent[-PER_ADDRESS_HOUR] + HOUR
