"""A person's browser profile, and all that its pages said and asked for."""

import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

OWN_HOSTS = ("127.0.0.1", "localhost", "[::1]")
LONGEST_REST_MS = 60_000
A_BEAT_MS = 300
# What was just done has reached the page's own script by now, and with it all that this script sends at once.
A_TURN = "() => new Promise(done => setTimeout(() => setTimeout(done), 30))"
# Streamlit asks for these two below every deep link and finds nothing; answering them breaks its socket.
STOCK_404 = ("/_stcore/health", "/_stcore/host-config")


@dataclass
class Talk:
    """What a page has asked the server for over its socket, and how far the answers have come."""

    asked: int = 0
    begun: int = 0  # how much had been asked when the newest run began
    unsure: bool = False  # whether that run may have begun before the last of it came: one more would follow
    waiting: bool = False


@dataclass
class Visitor:
    """One fresh profile with one page open; what it leaves this machine for must be in `may_visit`."""

    context: BrowserContext
    page: Page = field(init=False)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    may_visit: set[str] = field(default_factory=set)
    asked: int = 0  # how often the page has asked the server for a run
    talks: dict[Page, Talk] = field(default_factory=dict)  # of each page's newest socket

    def __post_init__(self) -> None:
        self.context.on("console", self._note_console)
        self.context.on("weberror", self._note_error)
        self.context.on("request", self._note_request)
        self.context.on("page", self._watch)
        self.page = self.context.new_page()

    @property
    def foreign(self) -> list[str]:
        """Every address asked for that is neither this machine nor a host in `may_visit`."""
        return [url for url in self.requests + self.sockets if _leaves(url, self.may_visit)]

    @property
    def troubles(self) -> list[str]:
        """Console and page errors so far; a test that stops the server finds its refused connections here."""
        if not self.page.is_closed():
            self.page.evaluate("0")  # Playwright hands over what happened only while it is asked something
        return self.console_errors + self.page_errors

    def come_to_rest(self) -> None:
        """Wait until what was just done has reached the server, and its answer is drawn and nothing older any more."""
        until = time.monotonic() + LONGEST_REST_MS / 1000
        self.page.evaluate(A_TURN)
        while True:
            while any(talk.waiting for talk in self._open_talks()):
                assert time.monotonic() < until, "The server has not answered."
                self.page.wait_for_timeout(50)
            self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
            expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0)  # a part whose script is on its way
            if not any(talk.unsure for talk in self._open_talks()):
                break
            for talk in self._open_talks():
                talk.unsure = False
            self.page.wait_for_timeout(A_BEAT_MS)
        self.page.evaluate(A_TURN)

    def _open_talks(self) -> list[Talk]:
        return [talk for page, talk in self.talks.items() if not page.is_closed()]

    def _watch(self, page: Page) -> None:
        page.on("websocket", lambda socket: self._note_socket(page, socket))

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        place = message.location["url"]
        if "404" in message.text and _is_stock_404(place):
            return
        self.console_errors.append(f"{message.text} ({place})")

    def _note_error(self, error: WebError) -> None:
        self.page_errors.append(str(error.error))

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_socket(self, page: Page, socket: WebSocket) -> None:
        self.sockets.append(socket.url)
        talk = self.talks[page] = Talk()
        socket.on("framesent", lambda frame: self._note_asked(talk, frame))
        socket.on("framereceived", lambda frame: self._note_told(talk, frame))

    def _note_asked(self, talk: Talk, frame: bytes | str) -> None:
        if isinstance(frame, bytes) and BackMsg.FromString(frame).WhichOneof("type") == "rerun_script":
            talk.waiting = True
            talk.asked += 1
            self.asked += 1

    def _note_told(self, talk: Talk, frame: bytes | str) -> None:
        if not isinstance(frame, bytes):
            return
        told = ForwardMsg.FromString(frame)
        if told.WhichOneof("type") == "new_session":
            talk.unsure = talk.asked - talk.begun > 1
            talk.begun = talk.asked
        if told.WhichOneof("type") == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            talk.waiting = talk.asked > talk.begun  # what was asked during a run is answered by the next one


def _leaves(url: str, may_visit: set[str]) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "ws", "wss"):
        return False  # data:, blob: and about: never leave the browser
    host = parts.netloc.rpartition("@")[2]
    return not any(host == own or host.startswith(f"{own}:") for own in (*OWN_HOSTS, *may_visit))


def _is_stock_404(url: str) -> bool:
    path = urlsplit(url).path
    return path.endswith(STOCK_404) and path not in STOCK_404
