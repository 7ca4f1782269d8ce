"""Streamlit's one HTML page with a neutral title and icon, and the policy that fits it."""

import base64
import hashlib
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

TITLE = "My notes"
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="6" y="3" width="20" height="26" rx="3" '
    'fill="#FBF8F2" stroke="#6B6459" stroke-width="2"/><path d="M11 11h10M11 16h10M11 21h6" stroke="#6B6459" '
    'stroke-width="2" stroke-linecap="round"/></svg>'
)

# Streamlit's own window about a lost connection would lie over the way out; our line (`.lost`) says it instead.
# Once the connection is back Streamlit sends nothing until the next click: pressing our button (`.st-key-back`)
# brings what was typed meanwhile to the server.
LOST_AND_BACK = """<script>
window.__streamlit = { HOST_CONFIG: { blockErrorDialogs: true } }
let wasConnected = false
new MutationObserver(changes => {
  for (const { target } of changes) {
    const connected = target.dataset.testConnectionState === "CONNECTED"
    if (connected && wasConnected) setTimeout(() => document.querySelector(".st-key-back button")?.click())
    wasConnected ||= connected
  }
}).observe(document, { subtree: true, attributeFilter: ["data-test-connection-state"] })
</script>
<style>
.st-key-back { display: none; }
.stHtml .lost { position: fixed; inset: auto 0 0; z-index: 1000; max-width: none; margin: 0; padding: .8rem 1rem;
  text-align: center; background: var(--card); border-top: 1px solid; }
.stApp[data-test-connection-state="CONNECTED"] .lost { display: none; }
.waiting { position: fixed; inset: auto 0 0; margin: 0; padding: 1rem; text-align: center; font-family: sans-serif; color: GrayText;
  visibility: hidden; animation: 0s 8s forwards wait; }
@keyframes wait { to { visibility: visible; } }
body:has(.lost) .waiting { display: none; }
</style>
"""
NO_SCRIPT = "This page needs JavaScript. Please switch it on, or open the page in another browser."
# Without our cookie the socket stays closed, and nothing else could say so.
WAITING = "This page is taking long. If it stays empty, please check your connection, and that your browser allows cookies here."


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
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    html = html.replace("</title>", f"</title>\n{LOST_AND_BACK}", 1)
    html = html.replace("</body>", f'<p class="waiting">{WAITING}</p>\n</body>')
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


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _installed() -> str:
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise RuntimeError("Streamlit is not installed.")
    return (Path(spec.origin).parent / "static" / "index.html").read_text("utf-8")
