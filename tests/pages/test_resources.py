"""Reconnect as a person meets it: doors of one country, what a coach offers among them, and the ladder; a time to take."""

import re
from dataclasses import replace
from datetime import date, time
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests import characters
from tests.characters import Clock
from tests.pages.test_pages import Browser, ada, browser, home, html, seen
from tests.pages.test_sharing import Circle, circle, labels, late, press, prove
from workbook import bundle, export
from workbook.coaching import Card
from workbook.house import House
from workbook.my_workbook import MyWorkbook

__all__ = ["ada", "browser", "circle", "home"]

WORDS = "seven slow trams at dusk"
PLAN = "check_in.closing"


def pick(page: AppTest, key: str, choice: str | list[str] | None) -> AppTest:
    return next(one for one in page.button_group if one.key and key in one.key).set_value(choice).run()


# The doors


@pytest.fixture
def doors(browser: Browser, ada: MyWorkbook) -> AppTest:
    """The page of doors, read to its end."""
    browser.sign_in(ada.person_id)
    ada.answer("reconnect.three_doors", "sounds", "")
    return browser.open("steps/reconnect", at="three_doors")


def choose_country(page: AppTest, country: str) -> AppTest:
    return next(one for one in page.selectbox if one.key and "|country|" in one.key).select(country).run()


def show_all(page: AppTest) -> AppTest:
    return next(one for one in page.toggle if one.label == "Show all of them").set_value(True).run()


def titles(page: AppTest) -> set[str]:
    cards = "".join(html(page, 'class="card"'))
    return {unescape(name) for name in re.findall(r'class="(?:ask|line-name)">([^<]*)<', cards)}


def test_without_a_country_every_door_is_there_and_no_line(doors: AppTest, home: House) -> None:
    assert titles(show_all(doors)) == {door["title"] for door in home.content.doors}


def test_with_a_country_its_own_doors_and_lines_are_there_and_no_other_countrys(doors: AppTest, home: House) -> None:
    page = show_all(doors)
    for country in home.content.countries:
        page = choose_country(page, country)
        shown = titles(page)
        of_families = [one for one in home.content.help_lines if one["group"] == "relatives"]
        lines = [one for one in of_families if one["country"] == country]
        cards = unescape("".join(html(page, 'class="card"')))
        assert [one["name"] for one in lines if one["verified"] and one["name"] not in shown] == []
        assert [one["url"] for one in lines if site(one) not in cards] == []
        foreign = {d["title"] for d in home.content.doors if d["countries"] and country not in d["countries"]}
        foreign |= {one["name"] for one in of_families} - {one["name"] for one in lines}
        assert shown & foreign - {"Adfam" if country == "uk" else ""} == set()
        numbers = set(re.findall(r'href="(?:tel|sms):([^"?]*)', cards))
        checked = [one for one in lines if one["verified"]]
        assert numbers == {one[field] for one in checked for field in ("dial", "sms") if one[field]}, country


def site(line: dict[str, str]) -> str:
    return line["url"].split("//")[1].split("/")[0].removeprefix("www.")


def test_who_is_both_a_door_and_a_line_is_there_once_and_with_its_number_where_that_was_checked(
    doors: AppTest, home: House
) -> None:
    page = show_all(choose_country(doors, "uk"))
    shown = sorted(name for name in titles(page) if "Adfam" in name or "Scottish" in name)
    assert shown == ["Adfam", "Scottish Families Affected by Alcohol and Drugs"]
    assert len([card for card in html(page, 'class="card"') if "Adfam" in card]) == 1
    page = choose_country(doors, "us")
    assert {"NAMI Family-to-Family", "NAMI HelpLine"} <= titles(page), "a course and a line are two things"


def test_a_country_chosen_for_a_bad_hour_is_chosen_for_the_doors_until_another_is(
    browser: Browser, ada: MyWorkbook, doors: AppTest
) -> None:
    ada.answer("reconnect.bad_hour", "country", "ie")
    page = browser.open("steps/reconnect", at="three_doors")
    assert next(one for one in page.selectbox if one.key and "|country|" in one.key).value == "ie"
    assert "SAMHSA National Helpline" not in titles(page)
    page = choose_country(page, "us")
    assert "SAMHSA National Helpline" in titles(page)
    assert browser.open("door/help_now").pills(key="help country").value == "ie"


