"""Differences that nobody can see: smaller than the last digit that the cell's number format shows.

A share stored as 0.58781 and shown as 58.8 % is not wrong when its figures give 0.58779; and a
total of 1,973.58 that shows as 1,974 is the sum of parts that stand in whole millions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, VERDICTS, Ledger
from rules.model import Operation, Verdict
from workbooks.grid import Grid, Workbook
from workbooks.styles import shown_step

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_DIVIDED = tuple(
    OPERATIONS.index(kind)
    for kind in (Operation.RATIO, Operation.PERCENT_CHANGE, Operation.AVERAGE)
)
_LINEAR = tuple(
    OPERATIONS.index(kind)
    for kind in (Operation.SUM, Operation.NET, Operation.DIFFERENCE, Operation.CHANGE)
)


def as_shown(ledger: Ledger, workbook: Workbook, *, settled: bool = False) -> Ledger:
    """The ledger with differences that do not show as ``rounding``, their tolerance half of the
    last digit shown.

    Before it is ``settled`` which relations were meant, hidden differences beside a visible one of
    the same relation are left as they are: they too speak against that relation.

    Of sums only those whose total, or whose parts, are multiples of that digit: where parts have
    more digits than are shown, so has their total, unless it was typed as it shows.
    """
    failing = (ledger.verdict == _DISCREPANCY) & np.isin(ledger.operation, (*_DIVIDED, *_LINEAR))
    if not failing.any():
        return ledger
    grids = {grid.name: grid for grid in workbook.grids}
    hidden: dict[int, float] = {}
    seen: set[int] = set()
    for check in np.flatnonzero(failing).tolist():
        cell = ledger.figures.ref(int(ledger.target[check]))
        step = shown_step(_format(grids[cell.sheet], workbook, cell.row, cell.column))
        parts = ledger.figures.value[ledger.part[ledger.start[check] : ledger.start[check + 1]]]
        reported = ledger.figures.value[[ledger.target[check]]]
        small = abs(float(ledger.difference[check])) <= step / 2 * (1 + 1e-9)
        if step > 0:  # or both are printed alike
            small |= bool(np.rint(reported[0] / step) == np.rint(ledger.recomputed[check] / step))
        linear = ledger.operation[check] in _LINEAR
        unseen = small and step > 0
        if unseen and (not linear or _are_whole(parts / step) or _are_whole(reported / step)):
            hidden[check] = max(step / 2, abs(float(ledger.difference[check])))
        else:
            seen.add(int(ledger.relation[check]))
    tolerance, verdict = ledger.tolerance.copy(), ledger.verdict.copy()
    for check, half in hidden.items():
        if settled or int(ledger.relation[check]) not in seen:
            tolerance[check] = max(float(tolerance[check]), half)
            verdict[check] = VERDICTS.index(Verdict.ROUNDING)
    return replace(ledger, tolerance=tolerance, verdict=verdict)


def _are_whole(values: NDArray[np.float64]) -> bool:
    return bool((np.abs(values - np.rint(values)) < 1e-6).all())


def _format(grid: Grid, workbook: Workbook, row: int, column: int) -> str:
    first, last = np.searchsorted(grid.rows, [row, row + 1])
    at = np.flatnonzero(grid.columns[first:last] == column)
    if not len(at):
        return ""
    style = int(grid.styles[first + at[0]])
    return workbook.styles[style].number_format if style < len(workbook.styles) else ""
