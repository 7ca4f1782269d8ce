"""MySharing: the groups a person is in, what each coach may see of them, and the log of every look."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from workbook import coach_desk, coaching, codes
from workbook.coaching import SCOPES, Group, SeenPerson
from workbook.content import Content
from workbook.logbook import note
from workbook.refused import Refused
from workbook.store import answers as kept
from workbook.store import consents, groups, looks
from workbook.store.answers import Saved
from workbook.store.groups import Membership, Note
from workbook.store.opening import Pen, Store

Writing = Callable[[], AbstractContextManager[Pen]]


@dataclass(frozen=True, slots=True)
class Look:
    """One look of a coach: at the `list` of people, one's `page`, or a `file`; the scopes seen. Naive UTC."""

    group: str
    coach: str
    what: str
    scopes: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Ticked:
    """One version of one answer that is ticked for a group, and since when. Naive UTC."""

    group_id: str
    saved: Saved
    since: datetime


@dataclass(frozen=True, slots=True)
class Sharing:
    """One group a person is in: what stands now. `answers` are the ids of the versions ticked for it."""

    membership: Membership
    group: Group
    scopes: frozenset[str]
    answers: frozenset[str]
    notes_off: bool


def is_version_of(one: Saved, other: Saved) -> bool:
    """Whether two are versions of one answer."""
    mine = (one.exercise, one.prompt, one.occasion, one.about)
    return mine == (other.exercise, other.prompt, other.occasion, other.about)


