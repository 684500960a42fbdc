"""A table with its periods across, whichever way it is printed, and its lines by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.declared.columns import role_of
from rules.declared.lines import Lines
from rules.search.steps import steps_of
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One table of one workbook. Matrices have shape ``(n_lines, n_columns)``."""

    table: int  # position among the tables of both workbooks
    sheet: str
    title: str
    lines: Lines
    labels: tuple[str, ...]  # as a reader would name the lines
    ideas: tuple[Idea, ...]
    headings: tuple[str, ...]
    scales: tuple[float, ...]  # 1, 1,000 or 1,000,000 per column
    values: NDArray[np.float64]
    steps: NDArray[np.float64]
    place: NDArray[np.int64]  # position of each figure; −1 where blank
    rows: tuple[int, ...]  # of the sheet, for each line of the table as it is printed
    columns: tuple[int, ...]
    is_turned: bool  # its periods stand down the side


def side_of(table: Table, place: NDArray[np.int64], position: int) -> Side:
    """The view of a table; turned where more of its lines than of its headings name a year."""
    rows = Side(
        table=position,
        sheet=table.sheet,
        title=table.title,
        lines=Lines.of_rows(table),
        labels=tuple(line.title for line in table.lines),
        ideas=tuple(line.ideas for line in table.lines),
        headings=tuple(heading.text for heading in table.headings),
        scales=tuple(heading.scale for heading in table.headings),
        values=table.values,
        steps=steps_of(table),
        place=place,
        rows=tuple(line.row for line in table.lines),
        columns=tuple(heading.column for heading in table.headings),
        is_turned=False,
    )
    down = sum(bool(role_of(line.label).years) for line in table.lines)
    across = sum(bool(role_of(heading.text).years) for heading in table.headings)
    if down <= across:
        return rows
    scale = table.headings[0].scale if table.headings else 1.0
    return replace(
        rows,
        lines=Lines.of_columns(table),
        labels=rows.headings,
        ideas=tuple(heading.ideas for heading in table.headings),
        headings=tuple(line.label for line in table.lines),
        scales=(scale,) * len(table.lines),
        values=table.values.T,
        steps=rows.steps.T,
        place=place.T,
        is_turned=True,
    )


def sides_of(
    tables: Sequence[Table], places: Sequence[NDArray[np.int64]], first: int
) -> list[Side]:
    """The views of several tables, which stand from position ``first`` on."""
    return [
        side_of(table, place, first + k)
        for k, (table, place) in enumerate(zip(tables, places, strict=True))
    ]
