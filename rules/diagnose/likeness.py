"""How like a figure is to those of its row and its column: what a wrong one is not, its right value
is.

Counts of the same thing in year after year are of one size and one sign; so of two figures that
could be changed to make a sum whole, the wrong one is rather that which stands out among its like
and would no more, than one which is like them and would stand out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rules.diagnose.slips import Floats, Ints
from rules.ledger import Figures

_MOST = 6.0  # bits by which size, and by which sign, may speak
_USUAL = 2.0  # pseudo-count: steps of a line that are as those of the whole workbook
_LEAST_SPREAD = 0.05  # natural logarithm: figures are never as alike as that tells


@dataclass(frozen=True, slots=True)
class _Axis:
    """Figures along rows, or along columns; arrays by figure."""

    before: Ints  # the figure before it in its line that is not zero; −1 where there is none
    after: Ints
    spread: Floats  # the usual step from one figure to the next in its line, in logarithms
    signs: Floats  # how many figures of its line are below, at and above zero, shape (n, 3)


class Likeness:
    """What the rows and columns of all figures say about the size and the sign of each."""

    def __init__(self, figures: Figures) -> None:
        self.value: Floats = figures.value.astype(np.float64)
        sheet = figures.sheet.astype(np.int64) << 32
        row, column = figures.row.astype(np.int64), figures.column.astype(np.int64)
        along_rows = _axis(self.value, sheet + row, column)
        self._axes = (along_rows, _axis(self.value, sheet + column, row))

    def bits(self, figure: Ints, right: Floats) -> Floats:
        """Bits for each ``figure`` being wrong and ``right`` being its value, shape ``(n,)``."""
        size = np.zeros(len(figure))
        closest = np.full(len(figure), np.inf)
        signs = np.zeros((len(figure), 3))
        for axis in self._axes:
            told = self._like(axis, figure, right) - self._like(axis, figure, self.value[figure])
            nearer = np.isfinite(told) & (axis.spread[figure] < closest)
            size = np.where(nearer, told, size)
            closest = np.where(nearer, axis.spread[figure], closest)
            signs += axis.signs[figure]
        at = np.arange(len(figure))
        typed, wanted = _sign(self.value[figure]), _sign(right)
        others = signs[at, typed] - len(self._axes)  # without itself, in its row and its column
        turned = np.log2((signs[at, wanted] + 0.5) / (others + 0.5))
        turned = np.where(typed == wanted, 0.0, np.clip(turned, -_MOST, _MOST))
        return np.asarray(np.clip(size, -_MOST, _MOST) + turned, dtype=np.float64)

    def _like(self, axis: _Axis, figure: Ints, value: Floats) -> Floats:
        """Log-likelihood of a size beside the figures before and after; NaN without these."""
        total, count = np.zeros(len(figure)), np.zeros(len(figure))
        size = np.where(value == 0, np.nan, np.abs(value))
        for beside in (axis.before[figure], axis.after[figure]):
            other = np.where(beside >= 0, np.abs(self.value[beside]), np.nan)
            steps = np.log(size / other) / axis.spread[figure]
            known = np.isfinite(steps)
            total += np.where(known, -np.log2(1.0 + steps**2), 0.0)
            count += known
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _sign(value: Floats) -> Ints:
    return np.sign(value).astype(np.int64) + 1


def _axis(value: Floats, line: Ints, place: Ints) -> _Axis:
    n = len(value)
    _, group = np.unique(line, return_inverse=True)
    signs = np.zeros((n, 3))
    n_lines = int(group.max(initial=-1)) + 1
    for sign in range(3):
        signs[:, sign] = np.bincount(group, weights=_sign(value) == sign, minlength=n_lines)[group]
    order = np.lexsort((place, group))
    order = order[value[order] != 0]
    first, second = order[:-1], order[1:]
    next_to = group[first] == group[second]
    first, second = first[next_to], second[next_to]
    before, after = np.full(n, -1, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    before[second], after[first] = first, second
    steps = np.abs(np.log(np.abs(value[second] / value[first])))
    return _Axis(before, after, _spread(steps, group[first], n_lines)[group], signs)


def _spread(steps: Floats, line: Ints, n: int) -> Floats:
    """The median step of each line, drawn to that of all where it has few, shape ``(n,)``."""
    usual = float(np.median(steps)) if len(steps) else 1.0
    order = np.lexsort((steps, line))
    count = np.bincount(line, minlength=n)
    last = np.cumsum(count) - 1
    middle = np.full(n, usual)
    told = count > 0
    ordered = steps[order]
    middle[told] = ordered[last[told] - count[told] // 2]
    spread = (count * middle + _USUAL * usual) / (count + _USUAL)
    return np.asarray(np.maximum(spread, _LEAST_SPREAD), dtype=np.float64)
