"""The map as figure data: who is drawn how, and that every label can be read."""

import base64
from datetime import date
from itertools import combinations
from typing import Any
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.labels import Disc, Label, initials, place_labels
from workbook.pod import RINGS, Member, Move, Spot, spots
from workbook.ui import pod_map
from workbook.ui.palette import DARK, LIGHT

ADAS_POD = [
    ("June", "core", "person"),
    ("Sam", "core", "person"),
    ("Priya", "movable", "person"),
    ("Tuesday family group", "outer", "group"),
]


def pod(people: list[tuple[str, str, str]]) -> tuple[list[Member], dict[str, Spot]]:
    members = [Member(f"m{i}", name, i, kind, ring) for i, (name, ring, kind) in enumerate(people)]
    return members, spots(Move(m.member_id, m.place, date(2026, 5, 1), m.added_seq) for m in members)


def crowd(core: int, movable: int, outer: int) -> list[tuple[str, str, str]]:
    names = (
        "Margaret",
        "Jo",
        "Kofi Mensah",
        "Eleanor from the old street",
        "Ada",
        "Mrs. Papadopoulos",
        "Li Wei",
    )
    rings = ["core"] * core + ["movable"] * movable + ["outer"] * outer
    return [(names[i % len(names)], ring, "person") for i, ring in enumerate(rings)]


def points(figure: dict[str, Any]) -> dict[str, Any]:
    found: list[dict[str, Any]] = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert len(found) == 1
    return found[0]


def written(figure: dict[str, Any]) -> list[str]:
    return [text for trace in figure["data"] if trace["mode"] == "text" for text in trace["text"]]


def lines(figure: dict[str, Any], colour: str) -> list[dict[str, Any]]:
    return [shape["line"] for shape in figure["layout"]["shapes"] if shape["line"]["color"] == colour]


def test_every_member_with_a_spot_is_a_point_that_carries_its_id() -> None:
    members, where = pod(ADAS_POD)
    unplaced = Member("m9", "Ruth", 9)
    drawn = points(pod_map.figure([*members, unplaced], where))
    assert drawn["customdata"] == ["m0", "m1", "m2", "m3"]
    assert drawn["x"][0] == pytest.approx(where["m0"].x, abs=1e-3)
    assert drawn["y"][3] == pytest.approx(where["m3"].y, abs=1e-3)


def test_a_point_is_as_large_as_its_circle() -> None:
    drawn = points(pod_map.figure(*pod(ADAS_POD)))
    core, _core, movable, outer = drawn["marker"]["size"]
    assert 44 < core < movable < outer


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_rings_differ_in_line_before_they_differ_in_colour(colours: Any) -> None:
    figure = pod_map.figure(*pod(ADAS_POD), dark=colours is DARK)
    (core, *_rest), (movable, *_rest), (outer, *_rest) = (lines(figure, colours.ring[ring]) for ring in RINGS)
    assert core["width"] > movable["width"] > outer["width"]
    assert core["dash"] == outer["dash"] == "solid"
    assert movable["dash"].endswith("px")


def test_a_name_with_tags_is_shown_as_typed() -> None:
    figure = pod_map.figure(*pod([("<b>Ann</b>", "core", "person")]))
    assert points(figure)["hovertext"] == ["<b>&lt;b&gt;Ann&lt;/b&gt;</b><br>Core Circle"]
    assert "&lt;b&gt;Ann&lt;/b&gt;" in written(figure)


def test_hovering_says_the_full_name_the_ring_and_the_kind_in_words() -> None:
    figure = pod_map.figure(*pod(ADAS_POD), narrow=True, words={"group": "Group"}.__getitem__)
    assert points(figure)["hovertext"][3] == "<b>Tuesday family group</b><br>Outer Resources · Group"


def test_the_chosen_one_stands_out_and_nothing_fades_when_a_point_is_selected() -> None:
    plain, chosen = pod_map.figure(*pod(ADAS_POD)), pod_map.figure(*pod(ADAS_POD), chosen="m1")
    assert len(lines(chosen, LIGHT.ink)) == len(lines(plain, LIGHT.ink)) + 1
    bold = [t for t in chosen["data"] if t["mode"] == "text" and t["textfont"]["weight"] == 600]
    assert [text for trace in bold for text in trace["text"]] == ["me", "Sam"]
    assert all("unselected" in trace for trace in chosen["data"])


@pytest.mark.parametrize("narrow", [False, True])
def test_an_empty_map_shows_dashed_rings_with_their_names_and_nobody(narrow: bool) -> None:
    figure = pod_map.figure([], {}, narrow=narrow)
    assert points(figure)["customdata"] == []
    assert [line["dash"] for line in lines(figure, LIGHT.hairline)] == ["5.0px,6.0px"] * 3
    assert [written(figure).count(name) for name in ("Core Circle", "Movable People", "Outer Resources")] == [
        2,
        2,
        2,
    ]
    assert "me" in written(figure)


