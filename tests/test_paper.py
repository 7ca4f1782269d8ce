"""The pages to print, read back and rendered: the map stands where it stands on screen, and who is not to be seen is not."""

import io
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import cache
from math import cos, pi, sin
from typing import Any

import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf.generic import ContentStream, DictionaryObject

from tests import hostile
from tests.characters import FINE, Clock
from workbook import labels, paper, paper_booklet, paper_map
from workbook.content import Content
from workbook.my_workbook import BAD_HOUR, MyWorkbook
from workbook.paper import Line, Sheet, Step
from workbook.paper_letters import FONTS, FREE, MARK, letters, printable
from workbook.paper_notes import sheet_of
from workbook.paper_press import HAIRLINE, INK, RING, SIZES, SOFT_INK, Colour, Press
from workbook.pod import RINGS, Member, Move, Spot, spots
from workbook.ui import paper_words
from workbook.ui.on_paper import usual_size
from workbook.ui.palette import LIGHT

DAY = date(2026, 3, 2)
WORDS = paper_words.of_sheets(DAY)
KINDS = {"listen": "Listening", "company": "Company", "emergency": "Help in a bad hour"}
SCALE = 3.0  # pixels to the point
ADAS_POD = (
    ("June", "core", ("listen", "emergency")),
    ("Sam", "core", ("company",)),
    ("Priya", "movable", ("company",)),
    ("Tomas", "movable", ()),
    ("Ruth", "movable", ("listen",)),
    ("Tuesday group", "outer", ("listen",)),
    ("library", "outer", ()),
)


def pod(named: Iterable[tuple[str, str, tuple[str, ...]]]) -> tuple[list[Member], dict[str, Spot]]:
    members, moves = [], []
    for seq, (name, place, good_for) in enumerate(named):
        members.append(Member(f"m{seq}", name, seq, place=place, good_for=good_for, contact="ok"))
        moves.append(Move(f"m{seq}", place, DAY, seq))
    return members, spots(moves)


def adas(**changed: Any) -> Sheet:
    members, where = pod(ADAS_POD)
    sheet = Sheet(
        members,
        where,
        KINDS,
        late=["m0"],
        calm="Cold water on my hands",
        lines=[Line("Samaritans", "116 123")],
        step=Step("m2", {"cue": "Thursday, after tea", "act": "Send Priya the photo", "fallback": "Only wave"}),
    )
    return replace(sheet, **changed)


def printed(sheet: Sheet, **options: Any) -> bytes:
    return paper.my_sheet(sheet, WORDS, DAY, **options)


