"""The coach's desk, run without a browser: what it shows, to whom, and what using it changes."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import Clock, came_in
from tests.pages.test_pages import Browser, html, seen
from workbook import house
from workbook.coach_desk import CoachDesk
from workbook.coaching import LONGEST_OPEN_DAYS, MOST_SEATS, Card, Group, Resource
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.settings import ROOT, Settings
from workbook.store.engine import StoreTrouble
from workbook.ui import coach_group, session

WORDS = "seven slow trams at dusk"
STORY = "We mended bikes"
MARKED = "**Bo** :material/home: <b>x</b> $a$"
LONG = "a" * 10_000
PAGES = ("coach/people", "coach/person", "coach/group")


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(tmp_path / "data", public_url="https://notes.example.org"), clock)
    house.close_house()


@pytest.fixture
def browser(home: House, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A stranger's browser."""
    one = Browser(home, AppTest.from_file(str(ROOT / "workbook/ui/main.py"), default_timeout=30))
    monkeypatch.setattr(session, "cookie", lambda: one.cookie)
    return one


def coach(home: House, name: str) -> CoachDesk:
    """The desk of someone who became a coach by a code."""
    person_id = characters.person(home.store, name, WORDS)
    cookie = home.gate.take(home.gate.ticket(came_in(home.gate, person_id), "before"), "before")
    assert cookie is not None
    found = home.gate.who(cookie.cookie)
    assert found is not None
    home.gate.become_coach(found, home.gate.new_coach_code(), "here")
    return home.desk_of(person_id)


@pytest.fixture
def desk(home: House) -> CoachDesk:
    """Miriam's desk; she has no group yet."""
    return coach(home, "Miriam")


@pytest.fixture
def miriam(browser: Browser, desk: CoachDesk) -> Browser:
    """Miriam's browser, signed in."""
    browser.sign_in(desk.coach_id)
    return browser


@pytest.fixture
def evenings(desk: CoachDesk) -> str:
    """Her group."""
    return desk.make_group(Group("Evenings", "Miriam"))


def join(home: House, desk: CoachDesk, group_id: str, name: str, *scopes: str, called: str = "") -> MyWorkbook:
    """Someone new in the group, who shares just this."""
    book = home.workbook_of(characters.person(home.store, name), "Europe/London")
    book.sharing.join(desk.invite(group_id), called=called, scopes=scopes)
    return book


def place_of(desk: CoachDesk, group_id: str, called: str) -> str:
    """How the address of a person's page names them."""
    return next(one.membership_id for one in desk.people(group_id) if one.called == called)


def press(page: AppTest, words: str, *, number: int = 0) -> AppTest:
    """Press the button with these words."""
    [*found] = [one for one in page.button if one.label == words]
    assert len(found) > number, f"{words} is none of {[one.label for one in page.button]}"
    return found[number].click().run()


def field(page: AppTest, label: str, kind: str = "text_input", number: int = 0) -> Any:
    """The field with this label."""
    every: list[Any] = list(page.get(kind))
    found = [one for one in every if one.label == label]
    assert len(found) > number, f"{label} is none of {[one.label for one in every]}"
    return found[number]


def buttons(page: AppTest) -> list[str]:
    return [one.label for one in page.button]


# The door


@pytest.mark.parametrize("path", PAGES)
def test_a_person_who_is_no_coach_finds_the_way_to_become_one(browser: Browser, home: House, path: str) -> None:
    browser.sign_in(characters.person(home.store, "Ada", WORDS))
    page = browser.open(path)
    assert [one.label for one in page.text_input] == ["Set-up code"]
    assert not page.exception


def test_a_code_opens_the_desk_once_and_a_wrong_one_says_so(browser: Browser, home: House) -> None:
    ada = characters.person(home.store, "Ada", WORDS)
    code = home.gate.new_coach_code()
    browser.sign_in(ada)
    page = browser.open("coach/people")
    field(page, "Set-up code").input("not a code")
    press(page, "Open my desk")
    assert "That code opens no desk" in seen(page)
    field(page, "Set-up code").input(code)
    press(page, "Open my desk")
    assert home.gate.is_coach(ada)
    assert "Your first group" in [one.value for one in page.header]


def test_a_coachs_page_is_put_away_after_ten_minutes_and_a_persons_after_fifteen(
    miriam: Browser, home: House, desk: CoachDesk
) -> None:
    assert 'data-idle="10"' in html(miriam.open("coach/people"), 'class="leave"')[0]
    assert 'data-idle="10"' in html(miriam.open("steps/today"), 'class="leave"')[0]
    miriam.cookie = ""
    miriam.page.session_state["whose"] = ada = characters.person(home.store, "Ada", WORDS)
    miriam.sign_in(ada)
    assert 'data-idle="15"' in html(miriam.open("steps/today"), 'class="leave"')[0]


