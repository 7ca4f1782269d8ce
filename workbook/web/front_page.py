"""Streamlit's one HTML page with a neutral title and icon, and the policy that fits it."""

import base64
import hashlib
import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

TITLE = "My notes"
PAGES = (
    *("today", "reflect", "reach-out", "reconnect", "stay-open", "check-in", "my-pod", "growth", "my-data"),
    *("sharing", "welcome", "join", "help-now", "about", "sample", "coach", "coach-person", "coach-group"),
)
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="6" y="3" width="20" height="26" rx="3" '
    'fill="#FBF8F2" stroke="#6B6459" stroke-width="2"/><path d="M11 11h10M11 16h10M11 21h6" stroke="#6B6459" '
    'stroke-width="2" stroke-linecap="round"/></svg>'
)

# For the script, `front_page.js`. Streamlit's own window about a lost connection would lie over the way out; our line
# (`.lost`) says it instead. Once the connection is back Streamlit sends nothing until the next click: pressing our
# button (`.st-key-back`) brings what was typed meanwhile to the server. In the same way the page is fitted to a window
# that turns out narrow or wide (`.st-key-narrow`, `.st-key-wide`), and to a system that turns dark.
OUR_STYLE = """<style>
.st-key-back, .st-key-narrow, .st-key-wide, .st-key-brought { display: none; }
.stHtml .lost { position: fixed; inset: auto 0 0; z-index: 1000; max-width: none; margin: 0; padding: .8rem 1rem;
  text-align: center; background: var(--card); border-top: 1px solid; }
.stApp[data-test-connection-state="CONNECTED"] .lost { display: none; }
.told { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.covered { margin: 30vh auto; text-align: center; font-family: sans-serif; color: GrayText; }
.waiting { position: fixed; inset: auto 0 0; margin: 0; padding: 1rem; text-align: center; font-family: sans-serif; color: GrayText;
  visibility: hidden; animation: 0s 8s forwards wait; }
.slow { position: fixed; inset: auto 0 0; z-index: 999; width: fit-content; margin: 0 auto 1rem; padding: .4rem 1rem; border-radius: 1rem;
  font-family: sans-serif; background: var(--card); color: var(--soft); border: 1px solid; visibility: hidden; pointer-events: none; }
[data-asked] .slow, body:has(.stApp[data-test-script-state="running"]) .slow { animation: 0s 1s forwards wait; }
body:has(.stApp:not([data-test-connection-state="CONNECTED"])) .slow { display: none; }
@keyframes wait { to { visibility: visible; } }
body:has(.lost) .waiting { display: none; }
</style>
"""
NO_SCRIPT = "This page needs JavaScript. Switch it on, or open the page in another browser."
# Without our cookie the socket stays closed, and nothing else could say so.
WAITING = (
    "This page is taking a while. If it stays empty, check your connection, and let your browser use cookies here."
)

SLOW = "One moment …"
COVERED = "Your words are put away. One moment …"


def icon_address() -> str:
    """The icon as a data address: no request, no name."""
    return "data:image/svg+xml;base64," + base64.b64encode(ICON.encode()).decode()


@cache
def page() -> bytes:
    """The installed index.html with our title, icon and settings before any script runs, and a word where none does."""
    html = _installed()
    html = html.replace("<title>Streamlit</title>", f"<title>{TITLE}</title>")
    html = re.sub(r'<link rel="shortcut icon"[^>]*>', f'<link rel="shortcut icon" href="{icon_address()}" />', html)
    html = re.sub(r'<link rel="service-desc"[^>]*>', "", html)
    html = html.replace('="./', '="/')  # at whatever address it is asked for
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    html = html.replace(
        "</title>", f"</title>\n<script>\n{_script()}</script>\n<script>\n{_replay()}</script>\n{OUR_STYLE}", 1
    )
    html = html.replace(
        "</body>",
        f'<p class="waiting">{WAITING}</p>\n<p class="slow" role="status">{SLOW}</p>\n<p class="told" role="status"></p>\n</body>',
    )
    return re.sub(
        r"<noscript>.*?</noscript>", f"<noscript><p>{NO_SCRIPT}</p></noscript>", html, flags=re.DOTALL
    ).encode()


@cache
def policy() -> str:
    """The content security policy: only this server, and only the inline scripts of this page, known by their hashes."""
    inline = re.findall(r"<script>(.*?)</script>", page().decode(), flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in inline)
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    )


def _script() -> str:
    """The script with what it needs to know of the pages and the words."""
    script = (Path(__file__).parent / "front_page.js").read_text("utf-8")
    return script.replace("OUR_PAGES", json.dumps(["", *PAGES])).replace("= COVERED", f"= {json.dumps(COVERED)}")


def _replay() -> str:
    """The script of the replay on Growth: by itself, and asleep on every other page."""
    return (Path(__file__).parent / "replay.js").read_text("utf-8")


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _installed() -> str:
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise RuntimeError("Streamlit is not installed.")
    return (Path(spec.origin).parent / "static" / "index.html").read_text("utf-8")
