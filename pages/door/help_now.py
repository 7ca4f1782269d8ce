"""Help now, signed in or not."""

import streamlit as st

from workbook.ui import help_lines

help_lines.show(young_first=st.query_params.get("for") == "young")
