"""Every method of every door, by every role, on what is one's own, another's, and gone: nothing leaks, nothing changes."""

import ast
import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette

from tests.characters import Clock, book_of, came_in, coach, person, quick_hash
from tests.web.asking import ask
from workbook import bundle, export, house, passphrases
from workbook.coach_desk import CoachDesk
from workbook.coaching import SCOPES, Group
from workbook.content import Content
from workbook.gate import Gate, fresh_cookie
from workbook.house import House
from workbook.my_sharing import MySharing
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.settings import ROOT, Settings
from workbook.store.accounts import Session
from workbook.store.opening import Store, new_id
from workbook.ui import session
from workbook.web.routes import ROUTES

ADAS, KOFIS, NEW = "harbour lemon quiet stone", "window thirty green letters", "seven boats before breakfast"
SECRETS = ("Ruth on the stairs", "June of Ada", "a note of Ada's", "a text of Ada's")
HOME = "203.0.113.7"
FINE = {"uneasy": "fine", "harmed": "no", "order": "no", "seen": "no", "pulled": "no"}


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrases, "hashed", quick_hash)


# The workbook


@dataclass
class Ids:
    """What a caller may name: a member, an answer, a try, a group, a link's token, another member, a time in touch.

    And someone in the trash, and a move.
    """

    member: str
    answer: str
    a_try: str
    group: str = ""
    token: str = ""
    other: str = ""
    touch: str = ""
    deleted: str = ""
    move: str = ""


def asking(book: MyWorkbook, kind: str) -> tuple[str, str]:
    """The first exercise and prompt of this kind."""
    return next((e.key, p.key) for e in book.content.exercises for p in e.prompts if p.kind == kind)


