"""What can be taken back: the last move, and for 30 days someone deleted or released."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.characters import FINE, Clock, book_of, coach, person
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.content import Content, Prompt
from workbook.growth import growth
from workbook.my_workbook import MyWorkbook
from workbook.pod import RINGS, Member, Move, spots, standing
from workbook.refused import Refused
from workbook.store import put_away
from workbook.store.opening import OF_ONE_PERSON, Store, open_store
from workbook.trash import deleted, released

TODAY = date(2026, 3, 2)
LINES, AFTER, PICK = "reach_out.two_lines", "reach_out.after_sent", "reach_out.pick"
DOORS = "reconnect.three_doors"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One database for all these tests; the people in it are new in each."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WORKBOOK_KEY", raising=False)
        patch.delenv("WORKBOOK_KEY_FILE", raising=False)
        opened = open_store(tmp_path_factory.mktemp("data"))
    yield opened
    opened.close()


def refusal(call: Callable[..., object], *values: object, **more: object) -> str:
    with pytest.raises(Refused) as refused:
        call(*values, **more)
    return refused.value.code


def member(book: MyWorkbook, member_id: str) -> Member:
    return next(m for m in book.members() if m.member_id == member_id)


def standing_answer(book: MyWorkbook, exercise: str, prompt: str, occasion: str = "", about: str = "") -> Any:
    found = [s.value for s in book.saved(exercise) if (s.prompt, s.occasion, s.about) == (prompt, occasion, about)]
    return found[0] if found else None


def everything(book: MyWorkbook) -> dict[str, object]:
    """Whatever a page, a file or a coach may read of one person."""
    answered = book.everything_answered()
    return {
        "members": book.members(),
        "known": book.known(),
        "added": book.added_on(),
        "moves": book.moves(),
        "spots": spots(book.moves()),
        "growth": growth(book.moves(), book.today),
        "touches": book.touches(),
        "tries": book.tries(),
        "answers": answered,
        "versions": [book.versions(s.exercise, s.prompt, s.occasion, s.about) for s in answered],
        "progress": book.progress(),
        "rows": book.rows(),
        "kind": book.kind_moments(),
        "asked": book.ring_answered_at(),
        "open": book.open_hellos(),
        "consents": book.consents(),
        "trash": book.trash(),
    }


def in_tables(store: Store, book: MyWorkbook) -> dict[str, list[Any]]:
    """Every row of a person, its sealed words opened."""
    sealer, found = store.sealer(book.person_id), {}
    for table in OF_ONE_PERSON:
        names = [row[0] for row in store.read(f"SELECT name FROM pragma_table_info('{table}')")]
        rows = [
            dict(zip(names, row, strict=True))
            for row in store.read(f"SELECT * FROM {table} WHERE person_id = :p", p=book.person_id)
        ]
        for row in rows:
            if table in put_away.TABLES and put_away.TABLES[table][0]:
                row["sealed"] = sealer.open(bytes(row["sealed"]), table, row[put_away.TABLES[table][0]], "sealed")
        found[table] = sorted(rows, key=repr)
    found.pop("heads")  # a number that was given is not given again
    return found


def fill(book: MyWorkbook, noor: str, kofi: str) -> None:
    """Noor turns up wherever a member can, beside Kofi."""
    book.answer("reflect.who_listens", "heard", "yes", about=noor)
    book.answer("reflect.kinds_of_help", "tags", ["listen"], about=noor)
    book.answer("reflect.kinds_of_help", "laugh", noor)
    book.answer("reflect.drifted", "names", [kofi, noor])
    book.answer("reflect.drifted", "names", [noor, kofi])
    book.answer("reflect.steady", "quiet_with", kofi)
    book.answer("reflect.steady", "quiet_with", noor)
    book.answer("stay_open.kindness", "who", [noor, kofi], occasion="2026-03-02")
    book.answer("check_in.weekly", "touched", [noor, kofi], occasion="2026-03-02")
    book.moved_here("stay_open.changed_places", "moves", noor, "core")
    book.moved_here("stay_open.changed_places", "moves", kofi, "movable")
    book.move(noor, "movable", on_day=date(2026, 2, 1), reason="Noor wrote back")
    book.change_member(noor, "notes", "Noor likes the sea")
    book.change_member(noor, "rhythm", "month")
    book.screen(noor, FINE)
    book.were_in_touch([noor, kofi], date(2026, 2, 20), "call")
    book.put_off(noor)
    book.answer_ring(noor, 3)
    occasion = book.begin_hello(noor)
    book.answer(LINES, "text", "Dear Noor", occasion=occasion)
    book.answer("reach_out.sent", "state", "sent", occasion=occasion)
    book.answer(AFTER, "which", book.tries()[0].try_id, occasion=occasion)
    book.answer(AFTER, "took", "Noor was kind", occasion=occasion)


# Versions


def two_values(book: MyWorkbook, prompt: Prompt, ids: list[str]) -> tuple[Any, Any] | None:
    """Two answers that this prompt takes, one after the other."""
    keys = [o.key for o in prompt.options]
    doors, lines = ([row["key"] for row in rows] for rows in (book.content.doors, book.content.help_lines))
    of_kind: dict[str, tuple[Any, Any]] = {
        **dict.fromkeys(("tick", "toggle"), (True, False)),
        **dict.fromkeys(("line", "long_text", "starter"), ("One.", "Two.")),
        **dict.fromkeys(("slider", "overlap"), (5, 10)),
        **dict.fromkeys(("names", "members", "leave_off", "ring_each_member"), (ids, ids[:1])),
        **dict.fromkeys(("member", "ring_one"), (ids[0], ids[1])),
        "doors": (doors[:2], doors[:1]),
        "help_lines": (lines[:2], lines[:1]),
        "country": ("uk", "us"),
        "try": (book.tries()[0].try_id, ""),
        "later_each_member": ("2026-04-02", "2026-05-02"),
    }
    if prompt.kind in ("pick_one", "each_member", "stage") and keys:
        return keys[0], keys[1]
    if prompt.kind in ("pick_many", "tags_each_member"):
        return keys[:2], keys[:1]
    return of_kind.get(prompt.kind)


def test_an_earlier_version_of_every_question_there_is_can_be_brought_back(book: MyWorkbook) -> None:
    ids = [book.add_member("Noor", place="core"), book.add_member("Kofi")]
    book.begin_hello(ids[0])
    asked = 0
    kinds: set[str] = set()
    for exercise in book.content.exercises:
        for prompt in exercise.prompts:
            values = two_values(book, prompt, ids)
            if exercise.kind == "safety" or values is None:
                assert exercise.kind == "safety" or prompt.kind == "stage", f"{exercise.key} {prompt.key} {prompt.kind}"
                continue
            about = ids[0] if prompt.kind in ("each_member", "tags_each_member", "later_each_member") else ""
            occasion = "2026-02-01" if exercise.again or exercise.follows else ""
            first = book.answer(exercise.key, prompt.key, values[0], occasion=occasion, about=about)
            book.answer(exercise.key, prompt.key, values[1], occasion=occasion, about=about)
            book.bring_back(first.answer_id)
            newest, *older = book.versions(exercise.key, prompt.key, occasion, about)
            assert newest.value == first.value and [v.value for v in older] == [values[1], values[0]], prompt.key
            asked, kinds = asked + 1, kinds | {prompt.kind}
    assert asked > 100 and {"each_member", "tags_each_member", "ring_each_member", "names", "doors", "starter"} <= kinds


# The last move


def test_the_last_move_is_undone_as_if_it_had_never_been_made(book: MyWorkbook, clock: Clock) -> None:
    kofi = book.add_member("Kofi", place="outer")
    clock.go_on(minutes=1)
    before = everything(book)
    book.move(kofi, "core", reason="He rang.")
    last = book.last_move()
    assert last is not None and (last.member_id, last.place) == (kofi, "core")
    book.undo_last_move(last.move_id)
    assert everything(book) == before
    assert member(book, kofi).place == "outer"


@pytest.mark.promise("erase_me")
def test_the_reason_of_an_undone_move_leaves_the_file_too(book: MyWorkbook, store: Store) -> None:
    kofi = book.add_member("Kofi", place="outer")
    book.move(kofi, "core", reason="He rang.")
    store.rewrite()
    book.undo_last_move(book.moves()[-1].move_id)
    assert store.rewrite_wanted


def test_undo_pressed_twice_takes_one_move_back(book: MyWorkbook) -> None:
    kofi = book.add_member("Kofi", place="outer")
    book.move(kofi, "movable")
    book.move(kofi, "core")
    last = book.moves()[-1].move_id
    book.undo_last_move(last)
    book.undo_last_move(last)
    assert [m.place for m in book.moves()] == ["outer", "movable"]


def test_a_move_is_undone_until_the_next_one_of_anybody(book: MyWorkbook) -> None:
    kofi, ama = book.add_member("Kofi"), book.add_member("Ama")
    book.move(kofi, "core")
    last = book.moves()[-1].move_id
    book.move(ama, "outer")
    before = everything(book)
    assert refusal(book.undo_last_move, last) == "moved_since"
    assert everything(book) == before


def test_a_move_noted_for_an_earlier_day_is_the_last_one_made(book: MyWorkbook) -> None:
    kofi = book.add_member("Kofi", place="core")
    book.move(kofi, "outer", on_day=date(2026, 1, 5))
    last = book.last_move()
    assert last is not None and last.on_day == date(2026, 1, 5)
    book.undo_last_move(last.move_id)
    assert [m.place for m in book.moves()] == ["core"]


def test_a_move_made_in_an_exercise_is_undone_with_what_it_answered_there(book: MyWorkbook, clock: Clock) -> None:
    kofi, ama = book.add_member("Kofi"), book.add_member("Ama")
    book.moved_here("stay_open.changed_places", "moves", ama, "outer")
    clock.go_on(minutes=1)
    before = everything(book)
    book.moved_here("stay_open.changed_places", "moves", kofi, "core")
    assert standing_answer(book, "stay_open.changed_places", "moves") == [ama, kofi]
    book.undo_last_move(book.moves()[-1].move_id)
    assert everything(book) == before


def test_what_was_answered_there_since_stays(book: MyWorkbook, clock: Clock) -> None:
    kofi, ama = book.add_member("Kofi"), book.add_member("Ama", place="core")
    book.moved_here("stay_open.changed_places", "moves", kofi, "core")
    clock.go_on(minutes=1)
    book.moved_here("stay_open.changed_places", "moves", ama, "core")
    book.undo_last_move(book.moves()[-1].move_id)
    assert member(book, kofi).place == "unplaced"
    assert standing_answer(book, "stay_open.changed_places", "moves") == [kofi, ama]


def test_someone_named_and_placed_at_once_stays_named_where_the_placing_is_undone(book: MyWorkbook) -> None:
    sam = book.name_someone("stay_open.familiar_faces", "faces", "Sam")
    book.move(sam, "core")
    book.undo_last_move(book.moves()[-1].move_id)
    while book.moves():
        book.undo_last_move(book.moves()[-1].move_id)
    assert member(book, sam).place == "unplaced"
    assert standing_answer(book, "stay_open.familiar_faces", "faces") == [sam]


def test_what_a_tick_moved_goes_by_the_tick(book: MyWorkbook, clock: Clock) -> None:
    kofi = book.add_member("Kofi", place="core")
    clock.go_on(minutes=1)
    book.answer("reflect.leave_off", "off", [kofi])
    assert book.last_move() is None
    assert refusal(book.undo_last_move, book.moves()[-1].move_id) == "moved_since"
    clock.go_on(minutes=1)
    book.answer(DOORS, "doors", ["adfam"])
    assert book.last_move() is None
    clock.go_on(minutes=1)
    book.move(kofi, "core")
    assert book.last_move() is not None


PLACED = st.tuples(st.integers(0, 3), st.sampled_from([*RINGS, "unplaced", "left_off", "released"]), st.integers(0, 40))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(PLACED, max_size=8), last=PLACED)
def test_undo_gives_back_any_pod_as_it_stood(
    store: Store, words: Content, moves: list[tuple[int, str, int]], last: tuple[int, str, int]
) -> None:
    book = book_of(store, words, Clock(), "Ada")
    ids = [book.add_member(name) for name in ("Kofi", "Ama", "Noor", "Ruth")]

    def pod() -> tuple[object, ...]:
        made = book.moves()
        days = [TODAY - timedelta(days=n) for n in range(0, 41, 5)]
        return standing(made), [spots(made, day) for day in days], growth(made, TODAY), made, book.members()

    for who, place, ago in moves:
        book.move(ids[who], place, on_day=TODAY - timedelta(days=ago))
    before = pod()
    who, place, ago = last
    book.move(ids[who], place, on_day=TODAY - timedelta(days=ago), reason="A slip.")
    assert pod() != before
    book.undo_last_move(book.moves()[-1].move_id)
    assert pod() == before


# The trash


def test_who_is_deleted_is_gone_from_all_that_can_be_read(book: MyWorkbook, store: Store, clock: Clock) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    fill(book, noor, kofi)
    book.delete_member(noor)
    left = everything(book)
    trash = left.pop("trash")
    assert noor not in repr(left) and "Noor" not in repr(left)
    assert [m.name for m in book.members()] == ["Kofi"]
    assert standing_answer(book, "reflect.drifted", "names") == [kofi]
    assert standing_answer(book, "reflect.steady", "quiet_with") == ""
    assert [(one.member.name, one.deleted_on, one.days_left) for one in trash] == [("Noor", TODAY, 30)]  # type: ignore[attr-defined]
    held = {table: [row for row in rows if noor in repr(row)] for table, rows in in_tables(store, book).items()}
    assert {table: len(rows) for table, rows in held.items() if rows} == {"member_facts": 1}, "one sealed bundle"


def test_the_same_is_gone_as_where_they_are_forgotten(store: Store, words: Content, clock: Clock) -> None:
    one, other = (book_of(store, words, clock, "Ada") for _ in range(2))
    for book in (one, other):
        fill(book, book.add_member("Noor"), book.add_member("Kofi"))
        book.answer(DOORS, "doors", ["adfam", "counsellor"])
    one.forget(one.members()[0].member_id)
    other.delete_member(other.members()[0].member_id)
    one.forget(next(m.member_id for m in one.members() if m.kind != "person"))
    other.delete_member(next(m.member_id for m in other.members() if m.kind != "person"))
    shapes = [
        {t: [len(rows) for rows in (in_tables(store, book)[t],)] for t in put_away.TABLES} for book in (one, other)
    ]
    shapes[1]["member_facts"][0] -= 2  # the bundles
    assert shapes[0] == shapes[1]
    assert [len(one.saved(e.key)) for e in one.content.exercises] == [
        len(other.saved(e.key)) for e in other.content.exercises
    ]


def test_brought_back_they_are_exactly_as_they_were(book: MyWorkbook, store: Store, clock: Clock) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    fill(book, noor, kofi)
    before, rows = everything(book), in_tables(store, book)
    for one in (noor, kofi):
        clock.go_on(minutes=5)
        book.delete_member(one)
        clock.go_on(minutes=5)
        book.bring_back_member(one)
        clock.go_on(minutes=-10)
        assert everything(book) == before
        assert in_tables(store, book) == rows


@pytest.mark.parametrize("who", [0, 1])
def test_a_hello_and_its_warm_up_stay_together_whichever_of_the_two_was_away(
    book: MyWorkbook, store: Store, who: int
) -> None:
    noor, jo = book.add_member("Noor"), book.add_member("Jo")
    occasion = book.begin_hello(noor)
    book.answer("reach_out.warm_up", "who", jo, occasion=occasion)
    book.answer("reach_out.warm_up", "state", "sent", occasion=occasion)
    before, rows = everything(book), in_tables(store, book)
    book.delete_member((noor, jo)[who])
    book.bring_back_member((noor, jo)[who])
    assert everything(book) == before and in_tables(store, book) == rows


def test_two_in_the_trash_come_back_in_any_order(book: MyWorkbook, store: Store) -> None:
    ids = [book.add_member(name) for name in ("Noor", "Kofi", "Ama", "Ruth")]
    noor, kofi, ama, ruth = ids
    fill(book, noor, kofi)
    book.answer("reflect.drifted", "names", ids)
    rows = in_tables(store, book)
    for order in ([kofi, ama], [ama, kofi], [noor, ruth], [ruth, noor], [noor, kofi], [kofi, noor]):
        for back in (order, order[::-1]):
            for one in order:
                book.delete_member(one)
            for one in back:
                book.bring_back_member(one)
            assert in_tables(store, book) == rows


DID = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=14)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(did=DID, gone=st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True), seed=st.integers(0, 99))
def test_deleting_and_bringing_back_changes_nothing_whatever_there_is(
    store: Store, words: Content, did: list[tuple[int, int, int]], gone: list[int], seed: int
) -> None:
    clock = Clock()
    book = book_of(store, words, clock, "Ada")
    ids = [book.add_member(name) for name in ("Kofi", "Ama", "Noor", "Ruth")]
    for act, one, other in did:
        clock.go_on(minutes=1)
        do(book, act, ids[one], ids[other])
    before, rows = everything(book), in_tables(store, book)
    for which in gone:
        book.delete_member(ids[which])
    assert [ids[n] for n in gone if ids[n] in repr({**everything(book), "trash": None})] == []
    back = [ids[which] for which in gone]
    random.Random(seed).shuffle(back)
    for member_id in back:
        book.bring_back_member(member_id)
    assert in_tables(store, book) == rows
    assert everything(book) == before


def do(book: MyWorkbook, act: int, one: str, other: str) -> None:
    """One of the things a person may do about two members."""
    match act:
        case 0:
            book.move(one, "core", on_day=TODAY - timedelta(days=3), reason="So it is")
        case 1:
            book.answer("reflect.drifted", "names", list(dict.fromkeys([one, other])))
        case 2:
            book.answer("reflect.steady", "quiet_with", one)
        case 3:
            book.answer("reflect.who_listens", "heard", "yes", about=one)
        case 4:
            occasion = book.begin_hello(one)
            book.answer(LINES, "text", "Hello", occasion=occasion)
        case 5:
            book.were_in_touch(list({one, other}))
        case 6:
            book.change_member(one, "notes", "Likes the sea")
        case 7:
            book.moved_here("stay_open.changed_places", "moves", one, "movable")
        case 8:
            if one != other:
                book.keep_apart(one, other)
        case 9:
            book.answer("check_in.weekly", "touched", list(dict.fromkeys([one, other])), occasion="2026-03-02")


def test_every_column_of_a_member_is_packed(store: Store) -> None:
    for table, (bound, columns) in put_away.TABLES.items():
        there = {row[0] for row in store.read(f"SELECT name FROM pragma_table_info('{table}')")}
        assert there == {"person_id", *columns, *([bound, "sealed"] if bound else [])}


def test_after_thirty_days_nobody_comes_back(book: MyWorkbook, clock: Clock) -> None:
    noor = book.add_member("Noor")
    book.delete_member(noor)
    clock.go_on(days=29, hours=23)
    assert [one.days_left for one in book.trash()] == [1]
    clock.go_on(hours=1)
    assert book.trash() == [] and book.put_away() == []
    assert refusal(book.bring_back_member, noor) == "trash_gone"


def test_who_is_in_the_trash_can_be_forgotten_at_once(book: MyWorkbook, store: Store) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    fill(book, noor, kofi)
    book.delete_member(noor)
    book.forget(noor)
    assert book.trash() == [] and refusal(book.bring_back_member, noor) == "trash_gone"
    assert noor not in repr(in_tables(store, book))
    assert refusal(book.forget, noor) == "member_gone"


def test_nothing_can_be_done_to_who_is_in_the_trash_but_bringing_back_and_forgetting(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    book.delete_member(noor)
    assert refusal(book.delete_member, noor) == "member_gone"
    assert refusal(book.move, noor, "core") == "member_gone"
    assert refusal(book.change_member, noor, "notes", "x") == "member_gone"
    assert refusal(book.merge, kofi, noor) == "member_gone"
    assert refusal(book.merge, noor, kofi) == "member_gone"
    assert refusal(book.keep_apart, kofi, noor) == "member_gone"
    assert refusal(book.were_in_touch, [noor]) == "member_gone"
    assert refusal(book.answer, "reflect.drifted", "names", [noor]) == "member_gone"
    book.answer("reflect.leave_off", "off", [kofi])
    assert [one.member.name for one in book.trash()] == ["Noor"]


def test_a_name_in_the_trash_is_asked_about_once_on_the_map_and_makes_someone_new_elsewhere(book: MyWorkbook) -> None:
    noor = book.add_member("Noor")
    book.delete_member(noor)
    with pytest.raises(Refused) as refused:
        book.add_member("  noor ")
    assert (refused.value.code, refused.value.facts["member_id"]) == ("member_deleted", noor)
    new = book.add_member("Noor", again=True)
    other = book.name_someone("reflect.drifted", "names", "Noor")
    assert other == new != noor
    book.bring_back_member(noor)
    assert [m.member_id for m in book.members()] == [noor, new]
    assert standing_answer(book, "reflect.drifted", "names") == [new]


def test_a_door_saved_again_comes_out_of_the_trash(book: MyWorkbook) -> None:
    book.answer(DOORS, "doors", ["adfam"])
    [door] = book.members()
    book.change_member(door.member_id, "notes", "Tuesdays")
    book.delete_member(door.member_id)
    assert standing_answer(book, DOORS, "doors") == [] and book.members() == []
    book.answer(DOORS, "doors", ["counsellor", "adfam"])
    back = member(book, door.member_id)
    assert (back.notes, back.place, len(book.members())) == ("Tuesdays", "outer", 2)
    assert book.trash() == []


def test_a_door_brought_back_is_saved_again(book: MyWorkbook, store: Store) -> None:
    book.answer(DOORS, "doors", ["counsellor", "adfam"])
    rows = in_tables(store, book)
    book.delete_member(next(m.member_id for m in book.members() if m.name != "A counsellor"))
    book.bring_back_member(book.trash()[0].member.member_id)
    assert standing_answer(book, DOORS, "doors") == ["counsellor", "adfam"]
    assert in_tables(store, book) == rows


def test_what_was_answered_meanwhile_stays_and_the_older_versions_name_them_again(book: MyWorkbook) -> None:
    noor, kofi, ama = (book.add_member(name) for name in ("Noor", "Kofi", "Ama"))
    book.answer("reflect.drifted", "names", [noor, kofi])
    book.answer("reflect.steady", "quiet_with", noor)
    book.delete_member(noor)
    book.answer("reflect.drifted", "names", [kofi, ama])
    book.answer("reflect.steady", "quiet_with", kofi)
    book.bring_back_member(noor)
    assert [s.value for s in book.versions("reflect.drifted", "names")] == [[kofi, ama], [noor, kofi]]
    assert [s.value for s in book.versions("reflect.steady", "quiet_with")] == [kofi, noor]


def test_a_hello_begun_meanwhile_and_the_one_brought_back_stay_two(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    first = book.begin_hello(noor)
    book.answer(LINES, "text", "Dear Noor", occasion=first)
    book.answer("reach_out.sent", "state", "sent", occasion=first)
    book.delete_member(noor)
    second = book.begin_hello(kofi)
    book.answer(LINES, "text", "Dear Kofi", occasion=second)
    assert second == first, "its name was free"
    book.bring_back_member(noor)
    assert {(t.member_id, t.fields["text"]) for t in book.tries()} == {(noor, "Dear Noor"), (kofi, "Dear Kofi")}
    for whose in (noor, kofi):
        occasion = next(s.occasion for s in book.saved(PICK) if s.value == whose)
        begun = book.hello(book.content.exercise(PICK), occasion)
        assert begun is not None and begun.member_id == whose
        assert standing_answer(book, LINES, "text", occasion) == begun.fields["text"]
    book.answer(LINES, "text", "Dearest Noor", occasion=f"{first}.2")
    assert {t.fields["text"] for t in book.tries()} == {"Dearest Noor", "Dear Kofi"}


def test_a_merge_while_someone_is_in_the_trash_is_known_to_them_when_they_come_back(book: MyWorkbook) -> None:
    noor, kofi, ama = (book.add_member(name) for name in ("Noor", "Kofi", "Ama"))
    book.answer("reflect.drifted", "names", [noor, kofi, ama])
    occasion = book.begin_hello(noor)
    book.answer("stay_open.kindness", "who", [ama, noor], occasion=occasion)
    book.delete_member(noor)
    book.merge(kofi, ama)
    book.bring_back_member(noor)
    assert standing_answer(book, "reflect.drifted", "names") == [noor, kofi]
    assert standing_answer(book, "stay_open.kindness", "who", occasion) == [kofi, noor]


def test_forgetting_someone_leaves_nothing_of_them_in_the_trash_of_another(book: MyWorkbook, store: Store) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    occasion = book.begin_hello(noor)
    book.answer(AFTER, "ring", kofi, occasion=occasion)  # written in a hello with Noor, and so put away with her
    book.delete_member(noor)
    assert kofi in repr(in_tables(store, book)["member_facts"])
    book.forget(kofi)
    assert kofi not in repr(in_tables(store, book))
    book.bring_back_member(noor)
    assert standing_answer(book, AFTER, "ring", occasion) == ""
    assert [m.name for m in book.members()] == ["Noor"]


def test_a_restart_keeps_the_trash(tmp_path: Any, words: Content, clock: Clock, monkeypatch: Any) -> None:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    store = open_store(tmp_path, now=clock())
    ada = person(store, "Ada")
    book = MyWorkbook(store, words, ada, clock, "UTC")
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    fill(book, noor, kofi)
    before = everything(book)
    book.delete_member(noor)
    store.close()
    store = open_store(tmp_path, now=clock())
    book = MyWorkbook(store, words, ada, clock, "UTC")
    book.bring_back_member(noor)
    assert everything(book) == before
    store.close()


def test_the_trash_can_be_taken_away_with_all_there_is_of_them(book: MyWorkbook) -> None:
    noor, kofi = book.add_member("Noor"), book.add_member("Kofi")
    fill(book, noor, kofi)

    def of_noor() -> tuple[object, ...]:
        return (
            {key: fact for key, fact in book.known().items() if key[0] == noor},
            [m for m in book.moves() if m.member_id == noor],
            [t for t in book.touches() if t.member_id == noor],
            [t for t in book.tries() if t.member_id == noor],
        )

    before = of_noor()
    hello = {s.answer_id for s in book.saved(LINES)}
    book.delete_member(noor)
    [one] = book.put_away()
    assert (dict(one.known), [*one.moves], [*one.touches], [*one.tries]) == before
    assert hello <= {s.answer_id for s in one.answers}


@pytest.mark.promise("erase_me")
def test_deleting_everything_takes_the_trash_along(book: MyWorkbook, store: Store) -> None:
    noor = book.add_member("Noor")
    book.delete_member(noor)
    store.remove_person(book.person_id)
    assert store.read("SELECT count(*) FROM member_facts WHERE person_id = :p", p=book.person_id) == [(0,)]


# The coach


@pytest.mark.promise("consent_field_matrix")
def test_a_coach_sees_nothing_of_who_is_in_the_trash_and_never_did(store: Store, words: Content, clock: Clock) -> None:
    """What the coach reads of Ada is what they read of somebody who never named Noor."""
    desk = CoachDesk(store, words, coach(store, "Mara"), clock)
    group = desk.make_group(Group("A circle", "Mara"))
    ada, other = (book_of(store, words, clock, "Ada") for _ in range(2))
    for book in (ada, other):
        clock.go_on(minutes=1)  # the first to join is shown first
        book.sharing.join(desk.invite(group), called="A person", scopes=SCOPES)
        kofi = book.add_member("Kofi")
        book.move(kofi, "core", on_day=TODAY - timedelta(days=40))
        names = [kofi]
        if book is ada:
            noor = book.add_member("Noor")
            book.move(noor, "core", on_day=TODAY - timedelta(days=50))
            names.append(noor)
        said = book.answer("reflect.drifted", "names", names)
        book.sharing.share_answer(group, said.answer_id)

    def seen() -> list[object]:
        shown: list[object] = []
        for one in desk.people(group):
            page = desk.person(group, one.membership_id)
            said = [(a.title, a.question, a.words) for a in page.answers or ()]
            shown.append((one.shape, one.ticked, one.scopes, page.shape, said))
        return shown

    before = seen()
    assert before[0] != before[1]
    ada.delete_member(noor)
    gone = seen()
    assert gone[0] == gone[1] == before[1]
    assert "Noor" not in repr(desk.weeks(group))
    ada.bring_back_member(noor)
    assert seen() == before


# Released


def test_who_was_released_can_be_brought_back_to_their_ring_for_thirty_days(book: MyWorkbook, clock: Clock) -> None:
    kofi, ama = book.add_member("Kofi", place="outer"), book.add_member("Ama")
    book.move(kofi, "core")
    book.move(kofi, "movable", on_day=date(2026, 1, 1))
    book.move(kofi, "released")
    book.move(ama, "released")
    shown = [(one.member.name, one.released_on, one.days_left, one.back_to) for one in book.trash()]
    assert shown == [("Kofi", TODAY, 30, "core"), ("Ama", TODAY, 30, "unplaced")]
    clock.go_on(days=29)
    assert [one.days_left for one in book.trash()] == [1, 1]
    clock.go_on(days=1)
    assert book.trash() == []
    assert member(book, kofi).place == "released", "releasing deletes nothing"


def test_who_died_comes_last() -> None:
    people = [Member("a", "Kofi", 1, parted="died"), Member("b", "Ama", 2), Member("c", "Noor", 3)]
    moves = [Move(one.member_id, "released", TODAY - timedelta(days=n), n + 1) for n, one in enumerate(people)]
    assert [one.member.name for one in released(people, moves, TODAY)] == ["Ama", "Noor", "Kofi"]


def test_a_day_begun_is_a_day_left(clock: Clock) -> None:
    noor = Member("n", "Noor", 1, place="core")
    left = {}
    for hours in (0, 1, 24, 30 * 24 - 1, 30 * 24):
        left[hours] = deleted(noor, TODAY, clock(), clock() + timedelta(hours=hours)).days_left
    assert left == {0: 30, 1: 30, 24: 29, 30 * 24 - 1: 1, 30 * 24: 0}
