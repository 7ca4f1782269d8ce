"""The few picked to try, each on its own quiet ladder: in touch, went once, kept or put aside until a day."""

from datetime import date
from typing import Any

import streamlit as st

from workbook.content import Prompt
from workbook.ladder import NOT_AGAIN, PUT_ASIDE, WAITS, in_months
from workbook.my_workbook import DOORS, MyWorkbook
from workbook.pod import Member
from workbook.ui import ways
from workbook.ui.plain import plain, show_line, show_of_whom
from workbook.ui.saving import Read, View, attempt, show_field
from workbook.ui.when import day
from workbook.ui.words import _


def show(view: View, prompt: Prompt) -> None:
    """For each one picked: what it is, how far it came, and, where it was put aside, whether to look again."""
    here = {m.member_id: m for m in view.members}
    asked = view.exercise.prompt(prompt.of)
    picked = [here[one] for one in view.value(asked, "", []) or [] if one in here]
    if not picked:
        show_line("quiet", _("Pick one above, and its next steps appear here."))
    later = next((p for p in view.exercise.shown if p.kind == "later_each_member" and p.of == prompt.of), None)
    for member in picked:
        with st.container(key=f"ladder-{member.member_id}", gap="xsmall"):
            _rungs(view, prompt, member)
            if later and member.state == PUT_ASIDE:
                _later(view, later, member)


def show_nothing_yet(view: View) -> None:
    """There is no group, place or helper on the map: the way to some."""
    show_line("quiet", _("No group, place or helper is on your map yet. Here are some to look at:"))
    ways.to_exercise(view.book.content.exercise(DOORS), here=view.exercise, part="some")


def drawn_already(view: View, prompt: Prompt) -> None:
    """Whether to look again is asked on the ladder itself, right below what it is about."""


def _rungs(view: View, prompt: Prompt, member: Member) -> None:
    keys = [o.key for o in prompt.options]
    label = show_of_whom(view.called[member.member_id], prompt.ask)
    show_field(
        view,
        prompt,
        lambda **how: st.pills(
            label, keys, format_func=lambda k: plain(prompt.words_of(k)), label_visibility="collapsed", **how
        ),
        about=member.member_id,
        shown=lambda v: member.state if member.state in keys else None,
        read=lambda v: v or "",
        save=_save_rung,
        below=_where_to_begin(view, member),
    )
    if member.state and member.state not in keys:
        words = view.book.content.words("resource_state", member.state)
        show_line("hint", _("Where it stands: {words}").format(words=words))


def _where_to_begin(view: View, member: Member) -> str:
    """The first small step that its card names, or how a line is reached."""
    known = view.book.known()
    content = view.book.content
    for field, rows, said in (("door", content.doors, "first_step"), ("line", content.help_lines, "how")):
        key = known.get((member.member_id, field))
        row = next((one for one in rows if key and one["key"] == key.value), None)
        if row:
            return str(row.get(said, ""))
    return member.next_step


def _save_rung(view: View, prompt: Prompt, about: str, key: str, read: Read) -> None:
    """The answer, and the state itself where another page has said something else since."""
    value = read(st.session_state[key])

    def act(own: MyWorkbook) -> Any:
        saved = own.answer(view.exercise.key, prompt.key, value, occasion=view.occasion, about=about)
        now = next((m.state for m in own.members() if m.member_id == about), "")
        if now != value and (value or now in {o.key for o in prompt.options}):
            own.change_member(about, "state", value)
        return saved

    attempt(view.book, key, act)


def _later(view: View, prompt: Prompt, member: Member) -> None:
    """Put aside, not taken away: whether to look again, and on which day; once that day has come it is asked afresh."""
    today = view.book.today
    saved = view.given.get((prompt.key, member.member_id))

    def shown(value: Any) -> str | None:
        if value in (None, "", NOT_AGAIN) or saved is None or value <= today.isoformat():
            return value if value == NOT_AGAIN else None
        return next((w for w, months in WAITS.items() if in_months(saved.on_day, months).isoformat() == value), None)

    def read(picked: str | None) -> str:
        return in_months(today, WAITS[picked]).isoformat() if picked in WAITS else picked or ""

    if member.look_again:
        on = day(date.fromisoformat(member.look_again), today)
        show_line("quiet", _("You wanted to look again on {day}.").format(day=on))
    show_field(
        view,
        prompt,
        lambda **how: st.pills(
            plain(prompt.ask), [o.key for o in prompt.options], format_func=lambda k: plain(prompt.words_of(k)), **how
        ),
        about=member.member_id,
        shown=shown,
        read=read,
        below=prompt.help,
    )
