"""Lines for the host: what happened and when, one line each, never a word anybody wrote."""

import sys
import time
from datetime import UTC, datetime

OFTEN_ENOUGH = 60.0  # seconds
_last: dict[str, float] = {}


def tell(what: str) -> None:
    """Print one line for the host on the error stream."""
    line = " ".join(what.split())
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} workbook: {line}", file=sys.stderr, flush=True)


def tell_now_and_then(what: str) -> None:
    """The same, for what may happen at every save: one line a minute."""
    now = time.monotonic()
    if now - _last.get(what, -OFTEN_ENOUGH) >= OFTEN_ENOUGH:
        _last[what] = now
        tell(what)
