"""Where a reader should look for a line or column of one of two workbooks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rules.ties.side import Side
from rules.ties.tied import Tied
from workbooks.refs import CellRef


class Spot(NamedTuple):
    """A cell, its figure, and the heading it stands under."""

    cell: CellRef
    figure: float
    heading: str


def spot_of(side: Side, line: int, column: int) -> Spot:
    """A cell of a table."""
    row, across = (column, line) if side.is_turned else (line, column)
    cell = CellRef(side.sheet, side.rows[row], side.columns[across])
    return Spot(cell, float(side.values[line, column]), side.headings[column])


def largest(tied: Tied, side: Side, line: int) -> Spot:
    """The largest figure of a line in the columns that both workbooks have."""
    columns = [
        (pair.this if side is table.this else pair.last)
        for table in tied.pairs
        if side in (table.this, table.last)
        for pair in table.columns
    ]
    sizes = np.abs(np.nan_to_num(side.values[line, columns]))
    return spot_of(side, line, columns[int(sizes.argmax())])
