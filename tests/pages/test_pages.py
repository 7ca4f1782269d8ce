"""Every page, run without a browser: what it shows, to whom, and what using it changes."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import Clock, came_in
from workbook import house
from workbook.gate import fresh_cookie
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT, Settings
from workbook.ui import help_lines, session, today
from workbook.ui.plain import safe

# In AppTest a page is found by its whole path.
OWN = {
    "steps/today": "Today",
    "steps/reflect": "Reflect",
    "steps/reach_out": "Reach Out",
    "steps/reconnect": "Reconnect with Resources",
    "steps/stay_open": "Stay Open",
    "steps/check_in": "Check-in",
    "pod/map": "My pod",
    "pod/growth": "Growth",
    "mine/data": "Mine to keep",
}
OPEN = {
    "door/welcome": "A few people who are there for you",
    "door/join": "Open the link again",
    "door/help_now": "Help now",
    "door/about": "About",
    "mine/sharing": "Who can see this",
    "door/sample": "A sample to look around",
}
STORY = "We mended bikes"


@dataclass
class Browser:
    """One browser: which cookie it holds, and the page it has open."""

    home: House
    page: AppTest
    cookie: str = ""

    def sign_in(self, person_id: str) -> None:
        """Hold a cookie of a live session, as after the sign-in form."""
        before = fresh_cookie()
        taken = self.home.gate.take(self.home.gate.ticket(came_in(self.home.gate, person_id), before), before)
        assert taken is not None and taken.cookie is not None
        self.cookie = taken.cookie

    def open(self, path: str, **query: str) -> AppTest:
        """Go to a page."""
        self.page.run().switch_page(str(ROOT / "pages" / f"{path}.py"))
        for name, value in query.items():
            self.page.query_params[name] = value
        return self.page.run()


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(tmp_path / "data"), clock)
    house.close_house()


@pytest.fixture
def browser(home: House, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A stranger's browser."""
    one = Browser(home, AppTest.from_file(str(ROOT / "workbook/ui/main.py"), default_timeout=30))
    monkeypatch.setattr(session, "cookie", lambda: one.cookie)
    return one


@pytest.fixture
def ada(home: House) -> MyWorkbook:
    """Ada's workbook, with a story and June in it."""
    person_id = characters.person(home.store, "Ada", "seven slow trams at dusk")
    book = home.workbook_of(person_id, "Europe/London")
    book.answer("reflect.drifted", "together", STORY)
    book.name_someone("reflect.drifted", "names", "June")
    return book


def seen(page: AppTest) -> str:
    """All that is on the page, hidden parts too, but for the style sheet."""
    shown = [str(getattr(one, "proto", "")) for one in page.main if one.type != "main"]
    return "\n".join(text for text in shown if "<style>" not in text)


def html(page: AppTest, mark: str) -> list[str]:
    """The pieces of our own HTML that hold `mark`."""
    return [one.proto.body for one in page.get("html") if mark in one.proto.body]


@pytest.mark.parametrize("path", OWN)
def test_a_stranger_finds_the_door_in_the_place_of_the_page(browser: Browser, ada: MyWorkbook, path: str) -> None:
    page = browser.open(path)
    assert [one.value for one in page.title] == ["Sign in"]
    assert [(one.label, one.proto.autocomplete) for one in page.text_input] == [
        ("Your name here", "username"),
        ("Passphrase", "current-password"),
    ]
    assert len(page.header) == 0
    assert not page.exception
    assert not [word for word in (STORY, "June", "Ada") if word in seen(page)]


@pytest.mark.parametrize(("path", "title"), OWN.items())
def test_the_person_finds_their_page(browser: Browser, ada: MyWorkbook, path: str, title: str) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open(path)
    assert title in [one.value for one in page.title] or html(page, f"<h1>{title}</h1>")
    assert not page.exception
    assert not html(page, "Something went wrong")
    assert "Sign out" in [one.label for one in page.button]


@pytest.mark.parametrize(("path", "title"), OPEN.items())
def test_what_needs_no_sign_in_is_open_to_strangers(browser: Browser, path: str, title: str) -> None:
    page = browser.open(path)
    assert title in [one.value for one in page.title] or html(page, f"<h1>{title}</h1>")
    assert not page.exception


@pytest.mark.parametrize("path", (*OWN, *OPEN))
def test_help_and_the_way_out_are_on_every_page(browser: Browser, ada: MyWorkbook, path: str) -> None:
    for person in ("", ada.person_id):
        if person:
            browser.sign_in(person)
        page = browser.open(path)
        [way_out] = html(page, 'class="leave"')
        assert 'href="https://www.bbc.com/weather" target="_self"' in way_out
        for words in ("Help now", "Who can see this"):
            assert f'label: "{words}"' in seen(page)


