"""Today: one suggested small thing, who they might like to hear from, a small picture of the pod."""

from collections.abc import Sequence

import streamlit as st

from workbook import suggesting
from workbook.coaching import suggested_now
from workbook.content import Exercise
from workbook.in_touch import MOST_NAMED, rests
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member, small_name, spots
from workbook.ui import group_news, hard_again, hello, pod_map, session, touching, ways
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import attempt
from workbook.ui.words import _

ADDRESS = {"welcome": "door/welcome", "check_in": "steps/check_in"}


def show(book: MyWorkbook) -> None:
    """One small thing, and a little beside it; with low energy that one thing alone, and while things are hard none."""
    st.title(_("Today"), anchor=False)
    mine = book.sharing.groups()
    if hard_again.shown_for(book):
        hard_again.show(book)
        group_news.show(book, mine, notes=False)
        return
    low = book.taking_it_easy()
    suggested = {key: one.group.coach for one in reversed(mine) for key in suggested_now(one.group, book.today)}
    rows = book.rows()
    offered = suggesting.for_today(
        book.progress(),
        rows,
        book.today,
        low_energy=low,
        suggested=list(suggested),
        hellos=book.open_hellos(),
        last_check_in=book.last_check_in(),
    )
    group_news.show(book, mine, notes=not low)
    _show_one_thing(offered.one_thing, suggested)
    if low:
        st.button(_("Show everything again"), type="tertiary", on_click=_set_low, args=(book, False), key="not low")
        return
    _show_beside(book, offered, rows.members)
    touching.show_suggestions(book, offered.hear_from, rows.members)
    touching.show_form(book, rows.members, "today")
    _show_pod(book, rows.members)
    st.button(_("Low energy today"), type="tertiary", on_click=_set_low, args=(book, True), key="low", help=None)


def _set_low(book: MyWorkbook, low: bool) -> None:
    attempt(book, "low energy", lambda own: own.take_it_easy(low))


def _show_one_thing(exercise: Exercise | None, suggested: dict[str, str]) -> None:
    if exercise is None:
        show_line("quiet", _("You have looked at every page. Look again at any of them, whenever you like."))
        return
    page = ADDRESS.get(exercise.step, f"steps/{exercise.step}")
    why = _("One small thing, if you like")
    if exercise.key in suggested:
        why = _("{coach} suggests this one this week").format(coach=suggested[exercise.key])
    elif exercise.by:
        why = _("Written by {by}, your coach").format(by=exercise.by)
    with st.container(key="one-thing", gap="small"):
        words = _("{why} · about {minutes} min").format(why=why, minutes=exercise.minutes)
        st.html(
            f'<p class="hint">{safe(words)}</p><h2 class="name">{safe(exercise.title)}</h2><p>{safe(exercise.purpose)}</p>'
        )
        at = exercise.key.split(".")[1]
        st.button(_("Open it"), type="primary", key="open one thing", on_click=ways.go_soon, args=(page, at))


def _show_beside(book: MyWorkbook, offered: suggesting.ForToday, members: Sequence[Member]) -> None:
    """Each hello that was begun, the check-in once a week has gone by, and what was to be looked at again: a line each."""
    names = {m.member_id: m.name for m in members}
    for one in offered.go_on:
        words = _("Go on with your hello to {name}").format(name=plain(small_name(names[one.member_id], 24)))
        where = {"at": hello.where(book, one), hello.ASKED_FOR: one.occasion}
        st.page_link("../../pages/steps/reach_out.py", label=words, query_params=where)
    if offered.check_in:
        st.page_link("../../pages/steps/check_in.py", label=_("Two minutes on how the week was, if you like"))
    for member in offered.look_again[:MOST_NAMED]:
        show_line("quiet", _("You wanted to look at {name} again about now.").format(name=member.name))
        ways.to_member_named(member.member_id, _("Look at it"))


def _show_pod(book: MyWorkbook, members: Sequence[Member]) -> None:
    st.header(_("My pod"), anchor=False)
    moves = book.moves()
    placed = [m for m in members if m.place in ("core", "movable", "outer")]
    st.html(pod_map.still(placed, spots(moves), dark=session.dark(), narrow=session.narrow()))
    if not placed:
        show_line(
            "quiet",
            _("Nobody is on the map yet, and that is fine. Most people begin with none to three names."),
        )
    waiting = [m for m in members if m.place == "unplaced" and not rests(m) and not m.parted]
    if waiting:
        names = ", ".join(m.name for m in waiting[:3])
        show_line("quiet", _("Not placed yet: {names}").format(names=names))
    st.page_link("../../pages/pod/map.py", label=plain(_("Open my pod")))
