"""What a group is made of, what it may change in a workbook, and when its totals are told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.characters import MONDAY
from workbook import coaching
from workbook.coaching import (
    Card,
    Counted,
    Group,
    Invite,
    Resource,
    accept_added,
    accept_group,
    adapted,
    count_now,
    told,
    told_days,
)
from workbook.content import COACH_KINDS, Content, Exercise
from workbook.refused import Refused

CIRCLE = Group("Tuesday circle", "Mara")
QUESTION = {"kind": "line", "ask": "What was light this week?"}
OWN = {"step": "reflect", "title": "Your week", "prompts": [QUESTION]}


def keys(content: Content, step: str, *, hidden: bool = False) -> list[str]:
    return [e.key for e in content.step(step).exercises if hidden or not e.hidden]


# The words of a group


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (Group(" ", "Mara"), "group_name_empty"),
        (Group("Tuesday", "\n"), "coach_name_empty"),
        (Group("x" * 10_240, "Mara"), "short_name_long"),
        (Group("a\x00b", "Mara"), "text_odd"),
        (Group("Tuesday\u202eyadseuT", "Mara"), "text_odd"),
        (Group("Tuesday", "\u2066Mara"), "text_odd"),
        (Group("\u200b\u3164", "Mara"), "group_name_empty"),
        (Group("\ufe0f", "Mara"), "group_name_empty"),
        (Group("Tuesday", "\u034f\u0301\U0001d159"), "coach_name_empty"),
        (Group("Tuesday", "Mara", card=Card(link="https://a.example/\u202egro")), "link_odd"),
        (Group("\ud83d", "Mara"), "text_odd"),
        (Group("Tuesday", "Mara", welcome="x" * 601), "text_long"),
        (Group("Tuesday", "Mara", card=Card(link="javascript:alert(1)")), "link_odd"),
        (Group("Tuesday", "Mara", card=Card(link="https://a b")), "link_odd"),
        (Group("Tuesday", "Mara", newsletter='https://a"onclick=x'), "link_odd"),
        (Group("Tuesday", "Mara", resources=(Resource(""),)), "resource_empty"),
        (Group("Tuesday", "Mara", language="xx"), "not_offered"),
        (Group("Tuesday", "Mara", suggested_on="soon"), "not_offered"),
        (Group("Tuesday", "Mara", resources=(Resource("x"),) * 9), "too_many"),
        (Group("Tuesday", "Mara", suggested=("reflect.gone",)), "not_offered"),
        (Group("Tuesday", "Mara", suggested=("welcome.before",)), "not_offered"),
        (Group("Tuesday", "Mara", suggested=("reach_out.screen",)), "not_offered"),
        (Group("Tuesday", "Mara", hidden=("welcome.before",)), "not_offered"),
        (Group("Tuesday", "Mara", hidden=("reach_out.screen",)), "not_offered"),
        (Group("Tuesday", "Mara", order={"reflect": ("welcome.before",)}), "not_offered"),
    ],
)
def test_what_a_group_cannot_be_is_refused_with_a_reason(words: Content, group: Group, code: str) -> None:
    with pytest.raises(Refused) as refused:
        accept_group(_with_screen(group, words), words)
    assert refused.value.code == code


def _with_screen(group: Group, words: Content) -> Group:
    """The table names the safety screen before it is known what its key is."""
    screen = next(e.key for e in words.exercises if e.kind == "safety")
    hidden, suggested = (
        tuple(screen if key == "reach_out.screen" else key for key in keys) for keys in (group.hidden, group.suggested)
    )
    return replace(group, hidden=hidden, suggested=suggested)


def test_a_group_keeps_what_was_written_as_it_was_written(words: Content) -> None:
    written = Group(
        "  *Tuesday* <b>circle</b>  ",
        "Mara :material/bolt:",
        welcome="Come as you are.\nTea at six.",
        card=Card("Circle", "Tuesdays, 18:00", "The library", "https://example.org/circle?x=1#a"),
        resources=(Resource("A book", "In the library", ""),),
        newsletter="https://example.org/letter",
        newsletter_promise="Your address goes nowhere else.",
        suggested=("reflect.drifted",),
        suggested_on="2026-03-02",
        hidden=("reflect.drifted",),
        order={"reflect": ("reflect.drifted",)},
    )
    kept = accept_group(written, words)
    assert kept == replace(written, name="*Tuesday* <b>circle</b>")
    assert coaching.group_of_data(coaching.group_as_data(kept)) == kept


def test_what_an_update_took_away_is_let_go_and_only_what_is_newly_asked_for_is_refused(words: Content) -> None:
    gone = replace(
        CIRCLE,
        suggested=("reflect.gone", "reflect.drifted"),
        hidden=("reflect.gone",),
        order={"reflect": ("reflect.gone", "reflect.drifted")},
    )
    kept = accept_group(replace(gone, welcome="Come in."), words, gone)
    assert (kept.welcome, kept.suggested, kept.hidden) == ("Come in.", ("reflect.drifted",), ())
    assert kept.order == {"reflect": ("reflect.drifted",)}
    with pytest.raises(Refused):
        accept_group(replace(gone, hidden=("reflect.gone", "reflect.gone_too")), words, gone)


# Exercises


def test_an_exercise_of_every_kind_a_coach_may_ask_by_is_taken(words: Content) -> None:
    prompts = [{"kind": kind, "ask": f"Q {kind}", "choices": ["One", "Two", "Two", " "]} for kind in COACH_KINDS]
    kept = accept_added({**OWN, "prompts": prompts}, words)
    made = coaching.exercise_of(kept, by="Mara")
    assert [(p.key, p.kind) for p in made.prompts] == [(f"p{n}", kind) for n, kind in enumerate(COACH_KINDS, 1)]
    assert {tuple(o.words for o in p.options) for p in made.prompts if p.options} == {("One", "Two")}
    assert (made.step, made.by, made.hidden) == ("reflect", "Mara", False)
    assert coaching.exercise_of(coaching.as_added(made), by="Mara") == made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"step": "welcome"}, "not_offered"),
        ({"step": "check_in"}, "not_offered"),
        ({"title": " "}, "exercise_title_empty"),
        ({"prompts": []}, "exercise_asks_nothing"),
        ({"prompts": [QUESTION] * 7}, "too_many"),
        ({"prompts": [{"kind": "safety", "ask": "Who hurt you?"}]}, "not_offered"),
        ({"prompts": [{"kind": "names", "ask": "Who?"}]}, "not_offered"),
        ({"prompts": [{"kind": "line", "ask": " "}]}, "question_empty"),
        ({"prompts": [{"kind": "pick_one", "ask": "Which?", "choices": ["One"]}]}, "choices_missing"),
        ({"key": "reflect.drifted"}, "not_offered"),
        ({"key": "reflect.group_0000000000000000; DROP"}, "not_offered"),
    ],
)
def test_an_exercise_that_cannot_be_is_refused_with_a_reason(words: Content, change: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        accept_added({**OWN, **change}, words)
    assert refused.value.code == code


def test_a_coach_cannot_make_an_exercise_mean_more_than_it_asks(words: Content) -> None:
    sly = {**QUESTION, "fills": "member.contact", "sets": "ok", "only": "ok"}
    made = coaching.exercise_of(accept_added({**OWN, "by": "God", "instead": "x", "prompts": [sly]}, words))
    assert (made.by, made.instead) == ("", "")
    assert (made.prompts[0].fills, made.prompts[0].sets, made.prompts[0].only) == ("", "", "")


def test_without_a_group_nothing_changes(words: Content) -> None:
    assert adapted(words, []) is words


def test_a_group_hides_moves_and_adds(words: Content) -> None:
    first, second, third = keys(words, "reflect")[:3]
    added = accept_added(OWN, words)
    group = accept_group(replace(CIRCLE, hidden=(second,), order={"reflect": (third, first)}, added=(added,)), words)
    changed = adapted(words, [group])
    assert keys(changed, "reflect", hidden=True)[:3] == [third, second, first]
    assert second not in keys(changed, "reflect")
    shown = keys(changed, "reflect")
    assert added["key"] in shown and changed.exercise(added["key"]).by == "Mara"
    closing = [key for key in shown if key.endswith(".closing")]
    assert shown[-len(closing) :] == closing, "what is new comes before the closing"
    for step in ("welcome", "check_in", "reach_out", "reconnect", "stay_open"):
        assert keys(changed, step) == keys(words, step)


def test_what_two_groups_both_hide_is_hidden_and_the_newest_order_holds(words: Content) -> None:
    first, second = keys(words, "reflect")[:2]
    a = replace(CIRCLE, hidden=(first, second), order={"reflect": (second, first)})
    b = replace(CIRCLE, hidden=(second,), order={"reflect": (first, second)})
    changed = adapted(words, [a, b])
    assert keys(changed, "reflect", hidden=True)[:2] == [first, second]
    assert first in keys(changed, "reflect") and second not in keys(changed, "reflect")


def test_what_a_coach_wrote_and_hides_stays_hidden_beside_a_group_that_never_had_it(words: Content) -> None:
    own = accept_added(OWN, words)
    hers = replace(CIRCLE, added=(own,), hidden=(str(own["key"]), "reflect.drifted"))
    changed = adapted(words, [hers, Group("Friday", "Lena")])
    assert changed.exercise(str(own["key"])).hidden
    assert not changed.exercise("reflect.drifted").hidden


@given(data=st.data())
def test_nothing_a_group_says_touches_the_safety_screen_or_before_you_start(
    words: Content, data: st.DataObject
) -> None:
    step = data.draw(st.sampled_from(coaching.ARRANGED))
    own = keys(words, step)
    everywhere = [e.key for e in words.exercises]
    group = replace(
        CIRCLE,
        hidden=tuple(data.draw(st.lists(st.sampled_from(everywhere), unique=True))),
        order={step: tuple(data.draw(st.permutations(own)))},
    )
    changed = adapted(words, [group])
    assert [e for e in changed.step("welcome").exercises] == [e for e in words.step("welcome").exercises]
    assert sorted(keys(changed, step, hidden=True)) == sorted(own), "nothing comes or goes"
    for exercise in (e for e in words.step(step).exercises if e.kind == "safety"):
        before, after = own.index(exercise.key), keys(changed, step, hidden=True).index(exercise.key)
        assert changed.exercise(exercise.key) == exercise and before == after
        assert {*own[:before]} == {*keys(changed, step, hidden=True)[:after]}, "and none passes it"


def test_what_someone_answered_stays_when_no_group_has_it_any_more(words: Content) -> None:
    kept = coaching.exercise_of(accept_added(OWN, words), by="Mara")
    changed = adapted(words, [], [kept])
    assert changed.exercise(kept.key) == replace(kept, hidden=True)


def test_what_the_seeds_may_not_say_of_an_exercise(words: Content) -> None:
    assert {(e.by, e.hidden) for e in words.exercises} == {("", False)}
    assert {"by", "hidden"} < set(Exercise.__dataclass_fields__)


# Invitations


@pytest.mark.parametrize(
    ("kind", "used", "closed", "days", "state"),
    [
        ("group", 0, False, 1, "open"),
        ("group", 2, False, 1, "full"),
        ("personal", 2, False, 1, "used"),
        ("group", 0, True, 1, "closed"),
        ("group", 0, False, 0, "expired"),
        ("group", 2, True, -1, "closed"),
    ],
)
def test_a_link_says_why_it_is_not_open(kind: str, used: int, closed: bool, days: int, state: str) -> None:
    invite = Invite("i", "g", "c", kind, 2, MONDAY + timedelta(days=days), MONDAY if closed else None, used, MONDAY)
    assert invite.state(MONDAY) == state


@pytest.mark.parametrize(
    ("kind", "seats", "days"), [("group", 0, 7), ("group", 10_001, 7), ("group", 5, 0), ("x", 1, 1)]
)
def test_a_link_outside_of_what_is_offered_is_refused(kind: str, seats: int, days: int) -> None:
    with pytest.raises(Refused):
        coaching.accept_invite(kind, seats, days)


def test_a_personal_link_is_for_one(words: Content) -> None:
    assert coaching.accept_invite("personal", 30, 7) == (1, timedelta(days=7))


# Totals


@pytest.mark.parametrize(
    ("count", "of", "says"),
    [
        (0, 4, None),
        (5, 5, 5),
        (0, 5, 0),
        (4, 9, None),
        (5, 9, None),
        (5, 10, 5),
        (1, 30, None),
        (29, 30, None),
        (25, 30, 25),
    ],
)
def test_a_total_never_speaks_of_fewer_than_five(count: int, of: int, says: int | None) -> None:
    assert told(count, of) == says


@pytest.mark.parametrize(
    ("before", "now", "weeks", "counted"),
    [
        ("", "abcd", 0, None),
        ("", "abcde", 0, "abcde"),
        ("abcde", "abcdef", 1, "abcde"),
        ("abcde", "abcdefghi", 1, "abcde"),
        ("abcde", "abcdefghij", 1, "abcdefghij"),
        ("abcdef", "abcde", 1, None),
        ("abcdef", "abcde", 4, None),
        ("abcdef", "abcde", 5, "abcde"),
        ("abcdef", "abcdexyzvw", 1, None),
        ("abcdefghij", "abcde", 1, "abcde"),
        ("abcdef", "abcd", 9, None),
        ("abcdefghij", "abcdez", 1, "abcde"),
        ("abcde", "fghij", 1, "fghij"),
    ],
)
def test_who_is_counted_changes_by_five_or_with_time(before: str, now: str, weeks: int, counted: str | None) -> None:
    then = count_now(None, before, MONDAY) if before else None
    found = count_now(then, now, MONDAY + timedelta(weeks=weeks))
    assert (found and found.people) == (None if counted is None else frozenset(counted))


def test_totals_told_late_on_a_day_rest_for_four_weeks_from_then() -> None:
    """Told again on the same day, only the first time of it is kept."""
    first = count_now(None, "abcdef", MONDAY.replace(hour=0))
    assert count_now(first, "abcde", MONDAY.replace(hour=0) + timedelta(weeks=4)) is None
    assert count_now(first, "abcde", MONDAY.replace(hour=0) + timedelta(weeks=4, days=1)) is not None


def test_a_second_change_waits_four_weeks_since_two_by_five_can_come_to_one() -> None:
    def told_to(sharing: str, days: int, before: Counted | None) -> Counted | None:
        return count_now(before, sharing, MONDAY + timedelta(days=days))

    first = told_to("abcdefgh", 0, None)
    more = told_to("abcdefghijklm", 1, first)
    assert more is not None and len(more.people) == 13
    assert told_to("efghm" + "nopqrs", 2, more) is None, (
        "eight went and six came: with the first ones, a few are left over"
    )
    assert told_to("abcdefghijklm" + "nopqrs", 2, more) == replace(more, told_at=MONDAY + timedelta(days=2))
    later = told_to("abcdefghijklm" + "nopqrs", 29, more)
    assert later is not None and len(later.people) == 19


SAMPLES = 4, 56


GAPS = st.sampled_from((0, 1, 3, 28, 29, 56))  # so that days a board shows are days on which it was looked at
SOME = st.sampled_from(("abcdefgh", "abcdefg", "abcdefghijklm", "efghijklm", "abcijklmn")) | st.text("abcdefghijklmnop")


@given(st.lists(st.tuples(GAPS, SOME.map(set)), max_size=10))
def test_no_boards_ever_tell_of_one_day_what_differs_by_one_to_four_people(
    looks: list[tuple[int, set[str]]],
) -> None:
    """Whatever days a coach looks on, and whoever shares then: the days each board tells of, and of whom."""
    counted: Counted | None = None
    told_of: list[tuple[date, date, frozenset[str]]] = []
    at = MONDAY
    for days, sharing in looks:
        at += timedelta(days=days)
        found = count_now(counted, sharing, at)
        if found is None:
            continue
        assert found.people <= sharing and len(found.people) >= 5
        counted = found
        shown = told_days(coaching.desk_days(at.date(), *SAMPLES), found)
        assert shown[-1] == at.date()
        told_of += [(at.date(), day, found.people) for day in shown]
    for on, day, them in told_of:
        for other_on, other_day, others in told_of:
            if day == other_day or abs((on - other_on).days) < 28:
                assert not 0 < len(them - others) < 5 and not 0 < len(others - them) < 5


def test_a_week_begins_on_monday() -> None:
    assert coaching.week_of(date(2026, 3, 8)) == date(2026, 3, 2) == coaching.week_of(date(2026, 3, 2))
