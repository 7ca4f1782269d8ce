"""From a name to a kept connection on a phone, by keyboard alone; and a wire on the five taps that must leave no trace."""

import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.app_server import AppServer
from tests.browser.acts import PHONE, let_in, open_page, serve, tab_to
from tests.browser.conftest import NewVisitor
from tests.browser.filling import open_list
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import content, house
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store.opening import OF_ONE_PERSON, open_store

MESSAGE = "Hi Jo, I saw two geese & thought of you. 100% no need to answer. Ω 🙂"
TAPS = ("rather_not", "Rather not say", "uneasy", "Uneasy", "harmed", "not_sure", "Not sure", "pulled", "maybe")


def test_a_hello_goes_from_a_name_to_another_ring_on_a_phone_by_keyboard_alone(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(360, 740, base_url=app.url)
    page = let_in(ada, app, "Ada", address="/reach-out")
    _choose(ada, "Who would you like to say hello to?", "Jo")
    expect(page.locator(".whom")).to_contain_text("Jo")
    _press(ada, "Next")
    _screen(ada, "Jo")
    _press(ada, "Next")
    _stands(ada, "Warm-up hello")
    _press(ada, "Look at another name first")
    _choose(ada, "Who are you thinking of?", "Bea")
    _screen(ada, "Bea")
    _press(ada, "Next")
    _choose(ada, "Who is easy to say hello to?", "Bea")
    _pick(ada, "I sent it")
    _press(ada, "Next")

    _stands(ada, "Write two lines")
    tab_to(ada, page.locator("textarea"))
    page.keyboard.type(MESSAGE)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Open in messages")).to_be_visible()
    _carries_the_whole_message(page)
    tab_to(ada, page.get_by_role("checkbox", name="Keep these words here"))
    page.keyboard.press("Space")
    expect(page.locator(".st-key-saved-keep- p.saved")).to_contain_text("Saved")
    _press(ada, "Next")

    _stands(ada, "When and where")
    for number, words in enumerate(("I sit down with my tea", "Send it to Jo", "Leave it for Monday")):
        tab_to(ada, page.locator("textarea").nth(number))
        page.keyboard.type(words)
        page.keyboard.press("Control+Enter")
        ada.come_to_rest()
    expect(page.locator(".st-key-read-back")).to_contain_text("If: I sit down with my tea")

    # Put down here, it is taken up here, in another browser as well.
    tablet = new_visitor(base_url=app.url)
    let_in(tablet, app, "Ada", address="/reach-out")
    _stands(tablet, "When and where")
    expect(tablet.page.locator(".whom")).to_contain_text("Jo")
    expect(tablet.page.locator("textarea").first).to_have_value("I sit down with my tea")

    page = open_page(ada, "/reach-out")
    _stands(ada, "When and where")
    _press(ada, "Next")
    _stands(ada, "Sent, or not now")
    expect(page.get_by_test_id("stCode")).to_contain_text(MESSAGE)
    _pick(ada, "I sent it")
    _press(ada, "Next")
    _stands(ada, "After I sent it")
    _pick(ada, "A warm answer")
    _pick(ada, "Movable People")
    expect(page.locator("p.named.movable")).to_have_text("Jo")
    row = open_page(ada, "/my-pod").locator(".table tbody tr").filter(has_text="Jo").locator("th, td")
    expect(row.nth(1)).to_have_text("Movable People")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert [ada.troubles, tablet.troubles] == [[], []]


def test_two_hellos_in_one_sitting_stay_two_on_every_page(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(base_url=app.url)
    page = let_in(ada, app, "Ada", address="/reach-out")
    for name in ("Jo", "Kim"):
        _choose(ada, "Who would you like to say hello to?", name, by_keyboard=False)
        page.get_by_role("button", name="Next", exact=True).click()
        _stands(ada, "Is this one for now?")
        for number, tap in enumerate(("Fine", "No", "No", "No", "No")):
            _tap(ada, number, tap)
        page.get_by_role("button", name="See what follows").click()
        page.get_by_role("button", name="Next", exact=True).click()
        _stands(ada, "Warm-up hello")
        page.get_by_role("button", name="Write two lines").click()
        _stands(ada, "Write two lines")
        expect(page.locator(".whom")).to_contain_text(name)
        page.get_by_role("button", name="When and where").click()
        _stands(ada, "When and where")
        page.locator("textarea").first.fill(f"Tea, then {name}")
        page.locator("textarea").first.blur()
        expect(page.locator(".st-key-saved-cue- p.saved")).to_contain_text("Saved")
        page.get_by_role("button", name="Sent, or not now").click()
        _stands(ada, "Sent, or not now")
        expect(page.locator(".whom")).to_contain_text(name)
        page.get_by_role("button", name="Start another hello").click()
        _stands(ada, "Who comes to mind")
    open_page(ada, "/reach-out")
    _stands(ada, "Sent, or not now")
    expect(page.locator(".whom")).to_contain_text("Kim")
    open_list(page, page.get_by_role("combobox", name="Look at another time"))
    page.get_by_role("option").filter(has_text="Jo").click()
    expect(page.locator(".whom")).to_contain_text("Jo")
    page.get_by_role("button", name="When and where").click()
    expect(page.locator("textarea").first).to_have_value("Tea, then Jo")
    assert ada.troubles == []


@pytest.mark.promise("screen_wiretap")
def test_the_five_taps_leave_no_trace_and_yes_looks_like_rather_not_say(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(360, 740, base_url=app.url, **PHONE)
    sent: list[str] = []
    ada.page.on("request", lambda request: sent.append(_what_it_sends(request)))
    page = let_in(ada, app, "Ada", address="/reach-out?at=for_now")
    _choose(ada, "Who are you thinking of?", "Jo", by_keyboard=False)
    _tap(ada, 1, "Rather not say")
    _tap(ada, 0, "Uneasy")
    left_open = page.url
    open_page(ada, "/today")
    open_page(ada, left_open)
    _choose(ada, "Who are you thinking of?", "Jo", by_keyboard=False)
    expect(page.get_by_role("radio", name="Rather not say")).to_be_visible()
    expect(page.locator("[aria-checked=true]")).to_have_count(0)  # an interrupted screen starts again empty

    said = []
    for name, answer in (("Jo", "Rather not say"), ("Ray", "Yes")):
        _choose(ada, "Who are you thinking of?", name, by_keyboard=False)
        for number, tap in enumerate(("Uneasy", answer, "Not sure", "Maybe", "Maybe")):
            _tap(ada, number, tap)
        page.get_by_role("button", name="See what follows").click()
        expect(page.locator(".card")).to_contain_text("It may be best to let this one rest for now.")
        ada.come_to_rest()
        shown = page.locator(".st-key-step").inner_text().partition("On this page")[0]
        said.append(re.sub(r"\b(Jo|Ray)\b", "…", shown))
    assert said[0] == said[1]
    expect(page.get_by_text("Begin from")).to_have_count(0)
    storage = str(ada.context.storage_state(indexed_db=True)) + page.evaluate("JSON.stringify({...sessionStorage})")
    assert ada.troubles == []
    ada.context.close()
    app.stop()
    found = {where: [tap for tap in TAPS if tap in what] for where, what in _written(app, tmp_path / "data").items()}
    found |= {"browser": [t for t in TAPS if t in storage], "requests": [t for t in TAPS if t in " ".join(sent)]}
    assert {where: taps for where, taps in found.items() if taps} == {}


def _what_it_sends(request: Request) -> str:
    return f"{request.url} {request.post_data or ''}"


def _written(app: AppServer, folder: Path) -> dict[str, str]:
    """All that is left on the host: every file as it lies there, every sealed word opened, the log, and all that leaves."""
    files = {str(p): p.read_bytes().decode("latin-1") for p in folder.rglob("*") if p.is_file()}
    assert any(name.endswith(".duckdb") for name in files)
    store = open_store(folder, now=house.utc_now())
    [(person_id,)] = store.read("SELECT person_id FROM people")
    sealed = []
    for table in OF_ONE_PERSON:
        columns = [row[0] for row in store.read(f"DESCRIBE {table}")]
        if "sealed" in columns and "person_id" in columns:
            key = next(c for c in columns if c in _KEYS)
            for row, words in store.read(f"SELECT {key}, sealed FROM {table} WHERE person_id = :p", p=person_id):
                sealed.append(store.sealer(person_id).open(bytes(words), table, row, "sealed"))
    book = MyWorkbook(store, content.load(ROOT / "seeds" / "en"), person_id, house.utc_now, "UTC")
    assert sorted(m.contact for m in book.members()) == ["not_for_now", "not_for_now"]
    answers = " ".join(f"{s.exercise} {s.prompt} {s.value}" for s in book.everything_answered())
    store.close()
    opened = " ".join(word for word in sealed if word != '"not_for_now"')
    return {**files, "opened": opened, "answers": answers, "log": app.log}


_KEYS = ("answer_id", "fact_id", "move_id", "row_id", "touch_id", "choice_id", "invite_id", "note_id")


def _stands(who: Visitor, title: str) -> None:
    who.come_to_rest()  # a heading comes before the fields below it
    expect(who.page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def _press(who: Visitor, button: str) -> None:
    tab_to(who, who.page.get_by_role("button", name=button, exact=True))
    who.page.keyboard.press("Enter")
    who.come_to_rest()


def _choose(who: Visitor, label: str, name: str, *, by_keyboard: bool = True) -> None:
    box = who.page.get_by_role("combobox", name=label)
    if by_keyboard:
        tab_to(who, box)
    else:
        box.click()
    who.page.keyboard.type(name)
    who.page.keyboard.press("Enter")
    expect(box).to_have_value(name)
    who.come_to_rest()


def _pick(who: Visitor, words: str) -> None:
    """One of a row of choices: the row is come to by Tab, its choices by the arrow keys."""
    wanted = who.page.get_by_role("radio", name=words, exact=True)
    row = who.page.get_by_role("radiogroup").filter(has=wanted)
    choices = row.get_by_role("radio")
    tab_to(who, choices.first)
    for _ in range(choices.count()):
        if wanted.evaluate("one => one === document.activeElement"):
            break
        who.page.keyboard.press("ArrowRight")
    who.page.keyboard.press("Space")
    expect(wanted).to_be_checked()
    who.come_to_rest()


def _tap(who: Visitor, question: int, words: str) -> None:
    tap = who.page.get_by_role("radiogroup").nth(question).get_by_role("radio", name=words, exact=True)
    tap.click()
    expect(tap).to_be_checked()
    who.come_to_rest()


def _screen(who: Visitor, name: str) -> None:
    """The five taps by keyboard: the first choice of each row is the easy one."""
    _stands(who, "Is this one for now?")
    expect(who.page.get_by_role("combobox", name="Who are you thinking of?")).to_have_value(name)
    rows = who.page.get_by_role("radiogroup")
    expect(rows).to_have_count(5)
    for number in range(5):
        first = rows.nth(number).get_by_role("radio").first
        tab_to(who, first)
        who.page.keyboard.press("Space")
        expect(first).to_be_checked()
        who.come_to_rest()
    _press(who, "See what follows")
    expect(who.page.locator(".card")).to_contain_text("This one is fine for now.")


def _carries_the_whole_message(page: Page) -> None:
    """Messages, mail and WhatsApp get every sign of it, and nobody is named as the one it goes to."""
    carried = {}
    for name in ("Open in messages", "Open in mail", "Open in WhatsApp"):
        address = urlsplit(page.get_by_role("link", name=name).get_attribute("href") or "")
        words = parse_qs(address.query.lstrip("&")).get("body") or parse_qs(address.query).get("text") or [""]
        carried[f"{address.scheme}:{address.netloc}{unquote(address.path)}"] = words
    assert carried == {"sms:": [MESSAGE], "mailto:": [MESSAGE], "https:wa.me/": [MESSAGE]}
