"""Two spellings of one person: which are asked about, and what holds once both are one. Then the same on a real store."""

import io
import json
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.characters import FINE, Clock, book_of, coach
from workbook import export
from workbook.answers import TEXT_LONGEST
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.content import Content
from workbook.csv_files import restore
from workbook.merging import Noted, alike, beside_resting, instead, merged, pairs, refuse_two, to_note, twins
from workbook.my_workbook import MyWorkbook
from workbook.pod import Member
from workbook.refused import Refused
from workbook.store import answers as kept
from workbook.store import merging as merging_rows
from workbook.store.engine import Writing
from workbook.store.opening import OF_ONE_PERSON, Store, open_store

DAY = date(2026, 3, 2)
SEALED_BY = {"answers": "answer_id", "member_facts": "fact_id", "tries": "row_id", "choices": "choice_id"}

# Spellings

SAME = (
    ("Ána", "Ana"),
    ("Jo-Ann", "Joann"),
    ("Mum ", "mum"),
    ("Katharine", "Katherine"),
    ("Katharine Jones", "Katherine Jones"),
    ("Catherine", "Katherine"),
    ("Mohammed", "Mohamed"),
    ("Mohammad", "Mohamed"),
    ("Michael", "Micheal"),
    ("Alan", "Allan"),
    ("Sara", "Sarah"),
    ("Jon", "John"),
    ("Thomas", "Tomas"),
    ("Philipp", "Philip"),
    ("Ruth", "Ruth B"),
    ("Ruth B.", "Ruth"),
    ("Ruth B.", "Ruth Brown"),
    ("Brown, Ruth", "Ruth Brown"),
    ("Jörg", "Joerg"),
    ("Jörg", "Jorg"),
    ("Bjørn", "Bjorn"),
    ("Łukasz", "Lukasz"),
    ("Straße", "Strasse"),
    ("O’Neill", "O'Neill"),
    ("Dr. Osei", "Dr Osei"),
    ("ＲＵＴＨ", "Ruth"),
    ("🐶 Rex", "🐶Rex"),
    ("محمد", "مُحَمَّد"),
    ("علی\u200cرضا", "علیرضا"),
    ("Екатерина", "Екатирина"),
    ("Семён", "Семен"),
    ("李 明", "李明"),
    ("한별", unicodedata.normalize("NFD", "한별")),
)
TWO = (
    ("Jo", "Jon"),
    ("Ann", "Ian"),
    ("Tim", "Tom"),
    ("Sam", "Sue"),
    ("Ana", "Anna"),
    ("Joan", "Joann"),
    ("Maria", "Marie"),
    ("Daniel", "Daniela"),
    ("Christian", "Christina"),
    ("Ellen", "Helen"),
    ("Ana", "Hana"),
    ("Mary Smith", "Mark Smith"),
    ("Ruth A", "Ruth B"),
    ("Ruth", "Ruth Brown"),
    ("Group 1", "Group 2"),
    ("Room 1001001", "Room 1001002"),
    ("Monday group", "Sunday group"),
    ("राम", "रमा"),
    ("かな", "がな"),
    ("李明", "李娜"),
    ("李", "李 明"),
    ("🐶", "🐱"),
    ("???", "!!!"),
)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_that_may_be_one(one: str, other: str) -> None:
    assert alike(one, other) and alike(other, one)


@pytest.mark.parametrize(("one", "other"), TWO)
def test_two_names_that_are_two(one: str, other: str) -> None:
    assert not alike(one, other) and not alike(other, one)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_names_can_be_compared_and_the_order_does_not_matter(one: str, other: str) -> None:
    assert alike(one, one)
    assert alike(one, other) == alike(other, one)


RUTH = Member("r", "Katherine", 1)


@pytest.mark.parametrize(
    ("other", "asked"),
    [
        (Member("k", "Katharine", 2), True),
        (Member("k", "Katherine", 2), True),
        (Member("k", "Kit", 2, also_called=("Katharine",)), True),
        (Member("k", "Kit", 2), False),
        (Member("k", "Katharine", 2, kind="group"), False),
        (Member("k", "Katharine", 2, kind="pet"), False),
        (Member("k", "Katharine", 2, apart=("one",)), True),
        (Member("k", "Katharine", 2, apart=("both",)), False),
        (Member("r", "Katharine", 1), False),
    ],
)
def test_a_twin_is_spelled_alike_of_the_same_sort_and_not_said_apart(other: Member, asked: bool) -> None:
    one = replace(RUTH, apart=("both", "mine"))
    assert twins(one, [one, other]) == ([other] if asked else [])


