"""A code to get back in, offered once there is something to come back to."""

import streamlit as st

from workbook.refused import Refused
from workbook.ui import proving, session
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _

SHOWN = "recovery code shown"
LATER = "recovery code later"
WANTED = "recovery code wanted"
PAGES = (
    *("today", "welcome", "reflect", "reach-out", "reconnect", "stay-open", "check-in"),
    *("my-pod", "my-data"),
)


def offer_code() -> None:
    """After the first name is on the map: a one-time code to write down, shown once."""
    found = session.here()
    if found is None:
        return
    code = st.session_state.get(SHOWN)
    if code:
        _show(code)
        return
    gate = session.home().gate
    if st.session_state.get(LATER) or gate.has_recovery_code(found.person_id):
        return
    book = session.home().workbook_of(found.person_id, session.zone())
    if not book.has_members() or book.resting() or book.taking_it_easy():
        return
    with st.container(border=True, key="recovery"):
        words = _("A name is on your map. If you ever forget your passphrase, a code can let you back in.")
        st.html(f"<p>{safe(words)}</p>")
        with st.container(horizontal=True):
            st.button(_("Show me my code"), key="make code", on_click=_make)
            st.button(_("Later"), key="code later", on_click=_later)
        if st.session_state.get(WANTED) and not gate.proved(found):
            # The code opens the workbook for good: whoever finds the page open must not get one.
            proving.ask_again("code", found.person_id, _make)


def _later() -> None:
    """Not again during this visit."""
    st.session_state[LATER] = True


def _make() -> None:
    found = session.here()
    if found is None:
        return
    try:
        st.session_state[SHOWN] = session.home().gate.new_recovery_code(found)
    except Refused:
        st.session_state[WANTED] = True
    else:
        st.session_state.pop(WANTED, None)


def _show(code: str) -> None:
    with st.container(border=True, key="recovery"):
        st.html(
            f"<p>{safe(_('Write this code down and keep it somewhere only you look. You see it this once, and it works once.'))}</p>"
        )
        st.code(code, language=None)
        show_line("hint", _("It lets you choose a new passphrase. After that you get a new code."))
        st.button(_("I have written it down"), key="code noted", on_click=lambda: st.session_state.pop(SHOWN, None))
