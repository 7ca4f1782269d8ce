"""The pages to print, as PDF files: one's own sheet, an empty map, and every prompt with room to write.

The press is loaded by whoever prints first: it takes half a second, and most visits never need it.
"""

from collections.abc import Mapping

from workbook.my_workbook import MyWorkbook

SIZES = ("a4", "letter")


def my_sheet(book: MyWorkbook, asked: Mapping[str, str]) -> bytes:
    """The person's pod, card and step; with `initials=1` without a name."""
    from workbook import paper, paper_notes
    from workbook.ui import paper_words

    words = paper_words.of_sheets(book.today)
    sheet = paper_notes.sheet_of(book, words)
    return paper.my_sheet(sheet, words, book.today, size=_size(asked), only_initials=asked.get("initials") == "1")


def empty_sheet(book: MyWorkbook, asked: Mapping[str, str]) -> bytes:
    """A map to fill in by hand: it holds nothing of anyone."""
    from workbook import paper
    from workbook.ui import paper_words

    kinds = [option.words for option in book.content.options["good_for"]]
    return paper.empty_sheet(kinds, paper_words.of_sheets(book.today), book.today, size=_size(asked))


def booklet(book: MyWorkbook, asked: Mapping[str, str]) -> bytes:
    """All prompts of the workbook, with those of one's groups; no answers."""
    from workbook import paper_booklet
    from workbook.ui import paper_words

    return paper_booklet.booklet(book.content, paper_words.of_booklet(), book.today, size=_size(asked))


def _size(asked: Mapping[str, str]) -> str:
    return asked["size"] if asked.get("size") in SIZES else SIZES[0]
