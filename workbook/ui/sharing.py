"""Who can see this: the true answer, group by group where there are groups, and what no page can protect from."""

import streamlit as st

from workbook.store.accounts import Session
from workbook.ui import my_groups, session, sign_in
from workbook.ui.plain import safe
from workbook.ui.words import _


def show() -> None:
    """Say who can read what; open to visitors too, since they decide by it."""
    st.title(_("Who can see this"), anchor=False)
    found = session.here()
    book = session.my_workbook() if found else None
    mine = book.sharing.groups() if book else []
    _show_general(my_groups.in_short(book, mine) if book and mine else _nobody())
    if book:
        my_groups.show(book, mine)
    _show_limits()
    st.header(_("Who runs this server"), anchor=False)
    sign_in.show_operator()
    if found:
        _show_browsers(found)


def _nobody() -> list[str]:
    return [
        _("You can. Nobody else who uses this workbook can see what you write, or that you are here."),
        _("No coach is connected. Nothing is shared with anyone."),
    ]


def _show_general(first: list[str]) -> None:
    lines = [
        *first,
        _("Your words are locked with a key. The server holds that key, so whoever runs it could read them."),
        _("Anyone who opens your device while you are signed in can read them too. Sign out when you go."),
    ]
    st.html("".join(f"<p>{safe(line)}</p>" for line in lines))


def _show_browsers(found: Session) -> None:
    count = session.home().gate.browsers(found.person_id)
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
