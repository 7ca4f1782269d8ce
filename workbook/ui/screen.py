"""Is this one for now? Five taps that are never kept; only their result is."""

from collections.abc import Iterable, Mapping
from secrets import token_hex

import streamlit as st

from workbook import safety
from workbook.content import Exercise
from workbook.in_touch import is_someone
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member
from workbook.ui import twins, ways
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.saving import attempt, show_trouble, told_apart
from workbook.ui.words import _

DRAWN, TAPS, SITTING = "screen drawn", "|screen|", "screen sitting"


def show(
    book: MyWorkbook, exercise: Exercise, members: list[Member], whom: Member | None, everyone: Iterable[Member]
) -> None:
    """Choose someone, tap five times, see what follows; `whom` a hello goes on with is chosen already.

    Where the name may be that of someone not for now, spelled another way, that is asked first.
    """
    st.session_state[DRAWN] = True
    people = [m for m in members if is_someone(m)]
    who = _who(book, exercise, people, whom)
    if who is None:
        return
    asked = twins.ask(book, who, everyone, part="screen")
    if asked and who.twin_rests:
        return
    if who.contact != "unscreened":
        _result_so_far(book, exercise, who)
        return
    prefix = _prefix(book, who.member_id)
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
    show_trouble(prefix)
    said = st.session_state.get(f"{prefix}|said")
    if said and st.session_state.get(f"{prefix}|read") == _taps(book, prefix):  # of these taps, and of no earlier ones
        _show_words(book, exercise, said)
        if said == "offer_not_for_now":
            _choice(book, who.member_id, prefix)


def end_if_left() -> None:
    """Whatever page is drawn now: where it is not this one, nothing of the taps stays in the memory of the page."""
    if not st.session_state.pop(DRAWN, False):
        for key in [k for k in st.session_state if isinstance(k, str) and (TAPS in k or k == SITTING)]:
            del st.session_state[key]


def _prefix(book: MyWorkbook, member_id: str) -> str:
    """What the keys of the taps begin with: another one in each sitting, so that no browser brings old taps back."""
    sitting = st.session_state.setdefault(SITTING, token_hex(8))
    return f"{book.person_id}{TAPS}{sitting}|{member_id}"


def _who(book: MyWorkbook, exercise: Exercise, people: list[Member], whom: Member | None) -> Member | None:
    prompt = exercise.prompt("who")
    by_id = {m.member_id: m for m in people}
    called = told_apart({m.member_id: m.name for m in people})
    key = f"{book.person_id}|screen|who"
    if st.session_state.get(key) not in (None, *by_id):
        del st.session_state[key]  # gone, or one with another by now
    if whom and key not in st.session_state and whom.member_id in by_id:
        st.session_state[key] = whom.member_id
    st.html(f'<p class="ask">{safe(prompt.ask)}</p><p class="hint">{safe(prompt.help)}</p>')
    st.selectbox(
        plain(prompt.ask),
        list(by_id),
        index=None,
        format_func=lambda m: called.get(m, m),
        key=key,
        placeholder=_("Choose, or type a new name"),
        label_visibility="collapsed",
        accept_new_options=True,
        on_change=_name,
        args=(book, key, by_id),
    )
    show_trouble(key)
    return by_id.get(st.session_state.get(key) or "")


def _name(book: MyWorkbook, key: str, known: Mapping[str, Member]) -> None:
    chosen = st.session_state[key]
    if chosen and chosen not in known:
        st.session_state[key] = attempt(book, key, lambda own: own.person_called(chosen), typed=chosen)


def _done(book: MyWorkbook, member_id: str, prefix: str) -> None:
    taps = _taps(book, prefix)
    if not any(taps.values()) and st.session_state.get(f"{prefix}|said"):
        return  # pressed twice: they have been read, and are gone
    outcome = attempt(book, prefix, lambda own: own.screen(member_id, taps, was="unscreened"))
    st.session_state[f"{prefix}|said"] = outcome.words if outcome else ""
    st.session_state[f"{prefix}|read"] = taps
    if outcome and outcome.contact:
        _clear_taps(book, prefix)


def _taps(book: MyWorkbook, prefix: str) -> dict[str, str]:
    return {q["key"]: st.session_state.get(f"{prefix}|{q['key']}") or "" for q in book.content.screen}


def _clear_taps(book: MyWorkbook, prefix: str) -> None:
    for question in book.content.screen:
        st.session_state.pop(f"{prefix}|{question['key']}", None)
    st.session_state.pop(f"{prefix}|read", None)


def _choice(book: MyWorkbook, member_id: str, prefix: str) -> None:
    offered = [("not_for_now", _("Not for now"))]
    if safety.screen(_taps(book, prefix)).may_be_fine:
        offered.append(("ok", _("It is fine for now")))
    with st.container(horizontal=True):
        for contact, words in offered:
            st.button(words, key=f"{prefix}|{contact}", on_click=_decide, args=(book, member_id, prefix, contact))
    if len(offered) == 1:
        show_line("hint", _("Some of the five are still open. Once all are tapped you can also say it is fine."))


def _decide(book: MyWorkbook, member_id: str, prefix: str, contact: str) -> None:
    taps = _taps(book, prefix)

    def decide(own: MyWorkbook) -> bool:
        own.decide_contact(member_id, contact, was="unscreened", taps=taps)
        return True

    if attempt(book, prefix, decide):
        st.session_state[f"{prefix}|said"] = "ok" if contact == "ok" else ""
        _clear_taps(book, prefix)


def _result_so_far(book: MyWorkbook, exercise: Exercise, who: Member) -> None:
    prefix = _prefix(book, who.member_id)
    show_trouble(prefix)
    said = st.session_state.get(f"{prefix}|said") or ""
    if (said == "ok") != (who.contact == "ok"):  # decided anew in another window
        said = "ok" if who.contact == "ok" else ""
    if said:
        _show_words(book, exercise, said)
    else:
        show_line("ask", _("This one is marked “not for now”."))
    st.button(
        _("Do the five taps again"),
        key=f"{prefix}|again",
        on_click=_reopen,
        args=(book, who.member_id, prefix),
    )


def _reopen(book: MyWorkbook, member_id: str, prefix: str) -> None:
    attempt(book, prefix, lambda own: own.decide_contact(member_id, "unscreened"))
    st.session_state.pop(f"{prefix}|said", None)
    _clear_taps(book, prefix)


def _show_words(book: MyWorkbook, exercise: Exercise, said: str) -> None:
    """What follows; where it is not a yes, with the ways to where the words point."""
    st.html(f'<div class="card"><p>{safe(book.content.screen_words[said])}</p></div>')
    if said == "ok":
        return
    with st.container(horizontal=True, key="other-ways"):
        ways.to_help_now()
        if said == "not_now_send":
            ways.to_safer_use()
        if exercise.instead:
            ways.to_exercise(book.content.exercise(exercise.instead), here=exercise, part="said")
