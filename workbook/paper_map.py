"""The pod map on paper: the same rings, spots and names as on screen, as lines and letters."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import cos, radians, sin

from workbook.labels import SHORTEST, Disc, Label, Sizes, initials, place_labels, text_width
from workbook.paper_letters import printable
from workbook.paper_press import HAIRLINE, INK, RING, SOFT_INK, Press
from workbook.pod import ME_RADIUS, RING_DISTANCE, RINGS, Member, Spot, first_spot, small_name

EDGE = 1.02  # a little air round the outermost circles, in map units
KEY = 24.0  # the strip with the rings' names under the map, in points
STROKES = {"core": 3.3, "movable": 2.8, "outer": 0.9}  # in points, on a map of the width of a page
SEATS = {"core": 5, "movable": 8, "outer": 8}  # free circles on the empty map
TURN = {"core": 90, "movable": 112.5, "outer": 90}  # degrees at which their first stands
_WIDE = 500.0


def draw(
    press: Press,
    members: Iterable[Member],
    spots: Mapping[str, Spot],
    *,
    middle: tuple[float, float],
    side: float,
    me: str,
    rings: Mapping[str, str],
    short: bool = False,
) -> dict[str, str]:
    """The map in a square of `side` points round `middle`. A member whose name is empty is a circle left free.

    Gives the letters that stand for a name where there is no room for it, each but once; none where all are `short`.
    """
    unit = side / (2 * EDGE)
    there = [member for member in members if member.member_id in spots]
    discs = {
        ring: [_disc(m, spots[m.member_id], unit) for m in there if spots[m.member_id].ring == ring] for ring in RINGS
    }
    empty = [ring for ring in RINGS if not discs[ring]]
    x, y = middle
    for ring in RINGS:
        press.ring(x, y, RING_DISTANCE[ring] * unit, HAIRLINE, 0.5, dashes=4 if ring in empty else 0)
    press.ring(x, y, ME_RADIUS * unit, INK, 0.6)
    for ring in RINGS:
        for disc in discs[ring]:
            _circle(press, x + disc.x, y - disc.y, disc.radius, ring, disc.stroke)
    centre = Disc("me", me, 0, 0, ME_RADIUS * unit)
    brief = all(len(member.name) <= 3 for member in there)
    sizes = Sizes((16, 14, 12, 10) if brief else (12, 11, 10, 9, 8), 7)
    labels = place_labels(discs.values(), centre, sizes, side / 2)
    marks = {} if short else _marks(discs, labels)
    if marks:
        labels = place_labels(_marked(discs, marks), centre, sizes, side / 2)
        if too_long := [key for key in marks if (key, marks[key]) not in {(one.key, _said(one)) for one in labels}]:
            marks |= {key: str(number) for number, key in enumerate(too_long, 1)}
            labels = place_labels(_marked(discs, marks), centre, sizes, side / 2)
    _write(press, Label("me", (me,), 0, 0, 11), x, y, bold=True)
    inside = {disc.key: disc for ring in RINGS for disc in discs[ring]}
    for label in labels:
        if (label.x, label.y) != (inside[label.key].x, inside[label.key].y):
            press.blank(x + label.x, y - label.y, label.width, label.height)
        _write(press, label, x, y)
    for ring in empty:
        _name_empty_ring(press, ring, rings[ring], labels, [centre, *(d for r in RINGS for d in discs[r])], x, y, unit)
    return marks


def _marked(discs: Mapping[str, Sequence[Disc]], marks: Mapping[str, str]) -> list[list[Disc]]:
    return [[replace(disc, name=marks.get(disc.key, disc.name)) for disc in discs[ring]] for ring in RINGS]


def _said(label: Label) -> str:
    return "".join(label.lines)


def _marks(discs: Mapping[str, Sequence[Disc]], labels: Iterable[Label]) -> dict[str, str]:
    """For each whose name has no room, or is cut to what another's is: its initials, with a number where these are taken."""
    said = {label.key: _said(label) for label in labels}
    cut = Counter(words for words in said.values() if words.endswith("…"))
    lost = {
        disc.key: initials(disc.name)
        for ring in RINGS
        for disc in discs[ring]
        if disc.name
        and (len(said.get(disc.key, "")) < min(SHORTEST, len("".join(disc.name.split()))) or cut[said[disc.key]] > 1)
    }
    often = Counter([*lost.values(), *(words for key, words in said.items() if key not in lost)])
    seen: Counter[str] = Counter()
    for key, letters in lost.items():
        seen[letters] += 1
        lost[key] = f"{letters}{seen[letters]}" if often[letters] > 1 else letters
    return lost