def test_an_answer_saves_itself_and_says_when(browser: Browser, ada: MyWorkbook, clock: Clock) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    assert page.text_area[0].value == STORY
    clock.go_on(hours=5, minutes=2)
    page.text_area[0].input("We mended *old* bikes").run()
    assert [s.value for s in ada.saved("reflect.drifted") if s.prompt == "together"] == ["We mended *old* bikes"]
    assert html(page, "Saved 14:02")


def test_what_is_typed_after_signing_out_elsewhere_is_not_saved(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    browser.home.gate.end_everywhere(ada.person_id)
    page.text_area[0].input("too late").run()
    assert [one.value for one in page.title] == ["Sign in"]
    assert [s.value for s in ada.saved("reflect.drifted") if s.prompt == "together"] == [STORY]
    assert STORY not in seen(page)


@pytest.mark.promise("session_id_takeover")
def test_a_page_left_open_shows_nothing_to_the_next_person_on_the_browser(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("steps/reflect", at="drifted")
    assert STORY in seen(page)
    adas = browser.cookie
    area = page.text_area[0]
    assert area.key is not None
    area.set_value("Typed and not yet sent")
    browser.sign_in(characters.person(browser.home.store, "Kofi"))
    page.run()
    assert html(page, "This page was left open by someone else")
    assert STORY not in seen(page) and "Typed" not in seen(page) and not page.text_area
    browser.cookie = adas
    assert page.run().text_area(key=area.key).value == "Typed and not yet sent"


def test_a_member_is_added_placed_described_and_released(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map")
    page.text_input(key=f"{ada.person_id}|new member").input("Choir").run()
    choir = ada.members()[-1]
    assert (choir.name, choir.place) == ("Choir", "unplaced")

    def key(*parts: str) -> str:
        return "|".join((ada.person_id, parts[0], choir.member_id, *parts[1:]))

    page.button(key=key("move", "outer")).click().run()
    _pick(page, "Kind", "group")
    _pick(page, "Good for", ["company", "listen"])
    _pick(page, "Do you feel heard?", "yes")
    page.text_area(key=key("fact", "notes")).input("Tuesdays").run()
    choir = ada.members()[-1]
    assert (choir.place, choir.kind, choir.good_for, choir.heard, choir.notes) == (
        *("outer", "group", ("listen", "company"), "yes", "Tuesdays"),
    )
    page.button(key=key("leave", "release")).click().run()
    assert ada.members()[-1].place == "released"
    page.button(key=key("leave", "back")).click().run()
    assert ada.members()[-1].place == "unplaced"
    page.button(key=key("leave", "yes")).click().run()
    assert [m.name for m in ada.members()] == ["June"]
    assert "Choir" not in seen(page)


def _pick(page: AppTest, label: str, choice: str | list[str]) -> None:
    next(one for one in page.button_group if one.label == label).set_value(choice).run()


def test_a_name_already_there_is_added_again_only_by_choice(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("pod/map")
    page.text_input(key=f"{ada.person_id}|new member").input("june").run()
    assert html(page, "There is already someone with that name")
    assert len(ada.members()) == 1
    next(one for one in page.button if one.label == "Add another june" or one.label == "Add another June").click().run()
    assert len(ada.members()) == 2


def test_growth_says_what_the_moves_say(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    assert html(browser.open("pod/growth"), "Nothing here yet, and that is fine")
    ada.move(ada.members()[0].member_id, "core")
    assert html(browser.open("pod/growth"), "Now: 1 in the Core Circle.")


def test_low_energy_hides_all_but_one_small_thing(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today")
    assert [one.value for one in page.header] == ["My pod"]
    next(one for one in page.button if one.label == "Low energy today").click().run()
    assert len(page.header) == 0
    assert len(html(page, "One small thing")) == 1
    next(one for one in page.button if one.label == "Show everything again").click().run()
    assert [one.value for one in page.header] == ["My pod"]


def test_help_now_never_shows_another_countrys_number(browser: Browser) -> None:
    page = browser.open("door/help_now")
    assert not html(page, "tel:")
    content = browser.home.content
    for country in content.countries:
        page.pills(key="help country").select(country).run()
        lines = [line for line in content.help_lines if line["country"] == country]
        shown = "\n".join(html(page, 'class="lines"'))
        for how, field in (("tel", "dial"), ("sms", "sms")):
            offered = {line[field] for line in lines if line[field]}
            assert set(re.findall(rf'href="{how}:([^"?]*)', shown)) == offered, country
        assert all(safe(line["name"]) in shown for line in lines)


def test_a_line_nobody_checked_shows_its_website_only() -> None:
    line = {"country": "uk", "group": "crisis", "name": "New line", "number": "0123", "dial": "0123", "sms": "0456"}
    shown = help_lines.card({**line, "url": "https://line.example/", "verified": False})
    assert "0123" not in shown
    assert "0456" not in shown
    assert 'href="https://line.example/"' in shown
    assert "We could not check a number" in shown


def test_help_now_begins_with_young_peoples_lines_for_someone_under_eighteen(browser: Browser) -> None:
    page = browser.open("door/help_now", **{"for": "young"})
    page.pills(key="help country").select("uk").run()
    assert "For young people" in html(page, 'class="lines"')[0]
    assert html(page, "made for adults")


def test_a_country_chosen_for_a_bad_hour_is_there_at_once(browser: Browser, ada: MyWorkbook) -> None:
    ada.answer("reconnect.bad_hour", "country", "ie")
    browser.sign_in(ada.person_id)
    assert browser.open("door/help_now").pills(key="help country").value == "ie"


def test_a_code_to_come_back_with_is_offered_once_a_name_is_there_and_shown_once(
    browser: Browser, home: House, ada: MyWorkbook
) -> None:
    kofi = characters.person(home.store, "Kofi")
    browser.sign_in(kofi)
    offer = "Show me my code"
    assert offer not in [one.label for one in browser.open("steps/today").button]
    home.workbook_of(kofi, "UTC").add_member("Esi")
    page = browser.open("steps/today")
    next(one for one in page.button if one.label == offer).click().run()
    assert len(page.code) == 1
    page.button(key="code noted").click().run()
    assert len(page.code) == 0
    assert offer not in [one.label for one in browser.open("pod/map").button]


@pytest.mark.parametrize(
    ("name", "words", "age", "sentence"),
    [
        ("Kofi", "nine loud trams at noon", None, "whether you are 18 or over"),
        ("", "nine loud trams at noon", "yes", "Choose a name"),
        ("Kofi", "too short", "yes", "a little short"),
        ("ada", "nine loud trams at noon", "yes", "already uses that name"),
        ("Kofi", "passwordpassword", "yes", "easy to guess"),
    ],
)
def test_an_account_that_cannot_be_made_says_why_and_is_not_made(
    browser: Browser, ada: MyWorkbook, name: str, words: str, age: str | None, sentence: str
) -> None:
    page = browser.open("door/welcome")
    page.button(key="begin").click().run()
    if age:
        _pick(page, "Are you 18 or over?", age)
    page.text_input(key="start name").input(name)
    page.text_input(key="start words").input(words)
    next(one for one in page.button if one.label == "Start").click().run()
    assert html(page, sentence)
    assert page.text_input(key="start name").value == name
    assert browser.home.store.read("SELECT count(*) FROM people") == [(1,)]


def test_who_runs_the_server_is_told_before_anyone_begins(
    browser: Browser, home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted = Settings(home.settings.folder, operator="A <b>Circle</b>", contact="me@x.example", country="Wales")
    monkeypatch.setattr(session, "home", lambda: House(hosted, home.content, home.store, home.gate, home.clock))
    page = browser.open("door/welcome")
    page.button(key="begin").click().run()
    [card] = html(page, "Who runs this server")
    assert "A &lt;b&gt;Circle&lt;/b&gt;" in card
    assert all(words in card for words in ("me@x.example", "Wales", "could read what you write here"))


def test_a_fault_is_told_kindly_and_its_words_reach_neither_page_nor_log(
    browser: Browser, ada: MyWorkbook, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(book: MyWorkbook) -> None:
        raise ValueError(STORY)

    browser.sign_in(ada.person_id)
    monkeypatch.setattr(today, "show", fail)
    with caplog.at_level(logging.ERROR):
        page = browser.open("steps/today")
    assert html(page, "Something went wrong on our side")
    assert "ValueError in fail" in caplog.text
    assert STORY not in seen(page) + caplog.text
    assert not page.exception


def test_a_page_found_open_gives_no_recovery_code_until_the_passphrase_is_typed(browser: Browser, clock: Clock) -> None:
    rowan = characters.person(browser.home.store, "Rowan", "harbour lemon quiet stone")
    browser.home.workbook_of(rowan, "UTC").add_member("June")
    browser.sign_in(rowan)
    clock.go_on(minutes=11)
    page = browser.open("steps/today")
    page.button(key="make code").click().run()
    assert not browser.home.gate.has_recovery_code(rowan) and not page.code
    for words, shown in (("not the right words", 0), ("harbour lemon quiet stone", 1)):
        page.text_input(key="prove words code").input(words)
        [go_on] = [one for one in page.button if one.label == "Go on"]
        go_on.click().run()
        assert len(page.code) == shown
    assert browser.home.gate.has_recovery_code(rowan)
