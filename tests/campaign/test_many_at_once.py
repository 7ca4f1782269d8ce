"""Many people at once on one small server: nobody meets another's words, and nobody waits long for a save."""

import csv
import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests import characters
from tests.app_server import AppServer
from tests.bench import resident
from tests.protocol import Page, open_page
from workbook import codes, gate, house
from workbook.settings import Settings

EVERY_SECONDS = 8  # how long a person thinks between two saves
_asking = build_opener(ProxyHandler({}))


@contextmanager
def serving(room: Path, people: int) -> Iterator[tuple[AppServer, list[str]]]:
    """The app with so many people signed in, and their cookies."""
    home = house.open_house(Settings(folder=room / "data"))
    cookies = []
    for number in range(people):
        cookies.append(gate.fresh_cookie())
        person_id = characters.person(home.store, f"Person {number}")
        now = home.clock()
        characters.open_session(
            home.store, person_id, codes.fingerprint(cookies[-1]), now, now + timedelta(hours=1), kept=False
        )
    house.close_house()
    app = AppServer(room / "data", room / "log.txt")
    app.start()
    try:
        yield app, cookies
    finally:
        app.stop()


def in_threads(acts: list[Callable[[], None]]) -> list[Exception]:
    """Do all of them at the same time; what went wrong."""
    troubles: list[Exception] = []

    def guarded(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=guarded, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return troubles


def first_text_area(page: Page) -> str:
    return next(name for name, (kind, _) in page.widgets.items() if kind == "text_area")


def newest_saved(app: AppServer, cookie: str) -> set[str]:
    request = Request(f"{app.url}/take/everything.zip", headers={"Cookie": f"n={cookie}"})
    with _asking.open(request, timeout=30) as answer, zipfile.ZipFile(io.BytesIO(answer.read())) as files:
        rows = csv.DictReader(io.StringIO(files.read("answers.csv").decode("utf-8-sig")))
        return {row["value"] for row in rows}


@pytest.mark.promise("shared_state")
@pytest.mark.parametrize(
    ("people", "rounds"), [(8, 6), pytest.param(20, 50, marks=[pytest.mark.campaign, pytest.mark.timeout(900)])]
)
def test_no_page_ever_holds_the_words_of_another_person(tmp_path: Path, people: int, rounds: int) -> None:
    with serving(tmp_path, people) as (app, cookies):
        pages = [open_page(app.port, "reflect", cookie, "at=got_smaller") for cookie in cookies]
        met: list[str] = []

        def person(own: int) -> None:
            page = pages[own]
            for turn in range(rounds):
                page.type(first_text_area(page), f"token-{own}-of-{own} {turn}")
                page.run()
                shown = " ".join([*page.texts, *map(str, page.widgets)])
                met.extend(shown for other in range(people) if other != own and f"token-{other}-of-{other}" in shown)

        assert in_threads([lambda own=own: person(own) for own in range(people)]) == []  # type: ignore[misc]
        assert met == []
        for own, cookie in enumerate(cookies):
            tokens = {value.split(" ")[0] for value in newest_saved(app, cookie) if value.startswith("token-")}
            assert tokens == {f"token-{own}-of-{own}"}
    print(f"\nshared state: {people} people, {people * rounds} runs, 0 words of another met")


@pytest.mark.promise("load_50")
@pytest.mark.parametrize(
    ("people", "seconds"), [(12, 6), pytest.param(50, 80, marks=[pytest.mark.campaign, pytest.mark.timeout(900)])]
)
def test_of_many_who_write_at_once_everyone_has_their_newest_words_kept(
    tmp_path: Path, people: int, seconds: int
) -> None:
    every = min(EVERY_SECONDS, seconds / 3)
    with serving(tmp_path, people) as (app, cookies):
        pages = [open_page(app.port, "reflect", cookie, "at=got_smaller") for cookie in cookies]
        waits: list[float] = []
        written: list[set[str]] = [set() for _ in cookies]

        def person(own: int) -> None:
            page, began, turn = pages[own], time.monotonic() + own * every / people, 0
            while began + turn * every < start + seconds:
                time.sleep(max(0.0, began + turn * every - time.monotonic()))
                words = f"person {own}, thought {turn}"
                page.type(first_text_area(page), words)
                asked = time.perf_counter()
                page.run()
                waits.append((time.perf_counter() - asked) * 1000)
                written[own].add(words)
                turn += 1

        start = time.monotonic()
        assert in_threads([lambda own=own: person(own) for own in range(people)]) == []  # type: ignore[misc]
        memory = resident(app.pid) / 1024
        for cookie, words in zip(cookies, written, strict=True):
            saved = newest_saved(app, cookie)
            assert words and words & saved, "the newest of what was written is there"
    ranks = quantiles(waits, n=100)
    print(
        f"\nload: {people} people, {len(waits)} saves, one each {every:g} s: p50 {median(waits):.0f} ms, "
        f"p95 {ranks[94]:.0f} ms, p99 {ranks[98]:.0f} ms, 0 errors, {memory:.0f} MiB"
    )
