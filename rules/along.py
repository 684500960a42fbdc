"""A table seen along one axis, for rules that look at single cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.search.space import ROWS
from rules.search.steps import steps_of
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea


@dataclass(frozen=True, slots=True)
class Along:
    """Matrices of shape ``(n_lines, n_columns)``; along columns the two change places."""

    values: NDArray[np.float64]
    places: NDArray[np.int64]  # positions in ``Figures``; −1 where blank
    steps: NDArray[np.float64]
    percent: NDArray[np.bool_]
    lines: tuple[Idea, ...]
    columns: tuple[Idea, ...]


def along(table: Table, place: NDArray[np.int64], axis: int) -> Along:
    """``table``, its figures at ``place``, with the rows as lines (``ROWS``) or the columns."""
    step = steps_of(table)
    lines = tuple(line.ideas for line in table.lines)
    columns = tuple(heading.ideas for heading in table.headings)
    if axis == ROWS:
        return Along(table.values, place, step, table.percent, lines, columns)
    return Along(table.values.T, place.T, step.T, table.percent.T, columns, lines)
