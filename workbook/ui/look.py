"""How it looks: the page's own settings, and the one style sheet."""

from functools import cache
from pathlib import Path

import streamlit as st

from workbook.ui import session
from workbook.ui.palette import palette
from workbook.ui.words import _
from workbook.web.front_page import TITLE, icon_address


def set_page() -> None:
    """A neutral title and icon, one column, no developer's menu, our style."""
    st.set_page_config(
        page_title=TITLE,
        page_icon=icon_address(),
        layout="centered",
        initial_sidebar_state="collapsed",
        menu_items={"Get help": None, "Report a bug": None, "About": None},
    )
    st.html(f"<style>{_style()}{_colours(session.dark())}{_menu(_('Menu'))}</style>")


@cache
def _style() -> str:
    return (Path(__file__).parent / "look.css").read_text("utf-8")


@cache
def _menu(word: str) -> str:
    """On a phone the way to the pages is an arrow; a word beside it says so."""
    return (
        f'[data-testid="stExpandSidebarButton"]::after{{content:"{word}";font-size:.85rem;line-height:1}}'
        '[data-testid="stExpandSidebarButton"]{width:auto!important;padding:0 .3rem}[data-testid="stExpandSidebarButton"]>*{display:none}'
    )


@cache
def _colours(dark: bool) -> str:
    """The tokens of the page's own theme; Streamlit's switch, not the system's, decides which."""
    inks = palette(dark)
    tokens = {
        "paper": inks.paper,
        "card": inks.card,
        "ink": inks.ink,
        "soft": inks.soft_ink,
        "hair": inks.hairline,
        **inks.ring,
    }
    return ":root{" + ";".join(f"--{name}:{colour}" for name, colour in tokens.items()) + "}"
