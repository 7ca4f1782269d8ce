"""What is answered stays, in every version; it can be looked at, brought back and erased; a restart loses no word."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import characters
from tests.app_server import AppServer
from tests.browser import acts
from tests.browser.acts import WORDS, join, let_in, open_page
from tests.browser.conftest import NewVisitor
from tests.browser.filling import Circle, Place, fill, open_list, pick, see
from tests.browser.visitor import Visitor
from tests.conftest import StartServer
from workbook import content, signing
from workbook.content import Exercise
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store import accounts
from workbook.store.opening import open_store

CONTENT = content.load(ROOT / "seeds" / "en")
ZONE = "Asia/Kathmandu"
SMALLER = "/reflect?at=got_smaller"
EACH = (
    *("Ada of a walk", "Ada of two browsers", "Ada half said", "Ada of a line", "Ada of a message"),
    *("Ada who picked", "Ada of two Jos", "Ada of a press"),
)


@dataclass(frozen=True, slots=True)
class Ada:
    """One account in two browsers."""

    phone: Visitor
    laptop: Visitor


@pytest.fixture(scope="module")
def ada(shared_server: AppServer, lasting_visitor: NewVisitor) -> Ada:
    """Ada in two browsers, for all that neither stops the server nor minds what she answered before."""
    phone, laptop = (
        lasting_visitor(*size, base_url=shared_server.url, timezone_id=ZONE) for size in ((390, 844), (1280, 800))
    )
    join(shared_server, "ada of all answers")
    for who in (phone, laptop):
        let_in(who, shared_server, "ada of all answers")
    return Ada(phone, laptop)


@pytest.fixture(scope="module")
def app(lasting_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> AppServer:
    """An app to stop and start again. Each test comes as somebody of their own, found fine to write to Kofi."""
    folder = tmp_path_factory.mktemp("answers") / "data"
    store = open_store(folder, now=characters.MONDAY)
    for name in EACH:
        clock = characters.Clock()
        book = MyWorkbook(store, CONTENT, characters.person(store, name, WORDS), clock, "Europe/London")
        book.screen(book.add_member("Kofi"), characters.FINE)
        if name == "Ada who picked":
            _picks_twice(book, clock)
        if name == "Ada of two Jos":
            book.add_member("Jo")
            book.add_member("Jo", again=True)
    store.close()
    return lasting_server(folder)


def _picks_twice(book: MyWorkbook, clock: characters.Clock) -> None:
    for count_on in ("1", "2"):
        occasion = book.today.isoformat()
        book.answer("welcome.three_questions", "count_on", count_on, occasion=occasion)
        book.answer("welcome.three_questions", "concern", "4", occasion=occasion)
        book.answer("welcome.overlap", "overlap", 40, occasion=occasion)
        clock.go_on(days=30)


@pytest.fixture(scope="module")
def visitor(app: AppServer, lasting_visitor: NewVisitor) -> Visitor:
    """The browser they all use, one after the other."""
    return lasting_visitor(base_url=app.url)


def box(page: Page, prompt: str) -> Locator:
    return page.locator(f".st-key-prompt-{prompt}")


def write(who: Visitor, prompt: str, words: str) -> None:
    field = box(who.page, prompt).get_by_role("textbox")
    field.fill(words)
    field.blur()
    who.come_to_rest()
    expect(box(who.page, prompt).locator("p.saved")).to_be_visible()


def open_versions(page: Page, prompt: str) -> Locator:
    box(page, prompt).get_by_role("button", name="Earlier versions").click()
    return page.get_by_test_id("stPopoverBody")


def erase(page: Page, prompt: str) -> None:
    open_versions(page, prompt).get_by_role("button", name="Erase this and its earlier versions").click()
    expect(box(page, prompt).locator("p.saved")).to_have_count(0)
    acts.drawn(page)


# Versions


def test_an_earlier_version_can_be_looked_at_and_brought_back(ada: Ada) -> None:
    page = open_page(ada.phone, "/reflect?at=someone_stayed")
    write(ada.phone, "story", "First *words*")
    write(ada.phone, "story", "Second words")
    versions = open_versions(page, "story")
    expect(versions.get_by_text("First *words*", exact=True)).to_be_visible()
    versions.get_by_role("button", name="Bring this one back").click()
    expect(box(page, "story").get_by_role("textbox")).to_have_value("First *words*")
    page = open_page(ada.phone, "/reflect?at=someone_stayed")
    expect(box(page, "story").get_by_role("textbox")).to_have_value("First *words*")
    expect(open_versions(page, "story").get_by_text("Second words")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "prompt"),
    [
        ("/welcome?at=before", "read"),
        ("/welcome?at=before", "good_time"),
        ("/welcome?at=today", "alone"),
        ("/welcome?at=first_dots", "names"),
        ("/reflect?at=got_smaller", "picked"),
        ("/reflect?at=steady", "quiet_with"),
        ("/reconnect?at=bad_hour", "country"),
        ("/reconnect?at=three_doors", "doors"),
    ],
)
def test_an_answer_is_erased_with_all_its_versions_and_its_field_is_empty_again(
    address: str, prompt: str, ada: Ada
) -> None:
    page = open_page(ada.phone, address)
    empty = state_of(ada.phone, prompt)
    exercise = CONTENT.exercise(address.strip("/").replace("?at=", "."))
    one = Place(ada.phone, exercise, exercise.prompt(prompt), Circle(CONTENT))
    see(one, fill(one))
    erase(page, prompt)
    assert state_of(ada.phone, prompt) == empty
    page = open_page(ada.phone, address)
    expect(box(page, prompt).locator("p.saved")).to_have_count(0)
    assert state_of(ada.phone, prompt) == empty


def state_of(who: Visitor, prompt: str) -> list[str | None]:
    """Everything in a prompt's part of the page that can be on, chosen or filled."""
    who.come_to_rest()
    fields = box(who.page, prompt).locator("input, textarea, button[aria-checked], button[aria-pressed], p.named")
    expect(fields.first).to_be_attached()
    look = "e => e.matches('p') ? e.innerText : e.type === 'checkbox' ? String(e.checked) : e.ariaValueText || e.value || e.ariaChecked || e.ariaPressed"
    return [field.evaluate(look) for field in fields.all()]


