"""Coaches, their groups, the invitations into them, who is in, and the notes a coach sends."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from workbook.coaching import Group, Invite, group_as_data, group_of_data
from workbook.store import consents
from workbook.store.engine import Row
from workbook.store.opening import Pen, Pens, Store, new_id

Run = Callable[[str, Mapping[str, Any]], list[Row]]

# The newest event of each person in each group says whether they are in it, and the newest name what they are called:
# its row is `named_in`, to which `sealed` is sealed.
INSIDE = (
    "SELECT m.person_id, m.row_id, m.group_id, m.coach_id, m.invite_id, m.recorded_at, named.sealed,"
    " named.row_id AS named_in FROM memberships m"
    " JOIN (SELECT person_id, group_id,"
    " max(seq) FILTER (WHERE state IN ('joined', 'left', 'ended', 'let go')) AS seq,"
    " max(seq) FILTER (WHERE state IN ('joined', 'renamed')) AS named FROM memberships"
    " GROUP BY person_id, group_id) newest"
    " ON m.person_id = newest.person_id AND m.group_id = newest.group_id AND m.seq = newest.seq"
    " JOIN memberships named ON named.person_id = newest.person_id AND named.group_id = newest.group_id"
    " AND named.seq = newest.named WHERE m.state = 'joined'"
)
PAUSED, TOLD_SO = "paused", "told of pause"
IN_BETWEEN = (PAUSED, TOLD_SO)  # they change nothing of who is in a group
# The newest words of each group.
NEWEST_WORDS = (
    "SELECT g.person_id, g.row_id, g.group_id, g.seq, g.sealed, g.recorded_at FROM coach_groups g"
    " JOIN (SELECT group_id, max(seq) AS seq FROM coach_groups GROUP BY group_id) newest"
    " ON g.group_id = newest.group_id AND g.seq = newest.seq"
)
OWN_GROUP = "SELECT 1 FROM coach_groups WHERE person_id = :person_id AND group_id = :g"


@dataclass(frozen=True, slots=True)
class Membership:
    """One person in one group; `called` is what the coach may call them, the names are as they were when they joined,
    or when it ended.

    `state` is joined, left (by the person), ended (by the coach) or told (they know that it ended). Naive UTC.
    """

    membership_id: str
    person_id: str
    group_id: str
    coach_id: str
    invite_id: str
    state: str
    recorded_at: datetime
    seq: int
    called: str
    group: str
    coach: str


CODE_LASTS = timedelta(days=14)  # a set-up code stands in a log, or in a message


@dataclass(frozen=True, slots=True)
class Note:
    """A note of encouragement as one side keeps it: `way` is sent or received. Naive UTC.

    `called` is what the coach may call whom it was sent to, as they say now; whoever received it needs no name.
    """

    note_id: str
    group_id: str
    coach_id: str
    membership_id: str
    way: str
    recorded_at: datetime
    read_at: datetime | None
    words: str
    called: str = ""


# Coaches


def is_coach(store: Store, person_id: str) -> bool:
    """Whether this person is a coach."""
    return bool(store.read("SELECT 1 FROM coaches WHERE person_id = :p", p=person_id))


def no_coach_yet(store: Store) -> bool:
    """Whether nobody is a coach and no code to become one has ever been made."""
    return not store.read("SELECT 1 FROM coaches UNION ALL SELECT 1 FROM coach_codes")


def add_code(store: Store, code_hash: str, now: datetime) -> None:
    """A code that makes one person a coach; any earlier one not used yet stops working."""
    with store.writing() as tx:
        tx.run("DELETE FROM coach_codes WHERE spent_at IS NULL")
        tx.run("INSERT INTO coach_codes VALUES (:code, :now, NULL)", {"code": code_hash, "now": now})


def spend_code(store: Store, code_hash: str, person_id: str, now: datetime, *, in_settings: bool) -> bool:
    """Make the person a coach and use the code up, in one transaction; False where it is none, used, or too old.

    A code `in_settings` was never handed out here: it is taken once too, and stays good until then.
    """
    with store.writing() as tx:
        known = tx.run("SELECT spent_at, made_at FROM coach_codes WHERE code_hash = :code", {"code": code_hash})
        if known and (known[0][0] is not None or known[0][1] <= now - CODE_LASTS):
            return False
        if not known and not in_settings:
            return False
        tx.run("DELETE FROM coach_codes WHERE code_hash = :code", {"code": code_hash})
        tx.run("INSERT INTO coach_codes VALUES (:code, :now, :now)", {"code": code_hash, "now": now})
        if not tx.run("SELECT 1 FROM coaches WHERE person_id = :p", {"p": person_id}):
            tx.run("INSERT INTO coaches VALUES (:p, :now)", {"p": person_id, "now": now})
        tx.afterwards(store.groups_have_changed)
    return True


# Groups


def keep(pen: Pen, group_id: str, group: Group) -> None:
    """The words of a coach's group from here on; earlier ones go, for what a coach took out is nobody's to find."""
    row_id = new_id()
    pen.run("DELETE FROM coach_groups WHERE person_id = :person_id AND group_id = :g", g=group_id)
    pen.insert(
        "coach_groups",
        row_id=row_id,
        group_id=group_id,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(json.dumps(group_as_data(group)), "coach_groups", row_id),
    )
    pen.changes_groups = True


def of_coach(store: Store, coach_id: str, *, run: Run | None = None) -> dict[str, Group]:
    """A coach's groups by id, the newest first; `run` reads within a transaction."""
    words = f"SELECT * FROM ({NEWEST_WORDS}) WHERE person_id = :coach ORDER BY seq DESC"
    rows = (run or store.engine.read)(words, {"coach": coach_id})
    return {row[2]: _opened(store, row) for row in rows}


