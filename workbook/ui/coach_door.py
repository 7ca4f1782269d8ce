"""Becoming a coach: by a set-up code that the host hands over."""

import streamlit as st

from workbook.refused import Refused
from workbook.ui import refusals, session, ways
from workbook.ui.plain import show_line
from workbook.ui.words import _

CODE = "coach code"


def show() -> None:
    """Where the code is typed, in the place of a coach's page."""
    st.title(_("Coach's desk"), anchor=False)
    show_line("quiet", _("This page is for coaches. Whoever runs this server can give you a set-up code."))
    with st.form("become coach", border=False):
        st.text_input(_("Set-up code"), autocomplete="off", key=CODE)
        if trouble := st.session_state.get("troubles", {}).pop(CODE, None):
            show_line("trouble", trouble)
        show_line("hint", _("It works once. You keep your own workbook beside the desk."))
        st.form_submit_button(_("Open my desk"), type="primary", key=f"{CODE}|open", on_click=_become)
    ways.to_today()


def _become() -> None:
    found = session.here()
    if found is None:
        return
    try:
        session.home().gate.become_coach(found, st.session_state[CODE], session.address())
    except Refused as refused:
        st.session_state.setdefault("troubles", {})[CODE] = refusals.sentence(refused)
    st.session_state[CODE] = ""
