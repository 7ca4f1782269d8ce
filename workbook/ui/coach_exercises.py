"""Which exercises a group shows and in what order, and those its coach adds."""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from workbook import coaching
from workbook.coach_desk import CoachDesk
from workbook.coaching import MOST_ADDED, MOST_PROMPTS, Group
from workbook.content import COACH_KINDS, Content, Exercise, Step
from workbook.refused import Refused
from workbook.ui.coach_saving import attempt, changed_of, draft, forget_drafts, key_of, show_said
from workbook.ui.plain import plain, show_line
from workbook.ui.saving import told_apart
from workbook.ui.words import _, n_

CHOICES = ("pick_one", "pick_many")


def show(desk: CoachDesk, group_id: str, group: Group) -> None:
    """The four steps as a member meets them, each with ways to change it, and a form for one's own."""
    st.header(_("Exercises"), anchor=False)
    show_line("quiet", _("Members meet them in this order. What they have answered stays theirs, whatever you change."))
    content = desk.content_of(group_id)
    for step in coaching.arrangeable(content):
        _show_step(desk, group_id, group, content, step)
    with st.expander(_("Add an exercise of your own")):
        if len(group.added) < MOST_ADDED:
            _show_adding(desk, group_id)
        else:
            show_line("quiet", _("There are {most} of yours. Take one off first.").format(most=MOST_ADDED))


def kinds() -> dict[str, str]:
    """What a coach may ask by, in plain words."""
    words = {
        "line": _("One line"),
        "long_text": _("Longer words"),
        "tick": _("A box to tick"),
        "pick_one": _("Pick one"),
        "pick_many": _("Pick several"),
        "slider": _("A slider from 0 to 10"),
    }
    return {kind: words[kind] for kind in COACH_KINDS}


# Arranging


def _show_step(desk: CoachDesk, group_id: str, group: Group, content: Content, step: Step) -> None:
    key = key_of(desk, "arrange", group_id, step.key)
    by_key = {e.key: e for e in step.exercises}
    called = told_apart({e.key: _named(content, e) for e in step.exercises})
    if st.session_state.get(key) not in by_key:
        st.session_state.pop(key, None)
    shown = sum(not e.hidden for e in step.exercises)
    with st.expander(
        f"{step.title} · {n_('{count} shown', '{count} shown', shown).format(count=shown)}", key=f"{key}|fold"
    ):
        chosen = st.radio(
            _("Choose one to hide or move it"),
            list(by_key),
            index=None,
            format_func=lambda one: called.get(one, one),
            key=key,
        )
        if chosen in by_key:
            _show_acts(desk, group_id, content, step, by_key[chosen], key)
        show_said(key)


def _named(content: Content, exercise: Exercise) -> str:
    """Its title, and what is out of the ordinary with it."""
    said = [plain(exercise.title)]
    if exercise.by:
        said.append(_("yours"))
    if coaching.is_fixed(content, exercise.key):
        said.append(_("stays here"))
    if exercise.hidden:
        said.append(_("hidden"))
    return " · ".join(said)


def _show_acts(desk: CoachDesk, group_id: str, content: Content, step: Step, chosen: Exercise, key: str) -> None:
    if coaching.is_fixed(content, chosen.key):
        show_line("quiet", _("This page keeps people safe. It stays where it is, and nothing moves past it."))
        return
    with st.container(horizontal=True):
        for words, by, name in ((_("Move up"), -1, "up"), (_("Move down"), 1, "down")):
            st.button(
                words,
                key=f"{key}|{name}",
                disabled=moved(content, step, chosen.key, by) is None,
                on_click=_move,
                args=(desk, group_id, step.key, chosen.key, by, key),
            )
        st.button(
            _("Show it again") if chosen.hidden else _("Hide it"),
            key=f"{key}|hide",
            on_click=_hide,
            args=(desk, group_id, chosen.key, not chosen.hidden, key),
        )
        if chosen.by:
            with st.popover(_("Change its words"), key=f"{key}|words"):
                _show_mending(desk, group_id, chosen)
            with st.popover(_("Remove it"), key=f"{key}|remove"):
                show_line("quiet", _("Who answered it keeps it, with what they wrote."))
                st.button(
                    _("Yes, remove it"), key=f"{key}|yes", on_click=_remove, args=(desk, group_id, chosen.key, key)
                )


def moved(content: Content, step: Step, exercise: str, by: int) -> tuple[str, ...] | None:
    """The step's exercises with one of them a place further up (-1) or down (1); None where it cannot go there."""
    keys = [e.key for e in step.exercises]
    at = keys.index(exercise) if exercise in keys else -1
    to = at + by
    if at < 0 or not 0 <= to < len(keys) or any(coaching.is_fixed(content, keys[place]) for place in (at, to)):
        return None
    keys[at], keys[to] = keys[to], keys[at]
    return tuple(keys)


def _move(desk: CoachDesk, group_id: str, step: str, exercise: str, by: int, key: str) -> None:
    def act(own: CoachDesk, was: Group) -> Group:
        content = coaching.adapted(own.content, [was])
        order = moved(content, content.step(step), exercise, by)
        if order is None:
            raise Refused("not_offered")
        return replace(was, order={**was.order, step: order})

    attempt(desk, key, lambda own: own.change_group(group_id, partial(act, own)))
    st.session_state[key] = exercise