# Each public method as it is called with ids; those that take none show or change one's own and nothing else.
WITH_IDS: dict[str, Callable[[MyWorkbook, Ids], Any]] = {
    "bring_back": lambda book, ids: book.bring_back(ids.answer),
    "answer": lambda book, ids: [
        _tried(lambda: book.answer(*asking(book, "names"), [ids.member])),
        _tried(lambda: book.answer(*asking(book, "try"), ids.a_try, occasion="2026-03-02")),
        _tried(lambda: book.answer("reflect.drifted", "together", "x", about=ids.member)),
    ],
    "erase": lambda book, ids: book.erase("reflect.drifted", "together", about=ids.member),
    "versions": lambda book, ids: book.versions("reflect.drifted", "together", about=ids.member),
    "change_member": lambda book, ids: book.change_member(ids.member, "notes", "x"),
    "move": lambda book, ids: book.move(ids.member, "core"),
    "moved_here": lambda book, ids: book.moved_here(*asking(book, "ring_each_member"), ids.member, "core"),
    "forget": lambda book, ids: book.forget(ids.member),
    "delete_member": lambda book, ids: book.delete_member(ids.member),
    "bring_back_member": lambda book, ids: book.bring_back_member(ids.deleted),
    "undo_last_move": lambda book, ids: book.undo_last_move(ids.move),
    "merge": lambda book, ids: book.merge(ids.member, ids.other),
    "keep_apart": lambda book, ids: book.keep_apart(ids.member, ids.other),
    "screen": lambda book, ids: book.screen(ids.member, FINE),
    "begin_hello": lambda book, ids: book.begin_hello(ids.member),
    "were_in_touch": lambda book, ids: book.were_in_touch([ids.member]),
    "take_back_touch": lambda book, ids: book.take_back_touch(ids.touch),
    "put_off": lambda book, ids: book.put_off(ids.member),
    "answer_ring": lambda book, ids: book.answer_ring(ids.member, 3),
    "decide_contact": lambda book, ids: book.decide_contact(ids.member, "not_for_now"),
    "save_card": lambda book, ids: _tried(lambda: book.save_card(ids.group, labelled="From Mara")),
    "card_saved": lambda book, ids: book.card_saved(ids.group),
}
WITHOUT_IDS: dict[str, Callable[[MyWorkbook], Any]] = {
    "today": lambda book: book.today,
    "local": lambda book: book.local(book._clock()),
    "saved": lambda book: book.saved("reflect.drifted"),
    "note_opened": lambda book: book.note_opened("reflect.drifted"),
    "progress": lambda book: book.progress(),
    "occasion": lambda book: book.occasion(book.content.exercise("reflect.drifted"), []),
    "next_occasion": lambda book: book.next_occasion(book.content.exercise("reflect.drifted")),
    "together": lambda book: len(book.together(book.content.exercise("reach_out.sent"))),
    "occasions": lambda book: book.occasions(book.content.exercise("reach_out.sent")),
    "hello": lambda book: book.hello(book.content.exercise("reach_out.sent"), "2026-03-02"),
    "open_hellos": lambda book: book.open_hellos(),
    "person_called": lambda book: book.person_called("Someone only they know"),
    "note_stage": lambda book: book.note_stage("2026-03-02", "pick"),
    "last_check_in": lambda book: book.last_check_in(),
    "again_from": lambda book: book.again_from(book.content.exercise("welcome.three_questions")),
    "touches": lambda book: book.touches(),
    "choose_rhythm": lambda book: book.choose_rhythm("core", "month"),
    "ring_rhythms": lambda book: book.ring_rhythms(),
    "choices": lambda book: book.choices(),
    "rest": lambda book: book.rest(True),
    "resting": lambda book: book.resting(),
    "take_it_easy": lambda book: book.take_it_easy(True),
    "taking_it_easy": lambda book: book.taking_it_easy(),
    "rows": lambda book: book.rows(),
    "kind_moments": lambda book: book.kind_moments(),
    "ring_answered_at": lambda book: book.ring_answered_at(),
    "members": lambda book: book.members(),
    "has_members": lambda book: book.has_members(),
    "pod": lambda book: book.pod(),
    "moves": lambda book: book.moves(),
    "last_move": lambda book: book.last_move(),
    "trash": lambda book: book.trash(),
    "put_away": lambda book: book.put_away(),
    "known": lambda book: book.known(),
    "added_on": lambda book: book.added_on(),
    "add_member": lambda book: book.add_member("June"),
    "name_someone": lambda book: book.name_someone(*asking(book, "names"), "Someone new"),
    "someone_called": lambda book: book.someone_called("Another"),
    "tries": lambda book: book.tries(),
    "at_one_moment": lambda book: book.at_one_moment(book.members),
    "consents": lambda book: book.consents(),
    "origin": lambda book: book.origin(),
    "changes": lambda book: book.changes(),
    "carried": lambda book: book.carried(),
    "compare": lambda book: book.compare(bundle.read(export.files(book), book.content)).changes_nothing,
    "take_in": lambda book: book.take_in(book.compare(bundle.read(export.files(book), book.content)), theirs=True),
    "everything_answered": lambda book: book.everything_answered(),
    "name": lambda book: book.name(),
    "content": lambda book: len(book.content.exercises),
    "sharing": lambda book: type(book.sharing),
}

