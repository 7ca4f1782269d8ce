"""The script Streamlit runs: page config, who is here, which pages exist, run one.

What goes wrong outside the page itself, or in a callback, ends in `trouble.show` as well: app.py says so.
"""

import streamlit as st

from workbook.ui import hard_again, idle, look, navigation, recovery, screen, session, trouble, ways
from workbook.ui.plain import safe
from workbook.ui.words import _

look.set_page()
session.refuse_another()
session.leave_if_asked()
session.take_up_if_asked()
every = navigation.pages()
page = st.navigation(list(every.values()), position="top")
ways.go_if_asked()
navigation.show_top(every)
well, covered = True, session.covered()
try:
    if idle.covers(page.url_path):
        idle.show_cover()
    else:
        hard_again.show_on_top(page.url_path)
        page.run()
    if page.url_path in recovery.PAGES:
        recovery.offer_code()
except session.AtTheDoor:
    pass  # the door is drawn; the foot still follows
except Exception as what:
    well = not trouble.show(what, f"page {page.url_path or 'home'}")
screen.end_if_left()
navigation.show_foot(every, page.url_path)
# Both unseen: the line until the browser has lost the server, the button always (`web/front_page.py`).
st.html(
    f'<p class="lost" role="status" data-woken="{safe(session.woken())}">{safe(_("There is no connection right now. What says Saved is safe. Keep this page open: it comes back by itself."))}</p>'
)
st.button(_("Load again"), key="back", on_click=session.wake)
session.show_width()
if not well or covered:
    st.stop()  # a run that is cut short forgets nothing that was typed into the fields it did not draw
