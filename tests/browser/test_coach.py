"""A coach, Ada and Kofi in three browsers at once: from one link to a look, and to a look taken back."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.app_server import AppServer
from tests.browser.acts import WORDS, drawn, field, open_page, serve, sign_in
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer

SHARED, LATER = "Ruth sat on the stairs with me.", "And nobody said a word, which was right."


def test_from_one_link_to_a_look_and_back(server: StartServer, new_visitor: NewVisitor, tmp_path: Path) -> None:
    app = serve(server, tmp_path / "data", "Mara", "Ada")
    mara, ada, kofi = (new_visitor(base_url=app.url) for _ in range(3))
    link = a_link(app, mara)

    invited(ada, link)
    ada.page.get_by_text("The answers I share one by one").click()
    expect(ada.page.get_by_text("Made up, to show you.")).to_be_visible()
    ada.page.get_by_role("button", name="I have been here before").click()
    field(ada, "Passphrase").wait_for()
    ada.come_to_rest()
    field(ada, "Passphrase").fill(WORDS)
    field(ada, "Your name here").fill("Ada")
    ada.page.get_by_role("button", name="Sign in and join", exact=True).click()
    ada.page.wait_for_url("**/today*")
    expect(drawn(ada.page).get_by_text("You are in Tuesday circle now.")).to_be_visible()

    write_and_share(ada)

    invited(kofi, link)
    kofi.page.get_by_text("Yes, 18 or over").click()
    kofi.come_to_rest()
    kofi.page.get_by_label("A name for yourself").fill("Kofi")
    field(kofi, "A passphrase").fill(WORDS)
    kofi.page.get_by_role("button", name="Start and join", exact=True).click()
    kofi.page.wait_for_url("**/today*")
    expect(drawn(kofi.page).get_by_text("You are in Tuesday circle now.")).to_be_visible()

    page = open_page(mara, "/coach")
    expect(page.get_by_role("link", name="Someone", exact=True)).to_have_count(2)
    page.get_by_role("link", name="Someone", exact=True).first.click()
    mara.come_to_rest()
    expect(page.get_by_text(SHARED)).to_be_visible()
    assert LATER not in page.content(), "later typing stays private"

    looked = open_page(ada, "/sharing")
    expect(looked.get_by_text("Your own page").or_(looked.get_by_text("your page")).first).to_be_visible()
    looked.locator(".st-key-" + _scope(looked, "ticked")).get_by_text("The answers I share one by one").click()
    ada.come_to_rest()
    # Mara's page is still open; whatever she does next, the words are gone from it.
    expect(page.get_by_text(SHARED)).to_be_visible()
    page.get_by_role("button", name="Send the note").click()
    expect(page.get_by_text("Nothing is shared here.")).to_be_visible()
    # What is on the page and no longer drawn is taken out a moment later.
    expect(page.get_by_text(SHARED)).to_have_count(0)
    mara.come_to_rest()
    assert SHARED not in page.content()

    told = open_page(kofi, "/sharing").get_by_text(
        "Mara (Tuesday circle) sees that you joined, and calls you “Someone”."
    )
    expect(told).to_be_visible()
    for who in (mara, ada, kofi):
        assert who.troubles == []
    token = link.rpartition("=")[2]
    assert [where for where in (app.log, *_addresses(ada), *_addresses(kofi)) if token in where] == []


def a_link(app: AppServer, mara: Visitor) -> str:
    """Mara becomes a coach by the code in the log, makes a group and its link."""
    found = re.search(r"code for the first coach, told this once: (\S+)", app.log)
    assert found
    page = sign_in(mara, "Mara", address="/coach")
    page.get_by_label("Set-up code").fill(found[1])
    page.get_by_role("button", name="Open my desk").click()
    page.get_by_label("Name of the group").wait_for()
    mara.come_to_rest()
    page.get_by_label("Name of the group").fill("Tuesday circle")
    page.get_by_label("The name its members know you by").fill("Mara")
    page.get_by_role("button", name="Make the group").click()
    page.get_by_role("button", name="Make a group link").click()
    mara.come_to_rest()
    link = page.locator(".st-key-new-link code").inner_text()
    assert link.startswith(f"{app.url}/join?t=") and len(link.rpartition("=")[2]) == 32
    return link


def invited(who: Visitor, link: str) -> None:
    """Follow the link: who invites, and the token gone from the address; a reload keeps the invitation."""
    open_page(who, link)
    expect(who.page.get_by_role("heading", name="Mara invites you")).to_be_visible()
    expect(who.page).to_have_url(re.compile(r"/join$"))
    who.page.reload()
    expect(drawn(who.page).get_by_role("heading", name="Mara invites you")).to_be_visible()
    band = who.page.get_by_test_id("stHeader").evaluate("one => getComputedStyle(one).backgroundColor")
    assert band.startswith("rgb("), "nothing shows through below the way out"
    assert "t=" not in who.page.evaluate("location.href + JSON.stringify(history.state) + document.title")


def write_and_share(ada: Visitor) -> None:
    """An answer, its version ticked, and more words after that."""
    page = open_page(ada, "/reflect?at=someone_stayed")
    area = page.locator("textarea").first
    area.fill(SHARED)
    area.blur()
    ada.come_to_rest()
    page.get_by_role("button", name="Share this version").first.click()
    ada.come_to_rest()
    expect(page.get_by_text("Shared with Mara").first).to_be_visible()
    area.fill(LATER)
    area.blur()
    expect(page.get_by_text("An earlier version is shared with Mara.").first).to_be_visible()


def _scope(page: Page, scope: str) -> str:
    found = page.locator(f"[class*='st-key-scope-{scope}-']").get_attribute("class") or ""
    return next(name for name in found.split() if name.startswith("st-key-scope-")).removeprefix("st-key-")


def _addresses(who: Visitor) -> list[str]:
    """What the pages asked for after the invitation itself, and what the browser keeps."""
    asked = [url for url in who.requests if "/join?" not in url]
    return [*asked, str(who.context.storage_state(indexed_db=True))]
