"""A hello from a name to a kept connection, as the workbook keeps it: one try, one name, resumed anywhere."""

import io
import zipfile
from datetime import date, timedelta

import pytest

from tests.characters import FINE, Clock, book_of
from workbook import export, kindness
from workbook.content import Content
from workbook.in_touch import Rhythm, Suggestion, who_to_hear_from
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member
from workbook.refused import Refused
from workbook.store.opening import Store

PICK, LINES, PLAN = "reach_out.pick", "reach_out.two_lines", "reach_out.when_where"
SENT, AFTER, QUIET = "reach_out.sent", "reach_out.after_sent", "reach_out.nothing_back"
MONDAY = date(2026, 3, 2)


def member(book: MyWorkbook, member_id: str) -> Member:
    return next(m for m in book.members() if m.member_id == member_id)


def a_hello(book: MyWorkbook, name: str = "Noor") -> tuple[str, str]:
    """Someone fine for now, and the occasion of a hello to them."""
    noor = book.someone_called(name)
    book.screen(noor, FINE)
    return noor, book.begin_hello(noor)


# One try from the pick to what came back


def test_every_stage_adds_to_the_one_try_and_whom_it_is_for_is_said_once(book: MyWorkbook, clock: Clock) -> None:
    noor, at = a_hello(book)
    book.answer(LINES, "keep", True, occasion=at)
    book.answer(LINES, "text", "Hi Noor,\nI saw the geese.", occasion=at)
    book.answer(PLAN, "cue", "Sunday tea", occasion=at)
    book.answer(PLAN, "act", "send it", occasion=at)
    clock.go_on(days=2)
    book.answer(SENT, "state", "sent", occasion=at)
    clock.go_on(days=3)
    book.answer(AFTER, "felt", "easy", occasion=at)
    book.answer(AFTER, "outcome", "warm", occasion=at)
    (one,) = book.tries()
    assert (one.member_id, one.on_day, one.began_via) == (noor, MONDAY, f"{PICK}|{at}")
    said = {"text": "Hi Noor,\nI saw the geese.", "cue": "Sunday tea", "act": "send it", "state": "sent"}
    assert dict(one.fields) == {
        "member": noor,
        **said,
        "sent_on": "2026-03-04",
        "state_on": "2026-03-04",
        "felt": "easy",
        "outcome": "warm",
    }
    assert [(t.member_id, t.on_day) for t in book.touches()] == [(noor, date(2026, 3, 7))]


def test_the_warm_up_is_a_try_of_its_own_with_someone_else(book: MyWorkbook) -> None:
    noor, at = a_hello(book)
    jo = book.someone_called("Jo")
    book.screen(jo, FINE)
    book.answer("reach_out.warm_up", "who", jo, occasion=at)
    book.answer("reach_out.warm_up", "state", "sent", occasion=at)
    book.answer(SENT, "state", "not_now", occasion=at)
    assert [(t.member_id, t.fields["state"]) for t in book.tries()] == [(noor, "not_now"), (jo, "sent")]


def test_where_the_warm_up_was_to_someone_who_died_since_the_hello_goes_on(book: MyWorkbook, clock: Clock) -> None:
    noor, at = a_hello(book)
    jo = book.someone_called("Jo")
    book.screen(jo, FINE)
    book.answer("reach_out.warm_up", "who", jo, occasion=at)
    book.answer("reach_out.warm_up", "state", "sent", occasion=at)
    book.change_member(jo, "parted", "died")
    clock.go_on(days=3)
    assert book.occasion(book.content.exercise(LINES), book.saved(LINES)) == at
    assert [one.member_id for one in book.open_hellos()] == [noor]


def test_what_the_answer_was_taken_back_takes_the_contact_back(book: MyWorkbook) -> None:
    noor, at = a_hello(book)
    book.answer(SENT, "state", "sent", occasion=at)
    book.answer(AFTER, "outcome", "short", occasion=at)
    assert [t.member_id for t in book.touches()] == [noor]
    book.answer(AFTER, "outcome", "none_yet", occasion=at)
    assert book.touches() == []
    book.answer(AFTER, "outcome", "warm", occasion=at)
    book.erase(AFTER, "outcome", at)
    assert book.touches() == []