# Saving


def test_saved_says_the_time_of_day_where_the_person_is(ada: Ada) -> None:
    page = open_page(ada.phone, "/reflect?at=drifted")
    began = datetime.now(ZoneInfo(ZONE))
    write(ada.phone, "together", "Momos")
    took = datetime.now(ZoneInfo(ZONE)) - began
    said = box(page, "together").locator("p.saved").inner_text()
    minutes = took // timedelta(minutes=1) + 2
    assert said in {f"Saved {began + timedelta(minutes=later):%H:%M}" for later in range(minutes)}


def test_words_are_saved_when_the_next_thing_done_is_to_go_on_and_the_next_page_begins_at_its_top(ada: Ada) -> None:
    page = open_page(ada.phone, SMALLER)
    box(page, "little_back").get_by_role("textbox").fill("Not lost")
    page.get_by_role("button", name="Next", exact=True).click()
    heading = page.get_by_role("heading", name="What steady feels like")
    expect(heading).to_be_in_viewport()
    expect(heading).to_be_focused()  # by keyboard one goes on from here, and hears where one is
    expect(page.get_by_role("button", name="What got smaller · written in")).to_be_visible()
    page = open_page(ada.phone, SMALLER)
    expect(box(page, "little_back").get_by_role("textbox")).to_have_value("Not lost")


def test_the_newer_answer_of_another_browser_is_there_at_the_next_load(ada: Ada) -> None:
    address = "/reconnect?at=help_most"
    for who, words in ((ada.phone, "From the phone"), (ada.laptop, "From the laptop")):
        open_page(who, address)
        write(who, "detail", words)
    page = open_page(ada.phone, address)
    expect(box(page, "detail").get_by_role("textbox")).to_have_value("From the laptop")
    write(ada.phone, "detail", "Newest, from the phone")
    page = open_page(ada.laptop, address)
    expect(box(page, "detail").get_by_role("textbox")).to_have_value("Newest, from the phone")


