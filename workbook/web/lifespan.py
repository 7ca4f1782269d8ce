"""Opening and closing the house around the server's life."""

import gc
import importlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit import get_option

from workbook import demo, house, settings
from workbook.content import SeedTrouble
from workbook.settings import SettingTrouble
from workbook.store.engine import StoreTrouble
from workbook.store.sealing import KeyTrouble

# What the first visitor would otherwise wait for.
SLOW_IMPORTS = (
    "pandas",
    "pyarrow",
    "plotly.graph_objects",
    "babel.dates",
    "streamlit_authenticator",
    "workbook.ui.warm",
)


def _here() -> str:
    """This machine's own address, as one would type it."""
    address = str(get_option("server.address") or "127.0.0.1")
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, f"[{address}]" if ":" in address else address)
    return f"http://{host}:{get_option('server.port')}"


class CannotStart(SystemExit):
    """Ends the start with one line for the host."""


def prepared(address: str | None) -> settings.Settings:
    """The settings, with the house opened; what is wrong ends the start with one line, before any page is served."""
    try:
        os.umask(0o077)  # what is made from here on is this user's alone
        chosen = settings.read()
        settings.refuse_unfit(chosen, address)
        if chosen.demo:
            demo.make_way(chosen.folder)
        house.open_house(chosen)
    except (SettingTrouble, SeedTrouble, KeyTrouble, StoreTrouble) as trouble:
        print(f"The workbook cannot start. {trouble}", file=sys.stderr, flush=True)
        raise CannotStart(1) from None
    return chosen


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Open the house, warm up, serve, and close it."""
    home = house.open_house()
    if home.settings.demo:
        demo.fill(home)
    for name in SLOW_IMPORTS:
        importlib.import_module(name)
    print(f"The workbook is open at {home.settings.public_url or _here()}   (Ctrl+C stops it)", flush=True)
    gc.collect()
    gc.freeze()  # what is loaded now stays: the collector need not look at it again
    try:
        yield
    finally:
        house.close_house()
