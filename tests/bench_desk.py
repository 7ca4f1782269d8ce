"""How quick a coach's desk is: 500 people with three years behind them, and the totals of ten thousand.

Part of `make bench`. Beside each figure stands the same work done naively: every row fetched, and counted in Python.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tests.characters import MONDAY, Clock, coach, person
from workbook import coaching, content
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.content import Content
from workbook.growth import growth
from workbook.my_workbook import MyWorkbook
from workbook.pod import Move
from workbook.settings import ROOT
from workbook.store import engine, looks
from workbook.store.opening import Store, open_store

DAYS = 3 * 365
PLACES = ["core", "movable", "outer", "released"]


def main() -> None:
    """Print what was measured."""
    words = content.load(ROOT / "seeds" / "en")
    with tempfile.TemporaryDirectory() as scratch:
        _desk(Path(scratch) / "desk", words)
        _board(Path(scratch) / "board", words)


def _desk(folder: Path, words: Content) -> None:
    """The list of people, who joined by the doors; their history is written into the tables."""
    store, desk, group = _begun(folder, words)
    token = desk.invite(group, seats=500)
    for number in range(500):
        book = MyWorkbook(store, words, person(store, f"Person {number}"), desk._clock, "UTC")
        book.sharing.join(token, called=f"P{number}", scopes=SCOPES)
    ids = [row[0] for row in store.read("SELECT person_id FROM memberships")]
    _live(store, words, ids, moves=120, opens=150)
    first, again = (_statements(lambda: desk.overview(group)) for _ in range(2))
    print(
        "desk of 500 people with three years behind them, groups, list and totals as the page opens:"
        f" {again} statements, {first} at the first look; who is signed in is asked before, as on every page"
    )
    _report(lambda: desk.overview(group), lambda: _people_naively(desk, group), rounds=7)
    print(f"  Python alone (statements answered from memory): {_python_alone(lambda: desk.overview(group)):.0f} ms")
    began = time.perf_counter()
    rows = len(desk.weeks(group).splitlines()) - 1
    print(f"the file of these 500: {rows:,} rows in {_ms(began) / 1000:.1f} s")
    store.close()


def _board(folder: Path, words: Content) -> None:
    """The totals of people who exist as ids only: none of their words is read."""
    store, desk, group = _begun(folder, words)
    ids = [f"{number:032x}" for number in range(10_000)]
    with store.writing() as tx:
        given = {"ids": ids, "g": group, "coach": desk.coach_id, "now": MONDAY}
        tx.run(
            "INSERT INTO memberships SELECT p.id, 'r' || p.id, :g, :coach, '', 'joined', :now, 1, NULL"
            " FROM (SELECT unnest(CAST(:ids AS VARCHAR[])) AS id) p",
            given,
        )
        for seq, scope in enumerate(SCOPES, 2):
            tx.run(
                "INSERT INTO consents SELECT p.id, 'c', :g, :coach, :scope, '', 'granted', :now, :seq"
                " FROM (SELECT unnest(CAST(:ids AS VARCHAR[])) AS id) p",
                {**given, "scope": scope, "seq": seq},
            )
    _live(store, words, ids, moves=200, opens=20)
    began = time.perf_counter()
    desk.board(group)
    print(f"board of 10,000 people and 2,000,000 moves (the first look ever: {_ms(began):.0f} ms)")
    _report(lambda: desk.board(group), lambda: _totals_naively(desk, group), rounds=3)
    store.close()


def _begun(folder: Path, words: Content) -> tuple[Store, CoachDesk, str]:
    clock = Clock(MONDAY + timedelta(days=DAYS))
    store = open_store(folder, now=clock())
    desk = CoachDesk(store, words, coach(store, "Mara"), clock)
    return store, desk, desk.make_group(Group("Tuesday circle", "Mara"))


def _live(store: Store, words: Content, ids: list[str], *, moves: int, opens: int) -> None:
    keys = [e.key for e in words.exercises]
    given = {"ids": ids, "first": MONDAY.date(), "days": DAYS, "now": MONDAY}
    people = "(SELECT unnest(CAST(:ids AS VARCHAR[])) AS id) p"
    with store.writing() as tx:
        tx.run(
            "INSERT INTO moves SELECT p.id, 'v' || r.n, md5(p.id || r.n % 40), CAST(:places AS VARCHAR[])[1 + (r.n * 7) % 4],"
            " CAST(:first AS DATE) + CAST(r.n * :days // :many AS INTEGER), 'UTC', :now, 10 + r.n, NULL"
            f" FROM {people}, (SELECT unnest(range(:many)) AS n) r",
            {**given, "places": PLACES, "many": moves},
        )
        tx.run(
            "INSERT INTO opens SELECT p.id, CAST(:keys AS VARCHAR[])[1 + r.n % len(CAST(:keys AS VARCHAR[]))],"
            " CAST(:first AS DATE) + CAST(r.n * :days // :many AS INTEGER), :now, 10 + r.n"
            f" FROM {people}, (SELECT unnest(range(:many)) AS n) r",
            {**given, "keys": keys, "many": opens},
        )
    store.engine.settle()


def _people_naively(desk: CoachDesk, group: str) -> Any:
    """Every row of everybody, fetched and counted here; nothing is noted."""
    eyes = desk._eyes(group)
    known = list(coaching.known_to_coach(desk.content))
    rows, opened, moved = looks.people(eyes), looks.opened(eyes, known), looks.moves(eyes)
    days = coaching.desk_days(desk.today)
    shapes = {}
    for row in rows:
        mine = [Move(m[1], m[2], m[3], int(m[4])) for m in moved if m[0] == row[0][0]]
        shapes[row[0][0]] = [growth(mine, day)[-1] for day in days if mine and mine[0].on_day <= day]
    by_step = Counter((o[0], o[1].partition(".")[0]) for o in opened)
    return shapes, by_step


def _totals_naively(desk: CoachDesk, group: str) -> Any:
    stands: dict[date, dict[tuple[str, str], str]] = {day: {} for day in coaching.desk_days(desk.today, 4, 56)}
    for person_id, member, place, on_day, _ in looks.moves(desk._eyes(group)):
        for day, standing in stands.items():
            if on_day <= day:
                standing[person_id, member] = place
    return [Counter(standing.values()) for standing in stands.values()]


def _report(ours: Callable[[], Any], naive: Callable[[], Any], *, rounds: int) -> None:
    """Both measured A B A B …, so that the machine's mood falls on both."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for act, times in zip((ours, naive), took, strict=True):
            began = time.perf_counter()
            act()
            times.append(_ms(began))
    a, b = median(took[0]), median(took[1])
    print(f"  ours {a:.0f} ms, naively {b:.0f} ms, ratio {a / b:.2f}")