def test_a_name_spelled_like_one_not_for_now_rests_until_they_are_said_to_be_two() -> None:
    zoe, plain, noor = (Member(name, name, at) for at, name in enumerate(("Zoë", "zoe", "Noor")))
    resting = replace(zoe, contact="not_for_now")
    assert beside_resting([resting, plain, noor]) == {"zoe"}
    assert beside_resting([zoe, plain, noor]) == set()
    assert beside_resting([resting, replace(plain, contact="not_for_now")]) == set(), "they rest by themselves"
    assert beside_resting([replace(resting, parted="died"), plain]) == set()
    assert beside_resting([replace(resting, apart=("m",)), replace(plain, apart=("m",))]) == set()


def test_every_two_that_are_alike_are_found_and_no_others() -> None:
    names = sorted({name for pair in SAME for name in pair})
    members = [Member(str(at), name, at) for at, name in enumerate(names)]
    found = {(one.name, other.name) for one, other in pairs(members)}
    wanted = {(a, b) for at, a in enumerate(names) for b in names[at + 1 :] if alike(a, b)}
    assert found == wanted and len(found) > 20


# What holds afterwards


def noted(day: int = 0, seq: int = 1, /, **values: Any) -> dict[str, Noted]:
    return {field.replace("__", "."): Noted(value, DAY + timedelta(days=day), seq) for field, value in values.items()}


RULES = [
    # notes and other texts: both, whole
    ("notes", "Likes tea", "Rings late", "Likes tea\n\nRings late"),
    ("notes", "Likes tea", "Likes tea", "Likes tea"),
    ("notes", "", "Rings late", "Rings late"),
    ("notes", "Likes tea", None, "Likes tea"),
    ("how_known", "School", "Choir", "School · Choir"),
    ("how", "by bus", "by train", "by bus · by train"),
    ("next_step", "ring", "write", "ring · write"),
    # kinds of help: what either is good for
    ("good_for.listen", True, False, True),
    ("good_for.listen", False, True, True),
    ("good_for.listen", None, True, True),
    ("good_for.listen", False, False, False),
    # contact: not for now holds over all, whichever is newer
    ("contact", "ok", "not_for_now", "not_for_now"),
    ("contact", "not_for_now", "ok", "not_for_now"),
    ("contact", "not_for_now", "unscreened", "not_for_now"),
    ("contact", "unscreened", "not_for_now", "not_for_now"),
    ("contact", None, "not_for_now", "not_for_now"),
    ("contact", "not_for_now", None, "not_for_now"),
    ("contact", "ok", None, "ok"),
    ("contact", None, "ok", "ok"),
    ("contact", "unscreened", "ok", "ok"),
    ("contact", "ok", "unscreened", "unscreened"),  # taken back later: to be asked again
    # other choices: the newest that says anything
    ("heard", "yes", "partly", "partly"),
    ("heard", "yes", "", "yes"),
    ("closeness", 4, 0, 0),
    ("closeness", 4, None, 4),
    ("rhythm", "week", "never", "never"),
    # the later day
    ("quiet_until", "2026-04-01", "2026-03-09", "2026-04-01"),
    # the kept one's own
    ("kind", "group", "faith", "group"),
    ("name", "Katherine", "Katharine", "Katherine"),
    ("door", None, "adfam", "adfam"),
    ("apart", ["a"], ["b", "a"], ["a", "b"]),
    # left out under one name is left out
    ("pictured", False, True, False),
    ("pictured", None, False, False),
    ("pictured", True, None, True),
]


@pytest.mark.parametrize(("field", "own", "theirs", "held"), RULES)
def test_what_holds_of_two_that_are_one(field: str, own: Any, theirs: Any, held: Any) -> None:
    """`theirs` is the newer note; None stands for no note at all."""
    mine = {} if own is None else {field: Noted(own, DAY, 1)}
    others = {} if theirs is None else {field: Noted(theirs, DAY, 2)}
    assert merged(mine, others)[field].value == held


@pytest.mark.parametrize(
    ("own", "theirs", "held"),
    [
        (("year", 0, 9), ("week", -2, 3), "week"),
        (("week", -400, 3), ("month", 0, 9), "month"),
        (("week", 0, 3), ("", 0, 9), "week"),
        (("week", 0, 3), None, "week"),
    ],
)
def test_an_older_word_noted_later_does_not_move_the_last_contact_back(own: Any, theirs: Any, held: str) -> None:
    facts = [{"last_touch": Noted(t[0], DAY + timedelta(days=t[1]), t[2])} if t else {} for t in (own, theirs)]
    assert merged(*facts)["last_touch"].value == held


