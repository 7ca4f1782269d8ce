"""Addresses that last, doors that hold, and what stays in reach on every page, signed in or not."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.app_server import AppServer
from tests.browser.acts import SIGNED_IN_PAGES, begin, open_page, see_door
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import content
from workbook.settings import ROOT, SOMEWHERE_ELSE

HEADINGS = "[data-testid=stMain] h1"


@pytest.fixture(scope="module")
def stranger(shared_server: AppServer, lasting_visitor: NewVisitor) -> Visitor:
    """Somebody who reads on and on without coming in."""
    return lasting_visitor(base_url=shared_server.url)


def test_the_first_thing_a_fresh_server_is_asked_never_shows_a_page_without_its_door(
    server: StartServer, new_visitor: NewVisitor
) -> None:
    app = server()
    stranger = new_visitor(base_url=app.url)
    for number, address in enumerate(SIGNED_IN_PAGES[::4]):  # each takes a start of its own
        if number:
            stranger.page.goto("about:blank")  # a page left open would come back first
            app.kill()
            app.start()
        open_page(stranger, f"/{address}")
        see_door(stranger)
        expect(stranger.page.locator(HEADINGS)).to_have_text("Sign in")
        expect(stranger.page).to_have_url(f"{app.url}/{address}")
    assert stranger.troubles == []


@pytest.mark.parametrize(
    ("address", "heading"),
    [
        ("/", "A few people who are there for you"),
        ("/welcome", "A few people who are there for you"),
        ("/join", "Open the link again"),
        ("/join?t=abc", "We do not know this link"),
        ("/help-now", "Help now"),
        ("/about", "About"),
        ("/sharing", "Who can see this"),
        ("/sample", "A sample to look around"),
    ],
)
def test_a_stranger_reads_what_needs_no_sign_in(stranger: Visitor, address: str, heading: str) -> None:
    page = open_page(stranger, address)
    expect(page.locator(HEADINGS)).to_have_text(heading)
    for link in ("Help now", "Who can see this", "Leave this page"):
        expect(page.get_by_role("link", name=link).first).to_be_visible()
    assert page.title() == "My notes"
    assert stranger.troubles == []


def test_a_browser_that_keeps_no_cookie_is_told_so(shared_server: AppServer, new_visitor: NewVisitor) -> None:
    stranger = new_visitor(360, 740, base_url=shared_server.url)
    stranger.context.route("**/host-config", lambda route: route.fulfill(json={"allowedOrigins": []}))
    stranger.page.goto("/welcome")
    waiting = stranger.page.locator(".waiting")
    waiting.evaluate("one => one.getAnimations().forEach(wait => { wait.pause(); wait.currentTime = 0 })")
    expect(waiting).to_be_hidden()
    waiting.evaluate("one => one.getAnimations().forEach(wait => wait.finish())")
    expect(waiting).to_be_visible()
    expect(waiting).to_contain_text("cookies")
    stranger.context.unroute_all()
    expect(open_page(stranger, "/welcome").locator(".waiting")).to_be_hidden()


def test_leaving_is_a_plain_link_that_works_when_the_server_is_gone(
    server: StartServer, new_visitor: NewVisitor
) -> None:
    app = server()
    stranger = new_visitor(360, 740, base_url=app.url)
    stranger.may_visit.add(urlsplit(SOMEWHERE_ELSE).netloc)
    stranger.context.route(f"{SOMEWHERE_ELSE}**", lambda route: route.fulfill(body="Sunny spells"))
    page = open_page(stranger, "/today")
    way_out = page.get_by_role("link", name="Leave this page")
    assert (way_out.get_attribute("href"), way_out.get_attribute("target")) == (SOMEWHERE_ELSE, None)
    with page.expect_console_message(lambda said: "not responding" in said.text):  # where a window used to open
        app.kill()
        expect(page.locator("p.lost")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    way_out.click()
    expect(page.get_by_text("Sunny spells")).to_be_visible()
    assert len(stranger.context.pages) == 1


def test_help_now_asks_for_the_country_and_shows_its_numbers_only(
    shared_server: AppServer, new_visitor: NewVisitor
) -> None:
    stranger = new_visitor(360, 740, base_url=shared_server.url)
    page = open_page(stranger, "/help-now")
    assert _dialled(page) == set()
    _choose(stranger, "Ireland")
    expect(page.get_by_role("heading", name="In danger right now")).to_be_visible()
    assert _dialled(page) == _of("ie")
    _choose(stranger, "New Zealand")
    expect(page.get_by_role("link", name="1737", exact=True).first).to_be_visible()
    assert _dialled(page) == _of("nz")


def test_not_yet_eighteen_leads_to_help_now_with_young_peoples_lines_first(
    shared_server: AppServer, new_visitor: NewVisitor
) -> None:
    stranger = new_visitor(base_url=shared_server.url)
    begin(stranger)
    page = stranger.page
    page.get_by_text("Not yet").click()
    stranger.come_to_rest()
    expect(page.locator(HEADINGS)).to_have_text("Help now")
    expect(page.get_by_text("made for adults")).to_be_visible()
    _choose(stranger, "United Kingdom")
    expect(page.locator(".lines h2").first).to_have_text("For young people")


def _choose(who: Visitor, country: str) -> None:
    who.come_to_rest()
    who.page.get_by_role("radiogroup", name="Which country are you in?").get_by_text(country, exact=True).click()
    who.come_to_rest()


def _dialled(page: Page) -> set[str]:
    """Every number a tap would ring or text."""
    links = page.locator("a[href^='tel:'], a[href^='sms:']").all()
    return {(one.get_attribute("href") or "").split(":")[1].split("?")[0] for one in links}


def _of(country: str) -> set[str]:
    lines = content.load(ROOT / "seeds" / "en").help_lines
    here = [line for line in lines if line["country"] == country]
    return {line[how] for line in here for how in ("dial", "sms") if line.get(how)}
