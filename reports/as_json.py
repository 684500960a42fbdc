"""The outcome as JSON, for programs; ``crossfoot-1.schema.json`` describes it.

Checks are written straight from the arrays of the ledger: there may be hundreds of thousands.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from typing import Any

from reports.movement import movements
from reports.sentences import (
    cause_text,
    explanation_text,
    finding_text,
    is_share_cause,
    waiver_text,
)
from reports.words import Words
from rules.ledger import BASES, OPERATIONS, VERDICTS, Ledger
from rules.model import (
    Comparison,
    Decision,
    EarlierFinding,
    Finding,
    Movement,
    Part,
    RootCause,
    Severity,
    Status,
    SuspectCell,
    Verdict,
    WaiverUse,
)
from rules.outcome import Outcome
from workbooks.refs import a1, quoted

SCHEMA = "crossfoot/1"


def as_json(outcome: Outcome, words: Words, ledger: bool) -> str:
    """One JSON object with sorted keys; with ``ledger`` also every check and every gap."""
    payload: dict[str, Any] = {
        "schema": SCHEMA,
        "workbook": {
            "file": outcome.file,
            "sha256": outcome.sha256,
            "sheets": outcome.sheets,
            "cells": outcome.cells,
            "language": outcome.language,
        },
        "summary": summary_record(outcome),
        "findings": [finding_record(finding, outcome, words) for finding in outcome.findings],
        "root_causes": [cause_record(cause, outcome, words) for cause in outcome.root_causes],
        "crashes": [{"rule": crash.rule} for crash in outcome.crashes],
        "waivers": [waiver_record(use, words) for use in outcome.waivers],
    }
    if outcome.comparison is not None:
        payload["previous"] = comparison_record(outcome.comparison, outcome)
    fields = {name: _dump(value) for name, value in payload.items()}
    if ledger:
        fields["checks"] = _array(check_lines(outcome.ledger))
        fields["not_checked"] = _array(gap_lines(outcome, words))
    body = ",\n".join(f'"{name}": {fields[name]}' for name in sorted(fields))
    return f"{{\n{body}\n}}\n"


def summary_record(outcome: Outcome) -> dict[str, int]:
    """The counts of an audit; ``findings`` counts errors and warnings, ``notes`` the rest, and
    ``settled`` those of both that a person accepted."""
    record = {str(verdict): outcome.count(verdict) for verdict in Verdict}
    return record | {
        "checks": len(outcome.ledger),
        "not_checked": len(outcome.not_checked),
        "findings": len(outcome.at_least(Severity.WARNING)),
        "settled": sum(finding.is_settled for finding in outcome.findings),
        "notes": sum(finding.severity is Severity.NOTE for finding in outcome.findings),
        "root_causes": len(outcome.root_causes),
        "figures": outcome.figures,
        "figures_proved": outcome.figures_proved,
    }


def finding_record(finding: Finding, outcome: Outcome, words: Words) -> dict[str, object]:
    """One finding; figures it does not have are null."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "name": finding.name,
        "severity": str(finding.severity),
        "confidence": plain(finding.confidence),
        "sheet": finding.cell.sheet,
        "cell": finding.cell.a1,
        "label": finding.label,
        "column": finding.column,
        "operation": None if finding.operation is None else str(finding.operation),
        "reported": plain(finding.reported),
        "recomputed": plain(finding.recomputed),
        "difference": plain(finding.difference),
        "tolerance": plain(finding.tolerance),
        "verdict": None if finding.verdict is None else str(finding.verdict),
        "parts": [part_record(part, finding.cell.sheet) for part in finding.parts],
        "basis": str(finding.basis),
        "message": finding_text(words, finding, outcome),
        "quote": finding.quote,
        "root_cause": finding.root_cause,
        "accepted": finding.is_settled,
        "status": str(finding.decision.status if finding.decision else Status.OPEN),
        "movement": None if finding.movement is None else str(finding.movement),
        "decision": decision_record(finding.decision),
    }


def waiver_record(use: WaiverUse, words: Words) -> dict[str, object]:
    """A waiver of the settings and what became of it."""
    waiver = use.waiver
    return {
        "subject": waiver.subject,
        "reason": waiver.reason,
        "by": waiver.by,
        "until": waiver.until.isoformat(),
        "place": waiver.place,
        "state": str(use.state),
        "findings": list(use.findings),
        "message": waiver_text(words, use),
    }


def decision_record(decision: Decision | None) -> dict[str, str] | None:
    """What a person wrote beside a finding in the report of the time before."""
    if decision is None:
        return None
    return {
        "status": str(decision.status),
        "reviewer": decision.reviewer,
        "date": decision.date,
        "comment": decision.comment,
    }


def comparison_record(comparison: Comparison, outcome: Outcome) -> dict[str, object]:
    """What became of the findings of an earlier report."""
    counts = {str(movement): 0 for movement in Movement}
    counts |= {str(moved.movement): len(moved.findings) for moved in movements(outcome)}
    return {
        "file": comparison.file,
        "sha256": comparison.sha256,
        "counts": counts,
        "gone": [earlier_record(finding) for finding in comparison.gone],
    }


