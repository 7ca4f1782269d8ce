"""Nobody holds everybody else up: what one page and one address may ask, and how long a stranger's message may be."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed

from tests.app_server import AppServer
from tests.protocol import open_page
from tests.web.asking import in_a_loop, knock
from tests.web.test_guard import PUBLIC, SECURE_COOKIE, THEIRS
from workbook.gate import fresh_cookie
from workbook.web import flow
from workbook.web.flow import (
    A_SECOND,
    AT_ONCE,
    OPEN_FROM_ONE,
    OPEN_IN_ALL,
    OPEN_TO_VISITORS,
    TOO_MANY,
    VISITORS_LONGEST,
    Bucket,
    Flow,
)
from workbook.web.guard import Guard

CAFE, HOME = "203.0.113.7", "127.0.0.1"


class Moments:
    """Seconds that go by when a test says so."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_go_through_and_then_so_many_a_second() -> None:
    moments = Moments()
    bucket = Bucket(4, 2.0, moments)
    assert [bucket.wait() for _ in range(6)] == [0, 0, 0, 0, 0.5, 1.0]
    moments.now += 1.0
    assert bucket.wait() == 0.5
    moments.now += 60
    assert [bucket.wait() for _ in range(5)] == [0, 0, 0, 0, 0.5]


def test_what_a_page_asks_beyond_that_waits_and_comes_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def asleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", asleep)
    assert taken(HOME, [b"x"] * (AT_ONCE + 100)) == [b"x"] * (AT_ONCE + 100)
    assert len(waited) == pytest.approx(100, abs=A_SECOND)


def test_a_stranger_sends_nothing_long_and_someone_known_does() -> None:
    long = b"x" * (VISITORS_LONGEST + 1)
    assert taken(CAFE, [long[1:], long, b"y"], known=False) == [long[1:], None]
    assert taken(CAFE, [long, b"y"], known=True) == [long, b"y"]


def test_all_pages_of_one_address_share_what_it_may_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def asleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", asleep)
    ways = Flow()
    for page in range(20):
        ways.comes(f"2001:db8:1:2::{page}")
        taken(f"2001:db8:1:2::{page}", [b"x"] * AT_ONCE, ways=ways)
    assert len(waited) > 300, "twenty pages of one home, each with no more than one may ask at once"


def test_one_address_opens_so_many_pages_and_no_more_until_one_is_closed() -> None:
    ways = Flow()
    assert [ways.comes(CAFE) for _ in range(OPEN_FROM_ONE)] == [""] * OPEN_FROM_ONE
    assert ways.comes(CAFE) == TOO_MANY and ways.comes("198.51.100.9") == ""
    ways.goes(CAFE)
    assert ways.comes(CAFE) == ""


def test_all_together_open_no_more_than_the_server_can_hold() -> None:
    ways = Flow()
    came = [ways.comes(f"192.0.{n // 250}.{n % 250}") for n in range(OPEN_TO_VISITORS + 1)]
    assert came == [""] * OPEN_TO_VISITORS + [TOO_MANY] and ways.is_full_of_visitors
    left = OPEN_IN_ALL - OPEN_TO_VISITORS
    assert [ways.comes(HOME, known=True) for _ in range(left + 1)] == [""] * left + [TOO_MANY]


def test_a_page_too_many_is_told_so_and_a_closed_one_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow, "OPEN_FROM_ONE", 0)
    public = (("host", "notes.example.org"), ("origin", THEIRS), SECURE_COOKIE)
    refused, body = knock(
        Guard(_taking_up, PUBLIC), *public, client=(CAFE, 1), extensions={"websocket.http.response": {}}
    )
    assert (refused["status"], body["body"]) == (429, b"Too many pages are open. Close one.\n")
    monkeypatch.setattr(flow, "OPEN_FROM_ONE", 1)
    guard = Guard(_taking_up, PUBLIC)
    for _ in range(3):
        assert knock(guard, *public, client=(CAFE, 1))[0]["type"] == "websocket.accept"


def test_a_strangers_long_message_ends_their_page_and_nobody_elses(shared_server: AppServer) -> None:
    stranger, other = (open_page(shared_server.port, "today", fresh_cookie()) for _ in range(2))
    stranger.type("Your name here", "🙂" * VISITORS_LONGEST)
    stranger.ask()
    with pytest.raises(ConnectionClosed):
        while True:
            stranger.socket.recv(timeout=60)
    other.run()
    other.socket.close()


async def _taking_up(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})


def taken(address: str, asked: list[bytes], *, known: bool = True, ways: Flow | None = None) -> list[bytes | None]:
    """What comes through of what a page asks; None where it is closed."""
    coming = iter(asked)

    async def receive() -> Message:
        return {"type": "websocket.receive", "bytes": next(coming)}

    async def is_known() -> bool:
        return known

    async def all_of_it() -> list[bytes | None]:
        taking = (ways or Flow()).taking(address, receive, is_known)
        through: list[bytes | None] = []
        for _ in asked:
            message = await taking()
            through.append(message.get("bytes"))
            if message["type"] == "websocket.disconnect":
                break
        return through

    found: list[bytes | None] = in_a_loop(all_of_it())
    return found
