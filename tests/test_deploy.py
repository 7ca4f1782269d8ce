"""What a host takes from `deploy/` and `docs/hosting.md`: it fits the code, and what can run here is run."""

import ipaddress
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from tests.app_server import ROOT, START_SECONDS, free_port
from workbook import settings

DEPLOY = ROOT / "deploy"
HOSTING = (ROOT / "docs" / "hosting.md").read_text("utf-8")
PORT = "8501"
HOST = {
    "WORKBOOK_URL": "https://notes.example.org",
    "WORKBOOK_OPERATOR": "Example group",
    "WORKBOOK_CONTACT": "anna@example.org",
    "WORKBOOK_COUNTRY": "Example",
    "WORKBOOK_RETENTION": "Until you delete it.",
}
PRIVATE = (
    "data/workbook.duckdb",
    "data/key/host.key",
    "deploy/.env",
    ".git/config",
    ".venv/x",
    ".streamlit/secrets.toml",
)


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile, one (name, rest) for each instruction."""
    lines = [line for line in (DEPLOY / "Dockerfile").read_text("utf-8").splitlines() if not line.startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [(name, rest.strip()) for name, _, rest in (line.partition(" ") for line in whole.split("\n") if line)]


def said(name: str) -> list[str]:
    """What stands behind every instruction of this name."""
    return [rest for found, rest in instructions() if found == name]


def copied() -> list[tuple[str, str]]:
    """What the image takes from the project: (from, to)."""
    return [(words[0], words[1]) for words in (rest.split() for rest in said("COPY")) if len(words) == 2]


def image_command() -> list[str]:
    (given,) = said("CMD")
    command: list[str] = json.loads(given)  # fails where it is not the exec form, in which signals would not arrive
    return command


def health_check(port: int) -> int:
    """The exit code of the image's own health check, asked on another port."""
    (given,) = said("HEALTHCHECK")
    command: list[str] = json.loads(given[given.index("CMD ") + 4 :])
    assert command[0] == "python" and PORT in command[-1]
    asked = [sys.executable, *command[1:-1], command[-1].replace(PORT, str(port))]
    return subprocess.run(asked, capture_output=True, timeout=30).returncode


