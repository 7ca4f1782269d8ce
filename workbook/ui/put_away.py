"""Taking back: the last move, and whoever was deleted or released in the last 30 days."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from workbook.my_workbook import MyWorkbook
from workbook.pod import RINGS, Member, Move, small_name
from workbook.store.put_away import PutAway
from workbook.trash import InTrash
from workbook.ui import twins
from workbook.ui.plain import plain, show_line, show_short
from workbook.ui.saving import attempt, show_trouble
from workbook.ui.when import day
from workbook.ui.words import _, n_

SHORT = 24
OFFERED_DAYS = 7  # a slip is noticed soon; an older move is no slip
OPEN = "member"
LATELY = "deleted lately"

Act = Callable[[MyWorkbook], Any]


# The last move, and the last one deleted


def show_undo(book: MyWorkbook, member: Member) -> None:
    """On a member's card: their last move, with a way to take it back, where it was the last of all."""
    _show_last(book, [member])


def show_what_was(book: MyWorkbook, members: list[Member], chosen: Member | None) -> None:
    """Below the map: the last move of whoever has no card open, and who was deleted just now, each with the way back."""
    show_trouble(f"{book.person_id}|undo")  # what was to be undone may be gone from the page
    _show_last(book, [m for m in members if m != chosen])
    deleted = _deleted_lately(book)
    for one in book.trash() if deleted and not _moved_since(book, deleted) else ():
        if deleted and one.deleted_on and one.member.member_id == deleted.member_id:
            name = small_name(one.member.name, SHORT)
            words = _("{name} is deleted.").format(name=name)
            _with_undo(book, one.member.member_id, words, partial(_brought_back, one.member.member_id))


def _deleted_lately(book: MyWorkbook) -> PutAway | None:
    """Whoever was deleted just now in this browser, while they can be brought back."""
    lately = st.session_state.get(LATELY)
    return next((one for one in book.put_away() if one.member_id == lately), None) if lately else None


def _moved_since(book: MyWorkbook, deleted: PutAway) -> bool:
    last = book.last_move()
    return bool(last and last.recorded_at and last.recorded_at > deleted.put_away_at)


def _show_last(book: MyWorkbook, members: list[Member]) -> None:
    """Only the latest of all may be undone: a move, where nobody was deleted after it."""
    last = book.last_move()
    deleted = _deleted_lately(book)
    if deleted and not _moved_since(book, deleted):
        return
    moved = next((m for m in members if last and m.member_id == last.member_id and not m.parted), None)
    if last is None or last.recorded_at is None or moved is None:
        return
    if book.today - book.local(last.recorded_at).date() < timedelta(days=OFFERED_DAYS):
        _with_undo(book, last.move_id, _moved(book, moved, last), lambda own: own.undo_last_move(last.move_id))


def _with_undo(book: MyWorkbook, what: str, words: str, act: Act) -> None:
    key = f"{book.person_id}|undo"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"undo-{what}"):
        show_short("saved", words)
        st.button(_("Undo"), type="tertiary", key=f"{key}|{what}", on_click=attempt, args=(book, key, act))


def _moved(book: MyWorkbook, member: Member, move: Move) -> str:
    name, when = small_name(member.name, SHORT), _on(move.on_day, book.today)
    if move.place in RINGS:
        ring = book.content.words("places", move.place)
        return _("{name} went to {ring} {when}.").format(name=name, ring=ring, when=when)
    if move.place == "unplaced":
        return _("{name} is in no ring now.").format(name=name)
    return _("{name} left the map {when}.").format(name=name, when=when)


def _on(on: date, today: date) -> str:
    return _("today") if on == today else _("on {day}").format(day=day(on, today))


# The ways out


@contextmanager
def way_out(name: str, words: str) -> Iterator[None]:
    """A button with one line below it that tells it from the others."""
    with st.container(key=f"way-{name}", gap="xsmall"):
        yield
        show_line("hint", words)


def show_delete(book: MyWorkbook, member: Member) -> None:
    """Delete: gone at once, and for 30 days to be brought back."""
    key = f"{book.person_id}|leave|{member.member_id}|delete"
    with way_out("delete", _("Gone from every page now. For 30 days you can bring them back.")):
        st.button(_("Delete"), key=key, on_click=_delete, args=(book, member, key))
    show_trouble(key)


