"""What the replay sends to the page: the same circles, letters and days as the map of each day, once and small."""

import json
import random
import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest

from workbook.pod import PLACES, RINGS, Member, Move, spots
from workbook.replay import replay
from workbook.ui import growth_replay, pod_map
from workbook.ui.palette import DARK, LIGHT
from workbook.ui.when import day as in_words


def may(day: int) -> date:
    return date(2026, 5, day)


ADA, KOFI = Member("ada", "Ada", 1), Member("kofi", "Kofi Mensah", 2, parted="died")
MOVES = [
    Move("ada", "movable", may(2), 1),
    Move("kofi", "core", may(2), 2),
    Move("ada", "core", may(9), 3),
    Move("kofi", "released", may(20), 4),
]


def sent(members: list[Member], moves: list[Move], until: date, **how: Any) -> dict[str, Any]:
    told = replay(moves, until)
    assert told is not None
    written = growth_replay.html(told, members, **how)
    [attribute] = re.findall(r"data-replay='([^']*)'", written)
    assert "<" not in attribute
    found: dict[str, Any] = json.loads(unescape(attribute))
    return found


def shown(story: dict[str, Any], frame: int) -> dict[str, tuple[str, float, float, float]]:
    """Who stands where in a frame, read as the page's script reads it."""
    widths = [row for row in story["radii"] if row[0] <= frame][-1]
    found = {}
    for one in story["who"]:
        steps = [row for row in one["k"] if row[0] <= frame]
        if steps and len(steps[-1]) > 1:
            _, ring, seat = steps[-1]
            x, y = story["seats"][seat]
            found[one["n"]] = (RINGS[ring], x, y, story["looks"][widths[ring + 1]][0])
    return found


def test_a_sample_is_not_called_ones_own_map() -> None:
    called = sent([ADA, KOFI], MOVES, may(21), called="The map on {day}: {counts}.")["words"]
    assert called == {**sent([ADA, KOFI], MOVES, may(21))["words"], "map": "The map on {day}: {counts}."}


def test_every_frame_holds_the_circles_of_the_map_of_its_day() -> None:
    chance = random.Random(5)
    members = [Member(f"m{n}", f"Name {n}", n) for n in range(30)]
    moves = [
        Move(chance.choice(members).member_id, chance.choice(PLACES), may(1) + timedelta(days=chance.randrange(60)), n)
        for n in range(200)
    ]
    until = may(1) + timedelta(days=70)
    story, told = sent(members, moves, until), replay(moves, until)
    assert told is not None
    unit = pod_map.WIDE.unit
    for frame, day in enumerate(told.days):
        wanted = {
            m.replace("m", "Name "): (s.ring, round(s.x * unit, 1), round(-s.y * unit, 1), round(s.radius * unit, 1))
            for m, s in spots(moves, day).items()
        }
        assert shown(story, frame) == wanted


def test_days_are_in_words_and_today_is_the_last() -> None:
    told = sent([ADA, KOFI], MOVES, may(28))
    assert (told["begin"], told["days"]) == ("2026-05-02", [0, 7, 18, 26])
    assert told["words"]["months"][:5] == ["Jan", "Feb", "Mar", "Apr", "May"]
    for month in range(1, 13):  # the page puts a day into words as we do
        on = date(2026, month, 9)
        assert told["words"]["date"].format(d=9, m=told["words"]["months"][month - 1], y=2026) == in_words(on)


def test_whoever_died_is_marked_so_that_nothing_is_said_when_their_circle_fades() -> None:
    story = sent([ADA, KOFI], MOVES, may(28))
    assert {one["n"]: one.get("q") for one in story["who"]} == {"Ada": None, "Kofi Mensah": 1}


@pytest.mark.parametrize(("dark", "colours"), [(False, LIGHT), (True, DARK)])
def test_lines_are_those_of_the_map_in_the_colours_of_the_page(dark: bool, colours: Any) -> None:
    story = sent([ADA, KOFI], MOVES, may(28), dark=dark)
    assert story["lines"] == [colours.ring[ring] for ring in RINGS]
    widths = {ring: story["looks"][story["radii"][0][n + 1]] for n, ring in enumerate(RINGS)}
    assert widths["core"][1] > widths["movable"][1] > widths["outer"][1]
    assert widths["movable"][2] and not widths["core"][2] and not widths["outer"][2]


def test_while_they_are_few_the_names_stand_where_my_pod_has_them() -> None:
    story = sent([ADA, KOFI], MOVES, may(19), narrow=True)
    letters = {one["n"]: one["l"][-1] for one in story["who"]}
    assert letters["Ada"][1] == "Ada"
    assert letters["Kofi Mensah"][1].replace("|", " ") == "Kofi Mensah"
    assert story["side"] == pod_map.NARROW.side


@pytest.mark.parametrize("name", ["</style><b>", "--> ]]>", 'it\'s "so" & so', "a|b", "李 小龍", "👩‍👩‍👧"])
def test_a_name_arrives_as_it_was_typed(name: str) -> None:
    [one] = sent([Member("ada", name, 1)], MOVES[:1], may(3))["who"]
    assert one["n"] == name


def test_sixty_members_and_three_years_stay_small() -> None:
    chance = random.Random(9)
    members = [Member(f"m{n}", f"Grandma Lucille {n}", n) for n in range(60)]
    moves = [
        Move(
            f"m{chance.randrange(60)}",
            chance.choice(PLACES),
            date(2023, 5, 1) + timedelta(days=chance.randrange(1096)),
            n,
        )
        for n in range(1500)
    ]
    told = replay(moves, date(2026, 5, 1))
    assert told is not None
    assert len(growth_replay.html(told, members).encode()) < 60_000
