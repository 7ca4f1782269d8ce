"""Asking an ASGI app, with no server and no socket between."""

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Scope

Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What came back; header names are in small letters."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.headers if found == name]

    def __getitem__(self, name: str) -> str:
        values = self.all(name)
        assert len(values) == 1, f"{name} is there {len(values)} times"
        return values[0]


def ask(app: ASGIApp, address: str, *headers: tuple[str, str], method: str = "GET", body: bytes = b"") -> Answer:
    """One request to the app, from a browser on this machine unless a `host` header says otherwise."""
    asked: list[Message] = [{"type": "http.request", "body": body}]
    messages: list[Message] = in_a_loop(_told(app, {**_scope("http", address, headers), "method": method}, asked))
    start, *rest = messages
    raw: list[tuple[bytes, bytes]] = start["headers"]
    told = [(name.decode().lower(), value.decode("latin-1")) for name, value in raw]
    return Answer(start["status"], told, b"".join(m.get("body", b"") for m in rest))


def ask_and_leave(app: ASGIApp, address: str, *headers: tuple[str, str]) -> None:
    """One request by somebody who is gone before the answer comes."""
    asked: list[Message] = [{"type": "http.disconnect"}, {"type": "http.request", "body": b""}]
    in_a_loop(_told(app, {**_scope("http", address, headers), "method": "GET"}, asked))


def knock(app: ASGIApp, *headers: tuple[str, str], **more: Any) -> list[Message]:
    """Open the socket of a page; what the app says to it. `more` goes into the handshake."""
    handshake = {**_scope("websocket", "/_stcore/stream", headers), **more}
    told: list[Message] = in_a_loop(_told(app, handshake, [{"type": "websocket.connect"}]))
    return told


def in_a_loop(told: Coroutine[Any, Any, Any]) -> Any:
    """In a thread of its own: a browser test before may have left an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, told).result()


async def _told(app: ASGIApp, scope: Scope, asked: list[Message]) -> list[Message]:
    told: list[Message] = []

    async def receive() -> Message:
        if not asked:
            await asyncio.sleep(3600)
        return asked.pop()

    async def send(message: Message) -> None:
        told.append(message)

    await asyncio.wait_for(app(scope, receive, send), 20)
    return told


def _scope(kind: str, address: str, headers: Pairs) -> Scope:
    parts = urlsplit(address)
    given = {name for name, _ in headers}
    sent = [*headers] if "host" in given else [("host", "127.0.0.1:8501"), *headers]
    return {
        "type": kind,
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent],
        "http_version": "1.1",
        "scheme": "ws" if kind == "websocket" else "http",
        "root_path": "",
        "server": ("127.0.0.1", 8501),
        "client": ("127.0.0.1", 50000),
        "subprotocols": [],
        "extensions": {},
    }
