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
from rules.ledger import BASES, OPERATIONS, VERDICTS, Ledger
from rules.model import Basis, Operation, Verdict

Flags = NDArray[np.bool_]

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_LINEAR = tuple(OPERATIONS.index(kind) for kind in (Operation.SUM, Operation.NET))
_MEANT = tuple(BASES.index(basis) for basis in (Basis.DECLARED, Basis.FORMULA))
_AROUND = 40  # lines above and below the sum that are looked at
_SPARE = 1.7  # decimal digits beyond what so many figures would match by accident
_FEWEST = 3  # digits of the difference


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
    digits = significant_digits(ledger.difference)
    by_row: dict[tuple[int, int], list[int]] = defaultdict(list)
    by_column: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, (sheet, row, column) in enumerate(
        zip(figures.sheet.tolist(), figures.row.tolist(), figures.column.tolist(), strict=True)
    ):
        by_row[sheet, row].append(k)
        by_column[sheet, column].append(k)
    for check in np.flatnonzero(failing & (digits >= _FEWEST)).tolist():
        target = int(ledger.target[check])
        mine = ledger.part[ledger.start[check] : ledger.start[check + 1]]
        if len(mine) < 2 or (figures.sheet[mine] != figures.sheet[target]).any():
            continue
        sheet = int(figures.sheet[target])
        if (figures.row[mine] == figures.row[target]).all():
            others = by_row[sheet, int(figures.row[target])]
        elif (figures.column[mine] == figures.column[target]).all():
            rows = figures.row[[target, *mine.tolist()]]
            first, last = int(rows.min()), int(rows.max())
            # What stands among the parts is of another kind: revenue between lines of expenditure.
            others = [
                k
                for k in by_column[sheet, int(figures.column[target])]
                if first - _AROUND <= figures.row[k] < first
                or last < figures.row[k] <= last + _AROUND
            ]
        else:
            continue
        open_ = np.setdiff1d(others, [target, *mine.tolist()]).astype(np.int64)
        gap = abs(float(ledger.difference[check]))
        slack = float(ledger.tolerance[check]) + 1e-9 * gap
        if (np.abs(np.abs(figures.value[mine]) - gap) <= slack).any():
            continue  # a part that the total leaves out: a slip, whatever else is as large
        alike = np.abs(np.abs(figures.value[open_]) - gap) <= slack
        told = digits[check] >= np.log10(max(len(open_), 1)) + _SPARE
        result[check] = bool(told and alike.any())
    return result