# The same for what a person shares: a group, and an answer.
SHARING_WITH_IDS: dict[str, Callable[[MyWorkbook, Ids], Any]] = {
    "join": lambda book, ids: book.sharing.join(ids.token),
    "leave": lambda book, ids: book.sharing.leave(ids.group),
    "note_told_of_pause": lambda book, ids: book.sharing.note_told_of_pause(),
    "call_me": lambda book, ids: book.sharing.call_me(ids.group, "B."),
    "note_told": lambda book, ids: book.sharing.note_told(ids.group),
    "grant": lambda book, ids: book.sharing.grant(ids.group, "shape"),
    "withdraw": lambda book, ids: book.sharing.withdraw(ids.group, "shape"),
    "share_answer": lambda book, ids: book.sharing.share_answer(ids.group, ids.answer),
    "unshare_answer": lambda book, ids: book.sharing.unshare_answer(ids.group, ids.answer),
    "unshare_versions": lambda book, ids: book.sharing.unshare_versions(ids.group, ids.answer),
    "switch_notes": lambda book, ids: book.sharing.switch_notes(ids.group, on=False),
    "put_away_note": lambda book, ids: book.sharing.put_away_note(ids.answer),
    "preview": lambda book, ids: book.sharing.preview(ids.group, SCOPES),
}
SHARING_WITHOUT_IDS: dict[str, Callable[[MyWorkbook], Any]] = {
    "groups": lambda book: book.sharing.groups(),
    "memberships": lambda book: book.sharing.memberships(),
    "ended": lambda book: book.sharing.ended(),
    "paused": lambda book: book.sharing.paused(),
    "led": lambda book: list(book.sharing.led()),
    "looks": lambda book: book.sharing.looks(),
    "notes": lambda book: book.sharing.notes(),
    "ticked": lambda book: book.sharing.ticked(),
}


def _public(door: type) -> set[str]:
    return {name for name in vars(door) if not name.startswith("_")}


def _tried(call: Callable[[], Any]) -> str:
    """How a call ends: a refusal by its code, anything else by what it is."""
    try:
        return f"gave {type(call()).__name__}"
    except Refused as refused:
        return f"refused {refused.code}"


def snapshot(book: MyWorkbook) -> str:
    """All there is of one person."""
    pod = (book.members(), book.known(), book.moves(), book.touches(), book.choices(), book.put_away())
    return repr((*pod, book.tries(), book.everything_answered(), book.name()))


def filled(book: MyWorkbook) -> Ids:
    """A workbook with a member, an answer and a try, all of them Ada's secrets."""
    member = book.add_member(SECRETS[1], place="movable")
    book.change_member(member, "notes", SECRETS[2])
    answer = book.answer("reflect.drifted", "together", SECRETS[0])
    exercise = next(e for e in book.content.exercises if any(p.fills == "try.text" for p in e.prompts))
    which = next(p for p in exercise.prompts if p.fills == "try.member")
    text = next(p for p in exercise.prompts if p.fills == "try.text")
    occasion = book.today.isoformat()
    book.answer(exercise.key, which.key, member, occasion=occasion)
    book.answer(exercise.key, text.key, SECRETS[3], occasion=occasion)
    book.were_in_touch([member])
    touch, other = book.touches()[-1].touch_id, book.add_member(f"{SECRETS[1]} too")
    deleted = book.add_member(f"{SECRETS[1]} three")
    book.delete_member(deleted)
    a_try, move = book.tries()[-1].try_id, book.moves()[-1].move_id
    return Ids(member, answer.answer_id, a_try, other=other, touch=touch, deleted=deleted, move=move)


@pytest.mark.promise("idor_matrix")
def test_every_method_of_the_workbook_is_in_the_matrix() -> None:
    assert _public(MyWorkbook) == WITH_IDS.keys() | WITHOUT_IDS.keys()


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("method", WITH_IDS)
def test_anothers_ids_and_gone_ones_are_answered_like_made_up_ones(
    store: Store, words: Content, clock: Clock, method: str
) -> None:
    ada, kofi = book_of(store, words, clock, "Ada"), book_of(store, words, clock, "Kofi")
    foreign, gone = filled(ada), filled(kofi)
    kofi.erase("reflect.drifted", "together")
    kofi.forget(gone.member)
    kofi.forget(gone.deleted)
    before = snapshot(ada)
    own_before = snapshot(kofi)
    act = WITH_IDS[method]
    ends: list[str] = []
    results: list[Any] = []
    for ids in (foreign, gone, Ids(new_id(), new_id(), new_id())):
        results.append(None)
        with suppress(Refused):
            results[-1] = act(kofi, ids)
        ends.append(_tried(lambda ids=ids: act(kofi, ids)))  # type: ignore[misc]
    assert len(set(ends)) == 1 and repr(results[0]) == repr(results[2]), ends
    assert snapshot(ada) == before
    assert snapshot(kofi) == own_before
    assert [s for s in SECRETS if s in repr(results)] == []
    assert "gave" in (_tried(lambda: act(ada, foreign)) if method != "answer" else str(act(ada, foreign))), method


