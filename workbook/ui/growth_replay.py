"""The replay drawn: all that the page's own script (`web/replay.js`) needs to show the map on any day, sent once."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbook.labels import Disc, Label, alone, place_labels
from workbook.pod import ME_RADIUS, RING_DISTANCE, RINGS, Member, Spot, small_name
from workbook.replay import Replay
from workbook.ui import pod_map
from workbook.ui.palette import palette, ring_names
from workbook.ui.plain import safe
from workbook.ui.when import day, month_names
from workbook.ui.words import _

FEW, SHORT = 16, 160  # so many members, and so many frames: then names may stand beside their circles
_Words = tuple[str, float, float, float]  # lines, how far from the middle of the circle, and how high


def html(
    replay: Replay, members: Iterable[Member], *, dark: bool = False, narrow: bool = False, called: str = ""
) -> str:
    """The place of the replay with its whole story, for the script that draws it there; until then with the last day.

    `called` is what the map is called to those who hear it, with {day} and {counts}: without it, the person's own.
    """
    by_id = {member.member_id: member for member in members if member.member_id in replay.tracks}
    # An attribute that looks like the end of a tag is dropped on its way into the page.
    found = story(replay, by_id, dark=dark, narrow=narrow)
    if called:
        found["words"]["map"] = called
    told = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    told = told.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "&amp;").replace("'", "&#39;")
    key = "".join(f'<span><span class="dot {ring}"></span>{safe(name)}</span>' for ring, name in ring_names().items())
    return (
        f'<div class="replay" data-replay=\'{told}\'><div class="replay-map"></div>'
        f'<div class="replay-key" aria-hidden="true">{key}</div>'
        f'<div class="replay-below"><p class="replay-day">{safe(day(replay.days[-1]))}</p><p class="replay-said"></p></div></div>'
    )


def story(replay: Replay, by_id: Mapping[str, Member], *, dark: bool = False, narrow: bool = False) -> dict[str, Any]:
    """Days counted from the first, and for each member from which frame on they are where, with which letters; all numbers in pixels."""
    size, colours = pod_map.NARROW if narrow else pod_map.WIDE, palette(dark)
    seats: dict[tuple[float, float], int] = {}
    looks: dict[tuple[str, float], int] = {}
    letters = _letters(replay, by_id, size)
    who = []
    for member_id, steps in replay.tracks.items():
        member = by_id[member_id]
        places = []
        for frame, seat in steps:
            where = [] if seat is None else [RINGS.index(seat.ring), seats.setdefault((seat.x, seat.y), len(seats))]
            places.append([frame, *where])
        one: dict[str, Any] = {"n": small_name(member.name, 60), "k": places, "l": letters.get(member_id, [])}
        who.append({**one, "q": 1} if member.parted else one)
    radii = [
        [frame, *(looks.setdefault((ring, radii[ring]), len(looks)) for ring in RINGS)] for frame, radii in replay.radii
    ]
    return {
        "side": size.side,
        "begin": replay.days[0].isoformat(),
        "days": [(on - replay.days[0]).days for on in replay.days],
        "who": who,
        "seats": [[round(x * size.unit, 1), round(-y * size.unit, 1)] for x, y in seats],
        "looks": [_look(ring, radius, size) for ring, radius in looks],
        "radii": radii,
        "guides": [round(RING_DISTANCE[ring] * size.unit, 1) for ring in RINGS],
        "me": [_("me"), round(ME_RADIUS * size.unit, 1), size.names.names[0] + 1, colours.me],
        "lines": [colours.ring[ring] for ring in RINGS],
        "fills": [colours.fill[ring] for ring in RINGS],
        "words": _words(),
    }


def _words() -> dict[str, Any]:
    return {
        "rings": [ring_names()[ring] for ring in RINGS],
        "here": _("{name}: {place}."),
        "left": _("{name} changed place."),
        "more": _("And {count} more changes."),
        "today": _("{day}, today"),
        "date": "{d} {m} {y}",  # as `when.day`
        "months": month_names(),
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("The change before"),
        "on": _("The next change"),
        "slider": _("Day on the map"),
        "map": _("Your map on {day}: {counts}."),
    }


def _look(ring: str, radius: float, size: pod_map.Size) -> list[Any]:
    disc = pod_map.disc_of(ring, Spot(0, 0, radius, ring, 0), "", size)
    dash = " ".join(f"{part:g}" for part in pod_map.dots(disc.radius, disc.stroke)) if ring == "movable" else ""
    return [round(disc.radius, 1), disc.stroke, dash]


def _letters(replay: Replay, by_id: Mapping[str, Member], size: pod_map.Size) -> dict[str, list[list[Any]]]:
    """From which frame on a member's circle says what; beside the circles only while they are few."""
    if len(by_id) <= FEW and len(replay.days) <= SHORT:
        return _around(replay, by_id, size)
    return _within(replay, by_id, size)


