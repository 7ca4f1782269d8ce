"""How much one page, and one address, may ask: nobody holds everybody else up, and who is not signed in asks for little."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable

from starlette.types import Message, Receive

from workbook.throttle import neighbourhood

AT_ONCE, A_SECOND = 40, 20.0  # what a page may ask: a quick person's presses and pauses never come near it
AT_ONCE_TOGETHER, A_SECOND_TOGETHER = 400, 100.0  # all pages of one address: a group in a room with one connection
OPEN_FROM_ONE, OPEN_IN_ALL = 150, 900  # pages open at once
OPEN_TO_VISITORS = 600  # beyond that only who is signed in may open one more
VISITORS_LONGEST = 128_000  # bytes: a door's fields hold names and passphrases (`front_page.js` keeps them short)

TOO_MANY = "too_many"


class Bucket:
    """Lets `at_once` through, and from then on as many a second as it is told; the others wait their turn."""

    def __init__(self, at_once: int, a_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second = a_second
        self._room = at_once / a_second  # seconds
        self._clock = clock
        self._due = 0.0  # when all that was let through would have gone by, a turn after the other

    def wait(self) -> float:
        """Take a turn; how many seconds to wait for it."""
        now = self._clock()
        self._due = max(self._due, now) + 1 / self._a_second
        return max(0.0, self._due - now - self._room)


class Flow:
    """All open pages. Where everybody comes from this machine itself the address tells nothing, and is not counted."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._together: dict[str, Bucket] = {}

    @property
    def is_full_of_visitors(self) -> bool:
        """Whether one more page may be opened only by someone who is signed in."""
        return self._open.total() >= OPEN_TO_VISITORS

    def comes(self, address: str, *, known: bool = False) -> str:
        """One more page from an address (its /64, for IPv6): why it may not open, or ""; then `goes` belongs to it."""
        place, most = _place(address), OPEN_IN_ALL if known else OPEN_TO_VISITORS
        if self._open.total() >= most or (place and self._open[place] >= OPEN_FROM_ONE):
            return TOO_MANY
        self._open[place] += 1
        return ""

    def goes(self, address: str) -> None:
        """That page is closed."""
        place = _place(address)
        self._open[place] -= 1
        if not self._open[place]:
            del self._open[place]
            self._together.pop(place, None)

    def taking(self, address: str, receive: Receive, is_known: Callable[[], Awaitable[bool]]) -> Receive:
        """What one page asks, a bit at a time; of a visitor (`is_known` says no) nothing long, which closes the page."""
        place = _place(address)
        own = Bucket(AT_ONCE, A_SECOND)
        shared = self._together.setdefault(place, Bucket(AT_ONCE_TOGETHER, A_SECOND_TOGETHER)) if place else None

        async def taking() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            asked = message.get("bytes") or message.get("text") or b""
            if len(asked) > VISITORS_LONGEST and not await is_known():
                return {"type": "websocket.disconnect", "code": 1009}
            wait = max(own.wait(), shared.wait() if shared else 0.0)
            if wait:
                await asyncio.sleep(wait)
            return message

        return taking


def _place(address: str) -> str:
    """ "" for this machine itself."""
    return "" if address in ("", "127.0.0.1", "::1") else neighbourhood(address)
