"""CP402 row-change-not-from-column-before."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.along import Along, along
from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.search.space import COLUMNS, ROWS
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_FEWEST = 2  # figures that must agree before a line is taken as the change of the line before it


@rule(
    "CP402",
    "row-change-not-from-column-before",
    operation=Operation.PERCENT_CHANGE,
    since="0.1",
    takes=Takes.TABLE,
)
def row_changes(table: Table, place: NDArray[np.int64]) -> Iterator[CellRelation]:
    """A line of changes in per cent differs from the line before it, period by period.

    Why: key-figure tables print "Change %" under an amount, each against the period before.
    Example: -2,284,295 then -2,200,752 is -3.7 %, not -7.3 %.
    Not checked: the first period, whose base is not in the workbook.
    Units: per cent, as whole numbers.
    Source: recalculation, ISA 500; growth of the magnitude, (new - old) / old.
    """
    for axis in (ROWS, COLUMNS):
        seen = along(table, place, axis)
        for line in range(1, len(seen.lines)):
            if Idea.PERCENT in seen.lines[line] and Idea.CHANGE in seen.lines[line]:
                yield from _of_line(seen, line, axis)


def _of_line(seen: Along, line: int, axis: int) -> Iterator[CellRelation]:
    values, where, step = seen.values, seen.places, seen.steps
    base = values[line - 1]
    with np.errstate(all="ignore"):
        expected = 100.0 * (base[1:] - base[:-1]) / base[:-1]
    told = np.isfinite(values[line, 1:]) & np.isfinite(expected)
    agree = told & (np.abs(values[line, 1:] - expected) <= step[line, 1:] * 0.51 + 1e-9)
    if agree.sum() < _FEWEST or agree.sum() * 2 < told.sum():
        return
    for j in np.flatnonzero(told) + 1:
        yield CellRelation(
            rule="CP402",
            operation=Operation.PERCENT_CHANGE,
            basis=Basis.LABEL,
            confidence=0.95,
            target=int(where[line, j]),
            parts=(int(where[line - 1, j - 1]), int(where[line - 1, j])),
            factors=(-1.0, 1.0),
            scale=100.0,
            group=line * 2 + axis,
        )
