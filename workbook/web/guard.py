"""What stands in front of Streamlit: who may ask, which doors are closed, and the headers on every answer."""

import asyncio
import gzip
import hashlib
from collections.abc import Callable
from posixpath import normpath

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workbook.gate import fresh_cookie
from workbook.logbook import note, note_trouble
from workbook.settings import Settings
from workbook.web import front_page
from workbook.web.flow import TOO_MANY, Flow

CLOSED = (
    "/media/",
    "/_stcore/metrics",
    "/_stcore/agent",
    "/_stcore/upload_file",
    "/_stcore/script-health-check",
)
HANDS_OUT_COOKIE = "/_stcore/host-config"
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
BROWSER = b"x-browser"  # named in .streamlit/config.toml; what a client sends under it is thrown away
STARTS = ("http.response.start", "websocket.accept", "websocket.http.response.start")
WENT_WRONG = "Something went wrong on our side. Load the page again.\n"
SAME_SITE = "HttpOnly; SameSite=Strict; Path=/"


def cookie_name(settings: Settings) -> str:
    """`__Host-n` where HTTPS makes it possible, otherwise plain `n`: neutral, like everything a browser keeps."""
    return "__Host-n" if settings.https else "n"


def cookie_of(header: str, name: str) -> str:
    """Our cookie's value in a Cookie header, or "" where it is missing or not of our making.

    Read by hand: on loopback other programs' cookies come along, and one that `http.cookies` cannot read hides the rest.
    """
    pairs = (pair.partition("=") for pair in header.split(";"))
    value = {found.strip(): value.strip() for found, _, value in pairs}.get(name, "")
    return value if 40 <= len(value) <= 64 and value.replace("-", "").replace("_", "").isalnum() else ""


def set_cookie(settings: Settings, value: str, *, seconds: int | None = None) -> str:
    """A Set-Cookie header for our one cookie; without `seconds` it ends with the browser."""
    age = f"; Max-Age={seconds}" if seconds is not None else ""
    secure = "; Secure" if settings.https else ""
    return f"{cookie_name(settings)}={value}; {SAME_SITE}{age}{secure}"


class Guard:
    """Checks host and origin, closes unused doors, hands each new browser its cookie, and adds the headers."""

    def __init__(self, app: ASGIApp, settings: Settings, is_known: Callable[[str], bool] = lambda cookie: True) -> None:
        """`is_known` says whether somebody is signed in with a cookie."""
        self._app = app
        self._settings = settings
        self._is_known = is_known
        self._name = cookie_name(settings)
        self._packed = Packed()
        self._flow = Flow()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or refuse before Streamlit hears of it."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http":
            await self._page(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        own_cookie = cookie_of(headers.get("cookie", ""), self._name)
        why = "host" if not self._known_host(headers) else "origin" if not self._own_origin(headers) else ""
        why = why or ("" if own_cookie else "cookie")
        send = self._with_headers(send, scope["path"], "")
        inner = self._of_browser(scope, headers, own_cookie)
        address = _address(inner)

        async def is_known() -> bool:
            return await run_in_threadpool(self._is_known, own_cookie)

        known = not why and self._flow.is_full_of_visitors and await is_known()
        why = why or self._flow.comes(address, known=known)
        if why:
            note("socket_refused", why=why, address=_address(scope))
            await _refuse_socket(scope, send, why)
            return
        try:
            await self._app(inner, self._flow.taking(address, receive, is_known), send)
        except Exception as trouble:
            note_trouble("socket", trouble)
        finally:
            self._flow.goes(address)

    def _of_browser(self, scope: Scope, headers: Headers, own_cookie: str) -> Scope:
        """The handshake with its browser's mark: Streamlit gives a page's state back to the same mark only.

        Without it the id of an open page would be enough to take the page over. On this machine nobody comes from
        elsewhere, whatever a forwarding header says.
        """
        kept = [(name, value) for name, value in scope["headers"] if name.lower() != BROWSER]
        mark = hashlib.sha256(own_cookie.encode()).hexdigest()
        client = scope["client"] if self._is_public(headers) else ("127.0.0.1", 0)
        return {**scope, "headers": [*kept, (BROWSER, mark.encode())], "client": client}

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        new_cookie = self._cookie_to_hand_out(Headers(scope=scope), scope["path"])
        answer = self._with_headers(sending, scope["path"], new_cookie)
        try:
            await self._answer(scope, receive, answer)
        except Exception as trouble:
            note_trouble("request", trouble)
            if started:
                raise
            await PlainTextResponse(WENT_WRONG, status_code=500)(scope, receive, answer)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        path = scope["path"]
        if not self._known_host(headers):
            refusal = PlainTextResponse(
                "This address is not served here. The host sets WORKBOOK_URL.\n", status_code=421
            )
            await refusal(scope, receive, send)
        elif headers.get("origin") and not self._own_origin(headers):
            # Streamlit would ask a foreign host for this machine's address before it refused.
            await PlainTextResponse("Not from here\n", status_code=403)(scope, receive, send)
        elif path.startswith(CLOSED):
            await PlainTextResponse("Not found\n", status_code=404)(scope, receive, send)
        elif path.startswith("/static/") and path == normpath(path) and "gzip" in headers.get("accept-encoding", ""):
            await self._packed.serve(self._app, scope, send)
        else:
            await self._app(scope, receive, send)

    def _is_public(self, headers: Headers) -> bool:
        return bool(self._settings.public_url) and headers.get("host", "").lower() == self._settings.public_host

    def _known_host(self, headers: Headers) -> bool:
        bare = _bare(headers.get("host", "").lower())
        return len(headers.getlist("host")) == 1 and (self._is_public(headers) or bare in LOOPBACK_NAMES)

    def _own_origin(self, headers: Headers) -> bool:
        """The page that opens the socket must be ours: same host, and the scheme people use."""
        if len(headers.getlist("origin")) != 1:
            return False
        origin = headers["origin"].lower()
        if self._is_public(headers):
            return origin == self._settings.public_url.lower()
        return origin == f"http://{headers.get('host', '').lower()}"

    def _cookie_to_hand_out(self, headers: Headers, path: str) -> str:
        """A browser without our cookie gets one where its own script asks, never on a link from elsewhere.

        A Strict cookie is not sent along when a link is followed from another site; handing out a new one there
        would sign the person out.
        """
        if not path.endswith(HANDS_OUT_COOKIE) or cookie_of(headers.get("cookie", ""), self._name):
            return ""
        if headers.get("sec-fetch-site", "same-origin") != "same-origin" or headers.get("sec-fetch-mode") == "navigate":
            return ""
        return set_cookie(self._settings, fresh_cookie())

    def _with_headers(self, send: Send, path: str, new_cookie: str) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] in STARTS:
                message.setdefault("headers", [])
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers["content-security-policy"] = front_page.policy()
                if self._settings.https:
                    headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
                if not path.startswith("/static/"):
                    headers["cache-control"] = "no-store"
                if new_cookie:
                    headers.append("set-cookie", new_cookie)
                del headers["server"]
            await send(message)

        return sending


