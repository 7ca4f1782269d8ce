"""What a person typed is shown as typed: never read as Markdown, HTML, LaTeX or an icon."""

import html
import re

import streamlit as st

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Text safe inside a widget label or a Markdown sentence: every mark escaped, on one line."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def show_typed(text: str) -> None:
    """A person's own words, line breaks and all."""
    st.text(text, width="stretch")


def safe(text: str) -> str:
    """Text safe inside our own HTML."""
    return html.escape(text, quote=True)


def show_short(kind: str, text: str) -> None:
    """The same, as wide as its words."""
    st.html(f'<p class="{kind}">{safe(text)}</p>', width="content")


def show_line(kind: str, text: str) -> None:
    """One small line of ours in its own style (`look.css`): saved, quiet, note, credit."""
    st.html(f'<p class="{kind}">{safe(text)}</p>')
