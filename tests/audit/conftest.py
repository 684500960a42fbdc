"""Doubles for the other rooms, so that the command line is tested alone and fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from audit.cli import cli
from rules.ledger import Figures, Ledger
from rules.model import (
    Basis,
    Finding,
    Message,
    Operation,
    Severity,
    Verdict,
)
from rules.outcome import Outcome
from workbooks.errors import InputError
from workbooks.grid import Style, Workbook
from workbooks.refs import CellRef


def small_ledger(difference: float = 0.0) -> Ledger:
    """B4 = B2 + B3 on one sheet, off by ``difference``."""
    verdict = Verdict.EXACT if difference == 0 else Verdict.DISCREPANCY
    figures = Figures(
        sheets=("Budget",),
        sheet=np.zeros(3, np.int32),
        row=np.array([2, 3, 4], np.int32),
        column=np.full(3, 2, np.int32),
        value=np.array([1200.0, 310.0, 1510.0 + difference]),
        step=np.ones(3),
    )
    return Ledger(
        figures=figures,
        rules=("FT101",),
        rule=np.zeros(1, np.int16),
        operation=np.array([tuple(Operation).index(Operation.SUM)], np.int8),
        target=np.array([2]),
        start=np.array([0, 2]),
        part=np.array([0, 1]),
        factor=np.ones(2),
        scale=np.ones(1),
        basis=np.array([tuple(Basis).index(Basis.STRUCTURE)], np.int8),
        confidence=np.array([0.99]),
        relation=np.zeros(1, np.int64),
        recomputed=np.array([1510.0]),
        difference=np.array([difference]),
        tolerance=np.array([1.5]),
        verdict=np.array([tuple(Verdict).index(verdict)], np.int8),
    )


def finding(severity: Severity) -> Finding:
    """A finding on B4."""
    return Finding(
        id="F-00000001",
        rule="FT101",
        name="total-not-sum-of-parts",
        severity=severity,
        confidence=0.99,
        cell=CellRef("Budget", 4, 2),
        label="Total",
        column="FY2025",
        message=Message("note.convention"),
        basis=Basis.STRUCTURE,
    )


@dataclass
class Rooms:
    """What the doubles do: change a field and the next run behaves so."""

    outcome: Outcome
    read: Callable[[Path], None] = lambda path: None
    judge: Callable[[], None] = lambda: None
    write: Callable[[Path], None] = lambda path: None
    names: dict[str, str] = field(default_factory=dict)  # defined names of the workbook

    def find(self, *severities: Severity) -> None:
        """Let the next run find one thing of each severity."""
        self.outcome = replace(self.outcome, findings=tuple(finding(s) for s in severities))


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Rooms:
    """Doubles in place of reader, runner and the writers of reports."""
    doubles = Rooms(
        Outcome(
            file="budget.xlsx",
            sha256="0" * 64,
            sheets=1,
            cells=6,
            language="en",
            ledger=small_ledger(),
            findings=(),
            root_causes=(),
            not_checked=(),
            figures=3,
            figures_proved=3,
            proved=frozenset(),
        )
    )

    def read_workbook(path: Path, **_: Any) -> Workbook:
        if not path.is_file():
            raise InputError(f"{path.name} does not exist; check the path.")
        doubles.read(path)
        return Workbook(path.name, (), (Style(),), "0" * 64, 6, "xlsx", doubles.names)

    def audit(*_: Any) -> Outcome:
        doubles.judge()
        return doubles.outcome

    def write_report(outcome: Outcome, workbook: Workbook, path: Path, *_: Any) -> None:
        path.write_bytes(b"report")
        doubles.write(path)

    monkeypatch.setattr("workbooks.reader.read_workbook", read_workbook)
    monkeypatch.setattr("rules.runner.audit", audit)
    monkeypatch.setattr("reports.excel_report.write_report", write_report)
    monkeypatch.setattr("reports.as_json.as_json", lambda *_, **__: '{"schema": "crossfoot/1"}')
    monkeypatch.setattr("reports.as_text.as_text", lambda *_, **__: "Summary: −1 %")
    return doubles


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A file for doubles to pretend to read."""
    path = tmp_path / "budget.xlsx"
    path.write_bytes(b"a workbook")
    return path


def run(*arguments: object) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])
