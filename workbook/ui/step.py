"""One step as a page: one exercise in full, the others as quiet titles."""

from contextlib import suppress

import streamlit as st

from workbook.content import Exercise, Step
from workbook.my_workbook import DOORS, MyWorkbook
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.suggesting import Progress
from workbook.ui import astray, group_card, hello, session, ways
from workbook.ui import exercise as drawing
from workbook.ui.drawings import drawing_of
from workbook.ui.plain import plain, safe, show_line
from workbook.ui.words import _


def show(book: MyWorkbook, step_key: str) -> None:
    """The step's page; `?at=` names the exercise shown in full."""
    step = book.content.step(step_key)
    progress = {p.exercise.key: p for p in book.progress() if p.exercise.step == step_key}
    shown = _shown(step.exercises, progress)
    if not shown:
        _show_nothing(step)
        astray.show_of_gone_pages(book)
        return
    hello.take_up_what_was_asked_for(book)
    wanted = st.query_params.get("at", "") or hello.resume_at(book, step_key) or _always(shown)
    open_now = _chosen(shown, progress, wanted)
    name = open_now.key.split(".")[1]
    # A button far down keeps the page where it was: folded away for a blink, the new exercise begins at its top.
    st.html(
        f"<style>.st-key-step{{animation:at-{safe(name)} 60ms!important}}"
        f"@keyframes at-{safe(name)}{{0%,99%{{max-height:0;overflow:hidden}}}}</style>"
    )
    with st.container(key="step"):
        _show_head(step)
        astray.show_of_gone_pages(book)
        _note_opened(book, open_now)
        drawing.show(book, open_now)
        if not hello.stops_here(book, open_now):
            following = hello.way_on(book, open_now, shown)
            _onward(following, open_now, waits=hello.waits_for_taps(book, open_now))
        _titles(shown, open_now, progress)
        if step_key == "reconnect" and book.content.exercise(DOORS).hidden:  # otherwise it is among the doors
            group_card.show(book)


def _show_head(step: Step) -> None:
    st.html(
        f'<div class="step-head">{drawing_of(step.key, session.dark())}<div><h1>{safe(step.title)}</h1>'
        f'<p class="lead">{safe(step.lead)}</p></div></div>'
    )


def _show_nothing(step: Step) -> None:
    _show_head(step)
    show_line("quiet", _("Your group leaves this step out for now. The others are there."))
    ways.to_today()


def _shown(exercises: tuple[Exercise, ...], progress: dict[str, Progress]) -> tuple[Exercise, ...]:
    """What the group leaves out comes last, and only where something is written in it: no answer is ever lost by it."""
    kept = tuple(e for e in exercises if e.hidden and progress[e.key].answered)
    return (*(e for e in exercises if not e.hidden), *kept)


def _always(exercises: tuple[Exercise, ...]) -> str:
    """What a step always opens with: the check-in, however often it was looked at."""
    return exercises[0].key.split(".")[1] if exercises[0].step == "check_in" else ""


def _chosen(exercises: tuple[Exercise, ...], progress: dict[str, Progress], wanted: str) -> Exercise:
    found = next((e for e in exercises if e.key.split(".")[1] == wanted), None)
    if found is None:
        found = next((e for e in exercises if not progress[e.key].opened), exercises[0])
    if st.query_params.get("at") != found.key.split(".")[1]:
        st.query_params["at"] = found.key.split(".")[1]
    return found


def _note_opened(book: MyWorkbook, exercise: Exercise) -> None:
    """Written once a visit for each exercise; the workbook itself keeps it to once a day.

    Where nothing can be written now, as on a full disk, the page is read all the same.
    """
    noted = st.session_state.setdefault("opened", set())
    if exercise.key not in noted:
        with suppress(StoreTrouble, Refused, session.NotHere):
            session.book_for_saving(book.person_id).note_opened(exercise.key)
            noted.add(exercise.key)


def _onward(following: Exercise | None, shown: Exercise, *, waits: bool) -> None:
    with st.container(horizontal=True, key="onward"):
        if following is None:
            ways.to_today()
            return
        if not waits:
            st.button(_("Next"), type="primary", width=150, on_click=ways.open_here, args=(following,), key="next")
        if not (waits and shown.apart):  # that page has its own way on without it
            st.button(_("Skip for now"), width=150, on_click=ways.open_here, args=(following,), key="skip")


def _titles(exercises: tuple[Exercise, ...], shown: Exercise, progress: dict[str, Progress]) -> None:
    with st.container(key="titles", gap="xsmall"):
        came = str(st.session_state.get(ways.CAME, ""))
        st.html(
            f'<h2 class="titles" data-came="{safe(came)}">{safe(_("On this page"))}</h2>'
            f"<style>{safe(_marks(progress))}</style>"
        )
        for exercise in exercises:
            words = plain(exercise.title)
            if exercise.by:
                words += " · " + plain(_("by {coach}").format(coach=exercise.by))
            if progress[exercise.key].answered:
                words += " · " + _("written in")
            here = exercise.key == shown.key
            st.button(
                words,
                type="tertiary",
                key=f"open-{exercise.key}",
                on_click=ways.open_here,
                args=(exercise,),
                disabled=here,
            )


def _marks(progress: dict[str, Progress]) -> str:
    """The circle before each title: empty, dotted once opened, bold once written in."""
    marks = ""
    for key, so_far in progress.items():
        line = "3.2px solid var(--core)" if so_far.answered else "2px dotted var(--movable)" if so_far.opened else ""
        if line:
            marks += f".st-key-open-{key.replace('.', '-')} button::before{{border:{line}!important}}"
    return marks