def _ms(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _statements(act: Callable[[], Any]) -> int:
    """How many statements the database is asked."""
    asked = []
    before = engine.Writing.run, engine.Engine.read

    def run(self: engine.Writing, sql: str, params: Any = None) -> list[engine.Row]:
        asked.append(sql)
        return before[0](self, sql, params)

    def read(self: engine.Engine, sql: str, params: Any = None) -> list[engine.Row]:
        asked.append(sql)
        return before[1](self, sql, params)

    engine.Writing.run, engine.Engine.read = run, read  # type: ignore[method-assign]
    try:
        act()
    finally:
        engine.Writing.run, engine.Engine.read = before  # type: ignore[method-assign]
    return len(asked)


def _python_alone(act: Callable[[], Any]) -> float:
    """The same with every statement answered from what it answered before: what is left is our own work."""
    before = engine.Writing.run
    known: dict[str, list[engine.Row]] = {}

    def run(self: engine.Writing, sql: str, params: Any = None) -> list[engine.Row]:
        if sql not in known:
            known[sql] = before(self, sql, params)
        return known[sql]

    engine.Writing.run = run  # type: ignore[method-assign]
    try:
        act()
        times = []
        for _ in range(7):
            began = time.perf_counter()
            act()
            times.append(_ms(began))
    finally:
        engine.Writing.run = before  # type: ignore[method-assign]
    return median(times)


if __name__ == "__main__":
    main()
