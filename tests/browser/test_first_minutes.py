"""The first ten minutes of a stranger with a phone: how often they touch it, how much they are given to read."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.browser.acts import PHONE, drawn, open_page
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer

MOST_TOUCHES = 12
MOST_WORDS = 60
MOST_MINUTES = 3
# Words read and letters typed a minute, seconds for a touch. Adults read about 238 words a minute in silence (Brysbaert
# 2019, Journal of Memory and Language 109); a tired one is given a quarter less.
READS, TYPES, TOUCHES = 178, 120, 3
A_WAIT = 1  # seconds for each answer of the workbook, more than it takes; a busy machine is no slower reader
# What there is to read before one acts, in one exercise or at one door: not the names of fields, choices and pages.
READING = "h1, h2, p.lead, p.quiet, p.note, p.hint, .card p, .front p, .stHtml > p, .st-key-step .stHtml p"


@dataclass
class Stranger:
    """Someone here for the first time; every touch is counted, and so is every word there is to read before it."""

    who: Visitor
    touches: int = 0
    letters: int = 0
    read: dict[str, int] = field(default_factory=dict)

    def tap(self, target: Locator) -> None:
        self._act(target.click)

    def type(self, target: Locator, words: str, then: str = "") -> None:
        """Fill a field; a key at the end is part of the same touch."""
        self.letters += len(words)
        self._act(lambda: target.fill(words))
        if then:
            target.press(then)

    def look(self) -> None:
        """Read what is on the page and was not there a moment ago."""
        self.who.come_to_rest()
        drawn(self.who.page)
        lines = self.who.page.locator(READING).filter(visible=True)
        texts = dict.fromkeys(re.sub(r"\s+", " ", text).strip() for text in lines.all_inner_texts())
        shown = " ".join(text for text in texts if text and text not in self._known)
        self._known |= set(texts)
        self.read[shown] = len(shown.split())

    def _act(self, act: Callable[[], object]) -> None:
        self.look()
        act()
        self.touches += 1

    def __post_init__(self) -> None:
        self._known: set[str] = set()


def test_the_first_name_is_on_the_map_within_three_minutes_and_twelve_touches(
    server: StartServer, new_visitor: NewVisitor
) -> None:
    app = server()
    visitor = new_visitor(360, 740, base_url=app.url, **PHONE)
    page = open_page(visitor, "/")
    wren = Stranger(visitor)
    began = time.monotonic()

    wren.tap(page.get_by_role("button", name="Begin"))
    wren.tap(page.get_by_text("Yes, 18 or over"))
    wren.type(page.get_by_label("A name for yourself"), "wren")
    wren.tap(page.get_by_role("button", name="Suggest five words"))
    expect(page.locator("code")).to_be_visible()
    wren.tap(page.get_by_role("button", name="Start", exact=True))
    page.wait_for_url("**/today")
    drawn(page)
    wren.look()
    assert _things_on_today(wren.who) <= 3

    wren.tap(page.get_by_role("button", name="Open it"))
    expect(page.get_by_role("heading", name="Before you start")).to_be_visible()
    visitor.come_to_rest()
    while (on := page.get_by_role("button", name="Read on")).count():
        wren.tap(on)
        visitor.come_to_rest()
        page.wait_for_timeout(500)  # a second press within a moment is taken for half of a double click
    wren.tap(page.get_by_role("button", name="First dots"))
    expect(page.get_by_role("heading", name="First dots")).to_be_visible()
    wren.type(page.get_by_placeholder("Type a name"), "June", then="Enter")
    expect(page.locator("p.named")).to_have_text("June")
    wren.tap(page.locator("[class*=st-key-named-]").get_by_text("Core Circle"))
    wren.who.come_to_rest()
    took = visitor.asked * A_WAIT
    print(f"\nthe machine took {time.monotonic() - began:.0f} s for it")

    page.goto("/today")
    expect(drawn(page).locator(".pod-small span", has_text="June")).to_be_visible()
    visitor.come_to_rest()
    assert _things_on_today(wren.who) <= 3
    words = sum(wren.read.values())
    minutes = words / READS + wren.letters / TYPES + wren.touches * TOUCHES / 60 + took / 60
    print(
        f"\nfirst name on the map: {wren.touches} touches, {words} words to read, {wren.letters} letters to type, "
        f"{minutes:.1f} min for a slow reader, of which {took:.0f} s are the workbook's own"
    )
    assert wren.touches <= MOST_TOUCHES
    assert minutes < MOST_MINUTES
    assert [text for text, count in wren.read.items() if count > MOST_WORDS] == []
    assert visitor.troubles == []


def _things_on_today(who: Visitor) -> int:
    """The suggestion, the picture of the pod, and cards; what stands at the top and the foot of each page is not counted."""
    return who.page.locator(".st-key-one-thing, .pod-small, .st-key-recovery, .card").filter(visible=True).count()
