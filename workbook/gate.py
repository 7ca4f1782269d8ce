"""Gate: who is here – signing up and in, sessions, recovery."""

import hashlib
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from xkcdpass import xkcd_password

from workbook import passphrases, signing, throttle
from workbook.refused import Refused
from workbook.store import accounts
from workbook.store.accounts import Session
from workbook.store.opening import Store

THIS_VISIT = timedelta(hours=12)
ONLY_I_OPEN_THIS_DEVICE = timedelta(days=30)
PROOF_LASTS = timedelta(minutes=10)
TICKET_LASTS = timedelta(seconds=60)
WORDS_PROPOSED = 5

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Ticket:
    """Permission to take up a session once, for the browser that asked for it."""

    device: str
    person_id: str | None
    kept: bool
    then: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a browser gets for its ticket: a cookie value (None signs out), whether it outlives the browser, a page."""

    cookie: str | None
    kept: bool
    then: str


class Gate:
    """Answers who is here. One for the whole process; `clock` gives naive UTC."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._tickets: dict[str, Ticket] = {}
        self._failures: dict[str, list[datetime]] = defaultdict(list)
        self._lock = threading.Lock()

    # Coming in

    def sign_up(self, name: str, passphrase: str) -> str:
        """A new person's id; Refused where the name or the passphrase cannot be taken."""
        shown = signing.accept_name(name)
        passphrase = signing.accept_passphrase(passphrase, shown)
        if accounts.find_person(self._store, signing.folded(shown)):
            raise Refused("name_taken")
        kept_hash = passphrases.hashed(passphrase)
        person_id = accounts.add_person(self._store, signing.folded(shown), shown, kept_hash, self._clock())
        if person_id is None:
            raise Refused("name_taken")
        return person_id

    def sign_in(self, name: str, passphrase: str, address: str) -> str:
        """The person's id; Refused with the same code and after the same work for a wrong name and a wrong passphrase."""
        folded = signing.folded(name)
        self._refuse_while_waiting(folded, address)
        person_id = accounts.find_person(self._store, folded)
        kept_hash = accounts.passphrase_hash(self._store, person_id) if person_id else passphrases.NOBODYS_HASH
        if not _fits(passphrase, kept_hash) or person_id is None:
            self._note_failure(folded, address)
            raise Refused("sign_in_wrong")
        self._forget_failures(folded, address)
        return person_id

    def recover(self, name: str, code: str, new_passphrase: str, address: str) -> str:
        """The person's id, with a new passphrase set and the code used up; every session ends."""
        signing.accept_passphrase(new_passphrase, name)
        folded = signing.folded(name)
        self._refuse_while_waiting(folded, address)
        person_id = accounts.find_person(self._store, folded)
        new_hash = passphrases.hashed(new_passphrase)
        code_hash = _digest(signing.tidy_code(code))
        spent = person_id and accounts.spend_recovery_code(self._store, person_id, code_hash, new_hash, self._clock())
        if not person_id or not spent:
            self._note_failure(folded, address)
            raise Refused("recovery_wrong")
        self._forget_failures(folded, address)
        return person_id

    def propose_passphrase(self) -> str:
        """Five words picked at random from the EFF's long list of short common words."""
        words = xkcd_password.generate_wordlist(xkcd_password.locate_wordfile("eff-long"), min_length=3, max_length=7)
        return " ".join(secrets.choice(words) for _ in range(WORDS_PROPOSED))

    # The session

    def ticket(self, person_id: str | None, device_cookie: str, *, kept: bool = False, then: str = "") -> str:
        """A one-time ticket that only the browser holding `device_cookie` can use, within a minute.

        Without a person it signs that browser out.
        """
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        ticket = Ticket(_digest(device_cookie), person_id, kept, then, now + TICKET_LASTS)
        with self._lock:
            self._tickets = {k: t for k, t in self._tickets.items() if t.until > now}
            self._tickets[_digest(secret)] = ticket
        return secret

    def take(self, ticket: str, device_cookie: str) -> Taken | None:
        """Use a ticket up: opens the session and gives its cookie; None for a used, stale or carried-off ticket."""
        with self._lock:
            found = self._tickets.pop(_digest(ticket), None)
        now = self._clock()
        if found is None or found.until <= now or found.device != _digest(device_cookie):
            return None
        accounts.end_session(self._store, _digest(device_cookie))
        if found.person_id is None:
            return Taken(None, False, found.then)
        secret = fresh_cookie()
        lasts = ONLY_I_OPEN_THIS_DEVICE if found.kept else THIS_VISIT
        accounts.open_session(self._store, found.person_id, _digest(secret), now, now + lasts, found.kept)
        return Taken(secret, found.kept, found.then)

    def who(self, cookie: str | None) -> Session | None:
        """The live session behind a cookie, looked up anew each time so that ending one takes effect at once."""
        return accounts.session(self._store, _digest(cookie), self._clock()) if cookie else None

    def end(self, cookie: str) -> None:
        """Sign this browser out."""
        accounts.end_session(self._store, _digest(cookie))

    def end_everywhere(self, person_id: str) -> None:
        """Sign the person out of every browser."""
        accounts.end_sessions_of(self._store, person_id)

    def browsers(self, person_id: str) -> int:
        """How many browsers are signed in."""
        return accounts.count_sessions(self._store, person_id, self._clock())

    # Proving it is still you

    def proved(self, session: Session) -> bool:
        """Whether the passphrase was given in the last ten minutes."""
        return session.proved_at > self._clock() - PROOF_LASTS

    def prove(self, session: Session, passphrase: str, address: str) -> None:
        """Note that the passphrase was given again; Refused where it is not theirs."""
        self._check(session.person_id, passphrase, address)
        accounts.prove_session(self._store, session.session_id, self._clock())

    def change_passphrase(self, session: Session, old: str, new: str, address: str) -> None:
        """Set a new passphrase; every other session ends."""
        name = accounts.shown_name(self._store, session.person_id)
        signing.accept_passphrase(new, name)
        self._check(session.person_id, old, address)
        new_hash = passphrases.hashed(new)
        accounts.replace_passphrase(self._store, session.person_id, new_hash, self._clock(), session.session_id)

    def new_recovery_code(self, person_id: str) -> str:
        """A new one-time code, spaced for writing down; the earlier one stops working."""
        code = "".join(secrets.choice(signing.CODE_ALPHABET) for _ in range(signing.CODE_LENGTH))
        accounts.replace_recovery_code(self._store, person_id, _digest(code), self._clock())
        return signing.spaced_code(code)

    def has_recovery_code(self, person_id: str) -> bool:
        """Whether a recovery code has been handed out and not used."""
        return accounts.has_recovery_code(self._store, person_id)

    def name(self, person_id: str) -> str:
        """The name the person chose."""
        return accounts.shown_name(self._store, person_id)

    def _check(self, person_id: str, passphrase: str, address: str) -> None:
        self._refuse_while_waiting(person_id, address)
        if not _fits(passphrase, accounts.passphrase_hash(self._store, person_id)):
            self._note_failure(person_id, address)
            raise Refused("passphrase_wrong")
        self._forget_failures(person_id, address)

    def _refuse_while_waiting(self, name: str, address: str) -> None:
        now = self._clock()
        with self._lock:
            until = throttle.wait_until(self._failures[_pair(name, address)], now)
            until = until or throttle.address_wait_until(self._failures[address], now)
        if until:
            raise Refused("wait", minutes=max(1, round((until - now).total_seconds() / 60 + 0.49)))

    def _note_failure(self, name: str, address: str) -> None:
        now = self._clock()
        with self._lock:
            for key in (_pair(name, address), address):
                self._failures[key] = [at for at in self._failures[key] if at > now - throttle.HOUR] + [now]

    def _forget_failures(self, name: str, address: str) -> None:
        with self._lock:
            self._failures.pop(_pair(name, address), None)


def fresh_cookie() -> str:
    """A new opaque cookie value: 256 random bits."""
    return secrets.token_urlsafe(32)


def _pair(name: str, address: str) -> str:
    return _digest(name) + address


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _fits(passphrase: str, kept_hash: str) -> bool:
    """An over-long passphrase does the same work and fits nothing."""
    too_long = len(passphrase.encode("utf-8", "replace")) > signing.PASSPHRASE_LONGEST_BYTES
    fits = passphrases.fits("" if too_long else passphrase.encode("utf-8", "replace").decode(), kept_hash)
    return fits and not too_long
