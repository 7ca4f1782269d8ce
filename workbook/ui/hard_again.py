"""Things are hard again: every prompt and check-in rests, and what was kept for a bad hour is at hand, until it is lifted."""

import streamlit as st

from workbook.in_touch import PEOPLE, may_be_written_to
from workbook.my_workbook import BAD_HOUR, MyWorkbook
from workbook.pod import Member
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.ui import help_lines, session, ways
from workbook.ui.plain import safe, show_line, show_typed
from workbook.ui.saving import attempt, show_trouble
from workbook.ui.words import _

ASKING = ("welcome", "reflect", "reach-out", "reconnect", "stay-open", "check-in", "my-pod", "growth")


def rest() -> None:
    """From any page: let everything rest, and go to what is there for a bad hour."""
    found = session.here()
    if found is not None:
        with_trouble = False
        try:
            session.book_for_saving(found.person_id).rest(True)
        except (Refused, StoreTrouble, session.NotHere):
            with_trouble = True  # the card is shown all the same: it is needed now
        st.session_state["resting anyway"] = with_trouble
    ways.go_soon("steps/today")


def shown_for(book: MyWorkbook) -> bool:
    """Whether the card stands in the place of everything else."""
    return book.resting() or bool(st.session_state.get("resting anyway"))


def is_resting() -> bool:
    """Whether all rests for whoever is here; nothing rests for a visitor."""
    try:
        found = session.here()
        return found is not None and shown_for(session.home().workbook_of(found.person_id, session.zone()))
    except StoreTrouble:  # the page says so itself
        return False


def show_on_top(address: str) -> None:
    """On a page that asks something: one line that it need not be answered, and the way back."""
    found = session.here()
    if found is None or address not in ASKING or not is_resting():
        return
    with st.container(key="resting", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(f'<p class="quiet">{safe(_("Everything here rests now. You need not answer anything."))}</p>')
        _show_lift(session.home().workbook_of(found.person_id, session.zone()))


def show(book: MyWorkbook) -> None:
    """The card for a bad hour, and the way back."""
    with st.container(key="bad-hour", gap="small"):
        st.html(f'<h2 class="ask">{safe(_("For a bad hour"))}</h2>')
        show_line("quiet", _("Everything here rests now. Nothing is asked of you until you say so."))
        ways.to_help_now()
        _show_kept(book)
    _show_lift(book)


def _show_lift(book: MyWorkbook) -> None:
    key = f"{book.person_id}|lift"
    st.button(_("Small things are fine again"), key=key, on_click=_lift, args=(book, key))
    show_trouble(key)


def _show_kept(book: MyWorkbook) -> None:
    """What the person put by for this: someone to ring, lines, and what helps through ten minutes."""
    members = [m for m in book.members() if m.place not in ("left_off", "released")]
    late = [m for m in members if "emergency" in m.good_for and m.kind in PEOPLE and may_be_written_to(m)]
    lines = _lines(book, members)
    calm = next((str(s.value) for s in book.saved(BAD_HOUR) if s.prompt == "calm" and s.value), "")
    if calm:
        show_line("hint", _("What helps you through ten bad minutes"))
        show_typed(calm)
    if late:
        show_line("hint", _("Who you could ring"))
        rows = "".join(f'<p class="named {m.place}" dir="auto">{safe(m.name)}</p>' for m in late)
        st.html(f'<div class="names">{rows}</div>')
    if lines:
        show_line("hint", _("Lines you kept"))
        rows = "".join(help_lines.card(line) for line in lines)
        st.html(f'<section class="lines">{rows}</section>')
    if not (calm or late or lines):
        show_line("quiet", _("Nothing is put by for this yet. Help now has lines to ring."))


def _lines(book: MyWorkbook, members: list[Member]) -> list[dict[str, object]]:
    there = {m.member_id for m in members}
    kept = {k.value for (member_id, field), k in book.known().items() if field == "line" and member_id in there}
    return [line for line in book.content.help_lines if line["key"] in kept]


def _lift(book: MyWorkbook, key: str) -> None:
    def lift(own: MyWorkbook) -> bool:
        own.rest(False)
        return True

    if attempt(book, key, lift):
        st.session_state.pop("resting anyway", None)