def test_every_other_spelling_is_kept_once_and_the_name_that_stays_is_none_of_them() -> None:
    own = noted(name="Katherine", also_called=["Kate"])
    theirs = noted(name="Katharine", also_called=["Kath", "Katherine", "Kate"])
    assert merged(own, theirs)["also_called"].value == ["Kate", "Katharine", "Kath"]


def test_only_what_would_not_hold_by_itself_is_noted_anew() -> None:
    own = noted(name="K", kind="person", heard="yes", notes="a", good_for__listen=True, contact="not_for_now")
    theirs = noted(2, 5, name="C", kind="person", heard="partly", notes="b", good_for__listen=False, contact="ok")
    wanted = {field: one.value for field, one in to_note(own, theirs).items()}
    assert wanted == {"notes": "a\n\nb", "good_for.listen": True, "contact": "not_for_now", "also_called": ["C"]}
    assert to_note(own, theirs)["good_for.listen"].on_day == DAY


def test_a_not_for_now_of_one_is_noted_anew_even_where_it_is_the_newest() -> None:
    """What an answer meant is taken back with the answer; of two that were one by then nobody must become `ok` by that."""
    for own, theirs in (("ok", "not_for_now"), (None, "not_for_now")):
        mine = noted(contact=own) if own else {}
        assert to_note(mine, noted(0, 2, contact=theirs))["contact"].value == "not_for_now"
    assert "contact" not in to_note(noted(contact="ok"), noted(0, 2, contact="ok"))


def test_two_texts_too_long_for_one_field_are_refused_and_never_cut() -> None:
    half = "a" * (TEXT_LONGEST // 2)
    assert len(merged(noted(notes=half), noted(notes="b" + half[3:]))["notes"].value) == TEXT_LONGEST
    with pytest.raises(Refused) as refused:
        merged(noted(notes=half), noted(notes=half + "b"))
    assert (refused.value.code, refused.value.facts) == ("merge_long", {"over": 3})


@pytest.mark.parametrize(
    ("own", "theirs", "code"),
    [
        ({"kind": "person"}, {"kind": "place"}, "merge_kinds"),
        ({"kind": "pet"}, {"kind": "person"}, "merge_kinds"),
        ({"kind": "group", "door": "adfam"}, {"kind": "group", "door": "counsellor"}, "merge_doors"),
        ({"kind": "line", "line": "uk.samaritans"}, {"kind": "line", "line": "uk.shout"}, "merge_doors"),
        ({"kind": "group", "door": "adfam"}, {"kind": "line", "line": "uk.shout"}, ""),
        ({"kind": "group", "door": "adfam"}, {"kind": "faith"}, ""),
        ({"kind": "person"}, {"kind": "person"}, ""),
        ({}, {}, ""),
    ],
)
def test_what_cannot_be_one(own: dict[str, str], theirs: dict[str, str], code: str) -> None:
    if not code:
        refuse_two(noted(**own), noted(**theirs))
        return
    with pytest.raises(Refused) as refused:
        refuse_two(noted(**own), noted(**theirs))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("b", "a"),
        ("b and more", "b and more"),
        (["x", "b", "y"], ["x", "a", "y"]),
        (["a", "x", "b"], ["a", "x"]),
        (["b", "x", "a"], ["a", "x"]),
        (["x", "x", "b"], ["x", "x", "a"]),
        ({"member": "b", "text": "b", "n": 3}, {"member": "a", "text": "a", "n": 3}),
        ({"who": ["b", "a"]}, {"who": ["a"]}),
        (None, None),
        (7, 7),
        (True, True),
    ],
)
def test_one_id_in_the_place_of_another(value: Any, after: Any) -> None:
    assert instead(value, "b", "a") == after


# On a real store

LINES, AFTER = "reach_out.two_lines", "reach_out.after_reply"


def member(book: MyWorkbook, member_id: str) -> Member:
    return next(m for m in book.members() if m.member_id == member_id)


def refusal(call: Any, *values: Any) -> str:
    with pytest.raises(Refused) as refused:
        call(*values)
    return refused.value.code


def sealed_words(store: Store, person_id: str) -> list[tuple[str, str]]:
    """Every sealed word of a person, opened, and the table it stands in."""
    sealer = store.sealer(person_id)
    found = []
    for table, column in {**SEALED_BY, "moves": "move_id", "touches": "touch_id"}.items():
        rows = store.read(f"SELECT {column}, sealed FROM {table} WHERE person_id = :p", p=person_id)
        found += [(table, sealer.open(bytes(sealed), table, row, "sealed")) for row, sealed in rows]
    return found


