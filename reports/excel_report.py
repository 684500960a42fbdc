"""The annotated Excel report: what was found, where, why, and the proof of it.

Summary, findings, one annotated sheet for each sheet of the workbook, checks with live formulas,
what was not checked, evidence. The same input gives the same bytes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reports.annotated_sheet import fill_annotated, proved_keys
from reports.checks_sheet import PER_SHEET, fill_checks
from reports.earlier_sheet import fill_earlier, has_earlier
from reports.entries import entries_of
from reports.evidence_sheet import fill_evidence
from reports.facts import ReportFacts
from reports.findings_sheet import fill_findings, row_numbers
from reports.left_out import unlinked
from reports.making import Making, Places
from reports.marks import by_sheet, cell_marks
from reports.not_checked_sheet import fill_not_checked
from reports.notes import cells_with_notes
from reports.summary_sheet import fill_summary
from reports.words import Words
from reports.writer import Book, Sheet, free_name, written
from rules.outcome import Outcome
from workbooks.grid import Workbook


def write_report(
    outcome: Outcome, workbook: Workbook, path: Path, words: Words, facts: ReportFacts
) -> None:
    """Write the report to ``path``; ``OutputError`` when it cannot be written."""

    def fill(book: Book) -> None:
        _fill(book, outcome, workbook, words, facts)

    written(path, fill, date_1904=workbook.date_1904)


def _fill(
    book: Book, outcome: Outcome, workbook: Workbook, words: Words, facts: ReportFacts
) -> None:
    entries = entries_of(outcome)
    blocks = range(0, max(len(outcome.ledger), 1), PER_SHEET)
    checks_names = [
        words.say("sheet.checks")
        if index == 0
        else words.say("checks.sheet_more", sheet=words.say("sheet.checks"), number=index + 1)
        for index in range(len(blocks))
    ]
    own = {
        "summary": words.say("sheet.summary"),
        "findings": words.say("sheet.findings"),
        "earlier": words.say("sheet.earlier"),
        "not_checked": words.say("sheet.not_checked"),
        "evidence": words.say("sheet.evidence"),
    }
    taken = {name.casefold() for name in (*own.values(), *checks_names)}
    sheets: dict[str, str] = {}
    for grid in workbook.grids:
        sheets[grid.name] = free_name(grid.name, taken)
        taken.add(sheets[grid.name].casefold())
    places = Places(
        summary=own["summary"],
        findings=own["findings"],
        checks=checks_names[0],
        row=row_numbers(entries),
        sheets=sheets,
    )
    marks = cell_marks(outcome)
    making = Making(
        book,
        outcome,
        workbook,
        words,
        facts,
        marks=by_sheet(marks),
        noted=cells_with_notes(marks),
        places=places,
    )
    book.describe(f"{words.say('title.report')}: {outcome.file}", outcome.sha256, facts.version)
    fill_summary(book.sheet(own["summary"]), making)
    fill_findings(book.sheet(own["findings"]), making, entries)
    if has_earlier(outcome):
        fill_earlier(book.sheet(own["earlier"]), making)
    proved, none = proved_keys(outcome), np.zeros(0, dtype=np.int64)
    for grid in workbook.grids:
        fill_annotated(book.sheet(sheets[grid.name]), making, grid, proved.get(grid.name, none))
    for start, name in zip(blocks, checks_names, strict=True):
        fill_checks(book.sheet(name), making, start, min(start + PER_SHEET, len(outcome.ledger)))
    fill_not_checked(book.sheet(own["not_checked"]), making)
    making.left_out.extend(unlinked(book, words))
    fill_evidence(book.sheet(own["evidence"]), making)
    first: Sheet = book.sheets[0]
    first.native.activate()
