"""Which pages exist, and what stays in reach on every one of them."""

from collections.abc import Iterator

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from workbook.ui import hard_again, idle, session
from workbook.ui.plain import safe
from workbook.ui.words import _

FOLDER = "../../pages"


def pages() -> dict[str, StreamlitPage]:
    """Every address, signed in or not: bookmarks must last, and each page asks at its own door."""
    found = session.here()
    coach = found is not None and session.home().gate.is_coach(found.person_id)
    return {page.url_path or "home": page for page in _pages(found is not None, coach)}


def _pages(signed_in: bool, coach: bool) -> Iterator[StreamlitPage]:
    seen = "visible" if signed_in else "hidden"
    out = "hidden" if signed_in else "visible"
    yield _page("door/home", "", _("Start"), "hidden", default=True)
    yield _page("steps/today", "today", _("Today"), seen)
    yield _page("steps/reflect", "reflect", _("Reflect"), seen)
    yield _page("steps/reach_out", "reach-out", _("Reach Out"), seen)
    yield _page("steps/reconnect", "reconnect", _("Reconnect"), seen)
    yield _page("steps/stay_open", "stay-open", _("Stay Open"), seen)
    yield _page("pod/map", "my-pod", _("My pod"), seen)
    yield _page("pod/growth", "growth", _("Growth"), seen)
    yield _page("coach/people", "coach", _("Coach's desk"), "visible" if coach else "hidden")
    yield _page("coach/person", "coach-person", _("One person"), "hidden")
    yield _page("coach/group", "coach-group", _("A group"), "hidden")
    yield _page("steps/check_in", "check-in", _("Check-in"), "hidden")
    yield _page("mine/data", "my-data", _("Mine to keep"), "hidden")
    yield _page("mine/sharing", "sharing", _("Who can see this"), "hidden")
    yield _page("door/welcome", "welcome", _("Welcome"), out)
    yield _page("door/about", "about", _("About"), "hidden")
    yield _page("door/help_now", "help-now", _("Help now"), "hidden")
    yield _page("door/sample", "sample", _("A sample"), "hidden")
    yield _page("door/join", "join", _("Join"), "hidden")


def _page(path: str, address: str, title: str, visibility: str, *, default: bool = False) -> StreamlitPage:
    return st.Page(
        f"{FOLDER}/{path}.py",
        title=title,
        url_path=address or None,
        default=default,
        visibility=visibility,  # type: ignore[arg-type]
    )


def show_top(every: dict[str, StreamlitPage]) -> None:
    """Help now, who can see this and the way out: the same place on every page, signed out as well."""
    with st.container(horizontal=True, key="top", vertical_alignment="center", gap="xsmall"):
        st.page_link(every["help-now"], label=_("Help now"))
        st.page_link(every["sharing"], label=_("Who can see this"))
        # A plain link: it works with the server gone, and opens no new tab that would leave this page behind.
        # Where scripts run it signs out too, and how long a page may lie untouched stands here (`web/front_page.js`).
        address = session.home().settings.leave_to
        minutes = str(idle.minutes() or "")
        st.html(
            f'<a class="leave" data-idle="{safe(minutes)}" href="{safe(address)}" target="_self" rel="noreferrer">'
            f"{safe(_('Leave this page'))}</a>",
            width="content",
        )


def show_foot(every: dict[str, StreamlitPage], at: str) -> None:
    """The rest, folded away at the end of each page; `at` is the page's address."""
    with st.container(horizontal=True, key="foot", gap="small", vertical_alignment="center"):
        if session.here() is not None:
            if not hard_again.is_resting():
                st.page_link(every["check-in"], label=_("Check-in"))
            st.page_link(every["my-data"], label=_("Mine to keep"))
            st.page_link(every["about"], label=_("About"))
            st.button(_("Sign out"), type="tertiary", key="sign out", on_click=session.leave_soon)
            st.button(_("Things are hard again"), type="tertiary", key="hard again", on_click=hard_again.rest)
        else:
            if not session.covered() and at != "join":  # its own doors are on that page, and lead into the group
                st.page_link(every["welcome"], label=_("Start or sign in"))
            st.page_link(every["about"], label=_("About"))
