"""The tables, made step by step, once."""

from pathlib import Path

import pytest

from workbook.store import schema
from workbook.store.engine import Engine, StoreTrouble
from workbook.store.opening import OF_ONE_PERSON, Store

TABLES = {
    "answers",
    "choices",
    "coach_codes",
    "coach_groups",
    "coaches",
    "consents",
    "counted_people",
    "heads",
    "invites",
    "kept_exercises",
    "looks",
    "member_facts",
    "members",
    "memberships",
    "moves",
    "notes",
    "opens",
    "origin",
    "passphrases",
    "people",
    "recovery_codes",
    "schema_steps",
    "sessions",
    "touches",
    "tries",
}


def tables(engine: Engine) -> set[str]:
    return {row[0] for row in engine.read("SELECT table_name FROM information_schema.tables")}


def test_a_new_database_gets_every_table_and_notes_its_steps(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "new.duckdb")
    schema.bring_up_to_date(engine)
    assert tables(engine) == TABLES
    steps = engine.read("SELECT number, name FROM schema_steps ORDER BY number")
    assert steps == [(1, "first tables"), (2, "coaches and their groups"), (3, "staying in touch")]
    engine.close()


def test_a_step_is_done_once(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "new.duckdb")
    schema.bring_up_to_date(engine)
    with engine.writing() as tx:
        tx.run("INSERT INTO heads VALUES ('ada', 7)")
    schema.bring_up_to_date(engine)
    assert engine.read("SELECT person_id, seq FROM heads") == [("ada", 7)]
    engine.close()


def test_a_step_added_later_is_done_on_what_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(tmp_path / "new.duckdb")
    schema.bring_up_to_date(engine)
    later = (*schema.STEPS, ("a picture", ("CREATE TABLE pictures (person_id VARCHAR, sealed BLOB)",)))
    monkeypatch.setattr(schema, "STEPS", later)
    schema.bring_up_to_date(engine)
    assert tables(engine) == TABLES | {"pictures"}
    assert engine.read("SELECT number, name FROM schema_steps ORDER BY number") == [
        (1, "first tables"),
        (2, "coaches and their groups"),
        (3, "staying in touch"),
        (4, "a picture"),
    ]
    engine.close()


def test_a_step_that_fails_leaves_nothing_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(tmp_path / "new.duckdb")
    schema.bring_up_to_date(engine)
    broken = (*schema.STEPS, ("broken", ("CREATE TABLE pictures (id VARCHAR)", "CREATE TABLE heads (id VARCHAR)")))
    monkeypatch.setattr(schema, "STEPS", broken)
    with pytest.raises(StoreTrouble):
        schema.bring_up_to_date(engine)
    assert tables(engine) == TABLES
    assert engine.read("SELECT count(*) FROM schema_steps") == [(3,)]
    engine.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    engine = Engine(tmp_path / "new.duckdb")
    schema.bring_up_to_date(engine)
    with engine.writing() as tx:
        tx.run("INSERT INTO schema_steps VALUES (4, 'from the future')")
    with pytest.raises(StoreTrouble, match="newer version") as trouble:
        schema.bring_up_to_date(engine)
    assert trouble.value.code == "newer_schema"
    engine.close()


def test_every_table_with_rows_of_a_person_is_emptied_with_them(store: Store) -> None:
    columns = store.read("SELECT table_name FROM information_schema.columns WHERE column_name = 'person_id'")
    assert {row[0] for row in columns} == set(OF_ONE_PERSON) == TABLES - {"origin", "schema_steps", "coach_codes"}


def test_words_have_no_column_that_is_not_sealed(store: Store) -> None:
    named = store.read("SELECT column_name, data_type FROM information_schema.columns")
    assert {kind for name, kind in named if name.endswith("sealed")} == {"BLOB"}
    plain = {name for name, kind in named if kind == "VARCHAR"}
    assert plain == {
        *("person_id", "answer_id", "member_id", "move_id", "try_id", "fact_id", "row_id", "consent_id", "group_id"),
        *("coach_id", "session_id", "save_id", "about", "occasion", "exercise", "prompt", "field", "via", "place"),
        *("zone", "scope", "state", "name_mark", "secret_hash", "code_hash", "hash", "made_by", "name"),
        *("invite_id", "note_id", "membership_id", "token_hash", "kind", "what", "scopes", "way", "member"),
        *("touch_id", "choice_id"),
    }
