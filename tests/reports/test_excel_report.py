"""The Excel report, read back with openpyxl and compared with the outcome."""

from __future__ import annotations

import dataclasses
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from reports import writer
from reports.as_text import as_text
from reports.catalogue import LANGUAGES
from reports.checks_sheet import FIRST_ROW as FIRST_CHECK
from reports.entries import entries_of
from reports.errors import OutputError
from reports.excel_report import write_report
from reports.facts import GxResult, ReportFacts
from reports.findings_layout import (
    COMMENT,
    DIFFERENCE,
    HEADER_ROW,
    ID,
    PLACE,
    RECOMPUTED,
    REPORTED,
    SHEET,
    STATUS,
    SUGGESTED,
    TABLE_NAME,
    WHAT,
)
from reports.findings_sheet import short_place
from reports.words import Words
from rules.model import Certainty, Message, Operation, Part, RootCause, SuspectCell
from rules.outcome import Outcome
from tests.reports.made_up import (
    KEY_FIGURES,
    TITLE,
    MadeCheck,
    Typed,
    make_audit,
    make_every_operation,
    make_grid,
    make_large,
    make_ledger,
    money,
    text,
    unit_row,
)
from tests.reports.made_up import SHEET as UNITS
from workbooks.grid import Grid, Workbook
from workbooks.refs import Area, CellRef

FACTS = ReportFacts(
    version="0.1.0",
    settings=("materiality = 1000",),
    rule_set="12" * 32,
    modified=datetime(2020, 1, 31, 12, 30, tzinfo=UTC),
    gx=GxResult("1.2.3", 7, 1),
)


def written(
    folder: Path, audit: tuple[Outcome, Workbook], language: str = "en", facts: ReportFacts = FACTS
) -> Path:
    path = folder / f"report_{language}.xlsx"
    write_report(*audit, path, Words(language), facts)
    return path


def read(path: Path) -> Any:
    return openpyxl.load_workbook(path)


def only(grids: tuple[Grid, ...]) -> tuple[Outcome, Workbook]:
    """An audit of ``grids`` that checked nothing."""
    outcome, workbook = make_audit(clean=True)
    outcome = dataclasses.replace(
        outcome,
        ledger=make_ledger(grids, []),
        not_checked=(),
        proved=frozenset(),
        figures=0,
        figures_proved=0,
    )
    return outcome, dataclasses.replace(workbook, grids=grids)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return read(written(tmp_path_factory.mktemp("report"), make_audit(crashed=True)))


def test_sheets_stand_in_order(report: Any) -> None:
    assert report.sheetnames == [
        "Summary",
        "Findings",
        UNITS,
        KEY_FIGURES,
        "Checks",
        "Not checked",
        "Evidence",
    ]
    assert report.active.title == "Summary"


def test_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path, make_audit()).read_bytes()
    os.environ["TZ"] = "Asia/Tokyo"
    try:
        assert written(tmp_path, make_audit()).read_bytes() == first
    finally:
        del os.environ["TZ"]


def test_summary_says_it_in_one_sentence(report: Any) -> None:
    said = [str(c.value) for row in report["Summary"].iter_rows() for c in row if c.value]
    assert any(text.startswith("5 figures do not agree with") for text in said)
    assert any("One rule failed while running" in text for text in said)
    assert "Rule XF301 failed; the other rules went on." in said
    assert len(report["Summary"]._charts) == 2
    assert "The net figure was entered where the gross figure belongs." in said


def test_findings_are_those_of_the_outcome(report: Any) -> None:
    outcome, _ = make_audit()
    sheet = report["Findings"]
    entries = entries_of(outcome)
    assert [entry.number for entry in entries] == ["1", "1.1", "1.2", "2", "2.1", "2.2", "–", "–"]
    for row, entry in enumerate(entries, HEADER_ROW + 1):
        shown = {c: sheet.cell(row, c) for c in range(1, ID + 1)}
        assert shown[ID].value == entry.id
        link = shown[PLACE].hyperlink
        assert link is not None
        if entry.finding is not None:
            finding = entry.finding
            assert shown[SHEET].value == finding.cell.sheet
            assert shown[PLACE].value == short_place(Words("en"), finding.cell, 22)
            assert link.location == f"'{finding.cell.sheet}'!{finding.cell.a1}"
            figures = [shown[c].value for c in (REPORTED, RECOMPUTED, DIFFERENCE)]
            assert figures == [finding.reported, finding.recomputed, finding.difference]
        elif entry.cause is not None:
            only = entry.cause.cells[0].suggested if len(entry.cause.cells) == 1 else None
            assert shown[SUGGESTED].value == only
            assert shown[DIFFERENCE].value == entry.cause.amount
        assert all(shown[c].value is None for c in range(STATUS, COMMENT + 1))
    last = HEADER_ROW + len(entries)
    assert sheet.auto_filter.ref == f"A{HEADER_ROW}:T{last}"
    assert sheet.freeze_panes == "E5"
    assert report.defined_names[TABLE_NAME].attr_text == f"'Findings'!$A$4:$T${last}"
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"open,accepted,corrected,not an error"'
    assert str(choice.sqref) == f"O5:O{last}"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert [column for column, d in sheet.column_dimensions.items() if d.hidden] == ["C", "T"]


