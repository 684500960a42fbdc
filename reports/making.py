"""What every sheet of the Excel report needs to know while it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.facts import ReportFacts
from reports.marks import CellMarks
from reports.words import Words
from reports.writer import Book
from rules.outcome import Outcome
from workbooks.grid import Workbook
from workbooks.refs import CellRef


@dataclass(frozen=True, slots=True)
class Places:
    """Where findings and sheets stand in the report."""

    summary: str  # names of sheets
    findings: str
    checks: str
    row: Mapping[str, int]  # id of a finding or root cause -> its row on the findings sheet
    sheets: Mapping[str, str]  # sheet of the source -> its sheet in the report


@dataclass(frozen=True, slots=True)
class Making:
    """One report in the making."""

    book: Book
    outcome: Outcome
    workbook: Workbook
    words: Words
    facts: ReportFacts
    marks: Mapping[str, Mapping[CellRef, CellMarks]]  # by sheet of the source
    noted: frozenset[CellRef]  # marked cells that get a note
    places: Places
    left_out: list[str] = field(default_factory=list)  # what the report goes without, as it is met
