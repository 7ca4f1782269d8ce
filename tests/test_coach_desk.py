"""What a coach sees: exactly what is consented to, as long as it is, and never without a trace."""

import csv
import io
import itertools
import re
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from tests.characters import MONDAY, Clock, book_of, person, quick_hash
from workbook import bundle, coach_desk, export, passphrases
from workbook.coach_desk import CSV_COLUMNS, CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.content import Content
from workbook.gate import Gate, fresh_cookie
from workbook.growth import Count
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.settings import ROOT
from workbook.store import engine, groups, looks
from workbook.store.accounts import Session
from workbook.store.opening import Pen, Store, new_id

HOME = "203.0.113.7"
SECRET, SHARED, LATER = "what nobody else knows", "what may be read", "what came after that"
NAMES = ("Noor", "Ruth on the stairs")
OWN = {"step": "reflect", "title": "Your week", "prompts": [{"kind": "line", "ask": "What was light this week?"}]}


def desk_of(store: Store, words: Content, clock: Clock, name: str = "Mara") -> CoachDesk:
    """The desk of a new coach."""
    coach_id = person(store, name)
    groups.add_code(store, coach_id, clock())
    assert groups.spend_code(store, coach_id, coach_id, clock(), in_settings=False)
    return CoachDesk(store, words, coach_id, clock)


@dataclass
class Circle:
    """Mara's group, with Ada in it."""

    desk: CoachDesk
    group_id: str
    ada: MyWorkbook
    membership_id: str = ""
    answer_id: str = ""

    def let_in(self, book: MyWorkbook, *scopes: str, called: str = "") -> str:
        before = {seen.membership_id for seen in self.desk.people(self.group_id)}
        book.sharing.join(self.desk.invite(self.group_id), called=called, scopes=scopes)
        return next(s.membership_id for s in self.desk.people(self.group_id) if s.membership_id not in before)


@pytest.fixture
def circle(store: Store, words: Content, clock: Clock) -> Circle:
    """Ada has a workbook with secrets, and is in the group, sharing nothing."""
    desk = desk_of(store, words, clock)
    ada = book_of(store, words, clock, "Ada")
    noor = ada.add_member(NAMES[0], place="movable")
    ada.note_opened("reflect.drifted")
    ada.answer("reflect.drifted", "together", SECRET)
    clock.go_on(days=8)
    ada.move(noor, "core", reason="She asked how I was.")
    ada.add_member(NAMES[1], place="outer")
    made = Circle(desk, desk.make_group(Group("Tuesday circle", "Mara")), ada)
    made.membership_id = made.let_in(ada, called="A.")
    made.answer_id = ada.answer("reflect.someone_stayed", "story", SHARED).answer_id
    ada.sharing.share_answer(made.group_id, made.answer_id)
    ada.answer("reflect.someone_stayed", "story", LATER)
    return made


def grant(circle: Circle, *scopes: str) -> None:
    for scope in scopes:
        circle.ada.sharing.grant(circle.group_id, scope)


def withdraw(circle: Circle, *scopes: str) -> None:
    for scope in scopes:
        circle.ada.sharing.withdraw(circle.group_id, scope)


# Each method that reads or reaches people, as a coach calls it.
AT_PEOPLE: dict[str, Callable[[Circle], Any]] = {
    "people": lambda c: c.desk.people(c.group_id),
    "overview": lambda c: c.desk.overview(c.group_id),
    "person": lambda c: c.desk.person(c.group_id, c.membership_id),
    "board": lambda c: c.desk.board(c.group_id),
    "weeks": lambda c: c.desk.weeks(c.group_id).decode(),
    "send_note": lambda c: c.desk.send_note(c.group_id, c.membership_id, "Good to have you here."),
    "notes": lambda c: c.desk.notes(c.group_id, c.membership_id),
}
# Each that concerns a group's own words and links.
AT_GROUPS: dict[str, Callable[[CoachDesk, str], Any]] = {
    "group": lambda desk, g: desk.group(g),
    "change_group": lambda desk, g: desk.change_group(g, Group("Mine now", "Lena")),
    "delete_group": lambda desk, g: desk.delete_group(g),
    "add_exercise": lambda desk, g: desk.add_exercise(g, OWN),
    "mend_exercise": lambda desk, g: desk.mend_exercise(g, "reflect.group_0000000000000000", "Mine", "", {}),
    "remove_exercise": lambda desk, g: desk.remove_exercise(g, "reflect.group_0000000000000000"),
    "content_of": lambda desk, g: desk.content_of(g),
    "invites": lambda desk, g: desk.invites(g),
    "invite": lambda desk, g: desk.invite(g),
    "close_invite": lambda desk, g: desk.close_invite(g, new_id()),
}
# What ends somebody's part in it has its own test, since it can be done once.
ENDS: dict[str, Callable[[Circle], Any]] = {"let_go": lambda c: c.desk.let_go(c.group_id, c.membership_id)}
OF_NOBODY = {"today", "groups", "make_group"}
# No line in the log: totals name nobody, the coach's own notes are the coach's, and a note is its own trace.
TRACELESS = {"board", "notes", "send_note"}
LEAKS = (SECRET, SHARED, LATER, *NAMES, "She asked how I was.", "Ada")


@pytest.mark.promise("consent_field_matrix")
def test_every_method_of_the_desk_is_in_the_matrix() -> None:
    public = {name for name in vars(CoachDesk) if not name.startswith("_")}
    assert public == AT_PEOPLE.keys() | AT_GROUPS.keys() | ENDS.keys() | OF_NOBODY


@pytest.mark.promise("consent_field_matrix")
@pytest.mark.parametrize("method", AT_PEOPLE)
@pytest.mark.parametrize("phase", ["before", "during", "after", "after leaving"])
def test_what_a_method_gives_before_during_and_after_consent(circle: Circle, method: str, phase: str) -> None:
    if phase != "before":
        grant(circle, *SCOPES)
        AT_PEOPLE[method](circle)
    if phase == "after":
        withdraw(circle, *SCOPES)
    if phase == "after leaving":
        circle.ada.sharing.leave(circle.group_id)
    if phase == "after leaving" and method in ("person", "send_note", "notes"):
        with pytest.raises(Refused) as refused:
            AT_PEOPLE[method](circle)
        assert refused.value.code == "not_here"
        return
    given = repr(AT_PEOPLE[method](circle))
    allowed = {SHARED} if (method, phase) == ("person", "during") else set()
    assert {leak for leak in LEAKS if leak in given} == allowed
    tells = {"people": "Count(", "overview": "Count(", "person": "A time someone stayed", "weeks": "2026-03-09"}.get(
        method
    )
    assert tells is None or (tells in given) == (phase == "during"), given


@pytest.mark.promise("consent_field_matrix")
@pytest.mark.parametrize("scopes", [s for n in range(4) for s in itertools.combinations(SCOPES, n)], ids="+".join)
@pytest.mark.parametrize("withdrawn", [False, True], ids=["granted", "withdrawn and granted anew"])
def test_a_coach_sees_exactly_the_cells_that_are_consented_to(
    circle: Circle, clock: Clock, scopes: tuple[str, ...], withdrawn: bool
) -> None:
    if withdrawn:
        grant(circle, *SCOPES)
        withdraw(circle, *SCOPES)
    grant(circle, *scopes)
    [listed] = circle.desk.people(circle.group_id)
    page = circle.desk.person(circle.group_id, circle.membership_id)
    rows = list(csv.DictReader(io.StringIO(circle.desk.weeks(circle.group_id).decode("utf-8-sig"))))
    assert (listed.called, listed.joined, listed.scopes) == ("A.", date(2026, 3, 9), frozenset(scopes))

    steps, shape, ticked = ("steps" in scopes, "shape" in scopes, "ticked" in scopes)
    assert listed.opened == ({"reflect": 1} if steps else None)
    assert listed.active == page.summary.active == (date(2026, 3, 2) if steps else None)
    assert page.steps == ((("reflect", page.steps[0][1], MONDAY.date(), MONDAY.date()),) if page.steps else None)
    assert (page.steps is not None) == steps

    now = Count(date(2026, 3, 10), 1, 0, 1)
    assert (listed.shape[-1] if listed.shape else None) == (now if shape else None)
    weekly = (Count(MONDAY.date(), 0, 1, 0), Count(date(2026, 3, 9), 1, 0, 1))
    assert page.shape == (weekly if shape else None), "by weeks: the days she was here are nobody else's"

    assert listed.ticked == (1 if ticked else None)
    assert [a.words for a in page.answers or ()] == ([SHARED] if ticked else [])
    assert (page.answers is not None) == ticked

    assert [r["week"] for r in rows] == (
        ["2026-03-02", "2026-03-09"] if steps or shape else ["2026-03-09"] if ticked else []
    )
    for row in rows:
        assert {row[f"opened_{s}"] == "" for s in ("reflect", "reach_out")} == {not steps}
        assert {row[ring] == "" for ring in ("core", "movable", "outer")} == {not shape}
        assert (row["answers_shared"] == "") == (not ticked)
    text = repr((listed, page, rows))
    assert {leak for leak in LEAKS if leak in text} == ({SHARED} if ticked else set())