def test_summary_and_findings_are_one_page_wide_and_the_summary_one_page(report: Any) -> None:
    for name, pages in (("Summary", 1), ("Findings", 0), ("Checks", 0), ("Evidence", 0)):
        sheet = report[name]
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        setup = [
            1 if n is None else n
            for n in (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
        ]  # 1 is not written
        assert setup == [1, pages], name
    assert report["Findings"].print_area == f"'Findings'!$A$1:$R${HEADER_ROW + 8}"


def test_columns_are_wide_enough_for_their_figures(tmp_path: Path) -> None:
    outcome, workbook = make_audit()
    large = dataclasses.replace(
        outcome.findings[2], reported=-24_260_683_983.81, recomputed=1.0, difference=-9.5e9
    )
    outcome = dataclasses.replace(outcome, findings=(large,), root_causes=())
    grid = make_grid(
        "Suuret",
        {(1, 1): text("x"), (1, 2): money(-24_260_683_983.0), (2, 2): money(1.0), (1, 3): money(5)},
        column_widths={2: 6.0, 3: 20.0},
    )
    workbook = dataclasses.replace(workbook, grids=(grid, *workbook.grids))
    book = read(written(tmp_path, (outcome, workbook)))
    findings = book["Findings"].column_dimensions
    assert findings["G"].width > len("-24,260,683,983.81")
    assert findings["I"].width > len("-9,500,000,000")
    sheet = book["Suuret"].column_dimensions
    assert sheet["B"].width > len("-24260683983")
    assert sheet["C"].width == pytest.approx(20, abs=0.8)


def test_a_number_typed_as_text_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    cells = {(1, 1): money(2024.0), (2, 1): money(1234.5), (3, 1): money(0.5)}
    typed = {(1, 1): "2024", (2, 1): "1 234,5", (3, 1): "0,5"}
    grid = make_grid("Vuodet", cells, typed_as_text=typed)
    sheet = read(written(tmp_path, only((grid,))))["Vuodet"]
    shown = [(sheet.cell(row, 1).value, sheet.cell(row, 1).number_format) for row in (1, 2, 3)]
    assert shown == [(2024, "0"), (1234.5, "#,##0.0"), (0.5, "#,##0.0")]


@pytest.mark.parametrize(
    ("name", "room", "expected"),
    [
        ("Yksiköt", 13, "Yksiköt!D73"),
        ("Yksiköt", 3, "'Yk…öt'!D73"),
        ("Käyttötalous 2026–palvelualueet", 22, "'Käyttöt…ualueet'!D73"),
        ("Tase", 1, "Tase!D73"),
    ],
)
def test_a_long_sheet_name_gives_way_in_its_middle(name: str, room: int, expected: str) -> None:
    shown = short_place(Words("fi"), CellRef(name, 73, 4), room)
    assert shown == expected


def test_a_wrong_percentage_is_told_as_per_cent(tmp_path: Path) -> None:
    outcome, workbook = make_every_operation()
    index = next(
        i
        for i in range(len(outcome.ledger))
        if outcome.ledger.check(i).operation is Operation.PERCENT_CHANGE
        and outcome.ledger.check(i).scale == 1
    )
    check = outcome.ledger.check(index)
    base = make_audit()[0].findings[2]
    finding = dataclasses.replace(
        base,
        cell=check.cell,
        operation=check.operation,
        check=index,
        reported=0.5,
        recomputed=-2.5,
        difference=3.0,
        root_cause="R-1",
    )
    cause = RootCause(
        id="R-1",
        certainty=Certainty.LOCATED,
        cells=(SuspectCell(check.cell, 0.5, "Kulut", "%", -2.5),),
        cause="unknown",
        explanation=Message(
            "explanation.located",
            {"cell": check.cell, "value": 0.5, "suggested": -2.5, "count": 1},
        ),
        amount=3.0,
        findings=(finding.id,),
    )
    outcome = dataclasses.replace(outcome, findings=(finding,), root_causes=(cause,))
    sheet = read(written(tmp_path, (outcome, workbook)))["Findings"]
    told = f"{check.cell.a1} reads 50%. With −250% instead, one finding would clear."
    assert told in sheet.cell(HEADER_ROW + 1, WHAT).value
    assert sheet.cell(HEADER_ROW + 1, SUGGESTED).number_format == "0.00%"
    assert "reads 50%, should be −250%" in as_text(outcome, Words("en"))


def test_annotated_sheet_keeps_values_and_look(report: Any) -> None:
    _, workbook = make_audit()
    sheet = report[UNITS]
    grid = workbook.grids[0]
    for index in range(len(grid)):
        cell = sheet.cell(int(grid.rows[index]), int(grid.columns[index]))
        expected = grid.texts.get(index, grid.numbers[index])
        assert cell.value == expected
        style = workbook.style(grid, index)
        assert (cell.font.name, cell.font.sz, cell.font.b) == (
            style.font,
            style.size,
            style.bold,
        ) or (
            cell.coordinate == "C11"  # the suspect is bold
        )
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:F1", "A2:F2"}
    assert sheet.freeze_panes == "B5"
    assert sheet.row_dimensions[4].height == 30
    assert sheet.column_dimensions["A"].width == pytest.approx(30, abs=0.8)
    assert sheet.cell(4, 2).fill.fgColor.rgb == "FF1F3864"
    assert sheet.cell(8, 4).border.bottom.style == "double"
    assert not sheet.row_dimensions[22].hidden
    assert sheet.cell(22, 4).fill.fgColor.rgb == "FFE4E4E4"
    assert not sheet.column_dimensions["F"].hidden


def test_marks_keep_numbers_numeric_and_are_told_apart(report: Any) -> None:
    sheet = report[UNITS]
    suspect, wrong, proved = sheet["C11"], sheet["C13"], sheet["D6"]
    assert suspect.number_format == '"✗ "#,##0;"✗ "-#,##0;"✗ -"'
    assert wrong.number_format.startswith('"≠ "')
    assert proved.number_format == '"✓ "#,##0;[Red]"✓ "-#,##0;"✓ -"'
    assert isinstance(suspect.value, (int, float))
    fills = {suspect.fill.fgColor.rgb, wrong.fill.fgColor.rgb, sheet["B21"].fill.fgColor.rgb}
    assert len(fills) == 3
    assert suspect.border.left.style == "thick"
    assert sheet["C12"].border.bottom.style == "dotted"  # a part of the failing net
    assert sheet["C12"].fill.fgColor.rgb == "00000000"


def test_notes_and_links_lead_back(report: Any) -> None:
    sheet = report[UNITS]
    note = sheet["C13"].comment.text
    assert "ERROR · The net is given as −1,398,674" in note
    assert "Reported −1,398,674, recomputed −1,381,373, difference −17,301, tolerance 1.5." in note
    assert "Made up of: C11, C12" in note
    assert "With −1,415,975 instead" in sheet["C11"].comment.text
    assert sheet["B6"].comment.text == "Comment in the original: Tarkistettu kirjanpidosta"
    row = sheet["C13"].hyperlink.location.removeprefix("'Findings'!D")
    assert report["Findings"].cell(int(row), PLACE).value == "Yksiköt!C13"


def test_odd_cells(report: Any) -> None:
    sheet = report[KEY_FIGURES]
    assert sheet["D5"].value == 7191
    assert sheet["D5"].number_format == '"i 7 191*";"i 7 191*"'
    assert sheet["C5"].value == "#DIV/0!"
    assert sheet["C5"].data_type == "s"
    assert sheet["E5"].value == "not calculated"
    assert sheet["B5"].value == ".."
    assert sheet["H4"].value == "This sheet is hidden in the original."
    assert sheet.sheet_state == "visible"


def test_every_check_has_a_live_formula_and_our_figure(report: Any) -> None:
    outcome, _ = make_audit()
    sheet = report["Checks"]
    for index in range(len(outcome.ledger)):
        check = outcome.ledger.check(index)
        row = FIRST_CHECK + index
        assert sheet.cell(row, 7).value == f"='{check.cell.sheet}'!{check.cell.a1}"
        assert sheet.cell(row, 8).value.startswith("=")
        assert sheet.cell(row, 10).value == pytest.approx(check.recomputed)
        assert sheet.cell(row, 4).hyperlink.location == f"'{check.cell.sheet}'!{check.cell.a1}"
    assert sheet["H5"].value == f"=SUM('{UNITS}'!B6:B7)"
    assert sheet.max_row == FIRST_CHECK + len(outcome.ledger) - 1
    assert sheet["E5"].value == "NETTOMENO"


def test_cached_results_are_there_without_recalculation(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(tmp_path, make_audit()), data_only=True)
    outcome, _ = make_audit()
    shown = [book["Checks"].cell(FIRST_CHECK + i, 8).value for i in range(len(outcome.ledger))]
    assert shown == pytest.approx(outcome.ledger.recomputed.tolist())


def test_not_checked_and_evidence(report: Any) -> None:
    outcome, _ = make_audit()
    sheet = report["Not checked"]
    assert sheet.max_row == HEADER_ROW + len(outcome.not_checked)
    assert sheet["D5"].value == "A cell it depends on holds text."
    facts = {row[0].value: row[1].value for row in report["Evidence"].iter_rows(max_col=2)}
    assert facts["SHA-256 of the file"] == outcome.sha256
    assert facts["Last modified"] == "2020-01-31 12:30:00 UTC"
    assert facts["Great Expectations"] == "version 1.2.3: 1 of 7 expectations not met"
    assert facts["Settings"] == "materiality = 1000"
    assert "Reviewed by" in facts
    assert report.properties.created == datetime(2000, 1, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language(tmp_path: Path, language: str) -> None:
    words = Words(language)
    book = read(written(tmp_path, make_audit(crashed=True), language))
    assert book.sheetnames[0] == words.say("sheet.summary")
    assert book.sheetnames[-1] == words.say("sheet.evidence")


def test_clean_audit(tmp_path: Path) -> None:
    book = read(written(tmp_path, make_audit(clean=True), facts=ReportFacts()))
    said = [c.value for row in book["Summary"].iter_rows() for c in row if c.value]
    assert "Nothing to put right." in said
    assert book["Findings"]["A5"].value == "No findings."


HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{=1}",
    "https://example.org/",
    "internal:Sheet1!A1",
    "mailto:a@b",
    "<r><t>x</t></r>",
    "_x0041_",
    "a\x00\x0b\x1fb\ud800",
    "  spaces  ",
    "line\r\nbreak",
    "&amp; <b>",
    "x" * 40_000,
    "😀" * 20_000,
)


def test_text_of_a_workbook_stays_text(tmp_path: Path) -> None:
    cells: dict[tuple[int, int], Typed] = {(r, 1): text(t) for r, t in enumerate(HOSTILE, 1)}
    path = written(tmp_path, only((make_grid("=1+1", cells),)))
    sheet = read(path)["=1+1"]
    shown = [sheet.cell(row, 1) for row in range(1, len(HOSTILE) + 1)]
    assert all(cell.data_type == "s" and cell.hyperlink is None for cell in shown)
    assert [cell.value for cell in shown[:10]] == [*HOSTILE[:9], "_x005F_x0041_"]
    assert [cell.value for cell in shown[10:14]] == [
        "a\ufffd\ufffd\ufffdb\ufffd",
        "  spaces  ",
        "line\nbreak",
        "&amp; <b>",
    ]
    assert len(shown[14].value) == 32_767
    assert len(shown[15].value.encode("utf-16-le")) // 2 <= 32_767
    with zipfile.ZipFile(path) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet3.xml")


def test_sheet_names_that_excel_refuses(tmp_path: Path) -> None:
    names = ("Summary", "history", "a/b:c[d]*?", "x" * 40, "x" * 41, "'quoted'", "FINDINGS", " ")
    audit = only(tuple(make_grid(name, {(1, 1): text(name)}) for name in names))
    shown = read(written(tmp_path, audit)).sheetnames[2:-3]
    assert shown == [
        "Summary (2)",
        "history (1)",
        "a b c d",
        "x" * 31,
        "x" * 27 + " (2)",
        "quoted",
        "FINDINGS (2)",
        "Sheet (1)",
    ]


def test_overlapping_and_huge_merges(tmp_path: Path) -> None:
    merges = (
        Area(1, 1, 2, 2),
        Area(2, 2, 3, 3),
        Area(5, 1, 5, 1),
        Area(10, 1, 1_048_576, 16_384),
    )
    grid = make_grid("S", {(1, 1): text("a"), (10, 1): text("b", TITLE)}, merges=merges)
    sheet = read(written(tmp_path, only((grid,))))["S"]
    assert {str(area) for area in sheet.merged_cells.ranges} == {"A1:B2"}


def test_cells_at_the_far_corner(tmp_path: Path) -> None:
    grid = make_grid("S", {(1, 1): money(1.0), (1_048_576, 16_384): money(2.0)})
    path = written(tmp_path, only((grid,)))
    with zipfile.ZipFile(path) as package:
        assert b'r="XFD1048576"' in package.read("xl/worksheets/sheet3.xml")


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["B6", "B7"], "B6:B7"),
        (["B6", "B8", "B10"], "B6, B8, B10"),
        ([f"B{row}" for row in range(5, 24, 2)], "B5, B7, B9, B11 … 10 parts in all"),
    ],
)
def test_a_long_list_of_parts_says_how_many_there_are(
    tmp_path: Path, parts: list[str], expected: str
) -> None:
    cells = {(row, 2): money(1.0) for row in range(4, 25)}
    grid = make_grid("S", cells)
    refs = tuple(Part(CellRef("S", int(place[1:]), 2)) for place in parts)
    check = MadeCheck("FT101", Operation.SUM, CellRef("S", 4, 2), refs)
    outcome, workbook = only((grid,))
    outcome = dataclasses.replace(outcome, ledger=make_ledger((grid,), [check]))
    book = read(written(tmp_path, (outcome, workbook)))
    assert book["Checks"].cell(FIRST_CHECK, 6).value == expected


