"""What a rule says of a workbook without a check behind it: a unit slip, an integrity note."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rules.declared.drift import Drift
from rules.ledger import VERDICTS, Ledger
from rules.model import Basis, Crash, Finding, Message, Operation, Part, Severity, Verdict
from rules.recalculation.facts import FormulaFacts
from rules.registry import remarkers, rule_info
from rules.statutory.frompacks import FromPacks
from workbooks.grid import Workbook
from workbooks.refs import CellRef
from workbooks.tables.model import Table


@dataclass(frozen=True, slots=True)
class Judged:
    """A workbook after its checks were judged: what a rule that makes remarks may look at."""

    workbook: Workbook
    tables: Sequence[Table]
    places: Sequence[NDArray[np.int64]]  # per table, positions of its figures; −1 where blank
    ledger: Ledger
    formulas: FormulaFacts | None = None
    drift: tuple[Drift, ...] = ()  # what has changed since the rules of a rule file were learned
    packs: FromPacks = field(default_factory=FromPacks)  # what packs say of it


def agreed_figures(ledger: Ledger) -> NDArray[np.bool_]:
    """True for every figure in a check that agrees, as target or part; shape ``(n_figures,)``."""
    agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    result = np.zeros(len(ledger.figures), dtype=bool)
    result[ledger.target[agreed]] = True
    result[ledger.part[np.repeat(agreed, np.diff(ledger.start))]] = True
    return result


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark. ``reported`` and ``recomputed`` are given where there is a figure to compare."""

    rule: str
    severity: Severity
    confidence: float
    cell: CellRef
    message: Message
    basis: Basis = Basis.STRUCTURE
    label: str = ""
    column: str = ""
    operation: Operation | None = None
    reported: float | None = None
    recomputed: float | None = None
    tolerance: float | None = None
    parts: tuple[Part, ...] = ()
    cells: tuple[CellRef, ...] = ()  # all that it is about, where these are several
    cause: str = ""  # key of the root cause that it names; empty for a remark by the way


def remarks_on(judged: Judged, wants: Callable[[str], bool]) -> tuple[list[Remark], list[Crash]]:
    """What every rule for which ``wants(code)`` holds remarks, and the rules that crashed."""
    found: list[Remark] = []
    crashes: list[Crash] = []
    for code, remark in remarkers():
        if not wants(code):
            continue
        try:
            found.extend(remark(judged))
        except Exception:  # the run goes on without this rule, which is named in the outcome
            crashes.append(Crash(code, traceback.format_exc()))
    return found, crashes


def as_findings(
    remarks: Iterable[Remark], identity: Callable[[str, str, str, str], str]
) -> Iterator[Finding]:
    """Each remark as a finding; ``identity`` makes its id of sheet, rule, label and heading."""
    for remark in remarks:
        difference = None
        if remark.reported is not None and remark.recomputed is not None:
            difference = remark.reported - remark.recomputed
        yield Finding(
            id=identity(remark.cell.sheet, remark.rule, remark.label, remark.column),
            rule=remark.rule,
            name=rule_info(remark.rule).name,
            severity=remark.severity,
            confidence=remark.confidence,
            cell=remark.cell,
            label=remark.label,
            column=remark.column,
            message=remark.message,
            basis=remark.basis,
            operation=remark.operation,
            reported=remark.reported,
            recomputed=remark.recomputed,
            difference=difference,
            tolerance=remark.tolerance,
            parts=remark.parts,
        )