def test_what_cannot_be_saved_stays_in_its_field_and_the_reason_stands_beside_it(ada: Ada) -> None:
    page = open_page(ada.laptop, "/reconnect?at=three_doors")
    field = box(page, "sounds").get_by_role("textbox")
    field.click()
    field.fill("x" * 20_010)
    field.blur()
    expect(box(page, "sounds").locator("p.trouble")).to_contain_text("Take out 10 letters")
    expect(page.locator("body > .told")).to_contain_text("Take out 10 letters")  # for those who listen to the page
    expect(box(page, "sounds").locator("p.saved")).to_have_count(0)
    expect(field).to_have_value("x" * 20_010)
    write(ada.laptop, "sounds", "Short")
    expect(box(page, "sounds").locator("p.trouble")).to_have_count(0)


# The server goes and comes back


def test_after_a_restart_unsaved_words_are_still_in_their_fields_and_are_saved_with_the_next_act(
    app: AppServer, visitor: Visitor
) -> None:
    ada, page = visitor, let_in(visitor, app, "Ada of a walk", address=SMALLER)
    write(ada, "little_back", "A swim")
    field = box(page, "little_back").get_by_role("textbox")
    field.fill("A walk, and then tea")
    kill_and_start(app, ada)
    expect(field).to_have_value("A walk, and then tea")
    page.get_by_role("button", name="Sleep and rest").click()
    expect(page.get_by_role("button", name="Sleep and rest")).to_have_attribute("aria-pressed", "true")
    expect(open_versions(page, "little_back").get_by_text("A swim", exact=True)).to_be_visible()
    page = open_page(ada, SMALLER)
    expect(field).to_have_value("A walk, and then tea")
    expect(page.get_by_role("button", name="Sleep and rest")).to_have_attribute("aria-pressed", "true")


def test_after_a_restart_a_page_left_open_does_not_bring_old_answers_back(
    app: AppServer, visitor: Visitor, new_visitor: NewVisitor
) -> None:
    phone, laptop = new_visitor(390, 844, base_url=app.url), visitor
    left_open = let_in(phone, app, "Ada of two browsers", address=SMALLER)
    write(phone, "little_back", "Old, on the phone")
    let_in(laptop, app, "Ada of two browsers", address=SMALLER)
    write(laptop, "little_back", "New, on the laptop")
    kill_and_start(app, phone)
    laughing = left_open.get_by_role("button", name="Laughing")
    laughing.click()
    expect(box(left_open, "little_back").get_by_role("textbox")).to_have_value("New, on the laptop")
    expect(laughing).to_have_attribute("aria-pressed", "true")  # it waited for the page to be drawn anew
    phone.come_to_rest()
    page = open_page(laptop, SMALLER)
    expect(box(page, "little_back").get_by_role("textbox")).to_have_value("New, on the laptop")
    expect(page.get_by_role("button", name="Laughing")).to_have_attribute("aria-pressed", "true")


def test_after_a_restart_a_name_half_typed_and_a_message_not_kept_are_still_there(
    app: AppServer, visitor: Visitor
) -> None:
    ada, page = visitor, let_in(visitor, app, "Ada half said", address="/reach-out?at=warm_up")
    pick(page, box(page, "who").get_by_role("combobox"), "Kofi")
    ada.come_to_rest()
    draft = box(page, "text").locator("textarea")
    draft.fill("Hi Kofi, thinking of you.")
    kill_and_start(app, ada)
    page.get_by_role("radio", name="Not today").click()
    expect(page.get_by_role("radio", name="Not today")).to_be_checked()
    expect(draft).to_have_value("Hi Kofi, thinking of you.")
    expect(open_page(ada, "/reach-out?at=warm_up").locator("textarea")).to_have_value("")

    page = open_page(ada, "/reflect?at=drifted")
    name = box(page, "names").get_by_role("textbox")
    name.fill("Noor")
    kill_and_start(app, ada)
    write(ada, "together", "Bus rides")
    expect(name).to_have_value("Noor")
    name.press("Enter")
    expect(box(page, "names").locator("p.named")).to_have_text("Noor")


