"""What stands in front of Streamlit: host, origin and cookie, closed doors, headers, and its static files."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from streamlit import file_util
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from tests.web.asking import Answer, ask, ask_and_leave, in_a_loop, knock
from workbook.gate import fresh_cookie
from workbook.settings import Settings
from workbook.web import front_page
from workbook.web.guard import CLOSED, WENT_WRONG, FrontPage, Guard, cookie_name, cookie_of, set_cookie

HERE = Settings(folder=Path("unused"))
PUBLIC = Settings(folder=Path("unused"), public_url="https://notes.example.org")
PLAIN = Settings(folder=Path("unused"), public_url="http://notes.example.org:8080")
VALUE = "a" * 40 + "-_9"
COOKIE = ("cookie", f"n={VALUE}")
SECURE_COOKIE = ("cookie", f"__Host-n={VALUE}")
STATIC = Path(file_util.get_static_dir())
SCRIPT = next(path for path in sorted((STATIC / "static" / "js").glob("index.*.js")))
SCRIPT_ADDRESS = f"/static/js/{SCRIPT.name}"
FONT_ADDRESS = "/" + str(next((STATIC / "static").rglob("*.woff2")).relative_to(STATIC))
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}


def behind(settings: Settings = HERE) -> ASGIApp:
    """The guard before Streamlit's own static files and a few addresses like Streamlit's."""

    async def said(_: Request) -> Response:
        return JSONResponse({"open": True}, headers={"server": "Tornado", "cache-control": "public, max-age=60"})

    async def own(_: Request) -> Response:
        return HTMLResponse("<p>ours</p>", headers={"x-own-page": "1"})

    async def broken(_: Request) -> Response:
        return PlainTextResponse("went wrong", status_code=500)

    async def socket(ws: WebSocket) -> None:
        await ws.accept()
        await ws.close()

    routes = [
        Route("/_stcore/host-config", said),
        Route("/_stcore/health", said, methods=["GET", "POST"]),
        Route("/healthz", said),
        Route("/own", own),
        Route("/broken", broken),
        *(Route(path.rstrip("/") + "{rest:path}", said) for path in CLOSED),
        WebSocketRoute("/_stcore/stream", socket),
        Mount("/", create_streamlit_static_handler(str(STATIC), None)),
    ]
    return Guard(FrontPage(Starlette(routes=routes)), settings)


def taken_up(told: list[Message]) -> bool:
    """Whether a socket was accepted; if not, it was closed before anything was said."""
    if told[0]["type"] == "websocket.accept":
        return True
    assert told == [{"type": "websocket.close", "code": 1008}]
    return False


# Host


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8501", "localhost", "localhost:9999", "LocalHost:8501", "[::1]", "[::1]:8501"],
)
def test_this_machine_is_served_by_each_of_its_names(host: str) -> None:
    assert ask(behind(), "/healthz", ("host", host)).status == 200
    assert ask(behind(PUBLIC), "/healthz", ("host", host)).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8501",
        "127.0.0.1.evil.example",
        "localhost.evil.example:8501",
        "notes.example.org",
        "0.0.0.0:8501",
        "127.0.0.2",
        "[::2]:8501",
        "",
    ],
)
def test_another_host_is_refused_before_anything_is_read(host: str) -> None:
    for address in ("/", "/healthz", "/_stcore/health", SCRIPT_ADDRESS):
        answer = ask(behind(), address, ("host", host))
        assert (answer.status, answer["content-type"]) == (421, "text/plain; charset=utf-8")
        assert b"WORKBOOK_URL" in answer.body


@pytest.mark.parametrize(
    ("settings", "host", "status"),
    [
        (PUBLIC, "notes.example.org", 200),
        (PUBLIC, "NOTES.example.org", 200),
        (PUBLIC, "notes.example.org:443", 421),
        (PUBLIC, "notes.example.org:8080", 421),
        (PUBLIC, "example.org", 421),
        (PUBLIC, "a.notes.example.org", 421),
        (PLAIN, "notes.example.org:8080", 200),
        (PLAIN, "notes.example.org", 421),
    ],
)
def test_a_public_workbook_is_served_at_its_address_alone(settings: Settings, host: str, status: int) -> None:
    assert ask(behind(settings), "/healthz", ("host", host)).status == status


# The socket


@pytest.mark.parametrize(
    ("host", "origin", "with_cookie", "let_in"),
    [
        ("127.0.0.1:8501", "http://127.0.0.1:8501", True, True),
        ("localhost:8501", "http://localhost:8501", True, True),
        ("[::1]:8501", "http://[::1]:8501", True, True),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", False, False),
        ("127.0.0.1:8501", "http://127.0.0.1:9999", True, False),
        ("127.0.0.1:8501", "http://localhost:8501", True, False),
        ("127.0.0.1:8501", "https://127.0.0.1:8501", True, False),
        ("127.0.0.1:8501", "http://evil.example", True, False),
        ("127.0.0.1:8501", "null", True, False),
        ("127.0.0.1:8501", "", True, False),
        ("127.0.0.1:8501", "http://[", True, False),
        ("evil.example", "http://evil.example", True, False),
        ("evil.example", "http://127.0.0.1:8501", True, False),
    ],
)
def test_on_this_machine_only_our_own_page_with_its_cookie_opens_a_socket(
    host: str, origin: str, with_cookie: bool, let_in: bool
) -> None:
    headers = [("host", host), ("origin", origin)] + ([COOKIE] if with_cookie else [])
    assert taken_up(knock(behind(), *headers)) is let_in


@pytest.mark.parametrize(
    ("host", "origin", "cookie", "let_in"),
    [
        ("notes.example.org", "https://notes.example.org", SECURE_COOKIE, True),
        ("notes.example.org", "https://NOTES.example.org", SECURE_COOKIE, True),
        ("notes.example.org", "http://notes.example.org", SECURE_COOKIE, False),
        ("notes.example.org", "https://notes.example.org:8443", SECURE_COOKIE, False),
        ("notes.example.org", "https://notes.example.org.evil.example", SECURE_COOKIE, False),
        ("notes.example.org", "https://evil.example", SECURE_COOKIE, False),
        ("notes.example.org", "https://notes.example.org", COOKIE, False),
        ("evil.example", "https://notes.example.org", SECURE_COOKIE, False),
        ("127.0.0.1:8501", "http://127.0.0.1:8501", SECURE_COOKIE, True),
        ("127.0.0.1:8501", "https://notes.example.org", SECURE_COOKIE, False),
    ],
)
def test_at_a_public_address_the_socket_wants_its_exact_origin(
    host: str, origin: str, cookie: tuple[str, str], let_in: bool
) -> None:
    assert taken_up(knock(behind(PUBLIC), ("host", host), ("origin", origin), cookie)) is let_in


@pytest.mark.promise("origin_host_matrix")
def test_a_socket_without_an_origin_is_refused() -> None:
    assert not taken_up(knock(behind(), COOKIE))


THEIRS = "https://notes.example.org"


@pytest.mark.promise("origin_host_matrix")
def test_of_twelve_ways_to_open_the_socket_of_a_public_address_only_the_exact_one_is_taken_up() -> None:
    ways: list[tuple[str, str | None, tuple[str, str] | None, bool]] = [
        ("notes.example.org", THEIRS, SECURE_COOKIE, True),
        ("notes.example.org", THEIRS, None, False),
        ("notes.example.org", THEIRS, COOKIE, False),
        ("notes.example.org", "http://notes.example.org", SECURE_COOKIE, False),
        ("notes.example.org", "https://notes.example.org:8443", SECURE_COOKIE, False),
        ("notes.example.org", "https://evil.example", SECURE_COOKIE, False),
        ("notes.example.org", "https://notes.example.org.evil.example", SECURE_COOKIE, False),
        ("notes.example.org", "null", SECURE_COOKIE, False),
        ("notes.example.org", None, SECURE_COOKIE, False),
        ("evil.example", "https://evil.example", SECURE_COOKIE, False),
        ("evil.example", THEIRS, SECURE_COOKIE, False),
        ("127.0.0.1:8501", THEIRS, SECURE_COOKIE, False),
    ]
    outcomes = []
    for host, origin, cookie, _ in ways:
        headers = [("host", host), *([("origin", origin)] if origin else []), *([cookie] if cookie else [])]
        outcomes.append(taken_up(knock(behind(PUBLIC), *headers)))
    print(f"{len(ways)} ways to open the socket, {sum(outcomes)} taken up")
    assert outcomes == [way[-1] for way in ways]


@pytest.mark.promise("origin_host_matrix")
def test_a_header_sent_twice_is_not_believed() -> None:
    ours = ("origin", "http://127.0.0.1:8501")
    assert taken_up(knock(behind(), ours, COOKIE))
    assert not taken_up(knock(behind(), ours, ("origin", "https://evil.example"), COOKIE))
    assert not taken_up(knock(behind(), ("host", "127.0.0.1:8501"), ("host", "evil.example"), ours, COOKIE))


@pytest.mark.promise("session_id_takeover")
def test_streamlit_is_told_which_browser_it_is_and_no_client_can_say_so_itself() -> None:
    told: list[tuple[list[tuple[str, str]], object]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        told.append(([(n.decode(), v.decode()) for n, v in scope["headers"]], scope["client"]))
        await send({"type": "websocket.accept"})

    for name in ("x-browser", "X-Browser", "X-BROWSER"):
        knock(Guard(app, HERE), ("origin", "http://127.0.0.1:8501"), COOKIE, (name, "someone-else"))
    mark = hashlib.sha256(VALUE.encode()).hexdigest()
    for headers, _ in told:
        assert [value for name, value in headers if name.lower() == "x-browser"] == [mark]


def test_on_this_machine_nobody_comes_from_elsewhere_whatever_is_forwarded() -> None:
    seen: list[object] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["client"][0])
        await send({"type": "websocket.accept"})

    here = (("origin", "http://127.0.0.1:8501"), COOKIE)
    public = (("host", "notes.example.org"), ("origin", THEIRS), SECURE_COOKIE)
    knock(Guard(app, HERE), *here, client=("203.0.113.7", 1))
    knock(Guard(app, PUBLIC), *public, client=("203.0.113.7", 1))
    assert seen == ["127.0.0.1", "203.0.113.7"]


@pytest.mark.promise("headers_and_csp_everywhere")
def test_a_socket_taken_up_or_refused_carries_the_headers_too() -> None:
    [accepted, *_] = knock(behind(), ("origin", "http://127.0.0.1:8501"), COOKIE)
    refused, body = knock(behind(), COOKIE, extensions={"websocket.http.response": {}})
    assert (accepted["type"], refused["status"], body["body"]) == ("websocket.accept", 403, b"Not from here\n")
    for message in (accepted, refused):
        sent = {name.decode(): value.decode() for name, value in message["headers"]}
        assert {name: sent[name] for name in ALWAYS} == ALWAYS
        assert sent["content-security-policy"] == front_page.policy() and "server" not in sent


@pytest.mark.promise("headers_and_csp_everywhere")
@pytest.mark.promise("log_canary")
def test_a_fault_is_answered_with_the_headers_and_neither_answer_nor_log_quotes_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise ValueError("Ruth sat on the stairs")

    answer = ask(Guard(fail, HERE), "/today", COOKIE)
    assert (answer.status, answer.body.decode()) == (500, WENT_WRONG)
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    knock(Guard(fail, HERE), ("origin", "http://127.0.0.1:8501"), COOKIE)
    assert [record.getMessage().split(",")[0] for record in caplog.records] == [
        "request: ValueError in fail",
        "socket: ValueError in fail",
    ]
    assert "Ruth" not in caplog.text


# The cookie


@pytest.mark.promise("cookie_flags_and_storage")
def test_the_cookie_is_neutral_and_closed_to_scripts_and_to_other_sites() -> None:
    assert set_cookie(HERE, VALUE) == f"n={VALUE}; HttpOnly; SameSite=Strict; Path=/"
    assert set_cookie(PLAIN, VALUE, seconds=60) == f"n={VALUE}; HttpOnly; SameSite=Strict; Path=/; Max-Age=60"
    assert set_cookie(PUBLIC, VALUE) == f"__Host-n={VALUE}; HttpOnly; SameSite=Strict; Path=/; Secure"
    assert [cookie_name(s) for s in (HERE, PLAIN, PUBLIC)] == ["n", "n", "__Host-n"]


def test_a_browser_without_a_cookie_gets_one_where_its_own_page_asks() -> None:
    app = behind()
    given = [ask(app, address)["set-cookie"] for address in ("/_stcore/host-config", "/today/_stcore/host-config")]
    for cookie in given:
        assert re.fullmatch(r"n=[\w-]{43}; HttpOnly; SameSite=Strict; Path=/", cookie)
    assert given[0] != given[1]


@pytest.mark.parametrize("address", ["/", "/today", "/healthz", "/_stcore/health", SCRIPT_ADDRESS])
def test_a_link_from_elsewhere_never_hands_out_a_cookie(address: str) -> None:
    assert ask(behind(), address).all("set-cookie") == []


@pytest.mark.parametrize(
    "how", [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate")]
)
def test_a_link_to_where_cookies_are_handed_out_signs_nobody_out(how: tuple[str, str]) -> None:
    """A Strict cookie is not sent along on it, so a fresh one would take its place."""
    assert ask(behind(), "/_stcore/host-config", how).all("set-cookie") == []
    own = (("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors"))
    assert len(ask(behind(), "/_stcore/host-config", *own).all("set-cookie")) == 1


def test_a_browser_that_has_its_cookie_keeps_it() -> None:
    assert ask(behind(), "/_stcore/host-config", COOKIE).all("set-cookie") == []
    assert ask(behind(PUBLIC), "/_stcore/host-config", SECURE_COOKIE).all("set-cookie") == []
    assert len(ask(behind(PUBLIC), "/_stcore/host-config", COOKIE).all("set-cookie")) == 1


@pytest.mark.parametrize(
    ("header", "value"),
    [
        (f"n={VALUE}", VALUE),
        (f"a=1; n={VALUE}; b=2", VALUE),
        (f"a=1;n={VALUE}", VALUE),
        (f'prefs={{"dark": true}}; n={VALUE}', VALUE),  # another program on the same machine
        (f"größe=1; odd name=2; n={VALUE}", VALUE),
        (f"n=short; n={VALUE}", VALUE),
        ("", ""),
        ("n=", ""),
        ("n", ""),
        (f"nn={VALUE}", ""),
        (f"__Host-n={VALUE}", ""),
        ("n=" + "a" * 39, ""),
        ("n=" + "a" * 65, ""),
        (f"n={VALUE}<script>", ""),
        (f'n="{VALUE}"', ""),
    ],
)
def test_our_cookie_is_found_among_others_and_taken_only_if_it_is_of_our_making(header: str, value: str) -> None:
    assert cookie_of(header, "n") == value


def test_a_cookie_that_is_handed_out_is_taken_back() -> None:
    for _ in range(50):
        fresh = fresh_cookie()
        assert cookie_of(f"n={fresh}", "n") == fresh


# Closed doors and headers


@pytest.mark.promise("headers_and_csp_everywhere")
@pytest.mark.parametrize(
    "address",
    [
        "/media/0123456789abcdef.txt",
        "/_stcore/metrics",
        "/_stcore/agent/mcp",
        "/_stcore/agent/openapi.json",
        "/_stcore/upload_file/session/file",
        "/_stcore/script-health-check",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_doors_of_streamlit_that_nobody_needs_are_closed(address: str, method: str) -> None:
    answer = ask(behind(), address, COOKIE, method=method)
    assert (answer.status, answer.body) == (404, b"Not found\n")


@pytest.mark.promise("headers_and_csp_everywhere")
@pytest.mark.parametrize(
    ("address", "host", "status"),
    [
        ("/", "127.0.0.1", 200),
        ("/today", "127.0.0.1", 200),
        ("/healthz", "127.0.0.1", 200),
        ("/own", "127.0.0.1", 200),
        ("/_stcore/host-config", "127.0.0.1", 200),
        ("/_stcore/metrics", "127.0.0.1", 404),
        ("/broken", "127.0.0.1", 500),
        ("/healthz", "evil.example", 421),
        (SCRIPT_ADDRESS, "127.0.0.1", 200),
    ],
)
@pytest.mark.parametrize("encoding", ["gzip, br", "identity"])
def test_every_answer_carries_the_headers_that_keep_it_to_itself(
    address: str, host: str, status: int, encoding: str
) -> None:
    answer = ask(behind(), address, ("host", host), ("accept-encoding", encoding))
    assert answer.status == status
    assert {name: answer[name] for name in ALWAYS} == ALWAYS
    assert answer["content-security-policy"] == front_page.policy()
    assert answer.all("server") == answer.all("strict-transport-security") == []
    assert (answer["cache-control"] == "no-store") is not address.startswith("/static/")


def test_over_https_browsers_are_told_to_stay_with_it_for_a_year() -> None:
    answer = ask(behind(PUBLIC), "/healthz")
    assert answer["strict-transport-security"] == "max-age=31536000; includeSubDomains"


def test_other_kinds_of_messages_pass_through_untouched() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.append(scope["type"])

    in_a_loop(Guard(app, HERE)({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert heard == ["lifespan"]


# Our front page


@pytest.mark.parametrize("address", ["/", "/today", "/static/nothing", "/no/such/page"])
def test_wherever_streamlit_would_send_its_page_ours_comes(address: str) -> None:
    answer = ask(behind(), address, ("accept-encoding", "gzip"))
    assert answer.body == front_page.page()
    assert (answer.status, answer["content-length"]) == (200, str(len(front_page.page())))
    assert answer.all("etag") == answer.all("last-modified") == answer.all("content-encoding") == []


def test_a_head_request_gets_the_headers_of_our_page_without_it() -> None:
    answer = ask(behind(), "/", method="HEAD")
    assert (answer.body, answer["content-length"]) == (b"", str(len(front_page.page())))


def test_a_page_of_our_own_is_left_as_it_is() -> None:
    assert ask(behind(), "/own").body == b"<p>ours</p>"


# Static files


def packed(address: str, *headers: tuple[str, str], app: ASGIApp | None = None, method: str = "GET") -> Answer:
    return ask(app or behind(), address, ("accept-encoding", "gzip, deflate, br"), *headers, method=method)


def test_a_script_comes_compressed_and_unpacks_to_itself() -> None:
    answer = packed(SCRIPT_ADDRESS)
    assert gzip.decompress(answer.body) == SCRIPT.read_bytes()
    assert len(answer.body) < SCRIPT.stat().st_size / 2
    assert (answer["content-encoding"], answer["vary"]) == ("gzip", "Accept-Encoding")
    assert answer["content-length"] == str(len(answer.body))
    assert answer["cache-control"] == "public, immutable, max-age=31536000"


def test_it_is_compressed_once_and_stays_the_same() -> None:
    asked: list[str] = []
    streamlit = create_streamlit_static_handler(str(STATIC), None)

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        asked.append(scope["path"])
        await streamlit(scope, receive, send)

    app = Guard(counting, HERE)
    first, again = packed(SCRIPT_ADDRESS, app=app), packed(SCRIPT_ADDRESS, app=app)
    assert first == again and asked == [SCRIPT_ADDRESS]
    head = packed(SCRIPT_ADDRESS, app=app, method="HEAD")
    assert (head.body, head["content-length"]) == (b"", first["content-length"])


@pytest.mark.parametrize("address", [SCRIPT_ADDRESS, FONT_ADDRESS])
def test_who_leaves_before_it_has_come_leaves_it_whole_for_the_next(address: str) -> None:
    app = behind()
    ask_and_leave(app, address, ("accept-encoding", "gzip"))
    assert packed(address, app=app) == packed(address)


@pytest.mark.parametrize("more_body", [True, False])
def test_a_file_that_came_short_is_not_given_as_if_it_were_whole(more_body: bool) -> None:
    short = [True]

    async def now_and_then(scope: Scope, receive: Receive, send: Send) -> None:
        body = b"let a" if short.pop() else b"let a = 1\n"
        headers = [(b"content-type", b"text/javascript"), (b"content-length", b"10")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": more_body and len(body) < 10})

    app = Guard(now_and_then, HERE)
    assert packed("/static/js/one.js", app=app).status == 500
    short.append(False)
    assert gzip.decompress(packed("/static/js/one.js", app=app).body) == b"let a = 1\n"


def test_asked_for_a_part_or_for_news_it_still_comes_whole() -> None:
    whole = packed(SCRIPT_ADDRESS)
    for header in (
        ("range", "bytes=0-9"),
        ("if-none-match", whole["etag"]),
        ("if-modified-since", whole["last-modified"]),
    ):
        assert packed(SCRIPT_ADDRESS, header) == whole


def test_a_browser_that_cannot_unpack_gets_it_plain() -> None:
    answer = ask(behind(), SCRIPT_ADDRESS, ("accept-encoding", "identity"))
    assert answer.body == SCRIPT.read_bytes() and answer.all("content-encoding") == []


def test_fonts_are_compressed_already_and_come_as_they_are() -> None:
    answer = packed(FONT_ADDRESS)
    assert answer.body == (STATIC / FONT_ADDRESS.lstrip("/")).read_bytes()
    assert answer.all("content-encoding") == []


def test_made_up_addresses_never_fill_the_memory() -> None:
    app = Guard(FrontPage(create_streamlit_static_handler(str(STATIC), None)), HERE)
    made_up = [f"/static/{n}" for n in range(20)]
    made_up += [f"/static/{'./' * n}js/{SCRIPT.name}" for n in range(1, 5)] + [f"/static//js/{SCRIPT.name}"]
    for address in made_up:
        assert packed(address, app=app).status == 200
    assert app._packed._kept == {}
    packed(SCRIPT_ADDRESS, app=app)
    assert list(app._packed._kept) == [SCRIPT_ADDRESS]
