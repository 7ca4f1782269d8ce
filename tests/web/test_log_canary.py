"""A secret in every field, and faults that quote it: the log of the running app holds neither, and the person reads a calm line."""

import http.client
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests import characters
from tests.app_server import AppServer
from tests.protocol import Page, open_page
from workbook.gate import Gate, fresh_cookie
from workbook.house import utc_now
from workbook.store.opening import open_store

SECRET = "canary-Ruth-on-the-stairs"
NEW = "seven boats before breakfast"
CALM = "Something went wrong on our side"
# Runs the app as ever, but while the file BREAK is there, every look at the sessions fails and quotes the secret.
FAILING = f"""
import sys
from pathlib import Path
from workbook.store import engine
read, broken = engine.Engine.read, Path(sys.argv[1])
def failing(self, sql, params=None):
    if broken.exists() and "FROM sessions" in sql:
        raise engine.StoreTrouble("failed", "{SECRET} " + str(params)) if "secret_hash" in sql else ValueError("{SECRET}")
    return read(self, sql, params)
engine.Engine.read = failing
from streamlit.web.cli import main
sys.argv = ["streamlit", *sys.argv[2:]]
main()
"""


class Failing(AppServer):
    """The app, whose database fails while `broken` is there."""

    @property
    def broken(self) -> Path:
        return self.log_file.with_name("BREAK")

    def _command(self) -> list[str]:
        _, _, _, *rest = super()._command()
        return [sys.executable, "-c", FAILING, str(self.broken), *rest]

    def ask(self, path: str, cookie: str) -> tuple[int, str]:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        line.request("GET", path, headers={"Cookie": f"n={cookie}"})
        answer = line.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Failing]:
    running = Failing(tmp_path / "data", tmp_path / "log.txt")
    yield running
    running.stop()


@pytest.mark.promise("log_canary")
def test_no_word_name_code_or_cookie_reaches_the_log_whatever_goes_wrong(app: Failing) -> None:
    store = open_store(app.data, now=utc_now())
    ada = characters.person(store, f"Ada {SECRET}"[:40], SECRET)
    gate, before = Gate(store, utc_now), fresh_cookie()
    taken = gate.take(gate.ticket(characters.came_in(gate, ada), before), before)
    assert taken is not None and taken.cookie is not None
    cookie, stranger = taken.cookie, fresh_cookie()
    store.close()
    app.start()

    page = open_page(app.port, "today", stranger)
    for words in (SECRET + " wrong", SECRET):
        page.type("Your name here", f"Ada {SECRET}"[:40])
        page.type("Passphrase", words)
        page.press("Sign in")
    assert page.sent_to.startswith("/in?t=")
    ticket = page.sent_to.partition("=")[2]
    page = open_page(app.port, "today", stranger)
    page.press("I forgot my passphrase")
    page.type("Your name here", f"Ada {SECRET}"[:40])
    page.type("Your recovery code", SECRET)
    page.type("A new passphrase", NEW)
    page.press("Set it and sign in")

    page = open_page(app.port, "coach", cookie)
    page.type("Set-up code", SECRET)
    page.press("Open my desk")
    open_page(app.port, "join", stranger, f"t={SECRET}")

    writing = open_page(app.port, "reflect", cookie, "at=drifted")
    label = next(name for name, (kind, _) in writing.widgets.items() if kind == "text_area")
    writing.type(label, SECRET)
    writing.run()
    statuses = [app.ask(path, cookie)[0] for path in ("/take/progress.csv", f"/in?t={SECRET}", f"/{SECRET}?q={SECRET}")]
    assert statuses == [200, 303, 200]

    app.broken.touch()
    writing.type(label, SECRET + " again")
    writing.run()
    assert CALM in " ".join(writing.texts) and SECRET not in " ".join(writing.texts)
    fresh = open_page(app.port, "today", cookie)
    assert CALM in " ".join(fresh.texts) and SECRET not in " ".join(fresh.texts)
    assert app.ask("/take/everything.zip", cookie) == (500, "Something went wrong on our side. Load the page again.\n")
    garbled = connect(
        f"ws://127.0.0.1:{app.port}/_stcore/stream",
        origin=Origin(f"http://127.0.0.1:{app.port}"),
        additional_headers={"Cookie": f"n={cookie}; x={SECRET}"},
        subprotocols=[Subprotocol("streamlit"), Subprotocol(SECRET), Subprotocol(SECRET)],
        proxy=None,
    )
    garbled.send(SECRET)
    garbled.send(SECRET.encode())
    garbled.close()
    app.broken.unlink()
    assert CALM not in " ".join(_run(fresh).texts)
    app.stop()

    hits = [s for s in (SECRET, NEW, cookie, stranger, before, ticket, SECRET[:12]) if s in app.log]
    lines = app.log.splitlines()
    print(f"{len(lines)} lines in the log, {len(hits)} secrets in it")
    assert hits == []
    assert "Traceback" not in app.log and not any(line.startswith(" ") for line in lines)
    faults = [line for line in lines if "StoreTrouble (failed) in failing" in line]
    assert [line.split("workbook: ")[1].split(":")[0] for line in faults] == ["page", "page", "request"], app.log
    noted = ("sign_in_refused", "recover_refused", "become_coach_refused", "invitation_refused why=unknown")
    for what in ("signed_in person=" + ada, *noted, "exported what=csv person=" + ada):
        assert what in app.log, app.log


def _run(page: Page) -> Page:
    page.run()
    return page
