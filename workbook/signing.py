"""Rules for sign-in names, passphrases and recovery codes. No clock, no storage: it only says what is acceptable."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from workbook.refused import Refused

NAME_LONGEST = 40
TYPED_LONGEST = 400  # letters, spaces and all: what is longer is not looked at, whatever it would come to
PASSPHRASE_SHORTEST = 15
PASSPHRASE_LONGEST_BYTES = 72
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
CODE_LENGTH = 20  # 5 bits each: 100 bits


def folded(name: str) -> str:
    """A sign-in name as it is compared: NFKC, case-folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def looked_up(name: str) -> str:
    """A sign-in name as it is looked up; too long to be anyone's it is "", which nobody has."""
    return folded(name) if len(name) <= TYPED_LONGEST else ""


def accept_name(name: str) -> str:
    """The name as it will be shown; refuses empty, over-long and unprintable ones."""
    if len(name) > TYPED_LONGEST:
        raise Refused("name_long", most=NAME_LONGEST)
    shown = " ".join(name.split())
    if not shown:
        raise Refused("name_empty")
    if len(shown) > NAME_LONGEST:
        raise Refused("name_long", most=NAME_LONGEST)
    if not folded(shown) or any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in shown):
        raise Refused("name_odd")
    return shown


@dataclass(frozen=True, slots=True)
class Common:
    """What many people pick: whole phrases, and words of which two or three in a row are as easily guessed.

    Both written as `bare` gives them.
    """

    phrases: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def accept_passphrase(passphrase: str, name: str, *, named: Iterable[str] = (), common: Common | None = None) -> str:
    """The passphrase, exactly as typed: at least 15 characters and at most 72 UTF-8 bytes (bcrypt reads no more).

    No rules about capitals or digits (NIST SP 800-63B-4); only what is easily guessed is refused, with the reason:
    a name everybody here knows (`named`), a pattern, or what many people pick (`common`).
    """
    if len(passphrase) < PASSPHRASE_SHORTEST:
        raise Refused("passphrase_short", least=PASSPHRASE_SHORTEST)
    if not _encodable(passphrase) or "\x00" in passphrase:
        raise Refused("passphrase_odd")
    if len(passphrase.encode()) > PASSPHRASE_LONGEST_BYTES:
        raise Refused("passphrase_long", most=PASSPHRASE_LONGEST_BYTES)
    _refuse_guessable(bare(passphrase), (*OWN_NAMES, name, *named), common or Common())
    return passphrase


def bare(text: str) -> str:
    """What is left of a text for someone who guesses: small letters, digits and signs, without accents, spaces or points."""
    plain = unicodedata.normalize("NFKD", folded(text)).translate(_SIGNS_FOR_LETTERS)
    return "".join(c for c in plain if unicodedata.category(c)[0] in "LNS")


def _encodable(text: str) -> bool:
    return not any(unicodedata.category(c) == "Cs" for c in text)


def _refuse_guessable(text: str, names: Iterable[str], common: Common) -> None:
    """Refused where little is left once everything guessable is taken away."""
    if len(set(text)) < FEWEST_SIGNS or _repeats(text) or len(_without_rows(text)) < LEAST_LEFT:
        raise Refused("passphrase_pattern")
    spelled = text.strip(_DIGITS).translate(_DIGITS_FOR_LETTERS)
    for form in (text, spelled):
        left = _without(form, names)
        if left != form and len(_without_rows(left.strip(_DIGITS))) < LEAST_LEFT:
            raise Refused("passphrase_named")
        if {form, form.strip(_DIGITS)} & common.phrases or _few_words(form, common.words):
            raise Refused("passphrase_common")


def _without(text: str, names: Iterable[str]) -> str:
    """The text without these names and their parts."""
    parts = {bare(part) for name in names for part in (name, *name.split())}
    for part in sorted((p for p in parts if len(p) >= SHORTEST_NAME), key=len, reverse=True):
        text = text.replace(part, "")
    return text


def _repeats(text: str) -> bool:
    """Whether the text is one short piece over and over, the last one perhaps cut off."""
    return any(text == (text[:n] * (len(text) // n + 1))[: len(text)] for n in range(1, len(text) // 2 + 1))


def _without_rows(text: str) -> str:
    """The text without its rows: four or more signs next to each other in the alphabet or on a keyboard."""
    kept, at = "", 0
    while at < len(text):
        longest = max(_row_length(text, at, row) for row in _ROWS)
        if longest < SHORTEST_ROW:
            kept += text[at]
            at += 1
        else:
            at += longest
    return kept


def _row_length(text: str, start: int, row: str) -> int:
    length = 0
    while start + length < len(text) and text[start : start + length + 1] in row:
        length += 1
    return length


def _few_words(text: str, words: frozenset[str]) -> bool:
    """Whether the text is no more than three of the words, digits aside."""
    fewest: list[int | None] = [0] + [None] * len(text)
    for at in range(len(text)):
        so_far = fewest[at]
        if so_far is None:
            continue
        for end in range(at + 1, min(at + LONGEST_WORD, len(text)) + 1):
            piece = text[at:end]
            cost = so_far if piece in _DIGITS else so_far + 1 if piece in words else None
            known = fewest[end]
            if cost is not None and (known is None or cost < known):
                fewest[end] = cost
    return fewest[-1] is not None and fewest[-1] <= FEW_WORDS


OWN_NAMES = ("my pod workbook", "pod workbook", "my notes")
FEWEST_SIGNS = 5  # different ones
LEAST_LEFT = 8
SHORTEST_NAME = 3
SHORTEST_ROW = 4
LONGEST_WORD = 14
FEW_WORDS = 3
_DIGITS = "0123456789"
_KEYS = (
    *("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "azertyuiop"),
    *("1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "q1w2e3r4t5y6u7i8o9p0", "147258369", "qazwsxedcrfvtgbyhnujmikolp"),
)
_ROWS = (*_KEYS, *(row[::-1] for row in _KEYS))
_SIGNS_FOR_LETTERS = str.maketrans({"@": "a", "$": "s", "€": "e"})
_DIGITS_FOR_LETTERS = str.maketrans("01345789", "oieastbg")


def tidy_code(code: str) -> str:
    """A recovery code as it is compared: capitals, no spaces or hyphens, look-alikes read as meant."""
    bare = "".join(c for c in code[:TYPED_LONGEST].upper() if c.isalnum())
    return bare.translate(str.maketrans("ILO", "110"))


def spaced_code(code: str) -> str:
    """A recovery code as it is shown: groups of four."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))
