"""What the host reads: who, what and when, on one line, and never anybody's words."""

import logging
import re
import threading
from collections.abc import Iterator

import pytest

from tests.characters import Clock, came_in, person
from workbook import logbook
from workbook.gate import Gate
from workbook.refused import Refused
from workbook.store.engine import StoreTrouble
from workbook.store.opening import Store

SECRET = "Ruth sat on the stairs"
ADAS = "harbour lemon quiet stone"
ours = logging.getLogger("workbook")


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Iterator[pytest.CaptureFixture[str]]:
    """What is printed once `logbook.begin` was called; afterwards logging is as it was."""
    factory, hook = logging.getLogRecordFactory(), threading.excepthook
    yield capsys
    logging.setLogRecordFactory(factory)
    threading.excepthook = hook
    ours.handlers.clear()
    ours.propagate = True
    ours.setLevel(logging.NOTSET)


def lines(printed: pytest.CaptureFixture[str]) -> list[str]:
    return printed.readouterr().err.splitlines()


@pytest.mark.promise("log_canary")
def test_a_line_says_what_and_by_whom_in_utc(printed: pytest.CaptureFixture[str]) -> None:
    logbook.begin()
    logbook.note("exported", person="ab12", session="")
    [line] = lines(printed)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ workbook: exported person=ab12 session=-", line)


@pytest.mark.promise("log_canary")
def test_nothing_breaks_a_line_or_writes_a_second_one(printed: pytest.CaptureFixture[str]) -> None:
    logbook.begin()
    logbook.note("sign_in_refused", address="1.2.3.4\r\n2026 workbook: signed_in person=eve \x1b[2K" + "x" * 200)
    [line] = lines(printed)
    assert "signed_in person" not in line and "\x1b" not in line and len(line) < 140


@pytest.mark.promise("log_canary")
@pytest.mark.parametrize("name", ["streamlit.error_util", "uvicorn.error", "asyncio", "anything"])
def test_whoever_logs_a_fault_writes_one_line_without_its_words(
    printed: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    logbook.begin()
    with caplog.at_level(logging.ERROR):
        try:
            raise StoreTrouble("failed", SECRET)
        except StoreTrouble as trouble:
            logging.getLogger(name).error("Uncaught %s\nand more", trouble, exc_info=trouble)
        logging.getLogger(name).error("two\nlines of %s", "words")
    first, second = [record.getMessage() for record in caplog.records]
    assert first.startswith("Uncaught %s: StoreTrouble (failed) in test_whoever_logs_a_fault")
    assert second == "two lines of words"
    assert SECRET not in caplog.text and "Traceback" not in caplog.text


@pytest.mark.promise("log_canary")
@pytest.mark.parametrize("message", ["", "\n"])
def test_a_fault_without_a_message_is_one_line_too(
    printed: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, message: str
) -> None:
    logbook.begin()
    try:
        raise StoreTrouble("failed", SECRET)
    except StoreTrouble:
        logging.getLogger("anything").exception(message)
    [record] = caplog.records
    assert record.getMessage().startswith(": StoreTrouble (failed) in test_a_fault_without_a_message")


@pytest.mark.promise("log_canary")
def test_a_thread_that_dies_leaves_one_line(printed: pytest.CaptureFixture[str]) -> None:
    logbook.begin()

    def die() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=die)
    thread.start()
    thread.join()
    [line] = lines(printed)
    assert "workbook: thread: ValueError in die" in line and SECRET not in line


@pytest.mark.promise("log_canary")
def test_all_that_happens_at_the_gate_is_noted_by_ids_alone(
    printed: pytest.CaptureFixture[str], store: Store, clock: Clock
) -> None:
    logbook.begin()
    gate = Gate(store, clock)
    kofi = person(store, "Kofi Secretname", ADAS)
    ada = gate.sign_up("Ada Secretname", ADAS, "203.0.113.7").person_id
    for name in ("Ada Secretname", "Nobody Secretname"):
        with pytest.raises(Refused):
            gate.sign_in(name, "wrong words entirely", "203.0.113.7")
    with pytest.raises(Refused):
        gate.sign_up("Ada Secretname", "six cups of tea on Monday", "203.0.113.7")
    assert gate.sign_in("Kofi Secretname", ADAS, "203.0.113.7").person_id == kofi
    device = "d" * 43
    taken = gate.take(gate.ticket(came_in(gate, ada), device), device)
    assert taken is not None and taken.cookie is not None
    session = gate.who(taken.cookie)
    assert session is not None
    gate.prove(session, ADAS, "203.0.113.7")
    gate.change_passphrase(session, ADAS, "seven boats before breakfast", "203.0.113.7")
    code = gate.new_recovery_code(session)
    gate.end(taken.cookie)
    with pytest.raises(Refused):
        gate.recover("Ada Secretname", "0" * 20, "nine loud trams at noon", "203.0.113.7")
    gate.recover("Ada Secretname", code, "nine loud trams at noon", "203.0.113.7")
    gate.end_everywhere(ada)
    written = lines(printed)
    assert [line.split("workbook: ")[1].split()[0] for line in written] == [
        *(
            "signed_up",
            "sign_in_refused",
            "sign_in_refused",
            "sign_in_refused",  # whether it is they who have the name already
            "sign_up_refused",
            "signed_in",
            "session_opened",
            "proved",
        ),
        *("passphrase_changed", "recovery_code_made", "signed_out", "recover_refused", "recovered"),
        *("signed_out_everywhere",),
    ]
    secrets = ("Secretname", "words", ADAS, "boats", "tea", "trams", code, taken.cookie, device)
    assert [s for s in secrets if s in "\n".join(written)] == []
    assert sum(ada in line for line in written) == 8
