"""Who is here: signing up and in, waiting, tickets, sessions, recovery.

Passphrases are hashed by the real bcrypt, at its lowest cost but for the one test that asks what it costs.
"""

import resource
import secrets
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.characters import MONDAY, Clock, came_in, person, quick_hash
from workbook import passphrases, signing
from workbook.gate import Gate, fresh_cookie
from workbook.refused import Refused
from workbook.store import accounts, groups
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble
from workbook.store.opening import Store

ADAS = "harbour lemon quiet stone"
KOFIS = "window thirty green letters"
NEW = "seven boats before breakfast"
HOME, CAFE = "203.0.113.7", "198.51.100.9"
DEVICE = "d" * 43
REAL_COST = (passphrases.hashed, passphrases.NOBODYS_HASH)
NOBODY = quick_hash("nobody's passphrase")


@pytest.fixture(autouse=True)
def _quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrases, "hashed", quick_hash)
    monkeypatch.setattr(passphrases, "NOBODYS_HASH", NOBODY)


@pytest.fixture
def gate(store: Store, clock: Clock) -> Gate:
    return Gate(store, clock, named=["Mrs Thorne"])


@pytest.fixture
def ada(store: Store) -> str:
    return person(store, "Ada", ADAS)


@pytest.fixture
def kofi(store: Store) -> str:
    return person(store, "Kofi", KOFIS)


def refusal(call: object, *values: object) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*values)  # type: ignore[operator]
    return refused.value


def code_of(gate: Gate, person_id: str) -> str:
    """A new recovery code, given to a browser that has just signed in."""
    return gate.new_recovery_code(signed_in(gate, person_id, device="c" * 43)[1])


def signed_in(gate: Gate, person_id: str, *, kept: bool = False, device: str = DEVICE) -> tuple[str, Session]:
    """The cookie and the session of a browser that has just taken up its ticket."""
    taken = gate.take(gate.ticket(came_in(gate, person_id), device, kept=kept), device)
    assert taken is not None and taken.cookie is not None
    session = gate.who(taken.cookie)
    assert session is not None
    return taken.cookie, session


# Signing up


def test_a_person_signs_up_once_and_in_with_the_same_words(gate: Gate) -> None:
    noor = gate.sign_up("  Noor  Haddad ", ADAS).person_id
    assert gate.name(noor) == "Noor Haddad"
    assert gate.sign_in("Noor Haddad", ADAS, HOME).person_id == noor


def test_a_guess_costs_bcrypt_at_12_whether_the_name_is_known_or_not() -> None:
    hashed, nobodys_hash = REAL_COST
    kept_hash = hashed(ADAS)
    assert passphrases.fits(ADAS, kept_hash) and not passphrases.fits(KOFIS, nobodys_hash)
    assert [(h[:7], len(h)) for h in (kept_hash, nobodys_hash)] == [("$2b$12$", 60)] * 2


@pytest.mark.parametrize("again", ["Ada", "ada", "ＡＤＡ", "  aDa "])
def test_a_name_is_taken_however_it_is_written(gate: Gate, ada: str, again: str) -> None:
    assert refusal(gate.sign_up, again, KOFIS).code == "name_taken"


@pytest.mark.parametrize(
    ("name", "passphrase", "code"),
    [
        ("", ADAS, "name_empty"),
        ("Noor", "too short", "passphrase_short"),
        ("Noor", "noor noor noor noor", "passphrase_pattern"),
        ("Noor", "Correct Horse Battery Staple", "passphrase_common"),
        ("Noor", "Noor, Mrs Thorne", "passphrase_named"),
    ],
)
def test_a_name_or_passphrase_that_cannot_be_taken_is_refused_and_nobody_is_added(
    gate: Gate, store: Store, name: str, passphrase: str, code: str
) -> None:
    assert refusal(gate.sign_up, name, passphrase).code == code
    assert store.read("SELECT count(*) FROM people") == [(0,)]


