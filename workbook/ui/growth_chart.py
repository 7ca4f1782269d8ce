"""Growth drawn: how many stood in each ring over time, and which kinds of help are covered."""

import html
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from workbook.growth import Count
from workbook.pod import RINGS
from workbook.ui.palette import (
    FONT,
    NO_TOOLBAR,
    Palette,
    palette,
    ring_names,
    short_ring_names,
    text_width,
)
from workbook.ui.when import day
from workbook.ui.words import _, n_

CONFIG = NO_TOOLBAR
LINES = {
    "core": {"width": 4.5, "dash": "solid"},
    "movable": {"width": 3, "dash": "3px,4.5px"},
    "outer": {"width": 1.6, "dash": "solid"},
}
# The same circles as on the map, of three sizes: where counts are equal they stand one inside the other.
DOT_SIZE = {"core": 8, "movable": 15, "outer": 23}
DOT_LINES = {
    "core": {"width": 3.5, "dash": "solid"},
    "movable": {"width": 2.4, "dash": "2.4px,2.8px"},
    "outer": {"width": 1.4, "dash": "solid"},
}
SMALL_RADIUS = {"core": 6.0, "movable": 6.0, "outer": 8.0}
LETTERS, BETWEEN_LABELS = 14, 19
TOP, BOTTOM, LEFT = 14, 34, 40


def figure(counts: Sequence[Count], *, dark: bool = False, narrow: bool = False) -> dict[str, Any]:
    """People per ring over time as a Plotly figure: three lines in steps, named at their ends."""
    colours = palette(dark)
    if not counts:
        return _nothing_yet(colours)
    names = short_ring_names() if narrow else ring_names()
    labels = {ring: f"{names[ring]} {_latest(counts, ring)}" for ring in RINGS}
    right = 26 + max(text_width(label, LETTERS) for label in labels.values())
    height = 290 if narrow else 340
    top = _top(counts)
    lines = [] if len(counts) == 1 else [_line(counts, ring, colours) for ring in RINGS]
    return {
        "data": [*lines, *(_dot(counts, ring, colours) for ring in reversed(RINGS))],
        "layout": {
            **_paper(colours, height),
            "margin": {"l": LEFT, "r": round(right), "t": TOP, "b": BOTTOM, "pad": 0},
            "xaxis": _days(counts, colours, 3 if narrow else 4),
            "yaxis": _people(top, height - TOP - BOTTOM, colours),
            "annotations": list(_end_labels(counts, labels, top, height - TOP - BOTTOM, colours)),
        },
    }


def alt_text(counts: Sequence[Count]) -> str:
    """The chart in a sentence or two."""
    if not counts:
        return _nothing_words()
    names = ring_names()
    now = ", ".join(f"{names[ring]} {_latest(counts, ring)}" for ring in RINGS)
    if len(counts) == 1:
        return _("On {day}: {now}.").format(day=day(counts[0].day), now=now)
    then = ", ".join(f"{names[ring]} {getattr(counts[0], ring)}" for ring in RINGS)
    return _("From {first} to {last}. At first: {then}. Now: {now}.").format(
        first=day(counts[0].day), last=day(counts[-1].day), then=then, now=now
    )


def coverage_svg(
    coverage: Mapping[str, Counter[str]],
    *,
    dark: bool = False,
    narrow: bool = False,
    words: Callable[[str], str] = str,
) -> str:
    """A row for each kind of help, a circle for each member good for it, in the line of its ring.

    `words` puts a kind of help into words. A kind that nobody stands for yet is an open line, no more.
    """
    colours, names = palette(dark), short_ring_names() if narrow else ring_names()
    width, row, head, letters = (328, 34, 30, 13) if narrow else (640, 34, 30, 15)
    label = 8 + max((text_width(words(kind), letters) for kind in coverage), default=0)
    lefts = [label + (width - label) / len(RINGS) * number for number in range(len(RINGS))]
    drawn = [_svg_text(names[ring], x, 16, letters - 1, colours.soft_ink) for ring, x in zip(RINGS, lefts, strict=True)]
    for number, (kind, by_ring) in enumerate(coverage.items()):
        middle = head + row * (number + 0.5)
        drawn.append(_hairline(0, width, middle - row / 2, colours))
        drawn.append(_svg_text(words(kind), 0, middle + 0.34 * letters, letters, colours.ink))
        for ring, x in zip(RINGS, lefts, strict=True):
            drawn += _cell(by_ring[ring], ring, x, middle, lefts[1] - lefts[0], colours)
    height = head + row * len(coverage)
    spoken = html.escape(coverage_alt(coverage, words))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'style="max-width:100%;height:auto" role="img" aria-label="{spoken}" font-family="{html.escape(FONT)}">'
        f"<title>{spoken}</title>{''.join(drawn)}</svg>"
    )


