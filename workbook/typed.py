"""Words as they are typed: which field they belong to, and which versions of one sitting are worth showing."""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from workbook.content import Exercise, Prompt
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.store.answers import Saved

KINDS = ("line", "long_text")
FACTS = ("name", "notes", "how_known")
_PLAIN = re.compile(r"[\w.-]{0,80}", re.ASCII)
_ID = re.compile(r"[0-9a-zA-Z-]{8,40}")
_OCCASION = re.compile(r"(\d{4}-\d\d-\d\d)(\.\d{1,4})?")


@dataclass(frozen=True, slots=True)
class Field:
    """A text field that saves itself: an answer (`of` is the exercise, `what` the prompt), or a fact of a member."""

    person_id: str
    sort: str
    of: str
    what: str
    occasion: str = ""
    sitting: str = ""
    drawn: str = ""  # the mark of a coach-written exercise as the page shows it

    def __str__(self) -> str:
        parts = (self.person_id, self.sort, self.of, self.what, self.occasion, self.sitting)
        return "|".join((*parts, self.drawn) if self.drawn else parts)


def read_field(written: str) -> Field:
    """The field as it stands in the page; Refused where that cannot be one."""
    parts = written.split("|")
    if (
        len(parts) not in (6, 7)
        or parts[1] not in ("answer", "fact")
        or not all(_PLAIN.fullmatch(part) for part in parts)
    ):
        raise Refused("not_offered")
    return Field(*parts)


def mark(words: str) -> str:
    """A short mark by which the page tells whether its field holds what is saved: length and CRC-32, as in UTF-16."""
    units = words.encode("utf-16-le", "surrogatepass")
    return f"{len(units) // 2}.{zlib.crc32(units):x}"


def on_one_line(words: str) -> str:
    """What a field for a line holds: its breaks become spaces."""
    return re.sub(r"[\r\n]+", " ", words)


def keep(book: MyWorkbook, field: Field, words: str, save_id: str) -> None:
    """Save words that a page sent by itself; Refused where the field is not the person's own, or not one for words.

    The same words that came another way, and the same save tried again, are stored once.
    """
    if field.person_id != book.person_id or not _ID.fullmatch(save_id) or "." in field.sitting:
        raise Refused("not_offered")
    if field.sort == "fact":
        if field.what not in FACTS:
            raise Refused("not_offered")
        book.change_member(field.of, field.what, words)
        return
    exercise, prompt = _asked(book, field)
    text = on_one_line(words) if prompt.kind == "line" else words
    save_id = f"{field.sitting}.{save_id}"
    book.answer(exercise.key, prompt.key, text, occasion=field.occasion, save_id=save_id, drawn=field.drawn)


def _asked(book: MyWorkbook, field: Field) -> tuple[Exercise, Prompt]:
    try:
        exercise = book.content.exercise(field.of)
        prompt = exercise.prompt(field.what)
    except KeyError:
        raise Refused("not_offered") from None
    if prompt.kind not in KINDS or not _is_occasion(field.occasion, again=exercise.again):
        raise Refused("not_offered")
    return exercise, prompt


def _is_occasion(occasion: str, *, again: bool) -> bool:
    found = _OCCASION.fullmatch(occasion)
    if not again or not found:
        return not again and not occasion
    try:
        date.fromisoformat(found[1])
    except ValueError:
        return False
    return True


def worth_showing(versions: Iterable[Saved]) -> list[Saved]:
    """The versions, newest first, without those that only lead from one to the next.

    While someone types, each pause is saved. A version is left out where all its letters stand, in their order, in
    the next newer one that the same page saved, or where it is a step on the way of taking words back: what was there
    before is shown. So nothing is lost from sight, and every row stays.
    """
    shown: list[Saved] = []
    for version in versions:
        if not shown or not _leads_to(version, shown[-1]):
            shown.append(version)
    newer, older = [None, *shown[:-1]], [*shown[1:], None]
    return [
        one
        for after, one, before in zip(newer, shown, older, strict=True)
        if not (after and before and _leads_to(after, one) and _leads_to(one, before))
    ]


def _leads_to(part: Saved, whole: Saved) -> bool:
    """Whether one page saved both, and all letters of the one stand in the other in the same order."""
    sitting = part.save_id.partition(".")[0]
    return bool(sitting) and sitting == whole.save_id.partition(".")[0] and _stands_in(part.value, whole.value)


def _stands_in(part: Any, whole: Any) -> bool:
    """Whether all letters of a text are found in another in the same order."""
    if not isinstance(part, str) or not isinstance(whole, str):
        return False
    letters = iter(whole)
    return all(letter in letters for letter in part)