def everything_of(store: Store, person_id: str) -> dict[str, list[Any]]:
    tables = {table: store.read(f"SELECT * FROM {table} WHERE person_id = :p", p=person_id) for table in OF_ONE_PERSON}
    return {table: sorted(rows, key=str) for table, rows in tables.items()}


def mentions(store: Store, person_id: str, member_id: str) -> list[Any]:
    """Wherever an id stands: in any column of any table, or in sealed words."""
    plain = [row for rows in everything_of(store, person_id).values() for row in rows if member_id in row]
    return plain + [words for words in sealed_words(store, person_id) if member_id in words[1]]


def lived(book: MyWorkbook, katherine: str, katharine: str, kofi: str) -> None:
    """Both turn up wherever a member can."""
    book.move(katherine, "outer", on_day=date(2026, 1, 5), reason="From choir")
    book.move(katharine, "movable", on_day=date(2026, 2, 1), reason="She rang back")
    book.change_member(katherine, "notes", "Likes tea")
    book.change_member(katharine, "notes", "Rings late")
    book.change_member(katherine, "good_for", ["listen"])
    book.change_member(katharine, "good_for", ["company"])
    book.answer("reflect.kinds_of_help", "tags", ["listen"], about=katherine)
    book.answer("reflect.kinds_of_help", "tags", ["advice"], about=katharine)
    book.answer("reflect.kinds_of_help", "laugh", katharine)
    book.answer("reflect.who_listens", "heard", "yes", about=katharine)
    book.answer("reflect.drifted", "names", [katharine])
    book.answer("reflect.drifted", "names", [katherine, kofi, katharine])
    book.answer("check_in.weekly", "touched", [katharine, katherine], occasion="2026-03-02")
    book.were_in_touch([katharine, kofi], date(2026, 2, 20))
    book.were_in_touch([katherine], date(2026, 2, 11))
    for occasion, who in (("2026-03-02", katherine), ("2026-03-02.2", katharine)):
        book.answer(LINES, "who", who, occasion=occasion)
    book.put_off(katharine)
    book.screen(katherine, FINE)


@pytest.fixture
def both(book: MyWorkbook) -> tuple[str, str, str]:
    """Katherine, Katharine and Kofi, with a life."""
    ids = (book.add_member("Katherine"), book.add_member("Katharine"), book.add_member("Kofi"))
    lived(book, *ids)
    return ids


def test_all_of_both_is_under_one_name_afterwards(book: MyWorkbook, store: Store, both: tuple[str, str, str]) -> None:
    katherine, katharine, kofi = both
    book.merge(katherine, katharine)
    assert [m.name for m in book.members()] == ["Katherine", "Kofi"]
    kept_one = member(book, katherine)
    assert kept_one.notes == "Likes tea\n\nRings late"
    assert kept_one.good_for == ("listen", "company", "advice")
    assert (kept_one.contact, kept_one.heard, kept_one.also_called) == ("ok", "yes", ("Katharine",))
    assert (kept_one.place, kept_one.since) == ("movable", date(2026, 2, 1)), "the newest move of both"
    assert [(m.member_id, m.reason) for m in book.moves()] == [(katherine, "From choir"), (katherine, "She rang back")]
    assert Counter(t.member_id for t in book.touches()) == {katherine: 4, kofi: 1}
    assert [t.member_id for t in book.tries()] == [katherine, katherine]
    assert [v.value for v in book.versions("reflect.drifted", "names")] == [[katherine, kofi], [katherine]]
    tags = book.versions("reflect.kinds_of_help", "tags", about=katherine)
    assert [v.value for v in tags] == [["advice"], ["listen"]]
    assert book.rows().quiet_until == {katherine: date(2026, 3, 16)}
    assert mentions(store, book.person_id, katharine) == [("member_facts", json.dumps([katharine]))], "who they were"
    assert len(mentions(store, book.person_id, katherine)) > 20


def test_a_table_that_points_to_a_member_is_thought_of(store: Store) -> None:
    found = store.read(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'member_id' ORDER BY table_name"
    )
    assert sorted(row[0] for row in found) == sorted((*merging_rows.POINTING, "members"))


def test_what_is_saved_after_a_merge_takes_nothing_of_it_back(book: MyWorkbook, both: tuple[str, str, str]) -> None:
    katherine, katharine, kofi = both
    book.merge(katherine, katharine)
    before = member(book, katherine)
    book.answer("reflect.kinds_of_help", "tags", ["practical"], about=kofi)
    book.answer("check_in.weekly", "alone", 4, occasion="2026-03-02")
    assert member(book, katherine) == before
    book.answer("check_in.weekly", "touched", [kofi], occasion="2026-03-02")
    assert Counter(t.member_id for t in book.touches()) == {katherine: 2, kofi: 2}, (
        "both of one check-in are taken back"
    )


