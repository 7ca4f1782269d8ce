"""The rules of the house, checked on the source itself."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRESSES = "workbook/web/presses.py"  # stands around two functions of Streamlit
STANDARD_LIBRARY_ONLY = {
    "pod",
    "growth",
    "answers",
    "content",
    "safety",
    "signing",
    "throttle",
    "refused",
    "suggesting",
    "coaching",
    "reaching",
    "in_touch",
    "kindness",
    "labels",
    "ladder",
    "merging",
    "replay",
    "trash",
}
CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic")


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def says(path: Path) -> str:
    return str(path.relative_to(ROOT))


def importers(package: str, *folders: str) -> set[str]:
    return {
        says(p)
        for p in sources(*folders)
        if any(name == package or name.startswith(f"{package}.") for name in imports(p))
    }


def test_streamlit_is_known_only_to_the_launcher_the_pages_the_ui_and_the_start() -> None:
    beyond = {p for p in importers("streamlit", "workbook") if not p.startswith("workbook/ui/")}
    assert beyond == {"workbook/web/lifespan.py", PRESSES}, "the start asks for its address and sees to every press"


def test_plotly_is_known_only_to_the_ui() -> None:
    assert {p for p in importers("plotly", "workbook", "pages") if not p.startswith("workbook/ui/")} == set()


def test_the_sign_in_library_is_known_to_one_file() -> None:
    assert importers("streamlit_authenticator", "workbook", "pages") == {"workbook/passphrases.py"}


def test_the_database_driver_is_known_only_to_the_store() -> None:
    assert importers("duckdb", "workbook", "pages") == {"workbook/store/engine.py"}


def test_sql_is_written_only_in_the_store() -> None:
    sql = re.compile(r"\b(SELECT|INSERT INTO|DELETE FROM|UPDATE)\s+\S+", re.ASCII)
    written = {says(p) for p in sources("workbook", "pages") if _strings_with(p, sql)}
    stray = {p for p in written if not p.startswith("workbook/store/")}
    assert stray == set()


def _strings_with(path: Path, pattern: re.Pattern[str]) -> bool:
    tree = ast.parse(path.read_text("utf-8"))
    return any(
        isinstance(n, ast.Constant) and isinstance(n.value, str) and pattern.search(n.value) for n in ast.walk(tree)
    )


@pytest.mark.parametrize("name", sorted(STANDARD_LIBRARY_ONLY))
def test_the_core_imports_the_standard_library_and_itself_only(name: str) -> None:
    path = ROOT / "workbook" / f"{name}.py"
    for module in imports(path):
        top = module.split(".")[0]
        assert top in sys.stdlib_module_names or top == "workbook", f"{name} imports {module}"
        if top == "workbook":
            part = module.split(".")[1] if "." in module else ""
            assert part in STANDARD_LIBRARY_ONLY, f"{name} imports {module}"


@pytest.mark.parametrize(
    "name",
    sorted(
        STANDARD_LIBRARY_ONLY | {"my_workbook", "my_sharing", "coach_desk", "gate", "export", "paper", "paper_notes"}
    ),
)
def test_the_core_has_no_clock(name: str) -> None:
    text = (ROOT / "workbook" / f"{name}.py").read_text("utf-8")
    assert [clock for clock in CLOCKS if f"{clock}(" in text] == []


def test_pages_lie_in_folders_and_stay_thin() -> None:
    assert list((ROOT / "pages").glob("*.py")) == [], "a page beside the folder could be opened without its door"
    long = {says(p): len(p.read_text().splitlines()) for p in sources("pages")}
    assert {p: n for p, n in long.items() if n > 40} == {}


def test_every_page_of_a_person_opens_its_own_door_first() -> None:
    for path in sources("pages/steps", "pages/pod"):
        assert "session.my_workbook()" in path.read_text("utf-8"), says(path)


def test_pages_coach_and_ui_coach_never_touch_my_workbook() -> None:
    desk = [*sources("pages/coach"), *(ROOT / "workbook" / "ui").glob("coach_*.py")]
    assert len(desk) > 5
    for path in desk:
        words = path.read_text("utf-8")
        assert not [name for name in ("my_workbook", "MyWorkbook", "workbook_of") if name in words], says(path)


def test_pages_are_imported_by_nobody() -> None:
    assert importers("pages", "workbook", "tests") == set()


def test_no_file_beside_the_script_shadows_a_standard_module() -> None:
    names = {p.stem for p in (ROOT / "workbook" / "ui").glob("*.py")}
    assert names & set(sys.stdlib_module_names) == set()


def test_siblings_of_the_script_are_imported_by_their_full_name() -> None:
    names = {p.stem for p in (ROOT / "workbook" / "ui").glob("*.py")} - {"__init__"}
    for path in sources("workbook/ui", "pages"):
        bare = {m for m in imports(path) if m.split(".")[0] in names}
        assert bare == set(), says(path)


def test_what_a_person_typed_is_never_rendered() -> None:
    for path in sources("workbook", "pages"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func)
            assert name not in ("st.markdown", "st.write", "st.latex"), f"{says(path)}:{node.lineno} uses {name}"
            keywords = {k.arg for k in node.keywords}
            assert "unsafe_allow_html" not in keywords and "unsafe_allow_javascript" not in keywords, says(path)


def test_our_own_html_holds_only_escaped_words() -> None:
    """Every value put into an `st.html` f-string passes `safe` or draws a picture of ours."""
    allowed = re.compile(
        r"^(safe|card|picture|drawing_of|pod_sketch|overlap\.circles|_address|_dots|_links|_checked|_menu|_style|_colours)\("
        r"|^(kind|rows|head|lines|checked|place|zone|links|facts|group|member\.place|rings|body)$"
    )
    for path in sources("workbook/ui"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.html":
                for value in (v for v in ast.walk(node) if isinstance(v, ast.FormattedValue)):
                    words = ast.unparse(value.value)
                    inner = isinstance(value.value, ast.IfExp | ast.Call | ast.Name | ast.Attribute)
                    assert inner and (allowed.match(words) or "safe(" in words), f"{says(path)}:{node.lineno} {words}"


def test_random_numbers_come_from_the_system() -> None:
    assert importers("random", "workbook", "pages") == set()


def test_session_state_is_touched_only_by_the_ui() -> None:
    used = {says(p) for p in sources("workbook", "pages") if "session_state" in p.read_text("utf-8")}
    assert {p for p in used if not p.startswith("workbook/ui/")} <= {PRESSES}, (
        "it keeps the runs whole, not what they hold"
    )


def test_the_content_of_the_data_folder_stays_out_of_git() -> None:
    assert "data/*" in (ROOT / ".gitignore").read_text()


def test_nothing_names_a_machine_or_a_package_registry() -> None:
    marks = ("/" + "work/", "/" + "root/", "pypi" + ".org", "files.python" + "hosted", "registry.npm" + "js")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    for path in (ROOT / name for name in listed if name):
        text = path.read_text("utf-8", "ignore") if path.is_file() else ""
        assert [m for m in marks if m in text] == [], says(path)
