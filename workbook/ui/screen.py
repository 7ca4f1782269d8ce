"""Is this one for now? Five taps that are never kept; only their result is."""

import streamlit as st

from workbook.content import Exercise
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member
from workbook.refused import Refused
from workbook.ui import refusals, session
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.words import _


def show(book: MyWorkbook, exercise: Exercise, members: list[Member]) -> None:
    """Choose someone, tap five times, see what follows."""
    people = [m for m in members if m.kind in ("person", "pet")]
    who = _who(book, exercise, people)
    if who is None:
        return
    if who.contact != "unscreened":
        _result_so_far(book, who)
        return
    prefix = f"{book.person_id}|screen|{who.member_id}"
    for question in book.content.screen:
        st.html(f'<p class="ask">{safe(question["ask"])}</p>')
        words = {str(o["key"]): str(o["words"]) for o in question["options"]}
        st.pills(
            plain(question["ask"]),
            list(words),
            format_func=words.__getitem__,
            key=f"{prefix}|{question['key']}",
            label_visibility="collapsed",
        )
    st.button(
        _("See what follows"),
        type="primary",
        key=f"{prefix}|done",
        on_click=_done,
        args=(book, who.member_id, prefix),
    )
    said = st.session_state.get(f"{prefix}|said")
    if said:
        _show_words(book, said)
        if said == "offer_not_for_now":
            _choice(book, who.member_id, prefix)


def _who(book: MyWorkbook, exercise: Exercise, people: list[Member]) -> Member | None:
    prompt = exercise.prompt("who")
    by_id = {m.member_id: m for m in people}
    key = f"{book.person_id}|screen|who"
    st.html(f'<p class="ask">{safe(prompt.ask)}</p><p class="hint">{safe(prompt.help)}</p>')
    st.selectbox(
        plain(prompt.ask),
        list(by_id),
        index=None,
        format_func=lambda m: by_id[m].name if m in by_id else m,
        key=key,
        placeholder=_("Choose, or type a new name"),
        label_visibility="collapsed",
        accept_new_options=True,
        on_change=_name,
        args=(book, key, list(by_id)),
    )
    trouble = st.session_state.get("troubles", {}).get(key)
    if trouble:
        show_line("trouble", trouble)
    return by_id.get(st.session_state.get(key) or "")


def _name(book: MyWorkbook, key: str, known: list[str]) -> None:
    chosen = st.session_state[key]
    troubles = st.session_state.setdefault("troubles", {})
    troubles.pop(key, None)
    if not chosen or chosen in known:
        return
    try:
        st.session_state[key] = session.book_for_saving(book.person_id).someone_called(chosen)
    except (Refused, session.NotHere) as no:
        st.session_state[key] = None
        troubles[key] = refusals.sentence(no) if isinstance(no, Refused) else _("Please sign in again.")


def _done(book: MyWorkbook, member_id: str, prefix: str) -> None:
    taps = {q["key"]: st.session_state.get(f"{prefix}|{q['key']}") or "" for q in book.content.screen}
    try:
        outcome = session.book_for_saving(book.person_id).screen(member_id, taps)
    except (Refused, session.NotHere):
        return
    st.session_state[f"{prefix}|said"] = outcome.words
    if outcome.contact:
        _clear_taps(book, prefix)


def _clear_taps(book: MyWorkbook, prefix: str) -> None:
    for question in book.content.screen:
        st.session_state.pop(f"{prefix}|{question['key']}", None)


def _choice(book: MyWorkbook, member_id: str, prefix: str) -> None:
    with st.container(horizontal=True):
        for contact, words in (("not_for_now", _("Not for now")), ("ok", _("It is fine for now"))):
            st.button(words, key=f"{prefix}|{contact}", on_click=_decide, args=(book, member_id, prefix, contact))


def _decide(book: MyWorkbook, member_id: str, prefix: str, contact: str) -> None:
    session.book_for_saving(book.person_id).decide_contact(member_id, contact)
    st.session_state[f"{prefix}|said"] = "ok" if contact == "ok" else ""
    _clear_taps(book, prefix)


def _result_so_far(book: MyWorkbook, who: Member) -> None:
    prefix = f"{book.person_id}|screen|{who.member_id}"
    said = st.session_state.get(f"{prefix}|said") or ("ok" if who.contact == "ok" else "")
    if said:
        _show_words(book, said)
    else:
        show_line("ask", _("This one is marked “not for now”."))
    st.button(
        _("Do the five taps again"),
        key=f"{prefix}|again",
        on_click=_reopen,
        args=(book, who.member_id, prefix),
    )


def _reopen(book: MyWorkbook, member_id: str, prefix: str) -> None:
    session.book_for_saving(book.person_id).decide_contact(member_id, "unscreened")
    st.session_state.pop(f"{prefix}|said", None)
    _clear_taps(book, prefix)


def _show_words(book: MyWorkbook, said: str) -> None:
    st.html(f'<div class="card"><p>{safe(book.content.screen_words[said])}</p></div>')
