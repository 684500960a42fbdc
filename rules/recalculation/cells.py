"""Values of a workbook by place: single cells at once, areas as slices of sorted columns."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbooks.grid import Grid, Kind
from workbooks.refs import Area

_NUMBERS = (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE)


_NONE: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


class SheetCells:
    """One sheet's cells; positions are those of its grid."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._place: dict[int, dict[int, int]] = {}  # column -> row -> position, once asked for

    @cached_property
    def _by_column(self) -> dict[int, tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Rows and positions of each column, from the top down."""
        order = np.argsort(self.grid.columns, kind="stable")
        columns = self.grid.columns[order]
        numbers, starts = np.unique(columns, return_index=True)
        ends = np.append(starts[1:], len(columns))
        return {
            int(column): (self.grid.rows[order[low:high]].astype(np.int64), order[low:high])
            for column, low, high in zip(numbers, starts, ends, strict=True)
        }

    @cached_property
    def is_number(self) -> NDArray[np.bool_]:
        """Which cells Excel takes as numbers: not those stored as text."""
        numbers = np.isin(self.grid.kinds, _NUMBERS)
        for at in self.grid.texts:
            numbers[at] = False
        result: NDArray[np.bool_] = numbers
        return result

    def at(self, row: int, column: int) -> int:
        """The position of a cell, −1 where it is blank."""
        known = self._place.get(column)
        if known is None:
            rows, positions = self._by_column.get(column, (_NONE, _NONE))
            known = dict(zip(rows.tolist(), positions.tolist(), strict=True))
            self._place[column] = known
        return known.get(row, -1)

    def column(self, column: int, first: int, last: int) -> NDArray[np.int64]:
        """Positions of the cells of a column between two rows, both included."""
        rows, positions = self._by_column.get(column, (_NONE, _NONE))
        low, high = np.searchsorted(rows, [first, last + 1])
        return positions[low:high]

    def inside(self, area: Area) -> NDArray[np.int64]:
        """Positions of all cells of an area, column by column."""
        found = [
            self.column(column, area.first_row, area.last_row) for column in self._columns(area)
        ]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _columns(self, area: Area) -> Iterator[int]:
        if area.last_column - area.first_column < len(self._by_column):
            yield from range(area.first_column, area.last_column + 1)
        else:
            yield from (c for c in self._by_column if area.first_column <= c <= area.last_column)

    def numbers(self, area: Area) -> NDArray[np.float64]:
        """The numbers of an area, as SUM sees them."""
        inside = self.inside(area)
        return self.grid.numbers[inside[self.is_number[inside]]]
