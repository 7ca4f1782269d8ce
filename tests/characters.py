"""Ada, Kofi and Noor, and the clock they live by."""

from datetime import datetime, timedelta

import bcrypt

from workbook import signing
from workbook.content import Content
from workbook.gate import CameIn, Gate
from workbook.my_workbook import MyWorkbook
from workbook.store import accounts
from workbook.store.opening import Store, new_id

MONDAY = datetime(2026, 3, 2, 9, 0)  # 09:00 in London, where it is still winter
FINE = {"uneasy": "fine", "harmed": "no", "order": "no", "seen": "no", "pulled": "no"}


class Clock:
    """Naive UTC that stands still until a test lets it go on."""

    def __init__(self, now: datetime = MONDAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        """Let time pass: `go_on(minutes=5)`."""
        self.now += timedelta(**by)


def person(store: Store, name: str, passphrase: str = "") -> str:
    """A new person's id. With a passphrase they can sign in; without one, several may have the same name."""
    if not passphrase:
        person_id = accounts.add_person(store, new_id(), name, "no hash", MONDAY)
    else:
        person_id = accounts.add_person(store, signing.folded(name), name, quick_hash(passphrase), MONDAY)
    assert person_id is not None, f"{name} is there already"
    return person_id


def coach(store: Store, name: str) -> str:
    """A new person who is a coach; their id."""
    person_id = person(store, name)
    make_coach(store, person_id)
    return person_id


def make_coach(store: Store, person_id: str) -> None:
    """From here on they are a coach."""
    with store.writing() as tx:
        tx.run("INSERT INTO coaches VALUES (:p, :now)", {"p": person_id, "now": MONDAY})


def came_in(gate: Gate, person_id: str) -> CameIn:
    """As if they had just given the passphrase that is kept."""
    return CameIn(person_id, accounts.passphrase_hash(gate._store, person_id))


def open_session(store: Store, person_id: str, secret: str, now: datetime, until: datetime, *, kept: bool) -> None:
    """A session as after the sign-in form; `secret` is the fingerprint of its cookie."""
    by = accounts.passphrase_hash(store, person_id)
    assert accounts.open_session(store, person_id, by, secret, now, until, kept)


def quick_hash(passphrase: str) -> str:
    """A real hash at bcrypt's lowest cost: to make or to check one takes a millisecond."""
    return bcrypt.hashpw(passphrase.encode(), bcrypt.gensalt(4)).decode()


def book_of(store: Store, words: Content, clock: Clock, name: str, zone: str = "Europe/London") -> MyWorkbook:
    """The workbook of a new person."""
    return MyWorkbook(store, words, person(store, name), clock, zone)
