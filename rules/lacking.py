"""Failing sums that one figure beside them would make whole: is it a part as well?

A total that is off by exactly a figure of its own line, or of its own column near by, which is no
part of the sum, says that the relation lacks that part; in the lines from which it was learned the
figure was blank, or stood elsewhere. So what fails is the reading, and the reader is asked.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from rules.doubts import significant_digits
from rules.ledger import BASES, OPERATIONS, VERDICTS, Figures, Ledger
from rules.model import Basis, Operation, Verdict

Flags = NDArray[np.bool_]
Positions = NDArray[np.int64]
Place = tuple[int, int]  # sheet, and row or column

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_LINEAR = tuple(OPERATIONS.index(kind) for kind in (Operation.SUM, Operation.NET))
_MEANT = tuple(BASES.index(basis) for basis in (Basis.DECLARED, Basis.FORMULA))
_NONE: Positions = np.zeros(0, dtype=np.int64)
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
        around = _NONE if along_row else _below_or_above(figures, target, mine, by_column)
        for others in (by_row[sheet, row], around, _next_to(figures, row, around)):
            size = np.abs(figures.value[others])
            alike = np.abs(size - gap) <= slack
            if not alike.any():
                continue
            others_alone = ~np.isin(others, [target, *mine.tolist()])
            near = (size <= gap * _NEAR_SIZE) & (size * _NEAR_SIZE >= gap)
            rivals = int((near & others_alone).sum())
            told = digits[check] >= np.log10(max(rivals, 1)) + _SPARE
            result[check] |= bool(told and (alike & others_alone).any())
    return result


def _by_line(figures: Figures) -> tuple[dict[Place, Positions], dict[Place, Positions]]:
    """The figures of each row and of each column, as positions."""
    by_row: dict[Place, list[int]] = defaultdict(list)
    by_column: dict[Place, list[int]] = defaultdict(list)
    for k, (sheet, row, column) in enumerate(
        zip(figures.sheet.tolist(), figures.row.tolist(), figures.column.tolist(), strict=True)
    ):
        by_row[sheet, row].append(k)
        by_column[sheet, column].append(k)
    rows = {place: np.array(mine, dtype=np.int64) for place, mine in by_row.items()}
    columns = {place: np.array(mine, dtype=np.int64) for place, mine in by_column.items()}
    return rows, columns


def _below_or_above(
    figures: Figures, target: int, mine: Positions, by_column: dict[Place, Positions]
) -> Positions:
    """The figures of the column of a sum above and below it; none of a sum of several columns.

    What stands among the parts is of another kind: revenue between lines of expenditure.
    """
    if (figures.column[mine] != figures.column[target]).any():
        return _NONE
    rows = figures.row[[target, *mine.tolist()]]
    first, last = int(rows.min()), int(rows.max())
    column = by_column[int(figures.sheet[target]), int(figures.column[target])]
    at = figures.row[column]
    above = (first - _AROUND <= at) & (at < first)
    return column[above | ((last < at) & (at <= last + _AROUND))]


def _next_to(figures: Figures, row: int, around: Positions) -> Positions:
    """The one figure above ``row``, and the one below, of those ``around`` a sum."""
    at = figures.row[around]
    above, below = around[at < row], around[at > row]
    ends = [above[figures.row[above].argmax()]] if len(above) else []
    ends += [below[figures.row[below].argmin()]] if len(below) else []
    return np.array(ends, dtype=np.int64)
