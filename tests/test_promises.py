"""PROMISES.md and the tests that attack it belong together, sentence by sentence."""

import ast
import re

import pytest

from workbook.settings import ROOT

PROMISE = re.compile(r"^- (?P<sentence>[^`]+?)(?P<names>(?: `[a-z0-9_]+`)*)$")


def sentences() -> dict[str, list[str]]:
    """Each promise with the names of its tests."""
    lines = [line for line in (ROOT / "PROMISES.md").read_text("utf-8").splitlines() if line.startswith("- ")]
    found = [PROMISE.match(line) for line in lines]
    assert all(found), [line for line, match in zip(lines, found, strict=True) if not match]
    return {match["sentence"]: re.findall(r"`(\w+)`", match["names"]) for match in found if match}


def carriers() -> dict[str, list[str]]:
    """The tests that carry each name; a module's `pytestmark` counts for all in it."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        whole = [name for node in tree.body if isinstance(node, ast.Assign) for name in _names(node, "pytestmark")]
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for name in [*whole, *(name for one in node.decorator_list for name in _promised(one))]:
                    found.setdefault(name, []).append(f"{path.name}::{node.name}")
    return found


def _names(node: ast.Assign, wanted: str) -> list[str]:
    return _promised(node.value) if ast.unparse(node.targets[0]) == wanted else []


def _promised(node: ast.AST) -> list[str]:
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
    marks = [one for one in calls if ast.unparse(one.func) == "pytest.mark.promise"]
    return [str(one.args[0].value) for one in marks if isinstance(one.args[0], ast.Constant)]


@pytest.mark.promise("promises_doc")
def test_every_promise_has_a_test_and_every_such_test_a_promise() -> None:
    promised = {name for names in sentences().values() for name in names}
    assert [sentence for sentence, names in sentences().items() if not names] == []
    assert promised - carriers().keys() == set(), "promised, but no test carries the name"
    assert carriers().keys() - promised == set(), "a test carries the name, but no sentence does"


@pytest.mark.promise("promises_doc")
def test_no_promise_is_skipped_or_expected_to_fail() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        calls = {
            ast.unparse(node)
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Attribute)
        }
        assert not calls & {
            "pytest.skip",
            "pytest.mark.skip",
            "pytest.mark.skipif",
            "pytest.mark.xfail",
            "pytest.xfail",
            "pytest.importorskip",
        }, path
