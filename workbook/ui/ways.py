"""Ways from one page to another, as links."""

import streamlit as st

from workbook.content import Exercise
from workbook.ui.plain import plain
from workbook.ui.words import _

PAGES = "../../pages"
CAME = "came"  # how often another exercise was opened on the same page


def to_exercise(exercise: Exercise, *, here: Exercise, part: str = "note") -> None:
    """To another exercise; on the same page by a button, for there a link would leave the address as it is."""
    name = exercise.key.split(".")[1]
    if exercise.step == here.step:
        st.button(plain(exercise.title), type="tertiary", key=f"{part}-to-{name}", on_click=open_here, args=(exercise,))
        return
    page = "door/welcome" if exercise.step == "welcome" else f"steps/{exercise.step}"
    st.page_link(f"{PAGES}/{page}.py", label=plain(exercise.title), query_params={"at": name})


def open_here(exercise: Exercise) -> None:
    """Show another exercise of the page that is open; the page's script goes to its heading."""
    st.session_state[CAME] = st.session_state.get(CAME, 0) + 1
    st.query_params["at"] = exercise.key.split(".")[1]


def to_member(member_id: str) -> None:
    """To a member's own place, where the name can be mended or forgotten."""
    st.page_link(f"{PAGES}/pod/map.py", label=_("Change or remove"), query_params={"member": member_id})


def to_member_named(member_id: str, words: str) -> None:
    """To a member's own place, in other words."""
    st.page_link(f"{PAGES}/pod/map.py", label=words, query_params={"member": member_id})


def go_soon(page: str, at: str = "") -> None:
    """From a press: open another page as the next run begins, however often this one is cut short; `at` its exercise."""
    st.session_state["go to"] = (page, at)


def go_if_asked() -> None:
    """Open the page that a press asked for."""
    if wish := st.session_state.get("go to"):
        page, at = wish
        del st.session_state["go to"]
        st.switch_page(f"{PAGES}/{page}.py", query_params={"at": at} if at else None)


def to_help_now() -> None:
    """To Help now."""
    st.page_link(f"{PAGES}/door/help_now.py", label=_("Help now"))


def to_safer_use() -> None:
    """To what is said of safer use, on About."""
    st.page_link(f"{PAGES}/door/about.py", label=_("Safer use"))


def to_today() -> None:
    """To Today."""
    st.page_link(f"{PAGES}/steps/today.py", label=_("Back to Today"))