def test_a_formula_beyond_excels_limit_says_so(tmp_path: Path) -> None:
    outcome, workbook = make_large(1, 1)
    outcome, workbook = make_large(18, 1)
    ledger = outcome.ledger
    zigzag = [0, 2] * 4_000
    ledger = dataclasses.replace(
        ledger,
        part=ledger.part[zigzag],
        factor=ledger.factor[[0] * len(zigzag)],
        start=ledger.start * 0,
    )
    ledger.start[1:] = len(zigzag)
    book = read(written(tmp_path, (dataclasses.replace(outcome, ledger=ledger), workbook)))
    assert book["Checks"].cell(FIRST_CHECK, 8).value == "formula too long for Excel"
    assert book["Checks"].cell(FIRST_CHECK, 6).value.endswith("… 8,000 parts in all")


def test_checks_spread_over_several_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.excel_report.PER_SHEET", 40)
    outcome, workbook = make_audit()
    book = read(written(tmp_path, (outcome, workbook)))
    assert "Checks 2" in book.sheetnames
    assert book["Checks"].max_row == FIRST_CHECK + 39
    assert book["Checks 2"].max_row == FIRST_CHECK + 8
    last = outcome.ledger.check(48).cell
    assert book["Checks 2"].cell(FIRST_CHECK + 8, 4).value == last.a1


