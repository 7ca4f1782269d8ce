"""What is pressed counts once, and it alone: under a finger, a second button, a moving page or a waking server."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.app_server import AppServer
from tests.browser.acts import PHONE, join, let_in, open_page, serve
from tests.browser.conftest import NewVisitor
from tests.browser.visitor import Visitor
from tests.conftest import StartServer

# Two buttons of our own, without a server behind them: the script of the page treats them as any other.
TWO_BUTTONS = """() => {
    document.querySelector("#two")?.remove()
    const two = document.createElement("div")
    two.id = "two"
    two.className = "st-key-two"
    two.style = "position: fixed; inset: 0; z-index: 9999999; background: #fff"
    document.body.append(two)
    window.counted = []
    window.make = (words, top) => {
        const button = document.createElement("button")
        button.textContent = words
        button.style = `position: absolute; left: 0; top: ${top}px; width: 200px; height: 60px`
        button.onclick = () => counted.push(words)
        two.append(button)
        return button
    }
    window.first = make("First", 0)
}"""
TICKS, TICK = "/welcome?at=who_sees", ".st-key-prompt-steps"
# However slow the machine is: a visitor's own presses might be further apart.
SIX_AT_ONCE = """() => {
    const how = { bubbles: true, cancelable: true, button: 0, isPrimary: true, detail: 1 }
    for (let time = 0; time < 6; time++) {
        for (const kind of ["pointerdown", "pointerup"]) first.dispatchEvent(new PointerEvent(kind, how))
        first.dispatchEvent(new MouseEvent("click", how))
    }
    return counted
}"""
MONTH = r"() => document.querySelector('[data-testid=stDateInputCalendar]').innerText.match(/, (\w+ \d{4})\n/)[1]"
REPLACED = "() => { first.remove(); make('First', 0) }"
MOVED = "() => { first.style.top = '200px'; make('Second', 0) }"


@pytest.fixture(scope="module")
def ada(shared_server: AppServer, lasting_visitor: NewVisitor) -> Visitor:
    """Ada on a phone, for all that does not stop the server."""
    who = lasting_visitor(390, 844, base_url=shared_server.url, **PHONE)
    join(shared_server, "ada who presses")
    let_in(who, shared_server, "ada who presses")
    return who


@pytest.fixture
def two(ada: Visitor) -> Iterator[Page]:
    ada.come_to_rest()
    ada.page.evaluate(TWO_BUTTONS)
    yield ada.page
    ada.page.evaluate("() => document.querySelector('#two')?.remove()")


class _Finger:
    """One finger on the glass, by the same way as a real one: what a tap becomes is the browser's."""

    def __init__(self, page: Page) -> None:
        self._glass: CDPSession = page.context.new_cdp_session(page)

    def down(self, x: float, y: float) -> None:
        self._glass.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})

    def up(self) -> None:
        self._glass.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("meanwhile", ["() => {}", REPLACED, MOVED], ids=["stays", "is drawn anew", "moves"])
@pytest.mark.parametrize("by", ["finger", "pointer"])
def test_a_press_counts_once_and_for_what_was_pressed(two: Page, by: str, meanwhile: str) -> None:
    finger = _Finger(two)
    if by == "finger":
        finger.down(50, 30)
    else:
        two.mouse.move(50, 30)
        two.mouse.down()
    two.evaluate(meanwhile)
    if by == "finger":
        finger.up()
    else:
        two.mouse.up()
    two.wait_for_function("() => counted.length")
    two.wait_for_timeout(500)
    assert two.evaluate("counted") == ["First"]
    two.get_by_role("button", name="First", exact=True).tap()  # and the next press counts as ever
    two.wait_for_timeout(100)
    assert two.evaluate("counted") == ["First", "First"]


