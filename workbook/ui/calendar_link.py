"""The way to put a time in one's own calendar: folded away, with a neutral title, and one's own words only by choice."""

from datetime import time, timedelta
from urllib.parse import urlencode

import streamlit as st

from workbook.calendar_file import TITLE
from workbook.my_workbook import MyWorkbook
from workbook.ui import proving
from workbook.ui.plain import safe, show_line
from workbook.ui.words import _

QUARTER = timedelta(minutes=15)
AT_FIRST = time(18, 0)


def show(book: MyWorkbook, *, key: str, plan: str = "", weekly: bool = False) -> None:
    """A day, an hour and the link to the file; for a `plan` (the id of its try) a tick for its words.

    `key` tells it from others on the page. A `weekly` time begins in a week, and comes for a year.
    """
    own = f"{book.person_id}|calendar|{key}"
    with st.expander(_("Put a time in my calendar"), key=f"{own}|calendar"):
        if weekly:
            said = _("It is called “{title}” and comes each week for a year. It names nobody.")
        else:
            said = _("It is called “{title}”. It takes 15 minutes and names nobody.")
        show_line("hint", said.format(title=TITLE))
        with st.container(horizontal=True, key=f"{own}|when"):
            on = _day(book, own, weekly)
            at = st.time_input(_("From"), value=AT_FIRST, step=QUARTER, key=f"{own}|at")
        words = bool(plan) and st.checkbox(_("Put my plan's words in it too"), key=f"{own}|words")
        if plan:
            show_line("hint", _("Others may see a calendar, on a shared phone or at work."))
        if words and not proving.proved():
            proving.ask_again(own, book.person_id)
        elif on and at:
            asked = {"on": on, "at": at.strftime("%H:%M"), "zone": book.zone, "every": "week" if weekly else ""}
            asked |= {"plan": plan, "words": "1" if words else ""}
            address = "/take/time.ics?" + urlencode({name: said for name, said in asked.items() if said})
            link = _("Take the calendar file")
            st.html(f'<p><a class="button" href="{safe(address)}" target="_self">{safe(link)}</a></p>')


def _day(book: MyWorkbook, own: str, weekly: bool) -> str:
    """The day chosen, today or later; empty while none is."""
    key = f"{own}|on"
    chosen = st.session_state.get(key)
    if key not in st.session_state or (chosen and chosen < book.today):  # a page left open for days
        st.session_state[key] = book.today + timedelta(days=7 if weekly else 1)
    first = _("The first day") if weekly else _("The day")
    picked = st.date_input(first, min_value=book.today, key=key, format="YYYY-MM-DD")
    return picked.isoformat() if picked else ""
