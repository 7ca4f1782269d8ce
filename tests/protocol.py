"""A browser without a screen: speaks Streamlit's own socket messages to a running app."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol


@dataclass
class Page:
    """One open page: its widgets by label, and what they hold."""

    socket: ClientConnection
    address: str
    widgets: dict[str, tuple[str, str]] = field(default_factory=dict)
    alike: dict[str, list[str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)  # buttons that cannot be pressed now, by label
    states: dict[str, WidgetState] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    page_hash: str = ""
    query: str = ""
    sent_to: str = ""

    def run(self) -> None:
        """Ask for a run and read until it is finished; `texts` are those of this run."""
        self.ask()
        self.texts.clear()
        for forward in self._until_finished():
            self._read(forward)

    def ask(self) -> None:
        """Ask for a run, and read nothing yet."""
        message = BackMsg()
        message.rerun_script.page_name = self.address if not self.page_hash else ""
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.query_string = self.query
        message.rerun_script.context_info.timezone = "Europe/London"
        message.rerun_script.context_info.url = f"http://127.0.0.1/{self.address}"
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        self.socket.send(message.SerializeToString())
        self.states = {key: state for key, state in self.states.items() if not state.trigger_value}

    def go_on(self, address: str) -> None:
        """Go on to another page, and read until that one is drawn, whatever was asked for before and is still coming."""
        before, self.page_hash, self.address, self.query = self.page_hash, "", address, ""
        self.states.clear()
        self.ask()
        self.texts.clear()
        while True:
            for forward in self._until_finished():
                self._read(forward)
            if self.page_hash not in ("", before):
                return

    def type(self, label: str, words: str) -> None:
        """Put words into the text field whose label begins so, as leaving the field would."""
        widget = self._called(label)
        self.states[widget] = WidgetState(id=widget, string_value=words)

    def choose(self, label: str, *choices: str) -> None:
        """Pick choices by their words in the group whose label begins so."""
        widget = self._called(label)
        self.states[widget] = WidgetState(id=widget, string_array_value=StringArray(data=choices))

    def press(self, label: str) -> None:
        """Press a button, and read what follows."""
        self.touch(label)
        self.run()

    def touch(self, label: str) -> None:
        """Press a button, which goes along with what is asked for next."""
        self.touch_one(self._called(label))

    def touch_one(self, widget: str) -> None:
        """Press one button, by its id: there may be others called alike."""
        self.states[widget] = WidgetState(id=widget, trigger_value=True)

    def _called(self, label: str) -> str:
        return next(found[1] for name, found in self.widgets.items() if name.startswith(label))

    def _until_finished(self) -> Iterator[ForwardMsg]:
        while True:
            forward = ForwardMsg()
            forward.ParseFromString(_bytes(self.socket.recv(timeout=60)))
            yield forward
            ended = forward.WhichOneof("type") == "script_finished"
            if ended and forward.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _read(self, forward: ForwardMsg) -> None:
        kind = forward.WhichOneof("type")
        if kind == "navigation":  # what a session begins with is the script, not yet the page
            self.page_hash = forward.navigation.page_script_hash
        if kind == "auth_redirect":
            self.sent_to = forward.auth_redirect.url
        if kind == "delta" and forward.delta.WhichOneof("type") == "new_element":
            element: Any = forward.delta.new_element
            name = element.WhichOneof("type")
            inner = getattr(element, name)
            if name in ("text_area", "text_input", "selectbox", "button_group", "button"):
                self.widgets[inner.label] = (name, inner.id)
                self.alike.setdefault(inner.label, []).append(inner.id)
                (self.disabled.add if inner.disabled else self.disabled.discard)(inner.label)
            if name == "page_link":
                self.texts.append(inner.label)
            for words in ("body", "markdown"):
                if hasattr(inner, words):
                    self.texts.append(str(getattr(inner, words)))


def open_page(port: int, address: str, cookie: str, query: str = "") -> Page:
    """Open one page of the app on this machine with our cookie; `query` as in the address bar, without its “?”."""
    socket = connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        origin=Origin(f"http://127.0.0.1:{port}"),
        additional_headers={"Cookie": f"n={cookie}"},
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        open_timeout=60,
        proxy=None,
    )
    page = Page(socket, address, query=query)
    page.run()
    return page


def _bytes(received: str | bytes) -> bytes:
    return received if isinstance(received, bytes) else received.encode()
