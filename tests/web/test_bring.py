"""The address to which a file comes back: our own page alone, signed in, and no more than may be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from tests.characters import Clock, person
from tests.web.asking import _scope, ask, in_a_loop
from tests.web.test_kept_words import signed_in
from workbook import arrivals, house
from workbook.arrivals import Arrivals
from workbook.gate import fresh_cookie
from workbook.house import House
from workbook.settings import Settings
from workbook.web import bring
from workbook.web.guard import Guard
from workbook.web.routes import ROUTES

FROM_OUR_PAGE = (
    ("origin", "http://127.0.0.1:8501"),
    ("sec-fetch-site", "same-origin"),
    ("content-type", "application/octet-stream"),
)


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(folder=tmp_path / "data"), clock)
    house.close_house()


@pytest.fixture
def app(home: House) -> ASGIApp:
    return Guard(Starlette(routes=ROUTES), Settings(folder=Path("unused")))


def send(
    app: ASGIApp, cookie: str, body: bytes, what: str = "bundle", headers: tuple[tuple[str, str], ...] = FROM_OUR_PAGE
) -> int:
    """The status that comes back."""
    pieces = [body[at : at + 1_000_000] for at in range(0, len(body), 1_000_000)] or [b""]
    asked: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number + 1 < len(pieces)}
        for number, piece in enumerate(pieces)
    ]
    told: list[Message] = []

    async def receive() -> Message:
        return asked.pop(0)

    async def answer(message: Message) -> None:
        told.append(message)

    held = (("cookie", f"n={cookie}"),) if cookie else ()
    scope = {**_scope("http", "/bring", (*held, *headers)), "method": "POST", "query_string": f"what={what}".encode()}

    async def ask_it() -> None:
        await app(scope, receive, answer)

    in_a_loop(ask_it())
    return int(told[0]["status"])


def waiting(home: House, cookie: str) -> arrivals.Arrival | None:
    session = home.gate.who(cookie)
    assert session is not None
    return home.arrivals.of(session.session_id, home.clock())


def test_a_file_waits_for_the_browser_that_sent_it_alone(app: ASGIApp, home: House) -> None:
    ada, kofi = (signed_in(home, person(home.store, name)) for name in ("Ada", "Kofi"))
    assert send(app, ada, b"PK words") == 204
    found = waiting(home, ada)
    assert found is not None and (found.what, found.body, found.refused) == ("bundle", b"PK words", "")
    assert waiting(home, kofi) is None
    assert send(app, ada, b"name", "names") == 204
    assert (found := waiting(home, ada)) is not None and found.body == b"name"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FROM_OUR_PAGE[1:], 403),
        ((("origin", "null"), *FROM_OUR_PAGE[1:]), 403),
        ((("origin", "http://127.0.0.1:8502"), *FROM_OUR_PAGE[1:]), 403),
        ((FROM_OUR_PAGE[0], ("sec-fetch-site", "cross-site"), FROM_OUR_PAGE[2]), 403),
        ((*FROM_OUR_PAGE[:2], ("content-type", "multipart/form-data")), 415),
        ((*FROM_OUR_PAGE[:2], ("content-type", "text/plain")), 415),
        (FROM_OUR_PAGE[:2], 415),
    ],
)
def test_no_other_page_can_send_one(
    app: ASGIApp, home: House, headers: tuple[tuple[str, str], ...], status: int
) -> None:
    ada = signed_in(home, person(home.store, "Ada"))
    assert send(app, ada, b"PK", headers=headers) == status
    assert waiting(home, ada) is None


def test_nobody_sends_one_who_is_not_signed_in_and_none_of_another_kind(app: ASGIApp, home: House) -> None:
    assert send(app, fresh_cookie(), b"PK") == 401
    assert send(app, "", b"PK") == 401
    ada = signed_in(home, person(home.store, "Ada"))
    assert send(app, ada, b"PK", "exe") == 415
    assert ask(app, "/bring", method="GET").status == 405
    home.gate.end(ada)
    assert send(app, ada, b"PK") == 401


def test_one_that_is_too_big_is_not_kept_and_the_page_can_say_so(app: ASGIApp, home: House) -> None:
    ada = signed_in(home, person(home.store, "Ada"))
    assert send(app, ada, bytes(bring.LARGEST["names"] + 1), "names") == 413
    found = waiting(home, ada)
    assert found is not None and (found.body, found.refused) == (b"", "names_large")


def test_files_wait_twenty_minutes_and_never_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 3, 2, 9)
    kept = Arrivals()
    kept.put("a", "bundle", b"x" * 10, now)
    assert kept.of("a", now + arrivals.KEPT) is not None
    assert kept.of("a", now + arrivals.KEPT + timedelta(seconds=1)) is None
    monkeypatch.setattr(arrivals, "MOST_BYTES", 25)
    for session in "bcd":
        kept.put(session, "bundle", b"x" * 10, now)
    assert [session for session in "abcd" if kept.of(session, now)] == ["c", "d"]
    kept.drop("d")
    assert kept.of("d", now) is None