@pytest.mark.promise("consent_field_matrix")
@pytest.mark.parametrize("scopes", [s for n in range(4) for s in itertools.combinations(SCOPES, n)], ids="+".join)
def test_what_a_person_is_shown_beforehand_is_what_the_coach_then_sees(circle: Circle, scopes: tuple[str, ...]) -> None:
    before = circle.ada.sharing.looks()
    shown = circle.ada.sharing.preview(circle.group_id, scopes)
    assert circle.ada.sharing.looks() == before
    grant(circle, *scopes)
    assert shown == circle.desk.person(circle.group_id, circle.membership_id)


@pytest.mark.promise("consent_field_matrix")
def test_an_answer_is_seen_in_the_version_ticked_until_it_is_taken_back(circle: Circle) -> None:
    def seen() -> list[str]:
        return [a.words for a in circle.desk.person(circle.group_id, circle.membership_id).answers or ()]

    grant(circle, "ticked")
    assert seen() == [SHARED], "later typing stays private"
    newest = circle.ada.versions("reflect.someone_stayed", "story")[0]
    circle.ada.sharing.share_answer(circle.group_id, newest.answer_id)
    assert seen() == [LATER], "one version, the one ticked last"
    circle.ada.sharing.unshare_answer(circle.group_id, newest.answer_id)
    assert seen() == []
    circle.ada.sharing.share_answer(circle.group_id, circle.answer_id)
    assert seen() == [SHARED]
    circle.ada.erase("reflect.someone_stayed", "story")
    assert seen() == [] and circle.desk.people(circle.group_id)[0].ticked == 0


@pytest.mark.promise("consent_field_matrix")
def test_a_name_is_seen_as_it_was_when_it_was_ticked_and_words_as_they_are(circle: Circle) -> None:
    grant(circle, "ticked")
    noor = circle.ada.members()[0].member_id
    named = circle.ada.answer("reflect.drifted", "names", [noor]).answer_id
    plainly = circle.ada.answer("welcome.today", "word", "twelve_step", occasion="2026-03-10").answer_id
    for answer_id in (named, plainly):
        circle.ada.sharing.share_answer(circle.group_id, answer_id)
    circle.ada.change_member(noor, "name", "Noor, whom I met in hospital")
    seen = [a.words for a in circle.desk.person(circle.group_id, circle.membership_id).answers or ()]
    assert seen == [SHARED, NAMES[0], "twelve_step"]


@pytest.mark.promise("consent_field_matrix")
def test_an_answer_about_someone_says_whom_a_number_its_ends_and_a_day_its_day(circle: Circle, clock: Clock) -> None:
    grant(circle, "ticked")
    ada = circle.ada
    noor = ada.members()[0].member_id
    group = ada.add_member("Harbour group", place="outer", kind="group")
    other = ada.add_member("River group", place="outer", kind="group")
    ada.answer("reconnect.ladder", "picked", [group, other])
    for one in (group, other):
        ada.change_member(one, "state", "not_for_me")
    for saved in (
        ada.answer("reflect.who_listens", "heard", "yes", about=noor),
        ada.answer("welcome.today", "alone", 4, occasion="2026-03-10"),
        ada.answer("reconnect.ladder", "again", "2026-04-10", about=group),
        ada.answer("reconnect.ladder", "again", "no", about=other),
    ):
        ada.sharing.share_answer(circle.group_id, saved.answer_id)
    ada.change_member(noor, "name", "Noor, whom I met in hospital")
    page = circle.desk.person(circle.group_id, circle.membership_id)
    assert ada.sharing.preview(circle.group_id, ("ticked",)) == page
    told = [(one.about, one.words, one.scale, one.day) for one in (page.answers or ())[1:]]
    assert told == [
        (NAMES[0], "Yes", None, None),
        ("", "4", ("not at all", 10, "very"), None),
        ("Harbour group", "", None, date(2026, 4, 10)),
        ("River group", "No", None, None),
    ]


@pytest.mark.promise("consent_field_matrix")
def test_the_safety_screen_cannot_be_shared(circle: Circle, words: Content) -> None:
    screen = next(e for e in words.exercises if e.kind == "safety")
    who = (
        next(p for p in screen.prompts if p.kind != "safety")
        if any(p.kind != "safety" for p in screen.prompts)
        else None
    )
    grant(circle, *SCOPES)
    member = circle.ada.members()[0].member_id
    circle.ada.decide_contact(member, "not_for_now")
    if who is not None:
        with suppress(Refused):
            saved = circle.ada.answer(screen.key, who.key, member)
            circle.ada.sharing.share_answer(circle.group_id, saved.answer_id)
    assert "not_for_now" not in repr(circle.desk.person(circle.group_id, circle.membership_id))


@pytest.mark.promise("consent_field_matrix")
@pytest.mark.parametrize("phase", ["before", "during", "after"])
def test_letting_someone_go_ends_the_group_for_them_alone_and_they_are_told(
    circle: Circle, store: Store, words: Content, clock: Clock, phase: str
) -> None:
    kofi = book_of(store, words, clock, "Kofi")
    kofis = circle.let_in(kofi, *SCOPES)
    if phase != "before":
        grant(circle, *SCOPES)
    if phase == "after":
        withdraw(circle, *SCOPES)
    before = circle.ada.everything_answered()
    assert ENDS["let_go"](circle) is None
    assert [one.membership_id for one in circle.desk.people(circle.group_id)] == [kofis]
    assert circle.ada.sharing.groups() == [] and circle.ada.everything_answered() == before
    assert {e.state for e in circle.ada.consents() if e.scope == "shape"} <= {"granted", "withdrawn"}
    assert [(m.group, m.coach, m.state) for m in circle.ada.sharing.ended()] == [("Tuesday circle", "Mara", "let go")]
    circle.ada.sharing.note_told(circle.group_id)
    assert circle.ada.sharing.ended() == [] and kofi.sharing.ended() == []
    for method in ("person", "send_note", "notes"):
        with pytest.raises(Refused):
            AT_PEOPLE[method](circle)
    with pytest.raises(Refused) as refused:
        ENDS["let_go"](circle)
    assert refused.value.code == "not_here"
    circle.membership_id = circle.let_in(circle.ada, called="A.")
    seen = circle.desk.person(circle.group_id, circle.membership_id).summary
    assert (seen.called, seen.scopes) == ("A.", frozenset()), "a new link lets them in again, sharing nothing"


@pytest.mark.promise("consent_field_matrix")
def test_a_name_is_changed_or_taken_back_and_the_coach_sees_the_newest_everywhere(circle: Circle) -> None:
    grant(circle, *SCOPES)
    for called in ("Adanna", ""):
        circle.ada.sharing.call_me(circle.group_id, f" {called} ")
        [listed] = circle.desk.people(circle.group_id)
        assert (listed.called, listed.membership_id) == (called, circle.membership_id)
        page = circle.desk.person(circle.group_id, circle.membership_id)
        assert page.summary.called == called and page == circle.ada.sharing.preview(circle.group_id, SCOPES)
        rows = csv.DictReader(io.StringIO(circle.desk.weeks(circle.group_id).decode("utf-8-sig")))
        assert {row["person"] for row in rows} == {called}
        assert circle.ada.sharing.groups()[0].membership.called == called
    circle.ada.sharing.call_me(circle.group_id, "")
    assert [m.state for m in circle.ada.sharing.memberships()] == ["joined", "renamed", "renamed"]
    with pytest.raises(Refused) as refused:
        circle.ada.sharing.call_me(circle.group_id, "x" * 81)
    assert refused.value.code == "short_name_long"
    circle.desk.delete_group(circle.group_id)
    assert [(m.called, m.state) for m in circle.ada.sharing.ended()] == [("", "ended")]


