"""What the letters of the printed pages can show, and what stands in for the rest: never an empty box."""

import unicodedata
from collections.abc import Iterator
from functools import cache

from fontTools.ttLib import TTFont

from workbook.pod import graphemes
from workbook.settings import ROOT

FONTS = {
    "sans": ROOT / "seeds" / "fonts" / "workbooksans-regular.ttf",
    "bold": ROOT / "seeds" / "fonts" / "workbooksans-semibold.ttf",
    "serif": ROOT / "seeds" / "fonts" / "workbookserif-semibold.ttf",
}
MARK = "◊"  # a name that is nothing but a picture
FREE = "________"  # room to write by hand
MOST_ACCENTS = 2  # more of them on one letter would run into the next line

# Small pictures that the letters have a sign for.
_ALIKE = {
    "♥": "💓💔💕💖💗💘💙💚💛💜💝💞💟🖤🤍🤎🧡🩵🩶🩷",
    "☺": "😀😁😂😃😄😅😆😇😉😊😋😌😍🙂🤗🥰",
    "♪": "🎵🎶🎼",
    "⌂": "🏠🏡",
    "☼": "☀🌞🌤",
    "☕": "🍵🫖",
    "✓": "✅",
    "✗": "❌✖",
    "→": "➡",
}
_SIGN_FOR = {picture: sign for sign, pictures in _ALIKE.items() for picture in pictures}


def printable(text: str) -> str:
    """The text on one line, in letters that are there; empty where none of it can be printed.

    Pictures are left out, or become a sign where there is one; a text that is a picture alone becomes a neutral mark.
    """
    if all(ord(c) in _plain() for c in text):
        return " ".join(text.split())
    kept = " ".join("".join(_kept(cluster) for cluster in graphemes(" ".join(text.split()))).split())
    if kept.strip(" -–—.,'’\"()/&+_") or not text.strip():
        return kept
    return "" if any(c.isalnum() for c in text) or not _is_picture(text) else MARK


def with_gaps(text: str) -> str:
    """The text with room to write in the place of each word that cannot be printed whole; empty where none can be."""
    words = [word if all_printable(word) else FREE for word in text.split()]
    return " ".join(words) if any(word != FREE and printable(word) for word in words) else ""


def all_printable(text: str) -> bool:
    """Whether no letter or digit of the text is left out."""
    return all(_kept(cluster) for cluster in graphemes(text) if any(c.isalnum() for c in cluster))


@cache
def letters(font: str) -> frozenset[int]:
    """The code points that one of our fonts has."""
    with TTFont(FONTS[font], lazy=True) as opened:
        return frozenset(opened.getBestCmap())


@cache
def _plain() -> frozenset[int]:
    """Letters that stand for themselves alone: most texts hold no other."""
    return frozenset(c for c in letters("sans") if not unicodedata.combining(chr(c)))


def _kept(cluster: str) -> str:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        whole = "".join(c for c in unicodedata.normalize(form, cluster) if not _is_unseen(c))
        base, accents = whole[:1], [c for c in whole[1:] if unicodedata.combining(c)]
        rest = "".join(c for c in whole[1:] if not unicodedata.combining(c))
        if not _all_there(base + rest):
            continue
        if base and unicodedata.combining(base):
            return ""  # an accent that has lost its letter
        accented = base + "".join([c for c in accents if _all_there(c)][:MOST_ACCENTS])
        composed = unicodedata.normalize("NFC", accented)
        return (composed if _all_there(composed) else accented) + rest
    return next(_sign(cluster), "")


def _is_unseen(letter: str) -> bool:
    """Controls, marks of direction, joiners, and what chooses between a coloured and a plain picture."""
    return unicodedata.category(letter) in ("Cf", "Cc") or "\ufe00" <= letter <= "\ufe0f"


def _sign(cluster: str) -> Iterator[str]:
    yield from (_SIGN_FOR[c] for c in cluster if c in _SIGN_FOR)


def _all_there(text: str) -> bool:
    return all(ord(c) in letters("sans") for c in text)


def _is_picture(text: str) -> bool:
    return any(unicodedata.category(c) in ("So", "Sk", "Sm") for c in text)