def test_a_ring_with_someone_on_it_is_no_longer_dashed() -> None:
    dashes = [line["dash"] for line in lines(pod_map.figure(*pod(ADAS_POD)), LIGHT.hairline)]
    assert dashes == ["solid"] * 3


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("people", [[], ADAS_POD[:1], ADAS_POD, crowd(8, 24, 28)], ids=["0", "1", "4", "60"])
def test_the_figure_is_one_that_plotly_accepts(people: list[tuple[str, str, str]], narrow: bool, dark: bool) -> None:
    figure = pod_map.figure(*pod(people), dark=dark, narrow=narrow)
    checked = go.Figure(figure)
    assert len(checked.data) >= 2
    assert checked.layout.yaxis.scaleanchor == "x"
    assert not checked.layout.xaxis.visible
    assert not checked.layout.showlegend
    assert checked.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert checked.layout.height == (362 if narrow else 680)


def test_there_is_no_toolbar_and_no_scroll_trap() -> None:
    assert pod_map.CONFIG["displayModeBar"] is False
    assert pod_map.CONFIG["scrollZoom"] is False
    assert pod_map.figure([], {})["layout"]["dragmode"] is False


def test_a_sentence_says_what_the_map_shows() -> None:
    members, _where = pod(ADAS_POD)
    assert pod_map.alt_text(members) == "Your pod: 2 in the Core Circle, 1 Movable Person, 1 Outer Resource."
    assert pod_map.alt_text([]) == "Your pod: three empty rings around you, and nobody placed yet."


@pytest.mark.parametrize("narrow", [False, True])
def test_the_small_picture_says_what_it_shows_and_writes_names_as_text(narrow: bool) -> None:
    drawn = pod_map.still(*pod([("<script>Ann & 'Bo'", "core", "person"), *ADAS_POD]), narrow=narrow)
    assert 'alt="Your pod: 3 in the Core Circle, 1 Movable Person, 1 Outer Resource."' in drawn
    assert ">June</span>" in drawn
    assert "<script" not in drawn


def circles(drawn: str) -> str:
    return base64.b64decode(drawn.split("base64,")[1].split('"')[0]).decode()


def test_the_small_picture_is_sound_and_drawn_for_dark_paper_too() -> None:
    dark = circles(pod_map.still(*pod(ADAS_POD), dark=True))
    assert len(list(ElementTree.fromstring(dark).iter("{http://www.w3.org/2000/svg}circle"))) >= len(ADAS_POD)
    assert DARK.ring["core"] in dark
    assert LIGHT.ring["core"] not in dark


def test_on_a_quiet_map_every_name_is_written_out() -> None:
    for narrow in (False, True):
        shown = {text.replace("<br>", " ") for text in written(pod_map.figure(*pod(ADAS_POD), narrow=narrow))}
        assert {"June", "Sam", "Priya", "Tuesday family group"} <= shown


def placed(people: list[tuple[str, str, str]], narrow: bool) -> tuple[list[Label], list[Disc]]:
    size = pod_map.NARROW if narrow else pod_map.WIDE
    members, where = pod(people)
    rings = [
        [
            Disc(m.member_id, m.name, at.x * size.unit, at.y * size.unit, at.radius * size.unit, 3)
            for m in members
            if (at := where[m.member_id]).ring == ring
        ]
        for ring in RINGS
    ]
    labels = place_labels(rings, Disc("me", "me", 0, 0, 26), size.names, size.side / 2)
    return labels, [disc for ring in rings for disc in ring]


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.text("abcdefgh WM-李é", min_size=1, max_size=24).filter(str.strip),
            st.sampled_from(RINGS),
            st.just("person"),
        ),
        max_size=60,
    ),
    st.booleans(),
)
def test_labels_never_meet_another_label_or_someone_elses_circle(
    people: list[tuple[str, str, str]], narrow: bool
) -> None:
    labels, discs = placed(people, narrow)
    assert not any(a.meets(b, gap=0) for a, b in combinations(labels, 2))
    assert not any(label.touches(disc, gap=0) for label in labels for disc in discs if disc.key != label.key)


@pytest.mark.parametrize("narrow", [False, True])
def test_with_sixty_members_every_circle_still_says_something(narrow: bool) -> None:
    labels, discs = placed(crowd(8, 24, 28), narrow)
    assert {label.key for label in labels} == {disc.key for disc in discs}
    assert min(label.size for label in labels) >= 10


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Kofi Mensah", "KM"),
        ("next door", "ND"),
        ("June", "J"),
        ("Anna-Lena", "AL"),
        ("-", "-"),
        ("ß", "ß"),
        ("李 小龍", "李小"),
    ],
)
def test_initials_are_the_first_letters_of_the_first_and_last_word(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_drawing_needs_no_streamlit() -> None:
    for module in ("pod_map", "growth_chart", "palette"):
        path = pod_map.__file__.replace("pod_map", module)
        with open(path, encoding="utf-8") as source:
            assert "streamlit" not in source.read()
