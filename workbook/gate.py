"""Gate: who is here – signing up and in, sessions, recovery."""

import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from workbook import codes, passphrases, signing, throttle
from workbook.coaching import Group, Invite
from workbook.logbook import note, note_trouble
from workbook.refused import Refused
from workbook.store import accounts, groups
from workbook.store.accounts import Session
from workbook.store.engine import StoreTrouble
from workbook.store.opening import Store

THIS_VISIT = timedelta(hours=12)
ONLY_I_OPEN_THIS_DEVICE = timedelta(days=30)
PROOF_LASTS = timedelta(minutes=10)
TICKET_LASTS = timedelta(seconds=60)
A_CODE = "\ncoach code"  # counts guesses of set-up codes; no sign-in name can be folded to it
HELD_FOR = timedelta(minutes=30)  # how long a browser may come back to an invitation it opened
WORDS_PROPOSED = 5

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class CameIn:
    """Somebody who proved who they are; `by` is the hash kept of their passphrase then, and good while that one is."""

    person_id: str
    by: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Permission to take up a session once, for the browser that asked for it."""

    device: str
    came_in: CameIn | None
    kept: bool
    then: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Taken:
    """What a browser gets for its ticket: a cookie value (None signs out), whether it outlives the browser, a page."""

    cookie: str | None
    kept: bool
    then: str


@dataclass(frozen=True, slots=True)
class Held:
    """An invitation a browser opened, to which it may come back until then."""

    invite_id: str
    token: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """What stands behind a link that is open."""

    token: str
    invite: Invite
    group: Group


class Gate:
    """Answers who is here. One for the whole process; `clock` gives naive UTC."""

    def __init__(self, store: Store, clock: Clock, *, named: Iterable[str] = (), coach_code: str = "") -> None:
        """`named` are names everybody here knows, such as who runs the server: they make no passphrase.

        `coach_code` is the host's own code that makes one person a coach.
        """
        self._store = store
        self._clock = clock
        self._named = tuple(named)
        self._coach_code = codes.fingerprint(signing.tidy_code(coach_code)) if coach_code else ""
        self._coaches: dict[str, tuple[int, bool]] = {}
        self._held: dict[str, list[Held]] = {}
        self._tickets: dict[str, Ticket] = {}
        # What could not be written, as on a full disk, holds all the same for as long as this process runs.
        self._ended: set[str] = set()  # secrets' fingerprints
        self._covered: set[str] = set()  # sessions
        self._ended_everywhere = Counter[str]()
        self._throttle = throttle.Throttle()
        self._lock = threading.Lock()

    # Coming in

    def sign_up(self, name: str, passphrase: str, address: str = "") -> CameIn:
        """A new person; Refused where the name or the passphrase cannot be taken.

        Who has this name and this passphrase already is let in: Start was pressed twice. Without an address nobody
        waits: that is for people the host makes up.
        """
        shown = signing.accept_name(name)
        passphrase = self._accepted(passphrase, shown)
        until = self._throttle.may_begin_anew(address, self._clock()) if address else None
        if until:
            raise _wait(until, self._clock())
        kept_hash = passphrases.hashed(passphrase)  # before the name is looked up: a taken one takes as long
        person_id = accounts.add_person(self._store, signing.folded(shown), shown, kept_hash, self._clock())
        if person_id is None:
            return self._themselves(name, passphrase, address)
        if address:
            note("signed_up", person=person_id)
        return CameIn(person_id, kept_hash)

    def _themselves(self, name: str, passphrase: str, address: str) -> CameIn:
        """Who has a name that is taken, counted as one try to sign in; Refused as taken where it is not they."""
        try:
            return self.sign_in(name, passphrase, address)
        except Refused as refused:
            if refused.code == "wait":  # a try that was not made counts as none
                self._throttle.note_failure(address, self._clock())
            note("sign_up_refused", why="name_taken", address=address)
            raise Refused("name_taken") from None

    def sign_in(self, name: str, passphrase: str, address: str) -> CameIn:
        """Who it is; Refused with the same code and after the same work for a wrong name and a wrong passphrase."""
        folded = signing.looked_up(name)
        with self._trying("sign_in", folded, address):
            person_id, kept_hash = accounts.signing_in(self._store, folded) or ("", passphrases.NOBODYS_HASH)
            if not _fits(passphrase, kept_hash) or not person_id:
                raise Refused("sign_in_wrong")
        note("signed_in", person=person_id)
        return CameIn(person_id, kept_hash)

    def recover(self, name: str, code: str, new_passphrase: str, address: str) -> CameIn:
        """Who it is, with a new passphrase set and the code used up; every session ends."""
        folded = signing.looked_up(name)
        self._accepted(new_passphrase, folded)
        with self._trying("recover", folded, address, with_code=True):
            person_id = accounts.find_person(self._store, folded) or ""
            new_hash = passphrases.hashed(new_passphrase)
            code_hash = codes.fingerprint(signing.tidy_code(code))
            if not accounts.spend_recovery_code(self._store, person_id, code_hash, new_hash, self._clock()):
                raise Refused("recovery_wrong")
        note("recovered", person=person_id)
        return CameIn(person_id, new_hash)

    def propose_passphrase(self) -> str:
        """Five words picked at random from the short words of the EFF's long list, the unkind ones left out."""
        return " ".join(secrets.choice(passphrases.proposed()) for _ in range(WORDS_PROPOSED))

    def delete_everything(self, session: Session) -> None:
        """Delete the person with all they wrote, for good; Refused where the passphrase was not given just now."""
        self._refuse_unproved("delete", session)
        groups.end_coach(self._store, session.person_id, self._clock())
        self._store.remove_person(session.person_id)
        note("deleted", person=session.person_id, session=session.session_id)

    # The session

    def ticket(self, came_in: CameIn | None, device_cookie: str, *, kept: bool = False, then: str = "") -> str:
        """A one-time ticket that only the browser holding `device_cookie` can use, within a minute.

        It is good while their passphrase is the one they came in by. Without a person it signs that browser out.
        """
        secret = secrets.token_urlsafe(32)
        now = self._clock()
        ticket = Ticket(codes.fingerprint(device_cookie), came_in, kept, then, now + TICKET_LASTS)
        with self._lock:
            self._tickets = {k: t for k, t in self._tickets.items() if t.until > now}
            self._tickets[codes.fingerprint(secret)] = ticket
        return secret

    def waits(self, ticket: str) -> bool:
        """Whether a ticket can still be used: nobody came with it, and its minute is not over."""
        with self._lock:
            found = self._tickets.get(codes.fingerprint(ticket))
        return found is not None and found.until > self._clock()

    def take(self, ticket: str, device_cookie: str) -> Taken | None:
        """Use a ticket up: opens the session and gives its cookie; None for a used, stale or carried-off ticket."""
        with self._lock:
            found = self._tickets.pop(codes.fingerprint(ticket), None)
            ended = self._ended_everywhere[found.came_in.person_id] if found and found.came_in else 0
        now = self._clock()
        if found is None or found.until <= now or found.device != codes.fingerprint(device_cookie):
            return None
        if found.came_in is None:
            self._end(codes.fingerprint(device_cookie))
            return Taken(None, False, found.then)
        person_id, by, secret = found.came_in.person_id, found.came_in.by, fresh_cookie()
        until = now + (ONLY_I_OPEN_THIS_DEVICE if found.kept else THIS_VISIT)
        if not accounts.open_session(self._store, person_id, by, codes.fingerprint(secret), now, until, found.kept):
            note("session_refused", why="passphrase_changed", person=person_id)
            return None
        if self._ended_everywhere[person_id] != ended:  # in the blink between the ticket and the session
            self._end(codes.fingerprint(secret))
            return None
        self._end(codes.fingerprint(device_cookie))
        note("session_opened", person=person_id, kept="yes" if found.kept else "no")
        return Taken(secret, found.kept, found.then)

    def who(self, cookie: str | None) -> Session | None:
        """The live session behind a cookie, looked up anew each time so that ending one takes effect at once."""
        secret = codes.fingerprint(cookie) if cookie else ""
        if not secret or secret in self._ended:
            return None
        found = accounts.session(self._store, secret, self._clock())
        return replace(found, proved_at=accounts.COVERED) if found and found.session_id in self._covered else found

    def end(self, cookie: str) -> None:
        """Sign this browser out; it is out even where the store cannot note it."""
        found = self.who(cookie)
        if found:
            note("signed_out", person=found.person_id, session=found.session_id)
        self._end(codes.fingerprint(cookie))

    def _end(self, secret: str) -> None:
        self._ended.add(secret)
        try:
            accounts.end_session(self._store, secret)
        except StoreTrouble as trouble:
            note_trouble("end", trouble)
        else:
            self._ended.discard(secret)

    def end_everywhere(self, person_id: str) -> None:
        """Sign the person out of every browser, those that were just on their way in included."""
        note("signed_out_everywhere", person=person_id)
        with self._lock:
            self._ended_everywhere[person_id] += 1
            self._tickets = {
                k: t for k, t in self._tickets.items() if not t.came_in or t.came_in.person_id != person_id
            }
        accounts.end_sessions_of(self._store, person_id)

    def browsers(self, person_id: str) -> int:
        """How many browsers are signed in."""
        return accounts.count_sessions(self._store, person_id, self._clock())

    def cover(self, session: Session) -> None:
        """From now on nothing is shown to this session until it is lifted: by a tap, or by the passphrase (`prove`).

        It is covered even where the store cannot note it.
        """
        if session.covered:
            return
        note("covered", person=session.person_id, session=session.session_id)
        self._covered.add(session.session_id)
        try:
            accounts.prove_session(self._store, session.session_id, accounts.COVERED)
        except StoreTrouble as trouble:
            note_trouble("cover", trouble)
        else:
            self._covered.discard(session.session_id)

    def lift(self, session: Session) -> None:
        """Lift the cover by a tap: only where the person said that they alone open the device, otherwise Refused."""
        if not session.kept:
            note("lift_refused", why="not_kept", person=session.person_id, session=session.session_id)
            raise Refused("prove_first")
        if session.covered:
            note("lifted", person=session.person_id, session=session.session_id)
            accounts.prove_session(self._store, session.session_id, session.opened_at)
            self._covered.discard(session.session_id)

    # Proving it is still you

    def proved(self, session: Session) -> bool:
        """Whether the passphrase was given in the last ten minutes."""
        return session.proved_at > self._clock() - PROOF_LASTS

    def prove(self, session: Session, passphrase: str, address: str) -> None:
        """Note that the passphrase was given again; Refused where it is not theirs."""
        self._check(session, passphrase, address)
        note("proved", person=session.person_id, session=session.session_id)
        accounts.prove_session(self._store, session.session_id, self._clock())
        self._covered.discard(session.session_id)

    def change_passphrase(self, session: Session, old: str, new: str, address: str) -> None:
        """Set a new passphrase; every other session ends, and the recovery code stops working: whoever knew it is out."""
        name = accounts.shown_name(self._store, session.person_id)
        self._accepted(new, name)
        self._check(session, old, address)
        new_hash = passphrases.hashed(new)
        accounts.replace_passphrase(self._store, session.person_id, new_hash, self._clock(), session.session_id)
        note("passphrase_changed", person=session.person_id, session=session.session_id)

    def new_recovery_code(self, session: Session) -> str:
        """A new one-time code, spaced for writing down; the earlier one stops working.

        Refused where the passphrase was not given in the last ten minutes: the code opens the workbook for good.
        """
        self._refuse_unproved("recovery_code", session)
        code = codes.fresh()
        accounts.replace_recovery_code(self._store, session.person_id, codes.fingerprint(code), self._clock())
        note("recovery_code_made", person=session.person_id, session=session.session_id)
        return signing.spaced_code(code)

    # Coaches

    def is_coach(self, person_id: str) -> bool:
        """Whether this person is a coach; remembered until a group anywhere changes, since every run asks."""
        changes = self._store.groups_changed
        asked_at, known = self._coaches.get(person_id, (-1, False))
        if asked_at != changes:
            known = groups.is_coach(self._store, person_id)
            self._coaches[person_id] = (changes, known)
        return known

    def become_coach(self, session: Session, code: str, address: str) -> None:
        """Make the person a coach by a set-up code, which is used up by it; Refused for any other."""
        with self._trying("become_coach", A_CODE, address, with_code=True):
            code_hash, now = codes.fingerprint(signing.tidy_code(code)), self._clock()
            in_settings = bool(self._coach_code) and code_hash == self._coach_code
            if not groups.spend_code(self._store, code_hash, session.person_id, now, in_settings=in_settings):
                raise Refused("coach_code_wrong")
            self._coaches.pop(session.person_id, None)
        note("became_coach", person=session.person_id, session=session.session_id)

    def spend_restored_code(self) -> bool:
        """At a start: whether a backup was put back, so that the host's own code is worth nothing until it is changed."""
        return groups.spend_what_was_restored(self._store, self._coach_code, self._clock())

    def new_coach_code(self) -> str:
        """A code that makes one person a coach, spaced for reading out; an earlier one not used yet stops working."""
        return codes.new_coach_code(self._store, self._clock())

    def first_coach_code(self) -> str:
        """The same, but only where nobody is a coach and no code was ever made; otherwise ""."""
        return self.new_coach_code() if groups.no_coach_yet(self._store) and not self._coach_code else ""

    # Invitations, read from outside

    def invitation(self, token: str, device_cookie: str, address: str) -> "Invitation":
        """What a link leads to; Refused with its state: `invite_unknown`, `_closed`, `_expired`, `_full` or `_used`.

        Looking spends nothing: chat programs open links for a preview. Unknown tokens are guesses, five an hour; a true
        one opens all the same, or one guesser would shut out everybody behind the same address.
        The browser that opened it can come back to it for a while (`held`), without the token in its address.
        """
        found = groups.invite_behind(self._store, codes.fingerprint(token))
        behind = groups.group_of(self._store, found.group_id) if found else None
        if found is not None and behind is not None:
            return self._opened(found, behind[1], token, device_cookie)
        now = self._clock()
        until = self._throttle.guess_link(address, now)
        note("invitation_refused", why="wait" if until else "unknown", address=address)
        raise _wait(until, now) if until else Refused("invite_unknown")

    def held(self, device_cookie: str, invite_id: str = "") -> "Invitation | None":
        """The invitation this browser opened last, or the one named, within the last half hour; Refused if it is not open."""
        now = self._clock()
        mine = [h for h in self._held.get(codes.fingerprint(device_cookie), ()) if h.until > now]
        held = next((h for h in reversed(mine) if invite_id in ("", h.invite_id)), None)
        if held is None:
            return None
        found = groups.invite_behind(self._store, codes.fingerprint(held.token))
        behind = groups.group_of(self._store, found.group_id) if found else None
        if found is None or behind is None:
            raise Refused("invite_closed")
        return self._opened(found, behind[1], held.token, device_cookie)

    def let_go(self, device_cookie: str, invite_id: str) -> None:
        """Forget an invitation this browser opened."""
        with self._lock:
            mine = self._held.get(codes.fingerprint(device_cookie), [])
            mine[:] = [one for one in mine if one.invite_id != invite_id]

    def _opened(self, invite: Invite, group: Group, token: str, device_cookie: str) -> "Invitation":
        now, browser = self._clock(), codes.fingerprint(device_cookie)
        with self._lock:
            self._held = {k: kept for k, h in self._held.items() if (kept := [one for one in h if one.until > now])}
            mine = self._held.setdefault(browser, [])
            there = next((one for one in mine if one.invite_id == invite.invite_id), None)
            state = invite.state(now)
            if state != "open" and there:
                mine.remove(there)
            elif state == "open" and not there:
                mine.append(Held(invite.invite_id, token, now + HELD_FOR))
        if state != "open":
            raise Refused(f"invite_{state}")
        return Invitation(token, invite, group)

    def has_recovery_code(self, person_id: str) -> bool:
        """Whether a recovery code has been handed out and not used."""
        return accounts.has_recovery_code(self._store, person_id)

    def name(self, person_id: str) -> str:
        """The name the person chose."""
        return accounts.shown_name(self._store, person_id)

    def _accepted(self, passphrase: str, name: str) -> str:
        return signing.accept_passphrase(passphrase, name, named=self._named, common=passphrases.common())

    def _refuse_unproved(self, what: str, session: Session) -> None:
        if not self.proved(session):
            note(f"{what}_refused", why="not_proved", person=session.person_id, session=session.session_id)
            raise Refused("prove_first")

    def _check(self, session: Session, passphrase: str, address: str) -> None:
        with self._trying("proof", session.person_id, address):
            if not _fits(passphrase, accounts.passphrase_hash(self._store, session.person_id)):
                raise Refused("passphrase_wrong")

    @contextmanager
    def _trying(self, what: str, name: str, address: str, *, with_code: bool = False) -> Iterator[None]:
        """One guess: counted before it is checked, taken back when it was right; Refused while it must wait."""
        now = self._clock()
        until = self._throttle.begin(name, address, now, with_code=with_code)
        if until:
            note(f"{what}_refused", why="wait", address=address)
            raise _wait(until, now)
        try:
            yield
        except Refused as refused:
            note(f"{what}_refused", why=refused.code, address=address)
            raise
        except BaseException:
            self._throttle.never_checked(name, address, now, with_code=with_code)
            raise
        self._throttle.right(name, address, now, with_code=with_code)


def _wait(until: datetime, now: datetime) -> Refused:
    return Refused("wait", minutes=max(1, round((until - now).total_seconds() / 60 + 0.49)))


def fresh_cookie() -> str:
    """A new opaque cookie value: 256 random bits."""
    return secrets.token_urlsafe(32)


def _fits(passphrase: str, kept_hash: str) -> bool:
    """An over-long passphrase does the same work and fits nothing."""
    too_long = len(passphrase.encode("utf-8", "replace")) > signing.PASSPHRASE_LONGEST_BYTES
    fits = passphrases.fits("" if too_long else passphrase.encode("utf-8", "replace").decode(), kept_hash)
    return fits and not too_long
