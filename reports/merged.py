"""Merged areas of a source sheet, as far as a report can show them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from workbooks.refs import Area

MOST_MERGES = 20_000  # on one sheet; they only shape its look
LARGEST_MERGE = 100_000  # cells; programs that read merges keep each cell of them


def merged_areas(areas: Iterable[Area]) -> list[Area]:
    """Areas of several cells without those that overlap an earlier one, which Excel would call
    damage, and without absurdly large ones; at most ``MOST_MERGES``."""
    kept: list[Area] = []
    taken = np.zeros((0, 4), dtype=np.int64)
    for area in areas:
        height = area.last_row - area.first_row + 1
        size = height * (area.last_column - area.first_column + 1)
        if not 1 < size <= LARGEST_MERGE or len(kept) == MOST_MERGES:
            continue
        used = taken[: len(kept)]
        clash = (
            (area.first_row <= used[:, 2])
            & (used[:, 0] <= area.last_row)
            & (area.first_column <= used[:, 3])
            & (used[:, 1] <= area.last_column)
        )
        if not clash.any():
            if len(kept) == len(taken):
                taken = np.vstack([taken, np.zeros((len(taken) + 64, 4), dtype=np.int64)])
            taken[len(kept)] = area
            kept.append(area)
    return kept
