"""A total that does not foot, but only just: how much its difference looks like a slip of the hand.

A residual that one swapped or changed digit, a lost sign or a part left out would explain is far
likelier where the sum was meant than where it was not, so even a total that stands alone can be
known for one although it fails.
"""

from __future__ import annotations

import numpy as np

from rules.diagnose.slips import OTHER, SHARE, typed_slips, units
from rules.search.candidate import Ints
from rules.search.evidence import ERROR_RATE, Floats
from rules.search.space import Space

_MOST_PARTS = 400  # beyond, any residual is as large as some part
_TELLING = 100.0  # steps that a part must have before its absence tells


def slip_bits(space: Space, target: int, parts: Ints) -> Floats:
    """Bits for "line target = Σ parts" of each observation in which that fails, shape ``(m,)``.

    Against a residual of any size: the share of errors among sums that were meant, times what the
    kinds of slips make of this one. 0 where there is nothing to compare.
    """
    rows = space.filled[parts]
    reported, total = space.filled[target], rows.sum(axis=0)
    step = np.maximum(space.steps[parts].max(axis=0), space.steps[target])
    told = space.present[target] & (total != 0) & (reported != 0)
    result = np.zeros(len(reported))
    if len(parts) > _MOST_PARTS:
        result[told] = np.log2(space.additive[told] * ERROR_RATE + 1.0 - space.additive[told])
        return result
    for j in np.flatnonzero(told).tolist():
        odds = _odds(float(reported[j]), rows[:, j], float(step[j]))
        adds_up = space.additive[j]
        result[j] = np.log2(adds_up * ERROR_RATE * OTHER * (1.0 + odds) + 1.0 - adds_up)
    return result


def _odds(reported: float, figures: Floats, step: float) -> float:
    """Odds of a slip of some kind in one of the figures, against an error of no kind."""
    figures = figures[figures != 0]
    gap = reported - float(figures.sum())
    slack = step * (len(figures) + 1) / 2 if step else 0.0
    turned = np.abs(gap + 2 * figures) <= max(slack, 1e-6 * np.abs(figures).max())
    if (turned & (figures * reported > 0)).any():
        return 0.0  # a line to be subtracted, as in a net, rather than one whose sign was lost
    typed = np.append(figures, reported)
    right = np.append(figures + gap, reported - gap)
    unit = units(typed, np.full(len(typed), step))
    size = np.full(len(typed), np.abs(typed).max())
    slips = typed_slips(typed, size, right - slack, right + slack, unit)
    # any of the figures that rounding allows would have been taken for a match
    allowed = max(2 * slack / float(unit.min()), 1.0)
    odds = float(np.minimum(slips.odds.sum(axis=0), 2.0**20).mean()) / allowed
    # an error is small more often than large, as errors of all magnitudes are as frequent
    smallest = float(unit.min())
    span = np.log(max(size[0] / smallest, 2.0))
    odds += size[0] / (max(abs(gap), smallest) * span)
    left_out = np.abs(np.abs(gap) - np.abs(figures)) <= max(slack, 1e-6 * size[0])
    left_out &= np.abs(figures) >= _TELLING * smallest
    if len(figures) > 2 and left_out.any():
        chance = min(float(slips.chance[-1]) * allowed, 1.0)
        odds += SHARE["row-left-out"] / len(figures) / (OTHER * chance)
    return float(odds)
