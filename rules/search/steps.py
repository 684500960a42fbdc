"""The step of a figure: the smallest difference it was stated to.

A stored 12 in a column of 12.5, 13.1 … was stated to tenths; a 12 in a row of head counts to ones,
whatever its column holds. So a cell's step is the coarser of what its row and its column show.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.once import once
from workbooks.tables.model import Table

FINEST = 6  # decimals; more are the tail of a computed number, which counts as exact
WHOLE = 100.0  # what percentages of one whole add up to
_FEWEST_WHOLES = 3
_QUANTILE = 0.85  # a few stray decimals in a line do not refine the rest of it


def decimals(values: NDArray[np.float64]) -> NDArray[np.int8]:
    """Decimals of each number's shortest text, at most FINEST + 1; NaN has 0. Any shape.

    >>> decimals(np.array([12.0, 3.25, 1 / 3])).tolist()
    [0, 2, 7]
    """
    result = np.full(values.shape, FINEST + 1, dtype=np.int8)
    finite = np.isfinite(values)
    result[~finite] = 0
    open_ = finite.copy()
    for places in range(FINEST + 1):
        scaled = values[open_] * 10.0**places
        fits = np.abs(scaled - np.rint(scaled)) <= np.maximum(1e-9, np.abs(scaled) * 4e-16)
        at = np.flatnonzero(open_.ravel())[fits]
        result.ravel()[at] = places
        open_.ravel()[at] = False
        if not open_.any():
            break
    return result


@once
def steps_of(table: Table) -> NDArray[np.float64]:
    """`steps` of the figures of ``table``."""
    return steps(table.values)


def steps(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The step of every cell of a table, shape ``(n_lines, n_headings)``; 0 where exact.

    Source: XBRL Calculations 1.1 (a reported figure stands for half a step each way); the inference
    of the step from rows and columns is ours.
    """
    places = decimals(values)
    present = np.isfinite(values) & (values != 0)
    by_row = _upper(places, present)
    by_column = _upper(places.T, present.T)
    wholes = present & (values == WHOLE)
    silent_row, silent_column = _silent(wholes, present), _silent(wholes.T, present.T)
    cell = np.minimum(by_row[:, None], by_column[None, :])
    cell = np.where(silent_row[:, None], by_column[None, :], cell)
    cell = np.where(silent_column[None, :], by_row[:, None], cell)
    cell = np.maximum(cell, places)
    return np.where(cell > FINEST, 0.0, 10.0 ** -cell.astype(np.float64))


def _silent(wholes: NDArray[np.bool_], present: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Lines of nothing but 100, which stands without decimals whatever its parts were stated to."""
    told = present.sum(axis=1)
    return np.asarray((told >= _FEWEST_WHOLES) & (wholes.sum(axis=1) == told), dtype=np.bool_)


def _upper(places: NDArray[np.int8], present: NDArray[np.bool_]) -> NDArray[np.int8]:
    """The decimals that nearly all figures of each line fit into, shape ``(n_lines,)``."""
    masked = np.where(present, places, -1)
    ordered = np.sort(masked, axis=1)
    n = present.sum(axis=1)
    width = masked.shape[1]
    back = np.floor((1 - _QUANTILE) * n).astype(np.int64)
    at = np.clip(width - 1 - back, 0, width - 1)
    upper: NDArray[np.int8] = np.maximum(ordered[np.arange(len(ordered)), at], 0)
    return upper.astype(np.int8)
