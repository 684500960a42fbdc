"""Everything one audit found, as the reports and the command line receive it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rules.ledger import Ledger
from rules.model import (
    Comparison,
    Crash,
    Finding,
    NotChecked,
    RootCause,
    Severity,
    Verdict,
    WaiverUse,
)
from workbooks.refs import CellRef


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of ``check`` on one workbook. Findings are sorted by sheet, row, column, code;
    root causes are ranked, the most certain and largest first."""

    file: str
    sha256: str
    sheets: int
    cells: int  # cells that are not blank
    language: str  # "fi", "sv", "en": the workbook's own words
    ledger: Ledger
    findings: tuple[Finding, ...]
    root_causes: tuple[RootCause, ...]
    not_checked: tuple[NotChecked, ...]
    figures: int  # numbers in tables: amounts and percentages
    figures_proved: int  # of these, in at least one check that agreed
    proved: frozenset[CellRef]
    crashes: tuple[Crash, ...] = ()
    comparison: Comparison | None = None  # with an earlier report
    waivers: tuple[WaiverUse, ...] = ()  # of the settings, in their order
    # Label and column heading of a figure of the ledger, by its position there.
    named: Callable[[int], tuple[str, str]] | None = field(default=None, compare=False, repr=False)
    _by_cell: dict[CellRef, list[Finding]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )  # filled when first asked for

    def count(self, verdict: Verdict) -> int:
        """How many checks came out as ``verdict``."""
        index = tuple(Verdict).index(verdict)
        return int((self.ledger.verdict == index).sum())

    def findings_at(self, cell: CellRef) -> Sequence[Finding]:
        """The findings that stand at ``cell``; in constant time after the first call."""
        if not self._by_cell:
            for finding in self.findings:
                self._by_cell.setdefault(finding.cell, []).append(finding)
        return self._by_cell.get(cell, ())

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of ``severity`` or graver."""
        rank = tuple(Severity)
        return tuple(f for f in self.findings if rank.index(f.severity) <= rank.index(severity))

    def open_at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """Of those, the findings that nobody has accepted."""
        return tuple(f for f in self.at_least(severity) if not f.is_settled)