def test_a_time_in_touch_that_was_taken_out_stays_out_whatever_else_is_written_there(
    book: MyWorkbook, clock: Clock
) -> None:
    noor, at = a_hello(book)
    book.answer(SENT, "state", "sent", occasion=at)
    book.answer(AFTER, "outcome", "warm", occasion=at)
    book.answer("check_in.weekly", "touched", [noor], occasion=MONDAY.isoformat())
    for touch in book.touches():
        book.take_back_touch(touch.touch_id)
    clock.go_on(days=200)
    book.answer(AFTER, "felt", "easy", occasion=at)
    book.answer("check_in.weekly", "alone", 3, occasion=MONDAY.isoformat())
    assert book.touches() == []
    jo = book.someone_called("Jo")
    book.answer("check_in.weekly", "touched", [noor, jo], occasion=MONDAY.isoformat())
    assert [(t.member_id, t.on_day) for t in book.touches()] == [(jo, MONDAY)]
    book.answer("check_in.weekly", "touched", [jo], occasion=MONDAY.isoformat())
    book.answer("check_in.weekly", "touched", [jo, noor], occasion=MONDAY.isoformat())
    assert {t.member_id for t in book.touches()} == {noor, jo}, "named anew, it is noted anew"


@pytest.mark.parametrize("outcome", ["none_yet", "not_now", "no", "short", "warm"])
def test_nothing_that_comes_back_moves_anyone(book: MyWorkbook, outcome: str) -> None:
    noor, at = a_hello(book)
    book.move(noor, "core")
    before = book.moves()
    book.answer(SENT, "state", "sent", occasion=at)
    book.answer(AFTER, "outcome", outcome, occasion=at)
    assert book.moves() == before
    assert member(book, noor).contact == "ok"


def test_the_ring_changes_where_the_person_says_so(book: MyWorkbook) -> None:
    noor, at = a_hello(book)
    book.moved_here(AFTER, "ring", noor, "movable", at)
    assert member(book, noor).place == "movable"
    assert [s.value for s in book.saved(AFTER) if s.prompt == "ring"] == [noor]


# Where it goes on


def test_a_hello_goes_on_where_it_was_on_any_device(book: MyWorkbook, clock: Clock) -> None:
    noor, at = a_hello(book)
    book.note_stage(at, "two_lines")
    clock.go_on(days=4)
    lines = book.content.exercise(LINES)
    assert book.occasion(lines, book.saved(LINES)) == at
    assert book.hello(lines, at) is not None
    found = next(iter(book.open_hellos()), None)
    assert found is not None
    assert (found.member_id, found.stage, found.sent, found.last_on) == (noor, "two_lines", False, MONDAY)


def test_a_second_hello_has_an_occasion_of_its_own_and_is_the_one_that_goes_on(book: MyWorkbook) -> None:
    _, first = a_hello(book)
    book.answer(LINES, "text", "Hi Noor", occasion=first)
    jo, second = a_hello(book, "Jo")
    assert first != second
    lines = book.content.exercise(LINES)
    assert book.occasion(lines, book.saved(LINES)) == second
    assert [s for s in book.saved(LINES) if s.occasion == second] == []
    book.answer(LINES, "text", "Hi Jo", occasion=second)
    assert [(t.member_id, t.fields["text"]) for t in book.tries()][1] == (jo, "Hi Jo")


def test_a_message_begun_before_hellos_had_a_beginning_is_never_joined_to_one(book: MyWorkbook) -> None:
    noor, jo = book.someone_called("Noor"), book.someone_called("Jo")
    lines = book.content.exercise(LINES)
    old = book.occasion(lines, [])
    book.answer(LINES, "who", noor, occasion=old)
    book.answer(LINES, "text", "Hi Noor", occasion=old)
    assert book.begin_hello(jo) != old
    assert [(t.member_id, t.fields.get("text")) for t in book.tries()] == [(noor, "Hi Noor"), (jo, None)]


