"""Where a file arrives that a person brings: their own bundle, or a list of names."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from workbook import bundle, house, names_list
from workbook.logbook import note
from workbook.web.guard import cookie_name, cookie_of

LARGEST = {"bundle": bundle.LARGEST, "names": names_list.LARGEST}


async def bring(request: Request) -> Response:
    """Keep the file in memory for the browser that sent it; 204 once it is there.

    Only for our own page in a signed-in browser, like `keep`: its address must come along, and the body is plain bytes,
    which no page from elsewhere can send unasked. A file that is too big is not kept, and the page says so.
    """
    home = house.open_house()
    headers = request.headers
    what = request.query_params.get("what", "")
    address = request.client.host if request.client else ""
    session = await run_in_threadpool(home.gate.who, cookie_of(headers.get("cookie", ""), cookie_name(home.settings)))
    why, status = "", 204
    if headers.get("origin", "").partition("://")[2].lower() != headers.get("host", "").lower():
        why, status = "origin", 403
    elif headers.get("sec-fetch-site", "same-origin") != "same-origin":
        why, status = "from_elsewhere", 403
    elif headers.get("content-type", "") != "application/octet-stream" or what not in LARGEST:
        why, status = "kind", 415
    elif session is None:
        why, status = "nobody", 401
    if why or session is None:
        note("bring_refused", why=why, address=address)
        return Response(status_code=status)
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST[what]:
                refused = "bundle_large" if what == "bundle" else "names_large"
                home.arrivals.put(session.session_id, what, b"", home.clock(), refused)
                note("bring_refused", why="too_long", person=session.person_id, address=address)
                return Response(status_code=413, headers={"connection": "close"})
    except ClientDisconnect:
        return Response(status_code=400)
    home.arrivals.put(session.session_id, what, bytes(body), home.clock())
    return Response(status_code=204)
