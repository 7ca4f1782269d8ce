"""Interface words: gettext over `seeds/<language>/interface.po`, read by Babel at start."""

import gettext
from functools import cache
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from workbook.house import LANGUAGE
from workbook.settings import ROOT


@cache
def catalogue(language: str = LANGUAGE) -> gettext.NullTranslations:
    """The catalogue of one language; a sentence without a translation stays as it is in the code."""
    path = ROOT / "seeds" / language / "interface.po"
    packed = BytesIO()
    with path.open("rb") as written:
        write_mo(packed, read_po(written, locale=language))
    packed.seek(0)
    return gettext.GNUTranslations(packed)


def _(message: str) -> str:
    """The sentence in the person's language."""
    return catalogue().gettext(message)


def n_(one: str, many: str, number: int) -> str:
    """The sentence that fits a number."""
    return catalogue().ngettext(one, many, number)
