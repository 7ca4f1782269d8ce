"""The growth board drawn: quiet strips over one line of days, as still pictures that fit any width and any paper.

A strip is stretched to the width of the page; its lines and dots keep their own width (`non-scaling-stroke`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from workbook.growth import Amount, Count, Said, Stretch
from workbook.pod import RINGS
from workbook.ui import growth_chart
from workbook.ui.drawings import picture
from workbook.ui.palette import Palette, palette, ring_names
from workbook.ui.plain import safe
from workbook.ui.when import day
from workbook.ui.words import _

WIDE = 1000  # a strip's own width, whatever the page's is
EDGE = 12  # of the same, at either end: the dot of the first and last day is drawn whole
LINES = {"core": 4.5, "movable": 3.0, "outer": 1.6}
DOTS = "0.1 6"  # with round ends: a row of dots
AIR = 5  # over and under a line, so that it is drawn whole
ALONE = 24  # a strip of a single day
PERSON, ALL_STRIPS = 24.0, 330.0  # how high one person stands, and all three strips together at most
LANE = 17  # how high one ring's line is in a row of help
TALLEST = 96  # the tries, and those in touch
SCALE = 72  # a check-in from 0 to 10
NUMBER_WIDE = 60  # of the width of a strip, so that no number stands on another
LEAST_EACH = 10.0  # pixels for one person: in a lower strip the numbers would stand on the lines
MANY = 60  # more dots than this are small ones


@dataclass(frozen=True, slots=True)
class Days:
    """The line of days that the strips of a picture share."""

    first: date
    last: date

    def x(self, on: date) -> float:
        """Where a day lies on the line, from 0 to `WIDE`; a single day lies at its end."""
        length = (self.last - self.first).days
        return round(WIDE * (on - self.first).days / length, 1) if length else WIDE


@dataclass(slots=True)
class _Strip:
    """One strip: paths on a stretch of paper `high` pixels high."""

    high: float
    colours: Palette
    paths: list[str] = field(default_factory=list)

    def line(self, points: Iterable[str], colour: str, width: float, dash: str = "", opacity: float = 1) -> None:
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        faint = f' opacity="{opacity}"' if opacity < 1 else ""
        self.paths.append(
            f'<path d="{"".join(points)}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linecap="round" '
            f'stroke-linejoin="round" vector-effect="non-scaling-stroke"{dashed}{faint}/>'
        )

    def dots(self, places: Iterable[tuple[float, float]], colour: str, wide: float) -> None:
        self.line((f"M{x:g} {y:g}h0" for x, y in places), colour, wide)

    def ground(self) -> None:
        y = self.high - 0.5
        self.paths.append(
            f'<path d="M0 {y:g}H{WIDE}" stroke="{self.colours.hairline}" vector-effect="non-scaling-stroke"/>'
        )

    def drawn(self) -> str:
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-EDGE} 0 {WIDE + 2 * EDGE} {self.high:g}" preserveAspectRatio="none">'
            f"{''.join(self.paths)}</svg>"
        )
        return picture(svg, "", "strip").replace("<img ", f'<img style="height:{self.high:g}px" ', 1)


def people(counts: Sequence[Count], told: Iterable[date] = (), *, dark: bool = False) -> str:
    """People per ring in steps, a strip for each; under them a mark on each day for which a reason was `told`."""
    colours, days = palette(dark), Days(counts[0].day, counts[-1].day)
    most = {ring: max(1, *(int(getattr(row, ring)) for row in counts)) for ring in RINGS}
    person = min(PERSON, ALL_STRIPS / sum(most.values()))
    parts = []
    for ring in RINGS:
        steps = [Amount(row.day, getattr(row, ring)) for row in counts]
        high = most[ring] * person + 2 * AIR if len(counts) > 1 else ALONE
        strip = _Strip(high, colours)
        strip.ground()
        if len(counts) > 1:
            _steps(strip, steps, days, person, colours.ring[ring], LINES[ring], DOTS if ring == "movable" else "")
        now = steps[-1].number
        up = AIR + now * person if len(counts) > 1 else ALONE / 2
        told_by = "".join(_numbers(steps, days, person)) + (_end(now, up, ring) if now else "")
        parts.append(_named(ring_names()[ring], strip.drawn() + told_by, ring))
    marks = sorted(set(told))
    if marks:
        strip = _Strip(14, colours)
        strip.dots([(days.x(on), 7) for on in marks], colours.soft_ink, 6)
        parts.append(_named(_("Your own words"), strip.drawn()))
    return _figure(parts, days, growth_chart.alt_text(counts))


def kinds_of_help(
    covered: Mapping[str, Mapping[str, Sequence[Stretch]]],
    now: Mapping[str, Mapping[str, int]],
    words: Mapping[str, str],
    days: Days,
    alt: str,
    *,
    dark: bool = False,
) -> str:
    """A row for each kind of help; in it a line for each ring, where and while someone there was good for it."""
    colours = palette(dark)
    parts = []
    for kind, rings in covered.items():
        here = [ring for ring in RINGS if rings[ring]]
        strip = _Strip(max(len(here), 1) * LANE + 2, colours)
        strip.ground()
        ends = []
        for number, ring in enumerate(here):
            y = (number + 0.5) * LANE
            lines = [f"M{days.x(one.first):g} {y:g}H{days.x(one.last):g}" for one in rings[ring]]
            if days.first < days.last:
                strip.line(lines, colours.ring[ring], LINES[ring], DOTS if ring == "movable" else "")
            if now[kind].get(ring, 0):
                ends.append(_end(now[kind][ring], strip.high - y, ring))
        parts.append(_named(words[kind], strip.drawn() + "".join(ends)))
    return _figure(parts, days, alt, "kinds")


def in_touch(amounts: Sequence[Amount], alt: str, *, dark: bool = False) -> str:
    """With how many there was a contact in the 30 days before, in steps."""
    colours, days = palette(dark), Days(amounts[0].day, amounts[-1].day)
    most = max(1, *(one.number for one in amounts))
    each = min(PERSON, TALLEST / most)
    strip = _Strip(most * each + 2 * AIR, colours)
    strip.ground()
    if len(amounts) > 1:
        _steps(strip, amounts, days, each, colours.soft_ink, 2.4)
    now = amounts[-1].number
    return _figure([_named("", strip.drawn() + (_end(now, AIR + now * each) if now else ""))], days, alt)


def tries(tried: Mapping[date, int], days: Days, alt: str, *, dark: bool = False) -> str:
    """A dot for each try, those of a day, a week or a month above one another; `tried`: how many from which day on."""
    colours = palette(dark)
    each = min(12.0, TALLEST / max(1, *tried.values()))
    strip = _Strip(max(1, *tried.values()) * each + 6, colours)
    strip.ground()
    places = [
        (days.x(on), round(strip.high - 5 - (number + 0.5) * each + 2, 1))
        for on, n in tried.items()
        for number in range(n)
    ]
    strip.dots(places, colours.ink, round(each * 0.72, 1))
    return _figure([_named("", strip.drawn())], days, alt)


def check_ins(
    lines: Mapping[str, Sequence[Sequence[Said]]],
    ends: Mapping[str, tuple[str, str]],
    days: Days,
    alt: str,
    *,
    dark: bool,
) -> str:
    """Each scale in its own strip: a dot for each check-in, joined where no week lies between without one."""
    colours = palette(dark)
    parts = []
    for name, spans in lines.items():
        dot = 6.5 if sum(map(len, spans)) < MANY else 3.4
        strip = _Strip(SCALE, colours)
        strip.ground()
        for part in spans:
            places = [(days.x(one.day), round(SCALE - 6 - one.value * (SCALE - 12) / 10, 1)) for one in part]
            strip.line(
                [f"{'L' if number else 'M'}{x:g} {y:g}" for number, (x, y) in enumerate(places)], colours.ink, 1.6
            )
            strip.dots(places, colours.ink, dot)
        low, high = ends[name]
        scale = f'<span class="scale"><span>{safe(high)}</span><span>{safe(low)}</span></span>'
        parts.append(_named(name, strip.drawn() + scale))
    return _figure(parts, days, alt)


def binned(on: Iterable[date], days: Days) -> dict[date, int]:
    """How many fall into each day, week or month, as the length allows; named by the middle of it, within the days."""
    length = (days.last - days.first).days
    found: dict[date, int] = {}
    for one in sorted(on):
        if length > 200:
            middle = one.replace(day=15)
        elif length > 31:
            middle = one + timedelta(days=3 - one.weekday())
        else:
            middle = one
        middle = min(max(middle, days.first), days.last)
        found[middle] = found.get(middle, 0) + 1
    return found


def _turns(steps: Sequence[Amount]) -> list[Amount]:
    """Only where the number becomes another."""
    before = [-1, *(one.number for one in steps)]
    return [one for one, number in zip(steps, before, strict=False) if one.number != number]


def _steps(
    strip: _Strip, steps: Sequence[Amount], days: Days, each: float, colour: str, width: float, dash: str = ""
) -> None:
    """A line in steps, up to the last day; where there is nobody there is no line."""
    turns = _turns(steps)
    line: list[str] = []
    ground, is_drawn = f"V{strip.high:g}", False
    for one, after in pairwise([*turns, Amount(days.last, 0)]):
        x, y = f"M{days.x(one.day):g} ", f"{round(strip.high - AIR - one.number * each, 1):g}"
        if one.number:
            if not is_drawn:
                line.append(x + (y if one is turns[0] else f"{strip.high:g}"))
            line.append(f"V{y}H{days.x(after.day):g}")
        elif is_drawn:
            line.append(ground)
        is_drawn = one.number > 0
    strip.line(line, colour, width, dash)


def _numbers(steps: Sequence[Amount], days: Days, each: float) -> Iterator[str]:
    """How many there are, over the line where it becomes another; but where it would stand on another or on the next step."""
    last, end = float(-WIDE), WIDE - NUMBER_WIDE
    turns = _turns(steps)
    for one, after in pairwise([*turns, Amount(days.last, 0)]):
        x, next_x = days.x(one.day), days.x(after.day)
        if one.number and last + NUMBER_WIDE <= x <= end and next_x - x >= NUMBER_WIDE / 2 and each >= LEAST_EACH:
            last = x
            yield f'<span class="step" style="left:{(x + EDGE) / (WIDE + 2 * EDGE):.1%};bottom:{AIR + one.number * each:.0f}px">{one.number}</span>'


def _end(number: int, up: float, ring: str = "") -> str:
    """The number where a line ends, beside the ring's own circle."""
    dot = f'<span class="dot {ring}"></span>' if ring else ""
    return f'<span class="end {ring}" style="bottom:{up:.0f}px">{dot}{number}</span>'


def _named(name: str, drawn: str, ring: str = "") -> str:
    title = f'<div class="strip-name {ring}">{safe(name)}</div>' if name else ""
    return f'<div class="strip-row">{title}<div class="strip-paper">{drawn}</div></div>'


def _figure(parts: Iterable[str], days: Days, alt: str, kind: str = "") -> str:
    return (
        f'<div class="strips {kind}" role="img" aria-label="{safe(alt)}">{"".join(parts)}'
        f'<div class="strip-days">{"".join(f"<span>{safe(words)}</span>" for words in _days(days))}</div></div>'
    )


def _days(days: Days) -> Iterator[str]:
    """The first day, one in the middle where there is room for it, and the last."""
    length = (days.last - days.first).days
    if length:
        yield day(days.first, days.last)
    if length > 6:
        yield day(days.first + timedelta(days=length // 2), days.last)
    yield day(days.last)
