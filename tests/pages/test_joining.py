"""The invitation page, run without a browser: what it says, what it grants, and what it keeps of the link."""

import pytest
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import Clock
from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.gate import PROOF_LASTS, CameIn, fresh_cookie
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.store import accounts
from workbook.ui import group_news, session

__all__ = ["ada", "browser", "home"]

WELCOME = "Come as you *are*. <b>Tea</b> is at seven."
WORDS = "seven slow trams at dusk"
Circle = tuple[CoachDesk, str]


@pytest.fixture
def circle(home: House) -> Circle:
    """Mara's desk, and her group."""
    desk = home.desk_of(characters.coach(home.store, "Mara"))
    return desk, desk.make_group(Group("Tuesday *circle*", "Mara", WELCOME))


@pytest.fixture
def sent_on(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the browser is sent with its ticket: AppTest has none to send."""
    sent: list[str] = []
    before = session.take_up

    def take_up(came_in: CameIn, *, kept: bool, then: str) -> None:
        sent.append(then)
        before(came_in, kept=kept, then=then)

    monkeypatch.setattr(session, "take_up", take_up)
    return sent


def stranger(browser: Browser) -> Browser:
    """A visitor's cookie, as a real browser has one before it opens a page."""
    browser.cookie = fresh_cookie()
    return browser


def toggles(page: AppTest) -> dict[str, bool]:
    return {one.key.rpartition("|")[2]: one.value for one in page.toggle if one.key}


def switch(page: AppTest, scope: str) -> AppTest:
    return next(one for one in page.toggle if one.key and one.key.endswith(f"|{scope}")).set_value(True).run()


def press(page: AppTest, words: str) -> AppTest:
    return next(one for one in page.button if one.label == words).click().run()


def start(page: AppTest, name: str) -> AppTest:
    """Fill the form that makes an account, and send it."""
    next(one for one in page.button_group if one.label == "Are you 18 or over?").set_value("yes").run()
    page.text_input(key="start name").input(name)
    page.text_input(key="start words").input(WORDS)
    return press(page, "Start and join")


def joined(home: House, name: str) -> MyWorkbook:
    person_id = accounts.find_person(home.store, name)
    assert person_id is not None
    return home.workbook_of(person_id, "Europe/London")


def test_a_link_says_who_invites_and_what_they_would_see_with_all_off(browser: Browser, circle: Circle) -> None:
    desk, group = circle
    token = desk.invite(group)
    page = stranger(browser).open("door/join", t=token)
    assert [one.value for one in page.title] == ["Mara invites you"]
    assert html(page, "The group: Tuesday *circle*")
    assert WELCOME in [one.value for one in page.text]
    assert toggles(page) == dict.fromkeys(SCOPES, False)
    assert html(page, "That is all: the name you give here, and the week you joined.")
    assert html(page, "Copies that Mara took stay with Mara.")
    assert html(page, "Mara may not read this soon.")
    assert not page.exception


def test_the_token_is_gone_from_the_address_and_nothing_of_it_is_on_the_page(browser: Browser, circle: Circle) -> None:
    desk, group = circle
    token = desk.invite(group)
    page = stranger(browser).open("door/join", t=token)
    assert "t" not in page.query_params
    assert token not in seen(page)
    assert token not in repr(page.session_state)
    again = browser.page.run()
    assert [one.value for one in again.title] == ["Mara invites you"]


def test_a_reload_in_the_same_browser_finds_the_invitation_for_half_an_hour(
    browser: Browser, circle: Circle, clock: Clock
) -> None:
    desk, group = circle
    stranger(browser).open("door/join", t=desk.invite(group))
    clock.go_on(minutes=29)
    assert [one.value for one in browser.open("door/join").title] == ["Mara invites you"]
    kept = browser.cookie
    assert [one.value for one in stranger(browser).open("door/join").title] == ["Open the link again"]
    browser.cookie = kept
    clock.go_on(minutes=31)
    assert [one.value for one in browser.open("door/join").title] == ["Open the link again"]


def test_a_link_for_one_says_that_the_coach_may_know_who_it_is(browser: Browser, circle: Circle) -> None:
    desk, group = circle
    says = "This link was made for one person, so Mara may know that it is you."
    page = stranger(browser).open("door/join", t=desk.invite(group, kind="personal", label="Ada Brown, 12 Hill Street"))
    assert len(html(page, says)) == 2, "beside the name one gives, and in what the coach would see"
    assert "Ada Brown" not in seen(page)
    assert not html(stranger(browser).open("door/join", t=desk.invite(group)), says)


def test_the_sample_shows_what_each_choice_would_show(browser: Browser, circle: Circle) -> None:
    desk, group = circle
    page = stranger(browser).open("door/join", t=desk.invite(group))
    for scope, mark in (("steps", "Pages opened"), ("shape", "Now: 2 in the Core Circle"), ("ticked", "p class")):
        page = switch(page, scope)
        assert html(page, mark) and html(page, "Made up, to show you.")
    assert "My aunt rings on Sundays. She listens first." in [one.value for one in page.text]
    assert not page.exception


@pytest.mark.parametrize("chosen", [(), ("steps", "ticked")])
def test_who_starts_here_is_in_the_group_before_they_are_sent_on(
    browser: Browser, home: House, circle: Circle, sent_on: list[str], chosen: tuple[str, ...]
) -> None:
    desk, group = circle
    page = stranger(browser).open("door/join", t=desk.invite(group))
    for scope in chosen:
        page = switch(page, scope)
    next(one for one in page.text_input if one.label == "What may Mara call you?").input("Wren").run()
    start(page, "kestrel")
    assert sent_on == ["today?news=joined"]
    [one] = joined(home, "kestrel").sharing.groups()
    assert (one.membership.group_id, one.membership.called, one.scopes) == (group, "Wren", frozenset(chosen))
    assert home.gate.held(browser.cookie) is None
    assert [p.called for p in desk.people(group)] == ["Wren"]


def test_who_signs_in_here_joins_without_a_second_step(
    browser: Browser, home: House, circle: Circle, sent_on: list[str]
) -> None:
    desk, group = circle
    rowan = characters.person(home.store, "Rowan", WORDS)
    page = stranger(browser).open("door/join", t=desk.invite(group))
    page = press(switch(page, "shape"), "I have been here before")
    assert toggles(page)["shape"]
    page.text_input(key="sign in name").input("Rowan")
    page.text_input(key="sign in words").input(WORDS)
    press(page, "Sign in and join")
    assert sent_on == ["today?news=joined"]
    [one] = home.workbook_of(rowan, "UTC").sharing.groups()
    assert one.scopes == {"shape"}


def test_where_the_last_seat_went_meanwhile_the_notes_are_there_and_today_says_why(
    browser: Browser,
    home: House,
    circle: Circle,
    ada: MyWorkbook,
    sent_on: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, group = circle
    token = desk.invite(group, seats=1)
    page = stranger(browser).open("door/join", t=token)
    sign_up = home.gate.sign_up

    def while_someone_else_joins(name: str, passphrase: str, address: str = "") -> CameIn:
        ada.sharing.join(token)
        return sign_up(name, passphrase, address)

    monkeypatch.setattr(home.gate, "sign_up", while_someone_else_joins)
    start(page, "kestrel")
    assert sent_on == ["today?news=invite_full"]
    book = joined(home, "kestrel")
    assert book.sharing.groups() == []
    browser.sign_in(book.person_id)
    today = browser.open("steps/today", news=sent_on[0].partition("=")[2])
    assert html(today, "Every place behind this link is taken.")
    assert html(today, "Your own notes work all the same.")


def test_today_says_once_which_group_one_is_in(browser: Browser, circle: Circle, ada: MyWorkbook) -> None:
    desk, group = circle
    ada.sharing.join(desk.invite(group))
    browser.sign_in(ada.person_id)
    page = browser.open("steps/today", news="joined")
    assert html(page, "You are in Tuesday *circle* now.")
    assert group_news.NEWS not in page.query_params
    assert not html(press(page, "OK"), "You are in Tuesday")


def test_a_made_up_word_in_the_address_of_today_says_nothing(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    for news in ("joined", "wait", "<b>x</b>"):
        page = browser.open("steps/today", news=news)
        assert not html(page, "You are in") and "<b>x" not in seen(page)
        assert "OK" not in [one.label for one in page.button]


def test_someone_signed_in_joins_with_a_press_and_lands_on_today(
    browser: Browser, circle: Circle, ada: MyWorkbook, clock: Clock
) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    clock.go_on(minutes=11)
    page = browser.open("door/join", t=desk.invite(group))
    page = press(page, "Join")
    assert [one.value for one in page.title] == ["Today"]
    assert html(page, "You are in Tuesday *circle* now.")
    assert [one.scopes for one in ada.sharing.groups()] == [frozenset()]


def test_sharing_from_the_start_asks_for_the_passphrase_where_it_was_not_given_lately(
    browser: Browser, home: House, circle: Circle, clock: Clock
) -> None:
    desk, group = circle
    rowan = characters.person(home.store, "Rowan", WORDS)
    book = home.workbook_of(rowan, "UTC")
    browser.sign_in(rowan)
    clock.go_on(seconds=PROOF_LASTS.total_seconds())
    page = switch(browser.open("door/join", t=desk.invite(group)), "steps")
    [field] = [one for one in page.text_input if one.label == "Passphrase"]
    field.input("not the right words")
    page = press(page, "Join")
    assert html(page, "That is not your passphrase") and not book.sharing.groups()
    [field] = [one for one in page.text_input if one.label == "Passphrase"]
    field.input(WORDS)
    page = press(page, "Join")
    assert [one.value for one in page.title] == ["Today"]
    assert [one.scopes for one in book.sharing.groups()] == [{"steps"}]


def test_what_was_read_is_what_is_joined_though_another_link_was_opened_meanwhile(
    browser: Browser, home: House, circle: Circle, ada: MyWorkbook
) -> None:
    desk, group = circle
    lena = home.desk_of(characters.coach(home.store, "Lena"))
    hers = lena.make_group(Group("Lena's", "Lena"))
    browser.sign_in(ada.person_id)
    page = switch(browser.open("door/join", t=desk.invite(group)), "ticked")
    home.gate.invitation(lena.invite(hers), browser.cookie, "203.0.113.9")
    page = page.run()
    assert [one.value for one in page.title] == ["Mara invites you"]
    press(page, "Join")
    assert [(one.membership.group_id, one.scopes) for one in ada.sharing.groups()] == [(group, frozenset({"ticked"}))]


def test_what_is_switched_off_at_the_last_moment_is_not_granted_and_the_newest_name_is_given(
    browser: Browser, circle: Circle, ada: MyWorkbook
) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    page = switch(switch(browser.open("door/join", t=desk.invite(group)), "ticked"), "shape")
    next(one for one in page.toggle if one.key and one.key.endswith("|shape")).set_value(False)
    next(one for one in page.text_input if one.key and one.key.endswith("|called")).set_value("A.")
    press(page, "Join")
    [one] = ada.sharing.groups()
    assert (one.scopes, one.membership.called) == (frozenset({"ticked"}), "A.")


def test_a_page_left_open_asks_for_the_passphrase_before_it_grants(
    browser: Browser, circle: Circle, ada: MyWorkbook, clock: Clock
) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    page = switch(browser.open("door/join", t=desk.invite(group)), "shape")
    clock.go_on(minutes=11)
    page = press(page, "Join")
    assert ada.sharing.groups() == [] and [one for one in page.text_input if one.label == "Passphrase"]


def test_who_is_in_already_by_another_window_is_told_so(
    browser: Browser, home: House, circle: Circle, ada: MyWorkbook
) -> None:
    desk, group = circle
    browser.sign_in(ada.person_id)
    token = desk.invite(group)
    page = browser.open("door/join", t=token)
    ada.sharing.join(token)
    home.gate.let_go(browser.cookie, desk.invites(group)[0].invite_id)
    assert [one.value for one in press(page, "Join").title] == ["You are in this group already"]


def test_each_link_that_does_not_open_has_its_own_page_with_a_next_step(
    browser: Browser, home: House, circle: Circle, ada: MyWorkbook, clock: Clock
) -> None:
    desk, group = circle
    full, used, closed, old = (
        desk.invite(group, seats=1),
        desk.invite(group, kind="personal"),
        desk.invite(group),
        desk.invite(group, days=1),
    )
    ada.sharing.join(full)
    home.workbook_of(characters.person(home.store, "Noor"), "UTC").sharing.join(used)
    invites = [one for one in desk.invites(group) if one.kind == "group" and one.seats > 1]
    desk.close_invite(group, next(one for one in invites if one.expires_at.day != clock.now.day + 1).invite_id)
    clock.go_on(days=2)
    found = {}
    for token in (full, used, closed, old, "made up"):
        page = stranger(browser).open("door/join", t=token)
        assert "t" not in page.query_params and token not in seen(page).replace("made up", "")
        assert 'label: "Begin on your own"' in seen(page) and not page.toggle
        found[token] = page.title[0].value
    assert list(found.values()) == [
        *("Every place is taken", "This link is used", "This link is closed", "This link has run out"),
        "We do not know this link",
    ]


def test_a_kind_page_stays_until_another_link_is_opened(browser: Browser, circle: Circle) -> None:
    desk, group = circle
    page = stranger(browser).open("door/join", t="made up")
    assert page.run().title[0].value == "We do not know this link"
    page.query_params["t"] = desk.invite(group)
    assert page.run().title[0].value == "Mara invites you"


def test_ones_own_group_and_a_group_one_is_in_need_no_joining(
    browser: Browser, circle: Circle, ada: MyWorkbook
) -> None:
    desk, group = circle
    ada.sharing.join(desk.invite(group))
    for who, title, way in (
        (desk.coach_id, "This is your own group", "Coach's desk"),
        (ada.person_id, "You are in this group already", "Who can see this"),
    ):
        browser.sign_in(who)
        page = AppTest.from_file(browser.page._script_path, default_timeout=30)
        other = Browser(browser.home, page, browser.cookie)
        page = other.open("door/join", t=desk.invite(group))
        assert [one.value for one in page.title] == [title]
        assert way in seen(page).replace("\\", "") and 'label: "Back to Today"' in seen(page)
    assert len(desk.people(group)) == 1


def test_many_made_up_links_make_a_visitor_wait(
    browser: Browser, circle: Circle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "address", lambda: "198.51.100.7")
    titles = [stranger(browser).open("door/join", t=f"made up {n}").title[0].value for n in range(7)]
    assert titles[0] == "We do not know this link"
    assert titles[-1] == "Wait a little"
    assert html(browser.page, "There were several tries.")
