"""Collects the sentences of the interface into the catalogue: `make words`, after any change to them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from workbook.settings import ROOT

KEYWORDS = {"_": None, "n_": (1, 2)}
CATALOGUE = ROOT / "seeds" / "en" / "interface.po"


def collected() -> Catalog:
    """Every sentence in the code, with what the catalogue already says of it."""
    fresh = Catalog(locale="en", project="Pod Workbook", charset="utf-8")
    for file, sentence in _sentences():
        fresh.add(sentence, locations=[(file, 0)])
    before = read_po(BytesIO(CATALOGUE.read_bytes()), locale="en")
    for message in fresh:
        if message.id:
            known = before.get(message.id)
            message.string = known.string if known else ""
    return fresh


def _sentences() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    folder = ROOT / "workbook"
    for file, _line, message, _comments, _context in extract_from_dir(folder, keywords=KEYWORDS):
        yield str(Path("workbook") / file), message


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, sorted, with no dates or line numbers: a change shows only what changed."""
    packed = BytesIO()
    write_po(packed, catalogue, sort_output=True, include_lineno=False, omit_header=True)
    header = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return (header + plural).encode() + packed.getvalue()


if __name__ == "__main__":
    CATALOGUE.write_bytes(written(collected()))
