"""What Today chooses, measured: 300 members and 5,000 tries, beside the naive way. `make bench` prints it."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median

from workbook import content
from workbook.in_touch import FOLLOW_UP_DAYS, RHYTHMS, Hello, Rhythm, Rows, Touch, may_be_named, rhythm_of
from workbook.pod import RINGS, Member
from workbook.settings import ROOT
from workbook.suggesting import Progress, for_today

MEMBERS, TRIES, TOUCHES, ROUNDS = 300, 5_000, 5_000, 40
TODAY = date(2026, 3, 2)


def main() -> None:
    """Print both, and their ratio."""
    rows = many_rows()
    exercises = content.load(ROOT / "seeds" / "en").exercises
    progress = [Progress(e, TODAY, 1, None, "UTC") for e in exercises]
    ours = timed(lambda: for_today(progress, rows, TODAY))
    naive = timed(lambda: one_by_one(rows))
    print(f"Today, {MEMBERS} members, {TRIES} tries, {TOUCHES} times in touch")
    print(
        f"  chosen in {ours:.2f} ms (asked for: 5); reading all for each member {naive:.0f} ms; ratio {ours / naive:.3f}"
    )


def many_rows() -> Rows:
    """Rows as a very busy life would leave them, the same in every run."""
    chance = random.Random(7)
    members = tuple(
        Member(
            f"m{n}", f"Member {n}", n, place=chance.choice(RINGS), contact=chance.choice(("ok", "ok", "not_for_now"))
        )
        for n in range(MEMBERS)
    )

    def day() -> date:
        return TODAY - timedelta(days=chance.randrange(1100))

    def someone() -> str:
        return f"m{chance.randrange(MEMBERS)}"

    outcomes = ("", "none_yet", "warm", "short", "no")
    return Rows(
        members,
        of_ring={ring: Rhythm(chance.choice([*RHYTHMS]), TODAY - timedelta(days=900)) for ring in RINGS},
        touches=tuple(Touch(someone(), day(), n) for n in range(TOUCHES)),
        hellos=tuple(Hello(someone(), day(), chance.choice(outcomes)) for _ in range(TRIES)),
    )


def timed(work: Callable[[], object]) -> float:
    """The median of some rounds, in milliseconds."""
    times = []
    for _ in range(ROUNDS if work() is not None else 1):
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return median(times)


def one_by_one(rows: Rows) -> list[str]:
    """The naive way: for each member every touch and every hello is looked through."""
    found = []
    for member in rows.members:
        rhythm = rhythm_of(member, rows)
        if rhythm is None or not may_be_named(member, rows, TODAY):
            continue
        met = [t.on_day for t in rows.touches if t.member_id == member.member_id]
        met += [h.sent_on for h in rows.hellos if h.member_id == member.member_id and h.outcome in ("warm", "short")]
        latest = max(met, default=rhythm.chosen_on)
        sent = [h for h in rows.hellos if h.member_id == member.member_id and h.sent_on > latest]
        wait = FOLLOW_UP_DAYS if sent else RHYTHMS[rhythm.every]
        if len(sent) < 2 and latest + timedelta(days=wait) <= TODAY:
            found.append(member.member_id)
    return found


if __name__ == "__main__":
    main()