def test_after_a_restart_a_line_half_typed_is_saved_too(app: AppServer, new_visitor: NewVisitor) -> None:
    ada = new_visitor(390, 844, base_url=app.url)
    page = let_in(ada, app, "Ada of a line", address="/stay-open?at=limits")
    box(page, "can").get_by_role("textbox").fill("Half an hour")
    kill_and_start(app, ada)
    write(ada, "cannot", "Nights")
    page = open_page(ada, "/stay-open?at=limits")
    expect(box(page, "can").get_by_role("textbox")).to_have_value("Half an hour")


def kill_and_start(app: AppServer, who: Visitor) -> None:
    """Gone without warning, back on the same port and data; the page finds it by itself and is drawn again."""
    app.kill()
    who.page.locator("[data-testid=stApp]:not([data-test-connection-state=CONNECTED])").wait_for()
    app.start()
    who.page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    who.come_to_rest()


# What a page says back


def test_a_message_is_kept_only_while_it_is_ticked(app: AppServer, visitor: Visitor) -> None:
    address = "/reach-out?at=two_lines"
    ada, page = visitor, let_in(visitor, app, "Ada of a message", address=address)
    pick(page, box(page, "who").get_by_role("combobox"), "Kofi")
    ada.come_to_rest()
    area, keep = box(page, "text").locator("textarea"), box(page, "keep").get_by_test_id("stCheckbox").locator("label")
    saved = page.locator(".st-key-saved-text- p.saved")  # the tick beside it has its own
    area.fill("Hi Kofi & all")
    area.blur()
    for name, link in (("messages", "sms:?&body="), ("mail", "mailto:?body="), ("WhatsApp", "https://wa.me/?text=")):
        way_out = page.get_by_role("link", name=f"Open in {name}")
        expect(way_out).to_have_attribute("href", f"{link}Hi%20Kofi%20%26%20all")
    expect(page.get_by_text("There is still a gap in it")).to_have_count(0)
    area.fill("Hi Kofi, on ____? " + "x" * 1_500)
    area.blur()
    expect(page.get_by_text("There is still a gap in it: ____.")).to_be_visible()
    expect(page.get_by_text("This is long for a phone to take over.")).to_be_visible()
    expect(page.get_by_role("link", name="Open in mail")).to_have_count(0)
    area.fill("Hi Kofi & all")
    area.blur()
    expect(box(page, "text")).to_contain_text("They are gone when you close or reload this page")
    expect(open_page(ada, address).locator("textarea")).to_have_value("")

    area.fill("Hi Kofi")
    area.blur()
    ada.come_to_rest()
    keep.click()
    expect(saved).to_be_visible()
    expect(open_page(ada, address).locator("textarea")).to_have_value("Hi Kofi")
    keep.click()
    expect(saved).to_have_count(0)
    expect(open_page(ada, address).locator("textarea")).to_have_value("")


def test_a_press_counts_where_leaving_a_field_moves_the_page_under_it(app: AppServer, visitor: Visitor) -> None:
    """A finger rests on a button longer than the server takes to save what was typed and to draw more above it."""
    ada, page = visitor, let_in(visitor, app, "Ada of a press", address="/reach-out?at=two_lines")
    pick(page, box(page, "who").get_by_role("combobox"), "Kofi")
    ada.come_to_rest()
    starters = page.locator("details", has_text="Begin from a starter")
    following = page.get_by_role("button", name="Next", exact=True)
    expect(starters).to_have_attribute("open", "")
    box(page, "text").locator("textarea").fill("Hi Kofi, a small hello")
    following.hover()
    before = following.bounding_box()
    page.mouse.down()
    expect(page.get_by_text("5 words.")).to_be_visible()
    ada.come_to_rest()
    expect(starters).to_have_attribute("open", "")  # typing folds nothing away
    after = following.bounding_box()
    page.mouse.up()
    assert before and after and abs(after["y"] - before["y"]) > 20, "Nothing moved: this shows nothing."
    expect(page.get_by_role("heading", name="When and where")).to_be_visible()
    ada.come_to_rest()
    page.get_by_role("button", name="Write two lines").click()
    expect(page.get_by_role("heading", name="Write two lines")).to_be_visible()
    ada.come_to_rest()  # a page half drawn may show the last one's field of the same name, too
    expect(box(page, "text").locator("textarea")).to_have_value("Hi Kofi, a small hello")
    expect(starters).not_to_have_attribute("open", "")  # it begins with words

    following.hover()
    page.mouse.down()
    page.mouse.move(5, 300)  # away from it: no press
    page.mouse.up()
    ada.come_to_rest()
    expect(page.get_by_role("heading", name="Write two lines")).to_be_visible()