def test_a_name_made_one_with_another_picks_that_one_wherever_it_is_typed(
    book: MyWorkbook, both: tuple[str, str, str]
) -> None:
    katherine, katharine, _ = both
    book.merge(katherine, katharine)
    assert book.someone_called("katharine") == katherine
    assert book.name_someone("reflect.drifted", "names", "Katharine") == katherine
    assert refusal(book.add_member, "Katharine") == "member_there"


def test_the_day_somebody_was_added_is_the_earlier_of_both(book: MyWorkbook, clock: Clock) -> None:
    first = book.add_member("Katharine")
    clock.go_on(days=9)
    second = book.add_member("Katherine")
    book.merge(second, first)
    assert book.added_on() == {second: DAY}


@pytest.mark.parametrize("order", [("ok", "not_for_now"), ("not_for_now", "ok")])
def test_not_for_now_of_either_holds_for_both(book: MyWorkbook, order: tuple[str, str]) -> None:
    keep, other = book.add_member("Katherine"), book.add_member("Katharine")
    book.decide_contact(keep, order[0], taps=FINE)
    book.decide_contact(other, order[1], taps=FINE)
    book.merge(keep, other)
    assert member(book, keep).contact == "not_for_now"


@pytest.mark.parametrize("first", ["taps", "let go"])
def test_a_not_for_now_of_the_taps_outlasts_an_answer_that_is_taken_back_after_a_merge(
    book: MyWorkbook, clock: Clock, first: str
) -> None:
    """One was found not for now by the taps, of the other it was an answer that may be changed."""
    keep, other = book.add_member("Katherine", place="core"), book.add_member("Katharine")
    book.screen(keep, FINE)
    hello = book.begin_hello(keep)
    book.answer("reach_out.sent", "state", "sent", occasion=hello)
    clock.go_on(days=20)
    acts: list[Callable[[], object]] = [
        lambda: book.screen(other, FINE | {"harmed": "yes"}),
        lambda: book.answer("reach_out.nothing_back", "next", "let_go", occasion=hello),
    ]
    for act in acts if first == "taps" else reversed(acts):
        act()
    book.merge(keep, other)
    book.answer("reach_out.nothing_back", "next", "wait", occasion=hello)
    assert member(book, keep).contact == "not_for_now"
    book.erase("reach_out.nothing_back", "next", hello)
    assert member(book, keep).contact == "not_for_now"


def test_no_is_remembered_and_goes_with_whoever_is_made_one(book: MyWorkbook, store: Store) -> None:
    ids = [book.add_member(name) for name in ("Katherine", "Katharine", "Kathrine")]
    book.keep_apart(ids[0], ids[1])
    book.keep_apart(ids[1], ids[0])
    assert store.read("SELECT count(*) FROM member_facts WHERE field = 'apart'") == [(2,)], "said twice is noted once"
    assert [m.name for m in twins(member(book, ids[0]), book.members())] == ["Kathrine"]
    book.merge(ids[1], ids[2])
    assert twins(member(book, ids[0]), book.members()) == []
    book.forget(ids[1])
    assert mentions(store, book.person_id, ids[1]) == []


def test_another_of_the_same_name_is_not_asked_about(book: MyWorkbook) -> None:
    first = book.add_member("June")
    for _ in range(2):
        book.add_member("June", again=True)
    assert [twins(m, book.members()) for m in book.members()] == [[], [], []]
    assert first == book.members()[0].member_id


@pytest.mark.parametrize("method", ["merge", "keep_apart"])
def test_only_two_of_ones_own_can_be_made_one_or_said_apart(
    book: MyWorkbook, kofis_book: MyWorkbook, store: Store, method: str
) -> None:
    one, other = book.add_member("Katherine"), book.add_member("Katharine")
    his = kofis_book.add_member("Katherine")
    before = everything_of(store, book.person_id), everything_of(store, kofis_book.person_id)
    for pair in ((one, his), (his, one), (one, "made up"), ("made up", one)):
        assert refusal(getattr(book, method), *pair) == "member_gone"
    assert refusal(getattr(book, method), one, one) == "merge_same"
    assert (everything_of(store, book.person_id), everything_of(store, kofis_book.person_id)) == before
    getattr(book, method)(one, other)