def group_of(store: Store, group_id: str) -> tuple[str, Group] | None:
    """A group with its coach's id, or None."""
    rows = store.read(f"SELECT * FROM ({NEWEST_WORDS}) WHERE group_id = :g", g=group_id)
    return (rows[0][0], _opened(store, rows[0])) if rows else None


def groups_with(store: Store, person_id: str) -> list[tuple[str, int, Group]]:
    """The groups a person is in, the one joined last at the end: id, version and words."""
    rows = store.read(
        f"SELECT words.* FROM ({INSIDE}) inside JOIN ({NEWEST_WORDS}) words ON words.group_id = inside.group_id"
        " WHERE inside.person_id = :p ORDER BY inside.recorded_at, words.group_id",
        p=person_id,
    )
    return [(row[2], int(row[3]), _opened(store, row)) for row in rows]


def _opened(store: Store, row: Row) -> Group:
    words = store.sealer(row[0]).open(bytes(row[4]), "coach_groups", row[1], "sealed")
    return group_of_data(json.loads(words))


def end(store: Store, coach_id: str, group_id: str, now: datetime) -> None:
    """End a group for good: its words and links go, every member is out, nothing is shared any more, and they are told."""
    with store.pens(now, erasing=True) as pens:
        _end(store, pens, coach_id, {group_id}, of_coach(store, coach_id, run=pens.tx.run))


def end_coach(store: Store, coach_id: str, now: datetime) -> int:
    """Whoever leads groups is no coach any more, and all of them end; how many there were.

    Whatever another window makes meanwhile is among them, or is refused.
    """
    with store.pens(now, erasing=True) as pens:
        led = of_coach(store, coach_id, run=pens.tx.run)
        pens.tx.run("DELETE FROM coaches WHERE person_id = :coach", {"coach": coach_id})
        _end(store, pens, coach_id, set(led), led)
    return len(led)


def _end(store: Store, pens: Pens, coach_id: str, wanted: Collection[str], called: Mapping[str, Group]) -> None:
    """`called` holds the words of all the groups this coach leads."""
    for row in pens.tx.run(f"SELECT * FROM ({INSIDE}) WHERE coach_id = :coach", {"coach": coach_id}):
        if row[2] in wanted:
            _put_out(store, pens.of(row[0]), row, "ended", called)
    for group_id in wanted:
        for table in ("coach_groups", "invites", "counted_people"):
            pens.tx.run(
                f"DELETE FROM {table} WHERE person_id = :coach AND group_id = :g",
                {"coach": coach_id, "g": group_id},
            )
    pens.of(coach_id).changes_groups = True


def let_go(store: Store, coach_id: str, group_id: str, membership_id: str, now: datetime) -> bool:
    """One person is out, as if the group had ended for them alone; False where they are not in it."""
    with store.pens(now) as pens:
        for row in pens.tx.run(f"SELECT * FROM ({INSIDE}) WHERE coach_id = :coach", {"coach": coach_id}):
            if (row[1], row[2]) == (membership_id, group_id):
                _put_out(store, pens.of(row[0]), row, "let go", of_coach(store, coach_id, run=pens.tx.run))
                return True
    return False


def _put_out(store: Store, pen: Pen, row: Row, state: str, called: Mapping[str, Group]) -> None:
    """They are told of it by the names it has now."""
    _take_back_all(pen, row[2])
    group = called.get(row[2])
    _append_state(store, pen, row, state, {"group": group.name, "coach": group.coach} if group else {})


