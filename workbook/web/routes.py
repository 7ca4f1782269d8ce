"""Our own addresses beside the pages: taking up a session, taking one's data away, and saying that all is well."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from workbook import export, gate, house
from workbook.calendar_file import calendar_file, plan_words
from workbook.house import House
from workbook.logbook import note
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble
from workbook.web import paper
from workbook.web.bring import bring
from workbook.web.front_page import PAGES
from workbook.web.guard import cookie_name, cookie_of, set_cookie
from workbook.web.keep import keep
from workbook.web.turns import Turns

turns = Turns()


async def healthz(_: Request) -> Response:
    """`{"status": "ok"}` once the app can serve; 503 while the database does not answer."""
    try:
        ready = await run_in_threadpool(house.open_house().store.ready)
    except StoreTrouble:
        ready = False
    return JSONResponse({"status": "ok" if ready else "unwell"}, status_code=200 if ready else 503)


async def take_up(request: Request) -> Response:
    """Use a one-time ticket up: sets the session cookie, or clears it, and goes on to a page."""
    home = house.open_house()
    cookie = _cookie(request, home)
    taken = await run_in_threadpool(_taken_up, home, request.query_params.get("t", ""), cookie) if cookie else None
    then = f"/{taken.then}" if taken and taken.then.partition("?")[0] in PAGES else "/"
    answer = RedirectResponse(then, status_code=303)
    if taken is None:
        return answer
    if taken.cookie is None:
        answer.headers.append("set-cookie", set_cookie(home.settings, gate.fresh_cookie()))
        answer.headers["clear-site-data"] = '"cache"'
    else:
        lasts = int(gate.ONLY_I_OPEN_THIS_DEVICE / timedelta(seconds=1)) if taken.kept else None
        answer.headers.append("set-cookie", set_cookie(home.settings, taken.cookie, seconds=lasts))
    return answer


def _taken_up(home: House, ticket: str, cookie: str) -> gate.Taken | None:
    before = home.gate.who(cookie)
    taken = home.gate.take(ticket, cookie)
    if taken and before:
        home.arrivals.forget(before.session_id)
    return taken


async def take_progress(request: Request) -> Response:
    """The person's progress as one CSV file."""
    return await _taken_away(request, "csv")


async def take_everything(request: Request) -> Response:
    """Everything the person wrote, as a ZIP of CSV files."""
    return await _taken_away(request, "zip")


async def take_group(request: Request) -> Response:
    """What one group's members share, for their coach, as one CSV file."""
    home = house.open_house()
    session, why = await _asking(request, home)
    if session and not why and not home.gate.is_coach(session.person_id):
        why = "no_coach"
    if session is None or why:
        return _refused(request, session, why, "/coach")
    desk = home.desk_of(session.person_id)

    def making() -> Response:
        try:
            body = desk.weeks(request.query_params.get("id", ""))
        except Refused as refused:
            return _refused(request, session, refused.code, "/coach")
        return _file(body, "text/csv; charset=utf-8", f"group-{desk.today.isoformat()}.csv")

    return await _made(request, home, session, making, "/coach")


async def take_sheet(request: Request) -> Response:
    """One's own pod to print: it leaves as the exports do, only just after the passphrase."""
    return await _printed(request, paper.my_sheet, "notes-{day}.pdf", proved=True)


async def take_empty_map(request: Request) -> Response:
    """A map to fill in by hand. It holds nothing of anyone, so a live session is enough."""
    return await _printed(request, paper.empty_sheet, "empty-map.pdf", proved=False)


async def take_prompts(request: Request) -> Response:
    """Every prompt with room to write, without an answer."""
    return await _printed(request, paper.booklet, "prompts.pdf", proved=False)


async def _printed(
    request: Request, press: Callable[[MyWorkbook, Mapping[str, str]], bytes], name: str, *, proved: bool
) -> Response:
    home = house.open_house()
    session, why = await _asking(request, home)
    if why == "not_proved" and not proved:
        why = ""
    if session is None or why:
        return _refused(request, session, why, "/my-data")
    book = home.workbook_of(session.person_id, request.query_params.get("zone", "UTC"))
    asked, name = request.query_params, name.format(day=book.today.isoformat())
    note("exported", what="sheet" if proved else "blank", person=session.person_id, session=session.session_id)
    return await _made(request, home, session, lambda: _file(press(book, asked), "application/pdf", name), "/my-data")


FURTHEST_AHEAD = timedelta(days=2 * 366)


