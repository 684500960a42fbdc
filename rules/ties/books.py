"""Two workbooks as one, so that every report can show both: the other's sheets stand behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

from workbooks.grid import Grid, Workbook
from workbooks.tables.layout import find_tables
from workbooks.tables.model import Table


def together(this: Workbook, last: Workbook) -> Workbook:
    """Both workbooks in one; sheets of ``last`` carry the name of its file.

    Styles of ``last`` stand behind those of ``this``.
    """
    taken = {grid.name.casefold() for grid in this.grids}
    grids: list[Grid] = list(this.grids)
    stem = PurePath(last.file).stem
    for grid in last.grids:
        name = f"{grid.name} · {stem}"
        while name.casefold() in taken:
            name += "'"
        taken.add(name.casefold())
        grids.append(replace(grid, name=name, styles=grid.styles + len(this.styles)))
    return replace(this, grids=tuple(grids), styles=(*this.styles, *last.styles))


def tables_of(workbook: Workbook, first: int, last: int) -> Sequence[Table]:
    """The tables of the sheets from position ``first`` up to ``last``."""
    return [
        table
        for position in range(first, last)
        for table in find_tables(workbook.grids[position], workbook.styles, position)
    ]
