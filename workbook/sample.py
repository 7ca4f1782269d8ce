"""A sample to look around in: what a fictional person's story comes to, by today. Pure: a story, the words and a day in.

A story is one of the files in `seeds/people`, the same that the demo lives day by day through its doors.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workbook.content import Content, Prompt
from workbook.pod import Member, Move, standing

Story = Mapping[str, Any]
SENT = "sent"


@dataclass(frozen=True, slots=True)
class Written:
    """Something written under an exercise: its title, what was asked, what was said; of a message, to whom it went."""

    title: str
    ask: str
    said: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Who stands where and how they came there, in the order of the days, and what was written, by step."""

    name: str
    moves: tuple[Move, ...]
    members: tuple[Member, ...]
    written: dict[str, tuple[Written, ...]]


def sample(story: Story, content: Content, today: date) -> Sample:
    """The story as it stands on `today`; KeyError where it names an exercise, a prompt or a member nobody knows."""
    names = {row["key"]: row["name"] for row in story["members"]}
    told = sorted(story["moves"], key=lambda row: -row["days_ago"])
    moves = tuple(
        Move(row["member"], row["place"], today - timedelta(days=row["days_ago"]), seq, row["reason"])
        for seq, row in enumerate(told)
    )
    where = standing(moves)
    members = tuple(
        Member(
            row["key"],
            row["name"],
            seq,
            kind=row["kind"],
            place=where[row["key"]].place if row["key"] in where else "unplaced",
            since=where[row["key"]].on_day if row["key"] in where else None,
            good_for=tuple(row["good_for"]),
        )
        for seq, row in enumerate(story["members"])
    )
    said = [*_messages(story, content, names), *_answers(story, content)]
    steps = {step.key: tuple(one for key, one in said if key == step.key) for step in content.steps}
    return Sample(story["name"].title(), moves, members, steps)


def _messages(story: Story, content: Content, names: Mapping[str, str]) -> Iterator[tuple[str, Written]]:
    """What went out in so many words."""
    for row in story["tries"]:
        exercise = content.exercise(row["exercise"])
        if row["text"] and row["state"] == SENT:
            yield exercise.step, Written(exercise.title, "", row["text"], names[row["member"]])


def _answers(story: Story, content: Content) -> Iterator[tuple[str, Written]]:
    for row in story["answers"]:
        exercise = content.exercise(row["exercise"])
        prompt = exercise.prompt(row["prompt"])
        said = _in_words(prompt, row["value"])
        if said:
            yield exercise.step, Written(exercise.title, prompt.ask, said)


def _in_words(prompt: Prompt, value: object) -> str:
    """What was said, as it would be read; "" for a tick, which says nothing by itself."""
    match value:
        case bool():
            return ""
        case list():
            return " · ".join(prompt.words_of(one) for one in value)
        case _:
            return prompt.words_of(str(value))
