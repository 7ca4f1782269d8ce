"""Who may come in, for how long, and what no longer opens the door."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, Route, expect

from tests.app_server import AppServer
from tests.browser.acts import (
    WORDS,
    drawn,
    field,
    fill_door,
    let_in,
    open_page,
    see_door,
    see_page,
    serve,
    sign_in,
    sign_out,
    write,
)
from tests.browser.conftest import NewVisitor, launch_kept
from tests.browser.visitor import Visitor
from tests.conftest import StartServer

THIRTY_DAYS = 30 * 24 * 3600
NEW_WORDS = "nine loud trams at noon"


@pytest.fixture(scope="module")
def app(lasting_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app that knows Ada and Kofi, and for each test that ends sessions or changes passphrases one more."""
    names = ("Ada", "Kofi", "Ben", "Cleo", "Dara", "Esi")
    return serve(lasting_server, tmp_path_factory.mktemp("door") / "data", *names)


@pytest.mark.promise("cookie_flags_and_storage")
def test_staying_signed_in_outlives_the_browser_only_where_it_was_ticked(
    app: AppServer, playwright: Playwright, tmp_path: Path
) -> None:
    with _browser_of_ada(playwright, tmp_path / "profile", app.url) as ada:
        sign_in(ada, "ada")
        assert _cookie(ada)["expires"] == -1
    with _browser_of_ada(playwright, tmp_path / "profile", app.url) as ada:
        open_page(ada, "/today")
        see_door(ada)
        fill_door(ada, "ada", WORDS, kept=True)
        see_page(ada)
        assert abs(_cookie(ada)["expires"] - time.time() - THIRTY_DAYS) < 600
    with _browser_of_ada(playwright, tmp_path / "profile", app.url) as ada:
        open_page(ada, "/")
        see_page(ada)
        expect(ada.page).to_have_url(f"{app.url}/today")


@contextmanager
def _browser_of_ada(playwright: Playwright, profile: Path, url: str) -> Iterator[Visitor]:
    """Her browser with its profile on disk, started and closed like a program."""
    context = launch_kept(playwright, profile, base_url=url)
    ada = Visitor(context)
    yield ada
    context.close()
    assert ada.foreign == []


def _cookie(who: Visitor) -> dict[str, float]:
    return next(dict(c) for c in who.context.cookies() if c["name"] == "n")  # type: ignore[arg-type]