def test_however_busy_the_page_is_a_tap_counts_once(two: Page) -> None:
    two.evaluate(
        "() => first.addEventListener('click', () => { const until = Date.now() + 700; while (Date.now() < until); })"
    )
    finger = _Finger(two)
    finger.down(50, 30)
    two.evaluate(MOVED)
    finger.up()
    two.wait_for_function("() => counted.length")
    two.wait_for_timeout(1500)
    assert two.evaluate("counted") == ["First"]


def test_a_press_that_is_under_way_as_the_server_wakes_counts_as_well(two: Page) -> None:
    two.evaluate("() => { make('Second', 200); waking = true; before = answered() }")
    two.mouse.click(50, 30)
    two.mouse.move(50, 230)
    two.mouse.down()
    two.evaluate("() => awake()")
    two.wait_for_function("() => counted.length")
    two.mouse.up()
    two.wait_for_function("() => counted.length > 1")
    two.wait_for_timeout(300)
    assert two.evaluate("counted") == ["First", "Second"]


def test_what_waits_goes_on_waiting_where_the_server_goes_once_more(two: Page) -> None:
    two.evaluate("() => { waking = true; before = answered() }")
    two.mouse.click(50, 30)
    app = "document.querySelector('[data-testid=stApp]').dataset"
    two.evaluate(f"() => {{ {app}.testConnectionState = 'PINGING_SERVER'; lookAgain() }}")
    assert two.evaluate("held.length") == 1
    two.evaluate(
        f"() => {{ wasConnected = false; {app}.testConnectionState = 'CONNECTED'; clearTimeout(patience); awake() }}"
    )
    two.wait_for_function("() => counted.length")
    assert two.evaluate("counted") == ["First"]


def test_the_months_of_a_calendar_are_gone_through_as_quickly_as_one_likes(ada: Visitor) -> None:
    page = open_page(ada, "/my-pod")
    page.get_by_placeholder("Type a name").fill("Ife")
    page.keyboard.press("Enter")
    expect(page.get_by_placeholder("Type a name")).to_have_value("")
    page.get_by_text("Note a time in touch").click()
    page.get_by_test_id("stDateInput").get_by_role("button").first.click()
    calendar = page.get_by_test_id("stDateInputCalendar")
    expect(calendar).to_be_visible()
    ada.come_to_rest()
    page.wait_for_timeout(500)  # it unfolds
    before = datetime.strptime(page.evaluate(MONTH), "%B %Y")
    for _ in range(4):
        calendar.get_by_role("button", name="Previous").click()
    after = datetime.strptime(page.evaluate(MONTH), "%B %Y")
    assert 12 * before.year + before.month - 12 * after.year - after.month == 4


def test_another_button_of_the_mouse_presses_nothing(two: Page) -> None:
    two.mouse.move(50, 30)
    two.mouse.down(button="right")
    two.evaluate(MOVED)
    two.mouse.up(button="right")
    two.wait_for_timeout(300)
    assert two.evaluate("counted") == []
    two.mouse.move(50, 230)
    two.mouse.down(button="right")
    two.mouse.up(button="right")
    two.mouse.down()
    two.mouse.up()
    assert two.evaluate("counted") == ["First"]  # no second half of a double click


def test_steps_are_taken_as_quickly_as_one_likes_and_a_double_click_counts_once(two: Page) -> None:
    assert two.evaluate(SIX_AT_ONCE) == ["First"]
    two.wait_for_timeout(450)
    two.evaluate("() => { counted.length = 0; document.querySelector('#two').classList.add('replay-row') }")
    assert two.evaluate(SIX_AT_ONCE) == ["First"] * 6


def test_a_tick_that_moves_under_a_press_is_ticked_once(ada: Visitor) -> None:
    page = open_page(ada, TICKS)
    tick = page.locator(TICK).locator("input[type=checkbox]").first
    tick.wait_for(state="attached")
    ada.come_to_rest()
    label = page.locator(TICK).get_by_test_id("stCheckbox").locator("label").first
    label.scroll_into_view_if_needed()
    before = tick.is_checked()
    place = label.bounding_box()
    assert place
    page.mouse.move(place["x"] + 10, place["y"] + 10)
    page.mouse.down()
    page.locator("[data-testid=stMain]").evaluate(
        "main => { const more = document.createElement('div'); more.id = 'more'; more.style.height = '120px';"
        " main.style.overflowAnchor = 'none'; main.prepend(more) }"
    )
    page.mouse.up()
    expect(tick).to_be_checked(checked=not before)
    ada.come_to_rest()
    page.wait_for_timeout(300)
    expect(tick).to_be_checked(checked=not before)


