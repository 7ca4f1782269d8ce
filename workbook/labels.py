"""Where the names on the map go: inside the circles if all fit, else beside them, else initials; never on each other."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import hypot, sqrt

from workbook.pod import graphemes, small_name

LINE = 1.16  # from one line of a label to the next, in letter heights
SHORTEST = 5  # a name cut shorter than this says less than its initials
FEW = 10  # with more in a ring than this, one no longer sees which name beside a circle is whose


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle to be named, in pixels, y upwards."""

    key: str
    name: str
    x: float
    y: float
    radius: float
    stroke: float = 0
    halo: float = 0

    @property
    def reach(self) -> float:
        """From the centre to the outermost edge of what is drawn."""
        return self.radius + self.stroke / 2 + self.halo


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text centred on a point, in pixels."""

    key: str
    lines: tuple[str, ...]
    x: float
    y: float
    size: float

    @property
    def width(self) -> float:
        return max(text_width(line, self.size) for line in self.lines)

    @property
    def height(self) -> float:
        return self.size * LINE * len(self.lines)

    def meets(self, other: "Label", gap: float = 2) -> bool:
        apart_x, apart_y = abs(self.x - other.x), abs(self.y - other.y)
        return apart_x < (self.width + other.width) / 2 + gap and apart_y < (self.height + other.height) / 2

    def touches(self, disc: Disc, gap: float = 1) -> bool:
        beyond_x = max(abs(self.x - disc.x) - self.width / 2, 0)
        beyond_y = max(abs(self.y - disc.y) - self.height / 2, 0)
        return hypot(beyond_x, beyond_y) < disc.reach + gap

    def within(self, half: float) -> bool:
        return abs(self.x) + self.width / 2 <= half and abs(self.y) + self.height / 2 <= half


@dataclass(frozen=True, slots=True)
class Sizes:
    """Letter heights in pixels, the wanted one first; `small` is for initials in a crowd."""

    names: tuple[float, ...]
    small: float


def place_labels(rings: Iterable[list[Disc]], me: Disc, sizes: Sizes, half: float) -> list[Label]:
    """A label for each disc that has room for one; a ring is named in one manner as far as it can be."""
    rings = [ring for ring in rings if ring]
    discs = [me, *(disc for ring in rings for disc in ring)]
    inside = [_all_inside(ring, sizes) for ring in rings]
    placed = [label for labels in inside for label in labels or ()]
    for ring, labels in zip(rings, inside, strict=True):
        if labels is None:
            placed += _as_they_fit(ring, discs, placed, sizes, half)
    return placed


def _as_they_fit(ring: list[Disc], discs: list[Disc], placed: list[Label], sizes: Sizes, half: float) -> list[Label]:
    """Whole names beside the circles, or else shortened ones inside, or shortened ones beside, or initials."""
    beside = _beside(ring, discs, placed, sizes, half) if len(ring) <= FEW else None
    whole = beside and not any(label.lines[-1].endswith("…") for label in beside)
    return (beside if whole else None) or _all_inside(ring, sizes, fewest=7) or beside or _what_fits(ring, sizes)


def alone(disc: Disc, sizes: Sizes) -> Label | None:
    """What a circle can say by itself, whatever stands around it: the whole name, or initials, or nothing."""
    return next(_insides(disc, sizes), None)


def initials(name: str) -> str:
    """The first letters of the first and the last word; of a single word, its first letter."""
    words = [word for word in re.split(r"[\s–-]+", name) if word] or [name]
    ends = words[:1] + words[1:][-1:]
    letters = "".join(next(graphemes(word), "") for word in ends)
    return letters.upper() if len(letters.upper()) == len(letters) else letters


def _all_inside(ring: list[Disc], sizes: Sizes, fewest: int = 60) -> list[Label] | None:
    """Every name of the ring inside its own circle, in the largest letters that do, none cut below `fewest` letters."""
    for size in sizes.names:
        labels = [_inside(disc, size, fewest) for disc in ring]
        found = [label for label in labels if label]
        if len(found) == len(ring):
            return found
    return None


def _inside(disc: Disc, size: float, fewest: int) -> Label | None:
    for text in _shortenings(disc.name, fewest):
        for lines in _breaks(text):
            label = Label(disc.key, lines, disc.x, disc.y, size)
            if _fits(label, disc):
                return label
    return None


def _fits(label: Label, disc: Disc) -> bool:
    """Whether every line ends inside the circle at its own height."""
    room = disc.radius - disc.stroke / 2 - min(2.5, 0.12 * disc.radius)
    half_letters = 0.36 * label.size
    for number, line in enumerate(label.lines):
        off_centre = abs(number - (len(label.lines) - 1) / 2) * LINE * label.size + half_letters
        if off_centre >= room or text_width(line, label.size) > 2 * sqrt(room**2 - off_centre**2):
            return False
    return True


def _shortenings(name: str, fewest: int) -> Iterator[str]:
    """The name, then shorter and shorter, down to `fewest` letters."""
    length = sum(1 for _letter in graphemes(name))
    seen = set()
    for limit in range(min(length, 40), min(length, fewest) - 1, -1):
        text = small_name(name, limit)
        if text not in seen:
            seen.add(text)
            yield text


def _breaks(text: str) -> Iterator[tuple[str, ...]]:
    """The text on one line, then on two and three, broken between words, the evenest first."""
    words = text.split()
    yield (" ".join(words),)
    two = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    yield from sorted(two, key=_widest)
    three = [
        (" ".join(words[:i]), " ".join(words[i:j]), " ".join(words[j:]))
        for i in range(1, len(words))
        for j in range(i + 1, len(words))
    ]
    yield from sorted(three, key=_widest)[:2]


def _widest(lines: tuple[str, ...]) -> float:
    return max(text_width(line, 1) for line in lines)


def _beside(ring: list[Disc], discs: list[Disc], placed: list[Label], sizes: Sizes, half: float) -> list[Label] | None:
    """Names under, over or next to the circles; None if more than a few would have to fall back to initials."""
    size = sizes.names[-1]
    found: list[Label] = []
    lost: list[Disc] = []
    for disc in ring:
        label = _one_beside(disc, discs, placed + found, size, half)
        if label:
            found.append(label)
        else:
            lost.append(disc)
    if len(lost) * 4 > len(ring):
        return None
    return found + _what_fits(lost, sizes)


def _one_beside(disc: Disc, discs: list[Disc], placed: list[Label], size: float, half: float) -> Label | None:
    for text in _shortenings(disc.name, SHORTEST):
        for label in _around(disc, text, size):
            free = label.within(half) and not any(label.touches(other) for other in discs)
            if free and not any(label.meets(other) for other in placed):
                return label
    return None


def _around(disc: Disc, text: str, size: float) -> Iterator[Label]:
    reach = disc.reach + 2
    for lines in ((text,), *(broken for broken in _breaks(text) if len(broken) == 2)):
        shape = Label(disc.key, lines, disc.x, disc.y, size)
        up, along = reach + shape.height / 2, reach + shape.width / 2 + 2
        for x, y in ((0, -up), (0, up), (along, 0), (-along, 0)):
            yield Label(disc.key, lines, disc.x + x, disc.y + y, size)


def _what_fits(ring: list[Disc], sizes: Sizes) -> list[Label]:
    """Inside each circle the whole name, or initials, or only the first, or nothing, as there is room."""
    return [label for disc in ring if (label := alone(disc, sizes))]


def _insides(disc: Disc, sizes: Sizes) -> Iterator[Label]:
    letters, longest = initials(disc.name), max((text_width(word, 1) for word in disc.name.split()), default=0)
    roomy = [size for size in sizes.names if longest * size < 2 * disc.radius]
    broken = [*_breaks(disc.name)] if roomy else []
    for size in roomy:
        for lines in broken:
            yield from _if_fitting(Label(disc.key, lines, disc.x, disc.y, size), disc)
    for text in (letters, *graphemes(letters)):
        for size in (*sizes.names, sizes.small):
            yield from _if_fitting(Label(disc.key, (text,), disc.x, disc.y, size), disc)


def _if_fitting(label: Label, disc: Disc) -> Iterator[Label]:
    if _fits(label, disc):
        yield label


def text_width(text: str, size: float) -> float:
    """About how wide the text is drawn, in pixels: a little generous, since another font may stand in for ours."""
    return size * sum(_letter_width(letter) for letter in text)


@lru_cache(maxsize=2048)
def _letter_width(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter in "iljI.,:;'’|!() ft":
        return 0.31
    if letter in "mwMW@—…":
        return 0.86
    return 0.63 if letter.isupper() else 0.52
