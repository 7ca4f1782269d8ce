"""Where a file arrives that a person brings: their own bundle, or a list of names."""

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from workbook import bundle, house, names_list
from workbook.arrivals import Left
from workbook.logbook import note
from workbook.refused import Refused
from workbook.web.guard import cookie_name, cookie_of

LARGEST = {"bundle": bundle.LARGEST, "names": names_list.LARGEST}
LONGEST_WAIT = 300.0  # seconds for all of it to come: 20 MB by half a megabit a second take about as long


async def bring(request: Request) -> Response:
    """Keep the file in memory for the browser that sent it; 204 once it is there.

    Only for our own page in a signed-in browser, like `keep`: its address must come along, and the body is plain bytes,
    which no page from elsewhere can send unasked. A file that is too big (413) or comes while too much else is on its
    way (429) is not kept, and the page says so; of one that takes too long (408) it says that it did not come through.
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
    try:
        with home.arrivals.coming(session.session_id, what, LARGEST[what]) as file:
            async with asyncio.timeout(LONGEST_WAIT):
                async for piece in request.stream():
                    home.arrivals.add(file, piece)
            home.arrivals.here(file, home.clock())
            return Response(status_code=204)
    except Refused as refused:
        home.arrivals.put(session.session_id, what, b"", home.clock(), refused.code)
        why, status = refused.code, 413 if refused.code == f"{what}_large" else 429
    except Left:
        why, status = "nobody", 401
    except TimeoutError:
        why, status = "slow", 408
    except ClientDisconnect:
        return Response(status_code=400)
    note("bring_refused", why=why, person=session.person_id, address=address)
    return Response(status_code=status, headers={"connection": "close"})
