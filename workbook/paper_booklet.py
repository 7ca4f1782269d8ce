"""Every prompt on paper, with room to write: for whoever would rather hold a pen."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from workbook import paper_map
from workbook.content import Content, Exercise, Prompt, Step
from workbook.paper_press import HAIRLINE, INK, SIZES, SOFT_INK, Colour, Press

MARGIN = 54.0
TEXT, SMALL = 11.0, 9.5
LEADING = 15.5
TO_WRITE = 25.0  # from one line to write on to the next, in points: room for a hand
BOX = 9.0
NOT_ON_PAPER = ("toggle", "country", "stage", "safety")  # they do something on screen, and nothing when written down
SAYS_HOW = ("line", "long_text", "pick_one", "pick_many", "slider")  # the hints of other kinds speak of the screen


@dataclass(frozen=True, slots=True)
class Words:
    """What the booklet says itself, in the person's language."""

    language: str
    title: str
    lead: str
    on_screen: str
    name: str
    rings: tuple[str, ...]


def booklet(content: Content, words: Words, day: date, *, size: str = "a4") -> bytes:
    """All exercises in the order of the steps, each prompt with lines, boxes or a scale, as a PDF. It holds no answers."""
    pages = _Pages(Press(size, day, words.language), words, *SIZES[size])
    pages.cover()
    closings = [e.key for e in content.exercises if e.key.endswith(".closing")]
    for step in content.steps:
        shown = [e for e in step.exercises if _on_paper(e) and e.key not in closings[:-1]]
        if shown:
            pages.step(step, shown)
    return pages.press.finished()


def _on_paper(exercise: Exercise) -> bool:
    return not exercise.hidden and bool(_asked(exercise) or exercise.read or exercise.kind == "safety")


def _asked(exercise: Exercise) -> list[Prompt]:
    return [p for p in exercise.shown if p.kind not in NOT_ON_PAPER and (p.kind != "tick" or p.fills or exercise.by)]


