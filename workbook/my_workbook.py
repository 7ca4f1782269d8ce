"""MyWorkbook: all that one signed-in person may read and change."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workbook import answers as core
from workbook import bundle, export, kindness, merging, safety, signing, trash
from workbook.answers import Fact
from workbook.bundle import Bundle, Plan
from workbook.coaching import as_added, mark_of
from workbook.content import Content, Exercise, Prompt
from workbook.in_touch import PEOPLE, RHYTHMS, SNOOZE_DAYS, Hello, Rhythm, Rows, Touch, is_someone, went_out
from workbook.in_touch import Said as LastTouch
from workbook.my_sharing import MySharing, content_of
from workbook.pod import PLACES, RINGS, Member, Move, small_name, standing
from workbook.refused import Refused
from workbook.store import accounts, arriving, choices, consents, groups, members, put_away, touches, tries
from workbook.store import answers as kept
from workbook.store import merging as merged_rows
from workbook.store.answers import Saved
from workbook.store.consents import ConsentEvent
from workbook.store.engine import Found
from workbook.store.members import Known
from workbook.store.opening import Pen, Store, new_id
from workbook.store.put_away import PutAway
from workbook.store.tries import Try
from workbook.suggesting import OpenHello, Progress
from workbook.trash import InTrash

EDITABLE = (
    "name",
    "kind",
    "how_known",
    "good_for",
    "heard",
    "asked",
    "gives_takes",
    "notes",
    "last_touch",
    "closeness",
    "how",
    "next_step",
    "state",
    "rhythm",
    "pictured",
    "parted",
)
_RESOURCES = {
    "doors": ("door", "line"),
    "help_lines": ("line",),
}  # kind of prompt, and the facts that say what was saved
KINDNESS = "stay_open.kindness"
CHECK_IN = "check_in.weekly"
PICK = "reach_out.pick"  # where a hello begins
DOORS = "reconnect.three_doors"
CARD = "group."  # with its id: the card of a group's coach, saved to the map as a door is
BAD_HOUR = "reconnect.bad_hour"
VIA_MAP = "map"
VIA_SCREEN = "screen"
VIA_TODAY = "today"
PAUSED = "paused"
LOW_ENERGY = "low_energy"
ORIGIN = "origin"
BROUGHT = "brought"  # how far the rows went that came with the latest bundle
CARRIED = "carried."


class MyWorkbook:
    """Bound to one person: nobody else's rows can even be asked for.

    `clock` gives naive UTC; `zone` is the person's own time zone (IANA name) and decides which day it is for them.
    Every save is one transaction and has been committed when the method returns.
    """

    def __init__(
        self, store: Store, content: Content, person_id: str, clock: Callable[[], datetime], zone: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._words = content
        self.person_id = person_id
        self.zone = known_zone(zone)

    @property
    def content(self) -> Content:
        """The words of the workbook, with what this person's groups add and arrange."""
        return content_of(self._store, self._words, self.person_id)

    @property
    def sharing(self) -> MySharing:
        """The groups this person is in, and what their coaches may see."""
        return MySharing(self._store, self._words, self.person_id, self._pen, lambda: self.today)

    @property
    def today(self) -> date:
        """The day it is for this person."""
        return self.local(self._clock()).date()

    def local(self, at: datetime) -> datetime:
        """A naive-UTC time in the person's own time zone."""
        return at.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))

    # Answers

    def saved(self, exercise: str) -> list[Saved]:
        """The standing answers of one exercise, of every occasion, oldest first."""
        return kept.latest(self._store, self.person_id, exercise)

    def answer(
        self,
        exercise_key: str,
        prompt_key: str,
        value: Any,
        *,
        occasion: str = "",
        about: str = "",
        save_id: str = "",
        drawn: str = "",
    ) -> Saved:
        """Save one answer and what it means for the pod; Refused where the value cannot be taken.

        `drawn` is the mark of a coach-written exercise as its page showed it: Refused where other words stand now.
        Saving the same value again makes no new version; nor does a save tried again with its own `save_id`, which
        gives what the first one gave.
        """
        exercise, prompt = self._asked(exercise_key, prompt_key)
        if drawn and drawn != mark_of(exercise):
            raise Refused("question_changed")
        value = core.accept(prompt, value)
        with self._pen() as pen:
            if done := save_id and kept.saved_with(pen, self._store, save_id):
                return done
            self._refuse_strangers(pen, prompt, value, about)
            self._refuse_another(pen, exercise, prompt, value, occasion)
            return self._append(pen, exercise, prompt, value, occasion, about, save_id)

    def versions(self, exercise: str, prompt: str, occasion: str = "", about: str = "") -> list[Saved]:
        """Every version of one answer, newest first."""
        return kept.versions(self._store, self.person_id, exercise, prompt, occasion, about)

    def bring_back(self, answer_id: str) -> Saved:
        """Make an earlier version the newest again."""
        found = [s for s in kept.every_version(self._store, self.person_id) if s.answer_id == answer_id]
        if not found:
            raise Refused("version_gone")
        old = found[0]
        return self.answer(old.exercise, old.prompt, old.value, occasion=old.occasion, about=old.about)

    def erase(self, exercise_key: str, prompt_key: str, occasion: str = "", about: str = "") -> None:
        """Remove an answer with all its earlier versions, and what it meant for the pod. Members stay."""
        exercise, prompt = self._asked(exercise_key, prompt_key)
        with self._pen(erasing=True) as pen:
            if prompt.kind == "toggle":
                was = self._given(pen, exercise, occasion).get((prompt_key, about))
                self._act_on(pen, exercise, prompt, False, was)
            before = self._given(pen, exercise, occasion)
            kept.erase(pen, exercise_key, prompt_key, occasion, about)
            self._mean(pen, exercise, occasion, self._given(pen, exercise, occasion), before)

    def note_opened(self, exercise: str) -> None:
        """Note that an exercise was opened; once a day is enough."""
        opened = kept.opened(self._store, self.person_id).get(exercise)
        if opened and self.local(opened[1]).date() == self.today:
            return
        with self._pen() as pen:
            kept.note_opened(pen, exercise)

    def progress(self) -> list[Progress]:
        """How far every exercise has come, in the order of the steps."""
        opened = kept.opened(self._store, self.person_id)
        saved = kept.last_saved(self._store, self.person_id)
        return [self._progress(e, opened, saved) for e in self.content.exercises]

    def occasion(self, exercise: Exercise, saved: Iterable[Saved]) -> str:
        """The occasion an exercise is being done on: "" for those done once.

        A measure or a check-in begins afresh each day; a try goes on until another is started.
        """
        if not exercise.again and not exercise.follows:
            return ""
        saved = [*saved]
        if exercise.follows:
            saved = self.saved(exercise.follows) or saved
            if not saved and not exercise.again:
                return ""
        if PICK in (exercise.key, exercise.follows) and (over := self._at_rest()):
            saved = [s for s in saved if s.occasion not in over]
        latest = max(saved, key=lambda s: s.seq, default=None)
        today = self.today.isoformat()
        if latest is None:
            return today if len(self.together(exercise)) == 1 else self.next_occasion(exercise)
        if dated(exercise) and not latest.occasion.startswith(today):
            return today
        return latest.occasion

    def _at_rest(self) -> set[str]:
        """The occasions of hellos to someone who died: nothing goes on there by itself."""
        died = {member_id for (member_id, field), k in self.known().items() if field == "parted" and k.value}
        begun = (one.began_via.partition("|") for one in self.tries() if one.member_id in died) if died else ()
        return {occasion for exercise, _, occasion in begun if exercise == PICK}

    def together(self, exercise: Exercise) -> list[Exercise]:
        """The exercise that began what this one belongs to, and all that follow it; itself alone where it stands alone."""
        first = exercise.follows or exercise.key
        return [e for e in self.content.exercises if first in (e.key, e.follows)]

    def occasions(self, exercise: Exercise) -> set[str]:
        """Every occasion of an exercise and of those it shares them with."""
        return {s.occasion for e in self.together(exercise) for s in self.saved(e.key)}

    def hello(self, exercise: Exercise, occasion: str) -> Try | None:
        """The try that an exercise goes on with: begun on this occasion in the one it follows."""
        first = exercise.follows or exercise.key
        return tries.begun_by(self._store, self.person_id, f"{first}|{occasion}")

    def begin_hello(self, member_id: str, *, people: bool = False) -> str:
        """A fresh hello to someone: its occasion. Refused for whoever is off the map; with `people` for all but those."""
        self._refuse_away(member_id, people=people)
        occasion = self.next_occasion(self.content.exercise(PICK))
        self.answer(PICK, "who", member_id, occasion=occasion)
        return occasion

    def open_hellos(self) -> list[OpenHello]:
        """Every hello begun, the one worked on last first; none to someone who died."""
        begun = {one.began_via: one for one in self.tries()}
        here = {m.member_id for m in self.members() if not m.parted}
        picked = self.saved(PICK)
        stages = {saved.occasion: str(saved.value) for saved in picked if saved.prompt == "at"}
        pages = [e.key for e in self.together(self.content.exercise(PICK)) if not e.apart] if picked else []
        last = kept.last_on(self._store, self.person_id, pages) if picked else {}
        found = []
        for occasion in sorted({saved.occasion for saved in picked}, key=lambda one: last[one], reverse=True):
            one = begun.get(f"{PICK}|{occasion}")
            if one is None or one.member_id not in here:
                continue
            sent, stage = went_out(one.fields), stages.get(occasion, "")
            if stage == "after_sent" and not sent:
                stage = "sent"  # it was looked at, and there is nothing to look back on yet
            found.append(OpenHello(one.member_id, stage, sent, self._day(last[occasion][1]), occasion))
        return found

    def again_from(self, exercise: Exercise) -> date | None:
        """The day from which a measure can be taken again; None where that is today or was before."""
        days = [day_of(s.occasion, s.on_day) for s in self.saved(exercise.key) if s.value not in (None, "", [])]
        again = max(days) + timedelta(days=exercise.every_days) if days else self.today
        return again if again > self.today else None

    def last_check_in(self) -> date | None:
        """The day of the latest check-in, if there was one."""
        days = [day_of(s.occasion, s.on_day) for s in self.saved(CHECK_IN)]
        return max(days, default=None)

    def _day(self, at: datetime) -> date:
        return self.local(at).date()

    def note_stage(self, occasion: str, stage: str) -> None:
        """Note how far a hello has come, so that any device goes on from there."""
        self.answer(PICK, "at", stage, occasion=occasion)

    def next_occasion(self, exercise: Exercise) -> str:
        """The name of a fresh occasion begun today."""
        today = self.today.isoformat()
        taken = self.occasions(exercise)
        if today not in taken:
            return today
        return next(f"{today}.{n}" for n in range(2, 10_000) if f"{today}.{n}" not in taken)

    # Members

    def members(self) -> list[Member]:
        """Everyone and everything in the pod, wherever they stand, in the order they were added."""
        return self._members(self.moves())

    def pod(self) -> tuple[list[Move], list[Member], dict[tuple[str, str], Known]]:
        """The moves, the members and what is known of them, each read once."""
        moves, known = self.moves(), self.known()
        return moves, self._members(moves, known), known

    def _members(self, moves: Iterable[Move], known: Mapping[tuple[str, str], Known] | None = None) -> list[Member]:
        facts = self.known() if known is None else known
        places = standing(moves)
        found = [
            _member(member_id, seq, facts, places.get(member_id))
            for member_id, (_, seq) in members.added(self._store, self.person_id).items()
        ]
        held = merging.beside_resting(found)
        return [replace(m, twin_rests=True) if m.member_id in held else m for m in found] if held else found

    def has_members(self) -> bool:
        """Whether anyone is named yet."""
        return bool(members.added(self._store, self.person_id))

    def moves(self) -> list[Move]:
        """Every dated move, in the order it was made."""
        return members.moves(self._store, self.person_id)

    def known(self) -> dict[tuple[str, str], Known]:
        """What holds of each member, with the day it was noted."""
        return members.known(self._store, self.person_id)

    def added_on(self) -> dict[str, date]:
        """The day each member was added."""
        return members.added_on(self._store, self.person_id)

    def add_member(self, name: str, *, kind: str = "person", place: str = "unplaced", again: bool = False) -> str:
        """A new member's id. A name already on the map, or in the trash, is Refused once, so that it is a choice (`again`)."""
        shown = core.accept_member_name(name)
        _refuse_unknown_place(place)
        with self._pen() as pen:
            there = self._all_named(shown)
            if there and not again:
                raise Refused("member_there", name=shown)
            deleted = self._deleted_called(shown)
            if deleted and not again:
                raise Refused("member_deleted", name=shown, member_id=deleted)
            member_id = self._added(pen, shown, kind, place, VIA_MAP)
            if there:
                self._part(pen, *there, member_id)
            return member_id

    def name_someone(self, exercise_key: str, prompt_key: str, name: str, occasion: str = "") -> str:
        """Answer with a name: a member already called so is picked, otherwise one is added, once. Gives the member's id."""
        exercise, prompt = self._asked(exercise_key, prompt_key)
        shown = core.accept_member_name(name)
        with self._pen() as pen:
            there = self._named(shown)
            before = self._given(pen, exercise, occasion).get((prompt_key, ""))
            member_id = there or self._added(pen, shown, prompt.member_kind, prompt.place, exercise_key)
            value: Any = member_id if prompt.kind == "member" else [*(before or []), member_id]
            self._refuse_another(pen, exercise, prompt, value, occasion)
            self._append(pen, exercise, prompt, core.accept(prompt, value), occasion, "", "")
            return member_id

    def change_member(self, member_id: str, field: str, value: Any) -> None:
        """Change one thing known of a member; what is so already is not noted again. Refused where it cannot be taken."""
        if field not in EDITABLE:
            raise Refused("not_offered")
        fact_value = self._accept_fact(field, value)
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            there = self.known()
            if field == "kind" and fact_value not in PEOPLE and (member_id, "someone") not in there:
                kind = there.get((member_id, "kind"))
                if kind is None or kind.value in PEOPLE:
                    members.note(pen, Fact(member_id, "someone", "once"), VIA_MAP)
            for fact in _facts_of(member_id, field, fact_value):
                known = there.get((member_id, fact.field))
                if known is None or known.value != fact.value:
                    members.note(pen, fact, VIA_MAP)

    def move(self, member_id: str, place: str, *, on_day: date | None = None, reason: str = "") -> None:
        """A member changes place, today or on an earlier day; Refused for a day that has not come.

        Put where they stand already, with no day and no reason, nothing changes: a button was pressed twice.
        """
        _refuse_unknown_place(place)
        if on_day and on_day > self.today:
            raise Refused("day_ahead")
        reason = core.accept_reason(reason)
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            if on_day or reason or not self._stands(member_id, place):
                members.move(pen, member_id, place, reason, on_day=None if on_day == self.today else on_day)

    def moved_here(self, exercise_key: str, prompt_key: str, member_id: str, place: str, occasion: str = "") -> None:
        """Move a member from within an exercise: the move, and that the exercise was answered, in one save."""
        exercise, prompt = self._asked(exercise_key, prompt_key)
        _refuse_unknown_place(place)
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            if not self._stands(member_id, place):
                members.move(pen, member_id, place)
            before = self._given(pen, exercise, occasion).get((prompt_key, ""))
            listed = [*(before or []), member_id] if isinstance(before, list | None) else before
            if prompt.kind == "ring_one":
                self._append(pen, exercise, prompt, member_id, occasion, "", "")
            if prompt.kind in ("ring_each_member", "names"):
                self._append(pen, exercise, prompt, list(dict.fromkeys(listed or [])), occasion, "", "")

    def forget(self, member_id: str) -> None:
        """Delete a member for good, with their moves, their tries and what was written in those tries; out of the trash, too.

        Other answers that picked them are left as if they had not: no later save can bring anything of them back.
        """
        with self._pen(erasing=True) as pen:
            if put_away.discard(pen, member_id) and not members.is_there(pen, member_id):
                return
            self._refuse_stranger(pen, member_id)
            put_away.strike_out(pen, self._store, member_id)
            for exercise, occasion in self._tries_with(member_id):
                kept.erase_occasion(pen, exercise, occasion)
            kept.erase_about(pen, member_id)
            kept.strike_out(pen, self._store, member_id)
            for exercise, prompt, key in self._saved_as(member_id):
                kept.strike_out(pen, self._store, key, exercise, prompt)
            members.forget(pen, member_id)

    # What may be undone

    def last_move(self) -> Move | None:
        """The latest move made, if it can be undone: one that a tick brought about goes by taking the tick out again.

        None came with a bundle: those keep their order among themselves, but not beside the answers that made them.
        """
        newest = members.last_move(self._store, self.person_id)
        brought, _ = self.choices().get(BROUGHT, (0, None))
        return newest if newest and newest.seq > int(brought) and not self._ticked(newest) else None

    def undo_last_move(self, move_id: str) -> None:
        """Remove the latest move, and that an exercise was answered by it, as if it had never been made.

        Refused where anyone was moved since. One that is gone already is undone: nothing changes.
        """
        with self._pen(erasing=True) as pen:
            if all(move.move_id != move_id for move in self.moves()):
                return
            last = self.last_move()
            if last is None or last.move_id != move_id:
                raise Refused("moved_since")
            members.take_back_move(pen, move_id)
            for saved in self._saved_by(last):
                exercise = self.content.exercise(saved.exercise)
                before = self._given(pen, exercise, saved.occasion)
                kept.take_back(pen, saved.answer_id)
                self._mean(pen, exercise, saved.occasion, self._given(pen, exercise, saved.occasion), before)

    def delete_member(self, member_id: str) -> None:
        """Put a member in the trash: gone from everything at once, and for 30 days to be brought back as they were."""
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            put_away.pack(pen, self._store, member_id, self._tries_with(member_id), self._saved_as(member_id))

    def bring_back_member(self, member_id: str) -> None:
        """Take a member out of the trash, exactly as they were; Refused once the 30 days are over, or where the map is full."""
        with self._pen() as pen:
            if not self._unpack(pen, member_id):
                raise Refused("trash_gone")

    def trash(self) -> list[InTrash]:
        """Whom one may still bring back: the deleted ones, then those released in the last 30 days; the latest first."""
        now = self._clock()
        deleted = [
            trash.deleted(_deleted(one), one.on_day, one.put_away_at, now)
            for one in put_away.every(self._store, self.person_id, now)
        ]
        moves = self.moves()
        return [*deleted, *trash.released(self._members(moves), moves, self.today)]

    def put_away(self) -> list[PutAway]:
        """The deleted members that can still be brought back, each with all there is of them."""
        return put_away.every(self._store, self.person_id, self._clock())

    def merge(self, keep_id: str, other_id: str) -> None:
        """Make one of two members that are the same: the first is kept, and all there is of the second becomes theirs.

        Nothing of either is lost; the other name stays as one they are also called. Refused for a person and a place.
        """
        with self._pen() as pen:
            self._refuse_stranger(pen, keep_id)
            self._refuse_stranger(pen, other_id)
            if keep_id == other_id:
                raise Refused("merge_same")
            own, theirs = self._noted(keep_id), self._noted(other_id)
            merging.refuse_two(own, theirs)
            wanted = merging.to_note(own, theirs)
            wanted[merging.WAS] = merging.ids_of_one(other_id, own, theirs, self.today)
            via = {"contact": VIA_SCREEN}
            merged_rows.merge(
                pen, self._store, keep_id, other_id, {f: (one, via.get(f, VIA_MAP)) for f, one in wanted.items()}
            )

    def keep_apart(self, one_id: str, other_id: str) -> None:
        """Remember that two members are not the same, so that it is not asked again."""
        with self._pen() as pen:
            self._refuse_stranger(pen, one_id)
            self._refuse_stranger(pen, other_id)
            if one_id == other_id:
                raise Refused("merge_same")
            self._part(pen, one_id, other_id)

    def screen(self, member_id: str, taps: Mapping[str, str], *, was: str = "") -> safety.Outcome:
        """The outcome of the safety screen. Only the result is kept, never the taps; an open one takes an earlier `ok` back.

        Refused where it is not any more what it `was` when the taps were asked.
        """
        outcome = safety.screen(taps)
        self.decide_contact(member_id, outcome.contact or "unscreened", was=was, taps=taps)
        return outcome

    def decide_contact(
        self, member_id: str, contact: str, *, was: str = "", taps: Mapping[str, str] | None = None
    ) -> None:
        """The person's own word on a member: fine for now, not for now, or to be asked again.

        “Fine” takes five `taps` that leave it open: Refused without them, and where it is not any more what it `was`
        when they were asked.
        """
        if contact not in ("ok", "not_for_now", "unscreened"):
            raise Refused("not_offered")
        if contact == "ok" and not safety.screen(taps or {}).may_be_fine:
            raise Refused("taps_open")
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            now = self.known().get((member_id, "contact"))
            if was and was != (now.value if now else "unscreened"):
                raise Refused("contact_changed")
            members.note(pen, Fact(member_id, "contact", contact), VIA_SCREEN)

    def card_saved(self, group_id: str) -> str:
        """The id of the member that a coach's card was saved as and that stands in a ring; "" where there is none."""
        found = {
            k.member_id for (_, field), k in self.known().items() if field == "door" and k.value == CARD + group_id
        }
        return next((m.member_id for m in self.members() if m.member_id in found and m.place in RINGS), "")

    def save_card(self, group_id: str, *, labelled: str) -> None:
        """Save what a coach offers their group to the map, as a door is saved; it stays when the group ends.

        `labelled` says whose it is. Refused for a group this person is not in.
        """
        one = next((one for one in self.sharing.groups() if one.membership.group_id == group_id), None)
        if one is None:
            raise Refused("not_in_group")
        card = one.group.card
        with self._pen() as pen:
            known = self.known().items()
            there = next((m for (m, f), k in known if f == "door" and k.value == CARD + group_id), "")
            deleted = "" if there else put_away.named(pen, self._store, "door").get(CARD + group_id, "")
            if deleted and self._unpack(pen, deleted):
                there = deleted
            if not there:
                name = small_name(card.what.strip() or one.group.name, core.NAME_LONGEST)
                there = self._added(pen, core.accept_member_name(name), "group", "unplaced", "")
                first = " · ".join(filter(None, (card.when, card.where)))
                facts = {"door": CARD + group_id, "state": "found", "how": card.link, "next_step": first}
                for field, value in {**facts, "how_known": labelled}.items():
                    members.note(pen, Fact(there, field, " ".join(value.split())), "")
            if not self._stands(there, "outer"):
                members.move(pen, there, "outer")

    # Staying in touch

    def touches(self) -> list[Touch]:
        """Every time in touch, in the order they were noted."""
        return touches.every(self._store, self.person_id)

    def were_in_touch(self, member_ids: Iterable[str], on_day: date | None = None, how: str = "") -> None:
        """Note that they were in touch, today or on an earlier day; Refused as a whole, and nothing is noted.

        A day that has not come, nobody picked, or someone who is off the map: each has its own sentence.
        """
        ids = list(dict.fromkeys(member_ids))
        if on_day and on_day > self.today:
            raise Refused("day_ahead")
        if not ids:
            raise Refused("nobody_picked")
        if how and how not in {o.key for o in self.content.options["touch_ways"]}:
            raise Refused("not_offered")
        off_map = {m.member_id: m.name for m in self.members() if m.place in ("released", "left_off")}
        with self._pen() as pen:
            for member_id in ids:
                self._refuse_stranger(pen, member_id)
                if member_id in off_map:
                    raise Refused("off_the_map", name=off_map[member_id])
            for member_id in ids:
                touches.note(pen, member_id, on_day or pen.on_day, how)

    def take_back_touch(self, touch_id: str) -> None:
        """Remove a time in touch that was noted by mistake."""
        with self._pen(erasing=True) as pen:
            gone = touches.take_back(pen, touch_id)
            if gone is None:
                raise Refused("not_offered")
            member_id, via = gone
            if via:  # what noted it said as well that they were in touch lately
                members.take_back_fact(pen, member_id, "last_touch", via)

    def choose_rhythm(self, ring: str, every: str) -> None:
        """How often Today may name the people of a ring; "" or “never” is never."""
        if ring not in RINGS or every not in (*RHYTHMS, "", "never"):
            raise Refused("not_offered")
        with self._pen() as pen:
            choices.choose(pen, self._store, f"rhythm.{ring}", every)

    def put_off(self, member_id: str) -> None:
        """“Not now”: nobody speaks of this member for two weeks."""
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            until = pen.on_day + timedelta(days=SNOOZE_DAYS)
            members.note(pen, Fact(member_id, "quiet_until", until.isoformat()), VIA_TODAY)

    def kind_moments(self) -> dict[str, int]:
        """How often each member was noted in the kindness log."""
        return kindness.moments(s.value or () for s in self.saved(KINDNESS) if s.prompt == "who")

    def ring_answered_at(self) -> dict[str, int]:
        """How often each had been noted when the question about their ring was last answered or put off."""
        return {m: int(k.value) for (m, field), k in self.known().items() if field == "ring_answered"}

    def answer_ring(self, member_id: str, moments: int) -> None:
        """The question about a member's ring is answered, or put off, after so many noted moments."""
        with self._pen() as pen:
            self._refuse_stranger(pen, member_id)
            members.note(pen, Fact(member_id, "ring_answered", int(moments)), VIA_TODAY)

    def rest(self, resting: bool) -> None:
        """Things are hard again: every prompt and check-in rests until the person lifts it."""
        if resting != self.resting():
            with self._pen() as pen:
                choices.choose(pen, self._store, PAUSED, resting)

    def resting(self) -> bool:
        """Whether prompts and check-ins rest."""
        return bool(self.choices().get(PAUSED, (False,))[0])

    def take_it_easy(self, easy: bool) -> None:
        """Low energy: for the rest of this day Today shows one short thing alone."""
        with self._pen() as pen:
            choices.choose(pen, self._store, LOW_ENERGY, easy)

    def taking_it_easy(self) -> bool:
        """Whether this is a day of low energy."""
        easy, on_day = self.choices().get(LOW_ENERGY, (False, None))
        return bool(easy) and on_day == self.today

    def choices(self) -> dict[str, tuple[Any, date]]:
        """What the person chose for the workbook itself, with the day of each: whether it rests, a ring's rhythm."""
        chosen = choices.standing(self._store, self.person_id)
        return {name: (one["value"], date.fromisoformat(one["on_day"])) for name, one in chosen.items()}

    def ring_rhythms(self) -> dict[str, Rhythm]:
        """The rhythm chosen for each ring, where there is one."""
        chosen = self.choices()
        return {
            ring: Rhythm(str(one[0]), one[1]) for ring in RINGS if (one := chosen.get(f"rhythm.{ring}")) is not None
        }

    def rows(self) -> Rows:
        """All that decides whom Today may name."""
        known = self.known()

        def of(field: str) -> dict[str, Known]:
            return {member_id: k for (member_id, f), k in known.items() if f == field and k.value}

        return Rows(
            members=tuple(self.members()),
            of_ring=self.ring_rhythms(),
            of_member={m: Rhythm(str(k.value), k.on_day) for m, k in of("rhythm").items()},
            touches=tuple(self.touches()),
            hellos=tuple(_sent(self.tries())),
            said={m: LastTouch(str(k.value), k.on_day) for m, k in of("last_touch").items()},
            quiet_until={m: date.fromisoformat(str(k.value)) for m, k in of("quiet_until").items()},
        )

    def someone_called(self, name: str) -> str:
        """The id of the member with this name, added now if there is none."""
        shown = core.accept_member_name(name)
        with self._pen() as pen:
            return self._named(shown) or self._added(pen, shown, "person", "unplaced", VIA_MAP)

    def person_called(self, name: str) -> str:
        """The same, where only a person or a pet is meant; Refused for anything else, and for whoever is off the map."""
        member_id = self.someone_called(name)
        self._refuse_away(member_id, people=True)
        return member_id

    # The rest

    def at_one_moment(self, read: Callable[[], Found]) -> Found:
        """What `read` gives, with all that it reads here as of one moment, whatever is saved meanwhile. It may not save."""
        return self._store.at_one_moment(read)

    def changes(self) -> tuple[int, int]:
        """Another one whenever something here may read otherwise than before: what was made of it then is to be made anew."""
        return self._store.changes(self.person_id)

    def tries(self) -> list[Try]:
        """Every try, in the order they began."""
        return tries.every_try(self._store, self.person_id)

    def origin(self) -> str:
        """A random-looking mark of this workbook, which says nothing about whose it is; it comes along with its files."""
        brought, _ = self.choices().get(ORIGIN, ("", None))
        return str(brought) or hashlib.sha256(f"workbook|{self.person_id}".encode()).hexdigest()[:32]

    def carried(self) -> dict[str, list[dict[str, str]]]:
        """Rows that came along from files and mean nothing here, by table."""
        return {
            name.removeprefix(CARRIED): rows for name, (rows, _) in self.choices().items() if name.startswith(CARRIED)
        }

    def compare(self, found: Bundle) -> Plan:
        """A bundle laid beside this workbook; nothing changes. Refused for another's where this one is not empty.

        Refused also where it holds somebody who was deleted here, by whichever name: there would be two of them.
        """
        away = set[str]()
        for one in self.put_away():
            was = one.known.get((one.member_id, merging.WAS))
            away |= {one.member_id, *(was.value if was else ())}
        for (member_id,), entry in found.of("members").items():
            if away & {member_id, *entry.beside.get(merging.WAS, ())}:
                raise Refused("bundle_of_deleted", name=entry.cells["name"])
        stood_at = self._store.changes(self.person_id)[0]  # before it is read: what is read may be newer, never older
        here = bundle.read(export.files(self), self.content, own=True)
        return bundle.plan(found, here, stood_at, self.today, self._answer_ids())

    def take_in(self, plan: Plan, *, theirs: bool = False, tell: Callable[[float], None] = lambda share: None) -> None:
        """Take in what a plan brings, all or nothing; what differs only if `theirs`. `tell` hears the share done, 0 to 1.

        Consents, memberships, looks and notes come along as rows that grant and join nothing. Refused where something
        was written since the plan was made.
        """
        sealer, now = self._store.sealer(self.person_id), self._clock()
        prepared = arriving.prepare(
            *(plan, self.content, sealer, now, self.local(now).date(), self.zone),
            theirs=theirs,
            shared={event.answer_id for event in self.consents()},
        )
        carried = arriving.carry(plan.new["carried"], self.carried())
        prepared.choices |= {f"{CARRIED}{table}": rows for table, rows in carried.items()}
        if plan.bundle.workbook != self.origin():
            prepared.choices[ORIGIN] = plan.bundle.workbook
        with self._pen() as pen:
            if self._store.changes(self.person_id)[0] != plan.stood_at:
                raise Refused("changed_meanwhile")
            arriving.append(pen, self._store, prepared, tell)
            if prepared.rows.get("moves"):
                choices.choose(pen, self._store, BROUGHT, pen.next_seq())

    def consents(self) -> list[ConsentEvent]:
        """Every consent given or withdrawn, oldest first."""
        return consents.events(self._store, self.person_id)

    def everything_answered(self) -> list[Saved]:
        """Every standing answer, oldest first."""
        return kept.all_latest(self._store, self.person_id)

    def name(self) -> str:
        """The name the person chose for themselves."""
        return accounts.shown_name(self._store, self.person_id)

    # Within

    def _ticked(self, move: Move) -> bool:
        """Whether a move came of a tick: a door or line saved, or someone left off the map in an exercise."""
        before = [(self._kind_of(s), s.value) for s in self._saved_with(move) if s.seq < move.seq]
        if move.place in ("left_off", "unplaced"):
            off = move.place == "left_off"
            return any(kind == "leave_off" and (move.member_id in value) == off for kind, value in before)
        fields = {field for kind, _ in before for field in _RESOURCES.get(kind, ())}
        known = self.known() if fields else {}
        return any((move.member_id, field) in known for field in fields)

    def _saved_by(self, move: Move) -> list[Saved]:
        """The answer that a move made in an exercise gave there, while it stands."""
        given = [s for s in self._saved_with(move) if s.seq == move.seq + 1]
        given = [s for s in given if self._kind_of(s) in ("ring_one", "ring_each_member")]
        return [s for s in given if self.versions(s.exercise, s.prompt, s.occasion, s.about)[0].seq == s.seq]

    def _saved_with(self, move: Move) -> list[Saved]:
        return kept.saved_at(self._store, self.person_id, move.recorded_at) if move.recorded_at else []

    def _kind_of(self, saved: Saved) -> str:
        try:
            return self.content.exercise(saved.exercise).prompt(saved.prompt).kind
        except KeyError:
            return ""

    def _unpack(self, pen: Pen, member_id: str) -> bool:
        exercises = {e.key: e for e in self.content.exercises}

        def together(key: str) -> list[str]:
            """Those that speak of the same member on one occasion: a warm-up is to another."""
            if key not in exercises or exercises[key].apart:
                return []
            return [e.key for e in self.together(exercises[key]) if not e.apart]

        if not put_away.unpack(pen, self._store, member_id, together):
            return False
        if members.count(pen) > core.MOST_MEMBERS:
            raise Refused("members_enough", most=core.MOST_MEMBERS)
        return True

    def _answer_ids(self) -> set[str]:
        """The ids of all answers there are, also of those put away."""
        away = {saved.answer_id for one in self.put_away() for saved in one.answers}
        return away | kept.every_id(self._store, self.person_id)

    def _deleted_called(self, name: str) -> str:
        """The id of someone in the trash who was called so, or also called so; "" where there is none."""
        wanted = signing.folded(name)
        for one in self.put_away():
            known = {field: fact.value for (_, field), fact in one.known.items()}
            if wanted in map(signing.folded, (known["name"], *known.get("also_called", ()))):
                return one.member_id
        return ""

    def _stands(self, member_id: str, place: str) -> bool:
        last = standing(self.moves()).get(member_id)
        return place == (last.place if last else "unplaced")

    @contextmanager
    def _pen(self, *, erasing: bool = False) -> Iterator[Pen]:
        with (
            self._store.at(self._clock) as now,
            self._store.pen(self.person_id, now, self.local(now).date(), self.zone, erasing=erasing) as pen,
        ):
            yield pen

    def _asked(self, exercise_key: str, prompt_key: str) -> tuple[Exercise, Prompt]:
        try:
            exercise = self.content.exercise(exercise_key)
            return exercise, exercise.prompt(prompt_key)
        except KeyError:
            raise Refused("not_offered") from None

    def _within(self, pen: Pen, exercise: Exercise, occasion: str) -> list[Saved]:
        return kept.latest_within(pen, self._store, exercise.key, occasion)

    def _append(
        self,
        pen: Pen,
        exercise: Exercise,
        prompt: Prompt,
        value: Any,
        occasion: str,
        about: str,
        save_id: str,
    ) -> Saved:
        key = (prompt.key, about)
        before = {(s.prompt, s.about): s for s in self._within(pen, exercise, occasion)}
        if not before:
            self._refuse_astray(pen, exercise, prompt, occasion)
        same = before.pop(key, None)
        if same is not None and same.value == value:
            kept.note_same(pen, self._store, save_id, same)
            return same
        saved = kept.append(pen, exercise.key, prompt.key, occasion, about, value, save_id)
        if exercise.by:
            groups.keep_exercise(pen, exercise.key, as_added(exercise))
        was = same.value if same else None
        self._act_on(pen, exercise, prompt, value, was)
        given = {other: s.value for other, s in before.items()} | {key: value}  # the newest last: it has the last word
        self._mean(pen, exercise, occasion, given, {other: s.value for other, s in ({key: same} | before).items() if s})
        if exercise.key == PICK and prompt.key == "who" and was and ("at", "") in given:
            self._append(pen, exercise, exercise.prompt("at"), "pick", occasion, "", "")  # for someone else: begun anew
        return saved

    def _given(self, pen: Pen, exercise: Exercise, occasion: str) -> dict[core.Key, Any]:
        return {(s.prompt, s.about): s.value for s in self._within(pen, exercise, occasion)}

    def _mean(
        self,
        pen: Pen,
        exercise: Exercise,
        occasion: str,
        given: Mapping[core.Key, Any],
        before: Mapping[core.Key, Any],
    ) -> None:
        """What the answers given say of members, times in touch and tries is so from now on; `before`: as they were."""
        hello = self._goes_on(pen, exercise, occasion)
        meant, meant_before = (
            core.meaning(exercise, said, self._followed(exercise, said) or _as_followed(hello))
            for said in (given, before)
        )
        via = f"{exercise.key}|{occasion}"
        on_day = day_of(occasion, pen.on_day) if dated(exercise) else pen.on_day
        out = set(meant.touched) - touches.keep(pen, via, meant.touched, on_day, before=meant_before.touched)
        facts = [f for f in meant.facts if f.field != "last_touch" or f.member_id not in out]
        members.keep_facts(pen, self._store, via, facts)
        tries.keep(pen, self._store, via, meant.try_id or (hello.try_id if hello else ""), meant.try_fields)

    def _goes_on(self, pen: Pen, exercise: Exercise, occasion: str) -> Try | None:
        """The hello these answers belong to, if it was begun where hellos begin."""
        if not exercise.follows or exercise.apart:
            return None
        return tries.begun(pen, self._store, f"{exercise.follows}|{occasion}")

    def _refuse_astray(self, pen: Pen, exercise: Exercise, prompt: Prompt, occasion: str) -> None:
        """Refused where an answer belongs to a hello that is not there, and says itself of nobody whom it is about.

        Such a page was left open while its member was deleted; what it saved would be nobody's, and outlast forgetting.
        """
        asks_whom = prompt.kind in ("member", "try")
        if exercise.follows and not exercise.apart and not asks_whom and self._goes_on(pen, exercise, occasion) is None:
            raise Refused("member_gone")

    def _followed(self, exercise: Exercise, given: Mapping[core.Key, Any]) -> Mapping[str, Any]:
        """What the try says so far that these answers come back to."""
        wanted = {given.get((p.key, "")) for p in exercise.prompts if p.kind == "try"} - {None, ""}
        return (
            next(({**t.fields, "member": t.member_id} for t in self.tries() if t.try_id in wanted), {})
            if wanted
            else {}
        )

    def _act_on(self, pen: Pen, exercise: Exercise, prompt: Prompt, value: Any, was: Any) -> None:
        """What a few kinds do at once: a consent event, members left off the map, resources saved to it."""
        if prompt.kind == "toggle" and bool(value) != bool(was):
            consents.append(pen, prompt.fills.removeprefix("consent."), "granted" if value else "withdrawn")
        if prompt.kind == "leave_off":
            self._replace(pen, set(was or ()), set(value), came="left_off", went="unplaced")
        if prompt.kind in _RESOURCES:
            ids = self._resources(pen, _RESOURCES[prompt.kind], value)
            there = ids(self._saved_elsewhere(exercise, prompt))  # what another page keeps stays where it is
            self._replace(pen, ids(was or []) - there, ids(value) - there, came="outer", went="released")

    def _replace(self, pen: Pen, before: set[str], after: set[str], *, came: str, went: str) -> None:
        for member_id in sorted(after - before):
            members.move(pen, member_id, came)
        for member_id in sorted(before - after):
            members.move(pen, member_id, went)

    def _saved_elsewhere(self, exercise: Exercise, prompt: Prompt) -> Iterator[str]:
        """The doors and lines that other prompts keep on the map."""
        for one in self.content.exercises:
            kinds = {
                p.key for p in one.prompts if p.kind in _RESOURCES and (one.key, p.key) != (exercise.key, prompt.key)
            }
            for saved in self.saved(one.key) if kinds else ():
                yield from (saved.value or ()) if saved.prompt in kinds else ()

    def _resources(self, pen: Pen, fields: tuple[str, ...], wanted: list[str]) -> Callable[[Iterable[str]], set[str]]:
        """Members for the doors or help lines picked from the content, each added once."""
        there = {k.value: k.member_id for (_, name), k in self.known().items() if name in fields}
        sources = {"door": self.content.doors, "line": self.content.help_lines}
        offered = {row["key"]: (field, row) for field in fields for row in sources[field]}
        for key in wanted:
            if key in there:
                continue
            if key not in offered:
                raise Refused("not_offered")
            field, row = offered[key]
            deleted = put_away.named(pen, self._store, field).get(key)
            if deleted and self._unpack(pen, deleted):
                there[key] = deleted
                continue
            name = str(row.get("title") or row["name"])
            there[key] = self._added(pen, name, str(row.get("kind", "line")), "unplaced", "")
            members.note(pen, Fact(there[key], field, key), "")
            members.note(pen, Fact(there[key], "state", "found"), "")
            members.note(pen, Fact(there[key], "how", str(row.get("url", ""))), "")
        return lambda keys: {there[key] for key in keys if key in there}

    def _added(self, pen: Pen, name: str, kind: str, place: str, via: str) -> str:
        if members.count(pen) >= core.MOST_MEMBERS:
            raise Refused("members_enough", most=core.MOST_MEMBERS)
        member_id = members.add(pen, name, kind, via)
        if place != "unplaced":
            members.move(pen, member_id, place)
        return member_id

    def _named(self, name: str) -> str | None:
        """A member already called so, or else one also called so."""
        return next(iter(self._all_named(name)), None)

    def _all_named(self, name: str) -> list[str]:
        """Compared unsealed, in Python, under the lock."""
        wanted, known = signing.folded(name), self.known().values()
        called = [k.member_id for k in known if k.field == "name" and signing.folded(k.value) == wanted]
        also = [k.member_id for k in known if k.field == "also_called" and wanted in map(signing.folded, k.value)]
        return [*called, *also]

    def _noted(self, member_id: str) -> dict[str, merging.Noted]:
        known = self.known().items()
        return {f: merging.Noted(k.value, k.on_day, k.seq) for (m, f), k in known if m == member_id}

    def _part(self, pen: Pen, *member_ids: str) -> None:
        """Give them a mark of their own. It names nobody: once the others are forgotten it says nothing."""
        known = self.known()
        marks = {m: known[m, "apart"].value if (m, "apart") in known else [] for m in member_ids}
        if not set.intersection(*map(set, marks.values())):
            mark = new_id()
            for member_id in member_ids:
                members.note(pen, Fact(member_id, "apart", [*marks[member_id], mark]), VIA_MAP)

    def _tries_with(self, member_id: str) -> set[tuple[str, str]]:
        answered = kept.all_latest(self._store, self.person_id)
        subjects = {
            p_key
            for e in self.content.exercises
            if any(p.fills.startswith("try.") for p in e.prompts)
            for p_key in ((e.key, p.key) for p in e.prompts if p.kind == "member" and not p.sets)
        }
        own = {
            (s.exercise, s.occasion) for s in answered if s.value == member_id and (s.exercise, s.prompt) in subjects
        }
        begun = {occasion for exercise, occasion in own if exercise == PICK}
        own |= {(e.key, o) for e in self.content.exercises if e.follows == PICK and not e.apart for o in begun}
        gone = {t.try_id for t in self.tries() if t.member_id == member_id}
        follow = {(s.exercise, s.occasion) for s in answered if isinstance(s.value, str) and s.value in gone}
        return own | follow

    def _saved_as(self, member_id: str) -> Iterator[tuple[str, str, str]]:
        """Where a member came from a saved door or help line: the exercise, the prompt and the key saved there."""
        known = self.known()
        for exercise in self.content.exercises:
            for prompt in exercise.prompts:
                for field in _RESOURCES.get(prompt.kind, ()):
                    if (member_id, field) in known:
                        yield exercise.key, prompt.key, str(known[member_id, field].value)

    def _accept_fact(self, field: str, value: Any) -> Any:
        if field == "kind" and not value:  # whoever is of no kind would pass for nobody to be asked about
            raise Refused("not_offered")
        if field == "name":
            return core.accept_member_name(value)
        if field == "pictured":
            return core.accept(Prompt(field, "toggle", field), value)
        if field == "closeness":
            return core.accept(Prompt(field, "slider", field), value)
        lists = {"good_for": "good_for", "heard": "heard", "asked": "asked", "gives_takes": "gives_takes"}
        lists |= {"kind": "kinds", "last_touch": "last_touch", "state": "resource_state", "rhythm": "rhythms"}
        lists |= {"parted": "parted"}
        if field not in lists:
            return core.accept(Prompt(field, "long_text", field), value)
        kind = "pick_many" if field == "good_for" else "pick_one"
        return core.accept(Prompt(field, kind, field, options=self.content.options[lists[field]]), value)

    def _refuse_strangers(self, pen: Pen, prompt: Prompt, value: Any, about: str) -> None:
        ids = [about] if about else []
        if prompt.kind in ("member", "ring_one") and value:
            ids.append(value)
        if prompt.kind in ("members", "names", "leave_off", "ring_each_member"):
            ids += value
        for member_id in ids:
            self._refuse_stranger(pen, member_id)
        if prompt.kind == "try" and value and value not in {t.try_id for t in self.tries()}:
            raise Refused("not_offered")
        if prompt.kind == "country" and value and value not in self.content.countries:
            raise Refused("not_offered")

    def _refuse_another(self, pen: Pen, exercise: Exercise, prompt: Prompt, value: Any, occasion: str) -> None:
        """What went out to one, was said by one, or came back from one becomes nobody else's by another being picked."""
        if prompt is not core.subject_of(exercise) and prompt.kind != "try":
            return
        given = self._given(pen, exercise, occasion)
        was = given.get((prompt.key, ""), "")
        if prompt.kind == "try":
            begun = self._goes_on(pen, exercise, occasion)
            was, value = (one or (begun.try_id if begun else "") for one in (was, value))
        if not was or value == was:
            return
        for one in exercise.prompts:
            said = given.get((one.key, ""))
            if one is prompt or said in (None, "", [], False):
                continue
            sent = one.fills == "try.state" and went_out({"state": said})
            asked = one.fills == "member.asked" and said != "not_yet"
            if sent or asked or (prompt.kind == "try" and one.fills in ("try.outcome", "try.state")):
                raise Refused("about_another")

    def _refuse_away(self, member_id: str, *, people: bool) -> None:
        """Refused for someone off the map, for someone who died, and with `people` for a place or a group."""
        member = next((m for m in self.members() if m.member_id == member_id), None)
        if member is None:
            raise Refused("member_gone")
        if member.parted:
            raise Refused("remembered", name=member.name)
        if member.place in ("released", "left_off"):
            raise Refused("off_the_map_yet", name=member.name)
        if people and not is_someone(member):
            raise Refused("no_person", name=member.name)

    def _refuse_stranger(self, pen: Pen, member_id: str) -> None:
        if not members.is_there(pen, member_id):
            raise Refused("member_gone")

    def _progress(
        self,
        exercise: Exercise,
        opened: Mapping[str, tuple[date, datetime]],
        saved: Mapping[str, tuple[datetime, str, int]],
    ) -> Progress:
        first = opened.get(exercise.key)
        last = saved.get(exercise.key)
        return Progress(
            exercise,
            first[0] if first else None,
            last[2] if last else 0,
            last[0] if last else None,
            last[1] if last else "",
        )


