"""The growth chart as figure data: what is counted, named and dated, and that nothing runs into anything."""

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.growth import KINDS_OF_HELP, Count
from workbook.pod import RINGS
from workbook.ui import growth_chart
from workbook.ui.palette import DARK, LIGHT, Palette

SPRING = [
    Count(date(2026, 2, 10), 1, 1, 0),
    Count(date(2026, 3, 30), 2, 3, 1),
    Count(date(2026, 5, 28), 2, 3, 1),
]
ONE_DAY = [Count(date(2026, 5, 3), 1, 0, 0)]


def traces(figure: dict[str, Any], mode: str) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure["data"] if trace["mode"] == mode}


def test_each_ring_is_a_line_in_steps_with_a_point_for_each_row() -> None:
    drawn = traces(growth_chart.figure(SPRING), "lines")
    assert list(drawn) == list(RINGS)
    assert drawn["movable"]["x"] == ["2026-02-10", "2026-03-30", "2026-05-28"]
    assert [drawn[ring]["y"] for ring in RINGS] == [[1, 2, 2], [1, 3, 3], [0, 1, 1]]
    assert {line["line"]["shape"] for line in drawn.values()} == {"hv"}


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_lines_are_bold_dotted_and_thin_in_the_colours_of_the_rings(colours: Palette) -> None:
    drawn = traces(growth_chart.figure(SPRING, dark=colours is DARK), "lines")
    core, movable, outer = (drawn[ring]["line"] for ring in RINGS)
    assert core["width"] > movable["width"] > outer["width"]
    assert (core["dash"], outer["dash"]) == ("solid", "solid")
    assert movable["dash"] != "solid"
    assert [line["color"] for line in (core, movable, outer)] == [colours.ring[ring] for ring in RINGS]


def test_each_line_is_named_with_its_number_at_its_end_and_there_is_no_legend() -> None:
    layout = growth_chart.figure(SPRING)["layout"]
    assert {note["text"] for note in layout["annotations"]} == {
        "Core Circle 2",
        "Movable People 3",
        "Outer Resources 1",
    }
    assert {note["x"] for note in layout["annotations"]} == {"2026-05-28"}
    assert layout["showlegend"] is False


def test_on_a_phone_the_names_are_short_and_leave_the_lines_most_of_the_width() -> None:
    layout = growth_chart.figure(SPRING, narrow=True)["layout"]
    assert {note["text"] for note in layout["annotations"]} == {"Core 2", "Movable 3", "Outer 1"}
    assert layout["margin"]["l"] + layout["margin"]["r"] < 328 / 2


def test_lines_that_end_together_have_their_names_apart_with_the_core_on_top() -> None:
    layout = growth_chart.figure([Count(date(2026, 5, 1), 0, 0, 0), Count(date(2026, 5, 9), 4, 4, 4)])["layout"]
    shifts = {note["text"].split()[0]: note["yshift"] for note in layout["annotations"]}
    assert shifts["Core"] - shifts["Movable"] == shifts["Movable"] - shifts["Outer"] == growth_chart.BETWEEN_LABELS


@given(st.lists(st.floats(0, 300), min_size=1, max_size=6).map(sorted))
def test_names_are_never_closer_than_a_line_of_text_nor_below_the_chart(wanted: list[float]) -> None:
    found = growth_chart.spread(wanted, 19)
    assert len(found) == len(wanted)
    assert found[0] >= 0
    assert all(b - a >= 19 - 1e-6 for a, b in pairwise(found))


def test_names_with_room_stay_where_their_lines_end() -> None:
    assert growth_chart.spread([0, 50, 100], 19) == [0, 50, 100]


def test_days_are_in_words_with_the_first_and_the_last_among_them() -> None:
    days = growth_chart.figure(SPRING)["layout"]["xaxis"]
    assert days["ticktext"] == ["10 Feb", "18 Mar", "22 Apr", "28 May 2026"]
    assert days["tickvals"][0] == "2026-02-10"
    assert days["range"] == ["2026-02-10", "2026-05-28"]


def test_the_year_is_said_where_it_is_another_one() -> None:
    days = growth_chart.figure([Count(date(2025, 12, 30), 1, 0, 0), Count(date(2026, 1, 2), 1, 1, 0)])["layout"][
        "xaxis"
    ]
    assert days["ticktext"] == ["30 Dec 2025", "31 Dec 2025", "1 Jan", "2 Jan 2026"]