class _Pages:
    """Goes down a page, and on to the next where something would not stand whole."""

    def __init__(self, press: Press, words: Words, wide: float, high: float) -> None:
        self.press, self.words = press, words
        self.inner, self.foot, self.high, self.wide = wide - 2 * MARGIN, high - MARGIN - 14, high, wide
        self.y = MARGIN
        self.number = 1

    def cover(self) -> None:
        """The title over the three rings."""
        middle, y = self.wide / 2, self.high * 0.36
        paper_map.draw_sign(self.press, middle, y, 130)
        self.press.put(middle, y + 215, self.words.title, 28, font="serif", at="middle")
        for number, line in enumerate(self.press.wrapped(self.words.lead, 12, self.inner * 0.7)):
            self.press.put(middle, y + 245 + 18 * number, line, 12, colour=SOFT_INK, at="middle")

    def step(self, step: Step, exercises: Iterable[Exercise]) -> None:
        """A step begins on a page of its own."""
        self._turn()
        self.press.put(MARGIN, self.y + 18, step.title, 24, font="serif")
        self.y += 32
        self._text(step.lead, TEXT, SOFT_INK)
        self.y += 10
        for exercise in exercises:
            self._exercise(exercise)

    def _exercise(self, exercise: Exercise) -> None:
        parts = [*self._parts(exercise)]
        self._keep_together(parts[:2], air=14)
        for part in parts[2:]:
            self._keep_together([part])
        self.y += 8

    def _parts(self, exercise: Exercise) -> Iterator[Callable[[], None]]:
        yield lambda: self._head(exercise)
        if exercise.kind == "safety":
            yield lambda: self._text(self.words.on_screen, TEXT, SOFT_INK)
            return
        for paragraph in exercise.read:
            yield lambda paragraph=paragraph: self._text(paragraph, TEXT)  # type: ignore[misc]
        for prompt in _asked(exercise):
            yield lambda prompt=prompt: self._prompt(prompt)  # type: ignore[misc]

    def _head(self, exercise: Exercise) -> None:
        self.press.rule(MARGIN, self.y, self.inner)
        self.press.put(MARGIN, self.y + 23, exercise.title, 15, font="serif")
        self.y += 31
        self._text(exercise.purpose, SMALL + 0.5, SOFT_INK)
        self.y += 2

    def _prompt(self, prompt: Prompt) -> None:
        self.y += 4
        if prompt.kind == "tick":
            self._boxes([prompt.ask])
            return
        self._text(prompt.ask, TEXT, font="bold")
        if prompt.help and prompt.kind in SAYS_HOW:
            self._text(prompt.help, SMALL, SOFT_INK)
        choices = [option.words for option in prompt.options]
        if prompt.kind in ("pick_one", "pick_many"):
            self._boxes(choices)
        elif prompt.kind in ("slider", "overlap"):
            self._scale(prompt)
        elif prompt.kind in ("each_member", "later_each_member", "tags_each_member"):
            self._each(choices, 3)
        elif prompt.kind in ("ring_each_member", "ring_one"):
            self._each(self.words.rings, 3 if prompt.kind == "ring_each_member" else 1)
        else:
            self._lines({"long_text": 5, "starter": 5, "line": 1, "member": 1, "try": 1}.get(prompt.kind, 3))
        self.y += 6

    def _text(self, text: str, size: float, colour: Colour = INK, font: str = "sans") -> None:
        for line in self.press.wrapped(text, size, self.inner, font):
            self.press.put(MARGIN, self.y + size, line, size, font=font, colour=colour)
            self.y += size * LEADING / TEXT
        self.y += 2

    def _lines(self, count: int) -> None:
        for _ in range(count):
            self.y += TO_WRITE
            self.press.rule(MARGIN, self.y, self.inner)
        self.y += 4

    def _boxes(self, choices: Sequence[str], left: float = MARGIN) -> None:
        """Boxes to tick beside their words, as many in a row as there is room for."""
        room = MARGIN + self.inner
        x = left
        self.y += 4
        for choice in choices:
            lines = [*self.press.wrapped(choice, TEXT, room - left - BOX - 6)] or [""]
            wide = BOX + 6 + max(self.press.width_of(line, TEXT) for line in lines)
            if x > left and x + wide > room:
                x, self.y = left, self.y + 19
            self.press.box(x, self.y + 1.5, BOX)
            for number, line in enumerate(lines):
                self.press.put(x + BOX + 6, self.y + 10 + number * LEADING, line, TEXT)
            self.y += (len(lines) - 1) * LEADING
            x += wide + 18
        self.y += 20

    def _each(self, choices: Sequence[str], count: int) -> None:
        """The same asked about several: a line for each name, with boxes under it."""
        for _ in range(count):
            self.y += TO_WRITE
            self.press.put(MARGIN, self.y - 2, self.words.name, SMALL, colour=SOFT_INK)
            beside = self.press.width_of(self.words.name, SMALL) + 8
            self.press.rule(MARGIN + beside, self.y, self.inner - beside)
            self.y += 5
            self._boxes(choices)

    def _scale(self, prompt: Prompt) -> None:
        """A line from 0 to 10."""
        self.y += 14
        self.press.rule(MARGIN, self.y, self.inner, colour=SOFT_INK)
        for mark in range(11):
            x = MARGIN + self.inner * mark / 10
            if not self.press.dry:
                self.press.set_draw_color(*SOFT_INK)
                self.press.line(x, self.y - 4, x, self.y + 4)
            side = "left" if mark == 0 else "right" if mark == 10 else "middle"
            self.press.put(x, self.y + 15, str(mark), SMALL, colour=SOFT_INK, at=side)
        self.y += 28
        self.press.put(MARGIN, self.y, prompt.low, SMALL, colour=SOFT_INK)
        self.press.put(MARGIN + self.inner, self.y, prompt.high, SMALL, colour=SOFT_INK, at="right")
        self.y += 8 if prompt.low or prompt.high else -8

    def _keep_together(self, parts: Sequence[Callable[[], None]], air: float = 0) -> None:
        def all_of_it(y: float) -> float:
            self.y = y
            for part in parts:
                part()
            return self.y

        y = self.y
        high = self.press.measured(all_of_it)
        self.y = y
        if y + air + high > self.foot:
            self._turn()
        else:
            self.y += air
        all_of_it(self.y)

    def _turn(self) -> None:
        self.press.add_page()
        self.number += 1
        self.y = MARGIN
        self.press.put(self.wide / 2, self.high - MARGIN * 0.6, str(self.number), SMALL, colour=HAIRLINE, at="middle")
