"""Relations that may not be meant: asked once each, instead of a finding for every line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.ledger import VERDICTS, Ledger
from rules.model import Check, Finding, Message, Severity, Verdict
from rules.registry import rule_info

Names = Callable[[int], tuple[str, str]]  # label and column heading of a figure

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_DOUBTED = 0.4  # the most that a question is sure of


@dataclass(frozen=True, slots=True)
class Question:
    """A relation that holds in ``held`` lines and fails in so many that it may not be meant."""

    check: Check  # the largest difference
    figure: int
    held: int
    failed: int


def questions(ledger: Ledger, asked: NDArray[np.bool_]) -> list[Question]:
    """One question per relation with failing checks that are doubted."""
    groups: dict[int, list[int]] = defaultdict(list)
    for row in np.flatnonzero(asked):
        groups[int(ledger.relation[row])].append(int(row))
    found = []
    for relation, rows in groups.items():
        largest = max(rows, key=lambda r: (abs(float(ledger.difference[r])), -r))
        agreed = (ledger.relation == relation) & (ledger.verdict < _DISCREPANCY)
        figure = int(ledger.target[largest])
        found.append(Question(ledger.check(largest), figure, int(agreed.sum()), len(rows)))
    return found


def question_notes(
    questions: Sequence[Question], names: Names, identity: Callable[..., str]
) -> list[Finding]:
    """A note for each relation that may not be meant: it is shown, and nothing is called wrong."""
    found = []
    for question in questions:
        check = question.check
        label, column = names(question.figure)
        values = {"held": question.held, "count": question.failed, "difference": check.difference}
        found.append(
            Finding(
                id=identity(check.cell.sheet, check.rule, f"?{label}", column),
                rule=check.rule,
                name=rule_info(check.rule).name,
                severity=Severity.NOTE,
                confidence=min(check.confidence, _DOUBTED),
                cell=check.cell,
                label=label,
                column=column,
                message=Message("note.question", values),
                basis=check.basis,
                operation=check.operation,
                reported=check.reported,
                recomputed=check.recomputed,
                difference=check.difference,
                tolerance=check.tolerance,
                parts=check.parts,
            )
        )
    return found
