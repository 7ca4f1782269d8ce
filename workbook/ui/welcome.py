"""The front page: what this is, who can see it, how to leave fast; then the door."""

import streamlit as st

from workbook.ui import session, sign_in, ways
from workbook.ui.drawings import pod_sketch
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _

GONE = "gone"  # in the address for a minute, once everything was deleted


def show() -> None:
    """What this is in three short paragraphs, and two ways in."""
    if session.here() is not None:
        _show_first_step()
        return
    if sign_in.MODE in st.session_state:
        sign_in.show_door()
        return
    if session.home().gate.waits(st.query_params.get(GONE, "")):  # no link from elsewhere can say so
        show_line("note", _("Everything you wrote here is deleted."))
    st.html(
        f'<div class="front"><div><h1>{safe(_("A few people who are there for you"))}</h1>'
        f"<p>{safe(_('These pages help you find people and places to lean on: your pod.'))}</p>"
        f"<p>{safe(_('Nobody else here sees what you write. Whoever runs this server could. The next page says who that is.'))}</p>"
        f"<p>{safe(_('“Leave this page” takes you away at once. Your history still shows you were here.'))}</p>"
        f"</div>{pod_sketch(session.dark())}</div>"
    )
    with st.container(horizontal=True, key="two-doors"):
        st.button(_("Begin"), type="primary", on_click=sign_in.choose, args=("start",), key="begin", width=180)
        st.button(_("I have been here before"), on_click=sign_in.choose, args=("sign in",), key="been here")
    st.page_link("../../pages/door/sample.py", label=_("Look around a sample first"))


def _show_first_step() -> None:
    from workbook.ui import step  # only for someone signed in

    step.show(session.my_workbook(), "welcome")


def show_no_invitation() -> None:
    """The kind page where a link was read elsewhere, or too long ago."""
    st.title(_("Open the link again"), anchor=False)
    show_line(
        "quiet",
        _("Your invitation is not on this page any more. Go back to the message, and open the link once more."),
    )
    if session.here() is not None:
        ways.to_today()
    else:
        st.page_link("../../pages/door/welcome.py", label=_("Begin on your own"))