async def take_time(request: Request) -> Response:
    """A time for one's own calendar: a neutral title, and a plan's words only with `words=1`.

    Without them a live session is enough: the file holds nothing but the day and hour that the address asked for. Its
    words are what a person wrote, so they leave as the exports do, only just after the passphrase. Whatever is asked
    that cannot be – no such day, a past or far one, no such zone, a plan that is not one's own – leads back to Today.
    """
    home = house.open_house()
    asked = request.query_params
    with_words = asked.get("words", "") == "1"
    session, why = await _asking(request, home)
    if why == "not_proved" and not with_words:
        why = ""
    if session is None or why:
        return _refused(request, session, why, "/today")
    book = home.workbook_of(session.person_id, asked.get("zone", ""))
    begins = _moment(asked.get("on", ""), asked.get("at", ""), book)
    every, plan_id = asked.get("every", ""), asked.get("plan", "")
    tries = await run_in_threadpool(book.tries) if plan_id else []
    plan = next((one for one in tries if one.try_id == plan_id), None)
    if begins is None or every not in ("", "week") or asked.get("zone") != book.zone or (plan_id and not plan):
        return _refused(request, session, "not_offered", "/today")
    thing = f"plan {plan_id}" if plan else f"time {session.person_id} {every or begins}"
    words = plan_words(book.content, plan) if plan and with_words else ""
    body = calendar_file(thing, begins, book.zone, now=home.clock(), weekly=every == "week", words=words)
    note("exported", what="time", person=session.person_id, session=session.session_id)
    return _file(body, "text/calendar; charset=utf-8", "time.ics")


def _moment(on: str, at: str, book: MyWorkbook) -> datetime | None:
    """The day and hour asked for, where they may be: today or later, and not years ahead."""
    if not (re.fullmatch(r"\d{4}-\d\d-\d\d", on, re.ASCII) and re.fullmatch(r"\d\d:\d\d", at, re.ASCII)):
        return None
    try:
        day, hour = date.fromisoformat(on), time.fromisoformat(at)
    except ValueError:
        return None
    return datetime.combine(day, hour) if book.today <= day <= book.today + FURTHEST_AHEAD else None


async def _taken_away(request: Request, what: str) -> Response:
    """A download for a signed-in browser that gave its passphrase in the last ten minutes; otherwise back to the page."""
    home = house.open_house()
    session, why = await _asking(request, home)
    if session is None or why:
        return _refused(request, session, why, "/my-data")
    note("exported", what=what, person=session.person_id, session=session.session_id)
    book = home.workbook_of(session.person_id, request.query_params.get("zone", "UTC"))
    exported = export.progress if what == "csv" else export.everything
    kind = "text/csv; charset=utf-8" if what == "csv" else "application/zip"
    name = f"notes-{book.today.isoformat()}.{what}"
    return await _made(request, home, session, lambda: _file(exported(book), kind, name), "/my-data")


async def _made(
    request: Request, home: House, session: Session, making: Callable[[], Response], back_to: str
) -> Response:
    """A file for a session that is still there once it is made: signed out meanwhile, it is given to nobody."""
    answer = await turns.make(request, session.session_id, making)
    if await run_in_threadpool(home.gate.who, _cookie(request, home)):
        return answer
    return _refused(request, session, "nobody", back_to)


async def _asking(request: Request, home: House) -> tuple[Session | None, str]:
    """Who asks for a file, and why they get none, if so."""
    session = await run_in_threadpool(home.gate.who, _cookie(request, home))
    why = "" if session else "nobody"
    if session and not home.gate.proved(session):
        why = "not_proved"
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        why = "from_elsewhere"
    return session, why


def _refused(request: Request, session: Session | None, why: str, back_to: str) -> Response:
    note("export_refused", why=why, person=session.person_id if session else "", address=_address(request))
    return RedirectResponse(back_to, status_code=303)


def _file(body: bytes, kind: str, name: str) -> Response:
    return Response(body, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _cookie(request: Request, home: House) -> str:
    return cookie_of(request.headers.get("cookie", ""), cookie_name(home.settings))


ROUTES = [
    Route("/healthz", healthz),
    Route("/in", take_up),
    Route("/take/progress.csv", take_progress),
    Route("/take/everything.zip", take_everything),
    Route("/bring", bring, methods=["POST"]),
    Route("/take/group.csv", take_group),
    Route("/take/time.ics", take_time),
    Route("/take/sheet.pdf", take_sheet),
    Route("/take/empty-map.pdf", take_empty_map),
    Route("/take/prompts.pdf", take_prompts),
    Route("/keep", keep, methods=["POST"]),
]
