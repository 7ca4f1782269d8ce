"""Words nobody thought of, from the door through the store into the file taken away and back again."""

import csv
import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.characters import Clock
from workbook.csv_files import restore
from workbook.export import everything
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused

PLACE = ("stay_open.kindness", "did")
AT_ONCE = 50
SIGNS = st.characters()  # every sign there is, halves of signs and unassigned ones too
TRIGGERS = st.sampled_from(
    ["=", "+", "-", "@", "\t", "\r", "'", "＝", "\ufeff", "\x00", "\u202e", "<b>", "$", ":", "![]("]
)
WORDS = st.builds("".join, st.lists(TRIGGERS | SIGNS | st.text(max_size=30), max_size=6))


@pytest.mark.promise("hostile_inputs")
@pytest.mark.parametrize(
    "rounds", [8, pytest.param(400, marks=[pytest.mark.campaign, pytest.mark.timeout(1800)])], ids=["few", "20,000"]
)
def test_generated_words_are_kept_and_taken_away_exactly_or_refused(
    book: MyWorkbook, clock: Clock, rounds: int
) -> None:
    kept: dict[str, str] = {}
    refused: list[str] = []

    @settings(max_examples=rounds, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(WORDS, min_size=AT_ONCE, max_size=AT_ONCE))
    def go(texts: list[str]) -> None:
        for text in texts:
            occasion = f"{book.today.isoformat()}.{len(kept) + len(refused)}"
            try:
                book.answer(*PLACE, text, occasion=occasion)
            except Refused as why:
                assert why.code
                refused.append(text)
            else:
                kept[occasion] = text

    go()
    assert len(kept) + len(refused) >= rounds * AT_ONCE
    assert len(kept) > len(refused) > 0
    standing = {one.occasion: one.value for one in book.saved(PLACE[0]) if one.prompt == PLACE[1]}
    assert standing == {occasion: text for occasion, text in kept.items() if text or occasion in standing}
    with zipfile.ZipFile(io.BytesIO(everything(book))) as files:
        rows = list(csv.DictReader(io.StringIO(files.read("answers.csv").decode("utf-8-sig"), newline="")))
    taken = sorted(restore(row["value"]) for row in rows)
    assert taken == sorted(standing.values())
    print(f"\n{len(kept)} generated texts kept and taken away exactly, {len(refused)} refused")
