"""Leaves behind what a released version wrote, for every later one to open: `python -m tests.store.make_fixture`.

Run it once when a release brings a new step of the schema, and commit the file it prints. Never run it for an old step
again: a fixture is worth something only because the version of its time made it.
"""

import json
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.characters import FINE, Clock, person
from workbook import content
from workbook.coach_desk import CoachDesk
from workbook.coaching import Group
from workbook.content import Content
from workbook.my_workbook import MyWorkbook
from workbook.settings import ROOT
from workbook.store import accounts, answers, choices, consents, groups, looks, members, schema, touches, tries
from workbook.store.opening import Store, open_store

FIXTURES = Path(__file__).with_name("fixtures")
PASSPHRASE = "a passphrase for the fixture"


def make() -> Path:
    """The fixture of the schema as it is."""
    words, clock = content.load(ROOT / "seeds" / "en"), Clock()
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "data"
        store = open_store(folder, now=clock())
        for name in ("Ada", "Kofi"):
            live(MyWorkbook(store, words, person(store, name, PASSPHRASE), clock, "Europe/London"), clock)
        accounts.replace_recovery_code(store, find(store, "Kofi"), "0" * 64, clock())
        coached(store, words, clock)
        gone = person(store, "Sam")
        store.remove_person(gone)
        expected = everything(store)
        store.close()
        (folder / "expected.json").write_text(json.dumps(expected), "utf-8")
        made = FIXTURES / f"schema-{len(schema.STEPS)}.zip"
        FIXTURES.mkdir(exist_ok=True)
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    packed.write(path, path.relative_to(folder))
    return made


def live(book: MyWorkbook, clock: Clock) -> None:
    """A little of everything that has a table."""
    for value in ("Ruth sat on the stairs with me.", "Ruth, on the stairs. She said nothing, and that was right."):
        book.answer("reflect.someone_stayed", "story", value, save_id=value[:4])
    noor = book.add_member("Noor")
    book.note_opened("reflect.drifted")
    book.name_someone("reflect.drifted", "names", "Sam")
    clock.now += timedelta(days=3)
    book.move(noor, "movable", reason="She asked how I was.")
    book.move(noor, "core")
    book.change_member(noor, "notes", "Sundays are good.")
    book.screen(noor, FINE)
    book.answer("check_in.weekly", "hid", "yes", occasion=book.today.isoformat())
    book.answer("reach_out.two_lines", "who", noor, occasion=book.today.isoformat())
    book.were_in_touch([noor], how="call")
    book.answer("reach_out.sent", "state", "sent", occasion=book.begin_hello(noor))
    book.choose_rhythm("core", "month")
    book.rest(True)


def coached(store: Store, words: Content, clock: Clock) -> None:
    """Kofi is a coach as well, and Ada in his group."""
    kofi = find(store, "Kofi")
    with store.writing() as tx:
        tx.run("INSERT INTO coaches VALUES (:p, :now)", {"p": kofi, "now": clock()})
    desk = CoachDesk(store, words, kofi, clock)
    group_id = desk.make_group(Group("Tuesday circle", "Kofi", welcome="Come as you are."))
    asked = {"step": "reflect", "title": "Your week", "prompts": [{"kind": "line", "ask": "What was light?"}]}
    key = desk.add_exercise(group_id, asked)
    book = MyWorkbook(store, words, find(store, "Ada"), clock, "Europe/London")
    book.sharing.join(desk.invite(group_id), called="A", scopes=("shape", "ticked"))
    book.sharing.share_answer(group_id, book.answer(key, "p1", "Soup with Noor.").answer_id)
    book.sharing.withdraw(group_id, "shape")
    member = desk.people(group_id)[0].membership_id
    desk.person(group_id, member)
    desk.send_note(group_id, member, "Good to have you here.")


def find(store: Store, name: str) -> str:
    return next(p for p in people(store) if name == shown(store, p))


def people(store: Store) -> list[str]:
    return [row[0] for row in store.read("SELECT person_id FROM people ORDER BY joined_at, person_id")]


def shown(store: Store, person_id: str) -> str:
    sealed = store.read("SELECT name_sealed FROM people WHERE person_id = :p", p=person_id)[0][0]
    return store.sealer(person_id).open(bytes(sealed), "people", person_id, "name_sealed")


def everything(store: Store) -> dict[str, Any]:
    """All that can be read of each person, as JSON."""
    return {shown(store, p): {**own(store, p), **coach(store, p)} for p in people(store)}


def own(store: Store, p: str) -> dict[str, Any]:
    later = {  # nothing where the version that wrote it knew none
        "touches": [[t.member_id, t.on_day.isoformat(), t.how] for t in touches.every(store, p)],
        "choices": [[name, one["value"]] for name, one in choices.standing(store, p).items()],
        "tries": [[t.member_id, dict(t.fields)] for t in tries.every_try(store, p) if "state" in t.fields],
    }
    return {name: rows for name, rows in later.items() if rows} | {
        "answers": [[s.exercise, s.prompt, s.occasion, s.value, s.seq] for s in answers.every_version(store, p)],
        "members": sorted([m, field, known.value] for (m, field), known in members.known(store, p).items()),
        "moves": [[m.member_id, m.place, m.on_day.isoformat(), m.reason] for m in members.moves(store, p)],
    }


def coach(store: Store, p: str) -> dict[str, Any]:
    """What there is of groups: nothing where the version that wrote it knew none."""
    found = {
        "groups": [[g.name, g.coach, g.welcome, len(g.added)] for g in groups.of_coach(store, p).values()],
        "memberships": [[m.group, m.coach, m.called, m.state] for m in groups.memberships(store, p)],
        "notes": [[n.way, n.words] for n in groups.notes(store, p)],
        "looks": [[row[2], row[3]] for row in reversed(looks.log(store, p))],
        "granted": [[e.scope, e.answer_id] for e in consents.standing(store, p)],
        "kept": [[one["title"], one["by"]] for one in groups.kept_exercises(store, p)],
    }
    return {name: rows for name, rows in found.items() if rows}


if __name__ == "__main__":
    print(make())
