"""How the desk speaks of a person, and the small drawing of a pod over time."""

from collections.abc import Collection, Sequence

from workbook.coaching import SCOPES, Seen
from workbook.growth import Count
from workbook.pod import RINGS
from workbook.ui import growth_chart
from workbook.ui.drawings import picture
from workbook.ui.palette import palette
from workbook.ui.words import _

WIDTH, STRIP, GAP = 132, 18, 7
LINES = {"core": '3.2"', "movable": '2.4" stroke-dasharray="2.4 3.2"', "outer": '1.3"'}


def called(one: Seen) -> str:
    """What they let the coach call them."""
    return one.called or _("Someone")


def shares(scopes: Collection[str]) -> str:
    """What a person shares, in a sentence."""
    words = {"steps": _("their steps"), "shape": _("the shape of their pod"), "ticked": _("answers they choose")}
    shared = [words[scope] for scope in SCOPES if scope in scopes]
    if not shared:
        return _("They share nothing, and that is a full way to take part.")
    return _("They share {what}.").format(what=_and(shared))


def shares_in_short(scopes: Collection[str]) -> str:
    """The same for a list."""
    words = {"steps": _("steps"), "shape": _("shape"), "ticked": _("chosen answers")}
    shared = [words[scope] for scope in SCOPES if scope in scopes]
    return _("Shares: {what}.").format(what=", ".join(shared)) if shared else shares(scopes)


def _and(parts: Sequence[str]) -> str:
    return _("{some} and {last}").format(some=", ".join(parts[:-1]), last=parts[-1]) if parts[1:] else parts[0]


def small_lines(counts: Sequence[Count], dark: bool) -> str:
    """How many stood in each ring on each of these days, as three small lines: bold, dotted, thin."""
    inks = palette(dark)
    most = max(3, *(getattr(row, ring) for row in counts for ring in RINGS))
    wide = WIDTH / len(counts)
    drawn = []
    for place, ring in enumerate(RINGS):
        ground = 2 + place * (STRIP + GAP) + STRIP
        heights = [ground - STRIP * getattr(row, ring) / most for row in counts]
        path = f"M0 {heights[0]:.1f}" + "".join(f"V{high:.1f}h{wide:.1f}" for high in heights)
        drawn.append(f'<path d="M0 {ground}h{WIDTH}" stroke="{inks.hairline}" stroke-width="1"/>')
        drawn.append(f'<path d="{path}" stroke="{inks.ring[ring]}" stroke-width="{LINES[ring]}/>')
    high = 2 + 3 * STRIP + 2 * GAP + 2
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" fill="none">{"".join(drawn)}</svg>'
    return picture(svg, growth_chart.alt_text(counts), "small-lines")
