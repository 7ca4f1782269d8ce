"""A name that is here and one that is not are refused in the same words and the same time."""

import os
import time
from collections.abc import Callable
from statistics import median

import pytest

from tests.characters import Clock, person, quick_hash
from workbook import passphrases
from workbook.gate import Gate
from workbook.refused import Refused
from workbook.store.opening import Store

PAIRS, PAIRS_AT_FULL_COST = 100, 4
MOST_APART_MS = 15
WRONG, NEW = "not the right words at all", "seven boats before breakfast"
HOME = "203.0.113.7"
NAMES = [f"person {n}" for n in range(10)]

Act = Callable[[Gate, str, str], object]
ACTS: dict[str, Act] = {
    "sign in": lambda gate, name, address: gate.sign_in(name, WRONG, address),
    "recovery": lambda gate, name, address: gate.recover(name, "0" * 20, NEW, address),
    "sign up, passphrase too short": lambda gate, name, address: gate.sign_up(name, "too short", address),
}


def _refused(
    act: Act, gate: Gate, name: str, address: str, watch: Callable[[], float]
) -> tuple[tuple[str, str], float]:
    """The words of a refusal, and how long it took in ms."""
    began = watch()
    with pytest.raises(Refused) as refused:
        act(gate, name, address)
    return (refused.value.code, str(refused.value.facts)), (watch() - began) * 1000


def _compared(
    act: Act, gate: Gate, pairs: int, watch: Callable[[], float]
) -> tuple[set[tuple[str, str]], float, float]:
    """Known and unknown names in turn, each from an address of its own: the words, and both medians in ms."""
    words: set[tuple[str, str]] = set()
    known: list[float] = []
    unknown: list[float] = []
    for n in range(-1, pairs):
        turns = [(NAMES[n % 10], known), (f"nobody {n}", unknown)]
        for name, times in turns if n % 2 else reversed(turns):  # who comes second finds things warm
            said, took = _refused(act, gate, name, f"192.0.2.{n % 250}.{len(known)}.{len(unknown)}", watch)
            words.add(said)
            times.append(took)
    return words, median(known[1:]), median(unknown[1:])


@pytest.mark.promise("enumeration_timing")
@pytest.mark.parametrize("what", ACTS)
def test_all_but_the_hashing_takes_as_long_for_a_known_name_as_for_an_unknown_one(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """With bcrypt at its lowest cost, so that what the database does is not lost in it."""
    monkeypatch.setattr(passphrases, "hashed", quick_hash)
    monkeypatch.setattr(passphrases, "NOBODYS_HASH", quick_hash("nobody's passphrase"))
    for name in NAMES:
        person(store, name, "the words of this person")
    words, known, unknown = _compared(ACTS[what], Gate(store, clock), PAIRS, time.perf_counter)
    print(f"{what}: known {known:.1f} ms, unknown {unknown:.1f} ms, {PAIRS} pairs")
    assert len(words) == 1 and abs(known - unknown) < MOST_APART_MS


@pytest.mark.promise("enumeration_timing")
@pytest.mark.parametrize("what", ["sign in", "recovery"])
def test_the_hashing_is_done_for_unknown_names_too(store: Store, clock: Clock, what: str) -> None:
    """At full cost, in time of this process's own: what else the machine is doing does not count."""
    people = [person(store, name, "the words of this person") for name in NAMES]
    kept = passphrases.hashed("the words of this person")
    with store.writing() as tx:
        tx.run("UPDATE passphrases SET hash = :hash WHERE person_id = ANY(:people)", {"hash": kept, "people": people})
    words, known, unknown = _compared(ACTS[what], Gate(store, clock), PAIRS_AT_FULL_COST, time.thread_time)
    print(f"{what} at full cost: known {known:.0f} ms, unknown {unknown:.0f} ms, {os.cpu_count()} processors")
    assert len(words) == 1 and min(known, unknown) > 50
    assert abs(known - unknown) < MOST_APART_MS or abs(known / unknown - 1) < 0.08


@pytest.mark.promise("enumeration_timing")
def test_at_sign_up_a_taken_name_costs_the_hashing_too(store: Store, clock: Clock) -> None:
    gate = Gate(store, clock)
    person(store, "Ada", "the words of this person")
    taken = min(
        _refused(lambda g, n, a: g.sign_up(n, NEW, a), gate, "Ada", f"{n}", time.thread_time)[1] for n in range(2)
    )
    began = time.thread_time()
    gate.sign_up("Noor", NEW, HOME)
    free = (time.thread_time() - began) * 1000
    print(f"sign up: a taken name {taken:.0f} ms, a free one {free:.0f} ms")
    assert taken > 50
