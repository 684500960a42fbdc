"""One audit: tables, relations, ledger, findings, root causes. Pure; progress is only told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from rules.build import unjudged
from rules.confidence import calibrated
from rules.diagnose.locate import Diagnosis, diagnose
from rules.examine import Examined, examine, language_of
from rules.findings import blank_changes, convention_notes, findings_of, identity
from rules.formula.stored import not_evaluated
from rules.kept import Kept
from rules.ledger import VERDICTS, Ledger
from rules.model import Finding, Message, NotChecked, RootCause, Verdict
from rules.names import FigureNames
from rules.outcome import Outcome
from rules.questions import question_notes
from rules.remark import Judged, as_findings, remarks_on
from rules.remark_causes import with_remarks
from rules.residents import not_recomputed
from rules.settings import RuleSettings
from rules.statutory.wording import worded
from workbooks.grid import Kind, Workbook
from workbooks.refs import CellRef
from workbooks.tables.vocabulary import Idea, ideas

Progress = Callable[[str, float], None]
_AGREED = (Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)


def audit(
    workbook: Workbook,
    settings: RuleSettings | None = None,
    progress: Progress | None = None,
    kept: Kept | None = None,
) -> Outcome:
    """Find the relations that were meant, judge them all, and name what is wrong.

    ``progress`` is called with a stage and the share done; ``kept`` holds what an earlier run found
    on the same sheets. Never raises for what a workbook holds.
    """
    settings = settings or RuleSettings()
    seen = examine(workbook, settings, progress, kept)
    tables, places, relations, ledger = seen.tables, seen.places, seen.relations, seen.ledger
    names = FigureNames(tables, places)
    failing = ledger.verdict == VERDICTS.index(Verdict.DISCREPANCY)
    diagnoses = diagnose(ledger, failing, names)
    findings = findings_of(ledger, names, settings, seen.quotes)
    findings = worded(findings, ledger, relations, seen.cells)
    findings += question_notes(seen.questions, names, partial(identity, ids=Counter()))
    if settings.infers:
        findings += convention_notes(ledger, tables, relations)
        findings += blank_changes(tables)
    drift = tuple(seen.applied.drift) if seen.applied is not None else ()
    judged = Judged(workbook, tables, places, ledger, seen.formulas, drift, seen.packs)
    remarks, crashes = remarks_on(judged, settings.may_remark)
    remarked = list(as_findings(remarks, partial(identity, ids=Counter())))
    findings += remarked
    findings = [f for f in findings if settings.wants(f.rule, f.cell.sheet)]
    findings, causes = _linked(ledger, findings, diagnoses)
    findings, causes = with_remarks(findings, causes, zip(remarked, remarks, strict=True))
    findings = calibrated(ledger, findings, causes)
    unread = not_evaluated(seen.formulas)
    seen.formulas.forget()
    agreed = np.isin(ledger.verdict, [VERDICTS.index(v) for v in _AGREED])
    proved = _proved(ledger, agreed)
    return Outcome(
        file=workbook.file,
        sha256=workbook.sha256,
        sheets=len(workbook.grids),
        cells=sum(len(g) for g in workbook.grids),
        language=language_of(workbook),
        ledger=ledger,
        findings=tuple(sorted(findings, key=_place_order(workbook))),
        root_causes=tuple(causes),
        not_checked=(
            *_not_checked(seen, names),
            *unread,
        ),
        figures=len(ledger.figures),
        figures_proved=len(proved),
        proved=frozenset(proved),
        crashes=(*seen.crashes, *crashes),
        named=names,
    )


def _linked(
    ledger: Ledger, findings: list[Finding], diagnoses: list[Diagnosis]
) -> tuple[list[Finding], list[RootCause]]:
    """Findings that know their root cause, and root causes that know their findings."""
    by_check = {f.check: k for k, f in enumerate(findings) if f.check is not None}
    causes: list[RootCause] = []
    for diagnosis in diagnoses:
        mine = [by_check[c] for c in diagnosis.checks if c in by_check]
        if not mine:
            continue
        name = f"R-{len(causes) + 1}"
        for k in mine:
            findings[k] = replace(findings[k], root_cause=name)
        causes.append(
            RootCause(
                id=name,
                certainty=diagnosis.certainty,
                cells=diagnosis.suspects,
                cause=diagnosis.cause,
                explanation=diagnosis.explanation,
                amount=diagnosis.amount,
                findings=tuple(findings[k].id for k in mine),
                confidence=diagnosis.confidence,
            )
        )
    return findings, causes


def _proved(ledger: Ledger, agreed: NDArray[np.bool_]) -> set[CellRef]:
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    figures = np.unique(
        np.concatenate([ledger.target[agreed], ledger.part[agreed[owner]]]).astype(np.int64)
    )
    return {*ledger.figures.refs(figures)}


def _not_checked(seen: Examined, names: FigureNames) -> list[NotChecked]:
    """Figures in no check at all, and cells that hold an error or were never calculated."""
    ledger = seen.ledger
    in_check = np.zeros(len(ledger.figures), dtype=bool)
    in_check[ledger.target] = True
    in_check[ledger.part] = True
    per_resident = [*not_recomputed(seen.tables, seen.places, ledger.figures)]
    reported = {*ledger.figures.refs(np.unique(ledger.target))} if per_resident else set()
    result = [entry for entry in per_resident if entry.cell not in reported]
    reasons = {
        figure: reason
        for table, reason in seen.unsearched.items()
        for figure in seen.places[table].ravel().tolist()
    }
    told = {entry.cell for entry in result}
    others = (*seen.packs.unjudged, *unjudged(ledger.figures, seen.places, seen.relations))
    checked = {*ledger.figures.refs(np.flatnonzero(in_check))} if others else set()
    for entry in others:
        if entry.cell not in told and entry.cell not in checked:
            told.add(entry.cell)
            result.append(entry)
    untested = np.flatnonzero(~in_check)
    result += [
        _untested(cell, *names(k), reasons.get(k, ""))
        for k, cell in zip(untested.tolist(), ledger.figures.refs(untested), strict=True)
        if cell not in told
    ]
    for grid in seen.workbook.grids:
        for kind, key in ((Kind.ERROR, "error"), (Kind.NEVER_CALCULATED, "never_calculated")):
            for at in np.flatnonzero(grid.kinds == kind):
                cell = CellRef(grid.name, int(grid.rows[at]), int(grid.columns[at]))
                result.append(NotChecked("FT101", cell, Message(f"not_checked.{key}")))
    return result


def _untested(cell: CellRef, label: str, column: str, unsearched: str) -> NotChecked:
    if unsearched:
        return NotChecked("FT101", cell, Message(f"not_checked.{unsearched}"))
    words = ideas(label) | ideas(column)
    if words & Idea.PERCENT and words & Idea.CHANGE:
        return NotChecked("CP401", cell, Message("not_checked.no_base"))
    return NotChecked("FT101", cell, Message("not_checked.no_relation"))


def _place_order(workbook: Workbook) -> Callable[[Finding], tuple[int, int, int, str]]:
    rank = {grid.name: k for k, grid in enumerate(workbook.grids)}
    return lambda f: (rank.get(f.cell.sheet, 0), f.cell.row, f.cell.column, f.rule)
