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
_NOISE = 1e-9  # share of the largest figure that binary fractions may add …
_MOST_NOISE = 1e-6  # … and no more than this, unless doubles themselves are coarser
_FINEST = 1e-6  # nobody states an amount finer: further digits are left over from computing it …
_OF_SIZE = 1e-8  # … but small figures may be: no more than this share of the largest
_QUOTIENT_STEP = 1e-6  # a share typed with nine decimals was rounded too, only where none can see
_DOUBLE = 1e-13  # share of all magnitudes added up that adding doubles can be off


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
            value, low, high = _quotients(figures, kind, mine, start, part, factor, scale)
            recomputed[mine] = value
            side = np.where(reported[mine] > value, high - value, value - low)
            stated = np.maximum(figures.step[target[mine]], _QUOTIENT_STEP)
            likely[mine] = worst[mine] = side + stated / 2
            size[mine] = np.abs(value)
    gross = np.abs(reported) + np.bincount(owner, weights=np.abs(factor * values), minlength=n)
    finest = np.where(figures.step[target] > 0, figures.step[target], np.inf)
    np.minimum.at(finest, owner, np.where(steps > 0, steps, np.inf))
    noise = _noise(size, gross.astype(np.float64), finest)
    difference = reported - recomputed
    difference = np.where(np.abs(difference) <= noise, 0.0, difference)
    if tolerance is not None:
        likely = worst = np.full(n, float(tolerance))
    gap = np.abs(difference)
    left = np.where(tolerance is None, _left_over(size, counts, finest), 0.0)
    left = np.where((gap > worst + noise) & (gap <= left), left, 0.0)
    likely, worst = np.maximum(likely, left), np.maximum(worst, left)
    quotient = np.isin(operation, [OPERATIONS.index(kind) for kind in _RATIOS])
    exact = np.where(quotient, figures.step[target] / 2, 0.0)
    verdict = np.select(
        [gap <= exact + noise, gap <= likely + noise, gap <= worst + noise],
        [VERDICTS.index(v) for v in (Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)],
        VERDICTS.index(Verdict.DISCREPANCY),
    ).astype(np.int8)
    return Judgement(recomputed, difference, worst, verdict)


def _noise(size: Floats, gross: Floats, finest: Floats) -> Floats:
    """How far binary fractions alone may put a check off, shape ``(n_checks,)``.

    A share of the largest figure alone would pass 10 € in twenty thousand million, so it is
    bounded, and always below half of the finest step: a whole step is never noise.
    """
    bounded = np.minimum(_NOISE * size + 1e-12, np.maximum(_MOST_NOISE, _DOUBLE * gross))
    return np.minimum(bounded, 0.49 * finest)


def _left_over(size: Floats, counts: Floats, finest: Floats) -> Floats:
    """How far exact figures may miss that were kept with more digits than anybody states, each cut
    at another place, shape ``(n_checks,)``; 0 where a step is known that is coarser."""
    fine = np.minimum(_FINEST, _OF_SIZE * size) * (counts + 1) / 2
    return np.where(np.isinf(finest) | (finest <= _FINEST), fine, 0.0)


def _quotients(
    figures: Figures,
    kind: Operation,
    checks: Ints,
    start: Ints,
    part: Ints,
    factor: Floats,
    scale: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Value, lowest and highest of ratios and changes over all that their parts may stand for.

    Parts of a change are old, new; factors (−1, 1) mean (new − old) / old, (1, −1) the reverse, and
    an old factor of magnitude 2 means that the change is taken on the magnitude of the old figure.
    The bounds lie apart unevenly where the base is small: 0.3 to 0.4 is anything from 0 to +80 %.
    """
    first, second = part[start[checks]], part[start[checks] + 1]
    top, base = (first, second) if kind is Operation.RATIO else (second, first)
    times, less = scale[checks], np.zeros(len(checks))
    if kind is Operation.PERCENT_CHANGE:
        on_magnitude = np.abs(factor[start[checks]]) == 2
        sign = np.sign(factor[start[checks] + 1])
        times = times * sign * np.where(on_magnitude, np.sign(figures.value[base]), 1.0)
        less = np.ones(len(checks))
    a, b = figures.value[top], figures.value[base]
    half_a, half_b = figures.step[top] / 2, figures.step[base] / 2
    value = times * (a - less * b) / b
    with np.errstate(divide="ignore", invalid="ignore"):
        corners = np.array(
            [times * ((a + i * half_a) / (b + j * half_b) - less) for i in (-1, 1) for j in (-1, 1)]
        )
    bounded = half_b < np.abs(b)
    # where the base may be zero, the rounding of the parts to first order; kept finite for reports
    slack = np.abs(times) * (half_a / np.abs(b) + half_b * np.abs(a) / b**2)
    low = np.where(bounded, corners.min(axis=0), value - slack)
    high = np.where(bounded, corners.max(axis=0), value + slack)
    return value, np.minimum(low, value), np.maximum(high, value)