def test_links_stop_at_excels_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_LINKS", 3)
    sheet = read(written(tmp_path, make_audit()))["Findings"]
    linked = [row[PLACE - 1].hyperlink for row in sheet.iter_rows(min_row=HEADER_ROW + 1)]
    assert [link is not None for link in linked] == [True] * 3 + [False] * 5


def test_a_blank_cell_can_carry_a_finding(tmp_path: Path) -> None:
    outcome, workbook = make_audit()
    note = dataclasses.replace(outcome.findings[1], cell=CellRef(UNITS, 40, 9))
    outcome = dataclasses.replace(outcome, findings=(note,), root_causes=())
    sheet = read(written(tmp_path, (outcome, workbook)))[UNITS]
    assert sheet["I40"].fill.fgColor.rgb == "FFE1EDF9"
    assert sheet["I40"].comment is not None


@pytest.mark.parametrize("place", ["missing/folder/r.xlsx", "r.xlsx"])
def test_failure_leaves_nothing(tmp_path: Path, place: str) -> None:
    if place == "r.xlsx":
        (tmp_path / place).mkdir()
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(OutputError, match=r"the report cannot be written") as error:
        write_report(*make_audit(), tmp_path / place, Words("en"), FACTS)
    assert "\n" not in str(error.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_crash_of_ours_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "r.xlsx"
    old.write_bytes(b"old")
    monkeypatch.setattr("reports.excel_report.fill_evidence", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(*make_audit(), old, Words("en"), FACTS)
    assert [path.name for path in tmp_path.iterdir()] == ["r.xlsx"]
    assert old.read_bytes() == b"old"


def test_units_block_is_where_the_test_thinks() -> None:
    assert unit_row(1) == 10