def test_forgetting_someone_takes_their_hello_with_all_its_words(book: MyWorkbook, store: Store) -> None:
    noor, at = a_hello(book)
    jo, other = a_hello(book, "Jo")
    for occasion, words in ((at, "Dear Noor"), (other, "Dear Jo")):
        book.answer(LINES, "text", words, occasion=occasion)
        book.answer(PLAN, "cue", words, occasion=occasion)
        book.answer(AFTER, "took", words, occasion=occasion)
    book.were_in_touch([noor, jo])
    book.forget(noor)
    assert [t.member_id for t in book.tries()] == [jo]
    assert {s.occasion for s in book.everything_answered()} == {other}
    assert [t.member_id for t in book.touches()] == [jo]


@pytest.mark.parametrize("way", ["forget", "delete_member"])
@pytest.mark.parametrize(
    ("exercise", "prompt", "value"),
    [
        (LINES, "keep", True),
        (LINES, "text", "Dear Noor"),
        (PLAN, "cue", "After tea, to Noor"),
        (SENT, "state", "sent"),
        (AFTER, "took", "Nerve, for Noor"),
        (QUIET, "else_why", "Noor is away"),
    ],
)
def test_a_page_left_open_saves_nothing_for_someone_who_was_deleted_meanwhile(
    book: MyWorkbook, way: str, exercise: str, prompt: str, value: object
) -> None:
    noor, at = a_hello(book)
    getattr(book, way)(noor)
    with pytest.raises(Refused, match="member_gone"):
        book.answer(exercise, prompt, value, occasion=at)
    assert book.everything_answered() == [] and book.tries() == []


def test_a_plan_for_whom_one_says_on_its_own_page_needs_no_hello(book: MyWorkbook) -> None:
    library = book.add_member("Library", kind="place")
    book.answer(PLAN, "who", library, occasion="2026-03-02")
    book.answer(PLAN, "cue", "Sunday", occasion="2026-03-02")
    assert [(t.member_id, t.fields["cue"]) for t in book.tries()] == [(library, "Sunday")]


# In touch


def test_one_tap_notes_several_on_any_day_that_has_come(book: MyWorkbook) -> None:
    noor, jo = book.add_member("Noor"), book.add_member("Jo")
    book.were_in_touch([noor, jo, noor], date(2025, 12, 24), "met")
    book.were_in_touch([noor])
    assert [(t.member_id, t.on_day, t.how) for t in book.touches()] == [
        (noor, date(2025, 12, 24), "met"),
        (jo, date(2025, 12, 24), "met"),
        (noor, MONDAY, ""),
    ]


@pytest.mark.parametrize("place", ["released", "left_off"])
def test_a_contact_with_someone_off_the_map_is_refused_whole_with_their_name(book: MyWorkbook, place: str) -> None:
    noor, jo = book.add_member("Noor"), book.add_member("Jo")
    book.move(jo, place)
    with pytest.raises(Refused) as refused:
        book.were_in_touch([noor, jo])
    assert (refused.value.code, refused.value.facts) == ("off_the_map", {"name": "Jo"})
    assert book.touches() == []


