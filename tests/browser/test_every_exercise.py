"""Every exercise of the seeds: filled by hand in one browser, read again in a second one and in the files taken away.

A new exercise in a TOML file is tested without a line here; only what it *means* for the pod is written in PROMISED.
They are done in their order, as a person would: later ones pick whom earlier ones named.
"""

import csv
import io
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.app_server import AppServer
from tests.browser import acts
from tests.browser.conftest import NewVisitor
from tests.browser.filling import Circle, Place, Said, fill, press_offers, put_in_rings, screen_says, see
from tests.browser.visitor import Visitor
from workbook import content
from workbook.content import Exercise
from workbook.csv_files import restore
from workbook.my_workbook import KINDNESS, PICK
from workbook.pod import RINGS
from workbook.settings import ROOT

WORDS = content.load(ROOT / "seeds" / "en")
EVERY = WORDS.exercises
ZONE = "Pacific/Auckland"
FIRST = "/welcome?at=who_sees"
NAME = "ada of every page"
PROOF_KEPT = 240  # seconds: on a slow machine all exercises take longer than files may be taken without asking again
TRIED = ("state", "text", "expected", "felt", "after_feel", "outcome")
PLANNED = ("cue", "act", "fallback")
SURE = ("unsure", "partly", "yes")
BY_THEMSELVES = ("sent_on", "state_on", "saved_at")  # what of a try nobody types

Files = dict[str, list[dict[str, str]]]

# The product's own table: what each exercise stores, and what it fills.
PROMISED = {
    "welcome.before": ("accepted_on", ""),
    "welcome.who_sees": ("share settings", ""),
    "welcome.today": ("checkin", ""),
    "welcome.three_questions": ("measure", ""),
    "welcome.overlap": ("measure", ""),
    "welcome.first_dots": ("person", "any ring"),
    "reflect.got_smaller": ("note", ""),
    "reflect.steady": ("note", "heard"),
    "reflect.how_small": ("nothing", ""),
    "reflect.someone_stayed": ("note", "heard"),
    "reflect.drifted": ("member", "not placed"),
    "reflect.who_listens": ("heard of each", "core"),
    "reflect.kinds_of_help": ("good_for of each", "all rings"),
    "reflect.leave_off": ("place", "left off"),
    "reach_out.pick": ("try", "stage"),
    "reach_out.for_now": ("nothing", "contact, stage"),
    "reach_out.warm_up": ("try", "core, stage"),
    "reach_out.two_lines": ("try goes on", "stage"),
    "reach_out.when_where": ("try goes on", "stage"),
    "reach_out.sent": ("try goes on, sent", "stage"),
    "reach_out.after_sent": ("try goes on, moves", "in touch, last_touch, stage"),
    "reach_out.nothing_back": ("try followed", "stays, not for now"),
    "reconnect.help_most": ("note", "kinds first"),
    "reconnect.three_doors": ("place", "outer"),
    "reconnect.ladder": ("state of each, look_again", "stays"),
    "reconnect.look": ("try", "outer"),
    "reconnect.first_note": ("try", "outer"),
    "reconnect.my_kind": ("heard, state", "outer"),
    "reconnect.bad_hour": ("place, good_for", "lines in outer, late in core"),
    "stay_open.kindness": ("person", "movable"),
    "stay_open.familiar_faces": ("person", "outer and movable"),
    "stay_open.little_more": ("try", "closeness"),
    "stay_open.ask": ("try", "asked, core"),
    "stay_open.asked": ("asked of each", ""),
    "stay_open.belonging": ("belonging", ""),
    "stay_open.limits": ("note", "good_for"),
    "stay_open.give_take": ("try", "gives_takes"),
    "stay_open.changed_places": ("moves", ""),
    "check_in.weekly": ("checkin, moves", "touched"),
    "closing": ("try", ""),
}


