"""Collects the sentences of the interface into the catalogue: `make words`, after any change to them."""

import ast
from collections.abc import Iterator
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from workbook.settings import ROOT

KEYWORDS = {"_": 1, "n_": 2}  # how many of the first words are sentences
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
    """Read from the syntax tree: it holds the sentences inside f-strings too, whichever Python reads it."""
    for path in sorted((ROOT / "workbook").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                words = tuple(ast.literal_eval(said) for said in node.args[: KEYWORDS[node.func.id]])
                yield path.relative_to(ROOT).as_posix(), words if len(words) > 1 else words[0]


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a .po file, sorted, with no dates or line numbers: a change shows only what changed."""
    packed = BytesIO()
    write_po(packed, catalogue, sort_output=True, include_lineno=False, omit_header=True)
    header = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    plural = '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    return (header + plural).encode() + packed.getvalue()


if __name__ == "__main__":
    CATALOGUE.write_bytes(written(collected()))
