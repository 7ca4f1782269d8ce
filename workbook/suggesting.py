"""Which one small thing to suggest. Pure: rows in, one exercise out."""

from collections.abc import Iterable
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


def one_thing(progress: Iterable[Progress], *, low_energy: bool = False, named: bool = False) -> Exercise | None:
    """The next exercise never opened, first names first; with low energy only one of two minutes or less.

    Once someone is `named`, the first names need no page of their own.
    """
    unopened = [p.exercise for p in progress if p.opened is None and p.answered == 0]
    unopened = [exercise for exercise in unopened if not (named and exercise.key == FIRST_NAMES)]
    fitting = [e for e in unopened if not low_energy or e.minutes <= LOW_ENERGY_MINUTES]
    first = {key: place for place, key in enumerate(FIRST)}
    return min(fitting, key=lambda e: first.get(e.key, len(FIRST)), default=None)
