"""Staying in touch: when the latest real contact was, and whom the person might like to hear from. Pure: rows and a day in.

Nobody is ever late. A rhythm is off until the person chooses one; released, unscreened and not-for-now members are
never named, and silence moves nobody. Days are whole days of the person's own calendar, so a change of the clocks
changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from workbook.pod import RINGS, Member

RHYTHMS = {"week": 7, "two_weeks": 14, "month": 30, "season": 91}  # days
NEVER = "never"  # this member has no rhythm, whatever their ring has
SAID = {"week": 0, "month": 30, "year": 365, "longer": 730}  # the latest day that “when were you in touch?” leaves open
FOLLOW_UP_DAYS = 14
SNOOZE_DAYS = 14
MOST_NAMED = 3
SENT_STATES = ("sent", "wait", "one_more", "let_go")  # a try in one of these went out
MET = ("warm", "short")  # what came back was a contact
TURNED_DOWN = ("not_now", "no")
PEOPLE = ("person", "pet")
HELPER = "professional"


@dataclass(frozen=True, slots=True)
class Touch:
    """They were in touch on a day; `how` is a way from the options, `via` what noted it ("" the person's own tap)."""

    member_id: str
    on_day: date
    seq: int = 0
    how: str = ""
    touch_id: str = ""
    via: str = ""
    zone: str = "UTC"
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    """One sent try: to whom, on which day, where it stands, and since when."""

    member_id: str
    sent_on: date
    outcome: str = ""
    state: str = "sent"
    state_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often they would like to be in touch, and the day that was chosen."""

    every: str
    chosen_on: date


@dataclass(frozen=True, slots=True)
class Said:
    """What they once said of the last contact (“this month”), and on which day."""

    when: str
    on_day: date


@dataclass(frozen=True, slots=True)
class Rows:
    """All that the choice reads. `of_ring` and `of_member`: rhythms; `quiet_until`: “not now” holds before this day."""

    members: tuple[Member, ...] = ()
    of_ring: Mapping[str, Rhythm] | None = None
    of_member: Mapping[str, Rhythm] | None = None
    touches: tuple[Touch, ...] = ()
    hellos: tuple[Hello, ...] = ()
    said: Mapping[str, Said] | None = None
    quiet_until: Mapping[str, date] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Someone to name on Today. `last`: the latest day known to be in touch; `follow_up`: a hello stayed unanswered."""

    member_id: str
    last: date | None
    follow_up: bool = False


def went_out(fields: Mapping[str, Any]) -> bool:
    """Whether a try was sent: to wait, to send one more or to let go says so only of one that was."""
    state = fields.get("state")
    return state == "sent" or (state in SENT_STATES and bool(fields.get("sent_on")))


def latest_contact(touches: Iterable[Touch]) -> dict[str, date]:
    """The latest day in touch with each member; an older one noted later never moves it back."""
    latest: dict[str, date] = {}
    for touch in touches:
        if touch.member_id not in latest or touch.on_day > latest[touch.member_id]:
            latest[touch.member_id] = touch.on_day
    return latest


def rhythm_of(member: Member, rows: Rows) -> Rhythm | None:
    """The member's own rhythm, else that of their ring; None where it is off."""
    own = (rows.of_member or {}).get(member.member_id)
    if own is not None and own.every:
        return own if own.every in RHYTHMS else None
    of_ring = (rows.of_ring or {}).get(member.place)
    return of_ring if of_ring is not None and of_ring.every in RHYTHMS else None


def who_to_hear_from(rows: Rows, today: date) -> list[Suggestion]:
    """At most three members the person might like to hear from, those whose rhythm came round the longest ago first."""
    latest, open_hellos = latest_contact(rows.touches), _open_hellos(rows)
    found: list[tuple[float, int, Suggestion]] = []
    for member in rows.members:
        rhythm = rhythm_of(member, rows) if may_be_named(member, rows, today) else None
        if rhythm is None:
            continue
        sent = open_hellos.get(member.member_id)
        if sent:
            if _may_follow_up(sent, today):
                since = (today - sent[0].sent_on).days / RHYTHMS[rhythm.every]
                found.append((-since, member.added_seq, Suggestion(member.member_id, sent[0].sent_on, follow_up=True)))
            continue
        days = latest.get(member.member_id), _as_said(rows, member.member_id)
        last = max((day for day in days if day), default=None)  # an older day noted later does not move it back
        waited = (today - max(last or rhythm.chosen_on, date.min)).days
        if waited >= RHYTHMS[rhythm.every]:
            found.append((-waited / RHYTHMS[rhythm.every], member.added_seq, Suggestion(member.member_id, last)))
    return [suggestion for _, _, suggestion in sorted(found, key=lambda one: one[:2])[:MOST_NAMED]]


def unanswered(rows: Rows) -> set[str]:
    """Everyone to whom a hello went out since the latest contact."""
    return set(_open_hellos(rows))


def follow_ups(rows: Rows, today: date) -> list[Suggestion]:
    """Whose one sent hello stayed unanswered for two weeks or more: one more is fine, and after it none is suggested."""
    open_hellos = _open_hellos(rows)
    members = {member.member_id: member for member in rows.members}
    return [
        Suggestion(member_id, sent[0].sent_on, follow_up=True)
        for member_id, sent in open_hellos.items()
        if member_id in members and may_be_named(members[member_id], rows, today) and _may_follow_up(sent, today)
    ]


def may_be_named(member: Member, rows: Rows, today: date) -> bool:
    """Whether any suggestion may name this member: someone, fine for now, on the map, and not put off."""
    quiet = (rows.quiet_until or {}).get(member.member_id)
    return (
        member.kind in PEOPLE
        and member.contact == "ok"
        and not member.parted
        and not member.twin_rests
        and member.place in (*RINGS, "unplaced")
        and (quiet is None or quiet <= today)
    )


def is_someone(member: Member) -> bool:
    """Whether the five taps decide about them, whatever kind they are said to be now.

    A person or a pet, whoever the taps were about, and a helper who was noted as a person before.
    """
    return member.kind in PEOPLE or member.someone == "asked" or (member.kind == HELPER and member.someone == "once")


def rests(member: Member) -> bool:
    """Whether nobody speaks of them now: not for now, or perhaps someone who is, under another spelling."""
    return member.contact == "not_for_now" or member.twin_rests


def may_be_written_to(member: Member) -> bool:
    """Whether anything to send may be offered for them: on the map, and someone only where the five taps found it fine."""
    here = member.place in (*RINGS, "unplaced") and not member.parted and not member.twin_rests
    return here and (member.contact == "ok" or not (is_someone(member) or member.contact == "not_for_now"))


def _as_said(rows: Rows, member_id: str) -> date | None:
    """The latest day that fits what was said of the last contact."""
    said = (rows.said or {}).get(member_id)
    return said.on_day - timedelta(days=SAID[said.when]) if said and said.when in SAID else None


def _open_hellos(rows: Rows) -> dict[str, list[Hello]]:
    """For each member the hellos sent since the latest contact, oldest first; what came back warm closes the earlier ones."""
    latest = latest_contact(rows.touches)
    for hello in rows.hellos:
        if hello.outcome in MET and hello.sent_on > latest.get(hello.member_id, date.min):
            latest[hello.member_id] = hello.sent_on
    found: dict[str, list[Hello]] = {}
    for hello in rows.hellos:
        if hello.outcome not in MET and hello.sent_on > latest.get(hello.member_id, date.min):
            found.setdefault(hello.member_id, []).append(hello)
    return {member_id: sorted(sent, key=lambda hello: hello.sent_on) for member_id, sent in found.items()}


def _may_follow_up(sent: list[Hello], today: date) -> bool:
    """One hello, unanswered, not turned down and not let go, two weeks old; and two weeks since they chose to wait."""
    if len(sent) != 1 or sent[0].outcome in TURNED_DOWN or sent[0].state == "let_go":
        return False
    waits_from = max(sent[0].sent_on, (sent[0].state == "wait" and sent[0].state_on) or sent[0].sent_on)
    return today >= waits_from + timedelta(days=FOLLOW_UP_DAYS)
