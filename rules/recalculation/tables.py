"""The formulas of a table by line and heading, and which figures stand among like formulas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.recalculation.facts import FormulaFacts
from workbooks.formula.patterns import Pattern
from workbooks.refs import CellRef
from workbooks.tables.model import Table

TYPED = -1
BLANK = -2


@dataclass(frozen=True, slots=True)
class TableFormulas:
    """``pattern[i, j]`` is the number of the formula's pattern, TYPED or BLANK."""

    table: Table
    pattern: NDArray[np.int64]
    patterns: dict[int, Pattern]

    def ref(self, i: int, j: int) -> CellRef:
        """Where a figure stands."""
        table = self.table
        return CellRef(table.sheet, table.lines[i].row, table.headings[j].column)

    def names(self, i: int, j: int) -> tuple[str, str]:
        """Label and column heading of a figure."""
        return self.table.lines[i].title, self.table.headings[j].text

    def cells(self) -> Iterator[tuple[int, int, Pattern]]:
        """Every figure that is a formula."""
        for i, j in zip(*(at.tolist() for at in np.nonzero(self.pattern >= 0)), strict=True):
            yield i, j, self.patterns[int(self.pattern[i, j])]


def table_formulas(tables: Sequence[Table], facts: FormulaFacts) -> list[TableFormulas]:
    """The tables that have formulas."""
    found = []
    for table in tables:
        of_cell = facts.book.sheets[table.grid].of_cell
        if not of_cell:
            continue
        number = np.full(table.cells.shape, BLANK, dtype=np.int64)
        number[table.cells >= 0] = TYPED
        has = np.isin(table.cells, np.fromiter(of_cell, np.int64, len(of_cell)))
        patterns: dict[int, Pattern] = {}
        for i, j in zip(*(at.tolist() for at in np.nonzero(has)), strict=True):
            pattern = of_cell[int(table.cells[i, j])]
            patterns[pattern.number] = pattern
            number[i, j] = pattern.number
        if patterns:
            found.append(TableFormulas(table, number, patterns))
    return found
