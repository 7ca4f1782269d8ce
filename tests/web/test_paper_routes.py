"""The addresses of the pages to print: one's own sheet only just after the passphrase, blank pages for whoever is signed in."""

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from tests.characters import Clock, came_in, person
from tests.web.asking import Answer, ask
from workbook import house
from workbook.house import House
from workbook.settings import Settings
from workbook.web.guard import cookie_of
from workbook.web.routes import ROUTES

DEVICE = "d" * 43
SHEET, BLANK = "/take/sheet.pdf", ("/take/empty-map.pdf", "/take/prompts.pdf")


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(folder=tmp_path / "data"), clock)
    house.close_house()


@pytest.fixture
def app(home: House) -> ASGIApp:
    return Starlette(routes=ROUTES)


@pytest.fixture
def ada(home: House) -> str:
    ada = person(home.store, "Ada")
    book = home.workbook_of(ada, "UTC")
    book.add_member("Juniper Ames", place="core")
    book.change_member(book.add_member("Zelda Quist", place="movable"), "pictured", False)
    book.change_member(book.members()[0].member_id, "good_for", ["listen"])
    return ada


def signed_in(app: ASGIApp, home: House, person_id: str) -> tuple[str, str]:
    """The cookie header of a browser that has just signed in."""
    taken = ask(app, f"/in?t={home.gate.ticket(came_in(home.gate, person_id), DEVICE)}", ("cookie", f"n={DEVICE}"))
    return "cookie", f"n={cookie_of(taken['set-cookie'], 'n')}"


def words_of(answer: Answer) -> str:
    assert (answer.status, answer["content-type"]) == (200, "application/pdf")
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.body)).pages)


def test_ones_own_sheet_is_a_pdf_with_a_neutral_name_and_nobody_who_was_left_out(
    app: ASGIApp, home: House, ada: str
) -> None:
    answer = ask(app, f"{SHEET}?zone=Pacific/Kiritimati", signed_in(app, home, ada))
    assert answer["content-disposition"] == 'attachment; filename="notes-2026-03-02.pdf"'
    said = words_of(answer)
    assert "Juniper Ames" in said and "Zelda" not in said and "2 March 2026" in said
    letters = words_of(ask(app, f"{SHEET}?initials=1", signed_in(app, home, ada)))
    assert "JA" in letters and "Juniper" not in letters and "Ames" not in letters


@pytest.mark.parametrize(("size", "wide"), [("a4", 595), ("letter", 612), ("", 595), ("A3", 595), ("../x", 595)])
@pytest.mark.parametrize("address", [SHEET, *BLANK])
def test_the_paper_is_a4_or_letter_as_asked(
    app: ASGIApp, home: House, ada: str, address: str, size: str, wide: int
) -> None:
    answer = ask(app, f"{address}?size={size}", signed_in(app, home, ada))
    assert {int(page.mediabox.width) for page in pypdf.PdfReader(io.BytesIO(answer.body)).pages} == {wide}


@pytest.mark.promise("idor_matrix")
def test_nobody_gets_a_sheet_without_a_session_just_proved_and_blank_pages_need_the_session_alone(
    app: ASGIApp, home: House, ada: str, clock: Clock
) -> None:
    own = signed_in(app, home, ada)
    for address in (SHEET, *BLANK):
        nobodys = [
            ask(app, address),
            ask(app, address, ("cookie", f"n={DEVICE}")),
            ask(app, address, own, ("sec-fetch-site", "cross-site")),
        ]
        assert [(a.status, a["location"], a.body) for a in nobodys] == [(303, "/my-data", b"")] * 3
    clock.go_on(minutes=10)
    assert (ask(app, SHEET, own).status, ask(app, SHEET, own)["location"]) == (303, "/my-data")
    assert [ask(app, address, own).status for address in BLANK] == [200, 200]


@pytest.mark.promise("idor_matrix")
def test_another_persons_sheet_holds_nobody_of_mine_and_blank_pages_hold_nobody_at_all(
    app: ASGIApp, home: House, ada: str, caplog: pytest.LogCaptureFixture
) -> None:
    kofi = signed_in(app, home, person(home.store, "Kofi"))
    own = signed_in(app, home, ada)
    pages = [ask(app, SHEET, kofi), *(ask(app, address, held) for held in (own, kofi) for address in BLANK)]
    assert not [answer for answer in pages if "Juniper" in words_of(answer) or "Zelda" in words_of(answer)]
    assert [answer["content-disposition"].split('"')[1] for answer in pages[1:3]] == ["empty-map.pdf", "prompts.pdf"]
    assert pages[1].body == pages[3].body and pages[2].body == pages[4].body
    assert "Juniper" not in caplog.text
