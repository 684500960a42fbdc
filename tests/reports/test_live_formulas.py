"""The live formulas of a report, recalculated by LibreOffice, agree with the audit."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from reports.checks_sheet import FIRST_ROW
from reports.excel_report import write_report
from reports.facts import ReportFacts
from reports.words import Words
from rules.outcome import Outcome
from tests.reports.made_up import make_audit, make_every_operation
from workbooks.grid import Workbook

SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (soffice) is not installed: nothing can recalculate"
)


def recalculated(report: Path, folder: Path) -> Path:
    """The report as LibreOffice calculates it, all cached results taken out before."""
    bare = folder / "bare.xlsx"
    with zipfile.ZipFile(report) as source, zipfile.ZipFile(bare, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                data = re.sub(rb"</f><v>[^<]*</v>", b"</f>", data)
            target.writestr(item, data)
    out = folder / "out"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, str(bare)], check=True, capture_output=True, timeout=120)
    return out / bare.name


@needs_soffice
def test_formulas_recalculate_to_our_figures(tmp_path: Path) -> None:
    audits: list[tuple[Outcome, Workbook]] = [make_audit(), make_every_operation()]
    for number, (outcome, workbook) in enumerate(audits):
        folder = tmp_path / str(number)
        folder.mkdir()
        report = folder / "report.xlsx"
        write_report(outcome, workbook, report, Words("en"), ReportFacts())
        book = openpyxl.load_workbook(recalculated(report, folder), data_only=True)
        sheet = book["Checks"]
        assert sheet["F3"].value == 0
        ledger = outcome.ledger
        for index in range(len(ledger)):
            check = ledger.check(index)
            row = FIRST_ROW + index
            live = [sheet.cell(row, column).value for column in (7, 8, 9)]
            expected = [check.reported, check.recomputed, check.difference]
            assert live == pytest.approx(expected, abs=1e-6), (check, live)
