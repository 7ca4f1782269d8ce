"""Two requests of one page that come close together: what was pressed counts, and what was typed is saved."""

import time
from pathlib import Path

from tests.characters import book_of, person
from tests.conftest import StartServer
from tests.protocol import open_page
from tests.web.test_takeover import _cookie
from workbook import content
from workbook.gate import fresh_cookie
from workbook.house import utc_now
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store.opening import open_store

WORDS = content.load(ROOT / "seeds" / "en")
PASSPHRASE = "seven slow trams at dusk"
SAVE = "Save this one to my map"
TIMES = 24
APART = (0.0, 0.0005, 0.002, 0.005, 0.01, 0.02)  # seconds


def test_what_is_pressed_counts_also_where_one_goes_on_to_another_page_at_once(
    server: StartServer, tmp_path: Path
) -> None:
    store = open_store(tmp_path / "data", now=utc_now())
    ada = book_of(store, WORDS, utc_now, "Ada")  # type: ignore[arg-type]
    noor = ada.add_member("Noor", place="core")
    cookie, person_id = _cookie(store, ada.person_id), ada.person_id
    store.close()
    app = server(tmp_path / "data")
    for number in range(12):
        pod = open_page(app.port, "my-pod", cookie, f"member={noor}")
        pod.touch(("Movable People", "Core Circle")[number % 2])
        pod.ask()
        time.sleep(APART[number % len(APART)])
        pod.go_on("growth")
        pod.socket.close()
    app.stop()
    store = open_store(tmp_path / "data", now=utc_now())
    moves = MyWorkbook(store, WORDS, person_id, utc_now, "UTC").moves()
    store.close()
    assert [one.place for one in moves] == ["core", *(("movable", "core")[n % 2] for n in range(12))]


def test_two_doors_saved_one_right_after_the_other_are_both_saved(server: StartServer, tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", now=utc_now())
    ada = book_of(store, WORDS, utc_now, "Ada")  # type: ignore[arg-type]
    cookie, person_id = _cookie(store, ada.person_id), ada.person_id
    store.close()
    app = server(tmp_path / "data")
    page = open_page(app.port, "reconnect", cookie, "at=three_doors")
    for button in dict.fromkeys(page.alike[SAVE]):
        page.touch_one(button)
        page.ask()
    page.go_on("growth")
    app.stop()
    store = open_store(tmp_path / "data", now=utc_now())
    saved = MyWorkbook(store, WORDS, person_id, utc_now, "UTC").saved("reconnect.three_doors")
    store.close()
    assert [len(one.value) for one in saved if one.prompt == "doors"] == [len(set(page.alike[SAVE]))]


def test_what_is_pressed_or_typed_counts_however_soon_the_page_asks_again(server: StartServer, tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", now=utc_now())
    ada = book_of(store, WORDS, utc_now, "Ada")  # type: ignore[arg-type]
    noor = ada.add_member("Noor", place="core")
    cookie = _cookie(store, ada.person_id)
    person_id = ada.person_id
    store.close()
    app = server(tmp_path / "data")
    pod = open_page(app.port, "my-pod", cookie, f"member={noor}")
    story = open_page(app.port, "reflect", cookie, "at=drifted")
    for number in range(TIMES):
        ring = ("Movable People", "Core Circle")[number % 2]
        while ring in pod.disabled:  # not drawn yet: nobody could press it
            pod.run()
        pod.touch(ring)
        story.type("If you like, what did you do", f"Words {number}")
        for page in (pod, story):
            page.ask()
            time.sleep(APART[number % len(APART)])
            page.ask()  # as a button that fits the page to its window does, or any field that is left
        for page in (pod, story):
            time.sleep(0.25)
            page.run()
    for page in (pod, story):
        page.go_on("growth")
    app.stop()
    store = open_store(tmp_path / "data", now=utc_now())
    after = MyWorkbook(store, WORDS, person_id, utc_now, "UTC")
    assert [one.place for one in after.moves()] == ["core", *(("movable", "core")[n % 2] for n in range(TIMES))]
    said = [one.value for one in after.versions("reflect.drifted", "together")]
    store.close()
    assert said == [f"Words {number}" for number in reversed(range(TIMES))]


def test_signing_in_outlasts_its_run_however_soon_the_page_asks_again(server: StartServer, tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", now=utc_now())
    person(store, "Ada", PASSPHRASE)
    store.close()
    app = server(tmp_path / "data")
    for number in range(6):
        door = open_page(app.port, "today", fresh_cookie())
        door.type("Your name here", "Ada")
        door.type("Passphrase", PASSPHRASE)
        door.touch("Sign in")
        door.ask()
        time.sleep(APART[number])
        for _ in range(3):  # what was asked for before may still be coming
            door.run()
        assert door.sent_to.startswith("/in?t=")
        door.socket.close()
