"""The pod map: me in the centre, Core bold, Movable dotted, Outer large and thin at the edge."""

import html
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import pi
from typing import Any

from workbook.labels import Disc, Label, Sizes, place_labels, text_width
from workbook.pod import ME_RADIUS, RING_DISTANCE, RINGS, Member, Spot, first_spot, small_name
from workbook.ui.drawings import picture
from workbook.ui.palette import FONT, NO_TOOLBAR, Palette, fitting_ring_names, palette, ring_names
from workbook.ui.words import _, n_

CONFIG = NO_TOOLBAR
HALO = 4.5  # how far the fine line round a chosen circle stands off, in pixels
EDGE = 1.02  # a little air round the outermost circles, in map units


@dataclass(frozen=True, slots=True)
class Size:
    """A picture in pixels: a square map with a strip for the key to the circles under it."""

    side: int
    key: int
    names: Sizes
    key_letters: float
    strokes: Mapping[str, float]

    @property
    def unit(self) -> float:
        return self.side / (2 * EDGE)


WIDE = Size(640, 40, Sizes((14, 13, 12), 10), 13.5, {"core": 4.5, "movable": 3.2, "outer": 1.8})
NARROW = Size(328, 34, Sizes((12, 11), 10), 12, {"core": 3.2, "movable": 2.4, "outer": 1.4})
SMALL = Size(440, 0, Sizes((13, 12, 11), 10), 12, {"core": 3.6, "movable": 2.8, "outer": 1.5})
SMALL_NARROW = Size(328, 0, Sizes((12, 11), 10), 12, {"core": 3.2, "movable": 2.4, "outer": 1.4})


@dataclass(frozen=True, slots=True)
class _Stroke:
    colour: str
    width: float
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class _Circle:
    """A drawn circle, in pixels from the centre of the map, y upwards."""

    x: float
    y: float
    radius: float
    stroke: _Stroke | None
    fill: str = "none"
    opacity: float = 1


@dataclass(frozen=True, slots=True)
class _Words:
    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    colour: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is drawn, back to front, and the discs of the members."""

    circles: list[_Circle]
    words: list[_Words]
    discs: list[Disc]


def figure(
    members: Iterable[Member],
    spots: Mapping[str, Spot],
    *,
    dark: bool = False,
    narrow: bool = False,
    chosen: str | None = None,
    words: Callable[[str], str] = str,
) -> dict[str, Any]:
    """The map as a Plotly figure; a point's `customdata` is its member id, `words` puts a kind into words."""
    by_id = {member.member_id: member for member in members if member.member_id in spots}
    size, colours = NARROW if narrow else WIDE, palette(dark)
    picture = _picture(by_id, spots, size, colours, chosen)
    key_circles, key_words = _key(size, colours)
    return {
        "data": [
            *_text_traces([*picture.words, *key_words], size),
            _points(picture.discs, by_id, spots, size, words),
        ],
        "layout": _layout([_shape(circle, size) for circle in picture.circles + key_circles], size, colours),
    }


def still(members: Iterable[Member], spots: Mapping[str, Spot], *, dark: bool = False, narrow: bool = False) -> str:
    """The map as a small still picture in HTML: it needs no script, and its names are in the page's own letters.

    The circles are a picture, the names lie over it as text, all in parts of its width.
    """
    by_id = {member.member_id: member for member in members if member.member_id in spots}
    size, colours = SMALL_NARROW if narrow else SMALL, palette(dark)
    drawn = _picture(by_id, spots, size, colours, None)
    half = size.side / 2
    circles = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-half:g} {-half:g} {size.side} {size.side}">'
        + "".join(map(_svg_circle, drawn.circles))
        + "</svg>"
    )
    names = "".join(_html_words(words, size, colours) for words in drawn.words)
    picked = picture(circles, alt_text(by_id.values()), "pod")
    return f'<div class="pod-small">{picked}<div aria-hidden="true">{names}</div></div>'


def alt_text(members: Iterable[Member]) -> str:
    """The map in a sentence, without names."""
    places = [member.place for member in members]
    core, movable, outer = (places.count(ring) for ring in RINGS)
    if not core + movable + outer:
        return _("Your pod: three empty rings around you, and nobody placed yet.")
    return _("Your pod: {core}, {movable}, {outer}.").format(**in_words(core, movable, outer))


def in_words(core: int, movable: int, outer: int) -> dict[str, str]:
    """How many stand in each ring, in words by ring."""
    return {
        "core": n_("{n} in the Core Circle", "{n} in the Core Circle", core).format(n=core),
        "movable": n_("{n} Movable Person", "{n} Movable People", movable).format(n=movable),
        "outer": n_("{n} Outer Resource", "{n} Outer Resources", outer).format(n=outer),
    }