@contextmanager
def somebody_else(body: bytes) -> Iterator[int]:
    """A server that answers everything with 200 and this body, as Streamlit does with its page."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Answer) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        try:
            yield other.server_port
        finally:
            other.shutdown()
            thread.join()


def as_in_the_image(folder: Path) -> Path:
    """A folder with exactly what the image would hold."""
    for source, target in copied():
        to = folder / target
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            to = to / Path(source).name if target.endswith("/") else to
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / source, to)
    return folder


def test_what_the_image_holds_starts_is_found_healthy_makes_a_coach_and_backs_up_when_stopped(tmp_path: Path) -> None:
    inside = as_in_the_image(tmp_path / "app")
    places = dict(pair.split("=") for rest in said("ENV") for pair in rest.split())
    assert (places["WORKBOOK_DATA"], places["WORKBOOK_KEY_FILE"]) == ("/data", "/key/host.key")
    (tmp_path / "data").mkdir()
    here = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    here |= {name: f"{tmp_path}{places[name]}" for name in ("WORKBOOK_DATA", "WORKBOOK_KEY_FILE")}
    port = free_port()
    command = [sys.executable, *(word.replace(PORT, str(port)) for word in image_command()[1:])]

    refused = subprocess.run(command, cwd=inside, env=here, capture_output=True, text=True, timeout=START_SECONDS)
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1 and "WORKBOOK_URL" in refused.stderr
    assert health_check(port) != 0

    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=inside, env=here | HOST, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while health_check(port) != 0:
            assert running.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()
        coach = [sys.executable, "-m", "workbook.keeping", "coach"]
        made = subprocess.run(coach, cwd=inside, env=here | HOST, capture_output=True, text=True, timeout=30)
        assert made.returncode == 0 and "Set-up code" in made.stdout, made.stderr
        (how,) = said("STOPSIGNAL")
        running.send_signal(signal.Signals[how])
        running.wait(60)
    finally:
        running.kill()
        running.wait()
    assert health_check(port) != 0
    assert list((tmp_path / "data" / "backups").glob("*.duckdb")), "no backup at the stop"
    key = tmp_path / "key" / "host.key"
    assert key.exists() and not (tmp_path / "data" / "key").exists(), "the key lies apart from the data"
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("body", [b"<html>Something went wrong</html>", b'{"status":"closed"}', b'"ok"', b""])
def test_an_answer_of_200_with_another_body_is_not_healthy(body: bytes) -> None:
    with somebody_else(body) as port:
        assert health_check(port) != 0


def test_the_health_check_tells_by_the_body() -> None:
    with somebody_else(b'{"status":"ok"}') as port:
        assert health_check(port) == 0


def test_the_image_is_pinned_hashed_and_runs_as_nobody_in_particular() -> None:
    (base,) = said("FROM")
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", base)
    assert said("ADD") == [], "nothing is fetched or unpacked on the way"
    assert [rest for name, rest in instructions() if "://" in rest] == []
    installing = [rest for rest in said("RUN") if re.search(r"\b(pip|apt|curl|wget)", rest)]
    assert len(installing) == 1 and "--require-hashes" in installing[0] and "-r requirements.txt" in installing[0]
    (user,) = said("USER")
    number = user.partition(":")[0]
    assert number.isdecimal() and int(number) > 0
    assert f"--owner {number}" in " ".join(said("RUN")) and f"--uid {number}" in " ".join(said("RUN"))
    names = [name for name, _ in instructions()]
    assert names.index("USER") < names.index("CMD"), "what runs, runs as that user"
    assert names.count("RUN") == len([n for n in names[: names.index("USER")] if n == "RUN"])


def test_nothing_private_reaches_the_image_or_its_builder() -> None:
    named = {source.rstrip("/") for source, _ in copied()}
    assert all((ROOT / source).exists() for source in named)
    rules = [
        line for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] not in ("", "#")
    ]
    assert rules[0] == "*", "everything stays at home"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == named, "but what is copied"
    for path in PRIVATE:
        assert not any(path == source or path.startswith(f"{source}/") for source in named), path
    secret = re.compile(r"^(WORKBOOK_(KEY|COACH_CODE)|.*(PASSWORD|TOKEN|SECRET).*)$")
    set_there = [pair.partition("=")[0] for name in ("ENV", "ARG") for rest in said(name) for pair in rest.split()]
    assert [name for name in set_there if secret.match(name)] == []


def compose() -> dict[str, Any]:
    parsed: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return parsed


def test_only_caddy_can_be_reached_and_the_workbook_reaches_nobody_else() -> None:
    services, networks = compose()["services"], compose()["networks"]
    assert {name for name, service in services.items() if "ports" in service} == {"caddy"}
    assert services["caddy"]["ports"] == ["80:80", "443:443"]
    assert services["workbook"]["networks"] == ["inside"] and networks["inside"]["internal"] is True
    assert "network_mode" not in services["workbook"]
    assert services["caddy"]["depends_on"]["workbook"]["condition"] == "service_healthy"
    assert services["caddy"]["environment"]["WORKBOOK_UPSTREAM"] == f"workbook:{PORT}"
    assert said("EXPOSE") == [PORT]


def test_only_caddys_own_address_may_say_where_a_visitor_comes_from() -> None:
    services, network = compose()["services"], compose()["networks"]["inside"]["ipam"]["config"][0]
    trusted = ipaddress.ip_address(services["workbook"]["environment"]["FORWARDED_ALLOW_IPS"])
    assert services["caddy"]["networks"]["inside"]["ipv4_address"] == str(trusted)
    subnet, dynamic = ipaddress.ip_network(network["subnet"]), ipaddress.ip_network(network["ip_range"])
    assert trusted in subnet and trusted not in dynamic, "nobody else is given that address"
    assert isinstance(dynamic, ipaddress.IPv4Network) and isinstance(subnet, ipaddress.IPv4Network)
    assert dynamic.subnet_of(subnet) and network["gateway"] != str(trusted)


@pytest.mark.parametrize("name", ["workbook", "caddy"])
def test_each_container_has_few_rights_and_a_short_log(name: str) -> None:
    service = compose()["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"] and "privileged" not in service
    assert service["restart"] == "unless-stopped"
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    assert all(place.startswith("/tmp:") for place in service["tmpfs"])


def test_data_and_key_are_kept_apart_in_volumes_that_the_workbooks_user_may_write() -> None:
    file = compose()
    workbook, caddy = (file["services"][name] for name in ("workbook", "caddy"))
    assert workbook["user"] == said("USER")[0] and "cap_add" not in workbook
    mounts = dict(reversed(mount.rsplit(":", 1)) for mount in workbook["volumes"])
    assert mounts == {"/data": "data", "/key": "key", "/copies": "${COPIES:-copies}"}
    assert all(place in " ".join(said("RUN")) for place in mounts), "a new volume takes its owner from the image"
    environment = workbook["environment"]
    assert (environment["WORKBOOK_DATA"], environment["WORKBOOK_KEY_FILE"]) == ("/data", "/key/host.key")
    assert set(file["volumes"]) == {"data", "key", "copies", "caddy-data", "caddy-config"}
    assert re.fullmatch(r"caddy:\d+\.\d+\.\d+-alpine", caddy["image"]) and "image" not in workbook
    minutes = re.fullmatch(r"(\d+)m", workbook["stop_grace_period"])
    assert minutes and int(minutes[1]) >= 1, "time for the last backup"
    built = (DEPLOY / workbook["build"]["context"]).resolve()
    assert built == ROOT and (built / workbook["build"]["dockerfile"]).is_file()


def test_no_visit_is_written_down_by_caddy() -> None:
    lines = [line for line in (DEPLOY / "Caddyfile").read_text().splitlines() if not line.strip().startswith("#")]
    text = "\n".join(lines)
    everywhere, site = text.split("\n}\n", 1)
    assert re.search(r"log \{\s+format filter \{\s+wrap json\s+fields \{\s+request delete\s+\}", everywhere)
    assert site.strip().startswith("{$WORKBOOK_URL} {") and "log" not in site
    assert f"reverse_proxy {{$WORKBOOK_UPSTREAM:127.0.0.1:{PORT}}}" in site
    assert text.count("{") == text.count("}")


def unit() -> dict[str, list[str]]:
    """The service's settings; one may be given several times."""
    section, found = "", dict[str, list[str]]()
    for line in (DEPLOY / "workbook.service").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, given, value = line.partition("=")
            assert given and section in ("Unit", "Service", "Install"), line
            found.setdefault(name, []).append(value)
    return found