@pytest.mark.parametrize(("most", "marks"), [(0, [0, 1, 2, 3]), (5, [0, 1, 2, 3, 4, 5]), (28, [0, 10, 20, 30])])
def test_people_are_counted_in_whole_numbers_from_zero(most: int, marks: list[int]) -> None:
    people = growth_chart.figure([Count(date(2026, 5, 1), 0, most, 0)])["layout"]["yaxis"]
    assert people["tickvals"] == marks


@pytest.mark.parametrize("narrow", [False, True])
def test_a_single_day_is_three_circles_with_names_and_no_lines(narrow: bool) -> None:
    figure = growth_chart.figure(ONE_DAY, narrow=narrow)
    assert traces(figure, "lines") == {}
    dots = traces(figure, "markers")
    assert {name: dot["y"] for name, dot in dots.items()} == {
        "outer now": [0],
        "movable now": [0],
        "core now": [1],
    }
    assert len({dot["marker"]["size"] for dot in dots.values()}) == 3
    assert figure["layout"]["xaxis"]["ticktext"] == ["3 May 2026"]


def test_before_the_first_name_it_is_one_quiet_sentence() -> None:
    figure = growth_chart.figure([])
    assert [trace["text"] for trace in figure["data"]] == [["This picture begins with<br>the first name on your map."]]
    assert figure["layout"]["xaxis"]["visible"] is False


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("counts", [[], ONE_DAY, SPRING], ids=["none", "one day", "spring"])
def test_the_figure_is_one_that_plotly_accepts(counts: list[Count], dark: bool) -> None:
    checked = go.Figure(growth_chart.figure(counts, dark=dark))
    assert len(checked.data) >= 1
    assert checked.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert growth_chart.CONFIG["displayModeBar"] is False


def test_a_sentence_says_what_the_chart_shows() -> None:
    assert growth_chart.alt_text(SPRING) == (
        "From 10 Feb 2026 to 28 May 2026. At first: Core Circle 1, Movable People 1, Outer Resources 0. "
        "Now: Core Circle 2, Movable People 3, Outer Resources 1."
    )
    assert growth_chart.alt_text(ONE_DAY) == "On 3 May 2026: Core Circle 1, Movable People 0, Outer Resources 0."
    assert growth_chart.alt_text([]) == "This picture begins with the first name on your map."


def coverage(**by_kind: Counter[str]) -> dict[str, Counter[str]]:
    return {kind: by_kind.get(kind, Counter()) for kind in KINDS_OF_HELP}


@pytest.mark.parametrize("narrow", [False, True])
def test_kinds_of_help_are_a_circle_for_each_member_in_the_line_of_its_ring(narrow: bool) -> None:
    covered = coverage(listen=Counter(core=2, movable=1), advice=Counter(outer=1))
    root = ElementTree.fromstring(growth_chart.coverage_svg(covered, narrow=narrow))
    circles = [circle.get("stroke") for circle in root.iter("{http://www.w3.org/2000/svg}circle")]
    assert Counter(circles) == {LIGHT.ring["core"]: 2, LIGHT.ring["movable"]: 1, LIGHT.ring["outer"]: 1}


def test_more_circles_than_there_is_room_for_end_in_a_number() -> None:
    root = ElementTree.fromstring(growth_chart.coverage_svg(coverage(listen=Counter(outer=40)), narrow=True))
    space = "{http://www.w3.org/2000/svg}"
    shown = len(list(root.iter(f"{space}circle")))
    assert f"+{40 - shown}" in [text.text for text in root.iter(f"{space}text")]


def test_the_words_for_kinds_of_help_are_escaped_and_said_aloud() -> None:
    words = {kind: f"<{kind}>" for kind in KINDS_OF_HELP}
    drawn = growth_chart.coverage_svg(coverage(listen=Counter(core=2)), words=words.__getitem__)
    assert ElementTree.fromstring(drawn).get("aria-label") == "<listen>: 2 on your map."
    assert growth_chart.coverage_alt(coverage()) == "Kinds of help: nothing noted yet."
