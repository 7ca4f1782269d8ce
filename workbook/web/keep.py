"""What a page sends by itself as it is left or covered: words that may not be saved yet, and what is to follow."""

import asyncio
import json
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from workbook import house, typed
from workbook.gate import fresh_cookie
from workbook.house import House
from workbook.logbook import note, note_trouble
from workbook.refused import Refused
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble
from workbook.typed import Field
from workbook.web.guard import cookie_name, cookie_of, set_cookie

LARGEST = 512 * 1024  # bytes: a few fields, each as full as it may be
MOST_FIELDS = 20
LONGEST_WAIT = 30.0  # seconds for all of it to come
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
    zone: str = "UTC"
    status: int = 200


async def keep(request: Request) -> Response:
    """Save the words, then cover the session or end it; says how many are stored, once they are.

    What is to follow stands in the address and is done whatever becomes of the words: too many, cut short, or no room
    for them. Where it is done the answer is 200, otherwise its status says how it went with the words.
    Only for our own page in a signed-in browser: its address must come along, and the body is JSON, which no page from
    elsewhere can send unasked.
    """
    home = house.open_house()
    cookie = cookie_of(request.headers.get("cookie", ""), cookie_name(home.settings))
    address = request.client.host if request.client else ""
    then = request.query_params.get("then", "")
    try:
        _refuse_from_elsewhere(request)
        if then not in THEN:
            raise _Unfit("form", 400)
    except _Unfit as unfit:
        note("keep_refused", why=str(unfit), address=address)
        return JSONResponse({"saved": 0}, status_code=unfit.status)
    sent = await _sent(request, then, address)
    saved, status = await run_in_threadpool(_do, home, cookie, sent, address)
    answer = JSONResponse({"saved": saved}, status_code=status)
    if sent.then == "leave":
        answer.headers.append("set-cookie", set_cookie(home.settings, fresh_cookie()))
    return answer


async def _sent(request: Request, then: str, address: str) -> _Sent:
    try:
        async with asyncio.timeout(LONGEST_WAIT):
            return _read(await _body(request), then)
    except _Unfit as unfit:
        why, status = str(unfit), unfit.status
    except ClientDisconnect:
        why, status = "cut_short", 400
    except TimeoutError:
        why, status = "slow", 408
    note("keep_refused", why=why, address=address)
    return _Sent([], then, status=status)


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


def _read(body: bytes, then: str) -> _Sent:
    """What was sent; a page that is older than this server says in the body what is to follow."""
    try:
        asked = json.loads(body)
        fields, then, zone = asked.get("words", []), then or asked.get("then", ""), asked.get("zone", "UTC")
        words = [(typed.read_field(one["kept"]), one["words"], one["save"]) for one in fields]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refused):
        raise _Unfit("form", 400) from None
    texts = [zone, *(text for _, *texts in words for text in texts)]
    if then not in THEN or len(words) > MOST_FIELDS or not all(isinstance(text, str) for text in texts):
        raise _Unfit("form", 400)
    return _Sent(words, then, zone)


def _do(home: House, cookie: str, sent: _Sent, address: str) -> tuple[int, int]:
    """How many fields are stored now, and the status that says how it went."""
    try:
        session = home.gate.who(cookie)
        if session is None:
            note("keep_refused", why="nobody", address=address)
            return 0, 401
        saved, status = _save(home, session, sent, address)
        if sent.then == "cover":
            home.gate.cover(session)
        if sent.then == "leave":
            home.arrivals.forget(session.session_id)
            home.gate.end(cookie)
    except StoreTrouble as trouble:
        note_trouble("keep", trouble)
        return 0, 503
    return saved, 200 if sent.then else status


def _save(home: House, session: Session, sent: _Sent, address: str) -> tuple[int, int]:
    """Each field by itself: one that is refused, or goes wrong, holds up no other, and nothing that is to follow."""
    book = home.workbook_of(session.person_id, sent.zone)
    saved, status = 0, sent.status
    for field, words, save_id in sent.words:
        try:
            typed.keep(book, field, words, save_id)
            saved += 1
        except Refused as refused:
            note("keep_refused", why=refused.code, person=session.person_id, address=address)
            status = max(status, 409)
        except StoreTrouble:
            status = 503
        except Exception as trouble:
            note_trouble("keep", trouble)
            status = 500
    return saved, status
