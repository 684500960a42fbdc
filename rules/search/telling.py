"""Which tables have figures that can prove anything."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LONG = 1_000  # figures from which so few different ones tell nothing
_FEWEST = 8  # different ones, in a long table whose figures can show what adds up
_STRAY = 0.005  # share of figures that differ from a few that stand everywhere else


def is_flat(values: NDArray[np.float64]) -> bool:
    """True for a long table of the same few figures again and again: ones, marks, ratings.

    Nearly every sum of some of them comes near some other, so that no agreement means anything.
    ``values`` has NaN where there is no number; zeros do not count.
    """
    told = values[np.isfinite(values) & (values != 0)]
    if len(told) < _LONG:
        # All zeros are as flat; a few figures among them can still be told apart.
        return bool(not len(told) and np.isfinite(values).sum() >= _LONG)
    _, times = np.unique(told, return_counts=True)
    if len(times) <= _FEWEST:
        return True
    most = np.sort(times)[-_FEWEST // 4 :].sum()
    return bool(most >= (1 - _STRAY) * len(told))
