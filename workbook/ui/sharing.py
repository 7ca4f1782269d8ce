"""Who can see this: until a coach is connected, the true answer is short."""

import streamlit as st

from workbook.ui import session, sign_in
from workbook.ui.plain import safe
from workbook.ui.words import _


def show() -> None:
    """Say who can read what; open to visitors too, since they decide by it."""
    st.title(_("Who can see this"), anchor=False)
    lines = [
        _("You can. Nobody else who uses this workbook can see what you write, or that you are here."),
        _("No coach is connected. Nothing is shared with anyone."),
        _(
            "What you write is locked with a key before it is stored. The server holds the key, so whoever runs the server could read it."
        ),
        _("Someone who opens your device while you are signed in can read it too. Sign out, or use “Leave this page”."),
    ]
    st.html("".join(f"<p>{safe(line)}</p>" for line in lines))
    st.header(_("Who runs this server"), anchor=False)
    sign_in.show_operator()
    if session.here() is not None:
        found = session.here()
        count = session.home().gate.browsers(found.person_id) if found else 0
        st.html(f"<p>{safe(_('Browsers signed in as you now: {count}.').format(count=count))}</p>")
        st.page_link("../../pages/mine/data.py", label=_("Sign out everywhere, or take your data away"))