def test_a_country_chosen_for_the_doors_is_there_under_help_now(browser: Browser, doors: AppTest) -> None:
    choose_country(doors, "nz")
    assert browser.open("door/help_now").pills(key="help country").value == "nz"


def test_a_line_is_saved_to_the_map_as_a_door_is_and_stays_in_sight_in_another_country(
    ada: MyWorkbook, doors: AppTest
) -> None:
    page = choose_country(doors, "us")
    [save] = [one for one in page.button if one.key and one.key.endswith("|us.samhsa_national_helpline")]
    page = save.click().run()
    assert [(m.name, m.kind, m.place) for m in ada.members()][1:] == [("SAMHSA National Helpline", "line", "outer")]
    page = choose_country(page, "uk")
    assert "SAMHSA National Helpline" in titles(page)
    page = press(page, "Saved to your map. Take it off again")
    assert "SAMHSA National Helpline" not in titles(page)
    assert ada.members()[1].place == "released"


def test_a_coachs_card_is_among_the_doors_labelled_as_theirs_and_never_the_first(
    ada: MyWorkbook, circle: Circle, doors: AppTest
) -> None:
    desk, group = circle
    desk.change_group(group, replace(desk.group(group), card=Card("An evening", "Tuesdays", "Room 2", "")))
    for country in ("", "us", "elsewhere"):
        page = choose_country(doors, country) if country else doors.run()
        cards = html(page, 'class="card"')
        [place] = [at for at, card in enumerate(cards) if "An evening" in card]
        assert 0 < place < len(cards) - 1
        assert '<p class="hint">From Mara</p>' in cards[place]
        assert "best" not in cards[place]


def test_where_the_group_leaves_the_doors_out_the_card_is_at_the_foot(
    browser: Browser, ada: MyWorkbook, circle: Circle
) -> None:
    desk, group = circle
    hers = replace(desk.group(group), card=Card("An evening", "Tuesdays", "Room 2", ""))
    desk.change_group(group, hers)
    browser.sign_in(ada.person_id)
    assert not html(browser.open("steps/reconnect", at="help_most"), "From Mara")
    desk.change_group(group, replace(hers, hidden=("reconnect.three_doors",)))
    page = browser.open("steps/reconnect", at="help_most")
    assert len(html(page, "From Mara")) == 1


# The ladder


@pytest.fixture
def choir(ada: MyWorkbook) -> str:
    return ada.add_member("Choir *loud*", kind="group", place="outer")


def ladder(browser: Browser, ada: MyWorkbook) -> AppTest:
    browser.sign_in(ada.person_id)
    return browser.open("steps/reconnect", at="ladder")


def test_with_nothing_on_the_map_the_ladder_leads_to_the_doors(browser: Browser, ada: MyWorkbook) -> None:
    page = ladder(browser, ada)
    assert html(page, "No group, place or helper is on your map yet.")
    assert "June" not in seen(page)
    press(page, "Look at three doors")
    assert browser.page.query_params["at"] == "three_doors"


def test_only_resources_are_offered_and_one_picked_climbs_its_rungs(
    browser: Browser, ada: MyWorkbook, choir: str
) -> None:
    page = ladder(browser, ada)
    [offered] = page.button_group
    assert offered.options == ["Choir \\*loud\\*"]
    page = pick(page, "|picked|", [choir])
    for rung in ("contacted", "went", "keep"):
        page = pick(page, f"|state||{choir}", rung)
        assert ada.members()[1].state == rung
        assert len(page.button_group) == 2, "whether to look again is asked only of what was put aside"
    page = pick(page, f"|state||{choir}", None)
    assert ada.members()[1].state == ""


