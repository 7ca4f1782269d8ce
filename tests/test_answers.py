"""What may be answered, and what an exercise's answers mean for the pod."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.answers import (
    Fact,
    Meaning,
    accept,
    accept_member_name,
    accept_reason,
    left_open,
    meaning,
)
from workbook.content import PROMPT_KINDS, Content, Option, Prompt
from workbook.refused import Refused

ADA, KOFI, NOOR = "ada-id", "kofi-id", "noor-id"
COLOURS = (Option("red", "Red"), Option("blue", "Blue"), Option("green", "Green"))


def prompt(kind: str, **more: Any) -> Prompt:
    return Prompt("one", kind, "A question?", options=COLOURS, **more)


def refusal(kind: str, value: Any, **more: Any) -> tuple[str, dict[str, object]]:
    with pytest.raises(Refused) as refused:
        accept(prompt(kind, **more), value)
    return refused.value.code, refused.value.facts


# What may be answered


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("later_each_member", "2026-04-02", "2026-04-02"),
        ("later_each_member", "20260402", "2026-04-02"),
        ("later_each_member", "no", "no"),
        ("later_each_member", None, ""),
        ("tick", True, True),
        ("tick", None, False),
        ("toggle", False, False),
        ("line", "Yes, until six.", "Yes, until six."),
        ("line", "", ""),
        ("line", None, ""),
        ("long_text", "  two\nlines  ", "  two\nlines  "),
        ("starter", "Hi Kofi, …", "Hi Kofi, …"),
        ("pick_one", "red", "red"),
        ("pick_one", None, ""),
        ("each_member", "blue", "blue"),
        ("each_member", "", ""),
        ("pick_many", ["blue", "red"], ["blue", "red"]),
        ("pick_many", ["red", "blue", "red"], ["red", "blue"]),
        ("pick_many", None, []),
        ("tags_each_member", (), []),
        ("slider", 0, 0),
        ("slider", 10, 10),
        ("slider", None, None),
        ("overlap", 100, 100),
        ("names", [KOFI, NOOR, KOFI], [KOFI, NOOR]),
        ("members", None, []),
        ("leave_off", [KOFI], [KOFI]),
        ("ring_each_member", [NOOR], [NOOR]),
        ("doors", ["adfam"], ["adfam"]),
        ("help_lines", [], []),
        ("member", KOFI, KOFI),
        ("member", None, ""),
        ("try", "try-id", "try-id"),
        ("country", "ie", "ie"),
    ],
)
def test_a_fitting_value_is_stored_as_it_is_and_nothing_means_left_open(kind: str, value: Any, stored: Any) -> None:
    accepted = accept(prompt(kind), value)
    assert (accepted, type(accepted)) == (stored, type(stored))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("tick", "yes"),
        ("toggle", 2),
        ("pick_one", "yellow"),
        ("pick_one", "Red"),
        ("each_member", ["red"]),
        ("pick_many", ["red", "yellow"]),
        ("tags_each_member", "red"),
        ("slider", -1),
        ("slider", 11),
        ("slider", 5.0),
        ("slider", "5"),
        ("slider", True),
        ("overlap", 101),
    ],
)
def test_what_is_not_offered_is_refused_whatever_the_browser_sends(kind: str, value: Any) -> None:
    assert refusal(kind, value)[0] == "not_offered"


@pytest.mark.parametrize(("kind", "longest"), [("line", 300), ("long_text", 20_000), ("starter", 20_000)])
def test_text_may_be_just_so_long_and_a_refusal_says_by_how_much_it_is_over(kind: str, longest: int) -> None:
    assert accept(prompt(kind), "ö" * longest) == "ö" * longest
    assert refusal(kind, "ö" * (longest + 3)) == ("text_long", {"most": longest, "over": 3})


@pytest.mark.parametrize("odd", ["a\x00b", "\ud800", "end\udfff"])
@pytest.mark.parametrize("kind", ["line", "long_text", "starter", "member"])
def test_text_that_no_file_could_hold_is_refused(kind: str, odd: str) -> None:
    assert refusal(kind, odd)[0] == "text_odd"


@pytest.mark.parametrize("value", [3, ["a"], b"bytes", True])
def test_text_must_be_text(value: Any) -> None:
    assert refusal("long_text", value)[0] == "not_text"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=300))
def test_any_text_is_stored_letter_for_letter(text: str) -> None:
    assert accept(prompt("line"), text) == text


@pytest.mark.parametrize("kind", ["pick_many", "tags_each_member"])
def test_no_more_may_be_picked_than_asked_for(kind: str) -> None:
    assert accept(prompt(kind, most=2), ["red", "blue", "red"]) == ["red", "blue"]
    assert refusal(kind, ["red", "blue", "green"], most=2) == ("too_many", {"most": 2})


@pytest.mark.parametrize("kind", ["names", "members", "leave_off", "doors", "help_lines"])
def test_no_more_may_be_named_than_asked_for(kind: str) -> None:
    assert refusal(kind, [ADA, KOFI, NOOR], most=2) == ("too_many", {"most": 2})


@pytest.mark.parametrize("value", [{"harmed": "yes"}, "ok", None, ""])
def test_the_taps_of_the_safety_screen_are_never_an_answer(value: Any) -> None:
    assert refusal("safety", value)[0] == "never_kept"


@pytest.mark.parametrize("kind", PROMPT_KINDS)
def test_every_kind_of_prompt_knows_what_it_takes(kind: str) -> None:
    try:
        accept(prompt(kind), None)
    except Refused as refused:
        assert (kind, refused.code) == ("safety", "never_kept")


def test_an_answer_emptied_again_says_nothing_but_no_and_nought_say_something() -> None:
    emptied: list[Any] = ["", None, []]
    assert [left_open(prompt("line"), value) for value in emptied] == [True, True, True]
    assert left_open(prompt("tick"), False)
    assert not left_open(prompt("toggle"), False)
    assert not left_open(prompt("slider"), 0)


# Names and reasons


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("Noor", "Noor"), ("  the woman \n with the  dog ", "the woman with the dog"), ("N" * 80, "N" * 80), ("🐕", "🐕")],
)
def test_a_member_is_called_as_typed_with_single_spaces(typed: str, shown: str) -> None:
    assert accept_member_name(typed) == shown


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "member_name_empty"),
        (" \n", "member_name_empty"),
        ("N" * 81, "member_name_long"),
        ("N\x00", "text_odd"),
        ("\u3164 \u2800", "member_name_empty"),
    ],
)
def test_a_member_needs_a_name_of_at_most_80_characters(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        accept_member_name(typed)
    assert refused.value.code == code


def test_a_reason_may_be_empty_and_has_500_characters() -> None:
    assert [accept_reason(""), accept_reason("r" * 500)] == ["", "r" * 500]
    for reason, code in (("r" * 501, "text_long"), ("r\x00", "text_odd"), ("\ud800", "text_odd")):
        with pytest.raises(Refused) as refused:
            accept_reason(reason)
        assert refused.value.code == code


# What it means for the pod


def meant(words: Content, exercise: str, **given: Any) -> Meaning:
    """`who=…` answers a prompt, `heard__noor=…` answers it about Noor."""
    ids = {"noor": NOOR, "kofi": KOFI}
    keys = {name: tuple(name.split("__")) for name in given}
    return meaning(
        words.exercise(exercise),
        {(k[0], ids[k[1]] if len(k) > 1 else ""): given[name] for name, k in keys.items()},
    )


def test_nothing_answered_means_nothing(words: Content) -> None:
    for exercise in words.exercises:
        assert meaning(exercise, {}) == Meaning()


def test_left_open_answers_mean_nothing_either(words: Content) -> None:
    for exercise in words.exercises:
        emptied: dict[tuple[str, str], Any] = {}
        for prompt_ in exercise.prompts:
            if prompt_.kind not in ("safety", "toggle"):
                emptied[prompt_.key, ""] = accept(prompt_, None)
        assert meaning(exercise, emptied) == Meaning(), exercise.key


def test_a_choice_for_a_member_is_a_fact_about_them(words: Content) -> None:
    found = meant(words, "reflect.who_listens", heard__noor="yes", heard__kofi="unsure", last_time="On the bus.")
    assert found.facts == (Fact(NOOR, "heard", "yes"), Fact(KOFI, "heard", "unsure"))


def test_picking_a_name_may_note_something_of_them(words: Content) -> None:
    assert meant(words, "reflect.someone_stayed", who=NOOR).facts == (Fact(NOOR, "heard", "yes"),)
    assert meant(words, "reconnect.bad_hour", late=KOFI).facts == (Fact(KOFI, "good_for.emergency", True),)


def test_tags_say_yes_and_no_to_each_kind_of_help(words: Content) -> None:
    found = meant(words, "reflect.kinds_of_help", tags__noor=["listen", "company"])
    assert {f.field: f.value for f in found.facts if f.member_id == NOOR} == {
        "good_for.listen": True,
        "good_for.practical": False,
        "good_for.company": True,
        "good_for.knows": False,
        "good_for.advice": False,
        "good_for.emergency": False,
    }


def test_of_two_answers_about_the_same_thing_the_later_has_the_last_word(words: Content) -> None:
    def company(**given: Any) -> Any:
        facts = meant(words, "reflect.kinds_of_help", **given).facts
        return {f.field: f.value for f in facts}["good_for.company"]

    assert company(tags__noor=["listen"], laugh=NOOR) is True
    assert company(laugh=NOOR, tags__noor=["listen"]) is False


def test_an_exercise_about_one_member_notes_its_choices_of_that_member(words: Content) -> None:
    found = meant(words, "stay_open.little_more", who=NOOR, inch="walk", closeness=0)
    assert found.facts == (Fact(NOOR, "closeness", 0),)
    assert found.try_fields == {"member": NOOR, "act": "walk"}
    visited = meant(words, "reconnect.my_kind", which=NOOR, welcome="yes", heard="partly", next="again")
    assert visited == Meaning((Fact(NOOR, "heard", "partly"), Fact(NOOR, "state", "again")))


def test_a_day_to_look_again_is_known_of_each_one_put_aside_and_no_is_no_day(words: Content) -> None:
    found = meant(words, "reconnect.ladder", picked=[NOOR, KOFI], again__noor="2026-04-02", again__kofi="no")
    assert found == Meaning((Fact(NOOR, "look_again", "2026-04-02"),))
    rungs = meant(words, "reconnect.ladder", picked=[NOOR], state__noor="not_for_me")
    assert rungs == Meaning((Fact(NOOR, "state", "not_for_me"),))


def test_choices_without_the_member_they_are_about_note_nothing(words: Content) -> None:
    assert meant(words, "reconnect.my_kind", heard="partly", next="again") == Meaning()


def test_a_message_is_a_try_and_sending_it_is_not_yet_a_contact(words: Content) -> None:
    drafted = meant(words, "reach_out.two_lines", who=KOFI, text="Hi Kofi", keep=True, state="drafted")
    assert drafted == Meaning((), {"member": KOFI, "text": "Hi Kofi", "state": "drafted"})
    sent = meant(words, "reach_out.two_lines", who=KOFI, state="sent")
    assert sent == Meaning((), {"member": KOFI, "state": "sent"})


def test_coming_back_to_a_try_adds_to_that_try_and_to_none_where_it_is_not_said_which(words: Content) -> None:
    back = meant(words, "reach_out.after_sent", which="try-1", felt="easy", took="Two cups of tea.")
    assert back == Meaning((), {"felt": "easy", "after_feel": "Two cups of tea."}, "try-1")
    assert meant(words, "reach_out.after_sent", felt="easy") == Meaning()


@pytest.mark.parametrize("state", ["", "not_now", "sent", "wait", "one_more", "let_go"])
@pytest.mark.parametrize("outcome", ["", "none_yet", "not_now", "no", "short", "warm"])
def test_only_what_came_back_was_a_contact_whichever_hello_is_named(words: Content, state: str, outcome: str) -> None:
    given = {("which", ""): "try-1", ("outcome", ""): outcome}
    meant = meaning(words.exercise("reach_out.after_sent"), given, {"member": KOFI, "state": state})
    came_back = outcome in ("short", "warm")
    assert meant.facts == ((Fact(KOFI, "last_touch", "week"),) if came_back else ())
    assert meant.touched == ((KOFI,) if came_back else ())


def test_letting_a_quiet_try_go_lets_the_name_rest_and_waiting_does_not(words: Content) -> None:
    def facts(chosen: str) -> tuple[Fact, ...]:
        given = {("which", ""): "try-1", ("next", ""): chosen}
        return meaning(words.exercise("reach_out.nothing_back"), given, {"member": KOFI, "state": "sent"}).facts

    assert facts("let_go") == (Fact(KOFI, "contact", "not_for_now"),)
    assert [facts("wait"), facts("one_more")] == [(), ()]


def test_a_plan_rehearsed_is_part_of_its_try_and_the_tick_taken_back_is_not(words: Content) -> None:
    assert meant(words, "reach_out.when_where", cue="Sunday tea", rehearsed=True).try_fields == {
        "cue": "Sunday tea",
        "rehearsed": True,
    }
    assert meant(words, "reach_out.when_where", cue="Sunday tea", rehearsed=False).try_fields == {"cue": "Sunday tea"}


def test_everyone_touched_in_a_check_in_was_touched_this_week(words: Content) -> None:
    found = meant(words, "check_in.weekly", alone=3, touched=[NOOR, KOFI], hid="yes")
    facts = (Fact(NOOR, "last_touch", "week"), Fact(KOFI, "last_touch", "week"))
    assert found == Meaning(facts, touched=(NOOR, KOFI))


def test_the_safety_exercise_means_nothing_by_its_answers(words: Content) -> None:
    assert meant(words, "reach_out.for_now", who=KOFI) == Meaning()


def test_answers_to_prompts_that_are_gone_mean_nothing(words: Content) -> None:
    assert meant(words, "reflect.steady", no_longer_there="yes") == Meaning()
