"""Every sentence on screen is short and plain: its reading grade, its length, and the words it never uses.

A grade says little about one short sentence. So a text is graded by itself from three sentences or thirty words on,
and all the sentences of one exercise or one part of the interface are graded together; since an easy page could hide
a hard sentence, each of eight words or more has its own, higher limit. Labels are left out of that: a button's one or
two words would flatter the whole. What people wrote in the demo is theirs and is not measured.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import textstat

from workbook import content
from workbook.content import Exercise
from workbook.settings import ROOT
from workbook.ui import collect
from workbook.web import front_page

HIGHEST_GRADE = 6
HIGHEST_GRADE_OF_A_SENTENCE = 9
MOST_WORDS_IN_A_SENTENCE = 20
MOST_WORDS_AT_ONCE = 60
ENGLISH = ROOT / "seeds" / "en"

# What in a seed file is no sentence: keys, addresses, numbers to dial, and names of people and organisations.
NOT_READ = {
    *("key", "kind", "fills", "sets", "place", "offer", "only", "member_kind", "instead", "country", "countries"),
    *(
        "group",
        "category",
        "starters",
        "helps",
        "to",
        "name",
        "number",
        "dial",
        "sms",
        "sms_text",
        "url",
        "verified_on",
    ),
}

# Texts that may break a rule here, each with its reason. They are found by how they begin.
AS_PUBLISHED = "a scale keeps its published words, or its answers could not be compared"
CREDIT = "a credit: the names of people and what they made"
HARDER = {
    "Pods, pod mapping": CREDIT,
    "The overlapping circles follow": CREDIT,
    "After the overlapping circles": CREDIT,
}
NEVER = {
    "praise": r"great|well done|good job|congrat\w*|bravo|proud|amazing|awesome|excellent|fantastic|brilliant",
    "pressure": r"should|must|ought|required|mandatory|overdue|streaks?|badges?|deadlines?|don't forget|remember to|missed",
    "filler": r"just|simply|easily|obviously|of course|please",
    "blame": r"fail\w*|invalid|illegal|incorrect|poor|oops|errors?",
    "jargon": r"users?|clients?|submit\w*|click\w*|log ?in|database|module|network|assessment|survey|tasks?|scores?",
    "labels for people": r"addicts?|enablers?|codependent|toxic|victims?|broken|damaged",
}
IN_A_MESSAGE = "the person's own courtesy to whoever they write to"
ALLOWED = {
    ("great", "How many people are so close"): AS_PUBLISHED,
    ("should", "How easy is it to get practical help"): AS_PUBLISHED,
    ("please", "Hello, I read about [your Tuesday"): IN_A_MESSAGE,
    ("please", "Hi, I am thinking about coming"): IN_A_MESSAGE,
    ("please", "[The late bus home]"): IN_A_MESSAGE,
    ("please", "Hello {name}, I have [a dull errand"): IN_A_MESSAGE,
    ("please", "Hello {name}, I answer slowly"): IN_A_MESSAGE,
    ("scores", "It never sends a message"): "it says that the workbook does not",
}


@dataclass(frozen=True, slots=True)
class Text:
    """Something a person reads in one go, and the page, exercise or list it stands in."""

    where: str
    words: str

    @property
    def sentences(self) -> list[str]:
        """Its sentences; a label has none."""
        if not re.search(r"[.!?…:][”\"]?$", self.words):
            return []
        return re.split(r"(?<=[.!?…])[”\"]?\s+", self.words)


def texts() -> list[Text]:
    """Everything the workbook says on screen in English."""
    said = (front_page.NO_SCRIPT, front_page.WAITING, front_page.COVERED)
    page = [Text("front page", words) for words in said]
    return [*page, *_of_the_interface(), *_of_the_seeds()]


def _of_the_interface() -> Iterator[Text]:
    for message in collect.collected():
        said = message.id if isinstance(message.id, tuple | list) else [message.id]
        yield from (Text(message.locations[0][0], words) for words in said if words)


def _of_the_seeds() -> Iterator[Text]:
    for path in sorted(ENGLISH.glob("*.toml")):
        raw = tomllib.loads(path.read_text("utf-8"))
        for name, part in raw.items():
            for row in part if isinstance(part, list) else [{name: part}]:
                by_itself = name in ("exercises", "doors", "starters")
                where = row["key"] if by_itself else row.get("country", name)
                yield from (Text(f"{path.stem}: {where}", words) for words in _read(row))


def _read(part: Any, name: str = "") -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if not (key in NOT_READ or (key == "options" and isinstance(value, str))):
                yield from _read(value, key)
    elif isinstance(part, list):
        for value in part:
            yield from _read(value, name)
    elif isinstance(part, str) and part:
        yield part


def count(words: str) -> int:
    """How many words it has; a dash by itself is none."""
    return sum(1 for word in words.split() if re.search(r"\w", word))


def grade(words: str) -> float:
    """The school year it takes to read it, by Flesch and Kincaid."""
    return float(textstat.flesch_kincaid_grade(words))


def too_hard(every: list[Text], but: set[str]) -> list[str]:
    """What is above the grade or too long, except the texts that begin like one of `but`."""
    kept = [text for text in every if not text.words.startswith(tuple(but))]
    together: dict[str, list[str]] = {}
    for text in kept:
        together.setdefault(text.where, []).extend(text.sentences)
    alone = [t.words for t in kept if count(t.words) >= 30 or len(t.sentences) >= 3]
    graded = {**{where: " ".join(said) for where, said in together.items()}, **{words: words for words in alone}}
    hard = [
        f"grade {grade(words):.1f}: {name}" for name, words in graded.items() if words and grade(words) > HIGHEST_GRADE
    ]
    said = [sentence for text in kept for sentence in text.sentences or [text.words]]
    hard += [f"grade {grade(s):.1f}: {s}" for s in said if count(s) >= 8 and grade(s) > HIGHEST_GRADE_OF_A_SENTENCE]
    long = [f"{count(s)} words: {s}" for s in said if count(s) > MOST_WORDS_IN_A_SENTENCE]
    return hard + long + [f"{count(t.words)} words: {t.words}" for t in kept if count(t.words) > MOST_WORDS_AT_ONCE]


def unwanted(every: list[Text], but: set[tuple[str, str]]) -> list[str]:
    """Every word of NEVER with the text it stands in, except where `but` allows that word in that text."""
    pattern = re.compile(rf"\b({'|'.join(NEVER.values())})\b", re.IGNORECASE)
    found = [(match[0].lower(), text.words) for text in every for match in pattern.finditer(text.words)]
    return [
        f"“{word}” in: {words}" for word, words in found if not any(word == w and words.startswith(t) for w, t in but)
    ]


@pytest.fixture(scope="module")
def every() -> list[Text]:
    """All of it."""
    return texts()


def test_no_page_or_exercise_takes_more_than_six_years_of_school_to_read(every: list[Text]) -> None:
    assert too_hard(every, set(HARDER)) == []


def test_it_never_praises_presses_blames_or_pads(every: list[Text]) -> None:
    assert unwanted(every, set(ALLOWED)) == []


@pytest.mark.parametrize("allowed", HARDER)
def test_no_harder_text_is_allowed_without_need(every: list[Text], allowed: str) -> None:
    assert too_hard(every, set(HARDER) - {allowed}) != []


@pytest.mark.parametrize("allowed", ALLOWED)
def test_no_word_is_allowed_without_need(every: list[Text], allowed: tuple[str, str]) -> None:
    assert unwanted(every, set(ALLOWED) - {allowed}) != []


@pytest.mark.parametrize("exercise", content.load(ENGLISH).exercises, ids=lambda e: e.key)
def test_an_exercise_begins_with_at_most_sixty_words_at_a_time(exercise: Exercise) -> None:
    for part in exercise.parts or [()]:
        opening = " ".join((exercise.title, exercise.before, exercise.purpose, *part))
        assert count(opening) <= MOST_WORDS_AT_ONCE, opening


def test_what_there_is_to_read_is_shown_whole_and_in_order_a_part_at_a_time() -> None:
    paragraphs = ("one " * 30, "two " * 16, "three " * 60, "four")
    exercise = Exercise("welcome.before", "", "questions", read=paragraphs)
    assert exercise.parts == (("one " * 30, "two " * 16), ("three " * 60,), ("four",))
    assert Exercise("welcome.before", "", "questions").parts == ()


def test_the_measure_tells_plain_words_from_hard_ones() -> None:
    hard = (
        "Authentication was unsuccessful. Additional verification is necessary. Contact your administrator immediately."
    )
    endless = "And then " * 11 + "it ends."
    assert too_hard([Text("here", hard)], set()) == [
        f"grade {grade(hard):.1f}: here",
        f"grade {grade(hard):.1f}: {hard}",
    ]
    assert f"24 words: {endless}" in too_hard([Text("here", endless)], set())
    assert unwanted([Text("here", "Well done, just one more.")], set()) == [
        "“well done” in: Well done, just one more.",
        "“just” in: Well done, just one more.",
    ]


def test_every_kind_of_sentence_is_measured(every: list[Text]) -> None:
    said = {text.words for text in every}
    words = content.load(ENGLISH)
    exercises = {prompt.ask for exercise in words.exercises for prompt in exercise.prompts}
    lists = {option.words for options in words.options.values() for option in options}
    rows = {door["about"] for door in words.doors} | {starter["words"] for starter in words.starters}
    assert exercises | lists | rows | set(words.screen_words.values()) | {s.lead for s in words.steps} <= said
    assert {"Sign in", "Leave this page", "{count} words.", front_page.WAITING} <= said