# Invitations

_INVITES = (
    "SELECT i.person_id, i.invite_id, i.group_id, i.kind, i.seats, i.expires_at, i.closed_at, i.recorded_at, i.sealed,"
    " CASE WHEN i.spent_at IS NULL THEN 0 ELSE 1 END +"
    " (SELECT count(DISTINCT m.person_id) FROM memberships m WHERE m.invite_id = i.invite_id AND m.state = 'joined'"
    " AND i.kind = 'group' AND m.row_id IN (SELECT row_id FROM inside)) FROM invites i"
)
_INVITES_WITH = f"WITH inside AS ({INSIDE}) {_INVITES}"


def add_invite(pen: Pen, invite: Invite, token_hash: str) -> None:
    """One more link into a group."""
    pen.insert(
        "invites",
        invite_id=invite.invite_id,
        group_id=invite.group_id,
        kind=invite.kind,
        token_hash=token_hash,
        seats=invite.seats,
        expires_at=invite.expires_at,
        closed_at=None,
        spent_at=None,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(invite.label, "invites", invite.invite_id),
    )


def close_invite(pen: Pen, invite_id: str) -> None:
    """Nobody joins by this link any more."""
    pen.run(
        "UPDATE invites SET closed_at = :now WHERE person_id = :person_id AND invite_id = :i AND closed_at IS NULL",
        i=invite_id,
        now=pen.now,
    )


def invites(store: Store, coach_id: str, group_id: str) -> list[Invite]:
    """A group's links, the newest first."""
    rows = store.read(
        f"{_INVITES_WITH} WHERE i.person_id = :coach AND i.group_id = :g ORDER BY i.seq DESC",
        coach=coach_id,
        g=group_id,
    )
    return [_invite(store, row) for row in rows]


def invite_behind(store: Store, token_hash: str) -> Invite | None:
    """The link with this token, whatever its state."""
    rows = store.read(f"{_INVITES_WITH} WHERE i.token_hash = :token", token=token_hash)
    return _invite(store, rows[0]) if rows else None


def _invite(store: Store, row: Row) -> Invite:
    coach, invite_id, group_id, kind, seats, expires_at, closed_at, made_at, sealed, used = row
    label = store.sealer(coach).open(bytes(sealed), "invites", invite_id, "sealed")
    return Invite(invite_id, group_id, coach, kind, int(seats), expires_at, closed_at, int(used), made_at, label)


# Members


def join(pen: Pen, invite: Invite, group: Group, called: str) -> str:
    """The person is in the group from here on; the membership's id. The caller has looked whether there is room."""
    row_id = new_id()
    pen.run(
        "UPDATE invites SET spent_at = :now WHERE person_id <> :person_id AND invite_id = :i AND kind = 'personal'",
        now=pen.now,
        i=invite.invite_id,
    )
    words = json.dumps({"called": called, "group": group.name, "coach": group.coach})
    _append(pen, row_id, invite.group_id, invite.coach_id, invite.invite_id, "joined", words)
    return row_id


def leave(pen: Pen, membership: Membership) -> None:
    """The person is out, and nothing is shared with the group any more."""
    _take_back_all(pen, membership.group_id)
    _change(pen, membership, "left")


def rename(pen: Pen, membership: Membership, called: str) -> None:
    """From here on the coach calls them by this name."""
    _change(pen, replace(membership, called=called), "renamed")


def note_told(pen: Pen, membership: Membership) -> None:
    """They know that the group has ended for them."""
    _change(pen, membership, "told")


def note_told_of_pause(pen: Pen, membership: Membership) -> None:
    """They know that a restored backup has put an end to what they shared."""
    _change(pen, membership, TOLD_SO)


def memberships(store: Store, person_id: str) -> list[Membership]:
    """Every event of one person's memberships, oldest first."""
    rows = store.read(
        "SELECT row_id, person_id, group_id, coach_id, invite_id, state, recorded_at, seq, sealed FROM memberships"
        " WHERE person_id = :p ORDER BY seq",
        p=person_id,
    )
    return [_membership(store, row) for row in rows]


def standing(events: Iterable[Membership]) -> dict[str, Membership]:
    """How each group stands: the newest event, under the newest name."""
    found: dict[str, Membership] = {}
    for event in events:
        before = found.get(event.group_id)
        if event.state == "renamed" and before:
            found[event.group_id] = replace(before, called=event.called)
        elif event.state == "told" and before and before.state == "joined":
            continue  # of an end before they joined anew
        elif event.state not in IN_BETWEEN:
            found[event.group_id] = event
    return found


