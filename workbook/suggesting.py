"""What Today offers: one small thing, and whom one might like to hear from. Pure: rows and a day in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workbook.content import Exercise
from workbook.in_touch import MOST_NAMED, Rows, Suggestion, may_be_named, who_to_hear_from
from workbook.ladder import look_again
from workbook.pod import Member

LOW_ENERGY_MINUTES = 2
CHECK_IN_DAYS = 7
STILL_FRESH_DAYS = 30
FIRST_NAMES = "welcome.first_dots"
FIRST = ("welcome.before", FIRST_NAMES)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one exercise has come; times are naive UTC."""

    exercise: Exercise
    opened: date | None
    answered: int
    last_saved: datetime | None
    zone: str


def one_thing(
    progress: Iterable[Progress], *, low_energy: bool = False, named: bool = False, suggested: Sequence[str] = ()
) -> Exercise | None:
    """The next exercise never opened, first names first; with low energy only one of two minutes or less.

    Once someone is `named`, the first names need no page of their own. What a coach `suggested` (keys) comes right after
    the first two, and is suggested until it is answered; what a group leaves out is never suggested. Nor is the page of
    the five taps, nor what follows another page, which says nothing by itself, unless a coach suggested that.
    """
    shown = [p for p in progress if not p.exercise.hidden and p.exercise.kind != "safety"]
    shown = [p for p in shown if not p.exercise.follows or (p.exercise.key in suggested and not low_energy)]
    open_yet = [p.exercise for p in shown if p.answered == 0 and (p.opened is None or p.exercise.key in suggested)]
    open_yet = [exercise for exercise in open_yet if not (named and exercise.key == FIRST_NAMES)]
    fitting = [e for e in open_yet if not low_energy or e.minutes <= LOW_ENERGY_MINUTES]
    if low_energy and not fitting:
        return _once_more(shown)
    first = {key: place for place, key in enumerate((*FIRST, *suggested))}
    return min(fitting, key=lambda e: first.get(e.key, len(first)), default=None)


def _once_more(shown: Sequence[Progress]) -> Exercise | None:
    """Of the short things done again and again, the one left alone the longest. A measure is nothing to fill time with."""
    short = [p for p in shown if p.exercise.again and p.exercise.kind == "questions" and not p.exercise.measures]
    short = [p for p in short if p.exercise.minutes <= LOW_ENERGY_MINUTES]
    return min(short, key=lambda p: p.last_saved or datetime.min).exercise if short else None


@dataclass(frozen=True, slots=True)
class OpenHello:
    """A hello that was begun: to whom, how far it came, whether it went out, and the day it was last worked on."""

    member_id: str
    stage: str
    sent: bool
    last_on: date
    occasion: str = ""


@dataclass(frozen=True, slots=True)
class ForToday:
    """What Today may offer; while things are hard it is empty, with low energy only the one thing is there."""

    one_thing: Exercise | None = None
    hear_from: tuple[Suggestion, ...] = ()
    go_on: tuple[OpenHello, ...] = ()
    check_in: bool = False
    look_again: tuple[Member, ...] = ()


def for_today(
    progress: Iterable[Progress],
    rows: Rows,
    today: date,
    *,
    resting: bool = False,
    low_energy: bool = False,
    suggested: Sequence[str] = (),
    hellos: Iterable[OpenHello] = (),
    last_check_in: date | None = None,
) -> ForToday:
    """What Today offers on a day. Nothing here counts what was left undone; being away a year changes nothing but the day."""
    if resting:
        return ForToday()
    thing = one_thing(progress, low_energy=low_energy, named=bool(rows.members), suggested=suggested)
    if low_energy:
        return ForToday(thing)
    return ForToday(
        thing,
        tuple(who_to_hear_from(rows, today)),
        tuple(hello for hello in hellos if _may_go_on(hello, rows, today))[:MOST_NAMED],
        last_check_in is not None and today - last_check_in >= timedelta(days=CHECK_IN_DAYS),
        tuple(look_again(rows.members, today)),
    )


def _may_go_on(hello: OpenHello, rows: Rows, today: date) -> bool:
    """Whether a hello begun in the last month, and not sent yet, may be gone on with; one put off waits here as well."""
    if hello.sent or (today - hello.last_on).days > STILL_FRESH_DAYS:
        return False
    member = next((m for m in rows.members if m.member_id == hello.member_id), None)
    return member is not None and may_be_named(member, rows, today)
