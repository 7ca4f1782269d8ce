"""The one address to which a page sends by itself: words, a cover, and leaving. Only our own page may, for its own person."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from tests.characters import Clock, person
from tests.web.asking import _scope, ask, in_a_loop
from workbook import house
from workbook.gate import fresh_cookie
from workbook.house import House
from workbook.settings import Settings
from workbook.store.answers import Saved
from workbook.web import keep
from workbook.web.guard import Guard
from workbook.web.routes import ROUTES

STORY = ("reflect.someone_stayed", "story")
HERE = "http://127.0.0.1:8501"
FROM_OUR_PAGE = (("origin", HERE), ("sec-fetch-site", "same-origin"), ("content-type", "application/json"))
SETTINGS = Settings(folder=Path("unused"))


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(folder=tmp_path / "data"), clock)
    house.close_house()


@pytest.fixture
def app(home: House) -> ASGIApp:
    """The routes behind the guard, as in the running app."""
    return Guard(Starlette(routes=ROUTES), SETTINGS)


@pytest.fixture
def ada(home: House) -> str:
    return person(home.store, "Ada")


def signed_in(home: House, person_id: str, *, kept: bool = False) -> str:
    before = fresh_cookie()
    taken = home.gate.take(home.gate.ticket(person_id, before, kept=kept), before)
    assert taken is not None and taken.cookie is not None
    return taken.cookie


def words(
    person_id: str, text: Any = "Ruth", field: tuple[str, ...] = ("answer", *STORY, "", "page")
) -> dict[str, Any]:
    """One field as a page sends it: the id goes with the words."""
    return {"kept": "|".join((person_id, *field)), "words": text, "save": f"save-{crc32(repr(text).encode())}"}


def send(
    app: ASGIApp,
    cookie: str,
    *fields: dict[str, Any],
    then: str = "",
    headers: tuple[tuple[str, str], ...] = FROM_OUR_PAGE,
    body: bytes | None = None,
) -> tuple[int, dict[str, str]]:
    """The status and the headers that come back."""
    sent = json.dumps({"words": fields, "then": then, "zone": "UTC"}).encode() if body is None else body
    pieces = [sent[at : at + 60_000] for at in range(0, len(sent), 60_000)] or [b""]
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
    scope = {**_scope("http", "/keep", (*held, *headers)), "method": "POST"}

    async def ask_it() -> None:
        await app(scope, receive, answer)

    in_a_loop(ask_it())
    return told[0]["status"], {name.decode(): value.decode() for name, value in told[0]["headers"]}


def stories(home: House, person_id: str) -> list[Saved]:
    return home.workbook_of(person_id, "UTC").versions(*STORY)


def test_words_are_stored_before_the_answer_and_once_however_often_they_come(
    app: ASGIApp, home: House, ada: str
) -> None:
    cookie = signed_in(home, ada)
    for _ in range(3):
        assert send(app, cookie, words(ada))[0] == 200
    home.workbook_of(ada, "UTC").answer(*STORY, "Ruth")  # over the socket as well
    assert [one.value for one in stories(home, ada)] == ["Ruth"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (FROM_OUR_PAGE[1:], 403),
        ((("origin", "null"), *FROM_OUR_PAGE[1:]), 403),
        ((("origin", "http://127.0.0.1:8502"), *FROM_OUR_PAGE[1:]), 403),
        ((("origin", "https://127.0.0.1:8501"), *FROM_OUR_PAGE[1:]), 403),
        ((("origin", HERE), ("origin", HERE), *FROM_OUR_PAGE[1:]), 403),
        ((FROM_OUR_PAGE[0], ("sec-fetch-site", "cross-site"), FROM_OUR_PAGE[2]), 403),
        ((FROM_OUR_PAGE[0], ("sec-fetch-site", "same-site"), FROM_OUR_PAGE[2]), 403),
        ((*FROM_OUR_PAGE[:2], ("content-type", "text/plain")), 415),
        (FROM_OUR_PAGE[:2], 415),
    ],
)
def test_no_other_page_can_write_cover_or_sign_out_with_someones_cookie(
    app: ASGIApp, home: House, ada: str, headers: tuple[tuple[str, str], ...], status: int
) -> None:
    cookie = signed_in(home, ada)
    for then in keep.THEN:
        assert send(app, cookie, words(ada), then=then, headers=headers)[0] == status
    found = home.gate.who(cookie)
    assert stories(home, ada) == [] and found is not None and not found.covered


def test_only_a_signed_in_browser_may_and_only_for_its_own_person(app: ASGIApp, home: House, ada: str) -> None:
    kofi = person(home.store, "Kofi")
    out = signed_in(home, ada)
    home.gate.end(out)
    for cookie in ("", fresh_cookie(), out):
        assert send(app, cookie, words(ada))[0] == 401
    assert send(app, signed_in(home, kofi), words(ada))[0] == 409
    june = home.workbook_of(ada, "UTC").add_member("June")
    assert send(app, signed_in(home, kofi), words(kofi, "mine now", ("fact", june, "notes", "", "")))[0] == 409
    assert stories(home, ada) == stories(home, kofi) == []
    assert [m.notes for m in home.workbook_of(ada, "UTC").members()] == [""]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"words": 1}', 400),
        (b'{"words": [1]}', 400),
        (b'{"words": [{"kept": 1, "words": "x", "save": "12345678"}]}', 400),
        (b'{"words": [{"kept": "a|b"}]}', 400),
        (b'{"then": "delete"}', 400),
        (b'{"then": ["leave"]}', 400),
        (b'{"zone": 5}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"words": [' + b"1," * 300_000 + b"1]}", 413),
    ],
)
def test_what_no_page_of_ours_sends_is_refused_without_a_word_in_the_log(
    app: ASGIApp, home: House, ada: str, body: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = signed_in(home, ada)
    assert send(app, cookie, body=body)[0] == status
    assert home.gate.who(cookie) is not None
    assert "Traceback" not in caplog.text


def test_one_field_that_cannot_be_stored_holds_up_no_other(app: ASGIApp, home: House, ada: str) -> None:
    cookie = signed_in(home, ada)
    odd = [words(ada, "x" * 20_001), words(ada, "half \ud800"), words(ada, "nul \x00")]
    assert send(app, cookie, *odd, words(ada, "Ruth"))[0] == 409
    assert [one.value for one in stories(home, ada)] == ["Ruth"]


def test_a_covered_session_shows_nothing_takes_nothing_away_and_still_saves(
    app: ASGIApp, home: House, ada: str
) -> None:
    cookie = signed_in(home, ada)
    assert send(app, cookie, words(ada, "Ru"), then="cover")[0] == 200
    found = home.gate.who(cookie)
    assert found is not None and found.covered and not home.gate.proved(found)
    assert send(app, cookie, words(ada, "Ruth"))[0] == 200
    assert stories(home, ada)[0].value == "Ruth"


def test_leaving_saves_first_then_ends_the_session_and_drops_its_cookie(app: ASGIApp, home: House, ada: str) -> None:
    cookie = signed_in(home, ada, kept=True)
    status, headers = send(app, cookie, words(ada), then="leave")
    assert (status, home.gate.who(cookie)) == (200, None)
    assert headers["set-cookie"].startswith("n=") and cookie not in headers["set-cookie"]
    assert [one.value for one in stories(home, ada)] == ["Ruth"]


def test_the_address_answers_to_nothing_but_a_post(app: ASGIApp) -> None:
    assert {ask(app, "/keep", method=method).status for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")} == {405}
