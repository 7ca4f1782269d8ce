"""The five taps: every way through them, against the rules written out as a table."""

from collections.abc import Iterator
from itertools import product

import pytest

from workbook.content import Content
from workbook.safety import QUESTIONS, Outcome, screen

ANSWERS = {
    "uneasy": ("", "fine", "mixed", "uneasy"),
    "harmed": ("", "no", "rather_not", "yes"),
    "order": ("", "no", "not_sure", "yes"),
    "seen": ("", "no", "maybe", "yes"),
    "pulled": ("", "no", "maybe", "yes"),
}
LEAVE = Outcome("leave", "not_for_now")
WAIT = Outcome("wait", "not_for_now")
NOT_NOW = Outcome("not_now_send", "not_for_now")
OFFER = Outcome("offer_not_for_now", "", offer_not_for_now=True, fine_as_well=True)
OFFER_ONE = Outcome("offer_not_for_now", "", offer_not_for_now=True)  # while a tap is open, “fine” is not offered
UNANSWERED = Outcome("unanswered")
OK = Outcome("ok", "ok")

# From the top: the first rule with a matching tap decides.
RULES = (
    ("harmed", ("yes", "rather_not"), LEAVE),
    ("order", ("yes",), LEAVE),
    ("order", ("not_sure",), WAIT),
    ("seen", ("maybe", "yes"), NOT_NOW),
    ("uneasy", ("uneasy",), OFFER),
    ("pulled", ("maybe", "yes"), OFFER),
)


def every_path() -> Iterator[dict[str, str]]:
    for path in product(*ANSWERS.values()):
        yield {question: tap for question, tap in zip(ANSWERS, path, strict=True) if tap}


def by_the_table(taps: dict[str, str]) -> Outcome:
    for question, these, outcome in RULES:
        if taps.get(question) in these:
            return OFFER_ONE if outcome == OFFER and len(taps) < 5 else outcome
    return OK if len(taps) == 5 else UNANSWERED


def test_each_of_the_1024_paths_ends_where_the_table_says() -> None:
    paths = list(every_path())
    assert len(paths) == 1024
    assert [taps for taps in paths if screen(taps) != by_the_table(taps)] == []


def test_yes_and_rather_not_say_give_the_same_outcome_on_every_path() -> None:
    differing = [
        taps for taps in every_path() if screen({**taps, "harmed": "yes"}) != screen({**taps, "harmed": "rather_not"})
    ]
    assert differing == []


def test_fine_for_now_needs_all_five_taps_and_only_two_ways_lead_there() -> None:
    fine = [taps for taps in every_path() if screen(taps).contact == "ok"]
    calm = {"harmed": "no", "order": "no", "seen": "no", "pulled": "no"}
    assert fine == [{"uneasy": "fine", **calm}, {"uneasy": "mixed", **calm}]


def test_nobody_may_be_called_fine_while_a_tap_is_open() -> None:
    assert [taps for taps in every_path() if screen(taps).may_be_fine and len(taps) < 5] == []
    assert screen({"uneasy": "uneasy"}) == screen({"pulled": "maybe"}) == OFFER_ONE
    assert screen(dict(zip(QUESTIONS, ("uneasy", "no", "no", "no", "no"), strict=True))).may_be_fine


def test_no_taps_at_all_keep_nothing() -> None:
    assert screen({}) == UNANSWERED
    assert screen(dict.fromkeys(QUESTIONS, "")) == UNANSWERED


def test_nothing_is_kept_of_an_offer_until_the_person_takes_it() -> None:
    for taps in every_path():
        outcome = screen(taps)
        assert outcome.offer_not_for_now == (outcome.words == "offer_not_for_now")
        assert not (outcome.offer_not_for_now and outcome.contact)


def test_the_seeds_ask_just_these_questions_with_just_these_answers(words: Content) -> None:
    assert tuple(question["key"] for question in words.screen) == QUESTIONS
    for question in words.screen:
        assert ("", *(option["key"] for option in question["options"])) == ANSWERS[question["key"]]


@pytest.mark.parametrize("outcome", [LEAVE, WAIT, NOT_NOW, OFFER, UNANSWERED, OK], ids=lambda o: o.words)
def test_every_outcome_has_its_words(words: Content, outcome: Outcome) -> None:
    assert words.screen_words[outcome.words]
