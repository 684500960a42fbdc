"""`check --annotate`: where the copy goes, what is said of it, what is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from reports.annotated_copy.zip_copy import is_as_written
from tests.audit.conftest import run
from tests.fixtures import broken
from tests.fixtures import rich_packages as made

SAMPLE = Path(__file__).parents[2] / "samples" / "kemijarvi-2020.xlsx"
REPORT_ONLY = (
    " is no .xlsx or .xlsm workbook, so no annotated copy can be made of it; leave out --annotate "
    "and use the report, which shows every sheet with the same marks."
)


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    path = tmp_path / "budget.xlsx"
    made.plain(path)
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_copy_lies_beside_the_workbook_and_is_told(tmp_path: Path) -> None:
    source = tmp_path / "kemijarvi.xlsx"
    source.write_bytes(SAMPLE.read_bytes())
    result = run("check", source, "--annotate", "--lang", "en")
    assert result.exit_code == 1
    copy = tmp_path / "kemijarvi.annotated.xlsx"
    assert result.stdout.endswith(
        f"Report: {tmp_path / 'kemijarvi.crossfoot.xlsx'}\nAnnotated copy: {copy}\n"
    )
    assert names(tmp_path) == {"kemijarvi.xlsx", "kemijarvi.crossfoot.xlsx", copy.name}
    assert source.read_bytes() == SAMPLE.read_bytes()
    changed = made.parts_of(copy)["xl/worksheets/sheet4.xml"]
    assert changed != made.parts_of(source)["xl/worksheets/sheet4.xml"]


def test_a_place_of_ones_own_and_output_for_programs(plain: Path, tmp_path: Path) -> None:
    copy = tmp_path / "marked.xlsx"
    result = run("check", plain, "--annotate", copy, "--no-report", "--format", "json")
    assert json.loads(result.stdout)["schema"] == "crossfoot/1"
    assert f"crossfoot: Annotated copy: {copy}\n" in result.stderr
    assert names(tmp_path) == {"budget.xlsx", "marked.xlsx"}


def test_the_copy_of_a_workbook_with_macros_keeps_its_suffix(tmp_path: Path) -> None:
    source = tmp_path / "budget.xlsm"
    made.macros(source)
    run("check", source, "--annotate", "--no-report")
    assert names(tmp_path) == {"budget.xlsm", "budget.annotated.xlsm"}
    copy = tmp_path / "budget.annotated.xlsm"
    assert made.parts_of(copy)["xl/vbaProject.bin"] == made.parts_of(source)["xl/vbaProject.bin"]
    wrong = run("check", source, "--annotate", tmp_path / "copy.xlsx", "--no-report")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        f"crossfoot: {tmp_path / 'copy.xlsx'} cannot hold a copy of budget.xlsm; "
        "give it a name in .xlsm.\n",
    )


def test_other_formats_are_refused_with_the_remedy(tmp_path: Path) -> None:
    source = tmp_path / "budget.csv"
    source.write_text("Line item;FY2025\nSalaries;1200\nTravel;310\nTotal;1501\n")
    result = run("check", source, "--annotate")
    assert (result.exit_code, result.stderr) == (2, f"crossfoot: budget.csv{REPORT_ONLY}\n")
    assert names(tmp_path) == {"budget.csv"}


def test_an_encrypted_workbook_is_refused(plain: Path, tmp_path: Path) -> None:
    source = tmp_path / "locked.xlsx"
    broken.encrypted(source, plain)
    result = run("check", source, "--annotate")
    assert result.exit_code == 2
    assert result.stderr.startswith("crossfoot: locked.xlsx is encrypted")
    assert result.stderr.count("\n") == 1
    assert names(tmp_path) == {"budget.xlsx", "locked.xlsx"}


def test_an_encrypted_workbook_that_opens_is_not_copied_either(plain: Path, tmp_path: Path) -> None:
    parts = made.parts_of(plain)
    parts["noise.bin"] = random.Random(1).randbytes(8192)  # nothing short is encrypted
    made.write_parts(plain, parts)
    locked = tmp_path / "locked.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        OOXMLFile(source).encrypt("word", target)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSFOOT_PASSWORD", "word")
        result = run("check", locked, "--annotate", "--no-report")
    assert (result.exit_code, result.stderr) == (
        2,
        "crossfoot: locked.xlsx is encrypted, so no annotated copy can be made of it; save it "
        "without a password, or leave out --annotate and use the report, which shows every sheet "
        "with the same marks.\n",
    )
    assert names(tmp_path) == {"budget.xlsx", "locked.xlsx"}


def test_the_workbook_itself_is_never_the_copy(plain: Path, tmp_path: Path) -> None:
    before = plain.read_bytes()
    result = run("check", plain, "--annotate", plain)
    assert result.exit_code == 2
    assert "is the workbook itself, which is never changed" in result.stderr
    assert plain.read_bytes() == before
    same = run("check", plain, "--annotate", tmp_path / "out.xlsx", "-o", tmp_path / "out.xlsx")
    assert same.exit_code == 2
    assert "is to be the report; name another file for the copy." in same.stderr
    assert names(tmp_path) == {"budget.xlsx"}


def test_a_copy_that_somebody_worked_in_is_kept(plain: Path, tmp_path: Path) -> None:
    copy = tmp_path / "budget.annotated.xlsx"
    run("check", plain, "--annotate", "--no-report")
    run("check", plain, "--annotate", "--no-report")  # not touched in between: replaced
    assert names(tmp_path) == {"budget.xlsx", copy.name}
    made.write_parts(copy, made.parts_of(copy))
    edited = copy.read_bytes()
    result = run("check", plain, "--annotate", "--no-report", "--lang", "en")
    kept = tmp_path / "budget.annotated.kept-1.xlsx"
    assert kept.read_bytes() == edited
    assert is_as_written(copy)
    assert f"An earlier copy had been edited and is kept as {kept.name}.\n" in result.stdout


def test_a_copy_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    source = tmp_path / "kemijarvi.xlsx"
    source.write_bytes(SAMPLE.read_bytes())
    parts = made.parts_of(source)
    parts["xl/styles.xml"] = parts["xl/styles.xml"][:300]
    made.write_parts(source, parts)
    result = run("check", source, "--annotate")
    assert result.exit_code == 2
    assert result.stderr.startswith("crossfoot: kemijarvi.xlsx: no annotated copy can be made of")
    assert result.stderr.endswith("leave out --annotate and use the report.\n")
    assert names(tmp_path) == {"kemijarvi.xlsx"}
