"""What a person typed is shown as typed: never read as Markdown, HTML, LaTeX or an icon."""

import html
import re

import streamlit as st

# Only where a mark would mean something: a field's own name is read aloud as it is written here, backslashes too.
_MARKS = re.compile(
    r"[\\`*_{}\[\]<>#+|~$^]|&(?=[#\w])|(?<=\d)[.)](?!\S)|(?<=\S)\.(?=\S)|!(?=\[)|^-|(?<=-)-|-(?=-)", re.ASCII
)
# Icons, colours and addresses; Streamlit draws these arrows, and links these addresses, even where they are escaped.
_SIGNS = re.compile(r":(?=\S)|@(?=\S)|(?i:www)(?=\.)|(?<!\S)(?:<->|->|<-|--|>=|<=|~=)(?!\S)")
_UNSEEN = "\u2060"  # a word joiner: it has no width


def plain(text: str) -> str:
    """Text safe inside a widget label or a Markdown sentence, on one line."""
    line = _SIGNS.sub(lambda sign: sign[0][0] + _UNSEEN + sign[0][1:], " ".join(text.split()))
    return _MARKS.sub(r"\\\g<0>", line)


def show_typed(text: str) -> None:
    """A person's own words, line breaks and all."""
    st.text(text, width="stretch")


def safe(text: str) -> str:
    """Text safe inside our own HTML."""
    return html.escape(text, quote=True)


def show_short(kind: str, text: str) -> None:
    """The same, as wide as its words."""
    st.html(f'<p class="{kind}">{safe(text)}</p>', width="content")


def show_of_whom(called: str, ask: str) -> str:
    """A name, above what is asked of several; returns the label for a screen reader, which says both."""
    st.html(f'<p class="of-whom" dir="auto">{safe(called)}</p>')
    return f"{plain(called)}: {plain(ask)}"


def show_line(kind: str, text: str) -> None:
    """One small line of ours in its own style (`look.css`): saved, quiet, note, credit."""
    st.html(f'<p class="{kind}">{safe(text)}</p>')
