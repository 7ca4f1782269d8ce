"""The steps as a member of a group meets them: to read, with nothing to fill in and nothing kept."""

import streamlit as st

from workbook import coaching
from workbook.coach_desk import CoachDesk
from workbook.content import Exercise, Prompt
from workbook.ui.coach_exercises import kinds
from workbook.ui.coach_saving import key_of
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _


def show(desk: CoachDesk, group_id: str) -> None:
    """One step at a time, each exercise folded away under its title."""
    key = key_of(desk, "preview", group_id)
    folded = st.expander(_("See it as a member does"), key=key, on_change="rerun")
    if not folded.open:
        return
    with folded:
        show_line("quiet", _("To read only. Before you start and the weekly check-in are as everyone has them."))
        steps = {step.key: step for step in coaching.arrangeable(desk.content_of(group_id))}
        chosen = st.selectbox(
            _("Step"), list(steps), format_func=lambda one: steps[one].title if one in steps else one, key=f"{key}|step"
        )
        step = steps[chosen]
        shown = [exercise for exercise in step.exercises if not exercise.hidden]
        show_line("lead", step.lead)
        if not shown:
            show_line("quiet", _("Your group leaves this step out for now. The others are there."))
        body = "".join(_exercise(one) for one in shown)
        st.html(f'<div class="as-met">{body}</div>')


def _exercise(one: Exercise) -> str:
    words = _("{title} · about {minutes} min").format(title=one.title, minutes=one.minutes)
    by = _("Written by {by}, your coach. What you write here is yours alone unless you share it.").format(by=one.by)
    said = [("hint", by)] * bool(one.by) + [("", one.purpose), ("", one.before)]
    head = "".join(f'<p class="{safe(kind)}">{safe(line)}</p>' for kind, line in said if line)
    asked = "".join(_prompt(prompt) for prompt in one.prompts if not prompt.retired)
    return f"<details><summary>{safe(words)}</summary>{head}{asked}</details>"


def _prompt(prompt: Prompt) -> str:
    offered = "".join(f"<li>{safe(option.words)}</li>" for option in prompt.options)
    below = f"<ul>{offered}</ul>" if offered else f'<p class="saved">{safe(kinds().get(prompt.kind, ""))}</p>'
    hint = f'<p class="hint">{safe(prompt.help)}</p>' if prompt.help else ""
    return f'<p class="ask">{safe(prompt.ask)}</p>{hint}{below}'
