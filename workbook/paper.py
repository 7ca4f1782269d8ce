"""Pages to print: the pod on one sheet for the fridge, an empty map to fill in by hand, and every prompt with room to write."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from unicodedata import normalize

from workbook import paper_map
from workbook.in_touch import PEOPLE
from workbook.labels import initials
from workbook.paper_letters import FREE, all_printable, printable, with_gaps
from workbook.paper_press import INK, SIZES, SOFT_INK, Press
from workbook.pod import RINGS, Member, Spot, small_name

MARGIN = 42.0
SMALLEST_MAP = 330.0  # in points: names on a smaller one are too small for a fridge door
GAP = 26.0
LONGEST = 300  # letters of one's own words on the sheet: more does not fit beside a map
COLUMNS = 3  # of the list that says whose letters stand on the map
PART = 3  # letters from which on a part of a name is sought by itself
FIRST = 2  # letters from which on a first name is, as it is written
# Words in a name that say nothing of whose it is: a coach, a choir and an aunt have them too.
_NO_NAMES = "the and und mrs miss herr frau my our your mein meine unser unsere mon mes notre nos"
NO_NAMES = frozenset(_NO_NAMES.split())
_ARTICLES = "der die das den les des los las het een"  # but Das and Den are first names, too
ARTICLES = frozenset(_ARTICLES.split())
# First names that are words of every day, in English, German, French and Spanish: with a small letter they are no name.
_EVERYDAY = """
    art ash basil bill bishop bob carol chance chase clay daisy dale dawn dean drew earl faith fern frank gale glen grace
    grant guy hazel heath heather holly hope iris ivy jack jade jean josh joy june kit lance lily mark max may melody miles
    misty nick olive page pat patience pearl peg penny pierce pip ray reed rich rob robin rod rose ruby rue rusty sandy
    sky sunny sue summer ted violet wade ward will wren
    ernst heide kai mai stern viola
    aime blanche claire colombe fleur marguerite mars noel pierre prudence
    alba amor angel bella blanca clara consuelo cruz dolores esperanza estrella flor luna luz mar mercedes paz pilar
    salvador sol soledad victoria