def text_of(file: bytes) -> str:
    """All words of a PDF, as another reader finds them, on one line."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file)).pages).split())


def picture_of(file: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(file)
    picture: Image.Image = document[page].render(scale=SCALE).to_pil().convert("RGB")
    return picture


def words_at(file: bytes) -> dict[str, tuple[float, float]]:
    """The middle of each line of words on the first page, in points from its upper left corner."""
    document = pypdfium2.PdfDocument(file)
    page = document[0]
    told = page.get_textpage()
    found: dict[str, tuple[float, float]] = {}
    for number in range(told.count_rects()):
        left, bottom, right, top = told.get_rect(number)
        middle = (left + right) / 2, page.get_height() - (top + bottom) / 2
        found.setdefault(told.get_text_bounded(left, bottom, right, top).strip(), middle)
    return found


def ink_round(picture: Image.Image, x: float, y: float, radius: float, colour: Colour) -> float:
    """How much of a circle (in points) is drawn in a colour: 0 to 1."""
    turns = [2 * pi * turn / 180 for turn in range(180)]
    seen = [
        any(
            near(picture, x + (radius + off) * cos(turn), y + (radius + off) * sin(turn), colour)
            for off in (-0.3, 0, 0.3)
        )
        for turn in turns
    ]
    return sum(seen) / len(seen)


def near(picture: Image.Image, x: float, y: float, colour: Colour) -> bool:
    found: Any = picture.getpixel((round(x * SCALE), round(y * SCALE)))
    return bool(sum(abs(a - b) for a, b in zip(found, colour, strict=True)) < 110)


LEAST = {"core": 0.95, "movable": 0.3, "outer": 0.7}  # of each ring's circle that is ink: bold, dotted, thin


def map_of(file: bytes, where: Mapping[str, Spot]) -> tuple[float, float, float]:
    """The middle of the map and its unit, in points, by where “me” and the names stand on the page."""
    at = words_at(file)
    x, y = at["me"][0], baseline_of(file, "me") - 0.33 * 11
    names = {name: where[f"m{number}"] for number, (name, _, _) in enumerate(ADAS_POD)}
    units = [(at[name][0] - x) / spot.x for name, spot in names.items() if name in at and abs(spot.x) > 0.15]
    assert len(units) > 2 and max(units) - min(units) < 0.04 * units[0], units
    for name, spot in names.items():
        assert name not in at or abs(at[name][1] - (y - spot.y * units[0])) < 4, name
    return x, y, sum(units) / len(units)


def baseline_of(file: bytes, words: str) -> float:
    """How far from the upper edge the line stands on which the words are first written, in points."""
    page = pypdf.PdfReader(io.BytesIO(file)).pages[0]
    found: list[float] = []

    def visit(text: str, _: Any, matrix: Sequence[float], *__: Any) -> None:
        if text.strip() == words:
            found.append(float(page.mediabox.height) - matrix[5])

    page.extract_text(visitor_text=visit)
    return found[0]


@pytest.mark.parametrize("size", SIZES)
def test_the_map_on_paper_stands_as_on_screen_each_circle_in_the_line_and_colour_of_its_ring(size: str) -> None:
    sheet = adas()
    file = printed(sheet, size=size)
    x, y, unit = map_of(file, sheet.spots)
    picture = picture_of(file)
    for spot in sheet.spots.values():
        shares = {
            ring: ink_round(picture, x + spot.x * unit, y - spot.y * unit, spot.radius * unit, RING[ring])
            for ring in RINGS
        }
        assert shares[spot.ring] > LEAST[spot.ring], (spot, shares)
        assert all(share < 0.1 for ring, share in shares.items() if ring != spot.ring), (spot, shares)
    crowd = spots([Move(f"{ring}{i}", ring, DAY, i) for ring in RINGS for i in range(8)])
    taken = {(spot.x, spot.y) for spot in sheet.spots.values()}
    free = [spot for spot in crowd.values() if (spot.x, spot.y) not in taken]
    assert len(free) == 24 - len(taken)
    for spot in free:
        share = ink_round(picture, x + spot.x * unit, y - spot.y * unit, spot.radius * unit, RING[spot.ring])
        assert share < 0.1, (spot, share)


def test_the_rings_differ_by_line_alone_for_a_printer_without_colour() -> None:
    press = Press("a4", DAY, "en")
    for number, ring in enumerate(RINGS):
        spot = Spot(0, 0, 0.1, ring, 0)
        member = Member(ring, "", number)
        paper_map.draw(
            press,
            [member],
            {ring: spot},
            middle=(150, 150 + 250 * number),
            side=400,
            me="",
            rings=dict.fromkeys(RINGS, ""),
        )
    picture = picture_of(press.finished()).convert("L")
    radius = 0.1 * 400 / 2.04

    def is_dark(x: float, y: float) -> bool:
        found: Any = picture.getpixel((round(x * SCALE), round(y * SCALE)))
        return bool(found < 170)

    off_the_line = [radius + off / SCALE for off in range(-9, 10)]
    dark, across = {}, {}
    for number, ring in enumerate(RINGS):
        y = 150 + 250 * number
        dark[ring] = sum(is_dark(150 + radius * cos(t / 30), y + radius * sin(t / 30)) for t in range(188)) / 188
        across[ring] = max(
            sum(is_dark(150 + far * cos(t / 60), y + far * sin(t / 60)) for far in off_the_line) for t in range(60)
        )
    assert dark["core"] > 0.95 and 0.25 < dark["movable"] < 0.8 and dark["outer"] > 0.7, dark
    assert across["core"] > across["movable"] > across["outer"] > 0, across


@pytest.mark.parametrize(("size", "millimetres"), [("a4", (210, 297)), ("letter", (216, 279))])
def test_a_page_is_as_large_as_its_paper_and_one_page_is_enough_for_a_usual_pod(
    size: str, millimetres: tuple[int, int], words: Content
) -> None:
    for file in (printed(adas(), size=size), paper.empty_sheet(KINDS.values(), WORDS, DAY, size=size)):
        pages = pypdf.PdfReader(io.BytesIO(file)).pages
        assert [(round(p.mediabox.width / 72 * 25.4), round(p.mediabox.height / 72 * 25.4)) for p in pages] == [
            millimetres
        ]
    every = pypdf.PdfReader(io.BytesIO(paper_booklet.booklet(words, paper_words.of_booklet(), DAY, size=size))).pages
    assert {(round(p.mediabox.width / 72 * 25.4), round(p.mediabox.height / 72 * 25.4)) for p in every} == {millimetres}


def test_the_map_is_lines_and_letters_and_no_picture_and_every_font_is_inside_and_cut_to_what_it_says() -> None:
    file = printed(adas())
    reader = pypdf.PdfReader(io.BytesIO(file))
    assert len(file) < 60_000
    for page in reader.pages:
        assert len(page.images) == 0 and b"BI" not in page.get_contents().get_data().split()  # type: ignore[union-attr]
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        assert len(fonts) == 3
        for font in fonts.values():
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            embedded = inner["/FontDescriptor"]["/FontFile2"].get_object().get_data()
            name = str(font.get_object()["/BaseFont"])
            assert re.match(r"/[A-Z]{6}\+Workbook(Sans|Serif)", name) and 1_000 < len(embedded) < 30_000, name


def test_the_sheet_says_who_is_good_for_what_the_card_and_the_step() -> None:
    said = text_of(printed(adas()))
    for words in (
        *("My pod", "2 March 2026", "Core Circle", "Movable People", "Outer Resources", "Who for what"),
        *("Listening June, Ruth, Tuesday group", "Company Sam, Priya", "Help in a bad hour June"),
        *("Cold water on my hands", "Who you could ring June", "Samaritans", "116 123"),
        *("Priya If: Thursday, after tea", "Then I will: Send Priya the photo", "If that gets hard: Only wave"),
    ):
        assert words in said, (words, said)


def test_with_initials_no_name_is_left_on_any_part_of_the_sheet() -> None:
    named = [*ADAS_POD, ("Aunt Vera", "core", ("listen",)), ("Al", "movable", ())]
    members, where = pod(named)
    members[0] = replace(members[0], also_called=("Juno",))
    sheet = adas(
        members=members,
        spots=where,
        calm="Ring june or JUNO, or Aunt Vera. Also rest.",
        step=Step("m2", {"act": "Priya's photo, and Al"}),
    )
    said = text_of(printed(sheet, only_initials=True))
    for name in (*(name for name, _, _ in named), "Juno"):
        assert not re.search(rf"\b{name}\b", said, re.IGNORECASE), (name, said)
    for words in (
        "Listening J, R, TG, AV",
        "Ring J or J, or AV. Also rest.",
        "Samaritans 116 123",  # whom one rings has to be readable
        "P Then I will: P's photo, and A",
    ):
        assert words in said, (words, said)
    assert labels.initials("Al") == "A"


GONE = {
    "left out of pictures": {"pictured": False},
    "released": {"place": "released"},
    "left off the map": {"place": "left_off"},
}


@pytest.mark.parametrize("why", GONE)
@pytest.mark.parametrize("only_initials", [False, True])
def test_whoever_is_not_to_be_seen_is_nowhere_on_the_sheet_nor_words_that_name_them(
    why: str, only_initials: bool
) -> None:
    named = [*ADAS_POD, ("Zelda Quist", "core", tuple(KINDS))]
    members, where = pod(named)
    shown = adas(members=members, spots=where, late=["m0", "m7"])
    assert ("ZQ" if only_initials else "Zelda") in text_of(printed(shown, only_initials=only_initials))
    members[7] = replace(members[7], **GONE[why], also_called=("Zee", "Zoé"))  # type: ignore[arg-type]
    for calm in ("Not ringing ZELDA QUIST", "Think of Zee", "Zoe\u0301 too"):
        for step in (Step("m7", {"act": "Rest"}), Step("", {"act": "Ask zelda quist", "cue": "Sunday"})):
            file = printed(replace(shown, members=members, calm=calm, step=step), only_initials=only_initials)
            said = text_of(file)
            assert not re.search(r"zelda|quist|\bzee\b|zo[eé]|\bZQ\b|Sunday|Rest\b", said, re.IGNORECASE), said
            assert "June" in said or only_initials
    x, y, unit = map_of(printed(replace(shown, members=members, calm="")), where)
    picture = picture_of(printed(replace(shown, members=members, calm="")))
    spot = where["m7"]
    assert ink_round(picture, x + spot.x * unit, y - spot.y * unit, spot.radius * unit, RING["core"]) < 0.1


def test_a_first_name_alone_is_found_in_ones_own_words() -> None:
    named = [*ADAS_POD, ("Kofi Mensah", "core", ()), ("ada byron", "core", ()), ("The Anchor", "outer", ())]
    members, where = pod(named)
    seen = adas(members=members, spots=where, calm="Ring Kofi, or Kofi's aunt. Then the Tuesday walk, Ada.")
    assert "Ring Kofi, or Kofi's aunt." in text_of(printed(seen))
    said = text_of(printed(seen, only_initials=True))
    assert "Ring K, or K's aunt. Then the Tuesday walk, A." in said
    assert "ring k tonight" in text_of(printed(replace(seen, calm="ring kofi tonight"), only_initials=True)).lower()
    hidden = replace(seen, members=[replace(m, pictured=m.member_id not in ("m7", "m8", "m9")) for m in members])
    for calm in ("Ring Kofi", "ring kofi", "Bei Kofis Tante", "Ask Mensah", "Think of Ada"):
        assert calm not in text_of(printed(replace(hidden, calm=calm)))
    for calm in ("The adagio", "Coffee with a mensa friend", "Tuesday, the walk"):
        assert calm in text_of(printed(replace(hidden, calm=calm)))


@pytest.mark.parametrize(
    ("name", "kind", "calm", "printed_as"),
    [
        ("Jo Berg", "person", "Ring Jo at ten", "Ring J at ten"),
        ("Das Kumar", "person", "Ring Das, and das is all", "Ring D, and das is all"),
        ("Marie Roy", "person", "Ask for tea. then call marie", "Ask for tea. then call M"),
        ("marie in the corner shop", "person", "Then Marie, or marie again", "Then M, or M again"),
        ("Will Smith", "person", "Will helps. I will walk", "W helps. I will walk"),
        ("My sister", "person", "My room, and my tea", "My room, and my tea"),
        ("The Anchor", "place", "The tea, at Anchor", "The tea, at A"),
        ("Frau Lehmann", "person", "Eine Frau. Lehmann too", "Eine Frau. L too"),
        ("Kofi", "person", "Kofis Tante, not Koffer", "K Tante, not Koffer"),
        ("Jo", "person", "Jos Lied, und Jod", "J Lied, und Jod"),
        ("Rex", "pet", "Rexs bowl", "R bowl"),
    ],
)
def test_whoever_is_called_by_a_first_name_is_found_by_it_however_it_is_written(
    name: str, kind: str, calm: str, printed_as: str
) -> None:
    members, where = pod([*ADAS_POD, (name, "core", ())])
    members[7] = replace(members[7], kind=kind)
    sheet = adas(members=members, spots=where, calm=calm)
    assert printed_as in text_of(printed(sheet, only_initials=True))
    hidden = replace(sheet, members=[*members[:7], replace(members[7], pictured=False)])
    assert (calm in text_of(printed(hidden))) is (calm == printed_as), "words that name them are left out"


def test_each_word_that_cannot_be_printed_leaves_its_place_free() -> None:
    sheet = adas(calm="Ελένη, 李小龙 and cold water", step=Step("", {"act": "سلام", "cue": "Tea"}))
    said = text_of(printed(sheet))
    assert f"Ελένη, {FREE} and cold water" in said and f"Then I will: {FREE}" in said
    assert WORDS.left_free in said


def test_where_only_letters_fit_a_list_says_whose_they_are() -> None:
    names = ("Tomas", "Theresa", "Priya")
    named = [(f"{names[n % 3]} {number_word(n)}", RINGS[n % 3], ()) for n in range(60)]
    members, where = pod(named)
    file = printed(adas(members=members, spots=where, late=()))
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(file)).pages]
    listed = dict(re.findall(r"\b([A-Z]{0,2}\d*) ((?:Tomas|Theresa|Priya) [A-Z][a-z]+)", pages[1]))
    assert WORDS.who_is_who in pages[1]
    assert len(listed) >= 40 and len(set(listed.values())) == len(listed)
    on_the_map = [mark for mark in listed if re.search(rf"(?<!\w){mark}(?!\w)", pages[0])]
    assert len(on_the_map) > 0.9 * len(listed)
    short = text_of(printed(adas(members=members, spots=where, late=()), only_initials=True))
    assert WORDS.who_is_who not in short


def number_word(number: int) -> str:
    return "Abcdefghijklmnopqrstuvwxyz"[number % 25].upper() + "eoiau"[number // 25] + "nn"


def test_no_hairline_runs_through_a_name_and_no_two_dots_touch() -> None:
    members, where = pod((f"Name number {n}", "movable", ()) for n in range(7))
    file = printed(Sheet(members, where, KINDS))
    picture, at = picture_of(file), words_at(file)
    beside = [at[name] for name in at if name.startswith("Name")]
    for x, y in beside:
        seen = [near(picture, x + off / SCALE, y, HAIRLINE) for off in range(-60, 60)]
        assert sum(seen) < 20, (x, y)
    press = Press("a4", DAY, "en")
    press.ring(200, 200, 30, RING["movable"], 2.8, dots=True)
    alone = picture_of(press.finished())
    assert not near(alone, 230, 200, RING["movable"]), "a dot where the circle closes may have another on it"


def test_nobody_is_called_not_for_now_and_nobody_of_whom_that_holds_is_offered_as_help() -> None:
    members, where = pod(ADAS_POD)
    members[4] = replace(members[4], contact="not_for_now")
    said = text_of(printed(adas(members=members, spots=where)))
    assert "not for now" not in said.lower() and "fine for now" not in said.lower()
    assert "Listening June, Tuesday group" in said and said.count("Ruth") == 1  # her circle alone


STRANGE = (
    *("Ιωάννα Παπαδοπούλου", "Александра Жукова", "Łukasz Żółw", "Nguyễn Thị Ánh", "Ὀδυσσεύς"),
    *("محمد", "דוד", "王小明", "नीलम", "ไก่", "🐈 Mog", "🌻", "Zoë ❤️", "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☎ 12", "𝐉𝐮𝐧𝐞", "ＪＵＮＥ"),
    *(
        "e" + "\u0301" * 40 + "lan",
        "\u0301x",
        "a\u200db",
        "\u202eabc\u202c",
        "Line\nbreak",
        "\u2028",
        "x" * 500,
        " ",
        "\x00\x07",
    ),
    *("Maximiliana Wilhelmina Featherstonehaugh-Cholmondeley of Upper Something", "\ud800", "\ufffd\uffff", "ﷺ"),
)


@pytest.mark.parametrize("only_initials", [False, True])
@pytest.mark.parametrize("many", [len(STRANGE), 60])
def test_letters_of_any_kind_are_printed_or_left_free_and_never_become_a_box(
    many: int, only_initials: bool, caplog: pytest.LogCaptureFixture
) -> None:
    ring, help_with = list(RINGS), list(KINDS)
    named = [(STRANGE[i % len(STRANGE)], ring[i % 3], (help_with[i % 2],)) for i in range(many)]
    members, where = pod(named)
    sheet = adas(
        members=members, spots=where, late=[m.member_id for m in members[:9]], calm=" ".join(STRANGE), step=None
    )
    with caplog.at_level(logging.WARNING):
        file = printed(sheet, only_initials=only_initials)
        no_box(file)
    assert not caplog.records
    if not only_initials:
        said = text_of(file)
        for name in (
            "Ιωάννα Παπαδοπούλου",
            "Александра Жукова",
            "Łukasz Żółw",
            "Nguyễn Thị Ánh",
            "Mog",
            "Zoë",
            "June",
            "JUNE",
        ):
            assert name in said, name
        assert FREE in said and WORDS.left_free in said


def test_a_letter_that_is_not_there_would_have_been_noticed(caplog: pytest.LogCaptureFixture) -> None:
    press = Press("a4", DAY, "en")
    press.set_font("sans", size=12)
    press.text(50, 50, "王")
    file = press.finished()
    assert caplog.records
    assert text_of(printed(adas(calm="Tea and rest"))).count(WORDS.left_free) == 0
    with pytest.raises(AssertionError):
        no_box(file)


def no_box(file: bytes) -> None:
    """Every letter shown has a glyph of its own in the font that shows it: none is the empty box, none is missing."""
    reader = pypdf.PdfReader(io.BytesIO(file))
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        drawn = {name: drawn_glyphs(font.get_object()) for name, font in fonts.items()}
        current = ""
        for given_to, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Tf":
                current = str(given_to[0])
            if operator == b"Tj":
                raw = given_to[0].original_bytes
                codes = [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
                assert codes and set(codes) <= drawn[current], (current, codes)


def drawn_glyphs(font: DictionaryObject) -> set[int]:
    """The codes for which the embedded font draws something else than its empty box."""
    inner: Any = font["/DescendantFonts"]
    glyphs = inner[0].get_object()["/CIDToGIDMap"].get_object().get_data()
    return {code for code in range(len(glyphs) // 2) if any(glyphs[2 * code : 2 * code + 2])}


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.one_of(
                st.text(min_size=1, max_size=60),
                st.sampled_from([*hostile.FORMULAS, *hostile.MARKUP, *hostile.MARKDOWN, *STRANGE]),
            ),
            st.sampled_from([*RINGS, "unplaced", "released", "left_off"]),
            st.lists(st.sampled_from([*KINDS]), unique=True).map(tuple),
        ),
        max_size=12,
    ),
    st.text(max_size=400),
    st.booleans(),
    st.sampled_from([*SIZES]),
)
def test_whatever_they_are_called_a_sheet_comes_out(
    named: list[tuple[str, str, tuple[str, ...]]], calm: str, only_initials: bool, size: str
) -> None:
    members, where = pod(named)
    sheet = Sheet(
        members, where, KINDS, [m.member_id for m in members], calm, [Line(calm, calm)], Step("", {"act": calm})
    )
    file = printed(sheet, size=size, only_initials=only_initials)
    no_box(file)
    assert printed(sheet, size=size, only_initials=only_initials) == file


@given(st.text())
def test_what_is_printable_stays_so_and_is_only_in_letters_that_are_there(text: str) -> None:
    shown = printable(text)
    assert printable(shown) == shown
    assert {ord(letter) for letter in shown} <= letters("sans")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  June \n Ames ", "June Ames"),
        ("Зоя", "Зоя"),
        ("Ζωή", "Ζωή"),
        ("e\u0301lan", "élan"),
        ("🐈 Mog", "Mog"),
        ("Zoë ❤️", "Zoë ❤"),
        ("💚", "♥"),
        ("🌻", MARK),
        ("👩🏽‍🚀", MARK),
        ("محمد", ""),
        ("Anna 王", "Anna"),
        ("王-", ""),
        ("ﬁn", "fin"),
        ("", ""),
    ],
)
def test_what_stands_for_what_cannot_be_printed(typed: str, shown: str) -> None:
    assert printable(typed) == shown


def test_a_file_tells_nothing_before_it_is_opened_and_the_same_notes_give_the_same_bytes() -> None:
    file = printed(adas())
    told = {str(key): str(value) for key, value in (pypdf.PdfReader(io.BytesIO(file)).metadata or {}).items()}
    assert told["/Title"] == "Notes" and "/Author" not in told and "/Subject" not in told and "/Keywords" not in told
    assert not [name for name, _, _ in ADAS_POD if name.encode() in file]
    assert b"20260302000000" in file and file == printed(adas())
    assert printed(adas(), only_initials=True) != file


def test_several_people_may_print_at_once_and_each_gets_their_own() -> None:
    sheets = [adas(calm=f"Person {number} rests") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        files = list(threads.map(printed, sheets))
    assert files == [printed(sheet) for sheet in sheets] and len(set(files)) == 8
    assert all(f"Person {number} rests" in text_of(file) for number, file in enumerate(files))


def test_a_full_pod_goes_on_to_more_pages_and_loses_nobody() -> None:
    named = [(f"Nameless {i:03}", [*RINGS][i % 3], tuple(KINDS)) for i in range(200)]
    members, where = pod(named)
    file = printed(adas(members=members, spots=where, calm="A word " * 60))
    assert len(pypdf.PdfReader(io.BytesIO(file)).pages) > 2
    said = text_of(file)
    assert [name for name, _, _ in named if said.count(name) < len(KINDS)] == []
    assert "Samaritans" in said and "Then I will" in said


def test_nothing_is_written_off_the_edge_of_the_paper() -> None:
    for sheet in (adas(), adas(calm="x" * 3000, lines=[Line("A very long name of a line " * 4, "reach " * 30)])):
        for size, (wide, high) in SIZES.items():
            for page in pypdfium2.PdfDocument(printed(sheet, size=size)):
                told = page.get_textpage()
                for number in range(told.count_rects()):
                    left, bottom, right, top = told.get_rect(number)
                    assert left > 25 and right < wide - 25 and bottom > 15 and top < high - 15


def test_an_empty_pod_gives_a_sheet_to_fill_in_that_names_its_rings() -> None:
    said = text_of(printed(Sheet([], {}, KINDS)))
    assert said.count("Core Circle") == 2 and "Who you could ring" in said and "If:" not in said


def test_the_empty_map_has_free_circles_of_each_ring_and_room_for_who_is_good_for_what() -> None:
    file = paper.empty_sheet(KINDS.values(), WORDS, DAY)
    said, picture = text_of(file), picture_of(file)
    for words in (*KINDS.values(), "Core Circle", "me"):
        assert words in said
    colours = {ring: 0 for ring in RINGS}
    for pixel in {picture.getpixel((x, y)) for x in range(0, picture.width, 2) for y in range(0, picture.height, 2)}:
        for ring in RINGS:
            colours[ring] += pixel == RING[ring]
    assert all(colours.values()), colours


def test_the_booklet_asks_every_question_but_keeps_the_five_taps_off_paper(words: Content) -> None:
    said = text_of(paper_booklet.booklet(words, paper_words.of_booklet(), DAY))
    asked = [e for e in words.exercises if not e.key.endswith(".closing") and e.kind != "safety"]
    for exercise in asked:
        prompts = [
            p for p in exercise.shown if p.kind not in paper_booklet.NOT_ON_PAPER and (p.kind != "tick" or p.fills)
        ]
        for prompt in prompts:
            assert printable(prompt.ask) in said, prompt.ask
            for option in prompt.options if prompt.kind in ("pick_one", "pick_many") else ():
                assert printable(option.words) in said, option.words
    for question in words.screen:
        assert str(question["ask"]) not in said
    assert "done on screen" in said and said.count("The next seven days") == 1
    no_box(paper_booklet.booklet(words, paper_words.of_booklet(), DAY, size="letter"))


def test_the_booklet_leaves_room_to_write_and_turns_the_page_before_it_runs_out(words: Content) -> None:
    file = paper_booklet.booklet(words, paper_words.of_booklet(), DAY)
    reader = pypdf.PdfReader(io.BytesIO(file))
    lowest, lines = 1000.0, 0
    for page in reader.pages:
        for given_to, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"l":
                lines += 1
                lowest = min(lowest, float(given_to[1]))
    assert lines > 200 and lowest > 54


def test_a_persons_own_sheet_is_made_of_what_they_wrote(book: MyWorkbook) -> None:
    june = book.add_member("June", place="core")
    book.add_member("Ruth", place="movable")
    book.answer(BAD_HOUR, "late", june)
    book.screen(june, FINE)
    book.answer(BAD_HOUR, "calm", "Cold water")
    line = next(row for row in book.content.help_lines if row.get("verified") and row.get("number"))
    other = next(row for row in book.content.help_lines if not row.get("verified") and row.get("url"))
    book.answer(BAD_HOUR, "lines", [line["key"], other["key"]])
    for prompt, value in (("who", june), ("act", "Wave"), ("cue", "On Sunday")):
        book.answer("check_in.closing", prompt, value, occasion="2026-03-02")
    said = text_of(printed(sheet_of(book, WORDS)))
    for words in (
        "Help in a bad hour June",
        "Who you could ring June",
        "Cold water",
        "June If: On Sunday Then I will: Wave",
        str(line["number"]),
    ):
        assert words in said, (words, said)
    assert str(other.get("number") or "none at all") not in said
    assert str(other["url"]).split("//")[-1].split("/")[0] in said
    book.decide_contact(june, "not_for_now")
    said = text_of(printed(sheet_of(book, WORDS)))
    assert "Who you could ring" not in said and "Help in a bad hour June" not in said


def test_whoever_was_put_away_is_not_named_by_what_was_written_before(book: MyWorkbook) -> None:
    zelda = book.add_member("Zelda", place="core")
    book.answer(BAD_HOUR, "calm", "Tea with Zelda")
    assert "Tea with Zelda" in text_of(printed(sheet_of(book, WORDS)))
    book.delete_member(zelda)
    assert "Zelda" not in text_of(printed(sheet_of(book, WORDS)))


def test_a_step_of_an_earlier_week_is_not_this_weeks(book: MyWorkbook, clock: Clock) -> None:
    assert sheet_of(book, WORDS).step is None
    book.answer("check_in.closing", "act", "Wave", occasion="2026-03-02")
    step = sheet_of(book, WORDS).step
    assert step is not None and step.parts["act"] == "Wave"
    clock.go_on(days=6)
    assert sheet_of(book, WORDS).step is not None
    clock.go_on(days=1)
    assert sheet_of(book, WORDS).step is None


def test_the_colours_are_those_of_the_screen_and_the_fonts_say_whose_they_are() -> None:
    assert {ring: "#{:02X}{:02X}{:02X}".format(*colour) for ring, colour in RING.items()} == LIGHT.ring
    assert ["#{:02X}{:02X}{:02X}".format(*colour) for colour in (INK, SOFT_INK)] == [LIGHT.ink, LIGHT.soft_ink]
    folder = FONTS["sans"].parent
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text("utf-8").upper()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 600_000
    for path in FONTS.values():
        assert b"Reserved Font Name" in path.read_bytes().replace(b"\x00", b"") and "source" not in path.name
    for letter in (*"Aζж", MARK, "…", "ő", "Ђ", "ί"):
        assert ord(letter) in letters("sans") and (ord(letter) in letters("serif") or letter == MARK)


@cache
def _usual() -> dict[str, str]:
    return {
        zone: usual_size(zone)
        for zone in ("America/New_York", "America/Toronto", "US/Pacific", "Europe/London", "UTC", "")
    }


def test_the_paper_is_letter_where_shops_sell_that() -> None:
    assert _usual() == {
        "America/New_York": "letter",
        "America/Toronto": "letter",
        "US/Pacific": "letter",
        "Europe/London": "a4",
        "UTC": "a4",
        "": "a4",
    }