def paused(events: Iterable[Membership]) -> set[str]:
    """The groups with which a restored backup put an end to sharing, until the person has been told."""
    newest = {event.group_id: event.state for event in events if event.state != "renamed"}
    return {group_id for group_id, state in newest.items() if state == PAUSED}


def is_inside(pen: Pen, group_id: str) -> bool:
    """Whether the person is in this group now, read inside the transaction that changes it."""
    found = pen.run(f"SELECT 1 FROM ({INSIDE}) WHERE person_id = :person_id AND group_id = :g", g=group_id)
    return bool(found)


def _membership(store: Store, row: Row) -> Membership:
    said = json.loads(store.sealer(row[1]).open(bytes(row[8]), "memberships", row[0], "sealed"))
    person_id, row_id, group_id, coach_id, invite_id, state, at, seq = row[1], row[0], *row[2:8]
    names = (said["called"], said["group"], said["coach"])
    return Membership(row_id, person_id, group_id, coach_id, invite_id, state, at, int(seq), *names)


def _change(pen: Pen, was: Membership, state: str) -> None:
    words = json.dumps({"called": was.called, "group": was.group, "coach": was.coach})
    _append(pen, new_id(), was.group_id, was.coach_id, was.invite_id, state, words)


def _append_state(store: Store, pen: Pen, row: Row, state: str, names: Mapping[str, str] = {}) -> None:
    group_id, coach_id, invite_id = row[2:5]
    _append(pen, new_id(), group_id, coach_id, invite_id, state, json.dumps({**_said(store, row), **names}))


def _said(store: Store, row: Row) -> dict[str, str]:
    """What a row of `INSIDE` says under seal: the newest name, and those of the group and its coach."""
    said: dict[str, str] = json.loads(store.sealer(row[0]).open(bytes(row[6]), "memberships", row[7], "sealed"))
    return said


def _append(pen: Pen, row_id: str, group_id: str, coach_id: str, invite_id: str, state: str, words: str) -> None:
    pen.insert(
        "memberships",
        row_id=row_id,
        group_id=group_id,
        coach_id=coach_id,
        invite_id=invite_id,
        state=state,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(words, "memberships", row_id),
    )
    pen.changes_groups = True


def _take_back_all(pen: Pen, group_id: str) -> None:
    """Whatever was granted to this group is withdrawn, each with a row of its own."""
    standing = consents.STANDING.format(where="person_id = :person_id AND group_id = :g")
    rows = pen.run(f"{standing} ORDER BY c.seq", g=group_id)
    for event in (consents.ConsentEvent(*row) for row in rows):
        if event.scope != consents.NOTES:
            consents.append(pen, event.scope, "withdrawn", event.group_id, event.coach_id, event.answer_id)


_RESTORED = "restored"  # among the codes: a backup was put back, and nobody has started the workbook since


def close_every_link(store: Store, now: datetime) -> None:
    """No link and no set-up code works any more: a restored backup may hold one that was closed or used since it was made."""
    with store.writing() as tx:
        tx.run("UPDATE invites SET closed_at = :now WHERE closed_at IS NULL", {"now": now})
        tx.run("UPDATE coach_codes SET spent_at = :now WHERE spent_at IS NULL", {"now": now})
        tx.run("DELETE FROM coach_codes WHERE code_hash = :mark", {"mark": _RESTORED})
        tx.run("INSERT INTO coach_codes VALUES (:mark, :now, :now)", {"mark": _RESTORED, "now": now})


def spend_what_was_restored(store: Store, code_hash: str, now: datetime) -> bool:
    """At the first start after a restore: the code in the settings, if any, is used up too; whether there was one.

    The backup may be older than its use. `code_hash` is "" where the settings hold none.
    """
    if not store.read("SELECT 1 FROM coach_codes WHERE code_hash = :mark", mark=_RESTORED):
        return False
    with store.writing() as tx:
        for one in (_RESTORED, code_hash):
            tx.run("DELETE FROM coach_codes WHERE code_hash = :code", {"code": one})
        if code_hash:
            tx.run("INSERT INTO coach_codes VALUES (:code, :now, :now)", {"code": code_hash, "now": now})
    return bool(code_hash)


