"""The demo: fictional people through the real doors, in a database that is thrown away, and nothing else is."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from workbook import content, demo
from workbook.content import SeedTrouble
from workbook.gate import Gate
from workbook.house import House
from workbook.my_workbook import MyWorkbook
from workbook.pod import standing
from workbook.settings import ROOT, Settings
from workbook.store.engine import StoreTrouble
from workbook.store.opening import DATABASE, open_store

NOON = datetime(2026, 11, 21, 12, 0)
ADA = tomllib.loads((demo.PEOPLE / "ada.toml").read_text("utf-8"))


@dataclass(frozen=True)
class Filled:
    home: House
    printed: str

    @property
    def passphrases(self) -> dict[str, str]:
        return dict(re.findall(r"^(?:person|coach): (.+?)  passphrase: (.+)$", self.printed, re.MULTILINE))

    def book(self, name: str) -> MyWorkbook:
        person_id = self.home.gate.sign_in(name, self.passphrases[name], "127.0.0.1").person_id
        return self.home.workbook_of(person_id, "Europe/London")


def opened(folder: Path, made_by: str = "demo") -> House:
    store = open_store(folder, made_by=made_by, now=NOON)
    words = content.load(ROOT / "seeds" / "en")
    return House(Settings(folder=folder, demo=True), words, store, Gate(store, lambda: NOON), lambda: NOON)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    home = opened(tmp_path_factory.mktemp("demo"))
    lines: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("builtins.print", lambda line, flush: lines.append(line))
        demo.fill(home)
    yield Filled(home, "\n".join(lines))
    home.close()


@pytest.fixture(scope="module")
def ada(filled: Filled) -> MyWorkbook:
    return filled.book("ada")


def test_each_account_is_printed_on_a_line_and_opens(filled: Filled) -> None:
    coaches = sorted(path.stem for path in demo.PEOPLE.glob("coaches/*.toml"))
    assert list(filled.passphrases) == [*sorted(path.stem for path in demo.PEOPLE.glob("*.toml")), *coaches]
    assert len(filled.printed.splitlines()) == len(filled.passphrases)
    assert {len(words.split()) for words in filled.passphrases.values()} == {5}
    assert [filled.book(name).name() for name in filled.passphrases] == list(filled.passphrases)


def test_everyone_stands_where_their_story_ends(ada: MyWorkbook) -> None:
    keys = {row["key"]: row["name"] for row in ADA["members"]}
    ends = {keys[row["member"]]: row["place"] for row in sorted(ADA["moves"], key=lambda row: -row["days_ago"])}
    assert {member.name: member.place for member in ada.members()} == ends
    first = min(move.on_day for move in ada.moves())
    assert first == ada.today - timedelta(days=ADA["began_days_ago"])
    assert len(standing(ada.moves(), first)) < len(standing(ada.moves()))


def test_what_is_said_of_a_member_holds_in_the_end(ada: MyWorkbook) -> None:
    for member, row in zip(sorted(ada.members(), key=by_name), sorted(ADA["members"], key=by_name), strict=True):
        same = ("kind", "how_known", "heard", "asked", "contact", "last_touch", "gives_takes", "notes", "state")
        assert {field: getattr(member, field) for field in same} == {field: row[field] for field in same}
        assert set(member.good_for) == set(row["good_for"])
        assert member.closeness == row.get("closeness")


def by_name(one: Any) -> str:
    return str(one["name"] if isinstance(one, dict) else one.name)


def test_tries_come_out_of_the_exercises_and_out_of_those_that_come_back_to_them(ada: MyWorkbook) -> None:
    told = sorted(ADA["tries"], key=lambda row: -row["days_ago"])
    tries = ada.tries()
    hellos = ("reach_out.two_lines", "reach_out.when_where")
    begun = ["reach_out.pick" if row["exercise"] in hellos else row["exercise"] for row in told]
    assert [one.began_via.partition("|")[0] for one in tries] == begun
    for one, row in zip(tries, told, strict=True):
        assert one.on_day == ada.today - timedelta(days=row["days_ago"])
        said = {field: row[field] for field in ("text", "cue", "act", "fallback", "felt", "after_feel") if row[field]}
        assert {field: one.fields.get(field) for field in said} == said
    nell = next(one for one in tries if one.fields.get("state") == "one_more")
    came_back = {saved.prompt: saved.value for saved in ada.saved("reach_out.nothing_back")}
    assert came_back["which"] == nell.try_id
    assert came_back["else_why"].startswith("A new number")
    assert len({saved.occasion for saved in ada.saved("reach_out.nothing_back")}) == 1


def test_check_ins_and_measures_are_all_there_on_their_days(ada: MyWorkbook) -> None:
    for kind, exercise, prompt in (
        ("check_ins", "check_in.weekly", "alone"),
        ("measures", "welcome.three_questions", "count_on"),
        ("measures", "welcome.overlap", "overlap"),
    ):
        days = {saved.occasion: saved.on_day for saved in ada.saved(exercise) if saved.prompt == prompt}
        assert sorted(days.values()) == sorted(ada.today - timedelta(days=row["days_ago"]) for row in ADA[kind])
        assert all(occasion == day.isoformat() for occasion, day in days.items())


def test_every_answer_told_is_saved_and_its_exercise_opened(ada: MyWorkbook) -> None:
    progress = {one.exercise.key: one for one in ada.progress()}
    for row in ADA["answers"]:
        saved = [one for one in ada.saved(row["exercise"]) if one.prompt == row["prompt"]]
        assert row["value"] in [one.value for one in saved] or row["prompt"] in ("who", "names", "which")
        assert progress[row["exercise"]].opened is not None


def test_nothing_lies_in_the_future(filled: Filled) -> None:
    for name in filled.passphrases:
        book = filled.book(name)
        assert all(saved.recorded_at <= NOON for saved in book.everything_answered())
        assert all(move.recorded_at and move.recorded_at <= NOON for move in book.moves())


def test_a_story_names_members_by_its_own_keys_and_may_happen_today(tmp_path: Path) -> None:
    people = told(tmp_path, 'exercise = "reflect.drifted"\nprompt = "names"\ndays_ago = 0\nvalue = ["sam"]')
    home = opened(tmp_path / "demo")
    demo.fill(home, people)
    person_id = home.store.read("SELECT person_id FROM people")[0][0]
    book = home.workbook_of(person_id, "Pacific/Auckland")
    saved = book.saved("reflect.drifted")[0]
    assert saved.value == [book.members()[0].member_id]
    assert saved.recorded_at == NOON
    assert saved.on_day == NOON.replace(tzinfo=UTC).astimezone(ZoneInfo("Pacific/Auckland")).date()
    home.close()


def test_a_story_the_workbook_would_not_take_is_refused_by_its_file_name(tmp_path: Path) -> None:
    people = told(tmp_path, 'exercise = "reflect.steady"\nprompt = "qualities"\ndays_ago = 3\nvalue = ["rich"]')
    home = opened(tmp_path / "demo")
    with pytest.raises(SeedTrouble, match=r"noor\.toml.*not_offered"):
        demo.fill(home, people)
    home.close()


def told(folder: Path, answer: str) -> Path:
    people = folder / "people"
    people.mkdir()
    (people / "noor.toml").write_text(
        'name = "noor"\nzone = "Pacific/Auckland"\nbegan_days_ago = 4\n'
        "moves = []\ntries = []\ncheck_ins = []\nmeasures = []\n"
        '[[members]]\nkey = "sam"\nname = "Sam"\nkind = "person"\ncontact = "unscreened"\n'
        f"[[answers]]\n{answer}\n",
        "utf-8",
    )
    return people


def test_the_demo_is_made_anew_and_what_it_did_not_make_stays(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "demo"
    demo.make_way(folder)
    opened(folder).close()
    (tmp_path / "data" / "mine.txt").write_text("mine")
    (folder / "letter.txt").write_text("also mine")
    (folder / "backups" / "old.duckdb").write_text("a copy of the demo")
    demo.make_way(folder)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]
    assert (tmp_path / "data" / "mine.txt").read_text() == "mine"
    opened(folder).close()
    demo.make_way(folder)
    assert [path.name for path in folder.iterdir()] == ["letter.txt"]


def test_making_way_leaves_nothing_behind_whatever_the_store_has_written(tmp_path: Path) -> None:
    people = told(tmp_path, 'exercise = "welcome.before"\nprompt = "read"\ndays_ago = 1\nvalue = true')
    home = opened(tmp_path / "demo")
    demo.fill(home, people)
    home.close()
    demo.make_way(tmp_path / "demo")
    assert list((tmp_path / "demo").iterdir()) == []


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious.txt").write_text("mine")
    folder = tmp_path / "demo"
    opened(folder).close()
    (folder / "backups").rmdir()
    (folder / "backups").symlink_to(elsewhere)
    demo.make_way(folder)
    assert (elsewhere / "precious.txt").read_text() == "mine"
    assert list(folder.iterdir()) == []


def test_an_empty_or_a_missing_folder_needs_no_making_way(tmp_path: Path) -> None:
    demo.make_way(tmp_path / "not" / "there")
    (tmp_path / "backups").mkdir()
    demo.make_way(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["backups"]


def a_real_workbook(folder: Path) -> None:
    opened(folder, made_by="workbook").close()


def a_database_of_something_else(folder: Path) -> None:
    with duckdb.connect(str(folder / DATABASE)) as connection:
        connection.execute("CREATE TABLE origin (made_by INTEGER)")


def no_database_at_all(folder: Path) -> None:
    (folder / DATABASE).write_text("shopping list")


def files_without_a_database(folder: Path) -> None:
    (folder / "letters").mkdir()
    (folder / "letters" / "ruth.txt").write_text("Dear Ruth")


@pytest.mark.parametrize(
    "there", [a_real_workbook, a_database_of_something_else, no_database_at_all, files_without_a_database]
)
def test_the_demo_refuses_what_it_did_not_make_and_touches_none_of_it(tmp_path: Path, there: Any) -> None:
    there(tmp_path)
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    with pytest.raises(StoreTrouble) as refused:
        demo.make_way(tmp_path)
    assert refused.value.code == "not_ours"
    assert str(tmp_path) in str(refused.value)
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_the_demo_does_not_make_way_under_a_running_one(tmp_path: Path) -> None:
    home = opened(tmp_path)
    with pytest.raises(StoreTrouble):
        demo.make_way(tmp_path)
    assert home.store.ready()
    home.close()


def test_the_coach_of_the_demo_sees_what_each_of_the_three_shares(filled: Filled) -> None:
    coach_id = filled.home.gate.sign_in("mara", filled.passphrases["mara"], "127.0.0.1").person_id
    assert filled.home.gate.is_coach(coach_id)
    desk = filled.home.desk_of(coach_id)
    [group_id] = desk.groups()
    seen = desk.people(group_id)
    assert [(s.called, s.scopes) for s in seen] == [
        ("Ada", frozenset({"steps", "shape", "ticked"})),
        ("K.", frozenset({"shape"})),
        ("", frozenset()),
    ]
    page = desk.person(group_id, seen[0].membership_id)
    assert page.steps and page.shape and page.answers and len(page.answers) == 1
    assert len(desk.notes(group_id, seen[0].membership_id)) == 1
    assert [g.group.name for g in filled.book("ada").sharing.groups()] == ["Tuesday circle"]
