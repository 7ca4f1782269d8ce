"""What people do in a browser, an act at a time; every visitor's context has the app's address as its base."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests import characters, protocol
from tests.app_server import AppServer
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import gate
from workbook.store.opening import open_store

SIGNED_IN_PAGES = (
    *("today", "reflect", "reach-out", "reconnect", "stay-open", "check-in", "my-pod", "growth", "my-data"),
)
OPEN_PAGES = ("welcome", "join", "help-now", "about", "sharing", "sample")
WORDS = "seven slow trams at dusk"
PHONE = {
    "user_agent": "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36",
    "has_touch": True,
    "is_mobile": True,
}
MOST_TABS = 150
STILL = """wait => new Promise(done => {
    let was = "", since = performance.now()
    const look = () => {
        const places = [...document.querySelectorAll("[data-testid=stMain], [data-testid=stMain] *")].map(one => {
            const box = one.getBoundingClientRect()
            return [box.x, box.y, box.width, box.height]
        }).join()
        if (places !== was) was = places, since = performance.now()
        if (performance.now() >= since + wait) done()
        else setTimeout(look, 50)
    }
    look()
})"""


def serve(server: StartServer, folder: Path, *names: str, **env: str) -> AppServer:
    """The app, with people of these names already there; each one's passphrase is WORDS."""
    store = open_store(folder, now=characters.MONDAY)
    for name in names:
        characters.person(store, name, WORDS)
    store.close()
    return server(folder, **env)


def open_page(who: Visitor, address: str) -> Page:
    """Go to an address and wait until all of its page is there."""
    who.page.goto(address)
    drawn(who.page)
    read_on(who)
    return who.page


def read_on(who: Visitor) -> None:
    """Read to the end of a page that comes in parts: its fields follow the last one."""
    on = who.page.get_by_role("button", name="Read on", exact=True)
    if "at=before" in who.page.url:
        on.or_(who.page.get_by_role("button", name="From the start")).first.wait_for()
    while on.count():
        on.click()
        who.come_to_rest()
        who.page.wait_for_timeout(450)  # the next press is not the second half of a double click


def drawn(page: Page) -> Page:
    """The whole page is there: its foot, and the run that draws it is over."""
    page.locator(".st-key-foot").first.wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)  # a part whose script is on its way
    return page


def wait_by_its_clock(page: Page, ms: int) -> None:
    """Wait in the page itself: what it had set for an earlier moment has happened by then, however slow it is."""
    page.evaluate("ms => new Promise(done => setTimeout(done, ms))", ms)


def still(page: Page, ms: int = 300) -> None:
    """Wait until nothing on the page has changed its place or size for a while."""
    page.evaluate(STILL, ms)


def begin(who: Visitor) -> None:
    """From the bare address to the form that makes an account."""
    open_page(who, "/").get_by_role("button", name="Begin").click()


def sign_up(who: Visitor, name: str) -> str:
    """A made-up name, five words, 18 or over; gives the five words."""
    begin(who)
    who.page.get_by_text("Yes, 18 or over").click()
    who.page.get_by_label("A name for yourself").fill(name)
    who.page.get_by_role("button", name="Suggest five words").click()
    words = who.page.locator("code").inner_text()
    expect(field(who, "A passphrase")).to_have_value(words)
    field(who, "A passphrase").press("Enter")
    who.page.wait_for_url("**/today")
    drawn(who.page)
    return words


def sign_in(who: Visitor, name: str, passphrase: str = WORDS, *, address: str = "/today", kept: bool = False) -> Page:
    """Through the door of a page, onto that page."""
    open_page(who, address)
    fill_door(who, name, passphrase, kept=kept)
    see_page(who)
    return drawn(who.page)


def join(app: AppServer, name: str) -> None:
    """A new account on a running app, by the form's own messages; its passphrase is WORDS."""
    form = protocol.open_page(app.port, "welcome", gate.fresh_cookie())
    with form.socket:
        form.press("Begin")
        form.choose("Are you 18", "Yes, 18 or over")
        form.type("A name for yourself", name)
        form.type("A passphrase", WORDS)
        form.press("Start")
    assert form.sent_to, form.texts


def let_in(who: Visitor, app: AppServer, name: str, *, address: str = "/today") -> Page:
    """Signed in by the same door without drawing it, where what comes after is tested; then onto a page."""
    cookie = gate.fresh_cookie()
    who.context.add_cookies([{"name": "n", "value": cookie, "url": app.url}])
    door = protocol.open_page(app.port, "today", cookie)
    with door.socket:
        door.type("Your name here", name)
        door.type("Passphrase", WORDS)
        door.press("Sign in")
    assert door.sent_to, door.texts
    who.context.request.get(door.sent_to, max_redirects=0)  # leaves its cookie with the browser
    open_page(who, address)
    see_page(who)
    return who.page


def fill_door(who: Visitor, name: str, passphrase: str, *, kept: bool = False) -> None:
    """Fill the sign-in form and send it."""
    field(who, "Passphrase").wait_for()
    who.come_to_rest()
    field(who, "Passphrase").fill(passphrase)  # first: the form that stood here before may ask for a name too
    field(who, "Your name here").fill(name)
    if kept:
        who.page.get_by_text("Only I open this device").click()
    who.page.get_by_role("button", name="Sign in", exact=True).click()


def field(who: Visitor, label: str) -> Locator:
    """A text field by its whole label; passphrase fields have a button to look at them that is called alike."""
    return who.page.get_by_role("textbox", name=label, exact=True)


def see_door(who: Visitor) -> None:
    """The sign-in form stands where the page was asked for, and the way out of a session is gone."""
    expect(who.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    expect(who.page.get_by_role("button", name="Sign out", exact=True)).to_have_count(0)


def see_page(who: Visitor) -> None:
    """Signed in: the page's foot offers to sign out."""
    expect(who.page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()


def sign_out(who: Visitor) -> None:
    """By the button at the foot of every page."""
    who.page.get_by_role("button", name="Sign out", exact=True).click()
    expect(who.page.get_by_role("button", name="Begin")).to_be_visible()


def write(who: Visitor, address: str, words: str) -> None:
    """Fill the first long field of an exercise and leave it; back once the page says it is saved."""
    area = open_page(who, address).locator("textarea").first
    area.fill(words)
    area.blur()
    who.come_to_rest()
    expect(who.page.locator("p.saved").first).to_contain_text("Saved")


def tab_to(who: Visitor, target: Locator) -> None:
    """Come to a control as a keyboard does, once it is there and nothing is being drawn."""
    target.wait_for()
    who.come_to_rest()
    for _ in range(MOST_TABS):
        who.page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} times Tab, and never on {target}")