@pytest.mark.parametrize(
    ("wait", "kept", "said"),
    [
        ("month", "2026-04-02", "2 Apr"),
        ("quarter", "2026-06-02", "2 Jun"),
        ("half_year", "2026-09-02", "2 Sep"),
        ("no", "", ""),
    ],
)
def test_what_is_put_aside_stays_where_it_is_until_a_day_the_person_chooses(
    browser: Browser, ada: MyWorkbook, choir: str, wait: str, kept: str, said: str
) -> None:
    page = pick(pick(ladder(browser, ada), "|picked|", [choir]), f"|state||{choir}", "not_for_me")
    page = pick(page, f"|again||{choir}", wait)
    aside = ada.members()[1]
    assert (aside.place, aside.state, aside.look_again) == ("outer", "not_for_me", kept)
    assert bool(html(page, f"You wanted to look again on {said}.")) == bool(said)
    assert not page.exception
    again = browser.open("steps/reconnect", at="ladder")
    assert next(one for one in again.button_group if one.key and "|again|" in one.key).value == wait


def test_once_its_day_has_come_it_is_asked_afresh(browser: Browser, ada: MyWorkbook, choir: str, clock: Clock) -> None:
    page = pick(pick(ladder(browser, ada), "|picked|", [choir]), f"|state||{choir}", "not_for_me")
    pick(page, f"|again||{choir}", "month")
    clock.go_on(days=40)
    page = ladder(browser, ada)
    assert html(page, "You wanted to look again on 2 Apr.")
    assert next(one for one in page.button_group if one.key and "|again|" in one.key).value is None
    pick(page, f"|again||{choir}", "month")
    assert ada.members()[1].look_again == "2026-05-11"


def test_the_rung_and_my_pod_tell_the_same_whoever_spoke_last(browser: Browser, ada: MyWorkbook, choir: str) -> None:
    page = pick(pick(ladder(browser, ada), "|picked|", [choir]), f"|state||{choir}", "contacted")
    ada.change_member(choir, "state", "went")
    page = ladder(browser, ada)
    assert next(one for one in page.button_group if one.key and "|state|" in one.key).value == "went"
    page = pick(page, f"|state||{choir}", "contacted")
    assert ada.members()[1].state == "contacted"
    ada.change_member(choir, "state", "again")
    assert html(ladder(browser, ada), "Where it stands: Go again")


def test_a_door_on_the_ladder_says_where_to_begin(browser: Browser, ada: MyWorkbook) -> None:
    ada.answer("reconnect.three_doors", "doors", ["adfam", "uk.al_anon_uk"])
    page = pick(ladder(browser, ada), "|picked|", [m.member_id for m in ada.members()[1:]])
    assert html(page, "Open the website and look at one page.")
    assert html(page, "Open the website to find a meeting.") or html(page, "Call")


def test_a_fourth_is_refused_with_a_sentence_and_the_three_stay(browser: Browser, ada: MyWorkbook) -> None:
    ids = [ada.add_member(name, kind="group") for name in ("A", "B", "C", "D")]
    page = pick(ladder(browser, ada), "|picked|", ids[:3])
    page = pick(page, "|picked|", ids)
    assert html(page, 'class="trouble"')
    assert [s.value for s in ada.saved("reconnect.ladder") if s.prompt == "picked"] == [ids[:3]]


def test_left_out_by_the_group_and_written_in_the_ladder_still_works(
    browser: Browser, ada: MyWorkbook, circle: Circle, choir: str
) -> None:
    desk, group = circle
    ada.answer("reconnect.ladder", "picked", [choir])
    desk.change_group(group, replace(desk.group(group), hidden=("reconnect.ladder",)))
    page = pick(ladder(browser, ada), f"|state||{choir}", "went")
    assert ada.members()[1].state == "went" and not page.exception


# A time in one's own calendar


def address(page: AppTest) -> dict[str, str]:
    """What the link to the calendar file asks for."""
    [link] = html(page, "/take/time.ics")
    [href] = re.findall(r'href="([^"]*)"', link)
    parts = urlsplit(href.replace("&amp;", "&"))
    assert parts.path == "/take/time.ics"
    return {name: value for name, [value] in parse_qs(parts.query).items()}


def closing(browser: Browser, ada: MyWorkbook, **said: str) -> AppTest:
    for prompt, value in said.items():
        ada.answer(PLAN, prompt, value, occasion="2026-03-02")
    browser.sign_in(ada.person_id)
    return browser.open("steps/check_in", at="closing")


