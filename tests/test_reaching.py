"""A message on its way into someone's own app: whole, and sign for sign."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook import content, reaching
from workbook.settings import ROOT

TEXT = "Hello Zoë 🌿, I saw swifts & thought of you.\nNo need to answer; 100 % your pace + mine?"
WHOLE = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def test_the_three_links_as_they_stand_in_the_page() -> None:
    assert reaching.sms_link("a b\nü") == "sms:?&body=a%20b%0A%C3%BC"
    assert reaching.mail_link("a b\nü") == "mailto:?body=a%20b%0D%0A%C3%BC"
    assert reaching.whatsapp_link("a b\nü") == "https://wa.me/?text=a%20b%0A%C3%BC"


@given(WHOLE)
def test_every_text_comes_out_of_a_link_as_it_went_in(text: str) -> None:
    assert unquote(reaching.sms_link(text).removeprefix("sms:?&body=")) == text
    assert parse_qs(urlsplit(reaching.whatsapp_link(text)).query, keep_blank_values=True)["text"] == [text]
    mailed = unquote(reaching.mail_link(text).removeprefix("mailto:?body="))
    assert mailed.replace("\r\n", "\n") == text.replace("\r\n", "\n").replace("\r", "\n")


@given(WHOLE)
def test_nothing_of_a_text_is_taken_for_a_part_of_the_link(text: str) -> None:
    for link in (reaching.sms_link(text), reaching.mail_link(text), reaching.whatsapp_link(text)):
        assert link.isascii() and not set(link.partition("=")[2]) & set("&?#=+ \"'<>")


def test_half_an_emoji_is_no_reason_to_stop() -> None:
    assert reaching.sms_link("a\ud83d") == "sms:?&body=a%3F"


def test_a_long_message_is_copied_instead() -> None:
    assert reaching.fits_a_link("x" * 1_500) and not reaching.fits_a_link("x" * 2_000)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (TEXT, []),
        ("Hello {name}, and {name} again, it is [day]", ["{name}", "[day]"]),
        ("Shall we meet on ____?", ["____"]),
        ("f(x) = {1, 2} and a_b <3", []),
        ("Hi {Name}, {NAME}, ｛name｝", ["{Name}", "{NAME}", "｛name｝"]),
        ("Hi <name>, ＜name＞", ["<name>", "＜name＞"]),
        ("Hi ［name］, 【name】, on __", ["［name］", "【name】", "__"]),
    ],
)
def test_what_a_starter_left_open_is_named(text: str, left: list[str]) -> None:
    assert reaching.gaps(text) == left


@pytest.mark.parametrize(
    ("text", "name", "left"),
    [
        ("Hello Jo [work], I saw the geese.", "Jo [work]", []),
        ("Hello Jo [work], on [day], Jo [work]!", "Jo [work]", ["[day]"]),
        ("Hello Jo [work].", "Jo", ["[work]"]),
        ("Hello [day].", "", ["[day]"]),
    ],
)
def test_what_stands_within_a_name_is_no_gap(text: str, name: str, left: list[str]) -> None:
    assert reaching.gaps(text, name) == left


def test_an_example_in_a_starter_is_a_gap_until_it_is_the_persons_own() -> None:
    """A memory that is ours would be sent as theirs: what only some could say stands in brackets."""
    starters = content.load(ROOT / "seeds" / "en").starters
    said = {s["key"]: reaching.gaps(s["words"].replace("{name}", "Noor")) for s in starters}
    assert said["old_friend_song"] == ["[our song]", "[your old blue car]"]
    assert {key for key, left in said.items() if not left} == {
        *("helper_only_listen", "helper_camera_off", "boundary_no_advice", "boundary_shorter", "asking_what_fits")
    }
    assert [key for key, left in said.items() for gap in left if not gap.startswith("[") or len(gap) > 40] == []


def test_starters_keep_to_fifteen_to_forty_five_words_and_six_of_each_kind() -> None:
    words = content.load(ROOT / "seeds" / "en")
    assert [s["key"] for s in words.starters if not 15 <= len(s["words"].split()) <= 45] == []
    many = {kind: sum(s["category"] == kind for s in words.starters) for kind in words.starter_categories}
    assert [kind for kind, count in many.items() if count < 6] == []
