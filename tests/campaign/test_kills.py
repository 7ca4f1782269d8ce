"""Killed at any moment: what was acknowledged is there, once, as it was; what was cut short is whole, before or after."""

from pathlib import Path

import pytest

from tests.campaign.killing import Workshop, campaign_in

LONG = pytest.param(200, 60, marks=pytest.mark.campaign, id="200 kills")
SHORT = pytest.param(8, 12, id="8 kills")


@pytest.mark.promise("kill9_acknowledged")
@pytest.mark.parametrize(("kills", "saves_each"), [SHORT, LONG])
def test_a_save_that_was_acknowledged_survives_being_killed_at_any_moment(
    workshop: Workshop, tmp_path: Path, kills: int, saves_each: int, capsys: pytest.CaptureFixture[str]
) -> None:
    campaign = campaign_in(tmp_path / "data")
    campaign.run(workshop, kills, saves_each, chores=True)
    outcome = campaign.outcome()
    with capsys.disabled():
        print(f"\n{outcome}")
    assert (outcome.lost, outcome.doubled, outcome.altered, outcome.gaps, outcome.refused) == (0, 0, 0, 0, 0)
    assert outcome.kills == kills
    assert outcome.in_flight >= kills / 2
    assert outcome.acknowledged >= kills * saves_each * 5 // 6


@pytest.mark.promise("kill9_acknowledged")
def test_the_same_campaign_notices_when_nothing_is_committed(workshop: Workshop, tmp_path: Path) -> None:
    campaign = campaign_in(tmp_path / "data", people=2)
    campaign.run(workshop, 4, 10, commit_disabled=True)
    (campaign.folder / "workbook.seen").unlink(missing_ok=True)
    outcome = campaign.outcome()
    assert outcome.lost == outcome.acknowledged > 0
    assert outcome.refused > 0, "the mark tells of it at the next start"
