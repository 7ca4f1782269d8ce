"""On paper, on the page Mine to keep: what is chosen is what the links ask for."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import Clock
from tests.pages.test_pages import Browser, browser, home
from workbook.house import House
from workbook.ui import session

__all__ = ["browser", "home"]


def links(page: AppTest) -> dict[str, dict[str, str]]:
    """What each link to a PDF asks for, by its name."""
    found = {}
    for one in page.get("html"):
        for address in re.findall(r'href="(/take/[^"]*\.pdf[^"]*)"', str(one.proto.body)):
            parts = urlsplit(html.unescape(address))
            found[parts.path.split("/")[-1]] = {name: value[0] for name, value in parse_qs(parts.query).items()}
    return found


def test_the_links_ask_for_the_paper_and_the_initials_that_were_chosen(
    home: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.sign_in(characters.person(home.store, "Ada", "seven slow trams at dusk"))
    monkeypatch.setattr(session, "zone", lambda: "America/Toronto")
    page = browser.open("mine/data")
    zone = {"zone": "America/Toronto"}
    usual = {"size": "letter", **zone}
    assert links(page) == {"sheet.pdf": usual, "empty-map.pdf": usual, "prompts.pdf": usual}
    page.radio[0].set_value("a4").run()
    next(box for box in page.checkbox if box.label == "Initials in place of names").check().run()
    chosen = {"size": "a4", **zone}
    assert links(page) == {"sheet.pdf": chosen | {"initials": "1"}, "empty-map.pdf": chosen, "prompts.pdf": chosen}


def test_blank_pages_stay_when_the_passphrase_is_asked_for_again(home: House, browser: Browser, clock: Clock) -> None:
    browser.sign_in(characters.person(home.store, "Ada", "seven slow trams at dusk"))
    assert "sheet.pdf" in links(browser.open("mine/data"))
    clock.go_on(minutes=11)
    page = browser.open("mine/data")
    assert {*links(page)} == {"empty-map.pdf", "prompts.pdf"}
    assert "Passphrase" in [one.label for one in page.text_input]
