"""What `make audit` makes of what it is told."""

import re
import subprocess
import sys
from pathlib import Path

from tests import audit
from tests.audit import judged

CLEAN = {"name": "duckdb", "version": "1.5.6", "vulns": []}
FLAWED = {
    "name": "starlette",
    "version": "1.10.0",
    "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["1.10.1"]}, {"id": "PYSEC-2026-2", "fix_versions": []}],
}
UNKNOWN = {"name": "bcrypt", "skip_reason": "not found"}


def test_a_known_vulnerability_fails_and_says_what_mends_it() -> None:
    well, told = judged({"dependencies": [CLEAN, FLAWED]}, "requirements.txt")
    assert not well
    assert "2 of 2 packages checked, 2 known vulnerabilities" in told
    assert "starlette 1.10.0: PYSEC-2026-1, mended in 1.10.1" in told
    assert "PYSEC-2026-2, mended in no version yet" in told


def test_nothing_known_passes_and_what_could_not_be_checked_is_said() -> None:
    assert judged({"dependencies": [CLEAN]}, "x") == (True, "x: 1 of 1 packages checked, 0 known vulnerabilities.")
    well, told = judged({"dependencies": [CLEAN, UNKNOWN]}, "x")
    assert well and "1 of 2 packages checked" in told and "not known to the service" in told


def test_being_offline_is_said_and_is_no_failure(tmp_path: Path) -> None:
    assert judged(None, "x")[0]
    broken = tmp_path / "audit.txt"
    broken.write_text("no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    script = f"import sys; from pathlib import Path; from tests import audit; audit.TOOL = Path({str(broken)!r}); sys.exit(audit.main())"
    env = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": "/dev/null", "PATH": "/usr/bin:/bin"}
    ran = subprocess.run([sys.executable, "-c", script], cwd=audit.ROOT, env=env, capture_output=True, text=True)
    assert (ran.returncode, "nothing was checked" in ran.stdout) == (0, True), ran.stderr


def test_every_package_is_pinned_with_a_hash_and_the_auditor_does_not_run_beside_the_workbook() -> None:
    for lock in (*audit.LOCKS, ".ci/audit.txt"):
        text = (audit.ROOT / lock).read_text("utf-8")
        pinned = re.split(r"\n(?=[a-z])", text)[1:]
        assert pinned and all("==" in one.splitlines()[0] and "--hash=sha256:" in one for one in pinned), lock
    assert not any("pip-audit" in (audit.ROOT / lock).read_text("utf-8") for lock in audit.LOCKS)
