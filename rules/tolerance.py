"""Rounded or exact: what the agreeing checks of a column say about its figures.

Figures that were rounded one by one almost never foot to the last digit in sum after sum; where
they do, the column is exact and even one step is a discrepancy.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, Figures
from rules.model import Operation

_LINEAR = (Operation.SUM, Operation.DIFFERENCE, Operation.NET, Operation.CHANGE)
_SLIP = 0.02  # share of sums that do not foot although their column is exact
_FEWEST = 8  # figures needed to see that a column is stated in tens or hundreds
_GRANULAR = 0.95
_FEWEST_ROUNDED = 3  # sums off by a few tens before a column counts as rounded to tens
_EXACT_PRIOR = 3.0  # natural log-odds: budgets are stated in tens, seldom rounded to them
_SURE = 5.0  # natural log-odds; amounts are presumed rounded until their sums say otherwise


def refined_steps(
    figures: Figures,
    column_of: NDArray[np.int64],
    operation: NDArray[np.int8],
    target: NDArray[np.int64],
    start: NDArray[np.int64],
    part: NDArray[np.int64],
    difference: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The step of every figure after the checks have spoken, 0 in columns found exact.

    A column whose figures are multiples of 10 (or 100 …) is exact unless its own sums show that
    they were rounded to tens; then its step is 10. Source: domain conventions of budget tables.
    """
    linear = np.isin(operation, [OPERATIONS.index(kind) for kind in _LINEAR])
    owner = column_of[target]
    steps = figures.step.copy()
    additive = np.zeros(len(figures), dtype=bool)
    additive[target[linear]] = True
    additive[part[np.repeat(linear, np.diff(start))]] = True
    n_parts = np.diff(start)
    for column in np.unique(column_of):
        mine = (column_of == column) & additive
        if not mine.any():
            continue
        step = float(np.median(figures.step[mine]))
        if step <= 0:
            continue
        checks = np.flatnonzero(linear & (owner == column) & (n_parts >= 2))
        coarse = _granularity(figures.value[mine], step)
        log_odds, rounded = _odds(np.abs(difference[checks]), n_parts[checks], coarse)
        if coarse > step:
            if rounded >= _FEWEST_ROUNDED and log_odds + _EXACT_PRIOR < 0:
                steps[mine] = coarse
            else:
                steps[mine] = 0.0
        elif log_odds > (_SURE if rounded == 0 else 3 * _SURE):
            steps[mine] = 0.0
    return steps


def _granularity(values: NDArray[np.float64], step: float) -> float:
    """The largest power of ten times the step that nearly all figures are multiples of."""
    told = np.abs(values[values != 0])
    if len(told) < _FEWEST:
        return step
    best = step
    for power in (10, 100, 1000):
        unit = step * power
        if (np.abs(told / unit - np.rint(told / unit)) < 1e-6).mean() < _GRANULAR:
            break
        best = unit
    return best


def _odds(
    residual: NDArray[np.float64], parts: NDArray[np.int64], unit: float
) -> tuple[float, int]:
    """Natural log-odds that figures are exact rather than rounded to ``unit``, and how many
    residuals look like rounding."""
    odds, rounded = 0.0, 0
    for gap, n in zip(residual.tolist(), parts.tolist(), strict=True):
        if gap > unit * (n + 1) / 2:
            continue
        sigma = math.sqrt((n + 1) / 12)
        exact_under_rounding = math.erf(0.5 / (sigma * math.sqrt(2)))
        if gap < unit / 2:
            odds += math.log((1 - _SLIP) / exact_under_rounding)
        else:
            odds += math.log(_SLIP / (1 - exact_under_rounding))
            rounded += 1
    return odds, rounded
