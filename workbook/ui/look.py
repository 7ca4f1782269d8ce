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
    st.html(f"<style>{_style()}{_colours(session.dark())}{_menu(_('Menu'), _('Close'))}</style>")


@cache
def _style() -> str:
    return (Path(__file__).parent / "look.css").read_text("utf-8")


@cache
def _menu(opens: str, closes: str) -> str:
    """On a phone the way to the pages, and back, is an arrow; a word in the same place says so (`look.css`, `front_page.js`)."""
    menu, close = '[data-testid="stExpandSidebarButton"]', '[data-testid="stSidebarCollapseButton"] button'
    return (
        f'{menu}::after{{content:"{opens}"}}'
        f'@media (max-width:767px){{{close}::after{{content:"{closes}"}}}}'
        f"{menu}::after,{close}::after{{font-size:.85rem;line-height:1}}"
        f"{menu},{close}{{width:auto!important;padding:0 .3rem}}{menu}>*{{display:none}}"
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
