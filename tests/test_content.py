"""The words as data: the English seeds as they load, and what is said of a seed file that is not right."""

import copy
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workbook import content
from workbook.content import OTHER_FILES, STEP_FILES, Content, Option, SeedTrouble
from workbook.settings import ROOT

ENGLISH = ROOT / "seeds" / "en"


def test_the_steps_come_in_their_order(words: Content) -> None:
    assert [(s.number, s.key) for s in words.steps] == [
        (1, "welcome"),
        (2, "reflect"),
        (3, "reach_out"),
        (4, "reconnect"),
        (5, "stay_open"),
        (6, "check_in"),
    ]


def test_there_are_44_exercises_in_the_order_of_the_steps(words: Content) -> None:
    assert [len(s.exercises) for s in words.steps] == [6, 9, 9, 8, 10, 2]
    assert [e.key for e in words.exercises] == [e.key for s in words.steps for e in s.exercises]


def test_every_step_but_the_first_ends_with_the_closing_question(words: Content) -> None:
    closings = [e.key for e in words.exercises if e.key.endswith(".closing")]
    assert closings == [s.exercises[-1].key for s in words.steps[1:]]
    assert len({words.exercise(key).prompts for key in closings}) == 1


def test_an_exercise_knows_its_step_and_its_prompts(words: Content) -> None:
    exercise = words.exercise("reach_out.two_lines")
    assert exercise.step == "reach_out"
    assert [p.key for p in exercise.prompts] == ["who", "text", "keep", "state"]
    assert exercise.prompt("who").only == "ok"
    assert words.step("reach_out").exercises[3] is exercise


def test_unknown_keys_are_key_errors_that_name_the_key(words: Content) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        words.step("nowhere")
    with pytest.raises(KeyError, match=r"reflect\.nothing"):
        words.exercise("reflect.nothing")
    with pytest.raises(KeyError, match=r"reflect\.steady\.nothing"):
        words.exercise("reflect.steady").prompt("nothing")


def test_a_prompt_may_share_its_options_or_bring_its_own(words: Content) -> None:
    assert words.exercise("reflect.who_listens").prompt("heard").options == words.options["heard"]
    own = words.exercise("check_in.weekly").prompt("listened").options
    assert [o.key for o in own] == ["yes", "bit", "no", "not_needed"]


def test_an_option_no_longer_offered_is_shown_by_its_key(words: Content) -> None:
    prompt = replace(words.exercise("reflect.who_listens").prompt("heard"), options=(Option("yes", "Yes"),))
    assert [prompt.words_of(key) for key in ("yes", "always")] == ["Yes", "always"]
    assert [words.words("heard", "partly"), words.words("heard", "always"), words.words("none", "x")] == [
        "Partly",
        "always",
        "x",
    ]


def test_all_that_became_of_last_weeks_step_gets_the_same_reply(words: Content) -> None:
    asked = words.exercise("check_in.weekly").prompt("last_step")
    [reply] = asked.replies
    assert (set(reply.to), reply.words, reply.help_now) == ({o.key for o in asked.options}, "Noted.", False)


def test_nobody_to_count_on_is_answered_kindly_and_with_the_way_to_help(words: Content) -> None:
    [reply] = words.exercise("welcome.three_questions").prompt("count_on").replies
    assert (reply.to, reply.help_now) == (("1",), True)
    assert reply.words.startswith("Many people start here.")


def test_a_retired_prompt_keeps_its_key_but_is_no_longer_shown(words: Content) -> None:
    exercise = words.exercise("reflect.steady")
    first, *others = exercise.prompts
    retired = replace(exercise, prompts=(replace(first, retired=True), *others))
    assert [p.key for p in retired.shown] == [p.key for p in others]
    assert retired.prompt(first.key).retired


def test_a_help_line_is_known_again_by_its_country_and_name(words: Content) -> None:
    keys = [line["key"] for line in words.help_lines]
    assert "us.988_lifeline" in keys and "uk.samaritans" in keys
    assert len(set(keys)) == len(keys)