def _around(replay: Replay, by_id: Mapping[str, Member], size: pod_map.Size) -> dict[str, list[list[Any]]]:
    """As on My pod: placed anew for each frame."""
    me = Disc("me", _("me"), 0, 0, ME_RADIUS * size.unit)
    letters: dict[str, list[list[Any]]] = {}
    for frame in range(len(replay.days)):
        spots = replay.spots(frame)
        rings: dict[str, list[Disc]] = {ring: [] for ring in RINGS}
        for member_id, spot in spots.items():
            disc = pod_map.disc_of(spot.ring, spot, small_name(by_id[member_id].name, 60), size)
            rings[spot.ring].append(Disc(member_id, disc.name, disc.x, disc.y, disc.radius, disc.stroke))
        discs = {disc.key: disc for those in rings.values() for disc in those}
        labels = {label.key: label for label in place_labels(rings.values(), me, size.names, size.side / 2)}
        for key, disc in discs.items():
            _note(letters.setdefault(key, []), frame, _said(labels.get(key), disc))
    return letters


def _within(replay: Replay, by_id: Mapping[str, Member], size: pod_map.Size) -> dict[str, list[list[Any]]]:
    """In a crowd: what each circle can say by itself, which changes only with its width."""
    known: dict[tuple[str, str, float], _Words | None] = {}
    letters: dict[str, list[list[Any]]] = {}
    for member_id, steps in replay.tracks.items():
        name = small_name(by_id[member_id].name, 60)
        for frame, ring, radius in _widths(replay, steps):
            key = (member_id, ring, radius)
            if key not in known:
                disc = pod_map.disc_of(ring, Spot(0, 0, radius, ring, 0), name, size)
                known[key] = _said(alone(disc, size.names), disc)
            _note(letters.setdefault(member_id, []), frame, known[key])
    return letters


def _widths(replay: Replay, steps: Sequence[Any]) -> Iterable[tuple[int, str, float]]:
    """From which frame on a member's circle is how wide, and on which ring."""
    turns = sorted(
        {frame for frame, _seat in steps} | {frame for frame, _radii in replay.radii if frame > steps[0].frame}
    )
    seat, radii = None, replay.radii[0][1]
    step, width = 0, 0
    for frame in turns:
        while step < len(steps) and steps[step].frame <= frame:
            seat, step = steps[step].seat, step + 1
        while width < len(replay.radii) and replay.radii[width][0] <= frame:
            radii, width = replay.radii[width][1], width + 1
        if seat is not None:
            yield frame, seat.ring, radii[seat.ring]


def _said(label: Label | None, disc: Disc) -> _Words | None:
    if label is None:
        return None
    lines = "|".join(line.replace("|", "\u2758") for line in label.lines)
    return lines, round(label.x - disc.x, 1), round(disc.y - label.y, 1), label.size


def _note(told: list[list[Any]], frame: int, words: _Words | None) -> None:
    now: list[Any] = [] if words is None else [words[0], *([] if not (words[1] or words[2]) else words[1:3]), words[3]]
    if not told or told[-1][1:] != now:
        told.append([frame, *now])
