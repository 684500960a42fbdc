"""The arithmetic of every check, once per operation, and the graded verdict on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, VERDICTS, Figures
from rules.model import Operation, Verdict

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RATIOS = (Operation.RATIO, Operation.PERCENT_CHANGE)
_NOISE = 1e-9  # share of the largest figure that binary fractions may add


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judging adds to each check, shape ``(n_checks,)``; ``difference`` is reported −
    recomputed, ``tolerance`` the most that rounding can explain."""

    recomputed: Floats
    difference: Floats
    tolerance: Floats
    verdict: NDArray[np.int8]


def judge(
    figures: Figures,
    *,
    operation: NDArray[np.int8],
    target: Ints,
    start: Ints,
    part: Ints,
    factor: Floats,
    scale: Floats,
    tolerance: float | None = None,
) -> Judgement:
    """Recompute and grade every check; the arrays are those of a ``Ledger``.

    A reported figure stands for an interval of half its step each way. Within three standard
    deviations of rounding noise a difference is ``rounding``; beyond that, but within what rounding
    can add up to at worst, ``unlikely_rounding``; beyond that a ``discrepancy``. ``tolerance``
    replaces the worst case where it is given.

    Source: XBRL Calculations 1.1 for the worst case; the grades are ours.
    """
    n = len(target)
    reported = figures.value[target]
    values = figures.value[part]
    steps = figures.step[part]
    owner = np.repeat(np.arange(n), np.diff(start))
    counts = np.bincount(owner, minlength=n).astype(np.float64)
    divisor = np.where(operation == OPERATIONS.index(Operation.AVERAGE), np.maximum(counts, 1), 1.0)
    recomputed = np.bincount(owner, weights=factor * values, minlength=n) / divisor
    live = np.abs(factor) * steps * (values != 0)
    worst = (figures.step[target] + np.bincount(owner, weights=live, minlength=n) / divisor) / 2
    squares = np.bincount(owner, weights=live**2, minlength=n) / divisor**2
    likely = np.minimum(3 * np.sqrt((figures.step[target] ** 2 + squares) / 12), worst)
    size = np.maximum(np.abs(reported), np.abs(recomputed))
    np.maximum.at(size, owner, np.abs(values))
    for kind in _RATIOS:
        mine = np.flatnonzero(operation == OPERATIONS.index(kind))
        if len(mine):
            value, half = _quotients(figures, kind, mine, start, part, factor, scale)
            recomputed[mine] = value
            likely[mine] = worst[mine] = half + figures.step[target[mine]] / 2
            size[mine] = np.abs(value)
    noise = _NOISE * size + 1e-12
    difference = reported - recomputed
    difference = np.where(np.abs(difference) <= noise, 0.0, difference)
    if tolerance is not None:
        likely = worst = np.full(n, float(tolerance))
    gap = np.abs(difference)
    quotient = np.isin(operation, [OPERATIONS.index(kind) for kind in _RATIOS])
    exact = np.where(quotient, figures.step[target] / 2, 0.0)
    verdict = np.select(
        [gap <= exact + noise, gap <= likely + noise, gap <= worst + noise],
        [VERDICTS.index(v) for v in (Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)],
        VERDICTS.index(Verdict.DISCREPANCY),
    ).astype(np.int8)
    return Judgement(recomputed, difference, worst, verdict)


def _quotients(
    figures: Figures,
    kind: Operation,
    checks: Ints,
    start: Ints,
    part: Ints,
    factor: Floats,
    scale: Floats,
) -> tuple[Floats, Floats]:
    """Value and half width of ratios and changes, the rounding of both parts propagated.

    Parts of a change are old, new; factors (−1, 1) mean (new − old) / old, (1, −1) the reverse, and
    an old factor of magnitude 2 means that the change is taken on the magnitude of the old figure.
    """
    first, second = part[start[checks]], part[start[checks] + 1]
    a, b = figures.value[first], figures.value[second]
    half_a, half_b = figures.step[first] / 2, figures.step[second] / 2
    if kind is Operation.RATIO:
        value = scale[checks] * a / b
        half = np.abs(scale[checks]) * (half_a / np.abs(b) + half_b * np.abs(a) / b**2)
    else:
        sign = np.sign(factor[start[checks] + 1])
        base = np.where(np.abs(factor[start[checks]]) == 2, np.abs(a), a)
        value = scale[checks] * sign * (b - a) / base
        half = np.abs(scale[checks]) * (half_b / np.abs(a) + half_a * np.abs(b) / a**2)
    return value, half