class MySharing:
    """Bound to one person, like their workbook, of which it is a part (`MyWorkbook.sharing`)."""

    def __init__(
        self, store: Store, content: Content, person_id: str, writing: Writing, today: Callable[[], date]
    ) -> None:
        self._store = store
        self._content = content
        self._person_id = person_id
        self._writing = writing
        self._today = today

    # Groups

    def groups(self) -> list[Sharing]:
        """The groups one is in now, the one joined last at the end."""
        mine = groups.groups_with(self._store, self._person_id)
        if not mine:
            return []
        standing = groups.standing(groups.memberships(self._store, self._person_id))
        given = consents.standing(self._store, self._person_id)
        off = self._notes_off()
        return [
            Sharing(
                standing[group_id],
                group,
                frozenset(e.scope for e in given if e.group_id == group_id) & {*SCOPES},
                frozenset(e.answer_id for e in given if e.group_id == group_id and e.scope == coaching.ANSWER),
                group_id in off,
            )
            for group_id, _, group in mine
        ]

    def memberships(self) -> list[Membership]:
        """Every joining, leaving and ending, oldest first."""
        return groups.memberships(self._store, self._person_id)

    def join(self, token: str, *, called: str = "", scopes: tuple[str, ...] = ()) -> str:
        """Join the group behind a link, granting just these scopes; the group's id.

        The look for a free place and the joining are one transaction. Refused with the state of the link
        (`invite_unknown`, `_closed`, `_expired`, `_full`, `_used`), for one's own group, or where one is in it already.
        """
        called = coaching.accept_called(called)
        if not set(scopes) <= set(SCOPES):
            raise Refused("not_offered")
        with self._writing() as pen:
            invite = groups.invite_behind(self._store, codes.fingerprint(token))
            found = groups.group_of(self._store, invite.group_id) if invite else None
            if invite is None or found is None:
                raise Refused("invite_unknown")
            if invite.coach_id == self._person_id:
                raise Refused("own_group")
            if groups.is_inside(pen, invite.group_id):
                raise Refused("in_already")
            if (state := invite.state(pen.now)) != "open":
                raise Refused(f"invite_{state}")
            groups.join(pen, invite, found[1], called)
            for scope in sorted(set(scopes)):
                consents.append(pen, scope, "granted", invite.group_id, invite.coach_id)
        note("joined", person=self._person_id)
        return invite.group_id

    def leave(self, group_id: str) -> None:
        """Leave a group: nothing is shared with it from here on. What is written stays as it is."""
        with self._writing() as pen:
            groups.leave(pen, self._in(group_id))
        note("left", person=self._person_id)

    def call_me(self, group_id: str, called: str) -> None:
        """Change what this group's coach calls one, or take the name back with an empty one; they see it at their next step."""
        called = coaching.accept_called(called)
        with self._writing() as pen:
            membership = self._in(group_id)
            if membership.called != called:
                groups.rename(pen, membership, called)

    def led(self) -> dict[str, Group]:
        """The groups one leads as a coach, by id."""
        return groups.of_coach(self._store, self._person_id)

    def ended(self) -> list[Membership]:
        """The groups that their coach ended, for all (`ended`) or for oneself (`let go`), until one has been told."""
        return [m for m in groups.standing(self.memberships()).values() if m.state in ("ended", "let go")]

    def note_told(self, group_id: str) -> None:
        """The person has read that a group ended."""
        with self._writing() as pen:
            for membership in self.ended():
                if membership.group_id == group_id:
                    groups.note_told(pen, membership)

    def paused(self) -> list[Membership]:
        """The groups one is in with which a restored backup put an end to sharing, until one has been told."""
        events = self.memberships()
        standing = groups.standing(events)
        found = (standing[group_id] for group_id in groups.paused(events) if group_id in standing)
        return [m for m in found if m.state == "joined"]

    def note_told_of_pause(self) -> None:
        """The person has read that a restored backup put an end to sharing."""
        with self._writing() as pen:
            for membership in self.paused():
                groups.note_told_of_pause(pen, membership)

    # Consents

    def grant(self, group_id: str, scope: str) -> None:
        """Let this group's coach see a scope from now on."""
        with self._writing() as pen:
            self._say(pen, group_id, scope, "granted")

    def withdraw(self, group_id: str, scope: str) -> None:
        """Take a scope back: at the coach's next step it is gone, from a page already open too."""
        with self._writing() as pen:
            self._say(pen, group_id, scope, "withdrawn")

    def share_answer(self, group_id: str, answer_id: str) -> None:
        """Let the coach see this version of an answer and no other one of it; what is written later is not shared by it."""
        found = kept.these(self._store, self._person_id, [answer_id])
        if not found:
            raise Refused("version_gone")
        words = content_of(self._store, self._content, self._person_id)
        exercise = next((e for e in words.exercises if e.key == found[0].exercise), None)
        prompt = next((p for p in exercise.prompts if p.key == found[0].prompt), None) if exercise else None
        if exercise is None or prompt is None or not coaching.may_be_shared(exercise, prompt):
            raise Refused("not_offered")
        with self._writing() as pen:
            self._say(pen, group_id, coaching.ANSWER, "granted", answer_id)
            self._take_back(pen, group_id, found[0], but=answer_id)

    def unshare_answer(self, group_id: str, answer_id: str) -> None:
        """Take one version of an answer back."""
        with self._writing() as pen:
            self._say(pen, group_id, coaching.ANSWER, "withdrawn", answer_id)

    def unshare_versions(self, group_id: str, answer_id: str) -> None:
        """Take back whatever version is shared of the answer that this is one of, also by another window."""
        with self._writing() as pen:
            self._in(group_id)
            for found in kept.these(self._store, self._person_id, [answer_id]):
                self._take_back(pen, group_id, found)

    def _take_back(self, pen: Pen, group_id: str, of: Saved, but: str = "") -> None:
        for ticked in self.ticked():
            one = ticked.saved
            if ticked.group_id == group_id and one.answer_id != but and is_version_of(one, of):
                self._say(pen, group_id, coaching.ANSWER, "withdrawn", one.answer_id)

    def ticked(self) -> list[Ticked]:
        """Every version that is ticked for a group one is in, the one ticked last first; what was erased is none."""
        given = [e for e in consents.standing(self._store, self._person_id) if e.scope == coaching.ANSWER]
        if not given:
            return []
        there = {s.answer_id: s for s in kept.these(self._store, self._person_id, {e.answer_id for e in given})}
        return [Ticked(e.group_id, there[e.answer_id], e.recorded_at) for e in reversed(given) if e.answer_id in there]

    def switch_notes(self, group_id: str, *, on: bool) -> None:
        """Let this group's coach send notes, or not."""
        with self._writing() as pen:
            self._say(pen, group_id, consents.NOTES, "granted" if on else "withdrawn")

    def preview(self, group_id: str, scopes: tuple[str, ...]) -> SeenPerson:
        """What the coach would see with just these scopes, by the statements that show it to the coach; nobody looked."""
        membership = self._in(group_id)
        if not set(scopes) <= set(SCOPES):
            raise Refused("not_offered")
        eyes = looks.of_own(self._store, self._person_id, membership.coach_id, group_id, scopes)
        return coach_desk.seen_person(eyes, self._store, self._content, looks.people(eyes)[0], self._today())

    def looks(self) -> list[Look]:
        """Who looked at what, the newest first."""
        names = {m.group_id: (m.group, m.coach) for m in self.memberships()}
        return [
            Look(*names.get(row[0], ("", "")), row[2], tuple(row[3].split()), row[4])
            for row in looks.log(self._store, self._person_id)
        ]

    # Notes

    def notes(self) -> list[Note]:
        """The notes kept here, received and (as a coach) sent, oldest first."""
        return groups.notes(self._store, self._person_id)

    def put_away_note(self, note_id: str) -> None:
        """Today shows this note no more; it stays under Who can see this."""
        with self._writing() as pen:
            groups.put_away_note(pen, note_id)

    # Within

    def _in(self, group_id: str) -> Membership:
        standing = groups.standing(self.memberships()).get(group_id)
        if standing is None or standing.state != "joined":
            raise Refused("not_in_group")
        return standing

    def _say(self, pen: Pen, group_id: str, scope: str, state: str, answer_id: str = "") -> None:
        """One event, where it says anything new; Refused for a group one is not in."""
        if scope not in (*SCOPES, coaching.ANSWER, consents.NOTES):
            raise Refused("not_offered")
        membership = self._in(group_id)
        stands = any(
            (e.group_id, e.scope, e.answer_id) == (group_id, scope, answer_id)
            for e in consents.standing(self._store, self._person_id)
        )
        default = scope == consents.NOTES and group_id not in self._notes_off()
        if (stands or default) != (state == "granted"):
            consents.append(pen, scope, state, group_id, membership.coach_id, answer_id)
            if state == "granted" and scope in SCOPES and group_id in groups.paused(self.memberships()):
                groups.note_told_of_pause(pen, membership)  # something is shared again
            note("consent", what=state, person=self._person_id)

    def _notes_off(self) -> set[str]:
        newest = {
            e.group_id: e.state for e in consents.events(self._store, self._person_id) if e.scope == consents.NOTES
        }
        return {group_id for group_id, state in newest.items() if state == "withdrawn"}


def content_of(store: Store, content: Content, person_id: str) -> Content:
    """The content as this person meets it: with what their groups add, arrange and leave out.

    Remembered until a group or a membership anywhere changes: nearly every run asks.
    """
    before, words, known = _known.get(person_id, (-1, content, content))
    if before == store.groups_changed and words is content:
        return known
    changes = store.groups_changed
    mine = [group for _, _, group in groups.groups_with(store, person_id)]
    answered = [coaching.exercise_of(one, by=str(one.get("by", ""))) for one in groups.kept_exercises(store, person_id)]
    known = coaching.adapted(content, mine, answered)
    with _knowing:
        while len(_known) >= MOST_KNOWN:
            del _known[next(iter(_known))]
        _known[person_id] = (changes, content, known)
    return known


MOST_KNOWN = 500
_known: dict[str, tuple[int, Content, Content]] = {}
_knowing = threading.Lock()
