"""The growth board, built from 60 members, 1,500 moves and 3 years of check-ins, beside the naive way. `make bench` prints it."""

import json
import logging
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

from workbook import content, growth
from workbook.answers import Fact
from workbook.growth import KINDS_OF_HELP, Count, Said
from workbook.my_workbook import MyWorkbook
from workbook.pod import PLACES, RINGS, Member, Move, ring_stays, spots, standing
from workbook.replay import Replay, replay
from workbook.settings import ROOT
from workbook.store import accounts, answers, members, touches, tries
from workbook.store.opening import open_store
from workbook.ui import growth_page, growth_replay, growth_strips, pod_map, session
from workbook.ui.growth_strips import Days

MEMBERS, MOVES, WEEKS, TRIES, ROUNDS = 60, 1_500, 156, 300, 15
TODAY = date(2026, 3, 2)
FIRST = TODAY - timedelta(weeks=WEEKS)


class Rows:
    """Rows as a very busy life would leave them, the same in every run."""

    def __init__(self) -> None:
        chance = random.Random(7)
        ids = [f"m{number}" for number in range(MEMBERS)]
        days = sorted(FIRST + timedelta(days=chance.randrange(WEEKS * 7)) for _ in range(MOVES))
        self.moves = [Move(chance.choice(ids), chance.choice(PLACES), day, seq) for seq, day in enumerate(days)]
        stands = standing(self.moves)
        self.members = [
            Member(
                one, f"{chance.choice(NAMES)} {n}", n, place=stands[one].place, good_for=tuple(chance.sample(KINDS, 2))
            )
            for n, one in enumerate(ids)
        ]
        self.noted = {(m.member_id, kind): FIRST for m in self.members for kind in m.good_for}
        weeks = [FIRST + timedelta(weeks=week) for week in range(WEEKS)]
        self.contacts = [(one, week) for week in weeks for one in chance.sample(ids, 4)]
        self.check_ins = {
            scale: [Said(week, chance.randrange(11)) for week in weeks if chance.random() < 0.9] for scale in SCALES
        }
        self.tried = [chance.choice(weeks) for _ in range(TRIES)]


NAMES = ("Noor", "Kofi", "Grandma Lucille", "Tuesday group", "Sam", "Ruth next door")
KINDS = [*KINDS_OF_HELP]
SCALES = ("Alone", "Energy")


def main() -> None:
    """Print both, and their ratio."""
    rows = Rows()
    ours = timed(lambda: board(rows))
    told = story_of(rows)
    naive = timed(lambda: day_by_day(rows), rounds=1)
    drawn = [len(part.encode()) / 1000 for part in board(rows)]
    tell = json.dumps(growth_replay.story(told, by_id(rows)), ensure_ascii=False, separators=(",", ":"))
    print(
        f"The growth board, {MEMBERS} members, {MOVES} moves, {WEEKS} weeks of check-ins ({len(told.days)} days on the map)"
    )
    print(
        f"  built in {ours:.0f} ms of processor time (asked for: 50); each frame by itself {naive:.0f} ms; ratio {ours / naive:.4f}"
    )
    print(
        f"  {sum(drawn):.0f} kB on its way to the page (asked for: 150), of it the replay {drawn[0]:.0f}, as JSON {len(tell.encode()) / 1000:.0f}"
    )
    print(f"  as figures with a point for each day, the naive way: {len(naive_figures(rows)) / 1000:.0f} kB")

    with tempfile.TemporaryDirectory() as folder:
        first, again = page_on_a_store(rows, Path(folder))
    print(
        f"  the whole page on a store: {first:.0f} ms the first time, {again:.0f} ms where nothing was saved since (asked for: 50)"
    )