def test_of_two_who_sign_up_with_one_name_at_the_same_moment_one_gets_it(store: Store) -> None:
    got: list[str | None] = []
    start = threading.Barrier(8)

    def try_it() -> None:
        start.wait()
        got.append(accounts.add_person(store, "noor", "Noor", "hash", MONDAY))

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([g for g in got if g]) == 1
    assert store.read("SELECT count(*) FROM people") == [(1,)]


def test_a_proposed_passphrase_is_five_short_words_that_are_taken(gate: Gate) -> None:
    proposed = {gate.propose_passphrase() for _ in range(20)}
    assert len(proposed) == 20
    for passphrase in proposed:
        words = passphrase.split(" ")
        assert len(words) == 5 and all(3 <= len(word) <= 7 for word in words)
        assert signing.accept_passphrase(passphrase, "Ada") == passphrase


def test_no_proposed_word_hurts_and_each_still_adds_almost_twelve_bits() -> None:
    words = set(passphrases.proposed())
    assert not words & {"alone", "strangle", "opium", "maimed", "victim", "relapse", "drunk", "grief"}
    assert len(words) > 4_000
    assert all(word.replace("-", "").isalpha() for word in words)


# Signing in


@pytest.mark.parametrize("name", ["Ada", "ada", " ADA ", "Ａｄａ"])
def test_a_name_is_found_without_case_or_width(gate: Gate, ada: str, name: str) -> None:
    assert gate.sign_in(name, ADAS, HOME).person_id == ada


@pytest.mark.promise("enumeration_timing")
def test_a_wrong_name_and_a_wrong_passphrase_are_refused_alike(gate: Gate, ada: str, kofi: str) -> None:
    wrong = [refusal(gate.sign_in, "Ada", KOFIS, HOME), refusal(gate.sign_in, "Noor", ADAS, HOME)]
    assert [(r.code, r.facts) for r in wrong] == [("sign_in_wrong", {})] * 2


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    gate: Gate, store: Store, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def fits(passphrase: str, kept_hash: str) -> bool:
        compared.append(kept_hash)
        return False

    monkeypatch.setattr(passphrases, "fits", fits)
    refusal(gate.sign_in, "Ada", KOFIS, HOME)
    refusal(gate.sign_in, "Noor", KOFIS, HOME)
    assert compared == [accounts.passphrase_hash(store, ada), NOBODY]


@pytest.mark.parametrize(
    "typed", ["", ADAS + " ", " " + ADAS, ADAS.upper(), ADAS[:-1], ADAS + "\x00", "\ud800", ADAS * 4, "🦊" * 40]
)
def test_only_the_passphrase_itself_fits_whatever_is_typed(gate: Gate, ada: str, typed: str) -> None:
    assert refusal(gate.sign_in, "Ada", typed, HOME).code == "sign_in_wrong"


def test_a_passphrase_of_72_bytes_is_not_opened_by_a_longer_one_that_begins_the_same(gate: Gate, store: Store) -> None:
    longest = "ab1c" * 18
    noor = person(store, "Noor", longest)
    assert gate.sign_in("Noor", longest, HOME).person_id == noor
    assert refusal(gate.sign_in, "Noor", longest + "x", HOME).code == "sign_in_wrong"


@pytest.mark.parametrize("name", ["", "\ud800", "A" * 10_000, "'; DROP TABLE people; --"])
def test_an_impossible_name_is_refused_like_any_unknown_one(gate: Gate, name: str) -> None:
    assert refusal(gate.sign_in, name, ADAS, HOME).code == "sign_in_wrong"


# Waiting


def fail(gate: Gate, times: int, name: str = "Ada", address: str = HOME) -> None:
    for _ in range(times):
        assert refusal(gate.sign_in, name, "not the right words", address).code == "sign_in_wrong"


