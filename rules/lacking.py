"""Failing sums that one figure beside them would make whole: is it a part as well?

A total that is off by exactly a figure of its own line, or of its own column near by, which is no
part of the sum, says that the relation lacks that part; in the lines from which it was learned the
figure was blank, or stood elsewhere. So what fails is the reading, and the reader is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.doubts import significant_digits
from rules.ledger import BASES, OPERATIONS, VERDICTS, Figures, Ledger
from rules.model import Basis, Operation, Verdict

Flags = NDArray[np.bool_]
Place = tuple[int, int]  # sheet, and row or column

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_LINEAR = tuple(OPERATIONS.index(kind) for kind in (Operation.SUM, Operation.NET))
_MEANT = tuple(BASES.index(basis) for basis in (Basis.DECLARED, Basis.FORMULA))
_AROUND = 40  # lines above and below the sum that are looked at
_SPARE = 1.7  # decimal digits beyond what so many figures would match by accident
_CLOSE = 1e-3  # share of the difference by which rounding may take it off that figure
_NEAR_SIZE = 10**0.5  # times larger or smaller, within which a figure could have matched


def lacking_one(ledger: Ledger) -> Flags:
    """Flags per check: failing sums whose difference is one other figure of their line or column.

    Shape ``(n_checks,)``. The difference needs more digits, the more figures could have matched.
    """
    result = np.zeros(len(ledger), dtype=np.bool_)
    failing = (ledger.verdict == _DISCREPANCY) & np.isin(ledger.operation, _LINEAR)
    failing &= ~np.isin(ledger.basis, _MEANT)
    if not failing.any():
        return result
    figures = ledger.figures
    by_row, by_column = _by_line(figures)
    digits = significant_digits(ledger.difference)
    for check in np.flatnonzero(failing).tolist():
        target = int(ledger.target[check])
        mine = ledger.part[ledger.start[check] : ledger.start[check + 1]]
        if len(mine) < 2 or (figures.sheet[mine] != figures.sheet[target]).any():
            continue
        gap = abs(float(ledger.difference[check]))
        slack = min(float(ledger.tolerance[check]), _CLOSE * gap) + 1e-9 * gap
        if (np.abs(np.abs(figures.value[mine]) - gap) <= slack).any():
            continue  # a part that the total leaves out: a slip, whatever else is as large
        sheet, row = int(figures.sheet[target]), int(figures.row[target])
        along_row = bool((figures.row[mine] == row).all())
        for others in (
            by_row[sheet, row],
            _below_or_above(figures, target, mine, by_column, along_row=along_row),
            _next_to(figures, target, mine, by_column, along_row=along_row),
        ):
            open_ = np.setdiff1d(others, [target, *mine.tolist()]).astype(np.int64)
            size = np.abs(figures.value[open_])
            alike = np.abs(size - gap) <= slack
            rivals = int(((size <= gap * _NEAR_SIZE) & (size * _NEAR_SIZE >= gap)).sum())
            told = digits[check] >= np.log10(max(rivals, 1)) + _SPARE
            result[check] |= bool(told and alike.any())
    return result


def _by_line(figures: Figures) -> tuple[dict[Place, list[int]], dict[Place, list[int]]]:
    """The figures of each row and of each column, as positions."""
    by_row: dict[Place, list[int]] = defaultdict(list)
    by_column: dict[Place, list[int]] = defaultdict(list)
    for k, (sheet, row, column) in enumerate(
        zip(figures.sheet.tolist(), figures.row.tolist(), figures.column.tolist(), strict=True)
    ):
        by_row[sheet, row].append(k)
        by_column[sheet, column].append(k)
    return by_row, by_column


def _below_or_above(
    figures: Figures,
    target: int,
    mine: NDArray[np.int64],
    by_column: dict[Place, list[int]],
    *,
    along_row: bool,
) -> Sequence[int]:
    """The figures of the column of a sum above and below it.

    What stands among the parts is of another kind: revenue between lines of expenditure.
    """
    if along_row or (figures.column[mine] != figures.column[target]).any():
        return ()
    rows = figures.row[[target, *mine.tolist()]]
    first, last = int(rows.min()), int(rows.max())
    return [
        k
        for k in by_column[int(figures.sheet[target]), int(figures.column[target])]
        if first - _AROUND <= figures.row[k] < first or last < figures.row[k] <= last + _AROUND
    ]


def _next_to(
    figures: Figures,
    target: int,
    mine: NDArray[np.int64],
    by_column: dict[Place, list[int]],
    *,
    along_row: bool,
) -> Sequence[int]:
    """The one figure above, and the one below, of a column with its sum: they come next."""
    around = _below_or_above(figures, target, mine, by_column, along_row=along_row)
    middle = int(figures.row[target])
    above = [k for k in around if figures.row[k] < middle]
    below = [k for k in around if figures.row[k] > middle]
    ends = [max(above, key=lambda k: int(figures.row[k]), default=-1)]
    ends.append(min(below, key=lambda k: int(figures.row[k]), default=-1))
    return [k for k in ends if k >= 0]
