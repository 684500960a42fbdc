"""The command that ties two workbooks: what it prints and writes, and that both are only read."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

import crossfoot
from tests.audit.conftest import run
from tests.fixtures.years import Year


@pytest.fixture
def books(tmp_path: Path) -> tuple[Path, Path]:
    """This year's book with the figures of last year's in its comparison column, one mistyped."""
    last = Year(2026)
    this = Year(2027)
    for unit, values in last.units.items():
        this.units[unit][1] = values[2]
    this.units["Library"][1] += 90
    return this.save(tmp_path / "budget-2027.xlsx"), last.save(tmp_path / "budget-2026.xlsx")


def test_what_changed_is_printed_and_reported_and_both_files_are_only_read(
    books: tuple[Path, Path],
) -> None:
    this, last = books
    before = [hashlib.sha256(path.read_bytes()).hexdigest() for path in books]
    result = run("tie", this, last, "--lang", "en")
    assert (result.exit_code, result.stderr) == (1, "")
    text = " ".join(result.stdout.split())
    assert text.startswith("budget-2027.xlsx against budget-2026.xlsx Figures that agree: ")
    assert "Budget: Budget 2026" in text
    assert (
        "Budget!C3 Culture / Library · Budget 2026 The figure is given as 44,408, but the same "
        "figure in 'Budget · budget-2026'!D3 is 44,318: a difference of 90." in text
    )
    report = this.with_name("budget-2027.tie.xlsx")
    assert f"Report: {report}" in result.stdout
    assert zipfile.is_zipfile(report)
    sheets = load_workbook(report).sheetnames
    assert {"Budget", "Key figures", "Budget · budget-2026"} <= set(sheets)
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in books] == before
    assert sorted(this.parent.iterdir()) == sorted([this, last, report])


def test_json_has_the_same_and_every_match(books: tuple[Path, Path]) -> None:
    result = run("tie", *books, "--format", "json", "--no-report", "--lang", "en")
    assert (result.exit_code, result.stderr) == (1, "")
    document = json.loads(result.stdout)
    assert document["schema"] == "crossfoot-tie/1"
    assert document["this"]["file"] == "budget-2027.xlsx"
    assert document["last"]["sha256"] == hashlib.sha256(books[1].read_bytes()).hexdigest()
    changed = [f for f in document["findings"] if f["rule"] == "TO611"]
    assert document["summary"]["changed"] == len(changed)
    assert ("Budget", "C3", 90) in {(f["sheet"], f["cell"], f["difference"]) for f in changed}
    budget = document["tables"][0]
    assert budget["columns"] == [
        {"this": "Budget 2026", "last": "Budget 2026", "is_sure": True, "names_year": True}
    ]
    assert {line["matched_by"] for line in budget["lines"]} == {"words"}
    assert not list(books[0].parent.glob("*.tie.*"))


def test_a_workbook_agrees_with_itself(books: tuple[Path, Path]) -> None:
    result = run("tie", books[1], books[1], "--no-report", "--lang", "en")
    assert (result.exit_code, result.stderr) == (0, "")
    text = " ".join(result.stdout.split())
    assert "Figures that agree: 27; that changed: 0. Lines that are missing: 0; new: 0." in text


def test_the_same_input_gives_the_same_report(books: tuple[Path, Path], tmp_path: Path) -> None:
    reports = []
    for name in ("a.xlsx", "b.xlsx"):
        run("tie", *books, "-o", tmp_path / name, "-q")
        reports.append((tmp_path / name).read_bytes())
    assert reports[0] == reports[1]


@pytest.mark.parametrize(
    ("words", "code"),
    [(("--fail-on", "error"), 1), (("--tolerance", "1e9"), 0), (("--tolerance", "much"), 2)],
)
def test_exit_code_follows_threshold_and_tolerance(
    books: tuple[Path, Path], words: tuple[str, ...], code: int
) -> None:
    assert run("tie", *books, "--no-report", *words).exit_code == code


def test_what_cannot_be_done_is_one_line(books: tuple[Path, Path], tmp_path: Path) -> None:
    this, last = books
    none = tmp_path / "none.xlsx"
    for words, said in (
        ((this, none), "none.xlsx does not exist; check the path."),
        ((none, last), "none.xlsx does not exist; check the path."),
        ((this, last, "-o", this), f"{this} is the workbook itself, which is never changed; "
         "name another file."),
        ((this, last, "-o", last), f"{last} is the other workbook, which is never changed; name "
         "another file."),
        ((this, last, "-o", tmp_path / "x.txt"), f"{tmp_path / 'x.txt'} cannot hold the report, "
         "an Excel workbook; give it a name in .xlsx."),
    ):  # fmt: skip
        result = run("tie", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr == f"crossfoot: {said}\n"
    assert run("tie", this).exit_code == 2
    run("tie", this, last, "-q")
    report = this.with_name("budget-2027.tie.xlsx")
    assert "is a report of Crossfoot" in run("tie", this, report, "-o", tmp_path / "y.xlsx").stderr


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "verrattuna tiedostoon"), ("sv", "jämfört med")]
)
def test_it_speaks_the_language_asked_for(
    books: tuple[Path, Path], language: str, said: str
) -> None:
    assert said in run("tie", *books, "--no-report", "--lang", language).stdout


def test_python_gives_what_the_command_line_gives(
    books: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    result = crossfoot.tie(*books, lang="en")
    document = json.loads(run("tie", *books, "--format", "json", "--no-report").stdout)
    assert [f.id for f in result.outcome.findings] == [f["id"] for f in document["findings"]]
    assert capsys.readouterr() == ("", "")
    report = books[0].with_name("own.xlsx")
    crossfoot.tie(str(books[0]), str(books[1]), report=str(report))
    assert zipfile.is_zipfile(report)