@pytest.mark.parametrize("way", ["sign in", "recover", "sign up"])
def test_a_name_too_long_to_be_anyones_is_not_even_spelled_out(gate: Gate, ada: str, way: str) -> None:
    """One such letter becomes eighteen, and no wait comes before the name is known."""
    name, code = "\ufdfa" * 1_000_000, "A" * 1_000_000
    tracemalloc.start()
    try:
        if way == "sign in":
            said = refusal(gate.sign_in, name, ADAS, HOME).code
        elif way == "recover":
            said = refusal(gate.recover, name, code, NEW, HOME).code
        else:
            said = refusal(gate.sign_up, name, NEW, HOME).code
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said == {"sign in": "sign_in_wrong", "recover": "recovery_wrong", "sign up": "name_long"}[way]
    assert peak < 1_000_000, f"{peak} bytes"


def test_a_name_too_long_is_nobodys_and_counts_as_any_other_guess(gate: Gate, ada: str) -> None:
    assert gate.sign_in("Ada" + " " * (signing.TYPED_LONGEST - 3), ADAS, HOME).person_id == ada
    for _ in range(5):
        assert refusal(gate.sign_in, "Ada" + " " * signing.TYPED_LONGEST, ADAS, HOME).code == "sign_in_wrong"
    assert refusal(gate.sign_in, "b" * 1_000, ADAS, HOME).code == "wait"
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


@pytest.mark.promise("throttle")
def test_after_five_failures_one_waits_a_minute_even_with_the_right_words(gate: Gate, clock: Clock, ada: str) -> None:
    fail(gate, 5)
    waiting = refusal(gate.sign_in, "Ada", ADAS, HOME)
    assert (waiting.code, waiting.facts) == ("wait", {"minutes": 1})
    clock.go_on(seconds=59)
    assert refusal(gate.sign_in, "ADA", ADAS, HOME).code == "wait"
    clock.go_on(seconds=1)
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


@pytest.mark.promise("throttle")
def test_someone_elses_failures_do_not_keep_the_owner_out_elsewhere(gate: Gate, ada: str) -> None:
    fail(gate, 5)
    assert refusal(gate.sign_in, "Ada", ADAS, HOME).code == "wait"
    assert gate.sign_in("Ada", ADAS, CAFE).person_id == ada


def test_one_names_failures_do_not_keep_another_name_out(gate: Gate, ada: str, kofi: str) -> None:
    fail(gate, 5)
    assert gate.sign_in("Kofi", KOFIS, HOME).person_id == kofi


@pytest.mark.promise("throttle")
def test_trying_while_waiting_is_not_checked_and_does_not_lengthen_the_wait(gate: Gate, clock: Clock, ada: str) -> None:
    fail(gate, 5)
    clock.go_on(minutes=1)
    fail(gate, 1)
    for _ in range(30):
        assert refusal(gate.sign_in, "Ada", ADAS, HOME).facts == {"minutes": 2}
    clock.go_on(minutes=2)
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


def test_signing_in_forgets_the_failures_before_it(gate: Gate, ada: str) -> None:
    fail(gate, 4)
    gate.sign_in("Ada", ADAS, HOME)
    fail(gate, 4)
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


@pytest.mark.promise("throttle")
def test_an_address_that_failed_twenty_times_over_many_names_waits_and_others_do_not(
    gate: Gate, store: Store, clock: Clock, ada: str
) -> None:
    for n in range(5):
        person(store, f"Person {n}", KOFIS)
        fail(gate, 4, name=f"Person {n}")
    waiting = refusal(gate.sign_in, "Ada", ADAS, HOME)
    assert (waiting.code, waiting.facts) == ("wait", {"minutes": 60})
    assert gate.sign_in("Ada", ADAS, CAFE).person_id == ada
    clock.go_on(hours=1)
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