def coverage_alt(coverage: Mapping[str, Counter[str]], words: Callable[[str], str] = str) -> str:
    """The kinds of help that someone stands for, in a sentence."""
    named = [
        n_("{kind}: {n} on your map", "{kind}: {n} on your map", by_ring.total()).format(
            kind=words(kind), n=by_ring.total()
        )
        for kind, by_ring in coverage.items()
        if by_ring.total()
    ]
    return "; ".join(named) + "." if named else _("Kinds of help: nothing noted yet.")


def _latest(counts: Sequence[Count], ring: str) -> int:
    return int(getattr(counts[-1], ring))


def _line(counts: Sequence[Count], ring: str, colours: Palette) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": ring,
        "x": [row.day.isoformat() for row in counts],
        "y": [getattr(row, ring) for row in counts],
        "line": {"shape": "hv", "color": colours.ring[ring], **LINES[ring]},
        "hoverinfo": "text",
        "hovertext": [f"{day(row.day)}<br>{ring_names()[ring]}: {getattr(row, ring)}" for row in counts],
        "showlegend": False,
    }


def _dot(counts: Sequence[Count], ring: str, colours: Palette) -> dict[str, Any]:
    """Where the line has come to, drawn as the ring's own circle."""
    last = counts[-1]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"{ring} now",
        "x": [last.day.isoformat()],
        "y": [getattr(last, ring)],
        "marker": {
            "size": DOT_SIZE[ring],
            "opacity": 1,
            "color": colours.fill[ring],
            "line": {"color": colours.ring[ring], **DOT_LINES[ring]},
        },
        "cliponaxis": False,
        "hoverinfo": "text",
        "hovertext": [f"{day(last.day)}<br>{ring_names()[ring]}: {getattr(last, ring)}"],
        "showlegend": False,
    }


def _top(counts: Sequence[Count]) -> float:
    """The upper end of the axis: a little above the highest line, and never so low that one person fills the page."""
    return max(max(row.core, row.movable, row.outer, 3) for row in counts) * 1.1


def _people(top: float, tall: float, colours: Palette) -> dict[str, Any]:
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000) if top / step <= 6 or step == 1000)
    return {
        "range": [-_under(top, tall), top],
        "tickvals": list(range(0, int(top) + 1, step)),
        "tickfont": {"size": 13, "color": colours.soft_ink, "family": FONT},
        "gridcolor": colours.hairline,
        "gridwidth": 1,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "ticklabelstandoff": 6,
        "fixedrange": True,
    }


def _under(top: float, tall: float) -> float:
    """Room under zero, in people, for the largest circle to lie on the line whole."""
    below = DOT_SIZE["outer"] / 2 + 2
    return float(top * below / (tall - below))


def _days(counts: Sequence[Count], colours: Palette, most: int) -> dict[str, Any]:
    first, last = counts[0].day, counts[-1].day
    shown = list(_tick_days(first, last, most))
    before = timedelta(days=1) if first == last else timedelta()  # a single day stands at the right, by its labels
    return {
        "type": "date",
        "range": [(first - before).isoformat(), last.isoformat()],
        "tickvals": [on.isoformat() for on in shown],
        "ticktext": [day(on) if on == last else day(on, last) for on in shown],
        "tickfont": {"size": 13, "color": colours.soft_ink, "family": FONT},
        "tickangle": 0,
        "ticklabelstandoff": 6,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
    }


def _tick_days(first: date, last: date, most: int) -> Iterator[date]:
    """The first day, the last, and some evenly between."""
    parts = min(most - 1, (last - first).days)
    yield first
    for part in range(1, parts + 1):
        yield first + timedelta(days=round((last - first).days * part / parts))


