"""How quick a large workbook leaves and comes back: 100,000 answers, beside the same done a row at a time."""

import csv
import io
import json
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from workbook import bundle, content, export
from workbook.my_workbook import MyWorkbook
from workbook.store import accounts
from workbook.store.opening import Store, new_id, open_store

ROOT = Path(__file__).parent.parent
ANSWERS = 100_000
NOW = datetime(2026, 7, 1, 12, 0)
ASKED = ("alone", "energy", "word", "from_before")  # the last is asked no more


def main() -> None:
    """Print the figures."""
    words = content.load(ROOT / "seeds" / "en")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder), now=NOW)
        book, other = (_book(store, words, name) for name in ("full", "empty"))
        _fill(store, book)
        export.everything(_book(store, words, "warm"))
        took, body = _timed(lambda: export.everything(book))
        print(f"export of {ANSWERS} answers: {took:.2f} s, {len(body) / 1e6:.1f} MB")
        print(f"  memory on top: {_on_top(lambda: export.everything(book)):.0f} MB")
        naive, _ = _timed(lambda: _naive_export(store, book, ANSWERS // 200))
        print(f"  ratio to an answer at a time: {took / (200 * naive):.3f}")
        before = time.perf_counter()
        found = bundle.read(bundle.unpacked(body), words)
        read = time.perf_counter()
        plan = other.compare(found)
        compared = time.perf_counter()
        told: list[float] = []
        other.take_in(plan, tell=told.append)
        done = time.perf_counter()
        print(
            f"import of the same: {done - before:.2f} s (reading {read - before:.2f}, laying beside {compared - read:.2f},"
        )
        print(f"  writing {done - compared:.2f}); told {len(told)} times how far it is")
        naive, _ = _timed(lambda: _naive_import(_book(store, words, "slow"), ANSWERS // 500))
        print(f"  ratio to an answer at a time: {(done - before) / (500 * naive):.4f}")
        assert export.files(other)["answers.csv"] == export.files(book)["answers.csv"]
        store.close()


def _book(store: Store, words: content.Content, name: str) -> MyWorkbook:
    found = accounts.add_person(store, name, name, "no hash", NOW)
    assert found
    return MyWorkbook(store, words, found, lambda: NOW, "Europe/London")


def _fill(store: Store, book: MyWorkbook) -> None:
    """Check-ins on as many occasions as it takes."""
    values: tuple[Any, ...] = (4, 6, "A quiet week, with some rain in it", 7)
    rows = []
    with store.pen(book.person_id, NOW, NOW.date(), "Europe/London") as pen:
        for number in range(ANSWERS):
            at = NOW - timedelta(minutes=ANSWERS - number)
            which = number % len(ASKED)
            answer_id = new_id()
            rows.append(
                {
                    "answer_id": answer_id,
                    "exercise": "check_in.weekly",
                    "prompt": ASKED[which],
                    "occasion": f"{at.date().isoformat()}.{number // len(ASKED) % 9999}",
                    "about": "",
                    "on_day": at.date(),
                    "zone": "Europe/London",
                    "recorded_at": at,
                    "seq": pen.next_seq(),
                    "save_id": "",
                    "sealed": pen.seal(json.dumps(values[which]), "answers", answer_id),
                }
            )
        for at_once in range(0, len(rows), 5000):
            pen.insert_many("answers", rows[at_once : at_once + 5000])


def _naive_export(store: Store, book: MyWorkbook, count: int) -> bytes:
    """Each answer asked for by itself, and written by itself."""
    ids = [
        row[0]
        for row in store.read("SELECT answer_id FROM answers WHERE person_id = :p LIMIT :n", p=book.person_id, n=count)
    ]
    text = io.StringIO()
    writer = csv.writer(text)
    from workbook.store import answers

    for one in ids:
        saved = answers.these(store, book.person_id, [one])[0]
        writer.writerow([saved.answer_id, saved.exercise, saved.prompt, saved.occasion, saved.value, saved.recorded_at])
    return text.getvalue().encode()


def _naive_import(book: MyWorkbook, count: int) -> None:
    """Each answer saved as a person would save it."""
    for number in range(count):
        book.answer("check_in.weekly", "alone", number % 10, occasion=f"2026-01-01.{number}")


def _timed(do: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    found = do()
    return time.perf_counter() - begin, found


def _on_top(do: Callable[[], Any]) -> float:
    """The most memory taken while it is done, in MB."""
    tracemalloc.start()
    do()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 1e6


if __name__ == "__main__":
    main()
    print(f"process at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