@dataclass
class Done:
    """One exercise, done: what was said, the files before and after, and a browser to look with."""

    exercise: Exercise
    said: list[Said]
    before: Files
    files: Files
    reader: Visitor
    circle: Circle

    def of(self, prompt: str) -> list[Said]:
        """What was said to one prompt."""
        return [row for row in self.said if row.prompt == prompt]

    @property
    def who(self) -> str:
        """The one member the exercise is about; where it comes back to a try, the one of that try, else of the hello."""
        about = [p.key for p in self.exercise.shown if p.kind in ("member", "try") and (p.kind == "try" or not p.sets)]
        return next((row.value for key in about[:1] for row in self.of(key)), self.circle.hello)

    @property
    def named(self) -> list[str]:
        """Everyone it names or picks."""
        kinds = ("names", "member", "members", "leave_off", "ring_each_member", "doors", "help_lines")
        return [row.value for p in self.exercise.shown if p.kind in kinds for row in self.of(p.key)]

    def filled(self, target: str) -> dict[str, str]:
        """What was said to the prompts that fill `target…`: the key where it was picked, else the words."""
        prompts = {p.key: p.fills.removeprefix(target) for p in self.exercise.shown if p.fills.startswith(target)}
        return {prompts[row.prompt]: row.option or row.value for row in self.said if row.prompt in prompts}

    def member(self, name: str) -> dict[str, str]:
        """A member's row, from people.csv or resources.csv."""
        return member_in(self.files, name)

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table that this exercise made."""
        return [row for row in self.files[table] if row["exercise"] == self.exercise.key]


@dataclass
class Journey:
    """Ada's browsers – one to fill, one to read, one where Mine to keep stands open – and what is done so far."""

    filling: Visitor
    reading: Visitor
    taking: Visitor
    circle: Circle
    app: AppServer
    proved: float  # when the passphrase was last typed where files are taken
    files: Files = field(default_factory=dict)
    done: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def ada(shared_server: AppServer, lasting_visitor: NewVisitor) -> Iterator[Journey]:
    """On a phone, far away from UTC; signed in anew wherever she reads."""
    phone, laptop, desk = (
        lasting_visitor(*size, base_url=shared_server.url, timezone_id=ZONE)
        for size in ((390, 844), (1280, 900), (800, 600))
    )
    acts.join(shared_server, NAME)
    for who, address in ((phone, FIRST), (laptop, FIRST), (desk, "/my-data")):
        acts.let_in(who, shared_server, NAME, address=address)
    yield Journey(phone, laptop, desk, Circle(WORDS), shared_server, time.monotonic())
    assert [who.troubles for who in (phone, laptop, desk)] == [[], [], []]


@pytest.mark.parametrize("exercise", EVERY, ids=lambda one: one.key)
def test_an_exercise_is_filled_saved_read_again_and_taken_away(exercise: Exercise, ada: Journey) -> None:
    before = ada.files or taken(ada)
    opened(ada.filling, exercise)
    prompts = [p for p in exercise.shown if exercise.kind != "safety" or p.kind == "safety"]
    places = [Place(ada.filling, exercise, prompt, ada.circle) for prompt in prompts]
    said = [row for place in places for row in fill(place)]
    stores, fills = PROMISED.get(exercise.key) or PROMISED.get(exercise.key.split(".")[1], ("", ""))
    for word in words_of(fills):
        for place in places if word in MEANWHILE else []:
            MEANWHILE[word](place)

    opened(ada.reading, exercise, by_title=True)
    for place in places:
        see(Place(ada.reading, exercise, place.prompt, ada.circle), [r for r in said if r.prompt == place.prompt.key])

    ada.files = taken(ada)
    ada.circle.rings = {row["name"]: row["ring"] for t in ("people", "resources") for row in ada.files[t]}
    finished = Done(exercise, said, before, ada.files, ada.reading, ada.circle)
    assert Counter(answers_of(finished)) == Counter(said)
    for word in (*words_of(stores), *words_of(fills)):
        CHECKS[word](finished)
    ada.done.append(exercise.key)


