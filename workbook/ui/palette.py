"""The colours, lines and letters that drawings and charts share, on light and on dark paper."""

from collections.abc import Callable
from dataclasses import dataclass

from workbook.ui.words import _

FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, sans-serif'
NO_TOOLBAR = {
    "displayModeBar": False,
    "displaylogo": False,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "showAxisDragHandles": False,
    "typesetMath": False,  # a name with two dollar signs is a name
}


@dataclass(frozen=True, slots=True)
class Palette:
    """One set of colours; `ring` and `fill` by ring."""

    paper: str
    ink: str
    soft_ink: str
    hairline: str
    card: str
    me: str
    ring: dict[str, str]
    fill: dict[str, str]


LIGHT = Palette(
    paper="#FBF8F2",
    ink="#2C2A26",
    soft_ink="#6B6459",
    hairline="#DDD5C7",
    card="#FFFFFF",
    me="#E9E3D7",
    ring={"core": "#1E6B66", "movable": "#8A5A12", "outer": "#4B5290"},
    fill={"core": "#FFFFFF", "movable": "#FFFFFF", "outer": "#F3F1F8"},
)
DARK = Palette(
    paper="#1D1F1E",
    ink="#EDE8DF",
    soft_ink="#B3AB9E",
    hairline="#3A3C3A",
    card="#272A28",
    me="#3B3935",
    ring={"core": "#7CC7BF", "movable": "#E0B368", "outer": "#B4B9F0"},
    fill={"core": "#272A28", "movable": "#272A28", "outer": "#282A36"},
)


def palette(dark: bool) -> Palette:
    return DARK if dark else LIGHT


def ring_names() -> dict[str, str]:
    return {"core": _("Core Circle"), "movable": _("Movable People"), "outer": _("Outer Resources")}


def short_ring_names() -> dict[str, str]:
    """The same where a phone leaves little room."""
    return {"core": _("Core"), "movable": _("Movable"), "outer": _("Outer")}


def fitting_ring_names(fits: Callable[[dict[str, str]], bool]) -> dict[str, str]:
    """The full names of the rings if they fit, or else the short ones."""
    return ring_names() if fits(ring_names()) else short_ring_names()
