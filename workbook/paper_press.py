"""The press: a page in points, our own letters and thin dark lines; it draws nothing that the letters do not have."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from math import pi

from fpdf import FPDF
from fpdf.drawing_primitives import DeviceRGB
from fpdf.enums import StrokeCapStyle

from workbook.paper_letters import FONTS, letters, printable
from workbook.pod import graphemes

SIZES = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}  # in points: 72 to the inch
TITLE = "Notes"  # says nothing to whoever sees the file in a list
Colour = tuple[int, int, int]
INK: Colour = (0x2C, 0x2A, 0x26)
SOFT_INK: Colour = (0x6B, 0x64, 0x59)
HAIRLINE: Colour = (0xB9, 0xB2, 0xA6)  # a little darker than on screen: printers lose what is paler
RING: dict[str, Colour] = {"core": (0x1E, 0x6B, 0x66), "movable": (0x8A, 0x5A, 0x12), "outer": (0x4B, 0x52, 0x90)}


class Press(FPDF):
    """A document of one paper size; `y` runs downwards from the top, everything is in points."""

    def __init__(self, size: str, day: date, language: str) -> None:
        super().__init__(unit="pt", format=SIZES[size])
        self.dry = False
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.set_title(TITLE)
        self.set_lang(language)
        self.set_creation_date(datetime(day.year, day.month, day.day, tzinfo=UTC))
        for name, path in FONTS.items():
            self.add_font(name, fname=path)
        self.add_page()

    def measured(self, draw: Callable[[float], float]) -> float:
        """How high something is, without drawing it; it takes the y it starts at and gives the y it ends at."""
        before, self.dry = self.dry, True
        try:
            return draw(0.0)
        finally:
            self.dry = before

    def width_of(self, text: str, size: float, font: str = "sans") -> float:
        """How wide the text is drawn."""
        text = printable(text)
        self.set_font(_font_for(text, font), size=size)
        return float(self.get_string_width(text))

    def put(
        self, x: float, y: float, text: str, size: float, *, font: str = "sans", colour: Colour = INK, at: str = "left"
    ) -> None:
        """One line of text with its baseline at `y`; `at` says which end, or the middle, lies at `x`."""
        text = printable(text)
        if self.dry or not text:
            return
        off = {"left": 0.0, "middle": 0.5, "right": 1.0}[at] * self.width_of(text, size, font)
        self.set_font(_font_for(text, font), size=size)
        self.set_text_color(*colour)
        self.text(x - off, y, text)

    def wrapped(self, text: str, size: float, width: float, font: str = "sans") -> Iterator[str]:
        """The text in lines no wider than `width`, broken between words, and within those that are too long."""
        line = ""
        for word in printable(text).split():
            longer = f"{line} {word}".strip()
            if self.width_of(longer, size, font) <= width:
                line = longer
                continue
            if line:
                yield line
            line = ""
            for letter in graphemes(word):
                if line and self.width_of(line + letter, size, font) > width:
                    yield line
                    line = ""
                line += letter
        if line:
            yield line

    def rule(self, x: float, y: float, width: float, *, colour: Colour = HAIRLINE, thick: float = 0.6) -> None:
        """A thin line, to part or to write on."""
        if not self.dry:
            self.set_draw_color(*colour)
            self.set_line_width(thick)
            self.line(x, y, x + width, y)

    def blank(self, x: float, y: float, wide: float, high: float) -> None:
        """White paper over what was drawn before, its middle at x and y."""
        if not self.dry:
            self.set_fill_color(255, 255, 255)
            self.rect(x - wide / 2, y - high / 2, wide, high, style="F")

    def box(self, x: float, y: float, side: float) -> None:
        """A small square to tick, its upper left corner at x and y."""
        if not self.dry:
            self.set_draw_color(*SOFT_INK)
            self.set_line_width(0.7)
            self.rect(x, y, side, side)

    def ring(
        self,
        x: float,
        y: float,
        radius: float,
        colour: Colour,
        thick: float,
        *,
        dots: bool = False,
        dashes: float = 0,
        white: bool = False,
    ) -> None:
        """A circle round x and y: a plain line, round dots that close evenly, or dashes of a length; white within if wanted."""
        if self.dry:
            return
        around = 2 * pi * radius
        with self.new_path() as path:
            path.style.stroke_color = DeviceRGB(*(part / 255 for part in colour))
            path.style.fill_color = DeviceRGB(1, 1, 1) if white else None
            path.style.stroke_width = thick
            if dots:
                path.style.stroke_cap_style = StrokeCapStyle.ROUND
                apart = around / max(round(around / (1.9 * thick)), 6)
                path.style.stroke_dash_pattern = (0, apart)
                path.style.stroke_dash_phase = apart / 2  # so that none falls where the circle closes
            elif dashes:
                path.style.stroke_dash_pattern = (dashes, around / max(round(around / (2.1 * dashes)), 6) - dashes)
            path.circle(x, y, radius)

    def finished(self) -> bytes:
        """The document."""
        return bytes(self.output())


def _font_for(text: str, font: str) -> str:
    """The serif has fewer letters than the sans, which stands in for it."""
    return "bold" if font == "serif" and not all(ord(c) in letters("serif") for c in text) else font
