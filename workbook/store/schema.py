"""The tables, as small named steps. A released step is never changed; a new one is added below it.

No keys, no indexes and no foreign keys: rows are appended under one lock, and DuckDB finds
one person's rows in a millisecond without them.
"""

from collections.abc import Callable

from workbook.store.engine import Engine, StoreTrouble

STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "first tables",
        (
            "CREATE TABLE origin (made_by VARCHAR, made_at TIMESTAMP)",
            "CREATE TABLE people (person_id VARCHAR, name_mark VARCHAR, name_sealed BYTEA, joined_at TIMESTAMP)",
            "CREATE TABLE heads (person_id VARCHAR, seq BIGINT)",
            "CREATE TABLE passphrases (person_id VARCHAR, hash VARCHAR, set_at TIMESTAMP)",
            "CREATE TABLE recovery_codes (person_id VARCHAR, code_hash VARCHAR, made_at TIMESTAMP)",
            "CREATE TABLE sessions (session_id VARCHAR, secret_hash VARCHAR, person_id VARCHAR, opened_at TIMESTAMP,"
            " expires_at TIMESTAMP, proved_at TIMESTAMP, kept BOOLEAN)",
            "CREATE TABLE opens (person_id VARCHAR, exercise VARCHAR, on_day DATE, recorded_at TIMESTAMP, seq BIGINT)",
            "CREATE TABLE answers (person_id VARCHAR, answer_id VARCHAR, exercise VARCHAR, prompt VARCHAR,"
            " occasion VARCHAR, about VARCHAR, on_day DATE, zone VARCHAR, recorded_at TIMESTAMP, seq BIGINT,"
            " save_id VARCHAR, sealed BYTEA)",
            "CREATE TABLE members (person_id VARCHAR, member_id VARCHAR, recorded_at TIMESTAMP, seq BIGINT)",
            "CREATE TABLE member_facts (person_id VARCHAR, fact_id VARCHAR, member_id VARCHAR, field VARCHAR,"
            " via VARCHAR, on_day DATE, recorded_at TIMESTAMP, seq BIGINT, sealed BYTEA)",
            "CREATE TABLE moves (person_id VARCHAR, move_id VARCHAR, member_id VARCHAR, place VARCHAR, on_day DATE,"
            " zone VARCHAR, recorded_at TIMESTAMP, seq BIGINT, sealed BYTEA)",
            "CREATE TABLE tries (person_id VARCHAR, row_id VARCHAR, try_id VARCHAR, member_id VARCHAR, via VARCHAR,"
            " on_day DATE, zone VARCHAR, recorded_at TIMESTAMP, seq BIGINT, sealed BYTEA)",
            "CREATE TABLE consents (person_id VARCHAR, consent_id VARCHAR, group_id VARCHAR, coach_id VARCHAR,"
            " scope VARCHAR, answer_id VARCHAR, state VARCHAR, recorded_at TIMESTAMP, seq BIGINT)",
        ),
    ),
    (
        "coaches and their groups",
        (
            "CREATE TABLE coaches (person_id VARCHAR, recorded_at TIMESTAMP)",
            "CREATE TABLE coach_codes (code_hash VARCHAR, made_at TIMESTAMP, spent_at TIMESTAMP)",
            "CREATE TABLE coach_groups (person_id VARCHAR, row_id VARCHAR, group_id VARCHAR, recorded_at TIMESTAMP,"
            " seq BIGINT, sealed BYTEA)",
            "CREATE TABLE invites (person_id VARCHAR, invite_id VARCHAR, group_id VARCHAR, kind VARCHAR,"
            " token_hash VARCHAR, seats INTEGER, expires_at TIMESTAMP, closed_at TIMESTAMP, spent_at TIMESTAMP, recorded_at TIMESTAMP,"
            " seq BIGINT, sealed BYTEA)",
            "CREATE TABLE memberships (person_id VARCHAR, row_id VARCHAR, group_id VARCHAR, coach_id VARCHAR,"
            " invite_id VARCHAR, state VARCHAR, recorded_at TIMESTAMP, seq BIGINT, sealed BYTEA)",
            "CREATE TABLE looks (person_id VARCHAR, group_id VARCHAR, coach_id VARCHAR, what VARCHAR, scopes VARCHAR,"
            " recorded_at TIMESTAMP)",
            "CREATE TABLE notes (person_id VARCHAR, note_id VARCHAR, group_id VARCHAR, coach_id VARCHAR, way VARCHAR,"
            " membership_id VARCHAR, recorded_at TIMESTAMP, read_at TIMESTAMP, sealed BYTEA)",
            "CREATE TABLE kept_exercises (person_id VARCHAR, row_id VARCHAR, exercise VARCHAR, recorded_at TIMESTAMP,"
            " seq BIGINT, sealed BYTEA)",
            "CREATE TABLE counted_people (person_id VARCHAR, group_id VARCHAR, scope VARCHAR, member VARCHAR,"
            " shown_at TIMESTAMP)",
        ),
    ),
    (
        "staying in touch",
        (
            "CREATE TABLE touches (person_id VARCHAR, touch_id VARCHAR, member_id VARCHAR, via VARCHAR, on_day DATE,"
            " zone VARCHAR, recorded_at TIMESTAMP, seq BIGINT, sealed BYTEA)",
            "CREATE TABLE choices (person_id VARCHAR, choice_id VARCHAR, recorded_at TIMESTAMP, seq BIGINT, sealed BYTEA)",
        ),
    ),
)


def bring_up_to_date(engine: Engine, back_up: Callable[[int], object] = lambda step: None) -> None:
    """Run the steps this database has not seen, each in one transaction; refuse a database from a newer version.

    Before the first step on what is already there `back_up` is called with the step's number.
    """
    with engine.writing() as tx:
        tx.run("CREATE TABLE IF NOT EXISTS schema_steps (number INTEGER, name VARCHAR)")
        done = len(tx.run("SELECT number FROM schema_steps"))
    refuse_newer(done)
    if 0 < done < len(STEPS):
        back_up(done + 1)
    for number, (name, statements) in enumerate(STEPS[done:], start=done + 1):
        with engine.writing() as tx:
            for statement in statements:
                tx.run(statement)
            tx.run("INSERT INTO schema_steps VALUES (:number, :name)", {"number": number, "name": name})
        engine.settle()


def refuse_newer(steps_done: int) -> None:
    """StoreTrouble where a database has seen more steps than there are."""
    if steps_done > len(STEPS):
        raise StoreTrouble(
            "newer_schema",
            "This data comes from a newer version of the workbook. Start that version instead.",
        )
