"""One place for words: each sentence of the interface stands in the catalogue."""

import ast

from tests.test_house import says, sources
from workbook.ui import collect, words

CALLS_WITH_WORDS = {
    *("button", "title", "header", "checkbox", "text_input", "text_area", "selectbox", "toggle", "pills"),
    *("segmented_control", "form_submit_button", "expander", "popover", "page_link", "date_input", "slider"),
}


def test_the_catalogue_holds_exactly_the_sentences_of_the_code() -> None:
    assert collect.CATALOGUE.read_bytes() == collect.written(collect.collected()), "run: make words"


def test_a_sentence_without_a_translation_is_shown_as_it_stands() -> None:
    assert words._("Help now") == "Help now"
    assert words.n_("{count} word.", "{count} words.", 1) == "{count} word."
    assert words.n_("{count} word.", "{count} words.", 2) == "{count} words."


def test_no_widget_has_words_that_the_catalogue_does_not_know() -> None:
    for path in sources("workbook/ui", "pages"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                label = node.args[0]
                bare = isinstance(label, ast.Constant) and isinstance(label.value, str) and " " in label.value
                assert not (node.func.attr in CALLS_WITH_WORDS and bare), f"{says(path)}:{node.lineno}"
