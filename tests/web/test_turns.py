"""Files to take away are made two at a time and one for each browser, so that a few who ask cannot fill the memory."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from tests.characters import Clock, person
from tests.web.asking import _scope, in_a_loop
from tests.web.test_kept_words import signed_in
from workbook import house
from workbook.house import House
from workbook.settings import Settings
from workbook.web import routes, turns
from workbook.web.turns import Turns


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(folder=tmp_path / "data"), clock)
    house.close_house()


class Work:
    """Files that take until they are let go: who has how many made at once, and the most there were."""

    def __init__(self) -> None:
        self.made: Counter[str] = Counter()
        self.now: Counter[str] = Counter()
        self.most = self.most_of_one = 0
        self.go = threading.Event()
        self._lock = threading.Lock()

    def on(self, who: str) -> Response:
        with self._lock:
            self.now[who] += 1
            self.most = max(self.most, self.now.total())
            self.most_of_one = max(self.most_of_one, *self.now.values())
        self.go.wait(20)
        with self._lock:
            self.now[who] -= 1
            self.made[who] += 1
        return Response(who)


async def staying() -> Message:
    return await asyncio.sleep(3600, {"type": "http.disconnect"})


async def gone() -> Message:
    return {"type": "http.disconnect"}


def test_two_are_made_at_once_one_for_each_browser_and_the_others_wait_their_turn() -> None:
    work, asked = Work(), ["a"] * 3 + ["b"] * 3 + ["c", "d"]

    async def all_at_once() -> list[Response]:
        queue = Turns()
        request = Request({"type": "http"}, staying)
        coming = [asyncio.ensure_future(queue.make(request, who, partial(work.on, who))) for who in asked]
        while work.now.total() < turns.AT_ONCE:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)  # time enough for a third one
        work.go.set()
        answers = await asyncio.gather(*coming)
        assert queue._asked == {}
        return answers

    answers = in_a_loop(all_at_once())
    assert [answer.body.decode() for answer in answers] == asked
    assert (work.most, work.most_of_one, work.made) == (turns.AT_ONCE, 1, Counter(asked))


def test_nothing_is_made_for_a_browser_that_stopped_waiting() -> None:
    work = Work()
    work.go.set()
    answer = in_a_loop(Turns().make(Request({"type": "http"}, gone), "a", lambda: work.on("a")))
    assert (answer.body, work.made) == (b"", Counter())


def test_a_file_that_cannot_be_made_holds_up_no_other() -> None:
    async def one_after_another() -> Response:
        queue = Turns()
        request = Request({"type": "http"}, staying)

        def failing() -> Response:
            raise ValueError

        for _ in range(turns.MOST_ASKED + turns.AT_ONCE):
            with pytest.raises(ValueError):
                await queue.make(request, "a", failing)
        return await queue.make(request, "a", lambda: Response("made"))

    assert in_a_loop(one_after_another()).body == b"made"


@pytest.mark.parametrize("address", ["everything.zip", "progress.csv", "sheet.pdf", "empty-map.pdf", "prompts.pdf"])
def test_one_browser_that_asks_for_many_gets_a_few_and_then_a_plain_sentence(
    home: House, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    ada, kofi = (signed_in(home, person(home.store, name)) for name in ("Ada", "Kofi"))
    app = Starlette(routes=routes.ROUTES)

    async def take(cookie: str) -> tuple[int, bytes]:
        told: list[Message] = []

        async def telling(message: Message) -> None:
            told.append(message)

        asked = {**_scope("http", f"/take/{address}", [("cookie", f"n={cookie}")]), "method": "GET"}
        await app(asked, staying, telling)
        return told[0]["status"], b"".join(one.get("body", b"") for one in told[1:])

    async def many() -> list[tuple[int, bytes]]:
        queue = Turns()
        monkeypatch.setattr(routes, "turns", queue)
        for _ in range(turns.AT_ONCE):
            await queue._room.acquire()  # others are having theirs made
        asked = [asyncio.ensure_future(take(ada)) for _ in range(turns.MOST_ASKED + 2)]
        while sum(one.done() for one in asked) < 2:
            await asyncio.sleep(0.01)
        refused = [one.result() for one in asked if one.done()]
        asked.append(asyncio.ensure_future(take(kofi)))
        for _ in range(turns.AT_ONCE):
            queue._room.release()
        assert refused == [(429, turns.TOO_MANY.encode())] * 2
        return await asyncio.gather(*asked)

    answers = in_a_loop(many())
    assert Counter(status for status, _ in answers) == {200: turns.MOST_ASKED + 1, 429: 2}
    assert all(body for _, body in answers)
