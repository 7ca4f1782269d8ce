"""Opening and closing the house around the server's life."""

import gc
import importlib
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from streamlit import get_option
from uvicorn.server import ServerState

from workbook import demo, house, logbook, passphrases, settings
from workbook.content import SeedTrouble
from workbook.keeping import Keeper
from workbook.settings import SettingTrouble
from workbook.store.engine import StoreTrouble
from workbook.store.sealing import KeyTrouble
from workbook.web.presses import count_every_press

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
    os.umask(0o077)  # what is made from here on is this user's alone
    logbook.begin()
    _hush_the_server()
    count_every_press()
    try:
        chosen = settings.read()
        settings.refuse_unfit(chosen, address)
        _read_interface()
        passphrases.common()
        if chosen.demo:
            demo.make_way(chosen.folder)
        home = house.open_house(chosen, here=_here())
        if chosen.demo:
            demo.fill(home)
    except (SettingTrouble, SeedTrouble, KeyTrouble, StoreTrouble) as trouble:
        said = str(trouble)
    except OSError as trouble:
        said = f"{trouble.filename or 'A file'}: {trouble.strerror}. Let this user read and write it, and start again."
    else:
        return chosen
    house.close_house()
    print(f"The workbook cannot start. {' '.join(said.split())}", file=sys.stderr, flush=True)
    raise CannotStart(1)


def _read_interface() -> None:
    """The sentences of the interface, read once so that a broken file is noticed now."""
    try:
        importlib.import_module("workbook.ui.words").catalogue()
    except Exception:  # whatever Babel makes of it
        raise SeedTrouble("interface.po: it cannot be read. Put it back as it came with the workbook.") from None


class _Nameless:
    """The headers uvicorn adds to every answer, without its own name. Streamlit offers no way to ask it for that."""

    def __get__(self, state: ServerState, _: type | None = None) -> list[tuple[bytes, bytes]]:
        headers: list[tuple[bytes, bytes]] = state.__dict__.get("default_headers", [])
        return headers

    def __set__(self, state: ServerState, headers: list[tuple[bytes, bytes]]) -> None:
        state.__dict__["default_headers"] = [one for one in headers if one[0] != b"server"]


def _hush_the_server() -> None:
    """No name of its own in any answer, and none of its lines about what we refuse on purpose or tell of ourselves."""
    ServerState.default_headers = _Nameless()  # type: ignore[assignment]
    for name, told in (("uvicorn.error", "without completing handshake"), ("streamlit.error_util", "Uncaught app")):
        logging.getLogger(name).addFilter(lambda line, told=told: told not in str(line.msg))  # type: ignore[misc]


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """Open the house, warm up, serve, and close it."""
    home = house.open_house()
    for name in SLOW_IMPORTS:
        importlib.import_module(name)
    here = home.settings.public_url or f"{home.here}, without HTTPS and so for this machine only"
    print(f"The workbook is open at {here}   (Ctrl+C stops it)", flush=True)
    if not home.settings.demo and (code := home.gate.first_coach_code()):
        print(
            f"Set-up code for the first coach, told this once: {code}   (sign in, then open {home.settings.public_url or home.here}/coach)"
        )
        print("Lost it? `make coach` makes another.", flush=True)
    gc.collect()
    gc.freeze()  # what is loaded now stays: the collector need not look at it again
    keeper = Keeper(home.store, home.clock, backing_up=not home.settings.demo, sweep=home.arrivals.sweep)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()
        house.close_house()
