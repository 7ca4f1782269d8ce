"""Growth drawn: how many stood in each ring over time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
)
from workbook.ui.when import day
from workbook.ui.words import _

CONFIG = NO_TOOLBAR
LINES = {
    "core": {"width": 4.5, "dash": "solid"},
    "movable": {"width": 3, "dash": "3px,4.5px"},
    "outer": {"width": 1.6, "dash": "solid"},
}
# The same circles as on the map.
DOT_SIZE = {"core": 11, "movable": 13, "outer": 17}
DOT_LINES = {
    "core": {"width": 3.5, "dash": "solid"},
    "movable": {"width": 2.4, "dash": "2.4px,2.8px"},
    "outer": {"width": 1.4, "dash": "solid"},
}
SAMPLE_SIZE = 8
LETTERS = 14
TITLE, BOTTOM = 40, 34  # over each strip its name, under the last the days, in pixels
AIR = 4  # over the highest line, so that it is drawn whole
PERSON, ALL_STRIPS = 24, 330  # how high one person stands, and all three strips together at most


def figure(
    counts: Sequence[Count], *, dark: bool = False, narrow: bool = False, sampled: bool = False
) -> dict[str, Any]:
    """People per ring over time as a Plotly figure: a strip for each ring, named, with its number at its end.

    One person is as high in each strip as in the others, so that the strips can be compared, and no line crosses another.
    `sampled`: the rows are single days with nothing known in between, each a dot, and not the days on which it changed.
    """
    colours = palette(dark)
    if not counts:
        return _nothing_yet(colours)
    strips = _strips(counts)
    height = sum(strip.high + TITLE for strip in strips.values()) + BOTTOM
    lines = [] if len(counts) == 1 else [_line(counts, ring, colours, sampled) for ring in RINGS]
    layout = {
        **_paper(colours, height),
        "margin": {"l": 4, "r": 46, "t": 0, "b": BOTTOM, "pad": 0},
        "xaxis": _days(counts, colours, 3 if narrow else 4),
        "annotations": [
            *(note for ring in RINGS for note in _notes(counts, ring, strips[ring], height, colours)),
            *_first_day(counts, colours),
        ],
    }
    for ring, strip in strips.items():
        layout[_axis(ring).replace("y", "yaxis")] = _people(strip, height, colours)
    return {"data": [*lines, *(_dot(counts, ring, colours) for ring in RINGS)], "layout": layout}


@dataclass(frozen=True, slots=True)
class _Strip:
    """One ring's part of the picture, in pixels from its top; `most` people fill its height."""

    top: float
    high: float
    most: float


def _strips(counts: Sequence[Count]) -> dict[str, _Strip]:
    most = {ring: max(1, *(int(getattr(row, ring)) for row in counts)) for ring in RINGS}
    person = min(PERSON, ALL_STRIPS / sum(most.values()))
    strips, top = {}, 0.0
    for ring in RINGS:
        high = most[ring] * person + AIR
        strips[ring] = _Strip(top + TITLE, high, high / person)
        top += TITLE + high
    return strips


def _axis(ring: str) -> str:
    return {"core": "y", "movable": "y2", "outer": "y3"}[ring]


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


def _latest(counts: Sequence[Count], ring: str) -> int:
    return int(getattr(counts[-1], ring))


def _line(counts: Sequence[Count], ring: str, colours: Palette, sampled: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if sampled else "lines",
        "marker": {"size": SAMPLE_SIZE, "opacity": 1, "color": colours.ring[ring]},
        "name": ring,
        "yaxis": _axis(ring),
        "x": [row.day.isoformat() for row in counts],
        "y": [getattr(row, ring) for row in counts],
        "line": {"shape": "linear" if sampled else "hv", "color": colours.ring[ring], **LINES[ring]},
        "cliponaxis": False,
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
        "yaxis": _axis(ring),
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


def _people(strip: _Strip, height: float, colours: Palette) -> dict[str, Any]:
    """A strip's own axis: no numbers, and one hairline to stand on."""
    inner = height - BOTTOM
    return {
        "domain": [round(1 - (strip.top + strip.high) / inner, 5), round(1 - strip.top / inner, 5)],
        "range": [0, strip.most],
        "anchor": "x",
        "showticklabels": False,
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": colours.hairline,
        "zerolinewidth": 1,
        "zerolinelayer": "below traces",
        "showline": False,
        "ticks": "",
        "fixedrange": True,
    }


def _notes(
    counts: Sequence[Count], ring: str, strip: _Strip, height: float, colours: Palette
) -> Iterator[dict[str, Any]]:
    """The ring's name over its strip, and its number beside the end of its line."""
    font = {"color": colours.ring[ring], "family": FONT}
    yield {
        "xref": "paper",
        "x": 0,
        "yref": "paper",
        "y": round(1 - strip.top / (height - BOTTOM), 5),
        "yshift": 20,
        "text": ring_names()[ring],
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "font": {**font, "size": LETTERS, "weight": 600 if ring == "core" else 400},
    }
    yield {
        "x": counts[-1].day.isoformat(),
        "yref": _axis(ring),
        "y": _latest(counts, ring),
        "xshift": 14,
        "text": str(_latest(counts, ring)),
        "xanchor": "left",
        "yanchor": "middle",
        "showarrow": False,
        "font": {**font, "size": LETTERS + 3, "weight": 600},
    }


def _days(counts: Sequence[Count], colours: Palette, most: int) -> dict[str, Any]:
    first, last = counts[0].day, counts[-1].day
    shown = [on for on in _tick_days(first, last, most) if on != first or on == last]
    before = timedelta(days=1) if first == last else timedelta()  # a single day stands at the right, by its labels
    return {
        "type": "date",
        "anchor": "y3",
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


def _first_day(counts: Sequence[Count], colours: Palette) -> Iterator[dict[str, Any]]:
    """The first day begins where the lines begin: as a tick half of it would be cut off."""
    first, last = counts[0].day, counts[-1].day
    if first != last:
        yield {
            "xref": "paper",
            "x": 0,
            "yref": "paper",
            "y": 0,
            "yshift": -15,
            "text": day(first, last),
            "xanchor": "left",
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": 13, "color": colours.soft_ink, "family": FONT},
        }


def _tick_days(first: date, last: date, most: int) -> Iterator[date]:
    """The first day, the last, and some evenly between."""
    parts = min(most - 1, (last - first).days)
    yield first
    for part in range(1, parts + 1):
        yield first + timedelta(days=round((last - first).days * part / parts))


def _paper(colours: Palette, height: float) -> dict[str, Any]:
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