@pytest.mark.promise("throttle")
def test_fifty_tries_at_one_moment_gain_no_more_than_five(
    gate: Gate, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    lock, start = threading.Lock(), threading.Barrier(50)

    def slow(passphrase: str, kept_hash: str) -> bool:
        with lock:
            checked.append(passphrase)
        time.sleep(0.05)
        return False

    def guess(n: int) -> None:
        start.wait()
        with suppress(Refused):
            gate.sign_in("Ada", f"a guess of many words {n}", HOME)

    monkeypatch.setattr(passphrases, "fits", slow)
    threads = [threading.Thread(target=guess, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 5


@pytest.mark.promise("throttle")
def test_a_hundred_failures_in_a_row_stop_an_address_for_a_day_and_never_the_owner_elsewhere(
    gate: Gate, clock: Clock, ada: str
) -> None:
    failed = 0
    while failed < 100:
        if refusal(gate.sign_in, "Ada", "not the right words", HOME).code == "wait":
            clock.go_on(minutes=1)
        else:
            failed += 1
    waiting = refusal(gate.sign_in, "Ada", ADAS, HOME)
    assert (waiting.code, waiting.facts) == ("wait", {"minutes": 24 * 60})
    assert gate.sign_in("Ada", ADAS, CAFE).person_id == ada
    clock.go_on(hours=23, minutes=59)
    assert refusal(gate.sign_in, "Ada", ADAS, HOME).code == "wait"
    clock.go_on(minutes=1)
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


@pytest.mark.promise("throttle")
def test_guessed_at_from_everywhere_each_address_has_one_try_and_the_owner_needs_no_second(
    gate: Gate, clock: Clock, ada: str
) -> None:
    for n in range(25):
        fail(gate, 4, address=f"192.0.2.{n}")
    fail(gate, 1, address="192.0.2.99")
    assert refusal(gate.sign_in, "Ada", ADAS, "192.0.2.99").facts == {"minutes": 15}
    assert gate.sign_in("Ada", ADAS, CAFE).person_id == ada
    fail(gate, 4, address="192.0.2.100")


@pytest.mark.promise("throttle")
def test_all_addresses_of_one_home_are_one(gate: Gate, ada: str) -> None:
    for n in range(5):
        fail(gate, 1, address=f"2001:db8:1:2::{n}")
    assert refusal(gate.sign_in, "Ada", ADAS, "2001:db8:1:2:ffff::1").code == "wait"
    assert gate.sign_in("Ada", ADAS, "2001:db8:1:3::1").person_id == ada


def test_a_fault_of_ours_while_checking_is_not_counted(gate: Gate, ada: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> str:
        raise StoreTrouble("failed", "gone")

    with monkeypatch.context() as broken:
        broken.setattr(accounts, "signing_in", down)
        for _ in range(20):
            with pytest.raises(StoreTrouble):
                gate.sign_in("Ada", ADAS, HOME)
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


def test_asking_whether_names_are_taken_makes_one_wait(gate: Gate, ada: str) -> None:
    asked = [refusal(gate.sign_up, "Ada", KOFIS, HOME).code for _ in range(22)]
    assert asked == ["name_taken"] * 20 + ["wait"] * 2
    assert gate.sign_up("Noor", KOFIS, CAFE)


def test_ten_names_that_are_taken_shut_nobody_out(gate: Gate) -> None:
    for n in range(11):
        gate.sign_up(f"Person {n}", KOFIS)
    taken = [refusal(gate.sign_up, f"Person {n}", ADAS, HOME).code for n in range(11)]
    assert taken == ["name_taken"] * 11
    assert gate.sign_up("Noor", ADAS, HOME)


def test_start_pressed_twice_lets_its_own_person_in(gate: Gate) -> None:
    noor = gate.sign_up("Noor", ADAS, HOME)
    assert gate.sign_up("Noor", ADAS, HOME) == noor


def test_a_room_full_of_people_may_begin_at_once_but_not_without_end(gate: Gate, clock: Clock) -> None:
    for n in range(60):
        gate.sign_up(f"Person {n}", KOFIS, HOME)
    assert refusal(gate.sign_up, "Noor", KOFIS, HOME).code == "wait"
    clock.go_on(hours=1)
    assert gate.sign_up("Noor", KOFIS, HOME)


# Tickets


@pytest.mark.promise("stolen_ticket")
def test_a_ticket_is_used_once(gate: Gate, ada: str) -> None:
    ticket = gate.ticket(came_in(gate, ada), DEVICE, then="today")
    assert gate.waits(ticket)
    taken = gate.take(ticket, DEVICE)
    assert not gate.waits(ticket)
    assert taken is not None and taken.cookie is not None and taken.then == "today"
    assert gate.take(ticket, DEVICE) is None


@pytest.mark.promise("stolen_ticket")
def test_a_ticket_serves_only_the_browser_that_asked_for_it(gate: Gate, store: Store, ada: str) -> None:
    ticket = gate.ticket(came_in(gate, ada), DEVICE)
    assert gate.take(ticket, "e" * 43) is None
    assert gate.take(ticket, DEVICE) is None, "a ticket that was carried off is burnt"
    assert store.read("SELECT count(*) FROM sessions") == [(0,)]


@pytest.mark.promise("stolen_ticket")
@pytest.mark.parametrize(("seconds", "taken"), [(59, True), (60, False), (3600, False)])
def test_a_ticket_is_stale_after_a_minute(gate: Gate, clock: Clock, ada: str, seconds: int, taken: bool) -> None:
    ticket = gate.ticket(came_in(gate, ada), DEVICE)
    clock.go_on(seconds=seconds)
    assert gate.waits(ticket) is taken
    assert (gate.take(ticket, DEVICE) is not None) is taken


def test_a_made_up_ticket_gives_nothing(gate: Gate, ada: str) -> None:
    gate.ticket(came_in(gate, ada), DEVICE)
    assert [gate.take(ticket, DEVICE) for ticket in ("", "x", fresh_cookie())] == [None, None, None]


def test_eight_threads_with_one_ticket_open_one_session(gate: Gate, store: Store, ada: str) -> None:
    ticket = gate.ticket(came_in(gate, ada), DEVICE)
    taken: list[object] = []
    threads = [threading.Thread(target=lambda: taken.append(gate.take(ticket, DEVICE))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([t for t in taken if t]) == 1
    assert store.read("SELECT count(*) FROM sessions") == [(1,)]


def test_a_ticket_without_a_person_signs_the_browser_out(gate: Gate, ada: str) -> None:
    cookie, _ = signed_in(gate, ada)
    taken = gate.take(gate.ticket(None, cookie, then="welcome"), cookie)
    assert taken is not None and (taken.cookie, taken.kept, taken.then) == (None, False, "welcome")
    assert gate.who(cookie) is None


# Sessions


def test_a_session_gets_a_new_cookie_and_the_database_never_sees_it(gate: Gate, store: Store, ada: str) -> None:
    cookie, session = signed_in(gate, ada)
    assert cookie != DEVICE and len(cookie) == 43
    assert session.person_id == ada
    rows = store.read("SELECT session_id, secret_hash FROM sessions")
    assert rows[0][0] == session.session_id and cookie not in str(rows)


@pytest.mark.parametrize("cookie", [None, "", "x", DEVICE])
def test_a_cookie_without_a_session_is_nobodys(gate: Gate, ada: str, cookie: str | None) -> None:
    signed_in(gate, ada)
    assert gate.who(cookie) is None


@pytest.mark.parametrize(("kept", "lasts"), [(False, timedelta(hours=12)), (True, timedelta(days=30))])
def test_a_session_ends_by_itself(gate: Gate, clock: Clock, ada: str, kept: bool, lasts: timedelta) -> None:
    cookie, session = signed_in(gate, ada, kept=kept)
    assert (session.expires_at, session.kept) == (MONDAY + lasts, kept)
    clock.now = MONDAY + lasts - timedelta(seconds=1)
    assert gate.who(cookie) is not None
    clock.now = MONDAY + lasts
    assert gate.who(cookie) is None


@contextmanager
def no_room(store: Store) -> Iterator[None]:
    """The log of what was saved cannot grow by a byte, as on a full disk."""
    log = store.engine.path.with_name(store.engine.path.name + ".wal")
    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (log.stat().st_size, was[1]))
    try:
        with pytest.raises(StoreTrouble):
            accounts.end_every_session(store)
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)


@pytest.mark.parametrize("how", ["end", "ticket"])
def test_on_a_full_disk_a_session_still_ends(gate: Gate, store: Store, ada: str, how: str) -> None:
    cookie, _ = signed_in(gate, ada)
    with no_room(store):
        if how == "end":
            gate.end(cookie)
        else:
            taken = gate.take(gate.ticket(None, cookie), cookie)
            assert taken is not None and taken.cookie is None
        assert gate.who(cookie) is None
    assert gate.who(cookie) is None


def test_on_a_full_disk_a_session_is_still_covered_until_it_is_lifted(gate: Gate, store: Store, ada: str) -> None:
    (mine, session), (other, another) = signed_in(gate, ada, kept=True), signed_in(gate, ada, device="e" * 43)
    with no_room(store):
        gate.cover(session)
        gate.cover(another)
        covered = [gate.who(cookie) for cookie in (mine, other)]
        assert [one.covered for one in covered if one] == [True, True]
    lying, proving = (gate.who(cookie) for cookie in (mine, other))
    assert lying is not None and proving is not None and lying.covered and proving.covered
    gate.lift(lying)
    gate.prove(proving, ADAS, HOME)
    lifted = [gate.who(cookie) for cookie in (mine, other)]
    assert [one.covered for one in lifted if one] == [False, False]


def test_ending_a_session_leaves_the_persons_other_browsers_signed_in(gate: Gate, ada: str) -> None:
    phone, _ = signed_in(gate, ada, device="p" * 43)
    laptop, _ = signed_in(gate, ada, device="l" * 43)
    assert gate.browsers(ada) == 2
    gate.end(phone)
    assert gate.who(phone) is None and gate.who(laptop) is not None
    assert gate.browsers(ada) == 1


@pytest.mark.promise("logout_replay")
def test_ending_everywhere_signs_every_browser_of_the_person_out_and_nobody_elses(
    gate: Gate, ada: str, kofi: str
) -> None:
    cookies = [signed_in(gate, ada, device=letter * 43)[0] for letter in "plt"]
    kofis, _ = signed_in(gate, kofi, device="k" * 43)
    gate.end_everywhere(ada)
    assert [gate.who(cookie) for cookie in cookies] == [None, None, None]
    assert gate.who(kofis) is not None


def test_signing_in_again_in_the_same_browser_ends_the_session_before(gate: Gate, ada: str, kofi: str) -> None:
    cookie, _ = signed_in(gate, ada)
    kofis, session = signed_in(gate, kofi, device=cookie)
    assert gate.who(cookie) is None
    assert session.person_id == kofi and gate.who(kofis) == session
    assert gate.browsers(ada) == 0


def test_sessions_long_over_are_swept_up_when_a_new_one_opens(gate: Gate, store: Store, clock: Clock, ada: str) -> None:
    signed_in(gate, ada)
    clock.go_on(hours=13)
    signed_in(gate, ada, device="n" * 43)
    assert store.read("SELECT count(*) FROM sessions") == [(1,)]


# Proving it is still you


def test_the_passphrase_just_given_counts_for_ten_minutes(gate: Gate, clock: Clock, ada: str) -> None:
    cookie, session = signed_in(gate, ada)
    clock.go_on(minutes=9, seconds=59)
    assert gate.proved(session)
    clock.go_on(seconds=1)
    assert not gate.proved(session)
    gate.prove(session, ADAS, HOME)
    again = gate.who(cookie)
    assert again is not None and gate.proved(again)


def test_a_wrong_passphrase_proves_nothing_and_makes_one_wait_too(gate: Gate, clock: Clock, ada: str) -> None:
    cookie, session = signed_in(gate, ada)
    clock.go_on(minutes=11)
    for _ in range(5):
        assert refusal(gate.prove, session, KOFIS, HOME).code == "passphrase_wrong"
    assert refusal(gate.prove, session, ADAS, HOME).code == "wait"
    still = gate.who(cookie)
    assert still is not None and not gate.proved(still)


@pytest.mark.promise("password_change_kills_sessions")
def test_changing_the_passphrase_ends_every_other_session(gate: Gate, ada: str) -> None:
    here, session = signed_in(gate, ada)
    elsewhere, _ = signed_in(gate, ada, device="e" * 43)
    gate.change_passphrase(session, ADAS, NEW, HOME)
    assert gate.who(here) is not None and gate.who(elsewhere) is None
    assert gate.sign_in("Ada", NEW, HOME).person_id == ada
    assert refusal(gate.sign_in, "Ada", ADAS, HOME).code == "sign_in_wrong"


def test_the_passphrase_is_not_changed_without_the_old_one_nor_to_a_weak_one(gate: Gate, ada: str) -> None:
    _, session = signed_in(gate, ada)
    elsewhere, _ = signed_in(gate, ada, device="e" * 43)
    assert refusal(gate.change_passphrase, session, KOFIS, NEW, HOME).code == "passphrase_wrong"
    assert refusal(gate.change_passphrase, session, ADAS, "ada ada ada ada ada", HOME).code == "passphrase_pattern"
    assert gate.who(elsewhere) is not None
    assert gate.sign_in("Ada", ADAS, HOME).person_id == ada


@pytest.mark.promise("password_change_kills_sessions")
@pytest.mark.parametrize("how", ["a new passphrase", "a recovery code", "sign out everywhere", "delete everything"])
def test_whoever_was_on_their_way_in_is_out_as_well(gate: Gate, ada: str, how: str) -> None:
    """They knew the words until that moment, and keep their ticket for the next one."""
    code = code_of(gate, ada)
    _, session = signed_in(gate, ada)
    ticket = gate.ticket(gate.sign_in("Ada", ADAS, CAFE), "f" * 43, kept=True)
    came_in = gate.sign_in("Ada", ADAS, CAFE)  # their passphrase is being checked
    if how == "a new passphrase":
        gate.change_passphrase(session, ADAS, NEW, HOME)
    elif how == "a recovery code":
        gate.recover("Ada", code, NEW, HOME)
    elif how == "sign out everywhere":
        gate.end_everywhere(ada)
    else:
        gate.delete_everything(session)
    assert gate.take(ticket, "f" * 43) is None
    if how != "sign out everywhere":  # after that the same words let one in again
        assert gate.take(gate.ticket(came_in, "f" * 43), "f" * 43) is None


@pytest.mark.promise("password_change_kills_sessions")
def test_a_new_passphrase_undoes_the_recovery_code_that_someone_else_may_have_made(gate: Gate, ada: str) -> None:
    code = code_of(gate, ada)
    _, session = signed_in(gate, ada)
    gate.change_passphrase(session, ADAS, NEW, HOME)
    assert not gate.has_recovery_code(ada)
    assert refusal(gate.recover, "Ada", code, KOFIS, CAFE).code == "recovery_wrong"
    assert gate.sign_in("Ada", NEW, HOME).person_id == ada


# Recovery


def test_a_recovery_code_works_once_and_ends_every_session(gate: Gate, ada: str) -> None:
    code = code_of(gate, ada)
    assert len(code) == 24 and code.count("-") == 4
    cookie, _ = signed_in(gate, ada)
    assert gate.recover("ada", code.lower().replace("-", " "), NEW, HOME).person_id == ada
    assert gate.who(cookie) is None
    assert gate.sign_in("Ada", NEW, HOME).person_id == ada
    assert not gate.has_recovery_code(ada)
    assert refusal(gate.recover, "Ada", code, KOFIS, HOME).code == "recovery_wrong"
    assert gate.sign_in("Ada", NEW, HOME).person_id == ada


def test_a_new_code_makes_the_earlier_one_useless(gate: Gate, ada: str) -> None:
    first = code_of(gate, ada)
    second = code_of(gate, ada)
    assert first != second
    assert refusal(gate.recover, "Ada", first, NEW, HOME).code == "recovery_wrong"
    assert gate.has_recovery_code(ada)


def test_a_code_is_of_no_use_to_another_name_and_an_unknown_name_is_refused_alike(
    gate: Gate, ada: str, kofi: str
) -> None:
    code = code_of(gate, ada)
    for name in ("Kofi", "Noor"):
        refused = refusal(gate.recover, name, code, NEW, HOME)
        assert (refused.code, refused.facts) == ("recovery_wrong", {})
    assert gate.has_recovery_code(ada)


def test_without_a_code_handed_out_nothing_recovers(gate: Gate, ada: str) -> None:
    assert not gate.has_recovery_code(ada)
    assert refusal(gate.recover, "Ada", "", NEW, HOME).code == "recovery_wrong"


def test_a_weak_new_passphrase_does_not_use_the_code_up(gate: Gate, ada: str) -> None:
    code = code_of(gate, ada)
    assert refusal(gate.recover, "Ada", code, "too short", HOME).code == "passphrase_short"
    assert gate.has_recovery_code(ada)


@pytest.mark.promise("recovery_bruteforce")
def test_guessing_codes_makes_one_wait_like_guessing_passphrases(gate: Gate, ada: str) -> None:
    for _ in range(5):
        assert refusal(gate.recover, "Ada", "0" * 20, NEW, HOME).code == "recovery_wrong"
    assert refusal(gate.recover, "Ada", "0" * 20, NEW, HOME).code == "wait"
    assert refusal(gate.sign_in, "Ada", ADAS, HOME).code == "wait"


@pytest.mark.promise("recovery_bruteforce")
def test_of_ten_thousand_guessed_codes_none_is_taken_and_five_an_hour_are_checked(
    gate: Gate, clock: Clock, store: Store, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code_of(gate, ada)
    checked: list[datetime] = []
    spend = accounts.spend_recovery_code

    def counted(*given: Any) -> bool:
        checked.append(clock())
        return spend(*given)

    monkeypatch.setattr(accounts, "spend_recovery_code", counted)
    begun, taken = clock(), 0
    for n in range(10_000):
        guess = "".join(secrets.choice(signing.CODE_ALPHABET) for _ in range(signing.CODE_LENGTH))
        with suppress(Refused):
            gate.recover(("Ada", "Noor", "Kofi")[n % 3], guess, NEW, HOME)
            taken += 1
        clock.go_on(seconds=9)
    hours = (clock() - begun) / timedelta(hours=1)
    most = max(sum(at <= other < at + timedelta(hours=1) for other in checked) for at in checked)
    print(f"10,000 guesses in {hours:.0f} hours: {len(checked)} checked, at most {most} in any hour, {taken} taken")
    assert (taken, most) == (0, 5)
    assert gate.has_recovery_code(ada)


@pytest.mark.promise("recovery_bruteforce")
def test_two_who_bring_one_code_at_one_moment_use_it_once(gate: Gate, store: Store, ada: str) -> None:
    code = code_of(gate, ada)
    start, taken = threading.Barrier(8), []

    def bring(n: int) -> None:
        start.wait()
        with suppress(Refused):
            taken.append(gate.recover("Ada", code, NEW, f"192.0.2.{n}").person_id)

    threads = [threading.Thread(target=bring, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [ada]


def test_whoever_becomes_a_coach_by_a_shell_is_one_at_once(gate: Gate, store: Store, ada: str, clock: Clock) -> None:
    assert not gate.is_coach(ada)
    groups.add_code(store, "a code", clock())
    assert groups.spend_code(store, "a code", ada, clock(), in_settings=False)
    assert gate.is_coach(ada)


def test_a_code_is_handed_out_only_where_the_passphrase_was_just_given(gate: Gate, clock: Clock, ada: str) -> None:
    _, session = signed_in(gate, ada)
    clock.go_on(minutes=10)
    assert refusal(gate.new_recovery_code, session).code == "prove_first"
    assert not gate.has_recovery_code(ada)


def test_the_code_itself_is_nowhere_in_the_database(gate: Gate, store: Store, ada: str) -> None:
    code = code_of(gate, ada)
    rows = store.read("SELECT code_hash, made_at FROM recovery_codes")
    assert rows[0][1] == datetime(2026, 3, 2, 9, 0)
    assert code not in str(rows) and code.replace("-", "") not in str(rows)
