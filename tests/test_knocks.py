"""The host's knocks: whatever is wrong before the start ends it with one line that says what, and how to mend it."""

import base64
import ctypes
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import characters
from tests.app_server import AppServer
from workbook.settings import ROOT
from workbook.store.opening import open_store

GOOD_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes(range(100, 132))).decode()
SAID_WHO = {f"WORKBOOK_{name}": "someone" for name in ("OPERATOR", "CONTACT", "COUNTRY", "RETENTION")}
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
SECONDS = 60.0

Prepare = Callable[[Path], object]


@dataclass
class Knock:
    """What is wrong, and what the one line must hold."""

    line: tuple[str, ...]
    env: dict[str, str] = field(default_factory=dict)
    data: Prepare = lambda data: data.mkdir()
    seeds: Prepare | None = None


def write(name: str, content: str | bytes, mode: int = 0o600) -> Prepare:
    """A file with this content, made or replaced."""

    def do(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(mode)

    return do


def change(name: str, old: str, new: str) -> Prepare:
    """A seed file with its first `old` made `new`."""

    def do(seeds: Path) -> None:
        text = (seeds / name).read_text("utf-8")
        assert old in text
        (seeds / name).write_text(text.replace(old, new, 1), "utf-8")

    return do


def with_data(then: Prepare | None = None) -> Prepare:
    """A folder in which somebody has written, and what happened to it since."""

    def do(data: Path) -> None:
        store = open_store(data, now=characters.MONDAY)
        characters.person(store, "Ada")
        store.close()
        if then:
            then(data)

    return do


def closed_to_us(name: str, mode: int) -> Prepare:
    """A file or folder with these rights."""

    def do(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        (folder / name).chmod(mode)

    return do


def folder_instead(name: str) -> Prepare:
    """A folder where the file was."""

    def do(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return do


KNOCKS = {
    # Seeds
    "a seed file that is not TOML": Knock(
        ("reflect.toml", "not valid TOML", "line 1", "Mend"), seeds=write("en/reflect.toml", "key = = 3")
    ),
    "a seed file that is missing": Knock(
        ("doors.toml", "missing", "Put it back"), seeds=lambda seeds: (seeds / "en/doors.toml").unlink()
    ),
    "a seed file nobody may read": Knock(
        ("options.toml", "cannot be read", "Permission denied", "Let this user read"),
        seeds=closed_to_us("en/options.toml", 0o000),
    ),
    "a seed file in another encoding": Knock(
        ("closing.toml", "not UTF-8", "Save it as UTF-8"), seeds=write("en/closing.toml", 'title = "Grüße"'.encode("latin-1"))
    ),
    "a folder in the place of a seed file": Knock(("starters.toml", "cannot be read"), seeds=folder_instead("en/starters.toml")),
    "a seed file without its table": Knock(
        ("help_lines.toml", "[[countries]]", "Add"), seeds=write("en/help_lines.toml", "")
    ),
    "a word where a table is wanted": Knock(
        ("welcome.toml", "not of the kind wanted"), seeds=write("en/welcome.toml", 'key = "welcome"\ntitle = "x"\nexercises = 3')
    ),
    "a kind nobody knows": Knock(
        ("reconnect.toml", "has kind “hologram”", "Use one of"), seeds=change("en/reconnect.toml", 'kind = "', 'kind = "hologram" # "')
    ),
    "interface words that cannot be read": Knock(
        ("interface.po", "cannot be read", "Put it back"), seeds=write("en/interface.po", b'msgid "\xff\xfe"\n')
    ),
    "common phrases that are gone": Knock(
        ("seeds/common/phrases.txt", "cannot be read", "Put it back"), seeds=lambda seeds: (seeds / "common/phrases.txt").unlink()
    ),
    "a story of the demo that is not TOML": Knock(
        ("june.toml", "not valid TOML"), {"WORKBOOK_DEMO": "1"}, seeds=write("people/june.toml", "name = ")
    ),
    "a story of the demo with a piece missing": Knock(
        ("ada.toml", "not of the kind wanted"), {"WORKBOOK_DEMO": "1"}, seeds=write("people/ada.toml", 'name = "Ada"')
    ),
    # The data folder
    "a data folder that is a file": Knock(("The data folder", "/data", "write access"), data=lambda data: data.write_text("x")),
    "a data folder nobody may write": Knock(
        ("The data folder", "Permission denied", "write access"), data=lambda data: data.mkdir(mode=0o500)
    ),
    "a data folder that cannot be made": Knock(("The data folder", "/nowhere"), {"WORKBOOK_DATA": "/proc/nowhere"}),
    # The key
    "a key that is too short": Knock(("WORKBOOK_KEY", "32 random bytes", "start again"), {"WORKBOOK_KEY": "c2hvcnQ="}),
    "a key that is no base64": Knock(("WORKBOOK_KEY", "32 random bytes"), {"WORKBOOK_KEY": "not a key at all ☃"}),
    "a key anybody could guess": Knock(("WORKBOOK_KEY", "32 random bytes"), {"WORKBOOK_KEY": "A" * 43 + "="}),
    "a key that belongs to other data": Knock(("key does not fit the data",), {"WORKBOOK_KEY": OTHER_KEY}, data=with_data()),
    "a key that is gone": Knock(
        ("The key is missing", "Put your copy back"), data=with_data(lambda data: shutil.rmtree(data / "key"))
    ),
    "a key file others may read": Knock(
        ("Others on this machine can read the key", "chmod 600"), data=with_data(closed_to_us("key/host.key", 0o644))
    ),
    "a key file we may not read": Knock(("host.key", "Permission denied", "Let this user read"), data=with_data(closed_to_us("key/host.key", 0o000))),
    "a key file that is a folder": Knock(("/data/key",), {"WORKBOOK_KEY_FILE": "{data}/key"}, data=with_data()),
    "a key file where none can be made": Knock(("/proc/nowhere",), {"WORKBOOK_KEY_FILE": "/proc/nowhere/key"}),
    # Settings
    "an address that is none": Knock(("WORKBOOK_URL is “nonsense”", "https://notes.example.org"), {"WORKBOOK_URL": "nonsense"}),
    "an address without HTTPS": Knock(
        ("WORKBOOK_URL", "without HTTPS", "https://"), {"WORKBOOK_URL": "http://notes.example.org", **SAID_WHO}
    ),
    "an address on two lines": Knock(("WORKBOOK_URL",), {"WORKBOOK_URL": "https://a.example\nx"}),
    "a host who says nothing": Knock(
        ("Set WORKBOOK_OPERATOR, WORKBOOK_CONTACT, WORKBOOK_COUNTRY, WORKBOOK_RETENTION",),
        {"WORKBOOK_URL": "https://notes.example.org"},
    ),
    "a host on two lines": Knock(("WORKBOOK_OPERATOR must be one line of at most 300 letters",), {"WORKBOOK_OPERATOR": "a\nb"}),
    "leaving to a script": Knock(("WORKBOOK_LEAVE_TO", "must be a page"), {"WORKBOOK_LEAVE_TO": "javascript:alert(1)"}),
    "a demo that is neither wanted nor not": Knock(("WORKBOOK_DEMO is “perhaps”", "Set it to 1"), {"WORKBOOK_DEMO": "perhaps"}),
}  # fmt: skip


def without_the_rights_of_root() -> None:
    """Root may write anywhere; without these two rights it is held to them like anyone. Elsewhere nothing happens."""
    if os.geteuid() == 0 and sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)
        libc.prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH)


class Knocked(AppServer):
    """The app in a copy of the project whose seeds may be broken, started once, to its end."""

    def outcome(self, project: Path = ROOT) -> tuple[int, str, str]:
        """Exit code, output and error output. One that starts after all is ended, and its code is what that gives."""
        process = subprocess.Popen(
            self._command(),
            cwd=project,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=without_the_rights_of_root,
        )
        try:
            said, troubles = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            said, troubles = process.communicate()
        return process.returncode, said, troubles


def project_with(seeds: Prepare, room: Path) -> Path:
    """The project with seeds of its own; everything else is linked."""
    copy = room / "project"
    copy.mkdir()
    for name in ("pages", ".streamlit"):
        (copy / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "app.py", copy)
    shutil.copytree(ROOT / "workbook", copy / "workbook", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "seeds", copy / "seeds")
    seeds(copy / "seeds")
    return copy


def knocked(name: str, room: Path) -> tuple[int, str, str]:
    knock = KNOCKS[name]
    room.mkdir()
    data = room / "data"
    knock.data(data)
    env = {key: value.replace("{data}", str(data)) for key, value in knock.env.items()}
    app = Knocked(data, room / "log.txt", env)
    return app.outcome(project_with(knock.seeds, room) if knock.seeds else ROOT)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    """Every knock, tried two at a time."""
    rooms = tmp_path_factory.mktemp("knocks")
    with ThreadPoolExecutor(2) as two, pytest.MonkeyPatch.context() as patch:
        patch.delenv("WORKBOOK_KEY", raising=False)
        patch.delenv("WORKBOOK_KEY_FILE", raising=False)
        tried = two.map(lambda numbered: knocked(numbered[1], rooms / str(numbered[0])), enumerate(KNOCKS))
        return dict(zip(KNOCKS, tried, strict=True))


@pytest.mark.parametrize("name", KNOCKS)
def test_what_is_wrong_before_the_start_is_said_in_one_line_and_nothing_is_served(
    outcomes: dict[str, tuple[int, str, str]], name: str
) -> None:
    code, said, troubles = outcomes[name]
    lines = [line for line in troubles.splitlines() if line.strip()]
    assert code != 0, said
    assert "is open at" not in said
    assert len(lines) == 1, troubles
    assert lines[0].startswith("The workbook cannot start. ") and lines[0].endswith((".", *KEY_ENDS))
    assert [words for words in KNOCKS[name].line if words not in lines[0]] == [], lines[0]
    assert GOOD_KEY not in troubles and OTHER_KEY not in troubles


KEY_ENDS = ("host.key", "/key")  # after “Run: chmod 600”


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    app = Knocked(tmp_path / "data", tmp_path / "log.txt")
    with socket.socket() as other:
        other.bind(("127.0.0.1", app.port))
        other.listen()
        code, said, troubles = app.outcome()
    assert code != 0 and "is open at" not in said
    [line] = troubles.splitlines()
    assert f"Port {app.port} is not available" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"PORT": "{busy}"}, ("port {busy}", "make run PORT=")),
        ({"PORT": "eighty"}, ("PORT=eighty is not a port", "make run PORT=8502")),
        ({"PORT": "99999"}, ("PORT=99999 is not a port",)),
        (
            {"WORKBOOK_ADDRESS": "not.an.address.invalid"},
            ("WORKBOOK_ADDRESS=not.an.address.invalid", "WORKBOOK_ADDRESS=127.0.0.1"),
        ),
    ],
)
def test_make_run_says_where_else_it_could_listen(
    settings: dict[str, str], words: tuple[str, ...], tmp_path: Path
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = str(other.getsockname()[1])
        given = [f"{name}={value.replace('{busy}', busy)}" for name, value in settings.items()]
        command: list[Any] = ["make", "--assume-old=.venv/app", "--assume-old=.venv/made", "run", *given]
        env = {**os.environ, "WORKBOOK_DATA": str(tmp_path / "data")}
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=SECONDS)
    assert ran.returncode != 0 and not (tmp_path / "data").exists()
    first = ran.stderr.splitlines()[0]
    assert [w for w in words if w.replace("{busy}", busy) not in first] == [], ran.stderr
