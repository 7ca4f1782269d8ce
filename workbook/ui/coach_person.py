"""Coach's desk: one person, as far as they share, and the notes sent to them."""

import streamlit as st

from workbook.coach_desk import CoachDesk
from workbook.coaching import NOTE_LONGEST, SeenPerson
from workbook.refused import Refused
from workbook.store.groups import Note
from workbook.ui import coach_words, refusals, seen
from workbook.ui.coach_saving import DRAFTS, attempt, draft, forget_drafts, key_of, show_said
from workbook.ui.plain import plain, show_line, show_typed
from workbook.ui.when import day
from workbook.ui.words import _

DESK = "../../pages/coach/people.py"


def show(desk: CoachDesk) -> None:
    """The page of one person. Everything is read anew at each run: what is withdrawn is gone at the next."""
    group_id, membership_id = st.query_params.get("g", ""), st.query_params.get("id", "")
    try:
        found = desk.person(group_id, membership_id)
        notes = desk.notes(group_id, membership_id)
    except Refused as refused:
        st.title(_("One person"), anchor=False)
        gone = st.session_state.get(key_of(desk, "let go")) == membership_id != ""
        words = _("They are no longer in the group. They read so on their Today page.")
        show_line("quiet", words if gone else refusals.sentence(refused))
        _show_unsent(desk, membership_id)
        st.page_link(DESK, label=_("Back to the desk"))
        return
    st.page_link(DESK, label=_("Back to the desk"), query_params={"g": group_id})
    st.title(plain(coach_words.called(found.summary)), anchor=False)
    _show_summary(desk, found)
    seen.show_person(found, desk.content_of(group_id), key_of(desk, "person", membership_id))
    _show_notes(desk, group_id, found, notes)
    _show_letting_go(desk, group_id, membership_id)


def _show_summary(desk: CoachDesk, found: SeenPerson) -> None:
    one = found.summary
    lines = [_("Joined in the week of {day}.").format(day=day(one.joined, desk.today))]
    if one.scopes:
        lines.append(coach_words.shares(one.scopes))
    if one.active:
        lines.append(_("Last opened a page in the week of {day}.").format(day=day(one.active, desk.today)))
    show_line("quiet", " ".join(lines))


def _show_notes(desk: CoachDesk, group_id: str, found: SeenPerson, notes: list[Note]) -> None:
    st.header(_("Notes of encouragement"), anchor=False)
    if found.summary.notes_off:
        show_line("quiet", _("They have switched notes off. That is theirs to choose."))
        _show_unsent(desk, found.summary.membership_id)
    else:
        _show_writing(desk, group_id, found.summary.membership_id)
    for note in notes:
        show_typed(note.words)
        show_line("saved", _("Sent on {day}").format(day=day(note.recorded_at.date(), desk.today)))


def _show_writing(desk: CoachDesk, group_id: str, membership_id: str) -> None:
    key = key_of(desk, "note", membership_id)
    show_line("quiet", _("They read it on their Today page. They cannot answer here, and can switch notes off."))
    words = _("A short note, up to {most} letters").format(most=NOTE_LONGEST)
    st.text_area(words, **draft(key, f"{key}|words", ""))
    args = (desk, group_id, membership_id)
    st.button(_("Send the note"), type="primary", key=f"{key}|send", on_click=_send, args=args)
    show_said(key)


def _show_unsent(desk: CoachDesk, membership_id: str) -> None:
    """Words begun to somebody whom no note reaches any more: in sight until they are put away."""
    key = key_of(desk, "note", membership_id)
    words = str(st.session_state.get(DRAFTS, {}).get(f"{key}|words") or "")
    if not words.strip():
        return
    show_line("trouble", _("This was not sent. Copy the words you want to keep."))
    show_typed(words)
    st.button(_("Put these words away"), key=f"{key}|away", on_click=_put_away, args=(key,))


def _put_away(key: str) -> None:
    forget_drafts(f"{key}|words")
    st.session_state.get("troubles", {}).pop(key, None)


def _send(desk: CoachDesk, group_id: str, membership_id: str) -> None:
    key = key_of(desk, "note", membership_id)
    words = str(st.session_state[f"{key}|words"])
    attempt(
        desk,
        key,
        lambda own: own.send_note(group_id, membership_id, words),
        fields=[f"{key}|words"],
        said=_("Sent {time}"),
    )


def _show_letting_go(desk: CoachDesk, group_id: str, membership_id: str) -> None:
    """For somebody who should not be here: a stranger by a link that went round, or one who joined twice."""
    key = key_of(desk, "letting go", membership_id)
    st.header(_("Let them go"), anchor=False)
    with st.popover(_("Let them go"), key=f"{key}|ask"):
        for words in (
            _("The group ends for this one person, and all they share with it. Their workbook stays theirs."),
            _("They read on Today that they are no longer in it. You cannot take it back: they would need a link."),
            _("A link that is open lets anyone in again who has it. Close it first."),
        ):
            show_line("quiet", words)
        args = (desk, group_id, membership_id, key)
        st.button(_("Yes, let them go"), key=f"{key}|yes", on_click=_let_go, args=args)
    show_said(key)


def _let_go(desk: CoachDesk, group_id: str, membership_id: str, key: str) -> None:
    if attempt(desk, key, lambda own: own.let_go(group_id, membership_id)):
        st.session_state[key_of(desk, "let go")] = membership_id
