"""From two workbooks to an outcome like that of any audit: checks, findings, what agreed."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from rules.build import build_ledger, figures_of
from rules.examine import language_of
from rules.findings import findings_of, identity
from rules.ledger import VERDICTS, Ledger
from rules.model import Crash, Verdict
from rules.names import FigureNames
from rules.outcome import Outcome
from rules.registry import tie_rules
from rules.relation import CellRelation
from rules.remark import Remark, as_findings
from rules.settings import RuleSettings
from rules.ties.books import tables_of, together
from rules.ties.side import sides_of
from rules.ties.tied import Tied, tied
from workbooks.grid import Workbook

_NOISE = 1e-9  # share of a figure that binary fractions may be off


@dataclass(frozen=True, slots=True)
class TieOutcome:
    """What two workbooks agree on. ``workbook`` holds the sheets of both, those of ``this`` first;
    ``outcome`` is about that."""

    outcome: Outcome
    workbook: Workbook
    tied: Tied
    last_sha256: str


def tie(this: Workbook, last: Workbook, settings: RuleSettings | None = None) -> TieOutcome:
    """Match tables, columns and lines of two workbooks and compare every figure they share."""
    settings = settings or RuleSettings()
    both = together(this, last)
    mine = tables_of(both, 0, len(this.grids))
    theirs = tables_of(both, len(this.grids), len(both.grids))
    bare = [replace(t, sheet=last.grids[t.grid - len(this.grids)].name) for t in theirs]
    tables = [*mine, *theirs]
    figures, places = figures_of(tuple(grid.name for grid in both.grids), tables)
    here = sides_of(mine, places[: len(mine)], 0)
    there = sides_of(theirs, places[len(mine) :], len(mine))
    found = tied(here, there, mine, bare)
    found.file, found.last_file = this.file, last.file
    cells, remarks, crashes = _proposed(found, settings)
    ledger = build_ledger(figures, places, (), cells, tolerance=settings.tolerance)
    if settings.tolerance is None:
        ledger = _strict(ledger)
    names = FigureNames(tables, places)
    findings = findings_of(ledger, names, settings, {})
    findings += as_findings(remarks, partial(identity, ids=Counter()))
    findings = [f for f in findings if settings.wants(f.rule, f.cell.sheet)]
    rank = {grid.name: k for k, grid in enumerate(both.grids)}
    findings.sort(key=lambda f: (rank[f.cell.sheet], f.cell.row, f.cell.column, f.rule))
    agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    proved = {ledger.figures.ref(int(k)) for k in ledger.target[agreed]}
    proved |= {ledger.figures.ref(int(k)) for k in ledger.part[agreed]}
    outcome = Outcome(
        file=f"{this.file} ↔ {last.file}",
        sha256=this.sha256,
        sheets=len(both.grids),
        cells=sum(len(grid) for grid in both.grids),
        language=language_of(this),
        ledger=ledger,
        findings=tuple(findings),
        root_causes=(),
        not_checked=(),
        figures=len(figures),
        figures_proved=len(proved),
        proved=frozenset(proved),
        crashes=tuple(crashes),
        named=names,
    )
    return TieOutcome(outcome, both, found, last.sha256)


def _proposed(
    found: Tied, settings: RuleSettings
) -> tuple[Sequence[CellRelation], Sequence[Remark], Sequence[Crash]]:
    """What the rules on two workbooks propose and remark; one that crashes is named."""
    cells: list[CellRelation] = []
    remarks: list[Remark] = []
    crashes: list[Crash] = []
    for code, propose in tie_rules():
        if not settings.may_want(code):
            continue
        try:
            for proposed in propose(found):
                if isinstance(proposed, CellRelation):
                    cells.append(proposed)
                else:
                    remarks.append(proposed)
        except Exception:  # the run goes on without this rule, which is named in the outcome
            crashes.append(Crash(code, traceback.format_exc()))
    return cells, remarks, crashes


def _strict(ledger: Ledger) -> Ledger:
    """In one unit, a figure that was copied is the same to the last digit that both were stated to.

    Where one is stated more finely, half a step of the coarser one is allowed for.
    """
    part = ledger.part[ledger.start[:-1]]
    one_unit = np.abs(ledger.factor[ledger.start[:-1]]) == 1
    mine, theirs = ledger.figures.step[ledger.target], ledger.figures.step[part]
    allowed = np.where(mine == theirs, 0.0, np.maximum(mine, theirs) / 2)
    size = np.maximum(np.abs(ledger.figures.value[ledger.target]), 1.0)
    agrees = np.abs(ledger.difference) <= allowed + _NOISE * size
    exact, wrong = VERDICTS.index(Verdict.EXACT), VERDICTS.index(Verdict.DISCREPANCY)
    verdict = np.where(agrees, exact, wrong).astype(np.int8)
    return replace(
        ledger,
        verdict=np.where(one_unit, verdict, ledger.verdict),
        tolerance=np.where(one_unit, allowed, ledger.tolerance),
    )