def test_whoever_has_to_sign_in_on_a_page_of_the_desk_comes_back_to_just_that_page(
    browser: Browser, home: House, desk: CoachDesk, evenings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(session, "take_up", lambda person_id, *, kept, then: sent.append(then))
    join(home, desk, evenings, "Ada", called="Ada")
    ada = place_of(desk, evenings, "Ada")
    made_up = "https://elsewhere.invalid/?x&y"
    for path, address, named in (
        ("coach/person", "coach-person", {"g": evenings, "id": ada}),
        ("coach/group", "coach-group", {"id": evenings, "g": made_up}),
        ("coach/people", "coach", {"g": evenings}),
    ):
        monkeypatch.setattr(type(st.context), "url", f"http://localhost/{address}")
        page = browser.open(path, **named)
        page.text_input(key="sign in name").input("Miriam")
        page.text_input(key="sign in words").input(WORDS)
        press(page, "Sign in")
        assert sent.pop() == f"{address}?" + "&".join(f"{n}={v}" for n, v in named.items() if v != made_up)
        for name in named:
            del page.query_params[name]


# Groups


def test_the_first_group_is_made_from_two_names_and_its_page_follows(miriam: Browser, desk: CoachDesk) -> None:
    page = miriam.open("coach/people")
    field(page, "Name of the group").input("Evenings")
    field(page, "The name its members know you by").input("Miriam")
    press(page, "Make the group")
    [made] = desk.groups().values()
    assert (made.name, made.coach) == ("Evenings", "Miriam")
    assert "Evenings" in [one.value for one in page.title]
    assert "Make a group link" in buttons(page)


@pytest.mark.parametrize(("name", "said"), [("", "Give the group a name first."), (LONG, "Keep it to 80 letters")])
def test_a_group_name_that_cannot_be_kept_stays_in_its_field(
    miriam: Browser, desk: CoachDesk, name: str, said: str
) -> None:
    page = miriam.open("coach/people")
    field(page, "Name of the group").input(name)
    field(page, "The name its members know you by").input("Miriam")
    press(page, "Make the group")
    assert said in seen(page)
    assert field(page, "Name of the group").value == name
    assert field(page, "The name its members know you by").value == "Miriam"
    assert desk.groups() == {}


def test_a_second_group_is_made_and_either_can_be_chosen(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    page = miriam.open("coach/people")
    field(page, "Name of the group").input("Mornings")
    field(page, "The name its members know you by").input("Miriam")
    press(page, "Make the group")
    page = miriam.open("coach/people")
    assert page.header[0].value == "Mornings"
    field(page, "Group", "selectbox").select(evenings).run()
    assert page.header[0].value == "Evenings"
    assert page.query_params["g"] == evenings


def test_another_coachs_group_cannot_be_asked_for(miriam: Browser, home: House, desk: CoachDesk, evenings: str) -> None:
    tom = coach(home, "Tom")
    his = tom.make_group(Group("Toms own", "Tom"))
    rosa = join(home, tom, his, "Rosa", "steps", "shape", called="Rosa")
    before = tom.group(his)
    page = miriam.open("coach/people", g=his)
    assert page.header[0].value == "Evenings"
    for path, query in (
        ("coach/group", {"id": his}),
        ("coach/person", {"g": his, "id": place_of(tom, his, "Rosa")}),
        ("coach/person", {"g": evenings, "id": place_of(tom, his, "Rosa")}),
        ("coach/person", {}),
        ("coach/group", {}),
    ):
        page = miriam.open(path, **query)
        assert "That is not here." in seen(page)
        assert "Toms own" not in seen(page) and "Rosa" not in seen(page)
        assert not page.exception
    assert tom.group(his) == before
    assert [look.coach for look in rosa.sharing.looks()] == ["Tom"]


# People


def test_the_desk_shows_what_is_shared_and_nothing_else(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, clock: Clock
) -> None:
    ada = join(home, desk, evenings, "Ada", "steps", "shape", called="Ada B.")
    ada.note_opened("reflect.drifted")
    ada.move(ada.add_member("June"), "core")
    clock.go_on(seconds=1)
    kofi = join(home, desk, evenings, "Kofi", called="Kofi")
    kofi.note_opened("reach_out.warm_up")
    clock.go_on(seconds=1)
    join(home, desk, evenings, "Noor", "shape")
    page = miriam.open("coach/people")
    said = html(page, 'class="in-short"')
    assert len(said) == 3
    assert "Pages opened: Reflect 1. The last in the week of 2 Mar." in said[0]
    assert 'alt="From' in said[0] and "</span>1</span>" in said[0]
    assert "They share nothing, and that is a full way to take part." in said[1]
    assert "Pages opened" not in said[1] and "<img" not in said[1]
    assert "Nobody is on the map." in said[2]
    assert "Someone" in seen(page) and "June" not in seen(page)
    assert "it is noted where they can read it" in seen(page)
    assert [(look.what, look.scopes) for look in ada.sharing.looks()][-1] == ("list", ("shape", "steps"))


def test_people_stand_in_the_order_they_joined_twenty_five_at_a_time(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, clock: Clock
) -> None:
    token = desk.invite(evenings, seats=40)
    for number in range(27):
        clock.go_on(seconds=1)
        book = home.workbook_of(characters.person(home.store, f"P{number}"), "UTC")
        book.sharing.join(token, called=f"P{number:02}")
    page = miriam.open("coach/people")
    assert len(html(page, 'class="in-short"')) == 25
    assert "25 of 27 are shown." in seen(page)
    press(page, "Show more people")
    assert len(html(page, 'class="in-short"')) == 27
    names = [one.proto.label for one in page.get("page_link") if one.proto.label.startswith("P")]
    assert names == [f"P{number:02}" for number in range(27)]
    field(page, "Find a name").input("p2").run()
    assert len(html(page, 'class="in-short"')) == 7
    field(page, "Find a name").input("zz").run()
    assert "Nobody here goes by that name." in seen(page)


def test_marks_in_names_and_words_are_shown_as_typed(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    desk.change_group(evenings, replace(desk.group(evenings), name=MARKED, welcome=MARKED))
    join(home, desk, evenings, "Bo", called=MARKED)
    page = miriam.open("coach/people")
    shown = r"\*\*Bo\*\* :" + "\u2060" + r"material/home: \<b\>x\</b\> \$a\$"
    assert page.header[0].value == shown
    assert shown in [one.proto.label for one in page.get("page_link")]
    page = miriam.open("coach/person", g=evenings, id=desk.people(evenings)[0].membership_id)
    assert shown in [one.value for one in page.title]
    page = miriam.open("coach/group", id=evenings)
    assert shown in [one.value for one in page.title]
    assert field(page, "Words of welcome", "text_area").value == MARKED


# Totals and the file


def test_totals_are_told_of_five_people_or_more_and_the_desk_says_why_not(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, clock: Clock
) -> None:
    books = [join(home, desk, evenings, f"P{n}", "steps", "shape") for n in range(4)]
    page = miriam.open("coach/people")
    assert len(html(page, "Told once five people share it.")) == 2
    books.append(join(home, desk, evenings, "P4", "steps", "shape"))
    for book in books:
        book.note_opened("reflect.drifted")
        book.move(book.add_member("June"), "outer")
    page = miriam.open("coach/people")
    assert html(page, "<td>5 of 5</td>")
    assert "Now, in 5 pods: 0 in the Core Circle, 0 Movable People, 5 Outer Resources." in seen(page)
    join(home, desk, evenings, "P5", "steps", "shape")
    books[0].sharing.withdraw(evenings, "steps")
    page = miriam.open("coach/people")
    assert len(html(page, "Resting for a few weeks")) == 1
    assert not html(page, "<td>5 of 5</td>")


def test_a_step_that_cannot_be_told_is_named_in_a_sentence_and_has_no_dash(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    for number in range(6):
        book = join(home, desk, evenings, f"P{number}", "steps")
        book.note_opened("reflect.drifted")
        if number < 2:
            book.note_opened("reach_out.warm_up")
    page = miriam.open("coach/people")
    [table] = html(page, "<td>6 of 6</td>")
    assert "–" not in table and "Reach Out" not in table
    assert html(page, "Not told of Reach Out: it would speak of fewer than five.")


def test_the_file_is_offered_once_the_passphrase_is_given(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, clock: Clock
) -> None:
    join(home, desk, evenings, "Ada", "steps")
    clock.go_on(minutes=11)
    page = miriam.open("coach/people")
    assert not html(page, "/take/group.csv")
    field(page, "Passphrase").input("not hers")
    press(page, "Go on")
    assert "That is not your passphrase." in seen(page)
    field(page, "Passphrase").input(WORDS)
    press(page, "Go on")
    assert html(page, f'href="/take/group.csv?id={evenings}"')
    assert "A file stays in your hands" in seen(page)
    assert html(page, ">opened_stay_open<")


# One person


def test_a_persons_page_shows_what_they_share_and_loses_it_at_the_next_run(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    ada = join(home, desk, evenings, "Ada", "steps", "shape", "ticked", called="Ada")
    ada.note_opened("reflect.drifted")
    ada.move(ada.add_member("June"), "core")
    kept = ada.answer("reflect.drifted", "together", STORY)
    ada.sharing.share_answer(evenings, kept.answer_id)
    page = miriam.open("coach/person", g=evenings, id=place_of(desk, evenings, "Ada"))
    assert {"Pages opened", "The shape of the pod", "Answers shared"} <= {one.value for one in page.header}
    assert STORY in seen(page) and "People who drifted" in seen(page) and "June" not in seen(page)
    for scope in ("ticked", "shape", "steps"):
        ada.sharing.withdraw(evenings, scope)
    page.run()
    assert STORY not in seen(page) and "People who drifted" not in seen(page)
    assert "Nothing is shared here. That is a full way to take part." in seen(page)
    held = repr(page.session_state)
    assert STORY not in held and "People who drifted" not in held
    ada.sharing.leave(evenings)
    page.run()
    assert "That is not here." in seen(page) and "Ada" not in seen(page)


def test_a_note_is_sent_and_listed_the_newest_first(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, clock: Clock
) -> None:
    ada = join(home, desk, evenings, "Ada", called="Ada")
    page = miriam.open("coach/person", g=evenings, id=place_of(desk, evenings, "Ada"))
    for words in ("Good to see you.", "The kettle is on.\n**Now**"):
        clock.go_on(minutes=1)
        field(page, "A short note, up to 500 letters", "text_area").input(words)
        press(page, "Send the note")
        assert "Sent 09:0" in seen(page)
        assert field(page, "A short note, up to 500 letters", "text_area").value == ""
    assert [one.value for one in page.text] == ["The kettle is on.\n**Now**", "Good to see you."]
    assert [one.words for one in ada.sharing.notes()] == ["Good to see you.", "The kettle is on.\n**Now**"]


@pytest.mark.parametrize(("words", "said"), [("  ", "Write a few words first."), ("b" * 501, "too long for one field")])
def test_a_note_that_cannot_be_sent_stays_in_its_field(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, words: str, said: str
) -> None:
    ada = join(home, desk, evenings, "Ada", called="Ada")
    page = miriam.open("coach/person", g=evenings, id=place_of(desk, evenings, "Ada"))
    field(page, "A short note, up to 500 letters", "text_area").input(words)
    press(page, "Send the note")
    assert said in seen(page)
    assert field(page, "A short note, up to 500 letters", "text_area").value == words
    assert ada.sharing.notes() == []


def test_who_switched_notes_off_gets_none_from_a_page_already_open(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    ada = join(home, desk, evenings, "Ada", called="Ada")
    page = miriam.open("coach/person", g=evenings, id=place_of(desk, evenings, "Ada"))
    ada.sharing.switch_notes(evenings, on=False)
    field(page, "A short note, up to 500 letters", "text_area").input("Hello")
    press(page, "Send the note")
    assert ada.sharing.notes() == []
    assert "They have switched notes off." in seen(page)
    assert "Send the note" not in buttons(page)


@pytest.mark.parametrize("how", ["mutes", "leaves"])
def test_a_note_that_reaches_nobody_any_more_stays_in_sight_until_it_is_put_away(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, how: str
) -> None:
    ada = join(home, desk, evenings, "Ada", called="Ada")
    page = miriam.open("coach/person", g=evenings, id=place_of(desk, evenings, "Ada"))
    field(page, "A short note, up to 500 letters", "text_area").input("Long thought about").run()
    if how == "mutes":
        ada.sharing.switch_notes(evenings, on=False)
    else:
        ada.sharing.leave(evenings)
    press(page, "Send the note")
    assert ada.sharing.notes() == []
    assert "Long thought about" in seen(page) and html(page, "This was not sent.")
    press(page, "Put these words away")
    assert "Long thought about" not in seen(page) and not html(page, "This was not sent.")


def test_someone_is_let_go_after_it_is_said_what_that_means(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    ada = join(home, desk, evenings, "Ada", "steps", called="Ada")
    page = miriam.open("coach/person", g=evenings, id=place_of(desk, evenings, "Ada"))
    assert "Their workbook stays theirs." in seen(page)
    page = press(page, "Yes, let them go")
    assert "They are no longer in the group." in seen(page)
    assert desk.people(evenings) == [] and [m.state for m in ada.sharing.ended()] == ["let go"]


# Links


def test_a_group_link_is_made_and_shown_once_with_a_square_for_cameras(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str, clock: Clock
) -> None:
    page = miriam.open("coach/group", id=evenings)
    assert "No link is open now." in seen(page)
    field(page, "How many people may join by it", "number_input").set_value(12)
    field(page, "Days until it runs out", "number_input").set_value(7)
    field(page, "Your own label, such as a name").input("March <b>news</b>")
    press(page, "Make a group link")
    [made] = desk.invites(evenings)
    assert (made.kind, made.seats, made.label) == ("group", 12, "March <b>news</b>")
    [link] = [one.value for one in page.code]
    assert link.startswith("https://notes.example.org/join?t=") and not html(page, "works on this computer only")
    assert home.gate.invitation(link.partition("?t=")[2], "a browser", "here").invite.invite_id == made.invite_id
    assert html(page, 'alt="The new link as a QR code"')
    assert html(page, "March &lt;b&gt;news&lt;/b&gt;") and html(page, "0 of 12 have joined · runs out on 9 Mar")
    press(page, "I have it")
    assert len(page.code) == 0 and not html(page, "QR code")
    press(page, "Make a group link")
    assert len(page.code) == 1
    clock.go_on(minutes=11)
    assert len(page.run().code) == 0
    press(page, "Make a group link")
    miriam.open("coach/people")
    assert len(miriam.open("coach/group", id=evenings).code) == 0


def test_where_only_this_computer_is_served_a_link_says_so_and_has_no_square(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    object.__setattr__(home, "settings", replace(home.settings, public_url=""))
    page = miriam.open("coach/group", id=evenings)
    press(page, "Make a group link")
    assert [one.value.partition("/join")[0] for one in page.code] == ["http://127.0.0.1:8501"]
    assert html(page, "This link works on this computer only") and not html(page, "QR code")


def test_a_personal_link_is_for_one_and_any_link_can_be_closed(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    page = miriam.open("coach/group", id=evenings)
    field(page, "Your own label, such as a name", number=1).input("Noor")
    field(page, "Days until it runs out", "number_input", 1).set_value(3)
    press(page, "Make a personal link")
    [made] = desk.invites(evenings)
    assert (made.kind, made.seats, made.label) == ("personal", 1, "Noor")
    assert html(page, "nobody joined yet · runs out on 5 Mar")
    press(page, "Yes, close Noor")
    assert desk.invites(evenings)[0].closed_at is not None
    assert "No link is open now." in seen(page)
    assert html(page, "<td role=cell>closed</td>")


@pytest.mark.parametrize(
    ("label", "value"), [("How many people may join by it", 999_999), ("Days until it runs out", 100_000)]
)
def test_a_link_is_never_wider_than_what_is_offered(
    miriam: Browser, desk: CoachDesk, evenings: str, clock: Clock, label: str, value: int
) -> None:
    page = miriam.open("coach/group", id=evenings)
    field(page, label, "number_input").set_value(value)
    press(page, "Make a group link")
    assert all(
        one.seats <= MOST_SEATS and one.expires_at <= clock() + timedelta(days=LONGEST_OPEN_DAYS)
        for one in desk.invites(evenings)
    )
    assert not page.exception


def test_many_links_are_listed_a_few_at_a_time(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    for number in range(27):
        desk.invite(evenings, kind="personal", label=f"N{number}")
    page = miriam.open("coach/group", id=evenings)
    assert len([one for one in buttons(page) if one.startswith("Yes, close N")]) == 25
    press(page, "Show more links")
    assert len([one for one in buttons(page) if one.startswith("Yes, close N")]) == 27


# Words


def test_what_members_read_is_saved_by_its_button(miriam: Browser, home: House, desk: CoachDesk, evenings: str) -> None:
    page = miriam.open("coach/group", id=evenings)
    field(page, "Name of the group").input("Tuesdays")
    field(page, "The name its members know you by").input("M.")
    field(page, "Words of welcome", "text_area").input(MARKED)
    press(page, "Save", number=0)
    assert "Saved 09:00" in seen(page)
    for label, words in (("What you offer", "Tea"), ("When", "19:00"), ("Where", "The library")):
        field(page, label).input(words)
    field(page, "Link").input("https://tea.example/now")
    press(page, "Save", number=1)
    field(page, "Link to sign up").input("https://news.example")
    field(page, "What you promise about the addresses you get", "text_area").input("I pass none on.")
    press(page, "Save", number=3)
    field(page, "Exercises to suggest this week, up to 3", "multiselect").select("reflect.drifted")
    field(page, "Language of the workbook", "selectbox").select("en")
    press(page, "Save", number=4)
    assert desk.group(evenings) == Group(
        "Tuesdays",
        "M.",
        MARKED,
        Card("Tea", "19:00", "The library", "https://tea.example/now"),
        (),
        "https://news.example",
        "I pass none on.",
        "en",
        ("reflect.drifted",),
        "2026-03-02",
    )
    page = miriam.open("coach/group", id=evenings)
    assert field(page, "Where").value == "The library"


def test_words_that_cannot_be_kept_stay_in_their_fields(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    page = miriam.open("coach/group", id=evenings)
    field(page, "Name of the group").input(LONG)
    field(page, "Words of welcome", "text_area").input("Come in.")
    press(page, "Save", number=0)
    assert "Keep it to 80 letters" in seen(page)
    assert field(page, "Name of the group").value == LONG
    assert field(page, "Words of welcome", "text_area").value == "Come in."
    field(page, "Link").input("javascript:alert(1)")
    press(page, "Save", number=1)
    assert "That link is not one we can show." in seen(page)
    assert field(page, "Link").value == "javascript:alert(1)"
    assert desk.group(evenings) == Group("Evenings", "Miriam")
    field(page, "Name of the group").input("Short")
    press(page, "Save", number=0)
    assert "Keep it to 80 letters" not in seen(page)
    assert desk.group(evenings).welcome == "Come in."


def test_what_the_coach_points_to_is_added_and_taken_off(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    page = miriam.open("coach/group", id=evenings)
    press(page, "Add one")
    press(page, "Add one")
    for number, title in enumerate(("A line", "A book")):
        field(page, "Title", number=number).input(title)
        field(page, "A few words about it", "text_area", number).input(f"{title}, indeed")
    field(page, "Link", number=2).input("https://book.example")
    press(page, "Save", number=2)
    assert desk.group(evenings).resources == (
        Resource("A line", "A line, indeed"),
        Resource("A book", "A book, indeed", "https://book.example"),
    )
    press(page, "Take this one off", number=0)
    assert field(page, "Title").value == "A book"
    press(page, "Save", number=2)
    assert desk.group(evenings).resources == (Resource("A book", "A book, indeed", "https://book.example"),)
    assert field(page, "Title").value == "A book"
    field(page, "Title").input("")
    press(page, "Save", number=2)
    assert "Give each thing you point to a title." in seen(page)
    assert field(page, "A few words about it", "text_area").value == "A book, indeed"


def test_a_form_leaves_what_it_was_not_given_anew_as_another_window_kept_it(
    miriam: Browser, desk: CoachDesk, evenings: str
) -> None:
    page = miriam.open("coach/group", id=evenings)
    desk.change_group(
        evenings, replace(desk.group(evenings), welcome="From the phone", card=Card("Circle", "Tuesdays"))
    )
    field(page, "Name of the group").input("Mornings")
    press(page, "Save", number=0)
    assert (desk.group(evenings).name, desk.group(evenings).welcome) == ("Mornings", "From the phone")
    desk.change_group(evenings, replace(desk.group(evenings), card=Card("Circle", "Fridays")))
    field(page, "Where").input("The library")
    press(page, "Save", number=1)
    assert desk.group(evenings).card == Card("Circle", "Fridays", "The library")


def test_suggesting_anew_keeps_what_another_window_suggested_and_nothing_of_last_month(
    desk: CoachDesk, evenings: str, browser: Browser
) -> None:
    browser.page.run()
    desk.change_group(
        evenings, replace(desk.group(evenings), suggested=("reflect.drifted",), suggested_on="2026-03-01")
    )
    assert coach_group._with_week(desk.group(evenings), {}).suggested == ("reflect.drifted",)
    desk.change_group(evenings, replace(desk.group(evenings), suggested_on="2026-02-01"))
    assert coach_group._with_week(desk.group(evenings), {}).suggested == ()


def test_two_windows_change_what_the_coach_points_to() -> None:
    one, other, third = Resource("A line"), Resource("A book"), Resource("A walk")
    mended, new = Resource("A good line"), Resource("A song")
    laid = coach_group.laid_over
    assert laid((one, other), (one, other), {0: mended, 1: other, 2: new}) == (mended, other, new)
    assert laid((one, other, third), (one, other), {0: mended}) == (mended, third), "one taken off, one came"
    assert laid((one, third), (one, other), {0: one, 1: other, 2: new}) == (one, third, new), "taken off elsewhere"
    assert laid((third,), (one,), {0: mended}) == (third, mended), "changed in both: neither is lost"
    assert laid((one, one), (one, one), {0: one, 1: mended}) == (one, mended)


def test_the_safety_screen_cannot_be_suggested(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    page = miriam.open("coach/group", id=evenings)
    offered = next(one for one in page.multiselect if one.label.startswith("Exercises to suggest")).options
    screen = next(e.title for e in desk.content.exercises if e.kind == "safety")
    assert offered and not [one for one in offered if one.endswith(screen)]


def test_only_languages_that_are_there_can_be_chosen(desk: CoachDesk, evenings: str) -> None:
    assert coach_group.languages() == {"en": "English"}
    sly = coach_group._with_week(desk.group(evenings), {"language": "xx", "suggested": []})
    with pytest.raises(Refused):
        desk.change_group(evenings, sly)


def test_what_is_typed_after_signing_out_elsewhere_is_not_saved_and_not_lost(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    page = miriam.open("coach/group", id=evenings)
    home.gate.end_everywhere(desk.coach_id)
    field(page, "Words of welcome", "text_area").input("Half a page of welcome")
    press(page, "Save", number=0)
    assert desk.group(evenings).welcome == ""
    assert "Half a page of welcome" in seen(page)


def test_another_coach_on_the_same_page_saves_nothing_of_hers(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    page = miriam.open("coach/group", id=evenings)
    tom = coach(home, "Tom")
    field(page, "Words of welcome", "text_area").input("Hers")
    miriam.sign_in(tom.coach_id)
    press(page, "Save", number=0)
    assert desk.group(evenings).welcome == ""


def test_a_store_that_does_not_answer_is_told_and_the_words_stay(
    miriam: Browser, desk: CoachDesk, evenings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise StoreTrouble("away", "wait")

    page = miriam.open("coach/group", id=evenings)
    monkeypatch.setattr(CoachDesk, "change_group", refuse)
    field(page, "Words of welcome", "text_area").input("Come in.")
    press(page, "Save", number=0)
    assert "This is not saved yet." in seen(page)
    assert field(page, "Words of welcome", "text_area").value == "Come in."


# Exercises


def arrange(page: AppTest, step: str, exercise: str) -> AppTest:
    """Choose an exercise in the list of its step."""
    [radio] = [one for one in page.radio if str(one.key).endswith(f"|{step}")]
    return radio.set_value(exercise).run()


def keys(desk: CoachDesk, group_id: str, step: str) -> list[str]:
    return [e.key for e in desk.content_of(group_id).step(step).exercises]


def test_an_exercise_is_hidden_shown_again_and_moved(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    before = keys(desk, evenings, "reflect")
    desk.change_group(evenings, replace(desk.group(evenings), suggested=(before[1],)))
    page = arrange(miriam.open("coach/group", id=evenings), "reflect", before[1])
    press(page, "Hide it")
    assert desk.group(evenings).hidden == (before[1],)
    assert desk.group(evenings).suggested == ()
    press(page, "Show it again")
    assert desk.group(evenings).hidden == ()
    press(page, "Move down")
    assert keys(desk, evenings, "reflect") == [before[0], before[2], before[1], *before[3:]]
    press(page, "Move up")
    press(page, "Move up")
    assert keys(desk, evenings, "reflect") == [before[1], before[0], *before[2:]]
    assert next(one for one in page.button if one.label == "Move up").disabled


def test_the_safety_screen_stays_and_nothing_moves_past_it(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    content = desk.content_of(evenings)
    [fixed] = [e for e in content.exercises if e.kind == "safety"]
    order = keys(desk, evenings, fixed.step)
    page = arrange(miriam.open("coach/group", id=evenings), fixed.step, fixed.key)
    assert "This page keeps people safe." in seen(page)
    assert "Hide it" not in buttons(page) and "Move up" not in buttons(page)
    page = arrange(page, fixed.step, order[order.index(fixed.key) + 1])
    assert next(one for one in page.button if one.label == "Move up").disabled
    assert not [one for one in page.radio if "welcome" in str(one.key)]


def test_an_exercise_of_ones_own_is_added_and_removed(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    page = miriam.open("coach/group", id=evenings)
    field(page, "Where it stands", "selectbox").select("stay_open").run()
    field(page, "Title", number=0).input("A song").run()
    field(page, "What it is for", "text_area").input("Something light.").run()
    press(page, "Add a question")
    press(page, "Add a question")
    field(page, "Question 1").input("Which song?").run()
    field(page, "Question 2").input("When do you hear it?").run()
    field(page, "How it is answered", "selectbox", 1).select("pick_many").run()
    field(page, "The choices, one on each line", "text_area").input("Morning\nNight").run()
    field(page, "A hint below it, if you like", number=1).input("As you like.").run()
    press(page, "Take question 3 off")
    press(page, "Add the exercise")
    assert "Added 09:00" in seen(page)
    [added] = desk.group(evenings).added
    assert (added["step"], added["title"], added["purpose"]) == ("stay_open", "A song", "Something light.")
    assert list(added["prompts"]) == [
        {"key": "p1", "kind": "line", "ask": "Which song?"},
        {
            "key": "p2",
            "kind": "pick_many",
            "ask": "When do you hear it?",
            "help": "As you like.",
            "choices": ["Morning", "Night"],
        },
    ]
    assert field(page, "Title").value == ""
    ada = join(home, desk, evenings, "Ada")
    ada.answer(added["key"], "p1", "The long one")
    page = arrange(page, "stay_open", added["key"])
    press(page, "Yes, remove it")
    assert desk.group(evenings).added == ()
    assert [one.value for one in ada.saved(added["key"])] == ["The long one"]
    assert added["key"] in [e.key for e in ada.content.exercises]


@pytest.mark.parametrize(
    ("title", "ask", "kind", "said"),
    [
        ("", "Which song?", "line", "Give the exercise a title first."),
        (LONG, "Which song?", "line", "Keep it to 80 letters"),
        ("A song", "", "line", "Write what each question asks."),
        ("A song", "Which song?", "pick_one", "Give two choices or more"),
    ],
)
def test_an_exercise_that_asks_too_little_says_so_and_keeps_what_was_typed(
    miriam: Browser, desk: CoachDesk, evenings: str, title: str, ask: str, kind: str, said: str
) -> None:
    page = miriam.open("coach/group", id=evenings)
    field(page, "Title").input(title).run()
    field(page, "Question 1").input(ask).run()
    field(page, "How it is answered", "selectbox").select(kind).run()
    press(page, "Add the exercise")
    assert said in seen(page)
    assert (field(page, "Title").value, field(page, "Question 1").value) == (title, ask)
    assert desk.group(evenings).added == ()


def test_the_words_of_ones_own_exercise_are_mended(miriam: Browser, desk: CoachDesk, evenings: str) -> None:
    key = desk.add_exercise(
        evenings, {"step": "reflect", "title": "A sonng", "prompts": [{"kind": "line", "ask": "Which sonng?"}]}
    )
    page = arrange(miriam.open("coach/group", id=evenings), "reflect", key)
    field(page, "Title").input("A song").run()
    field(page, "Question 1").input("Which song?").run()
    next(one for one in page.button if re.search(r"\|mend\|.*\|save$", one.key or "")).click().run()
    [mended] = desk.group(evenings).added
    assert (mended["key"], mended["title"], mended["prompts"][0]["ask"]) == (key, "A song", "Which song?")


def test_half_written_words_are_there_again_after_another_page_until_they_are_saved(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    join(home, desk, evenings, "Ada", called="Ada")
    ada = place_of(desk, evenings, "Ada")
    page = miriam.open("coach/person", g=evenings, id=ada)
    field(page, "A short note, up to 500 letters", "text_area").input("Good to see").run()
    page = miriam.open("coach/group", id=evenings)
    field(page, "Words of welcome", "text_area").input("Come as you").run()
    field(page, "Title", number=0).input("A song").run()
    field(page, "Question 1").input("Which song").run()
    miriam.open("coach/people")
    page = miriam.open("coach/group", id=evenings)
    assert field(page, "Words of welcome", "text_area").value == "Come as you"
    assert (field(page, "Title").value, field(page, "Question 1").value) == ("A song", "Which song")
    page = miriam.open("coach/person", g=evenings, id=ada)
    assert field(page, "A short note, up to 500 letters", "text_area").value == "Good to see"
    press(page, "Send the note")
    miriam.open("coach/people")
    page = miriam.open("coach/person", g=evenings, id=ada)
    assert field(page, "A short note, up to 500 letters", "text_area").value == ""
    assert "Come as you" not in seen(page)
    tom = coach(home, "Tom")
    miriam.page.session_state["whose"] = tom.coach_id
    miriam.sign_in(tom.coach_id)
    assert "Come as you" not in seen(miriam.open("coach/group", id=tom.make_group(Group("Tom's", "Tom"))))


def test_a_coach_sees_a_step_as_a_member_meets_it_and_nothing_is_kept_by_it(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    first, second = keys(desk, evenings, "stay_open")[:2]
    desk.add_exercise(
        evenings,
        {
            "step": "stay_open",
            "title": "A *song*",
            "prompts": [{"kind": "pick_one", "ask": "When?", "choices": ["<i>Day</i>", "Night"]}],
        },
    )
    desk.change_group(evenings, replace(desk.group(evenings), hidden=(first,)))
    page = miriam.open("coach/group", id=evenings)
    assert not html(page, '<div class="as-met">')
    page.session_state[f"{desk.coach_id}|desk|preview|{evenings}"] = True
    field(page.run(), "Step", "selectbox").select("stay_open").run()
    [met] = html(page, '<div class="as-met">')
    content = desk.content_of(evenings)
    assert content.exercise(first).title not in met and content.exercise(second).title in met
    assert "A *song*" in met and "Written by Miriam, your coach." in met and "&lt;i&gt;Day&lt;/i&gt;" in met
    assert home.store.read("SELECT count(*) FROM answers") == home.store.read("SELECT count(*) FROM opens") == [(0,)]


# The end


def test_deleting_a_group_ends_it_and_says_so(miriam: Browser, home: House, desk: CoachDesk, evenings: str) -> None:
    ada = join(home, desk, evenings, "Ada", "steps")
    page = miriam.open("coach/group", id=evenings)
    assert "Members keep their workbooks" in seen(page)
    press(page, "Yes, delete the group")
    assert desk.groups() == {}
    assert ada.sharing.groups() == []
    assert [one.group for one in ada.sharing.ended()] == ["Evenings"]
    assert "The group is deleted." in seen(page)
    assert not page.exception


def test_whoever_deletes_everything_is_told_that_their_groups_end(
    miriam: Browser, home: House, desk: CoachDesk, evenings: str
) -> None:
    assert html(miriam.open("mine/data"), "You lead 1 group. It ends with your account, and its members are told.")
    desk.delete_group(evenings)
    assert not html(miriam.open("mine/data"), "You lead")


def test_about_leads_a_coach_to_the_desk(browser: Browser, home: House) -> None:
    assert "I am a coach" in [one.proto.label for one in browser.open("door/about").get("page_link")]


def test_a_coach_keeps_their_own_workbook(miriam: Browser, desk: CoachDesk) -> None:
    page = miriam.open("steps/today")
    assert "Today" in [one.value for one in page.title]
    assert not page.exception
