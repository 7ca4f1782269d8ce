"""Proving it is still you, in place: the passphrase again, before what whoever finds the page open must not get or do."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from workbook.refused import Refused
from workbook.ui import refusals, session
from workbook.ui.plain import show_line
from workbook.ui.words import _


def proved() -> bool:
    """Whether the passphrase was given in this browser in the last ten minutes."""
    found = session.here()
    return found is not None and session.home().gate.proved(found)


def ask_again(
    key: str, person_id: str, act: Callable[..., object] = lambda: None, args: tuple[Any, ...] = (), word: str = ""
) -> None:
    """A small form for the passphrase; once it is right, `act` happens in the same press. `word` is what the button says."""
    with st.form(f"prove {key}", border=False):
        show_line("hint", _("To be sure it is you, type your passphrase first."))
        st.text_input(_("Passphrase"), type="password", autocomplete="current-password", key=f"prove words {key}")
        st.form_submit_button(word or _("Go on"), type="primary", on_click=_prove, args=(key, person_id, act, args))
    if trouble := st.session_state.get("prove troubles", {}).pop(key, None):
        show_line("trouble", trouble)


def _prove(key: str, person_id: str, act: Callable[..., object], args: tuple[Any, ...]) -> None:
    troubles = st.session_state.setdefault("prove troubles", {})
    troubles.pop(key, None)
    found = session.here()
    words = st.session_state.get(f"prove words {key}", "")
    st.session_state[f"prove words {key}"] = ""
    if found is None or found.person_id != person_id:
        return
    try:
        session.home().gate.prove(found, words, session.address())
    except Refused as refused:
        troubles[key] = refusals.sentence(refused)
    else:
        act(*args)