def test_the_service_starts_what_the_image_starts_but_for_this_machine_only() -> None:
    (started,) = unit()["ExecStart"]
    python, *words = shlex.split(started)
    assert python == "/opt/workbook/.venv/bin/python" and unit()["WorkingDirectory"] == ["/opt/workbook"]
    assert words == [word.replace("0.0.0.0", "127.0.0.1") for word in image_command()[1:]]


def test_the_service_may_write_its_two_folders_and_speak_with_this_machine() -> None:
    given = unit()
    assert given["StateDirectory"] == ["workbook workbook-key"] and given["StateDirectoryMode"] == ["0700"]
    environment = dict(pair.split("=", 1) for line in given["Environment"] for pair in line.split())
    assert environment["WORKBOOK_DATA"] == "/var/lib/workbook"
    assert environment["WORKBOOK_KEY_FILE"] == "/var/lib/workbook-key/host.key"
    expected = {
        **{name: "yes" for name in ("NoNewPrivileges", "PrivateTmp", "PrivateDevices", "ProtectHome")},
        **{"ProtectSystem": "strict", "UMask": "0077", "CapabilityBoundingSet": "", "Restart": "on-failure"},
        **{"RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "IPAddressDeny": "any", "TimeoutStopSec": "2min"},
        **{"IPAddressAllow": "localhost", "User": "workbook", "EnvironmentFile": "/etc/workbook.env"},
    }
    assert {name: given[name] for name in expected} == {name: [value] for name, value in expected.items()}


def test_the_hosts_command_works_on_the_data_of_the_service() -> None:
    script = (DEPLOY / "workbook.sh").read_text("utf-8")
    environment = [pair for line in unit()["Environment"] for pair in line.split() if pair.startswith("WORKBOOK_")]
    assert len(environment) == 2 and all(pair in script for pair in environment)
    assert f"runuser -u {unit()['User'][0]} --" in script and f"-C {unit()['WorkingDirectory'][0]}" in script
    subprocess.run(["sh", "-n", str(DEPLOY / "workbook.sh")], check=True)


def example() -> dict[str, str]:
    """What env.example would set, its commented lines too."""
    lines = (DEPLOY / "env.example").read_text("utf-8").splitlines()
    pairs = (re.fullmatch(r'#?([A-Z_]+)="([^"$]*)"', line) for line in lines)
    return {pair[1]: pair[2] for pair in pairs if pair}


def named_in_the_code() -> set[str]:
    texts = [path.read_text("utf-8") for path in (ROOT / "workbook").rglob("*.py")]
    return {name for text in texts for name in re.findall(r"\bWORKBOOK_[A-Z_]*[A-Z]\b", text)}


def test_a_host_who_fills_in_the_example_can_start() -> None:
    chosen = settings.read(example())
    settings.refuse_unfit(chosen, "0.0.0.0")
    assert chosen.https and chosen.operator and chosen.retention
    active = [line for line in (DEPLOY / "env.example").read_text().splitlines() if line and not line.startswith("#")]
    assert {line.partition("=")[0] for line in active} == set(HOST), "what must be filled in, and nothing else"


def test_every_setting_is_known_to_the_code_and_explained_to_the_host() -> None:
    asked_by_compose = set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))
    assert set(example()) <= named_in_the_code() | asked_by_compose
    assert asked_by_compose <= set(example())
    rows = "\n".join(line.split("|")[1] for line in HOSTING.splitlines() if line.startswith("| `"))
    explained = set(re.findall(r"`([A-Z_]+)`", rows))
    assert named_in_the_code() | set(example()) | {"FORWARDED_ALLOW_IPS"} <= explained
    assert explained - {"COPIES", "FORWARDED_ALLOW_IPS"} <= named_in_the_code()