def test_three_noted_kindnesses_bring_a_quiet_question_and_nobody_moves_unless_it_is_chosen(ada: Journey) -> None:
    log = WORDS.exercise(KINDNESS)
    before = taken(ada)
    [name] = {r["value"] for r in before["answers"] if (r["exercise"], r["prompt"]) == (KINDNESS, "who")}
    page = opened(ada.filling, log)
    question = page.locator(".st-key-ring-question")
    for noted in (2, 3):
        expect(question).to_have_count(0)
        page.get_by_role("button", name="Start another one").click()
        ada.filling.come_to_rest()
        who = Place(ada.filling, log, log.prompt("who"), ada.circle)
        who.box.get_by_role("textbox").fill(name)
        who.box.get_by_role("textbox").press("Enter")
        who.wait_until_saved()
        expect(question).to_have_count(int(noted == 3))
    expect(question).to_contain_text(f"You have noted {name} 3 times.")
    assert taken(ada)["ring_moves"] == before["ring_moves"]

    stood = member_in(before, name)["ring"]
    ring = "core" if stood == "movable" else "movable"
    question = opened(ada.reading, log).locator(".st-key-ring-question")
    expect(question.get_by_role("button", name=WORDS.words("places", stood))).to_be_disabled()
    question.get_by_role("textbox").fill("Rang when they said")
    question.get_by_role("textbox").blur()
    ada.reading.come_to_rest()
    question.get_by_role("button", name=WORDS.words("places", ring)).click()
    ada.reading.come_to_rest()
    expect(question).to_have_count(0)
    expect(opened(ada.filling, log).locator(".st-key-ring-question")).to_have_count(0)
    [move] = taken(ada)["ring_moves"][len(before["ring_moves"]) :]
    assert (move["name"], move["to_ring"], move["reason"]) == (name, ring, "Rang when they said")


def test_all_of_them_were_done(ada: Journey, capsys: pytest.CaptureFixture[str]) -> None:
    assert not set(PROMISED) - {e.key for e in EVERY} - {"closing"}, "an exercise that is gone is still promised"
    missed = [e.key for e in EVERY if e.key not in ada.done]
    with capsys.disabled():
        print(f"\n{len(EVERY) - len(missed)}/{len(EVERY)} exercises")
    assert missed == []


def words_of(cell: str) -> list[str]:
    return [word for word in cell.split(", ") if word]


def opened(who: Visitor, exercise: Exercise, *, by_title: bool = False) -> Page:
    """The exercise's own page, all of it; by its title among the others where the step is open already."""
    step, name = exercise.key.split(".")
    address = f"/{step.replace('_', '-')}?at="
    if by_title and address in who.page.url and not who.page.url.endswith(f"={name}"):
        who.page.locator(f".st-key-open-{step}-{name} button").click()
        who.come_to_rest()
        acts.read_on(who)
    else:
        acts.open_page(who, address + name)
    expect(who.page.get_by_role("heading", name=exercise.title, level=2)).to_be_visible()
    who.come_to_rest()
    return who.page


def taken(ada: Journey) -> Files:
    """Everything, as it comes out of the link on Mine to keep: each table's rows, as they were before neutralising."""
    if time.monotonic() - ada.proved > PROOF_KEPT:
        acts.let_in(ada.taking, ada.app, NAME, address="/my-data")
        ada.proved = time.monotonic()
    with ada.taking.page.expect_download() as coming:
        ada.taking.page.get_by_role("link", name="Everything, as a ZIP").click()
    with zipfile.ZipFile(Path(coming.value.path())) as files:
        return {name.removesuffix(".csv"): rows(files.read(name)) for name in files.namelist() if ".csv" in name}


def rows(file: bytes) -> list[dict[str, str]]:
    table = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    return [{column: restore(cell) for column, cell in row.items()} for row in table]


def answers_of(done: Done) -> list[Said]:
    """The exercise's rows in answers.csv; a key that could not be known beforehand (of a member, of a try) left out."""
    known = {(s.prompt, s.option) for s in done.said}
    return [
        Said(r["prompt"], r["value"], r["option"] if (r["prompt"], r["option"]) in known else "", r["about_name"])
        for r in done.rows("answers")
    ]


def member_in(files: Files, name: str) -> dict[str, str]:
    return next(row for table in ("people", "resources") for row in files[table] if row["name"] == name)


# What is promised of an exercise, and how it is seen in the files


