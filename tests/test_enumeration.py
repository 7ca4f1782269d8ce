"""A name that is here and one that is not are refused in the same words, after the same work.

What is counted is the work itself: each hash with its cost, each statement. How long it takes is measured by `make bench`,
since a busy machine says nothing about the code.
"""

from collections.abc import Callable

import bcrypt
import pytest

from tests.characters import Clock, person
from workbook import passphrases
from workbook.gate import Gate
from workbook.refused import Refused
from workbook.store import accounts, engine
from workbook.store.opening import Store

WRONG, NEW = "not the right words at all", "seven boats before breakfast"
HOME = "203.0.113.7"
FULL_COST = 12

Act = Callable[[Gate, str], object]
ACTS: dict[str, Act] = {
    "sign in": lambda gate, name: gate.sign_in(name, WRONG, HOME),
    "sign in with a passphrase too long": lambda gate, name: gate.sign_in(name, WRONG * 10, HOME),
    "recovery": lambda gate, name: gate.recover(name, "0" * 20, NEW, HOME),
    "sign up, passphrase too short": lambda gate, name: gate.sign_up(name, "too short", HOME),
}
HASHES = {"sign in": ["check"], "sign in with a passphrase too long": ["check"], "recovery": ["make"]}


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, object]]:
    """What is done from here on: ("check" or "make", cost) for each bcrypt, ("ask", words) for each statement."""
    done: list[tuple[str, object]] = []
    check, make, ask = bcrypt.checkpw, bcrypt.hashpw, engine._in_duckdb_words

    def noted_check(password: bytes, kept: bytes) -> bool:
        done.append(("check", _cost(kept)))
        return check(password, kept)

    def noted_make(password: bytes, salt: bytes) -> bytes:
        done.append(("make", _cost(salt)))
        return make(password, salt)

    def noted_ask(sql: str) -> str:
        done.append(("ask", sql))
        return ask(sql)

    monkeypatch.setattr(bcrypt, "checkpw", noted_check)
    monkeypatch.setattr(bcrypt, "hashpw", noted_make)
    monkeypatch.setattr(engine, "_in_duckdb_words", noted_ask)
    return done


@pytest.mark.promise("enumeration_timing")
@pytest.mark.parametrize("what", ACTS)
def test_the_same_hashes_and_statements_for_a_known_name_as_for_an_unknown_one(
    store: Store, clock: Clock, work: list[tuple[str, object]], what: str
) -> None:
    gate = Gate(store, clock)
    accounts.replace_passphrase(store, person(store, "Ada", "any words"), passphrases.hashed(NEW), clock(), None)
    said, known = _refused(gate, ACTS[what], "Ada", work)
    also_said, unknown = _refused(gate, ACTS[what], "Nobody", work)
    assert said == also_said and known == unknown
    assert [one for one in known if one[0] != "ask"] == [(how, FULL_COST) for how in HASHES.get(what, [])]


@pytest.mark.promise("enumeration_timing")
def test_at_sign_up_a_taken_name_costs_the_hashing_too(
    store: Store, clock: Clock, work: list[tuple[str, object]]
) -> None:
    gate = Gate(store, clock)
    accounts.replace_passphrase(store, person(store, "Ada", "any words"), passphrases.hashed(WRONG), clock(), None)
    work.clear()
    _, taken = _refused(gate, lambda gate, name: gate.sign_up(name, NEW, HOME), "Ada", work)
    gate.sign_up("Noor", NEW, HOME)
    assert [one for one in taken if one[0] != "ask"] == [("make", FULL_COST), ("check", FULL_COST)]
    assert [one for one in work if one[0] != "ask"] == [("make", FULL_COST)]


def _refused(
    gate: Gate, act: Act, name: str, work: list[tuple[str, object]]
) -> tuple[tuple[str, str], list[tuple[str, object]]]:
    """The words of a refusal, and what was done for it."""
    work.clear()
    with pytest.raises(Refused) as refused:
        act(gate, name)
    done = list(work)
    work.clear()
    return (refused.value.code, str(refused.value.facts)), done


def _cost(hashed: bytes) -> int:
    """The cost that a bcrypt hash or salt names: its work doubles with each."""
    return int(hashed.split(b"$")[2])
