"""Taking what is one's own away as files."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app_server import AppServer
from tests.browser.acts import PHONE, WORDS, field, let_in, open_page, serve, write
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import house
from workbook.settings import Settings
from workbook.store import accounts

STORY = '=SUM(A1) ist nicht «alles», 🙂 "sagte" sie;\nund blieb'
PROGRESS, EVERYTHING = "Progress, as one CSV", "Everything, as a ZIP of CSV files"


def test_both_files_come_down_and_open_and_the_passphrase_is_asked_again_after_ten_minutes(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(360, 740, base_url=app.url, timezone_id="Australia/Sydney", accept_downloads=True, **PHONE)
    let_in(ada, app, "ada")
    write(ada, "/reflect?at=someone_stayed", STORY)
    page = open_page(ada, "/my-data")

    progress = _rows(_taken(page, PROGRESS, "csv"))
    assert [row["exercise"] for row in progress if row["answered"] not in ("", "0")] == ["reflect.someone_stayed"]
    with zipfile.ZipFile(io.BytesIO(_taken(page, EVERYTHING, "zip"))) as everything:
        names = set(everything.namelist())
        answers = _rows(everything.read("answers.csv"))
    assert {"people.csv", "ring_moves.csv", "tries.csv", "answers.csv", "progress.csv", "pod_over_time.csv"} <= names
    assert [row["value"] for row in answers if row["exercise"] == "reflect.someone_stayed"] == ["'" + STORY]
    assert page.url.endswith("/my-data")

    _let_eleven_minutes_pass(app, ada, tmp_path / "data")
    page = open_page(ada, "/my-data")
    expect(page.get_by_text("type your passphrase first")).to_be_visible()
    expect(page.get_by_role("link", name=PROGRESS)).to_have_count(0)
    for address in ("/take/progress.csv", "/take/everything.zip"):
        refused = ada.context.request.get(address, max_redirects=0)
        assert (refused.status, refused.headers["location"]) == (303, "/my-data")
    field(ada, "Passphrase").fill("not these words at all")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("p.trouble")).to_contain_text("not your passphrase")
    ada.come_to_rest()
    field(ada, "Passphrase").fill(WORDS)
    page.get_by_role("button", name="Go on").click()
    _taken(page, PROGRESS, "csv")


def _taken(page: Page, link: str, kind: str) -> bytes:
    with page.expect_download() as coming:
        page.get_by_role("link", name=link).click()
    assert re.fullmatch(rf"notes-\d{{4}}-\d\d-\d\d\.{kind}", coming.value.suggested_filename)
    return coming.value.path().read_bytes()


def _rows(file: bytes) -> list[dict[str, str]]:
    assert file.startswith(b"\xef\xbb\xbf"), "spreadsheets know UTF-8 by these three bytes"
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def _let_eleven_minutes_pass(app: AppServer, who: Visitor, data: Path) -> None:
    """Stop the app, make the session's last proof eleven minutes older, start again."""
    app.stop()
    home = house.open_house(Settings(data))
    try:
        session = home.gate.who(next(c["value"] for c in who.context.cookies() if c["name"] == "n"))
        assert session is not None
        accounts.prove_session(home.store, session.session_id, session.proved_at - timedelta(minutes=11))
    finally:
        house.close_house()
    app.start()
