"""Whatever was typed is shown as it was typed wherever it comes up again, runs nothing and asks nobody anything."""

import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests import characters, hostile
from tests.browser.acts import WORDS, let_in, open_page
from tests.browser.conftest import NewVisitor
from tests.browser.filling import open_list
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import content
from workbook.answers import NAME_LONGEST
from workbook.my_workbook import MyWorkbook
from workbook.pod import RINGS
from workbook.settings import ROOT
from workbook.store.opening import open_store

pytestmark = pytest.mark.promise("hostile_inputs")

CONTENT = content.load(ROOT / "seeds" / "en")
TEXTS = [text for text in hostile.EVERY if text.strip() and "\x00" not in text and len(text) < 1000]
NAMES = [" ".join(text.split()) for text in TEXTS if len(text) <= NAME_LONGEST and hostile.can_be_seen(text)]
TYPED = (hostile.MARKUP[0], hostile.MARKDOWN[0], hostile.MARKDOWN[17], hostile.SIGNS[1], "a\x07b", "one\r\ntwo")
HALF_A_SIGN = "half \ud83d a sign"


def test_what_was_typed_comes_up_again_as_typed(server: StartServer, new_visitor: NewVisitor, tmp_path: Path) -> None:
    store = open_store(tmp_path / "data", now=characters.MONDAY)
    book = MyWorkbook(store, CONTENT, characters.person(store, "Ada", WORDS), characters.Clock(), "Europe/London")
    ids = [book.add_member(name, again=True) for name in NAMES]
    for number, member_id in enumerate(ids[:-3]):
        book.move(member_id, RINGS[number % 3], reason=TEXTS[number])
    book.change_member(ids[0], "notes", "\n".join(TEXTS))
    book.change_member(ids[0], "how_known", hostile.MARKDOWN[0])
    book.answer("reflect.drifted", "together", "\n".join(TEXTS))
    for name in NAMES[:5]:
        book.name_someone("reflect.drifted", "names", name)
    today = book.today.isoformat()
    book.answer("reach_out.when_where", "who", ids[1], occasion=today)
    for prompt, words in (("cue", hostile.MARKUP[1]), ("act", hostile.MARKDOWN[0]), ("fallback", hostile.MARKDOWN[18])):
        book.answer("reach_out.when_where", prompt, words, occasion=today)
    store.close()
    app = server(tmp_path / "data")
    ada = new_visitor(base_url=app.url)
    dialogs: list[Dialog] = []
    ada.page.on("dialog", lambda dialog: dialogs.append(dialog))

    page = let_in(ada, app, "Ada", address="/reflect?at=drifted")
    expect(page.locator("textarea").first).to_have_value("\n".join(TEXTS).replace("\r\n", "\n").replace("\r", "\n"))
    _shows(page, page.locator("p.named").all_inner_texts(), NAMES[:5])
    open_page(ada, "/reach-out?at=when_where")
    _shows(page, [page.locator(".st-key-read-back").inner_text()], [hostile.MARKUP[1], hostile.MARKDOWN[18]])
    open_page(ada, "/reflect?at=steady")
    open_list(page, page.get_by_role("combobox"))
    _shows(page, page.get_by_role("option").all_inner_texts(), NAMES[:5])
    open_page(ada, "/check-in?at=weekly")
    expect(page.locator(".st-key-prompt-touched button").first).to_be_visible()
    _shows(page, page.locator(".st-key-prompt-touched button").all_inner_texts(), NAMES)
    open_page(ada, f"/my-pod?member={ids[0]}")
    expect(page.locator(".js-plotly-plot, [data-testid=stPlotlyChart]").first).to_be_visible()
    _shows(page, page.locator(".table th[scope=row]").all_inner_texts(), NAMES)
    _shows(page, page.locator("h2.name").all_inner_texts(), NAMES[:1])
    expect(page.locator("[data-testid=stMain] textarea").last).to_have_value(re.compile(r"alert\(1\)"))
    page.get_by_text("How they moved").click()
    expect(page.get_by_test_id("stExpander").get_by_text(TEXTS[0]).first).to_be_visible()
    open_page(ada, "/today")
    _shows(page, [page.locator("p.quiet", has_text="Not placed yet").inner_text()], NAMES[-3:])
    open_page(ada, "/growth")
    expect(page.get_by_role("heading", name="Growth", exact=True)).to_be_visible()
    _types_each(ada)
    assert dialogs == []
    assert ada.troubles == []
    assert page.locator("[data-testid=stMain] iframe, [data-testid=stMain] script, [data-testid=stMain] b").count() == 0
    assert not re.search(r"Traceback|fault", app.log)
    print(f"{len(NAMES)} names and {len(TEXTS)} texts on 9 pages")


def _shows(page: Page, found: list[str], wanted: list[str]) -> None:
    """Each of them stands somewhere in what was found, sign for sign; only spaces may differ."""
    shown = " ".join(_plain(text) for text in found)
    assert [text for text in wanted if _plain(text) not in shown] == []


def _plain(text: str) -> str:
    """Without the joiners we put in, and without control signs, which a browser does not draw."""
    seen = "".join(sign for sign in text if sign != "\u2060" and (sign.isspace() or unicodedata.category(sign) != "Cc"))
    return "".join(seen.split())


def _types_each(ada: Visitor) -> None:
    """By hand. Half a sign is kept as the mark that Chromium draws for it."""
    address = "/stay-open?at=limits"
    page = open_page(ada, address)
    box = page.locator(".st-key-prompt-can")
    for words in TYPED:
        box.get_by_role("textbox").fill(words)
        box.get_by_role("textbox").blur()
        expect(box.locator("p.saved")).to_be_visible()
        ada.come_to_rest()
        expect(open_page(ada, address).locator(".st-key-prompt-can textarea")).to_have_value(
            re.sub(r"[\r\n]+", " ", words)
        )
    box.get_by_role("textbox").evaluate(
        """(area, words) => {
            Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(area, words)
            area.dispatchEvent(new Event("input", { bubbles: true }))
            area.focus(); area.blur()
        }""",
        HALF_A_SIGN,
    )
    ada.come_to_rest()
    whole = HALF_A_SIGN.replace("\ud83d", "\ufffd")
    expect(open_page(ada, address).locator(".st-key-prompt-can textarea")).to_have_value(whole)
