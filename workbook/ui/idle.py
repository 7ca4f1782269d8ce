"""A page that nobody touched for a while: its words are put away until the person is back.

The script of the front page keeps the time and empties the page (`web/front_page.js`); here stands what takes its place.
"""

import streamlit as st

from workbook.refused import Refused
from workbook.ui import refusals, session
from workbook.ui.plain import show_line
from workbook.ui.words import _

MINUTES = 15
MINUTES_OF_A_COACH = 10  # the desk shows what others entrusted
OPEN_TO_ALL = ("help-now", "about", "sharing", "sample")  # pages that show nothing of anyone


def covers(address: str) -> bool:
    """Whether the cover stands in the place of the page at this address."""
    return session.covered() and address not in OPEN_TO_ALL


def minutes() -> int:
    """How long the page of whoever is here may lie untouched; 0 for a visitor."""
    found = session.here()
    if found is None:
        return 0
    return MINUTES_OF_A_COACH if session.home().gate.is_coach(found.person_id) else MINUTES


def show_cover() -> None:
    """The way back: a tap where only the person opens the device, otherwise their passphrase."""
    found = session.behind_cover()
    if found is None:
        return
    with st.container(key="cover"):
        st.header(_("Your words are put away"), anchor=False)
        show_line("quiet", _("Nobody touched this page for a while. What you wrote is kept."))
        if found.kept:
            st.button(_("Show my page"), type="primary", key="lift", on_click=_lift)
        else:
            _ask_for_passphrase()
        st.button(_("Sign out"), type="tertiary", key="sign out", on_click=session.leave_soon)


def _ask_for_passphrase() -> None:
    with st.form("lift", border=False):
        st.text_input(_("Passphrase"), type="password", autocomplete="current-password", key="lift words")
        st.form_submit_button(_("Show my page"), type="primary", on_click=_prove)
    trouble = st.session_state.get("lift trouble")
    if trouble:
        show_line("trouble", trouble)


def _lift() -> None:
    found = session.behind_cover()
    if found is not None and found.kept:
        session.home().gate.lift(found)
        _give_again()


def _prove() -> None:
    found = session.behind_cover()
    if found is None:
        return
    st.session_state.pop("lift trouble", None)
    try:
        session.home().gate.prove(found, st.session_state["lift words"], session.address())
    except Refused as refused:
        st.session_state["lift trouble"] = refusals.sentence(refused)
    else:
        _give_again()
    st.session_state["lift words"] = ""


def _give_again() -> None:
    """The browser forgot what its fields held while they were away; the server tells it, saved or not."""
    st.session_state["lifted"] = True
    whose, given = str(st.session_state.get("whose")), st.session_state.get("given", {})
    for key, value in list(st.session_state.items()):
        mine = isinstance(key, str) and key.startswith(f"{whose}|")
        if key in given or (mine and type(value) in (str, int, list)):
            st.session_state[key] = value