"""
EVERYDAY = frozenset(_EVERYDAY.split())


@dataclass(frozen=True, slots=True)
class Words:
    """What the sheets say themselves, in the person's language; `today` is the day in words."""

    language: str
    today: str
    me: str
    my_pod: str
    rings: Mapping[str, str]
    who_for_what: str
    bad_hour: str
    calm: str
    ring_late: str
    lines: str
    text_to: str
    text_word_to: str
    small_step: str
    step_parts: Mapping[str, str]
    left_free: str
    fill_in: str
    who_is_who: str
    weekdays: frozenset[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A help line that was kept: who answers, and how to reach them."""

    name: str
    reach: str


@dataclass(frozen=True, slots=True)
class Step:
    """This week's small step: who it is with, if anyone, and the plan's parts in the person's words."""

    member_id: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed of one person's workbook; `kinds` are the kinds of help by key, in words.

    `members` are all there are, wherever they stand: the sheet itself leaves out who is not to be seen on it. `unsaid`
    are more names that must not be on it.
    """

    members: Sequence[Member]
    spots: Mapping[str, Spot]
    kinds: Mapping[str, str]
    late: Sequence[str] = ()
    calm: str = ""
    lines: Sequence[Line] = ()
    step: Step | None = None
    unsaid: Sequence[str] = ()


def my_sheet(sheet: Sheet, words: Words, day: date, *, size: str = "a4", only_initials: bool = False) -> bytes:
    """The pod on one page, or on as many as it takes, as a PDF; `size` is a key of `SIZES`.

    Whoever was released, left off the map or left out of pictures is on none of them, nor are words that name them.
    Where the map has room for first letters alone, a list says whose they are, unless only those are wanted. The same sheet on the same day gives the same bytes.
    """
    shown = _as_shown(sheet, only_initials, words.weekdays)
    press = Press(size, day, words.language)
    wide, high = SIZES[size]
    inner = wide - 2 * MARGIN
    below = press.measured(lambda y: _side_by_side(press, shown, words, y, inner))
    top = _title(press, words.my_pod, words.today, inner)
    note = words.left_free if _anything_left_free(shown) else ""
    foot = high - MARGIN * 0.75 - (14 if note else 0)
    side = min(inner, foot - top - paper_map.KEY - 14 - below)
    together = side >= SMALLEST_MAP
    if not together:
        side = min(inner, foot - top - paper_map.KEY)
        top += (foot - top - side - paper_map.KEY) / 3
    middle = (wide / 2, top + side / 2)
    marks = paper_map.draw(
        press, shown.members, shown.spots, middle=middle, side=side, me=words.me, rings=words.rings, short=only_initials
    )
    paper_map.draw_key(press, words.rings, middle=wide / 2, y=top + side + paper_map.KEY / 2)
    if note:
        press.put(MARGIN, foot + 12, note, 8.5, colour=SOFT_INK)
    if together:
        _side_by_side(press, shown, words, foot - below, inner)
    if marks or not together:
        press.add_page()
        _below_each_other(press, shown, words, inner, high - MARGIN, marks, rest=not together)
    return press.finished()


def empty_sheet(kinds: Iterable[str], words: Words, day: date, *, size: str = "a4") -> bytes:
    """A map to fill in by hand, with room for who is good for what; it holds nothing of anyone."""
    press = Press(size, day, words.language)
    wide, high = SIZES[size]
    inner = wide - 2 * MARGIN
    nobody = Sheet((), {}, {kind: kind for kind in kinds})
    below = press.measured(lambda y: _who_for_what(press, nobody, words, MARGIN, y, inner, row=24))
    top = _title(press, words.my_pod, words.fill_in, inner)
    side = min(inner, high - MARGIN * 0.75 - below - 14 - paper_map.KEY - top)
    paper_map.draw_free(press, middle=(wide / 2, top + side / 2), side=side, me=words.me)
    paper_map.draw_key(press, words.rings, middle=wide / 2, y=top + side + paper_map.KEY / 2)
    _who_for_what(press, nobody, words, MARGIN, high - MARGIN * 0.75 - below, inner, row=24)
    return press.finished()


# What may be seen, and by which name


def _as_shown(sheet: Sheet, only_initials: bool, weekdays: frozenset[str]) -> Sheet:
    """The sheet without whoever is not to be on it, with initials for names where they are wanted."""
    seen = [m for m in sheet.members if m.pictured and m.place in (*RINGS, "unplaced")]
    ids = {m.member_id for m in seen}
    left_out = [m for m in sheet.members if m.member_id not in ids]
    hidden = _Names(left_out, sheet.unsaid, weekdays)
    shortened = _Names(seen if only_initials else (), (), weekdays)

    def own(text: str) -> str:
        text = normalize("NFC", text)
        return "" if hidden.in_text(text) else shortened.shortened_in(text)

    def called(name: str) -> str:
        return initials(name) if only_initials else name

    step = sheet.step
    if step and step.member_id and step.member_id not in ids:
        step = None
    if step:
        parts = {part: own(text) for part, text in step.parts.items()}
        step = replace(step, parts=parts) if all(parts[part] or not step.parts[part] for part in parts) else None
    return replace(
        sheet,
        members=[replace(m, name=called(printable(m.name)) if printable(m.name) else "") for m in seen],
        spots={member_id: spot for member_id, spot in sheet.spots.items() if member_id in ids},
        late=[member_id for member_id in sheet.late if member_id in ids],
        calm=own(sheet.calm),
        step=step,
    )


class _Names:
    """Names as they may stand in somebody's own words: whole, or a first name by itself, with an ending or without."""

    def __init__(self, members: Iterable[Member], more: Iterable[str], weekdays: frozenset[str]) -> None:
        people, others = set[str](), set(map(_tidied, more)) - {""}
        for member in members:
            known = {_tidied(name) for name in (member.name, *member.also_called)} - {""}
            (people if member.kind in PEOPLE else others).update(known)
        whole = people | others
        firsts = {first for name in people for first in _first(name, weekdays)}
        parts = {part for name in whole for part in _parts(name, weekdays)} - firsts
        self._sought = [sorted(some, key=len, reverse=True) for some in (whole, firsts, parts)]

    def in_text(self, text: str) -> bool:
        """Whether the text names one of them."""
        return any(found.search(text) for found, _ in self._patterns(text))

    def shortened_in(self, text: str) -> str:
        """The text with first letters in the place of names."""
        for found, short in self._patterns(text):
            text = found.sub(lambda _, short=short: short, text)  # type: ignore[misc]
        return text

    def _patterns(self, text: str) -> Iterator[tuple[re.Pattern[str], str]]:
        whole, firsts, parts = self._sought
        yield from ((_whole(name), initials(name)) for name in whole)
        without_capitals = text == text.lower()  # as many write on a phone
        for first in firsts:
            if len(first) < PART or first.lower() in ARTICLES:
                yield re.compile(rf"(?<!\w){re.escape(first)}s?(?!\w)"), initials(first)
            else:
                yield _part(first, without_capitals or first.lower() not in EVERYDAY), initials(first)
        yield from ((_part(part, without_capitals), initials(part)) for part in parts)


def _tidied(name: str) -> str:
    return normalize("NFC", name.strip())


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[^\w\u0300-\u036f]+", name) if word]


def _first(name: str, weekdays: frozenset[str]) -> Iterator[str]:
    """The word by which somebody is called for short: a short one only where it has a capital, as “Jo” and “Das” have."""
    word = next(iter(_words(name)), "")
    short = len(word) < PART or word.lower() in ARTICLES
    if len(word) >= FIRST and word.lower() not in weekdays | NO_NAMES and not (short and word == word.lower()):
        yield word


def _parts(name: str, weekdays: frozenset[str]) -> Iterator[str]:
    """The words of a name that may stand for it: those with a capital, or all of one that was typed without any."""
    words = [word for word in _words(name) if len(word) >= PART]
    plain = len(words) < 3 and name == name.lower()
    for word in words:
        if (plain or word != word.lower()) and word.lower() not in weekdays | NO_NAMES | ARTICLES:
            yield word


def _whole(name: str) -> re.Pattern[str]:
    """Finds a name as a word of its own; a name of one or two letters only as it is written."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE if len(name) > 2 else 0)


def _part(part: str, any_case: bool) -> re.Pattern[str]:
    """Finds a part of a name, with an ending of a few letters; as a name, with a capital, but where `any_case` will do."""
    first, rest = re.escape(part[0] if any_case else part[0].upper()), re.escape(part[1:])
    ending = r"\w{0,3}" if len(part) > PART else "s?"
    return re.compile(rf"(?<!\w){'(?i:' if any_case else '(?:'}{first})(?i:{rest}){ending}(?!\w)")


def _anything_left_free(shown: Sheet) -> bool:
    """Whether something on the sheet is in letters that cannot be printed."""
    own = [shown.calm, *(shown.step.parts.values() if shown.step else ())]
    return any(not m.name for m in shown.members) or not all(map(all_printable, own))


# The parts of the sheet; each takes the y it begins at and gives the y it ends at


def _title(press: Press, title: str, beside: str, inner: float) -> float:
    baseline = MARGIN * 0.75 + 20
    press.put(MARGIN, baseline, title, 22, font="serif")
    press.put(MARGIN + inner, baseline, beside, 10, colour=SOFT_INK, at="right")
    return baseline + 10


def _side_by_side(press: Press, shown: Sheet, words: Words, y: float, inner: float) -> float:
    left = inner * 0.54
    right = inner - left - GAP
    ends = _who_for_what(press, shown, words, MARGIN, y, left)
    x = MARGIN + left + GAP
    return max(ends, _step(press, shown, words, x, _card(press, shown, words, x, y, right) + 14, right))


def _below_each_other(
    press: Press, shown: Sheet, words: Words, inner: float, foot: float, marks: Mapping[str, str], *, rest: bool
) -> None:
    """Whose the letters on the map are, and where there is no room beside it the `rest`, on as many pages as it takes."""
    y = _who_is_who(press, shown, words, MARGIN, inner, foot, marks) + 20 if marks else MARGIN
    if rest:
        y = _who_for_what(press, shown, words, MARGIN, y, inner, foot=foot) + 20
    parts: tuple[Callable[[float], float], ...] = (
        lambda y: _card(press, shown, words, MARGIN, y, inner),
        lambda y: _step(press, shown, words, MARGIN, y, inner),
    )
    for part in parts if rest else ():
        if y + press.measured(part) > foot:
            press.add_page()
            y = MARGIN
        y = part(y) + 20


def _heading(press: Press, words: str, x: float, y: float) -> float:
    press.put(x, y + 13, words, 14, font="serif")
    return y + 21


def _who_for_what(
    press: Press,
    shown: Sheet,
    words: Words,
    x: float,
    y: float,
    width: float,
    *,
    foot: float = float("inf"),
    row: float = 20,
) -> float:
    """A row for each kind of help with the names that are good for it; a row with nobody is a line to write on."""
    y = _heading(press, words.who_for_what, x, y)
    beside = min(max(press.width_of(kind, 10) for kind in shown.kinds.values()) + 12, width * 0.45)
    for key, kind in shown.kinds.items():
        names = [
            small_name(m.name, 40) or FREE
            for m in shown.members
            if key in m.good_for and m.contact != "not_for_now" and not m.twin_rests
        ]
        lines = list(press.wrapped(", ".join(names), 11, width - beside)) or [""]
        labels = list(press.wrapped(kind, 10, beside - 8))
        for number in range(max(len(lines), len(labels))):
            if y + row > foot:
                press.add_page()
                y = MARGIN
            press.put(x, y + row - 6, labels[number] if number < len(labels) else "", 10, colour=SOFT_INK)
            press.put(x + beside, y + row - 6, lines[number] if number < len(lines) else "", 11)
            y += 14
        y += row - 14
        press.rule(x, y, width)
    return y


def _who_is_who(
    press: Press, shown: Sheet, words: Words, y: float, inner: float, foot: float, marks: Mapping[str, str]
) -> float:
    """The letters that stand on the map for a name, with the name, in columns."""
    y = _heading(press, words.who_is_who, MARGIN, y)
    there = [(marks[m.member_id], m.name) for m in shown.members if m.member_id in marks]
    wide = inner / COLUMNS
    beside = max(press.width_of(mark, 10, "bold") for mark, _ in there) + 8
    for at in range(0, len(there), COLUMNS):
        if y + 15 > foot:
            press.add_page()
            y = MARGIN
        for column, (mark, name) in enumerate(there[at : at + COLUMNS]):
            x = MARGIN + column * wide
            lines = press.wrapped(small_name(name, 40), 10, wide - beside - 8)
            press.put(x, y + 11, mark, 10, font="bold")
            press.put(x + beside, y + 11, next(lines, ""), 10)
        y += 15
    return y


def _card(press: Press, shown: Sheet, words: Words, x: float, y: float, width: float) -> float:
    """What was put by for a bad hour; with nothing put by, lines to write on."""
    y = _heading(press, words.bad_hour, x, y)
    names = {m.member_id: m.name for m in shown.members}
    late = [small_name(names[member_id], 40) or FREE for member_id in shown.late]
    if shown.calm or not (late or shown.lines):
        y = _said(press, words.calm, [shown.calm], x, y, width)
    if late or not (shown.calm or shown.lines):
        y = _said(press, words.ring_late, [", ".join(late)], x, y, width)
    if shown.lines or not (shown.calm or late):
        y = _said(press, words.lines, () if shown.lines else [""], x, y, width) - 5
        for line in shown.lines:
            y = _line(press, line, x, y, width)
    return y


def _step(press: Press, shown: Sheet, words: Words, x: float, y: float, width: float) -> float:
    """The small step of this week; without one, lines to write on."""
    y = _heading(press, words.small_step, x, y)
    names = {m.member_id: m.name for m in shown.members}
    if shown.step is None:
        return _own(press, "", x, y, width)
    if shown.step.member_id:
        y = _own(press, small_name(names[shown.step.member_id], 40) or FREE, x, y, width, font="bold")
    for part, template in words.step_parts.items():
        if text := shown.step.parts.get(part):
            y = _own(press, template.format(words=with_gaps(text) or FREE), x, y, width)
    return y


def _line(press: Press, line: Line, x: float, y: float, width: float) -> float:
    """A help line: its name, and how to reach it at the end of the same line, or under it where that is too long."""
    wide = press.width_of(line.reach, 11, "bold")
    names = list(press.wrapped(small_name(line.name, 80), 11, width))
    apart = not names or press.width_of(names[-1], 11) + 10 + wide > width
    for name in names:
        press.put(x, y + 12, name, 11)
        y += 15
    if not apart:
        press.put(x + width, y - 3, line.reach, 11, font="bold", at="right")
        return y
    return _own(press, line.reach, x, y, width, font="bold") if line.reach else y


def _said(press: Press, label: str, texts: Iterable[str], x: float, y: float, width: float) -> float:
    for line in press.wrapped(label, 9, width):
        press.put(x, y + 10, line, 9, colour=SOFT_INK)
        y += 12
    for text in texts:
        y = _own(press, text, x, y, width)
    return y + 5


def _own(press: Press, text: str, x: float, y: float, width: float, *, font: str = "sans") -> float:
    """The person's own words, or a line to write on where there are none that can be printed."""
    lines = list(press.wrapped(small_name(with_gaps(text), LONGEST), 11, width, font))
    for line in lines:
        press.put(x, y + 12, line, 11, font=font, colour=INK)
        y += 15
    if not lines:
        y += 20
        press.rule(x, y, width)
        y += 2
    return y
