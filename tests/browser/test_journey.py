"""A person's whole way through the workbook, in a real browser."""

from playwright.sync_api import Page, expect

from tests.browser.acts import PHONE, drawn, open_page, sign_in, sign_up, tab_to, write
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer

STORY = "We mended *old* <bikes> $together$."
GROWN = "Now: 1 Movable Person."
KEPT = """async () => JSON.stringify([
    document.cookie, {...localStorage}, {...sessionStorage}, await indexedDB.databases(), await caches.keys(),
    (await navigator.serviceWorker.getRegistrations()).length, history.state, window.name
])"""


def test_a_stranger_builds_a_pod_by_keyboard_and_finds_every_word_on_a_phone(
    server: StartServer, new_visitor: NewVisitor
) -> None:
    app = server()
    maple = new_visitor(base_url=app.url)
    passphrase = sign_up(maple, "maple")

    write(maple, "/reflect?at=drifted", STORY)
    page = maple.page
    page.get_by_placeholder("Type a name").fill("June *b*")
    page.keyboard.press("Enter")
    expect(page.locator("p.named")).to_have_text("June *b*")

    maple.come_to_rest()
    page.get_by_role("button", name="Show me my code").click()
    code = page.locator(".st-key-recovery code").inner_text()
    assert len(code.replace("-", "")) == 20
    page.get_by_role("button", name="I have written it down").click()
    expect(page.locator(".st-key-recovery")).to_have_count(0)

    open_page(maple, "/my-pod")
    _by_keyboard(maple)
    open_page(maple, "/growth")
    expect(page.locator("p", has_text=GROWN).first).to_be_visible()
    assert code not in page.content()
    _assert_nothing_stays_in(maple, "maple", passphrase, code, STORY, "June")
    assert maple.troubles == []
    maple.context.close()

    phone = new_visitor(360, 740, base_url=app.url, **PHONE)
    page = sign_in(phone, "Maple", passphrase, address="/reflect?at=drifted")
    expect(page.locator("textarea").first).to_have_value(STORY)
    expect(page.locator("p.named")).to_have_text("June *b*")
    expect(page.locator(".st-key-recovery")).to_have_count(0)
    open_page(phone, "/my-pod")
    assert _table(page) == [["June *b*", "Movable People"]]
    open_page(phone, "/growth")
    expect(page.locator("p", has_text=GROWN).first).to_be_visible()
    assert phone.troubles == []


def _by_keyboard(who: Visitor) -> None:
    """Add, open, place, move, release, bring back, forget: without a mouse."""
    page = who.page
    tab_to(who, page.get_by_label("Add someone or something to your map"))
    page.keyboard.type("Mr Lim")
    page.keyboard.press("Enter")
    expect(page.locator("h2.name")).to_have_text("Mr Lim")
    _press(who, "Core Circle")
    expect(page.locator(".st-key-member p.saved").first).to_contain_text("Core Circle since")
    _press(who, "Movable People")
    expect(page.locator(".st-key-member p.saved").first).to_contain_text("Movable People since")
    tab_to(who, page.locator("summary", has_text="Release, hide or delete"))
    page.keyboard.press("Enter")
    _press(who, "Release")
    _press(who, "Bring back")
    expect(page.get_by_role("button", name="Release")).to_be_visible()
    _press(who, "Forget for good")
    _press(who, "Yes, forget")
    expect(page.locator("h2.name")).to_have_count(0)
    tab_to(who, page.get_by_label("Open one"))
    page.keyboard.type("June")
    page.keyboard.press("Enter")
    expect(page.locator("h2.name")).to_have_text("June *b*")
    _press(who, "Movable People")
    expect(page.locator(".st-key-member p.saved").first).to_contain_text("Movable People since")


def _press(who: Visitor, button: str) -> None:
    tab_to(who, who.page.get_by_role("button", name=button, exact=True))
    who.page.keyboard.press("Enter")
    who.come_to_rest()


def _table(page: Page) -> list[list[str]]:
    rows = drawn(page).locator(".table tbody tr").all()
    return [row.locator("th, td").all_inner_texts()[:2] for row in rows]


def _assert_nothing_stays_in(who: Visitor, *words: str) -> None:
    """Of what was typed the browser keeps nothing, and its cookies say nothing."""
    cookies = who.context.cookies()
    assert {c["name"]: (c["httpOnly"], c["sameSite"]) for c in cookies} == {
        "n": (True, "Strict"),
    }
    kept = who.page.evaluate(KEPT) + str(cookies) + str(who.context.storage_state(indexed_db=True))
    assert [word for word in words if word in kept] == []
    assert who.page.title() == "My notes"
