"""The script Streamlit runs: page config, who is here, which pages exist, run one."""

import logging
import traceback

import streamlit as st

from workbook.ui import look, navigation, recovery, session
from workbook.ui.plain import safe
from workbook.ui.words import _

look.set_page()
session.leave_if_asked()
every = navigation.pages()
page = st.navigation(list(every.values()), position="top")
navigation.show_top(every)
try:
    page.run()
    if page.url_path in recovery.PAGES:
        recovery.offer_code()
except session.AtTheDoor:
    pass  # the door is drawn; the foot still follows
except Exception as trouble:
    # What went wrong and where, never what was typed: a message can hold someone's words.
    last = traceback.extract_tb(trouble.__traceback__)[-1]
    said = f"{type(trouble).__name__} in {last.name}, {last.filename}:{last.lineno}"
    logging.getLogger("workbook").error("page %s: %s", page.url_path or "home", said)
    st.html(
        f'<p class="trouble">{safe(_("Something went wrong on our side. What was saved is safe. Please load the page again."))}</p>'
    )
navigation.show_foot(every)
# Both unseen: the line until the browser has lost the server, the button always (`web/front_page.py`).
st.html(
    f'<p class="lost" role="status">{safe(_("There is no connection right now. What says Saved is safe. Please keep this page open: it comes back by itself."))}</p>'
)
st.button(_("Load again"), key="back")