def test_a_plan_can_be_put_in_a_calendar_without_a_word_of_it(browser: Browser, ada: MyWorkbook) -> None:
    page = closing(browser, ada, cue="Sunday, after tea", act="Sit in the library")
    asked = address(page)
    assert asked == {
        "on": "2026-03-03",
        "at": "18:00",
        "zone": "UTC",
        "plan": ada.tries()[0].try_id,
    }
    page.date_input[0].set_value(date(2026, 3, 8)).run()
    page.time_input[0].set_value(time(7, 45)).run()
    assert (address(page)["on"], address(page)["at"]) == ("2026-03-08", "07:45")


def test_a_plans_words_go_in_only_when_ticked_and_the_passphrase_was_just_given(
    browser: Browser, home: House, clock: Clock
) -> None:
    rowan = home.workbook_of(characters.person(home.store, "Rowan", WORDS), "UTC")
    rowan.answer(PLAN, "act", "Sit in the library", occasion="2026-03-02")
    late(browser, rowan, clock)
    page = browser.open("steps/check_in", at="closing")
    assert "words" not in address(page)
    page = next(one for one in page.checkbox if one.label == "Put my plan's words in it too").check().run()
    assert not html(page, "/take/time.ics") and "Go on" in labels(page)
    page = prove(page, WORDS, "Go on")
    assert address(page)["words"] == "1"


def test_a_plan_without_a_when_says_what_to_add_and_may_be_taken_all_the_same(
    browser: Browser, ada: MyWorkbook
) -> None:
    page = closing(browser, ada, act="Sit in the library")
    assert html(page, "This plan has no “when” yet.")
    assert address(page)["plan"] == ada.tries()[0].try_id
    assert ada.tries()[0].fields["act"] == "Sit in the library"
    page = closing(browser, ada, cue="Sunday, after tea")
    assert not html(page, "This plan has no “when” yet.")


def test_an_empty_plan_offers_no_time(browser: Browser, ada: MyWorkbook) -> None:
    assert not html(closing(browser, ada), "/take/time.ics")


def test_the_check_in_can_be_put_in_a_calendar_every_week(browser: Browser, ada: MyWorkbook) -> None:
    browser.sign_in(ada.person_id)
    page = browser.open("steps/check_in", at="weekly")
    assert address(page) == {"on": "2026-03-09", "at": "18:00", "zone": "UTC", "every": "week"}


def test_a_page_left_open_for_days_offers_no_day_that_has_gone(browser: Browser, ada: MyWorkbook, clock: Clock) -> None:
    page = closing(browser, ada, act="Sit in the library")
    clock.go_on(days=6)
    browser.sign_in(ada.person_id)
    page.run()
    assert not page.exception
    assert address(page)["on"] == "2026-03-09"


def test_a_coachs_card_is_saved_as_a_door_is_and_stays_when_one_leaves_the_group(
    browser: Browser, ada: MyWorkbook, circle: Circle, doors: AppTest
) -> None:
    desk, group = circle
    card = Card("Tuesday evenings", "Tuesdays at six", "The hall", "https://circle.example/")
    desk.change_group(group, replace(desk.group(group), card=card))
    key = f"{ada.person_id}|card|{group}"
    page = doors.run()
    page.button(key=key).click().run()
    [saved] = [m for m in ada.members() if m.name == "Tuesday evenings"]
    assert (saved.kind, saved.place, saved.state, saved.how_known) == ("group", "outer", "found", "From Mara")
    assert (saved.how, saved.next_step) == ("https://circle.example/", "Tuesdays at six · The hall")
    for place in ("released", "outer"):
        assert page.button(key=key).label.startswith("Saved to your map.") == (place == "released")
        page.button(key=key).click().run()
        assert [m.place for m in ada.members() if m.name == "Tuesday evenings"] == [place]
    page = browser.open("steps/reconnect", at="ladder")
    pick(page, "|picked|", [saved.member_id])
    assert html(page, "Tuesdays at six")
    ada.sharing.leave(group)
    assert [m.place for m in ada.members() if m.name == "Tuesday evenings"] == ["outer"]
    assert ada.compare(bundle.read(export.files(ada), ada.content)).changes_nothing, "it comes back as it was taken"
