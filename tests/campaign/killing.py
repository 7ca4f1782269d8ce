"""Killing at random points and at every step, and counting what is left."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.campaign.child import digest
from tests.characters import person
from workbook.settings import ROOT
from workbook.store import answers
from workbook.store.opening import open_store

KILLED = "E -9"


class Workshop:
    """Runs tasks of `tests.campaign.child`, one after another, each in a process that may be killed."""

    def __init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WORKBOOK_")}
        self._process = subprocess.Popen(
            [sys.executable, "-u", str(Path(__file__).with_name("child.py"))],
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def begin(self, what: str, folder: Path, **more: Any) -> int:
        """Begin a task; the process that does it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"what": what, "folder": str(folder), **more}) + "\n")
        self._process.stdin.flush()
        return int(next(self._lines()).split()[1])

    def _lines(self) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line.rstrip("\n")
        raise RuntimeError("The workshop is gone.")

    def said(self) -> Iterator[str]:
        """What the task says, up to and with its end."""
        for line in self._lines():
            yield line
            if line.startswith("E "):
                return

    def does(self, what: str, folder: Path, **more: Any) -> list[str]:
        """All a task says until it ends by itself or is killed at its step."""
        self.begin(what, folder, **more)
        return list(self.said())

    def close(self) -> None:
        """Close it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)


@dataclass
class Campaign:
    """What was sent and acknowledged over all rounds, as recorded here, outside the process that was killed."""

    folder: Path
    people: list[str]
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    kills: int = 0
    in_flight: int = 0
    refused: int = 0
    again: set[str] = field(default_factory=set)
    altered: int = 0

    def run(self, workshop: Workshop, rounds: int, saves_each: int, **more: Any) -> None:
        """So many rounds; each is killed at a random moment and tries what it left open again in the next."""
        for _ in range(rounds):
            left = [[self.sent[s][0], s, self.sent[s][1]] for s in self.again]
            process = workshop.begin("write", self.folder, people=self.people, again=left, **more)
            self._listen(workshop, process, random.randint(saves_each // 2, saves_each * 3 // 2))

    def _listen(self, workshop: Workshop, process: int, enough: int) -> None:
        doomed = False
        for line in workshop.said():
            kind, *words = line.split(" ")
            if kind == "B":
                self.sent[words[1]] = (words[0], bytes.fromhex(words[2]).decode())
                self.again.add(words[1])
            elif kind == "A":
                self._acknowledge(words)
                enough -= 1
            elif kind == "X":
                self.refused += 1
                (self.folder / "workbook.seen").unlink(missing_ok=True)
            if enough <= 0 and not doomed:
                doomed = True
                time.sleep(random.random() / 50)
                os.kill(process, signal.SIGKILL)
        if doomed:
            self.kills += 1
            self.in_flight += bool(self.again)

    def _acknowledge(self, words: list[str]) -> None:
        _, save_id, seq, value = words
        if value != digest(self.sent[save_id][1]):
            self.altered += 1
        self.acknowledged[save_id] = (int(seq), value)
        self.again.discard(save_id)

    def outcome(self) -> "Outcome":
        """What the database holds in the end, against what was acknowledged."""
        store = open_store(self.folder)
        rows = store.read("SELECT person_id, save_id, seq FROM answers")
        values = {(p, saved.seq): saved.value for p in self.people for saved in answers.every_version(store, p)}
        gaps = sum(
            sorted(seq for p, _, seq in rows if p == who) != list(range(1, 1 + sum(p == who for p, _, _ in rows)))
            for who in self.people
        )
        store.close()
        times = Counter(save_id for _, save_id, _ in rows)
        there = {save_id: (p, seq) for p, save_id, seq in rows}
        return Outcome(
            acknowledged=len(self.acknowledged),
            lost=sum(save_id not in there for save_id in self.acknowledged),
            doubled=sum(n > 1 for n in times.values()),
            altered=self.altered
            + sum(
                (there[s] != (self.sent[s][0], seq)) or values[there[s]] != self.sent[s][1]
                for s, (seq, _) in self.acknowledged.items()
                if s in there
            ),
            gaps=gaps,
            kills=self.kills,
            in_flight=self.in_flight,
            refused=self.refused,
        )


@dataclass(frozen=True)
class Outcome:
    """The counts."""

    acknowledged: int
    lost: int
    doubled: int
    altered: int
    gaps: int
    kills: int
    in_flight: int
    refused: int

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.in_flight} with a save in flight; {self.acknowledged:,} saves acknowledged: "
            f"{self.lost} lost, {self.doubled} doubled, {self.altered} altered, {self.gaps} gaps"
        )


def campaign_in(folder: Path, people: int = 6) -> Campaign:
    """A new store with so many people, closed."""
    store = open_store(folder)
    who = [person(store, f"Person {n}") for n in range(people)]
    store.close()
    return Campaign(folder, who)
