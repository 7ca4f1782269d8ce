"""The script Streamlit runs: page config, who is here, which pages exist, run one."""

import logging

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
except Exception as trouble:
    # What went wrong, never what was typed: a message can hold someone's words.
    logging.getLogger("workbook").error("page %s: %s", page.url_path or "home", type(trouble).__name__)
    st.html(
        f'<p class="trouble">{safe(_("Something went wrong on our side. What was saved is safe. Please load the page again."))}</p>'
    )
navigation.show_foot(every)
