"""Our own addresses: taking up a session, taking one's data away, and saying that all is well."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from icalendar import Calendar
from starlette.applications import Starlette
from starlette.types import ASGIApp

from tests.characters import Clock, came_in, person
from tests.web.asking import Answer, ask
from workbook import export, house
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.settings import Settings
from workbook.web.front_page import PAGES
from workbook.web.guard import cookie_of
from workbook.web.routes import ROUTES

DEVICE = "d" * 43


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
    return person(home.store, "Ada")


def take_up(app: ASGIApp, ticket: str, cookie: str = DEVICE) -> Answer:
    return ask(app, f"/in?t={ticket}", ("cookie", f"n={cookie}"))


def signed_in(app: ASGIApp, home: House, person_id: str) -> str:
    """The cookie of a browser that has just taken up its ticket."""
    return cookie_of(take_up(app, home.gate.ticket(came_in(home.gate, person_id), DEVICE))["set-cookie"], "n")


def test_the_house_is_opened_once_for_everybody(home: House) -> None:
    assert house.open_house() is home
    house.close_house()
    house.close_house()


def test_health_is_said_in_words_and_turns_when_the_database_is_gone(app: ASGIApp, home: House) -> None:
    well = ask(app, "/healthz")
    assert (well.status, well.body) == (200, b'{"status":"ok"}')
    home.store.engine._connection.close()
    ill = ask(app, "/healthz")
    assert (ill.status, ill.body) == (503, b'{"status":"unwell"}')
    house._open = None


def test_a_ticket_becomes_a_session_cookie_that_ends_with_the_browser(app: ASGIApp, home: House, ada: str) -> None:
    answer = take_up(app, home.gate.ticket(came_in(home.gate, ada), DEVICE, then="reflect"))
    assert (answer.status, answer["location"]) == (303, "/reflect")
    cookie = cookie_of(answer["set-cookie"], "n")
    assert answer["set-cookie"] == f"n={cookie}; HttpOnly; SameSite=Strict; Path=/"
    session = home.gate.who(cookie)
    assert session is not None and session.person_id == ada and cookie != DEVICE


def test_only_i_open_this_device_keeps_the_cookie_thirty_days(app: ASGIApp, home: House, ada: str) -> None:
    answer = take_up(app, home.gate.ticket(came_in(home.gate, ada), DEVICE, kept=True))
    assert answer["set-cookie"].endswith("; Max-Age=2592000")


@pytest.mark.promise("stolen_ticket")
def test_a_used_stale_or_carried_off_ticket_leads_to_the_start_without_a_cookie(
    app: ASGIApp, home: House, ada: str, clock: Clock
) -> None:
    used = home.gate.ticket(came_in(home.gate, ada), DEVICE)
    take_up(app, used)
    carried_off, stale = (
        home.gate.ticket(came_in(home.gate, ada), DEVICE),
        home.gate.ticket(came_in(home.gate, ada), DEVICE),
    )
    answers = [take_up(app, used), take_up(app, carried_off, "e" * 43), take_up(app, ""), ask(app, "/in")]
    clock.go_on(minutes=1)
    answers.append(take_up(app, stale))
    assert [(a.status, a["location"], a.all("set-cookie")) for a in answers] == [(303, "/", [])] * 5


@pytest.mark.parametrize(
    ("then", "address"),
    [
        ("my-pod", "/my-pod"),
        ("", "/"),
        ("nowhere", "/"),
        ("/evil.example", "/"),
        ("https://evil.example", "/"),
        ("my-pod/../../x", "/"),
    ],
)
def test_a_ticket_leads_to_a_page_of_ours_and_nowhere_else(
    app: ASGIApp, home: House, ada: str, then: str, address: str
) -> None:
    assert take_up(app, home.gate.ticket(came_in(home.gate, ada), DEVICE, then=then))["location"] == address


def test_signing_out_gives_the_browser_a_strangers_cookie_and_empties_its_cache(
    app: ASGIApp, home: House, ada: str
) -> None:
    cookie = signed_in(app, home, ada)
    answer = take_up(app, home.gate.ticket(None, cookie, then="welcome"), cookie)
    strangers = cookie_of(answer["set-cookie"], "n")
    assert strangers not in ("", cookie)
    assert (home.gate.who(cookie), home.gate.who(strangers)) == (None, None)
    assert (answer["location"], answer["clear-site-data"]) == ("/welcome", '"cache"')


@pytest.mark.parametrize("address", ["/take/progress.csv", "/take/everything.zip"])
def test_nobody_takes_anything_away_without_a_session_just_proved(
    app: ASGIApp, home: House, ada: str, clock: Clock, address: str
) -> None:
    cookie = ("cookie", f"n={signed_in(app, home, ada)}")
    assert ask(app, address, cookie).status == 200
    refused = [
        ask(app, address),
        ask(app, address, ("cookie", f"n={DEVICE}")),
        ask(app, address, cookie, ("sec-fetch-site", "cross-site")),
        ask(app, address, cookie, ("sec-fetch-site", "same-site")),
    ]
    clock.go_on(minutes=10)
    refused.append(ask(app, address, cookie))
    assert [(a.status, a["location"], a.body) for a in refused] == [(303, "/my-data", b"")] * 5


@pytest.mark.promise("logout_replay")
def test_a_file_that_is_made_when_its_browser_signs_out_is_given_to_nobody(
    app: ASGIApp, home: House, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = signed_in(app, home, ada)
    everything = export.everything

    def meanwhile(book: MyWorkbook) -> bytes:
        home.gate.end_everywhere(ada)
        return everything(book)

    monkeypatch.setattr(export, "everything", meanwhile)
    refused = ask(app, "/take/everything.zip", ("cookie", f"n={cookie}"))
    assert (refused.status, refused["location"], refused.body) == (303, "/my-data", b"")


def test_everyone_takes_their_own_away_and_the_file_has_a_neutral_name(app: ASGIApp, home: House, ada: str) -> None:
    kofi = person(home.store, "Kofi")
    for who, words in ((ada, "Ruth sat on the stairs."), (kofi, "Kwame rang.")):
        home.workbook_of(who, "Europe/London").answer("reflect.someone_stayed", "story", words)
    answer = ask(app, "/take/everything.zip?zone=Pacific/Kiritimati", ("cookie", f"n={signed_in(app, home, ada)}"))
    assert answer["content-disposition"] == 'attachment; filename="notes-2026-03-02.zip"'
    assert answer["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        taken = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Ruth sat on the stairs." in taken and b"Kwame" not in taken


def test_progress_is_a_csv_of_the_person_in_their_own_zone(app: ASGIApp, home: House, ada: str, clock: Clock) -> None:
    clock.go_on(hours=2)  # 11:00 in London, already Tuesday on Kiritimati
    home.workbook_of(ada, "UTC").answer("reflect.drifted", "together", "Rowing.")
    cookie = ("cookie", f"n={signed_in(app, home, ada)}")
    answer = ask(app, "/take/progress.csv?zone=Pacific/Kiritimati", cookie)
    assert answer["content-disposition"] == 'attachment; filename="notes-2026-03-03.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(home.content.exercises) and b"Rowing" not in answer.body
    assert "today" in PAGES and "in" not in PAGES


TIME = "/take/time.ics?on=2026-03-08&at=18:30&zone=Europe/London"


def test_a_time_is_a_calendar_file_with_a_neutral_name_and_nothing_of_anyone(
    app: ASGIApp, home: House, ada: str
) -> None:
    book = home.workbook_of(ada, "Europe/London")
    june = book.add_member("June")
    for prompt, value in (("who", june), ("act", "Sit with June"), ("cue", "Sunday, after tea")):
        book.answer("check_in.closing", prompt, value, occasion="2026-03-02")
    plan = book.tries()[0].try_id
    cookie = ("cookie", f"n={signed_in(app, home, ada)}")
    answer = ask(app, f"{TIME}&plan={plan}", cookie)
    assert answer["content-type"] == "text/calendar; charset=utf-8"
    assert answer["content-disposition"] == 'attachment; filename="time.ics"'
    event = Calendar.from_ical(answer.body).events[0]
    assert (str(event["summary"]), event.start.isoformat()) == ("Time for me", "2026-03-08T18:30:00+00:00")
    assert "description" not in event and "rrule" not in event
    assert not [words for words in ("June", "Sunday", "Ada", ada, plan, june) if words.encode() in answer.body]
    with_words = Calendar.from_ical(ask(app, f"{TIME}&plan={plan}&words=1", cookie).body).events[0]
    assert str(with_words["description"]) == "Sunday, after tea\nSit with June"
    assert with_words["uid"] == event["uid"]
    weekly = Calendar.from_ical(ask(app, f"{TIME}&every=week&words=1", cookie).body).events[0]
    assert weekly["rrule"].to_ical() == b"FREQ=WEEKLY;COUNT=52" and "description" not in weekly


@pytest.mark.parametrize(
    "changed",
    [
        {"on": "2026-03-01"},
        {"on": "2028-03-05"},
        {"on": "9999-12-31"},
        {"on": "2026-02-29"},
        {"on": "20260308"},
        {"on": "2026-W10-7"},
        {"on": "٢٠٢٦-٠٣-٠٨"},
        {"on": ""},
        {"at": "24:00"},
        {"at": "18"},
        {"at": "18:30:00"},
        {"at": "-1:00"},
        {"at": ""},
        {"zone": ""},
        {"zone": "Mars/Olympus"},
        {"zone": "../../etc/passwd"},
        {"zone": "Europe"},
        {"zone": "Z" * 5000},
        {"every": "day"},
        {"plan": "made up"},
        {"plan": "x" * 5000},
        {"on": "2026-03-08\r\nBEGIN:VALARM"},
    ],
)
def test_a_time_that_cannot_be_leads_back_to_today(
    app: ASGIApp, home: House, ada: str, changed: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    cookie = ("cookie", f"n={signed_in(app, home, ada)}")
    asked = {"on": "2026-03-08", "at": "18:30", "zone": "Europe/London"}
    assert ask(app, f"/take/time.ics?{urlencode(asked)}", cookie).status == 200
    answer = ask(app, f"/take/time.ics?{urlencode(asked | changed)}", cookie)
    assert (answer.status, answer["location"], answer.body) == (303, "/today", b"")
    assert not [value for value in changed.values() if value and value in caplog.text]


def test_a_time_may_be_today_and_up_to_two_years_ahead_by_the_persons_own_day(
    app: ASGIApp, home: House, ada: str, clock: Clock
) -> None:
    clock.go_on(hours=2)  # already Tuesday on Kiritimati
    cookie = ("cookie", f"n={signed_in(app, home, ada)}")
    statuses = [
        ask(app, f"/take/time.ics?on={on}&at=00:05&zone=Pacific/Kiritimati", cookie).status
        for on in ("2026-03-02", "2026-03-03", "2028-03-04", "2028-03-05")
    ]
    assert statuses == [303, 200, 200, 303]
