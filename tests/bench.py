"""How quick it is: ratios in one run, since a busy machine makes every figure slower alike. `make bench` prints them."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from tests.app_server import ROOT, AppServer, free_port
from tests.protocol import Page, open_page
from workbook import codes, gate, house
from workbook.settings import Settings
from workbook.store import accounts

ROUNDS = 60
WARM_UP = 10
BLANK = 'import streamlit as st\n\nst.text_area("Words", key="words")\n'


def main() -> None:
    """Measure a saved answer on a full page against a blank stock page's rerun, in turn."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cookie = signed_in(folder / "data")
        ours = AppServer(folder / "data", folder / "ours.log")
        stock = Stock(folder / "stock")
        try:
            ours.start()
            stock.start()
            saved = open_page(ours.port, "reflect", cookie)
            blank = open_page(stock.port, "", "")
            a, b = in_turn(lambda n: leave_field(saved, n), lambda n: leave_field(blank, n))
            growth = memory_after_saves(ours, saved)
        finally:
            ours.stop()
            stock.stop()
    report(a, b, growth)


def signed_in(data: Path) -> str:
    """A cookie of someone signed in, made before the app opens the database."""
    home = house.open_house(Settings(folder=data))
    came_in = home.gate.sign_up("bench", "a long enough passphrase")
    cookie = gate.fresh_cookie()
    now = home.clock()
    until = now + timedelta(hours=1)
    accounts.open_session(home.store, came_in.person_id, came_in.by, codes.fingerprint(cookie), now, until, False)
    house.close_house()
    return cookie


class Stock:
    """A blank page served by Streamlit as it comes, with none of our settings."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._folder.mkdir()
        (self._folder / "blank.py").write_text(BLANK)
        command = [sys.executable, "-m", "streamlit", "run", "blank.py", "--server.port", str(self.port)]
        quiet = ["--server.address", "127.0.0.1", "--server.headless", "true", "--browser.gatherUsageStats", "false"]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
        self._process = subprocess.Popen(
            [*command, *quiet], cwd=self._folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                open_page(self.port, "", "").socket.close()
                return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("The stock page did not start.")

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(15)


def leave_field(page: Page, number: int) -> float:
    """Milliseconds from leaving a text field to the end of the run it starts."""
    label = next(name for name, (kind, _) in page.widgets.items() if kind == "text_area")
    page.type(label, f"A few words about how this week went, number {number}")
    began = time.perf_counter()
    page.run()
    return (time.perf_counter() - began) * 1000


def in_turn(first: Callable[[int], float], second: Callable[[int], float]) -> tuple[list[float], list[float]]:
    """Both measured A B A B …, so that the machine's mood falls on both."""
    pairs = [(first(n), second(n)) for n in range(ROUNDS + WARM_UP)][WARM_UP:]
    return [a for a, _ in pairs], [b for _, b in pairs]


def memory_after_saves(ours: AppServer, page: Page, saves: int = 400) -> tuple[int, int]:
    """Resident memory in KiB before and after many saves: collecting is off after each run, so watch it."""
    before = resident(ours.pid)
    for number in range(saves):
        leave_field(page, number)
    return before, resident(ours.pid)


def resident(pid: int) -> int:
    """A process's resident memory in KiB; 0 where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)


def report(ours: list[float], stock: list[float], growth: tuple[int, int]) -> None:
    """Print the table."""
    print(f"{'':34}{'p50 ms':>9}{'p95 ms':>9}")
    for name, values in (("saved answer, full page", ours), ("blank stock page, rerun only", stock)):
        print(f"{name:34}{median(values):9.1f}{quantiles(values, n=20)[-1]:9.1f}")
    print(f"{'ratio of medians (below 1 wins)':34}{median(ours) / median(stock):9.2f}")
    print(f"memory, 400 saves: {growth[0] / 1024:.0f} -> {growth[1] / 1024:.0f} MiB")


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