def _picture(
    by_id: Mapping[str, Member], spots: Mapping[str, Spot], size: Size, colours: Palette, chosen: str | None
) -> _Picture:
    me = Disc("me", _("me"), 0, 0, ME_RADIUS * size.unit)
    rings = {ring: _discs(ring, by_id, spots, size, chosen) for ring in RINGS}
    discs = [disc for ring in RINGS for disc in rings[ring]]
    labels = place_labels(rings.values(), me, size.names, size.side / 2)
    empty = [ring for ring in RINGS if not rings[ring]]
    circles = [*_guides(empty, size, colours), _Circle(0, 0, me.radius, None, colours.me)]
    for ring in RINGS:
        for disc in rings[ring]:
            circles += _member_circles(disc, ring, colours)
    words = [_Words((me.name,), 0, 0, size.names.names[0] + 1, colours.ink, bold=True)]
    words += [_Words(n.lines, n.x, n.y, n.size, colours.ink, bold=n.key == chosen) for n in labels]
    free = [disc_of(ring, first_spot(ring), "", size) for ring in empty]
    words += _names_of_empty_rings(empty, labels, [me, *discs, *free], size, colours)
    return _Picture(circles, words, discs)


def _discs(
    ring: str, by_id: Mapping[str, Member], spots: Mapping[str, Spot], size: Size, chosen: str | None
) -> list[Disc]:
    discs = []
    for member_id, member in by_id.items():
        if spots[member_id].ring == ring:
            disc = disc_of(ring, spots[member_id], small_name(member.name, 60), size)
            discs.append(replace(disc, key=member_id, halo=HALO if member_id == chosen else 0))
    return discs


def disc_of(ring: str, spot: Spot, name: str, size: Size) -> Disc:
    """A member's circle in pixels."""
    radius = spot.radius * size.unit
    return Disc("", name, spot.x * size.unit, spot.y * size.unit, radius, _line_width(radius, ring, size))


def _line_width(radius: float, ring: str, size: Size) -> float:
    """The ring's own line, a little finer on the smallest circles so that they stay open."""
    return round(size.strokes[ring] * min(1, 0.45 + radius / 40), 2)


def _guides(empty: Sequence[str], size: Size, colours: Palette) -> Iterator[_Circle]:
    """The faint rings under everything; as long as nobody is on one it is dashed, with a pale seat kept free."""
    for ring in RINGS:
        dash = (5.0, 6.0) if ring in empty else None
        yield _Circle(0, 0, RING_DISTANCE[ring] * size.unit, _Stroke(colours.hairline, 1.2 if dash else 1, dash))
    for ring in empty:
        seat = disc_of(ring, first_spot(ring), "", size)
        yield from (replace(circle, opacity=0.4) for circle in _member_circles(seat, ring, colours))


def _member_circles(disc: Disc, ring: str, colours: Palette) -> Iterator[_Circle]:
    dash = dots(disc.radius, disc.stroke) if ring == "movable" else None
    if disc.halo:
        yield _Circle(disc.x, disc.y, disc.reach - 1, _Stroke(colours.ink, 1.6))
    yield _Circle(disc.x, disc.y, disc.radius, _Stroke(colours.ring[ring], disc.stroke, dash), colours.fill[ring])


def dots(radius: float, width: float) -> tuple[float, float]:
    """A dotted line whose dots close evenly round a circle of this radius."""
    count = max(round(2 * pi * radius / (2.3 * width)), 6)
    each = 2 * pi * radius / count
    return round(width, 2), round(each - width, 3)


def _names_of_empty_rings(
    empty: Sequence[str], labels: Sequence[Label], discs: Sequence[Disc], size: Size, colours: Palette
) -> Iterator[_Words]:
    """Each empty ring says what it is for, under its foot or over its top, where nothing else stands."""
    letters = size.key_letters
    for ring in empty:
        reach = RING_DISTANCE[ring] * size.unit + 0.75 * letters
        for y in (-reach, reach):
            name = Label(ring, (ring_names()[ring],), 0, y, letters)
            if not any(name.meets(other) for other in labels) and not any(name.touches(disc) for disc in discs):
                yield _Words(name.lines, name.x, name.y, letters, colours.soft_ink)
                break


def _key(size: Size, colours: Palette) -> tuple[list[_Circle], list[_Words]]:
    """One small circle of each ring and its name, in a row under the map."""
    radii = {"core": 6.5, "movable": 6.5, "outer": 8.5}
    gap, letters = 6.0, size.key_letters

    def width(names: Mapping[str, str]) -> float:
        return sum(2 * radii[ring] + gap + text_width(names[ring], letters) for ring in RINGS)

    names = fitting_ring_names(lambda names: width(names) + 2 * 10 <= size.side - 4)
    air = min(24.0, (size.side - 4 - width(names)) / 2)
    x, y = -(width(names) + 2 * air) / 2, -size.side / 2 - size.key / 2
    circles: list[_Circle] = []
    words: list[_Words] = []
    for ring in RINGS:
        radius, long = radii[ring], text_width(names[ring], letters)
        disc = Disc(ring, "", x + radius, y, radius, size.strokes[ring] * 0.8)
        circles += _member_circles(disc, ring, colours)
        words.append(_Words((names[ring],), x + 2 * radius + gap + long / 2, y, letters, colours.soft_ink))
        x += 2 * radius + gap + long + air
    return circles, words