def page_on_a_store(rows: Rows, folder: Path) -> tuple[float, float]:
    """A run of the page Growth, reading and unsealing included: the first, and the median of the next."""
    logging.disable(logging.WARNING)  # there is no browser
    at = datetime(TODAY.year, TODAY.month, TODAY.day, 12)
    store = open_store(folder, now=at)
    person_id = accounts.add_person(store, "bench", "bench", "no hash", at)
    assert person_id
    with store.pen(person_id, at, TODAY, "UTC") as pen:
        ids = {member.member_id: members.add(pen, member.name, "person", "map") for member in rows.members}
        for member in rows.members:
            for kind in KINDS:
                members.note(pen, Fact(ids[member.member_id], f"good_for.{kind}", kind in member.good_for), "map")
            for name in ("how_known", "notes", "heard", "asked"):
                members.note(pen, Fact(ids[member.member_id], name, "yes"), "map")
        for move in rows.moves:
            members.move(pen, ids[move.member_id], move.place, "" if move.seq % 7 else "Because.", on_day=move.on_day)
        for member_id, day in rows.contacts:
            touches.note(pen, ids[member_id], day)
        for prompt, said in zip(("alone", "energy"), rows.check_ins.values(), strict=True):
            for one in said:
                answers.append(pen, "check_in.weekly", prompt, one.day.isoformat(), "", one.value)
        for number, day in enumerate(rows.tried):
            tried = {"member": ids["m1"], "state": "sent", "sent_on": day.isoformat()}
            tries.keep(pen, store, f"reach_out.pick|{day}.{number}", "", tried)
    book = MyWorkbook(store, content.load(ROOT / "seeds" / "en"), person_id, lambda: at, "Europe/London")
    session.dark, session.narrow = (lambda: False), (lambda: False)
    first = timed(lambda: growth_page.show(book), rounds=1)
    again = timed(lambda: growth_page.show(book))
    store.close()
    return first, again


def by_id(rows: Rows) -> dict[str, Member]:
    return {member.member_id: member for member in rows.members}


def story_of(rows: Rows) -> Replay:
    found = replay(rows.moves, TODAY)
    assert found is not None
    return found


def board(rows: Rows) -> list[str]:
    """Everything that the page draws, from the rows."""
    stays = [*ring_stays(rows.moves)]
    told = replay(rows.moves, TODAY, stays=stays)
    assert told is not None
    counts = growth.growth(rows.moves, TODAY)
    days = Days(counts[0].day, TODAY)
    covered = growth.help_over_time(stays, rows.noted, TODAY, days.first)
    growth.changed_place(rows.moves)
    growth.leant_on(rows.members)
    growth.gives_and_takes(rows.members)
    words = {kind: kind for kind in KINDS}
    lines = {scale: growth.unbroken(said) for scale, said in rows.check_ins.items()}
    ends = dict.fromkeys(SCALES, ("none", "plenty"))
    return [
        growth_replay.html(told, rows.members),
        growth_strips.people(counts),
        growth_strips.kinds_of_help(covered, growth.coverage(rows.members), words, days, ""),
        growth_strips.in_touch(growth.in_touch_over_time(rows.contacts, TODAY, days.first), ""),
        growth_strips.tries(growth_strips.binned(rows.tried, days), days, ""),
        growth_strips.check_ins(lines, ends, days, "", dark=False),
    ]


def day_by_day(rows: Rows) -> list[object]:
    """The naive way: for each day of the story the map, the counts and the help from the beginning."""
    found: list[object] = []
    members = by_id(rows)
    for day in story_of(rows).days:
        there = standing(rows.moves, day)
        rings = [move.place for move in there.values() if move.place in RINGS]
        placed = [m for m in rows.members if m.member_id in there and there[m.member_id].place in RINGS]
        found.append(Count(day, rings.count("core"), rings.count("movable"), rings.count("outer")))
        found.append({kind: {there[m.member_id].place for m in placed if kind in m.good_for} for kind in KINDS})
        found.append(len({one for one, on in rows.contacts if 0 <= (day - on).days < growth.IN_TOUCH_DAYS}))
        found.append(pod_map.still([members[m.member_id] for m in placed], spots(rows.moves, day)))
    return found


def naive_figures(rows: Rows) -> str:
    """The naive way: a whole figure for each frame, as JSON."""
    frames = [pod_map.figure(rows.members, spots) for spots in map(story_of(rows).spots, range(0, 100))]
    return json.dumps(frames) * (len(story_of(rows).days) // 100)


def timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of some rounds, in milliseconds of processor time."""
    times = []
    for _ in range(rounds if rounds == 1 or work() is not None else 1):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return median(times)


if __name__ == "__main__":
    main()
