"""The growth chart as figure data: what is counted, named and dated, and that nothing runs into anything."""

from datetime import date
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.growth import Count
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


@pytest.mark.parametrize("narrow", [False, True])
def test_each_strip_is_named_with_its_number_at_its_end_and_there_is_no_legend(narrow: bool) -> None:
    layout = growth_chart.figure(SPRING, narrow=narrow)["layout"]
    names = [note["text"] for note in layout["annotations"] if note.get("xref") == "paper" and note["y"]]
    numbers = {note["yref"]: (note["x"], note["text"]) for note in layout["annotations"] if "xref" not in note}
    assert names == ["Core Circle", "Movable People", "Outer Resources"]
    assert numbers == {"y": ("2026-05-28", "2"), "y2": ("2026-05-28", "3"), "y3": ("2026-05-28", "1")}
    assert layout["showlegend"] is False


COUNTED = st.integers(0, 200)


@given(st.lists(st.tuples(COUNTED, COUNTED, COUNTED), min_size=1, max_size=5))
def test_no_strip_runs_into_another_and_one_person_is_as_high_in_each(rows: list[tuple[int, int, int]]) -> None:
    counts = [Count(date(2026, 5, 1 + number), *row) for number, row in enumerate(rows)]
    layout = growth_chart.figure(counts)["layout"]
    inner = layout["height"] - growth_chart.BOTTOM
    axes = [layout[name] for name in ("yaxis", "yaxis2", "yaxis3")]
    for upper, lower in pairwise(axes):
        assert (upper["domain"][0] - lower["domain"][1]) * inner >= growth_chart.TITLE - 0.1
    heights = [(axis["domain"][1] - axis["domain"][0]) / axis["range"][1] * inner for axis in axes]
    assert max(heights) - min(heights) < 0.1
    assert sum(height * axis["range"][1] for height, axis in zip(heights, axes, strict=True)) < 350
    for axis, number in zip(axes, range(3), strict=True):
        assert axis["range"][1] >= max(row[number] for row in rows)


def first_day(figure: dict[str, Any]) -> str:
    [note] = [note for note in figure["layout"]["annotations"] if note.get("xref") == "paper" and not note["y"]]
    return str(note["text"])


def test_days_are_in_words_with_the_first_and_the_last_among_them() -> None:
    figure = growth_chart.figure(SPRING)
    days = figure["layout"]["xaxis"]
    assert [first_day(figure), *days["ticktext"]] == ["10 Feb", "18 Mar", "22 Apr", "28 May 2026"]
    assert days["range"] == ["2026-02-10", "2026-05-28"]


def test_the_year_is_said_where_it_is_another_one() -> None:
    figure = growth_chart.figure([Count(date(2025, 12, 30), 1, 0, 0), Count(date(2026, 1, 2), 1, 1, 0)])
    days = figure["layout"]["xaxis"]["ticktext"]
    assert [first_day(figure), *days] == ["30 Dec 2025", "31 Dec 2025", "1 Jan", "2 Jan 2026"]


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


def test_single_days_are_dots_with_straight_lines_and_hold_no_day_longer_than_it_was() -> None:
    counts = [Count(date(2026, 1, 5), 0, 1, 0), Count(date(2026, 3, 2), 2, 1, 0)]
    drawn = {sampled: growth_chart.figure(counts, sampled=sampled)["data"][0] for sampled in (False, True)}
    assert (drawn[False]["line"]["shape"], drawn[False]["mode"]) == ("hv", "lines")
    assert (drawn[True]["line"]["shape"], drawn[True]["mode"]) == ("linear", "lines+markers")