def _delete(book: MyWorkbook, member: Member, key: str) -> None:
    def delete(own: MyWorkbook) -> bool:
        own.delete_member(member.member_id)
        return True

    if attempt(book, key, delete):
        st.session_state[LATELY] = member.member_id
        st.query_params.pop(OPEN, None)
        twins.put_away(member.member_id)


# The trash


def show(book: MyWorkbook) -> None:
    """Whom one may still bring back; nothing at all where there is nobody."""
    trash = book.trash()
    if not trash:
        return
    deleted = [one for one in trash if one.deleted_on]
    released = [one for one in trash if one.released_on]
    with st.expander(_("Deleted or released lately"), key=f"{book.person_id}|put away"):
        if deleted:
            show_line("ask", _("Deleted"))
            show_line("hint", _("They are in no list and no picture. After 30 days they go for good."))
            for one in deleted:
                _show_deleted(book, one)
        if released:
            show_line("ask", _("Released"))
            show_line("hint", _("Nothing of them is deleted. After 30 days they leave this list and stay released."))
            for one in released:
                _show_released(book, one)


def _show_deleted(book: MyWorkbook, one: InTrash) -> None:
    member = one.member
    key = f"{book.person_id}|trash|{member.member_id}"
    with st.container(key=f"trash-{member.member_id}", gap="xsmall"):
        left = n_("{count} day left", "{count} days left", one.days_left).format(count=one.days_left)
        on = day(one.deleted_on, book.today) if one.deleted_on else ""
        _show_who(member, _("Deleted on {day}").format(day=on) + f" · {left}")
        with st.container(horizontal=True, gap="small"):
            show_bring_back(book, member.member_id, member.name, key)
            with st.popover(_("Forget for good"), key=f"{key}|forget"):
                show_line("quiet", _("The name, notes, moves and messages go for good. Nothing can bring them back."))
                st.button(_("Yes, forget"), key=f"{key}|yes", on_click=_forget, args=(book, member.member_id, key))
        show_trouble(key)


def show_bring_back(book: MyWorkbook, member_id: str, name: str, key: str) -> None:
    """A button that takes someone out of the trash, and opens their card."""
    words = _("Bring {name} back").format(name=plain(small_name(name, SHORT)))
    st.button(words, key=f"{key}|back", on_click=_bring_back, args=(book, member_id, key))


def _brought_back(member_id: str, own: MyWorkbook) -> bool:
    own.bring_back_member(member_id)
    return True


def _bring_back(book: MyWorkbook, member_id: str, key: str) -> None:
    if attempt(book, key, partial(_brought_back, member_id)):
        st.query_params[OPEN] = member_id
        for part in ("twin", "deleted"):  # where it was the answer to a name typed anew
            st.session_state.pop(f"{key}|{part}", None)
        if key in st.session_state:
            st.session_state[key] = ""


def _forget(book: MyWorkbook, member_id: str, key: str) -> None:
    attempt(book, key, lambda own: own.forget(member_id))


def _show_released(book: MyWorkbook, one: InTrash) -> None:
    member = one.member
    key = f"{book.person_id}|released|{member.member_id}"
    on = day(one.released_on, book.today) if one.released_on else ""
    with st.container(key=f"trash-{member.member_id}", gap="xsmall"):
        if member.parted:
            _show_who(member, on)
            return
        _show_who(member, _("Released on {day}").format(day=on))
        name = plain(small_name(member.name, SHORT))
        words = _("Bring {name} back").format(name=name)
        if one.back_to in RINGS:
            ring = plain(book.content.words("places", one.back_to))
            words = _("Bring {name} back to {ring}").format(name=name, ring=ring)
        st.button(words, key=f"{key}|back", on_click=_return, args=(book, one, key))
        show_trouble(key)


def _return(book: MyWorkbook, one: InTrash, key: str) -> None:
    attempt(book, key, lambda own: own.move(one.member.member_id, one.back_to))


def _show_who(member: Member, words: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_short("named", member.name)
        show_short("saved", words)