def test_the_enter_that_ends_what_is_composed_keeps_the_name(ada: Visitor) -> None:
    page = open_page(ada, "/my-pod")
    field = page.get_by_placeholder("Type a name")
    field.click()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "さくら", "selectionStart": 3, "selectionEnd": 3})
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    keys.send("Input.insertText", {"text": "さくら"})
    keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    expect(field).to_have_value("さくら")
    page.keyboard.insert_text("こ")
    expect(field).to_have_value("さくらこ")
    field.fill("")


def test_a_refused_name_can_be_typed_on_after_enter_was_pressed_once_more(ada: Visitor) -> None:
    page = open_page(ada, "/my-pod")
    field = page.get_by_placeholder("Type a name")
    for _ in range(2):
        field.fill("June")
        field.press("Enter")
        ada.come_to_rest()
    expect(page.get_by_role("button", name="Add another June")).to_be_visible()
    expect(field).to_have_value("June")
    field.press("Enter")  # the server has it already: no answer comes
    page.wait_for_timeout(1500)
    page.keyboard.type(" S", delay=50)
    expect(field).to_have_value("June S")
    field.press("Enter")
    ada.come_to_rest()
    expect(page.locator("[data-testid=stMain]").get_by_text("June S").first).to_be_visible()


def test_while_the_server_wakes_every_choice_waits_and_each_counts_once(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada", address="/reflect?at=got_smaller")
    sleeps = [page.get_by_role("button", name=name) for name in ("Laughing", "Sleep and rest")]
    ada.come_to_rest()
    _sleep_and_wake(app, page)
    for one in (*sleeps, sleeps[0]):  # the first one once more, as nothing is to be seen of it yet
        one.click()
        page.wait_for_timeout(450)
    page.evaluate("() => { waking = true; awake() }")
    for one in sleeps:
        expect(one).to_have_attribute("aria-pressed", "true")
    ada.come_to_rest()
    page = open_page(ada, "/reflect?at=got_smaller")
    for one in sleeps:
        expect(one).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("by", ["pointer", "key"])
def test_a_tick_taken_out_while_the_server_wakes_stays_out(
    server: StartServer, new_visitor: NewVisitor, tmp_path: Path, by: str
) -> None:
    app = serve(server, tmp_path / "data", "Ada")
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada", address=TICKS)
    ada.come_to_rest()
    tick = page.locator(TICK).locator("input[type=checkbox]").first
    label = page.locator(TICK).get_by_test_id("stCheckbox").locator("label").first
    label.click()
    expect(tick).to_be_checked()
    ada.come_to_rest()
    _sleep_and_wake(app, page)
    expect(tick).to_be_checked()
    if by == "pointer":
        label.click()
    else:
        tick.focus()
        page.keyboard.press("Space")
    expect(tick).to_be_checked()  # it waits
    page.evaluate("() => { waking = true; awake() }")
    expect(tick).not_to_be_checked()
    ada.come_to_rest()
    page.wait_for_timeout(500)
    expect(tick).not_to_be_checked()
    page = open_page(ada, TICKS)
    expect(page.locator(TICK).locator("input[type=checkbox]").first).not_to_be_checked()


def _sleep_and_wake(app: AppServer, page: Page) -> None:
    """The server goes and comes back; the page holds what is pressed as if the answer were still on its way."""
    app.kill()
    page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for()
    app.start()
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    page.wait_for_function("() => !waking && isStill()")
    page.evaluate("() => { waking = true; before = answered() }")
