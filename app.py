"""The launcher. `streamlit run app.py` finds the literal `st.App` below; the script it serves is workbook/ui/main.py."""

import streamlit as st
from starlette.middleware import Middleware

from workbook.house import open_house
from workbook.ui import trouble
from workbook.web.guard import FrontPage, Guard
from workbook.web.lifespan import lifespan, prepared
from workbook.web.routes import ROUTES

settings = prepared(st.get_option("server.address"))

app = st.App(
    "workbook/ui/main.py",
    lifespan=lifespan,
    routes=ROUTES,
    middleware=[
        Middleware(Guard, settings=settings, is_known=lambda cookie: open_house().gate.who(cookie) is not None),
        Middleware(FrontPage),
    ],
    on_script_error=trouble.show,
)
