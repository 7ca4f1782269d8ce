"""Streamlit's one HTML page, made neutral, and the policy that fits it."""

import base64
import hashlib
import re

from workbook.web import front_page

PAGE = front_page.page().decode()


def test_the_tab_says_nothing_of_streamlit_or_of_what_this_is() -> None:
    assert re.findall(r"<title>(.*?)</title>", PAGE) == ["My notes"]
    shown = re.sub(r"<(script|style)>.*?</\1>|<[^>]*>", "", PAGE, flags=re.DOTALL)
    assert [word for word in ("streamlit", "addict", "workbook", "pod") if word in shown.lower()] == []


def test_the_icon_needs_no_request() -> None:
    icons = re.findall(r'<link rel="shortcut icon" href="([^"]+)"', PAGE)
    assert icons == [front_page.icon_address()]
    assert icons[0].startswith("data:image/svg+xml;base64,")


def test_the_page_asks_nothing_of_another_host() -> None:
    addresses = re.findall(r'(?:src|href)="([^"]+)"', PAGE)
    assert addresses and [a for a in addresses if re.match(r"(https?:)?//", a)] == []


def test_the_policy_knows_every_inline_script_by_its_hash_and_allows_no_other() -> None:
    inline = re.findall(r"<script>(.*?)</script>", PAGE, flags=re.DOTALL)
    assert inline
    scripts = re.search(r"script-src ([^;]+);", front_page.policy())
    assert scripts is not None
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in inline]
    assert scripts[1].split() == ["'self'", *(f"'sha256-{h}'" for h in hashes)]


def test_the_policy_lets_nothing_in_from_elsewhere_and_nobody_frame_us() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in front_page.policy().split(";"))
    assert rules["default-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "http" not in front_page.policy() and "unsafe-eval" not in front_page.policy()
    assert [name for name, rule in rules.items() if "unsafe-inline" in rule] == ["style-src"]


def test_without_scripts_the_page_says_what_it_needs() -> None:
    assert len(re.findall(r"<noscript>(.*?)</noscript>", PAGE)) == 1
    assert "This page needs JavaScript." in PAGE
