"""The one address to which a page sends by itself: words, a cover, and leaving. Only our own page may, for its own person."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from tests.characters import Clock, came_in, person
from tests.test_gate import no_room
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
    taken = home.gate.take(home.gate.ticket(came_in(home.gate, person_id), before, kept=kept), before)
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
    breaks: str = "",
) -> tuple[int, dict[str, str]]:
    """The status and the headers that come back; the body may break off: it stalls, or the connection is lost."""
    sent = json.dumps({"words": fields, "zone": "UTC"}).encode() if body is None else body
    pieces = [sent[at : at + 60_000] for at in range(0, len(sent), 60_000)] or [b""]
    asked: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": bool(breaks) or number + 1 < len(pieces)}
        for number, piece in enumerate(pieces)
    ]
    if breaks == "lost":
        asked.append({"type": "http.disconnect"})
    told: list[Message] = []

    async def receive() -> Message:
        if not asked:
            await asyncio.sleep(3600)
        return asked.pop(0)

    async def answer(message: Message) -> None:
        told.append(message)

    held = (("cookie", f"n={cookie}"),) if cookie else ()
    scope = {**_scope("http", f"/keep?then={then}" if then else "/keep", (*held, *headers)), "method": "POST"}

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
        said, told = send(app, cookie, words(ada), then=then, headers=headers)
        assert (said, "set-cookie" in told) == (status, False)
        assert send(app, cookie, headers=headers, body=json.dumps({"then": then}).encode())[0] == status
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


TOO_LONG = json.dumps({"words": [{"kept": "a", "words": "y" * 600_000, "save": "12345678"}]}).encode()


@pytest.mark.promise("idle_and_quick_exit")
@pytest.mark.parametrize("then", ["leave", "cover"])
@pytest.mark.parametrize(
    ("body", "breaks"),
    [
        (TOO_LONG, ""),
        (b"{", ""),
        (b'{"words": [1]}', ""),
        (b'{"then": ["cover"]}', ""),
        (b"{", "lost"),
        (b"{", "stalls"),
    ],
    ids=["too long", "no json", "no fields", "odd", "lost", "stalls"],
)
def test_leaving_and_covering_are_done_whatever_becomes_of_the_words(
    app: ASGIApp, home: House, ada: str, monkeypatch: pytest.MonkeyPatch, then: str, body: bytes, breaks: str
) -> None:
    monkeypatch.setattr(keep, "LONGEST_WAIT", 0.2)
    cookie = signed_in(home, ada)
    status, headers = send(app, cookie, then=then, body=body, breaks=breaks)
    found = home.gate.who(cookie)
    assert status == 200
    if then == "leave":
        assert found is None and headers["set-cookie"].startswith("n=") and cookie not in headers["set-cookie"]
    else:
        assert found is not None and found.covered and "set-cookie" not in headers


def test_a_page_from_before_an_update_may_say_in_the_body_what_is_to_follow(
    app: ASGIApp, home: House, ada: str
) -> None:
    cookie = signed_in(home, ada)
    assert send(app, cookie, body=b'{"then": "cover"}')[0] == 200
    assert (found := home.gate.who(cookie)) is not None and found.covered
    status, headers = send(app, cookie, body=b'{"then": "leave"}')
    assert (status, home.gate.who(cookie), "set-cookie" in headers) == (200, None, True)


def test_what_cannot_follow_is_refused_and_nothing_is_done(app: ASGIApp, home: House, ada: str) -> None:
    cookie = signed_in(home, ada)
    assert send(app, cookie, words(ada), then="delete")[0] == 400
    assert home.gate.who(cookie) is not None and stories(home, ada) == []


def test_words_that_are_refused_hold_up_no_cover(app: ASGIApp, home: House, ada: str) -> None:
    cookie = signed_in(home, ada)
    assert send(app, cookie, words(ada, "x" * 20_001), words(ada, "Ruth"), then="cover")[0] == 200
    assert (found := home.gate.who(cookie)) is not None and found.covered
    assert [one.value for one in stories(home, ada)] == ["Ruth"]


@pytest.mark.promise("idle_and_quick_exit")
def test_on_a_full_disk_leaving_still_ends_the_session_and_a_cover_still_covers(
    app: ASGIApp, home: House, ada: str
) -> None:
    leaving, lying = signed_in(home, ada), signed_in(home, ada)
    with no_room(home.store):
        status, headers = send(app, leaving, words(ada), then="leave")
        assert send(app, lying, words(ada), then="cover")[0] == status == 200
    assert stories(home, ada) == []
    assert home.gate.who(leaving) is None and leaving not in headers["set-cookie"]
    assert (found := home.gate.who(lying)) is not None and found.covered and not home.gate.proved(found)


def test_whoever_leaves_with_no_session_any_more_gets_another_cookie_all_the_same(app: ASGIApp, home: House) -> None:
    cookie = fresh_cookie()
    status, headers = send(app, cookie, then="leave")
    assert status == 401 and cookie not in headers["set-cookie"]


def test_the_address_answers_to_nothing_but_a_post(app: ASGIApp) -> None:
    assert {ask(app, "/keep", method=method).status for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS")} == {405}
