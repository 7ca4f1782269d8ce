"""The clock of staying in touch, and whom Today may name: every rule by a table, and for any rows whatever."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.in_touch import (
    FOLLOW_UP_DAYS,
    MOST_NAMED,
    RHYTHMS,
    Hello,
    Rhythm,
    Rows,
    Said,
    Suggestion,
    Touch,
    follow_ups,
    latest_contact,
    may_be_named,
    may_be_written_to,
    who_to_hear_from,
)
from workbook.pod import PLACES, Member

DAY = date(2026, 3, 2)
NOOR = Member("noor", "Noor", 1, place="core", contact="ok")
KOFI = Member("kofi", "Kofi", 2, place="movable", contact="ok")
MONTHLY = {"core": Rhythm("month", date(2026, 1, 1))}


def on(*ymd: int) -> date:
    return date(*ymd)


def rows(*members: Member, **more: object) -> Rows:
    return Rows(members or (NOOR,), **{"of_ring": MONTHLY, **more})  # type: ignore[arg-type]


def named(found: Rows, today: date = DAY) -> list[str]:
    return [one.member_id for one in who_to_hear_from(found, today)]


# The clock


def test_the_clock_counts_from_the_latest_contact_and_an_older_entry_never_moves_it_back() -> None:
    late, early = Touch("noor", on(2026, 2, 20), seq=1), Touch("noor", on(2025, 6, 1), seq=2)
    assert latest_contact([late, early]) == latest_contact([early, late]) == {"noor": on(2026, 2, 20)}
    assert named(rows(touches=(late, early))) == []
    assert named(rows(touches=(early,))) == ["noor"]


@pytest.mark.parametrize(("every", "days"), RHYTHMS.items())
def test_someone_is_named_on_the_day_their_rhythm_comes_round_and_not_before(every: str, days: int) -> None:
    touched = rows(of_ring={"core": Rhythm(every, DAY)}, touches=(Touch("noor", DAY),))
    assert named(touched, DAY + timedelta(days=days - 1)) == []
    assert named(touched, DAY + timedelta(days=days)) == ["noor"]


@pytest.mark.parametrize(
    ("last", "today"),
    [
        (on(2028, 2, 29), on(2028, 3, 30)),  # from a leap day
        (on(2028, 1, 30), on(2028, 2, 29)),  # to one
        (on(2026, 1, 30), on(2026, 3, 1)),  # over a February without one
        (on(2026, 3, 28), on(2026, 4, 27)),  # the clocks go forward in between, in Europe
        (on(2026, 10, 24), on(2026, 11, 23)),  # and back
        (on(2025, 12, 15), on(2026, 1, 14)),  # over the end of a year
    ],
)
def test_a_month_is_thirty_days_of_the_calendar_whatever_the_clocks_do(last: date, today: date) -> None:
    touched = rows(touches=(Touch("noor", last),))
    assert named(touched, today - timedelta(days=1)) == []
    assert named(touched, today) == ["noor"]


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [
        ("Europe/London", datetime(2026, 3, 28, 23, 59), on(2026, 3, 28)),
        ("Europe/London", datetime(2026, 3, 29, 0, 59), on(2026, 3, 29)),
        ("Europe/London", datetime(2026, 3, 29, 23, 0), on(2026, 3, 30)),  # an hour of summer time
        ("America/New_York", datetime(2026, 11, 1, 3, 59), on(2026, 10, 31)),
        ("America/New_York", datetime(2026, 11, 2, 4, 59), on(2026, 11, 1)),  # 23:59 in winter time
        ("Pacific/Apia", datetime(2026, 6, 1, 11, 0), on(2026, 6, 2)),
    ],
)
def test_the_day_is_the_one_on_the_persons_own_calendar(zone: str, at: datetime, today: date) -> None:
    assert at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date() == today


def test_without_any_contact_the_clock_begins_when_the_rhythm_was_chosen() -> None:
    fresh = rows(of_ring={"core": Rhythm("month", DAY)})
    assert named(fresh, DAY) == named(fresh, DAY + timedelta(days=29)) == []
    assert who_to_hear_from(fresh, DAY + timedelta(days=30)) == [Suggestion("noor", None)]


@pytest.mark.parametrize(
    ("said", "days_on"), [("week", 30), ("month", 0), ("year", 0), ("longer", 0), ("whenever", 30)]
)
def test_what_was_once_said_of_the_last_contact_counts_as_the_latest_day_it_can_mean(said: str, days_on: int) -> None:
    told = rows(of_ring={"core": Rhythm("month", DAY)}, said={"noor": Said(said, DAY)})
    assert named(told, DAY + timedelta(days=days_on)) == ["noor"]
    assert days_on == 0 or named(told, DAY + timedelta(days=days_on - 1)) == []


# Who is never named


@pytest.mark.parametrize("place", ["released", "left_off"])
def test_whoever_is_off_the_map_is_never_named(place: str) -> None:
    assert named(rows(replace(NOOR, place=place), of_member={"noor": Rhythm("week", on(2020, 1, 1))})) == []


@pytest.mark.parametrize("contact", ["unscreened", "not_for_now", ""])
def test_whoever_is_not_fine_for_now_is_never_named(contact: str) -> None:
    assert named(rows(replace(NOOR, contact=contact))) == []


@pytest.mark.parametrize("kind", ["group", "place", "professional", "line", "faith"])
def test_a_place_is_never_named(kind: str) -> None:
    assert named(rows(replace(NOOR, kind=kind))) == []


def test_whoever_died_is_never_named_nor_written_to_wherever_they_stand() -> None:
    assert named(rows(NOOR)) == ["noor"] and may_be_written_to(NOOR)
    assert named(rows(replace(NOOR, parted="died"))) == []
    assert not may_be_written_to(replace(NOOR, parted="died"))


def test_nobody_is_named_nor_written_to_while_a_name_spelled_alike_is_not_for_now() -> None:
    assert named(rows(replace(NOOR, twin_rests=True))) == []
    assert not may_be_written_to(replace(NOOR, twin_rests=True))
    assert not may_be_written_to(replace(NOOR, kind="group", twin_rests=True))


@pytest.mark.parametrize("kind", ["person", "pet", "professional", "group"])
def test_whoever_the_taps_were_about_may_be_written_to_only_once_they_are_fine_whatever_kind_they_are(
    kind: str,
) -> None:
    asked = replace(NOOR, kind=kind, someone="asked")
    found = [c for c in ("unscreened", "not_for_now", "ok") if may_be_written_to(replace(asked, contact=c))]
    assert found == ["ok"]


def test_a_rhythm_is_off_until_one_is_chosen_and_a_members_own_word_comes_before_the_rings() -> None:
    own = {"noor": Rhythm("never", DAY)}
    assert named(rows(of_ring=None)) == named(rows(of_ring={"core": Rhythm("", DAY)})) == []
    assert named(rows(of_member=own)) == []
    assert named(rows(of_ring=None, of_member={"noor": Rhythm("week", on(2026, 1, 1))})) == ["noor"]
    assert named(rows(of_member={"noor": Rhythm("", DAY)})) == ["noor"], "an emptied one says nothing"


def test_not_now_is_kept_until_its_day() -> None:
    quiet = rows(quiet_until={"noor": DAY})
    assert named(quiet, DAY - timedelta(days=1)) == []
    assert named(quiet, DAY) == ["noor"]


def test_back_after_a_year_three_are_named_at_most_and_those_whose_rhythm_came_round_longest_ago_come_first() -> None:
    members = tuple(replace(NOOR, member_id=f"m{n}", added_seq=n) for n in range(40))
    touches = tuple(Touch(f"m{n}", on(2025, 1, 1) + timedelta(days=n % 7)) for n in range(40))
    assert named(rows(*members, touches=touches)) == ["m0", "m7", "m14"]


# A hello that stays unanswered


def sent(day: date, **more: object) -> Hello:
    return Hello("noor", day, **more)  # type: ignore[arg-type]


def test_one_gentle_follow_up_after_two_weeks_and_then_no_more() -> None:
    once = rows(hellos=(sent(DAY),), touches=(Touch("noor", on(2025, 1, 1)),))
    due = DAY + timedelta(days=FOLLOW_UP_DAYS)
    assert named(once, due - timedelta(days=1)) == []
    assert who_to_hear_from(once, due) == follow_ups(once, due) == [Suggestion("noor", DAY, follow_up=True)]
    twice = replace(once, hellos=(sent(DAY), sent(due)))
    for later in (due, due + timedelta(days=14), due + timedelta(days=4000)):
        assert named(twice, later) == []
        assert follow_ups(twice, later) == []


def test_a_follow_up_needs_no_rhythm_on_reach_out_but_today_names_nobody_without_one() -> None:
    once = rows(of_ring=None, hellos=(sent(DAY),))
    assert [one.member_id for one in follow_ups(once, DAY + timedelta(days=14))] == ["noor"]
    assert named(once, DAY + timedelta(days=14)) == []


@pytest.mark.parametrize("outcome", ["not_now", "no"])
def test_a_hello_that_was_turned_down_is_never_followed_up(outcome: str) -> None:
    turned = rows(hellos=(sent(DAY, outcome=outcome),))
    assert named(turned, DAY + timedelta(days=2000)) == []
    assert follow_ups(turned, DAY + timedelta(days=2000)) == []


@pytest.mark.parametrize("outcome", ["warm", "short"])
def test_an_answer_is_a_contact_and_closes_what_was_sent_before(outcome: str) -> None:
    answered = rows(hellos=(sent(DAY), sent(DAY + timedelta(days=20), outcome=outcome)))
    assert follow_ups(answered, DAY + timedelta(days=60)) == []


def test_a_contact_later_than_the_hello_begins_the_rhythm_anew() -> None:
    met = rows(hellos=(sent(DAY), sent(DAY + timedelta(days=20))), touches=(Touch("noor", DAY + timedelta(days=40)),))
    assert named(met, DAY + timedelta(days=69)) == []
    assert named(met, DAY + timedelta(days=70)) == ["noor"]


def test_waiting_gives_two_weeks_from_the_day_it_was_chosen() -> None:
    waiting = rows(hellos=(sent(DAY, state="wait", state_on=DAY + timedelta(days=20)),))
    assert follow_ups(waiting, DAY + timedelta(days=33)) == []
    assert len(follow_ups(waiting, DAY + timedelta(days=34))) == 1


# For any rows whatever

days = st.dates(on(2020, 1, 1), on(2030, 12, 31))
ids = st.sampled_from([f"m{n}" for n in range(6)])


@st.composite
def anyone(draw: st.DrawFn) -> Rows:
    members = tuple(
        Member(
            f"m{n}",
            f"M{n}",
            n,
            kind=draw(st.sampled_from(["person", "pet", "group"])),
            place=draw(st.sampled_from(PLACES)),
            contact=draw(st.sampled_from(["ok", "ok", "unscreened", "not_for_now"])),
        )
        for n in range(6)
    )
    rhythm = st.builds(Rhythm, st.sampled_from([*RHYTHMS, "never", ""]), days)
    hello = st.builds(
        Hello,
        ids,
        days,
        st.sampled_from(["", "warm", "short", "none_yet", "not_now", "no"]),
        st.sampled_from(["sent", "wait", "one_more", "let_go"]),
        st.none() | days,
    )
    return Rows(
        members,
        of_ring=draw(st.dictionaries(st.sampled_from(["core", "movable", "outer"]), rhythm)),
        of_member=draw(st.dictionaries(ids, rhythm)),
        touches=tuple(draw(st.lists(st.builds(Touch, ids, days), max_size=20))),
        hellos=tuple(draw(st.lists(hello, max_size=12))),
        said=draw(
            st.dictionaries(ids, st.builds(Said, st.sampled_from(["week", "month", "year", "longer", "?"]), days))
        ),
        quiet_until=draw(st.dictionaries(ids, days)),
    )


@pytest.mark.promise("suggestion_rules")
@given(anyone(), days)
def test_nobody_is_named_who_must_not_be(found: Rows, today: date) -> None:
    by_id = {m.member_id: m for m in found.members}
    suggestions = who_to_hear_from(found, today)
    assert len(suggestions) <= MOST_NAMED
    assert len({one.member_id for one in suggestions}) == len(suggestions)
    for one in (*suggestions, *follow_ups(found, today)):
        member = by_id[one.member_id]
        assert (member.contact, member.kind in ("person", "pet")) == ("ok", True)
        assert member.place not in ("released", "left_off")
        assert may_be_named(member, found, today)
        assert (found.quiet_until or {}).get(one.member_id, today) <= today


@given(anyone(), days)
def test_the_choice_depends_on_the_rows_and_not_on_their_order(found: Rows, today: date) -> None:
    turned = replace(found, members=found.members[::-1], touches=found.touches[::-1], hellos=found.hellos[::-1])
    assert who_to_hear_from(found, today) == who_to_hear_from(turned, today)


@given(anyone(), days, ids, days)
def test_an_older_contact_changes_nothing(found: Rows, today: date, who: str, day: date) -> None:
    latest = latest_contact(found.touches)
    if who in latest and day <= latest[who]:
        more = replace(found, touches=(*found.touches, Touch(who, day)))
        assert who_to_hear_from(more, today) == who_to_hear_from(found, today)


@given(anyone(), days, ids)
def test_being_in_touch_today_takes_the_name_off(found: Rows, today: date, who: str) -> None:
    found = replace(found, hellos=tuple(h for h in found.hellos if h.sent_on <= today))
    more = replace(found, touches=(*found.touches, Touch(who, today)))
    assert who not in [one.member_id for one in who_to_hear_from(more, today)]
    assert who not in [one.member_id for one in follow_ups(more, today)]


@given(anyone(), days, ids)
def test_two_hellos_without_an_answer_rest_the_name_for_ever(found: Rows, today: date, who: str) -> None:
    latest = latest_contact(found.touches).get(who, on(2020, 1, 1))
    quiet = (Hello(who, latest + timedelta(days=1)), Hello(who, latest + timedelta(days=20)))
    found = replace(found, hellos=(*(h for h in found.hellos if h.member_id != who), *quiet))
    assert who not in [one.member_id for one in who_to_hear_from(found, today)]
    assert who not in [one.member_id for one in follow_ups(found, today)]


@pytest.mark.parametrize(("when", "day"), [("week", DAY), ("month", DAY - timedelta(days=30))])
def test_a_day_long_ago_noted_later_does_not_move_back_what_was_said_of_the_last_contact(when: str, day: date) -> None:
    said, old = {"noor": Said(when, DAY)}, (Touch("noor", on(2020, 1, 1)),)
    assert who_to_hear_from(rows(said=said, touches=old), DAY) == who_to_hear_from(rows(said=said), DAY)
    [named] = who_to_hear_from(rows(said=said, touches=old), DAY + timedelta(days=40))
    assert named.last == day
    newer = (Touch("noor", on(2026, 3, 20)),)
    assert [one.last for one in who_to_hear_from(rows(said=said, touches=newer), DAY + timedelta(days=60))] == [
        on(2026, 3, 20)
    ]


def test_whoever_was_let_go_is_not_suggested_again_also_once_they_are_fine_for_now() -> None:
    for state, suggested in (("sent", 1), ("wait", 1), ("let_go", 0)):
        sent = rows(hellos=(Hello("noor", DAY, state=state, state_on=DAY),))
        assert len(follow_ups(sent, DAY + timedelta(days=40))) == suggested
        assert len(who_to_hear_from(sent, DAY + timedelta(days=40))) == suggested
