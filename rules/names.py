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
        self._where: dict[int, tuple[int, int, int]] = {}
        for t, place in enumerate(places):
            for i, j in zip(*np.nonzero(place >= 0), strict=True):
                self._where[int(place[i, j])] = (t, int(i), int(j))

    def __call__(self, figure: int) -> tuple[str, str]:
        t, i, j = self._where[figure]
        return self._tables[t].lines[i].title, self._tables[t].headings[j].text