def _said_in(row: dict[str, str], done: Done, target: str, columns: tuple[str, ...]) -> None:
    for column, value in done.filled(target).items():
        if column in columns:
            assert row[column] == value, column


def _accepted_on(done: Done) -> None:
    """When it was ticked is when it was accepted, told in the person's own time zone."""
    [row] = [r for r in done.rows("answers") if r["prompt"] == "read"]
    accepted = datetime.fromisoformat(row["saved_at"])
    assert abs(datetime.now(UTC) - accepted) < timedelta(minutes=5)
    assert accepted.utcoffset() == datetime.now(ZoneInfo(ZONE)).utcoffset()


def _shared(done: Done) -> None:
    assert {r["scope"]: r["state"] for r in done.files["consents"]} == dict.fromkeys(
        ("steps", "shape", "ticked"), "granted"
    )


def _check_in(done: Done) -> None:
    [row] = done.rows("check_ins")
    said = done.filled("check_in.")
    touched = [s for p in done.exercise.shown if p.fills == "check_in.touched" for s in done.of(p.key)]
    if touched:
        said["touched"] = str(len(touched))
    assert {column: row[column] for column in said} == said


def _measure(done: Done) -> None:
    [row] = done.files["measures"]
    said = done.filled("measure.")
    assert said and {column: row[column] for column in said} == said


def _named(done: Done) -> None:
    before = {row["name"] for table in ("people", "resources") for row in done.before[table]}
    for name in done.named:
        assert name not in before and done.member(name)["added_on"], name


def _note(done: Done) -> None:
    assert any(p.kind in ("long_text", "line", "pick_many") and done.of(p.key) for p in done.exercise.shown)


def _nothing(done: Done) -> None:
    assert [row for table in ("answers", "tries", "check_ins") for row in done.rows(table)] == []
    [progress] = done.rows("progress")
    assert progress["opened"] and progress["answered"] == "0"


def _of_each(column: str) -> Callable[[Done], None]:
    def check(done: Done) -> None:
        [key] = [p.key for p in done.exercise.shown if p.fills == f"member.{column}"]
        said = {row.about: row.option or row.value for row in done.of(key)}
        assert said and {name: done.member(name)[column] for name in said} == said

    return check


def _belonging(done: Done) -> None:
    """Heard is no surer than the less sure of the two answers, which differ for everyone asked."""
    honest, imperfect = ({row.about: row.option for row in done.of(key)} for key in ("honest", "imperfect"))
    assert honest.keys() == imperfect.keys() and not honest.items() & imperfect.items()
    less_sure = {name: min(honest[name], imperfect[name], key=SURE.index) for name in honest}
    assert less_sure and {name: done.member(name)["heard"] for name in less_sure} == less_sure


def _good_for_of_each(done: Done) -> None:
    also = {(done.of(p.key)[0].value, p.sets) for p in done.exercise.shown if p.sets}
    for row in done.of("tags"):
        tags = {column.removeprefix("good_for_") for column, cell in done.member(row.about).items() if cell == "TRUE"}
        assert tags == {row.option} | {tag for name, tag in also if name == row.about}


def _place(done: Done) -> None:
    assert all(done.member(name)["ring"] != "unplaced" for name in done.named)


def _try(done: Done) -> None:
    """A try of its own."""
    [row] = done.rows("tries")
    _says(done, row)
    kept = any(p.key == "keep" for p in done.exercise.shown)
    assert bool(row["text"]) == kept, "a message that was not ticked to be kept is nowhere"
    assert len(done.files["tries"]) == len(done.before["tries"]) + 1


def _try_goes_on(done: Done) -> None:
    """The one try of the hello says this as well, and all that it said before."""
    [was], [row] = ([r for r in files["tries"] if r["exercise"] == PICK] for files in (done.before, done.files))
    _says(done, row)
    new = {*done.filled("try."), *BY_THEMSELVES}
    assert {column: row[column] for column in row if column not in new} == {
        column: cell for column, cell in was.items() if column not in new
    }
    assert len(done.files["tries"]) == len(done.before["tries"])


