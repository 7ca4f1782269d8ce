"""Makes sure a Chromium is there for the browser tests: `python tests/browser/install.py`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

# The tests talk to this machine only; without these Chromium looks for its maker's servers at every start.
QUIET_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoChromium(Exception):
    """No Chromium can be had here; the message says what a person can do."""


def main() -> int:
    """Find or install a Chromium; 1 and a reason when neither works."""
    try:
        find_chromium() or install_chromium()
    except NoChromium as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def find_chromium() -> str | None:
    """The Chromium to drive, if one that starts is already here; CHROMIUM, where set, is the only choice."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not _starts(shutil.which(named)):
            raise NoChromium(f"CHROMIUM={named} does not start. Name one that does, or unset CHROMIUM.")
        return shutil.which(named)
    places = [*(shutil.which(name) for name in NAMES), MAC_CHROME]
    return next((place for place in places if _starts(place)), None) or _playwrights_own()


def install_chromium() -> str:
    """Debian's Chromium where apt and root are there, otherwise Playwright's own."""
    print("Installing a Chromium for the browser tests; once only.", flush=True)
    if shutil.which("apt-get") and _is_root():
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        _run(["apt-get", "update", "-qq"], quiet)
        _run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet)
    if not find_chromium():
        _run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))
    found = find_chromium()
    if not found:
        raise NoChromium(
            "The browser tests need Chromium, and it could not be installed (the reason stands above).\n"
            "Install Chromium or Google Chrome yourself, or name one: CHROMIUM=/path/to/chromium make test"
        )
    return found


def sandboxed() -> bool:
    """Whether Chromium may use its sandbox, which refuses to work for root."""
    return not _is_root()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        place = playwright.chromium.executable_path
    return place if _starts(place) else None


def _starts(place: str | None) -> bool:
    # Being there is not enough: Ubuntu's chromium-browser may be a stub, another may lack its libraries.
    if not place or not Path(place).exists():
        return False
    try:
        asked = subprocess.run([place, "--version"], capture_output=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return asked.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: list[str], env: dict[str, str]) -> None:
    # What fails here is told by what is (not) found afterwards; its own words reach the person unaltered.
    subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False)


if __name__ == "__main__":
    sys.exit(main())
