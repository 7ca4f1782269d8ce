"""Disks that fill up, writes that fail, bytes that change: nothing acknowledged is lost, nothing is lost in silence."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.characters import MONDAY, person
from tests.store.test_faults import no_file_longer_than
from tests.store.test_opening import TODAY
from workbook.settings import ROOT
from workbook.store import answers
from workbook.store.engine import StoreTrouble
from workbook.store.folder import DATABASE
from workbook.store.opening import Store, open_store

SCRIPT = str(Path(__file__).with_name("full_disk.py"))
MOUNT = 'mount -t tmpfs -o size=96m tmpfs "$1" && exec "$2" "$3" mounted "$1"'


def save(store: Store, who: str, value: str) -> None:
    with store.pen(who, MONDAY, TODAY, "UTC") as pen:
        answers.append(pen, "reflect.drifted", "together", "", "", value)


def values(store: Store, who: str) -> list[str]:
    return [saved.value for saved in answers.every_version(store, who)]


@pytest.mark.promise("disk_full")
def test_on_a_full_disk_saves_are_refused_and_when_there_is_room_again_it_goes_on_by_itself(tmp_path: Path) -> None:
    """In a mount namespace of its own where the machine allows that; otherwise by the kernel's limit on file lengths."""
    for command in (
        ["unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", str(tmp_path), sys.executable, SCRIPT],
        [sys.executable, SCRIPT, "limited", str(tmp_path)],
    ):
        if shutil.which(command[0]):
            ran = subprocess.run(
                command, cwd=ROOT, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)}
            )
            if ran.returncode == 0:
                break
    print(ran.stdout)
    found = json.loads(ran.stdout)
    assert found["refused_early"] == {"disk_low": 10}, "refused while there is still room to finish what was begun"
    assert set(found["failed"]) == {"disk_full"}
    assert "Traceback" not in ran.stderr
    counted = (found["lost"], found["lost_while_full"], found["doubled"], found["half_made"], found["saved_again"])
    assert counted == (0, 0, 0, [], True)


@pytest.mark.promise("nth_write_fails")
@pytest.mark.parametrize("times", [20, pytest.param(200, marks=pytest.mark.campaign)])
def test_whichever_write_fails_nothing_is_claimed_that_is_not_there(tmp_path: Path, times: int) -> None:
    """The kernel ends writes to the log, or to the database at a checkpoint, at ever another byte."""
    store = open_store(tmp_path / "data")
    ada = person(store, "Ada")
    log = tmp_path / "data" / f"{DATABASE}.wal"
    acknowledged, refused = list[str](), Counter[str]()
    for n in range(times):
        length = log.stat().st_size + n * 13 % 1500 if log.exists() else 0
        whole = store.engine.path.stat().st_size
        with no_file_longer_than(length if n % 2 else whole - 4096 * (n % 3)):
            try:
                for i in range(50):
                    save(store, ada, f"{n}.{i}")
                    acknowledged.append(f"{n}.{i}")
                    if n % 2 == 0:
                        store.engine.settle()
            except StoreTrouble as trouble:
                refused[trouble.code] += 1
        save(store, ada, f"{n} and on")
        acknowledged.append(f"{n} and on")
        there = values(store, ada)
        assert set(acknowledged) <= set(there) and len(set(there)) == len(there)
    store.close()
    again = open_store(tmp_path / "data")
    assert set(acknowledged) <= set(values(again, ada))
    again.close()
    print(f"{times} failed writes: refused {dict(refused)}; {len(acknowledged)} saves acknowledged, 0 lost")
    assert refused["disk_full"] >= times * 9 // 10


@pytest.mark.promise("wal_damage")
@pytest.mark.parametrize(
    "times", [8, pytest.param(60, marks=pytest.mark.campaign), pytest.param(500, marks=pytest.mark.campaign)]
)
def test_a_damaged_log_opens_whole_or_is_refused_and_never_loses_in_silence(tmp_path: Path, times: int) -> None:
    store = open_store(tmp_path / "data")
    ada = person(store, "Ada")
    for n in range(500):
        save(store, ada, f"{n}")
    left = tmp_path / "as if killed"
    shutil.copytree(store.folder, left)
    store.close()
    log = (left / f"{DATABASE}.wal").read_bytes()
    outcomes = Counter[str]()
    for n in range(2 * times):
        at = random.randrange(len(log))
        damaged = log[:at] if n % 2 else log[:at] + bytes([log[at] ^ 1 << random.randrange(8)]) + log[at + 1 :]
        folder = tmp_path / "damaged"
        shutil.copytree(left, folder)
        (folder / f"{DATABASE}.wal").write_bytes(damaged)
        outcomes[f"{'cut' if n % 2 else 'bit turned'}: {opened(folder, ada)}"] += 1
        shutil.rmtree(folder)
    print(f"{times} logs cut short, {times} with a bit turned: {dict(outcomes)}")
    assert {outcome.split(": ")[1] for outcome in outcomes} <= {"whole", "damaged", "behind"}
    assert outcomes["cut: behind"] > 0 and outcomes["bit turned: damaged"] > 0


def opened(folder: Path, who: str) -> str:
    try:
        store = open_store(folder)
    except StoreTrouble as trouble:
        return trouble.code
    there = values(store, who)
    store.close()
    return "whole" if there == [f"{n}" for n in range(500)] else f"only {len(there)}"


SAVES = """
import os, sys
from pathlib import Path
from tests.campaign.test_disks import save
from tests.characters import person
from workbook.store.opening import open_store
store = open_store(Path(sys.argv[1]))
ada = person(store, "Ada")
for n in range(50):
    save(store, ada, f"{n}")
    os.write(1, f"acknowledged {n}\\n".encode())
"""

if shutil.which("strace"):

    @pytest.mark.promise("fsync_order")
    def test_the_log_and_its_name_are_on_the_disk_before_a_save_is_acknowledged(tmp_path: Path) -> None:
        trace = tmp_path / "trace"
        command = ["strace", "-f", "-y", "-e", "trace=write,pwrite64,fdatasync,fsync", "-o", str(trace)]
        subprocess.run(
            [*command, sys.executable, "-c", SAVES, str(tmp_path / "data")],
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        written = synced = True
        named = False
        acknowledged = 0
        for line in trace.read_text("utf-8", "replace").splitlines():
            call = re.search(r"\b(write|pwrite64|fdatasync|fsync)\(\d+<([^>]*)>(.*)", line)
            if call and call[2].endswith(".wal"):
                written, synced = (True, False) if "write" in call[1] else (written, True)
            elif call and call[2] == str(tmp_path / "data") and written:
                named = True
            elif call and "acknowledged" in call[3]:
                assert written and synced and named, line
                acknowledged += 1
                written = False
        assert acknowledged == 50