def test_a_person_and_a_place_stay_two_and_nothing_changes(book: MyWorkbook, store: Store) -> None:
    one, other = book.add_member("Rose"), book.add_member("Rose", kind="place", again=True)
    before = everything_of(store, book.person_id)
    assert refusal(book.merge, one, other) == "merge_kinds"
    assert everything_of(store, book.person_id) == before


def test_a_merge_asked_for_twice_is_done_once(book: MyWorkbook, store: Store, both: tuple[str, str, str]) -> None:
    book.merge(*both[:2])
    before = everything_of(store, book.person_id)
    assert refusal(book.merge, *both[:2]) == "member_gone"
    assert everything_of(store, book.person_id) == before


def test_a_save_tried_again_after_the_merge_gives_what_it_gave(
    book: MyWorkbook, store: Store, both: tuple[str, str, str]
) -> None:
    katherine, katharine, _ = both
    first = book.answer("reflect.who_listens", "heard", "partly", about=katharine, save_id="once")
    book.merge(katherine, katharine)
    before = everything_of(store, book.person_id)
    again = book.answer("reflect.who_listens", "heard", "partly", about=katharine, save_id="once")
    assert (again.answer_id, again.about) == (first.answer_id, katherine)
    assert everything_of(store, book.person_id) == before
    assert refusal(book.move, katharine, "core") == "member_gone"
    assert refusal(book.change_member, katharine, "notes", "Late words") == "member_gone"


