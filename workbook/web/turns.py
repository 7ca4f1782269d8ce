"""Files to take away are made in memory: two at a time, and one for each browser. What is asked for next waits its turn."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from workbook.logbook import note

AT_ONCE = 2
MOST_ASKED = 4  # by one browser at one moment, the one being made included
TOO_MANY = "Your files are being made. Wait a minute, then try again.\n"


@dataclass(slots=True)
class _Asked:
    """What one browser asks for at this moment."""

    count: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns:
    """Who is next. One for the whole process, and used by its one event loop."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)
        self._asked: dict[str, _Asked] = {}

    async def make(self, request: Request, session_id: str, making: Callable[[], Response]) -> Response:
        """What `making` gives, made in a thread once it is its turn; 429 with a plain sentence where too much waits.

        For a browser that stopped waiting nothing is made: whoever taps twice would have it made twice.
        """
        asked = self._asked.setdefault(session_id, _Asked())
        if asked.count >= MOST_ASKED:
            note("export_refused", why="too_many", session=session_id)
            return PlainTextResponse(TOO_MANY, status_code=429, headers={"retry-after": "60"})
        asked.count += 1
        try:
            async with asked.turn, self._room:
                if await request.is_disconnected():
                    return Response(status_code=400)
                return await run_in_threadpool(making)
        finally:
            asked.count -= 1
            if not asked.count:
                del self._asked[session_id]