@pytest.mark.promise("idor_matrix")
def test_a_method_without_ids_shows_and_changes_ones_own_alone(store: Store, words: Content, clock: Clock) -> None:
    ada, kofi = book_of(store, words, clock, "Ada"), book_of(store, words, clock, "Kofi")
    filled(ada)
    before = snapshot(ada)
    for name, call in WITHOUT_IDS.items():
        result = call(kofi)
        assert snapshot(ada) == before, name
        assert [s for s in (*SECRETS, "Ada") if s in repr(result)] == [], name


@pytest.mark.promise("idor_matrix")
def test_every_method_of_sharing_is_in_the_matrix() -> None:
    assert _public(MySharing) == SHARING_WITH_IDS.keys() | SHARING_WITHOUT_IDS.keys()


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("method", SHARING_WITH_IDS)
def test_anothers_group_and_answer_are_answered_like_made_up_ones(
    store: Store, words: Content, clock: Clock, method: str
) -> None:
    """Kofi is in a group of Mara's; Ada in one of Lena's, by a link for her alone. `gone` is a group that ended."""
    ada, kofi = book_of(store, words, clock, "Ada"), book_of(store, words, clock, "Kofi")
    mara, lena = (CoachDesk(store, words, coach(store, name), clock) for name in ("Mara", "Lena"))
    own, hers, gone = (desk.make_group(Group("A circle", "Someone")) for desk in (mara, lena, lena))
    kofi.sharing.join(mara.invite(own), scopes=SCOPES)
    used, ended = lena.invite(hers, kind="personal"), lena.invite(gone)
    kofi.sharing.join(ended)
    ada.sharing.join(used, scopes=SCOPES)
    lena.delete_group(gone)
    kofi.sharing.note_told(gone)
    foreign = filled(ada)
    ada.sharing.share_answer(hers, foreign.answer)
    before, own_before = sharing_of(ada), sharing_of(kofi)
    # A link that was used says so: its token was handed out, and who holds it may know.
    made_up = Ids(new_id(), new_id(), new_id(), new_id(), "made up")
    named = [Ids(foreign.member, foreign.answer, "", hers, "made up"), Ids("", "", "", gone, ended), made_up]
    ends = [_tried(lambda ids=ids: SHARING_WITH_IDS[method](kofi, ids)) for ids in named]  # type: ignore[misc]
    assert len(set(ends)) == 1, ends
    if method in ("share_answer", "unshare_answer", "unshare_versions"):  # nor Ada's answer, to one's own coach
        with suppress(Refused):
            SHARING_WITH_IDS[method](kofi, Ids("", foreign.answer, "", own))
        assert SECRETS[0] not in repr(mara.people(own)) + repr(kofi.sharing.preview(own, SCOPES))
    assert sharing_of(ada) == before
    assert sharing_of(kofi) == own_before
    named_own = Ids(foreign.member, foreign.answer, "", hers, mara.invite(own))
    assert "gave" in _tried(lambda: SHARING_WITH_IDS[method](ada, named_own)), method


def sharing_of(book: MyWorkbook) -> str:
    """All there is of what one person shares."""
    mine = book.sharing
    return repr((mine.groups(), mine.memberships(), mine.ended(), mine.notes(), book.consents()))


