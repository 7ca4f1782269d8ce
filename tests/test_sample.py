"""The sample a stranger looks around in: the story as it stands by today, and nothing that anyone could take for real."""

from datetime import date, timedelta

import pytest

from workbook import content, replay
from workbook.content import parsed
from workbook.pod import RINGS
from workbook.sample import Sample, sample
from workbook.settings import ROOT

STORY = parsed(ROOT / "seeds" / "people" / "ada.toml")
CONTENT = content.load(ROOT / "seeds" / "en")
TODAY = date(2026, 2, 28)


@pytest.fixture(scope="module")
def ada() -> Sample:
    return sample(STORY, CONTENT, TODAY)


def test_everyone_stands_where_the_last_move_put_them(ada: Sample) -> None:
    by_key = {member.member_id: member for member in ada.members}
    assert {member.name for member in ada.members if member.place == "core"} == {
        *("Pip", "Ruth", "Aunt Bea", "Sam", "Mabel", "Jo")
    }
    assert by_key["night_room"].place == "released"
    assert by_key["sam"].since == TODAY - timedelta(days=76)
    assert all(member.since is None or member.since <= TODAY for member in ada.members)


def test_its_moves_can_be_replayed_up_to_today(ada: Sample) -> None:
    story = replay.replay(ada.moves, TODAY)
    assert story is not None and story.days[-1] == TODAY
    there = {member.member_id for member in ada.members if member.place in RINGS}
    assert set(story.spots(len(story.days) - 1)) == there
    assert [move.on_day for move in ada.moves] == sorted(move.on_day for move in ada.moves)


def test_what_was_written_is_told_in_words_and_never_by_its_keys(ada: Sample) -> None:
    assert ada.name == "Ada"
    assert all(ada.written[step] for step in ("reflect", "reach_out", "reconnect", "stay_open"))
    said = [one.said for written in ada.written.values() for one in written]
    picked = CONTENT.exercise("reflect.got_smaller").prompt("picked")
    assert " · ".join(picked.words_of(key) for key in ("friends", "hobbies", "sleep", "laughing")) in said
    assert not any(one.said in ("True", "yes", "partly") for one in ada.written["reconnect"])


def test_only_messages_that_went_out_are_shown_as_sent(ada: Sample) -> None:
    sent = {one.to for one in ada.written["reach_out"] if one.to}
    assert sent == {"Sam", "Nell"}
    assert all("Mabel, you took" not in one.said for one in ada.written["reach_out"])


def test_a_story_of_nobody_yet_is_an_empty_sample() -> None:
    june = sample(parsed(ROOT / "seeds" / "people" / "june.toml"), CONTENT, TODAY)
    assert (june.moves, june.members, set(june.written.values())) == ((), (), {()})
