"""The same person added twice: the question on their card, and making two cards one."""

from collections.abc import Iterable

import streamlit as st

from workbook import merging
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member, small_name
from workbook.ui import session
from workbook.ui.plain import safe, show_line, show_typed
from workbook.ui.saving import View, attempt, show_trouble, told_apart
from workbook.ui.when import moment
from workbook.ui.words import _

SHORT = 24
MOST_LINES = 3


def show_other_names(member: Member) -> None:
    """What else they are called here."""
    if member.also_called:
        words = _("Also called {names}").format(names=", ".join(member.also_called))
        st.html(f'<p class="saved" dir="auto">{safe(words)}</p>')


def ask(book: MyWorkbook, member: Member, members: Iterable[Member], *, part: str = "") -> bool:
    """Whether another name here is the same one, where two are spelled alike; never again once the answer was no.

    `part` names the place on another page than My pod. Whether it was asked; one that is not for now is asked about first.
    """
    key = f"{book.person_id}|twin|{member.member_id}" + (f"|{part}" if part else "")
    show_trouble(key)
    found = sorted(merging.twins(member, members), key=lambda one: one.contact != "not_for_now")
    if not found:
        return False
    other = found[0]
    first, second = sorted((member, other), key=lambda one: one.added_seq)
    with st.container(border=True, key=f"twin-{part}" if part else "twin", gap="small"):
        name = small_name(member.name, SHORT)
        asked = _("Is {name} the same as {other}?").format(name=name, other=other.name)
        show_line("ask", asked if part else _("Is this the same as {name}?").format(name=other.name))
        show_line("hint", _all_stays(first, second))
        with st.container(horizontal=True, gap="small"):
            merge = (book, first, second, key, not part)
            st.button(_("Yes, make them one"), key=f"{key}|yes", on_click=_merge, args=merge)
            no = _("No, two people") if merging.sort_of(member.kind) == "person" else _("No, they are two")
            st.button(no, key=f"{key}|no", on_click=_part, args=(book, member, other, key))
    return True


def show_pairs(book: MyWorkbook, members: Iterable[Member], chosen: Member | None) -> None:
    """A line for each two names that may be one, with the way to the card that asks; none for the card that is open."""
    for one, other in merging.pairs(members)[:MOST_LINES]:
        if chosen is not None and chosen.member_id in (one.member_id, other.member_id):
            continue
        names = {"one": small_name(one.name, SHORT), "other": small_name(other.name, SHORT)}
        with st.container(horizontal=True, key=f"pair-{other.member_id}", vertical_alignment="center", gap="small"):
            words = _("{one} and {other} may be the same.").format(**names)
            st.html(f'<p class="quiet" dir="auto">{safe(words)}</p>', width="content")
            key = f"{book.person_id}|pair|{one.member_id}|{other.member_id}"
            st.button(_("Look at both"), type="tertiary", key=key, on_click=_open, args=(other.member_id,))


def _open(member_id: str) -> None:
    st.query_params["member"] = member_id


def show_choosing(book: MyWorkbook, member: Member, members: list[Member]) -> None:
    """Choose who else is this one, read what happens, and do it."""
    sort = merging.sort_of(member.kind)
    others = {m.member_id: m for m in members if m.member_id != member.member_id and merging.sort_of(m.kind) == sort}
    if not others:
        return
    key = f"{book.person_id}|same|{member.member_id}"
    places = book.content.words
    called = told_apart({m.member_id: f"{m.name} · {places('places', m.place)}" for m in others.values()})
    if st.session_state.get(key) not in others:
        st.session_state[key] = None
    chosen = st.selectbox(
        _("Someone else here is the same person") if sort == "person" else _("Another one here is the same"),
        list(called),
        format_func=lambda m: called.get(m, m),
        key=key,
        placeholder=_("Choose a name"),
    )
    show_trouble(key)
    if chosen:
        other = others[chosen]
        show_line("note", _all_stays(member, other))
        with st.container(horizontal=True, gap="small"):
            st.button(_("Make them one"), key=f"{key}|yes", on_click=_merge, args=(book, member, other, key, True))
            st.button(_("Leave them as they are"), key=f"{key}|no", on_click=_choose_none, args=(key,))


def _all_stays(keep: Member, other: Member) -> str:
    words = _(
        "All you noted of both is kept, under {name}. {other} stays as another name. This cannot be undone."
    ).format(name=small_name(keep.name, SHORT), other=small_name(other.name, SHORT))
    if "not_for_now" in (keep.contact, other.contact) and keep.contact != other.contact:
        words += " " + _("One is not for now. That goes for both.")
    return words


def _choose_none(key: str) -> None:
    st.session_state[key] = None


def _merge(book: MyWorkbook, keep: Member, other: Member, key: str, on_the_map: bool) -> None:
    def merge(own: MyWorkbook) -> str:
        own.merge(keep.member_id, other.member_id)
        return moment(own, session.home().clock())

    saved = attempt(book, key, merge)
    if saved:
        put_away(other.member_id)
        st.session_state.setdefault("saved members", {})[keep.member_id] = saved
        if on_the_map:
            st.query_params["member"] = keep.member_id


def _part(book: MyWorkbook, one: Member, other: Member, key: str) -> None:
    attempt(book, key, lambda own: own.keep_apart(one.member_id, other.member_id))


def put_away(member_id: str) -> None:
    """Drop the fields of a card that is gone."""
    mine = f"|{member_id}|"
    for key in [k for k in st.session_state if isinstance(k, str) and mine in f"{k}|"]:
        st.session_state.pop(key, None)
        st.session_state.get("given", {}).pop(key, None)


def keep_in_sight(member_id: str, words: object) -> None:
    """Words typed on a card that was meanwhile made one with another, or forgotten, stay on this page until it is left."""
    if isinstance(words, str) and words.strip():
        st.session_state.setdefault("left over", {})[member_id] = words


def show_left_over(members: list[Member]) -> None:
    """Those words, and what hindered their saving."""
    there = {m.member_id for m in members}
    for member_id, words in st.session_state.get("left over", {}).items():
        if member_id not in there:
            show_line("trouble", _("That one is no longer on your map. Copy the words you want to keep."))
            show_typed(words)
            st.button(_("Put these words away"), key=f"left|{member_id}", on_click=_put_words_away, args=(member_id,))


def _put_words_away(member_id: str) -> None:
    st.session_state.get("left over", {}).pop(member_id, None)


def show_gone(view: View) -> None:
    """What hindered a save about someone who left the map in another window: their own field is no longer drawn."""
    troubles = st.session_state.get("troubles", {})
    for key in list(troubles):
        parts = key.split("|")
        about = parts[4] if len(parts) > 4 else ""
        if about and about not in view.everyone and view.exercise.key in parts[1:3]:
            show_line("trouble", troubles.pop(key))
