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
        _("Your words are locked with a key. The server holds that key, so whoever runs it could read them."),
        _("Anyone who opens your device while you are signed in can read them too. Sign out when you go."),
    ]
    st.html("".join(f"<p>{safe(line)}</p>" for line in lines))
    _show_limits()
    st.header(_("Who runs this server"), anchor=False)
    sign_in.show_operator()
    if session.here() is not None:
        found = session.here()
        count = session.home().gate.browsers(found.person_id) if found else 0
        st.html(f"<p>{safe(_('Browsers signed in as you now: {count}.').format(count=count))}</p>")
        st.page_link("../../pages/mine/data.py", label=_("Sign out everywhere, or take your data away"))


def _show_limits() -> None:
    """What no page can protect from: said before the first entry, in as few words as that takes."""
    st.header(_("What this page cannot do"), anchor=False)
    limits = [
        _("It cannot stop spying software on your device. Such software sees all you type."),
        _("It cannot help where someone makes you sign in, or where others open your device."),
        _("Your browser remembers that you were here. Files you take stay in your downloads folder."),
        _("If that could hurt you, use a device only you open, or wait."),
    ]
    st.html("".join(f"<p>{safe(line)}</p>" for line in limits))
