"""The demo: a throw-away database with fictional people, filled through the same doors as anyone's."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from workbook import codes, logbook
from workbook.coach_desk import CoachDesk
from workbook.coaching import Card, Group, Resource
from workbook.content import Content, Exercise, Prompt, SeedTrouble, named, parsed
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.refused import Refused
from workbook.settings import ROOT
from workbook.store import groups, opening
from workbook.store.opening import Store

PEOPLE = ROOT / "seeds" / "people"
SENT = "reach_out.sent"  # where a hello is said to be sent
EVENING = time(19, 30)
Row = dict[str, Any]

PICKS_MEMBERS = ("member", "members", "names")
# What is said of a member when they are added, and what when the person last looked at their map.
SAID_FIRST = ("how_known", "good_for", "heard")
SAID_LAST = ("asked", "last_touch", "gives_takes", "closeness", "state", "notes")
# How long after a hello someone comes back to it.
COMES_BACK_AFTER = {"reach_out.after_sent": 1, "reach_out.nothing_back": 14}
FINE_TAPS = {"uneasy": "fine", "harmed": "no", "order": "no", "seen": "no", "pulled": "no"}


def make_way(folder: Path) -> None:
    """Throw away what an earlier demo left in the folder; StoreTrouble where anything but a demo made it."""
    opening.throw_away(folder, "demo")


def fill(home: House, people: Path = PEOPLE) -> None:
    """Sign the fictional people up, replay what they did day by day, and print how to sign in as them."""
    stories = {path.name: parsed(path) for path in sorted(people.glob("*.toml"))}
    there: dict[str, str] = {}
    for file, story in stories.items():
        with named(file):
            person_id = there[story["name"]] = _signed_up(home, "person", story["name"])
            _Life(home.store, home.content, person_id, story, home.clock(), file).replay()
    for path in sorted(people.glob("coaches/*.toml")):
        with named(path.name):
            story = parsed(path)
            coach_id = _signed_up(home, "coach", story["name"])
            try:
                with logbook.quiet():
                    _lead(home, coach_id, story, there)
            except Refused as refused:
                raise SeedTrouble(f"{path.name}: not taken ({refused.code}). Mend it.") from None


def _signed_up(home: House, what: str, name: str) -> str:
    passphrase = home.gate.propose_passphrase()
    person_id = home.gate.sign_up(name, passphrase).person_id
    print(f"{what}: {name}  passphrase: {passphrase}", flush=True)
    return person_id


def _lead(home: House, coach_id: str, story: Row, there: dict[str, str]) -> None:
    """A coach with a group: who joined it, when, and what they share."""
    at = home.clock()
    groups.spend_code(home.store, codes.fresh(), coach_id, at, in_settings=True)
    clock = _Then(at)
    desk = CoachDesk(home.store, home.content, coach_id, clock)
    told = dict(story["group"])
    words = {**told, "card": Card(**told["card"]), "resources": tuple(Resource(**r) for r in told["resources"])}
    clock.days_ago = max(row["days_ago"] for row in story["members"])
    group_id = desk.make_group(
        Group(**{**words, "suggested": tuple(told["suggested"]), "suggested_on": f"{at:%Y-%m-%d}"})
    )
    for exercise in story["exercises"]:
        desk.add_exercise(group_id, exercise)
    token = desk.invite(group_id, days=366)
    joined: dict[str, str] = {}
    for row in story["members"]:
        clock.days_ago = row["days_ago"]
        book = MyWorkbook(home.store, home.content, there[row["who"]], clock, "Europe/London")
        book.sharing.join(token, called=row.get("called", ""), scopes=tuple(row.get("scopes", ())))
        for exercise_key, prompt_key in row.get("ticked", ()):
            book.sharing.share_answer(group_id, book.versions(exercise_key, prompt_key)[0].answer_id)
        joined[row["who"]] = groups.standing(book.sharing.memberships())[group_id].membership_id
    for row in story["notes"]:
        clock.days_ago = row["days_ago"]
        desk.send_note(group_id, joined[row["who"]], row["words"])


class _Then:
    """The time so many days ago."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.days_ago = 0

    def __call__(self) -> datetime:
        return self._now - timedelta(days=self.days_ago)


