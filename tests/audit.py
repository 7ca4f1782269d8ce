"""`make audit`: whether anything pinned has a known vulnerability. Being offline is said, and is no failure."""

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOOL = ROOT / ".ci" / "audit.txt"
LOCKS = ("requirements.txt", "tests/requirements.txt")
SECONDS = 600


def judged(report: dict[str, Any] | None, lock: str) -> tuple[bool, str]:
    """Whether a lock file may pass, and the sentence that says so; without a report nothing was checked."""
    if report is None:
        return True, f"{lock}: the list of known vulnerabilities could not be reached, so nothing was checked."
    found = [
        f"  {one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version yet'}"
        for one in report["dependencies"]
        for flaw in one.get("vulns", ())
    ]
    checked = [one for one in report["dependencies"] if "skip_reason" not in one]
    told = (
        f"{lock}: {len(checked)} of {len(report['dependencies'])} packages checked, {len(found)} known vulnerabilities."
    )
    if len(checked) < len(report["dependencies"]):
        told += " The others are not known to the service that was asked."
    return not found, "\n".join([told, *found])


def main() -> int:
    """Check every lock file with pip-audit, in an environment of its own; 1 where something known is in one."""
    with tempfile.TemporaryDirectory() as room:
        tool = _installed(Path(room))
        if tool is None:
            print("pip-audit could not be fetched, so nothing was checked. Try again when this machine is online.")
            return 0
        outcomes = [judged(_report(tool, lock, Path(room) / "report.json"), lock) for lock in LOCKS]
    for _, told in outcomes:
        print(told)
    return 0 if all(well for well, _ in outcomes) else 1


def _installed(room: Path) -> Path | None:
    venv.create(room / "tool")
    bin_folder = room / "tool" / ("Scripts" if sys.platform == "win32" else "bin")
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", bin_folder / "python", "--quiet"]
    install = [*pip, "--disable-pip-version-check", "install", "--require-hashes", "-r", TOOL]
    done = subprocess.run(install, capture_output=True, timeout=SECONDS)
    return None if done.returncode else bin_folder / "pip-audit"


def _report(tool: Path, lock: str, to: Path) -> dict[str, Any] | None:
    to.unlink(missing_ok=True)
    how: list[str | Path] = [
        "--require-hashes",
        "--disable-pip",
        "--progress-spinner",
        "off",
        "--format",
        "json",
        "--output",
        to,
    ]
    subprocess.run([tool, *how, "-r", ROOT / lock], capture_output=True, timeout=SECONDS)
    try:
        report: dict[str, Any] = json.loads(to.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return report


if __name__ == "__main__":
    sys.exit(main())