def test_a_merge_that_fails_at_any_statement_leaves_both_as_they_were(
    book: MyWorkbook, store: Store, both: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real statements run, until one of them fails."""
    before, run = everything_of(store, book.person_id), Writing.run
    for fails_at in count(1):
        ran = count(1)

        def run_until(
            self: Writing, sql: str, params: Any = None, ran: Iterator[int] = ran, last: int = fails_at
        ) -> Any:
            if next(ran) == last:
                raise RuntimeError("here")
            return run(self, sql, params)

        monkeypatch.setattr(Writing, "run", run_until)
        with suppress(RuntimeError):
            book.merge(*both[:2])
            break
        assert everything_of(store, book.person_id) == before, fails_at
    assert fails_at > 20
    assert mentions(store, book.person_id, both[1]) == [("member_facts", json.dumps([both[1]]))]


def test_two_members_from_the_same_list_of_doors_stay_two_and_a_door_found_twice_becomes_one(book: MyWorkbook) -> None:
    book.answer("reconnect.three_doors", "doors", ["adfam", "online_room"])
    adfam, room = book.members()
    assert refusal(book.merge, adfam.member_id, room.member_id) == "merge_doors"
    mine = book.add_member("ADFAM", kind="group", again=True)
    book.merge(mine, adfam.member_id)
    book.answer("reconnect.three_doors", "doors", ["adfam", "online_room", "listening_line"])
    assert [m.name for m in book.members()] == ["An online room of peers", "ADFAM", "A listening line"], (
        "it is not added again"
    )
    book.answer("reconnect.three_doors", "doors", ["online_room", "listening_line"])
    assert member(book, mine).place == "released"


# What a coach reads


@pytest.fixture
def circle(store: Store, words: Content, clock: Clock, book: MyWorkbook) -> tuple[CoachDesk, str]:
    """Mara's group, which Ada is in and shares everything with."""
    desk = CoachDesk(store, words, coach(store, "Mara"), clock)
    group = desk.make_group(Group("Tuesday circle", "Mara"))
    book.sharing.join(desk.invite(group), called="A", scopes=SCOPES)
    return desk, group


def read_by(circle: tuple[CoachDesk, str]) -> list[str]:
    desk, group = circle
    shown = desk.person(group, desk.people(group)[0].membership_id).answers
    return [one.words for one in shown or ()]


def test_a_coach_reads_the_same_names_in_a_shared_answer_before_and_after(
    book: MyWorkbook, circle: tuple[CoachDesk, str]
) -> None:
    """Neither a name that was not in it, nor one fewer than there were, but for the two that are one."""
    _, group = circle
    kit = book.add_member("Kit")
    alone = book.answer("reflect.drifted", "names", [kit])
    book.sharing.share_answer(group, alone.answer_id)
    aunt = book.add_member("Aunt Katherine of Leeds")
    laugh = book.answer("reflect.kinds_of_help", "laugh", aunt)
    book.sharing.share_answer(group, laugh.answer_id)
    quiet = book.answer("reflect.steady", "quiet_with", kit)
    book.sharing.share_answer(group, quiet.answer_id)
    two = book.answer("stay_open.changed_places", "moves", [kit, aunt])
    tick = [aunt, kit]
    assert two.value != tick
    before = read_by(circle)
    assert before == ["Kit", "Aunt Katherine of Leeds", "Kit"]
    book.merge(aunt, kit)
    assert read_by(circle) == before
    third = book.add_member("Dr K Jones")
    book.merge(third, aunt)
    assert read_by(circle) == before, "nor after a second merge"
    book.sharing.unshare_answer(group, quiet.answer_id)
    book.sharing.share_answer(group, quiet.answer_id)
    assert sorted(read_by(circle)) == ["Aunt Katherine of Leeds", "Dr K Jones", "Kit"], "shared anew: the name of now"


def test_a_shared_answer_that_named_both_says_one_of_them_and_nothing_new(
    book: MyWorkbook, circle: tuple[CoachDesk, str]
) -> None:
    _, group = circle
    kit, aunt, kofi = (book.add_member(name) for name in ("Kit", "Aunt Katherine", "Kofi"))
    names = book.answer("reflect.drifted", "names", [kit, kofi, aunt])
    book.sharing.share_answer(group, names.answer_id)
    book.change_member(aunt, "name", "Katherine Jones")
    book.merge(aunt, kit)
    assert read_by(circle) == ["Aunt Katherine, Kofi"]
    later = book.answer("reflect.drifted", "names", [aunt])
    assert later.answer_id not in [t.saved.answer_id for t in book.sharing.ticked()]
    assert read_by(circle) == ["Aunt Katherine, Kofi"], "what is written later is not shared by it"


def test_a_coach_reads_the_same_name_of_whom_a_shared_answer_is_about(
    book: MyWorkbook, circle: tuple[CoachDesk, str]
) -> None:
    desk, group = circle
    short, aunt = book.add_member("J.", place="core"), book.add_member("Aunt Katherine of Leeds", place="core")
    heard = book.content.exercise("reflect.who_listens").prompt("heard").options[0].key
    book.sharing.share_answer(group, book.answer("reflect.who_listens", "heard", heard, about=short).answer_id)
    book.merge(aunt, short)
    [seen] = desk.person(group, desk.people(group)[0].membership_id).answers or ()
    assert seen.about == "J."


def test_a_merge_shows_a_coach_no_more_of_the_pod(book: MyWorkbook, circle: tuple[CoachDesk, str]) -> None:
    desk, group = circle
    one, other = book.add_member("Katherine", place="core"), book.add_member("Katharine", place="core")
    book.answer("reflect.who_listens", "heard", "yes", about=other)
    seen = desk.person(group, desk.people(group)[0].membership_id)
    book.merge(one, other)
    after = desk.person(group, desk.people(group)[0].membership_id)
    assert seen.shape is not None and after.shape is not None
    assert (seen.shape[-1].core, after.shape[-1].core) == (2, 1)
    assert (after.steps, after.answers) == (seen.steps, seen.answers)


# Nothing is lost

NAMES = st.sampled_from(["Katherine", "Katharine", "Kofi", "Noor"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=40)
WHO = st.integers(0, 3)
DAYS = st.dates(date(2025, 1, 1), DAY)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("notes"), WHO, TEXTS),
        st.tuples(st.just("how_known"), WHO, TEXTS),
        st.tuples(st.just("good_for"), WHO, st.lists(st.sampled_from(["listen", "company", "advice"]), unique=True)),
        st.tuples(
            st.just("move"), WHO, st.tuples(st.sampled_from(["core", "movable", "outer", "released"]), DAYS, TEXTS)
        ),
        st.tuples(st.just("touch"), WHO, DAYS),
        st.tuples(st.just("contact"), WHO, st.sampled_from(["ok", "not_for_now", "unscreened"])),
        st.tuples(st.just("about"), WHO, st.sampled_from(["yes", "partly"])),
        st.tuples(st.just("names"), WHO, st.lists(WHO, unique=True)),
        st.tuples(st.just("message"), WHO, TEXTS),
        st.tuples(st.just("touched"), WHO, st.lists(WHO, unique=True)),
        st.tuples(st.just("put_off"), WHO, st.none()),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(tmp_path_factory.mktemp("data"), now=Clock()())
    yield opened
    opened.close()


def act(book: MyWorkbook, ids: list[str], number: int, what: str, who: int, value: Any) -> None:
    occasion = f"2026-03-02.{number + 2}"
    match what:
        case "notes" | "how_known" | "good_for":
            book.change_member(ids[who], what, value)
        case "move":
            book.move(ids[who], value[0], on_day=value[1], reason=value[2])
        case "touch" if member(book, ids[who]).place not in ("released", "left_off"):
            book.were_in_touch([ids[who]], value)
        case "contact":
            book.decide_contact(ids[who], value, taps=FINE)
        case "about":
            book.answer("reflect.who_listens", "heard", value, about=ids[who])
        case "names":
            book.answer("reflect.drifted", "names", [ids[one] for one in value])
        case "message":
            book.answer(LINES, "who", ids[who], occasion=occasion)
            book.answer(LINES, "text", value, occasion=occasion)
        case "touched":
            book.answer("check_in.weekly", "touched", [ids[one] for one in value], occasion="2026-03-02")
        case "put_off":
            book.put_off(ids[who])


def counts(book: MyWorkbook, store: Store) -> dict[str, int]:
    mine = everything_of(store, book.person_id)
    return {
        table: len(mine[table]) for table in ("moves", "tries", "touches", "answers", "consents", "choices", "opens")
    }


def taken(book: MyWorkbook) -> dict[str, list[str]]:
    with zipfile.ZipFile(io.BytesIO(export.everything(book))) as packed:
        return {n: packed.read(n).decode("utf-8-sig").splitlines() for n in packed.namelist()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_a_merge_loses_nothing(lasting: Store, words: Content, acts: list[tuple[str, int, Any]]) -> None:
    book = book_of(lasting, words, Clock(), "Ada")
    ids = [book.add_member(name) for name in ("Katherine", "Katharine", "Kofi", "Noor")]
    for number, (what, who, value) in enumerate(acts):
        act(book, ids, number, what, who, value)
    keep, other = ids[0], ids[1]
    before = {m.member_id: m for m in book.members()}
    own, theirs = before[keep], before[other]
    rows, words_before = counts(book, lasting), sealed_words(lasting, book.person_id)
    versions = {v.answer_id: v for v in kept.every_version(lasting, book.person_id)}
    moves, touched, tried = book.moves(), book.touches(), book.tries()
    book.merge(keep, other)

    # every row is there, and speaks of the kept one
    assert counts(book, lasting) == rows
    assert mentions(lasting, book.person_id, other) == [("member_facts", json.dumps([other]))]
    assert book.moves() == [replace(m, member_id=keep if m.member_id == other else m.member_id) for m in moves]
    assert book.touches() == [replace(t, member_id=keep if t.member_id == other else t.member_id) for t in touched]
    now = {v.answer_id: v for v in kept.every_version(lasting, book.person_id)}
    assert now == {
        key: v._replace(about=keep if v.about == other else v.about, value=instead(v.value, other, keep))
        for key, v in versions.items()
    }
    for one, again in zip(tried, book.tries(), strict=True):
        assert again.fields == instead(dict(one.fields), other, keep)
        assert again.member_id == (keep if one.member_id == other else one.member_id)
    # every sealed word that was there still is, but for the id
    left = Counter((table, said.replace(other, keep)) for table, said in words_before if not said.startswith("["))
    there = Counter((table, said) for table, said in sealed_words(lasting, book.person_id))
    assert left - there == Counter()

    after = {m.member_id: m for m in book.members()}
    assert after.keys() == before.keys() - {other}
    assert all(after[one] == before[one] for one in ids[2:])
    held = after[keep]
    for text in (own.notes, theirs.notes):
        assert text in held.notes
    for text in (own.how_known, theirs.how_known):
        assert text in held.how_known
    assert set(held.good_for) == {*own.good_for, *theirs.good_for}
    assert (held.name, held.also_called) == ("Katherine", ("Katharine",))
    if "not_for_now" in (own.contact, theirs.contact):
        assert held.contact == "not_for_now"
    elif "ok" not in (own.contact, theirs.contact):
        assert held.contact == "unscreened"
    last = max((m for m in moves if m.member_id in (keep, other)), key=lambda m: (m.on_day, m.seq), default=None)
    assert (held.place, held.since) == ((last.place, last.on_day) if last else ("unplaced", None))


def test_what_is_taken_away_holds_as_many_rows_and_every_word(book: MyWorkbook, both: tuple[str, str, str]) -> None:
    before = taken(book)
    book.merge(*both[:2])
    after = taken(book)
    for name in ("ring_moves.csv", "tries.csv", "touches.csv", "check_ins.csv", "consents.csv", "progress.csv"):
        assert len(after[name]) == len(before[name]), name
    said = "\n".join(restore(line) for lines in after.values() for line in lines)
    for words in ("Katherine", "Katharine", "Likes tea", "Rings late", "From choir", "She rang back"):
        assert words in said
    assert json.dumps(sorted(after)) == json.dumps(sorted(before))