def _end_labels(
    counts: Sequence[Count], labels: Mapping[str, str], top: float, tall: float, colours: Palette
) -> Iterator[dict[str, Any]]:
    """Each line's name and number beside its end, moved apart where lines end close together."""
    last = counts[-1]
    each = tall / (top + _under(top, tall))
    rings = sorted(reversed(RINGS), key=lambda ring: getattr(last, ring))
    wanted = [getattr(last, ring) * each for ring in rings]
    for ring, at, y in zip(rings, wanted, spread(wanted, BETWEEN_LABELS), strict=True):
        yield {
            "x": last.day.isoformat(),
            "y": getattr(last, ring),
            "xshift": 15,
            "yshift": round(y - at, 1),
            "text": labels[ring],
            "xanchor": "left",
            "yanchor": "middle",
            "showarrow": False,
            "font": {
                "size": LETTERS,
                "color": colours.ring[ring],
                "family": FONT,
                "weight": 600 if ring == "core" else 400,
            },
        }


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions as near as can be to the wanted ones (in rising order, the lowest at 0 or more), none closer than `gap`."""
    groups: list[list[float]] = []
    for at in wanted:
        groups.append([at])
        while len(groups) > 1 and _lowest(groups[-1], gap) < _highest(groups[-2], gap) + gap:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [_lowest(group, gap) + gap * number for group in groups for number in range(len(group))]


def _lowest(group: Sequence[float], gap: float) -> float:
    return max(sum(group) / len(group) - gap * (len(group) - 1) / 2, 0)


def _highest(group: Sequence[float], gap: float) -> float:
    return _lowest(group, gap) + gap * (len(group) - 1)


def _paper(colours: Palette, height: int) -> dict[str, Any]:
    return {
        "template": {},
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "color": colours.ink},
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


def _nothing_words() -> str:
    return _("This picture begins with the first name on your map.")


def _nothing_yet(colours: Palette) -> dict[str, Any]:
    """An open page with one quiet sentence on it."""
    bare = {"visible": False, "fixedrange": True, "range": [-1, 1]}
    words = {"size": LETTERS, "color": colours.soft_ink, "family": FONT}
    sentence = {
        "type": "scatter",
        "mode": "text",
        "x": [0],
        "y": [0],
        "text": [_broken(_nothing_words())],
        "textfont": words,
    }
    return {
        "data": [{**sentence, "hoverinfo": "skip", "showlegend": False}],
        "layout": {
            **_paper(colours, 140),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "xaxis": bare,
            "yaxis": bare,
        },
    }


def _broken(sentence: str) -> str:
    """On two lines of about the same length, so that a phone can show it."""
    words = sentence.split(" ")
    half = min(range(1, len(words) + 1), key=lambda at: abs(len(" ".join(words[:at])) - len(sentence) / 2))
    return "<br>".join(part for part in (" ".join(words[:half]), " ".join(words[half:])) if part)


def _cell(count: int, ring: str, left: float, middle: float, column: float, colours: Palette) -> Iterator[str]:
    """As many circles as there is room for, then how many more; an open line where there is none yet."""
    if not count:
        yield _hairline(left + 2, left + 14, middle, colours)
    radius = SMALL_RADIUS[ring] * (0.75 if column < 100 else 1)
    step = 2 * radius + 5
    room = column - 8
    shown = count if count * step <= room else max(int((room - 22) // step), 1)
    for number in range(shown):
        x = left + radius + 2 + step * number
        yield (
            f'<circle cx="{x:.1f}" cy="{middle:g}" r="{radius:g}" fill="{colours.fill[ring]}" '
            f"{_svg_line(ring, colours)}/>"
        )
    if shown < count:
        yield _svg_text(f"+{count - shown}", left + 2 + step * shown, middle + 4.4, 13, colours.ring[ring])


def _hairline(left: float, right: float, y: float, colours: Palette) -> str:
    return f'<line x1="{left:g}" x2="{right:g}" y1="{y:g}" y2="{y:g}" stroke="{colours.hairline}" stroke-width="1"/>'


def _svg_line(ring: str, colours: Palette) -> str:
    width = {"core": 3.2, "movable": 2.4, "outer": 1.4}[ring]
    dash = ' stroke-dasharray="2.2 2.51"' if ring == "movable" else ""
    return f'stroke="{colours.ring[ring]}" stroke-width="{width}"{dash}'


def _svg_text(text: str, x: float, y: float, size: float, colour: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}">{html.escape(text)}</text>'
