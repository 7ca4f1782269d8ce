"""What a page sends by itself as it is left or covered: words that may not be saved yet, and what is to follow."""

import json
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from workbook import house, typed
from workbook.gate import fresh_cookie
from workbook.house import House
from workbook.logbook import note
from workbook.refused import Refused
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble
from workbook.typed import Field
from workbook.web.guard import cookie_name, cookie_of, set_cookie

LARGEST = 512 * 1024  # bytes: a few fields, each as full as it may be
MOST_FIELDS = 20
THEN = ("", "cover", "leave")


class _Unfit(Exception):
    """What was sent cannot come from a page of ours; `str()` is the word for the log."""

    def __init__(self, why: str, status: int) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a page asks for: fields with their words and the id of the save, and what is to follow."""

    words: list[tuple[Field, str, str]]
    then: str
    zone: str


async def keep(request: Request) -> Response:
    """Save the words, then cover the session or end it; says how many are stored, once they are.

    Only for our own page in a signed-in browser: its address must come along, and the body is JSON, which no page from
    elsewhere can send unasked.
    """
    home = house.open_house()
    cookie = cookie_of(request.headers.get("cookie", ""), cookie_name(home.settings))
    address = request.client.host if request.client else ""
    try:
        _refuse_from_elsewhere(request)
        sent = _read(await _body(request))
    except _Unfit as unfit:
        note("keep_refused", why=str(unfit), address=address)
        return JSONResponse({"saved": 0}, status_code=unfit.status)
    except ClientDisconnect:
        return JSONResponse({"saved": 0}, status_code=400)
    saved, status = await run_in_threadpool(_do, home, cookie, sent, address)
    answer = JSONResponse({"saved": saved}, status_code=status)
    if sent.then == "leave":
        answer.headers.append("set-cookie", set_cookie(home.settings, fresh_cookie()))
    return answer


def _refuse_from_elsewhere(request: Request) -> None:
    """The guard has refused every wrong Origin; here it must be there, and be this host's."""
    headers = request.headers
    if headers.get("origin", "").partition("://")[2].lower() != headers.get("host", "").lower():
        raise _Unfit("origin", 403)
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise _Unfit("from_elsewhere", 403)
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise _Unfit("kind", 415)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise _Unfit("too_long", 413)
    return bytes(body)


def _read(body: bytes) -> _Sent:
    try:
        asked = json.loads(body)
        fields, then, zone = asked.get("words", []), asked.get("then", ""), asked.get("zone", "UTC")
        words = [(typed.read_field(one["kept"]), one["words"], one["save"]) for one in fields]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refused):
        raise _Unfit("form", 400) from None
    texts = [zone, *(text for _, *texts in words for text in texts)]
    if then not in THEN or len(words) > MOST_FIELDS or not all(isinstance(text, str) for text in texts):
        raise _Unfit("form", 400)
    return _Sent(words, then, zone)


def _do(home: House, cookie: str, sent: _Sent, address: str) -> tuple[int, int]:
    """How many fields are stored now, and the status that says how it went."""
    session = home.gate.who(cookie)
    if session is None:
        note("keep_refused", why="nobody", address=address)
        return 0, 401
    saved, status = _save(home, session, sent, address)
    if sent.then == "cover":
        home.gate.cover(session)
    if sent.then == "leave":
        home.gate.end(cookie)
    return saved, status


def _save(home: House, session: Session, sent: _Sent, address: str) -> tuple[int, int]:
    """Each field by itself: one that is refused holds up no other."""
    book = home.workbook_of(session.person_id, sent.zone)
    saved, status = 0, 200
    for field, words, save_id in sent.words:
        try:
            typed.keep(book, field, words, save_id)
            saved += 1
        except Refused as refused:
            note("keep_refused", why=refused.code, person=session.person_id, address=address)
            status = max(status, 409)
        except StoreTrouble:
            status = 503
    return saved, status
