"""A real export, opened and saved again by LibreOffice, comes back the same. `make office` runs this.

The files it leaves in `tests/data/` are read by `tests/test_bundle.py` on every run, where there is no LibreOffice.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_bundle import NOW, SEEDS, Home, packed, taken_in, written
from workbook import bundle, content, export
from workbook.store.opening import open_store

KEPT = Path(__file__).parent.parent / "data"
OFFICE = shutil.which("soffice") or shutil.which("libreoffice") or "soffice"
AS_UTF8 = "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"  # comma, double quote, UTF-8


@pytest.mark.parametrize("by_way_of", ["csv", "ods", "xlsx"])
def test_what_libreoffice_saved_again_comes_back(tmp_path: Path, by_way_of: str) -> None:
    words = content.load(SEEDS)
    store = open_store(tmp_path / "data", now=NOW)
    home = Home(store, words)
    book = written(home)
    home.now = NOW
    first = export.files(book)
    resaved = save_again(first, tmp_path, by_way_of)
    assert {name for name in first if resaved[name] != first[name]} >= {"people.csv", "answers.csv", "ring_moves.csv"}
    plan = book.compare(bundle.read(resaved, words))
    assert {section: [(e.cells, o.cells) for e, o in pairs] for section, pairs in plan.differs.items() if pairs} == {}
    assert plan.changes_nothing
    other = home.book("new")
    taken_in(other, bundle.unpacked(packed(resaved)))
    assert export.files(other) == first
    if by_way_of == "csv":
        (KEPT / "bundle_as_taken.zip").write_bytes(packed(first))
        (KEPT / "bundle_saved_by_libreoffice.zip").write_bytes(packed(resaved))
    store.close()


def save_again(files: dict[str, bytes], folder: Path, by_way_of: str) -> dict[str, bytes]:
    """Every CSV opened and saved by LibreOffice Calc, straight or by way of its own format or Excel's."""
    taken, halfway, saved = (folder / name for name in ("taken", "halfway", "saved"))
    for one in (taken, halfway, saved):
        one.mkdir()
    for name, body in files.items():
        (taken / name).write_bytes(body)
    sheets = sorted(taken.glob("*.csv"))
    if by_way_of != "csv":
        _convert(by_way_of, sheets, halfway, folder)
        sheets = sorted(halfway.glob(f"*.{by_way_of}"))
    _convert(f"csv:{AS_UTF8}", sheets, saved, folder)
    again = {path.name: path.read_bytes() for path in saved.glob("*.csv")}
    assert again.keys() == {name for name in files if name.endswith(".csv")}
    return {**files, **again}


def _convert(to: str, sheets: list[Path], into: Path, folder: Path) -> None:
    command = [OFFICE, "--headless", f"-env:UserInstallation=file://{folder}/profile", f"--infilter={AS_UTF8}"]
    if sheets[0].suffix != ".csv":
        command.pop()
    done = subprocess.run(
        [*command, "--convert-to", to, "--outdir", str(into), *map(str, sheets)],
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
