"""The real app, as a process of its own that a test may stop, kill and start again."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 240.0  # one that dies is noticed at once
STOP_SECONDS = 15.0

# A proxy set for the outside world has no say in what is asked of this machine.
_asking = build_opener(ProxyHandler({}))


class AppServer:
    """The workbook on a free loopback port, its data in `data`; whoever makes one must `stop` it."""

    def __init__(self, data: Path, log_file: Path, extra_env: dict[str, str] | None = None) -> None:
        self.data = data
        self.log_file = log_file
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._extra_env = extra_env or {}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the app and return once it can serve; the end of its log tells why it cannot."""
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                cwd=ROOT,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.is_serving():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The app did not start on {self.url}:\n{self.log[-4000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask the app to end, as a host would, and insist if it does not."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the app at once, with no chance to tidy up."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Start again on the same data and the same port."""
        self.stop()
        self.start()

    def is_serving(self) -> bool:
        """Whether `/healthz` says so in its body: Streamlit answers 200 to any address it does not know."""
        try:
            with _asking.open(f"{self.url}/healthz", timeout=5) as answer:
                health = json.load(answer)
        except (URLError, OSError, ValueError):
            return False
        return isinstance(health, dict) and health.get("status") == "ok"

    @property
    def pid(self) -> int:
        """The process to measure; an error when none runs."""
        if self._process is None:
            raise RuntimeError("The app is not running.")
        return self._process.pid

    @property
    def log(self) -> str:
        """All the app has printed so far, over every start."""
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""

    def _command(self) -> list[str]:
        address = ["--server.port", str(self.port), "--server.address", "127.0.0.1"]
        quiet = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
        quiet += ["--logger.hideWelcomeMessage", "true"]
        return [sys.executable, "-m", "streamlit", "run", "app.py", *address, *quiet]

    def _environment(self) -> dict[str, str]:
        ours = ("WORKBOOK_", "STREAMLIT_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        # A developer's own ~/.streamlit must not decide how a test comes out.
        home = {"HOME": str(self.log_file.parent), "PYTHONUNBUFFERED": "1"}
        return kept | home | {"WORKBOOK_DATA": str(self.data)} | self._extra_env

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _signal_group(process.pid, how)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_group(process.pid, signal.SIGKILL)
            process.wait(STOP_SECONDS)
        _signal_group(process.pid, signal.SIGKILL)  # whatever the app itself had started


def free_port() -> int:
    """A loopback port nobody listens on at this moment."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def _signal_group(group: int, how: signal.Signals) -> None:
    try:
        os.killpg(group, how)
    except ProcessLookupError:
        return
