"""The bare address: on to Today, or to the front page."""

import streamlit as st

from workbook.ui import session

st.switch_page("../../pages/steps/today.py" if session.here() else "../../pages/door/welcome.py")