def _hide(desk: CoachDesk, group_id: str, exercise: str, hide: bool, key: str) -> None:
    def act(was: Group) -> Group:
        hidden = [one for one in was.hidden if one != exercise] + [exercise] * hide
        suggested = tuple(one for one in was.suggested if one != exercise) if hide else was.suggested
        return replace(was, hidden=tuple(hidden), suggested=suggested)

    attempt(desk, key, lambda own: own.change_group(group_id, act))
    st.session_state[key] = exercise


def _remove(desk: CoachDesk, group_id: str, exercise: str, key: str) -> None:
    attempt(desk, key, lambda own: own.remove_exercise(group_id, exercise))


# Mending


def _show_mending(desk: CoachDesk, group_id: str, chosen: Exercise) -> None:
    key = key_of(desk, "mend", group_id, chosen.key)
    show_line("quiet", _("Who answered it keeps the words they answered. Everyone else meets the new ones."))
    st.text_input(_("Title"), **draft(key, f"{key}|title", chosen.title), autocomplete="off")
    st.text_area(_("What it is for"), **draft(key, f"{key}|purpose", chosen.purpose), height=90)
    for number, prompt in enumerate(chosen.prompts, 1):
        ask, below = (f"{key}|{prompt.key}|{part}" for part in ("ask", "help"))
        words = _("Question {number}").format(number=number)
        st.text_input(words, **draft(key, ask, prompt.ask), autocomplete="off")
        words = _("A hint below it, if you like")
        st.text_input(words, **draft(key, below, prompt.help), autocomplete="off")
    asked = tuple(prompt.key for prompt in chosen.prompts)
    args = (desk, group_id, chosen.key, asked, key)
    st.button(_("Save"), type="primary", key=f"{key}|save", on_click=_mend, args=args)
    show_said(key)


def _mend(desk: CoachDesk, group_id: str, exercise: str, asked: tuple[str, ...], key: str) -> None:
    fields = [
        f"{key}|{name}" for name in ("title", "purpose", *(f"{p}|{part}" for p in asked for part in ("ask", "help")))
    ]
    changed = changed_of(fields)
    title, purpose, *words = (changed.get(field) for field in fields)
    prompts = dict(zip(asked, zip(words[::2], words[1::2], strict=True), strict=True))
    attempt(desk, key, lambda own: own.mend_exercise(group_id, exercise, title, purpose, prompts), fields=fields)


# Adding


def _show_adding(desk: CoachDesk, group_id: str) -> None:
    key = key_of(desk, "add", group_id)
    show_line("quiet", _("Members see that it is yours. Their answers stay private until they share one with you."))
    steps = {step.key: step.title for step in coaching.arrangeable(desk.content)}
    st.selectbox(
        _("Where it stands"),
        list(steps),
        format_func=lambda one: steps.get(one, one),
        **draft(key, f"{key}|step", "reflect"),
    )
    st.text_input(_("Title"), **draft(key, f"{key}|title", ""), autocomplete="off")
    st.text_area(_("What it is for"), **draft(key, f"{key}|purpose", ""), height=90)
    rows = st.session_state.setdefault(f"{key}|rows", [0])
    for number, row in enumerate(rows, 1):
        with st.container(border=True, key=f"question-{row}"):
            _show_question(f"{key}|{row}", number)
            if len(rows) > 1:
                words = _("Take question {number} off").format(number=number)
                st.button(words, type="tertiary", key=f"{key}|{row}|off", on_click=_take_off, args=(key, row))
    if len(rows) < MOST_PROMPTS:
        st.button(_("Add a question"), key=f"{key}|more", on_click=_add_row, args=(key,))
    st.button(_("Add the exercise"), type="primary", key=f"{key}|add", on_click=_add, args=(desk, group_id, key))
    show_said(key)


def _show_question(key: str, number: int) -> None:
    words = kinds()
    st.text_input(_("Question {number}").format(number=number), **draft(key, f"{key}|ask", ""), autocomplete="off")
    kind = st.selectbox(
        _("How it is answered"),
        list(words),
        format_func=lambda one: words.get(one, one),
        **draft(key, f"{key}|kind", "line"),
    )
    if kind in CHOICES:
        st.text_area(_("The choices, one on each line"), **draft(key, f"{key}|choices", ""), height=120)
    st.text_input(_("A hint below it, if you like"), **draft(key, f"{key}|help", ""), autocomplete="off")


def _add_row(key: str) -> None:
    rows = st.session_state[f"{key}|rows"]
    st.session_state[f"{key}|rows"] = [*rows, max(rows) + 1]


def _take_off(key: str, row: int) -> None:
    st.session_state[f"{key}|rows"] = [other for other in st.session_state[f"{key}|rows"] if other != row]
    forget_drafts(f"{key}|{row}|")


def _add(desk: CoachDesk, group_id: str, key: str) -> None:
    rows = st.session_state[f"{key}|rows"]

    def given(name: str) -> Any:
        return st.session_state.get(f"{key}|{name}") or ""

    prompts = [
        {
            "kind": given(f"{row}|kind"),
            "ask": given(f"{row}|ask"),
            "help": given(f"{row}|help"),
            "choices": given(f"{row}|choices").split("\n"),
        }
        for row in rows
    ]
    exercise = {"step": given("step"), "title": given("title"), "purpose": given("purpose"), "prompts": prompts}
    fields = [f"{key}|{name}" for name in ("step", "title", "purpose")]
    fields += [f"{key}|{row}|{name}" for row in rows for name in ("kind", "ask", "help", "choices")]
    added = attempt(desk, key, lambda own: own.add_exercise(group_id, exercise), fields=fields, said=_("Added {time}"))
    if added:
        st.session_state[f"{key}|rows"] = [0]
