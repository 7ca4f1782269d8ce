"""What a coach sees of one person, drawn alike for the coach and for the person who asks what would be seen."""

from datetime import date

import streamlit as st

from workbook.coaching import SCOPES, SeenPerson, SharedAnswer
from workbook.content import Content
from workbook.growth import Count
from workbook.ui import growth_chart, pod_map, session
from workbook.ui.plain import safe, show_line, show_typed
from workbook.ui.when import day
from workbook.ui.words import _


def scope_words() -> dict[str, str]:
    """What each scope lets a coach see, as it is asked for."""
    return {
        "steps": _("Which pages I have opened"),
        "shape": _("The shape of my pod"),
        "ticked": _("The answers I share one by one"),
    }


def scope_means() -> dict[str, str]:
    """The same in a sentence."""
    return {
        "steps": _("Their titles, and in which week. Also from before you joined. None of your words."),
        "shape": _("How many are in each ring over time, also from before you joined. No names."),
        "ticked": _(
            "Only where you press “Share this version”, with the name of whoever it is about. Later words stay private."
        ),
    }


def scope_titles() -> dict[str, str]:
    """What each scope is called over what is seen by it."""
    return {"steps": _("Pages opened"), "shape": _("The shape of the pod"), "ticked": _("Answers shared")}


def show_person(seen: SeenPerson, content: Content, key: str) -> None:
    """All that is consented to, and nothing else; where nothing is, that is a plain fact. `key` names the page's charts."""
    if not seen.summary.scopes:
        show_line("quiet", _("Nothing is shared here. That is a full way to take part."))
        return
    for scope in SCOPES:
        if scope in seen.summary.scopes:
            st.header(scope_titles()[scope], anchor=False)
            _SHOW[scope](seen, content, key)


def _show_steps(seen: SeenPerson, content: Content, _key: str) -> None:
    if not seen.steps:
        show_line("quiet", _("No page is opened."))
        return
    rows = "".join(
        f"<tr role=row><th scope=row role=rowheader>{safe(title)}</th><td role=cell>{safe(content.step(step).title)}</td>"
        f"<td role=cell>{safe(_week(first))}</td></tr>"
        for step, title, first, _last in seen.steps
    )
    head = "".join(
        f"<th scope=col role=columnheader>{safe(words)}</th>" for words in (_("Page"), _("Step"), _("First opened"))
    )
    # On a phone each row becomes a block (look.css); the roles keep it a table for a screen reader.
    st.html(
        f'<div class="table stacks" tabindex="0" role="region" aria-label="{safe(_("Pages opened"))}"><table role=table>'
        f"<thead role=rowgroup><tr role=row>{head}</tr></thead><tbody role=rowgroup>{rows}</tbody></table></div>"
    )


def _show_shape(seen: SeenPerson, _content: Content, key: str) -> None:
    counts: list[Count] = list(seen.shape or ())
    if not counts:
        show_line("quiet", _("Nobody is on the map."))
        return
    now = counts[-1]
    sentence = _("Now: {core}, {movable}, {outer}.").format(**pod_map.in_words(now.core, now.movable, now.outer))
    st.html(f"<p>{safe(sentence)}</p>")
    figure = growth_chart.figure(counts, dark=session.dark(), narrow=session.narrow())
    alt = growth_chart.alt_text(counts)
    st.plotly_chart(figure, key=f"{key}|shape", config=growth_chart.CONFIG, theme=None, alt=alt)


def _show_ticked(seen: SeenPerson, _content: Content, _key: str) -> None:
    if not seen.answers:
        show_line("quiet", _("No answer is shared."))
    for answer in seen.answers or ():
        show_answer(answer)


def show_answer(answer: SharedAnswer) -> None:
    """One shared version: the question, the person's own words, and the week they were saved in."""
    st.html(f'<p class="ask">{safe(answer.question)}</p>')
    show_typed(in_words(answer))
    show_line("saved", _("{title} · {week}").format(title=answer.title, week=_week(answer.week)))


def in_words(answer: SharedAnswer) -> str:
    """What the coach reads: the name of whom it is about, and what was said, a number with its ends."""
    said = day(answer.day) if answer.day else answer.words or "–"
    if answer.scale and answer.words:
        low, most, high = answer.scale
        ends = _("{value} of {most} (0 is {low}, {most} is {high})") if low and high else _("{value} of {most}")
        said = ends.format(value=answer.words, most=most, low=low, high=high)
    return _("{name}: {words}").format(name=answer.about, words=said) if answer.about else said


def _week(monday: date) -> str:
    return _("week of {day}").format(day=day(monday))


_SHOW = {"steps": _show_steps, "shape": _show_shape, "ticked": _show_ticked}