def draw_free(press: Press, *, middle: tuple[float, float], side: float, me: str) -> None:
    """A map with nobody on it: a few free circles in each ring, evenly spread."""
    free = {f"{ring} {seat}": _free_spot(ring, seat) for ring in RINGS for seat in range(SEATS[ring])}
    nobody = [Member(member_id, "", seq) for seq, member_id in enumerate(free)]
    draw(press, nobody, free, middle=middle, side=side, me=me, rings={})


def _free_spot(ring: str, seat: int) -> Spot:
    angle = radians(TURN[ring] + 360 * seat / SEATS[ring])
    far = RING_DISTANCE[ring]
    return Spot(far * cos(angle), far * sin(angle), first_spot(ring).radius, ring, 0)


def draw_key(press: Press, names: Mapping[str, str], *, middle: float, y: float) -> None:
    """One small circle of each ring and its name, in a row."""
    radii, gap, air, size = {"core": 5.5, "movable": 5.5, "outer": 7.5}, 6.0, 22.0, 10.0
    wide = {ring: 2 * radii[ring] + gap + press.width_of(names[ring], size) for ring in RINGS}
    x = middle - (sum(wide.values()) + 2 * air) / 2
    for ring in RINGS:
        _circle(press, x + radii[ring], y, radii[ring], ring, STROKES[ring] * 0.75)
        press.put(x + 2 * radii[ring] + gap, y + 0.33 * size, names[ring], size, colour=SOFT_INK)
        x += wide[ring] + air


def draw_sign(press: Press, x: float, y: float, radius: float) -> None:
    """The three rings alone, as a sign: bold, dotted, large and thin."""
    for ring, part, thick in (("outer", 1.0, 1.0), ("movable", 0.66, 3.4), ("core", 0.34, 5.0)):
        _circle(press, x, y, radius * part, ring, thick)


def _disc(member: Member, spot: Spot, unit: float) -> Disc:
    radius = spot.radius * unit
    stroke = round(STROKES[spot.ring] * min(1, 2 * EDGE * unit / _WIDE) * min(1, 0.45 + radius / 30), 2)
    return Disc(
        member.member_id, small_name(printable(member.name), 60), spot.x * unit, spot.y * unit, radius, max(stroke, 0.6)
    )


def _circle(press: Press, x: float, y: float, radius: float, ring: str, thick: float) -> None:
    press.ring(x, y, radius, RING[ring], thick, dots=ring == "movable", white=True)


def _write(press: Press, label: Label, x: float, y: float, *, bold: bool = False) -> None:
    """The label's lines, in smaller letters where ours are wider than was reckoned with."""
    font = "bold" if bold else "sans"
    reckoned = max(text_width(line, 1) for line in label.lines)
    wide = max(press.width_of(line, 1, font) for line in label.lines)
    size = label.size * min(1, reckoned / wide if wide else 1)
    top = y - label.y - (len(label.lines) - 1) / 2 * 1.16 * size
    for number, line in enumerate(label.lines):
        press.put(x + label.x, top + number * 1.16 * size + 0.33 * size, line, size, font=font, at="middle")


def _name_empty_ring(
    press: Press,
    ring: str,
    name: str,
    labels: Sequence[Label],
    discs: Sequence[Disc],
    x: float,
    y: float,
    unit: float,
) -> None:
    """What an empty ring is for, under its foot or over its top, where nothing else stands; and its first seat, free."""
    seat = first_spot(ring)
    _circle(press, x + seat.x * unit, y - seat.y * unit, seat.radius * unit, ring, 0.6)
    free = Disc("", "", seat.x * unit, seat.y * unit, seat.radius * unit)
    reach = RING_DISTANCE[ring] * unit + 8
    for up in (-reach, reach):
        label = Label(ring, (name,), 0, up, 10)
        if not any(label.meets(other) for other in labels) and not any(label.touches(d) for d in (*discs, free)):
            press.put(x, y - up + 3.3, name, 10, colour=SOFT_INK, at="middle")
            return