def dated(exercise: Exercise) -> bool:
    """Whether an exercise says how things are on a day, rather than following one try."""
    return any(p.fills.startswith(("measure.", "check_in.")) for p in exercise.prompts)


def _sent(tried: Iterable[Try]) -> Iterator[Hello]:
    """The tries that went out, as the rules of staying in touch read them."""
    for one in tried:
        if one.member_id and went_out(one.fields):
            sent_on, state_on = (one.fields.get(field) for field in ("sent_on", "state_on"))
            yield Hello(
                one.member_id,
                date.fromisoformat(str(sent_on)) if sent_on else one.on_day,
                str(one.fields.get("outcome", "")),
                str(one.fields.get("state", "")),
                date.fromisoformat(str(state_on)) if state_on else None,
            )


def _as_followed(hello: Try | None) -> Mapping[str, Any]:
    return {**hello.fields, "member": hello.member_id} if hello else {}


def day_of(occasion: str, otherwise: date) -> date:
    """The day an occasion is named after; an answer mended later still speaks of that day."""
    try:
        return min(date.fromisoformat(occasion[:10]), otherwise)
    except ValueError:
        return otherwise


def known_zone(zone: str) -> str:
    """The zone if it is one, otherwise UTC."""
    try:
        return ZoneInfo(zone).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _deleted(one: PutAway) -> Member:
    return _member(one.member_id, one.added_seq, one.known, standing(one.moves).get(one.member_id))


