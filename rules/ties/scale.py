"""Units of two tables: thousands here and euros there, told by the headings or by the figures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rules.ties.columns import ColumnPair
from rules.ties.lines import LinePair
from rules.ties.side import Side

_FACTORS = (1.0, 1e-3, 1e3, 1e-6, 1e6)
_NEAR = 0.02  # share by which figures of two units may differ by their rounding


def scale_between(
    this: Side, last: Side, columns: Sequence[ColumnPair], lines: Sequence[LinePair]
) -> float:
    """What a figure of ``last`` is multiplied with to be one of ``this``.

    What the headings say holds, unless most figures tell another power of a thousand.
    """
    said = 1.0
    if columns:
        said = last.scales[columns[0].last] / this.scales[columns[0].this]
    rows = [pair.this for pair in lines]
    others = [pair.last for pair in lines]
    if not rows or not columns:
        return said
    mine = this.values[np.ix_(rows, [pair.this for pair in columns])].ravel()
    theirs = last.values[np.ix_(others, [pair.last for pair in columns])].ravel()
    told = np.isfinite(mine) & np.isfinite(theirs) & (mine != 0) & (theirs != 0)
    if told.sum() < 2:
        return said
    quotients = np.abs(mine[told] / theirs[told])
    fits = {f: float((np.abs(quotients / f - 1) < _NEAR).mean()) for f in (said, *_FACTORS)}
    best = max(fits, key=lambda factor: fits[factor])
    return best if fits[best] > 0.5 and fits[best] > fits[said] else said