# What is wrong, and what the host is told: file, words replaced, what they become, parts of the sentence.
WRONG = {
    "not TOML": ("reflect", 'key = "reflect"\n', "key = reflect\n", ["reflect.toml", "not valid TOML"]),
    "an option list that is not one": (
        "options",
        "[[good_for]]",
        "numbers = 3\n[[good_for]]",
        ["options.toml", "numbers", "`key` and `words`"],
    ),
    "an unknown kind of exercise": (
        "reflect",
        'kind = "questions"',
        'kind = "quiz"',
        ["reflect.toml", "reflect.got_smaller", "“quiz”", "questions, read, plan"],
    ),
    "questions about the picks of nothing": (
        "reconnect",
        'of = "picked"',
        'of = "nothing"',
        ("reconnect.toml", "reconnect.ladder.state", "“members”"),
    ),
    "an unknown kind of prompt": (
        "reflect",
        'kind = "long_text"',
        'kind = "essay"',
        ["reflect.got_smaller.little_back", "“essay”", "long_text"],
    ),
    "a word that means nothing": (
        "reflect",
        "minutes = 2",
        "minuets = 2",
        ["reflect.toml", "reflect.got_smaller", "“minuets”", "Remove or correct it"],
    ),
    "an exercise of another step": (
        "reflect",
        'key = "reflect.steady"',
        'key = "welcome.steady"',
        ["reflect.toml", "“welcome.steady”", "“reflect.”"],
    ),
    "the same exercise twice": (
        "reflect",
        'key = "reflect.steady"',
        'key = "reflect.got_smaller"',
        ["“reflect.got_smaller”", "twice"],
    ),
    "the same prompt twice": (
        "reflect",
        'key = "little_back"',
        'key = "picked"',
        ["reflect.toml", "“picked”", "reflect.got_smaller", "twice"],
    ),
    "the same option twice": (
        "reflect",
        '{ key = "family"',
        '{ key = "friends"',
        ["reflect.toml", "“friends”", "reflect.got_smaller.picked", "twice"],
    ),
    "an option without words": (
        "reflect",
        '{ key = "family", words = "Time with other family" }',
        '{ key = "family" }',
        ["reflect.got_smaller.picked", "`key` and `words`"],
    ),
    "options that are not there": (
        "reflect",
        'options = "heard"',
        'options = "hears"',
        ["reflect.who_listens.heard", "“hears”", "options.toml"],
    ),
    "a choice without options": (
        "reflect",
        'options = "heard"\n',
        "",
        ["reflect.who_listens.heard", "“each_member”", "`options`"],
    ),
    "a prompt key in capitals": (
        "reflect",
        'key = "little_back"',
        'key = "LittleBack"',
        ["reflect.got_smaller.LittleBack", "small letters"],
    ),
    "a prompt that asks nothing": (
        "reflect",
        'ask = "If you like, what would you want a little of again?"\n',
        "",
        ["reflect.got_smaller.little_back", "`ask`"],
    ),
    "something to fill that nothing knows": (
        "reflect",
        'fills = "member.heard"\n  sets',
        'fills = "member.hears"\n  sets',
        ["reflect.steady.quiet_with", "“member.hears”"],
    ),
    "a ring that does not exist": (
        "reflect",
        'offer = "core"',
        'offer = "middle"',
        ["reflect.who_listens.heard", "core, movable or outer"],
    ),
    "an exercise without a title": (
        "reflect",
        'title = "What got smaller"\n',
        "",
        ["reflect.toml", "reflect.got_smaller", "`title`"],
    ),
    "another way that leads nowhere": (
        "reflect",
        'instead = "reflect.kinds_of_help"',
        'instead = "reflect.kinds"',
        ["reflect.toml", "reflect.someone_stayed", "“reflect.kinds”"],
    ),
    "a reply to something that cannot be picked": (
        "check_in",
        'to = ["tried",',
        'to = ["tired",',
        ["check_in.toml", "check_in.weekly.last_step", "“tired”"],
    ),
    "a reply without words": (
        "check_in",
        ', words = "Noted." }',
        " }",
        ["check_in.weekly.last_step", "`to`", "`words`"],
    ),
    "starters of no category": (
        "reconnect",
        'starters = ["helper"]',
        'starters = ["helpers"]',
        ["reconnect.toml", "reconnect.first_note.text", "“helpers”"],
    ),
    "a help line of no country": (
        "help_lines",
        'country = "us"\ngroup = "emergency"',
        'country = "usa"\ngroup = "emergency"',
        ["help_lines.toml", "Emergency services", "“usa”"],
    ),
    "a help line without a name": (
        "help_lines",
        'name = "988 Lifeline"\n',
        "",
        ["help_lines.toml", "a line", "`name`"],
    ),
    "the same help line twice": (
        "help_lines",
        'name = "Crisis Text Line"',
        'name = "988 lifeline"',
        ["help_lines.toml", "“us.988_lifeline”", "twice"],
    ),
    "a country without a name": (
        "help_lines",
        'name = "United Kingdom"\n',
        "",
        ["help_lines.toml", "“uk”", "`name`"],
    ),
    "a door without a key": ("doors", 'key = "adfam"\n', "", ["doors.toml", "an entry of doors", "`key`"]),
    "the same door twice": ("doors", 'key = "adfam"', 'key = "counsellor"', ["doors.toml", "“counsellor”", "twice"]),
    "a category of starters without a title": (
        "starters",
        'title = "An old friend"\n',
        "",
        ["starters.toml", "“old_friend”", "`title`"],
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_seed_file_that_is_not_right_is_refused_with_its_file_its_key_and_what_to_do(
    tmp_path: Path, wrong: str
) -> None:
    name, good, bad, said = WRONG[wrong]
    folder = Path(shutil.copytree(ENGLISH, tmp_path / "en"))
    path = folder / f"{name}.toml"
    text = path.read_text("utf-8")
    assert good in text
    path.write_text(text.replace(good, bad, 1), "utf-8")
    with pytest.raises(SeedTrouble) as trouble:
        content.load(folder)
    assert [part for part in said if part not in str(trouble.value)] == []


@pytest.mark.parametrize("name", sorted(path.stem for path in ENGLISH.glob("*.toml")))
def test_a_seed_file_that_is_missing_is_named_with_its_folder(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(ENGLISH, tmp_path / "en"))
    (folder / f"{name}.toml").unlink()
    with pytest.raises(SeedTrouble, match=f"{name}.toml: the file is missing") as trouble:
        content.load(folder)
    assert str(folder) in str(trouble.value)


def test_a_read_needs_its_paragraphs_and_questions_need_prompts(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(ENGLISH, tmp_path / "en"))
    path = folder / "check_in.toml"
    head = 'key = "check_in"\ntitle = "Check-in"\nnumber = 6\n[[exercises]]\nkey = "check_in.one"\ntitle = "One"\n'
    path.write_text(head + 'kind = "read"\n', "utf-8")
    with pytest.raises(SeedTrouble, match=r"check_in\.one is of kind “read” but has no `read`"):
        content.load(folder)
    path.write_text(head + 'kind = "questions"\n', "utf-8")
    with pytest.raises(SeedTrouble, match=r"check_in\.one asks nothing"):
        content.load(folder)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a file's content."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield from _places(one, (*path, key))


def test_whatever_is_put_in_the_place_of_anything_is_taken_or_told_by_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {f"{name}.toml": content.parsed(ENGLISH / f"{name}.toml") for name in (*STEP_FILES, *OTHER_FILES)}
    chance = random.Random(7)
    refused = 0
    for file, raw in whole.items():
        for path in chance.sample(found := list(_places(raw)), min(30, len(found))):
            broken = copy.deepcopy(raw)
            holder: Any = broken
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = chance.choice([3, "x", [], {}, True, [3], {"x": 3}, "", date(2026, 3, 2)])
            read = {**whole, file: broken}
            monkeypatch.setattr(content, "parsed", lambda place, read=read: read[place.name])
            try:
                content.load(ENGLISH)
            except SeedTrouble as trouble:
                refused += 1
                assert ".toml: " in str(trouble) or str(trouble).startswith("seeds: ")
    assert refused > 100