def _says(done: Done, row: dict[str, str]) -> None:
    """A try, and its plan, say what was said."""
    assert row["name"] == done.who
    _said_in(row, done, "try.", TRIED)
    plans = [plan for plan in done.files["plans"] if plan["try_id"] == row["try_id"]]
    said = done.filled("try.")
    for column in PLANNED:
        if column in said:
            [plan] = plans
            assert said[column] in (plan[column], plan.get(f"{column}_option")), column
    if "rehearsed" in said:
        assert plans[0]["rehearsed"] == "TRUE"
    if done.exercise.kind == "plan":
        read_back = done.reader.page.locator(".st-key-read-back").inner_text()
        assert [said[column] for column in PLANNED if column in said and said[column] not in read_back] == []


def _sent(done: Done) -> None:
    """Sent today; the words that were kept stand there to be sent, on any device."""
    [row] = [r for r in done.files["tries"] if r["exercise"] == PICK]
    assert (row["state"], row["sent_on"]) == ("sent", _today(done))
    assert row["text"]
    expect(done.reader.page.get_by_test_id("stCode")).to_have_text(row["text"])


def _stage(done: Done) -> None:
    """On any device Reach Out goes on here."""
    stages = {r["option"] for r in done.files["answers"] if (r["exercise"], r["prompt"]) == (PICK, "at")}
    assert stages == {done.exercise.key.partition(".")[2]}


def _in_touch(done: Done) -> None:
    """What came back was a contact, on this day."""
    noted = [r for r in done.files["touches"] if r["noted_in"] == done.exercise.key]
    assert [(r["name"], r["day"]) for r in noted] == [(done.who, _today(done))]


def _today(done: Done) -> str:
    """The person's own day when the exercise was answered."""
    return done.rows("answers")[0]["saved_at"][:10]


def _try_followed(done: Done) -> None:
    which = next(p.key for p in done.exercise.shown if p.kind == "try")
    [answer] = [r for r in done.rows("answers") if r["prompt"] == which]
    [row] = [r for r in done.files["tries"] if r["try_id"] == answer["option"]]
    _said_in(row, done, "try.", TRIED)


def _fact(column: str) -> Callable[[Done], None]:
    def check(done: Done) -> None:
        said = done.filled(f"member.{column}")
        assert said and done.member(done.who)[column] == said[""]

    return check


def _set(done: Done) -> None:
    for prompt in done.exercise.shown:
        if prompt.sets:
            name = done.of(prompt.key)[0].value
            kind, _, fact = prompt.fills.partition(".")
            column, value = (f"good_for_{prompt.sets}", "TRUE") if fact == "good_for" else (fact, prompt.sets)
            assert (kind, done.member(name)[column]) == ("member", value)


def _in_ring(ring: str) -> Callable[[Done], None]:
    def check(done: Done) -> None:
        names = {
            row.value for p in done.exercise.shown if p.kind in ("names", "member", "doors") for row in done.of(p.key)
        }
        names |= {row.about for row in done.said if row.prompt == "heard" and row.about and row.option == "yes"}
        # Nobody is offered a place further out than their own.
        stand = {name: done.member(name)["ring"] for name in names}
        assert names and set(stand.values()) <= set(RINGS[: RINGS.index(ring) + 1])
        moved = {(r["name"], r["to_ring"]) for r in done.files["ring_moves"]}
        assert set(stand.items()) <= moved

    return check


def _any_ring(done: Done) -> None:
    assert {done.member(name)["ring"] for name in done.named} == {"core", "movable", "outer"}


def _not_placed(done: Done) -> None:
    assert {done.member(name)["ring"] for name in done.named} == {"unplaced"}


def _all_rings(done: Done) -> None:
    assert {done.member(row.about)["ring"] for row in done.of("tags")} >= {"core", "outer"}


def _left_off(done: Done) -> None:
    assert {done.member(name)["ring"] for name in done.named} == {"left_off"}


def _last_touch(done: Done) -> None:
    member = done.member(done.who)
    assert (member["last_touch"], member["last_touch_on"]) == ("week", _today(done))