def commands() -> list[str]:
    """Every command the page tells the host to give."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", HOSTING, re.S | re.M)
    inline = re.findall(r"`((?:sudo|docker|make|cd|git|curl) [^`\n]+)`", HOSTING)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()] + inline


def test_every_command_of_the_page_names_what_there_is() -> None:
    targets = set(re.findall(r"^([\w./-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.M))
    usage = subprocess.run([sys.executable, "-m", "workbook.keeping"], cwd=ROOT, capture_output=True, text=True)
    known = set(re.findall(r"[\w-]+", usage.stderr))
    services = set(compose()["services"])
    seen = 0
    for line in commands():
        for goal in re.findall(r"(?:\bmake(?: -C \S+)?|(?:sudo |bin/)workbook) ([a-z.][\w./-]*)", line):
            assert goal in targets or line.startswith("sudo apt install"), line
            seen += 1
        for act in re.findall(r"-m workbook\.keeping (\S+)", line):
            assert act in known, line
            seen += 1
        for path in re.findall(r"/opt/workbook/((?:deploy|docs)/[\w./-]+)", line):
            assert (ROOT / path).is_file(), line
            seen += 1
        for service in re.findall(r"docker compose (?:exec|run|logs|stop)(?: -\S+| --\S+| TO=\S+)* (\w+)", line):
            assert service in services, line
            seen += 1
    assert seen > 25, "the page's commands were not found"


@pytest.mark.parametrize("page", ["hosting.md", "when-it-worries-you.md"])
def test_every_link_of_the_pages_leads_somewhere(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line[:1] == "#"
    }
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert target[1:] in headings if target.startswith("#") else (ROOT / "docs" / target).is_file(), target
    for path in re.findall(r"`((?:deploy|docs)/[\w./-]+|[A-Z]+\.md)`", text):
        assert path == "deploy/.env" or (ROOT / path).is_file(), path