@pytest.mark.promise("idor_matrix")
def test_what_sharing_shows_is_ones_own_alone(store: Store, words: Content, clock: Clock) -> None:
    ada, kofi = book_of(store, words, clock, "Ada"), book_of(store, words, clock, "Kofi")
    mara = CoachDesk(store, words, coach(store, "Mara"), clock)
    group = mara.make_group(Group("A circle", "Mara"))
    ada.sharing.join(mara.invite(group), called=SECRETS[0], scopes=SCOPES)
    mara.send_note(group, mara.people(group)[0].membership_id, SECRETS[1])
    ada.sharing.share_answer(group, ada.answer("reflect.drifted", "together", SECRETS[2]).answer_id)
    for name, call in SHARING_WITHOUT_IDS.items():
        assert call(kofi) == [], name
        assert (call(ada) == []) == (name in ("ended", "led", "paused")), name


# Who may open it


@pytest.fixture
def home(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.delenv("WORKBOOK_KEY", raising=False)
    monkeypatch.delenv("WORKBOOK_KEY_FILE", raising=False)
    yield house.open_house(Settings(folder=tmp_path / "data"), clock)
    house.close_house()


def signed_in(gate: Gate, person_id: str) -> tuple[str, Session]:
    before = fresh_cookie()
    taken = gate.take(gate.ticket(came_in(gate, person_id), before), before)
    assert taken is not None and taken.cookie is not None
    found = gate.who(taken.cookie)
    assert found is not None
    return taken.cookie, found


def cookies(home: House, ada: str, kofi: str) -> dict[str, str]:
    """What each role's browser holds."""
    gate = home.gate
    out = signed_in(gate, ada)[0]
    gate.end(out)
    held = {"stranger": fresh_cookie(), "signed out": out, "no cookie": ""}
    return held | {"another person": signed_in(gate, kofi)[0], "the person": signed_in(gate, ada)[0]}


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("role", ["stranger", "signed out", "no cookie", "another person", "the person"])
def test_a_save_is_taken_from_the_persons_own_browser_alone(
    home: House, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    ada, kofi = person(home.store, "Ada"), person(home.store, "Kofi")
    held = cookies(home, ada, kofi)
    monkeypatch.setattr(session, "cookie", lambda: held[role])
    monkeypatch.setattr(session, "zone", lambda: "UTC")
    monkeypatch.setattr(session, "address", lambda: HOME)
    monkeypatch.setattr(st, "session_state", {})
    opened = 0
    for _ in (*WITH_IDS, *WITHOUT_IDS):
        with suppress(session.NotHere):
            assert session.book_for_saving(ada).person_id == ada
            opened += 1
    assert opened == (len(WITH_IDS) + len(WITHOUT_IDS) if role == "the person" else 0)
    print(f"{role}: {len(WITH_IDS) + len(WITHOUT_IDS)} methods, {opened} reached")


# The gate

# Methods that need a proof of their own: what Kofi, a stranger, or Ada's ended session can do with them to Ada.
ATTACKS: dict[str, Callable[[Gate, str, Session, Session], Any]] = {
    "sign_up": lambda gate, ada, kofi, ended: gate.sign_up("Ada", NEW, HOME),
    "sign_in": lambda gate, ada, kofi, ended: gate.sign_in("Ada", KOFIS, HOME),
    "recover": lambda gate, ada, kofi, ended: gate.recover("Ada", "0" * 20, NEW, HOME),
    "take": lambda gate, ada, kofi, ended: gate.take(gate.ticket(came_in(gate, ada), "d" * 43), "e" * 43),
    "who": lambda gate, ada, kofi, ended: gate.who(fresh_cookie()),
    "end": lambda gate, ada, kofi, ended: gate.end(fresh_cookie()),
    "proved": lambda gate, ada, kofi, ended: gate.proved(ended) or None,
    "prove": lambda gate, ada, kofi, ended: gate.prove(ended, KOFIS, HOME),
    "change_passphrase": lambda gate, ada, kofi, ended: gate.change_passphrase(ended, KOFIS, NEW, HOME),
    "new_recovery_code": lambda gate, ada, kofi, ended: gate.new_recovery_code(ended),
    "cover": lambda gate, ada, kofi, ended: gate.cover(ended),
    "lift": lambda gate, ada, kofi, ended: gate.lift(ended),
    "delete_everything": lambda gate, ada, kofi, ended: gate.delete_everything(ended),
    "become_coach": lambda gate, ada, kofi, ended: gate.become_coach(kofi, "0" * 20, HOME),
    "is_coach": lambda gate, ada, kofi, ended: gate.is_coach(ada) or gate.is_coach(kofi.person_id) or None,
    "invitation": lambda gate, ada, kofi, ended: gate.invitation("made up", fresh_cookie(), HOME),
    "held": lambda gate, ada, kofi, ended: gate.held(fresh_cookie()),
    "let_go": lambda gate, ada, kofi, ended: gate.let_go(fresh_cookie(), ""),
}
# Methods told for whom by the ui, which may name only the person of a session looked up just now.
TOLD_FOR_WHOM = {"ticket", "end_everywhere", "browsers", "has_recovery_code", "name"}
# The host asks for a code, nobody on a page; who holds a ticket may know whether it is still good.
FOR_NOBODY = {"propose_passphrase", "new_coach_code", "first_coach_code", "spend_restored_code", "waits"}
LOOKED_UP = {"found.person_id", "person_id", "book.person_id", "None", "session.person_id", "came_in"}


@pytest.mark.promise("idor_matrix")
def test_every_method_of_the_gate_is_in_the_matrix() -> None:
    assert _public(Gate) == ATTACKS.keys() | TOLD_FOR_WHOM | FOR_NOBODY


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("method", ATTACKS)
def test_nobody_gets_through_the_gate_as_someone_else(store: Store, clock: Clock, method: str) -> None:
    gate = Gate(store, clock)
    ada, kofi = person(store, "Ada", ADAS), person(store, "Kofi", KOFIS)
    cookie, ended = signed_in(gate, ada)
    code = gate.new_recovery_code(ended)
    clock.go_on(minutes=11)
    alive, opened = signed_in(gate, ada)
    gate.end(cookie)
    _, kofis = signed_in(gate, kofi)
    got = None
    with suppress(Refused):
        got = ATTACKS[method](gate, ada, kofis, ended)
    assert got is None
    assert gate.who(alive) == opened and gate.browsers(ada) == 1 and gate.name(ada) == "Ada"
    assert gate.sign_in("Ada", ADAS, "198.51.100.9").person_id == ada
    assert gate.recover("Ada", code, NEW, "198.51.100.9").person_id == ada


@pytest.mark.promise("idor_matrix")
def test_the_ui_asks_the_gate_only_about_the_person_it_just_looked_up() -> None:
    asked = 0
    for path in sorted((ROOT / "workbook").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            called = ast.unparse(node.func)
            if node.func.attr in TOLD_FOR_WHOM and called.split(".")[-2:-1] == ["gate"]:
                asked += 1
                assert ast.unparse(node.args[0]) in LOOKED_UP, f"{path.name}:{node.lineno}"
    assert asked >= 5


# The routes

OPEN_TO_ALL = {"/healthz", "/in"}
OF_A_PERSON = {"/take/progress.csv", "/take/everything.zip", "/take/sheet.pdf"}
OF_A_COACH = {"/take/group.csv"}
OF_A_BROWSER = {"/take/time.ics"}
BLANK = {"/take/empty-map.pdf", "/take/prompts.pdf"}
FROM_THE_PAGE = {"/keep"}
OF_A_FILE = {"/bring"}
HERE = (("origin", "http://127.0.0.1:8501"), ("content-type", "application/json"))


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("address", sorted(OF_A_PERSON))
def test_a_download_is_for_the_person_alone_and_only_just_after_their_passphrase(
    home: House, clock: Clock, address: str
) -> None:
    app = Starlette(routes=ROUTES)
    ada, kofi = person(home.store, "Ada"), person(home.store, "Kofi")
    filled(home.workbook_of(ada, "UTC"))
    got = {
        role: ask(app, address, *([("cookie", f"n={held}")] if held else []))
        for role, held in cookies(home, ada, kofi).items()
    }
    statuses = {role: answer.status for role, answer in got.items()}
    assert statuses == {"stranger": 303, "signed out": 303, "no cookie": 303, "another person": 200, "the person": 200}
    assert [s for s in SECRETS if s.encode() in got["another person"].body] == []
    clock.go_on(minutes=10)
    for held in cookies(home, ada, kofi).values():
        clock.go_on(minutes=10)
        assert ask(app, address, ("cookie", f"n={held or 'x'}")).status == 303


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("address", sorted(OF_A_BROWSER))
def test_a_time_is_for_whoever_is_signed_in_and_a_plans_words_for_their_person_alone_just_after_their_passphrase(
    home: House, clock: Clock, address: str
) -> None:
    app = Starlette(routes=ROUTES)
    ada, kofi = person(home.store, "Ada"), person(home.store, "Kofi")
    book = home.workbook_of(ada, "UTC")
    book.answer("check_in.closing", "act", SECRETS[0], occasion="2026-03-02")
    plan = book.tries()[0].try_id
    bare = f"{address}?on=2026-03-08&at=18:00&zone=UTC"
    theirs = {"bare": bare, "plan": f"{bare}&plan={plan}", "words": f"{bare}&plan={plan}&words=1"}
    held = cookies(home, ada, kofi)

    def got(what: str, role: str) -> tuple[int, bool]:
        answer = ask(app, theirs[what], *([("cookie", f"n={held[role]}")] if held[role] else []))
        return answer.status, SECRETS[0].encode() in answer.body

    nothing, a_file, the_words = (303, False), (200, False), (200, True)
    nobody = dict.fromkeys(("stranger", "signed out", "no cookie"), nothing)
    assert {role: got("bare", role) for role in held} == nobody | {"another person": a_file, "the person": a_file}
    assert {role: got("plan", role) for role in held} == nobody | {"another person": nothing, "the person": a_file}
    assert {role: got("words", role) for role in held} == nobody | {"another person": nothing, "the person": the_words}
    made_up = ask(app, f"{bare}&plan={new_id()}", ("cookie", f"n={held['another person']}"))
    foreign = ask(app, theirs["plan"], ("cookie", f"n={held['another person']}"))
    assert (made_up.status, made_up.headers, made_up.body) == (foreign.status, foreign.headers, foreign.body)
    own = ("cookie", f"n={held['the person']}")
    assert ask(app, bare, own, ("sec-fetch-site", "cross-site")).status == 303
    clock.go_on(minutes=10)
    assert [got(what, "the person") for what in theirs] == [a_file, a_file, nothing]


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("address", sorted(OF_A_COACH))
def test_a_groups_file_is_for_its_coach_alone_and_only_just_after_their_passphrase(
    home: House, clock: Clock, address: str
) -> None:
    app = Starlette(routes=ROUTES)
    mara, ada, lena = (person(home.store, name) for name in ("Mara", "Ada", "Lena"))
    for one in (mara, lena):
        _, session = signed_in(home.gate, one)
        home.gate.become_coach(session, home.gate.new_coach_code(), HOME)
    desk = home.desk_of(mara)
    group = desk.make_group(Group("A circle", "Mara"))
    home.workbook_of(ada, "UTC").sharing.join(desk.invite(group), called=SECRETS[0], scopes=SCOPES)
    held = cookies(home, mara, lena) | {"no coach": signed_in(home.gate, ada)[0]}
    got = {
        role: ask(app, f"{address}?id={group}", *([("cookie", f"n={cookie}")] if cookie else []))
        for role, cookie in held.items()
    }
    assert {role for role, answer in got.items() if answer.status == 200} == {"the person"}
    assert {answer.status for role, answer in got.items() if role != "the person"} == {303}
    assert SECRETS[0].encode() in got["the person"].body
    own = ("cookie", f"n={held['the person']}")
    made_up = ask(app, f"{address}?id={new_id()}", own)
    foreign = got["another person"]
    assert (made_up.status, made_up["location"], made_up.body) == (foreign.status, foreign["location"], foreign.body)
    assert ask(app, f"{address}?id={group}", own, ("sec-fetch-site", "cross-site")).status == 303
    clock.go_on(minutes=10)
    assert ask(app, f"{address}?id={group}", own).status == 303


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("address", sorted(FROM_THE_PAGE))
def test_what_a_page_sends_concerns_its_own_browser_alone(home: House, address: str) -> None:
    app = Starlette(routes=ROUTES)
    ada, kofi = person(home.store, "Ada"), person(home.store, "Kofi")
    held = cookies(home, ada, kofi)
    before = home.gate.who(held["the person"])
    statuses = {
        role: ask(
            app, address, *HERE, *([("cookie", f"n={one}")] if one else []), method="POST", body=b'{"then": "leave"}'
        ).status
        for role, one in held.items()
        if role != "the person"
    }
    assert statuses == {"stranger": 401, "signed out": 401, "no cookie": 401, "another person": 200}
    own = ("cookie", f"n={held['the person']}")
    for from_elsewhere in ((), HERE[1:], (("origin", "https://elsewhere.invalid"), HERE[1])):
        assert ask(app, address, *from_elsewhere, own, method="POST", body=b'{"then": "leave"}').status == 403
    assert home.gate.who(held["the person"]) == before and home.gate.who(held["another person"]) is None
    assert ask(app, address, *HERE, own, method="POST", body=b'{"then": "leave"}').status == 200
    assert home.gate.who(held["the person"]) is None


@pytest.mark.promise("idor_matrix")
@pytest.mark.parametrize("address", sorted(OF_A_FILE))
def test_a_file_that_is_brought_waits_for_its_own_browser_alone(home: House, address: str) -> None:
    app = Starlette(routes=ROUTES)
    held = cookies(home, person(home.store, "Ada"), person(home.store, "Kofi"))
    plain = (HERE[0], ("content-type", "application/octet-stream"))
    statuses = {
        role: ask(
            app, f"{address}?what=bundle", *plain, *([("cookie", f"n={one}")] if one else []), method="POST", body=b"PK"
        ).status
        for role, one in held.items()
        if role != "the person"
    }
    assert statuses == {"stranger": 401, "signed out": 401, "no cookie": 401, "another person": 204}
    session = home.gate.who(held["the person"])
    assert session is not None and home.arrivals.of(session.session_id, home.clock()) is None


@pytest.mark.promise("idor_matrix")
def test_every_route_is_in_the_matrix() -> None:
    assert {
        route.path for route in ROUTES
    } == OPEN_TO_ALL | OF_A_PERSON | OF_A_COACH | OF_A_BROWSER | BLANK | FROM_THE_PAGE | OF_A_FILE
    cells = (
        len(WITH_IDS) * 4 + len(WITHOUT_IDS) + 5 * (len(WITH_IDS) + len(WITHOUT_IDS)) + len(ATTACKS) + 5 * len(ROUTES)
    )
    print(
        f"{len(_public(MyWorkbook)) + len(_public(Gate)) + len(ROUTES)} methods and routes, {cells} cells, 0 uncovered"
    )


def test_the_table_calls_what_it_names() -> None:
    tables: list[dict[str, Callable[..., Any]]] = [
        *(WITH_IDS, WITHOUT_IDS, SHARING_WITH_IDS, SHARING_WITHOUT_IDS, ATTACKS),
    ]
    for name, call in (row for table in tables for row in table.items()):
        assert f".{name}" in inspect.getsource(call), name
