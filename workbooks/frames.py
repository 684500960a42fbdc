"""The tidy frame: one row per number of a table, each with its sheet and cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbooks.grid import Kind, Workbook
from workbooks.refs import a1
from workbooks.tables.layout import find_tables

if TYPE_CHECKING:
    import pandas as pd


def tidy(workbook: Workbook) -> pd.DataFrame:
    """Every number of every table, in order of sheet and table.

    Columns: sheet, row, column, cell (its address), line_item, block, heading, period (the years of
    the heading), scenario, amount, unit, scale (1, 1,000 or 1,000,000), kind (``amount`` or
    ``percentage``; 3.6 % is 0.036) and text_number (stored as text). Shape ``(n_numbers, 14)``.
    """
    import pandas as pd

    rows: list[tuple[object, ...]] = []
    for position, grid in enumerate(workbook.grids):
        for table in find_tables(grid, workbook.styles, position):
            for i, j in zip(*np.nonzero(table.cells >= 0), strict=True):
                line, heading = table.lines[i], table.headings[j]
                at = int(table.cells[i, j])
                rows.append(
                    (
                        grid.name,
                        line.row,
                        heading.column,
                        a1(line.row, heading.column),
                        line.label,
                        line.block,
                        heading.text,
                        "/".join(str(year) for year in heading.years),
                        heading.scenario,
                        float(table.values[i, j]),
                        heading.unit,
                        heading.scale,
                        Kind(int(grid.kinds[at])).name.lower(),
                        grid.is_text_number(at),
                    )
                )
    names = "sheet row column cell line_item block heading period scenario amount unit scale kind"
    return pd.DataFrame(rows, columns=[*names.split(), "text_number"])