def earlier_record(finding: EarlierFinding) -> dict[str, object]:
    """A finding of an earlier report that is not found any more."""
    return {
        "id": finding.id,
        "rule": finding.rule,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "label": finding.label,
        "column": finding.column,
        "reported": plain(finding.reported),
        "recomputed": plain(finding.recomputed),
        "difference": plain(finding.difference),
        "movement": None if finding.movement is None else str(finding.movement),
        "decision": decision_record(finding.decision),
    }


def part_record(part: Part, sheet: str) -> dict[str, object]:
    """One part, its address as written on ``sheet``."""
    return {"cell": part.cell.seen_from(sheet), "sign": plain(part.factor)}


def cause_record(cause: RootCause, outcome: Outcome, words: Words) -> dict[str, object]:
    """One root cause with its suspected cells."""
    share = is_share_cause(cause, outcome)
    said = [
        explanation_text(words, cause, share=share),
        cause_text(words, cause, is_explained=True),
    ]
    return {
        "id": cause.id,
        "certainty": str(cause.certainty),
        "cells": [suspect_record(suspect) for suspect in cause.cells],
        "cause": cause.cause,
        "explanation": " ".join(text for text in said if text),
        "amount": plain(cause.amount),
        "confidence": plain(cause.confidence),
        "findings": list(cause.findings),
    }


def suspect_record(suspect: SuspectCell) -> dict[str, object]:
    """A cell that may be wrong."""
    return {
        "sheet": suspect.cell.sheet,
        "cell": suspect.cell.a1,
        "value": plain(suspect.value),
        "suggested": plain(suspect.suggested),
        "low": plain(suspect.low),
        "high": plain(suspect.high),
        "label": suspect.label,
        "column": suspect.column,
    }


def check_lines(ledger: Ledger) -> Iterable[str]:
    """Every check of the ledger as one line of JSON."""
    figures = ledger.figures
    places = list(map(a1, figures.row.tolist(), figures.column.tolist()))
    sheets = figures.sheet.tolist()
    names = [_dump(name) for name in figures.sheets]
    prefixes = [_dump(quoted(name) + "!")[1:-1] for name in figures.sheets]
    rules = [_dump(rule) for rule in ledger.rules]
    values = [_number(value) for value in figures.value.tolist()]
    parts = [
        (figure, f', "sign": {_number(factor)}}}')
        for figure, factor in zip(ledger.part.tolist(), ledger.factor.tolist(), strict=True)
    ]
    start = ledger.start.tolist()
    columns = zip(
        ledger.rule.tolist(),
        ledger.operation.tolist(),
        ledger.target.tolist(),
        start,
        start[1:],
        ledger.basis.tolist(),
        ledger.confidence.tolist(),
        ledger.recomputed.tolist(),
        ledger.difference.tolist(),
        ledger.tolerance.tolist(),
        ledger.verdict.tolist(),
        strict=False,  # start has one more
    )
    for rule, operation, target, first, last, basis, sure, computed, off, limit, verdict in columns:
        sheet = sheets[target]
        listed = ", ".join(
            f'{{"cell": "{places[f]}"{sign}'
            if sheets[f] == sheet
            else f'{{"cell": "{prefixes[sheets[f]]}{places[f]}"{sign}'
            for f, sign in parts[first:last]
        )
        yield (
            f'{{"basis": "{BASES[basis]}", "cell": "{places[target]}", '
            f'"confidence": {_number(sure)}, "difference": {_number(off)}, '
            f'"operation": "{OPERATIONS[operation]}", "parts": [{listed}], '
            f'"recomputed": {_number(computed)}, "reported": {values[target]}, '
            f'"rule": {rules[rule]}, "sheet": {names[sheet]}, "tolerance": {_number(limit)}, '
            f'"verdict": "{VERDICTS[verdict]}"}}'
        )


def gap_lines(outcome: Outcome, words: Words) -> Iterable[str]:
    """Every figure that could not be checked as one line of JSON."""
    for gap in outcome.not_checked:
        yield _dump(
            {
                "rule": gap.rule,
                "sheet": gap.cell.sheet,
                "cell": gap.cell.a1,
                "reason": words.text(gap.reason, gap.cell.sheet),
            }
        )


def plain(value: float | None) -> float | int | None:
    """A number as JSON shows it: whole ones without a point, none for what is no number."""
    if value is None or not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 1e15 else float(value)


def _number(value: float) -> str:
    if -1e15 < value < 1e15:  # not a number is in no interval
        whole = int(value)
        return str(whole) if whole == value else repr(value)
    return _dump(plain(value))


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def _array(lines: Iterable[str]) -> str:
    body = ",\n".join(lines)
    return f"[\n{body}\n]" if body else "[]"