async def _refuse_socket(scope: Scope, send: Send, why: str) -> None:
    """Say no before the handshake, with our headers where the server can send them along."""
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    kind = [(b"content-type", b"text/plain; charset=utf-8")]
    status, words = (429, b"Too many pages are open. Close one.\n") if why == TOO_MANY else (403, b"Not from here\n")
    await send({"type": "websocket.http.response.start", "status": status, "headers": kind})
    await send({"type": "websocket.http.response.body", "body": words})


def _address(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else ""


_ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "x-frame-options": "DENY",
}


def _bare(host: str) -> str:
    """The host without its port."""
    return host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.rpartition(":")[0] or host


class FrontPage:
    """Puts our front page in the place of Streamlit's wherever it would send HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve; an HTML body is replaced, everything else passes."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        replaced = False

        async def sending(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                replaced = _is_stock_page(headers)
                if replaced:
                    for name in ("content-encoding", "etag", "last-modified", "content-length"):
                        del headers[name]
                    headers["content-length"] = str(len(front_page.page()))
            elif replaced and message["type"] == "http.response.body":
                if message.get("more_body"):
                    return
                body = b"" if scope["method"] == "HEAD" else front_page.page()
                message = {"type": "http.response.body", "body": body}
            await send(message)

        await self._app(scope, receive, sending)


def _is_stock_page(headers: MutableHeaders) -> bool:
    return _is_page(headers) and "x-own-page" not in headers


def _is_page(headers: MutableHeaders) -> bool:
    return headers.get("content-type", "").startswith("text/html")


class Packed:
    """Static files, compressed once and kept: their names carry a hash of what is in them.

    Only files are kept: Streamlit answers any other address with its page, and there is no end of those.
    """

    def __init__(self) -> None:
        self._kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}

    async def serve(self, app: ASGIApp, scope: Scope, send: Send) -> None:
        """Serve a static file, compressed where that helps."""
        path = scope["path"]
        if path not in self._kept:
            start, body = await _whole_answer(app, {**scope, "method": "GET"})
            headers = MutableHeaders(raw=list(start["headers"]))
            if start["status"] != 200 or _is_page(headers) or path.endswith((".woff2", ".png", ".gz")):
                await send(start)
                await send({"type": "http.response.body", "body": body})
                return
            body = gzip.compress(body, 6, mtime=0)
            headers["content-encoding"] = "gzip"
            headers["vary"] = "Accept-Encoding"
            headers["content-length"] = str(len(body))
            self._kept[path] = (headers.raw, body)
        raw, body = self._kept[path]
        await send({"type": "http.response.start", "status": 200, "headers": list(raw)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _whole_answer(app: ASGIApp, scope: Scope) -> tuple[Message, bytes]:
    """An answer with its body in one piece, asked for uncompressed.

    It is asked for to the end, whether the browser that wanted it is still there or not: what one that left had of
    it would be given to all who come after. Raises RuntimeError where it came short all the same.
    """
    plain = [
        (name, value)
        for name, value in scope["headers"]
        if name not in (b"accept-encoding", b"range", b"if-none-match", b"if-modified-since")
    ]
    asked: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]
    start: Message = {}
    pieces: list[bytes] = []
    ended = False

    async def staying() -> Message:
        if not asked:
            await asyncio.Event().wait()
        return asked.pop()

    async def sending(message: Message) -> None:
        nonlocal ended
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))
            ended = not message.get("more_body", False)

    await app({**scope, "headers": plain}, staying, sending)
    body = b"".join(pieces)
    said = MutableHeaders(raw=start["headers"]).get("content-length", str(len(body)))
    if not ended or int(said) != len(body):
        raise RuntimeError("A static file came short.")
    return start, body
