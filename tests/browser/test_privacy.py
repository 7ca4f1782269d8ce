"""Nobody else is asked anything: neither by the browser nor by the server, from its start to its end."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.app_server import AppServer
from tests.browser.acts import OPEN_PAGES, SIGNED_IN_PAGES, open_page, sign_out, sign_up, write
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor

LISTENING = Path(__file__).parent / "listening"
# 192.0.2.0/24 is kept for examples; a datagram socket that is only connected sends nothing.
SPEAK = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
TOLD = ("addict", "recover", "crisis", "support", "pod workbook")
# Streamlit's message library tries whether it may use WebAssembly, and does without where it may not.
NOTE_VIOLATIONS = """addEventListener("securitypolicyviolation", event => {
    if (event.blockedURI !== "wasm-eval") console.error("refused", event.violatedDirective, event.blockedURI)
})"""


class Overheard(AppServer):
    """The app with every call noted: by Python itself, and by the system where strace can watch it."""

    def __init__(self, room: Path) -> None:
        self.notes = room / "python.txt"
        self.trace = room / "strace.txt"
        hook = {"PYTHONPATH": str(LISTENING), "HEARD": str(self.notes), "PYTHONDONTWRITEBYTECODE": "1"}
        super().__init__(room / "data", room / "log.txt", hook)
        self.data.mkdir()

    def _command(self) -> list[str]:
        return [*_strace(self.trace), *super()._command()]

    @property
    def heard(self) -> list[str]:
        """Every call for anyone beyond this machine."""
        return _heard(self.notes, self.trace)


def _strace(trace: Path) -> list[str]:
    """The words before a command that let strace watch it; none where it is missing or may not watch."""
    found = shutil.which("strace")
    if not found or subprocess.run([found, "-o", os.devnull, sys.executable, "-c", ""]).returncode:
        return []
    return [found, "-f", "-qq", "-o", str(trace), "-e", "trace=connect,sendto,sendmsg,sendmmsg"]


def _heard(notes: Path, trace: Path) -> list[str]:
    traced = re.findall(r".*sin6?_port.*inet_(?:addr|pton)\(.*", trace.read_text()) if trace.exists() else []
    beyond = [line for line in traced if not re.search(r'"(127\.[\d.]+|::1|::ffff:127\.[\d.]+)"', line)]
    return beyond + (notes.read_text().splitlines() if notes.exists() else [])


@pytest.fixture
def overheard(tmp_path: Path) -> Iterator[Overheard]:
    app = Overheard(tmp_path)
    app.start()
    yield app
    app.stop()


@pytest.mark.promise("no_third_party")
def test_the_listeners_hear_a_call_beyond_this_machine(tmp_path: Path) -> None:
    notes, trace = tmp_path / "python.txt", tmp_path / "strace.txt"
    env = os.environ | {"PYTHONPATH": str(LISTENING), "HEARD": str(notes)}
    subprocess.run([*_strace(trace), sys.executable, "-c", SPEAK], env=env, check=True)
    heard = _heard(notes, trace)
    assert "socket.connect ('192.0.2.1', 9)" in heard
    assert len(heard) == (2 if trace.exists() else 1)


@pytest.mark.promise("no_third_party")
def test_from_start_to_end_nobody_else_hears_of_it(overheard: Overheard, new_visitor: NewVisitor) -> None:
    maple = new_visitor(base_url=overheard.url)
    maple.context.add_init_script(NOTE_VIOLATIONS)
    sign_up(maple, "maple")
    write(maple, "/reflect?at=drifted", "![dot](http://elsewhere.invalid/dot.png) http://elsewhere.invalid")
    maple.page.get_by_placeholder("Type a name").fill("![x](http://elsewhere.invalid/x.png)")
    maple.page.keyboard.press("Enter")
    expect(maple.page.locator("p.named")).to_have_count(1)
    for address in (*SIGNED_IN_PAGES, *OPEN_PAGES):
        page = open_page(maple, f"/{address}")
        expect(page.locator("[data-testid=stMain] h1")).to_be_visible()
        assert page.title() == "My notes"
        assert not any(word in page.url for word in TOLD)
    with maple.page.expect_download():
        open_page(maple, "/my-data").get_by_role("link", name="Everything").click()
    _strangers_at_the_socket(overheard, maple)
    sign_out(maple)
    assert maple.troubles == []
    assert maple.foreign == []
    _policy_holds(maple)
    overheard.stop()
    assert overheard.heard == []
    assert "error" not in overheard.log.lower()


def _strangers_at_the_socket(app: AppServer, maple: Visitor) -> None:
    """A page of someone else's may not open our socket, with or without our cookie; nor may one that says nothing."""
    cookie = "; ".join(f"{c['name']}={c['value']}" for c in maple.context.cookies())
    for origin in ("https://elsewhere.invalid", "null", f"http://localhost:{app.port}", None):
        for headers in ({"Cookie": cookie}, {}):
            with pytest.raises(InvalidStatus, match="403"):
                connect(
                    f"ws://127.0.0.1:{app.port}/_stcore/stream",
                    origin=Origin(origin) if origin else None,
                    additional_headers=headers,
                    subprotocols=[Subprotocol("streamlit")],
                    proxy=None,
                )


def _policy_holds(maple: Visitor) -> None:
    """Even a picture that got onto the page would not be asked for."""
    maple.may_visit.add("elsewhere.invalid")  # Chromium tells of what it wanted, then refuses it
    with maple.page.expect_console_message(lambda said: "refused img-src" in said.text):
        maple.page.evaluate("new Image().src = 'http://elsewhere.invalid/dot.png'")
