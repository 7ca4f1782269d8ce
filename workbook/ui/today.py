"""Today: one suggested small thing, who they might like to hear from, a small picture of the pod."""

import streamlit as st

from workbook import suggesting
from workbook.coaching import suggested_now
from workbook.my_sharing import Sharing
from workbook.my_workbook import MyWorkbook
from workbook.pod import spots
from workbook.ui import group_news, pod_map, session
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.words import _

ADDRESS = {"welcome": "door/welcome", "check_in": "steps/check_in"}


def show(book: MyWorkbook) -> None:
    """At most three things."""
    low = st.session_state.get("low energy", False)
    st.title(_("Today"), anchor=False)
    mine = book.sharing.groups()
    group_news.show(book, mine)
    _show_one_thing(book, mine)
    if low:
        st.button(_("Show everything again"), type="tertiary", on_click=_set_low, args=(False,), key="not low")
        return
    _show_pod(book)
    st.button(_("Low energy today"), type="tertiary", on_click=_set_low, args=(True,), key="low", help=None)


def _set_low(low: bool) -> None:
    st.session_state["low energy"] = low


def _show_one_thing(book: MyWorkbook, mine: list[Sharing]) -> None:
    low = st.session_state.get("low energy", False)
    suggested = {key: one.group.coach for one in reversed(mine) for key in suggested_now(one.group, book.today)}
    exercise = suggesting.one_thing(
        book.progress(), low_energy=low, named=book.has_members(), suggested=list(suggested)
    )
    if exercise is None:
        show_line("quiet", _("You have looked at every page. Look again at any of them, whenever you like."))
        return
    words = _("{title} · about {minutes} min").format(title=exercise.title, minutes=exercise.minutes)
    page = ADDRESS.get(exercise.step, f"steps/{exercise.step}")
    why = _("One small thing, if you like")
    if exercise.key in suggested:
        why = _("{coach} suggests this one this week").format(coach=suggested[exercise.key])
    elif exercise.by:
        why = _("Written by {by}, your coach").format(by=exercise.by)
    with st.container(key="one-thing", gap="small"):
        st.html(f'<p class="hint">{safe(why)}</p><p class="ask">{safe(words)}</p><p>{safe(exercise.purpose)}</p>')
        if st.button(_("Open it"), type="primary", key="open one thing"):
            st.switch_page(f"../../pages/{page}.py", query_params={"at": exercise.key.split(".")[1]})


def _show_pod(book: MyWorkbook) -> None:
    st.header(_("My pod"), anchor=False)
    members, moves = book.members(), book.moves()
    placed = [m for m in members if m.place in ("core", "movable", "outer")]
    st.html(pod_map.still(placed, spots(moves), dark=session.dark(), narrow=session.narrow()))
    if not placed:
        show_line(
            "quiet",
            _("Nobody is on the map yet, and that is fine. Most people begin with none to three names."),
        )
    waiting = [m for m in members if m.place == "unplaced"]
    if waiting:
        names = ", ".join(m.name for m in waiting[:3])
        show_line("quiet", _("Not placed yet: {names}").format(names=names))
    st.page_link("../../pages/pod/map.py", label=plain(_("Open my pod")))
