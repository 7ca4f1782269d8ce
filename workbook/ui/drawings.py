"""Small line drawings as pictures: two strokes of ink and one ring colour. Original work.

They travel as data addresses: `st.html` takes inline SVG out, and a file would be one more request.
"""

import base64
from math import cos, radians, sin

from workbook.ui.palette import palette
from workbook.ui.plain import safe

_LINES = {
    "welcome": '<path class="i" d="M14 12h30a6 6 0 0 1 6 6v34H20a6 6 0 0 1-6-6z"/><path class="i" d="M14 46a6 6 0 0 1 6-6h30"/>'
    '<circle class="core" cx="32" cy="27" r="7"/>',
    "reflect": '<rect class="i" x="14" y="10" width="36" height="44" rx="3"/><path class="i" d="M32 10v44M14 32h36"/>'
    '<circle class="movable" cx="41" cy="21" r="5"/>',
    "reach_out": '<rect class="i" x="9" y="18" width="46" height="31" rx="3"/><path class="i" d="M10 20l22 17 22-17"/>'
    '<circle class="core" cx="32" cy="37" r="5"/>',
    "reconnect": '<path class="i" d="M18 56V14a4 4 0 0 1 4-4h20a4 4 0 0 1 4 4v42"/><path class="i" d="M10 56h44"/>'
    '<circle class="outer" cx="40" cy="34" r="3.4"/>',
    "stay_open": '<path class="i" d="M24 56c2-12 20-14 14-26S26 18 34 8"/><path class="i" d="M10 56h44"/>'
    '<circle class="movable" cx="46" cy="16" r="6"/>',
    "check_in": '<circle class="i" cx="32" cy="32" r="22"/><path class="i" d="M32 18v14l9 6"/>'
    '<circle class="core" cx="32" cy="32" r="3"/>',
}


def drawing_of(step: str, dark: bool) -> str:
    """The drawing of one step, for decoration only."""
    inks = palette(dark)
    style = (
        "*{fill:none;stroke-width:2.4;stroke-linecap:round;stroke-linejoin:round}"
        f".i{{stroke:{inks.ink}}}.core{{stroke:{inks.ring['core']};stroke-width:4}}"
        f".movable{{stroke:{inks.ring['movable']};stroke-width:3.2;stroke-dasharray:.5 5}}.outer{{stroke:{inks.ring['outer']}}}"
    )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><style>{style}</style>{_LINES[step]}</svg>'
    return picture(svg, "", "drawing")


def pod_sketch(dark: bool) -> str:
    """A pod without names, for the front page: me, three bold circles, three dotted, three large ones at the edge."""
    inks = palette(dark)
    lines = {"core": "4.6", "movable": "3.4", "outer": "1.8"}
    drawn = [f'<circle r="{r}" fill="none" stroke="{inks.hairline}" stroke-width="1.2"/>' for r in (40, 68, 96)]
    drawn.append(f'<circle r="13" fill="{inks.me}"/>')
    for ring, away, size, turns in (
        ("core", 40, 11, (-80, 45, 165)),
        ("movable", 68, 11, (-30, 100, 215)),
        ("outer", 96, 18, (-62, 20, 140)),
    ):
        for turn in turns:
            x, y = away * cos(radians(turn)), away * sin(radians(turn))
            dots = ' stroke-dasharray=".1 5.66" stroke-linecap="round"' if ring == "movable" else ""
            drawn.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="{inks.fill[ring]}" stroke="{inks.ring[ring]}" '
                f'stroke-width="{lines[ring]}"{dots}/>'
            )
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-118 -118 236 236">{"".join(drawn)}</svg>'
    return picture(svg, "", "sketch")


def picture(svg: str, alt: str, kind: str) -> str:
    """An SVG as an image of our HTML; an empty `alt` says it is decoration."""
    packed = base64.b64encode(svg.encode()).decode()
    return f'<img class="{kind}" alt="{safe(alt)}" src="data:image/svg+xml;base64,{packed}">'
