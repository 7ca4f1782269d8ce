"""The growth board's strips: what lies where, what leaves no line, and that nothing is red, judged or unnamed."""

import base64
import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.growth import KINDS_OF_HELP, Amount, Count, Said, Stretch
from workbook.pod import RINGS
from workbook.ui import growth_strips
from workbook.ui.growth_strips import Days
from workbook.ui.palette import DARK, LIGHT


def may(day: int) -> date:
    return date(2026, 5, day)


MAY = Days(may(1), may(21))
SPRING = [Count(may(1), 1, 1, 0), Count(may(11), 2, 3, 1), Count(may(21), 2, 3, 1)]
ONE_DAY = [Count(may(3), 1, 0, 0)]


def pictures(html: str) -> list[str]:
    """The pictures inside, as SVG, each well-formed."""
    found = [base64.b64decode(packed).decode() for packed in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", html)]
    for svg in found:
        ElementTree.fromstring(svg)
    return found


def lines(svg: str) -> list[str]:
    """The ways of the drawn lines, without the ground and the tints."""
    return re.findall(r'd="([^"]*)" fill="none"', svg)


def test_each_ring_has_its_named_strip_with_its_number_at_the_end() -> None:
    html = growth_strips.people(SPRING)
    assert re.findall(r'class="strip-name (\w+)">([^<]+)', html) == [
        ("core", "Core Circle"),
        ("movable", "Movable People"),
        ("outer", "Outer Resources"),
    ]
    assert re.findall(r"</span>(\d+)</span>", html) == ["2", "3", "1"]
    assert 'aria-label="From 1 May 2026 to 21 May 2026. At first: Core Circle 1,' in html


def test_no_area_is_filled_and_a_step_with_room_has_its_number() -> None:
    fewer = [Count(may(1), 5, 0, 0), Count(may(8), 3, 0, 0), Count(may(9), 2, 0, 0), Count(may(21), 1, 0, 0)]
    html = growth_strips.people(fewer)
    assert not any(re.search(r'fill="#|fill="rgb', svg) for svg in pictures(html))
    numbers = re.findall(r'class="step"[^>]*>(\d)', html)
    assert numbers == ["5", "3"]  # 2 would stand on the 3


def test_lines_go_in_steps_and_where_there_is_nobody_there_is_none() -> None:
    core, _movable, outer = (lines(svg)[0] for svg in pictures(growth_strips.people(SPRING)))
    assert core == "M0 29V29H500V5H1000"
    assert outer == "M500 34V5H1000"  # from the ground on the day the first one came
    gone = [Count(may(1), 1, 0, 0), Count(may(11), 0, 0, 0), Count(may(21), 0, 0, 0)]
    [core, movable, _outer] = (lines(svg)[0] for svg in pictures(growth_strips.people(gone)))
    assert core == "M0 5V5H500V34"
    assert movable == ""


def test_a_ring_with_nobody_has_no_number() -> None:
    html = growth_strips.people([Count(may(1), 1, 0, 0), Count(may(21), 1, 0, 0)])
    assert re.findall(r"</span>(\d+)</span>", html) == ["1"]


def test_reasons_are_marked_on_their_days() -> None:
    *_rings, marks = pictures(growth_strips.people(SPRING, [may(11), may(11), may(21)]))
    assert lines(marks) == ["M500 7h0M1000 7h0"]
    assert len(pictures(growth_strips.people(SPRING))) == 3


def test_a_single_day_has_names_and_numbers_and_one_day() -> None:
    html = growth_strips.people(ONE_DAY)
    assert re.findall(r"<span>([^<]+)</span>", html) == ["3 May 2026"]
    assert "On 3 May 2026: Core Circle 1, Movable People 0, Outer Resources 0." in html


def test_the_days_under_a_picture_are_its_ends_and_its_middle() -> None:
    assert re.findall(r"<span>([^<]+)</span>", growth_strips.people(SPRING)) == ["1 May", "11 May", "21 May 2026"]


def test_help_has_a_row_for_each_of_the_six_and_a_gap_where_nobody_was() -> None:
    covered: dict[str, dict[str, list[Stretch]]] = {kind: {ring: [] for ring in RINGS} for kind in KINDS_OF_HELP}
    covered["listen"]["core"] = [Stretch(may(1), may(5)), Stretch(may(11), may(21))]
    covered["listen"]["movable"] = [Stretch(may(6), may(6))]
    now: dict[str, dict[str, int]] = {kind: {} for kind in KINDS_OF_HELP} | {"listen": {"core": 2}}
    html = growth_strips.kinds_of_help(covered, now, {k: k.title() for k in KINDS_OF_HELP}, MAY, "Six kinds")
    assert re.findall(r'class="strip-name ">(\w+)', html) == [kind.title() for kind in KINDS_OF_HELP]
    listen, practical = pictures(html)[:2]
    assert lines(listen) == ["M0 8.5H200M500 8.5H1000", "M250 25.5H250"]
    assert lines(practical) == []
    assert 'class="end core"' in html and html.count('class="end ') == 1


def test_in_touch_has_no_line_where_there_was_no_contact() -> None:
    [svg] = pictures(
        growth_strips.in_touch([Amount(may(1), 0), Amount(may(6), 2), Amount(may(11), 0), Amount(may(21), 0)], "x")
    )
    assert lines(svg) == ["M250 58V5H500V58"]


@pytest.mark.parametrize(
    ("last", "wanted"),
    [
        (may(21), [may(4), may(5)]),
        (may(1) + timedelta(days=100), [may(7)]),
        (may(1) + timedelta(days=800), [may(15)]),
    ],
    ids=["days", "weeks", "months"],
)
def test_tries_of_a_day_a_week_or_a_month_stand_together_as_the_length_allows(last: date, wanted: list[date]) -> None:
    assert list(growth_strips.binned([may(4), may(5), may(5)], Days(may(1), last))) == wanted


@given(st.lists(st.integers(0, 900), min_size=1), st.integers(0, 900))
def test_each_try_is_one_dot_within_the_days(tries: list[int], length: int) -> None:
    days = Days(may(1), may(1) + timedelta(days=length))
    on = [may(1) + timedelta(days=min(number, length)) for number in tries]
    [svg] = pictures(growth_strips.tries(growth_strips.binned(on, days), days, "x"))
    places = re.findall(r"M([\d.e+-]+) ([\d.e+-]+)h0", svg)
    assert len(places) == len(tries)
    assert all(0 <= float(x) <= growth_strips.WIDE for x, _y in places)


def test_a_check_in_line_is_broken_where_its_parts_are() -> None:
    parts = [[Said(may(1), 0), Said(may(6), 10)], [Said(may(21), 5)]]
    html = growth_strips.check_ins({"Energy": parts}, {"Energy": ("none", "plenty")}, MAY, "x", dark=False)
    [svg] = pictures(html)
    assert lines(svg) == ["M0 66L250 6", "M0 66h0M250 6h0", "M1000 36", "M1000 36h0"]
    assert html.index("plenty") < html.index("none</span>")


@pytest.mark.parametrize("dark", [False, True])
def test_only_the_colours_of_the_page_are_used(dark: bool) -> None:
    colours = DARK if dark else LIGHT
    ours = {colours.ink, colours.soft_ink, colours.hairline, *colours.ring.values()}
    drawn = growth_strips.people(SPRING, [may(3)], dark=dark) + growth_strips.tries({may(3): 2}, MAY, "x", dark=dark)
    drawn += growth_strips.in_touch([Amount(may(1), 1), Amount(may(21), 1)], "x", dark=dark)
    assert set(re.findall(r"#[0-9A-Fa-f]{6}", "".join(pictures(drawn)))) <= ours


def test_drawing_needs_no_streamlit() -> None:
    for module in ("growth_strips", "growth_replay"):
        path = growth_strips.__file__.replace("growth_strips", module)
        with open(path, encoding="utf-8") as source:
            assert "import streamlit" not in source.read()
