"""Books beyond the limits of Excel, or of patience: what is left out is said, nothing breaks."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports import checks_sheet, notes, writer
from reports.excel_report import write_report
from reports.facts import ReportFacts
from reports.marks import CellMarks
from reports.notes import cells_with_notes
from reports.styles import Mark
from reports.words import Words
from rules.model import Basis, Finding, Message, NotChecked, Operation, Part, Severity
from rules.outcome import Outcome
from tests.reports.made_up import (
    HEADING,
    Typed,
    make_audit,
    make_grid,
    make_ledger,
    money,
    text,
)
from workbooks.grid import Grid, Workbook
from workbooks.refs import Area, CellRef

SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (soffice) is not installed: nothing can open the report"
)


def audit_of(*grids: Grid, findings: tuple[Finding, ...] = ()) -> tuple[Outcome, Workbook]:
    """An audit of ``grids`` that checked nothing but has findings."""
    outcome, workbook = make_audit(clean=True)
    outcome = dataclasses.replace(
        outcome,
        ledger=make_ledger(grids, []),
        not_checked=(),
        proved=frozenset(),
        figures=0,
        figures_proved=0,
        findings=findings,
    )
    return outcome, dataclasses.replace(workbook, grids=grids)


def finding(sheet: str, row: int, column: int, severity: Severity = Severity.ERROR) -> Finding:
    """A total that is 9 too small."""
    return Finding(
        id=f"F-{sheet}-{row}-{column}",
        rule="FT101",
        name="total-not-sum-of-lines",
        severity=severity,
        confidence=0.99,
        cell=CellRef(sheet, row, column),
        label="=Total",
        column="@FY2025",
        message=Message("finding.sum"),
        basis=Basis.STRUCTURE,
        operation=Operation.SUM,
        reported=1501.0,
        recomputed=1510.0,
        difference=-9.0,
        tolerance=1.5,
        parts=(Part(CellRef(sheet, row - 1, column)), Part(CellRef(sheet, row - 2, column))),
    )


def table(name: str, rows: int, columns: int, *, start: float = 1.0, **more: Any) -> Grid:
    """A heading and ``rows`` lines of ``columns`` amounts."""
    cells: dict[tuple[int, int], Typed] = {(1, 1): text("Line item", HEADING)}
    for column in range(2, columns + 2):
        cells[1, column] = text(f"FY{2000 + column}", HEADING)
    for row in range(2, rows + 2):
        cells[row, 1] = text(f"Line {row}")
        cells |= {(row, c): money(start * row * c) for c in range(2, columns + 2)}
    return make_grid(name, cells, **more)


def written(folder: Path, audit: tuple[Outcome, Workbook]) -> Any:
    """The report, read back."""
    path = folder / "report.xlsx"
    write_report(*audit, path, Words("en"), ReportFacts())
    return openpyxl.load_workbook(path)


def left_out(report: Any) -> list[str]:
    """What the evidence sheet says is not shown."""
    rows = [(row[0].value, row[1].value) for row in report["Evidence"].iter_rows()]
    start = next(i for i, row in enumerate(rows) if row[0] == "Not shown as in the workbook")
    said = [rows[start][1]]
    for name, value in rows[start + 1 :]:
        if name or not value:
            break
        said.append(value)
    return said


def legend(sheet: Any) -> list[str]:
    """The remarks beside an annotated sheet."""
    column: list[str] = []
    for row in sheet.iter_rows():
        column += [cell.value for cell in row[-1:] if isinstance(cell.value, str)]
    return column


def test_a_plain_book_goes_without_nothing(tmp_path: Path) -> None:
    report = written(tmp_path, audit_of(table("Budget", 3, 2)))
    assert left_out(report) == ["Nothing was left out of this report."]


def test_notes_that_have_no_room_are_counted_and_the_cells_still_lead_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_NOTES_OF_ALL", 3)
    grids = table("Wages", 5, 2), table("Fees", 5, 2)
    mild, grave = Severity.NOTE, Severity.ERROR
    findings = (
        *(finding("Fees", row, 2, grave) for row in (4, 5)),
        *(finding("Wages", row, 3, mild) for row in (4, 5, 6)),
    )
    report = written(tmp_path, audit_of(*grids, findings=findings))
    noted = {
        (sheet.title, cell.coordinate)
        for sheet in (report["Wages"], report["Fees"])
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    assert noted == {("Fees", "B4"), ("Fees", "B5"), ("Wages", "C4")}
    said = (
        "2 marked cells have no note here, so that the report opens quickly; a click on a cell "
        "leads to its finding."
    )
    assert left_out(report) == [f"Wages: {said}"]
    assert said in legend(report["Wages"])
    assert said not in legend(report["Fees"])
    assert report["Wages"]["C6"].hyperlink is not None


def test_the_gravest_cells_get_the_notes_within_both_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notes, "MOST_NOTES", 2)
    monkeypatch.setattr(notes, "MOST_NOTES_OF_ALL", 3)
    told = [finding("A", 9, 9)]
    marks = {
        CellRef("A", 1, 1): CellMarks(Mark.NOTE, told),
        CellRef("A", 2, 1): CellMarks(Mark.SUSPECT, told),
        CellRef("A", 3, 1): CellMarks(Mark.ERROR, told),
        CellRef("A", 4, 1): CellMarks(Mark.ERROR, told),
        CellRef("B", 1, 1): CellMarks(Mark.WARNING, told),
        CellRef("B", 2, 1): CellMarks(Mark.NOTE, told),
        CellRef("B", 3, 1): CellMarks(Mark.PART),  # has nothing to say
    }
    chosen = cells_with_notes(marks)
    assert chosen == {CellRef("A", 2, 1), CellRef("A", 3, 1), CellRef("B", 1, 1)}


def test_comments_merges_and_texts_beyond_the_limits_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.sheet_notes.MOST_NOTES", 1)
    grid = make_grid(
        "Odd",
        {
            (1, 1): text("x" * 40_000),
            (2, 1): text("bell\x07"),
            (3, 1): text("fine\r\nhere"),
            (4, 1): text("😀" * 16_384),
        },
        comments={(1, 1): "one", (2, 1): "two", (3, 1): "three"},
        merges=(Area(1, 1, 1, 2), Area(1, 2, 1, 3), Area(5, 1, 5, 1), Area(6, 1, 900_000, 9)),
    )
    report = written(tmp_path, audit_of(grid))
    expected = [
        "2 comments of the workbook are not shown here.",
        "2 merged areas are shown as single cells, since they overlap others or are very large.",
        "One text holds characters that a cell of Excel cannot hold; they are shown as “\ufffd”.",
        "2 texts are longer than the 32,767 characters that a cell of Excel holds; they are cut "
        "there.",
    ]
    assert left_out(report) == [f"Odd: {said}" for said in expected]
    assert [said for said in legend(report["Odd"]) if said in expected] == expected
    assert len(report["Odd"]["A1"].value) == 32_767
    assert report["Odd"]["A2"].value == "bell\ufffd"
    assert report["Odd"]["A3"].value == "fine\nhere"


def test_names_of_sheets_that_excel_does_not_allow_are_told(tmp_path: Path) -> None:
    names = ("Budget", "BUDGET", "History", "a/b", "Q" * 35, "Summary", "Plain")
    report = written(tmp_path, audit_of(*(table(name, 1, 1) for name in names)))
    shown = report.sheetnames[2:-3]
    assert shown == [
        "Budget",
        "BUDGET (2)",
        "History (1)",
        "a b",
        "Q" * 31,
        "Summary (2)",
        "Plain",
    ]
    assert left_out(report) == [
        f"{new}: In the workbook this sheet is called “{old}”."
        for new, old in zip(shown, names, strict=True)
        if new != old
    ]
    assert "In the workbook this sheet is called “History”." in legend(report["History (1)"])


def test_cells_without_a_link_are_counted_on_every_kind_of_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "MOST_LINKS", 4)
    monkeypatch.setattr(checks_sheet, "MOST_LINKED", 3)
    outcome, workbook = make_audit()
    gaps = tuple(
        NotChecked("RT501", CellRef("Yksiköt", row, 2), Message("not_checked.text"))
        for row in range(1, 7)
    )
    outcome = dataclasses.replace(outcome, not_checked=gaps)
    report = written(tmp_path, (outcome, workbook))
    said = left_out(report)
    ending = " have no link: Excel allows 65,530 links on a sheet, and many of them open slowly."
    linked = {
        sheet.title: sum(cell.hyperlink is not None for row in sheet.iter_rows() for cell in row)
        for sheet in report
    }
    assert linked["Checks"] == 3
    assert f"Checks: {len(outcome.ledger) - 3} cells{ending}" in said
    assert linked["Not checked"] == 4
    assert f"Not checked: 2 cells{ending}" in said
    assert max(linked.values()) == 4


def test_words_of_the_workbook_stay_text_wherever_they_stand(tmp_path: Path) -> None:
    words = ("=1+1", "+1", "-1", "@SUM(A1)", "http://example.org", "mailto:a@b", "internal:A1")
    cells: dict[tuple[int, int], Typed] = {(r, 1): text(t) for r, t in enumerate(words, 3)}
    grid = make_grid("=Sheet", cells, comments={(3, 1): "=cmd()"})
    found = tuple(
        dataclasses.replace(
            finding("=Sheet", row, 1), label=said, column=said, quote=said, id=f"F-{row}"
        )
        for row, said in enumerate(words, 3)
    )
    path = tmp_path / "report.xlsx"
    audit = audit_of(grid, findings=found)
    report = written(tmp_path, audit)
    shown = [report["=Sheet"].cell(row, 1) for row in range(3, len(words) + 3)]
    assert [(cell.data_type, cell.value) for cell in shown] == [("s", said) for said in words]
    told = [cell for row in report["Findings"].iter_rows() for cell in row if cell.value in words]
    assert len(told) >= 2 * len(words)
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in told)
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            assert b"cmd()" not in package.read(name) or "comments" in name
            if name.endswith(".rels"):
                assert b"External" not in package.read(name)


@needs_soffice
def test_sixty_sheets_with_hundreds_of_findings_open_in_libreoffice(tmp_path: Path) -> None:
    grids = tuple(table(f"Unit {n}", 25, 6, start=n) for n in range(1, 61))
    found = tuple(
        finding(grid.name, row, column)
        for grid in grids
        for row in range(4, 24, 4)
        for column in (2, 5)
    )
    path = tmp_path / "report.xlsx"
    write_report(*audit_of(*grids, findings=found), path, Words("en"), ReportFacts())
    out = tmp_path / "out"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=240)
    before = openpyxl.load_workbook(path)
    after = openpyxl.load_workbook(out / path.name, read_only=False)
    assert after.sheetnames == before.sheetnames
    assert len(found) == 600
    for name in ("Unit 1", "Unit 60"):
        noted = [
            [cell.coordinate for row in book[name].iter_rows() for cell in row if cell.comment]
            for book in (before, after)
        ]
        assert noted[0] == noted[1]
        assert len(noted[0]) == 10
        assert after[name]["C9"].value == before[name]["C9"].value