def test_a_day_that_has_not_come_nobody_and_an_unknown_way_are_refused(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    for who, day, how, code in (
        ([noor], MONDAY + timedelta(days=1), "", "day_ahead"),
        ([], None, "", "nobody_picked"),
        ([noor], None, "by owl", "not_offered"),
        (["nobody"], None, "", "member_gone"),
    ):
        with pytest.raises(Refused) as refused:
            book.were_in_touch(who, day, how)
        assert refused.value.code == code
    assert book.touches() == []


def test_a_contact_noted_by_mistake_is_taken_out(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.were_in_touch([noor])
    book.take_back_touch(book.touches()[0].touch_id)
    assert book.touches() == []
    with pytest.raises(Refused):
        book.take_back_touch("gone")


def test_a_time_in_touch_that_is_taken_out_turns_the_clock_back_and_stays_out(book: MyWorkbook, clock: Clock) -> None:
    noor, jo = book.add_member("Noor", place="core"), book.add_member("Jo")
    book.screen(noor, FINE)
    book.choose_rhythm("core", "month")
    book.were_in_touch([noor], date(2026, 1, 10))
    book.answer("check_in.weekly", "touched", [noor], occasion="2026-03-02")
    assert list(who_to_hear_from(book.rows(), book.today)) == []
    noted = next(t for t in book.touches() if t.via)
    book.take_back_touch(noted.touch_id)
    assert member(book, noor).last_touch == ""
    assert [s.last for s in who_to_hear_from(book.rows(), book.today)] == [date(2026, 1, 10)]
    book.answer("check_in.weekly", "touched", [noor, jo], occasion="2026-03-02")  # the same page, saved once more
    assert [(t.member_id, t.on_day) for t in book.touches()] == [(noor, date(2026, 1, 10)), (jo, MONDAY)]
    assert (member(book, noor).last_touch, member(book, jo).last_touch) == ("", "week")


def test_a_hello_is_as_fresh_as_what_was_written_in_it_last(book: MyWorkbook, clock: Clock) -> None:
    (noor, first), (jo, _) = a_hello(book), a_hello(book, "Jo")
    clock.go_on(days=29)
    book.answer(LINES, "keep", True, occasion=first)
    assert [(one.member_id, one.last_on) for one in book.open_hellos()] == [(noor, date(2026, 3, 31)), (jo, MONDAY)]


# What was said of one is said of nobody else


def test_what_went_out_to_one_or_was_said_by_one_becomes_nobody_elses(book: MyWorkbook) -> None:
    noor, jo, kim = (a_hello(book, name)[0] for name in ("Noor", "Jo", "Kim"))
    hello = book.begin_hello(noor)
    helper, other = (book.add_member(name, kind="professional", place="outer") for name in ("A helper", "Another"))
    for exercise, prompt, first, second, told in (
        ("reach_out.warm_up", "who", jo, kim, ("state", "sent", hello)),
        ("stay_open.ask", "who", noor, jo, ("answer", "agreed", "2026-03-02")),
        ("reconnect.first_note", "which", helper, other, ("state", "sent", "2026-03-02")),
    ):
        key, value, at = told
        book.answer(exercise, prompt, first, occasion=at)
        book.answer(exercise, key, value, occasion=at)
        before = (book.tries(), book.saved(exercise), member(book, first), member(book, second))
        for to in (second, ""):
            with pytest.raises(Refused) as refused:
                book.answer(exercise, prompt, to, occasion=at)
            assert refused.value.code == "about_another"
        with pytest.raises(Refused):
            book.name_someone(exercise, prompt, "Somebody new", at)
        assert (book.tries(), book.saved(exercise), member(book, first), member(book, second)) == before
        book.answer(exercise, key, "", occasion=at)
        book.answer(exercise, prompt, second, occasion=at)


def test_what_came_back_from_one_is_not_moved_to_another_hello(book: MyWorkbook, clock: Clock) -> None:
    (noor, hello), (jo, _) = a_hello(book), a_hello(book, "Jo")
    book.answer("reach_out.warm_up", "who", jo, occasion=hello)
    book.answer("reach_out.warm_up", "state", "sent", occasion=hello)
    book.answer(SENT, "state", "sent", occasion=hello)
    clock.go_on(days=1)
    of = {one.member_id: one.try_id for one in book.tries() if one.fields.get("state") == "sent"}
    book.answer(AFTER, "which", of[jo], occasion=hello)
    book.answer(AFTER, "outcome", "warm", occasion=hello)
    for to in (of[noor], ""):
        with pytest.raises(Refused) as refused:
            book.answer(AFTER, "which", to, occasion=hello)
        assert refused.value.code == "about_another"
    assert [t.member_id for t in book.touches()] == [jo]
    book.answer(AFTER, "outcome", "", occasion=hello)
    book.answer(AFTER, "which", of[noor], occasion=hello)
    book.answer(AFTER, "outcome", "short", occasion=hello)
    assert [t.member_id for t in book.touches()] == [noor]


def test_a_check_in_notes_whom_one_was_in_touch_with_on_its_day_and_takes_back_what_it_no_longer_says(
    book: MyWorkbook, clock: Clock
) -> None:
    noor, jo = book.add_member("Noor"), book.add_member("Jo")
    book.answer("check_in.weekly", "touched", [noor, jo], occasion="2026-03-02")
    clock.go_on(days=3)
    book.answer("check_in.weekly", "touched", [jo], occasion="2026-03-02")
    book.answer("check_in.weekly", "touched", [jo, noor], occasion="2026-03-02")
    assert sorted((t.member_id, t.on_day) for t in book.touches()) == sorted([(noor, MONDAY), (jo, MONDAY)])


def test_a_rhythm_is_off_until_chosen_for_a_ring_or_for_one_and_not_now_holds_two_weeks(
    book: MyWorkbook, clock: Clock
) -> None:
    noor, jo = book.add_member("Noor", place="core"), book.add_member("Jo", place="core")
    for who in (noor, jo):
        book.screen(who, FINE)
        book.were_in_touch([who], date(2026, 2, 1 if who == noor else 2))
    assert who_to_hear_from(book.rows(), book.today) == []
    book.choose_rhythm("core", "week")
    assert book.ring_rhythms() == {"core": Rhythm("week", MONDAY)}
    assert [one.member_id for one in who_to_hear_from(book.rows(), book.today)] == [noor, jo]
    book.change_member(jo, "rhythm", "never")
    assert who_to_hear_from(book.rows(), book.today) == [Suggestion(noor, date(2026, 2, 1))]
    book.put_off(noor)
    assert who_to_hear_from(book.rows(), book.today) == []
    clock.go_on(days=13)
    assert who_to_hear_from(book.rows(), book.today) == []
    clock.go_on(days=1)
    assert [one.member_id for one in who_to_hear_from(book.rows(), book.today)] == [noor]
    book.choose_rhythm("core", "")
    assert who_to_hear_from(book.rows(), book.today) == []


def test_rest_holds_until_it_is_lifted_for_this_person_alone(book: MyWorkbook, kofis_book: MyWorkbook) -> None:
    assert not book.resting()
    book.rest(True)
    book.rest(True)
    assert (book.resting(), kofis_book.resting()) == (True, False)
    book.rest(False)
    assert not book.resting()


def test_low_energy_lasts_for_the_day(book: MyWorkbook, clock: Clock) -> None:
    book.take_it_easy(True)
    assert book.taking_it_easy()
    clock.go_on(hours=14)
    assert book.taking_it_easy()
    clock.go_on(hours=2)
    assert not book.taking_it_easy()


def test_an_older_page_does_not_overrule_what_was_decided_of_someone_since(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.decide_contact(noor, "not_for_now", was="unscreened")
    with pytest.raises(Refused, match="contact_changed"):
        book.decide_contact(noor, "ok", was="unscreened", taps=FINE)
    assert member(book, noor).contact == "not_for_now"


# Days, as the person has them


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Pacific/Kiritimati", "2026-03-29"), ("Europe/London", "2026-03-28"), ("Pacific/Pago_Pago", "2026-03-28")],
)
def test_what_is_sent_is_dated_by_the_persons_own_day(
    store: Store, words: Content, clock: Clock, zone: str, day: str
) -> None:
    book = book_of(store, words, clock, f"Ada {zone}", zone)
    clock.go_on(days=26, hours=14.5)  # 28 March 2026, 23:30 in London, the night the clocks go forward
    _, at = a_hello(book)
    book.answer(SENT, "state", "sent", occasion=at)
    assert book.tries()[0].fields["sent_on"] == day


def test_the_day_it_was_sent_stays_whatever_is_said_of_it_later(book: MyWorkbook, clock: Clock) -> None:
    _, at = a_hello(book)
    book.answer(SENT, "state", "sent", occasion=at)
    clock.go_on(days=20)
    book.answer(LINES, "text", "I meant this.", occasion=at)
    book.answer(QUIET, "next", "wait", occasion=at)
    fields = book.tries()[0].fields
    assert (fields["state"], fields["sent_on"], fields["state_on"]) == ("wait", "2026-03-02", "2026-03-22")
    (hello,) = book.rows().hellos
    assert (hello.state, hello.sent_on, hello.state_on) == ("wait", MONDAY, date(2026, 3, 22))


# Kindness, belonging, having asked


def test_the_quiet_question_comes_after_three_noted_moments_and_not_again_until_three_more(
    book: MyWorkbook, clock: Clock
) -> None:
    def due() -> list[str]:
        return kindness.to_ask_about(book.kind_moments(), book.ring_answered_at())

    noor = book.add_member("Noor", place="movable")
    before = book.moves()
    for n in range(1, 7):
        book.answer("stay_open.kindness", "who", [noor], occasion=f"2026-03-0{n}")
        assert due() == ([noor] if n in (3, 6) else [])
        if n == 3:
            book.answer_ring(noor, book.kind_moments()[noor])
            assert due() == []
    assert book.moves() == before


@pytest.mark.parametrize(
    ("honest", "imperfect", "heard"),
    [
        ("yes", "yes", "yes"),
        ("yes", "partly", "partly"),
        ("unsure", "yes", "unsure"),
        ("partly", "", "partly"),
        ("", "yes", "yes"),
        ("", "", ""),
    ],
)
def test_the_two_questions_of_belonging_feed_heard_as_the_less_sure_of_them(
    book: MyWorkbook, honest: str, imperfect: str, heard: str
) -> None:
    noor = book.add_member("Noor")
    for prompt, value in (("honest", honest), ("imperfect", imperfect)):
        book.answer("stay_open.belonging", prompt, value, about=noor)
    assert member(book, noor).heard == heard
    for prompt in ("honest", "imperfect"):
        book.erase("stay_open.belonging", prompt, about=noor)
    assert member(book, noor).heard == ""


def test_whom_i_have_asked_can_be_looked_at_again(book: MyWorkbook) -> None:
    noor = book.add_member("Noor", place="core")
    for said in ("not_yet", "asked", "agreed", "look_again"):
        book.answer("stay_open.asked", "asked", said, about=noor)
        assert member(book, noor).asked == said


# What leaves


def test_the_export_holds_every_try_and_plan_and_time_in_touch_and_no_answer_of_the_screen(book: MyWorkbook) -> None:
    noor, at = a_hello(book)
    jo = book.someone_called("Jo")
    book.screen(
        jo, {"uneasy": "uneasy", "harmed": "rather_not", "order": "not_sure", "seen": "maybe", "pulled": "maybe"}
    )
    book.answer(PLAN, "cue", "Sunday tea", occasion=at)
    book.answer(SENT, "state", "sent", occasion=at)
    book.were_in_touch([noor], date(2026, 2, 1), "call")
    book.choose_rhythm("core", "month")
    taken = export.everything(book)
    with zipfile.ZipFile(io.BytesIO(taken)) as bundle:
        files = {name: bundle.read(name).decode("utf-8-sig") for name in bundle.namelist()}
    assert at in files["answers.csv"] and book.tries()[0].try_id in files["tries.csv"]
    assert "Sunday tea" in files["plans.csv"]
    assert "2026-02-01" in files["touches.csv"] and "call" in files["touches.csv"]
    rows = "".join(text for name, text in files.items() if name.endswith(".csv"))
    for tap in ("rather_not", "not_sure", "uneasy", "Rather not say", "Uneasy", "not_for_now", "harmed", "pulled"):
        assert tap not in rows
