"""Two circles that overlap as much as the person says: me and my pod.

After the Inclusion of Other in the Self scale (Aron, Aron & Smollan 1992) in its continuous form
(Beranek & Castillo); drawn by us, 0 to 100.
"""

from workbook.ui.drawings import picture
from workbook.ui.palette import palette
from workbook.ui.words import _

RADIUS = 60.0
UNPLACED = 30  # how far they overlap, faintly, while the question is open


def circles(value: int | None, dark: bool) -> str:
    """The picture for a share of overlap from 0 (apart) to 100 (one)."""
    inks = palette(dark)
    apart = RADIUS * 2 * (1 - (UNPLACED if value is None else value) / 100)
    left, right = 180 - apart / 2, 180 + apart / 2
    faint = ' opacity="0.45"' if value is None else ""
    words = (
        _("Two circles, not placed yet")
        if value is None
        else _("Two circles, {value} in 100 overlapping").format(value=value)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 140" font-family="system-ui, sans-serif" font-size="14"{faint}>'
        f'<g fill="none" stroke-width="4"><circle cx="{left:.1f}" cy="70" r="{RADIUS}" stroke="{inks.ink}"/>'
        f'<circle cx="{right:.1f}" cy="70" r="{RADIUS}" stroke="{inks.ring["core"]}"/></g>'
        f'<g fill="{inks.soft_ink}" text-anchor="middle"><text x="{left - 24:.1f}" y="62">{_("me")}</text>'
        f'<text x="{right + 24:.1f}" y="86">{_("my pod")}</text></g></svg>'
    )
    return picture(svg, words, "overlap")