def test_a_thing_done_again_begins_afresh_and_the_earlier_time_can_be_opened(ada: Ada) -> None:
    page = open_page(ada.laptop, "/stay-open?at=kindness")
    write(ada.laptop, "did", "Held the door")
    page.get_by_role("button", name="Start another one").click()
    ada.laptop.come_to_rest()
    expect(box(page, "did").get_by_role("textbox")).to_have_value("")
    write(ada.laptop, "did", "Rang when they said")
    page = open_page(ada.laptop, "/stay-open?at=kindness")
    expect(box(page, "did").get_by_role("textbox")).to_have_value("Rang when they said")
    times = page.locator(".st-key-other-times").get_by_role("combobox")
    open_list(page, times)
    page.get_by_role("option").last.click()
    expect(box(page, "did").get_by_role("textbox")).to_have_value("Held the door")


def test_a_content_note_offers_another_way_that_leads_there(ada: Ada) -> None:
    with_note = [e for e in CONTENT.exercises if e.before]
    assert with_note
    for exercise in with_note:
        other = CONTENT.exercise(exercise.instead)
        page = open_page(ada.phone, _address(exercise))
        expect(page.locator("p.note").first).to_have_text(exercise.before)
        way = page.locator(".st-key-step").get_by_role("link", name=other.title)
        (way if other.step != exercise.step else page.get_by_role("button", name=other.title).first).click()
        expect(page.get_by_role("heading", name=other.title, level=2)).to_be_in_viewport()
        expect(page).to_have_url(re.compile(f"{re.escape(_address(other))}$"))


def _address(exercise: Exercise) -> str:
    step, name = exercise.key.split(".")
    return f"/{step.replace('_', '-')}?at={name}"


def test_earlier_picks_are_shown_in_words_only(app: AppServer, visitor: Visitor) -> None:
    ada, page = visitor, let_in(visitor, app, "Ada who picked", address="/welcome?at=three_questions")
    said = page.locator(".st-key-step").inner_text()
    days = r"This is what you picked on 2 Mar( 2026)? and 1 Apr( 2026)?\. Up and down is normal\."
    assert re.search(days, said)
    assert re.search(r"2 Mar( 2026)?: none · 1 Apr( 2026)?: 1–2", said)
    assert re.search(r"2 Mar( 2026)?: some · 1 Apr( 2026)?: some", said)
    assert not re.search(r"[→↑↓]|poor|moderate|strong|score|total", said)
    page.get_by_role("radio", name="none").first.click()
    expect(box(page, "count_on").locator("p.note")).to_contain_text("Many people start here.")
    box(page, "count_on").get_by_role("link", name="Help now").click()
    expect(page.get_by_role("heading", name="Help now")).to_be_visible()
    expect(open_page(ada, "/welcome?at=overlap").get_by_text("40 of 100").first).to_be_visible()


def test_two_of_the_same_name_can_both_be_chosen(app: AppServer, visitor: Visitor) -> None:
    ada, page = visitor, let_in(visitor, app, "Ada of two Jos", address="/reflect?at=steady")
    for label in ("Jo", "Jo (2)"):
        pick(page, box(page, "quiet_with").get_by_role("combobox"), label)
        ada.come_to_rest()
        expect(box(page, "quiet_with").locator("p.saved")).to_be_visible()
        expect(acts.drawn(page).get_by_role("combobox")).to_have_value(label)
    app.stop()
    store = open_store(app.data, now=characters.MONDAY)
    ada_id = accounts.find_person(store, signing.folded("Ada of two Jos")) or ""
    book = MyWorkbook(store, CONTENT, ada_id, characters.Clock(), "Europe/London")
    twins = [m.member_id for m in book.members() if m.name == "Jo"]
    versions = [s.value for s in book.versions("reflect.steady", "quiet_with")]
    store.close()
    assert len(twins) == 2 and versions == [twins[1], twins[0]]
