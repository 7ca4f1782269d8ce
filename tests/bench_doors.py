"""How long a refusal takes for a name that is here and one that is not. `make bench` prints it."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.characters import MONDAY, Clock, person
from workbook import passphrases
from workbook.gate import Gate
from workbook.refused import Refused
from workbook.store import accounts
from workbook.store.opening import open_store

PAIRS = 20
WRONG, NEW = "not the right words at all", "seven boats before breakfast"
NAMES = [f"person {n}" for n in range(10)]

Act = Callable[[Gate, str, str], object]
ACTS: dict[str, Act] = {
    "sign in": lambda gate, name, address: gate.sign_in(name, WRONG, address),
    "recovery": lambda gate, name, address: gate.recover(name, "0" * 20, NEW, address),
}


def main() -> None:
    """Print both, at full cost, in turn, so that what else the machine does falls on both alike."""
    with tempfile.TemporaryDirectory() as room:
        store = open_store(Path(room) / "data", now=MONDAY)
        kept = passphrases.hashed("the words of this person")
        for name in NAMES:
            accounts.replace_passphrase(store, person(store, name, "any words"), kept, MONDAY, None)
        gate = Gate(store, Clock())
        for what, act in ACTS.items():
            known, unknown = compared(act, gate)
            print(
                f"A refused {what}: a known name {known:.0f} ms, an unknown one {unknown:.0f} ms,"
                f" {abs(known - unknown):.0f} apart (asked for: 15); ratio {known / unknown:.3f}"
            )
        store.close()


def compared(act: Act, gate: Gate) -> tuple[float, float]:
    """The medians in ms for known and unknown names, each asked from an address of its own."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for n in range(-1, PAIRS):
        for is_known in (True, False) if n % 2 else (False, True):  # who comes second finds things warm
            took = refused(act, gate, NAMES[n % 10] if is_known else f"nobody {n}", f"192.0.2.{n % 250}.{is_known}")
            if n >= 0:
                times[is_known].append(took)
    return median(times[True]), median(times[False])


def refused(act: Act, gate: Gate, name: str, address: str) -> float:
    """How long one refusal takes, in ms."""
    began = time.perf_counter()
    try:
        act(gate, name, address)
    except Refused:
        return (time.perf_counter() - began) * 1000
    raise AssertionError("it was not refused")


if __name__ == "__main__":
    main()
