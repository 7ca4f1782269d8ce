"""The address to which a file comes back: our own page alone, signed in, and no more than may be."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from tests.characters import Clock, came_in, person
from tests.web.asking import _scope, ask, in_a_loop
from tests.web.test_kept_words import send as keep
from tests.web.test_kept_words import signed_in
from workbook import arrivals, house
from workbook.arrivals import Arrivals, Left
from workbook.gate import fresh_cookie
from workbook.house import House
from workbook.refused import Refused
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
    app: ASGIApp,
    cookie: str,
    body: bytes,
    what: str = "bundle",
    headers: tuple[tuple[str, str], ...] = FROM_OUR_PAGE,
    *,
    stalls: bool = False,
) -> int:
    """The status that comes back; a body that stalls never ends."""
    pieces = [body[at : at + 1_000_000] for at in range(0, len(body), 1_000_000)] or [b""]
    asked: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": stalls or number + 1 < len(pieces)}
        for number, piece in enumerate(pieces)
    ]
    told: list[Message] = []

    async def receive() -> Message:
        if not asked:
            await asyncio.sleep(3600)
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


def test_files_that_waited_long_enough_leave_the_memory_whoever_comes() -> None:
    now = datetime(2026, 3, 2, 9)
    kept = Arrivals()
    kept.put("a", "bundle", b"words of Ada", now)
    kept.put("b", "bundle", b"words of Kofi", now + timedelta(minutes=5))
    assert kept.sweep(now + arrivals.KEPT) == 0
    assert kept.sweep(now + arrivals.KEPT + timedelta(seconds=1)) == 1
    assert [*kept._by_session] == ["b"]
    assert kept.sweep(now - timedelta(days=1)) == 1, "the clock was set back"
    assert kept._by_session == {}


def test_a_browser_sends_one_file_at_a_time_and_the_page_can_say_so(app: ASGIApp, home: House) -> None:
    ada = signed_in(home, person(home.store, "Ada"))
    session = home.gate.who(ada)
    assert session is not None
    with home.arrivals.coming(session.session_id, "bundle", 100):
        assert send(app, ada, b"PK", "names") == 429
        assert (found := waiting(home, ada)) is not None and (found.body, found.refused) == (b"", "names_busy")
        assert send(app, signed_in(home, person(home.store, "Kofi")), b"PK") == 204
    assert send(app, ada, b"PK") == 204


def test_so_much_is_on_its_way_at_once_and_no_more(app: ASGIApp, home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = signed_in(home, person(home.store, "Ada"))
    monkeypatch.setattr(arrivals, "MOST_COMING", 25)
    with home.arrivals.coming("another", "bundle", 100) as one:
        home.arrivals.add(one, b"x" * 20)
        assert send(app, ada, b"x" * 10) == 429
        assert (found := waiting(home, ada)) is not None and (found.body, found.refused) == (b"", "bundle_busy")
        assert send(app, ada, b"x" * 5) == 204
        with pytest.raises(Refused, match="bundle_busy"):
            home.arrivals.add(one, b"x" * 6)
    assert send(app, ada, b"x" * 25) == 204


def test_a_file_that_takes_too_long_is_let_go_and_the_next_one_may_come(
    app: ASGIApp, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bring, "LONGEST_WAIT", 0.2)
    ada = signed_in(home, person(home.store, "Ada"))
    assert send(app, ada, b"PK", stalls=True) == 408
    assert waiting(home, ada) is None
    assert send(app, ada, b"PK") == 204


@pytest.mark.parametrize("how", ["left", "another sign-in", "signed out"])
def test_a_file_is_gone_with_the_session_that_brought_it(app: ASGIApp, home: House, how: str) -> None:
    who = person(home.store, "Ada")
    ada = signed_in(home, who)
    session = home.gate.who(ada)
    assert session is not None and send(app, ada, b"PK words") == 204
    with home.arrivals.coming(session.session_id, "bundle", 100) as on_its_way:
        if how == "left":
            assert keep(app, ada, then="leave")[0] == 200
        else:
            ticket = home.gate.ticket(came_in(home.gate, who) if how == "another sign-in" else None, ada)
            assert ask(app, f"/in?t={ticket}", ("cookie", f"n={ada}")).status == 303
        assert home.gate.who(ada) is None
        with pytest.raises(Left):
            home.arrivals.here(on_its_way, home.clock())
        with pytest.raises(Left):
            home.arrivals.add(on_its_way, b"x")
    assert home.arrivals._by_session == {} == home.arrivals._coming


def test_a_ticket_that_does_not_count_lets_no_file_go(app: ASGIApp, home: House) -> None:
    ada = signed_in(home, person(home.store, "Ada"))
    assert send(app, ada, b"PK words") == 204
    assert ask(app, "/in?t=made-up", ("cookie", f"n={ada}")).status == 303
    assert waiting(home, ada) is not None