@pytest.mark.promise("consent_field_matrix")
def test_the_notes_of_what_one_might_share_grant_nothing(circle: Circle) -> None:
    for prompt in ("steps", "shape", "ticked"):
        circle.ada.answer("welcome.who_sees", prompt, True)
    assert circle.desk.people(circle.group_id)[0].scopes == frozenset()


@pytest.mark.promise("consent_field_matrix")
def test_a_consent_to_one_coach_is_none_to_another_nor_to_another_group(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    grant(circle, *SCOPES)
    lena = desk_of(store, words, clock, "Lena")
    theirs, second = lena.make_group(Group("Lena's", "Lena")), circle.desk.make_group(Group("Second", "Mara"))
    for desk, group_id in ((lena, theirs), (circle.desk, second)):
        circle.ada.sharing.join(desk.invite(group_id))
        [seen] = desk.people(group_id)
        assert (seen.scopes, seen.opened, seen.shape, seen.ticked) == (frozenset(), None, None, None)
    for method in {*AT_PEOPLE, *AT_GROUPS} - {"overview"}:
        foreign = Circle(lena, circle.group_id, circle.ada, circle.membership_id)
        call = AT_PEOPLE.get(method)
        with pytest.raises(Refused) as refused:
            call(foreign) if call else AT_GROUPS[method](lena, circle.group_id)
        made_up = Circle(lena, new_id(), circle.ada, new_id())
        with pytest.raises(Refused) as unknown:
            call(made_up) if call else AT_GROUPS[method](lena, new_id())
        assert refused.value.code == unknown.value.code == "not_here", method
    mixed = Circle(lena, theirs, circle.ada, circle.membership_id)
    before = circle.ada.sharing.memberships()
    for call in (*(AT_PEOPLE[method] for method in ("person", "send_note", "notes")), *ENDS.values()):
        for not_hers in (mixed, Circle(lena, circle.group_id, circle.ada, circle.membership_id)):
            with pytest.raises(Refused) as refused:
                call(not_hers)
            assert refused.value.code == "not_here"
    assert circle.ada.sharing.memberships() == before


@pytest.mark.promise("consent_field_matrix")
def test_the_desk_opens_with_a_group_of_ones_own_whichever_is_asked_for(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    grant(circle, *SCOPES)
    lena = desk_of(store, words, clock, "Lena")
    assert lena.overview(circle.group_id) is None
    theirs = lena.make_group(Group("Lena's", "Lena"))
    before = circle.ada.sharing.looks()
    found = [lena.overview(wanted) for wanted in (circle.group_id, new_id(), "", theirs)]
    assert {(one.group_id, len(one.people), *one.groups) for one in found if one} == {(theirs, 0, theirs)}
    assert circle.ada.sharing.looks() == before


@pytest.mark.promise("consent_field_matrix")
def test_what_the_desk_opens_with_is_what_each_part_of_it_tells(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    grant(circle, *SCOPES)
    for number in range(6):
        book = book_of(store, words, clock, f"P{number}")
        book.add_member("x", place="outer")
        circle.let_in(book, *(SCOPES if number else ()))
        book.note_opened("reconnect.three_doors")
    circle.desk.overview(circle.group_id)
    circle.let_in(book_of(store, words, clock, "Kofi"), *SCOPES)  # one more, who is not counted yet
    found = circle.desk.overview(circle.group_id)
    assert found is not None and found.board.shape_of == found.board.steps_of == 6
    assert found.people == circle.desk.people(circle.group_id)
    assert found.board == circle.desk.board(circle.group_id)
    assert found.groups == circle.desk.groups()


@pytest.mark.promise("consent_field_matrix")
def test_what_another_coach_wrote_is_not_among_the_pages_a_coach_sees(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    lena = desk_of(store, words, clock, "Lena")
    theirs = lena.make_group(Group("Lena's", "Lena"))
    circle.ada.sharing.join(lena.invite(theirs))
    foreign = lena.add_exercise(theirs, {**OWN, "title": "After the overdose"})
    own = circle.desk.add_exercise(circle.group_id, OWN)
    screen = next(e.key for e in words.exercises if e.kind == "safety")
    grant(circle, "steps")
    for key in (foreign, own, screen, "welcome.who_sees", "check_in.weekly"):
        circle.ada.note_opened(key)
    page = circle.desk.person(circle.group_id, circle.membership_id)
    assert [title for _, title, _, _ in page.steps or ()][1:] == ["Your week"]
    assert circle.desk.people(circle.group_id)[0].opened == {"reflect": 2}, "in the list as on the page"
    [row] = list(csv.DictReader(io.StringIO(circle.desk.weeks(circle.group_id).decode("utf-8-sig"))))[1:]
    assert (row["opened_reflect"], row["opened_reach_out"]) == ("1", "0"), "of the file too"


@pytest.mark.promise("consent_field_matrix")
def test_a_coachs_own_exercise_counts_alike_in_the_list_the_totals_the_page_and_the_file(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    own = circle.desk.add_exercise(circle.group_id, OWN)
    for name in ("Kofi", "Noor", "Ruth", "Sam", "June"):
        book = book_of(store, words, clock, name)
        circle.let_in(book, "steps", called=name)
        book.note_opened(own)
    kofi = next(one for one in circle.desk.people(circle.group_id) if one.called == "Kofi")
    page = circle.desk.person(circle.group_id, kofi.membership_id)
    assert (kofi.opened, kofi.active) == ({"reflect": 1}, date(2026, 3, 9))
    assert (page.summary.active, [title for _, title, _, _ in page.steps or ()]) == (kofi.active, ["Your week"])
    assert (circle.desk.board(circle.group_id).opened or {})["reflect"] == 5
    rows = csv.DictReader(io.StringIO(circle.desk.weeks(circle.group_id).decode("utf-8-sig")))
    assert {(row["person"], row["opened_reflect"]) for row in rows} == {
        (n, "1") for n in ("Kofi", "Noor", "Ruth", "Sam", "June")
    }


@pytest.mark.promise("consent_field_matrix")
def test_a_restored_backup_shares_nothing_until_the_person_says_so(circle: Circle, store: Store, clock: Clock) -> None:
    grant(circle, *SCOPES)
    circle.ada.sharing.call_me(circle.group_id, "Ada L.")
    assert groups.pause_sharing(store, clock()) == 1
    [seen] = circle.desk.people(circle.group_id)
    assert (seen.scopes, seen.called, seen.notes_off) == (frozenset(), "", True), (
        "these may have been taken back since, too"
    )
    assert circle.ada.sharing.groups()[0].answers == frozenset()
    assert groups.pause_sharing(store, clock()) == 0
    assert [m.group for m in circle.ada.sharing.paused()] == ["Tuesday circle"], "until she has been told"
    circle.ada.sharing.note_told_of_pause()
    assert circle.ada.sharing.paused() == [] and len(circle.ada.sharing.groups()) == 1
    token = circle.desk.invite(circle.group_id)
    groups.add_code(store, "unused", clock())
    groups.close_every_link(store, clock())
    assert by_link(Gate(store, clock), token) == "invite_closed"
    assert not groups.spend_code(store, "unused", circle.ada.person_id, clock(), in_settings=False)


# The log


@pytest.mark.promise("coach_reads_are_visible")
@pytest.mark.parametrize(
    ("method", "what"), [("people", "list"), ("overview", "list"), ("person", "page"), ("weeks", "file")]
)
def test_every_look_leaves_a_line_that_the_person_can_read(
    circle: Circle, clock: Clock, method: str, what: str
) -> None:
    AT_PEOPLE[method](circle)
    nothing = [(look.what, look.scopes) for look in circle.ada.sharing.looks()]
    listed, hers = [("list", ())], [("page", ()), ("list", ())]
    assert sorted(nothing) == sorted(hers if what == "page" else listed), (
        "to be listed is a look too; in a file there is no row of hers"
    )
    clock.go_on(minutes=2)
    grant(circle, "steps", "shape")
    before = len(nothing)
    AT_PEOPLE[method](circle)
    look = circle.ada.sharing.looks()[0]
    assert (look.coach, look.group, look.what, look.scopes, look.at) == (
        *("Mara", "Tuesday circle", what, ("shape", "steps")),
        clock(),
    )
    AT_PEOPLE[method](circle)
    assert len(circle.ada.sharing.looks()) == before + 1, "a page drawn again at once is the same look"
    grant(circle, "ticked")
    AT_PEOPLE[method](circle)
    assert {one.scopes for one in circle.ada.sharing.looks()} >= {("shape", "steps"), ("shape", "steps", "ticked")}
    clock.go_on(seconds=20)
    newest = circle.ada.versions("reflect.someone_stayed", "story")[0]
    circle.ada.sharing.share_answer(circle.group_id, newest.answer_id)
    clock.go_on(seconds=20)
    AT_PEOPLE[method](circle)
    assert len(circle.ada.sharing.looks()) == before + 3, "not the same look, since she said something anew"
    clock.go_on(minutes=2)
    AT_PEOPLE[method](circle)
    look = circle.ada.sharing.looks()[0]
    assert (look.scopes, look.at) == (("shape", "steps", "ticked"), clock())
    assert len(circle.ada.sharing.looks()) == before + 4
    clock.go_on(minutes=-30)
    AT_PEOPLE[method](circle)
    assert len(circle.ada.sharing.looks()) == before + 5, "nor where the clock was set back"


@pytest.mark.promise("coach_reads_are_visible")
def test_a_look_that_cannot_be_noted_is_no_look(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    grant(circle, *SCOPES)

    def fails(*_: Any) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(looks, "note_looks", fails)
    for method in ("people", "overview", "person", "weeks"):
        with pytest.raises(OSError, match="disk"):
            AT_PEOPLE[method](circle)


@pytest.mark.promise("coach_reads_are_visible")
def test_only_the_one_looked_at_has_the_line(circle: Circle, store: Store, words: Content, clock: Clock) -> None:
    kofi = book_of(store, words, clock, "Kofi")
    circle.let_in(kofi, "shape")
    grant(circle, "shape")
    before = len(kofi.sharing.looks())
    clock.go_on(minutes=5)
    circle.desk.person(circle.group_id, circle.membership_id)
    assert len(kofi.sharing.looks()) == before
    assert next(look.what for look in circle.ada.sharing.looks()) == "page"


@pytest.mark.promise("coach_reads_are_visible")
@pytest.mark.parametrize("scopes", [(), SCOPES], ids=["nothing", "everything"])
def test_every_public_method_that_reads_a_person_writes_the_log(
    circle: Circle, clock: Clock, scopes: tuple[str, ...]
) -> None:
    grant(circle, *scopes)
    left_a_line = set()
    for method, call in AT_PEOPLE.items():
        clock.go_on(minutes=2)
        before = len(circle.ada.sharing.looks())
        call(circle)
        if len(circle.ada.sharing.looks()) > before:
            left_a_line.add(method)
    in_no_file = set() if scopes else {"weeks"}
    assert AT_PEOPLE.keys() - left_a_line == TRACELESS | in_no_file


# Joining


def by_link(gate: Gate, token: str, address: str = HOME) -> str:
    """What opening a link gives: the group's name, or why not."""
    try:
        return gate.invitation(token, fresh_cookie(), address).group.name
    except Refused as refused:
        return refused.code


@pytest.mark.promise("invite_bruteforce_and_race")
def test_ten_thousand_guesses_are_five_checked_an_hour(circle: Circle, store: Store, clock: Clock) -> None:
    gate = Gate(store, clock)
    good = circle.desk.invite(circle.group_id, days=60)
    ends = []
    for number in range(10_000):
        ends.append(by_link(gate, f"guess-{number}"))
        clock.go_on(seconds=9)
    checked = ends.count("invite_unknown")
    assert set(ends) == {"invite_unknown", "wait"}
    assert checked <= 5 * (10_000 * 9 / 3600 + 1)
    print(f"10,000 guesses in 25 h from one address: {checked} checked, 0 opened")
    assert by_link(gate, good) == by_link(gate, good, "198.51.100.4") == "Tuesday circle", "nobody else waits for that"


@pytest.mark.promise("invite_bruteforce_and_race")
def test_opening_a_link_spends_nothing_and_is_no_guess(circle: Circle, store: Store, clock: Clock) -> None:
    gate = Gate(store, clock)
    token = circle.desk.invite(circle.group_id, kind="personal", label="for Kofi")
    assert {by_link(gate, token) for _ in range(50)} == {"Tuesday circle"}
    invite = circle.desk.invites(circle.group_id)[0]
    assert (invite.used, invite.label, invite.state(clock())) == (0, "for Kofi", "open")


@pytest.mark.promise("invite_bruteforce_and_race")
@pytest.mark.parametrize(("kind", "seats"), [("personal", 1), ("group", 3)])
def test_fifty_at_once_take_no_more_than_the_places_there_are(
    circle: Circle, store: Store, words: Content, clock: Clock, kind: str, seats: int
) -> None:
    token = circle.desk.invite(circle.group_id, kind=kind, seats=seats)
    books = [book_of(store, words, clock, f"P{n}") for n in range(50)]
    ready, ends = threading.Barrier(50), []

    def join(book: MyWorkbook) -> None:
        ready.wait()
        try:
            book.sharing.join(token)
        except Refused as refused:
            ends.append(refused.code)
        else:
            ends.append("in")

    threads = [threading.Thread(target=join, args=(book,)) for book in books]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    full = "invite_used" if kind == "personal" else "invite_full"
    assert sorted(ends) == sorted(["in"] * seats + [full] * (50 - seats))
    assert len(circle.desk.people(circle.group_id)) == 1 + seats


@pytest.mark.promise("invite_bruteforce_and_race")
def test_of_a_token_only_a_fingerprint_is_kept(circle: Circle, store: Store) -> None:
    token = circle.desk.invite(circle.group_id)
    assert len(token) == 32 and re.fullmatch(r"[\w-]+", token)
    store.engine.settle()
    kept = b"".join(p.read_bytes() for p in store.folder.rglob("*") if p.is_file() and p.suffix in (".wal", ".jsonl"))
    rows = store.read("SELECT * FROM invites")
    assert token not in repr(rows) and token.encode() not in kept
    assert len({circle.desk.invite(circle.group_id) for _ in range(20)}) == 20


def test_each_link_that_is_not_open_says_why(circle: Circle, store: Store, words: Content, clock: Clock) -> None:
    gate = Gate(store, clock)
    closed = circle.desk.invite(circle.group_id)
    circle.desk.close_invite(circle.group_id, circle.desk.invites(circle.group_id)[0].invite_id)
    short = circle.desk.invite(circle.group_id, days=1)
    used = circle.desk.invite(circle.group_id, kind="personal")
    full = circle.desk.invite(circle.group_id, seats=1)
    book_of(store, words, clock, "Kofi").sharing.join(used)
    book_of(store, words, clock, "Noor").sharing.join(full)
    clock.go_on(days=2)
    says = {
        name: by_link(gate, token)
        for name, token in (("closed", closed), ("short", short), ("used", used), ("full", full))
    }
    assert says == {"closed": "invite_closed", "short": "invite_expired", "used": "invite_used", "full": "invite_full"}
    assert by_link(gate, "nothing") == "invite_unknown"
    assert [by_link(gate, closed) for _ in range(20)] == ["invite_closed"] * 20, "a known link is no guess"


def test_a_place_is_free_again_when_someone_leaves_but_a_personal_link_is_spent(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    kofi, noor = book_of(store, words, clock, "Kofi"), book_of(store, words, clock, "Noor")
    group, own = circle.desk.invite(circle.group_id, seats=1), circle.desk.invite(circle.group_id, kind="personal")
    kofi.sharing.join(group)
    kofi.sharing.leave(circle.group_id)
    noor.sharing.join(group)
    kofi.sharing.join(own)
    store.remove_person(kofi.person_id)
    with pytest.raises(Refused) as refused:
        book_of(store, words, clock, "Sam").sharing.join(own)
    assert refused.value.code == "invite_used", "though whoever used it is deleted"


def test_nobody_joins_twice_nor_their_own_group(circle: Circle, store: Store, words: Content, clock: Clock) -> None:
    token = circle.desk.invite(circle.group_id)
    mara = MyWorkbook(store, words, circle.desk.coach_id, clock, "UTC")
    for book, code in ((mara, "own_group"), (circle.ada, "in_already")):
        with pytest.raises(Refused) as refused:
            book.sharing.join(token)
        assert refused.value.code == code


def test_joining_with_nothing_shared_is_a_full_membership(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    kofi = book_of(store, words, clock, "Kofi")
    kofis = circle.let_in(kofi)
    key = circle.desk.add_exercise(circle.group_id, OWN)
    assert kofi.content.exercise(key).by == "Mara"
    seen = next(s for s in circle.desk.people(circle.group_id) if s.membership_id == kofis)
    assert (seen.called, seen.scopes) == ("", frozenset())


def test_two_links_open_in_one_browser_are_not_taken_for_each_other(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    gate, cookie, lena = Gate(store, clock), fresh_cookie(), desk_of(store, words, clock, "Lena")
    first = gate.invitation(circle.desk.invite(circle.group_id), cookie, HOME)
    second = gate.invitation(lena.invite(lena.make_group(Group("Second", "Lena"))), cookie, HOME)
    held = [gate.held(cookie, one.invite.invite_id) for one in (first, second)]
    assert [one.group.name for one in held if one] == ["Tuesday circle", "Second"]
    gate.let_go(cookie, second.invite.invite_id)
    assert gate.held(cookie) == first


def test_a_browser_comes_back_to_the_link_it_opened_for_half_an_hour(
    circle: Circle, store: Store, clock: Clock
) -> None:
    gate, cookie = Gate(store, clock), fresh_cookie()
    token = circle.desk.invite(circle.group_id)
    assert gate.held(cookie) is None
    gate.invitation(token, cookie, HOME)
    held = gate.held(cookie)
    assert held is not None and (held.token, held.group.name) == (token, "Tuesday circle")
    assert gate.held(fresh_cookie()) is None
    clock.go_on(minutes=20)
    assert gate.held(cookie) is not None
    clock.go_on(minutes=11)
    assert gate.held(cookie) is None, "looking at it does not keep it longer"
    gate.invitation(token, cookie, HOME)
    circle.desk.close_invite(circle.group_id, circle.desk.invites(circle.group_id)[0].invite_id)
    with pytest.raises(Refused) as refused:
        gate.held(cookie)
    assert refused.value.code == "invite_closed"
    assert gate.held(cookie) is None


# Groups and their exercises


def test_hiding_adding_and_removing_loses_no_answer(circle: Circle, clock: Clock) -> None:
    key = circle.desk.add_exercise(circle.group_id, OWN)
    circle.ada.answer(key, "p1", "Soup with Noor.")
    circle.desk.remove_exercise(circle.group_id, key)
    kept = circle.ada.content.exercise(key)
    assert (kept.hidden, kept.by, kept.title) == (True, "Mara", "Your week")
    assert [s.value for s in circle.ada.saved(key)] == ["Soup with Noor."]
    assert circle.ada.answer(key, "p1", "Soup, twice.").value == "Soup, twice."
    circle.desk.delete_group(circle.group_id)
    assert [s.value for s in circle.ada.saved(key)] == ["Soup, twice."]
    grown = next(p for p in circle.ada.progress() if p.exercise.key == key)
    assert grown.answered == 1


def test_mended_words_are_for_those_who_have_not_answered_yet(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    kofi = book_of(store, words, clock, "Kofi")
    kofis = circle.let_in(kofi, "ticked")
    asked = [
        {"kind": "line", "ask": "What was lihgt?"},
        {"kind": "pick_one", "ask": "When?", "choices": ["Day", "Night"]},
    ]
    key = circle.desk.add_exercise(circle.group_id, {**OWN, "prompts": asked})
    saved = kofi.answer(key, "p1", "Soup")
    kofi.sharing.share_answer(circle.group_id, saved.answer_id)
    said = {"p1": ("What was light?", ""), "p2": ("At what time?", "Roughly.")}
    circle.desk.mend_exercise(circle.group_id, key, "Your days", "To look back.", said)
    mended, as_answered = circle.ada.content.exercise(key), kofi.content.exercise(key)
    assert (mended.title, [p.ask for p in mended.prompts]) == ("Your days", ["What was light?", "At what time?"])
    assert [(p.kind, [o.key for o in p.options]) for p in mended.prompts] == [("line", []), ("pick_one", ["c1", "c2"])]
    assert (as_answered.title, as_answered.prompts[0].ask, as_answered.hidden) == (
        "Your week",
        "What was lihgt?",
        False,
    )
    [seen] = circle.desk.person(circle.group_id, kofis).answers or ()
    assert (seen.question, seen.words) == ("What was lihgt?", "Soup")
    for prompts, code in (({"p1": said["p1"]}, "not_here"), ({**said, "p1": (" ", "")}, "question_empty")):
        with pytest.raises(Refused) as refused:
            circle.desk.mend_exercise(circle.group_id, key, "Your days", "", prompts)
        assert refused.value.code == code


def test_a_hidden_exercise_still_takes_answers(circle: Circle) -> None:
    circle.desk.change_group(circle.group_id, Group("Tuesday circle", "Mara", hidden=("reflect.drifted",)))
    assert circle.ada.content.exercise("reflect.drifted").hidden
    circle.ada.answer("reflect.drifted", "together", "more of it")
    assert circle.ada.versions("reflect.drifted", "together")[0].value == "more of it"


def test_words_that_stay_the_same_are_not_kept_again(circle: Circle, store: Store) -> None:
    circle.desk.change_group(circle.group_id, Group("Tuesday circle", "Mara"))
    assert store.read("SELECT count(*) FROM coach_groups") == [(1,)]
    circle.desk.change_group(circle.group_id, Group("Wednesday circle", "Mara"))
    assert store.read("SELECT count(*) FROM coach_groups") == [(1,)], "nor are the words before"
    assert circle.desk.group(circle.group_id).name == "Wednesday circle"


def test_a_group_that_ends_leaves_every_workbook_whole_and_tells_its_members(circle: Circle, clock: Clock) -> None:
    grant(circle, *SCOPES)
    before = circle.ada.everything_answered()
    token = circle.desk.invite(circle.group_id)
    circle.desk.delete_group(circle.group_id)
    assert circle.ada.everything_answered() == before and circle.ada.sharing.groups() == []
    assert {e.state for e in circle.ada.consents()[-4:]} == {"withdrawn"}
    [ended] = circle.ada.sharing.ended()
    assert (ended.group, ended.coach) == ("Tuesday circle", "Mara")
    circle.ada.sharing.note_told(circle.group_id)
    assert circle.ada.sharing.ended() == []
    assert by_link(Gate(circle.desk._store, clock), token) == "invite_unknown"
    with pytest.raises(Refused):
        circle.desk.people(circle.group_id)


def test_a_coach_who_deletes_everything_ends_their_groups(
    circle: Circle, store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(circle, *SCOPES)
    gate = Gate(store, clock)
    gate.delete_everything(Session("s", circle.desk.coach_id, clock(), clock() + timedelta(hours=1), clock(), False))
    assert circle.ada.sharing.groups() == []
    assert [(m.group, m.coach) for m in circle.ada.sharing.ended()] == [("Tuesday circle", "Mara")]
    assert store.read("SELECT count(*) FROM coach_groups") == [(0,)]
    assert SECRET in [s.value for s in circle.ada.everything_answered()]


def test_a_person_who_deletes_everything_is_gone_from_the_desk(circle: Circle, store: Store) -> None:
    grant(circle, *SCOPES)
    circle.desk.people(circle.group_id)
    circle.desk.send_note(circle.group_id, circle.membership_id, "Good to have you here.")
    store.remove_person(circle.ada.person_id)
    assert circle.desk.people(circle.group_id) == []
    assert store.read("SELECT count(*) FROM looks") == [(0,)]


def test_leaving_ends_all_sharing_and_joining_again_brings_none_back(circle: Circle) -> None:
    grant(circle, *SCOPES)
    circle.ada.sharing.leave(circle.group_id)
    again = circle.let_in(circle.ada, called="A.")
    assert again != circle.membership_id
    [seen] = circle.desk.people(circle.group_id)
    assert (seen.membership_id, seen.scopes) == (again, frozenset())
    assert circle.ada.sharing.groups()[0].answers == frozenset()


@pytest.mark.parametrize("gone", ["erased", "forgotten"])
def test_what_was_erased_and_comes_back_from_files_is_shared_with_nobody(circle: Circle, gone: str) -> None:
    """Nor where the words of the file are others: it was said yes to those alone that stood there then."""
    grant(circle, "ticked")
    noor = next(m.member_id for m in circle.ada.members() if m.name == NAMES[0])
    heard = circle.ada.content.exercise("reflect.who_listens").prompt("heard").options[0].key
    about = circle.ada.answer("reflect.who_listens", "heard", heard, about=noor)
    circle.ada.sharing.share_answer(circle.group_id, about.answer_id)
    files = bundle.unpacked(export.everything(circle.ada))
    shared = {"erased": circle.answer_id, "forgotten": about.answer_id}[gone]
    if gone == "erased":
        circle.ada.erase("reflect.someone_stayed", "story")
    else:
        circle.ada.forget(noor)
    assert [e.state for e in circle.ada.consents() if e.answer_id == shared] == ["granted", "withdrawn"]
    files["answers.csv"] = files["answers.csv"].replace(LATER.encode(), SECRET.encode())
    circle.ada.take_in(circle.ada.compare(bundle.read(files, circle.ada.content)))
    assert any(s.exercise == "reflect.someone_stayed" for s in circle.ada.everything_answered())
    answers = circle.desk.person(circle.group_id, circle.membership_id).answers or ()
    assert shared not in [one.answer_id for one in answers] and len(answers) == 1


def test_an_answer_whose_consent_still_stands_comes_from_files_under_another_id(circle: Circle, store: Store) -> None:
    """As where somebody it was about was cleared out of the trash, which is done without any key."""
    grant(circle, "ticked")
    files = bundle.unpacked(export.everything(circle.ada))
    circle.ada.sharing.share_answer(circle.group_id, circle.ada.saved("reflect.someone_stayed")[-1].answer_id)
    with store.writing() as tx:
        tx.run("DELETE FROM answers WHERE exercise = 'reflect.someone_stayed'")
    circle.ada.take_in(circle.ada.compare(bundle.read(files, circle.ada.content)))
    assert [s.value for s in circle.ada.saved("reflect.someone_stayed")] == [LATER]
    assert circle.desk.person(circle.group_id, circle.membership_id).answers == ()


# Totals


def test_totals_need_five_and_rest_when_one_of_few_goes(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    books = [book_of(store, words, clock, f"P{n}") for n in range(5)]
    for number, book in enumerate(books):
        book.add_member("x", place="core")
        circle.let_in(book, "shape", *(["steps"] if number < 4 else []))
        book.note_opened("reflect.drifted")
    board = circle.desk.board(circle.group_id)
    assert (board.joined, board.steps_of, board.opened, board.shape_of) == (6, None, None, 5)
    assert board.shape is not None and board.shape[-1] == Count(clock().date(), 5, 0, 0)
    grant(circle, "shape")
    assert circle.desk.board(circle.group_id).shape_of == 5, "a single newcomer is not counted yet"
    books[0].sharing.withdraw(circle.group_id, "shape")
    assert circle.desk.board(circle.group_id).shape is None, "one less would tell what just this one has"
    clock.go_on(days=29)
    assert circle.desk.board(circle.group_id).shape_of == 5
    books[4].sharing.grant(circle.group_id, "steps")
    assert circle.desk.board(circle.group_id).opened == {"reflect": 5, "reach_out": 0, "reconnect": 0, "stay_open": 0}


@pytest.mark.promise("consent_field_matrix")
def test_a_past_day_is_never_told_again_of_fewer_people(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    books = [book_of(store, words, clock, f"P{n}") for n in range(6)]
    for number, book in enumerate(books):
        circle.let_in(book, "shape")
        for other in range(number + 1):
            book.add_member(f"x{other}", place="core")
    day = clock().date()

    def told() -> dict[date, Count]:
        board = circle.desk.board(circle.group_id)
        return {one.day: one for one in board.shape or ()}

    with_all = told()
    assert with_all[day].core == 1 + 2 + 3 + 4 + 5 + 6
    assert len(with_all) == 4, "nobody else was ever counted, so earlier days may be told"
    clock.go_on(days=1)
    books[5].sharing.withdraw(circle.group_id, "shape")
    assert told() == {}
    clock.go_on(days=55)
    without = told()
    assert list(without) == [clock().date()] and without[clock().date()].core == 15
    clock.go_on(days=63)
    assert list(told()) == [day + timedelta(days=61), day + timedelta(days=119)], "it grows from there"


def test_the_desk_opens_with_five_statements_at_most(
    circle: Circle, store: Store, words: Content, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(circle, *SCOPES)
    for number in range(6):
        circle.let_in(book_of(store, words, clock, f"P{number}"), *SCOPES)
    asked: list[str] = []
    for door, name in ((engine.Writing, "run"), (engine.Engine, "read")):
        before = getattr(door, name)

        def counting(self: Any, sql: str, params: Any = None, *, before: Any = before) -> Any:
            asked.append(sql)
            return before(self, sql, params)

        monkeypatch.setattr(door, name, counting)
    each = []
    for hours in (0, 1, 24):
        clock.go_on(hours=hours)
        asked.clear()
        circle.desk.overview(circle.group_id)
        each.append(len(asked))
    assert each == [6, 4, 5], "two more where those counted change, one more at the first look of a day"


def test_who_deletes_everything_while_the_desk_opens_is_not_on_it(
    circle: Circle, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read and listed already, and gone before it is opened: the others are shown."""
    kofi = circle.let_in(book_of(circle.ada._store, circle.desk.content, clock, "Kofi"), called="K.")
    monkeypatch.setattr(coach_desk, "note", lambda *a, **k: circle.ada._store.remove_person(circle.ada.person_id))
    found = circle.desk.overview(circle.group_id)
    assert found is not None and [one.membership_id for one in found.people] == [kofi]


# Notes


def test_a_name_taken_back_is_not_kept_beside_the_notes_that_were_sent(circle: Circle) -> None:
    def called() -> list[str]:
        return [n.called for n in circle.desk.notes(circle.group_id, circle.membership_id)]

    circle.desk.send_note(circle.group_id, circle.membership_id, "Good to have you here.")
    assert called() == ["A."]
    circle.ada.sharing.call_me(circle.group_id, "")
    assert called() == [""]


def test_a_note_is_kept_on_both_sides_until_they_are_switched_off(circle: Circle) -> None:
    circle.desk.send_note(circle.group_id, circle.membership_id, "  Good to have *you* here.\n")
    [received] = circle.ada.sharing.notes()
    [sent] = circle.desk.notes(circle.group_id, circle.membership_id)
    assert (received.way, sent.way, received.words) == ("received", "sent", sent.words)
    assert sent.words == "  Good to have *you* here.\n"
    circle.ada.sharing.put_away_note(received.note_id)
    assert circle.ada.sharing.notes()[0].read_at is not None
    assert circle.desk.notes(circle.group_id, circle.membership_id)[0].read_at is None, (
        "a coach is not told who read what"
    )
    circle.ada.sharing.switch_notes(circle.group_id, on=False)
    assert circle.desk.people(circle.group_id)[0].notes_off
    with pytest.raises(Refused) as refused:
        circle.desk.send_note(circle.group_id, circle.membership_id, "Hello?")
    assert refused.value.code == "notes_off" and len(circle.ada.sharing.notes()) == 1
    circle.ada.sharing.switch_notes(circle.group_id, on=True)
    for _ in range(2):
        circle.desk.send_note(circle.group_id, circle.membership_id, "Hello again")
    with pytest.raises(Refused) as refused:
        circle.desk.send_note(circle.group_id, circle.membership_id, "And again")
    assert refused.value.code == "notes_enough" and len(circle.ada.sharing.notes()) == 3


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda c: c.ada.sharing.switch_notes(c.group_id, on=False), "notes_off"),
        (lambda c: c.ada.sharing.leave(c.group_id), "not_here"),
        (lambda c: c.desk.send_note(c.group_id, c.membership_id, "From another tab"), "notes_enough"),
    ],
)
def test_no_note_is_kept_that_may_not_be_any_more(
    circle: Circle, act: Callable[[Circle], Any], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something else is saved just as the note is to be kept: it comes after, or the note is not kept."""
    for _ in range(2):
        circle.desk.send_note(circle.group_id, circle.membership_id, "Good to have you here.")
    real, order = groups.send_note, list[str]()

    def keep(*asked: Any) -> str:
        if threading.current_thread() is threading.main_thread():
            other.start()
            other.join(0.5)
            note_id = real(*asked)
            order.append("kept")
            return note_id
        return real(*asked)

    def do() -> None:
        with suppress(Refused):
            act(circle)
        order.append("done")

    other = threading.Thread(target=do)
    monkeypatch.setattr(groups, "send_note", keep)
    circle.desk.send_note(circle.group_id, circle.membership_id, "One more")
    other.join(10)
    assert order == ["kept", "done"]
    assert len(circle.ada.sharing.notes()) == 3
    with pytest.raises(Refused) as refused:
        circle.desk.send_note(circle.group_id, circle.membership_id, "And one more")
    assert refused.value.code == code


@pytest.mark.parametrize(("note", "code"), [(" \n", "note_empty"), ("x" * 501, "text_long"), ("\x00", "text_odd")])
def test_a_note_that_cannot_be_kept_is_refused(circle: Circle, note: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        circle.desk.send_note(circle.group_id, circle.membership_id, note)
    assert refused.value.code == code


# Two windows of one coach


def test_what_two_windows_add_at_once_is_all_kept(circle: Circle, store: Store, words: Content, clock: Clock) -> None:
    def add(number: int) -> None:
        desk = CoachDesk(store, words, circle.desk.coach_id, clock)
        for again in range(4):
            desk.add_exercise(circle.group_id, {**OWN, "title": f"{number}.{again}"})

    windows = [threading.Thread(target=add, args=(number,)) for number in range(2)]
    for window in windows:
        window.start()
    for window in windows:
        window.join(60)
    assert len(circle.desk.group(circle.group_id).added) == 8


def test_words_of_an_exercise_that_are_not_said_anew_stay(circle: Circle) -> None:
    key = circle.desk.add_exercise(circle.group_id, OWN)
    circle.desk.mend_exercise(circle.group_id, key, None, "To look back.", {"p1": (None, "A word will do.")})
    [kept] = circle.desk.group(circle.group_id).added
    assert (kept["title"], kept["purpose"]) == ("Your week", "To look back.")
    assert (kept["prompts"][0]["ask"], kept["prompts"][0]["help"]) == ("What was light this week?", "A word will do.")


def test_a_coach_can_go_on_after_an_update_that_takes_an_exercise_away(circle: Circle, store: Store) -> None:
    circle.desk.change_group(circle.group_id, Group("Tuesday circle", "Mara", hidden=("reflect.drifted",)))
    steps = tuple(
        replace(step, exercises=tuple(e for e in step.exercises if e.key != "reflect.drifted"))
        for step in circle.desk.content.steps
    )
    updated = CoachDesk(store, replace(circle.desk.content, steps=steps), circle.desk.coach_id, circle.desk._clock)
    updated.add_exercise(circle.group_id, OWN)
    assert updated.group(circle.group_id).hidden == () and len(updated.group(circle.group_id).added) == 1


# The file


def test_the_file_documents_its_columns_and_runs_nothing(
    circle: Circle, store: Store, words: Content, clock: Clock
) -> None:
    kofi = book_of(store, words, clock, "Kofi")
    circle.let_in(kofi, "steps", called="=HYPERLINK(1)")
    text = circle.desk.weeks(circle.group_id).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == list(CSV_COLUMNS)
    assert rows[0]["person"] == "'=HYPERLINK(1)"


# Becoming a coach


@pytest.fixture
def gate(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Gate:
    monkeypatch.setattr(passphrases, "hashed", quick_hash)
    return Gate(store, clock, coach_code="hosts own code 12345")


def session_of(person_id: str, clock: Clock) -> Session:
    return Session(new_id(), person_id, clock(), clock() + timedelta(hours=1), clock(), False)


def test_a_set_up_code_makes_one_coach_once(gate: Gate, store: Store, clock: Clock) -> None:
    ada, kofi = person(store, "Ada"), person(store, "Kofi")
    code = gate.new_coach_code()
    assert not gate.is_coach(ada)
    gate.become_coach(session_of(ada, clock), f" {code.lower()} ", HOME)
    assert gate.is_coach(ada)
    with pytest.raises(Refused) as refused:
        gate.become_coach(session_of(kofi, clock), code, HOME)
    assert refused.value.code == "coach_code_wrong" and not gate.is_coach(kofi)


def test_a_set_up_code_that_lay_about_for_two_weeks_opens_nothing(gate: Gate, store: Store, clock: Clock) -> None:
    ada = person(store, "Ada")
    code = gate.new_coach_code()
    clock.go_on(days=14)
    with pytest.raises(Refused, match="coach_code_wrong"):
        gate.become_coach(session_of(ada, clock), code, HOME)
    gate.become_coach(session_of(ada, clock), gate.new_coach_code(), HOME)


def test_a_new_code_makes_the_one_before_worthless(gate: Gate, store: Store, clock: Clock) -> None:
    ada = person(store, "Ada")
    old, new = gate.new_coach_code(), gate.new_coach_code()
    with pytest.raises(Refused):
        gate.become_coach(session_of(ada, clock), old, HOME)
    gate.become_coach(session_of(ada, clock), new, HOME)


def test_the_hosts_own_code_is_taken_once_too(gate: Gate, store: Store, clock: Clock) -> None:
    ada, kofi = person(store, "Ada"), person(store, "Kofi")
    gate.become_coach(session_of(ada, clock), "HOSTS-OWN-CODE-12345", HOME)
    with pytest.raises(Refused):
        gate.become_coach(session_of(kofi, clock), "hosts own code 12345", HOME)
    assert gate.is_coach(ada) and not gate.is_coach(kofi)


def test_the_first_code_is_told_while_there_is_neither_coach_nor_code(store: Store, clock: Clock) -> None:
    gate = Gate(store, clock)
    code = gate.first_coach_code()
    assert len(code.replace("-", "")) == 20 and gate.first_coach_code() == ""
    assert Gate(store, clock, coach_code="hosts own code 12345").first_coach_code() == ""


def test_set_up_codes_cannot_be_guessed(gate: Gate, store: Store, clock: Clock) -> None:
    ada = person(store, "Ada")
    gate.new_coach_code()
    ends = []
    for number in range(2_000):
        try:
            gate.become_coach(session_of(ada, clock), f"{number:020}", HOME)
        except Refused as refused:
            ends.append(refused.code)
        clock.go_on(seconds=9)
    assert set(ends) == {"coach_code_wrong", "wait"} and ends.count("coach_code_wrong") <= 5 * 6
    assert not gate.is_coach(ada)


def test_who_deletes_everything_while_a_file_is_made_holds_up_no_file(
    circle: Circle, store: Store, words: Content, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle.let_in(book_of(store, words, clock, "Kofi"), "shape", called="K.")
    grant(circle, "shape")
    monkeypatch.setattr(coach_desk, "note", lambda *a, **k: store.remove_person(circle.ada.person_id))
    rows = list(csv.DictReader(io.StringIO(circle.desk.weeks(circle.group_id).decode("utf-8-sig"))))
    assert "K." in {row["person"] for row in rows}


def test_every_column_of_the_file_is_explained_in_the_guide_for_coaches() -> None:
    guide = (ROOT / "docs" / "coaching.md").read_text("utf-8")
    assert [name for name in CSV_COLUMNS if f"`{name}`" not in guide] == []


# Names that come back, two windows, and days


def words_read(circle: Circle) -> list[str]:
    return [a.words for a in circle.desk.person(circle.group_id, circle.membership_id).answers or ()]


def newest(book: MyWorkbook, exercise: str, prompt: str) -> str:
    return next(one.answer_id for one in book.saved(exercise) if one.prompt == prompt)


def test_what_is_shared_while_somebody_lies_in_the_trash_gains_no_name_when_they_come_back(circle: Circle) -> None:
    grant(circle, "ticked")
    ada = circle.ada
    kim, sam = ada.add_member("Kim"), ada.add_member("Sam")
    ada.answer("reflect.drifted", "names", [kim, sam])
    ada.delete_member(sam)
    names = newest(ada, "reflect.drifted", "names")
    ada.sharing.share_answer(circle.group_id, names)
    assert words_read(circle) == [SHARED, "Kim"]
    ada.bring_back_member(sam)
    assert words_read(circle) == [SHARED]
    assert names not in {one.saved.answer_id for one in ada.sharing.ticked()}, "and she can see so"
    ada.sharing.share_answer(circle.group_id, names)
    assert words_read(circle) == [SHARED, "Kim, Sam"]


def test_a_door_that_is_saved_again_elsewhere_comes_into_no_answer_shared_meanwhile(circle: Circle) -> None:
    grant(circle, "ticked")
    ada = circle.ada
    lines = [one["key"] for one in ada.content.help_lines][:1]
    ada.answer("reconnect.three_doors", "doors", [*lines, "counsellor"])
    ada.delete_member(next(m.member_id for m in ada.members() if m.name not in (*NAMES, "A counsellor")))
    ada.sharing.share_answer(circle.group_id, newest(ada, "reconnect.three_doors", "doors"))
    assert words_read(circle) == [SHARED, "A counsellor"]
    ada.answer("reconnect.bad_hour", "lines", lines)
    assert words_read(circle) == [SHARED]


def test_what_is_about_somebody_is_shared_no_more_once_they_are_in_the_trash(circle: Circle) -> None:
    grant(circle, "ticked")
    ada = circle.ada
    zoe = ada.add_member("Zoe", place="core")
    said = ada.answer("reflect.who_listens", "heard", "yes", about=zoe)
    ada.sharing.share_answer(circle.group_id, said.answer_id)
    assert len(words_read(circle)) == 2
    ada.delete_member(zoe)
    assert said.answer_id not in ada.sharing.groups()[0].answers, "nothing is shared that no list shows"
    ada.bring_back_member(zoe)
    assert words_read(circle) == [SHARED]


def test_a_merge_while_a_third_lies_in_the_trash_shows_no_name_that_was_not_shared(circle: Circle) -> None:
    grant(circle, "ticked")
    ada = circle.ada
    sam, full, zoe = (ada.add_member(name) for name in ("S.", "Samuel Okafor", "Zoe"))
    hello = ada.begin_hello(sam)
    ada.sharing.share_answer(circle.group_id, newest(ada, "reach_out.pick", "who"))
    ada.answer("reach_out.pick", "who", zoe, occasion=hello)
    ada.delete_member(zoe)
    ada.merge(full, sam)
    ada.bring_back_member(zoe)
    assert "Samuel" not in repr(words_read(circle))


def test_one_version_of_an_answer_is_shared_whatever_another_window_shared(circle: Circle, store: Store) -> None:
    grant(circle, "ticked")
    ada = circle.ada
    versions = ada.versions("reflect.someone_stayed", "story")
    assert [one.value for one in versions] == [LATER, SHARED]
    ada.sharing.share_answer(circle.group_id, versions[0].answer_id)  # a window that was opened before
    assert words_read(circle) == [LATER]
    third = ada.answer("reflect.someone_stayed", "story", "A third version")
    ada.sharing.share_answer(circle.group_id, third.answer_id)
    ada.sharing.unshare_versions(circle.group_id, versions[0].answer_id)  # the older window, which knows of one
    assert words_read(circle) == [] and circle.ada.sharing.ticked() == []


@pytest.mark.parametrize("late", ["note_told", "told too late"])
def test_whoever_joins_anew_can_leave_however_late_another_window_says_that_they_were_told(
    circle: Circle, store: Store, late: str
) -> None:
    circle.desk.let_go(circle.group_id, circle.membership_id)
    [ended] = circle.ada.sharing.ended()
    token = circle.desk.invite(circle.group_id)
    if late == "note_told":
        waiting, go_on = threading.Event(), threading.Event()
        sharing = circle.ada.sharing
        writing = sharing._writing

        def late_writing() -> AbstractContextManager[Pen]:
            waiting.set()
            assert go_on.wait(20)
            return writing()

        sharing._writing = late_writing
        other = threading.Thread(target=sharing.note_told, args=(circle.group_id,))
        other.start()
        assert waiting.wait(20)
    circle.ada.sharing.join(token, called="A.", scopes=("steps",))
    if late == "note_told":
        go_on.set()
        other.join()
    else:
        with circle.ada._pen() as pen:
            groups.note_told(pen, ended)
    circle.ada.sharing.withdraw(circle.group_id, "steps")
    assert [one.scopes for one in circle.desk.people(circle.group_id)] == [frozenset()]
    circle.ada.sharing.leave(circle.group_id)
    assert circle.desk.people(circle.group_id) == []


def test_today_says_nothing_of_a_restored_backup_where_something_is_shared_again(circle: Circle, store: Store) -> None:
    grant(circle, "shape")
    groups.pause_sharing(store, circle.desk._clock())
    assert len(circle.ada.sharing.paused()) == 1
    circle.ada.sharing.switch_notes(circle.group_id, on=True)
    assert len(circle.ada.sharing.paused()) == 1
    grant(circle, "steps")
    assert circle.ada.sharing.paused() == []


def test_a_group_made_while_its_coach_ends_is_ended_too_or_refused(circle: Circle, store: Store, clock: Clock) -> None:
    with store.engine.lock:
        ending = threading.Thread(target=groups.end_coach, args=(store, circle.desk.coach_id, clock()))
        ending.start()  # it waits
        made = circle.desk.make_group(Group("Made meanwhile", "Mara"))
        circle.ada.sharing.join(circle.desk.invite(made), scopes=("steps",))
    ending.join()
    assert circle.desk.groups() == {} and circle.ada.sharing.groups() == []
    assert {one.group for one in circle.ada.sharing.ended()} == {"Tuesday circle", "Made meanwhile"}
    with pytest.raises(Refused):
        circle.desk.make_group(Group("Too late", "Mara"))


def test_a_look_before_a_consent_that_waited_its_turn_is_not_the_look_after_it(circle: Circle, clock: Clock) -> None:
    grant(circle, "ticked")
    clock.go_on(minutes=5)
    before = len(circle.ada.sharing.looks())
    later = circle.ada.versions("reflect.someone_stayed", "story")[0].answer_id
    with circle.desk._store.engine.lock:
        sharing = threading.Thread(target=circle.ada.sharing.share_answer, args=(circle.group_id, later))
        sharing.start()
        time.sleep(0.2)  # it waits for its turn now
        clock.go_on(seconds=2)
        assert words_read(circle) == [SHARED]
        clock.go_on(seconds=1)
    sharing.join()
    clock.go_on(seconds=5)
    assert words_read(circle) == [LATER]
    assert len(circle.ada.sharing.looks()) == before + 2


def test_the_days_of_the_list_are_sundays_so_that_no_look_tells_the_day_of_a_move(circle: Circle, clock: Clock) -> None:
    grant(circle, "shape")
    seen = []
    for _ in range(7):
        [one] = circle.desk.people(circle.group_id)
        assert one.shape
        *before, today = one.shape
        assert all(count.day.isoweekday() == 7 for count in before) and today.day == clock().date()
        seen.append(repr(before))
        clock.go_on(days=1)
    assert len(set(seen)) == 2, "they change on Sunday, once: one more look tells no more than a week"