class _Life:
    """One person's story, replayed in the order of its days."""

    def __init__(self, store: Store, content: Content, person_id: str, story: Row, now: datetime, file: str) -> None:
        self._story = story
        self._content = content
        self._now = now
        self._file = file
        self._zone = ZoneInfo(story["zone"])
        self._today = now.replace(tzinfo=UTC).astimezone(self._zone).date()
        self._at = now
        self._ids: dict[str, str] = {}
        self._members = {row["key"]: row for row in story["members"]}
        self._book = MyWorkbook(store, content, person_id, lambda: self._at, story["zone"])

    def replay(self) -> None:
        """Live it; SeedTrouble where the workbook would not have taken it."""
        # Sorting is stable: what happened on one day happens in the order told here.
        for days_ago, live, row in sorted(self._told(), key=lambda told: -told[0]):
            self._at = self._evening(days_ago)
            try:
                live(row)
            except (Refused, KeyError, StopIteration) as error:
                raise SeedTrouble(
                    f"{self._file}: {row}, {days_ago} days ago, is not taken ({error}). Mend it."
                ) from None

    def _told(self) -> Iterator[tuple[int, Callable[[Row], None], Row]]:
        story = self._story
        for row in story["members"]:
            yield self._first_day(row["key"]), self._meet, row
        for row in story["tries"]:
            yield row["days_ago"], self._try, row
        for row in story["tries"]:
            for exercise, given in self._afterwards(row):
                days_ago = max(0, row["days_ago"] - COMES_BACK_AFTER.get(exercise.key, 0))
                yield days_ago, self._come_back, {"to": row, "exercise": exercise, "given": given}
        for kind, live in (
            ("moves", self._move),
            ("answers", self._answer),
            ("check_ins", self._check_in),
            ("measures", self._measure),
            ("touches", self._touch),
        ):
            for row in story.get(kind, ()):
                yield row["days_ago"], live, row
        for ring, every in story.get("rhythms", {}).items():
            yield self._last_day(), self._choose_rhythm, {"ring": ring, "every": every}
        for row in story["members"]:
            yield self._last_day(), self._look_again, row

    def _evening(self, days_ago: int) -> datetime:
        """The evening of a day in naive UTC, or now where that has not come yet."""
        local = datetime.combine(self._day(days_ago), EVENING, self._zone)
        return min(local.astimezone(UTC).replace(tzinfo=None), self._now)

    def _day(self, days_ago: int) -> date:
        return self._today - timedelta(days=days_ago)

    def _first_day(self, member: str) -> int:
        rows = self._story["moves"] + self._story["tries"]
        told: list[int] = [row["days_ago"] for row in rows if row["member"] == member]
        told += [row["days_ago"] for row in self._story["check_ins"] if member in row.get("touched", ())]
        return max(told) if told else int(self._story["began_days_ago"])

    def _last_day(self) -> int:
        kinds = ("moves", "tries", "answers", "check_ins", "measures")
        return min((row["days_ago"] for kind in kinds for row in self._story[kind]), default=0)

    def _meet(self, row: Row) -> None:
        self._ids[row["key"]] = member_id = self._book.add_member(row["name"], kind=row["kind"])
        self._note(row, SAID_FIRST)
        if row["contact"] == "ok":
            self._book.screen(member_id, FINE_TAPS)
        elif row["contact"] == "not_for_now":
            self._book.decide_contact(member_id, "not_for_now")

    def _look_again(self, row: Row) -> None:
        self._note(row, SAID_LAST)

    def _note(self, row: Row, fields: Iterable[str]) -> None:
        for field in fields:
            if row.get(field):
                self._book.change_member(self._ids[row["key"]], field, row[field])

    def _move(self, row: Row) -> None:
        member_id = self._ids[row["member"]]
        if row["place"] != "unplaced" or any(move.member_id == member_id for move in self._book.moves()):
            self._book.move(member_id, row["place"], reason=row["reason"])

    def _try(self, row: Row) -> None:
        exercise = self._content.exercise(row["exercise"])
        if exercise.follows and not exercise.apart:
            self._book.note_opened(exercise.follows)
            self._book.note_opened(exercise.key)
            occasion = self._book.begin_hello(self._ids[row["member"]])
            self._book.note_stage(occasion, "sent" if row["state"] else exercise.key.partition(".")[2])
        else:
            occasion = self._open(exercise, fresh=True)
        row["occasion"] = occasion
        for asked in (exercise, self._content.exercise(SENT)) if row["state"] else (exercise,):
            for prompt, value in self._begun(asked, row):
                if asked is exercise or (exercise.follows == asked.follows and not exercise.apart):
                    self._book.answer(asked.key, prompt.key, value, occasion=occasion)
        row["try_id"] = self._book.tries()[-1].try_id

    def _come_back(self, row: Row) -> None:
        exercise: Exercise = row["exercise"]
        occasion = self._open(exercise, fresh=True)
        if exercise.follows:
            occasion = row["to"]["occasion"]
        which = next(prompt for prompt in exercise.prompts if prompt.kind == "try")
        self._book.answer(exercise.key, which.key, row["to"]["try_id"], occasion=occasion)
        for prompt, value in row["given"]:
            self._book.answer(exercise.key, prompt.key, value, occasion=occasion)

    def _touch(self, row: Row) -> None:
        self._book.were_in_touch([self._ids[key] for key in row["with"]], how=row.get("how", ""))

    def _choose_rhythm(self, row: Row) -> None:
        self._book.choose_rhythm(row["ring"], row["every"])

    def _answer(self, row: Row) -> None:
        exercise = self._content.exercise(row["exercise"])
        prompt = exercise.prompt(row["prompt"])
        occasion = self._open(exercise)
        if exercise.follows and (saved := self._book.saved(exercise.key)):
            occasion = saved[-1].occasion
        self._book.answer(exercise.key, prompt.key, self._value(prompt, row["value"]), occasion=occasion)

    def _check_in(self, row: Row) -> None:
        said = {f"check_in.{field}": value for field, value in row.items() if field != "days_ago"}
        whole = (e for e in self._content.exercises if said.keys() <= {prompt.fills for prompt in e.prompts})
        self._say(next(whole), said)

    def _measure(self, row: Row) -> None:
        said = {f"measure.{field}": value for field, value in row.items() if field != "days_ago"}
        for exercise in self._content.exercises:
            if said.keys() & {prompt.fills for prompt in exercise.prompts}:
                self._say(exercise, said)

    def _say(self, exercise: Exercise, said: Row) -> None:
        occasion = self._open(exercise)
        for prompt in exercise.prompts:
            if said.get(prompt.fills) not in (None, "", []):
                self._book.answer(exercise.key, prompt.key, self._value(prompt, said[prompt.fills]), occasion=occasion)

    def _open(self, exercise: Exercise, *, fresh: bool = False) -> str:
        """Open an exercise; the occasion of the day, or a `fresh` one where that is taken."""
        self._book.note_opened(exercise.key)
        if not exercise.again:
            return ""
        return self._book.next_occasion(exercise) if fresh else self._book.today.isoformat()

    def _value(self, prompt: Prompt, value: Any) -> Any:
        """The value as it is answered: a story names members by its own keys."""
        if prompt.kind not in PICKS_MEMBERS:
            return value
        return [self._ids[key] for key in value] if isinstance(value, list) else self._ids[value]

    def _begun(self, exercise: Exercise, row: Row) -> Iterator[tuple[Prompt, Any]]:
        """What a try says in the exercise it begins in; whom it is for is said where a hello begins."""
        for prompt in exercise.shown:
            kind, _, field = prompt.fills.partition(".")
            if prompt.fills == "try.member" and exercise.follows and not exercise.apart:
                continue
            if prompt.fills == "try.member":
                yield prompt, self._ids[row["member"]]
            elif kind == "try" and row.get(field):
                yield prompt, row[field] if _takes(prompt, row[field]) else "sent"
            elif prompt.fills == "member.asked" and self._members[row["member"]]["asked"]:
                yield prompt, self._members[row["member"]]["asked"]
            elif prompt.key == "keep":
                yield prompt, bool(row["text"])
            elif any(option.key == "someone" for option in prompt.options):
                yield prompt, "someone"

    def _afterwards(self, row: Row) -> Iterator[tuple[Exercise, list[tuple[Prompt, Any]]]]:
        """What a try says in the exercises that come back to it: all its own exercise does not ask."""
        begun = [p for p in self._content.exercise(row["exercise"]).prompts if p.fills.startswith("try.")]
        said = {f"try.{field}": value for field, value in row.items() if value}
        left = {
            key: value for key, value in said.items() if not any(p.fills == key and _takes(p, value) for p in begun)
        }
        for exercise in self._content.exercises:
            if any(prompt.kind == "try" for prompt in exercise.prompts):
                prompts = [p for p in exercise.prompts if p.fills in left and _takes(p, left[p.fills])]
                if prompts:
                    yield exercise, [(prompt, left[prompt.fills]) for prompt in prompts]


def _takes(prompt: Prompt, value: Any) -> bool:
    return not prompt.options or any(option.key == value for option in prompt.options)