def _text_traces(words: Iterable[_Words], size: Size) -> Iterator[dict[str, Any]]:
    """One trace for each kind of lettering; never faded when a point is selected."""
    alike: dict[tuple[float, str, bool], list[_Words]] = {}
    for one in words:
        alike.setdefault((one.size, one.colour, one.bold), []).append(one)
    for (letters, colour, bold), group in alike.items():
        yield {
            "type": "scatter",
            "mode": "text",
            "x": [round(one.x / size.unit, 4) for one in group],
            "y": [round(one.y / size.unit, 4) for one in group],
            "text": ["<br>".join(map(_as_written, one.lines)) for one in group],
            "textposition": "middle center",
            "textfont": {"size": letters, "color": colour, "family": FONT, "weight": 600 if bold else 400},
            "unselected": {"textfont": {"color": colour}},
            "hoverinfo": "skip",
            "showlegend": False,
        }


def _points(
    discs: Iterable[Disc],
    by_id: Mapping[str, Member],
    spots: Mapping[str, Spot],
    size: Size,
    words: Callable[[str], str],
) -> dict[str, Any]:
    """The unseen points over the circles that can be selected and say a member's full name."""
    discs = list(discs)
    names = ring_names()
    unseen = {"marker": {"opacity": 0}}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "members",
        "x": [round(disc.x / size.unit, 4) for disc in discs],
        "y": [round(disc.y / size.unit, 4) for disc in discs],
        "customdata": [disc.key for disc in discs],
        "marker": {"size": [round(2 * disc.radius, 1) for disc in discs], "opacity": 0},
        "selected": unseen,
        "unselected": unseen,
        "hoverinfo": "text",
        "hovertext": [_hover(by_id[disc.key], names[spots[disc.key].ring], words) for disc in discs],
        "showlegend": False,
    }


def _hover(member: Member, ring: str, words: Callable[[str], str]) -> str:
    second = ring if member.kind == "person" else f"{ring} · {words(member.kind)}"
    return f"<b>{_as_written(small_name(member.name, 60))}</b><br>{_as_written(second)}"


def _as_written(text: str) -> str:
    """A name that holds a tag is shown as typed: Plotly reads a little HTML."""
    return html.escape(text, quote=False)


def _shape(circle: _Circle, size: Size) -> dict[str, Any]:
    line = circle.stroke or _Stroke(circle.fill, 0)
    return {
        "type": "circle",
        "layer": "below",
        "opacity": circle.opacity,
        "x0": round((circle.x - circle.radius) / size.unit, 4),
        "x1": round((circle.x + circle.radius) / size.unit, 4),
        "y0": round((circle.y - circle.radius) / size.unit, 4),
        "y1": round((circle.y + circle.radius) / size.unit, 4),
        "fillcolor": "rgba(0,0,0,0)" if circle.fill == "none" else circle.fill,
        "line": {
            "color": line.colour,
            "width": line.width,
            "dash": f"{line.dash[0]}px,{line.dash[1]}px" if line.dash else "solid",
        },
    }


def _layout(shapes: list[dict[str, Any]], size: Size, colours: Palette) -> dict[str, Any]:
    bare = {"visible": False, "fixedrange": True}
    clear = "rgba(0,0,0,0)"
    return {
        "template": {},
        "shapes": shapes,
        "height": size.side + size.key,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0},
        "paper_bgcolor": clear,
        "plot_bgcolor": clear,
        "font": {"family": FONT, "color": colours.ink},
        "xaxis": {**bare, "range": [-EDGE, EDGE], "constrain": "domain"},
        "yaxis": {
            **bare,
            "range": [round(-EDGE - size.key / size.unit, 4), EDGE],
            "scaleanchor": "x",
            "constrain": "domain",
        },
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": colours.card,
            "bordercolor": colours.hairline,
            "font": {"family": FONT, "size": 15, "color": colours.ink},
            "align": "left",
        },
    }


def _svg_circle(circle: _Circle) -> str:
    stroke = ""
    if circle.stroke:
        stroke = f' stroke="{circle.stroke.colour}" stroke-width="{circle.stroke.width:g}"'
        if circle.stroke.dash:
            stroke += ' stroke-dasharray="{:g} {:g}"'.format(*circle.stroke.dash)
    if circle.opacity < 1:
        stroke += f' opacity="{circle.opacity}"'
    return f'<circle cx="{circle.x:.1f}" cy="{-circle.y:.1f}" r="{circle.radius:.1f}" fill="{circle.fill}"{stroke}/>'


def _html_words(words: _Words, size: Size, colours: Palette) -> str:
    """Lines of text over the picture: places in hundredths of its sides, letters in hundredths of its width."""
    kind = "me" if words.bold else "free" if words.colour == colours.soft_ink else "name"
    place = f"left:{50 + 100 * words.x / size.side:.2f}%;top:{50 - 100 * words.y / size.side:.2f}%"
    lines = "<br>".join(html.escape(line) for line in words.lines)
    return f'<span class="{kind}" style="{place};font-size:{100 * words.size / size.side:.2f}cqw">{lines}</span>'
