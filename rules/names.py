"""What a figure is called: the label of its line and the heading of its column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbooks.tables.model import Table


class FigureNames:
    """Label and column heading of every figure."""

    def __init__(self, tables: Sequence[Table], places: Sequence[NDArray[np.int64]]) -> None:
        self._tables = tables
        n = 1 + max((int(place.max(initial=-1)) for place in places), default=-1)
        self._where = np.zeros((n, 3), dtype=np.int32)  # table, line and heading of each figure
        for t, place in enumerate(places):
            i, j = np.nonzero(place >= 0)
            self._where[place[i, j]] = np.stack([np.full(len(i), t), i, j], axis=1)

    def __call__(self, figure: int) -> tuple[str, str]:
        t, i, j = self._where[figure].tolist()
        return self._tables[t].lines[i].title, self._tables[t].headings[j].text