def pause_sharing(store: Store, now: datetime) -> int:
    """Withdraw every grant of everyone, and say how many people that concerns; those still in the group will be told.

    A restored backup may hold what was withdrawn since it was made: what is shared, a name, and that notes may come.
    """
    with store.pens(now) as pens:
        muted = {
            (row[0], row[1])
            for row in pens.tx.run(
                "SELECT c.person_id, c.group_id FROM consents c JOIN (SELECT person_id, max(seq) AS seq FROM consents"
                " WHERE scope = :notes GROUP BY person_id, group_id) newest"
                " ON c.person_id = newest.person_id AND c.seq = newest.seq WHERE c.state = 'withdrawn'",
                {"notes": consents.NOTES},
            )
        }
        rows = pens.tx.run(
            "SELECT DISTINCT person_id, group_id FROM consents WHERE group_id <> '' AND state = 'granted'"
        )
        for person_id, group_id in rows:
            _take_back_all(pens.of(person_id), group_id)
        for row in pens.tx.run(INSIDE):
            person_id, group_id, coach_id = row[0], row[2], row[3]
            pen = pens.of(person_id)
            if _said(store, row)["called"]:
                _append_state(store, pen, row, "renamed", {"called": ""})
            if (person_id, group_id) not in muted:
                consents.append(pen, consents.NOTES, "withdrawn", group_id, coach_id)
            if pen.written:
                _append_state(store, pen, row, PAUSED, {"called": ""})
        return len({pen.person_id for pen in pens.each.values() if pen.written})


# Notes


def send_note(store: Store, coach_id: str, to: tuple[str, str, str], words: str, now: datetime) -> str:
    """Keep a note on both sides, each sealed for its own side; its id. `to`: person, membership and group."""
    note_id = new_id()
    person_id, membership_id, group_id = to
    with store.pens(now) as pens:
        for owner, way in ((coach_id, "sent"), (person_id, "received")):
            pen = pens.of(owner)
            pen.insert(
                "notes",
                note_id=note_id,
                group_id=group_id,
                coach_id=coach_id,
                way=way,
                membership_id=membership_id,
                recorded_at=now,
                read_at=None,
                sealed=pen.seal(words, "notes", f"{note_id}.{way}"),
            )
    return note_id


def notes(store: Store, person_id: str) -> list[Note]:
    """The notes one side keeps, sent and received, oldest first.

    Whom a note was sent to is called as they let themselves be called now: a name that was taken back is not kept here.
    """
    rows = store.read(
        "SELECT note_id, group_id, coach_id, membership_id, way, recorded_at, read_at, sealed FROM notes WHERE person_id = :p"
        " ORDER BY recorded_at, note_id",
        p=person_id,
    )
    sealer = store.sealer(person_id)
    called = _called(store, person_id) if any(row[4] == "sent" for row in rows) else {}
    return [
        Note(  # type: ignore[call-arg]
            *row[:7],
            sealer.open(bytes(row[7]), "notes", f"{row[0]}.{row[4]}", "sealed"),
            called.get(row[3], "") if row[4] == "sent" else "",
        )
        for row in rows
    ]


def _called(store: Store, coach_id: str) -> dict[str, str]:
    """What a coach may call each person who is in a group of theirs now, by membership."""
    rows = store.read(f"SELECT * FROM ({INSIDE}) WHERE coach_id = :coach", coach=coach_id)
    return {row[1]: _said(store, row)["called"] for row in rows if store.keys.has(row[0])}


def put_away_note(pen: Pen, note_id: str) -> None:
    """Note that a received note was read; the first time counts."""
    pen.run(
        "UPDATE notes SET read_at = :now WHERE person_id = :person_id AND note_id = :n AND way = 'received'"
        " AND read_at IS NULL",
        n=note_id,
        now=pen.now,
    )


# Coach-written exercises a person has answered


def keep_exercise(pen: Pen, exercise: str, added: dict[str, Any]) -> None:
    """Keep with the answers the words they answer: no group can take those away."""
    if pen.run("SELECT 1 FROM kept_exercises WHERE person_id = :person_id AND exercise = :e", e=exercise):
        return
    row_id = new_id()
    pen.insert(
        "kept_exercises",
        row_id=row_id,
        exercise=exercise,
        recorded_at=pen.now,
        seq=pen.next_seq(),
        sealed=pen.seal(json.dumps(added), "kept_exercises", row_id),
    )
    pen.changes_groups = True


def kept_exercises(store: Store, person_id: str) -> list[dict[str, Any]]:
    """The coach-written exercises a person has answered, as their coach wrote them."""
    rows = store.read("SELECT row_id, sealed FROM kept_exercises WHERE person_id = :p ORDER BY seq", p=person_id)
    sealer = store.sealer(person_id)
    return [json.loads(sealer.open(bytes(row[1]), "kept_exercises", row[0], "sealed")) for row in rows]
