"""CPU seconds and memory of the report and of the annotated copy on a made budget of any size.

    python benchmarks/report_size.py [--sheets 20] [--rows 2500] [--columns 20] [--errors 200]

The budget has blocks of nine lines under a total; some totals are wrong. Reading and judging stand
beside, since the report should cost less than 1.5 times as much as they do. LibreOffice, where it
is installed, then opens the report.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

_Made = TypeVar("_Made")
_BLOCK = 12  # rows: a heading, nine lines, their total, a gap


def make_budget(path: Path, sheets: int, rows: int, columns: int, errors: int) -> None:
    """Write the workbook; about ``errors`` of its totals are wrong."""
    import xlsxwriter

    draw = random.Random(1)
    share = errors / max(sheets * (rows // _BLOCK) * columns, 1)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    money = book.add_format({"num_format": "#,##0"})
    bold = book.add_format({"num_format": "#,##0", "bold": True})
    for number in range(1, sheets + 1):
        sheet = book.add_worksheet(f"Unit {number}")
        sheet.write_row(0, 0, ["Line item", *(f"TA {2000 + c}" for c in range(columns))], bold)
        for block in range(1, rows // _BLOCK):
            top = block * _BLOCK
            lines = [[draw.randint(1_000, 9_999_999) for _ in range(columns)] for _ in range(9)]
            sheet.write(top, 0, f"Service {block}", bold)
            for row, line in enumerate(lines, top + 1):
                sheet.write(row, 0, f"  Line {row - top} of service {block}")
                for column, amount in enumerate(line, 1):
                    sheet.write_number(row, column, amount, money)
            sheet.write(top + 10, 0, f"Total service {block}", bold)
            for column in range(columns):
                slip = 9_000 if draw.random() < share else 0
                total = sum(line[column] for line in lines) + slip
                sheet.write_number(top + 10, column + 1, total, bold)
    book.close()


def timed(name: str, work: Callable[[], _Made]) -> tuple[_Made, float]:
    """The result of ``work`` and its CPU seconds, which are printed with the peak of memory."""
    started = time.process_time()
    made = work()
    seconds = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{seconds:9.2f} s  {peak:6.0f} MB at most  {name}", flush=True)
    return made, seconds


def open_in_libreoffice(report: Path, folder: Path) -> None:
    """Let LibreOffice read the report, and print its CPU seconds."""
    soffice = shutil.which("soffice")
    if soffice is None:
        print("LibreOffice (soffice) is not installed: it does not open the report")
        return
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "csv", "--outdir", str(folder)]
    subprocess.run([*command, str(report)], check=True, capture_output=True)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    print(f"{seconds:9.2f} s  LibreOffice opens the report")


def main() -> None:
    """Make the budget, check it, and print one line for each step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default in (("sheets", 20), ("rows", 2500), ("columns", 20), ("errors", 200)):
        parser.add_argument(f"--{name}", type=int, default=default)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure(folder, wanted)


def measure(folder: Path, wanted: argparse.Namespace) -> None:
    """Check a made budget in ``folder``."""
    from reports.annotated_copy.writing import write_annotated_copy
    from reports.excel_report import write_report
    from reports.facts import ReportFacts
    from reports.words import Words
    from rules.runner import audit
    from rules.settings import RuleSettings
    from workbooks.reader import read_workbook

    budget, report = folder / "budget.xlsx", folder / "report.xlsx"
    make_budget(budget, wanted.sheets, wanted.rows, wanted.columns, wanted.errors)
    workbook, reading = timed("read", lambda: read_workbook(budget))
    outcome, judging = timed("judge", lambda: audit(workbook, RuleSettings()))
    words = Words("en")
    _, writing = timed(
        "report", lambda: write_report(outcome, workbook, report, words, ReportFacts())
    )
    timed(
        "annotated copy",
        lambda: write_annotated_copy(budget, folder / "copy.xlsx", outcome, workbook, words),
    )
    print(
        f"{outcome.cells:,} cells, {len(outcome.ledger):,} checks, {len(outcome.findings):,} "
        f"findings; the report costs {writing / (reading + judging):.2f} x reading and judging"
    )
    open_in_libreoffice(report, folder)


if __name__ == "__main__":
    main()