def _contact(done: Done) -> None:
    """The result is seen on the page only: no file holds it, nor a question or a tap."""
    assert done.circle.hello in done.circle.screened and len(done.circle.screened) == 2
    for name in done.circle.screened:
        assert WORDS.screen_words["ok"] in screen_says(done.reader, name)
    everything = str(done.files)
    kept_back = ["contact", "not_for_now", *(question["ask"] for question in WORDS.screen)]
    assert [words for words in kept_back if words in everything] == []


def _stays(done: Done) -> None:
    for name in done.named or [done.who]:
        assert done.member(name)["ring"] == member_in(done.before, name)["ring"]


def _not_for_now(done: Done) -> None:
    acts.open_page(done.reader, "/reach-out?at=for_now")
    assert "marked “not for now”" in screen_says(done.reader, done.who)


def _kinds_first(done: Done) -> None:
    wanted = {row.option for row in done.of("kinds")}
    doors = acts.open_page(done.reader, "/reconnect?at=three_doors").locator(".card .ask")
    expect(doors.first).to_be_visible()
    titles = doors.all_inner_texts()
    helps = {door["title"]: set(door["helps"]) for door in WORDS.doors}
    assert [title for title in titles if not wanted <= helps[title]] == []


def _lines_in_outer(done: Done) -> None:
    lines = [row.value for row in done.of("lines")]
    assert {done.member(name)["ring"] for name in lines} == {"outer"}
    assert {done.member(name)["kind"] for name in lines} == {"line"}


def _late_in_core(done: Done) -> None:
    assert done.member(done.of("late")[0].value)["ring"] == "core"


def _outer_and_movable(done: Done) -> None:
    assert {done.member(row.value)["ring"] for row in done.of("places")} == {"outer"}
    assert {done.member(row.value)["kind"] for row in done.of("places")} == {"place"}
    assert {done.member(row.value)["ring"] for row in done.of("faces")} == {"movable"}


def _moves(done: Done) -> None:
    moved = next(p.key for p in done.exercise.shown if p.kind in ("ring_each_member", "ring_one"))
    new = done.files["ring_moves"][len(done.before["ring_moves"]) :]
    assert [r["name"] for r in new] == [row.value for row in done.of(moved)]
    assert all(r["from_ring"] != r["to_ring"] == done.member(r["name"])["ring"] for r in new)


def _touched(done: Done) -> None:
    assert {done.member(row.value)["last_touch"] for row in done.of("touched")} == {"week"}


CHECKS: dict[str, Callable[[Done], None]] = {
    "accepted_on": _accepted_on,
    "share settings": _shared,
    "checkin": _check_in,
    "measure": _measure,
    "person": _named,
    "member": _named,
    "note": _note,
    "nothing": _nothing,
    "heard of each": _of_each("heard"),
    "asked of each": _of_each("asked"),
    "state of each": _of_each("state"),
    "look_again": _of_each("look_again"),
    "belonging": _belonging,
    "good_for of each": _good_for_of_each,
    "place": _place,
    "try": _try,
    "try goes on": _try_goes_on,
    "sent": _sent,
    "stage": _stage,
    "in touch": _in_touch,
    "try followed": _try_followed,
    "moves": _moves,
    "heard": _set,
    "good_for": _set,
    "state": _fact("state"),
    "closeness": _fact("closeness"),
    "asked": _fact("asked"),
    "gives_takes": _fact("gives_takes"),
    "any ring": _any_ring,
    "not placed": _not_placed,
    "core": _in_ring("core"),
    "late in core": _late_in_core,
    "movable": _in_ring("movable"),
    "outer": _in_ring("outer"),
    "all rings": _all_rings,
    "left off": _left_off,
    "last_touch": _last_touch,
    "contact": _contact,
    "stays": _stays,
    "not for now": _not_for_now,
    "kinds first": _kinds_first,
    "lines in outer": _lines_in_outer,
    "outer and movable": _outer_and_movable,
    "touched": _touched,
}

# Where a ring is offered and not given by itself, the person takes it up.
MEANWHILE: dict[str, Callable[[Place], None]] = {
    "any ring": put_in_rings,
    "core": press_offers,
    "late in core": press_offers,
    "movable": press_offers,
    "outer": press_offers,
}
