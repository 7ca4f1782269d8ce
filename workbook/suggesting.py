"""Which one small thing to suggest. Pure: rows in, one exercise out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from workbook.content import Exercise

LOW_ENERGY_MINUTES = 2
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
    the first two, and is suggested until it is answered; what a group leaves out is never suggested.
    """
    shown = [p for p in progress if not p.exercise.hidden]
    open_yet = [p.exercise for p in shown if p.answered == 0 and (p.opened is None or p.exercise.key in suggested)]
    open_yet = [exercise for exercise in open_yet if not (named and exercise.key == FIRST_NAMES)]
    fitting = [e for e in open_yet if not low_energy or e.minutes <= LOW_ENERGY_MINUTES]
    first = {key: place for place, key in enumerate((*FIRST, *suggested))}
    return min(fitting, key=lambda e: first.get(e.key, len(first)), default=None)
