"""Whoever holds only part of what a browser holds: an open page's id, a dead cookie, a stranger's cookie."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from tests import characters
from tests.app_server import AppServer
from tests.conftest import StartServer
from tests.protocol import Page
from workbook.content import Content
from workbook.gate import Gate, fresh_cookie
from workbook.house import utc_now
from workbook.my_workbook import MyWorkbook
from workbook.store.opening import Store, open_store

DOOR = "Your name here"
WORDS = "Ruth sat with me on the stairs"


@dataclass
class Doors:
    """A running app, and the cookies of two browsers of Ada's, of Kofi's, and of a stranger's."""

    app: AppServer
    ada: str
    phone: str
    kofi: str
    stranger: str = field(default_factory=fresh_cookie)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory, words: Content) -> Iterator[Doors]:
    room = tmp_path_factory.mktemp("doors")
    store = open_store(room / "data", now=utc_now())
    ada, kofi = characters.person(store, "Ada"), characters.person(store, "Kofi")
    MyWorkbook(store, words, ada, utc_now, "UTC").answer("reflect.drifted", "together", WORDS)
    cookies = [_cookie(store, person) for person in (ada, ada, kofi)]
    store.close()
    app = AppServer(room / "data", room / "log.txt")
    app.start()
    yield Doors(app, *cookies)
    app.stop()


def _cookie(store: Store, person_id: str) -> str:
    gate, before = Gate(store, utc_now), fresh_cookie()
    taken = gate.take(gate.ticket(characters.came_in(gate, person_id), before), before)
    assert taken is not None and taken.cookie is not None
    return taken.cookie


@dataclass
class Tab:
    """One open page: its socket, the id Streamlit gave it, and the text it was sent."""

    socket: ClientConnection
    session_id: str = ""
    text: str = ""

    def run(self, page: str = "reflect", query: str = "at=drifted") -> "Tab":
        """Ask for a run and read until it has finished."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        message.rerun_script.context_info.timezone = "UTC"
        message.rerun_script.context_info.url = f"http://127.0.0.1/{page}"
        self.socket.send(message.SerializeToString())
        self.text = ""
        while True:
            received = self.socket.recv(timeout=30)
            assert isinstance(received, bytes)
            told = ForwardMsg.FromString(received)
            self.text += str(told)
            if told.WhichOneof("type") == "new_session":
                self.session_id = told.new_session.initialize.session_id
            ended = told.WhichOneof("type") == "script_finished"
            if ended and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return self


def tab(doors: Doors, cookie: str = "", session_id: str = "", origin: str = "", **more: str) -> Tab:
    """Open the socket of a page, perhaps with the id of another."""
    asked = [Subprotocol("streamlit"), Subprotocol("PLACEHOLDER"), *([Subprotocol(session_id)] if session_id else [])]
    headers = ({"Cookie": f"n={cookie}"} if cookie else {}) | {name.replace("_", "-"): v for name, v in more.items()}
    return Tab(
        connect(
            f"ws://127.0.0.1:{doors.app.port}/_stcore/stream",
            origin=Origin(origin or f"http://127.0.0.1:{doors.app.port}"),
            additional_headers=headers,
            subprotocols=asked,
            max_size=None,
            proxy=None,
        )
    )


def still_open(page: Tab) -> bool:
    """Whether a page goes on where it was: the same id, and no door. What has not changed is not sent again."""
    before = page.session_id
    return page.run().session_id == before and DOOR not in page.text


@pytest.mark.promise("session_id_takeover")
def test_the_id_of_an_open_page_opens_nothing_and_leaves_that_page_as_it_is(doors: Doors) -> None:
    ada = tab(doors, doors.ada).run()
    assert WORDS in ada.text and ada.session_id
    for cookie in (doors.stranger, doors.kofi):
        thief = tab(doors, cookie, ada.session_id).run()
        assert WORDS not in thief.text
        assert thief.session_id not in ("", ada.session_id)
        thief.socket.close()
    assert still_open(ada)
    for cookie, origin in (("", ""), (doors.ada, "https://elsewhere.invalid"), (doors.ada, "null")):
        with pytest.raises(InvalidStatus, match="403"):
            tab(doors, cookie, ada.session_id, origin)
    assert still_open(ada)
    ada.socket.close()
    again = tab(doors, doors.ada, ada.session_id).run()
    assert again.session_id == ada.session_id, "her own browser comes back to its own page"
    again.socket.close()


@pytest.mark.promise("session_id_takeover")
def test_a_browser_cannot_claim_another_ones_mark(doors: Doors) -> None:
    ada = tab(doors, doors.ada).run()
    for mark in ("", "x", doors.ada):
        thief = tab(doors, doors.stranger, ada.session_id, X_Browser=mark).run()
        assert WORDS not in thief.text and thief.session_id != ada.session_id
        thief.socket.close()
    ada.socket.close()


@pytest.mark.promise("logout_replay")
@pytest.mark.promise("password_change_kills_sessions")
def test_signing_out_everywhere_reaches_an_open_page_at_its_next_run(
    server: StartServer, tmp_path: Path, words: Content
) -> None:
    """The row is deleted by the app itself, as its button does; the other browser's page is open all the time."""
    store = open_store(tmp_path / "data", now=utc_now())
    ada = characters.person(store, "Ada")
    MyWorkbook(store, words, ada, utc_now, "UTC").answer("reflect.drifted", "together", WORDS)
    here, phone = _cookie(store, ada), _cookie(store, ada)
    store.close()
    doors = Doors(server(tmp_path / "data"), here, phone, "")
    open_on_phone = tab(doors, phone).run()
    assert WORDS in open_on_phone.text
    mine = Page(tab(doors, here).socket, "my-data")
    mine.run()
    mine.press("Sign out everywhere")
    assert mine.sent_to.startswith("/in?t=")
    open_on_phone.run()
    assert WORDS not in open_on_phone.text and DOOR in open_on_phone.text
    for cookie in (here, phone):
        replayed = tab(doors, cookie).run()
        assert WORDS not in replayed.text
        replayed.socket.close()
    mine.socket.close()
    open_on_phone.socket.close()
