"""People, passphrases, recovery codes and sessions."""

from dataclasses import dataclass
from datetime import datetime

from workbook.store.opening import Store, new_id

COVERED = datetime(1970, 1, 1)  # as the time of the last proof: a covered session has proved nothing


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser; `kept` where the person ticked to stay signed in."""

    session_id: str
    person_id: str
    opened_at: datetime
    expires_at: datetime
    proved_at: datetime
    kept: bool

    @property
    def covered(self) -> bool:
        """Whether nothing is shown to it until the cover is lifted."""
        return self.proved_at == COVERED


def find_person(store: Store, name: str) -> str | None:
    """The person with this sign-in name (already folded), or None; looks up that one name only."""
    found = store.read("SELECT person_id FROM people WHERE name_mark = :mark", mark=store.keys.name_mark(name))
    return found[0][0] if found else None


def signing_in(store: Store, name: str) -> tuple[str, str] | None:
    """The person with this sign-in name (already folded) and their bcrypt hash: one statement, whether there is one or not."""
    found = store.read(
        "SELECT p.person_id, h.hash FROM people p JOIN passphrases h ON h.person_id = p.person_id"
        " WHERE p.name_mark = :mark",
        mark=store.keys.name_mark(name),
    )
    return (found[0][0], found[0][1]) if found else None


def add_person(store: Store, folded: str, shown: str, passphrase_hash: str, now: datetime) -> str | None:
    """A new person, or None where the name is taken. The check and the row share one lock."""
    person_id = new_id()
    mark = store.keys.name_mark(folded)
    with store.writing() as tx:
        if tx.run("SELECT 1 FROM people WHERE name_mark = :mark", {"mark": mark}):
            return None
        sealer = store.keys.make(person_id)
        sealed = sealer.seal(shown, "people", person_id, "name_sealed")
        row = {"id": person_id, "mark": mark, "sealed": sealed, "now": now}
        tx.run("INSERT INTO people VALUES (:id, :mark, :sealed, :now)", row)
        tx.run("INSERT INTO heads VALUES (:id, 0)", {"id": person_id})
        tx.run(
            "INSERT INTO passphrases VALUES (:id, :hash, :now)",
            {"id": person_id, "hash": passphrase_hash, "now": now},
        )
        tx.afterwards(store.person_added)
    return person_id


def shown_name(store: Store, person_id: str) -> str:
    """The name the person chose, as they wrote it."""
    sealed = store.read("SELECT name_sealed FROM people WHERE person_id = :p", p=person_id)[0][0]
    return store.sealer(person_id).open(sealed, "people", person_id, "name_sealed")


def passphrase_hash(store: Store, person_id: str) -> str:
    """The bcrypt hash kept for one person."""
    return str(store.read("SELECT hash FROM passphrases WHERE person_id = :p", p=person_id)[0][0])


def replace_passphrase(store: Store, person_id: str, new_hash: str, now: datetime, keep_session: str | None) -> None:
    """Set a new passphrase, end every other session and undo the recovery code, in one transaction."""
    with store.writing() as tx:
        tx.run("DELETE FROM recovery_codes WHERE person_id = :p", {"p": person_id})
        tx.run("DELETE FROM passphrases WHERE person_id = :p", {"p": person_id})
        tx.run("INSERT INTO passphrases VALUES (:p, :hash, :now)", {"p": person_id, "hash": new_hash, "now": now})
        tx.run(
            "DELETE FROM sessions WHERE person_id = :p AND session_id <> :keep",
            {"p": person_id, "keep": keep_session or ""},
        )


def replace_recovery_code(store: Store, person_id: str, code_hash: str, now: datetime) -> None:
    """Set the one recovery code that works; any earlier one stops working."""
    with store.writing() as tx:
        tx.run("DELETE FROM recovery_codes WHERE person_id = :p", {"p": person_id})
        tx.run(
            "INSERT INTO recovery_codes VALUES (:p, :hash, :now)",
            {"p": person_id, "hash": code_hash, "now": now},
        )


def has_recovery_code(store: Store, person_id: str) -> bool:
    """Whether a recovery code has been handed out."""
    return bool(store.read("SELECT 1 FROM recovery_codes WHERE person_id = :p", p=person_id))


def spend_recovery_code(store: Store, person_id: str, code_hash: str, new_hash: str, now: datetime) -> bool:
    """Use the code up and set the passphrase in one transaction; False where the code is not the current one."""
    with store.writing() as tx:
        spent = tx.run(
            "DELETE FROM recovery_codes WHERE person_id = :p AND code_hash = :code RETURNING person_id",
            {"p": person_id, "code": code_hash},
        )
        if not spent:
            return False
        tx.run("DELETE FROM passphrases WHERE person_id = :p", {"p": person_id})
        tx.run("INSERT INTO passphrases VALUES (:p, :hash, :now)", {"p": person_id, "hash": new_hash, "now": now})
        tx.run("DELETE FROM sessions WHERE person_id = :p", {"p": person_id})
    return True


def open_session(
    store: Store, person_id: str, by: str, secret_hash: str, now: datetime, until: datetime, kept: bool
) -> bool:
    """A new server-side session, its secret known to the browser alone; False where the passphrase is not `by` any more."""
    with store.writing() as tx:
        tx.run("DELETE FROM sessions WHERE expires_at <= :now", {"now": now})
        opened = tx.run(
            "INSERT INTO sessions SELECT :id, :secret, person_id, :now, :until, :now, :kept FROM passphrases"
            " WHERE person_id = :p AND hash = :by RETURNING session_id",
            {
                "id": new_id(),
                "secret": secret_hash,
                "p": person_id,
                "by": by,
                "now": now,
                "until": until,
                "kept": kept,
            },
        )
    return bool(opened)


def session(store: Store, secret_hash: str, now: datetime) -> Session | None:
    """The live session behind a cookie, or None."""
    found = store.read(
        "SELECT session_id, person_id, opened_at, expires_at, proved_at, kept FROM sessions"
        " WHERE secret_hash = :secret AND expires_at > :now",
        secret=secret_hash,
        now=now,
    )
    return Session(*found[0]) if found else None


def prove_session(store: Store, session_id: str, now: datetime) -> None:
    """Note that the passphrase was given again just now."""
    with store.writing() as tx:
        tx.run("UPDATE sessions SET proved_at = :now WHERE session_id = :id", {"now": now, "id": session_id})


def end_session(store: Store, secret_hash: str) -> None:
    """End one session."""
    with store.writing() as tx:
        tx.run("DELETE FROM sessions WHERE secret_hash = :secret", {"secret": secret_hash})


def end_sessions_of(store: Store, person_id: str) -> None:
    """End every session of one person."""
    with store.writing() as tx:
        tx.run("DELETE FROM sessions WHERE person_id = :p", {"p": person_id})


def end_every_session(store: Store) -> None:
    """End every session of everybody."""
    with store.writing() as tx:
        tx.run("DELETE FROM sessions")


def count_sessions(store: Store, person_id: str, now: datetime) -> int:
    """How many browsers are signed in now."""
    found = store.read("SELECT count(*) FROM sessions WHERE person_id = :p AND expires_at > :now", p=person_id, now=now)
    return int(found[0][0])
