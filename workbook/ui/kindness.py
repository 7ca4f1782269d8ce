"""After several noted moments a quiet question: does their ring still feel right? The person decides, or not now."""

import streamlit as st

from workbook import kindness
from workbook.in_touch import rests
from workbook.my_workbook import MyWorkbook
from workbook.pod import RINGS, Member
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import View, attempt, show_trouble
from workbook.ui.words import _, n_


def show(view: View) -> None:
    """One question at a time, about someone still on the map."""
    book = view.book
    if book.resting():
        return
    counts = book.kind_moments()
    for member_id in kindness.to_ask_about(counts, book.ring_answered_at()):
        member = view.everyone.get(member_id)
        if member is not None and member.place in RINGS and not rests(member) and not member.parted:
            _show_question(book, member, counts[member_id])
            return


def _show_question(book: MyWorkbook, member: Member, count: int) -> None:
    key = f"{book.person_id}|ring question|{member.member_id}"
    words = n_(
        "You have noted {name} {count} time. Does this place still feel right?",
        "You have noted {name} {count} times. Does this place still feel right?",
        count,
    ).format(name=member.name, count=count)
    with st.container(key="ring-question", gap="small"):
        st.html(f'<p class="ask">{safe(words)}</p>')
        st.text_input(_("Why, if you like"), key=f"{key}|why", autocomplete="off")
        with st.container(horizontal=True, gap="small"):
            for ring in RINGS:
                st.button(
                    plain(book.content.words("places", ring)),
                    key=f"{key}|{ring}",
                    disabled=ring == member.place,
                    on_click=_move,
                    args=(book, member, ring, count, key),
                )
        with st.container(horizontal=True, gap="small"):
            st.button(
                _("It feels right"),
                type="tertiary",
                key=f"{key}|fits",
                on_click=_leave,
                args=(book, member, count, key),
            )
            st.button(
                _("Not now"), type="tertiary", key=f"{key}|later", on_click=_leave, args=(book, member, count, key)
            )
        show_line("hint", _("Nobody is moved unless you choose it."))
        show_trouble(key)


def _move(book: MyWorkbook, member: Member, ring: str, count: int, key: str) -> None:
    why = st.session_state.get(f"{key}|why") or ""

    def act(own: MyWorkbook) -> bool:
        own.move(member.member_id, ring, reason=why)
        own.answer_ring(member.member_id, count)
        return True

    attempt(book, key, act, typed=why)


def _leave(book: MyWorkbook, member: Member, count: int, key: str) -> None:
    attempt(book, key, lambda own: own.answer_ring(member.member_id, count))