def _refuse_unknown_place(place: str) -> None:
    if place not in PLACES:
        raise Refused("not_offered")


def _facts_of(member_id: str, field: str, value: Any) -> list[Fact]:
    if field == "good_for":
        return [Fact(member_id, f"good_for.{area}", area in value) for area in core.GOOD_FOR]
    return [Fact(member_id, field, value)]


def _member(member_id: str, seq: int, facts: Mapping[tuple[str, str], Known], last: Move | None) -> Member:
    def said(field: str, otherwise: Any = "") -> Any:
        known = facts.get((member_id, field))
        return known.value if known else otherwise

    state = facts.get((member_id, "state"))
    return Member(
        member_id=member_id,
        name=said("name"),
        added_seq=seq,
        kind=said("kind") or "person",
        place=last.place if last else "unplaced",
        since=last.on_day if last else None,
        how_known=said("how_known"),
        good_for=tuple(area for area in core.GOOD_FOR if said(f"good_for.{area}", False)),
        heard=said("heard"),
        asked=said("asked"),
        contact=said("contact", "unscreened"),
        last_touch=said("last_touch"),
        closeness=said("closeness", None),
        gives_takes=said("gives_takes"),
        state=said("state"),
        state_on=state.on_day if state else None,
        look_again=said("look_again"),
        rhythm=said("rhythm"),
        how=said("how"),
        next_step=said("next_step"),
        notes=said("notes"),
        also_called=tuple(said("also_called", ())),
        apart=tuple(said("apart", ())),
        pictured=said("pictured", True),
        parted=said("parted"),
        someone="asked" if (member_id, "contact") in facts else said("someone"),
    )