@pytest.mark.promise("password_change_kills_sessions")
def test_a_new_passphrase_and_signing_out_everywhere_end_the_other_browser(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada, phone = new_visitor(base_url=app.url), new_visitor(360, 740, base_url=app.url)
    let_in(phone, app, "ben", address="/reflect?at=drifted")
    page = let_in(ada, app, "ben", address="/my-data")
    page.get_by_text("Change my passphrase").click()
    field(ada, "The one you have now").fill(WORDS)
    field(ada, "The new one").fill(NEW_WORDS)
    page.get_by_role("button", name="Change it").click()
    expect(page.get_by_text("Changed.")).to_be_visible()
    expect(field(ada, "The new one")).to_have_value("")

    area = phone.page.locator("textarea").first
    area.fill("Typed after the end")
    area.blur()
    see_door(phone)
    fill_door(phone, "ben", WORDS)
    expect(phone.page.locator("p.trouble")).to_contain_text("do not go together")
    fill_door(phone, "ben", NEW_WORDS)
    see_page(phone)
    expect(phone.page.locator("textarea").first).to_have_value("")

    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()
    phone.page.get_by_role("button", name="Next", exact=True).click()
    see_door(phone)
    assert (ada.troubles, phone.troubles) == ([], [])


@pytest.mark.promise("logout_replay")
def test_a_copied_cookie_is_dead_once_its_owner_has_signed_out(app: AppServer, new_visitor: NewVisitor) -> None:
    ada, thief = new_visitor(base_url=app.url), new_visitor(base_url=app.url)
    sign_in(ada, "cleo")
    thief.context.add_cookies(ada.context.cookies())  # type: ignore[arg-type]
    open_page(thief, "/today")
    see_page(thief)  # a copy that never worked would prove nothing
    assert thief.context.request.get("/take/everything.zip", max_redirects=0).status == 200
    sign_out(ada)
    thief.page.get_by_role("button", name="Low energy today").click()
    see_door(thief)
    open_page(thief, "/my-pod")
    see_door(thief)
    refused = thief.context.request.get("/take/everything.zip", max_redirects=0)
    assert (refused.status, refused.headers["location"]) == (303, "/my-data")


@pytest.mark.promise("stolen_ticket")
def test_a_used_ticket_and_a_stolen_one_open_nothing(app: AppServer, new_visitor: NewVisitor) -> None:
    ada, thief = new_visitor(base_url=app.url), new_visitor(base_url=app.url)
    sign_in(ada, "dara")
    used = next(url for url in ada.requests if "/in?t=" in url)
    sign_out(ada)
    open_page(thief, "/welcome")
    stolen: list[str] = []

    def steal(route: Route) -> None:
        stolen.append(route.request.url)
        route.abort()

    ada.context.route("**/in?t=*", steal)
    open_page(ada, "/today")
    with ada.page.expect_event("requestfailed", lambda request: "/in?t=" in request.url):
        fill_door(ada, "dara", WORDS)
    ada.context.unroute_all()
    for who, ticket in ((ada, used), (thief, used), (thief, stolen[0]), (ada, stolen[0])):
        who.page.goto(ticket)
        who.page.wait_for_url("**/welcome")
        expect(who.page.get_by_role("button", name="Begin")).to_be_visible()


def test_the_recovery_code_lets_one_back_in_once_and_a_new_one_is_offered(
    app: AppServer, new_visitor: NewVisitor
) -> None:
    ada, phone = new_visitor(base_url=app.url), new_visitor(base_url=app.url)
    page = let_in(ada, app, "esi", address="/my-pod")
    page.get_by_label("Add someone or something").fill("June")
    page.keyboard.press("Enter")
    ada.come_to_rest()
    page.get_by_role("button", name="Show me my code").click()
    code = page.locator(".st-key-recovery code").inner_text()

    open_page(phone, "/today")
    phone.page.get_by_role("button", name="I forgot my passphrase").click()
    _recover(phone, code.lower().replace("-", " "))
    see_page(phone)
    expect(phone.page.get_by_role("button", name="Show me my code")).to_be_visible()
    page.get_by_role("button", name="I have written it down").click()
    see_door(ada)
    page.get_by_role("button", name="I forgot my passphrase").click()
    _recover(ada, code)
    expect(page.locator("p.trouble")).to_contain_text("A code works once")
    page.get_by_role("button", name="Back to sign in").click()
    fill_door(ada, "esi", NEW_WORDS)
    see_page(ada)


def _recover(who: Visitor, code: str) -> None:
    field(who, "Your recovery code").wait_for()
    who.come_to_rest()
    field(who, "Your recovery code").fill(code)  # first: the form before this one asked for the name too
    field(who, "Your name here").fill("Esi")
    field(who, "A new passphrase").fill(NEW_WORDS)
    who.page.get_by_role("button", name="Set it and sign in").click()


@pytest.mark.promise("shared_state")
def test_two_people_on_one_browser_never_meet_each_others_words(app: AppServer, new_visitor: NewVisitor) -> None:
    shared = new_visitor(base_url=app.url)
    page = sign_in(shared, "ada")
    write(shared, "/reflect?at=drifted", "Only Ada knows this")
    page.get_by_placeholder("Type a name").fill("Adas June")
    page.keyboard.press("Enter")
    expect(page.locator("p.named")).to_have_text("Adas June")
    left_open = page
    shared.page = shared.context.new_page()
    open_page(shared, "/today")
    sign_out(shared)

    page = sign_in(shared, "kofi", address="/reflect?at=drifted")
    expect(page.locator("textarea").first).to_have_value("")
    expect(page.locator("p.named")).to_have_count(0)
    assert "June" not in open_page(shared, "/my-pod").content()
    page.go_back()
    drawn(page)
    expect(page.locator("textarea").first).to_have_value("")

    shared.page = left_open
    left_open.get_by_role("button", name="Next", exact=True).click()
    expect(left_open.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    shared.come_to_rest()
    assert "Ada" not in left_open.locator("[data-testid=stMain]").inner_text()
    left_open.reload()
    drawn(left_open)
    expect(left_open.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    assert "Ada" not in left_open.locator("[data-testid=stMain]").inner_text()
