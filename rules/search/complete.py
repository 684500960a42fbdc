"""Sums with a part that is nearly always blank: it shows only where the others do not add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rules.search.candidate import Candidate, weigh
from rules.search.space import Space

_FEWEST_LACKING = 2  # observations that lack exactly the same other line
_FEWEST_HOLDING = 4  # observations that foot without it


def completed(space: Space, candidate: Candidate) -> Candidate:
    """The sum with the one line more that its failing observations lack, if there is one.

    That line is as large as the difference wherever the sum fails, and blank or zero wherever it
    holds, so that nothing which was proved changes.
    """
    if not candidate.failed or min(candidate.factors) < 0:
        return candidate
    parts = np.array(candidate.parts, dtype=np.int64)
    gap = space.filled[candidate.target] - space.filled[parts].sum(axis=0)
    told = space.present[candidate.target] & space.present[parts].any(axis=0)
    slack = 0.5 * space.steps[candidate.target] + 1e-9 * np.abs(space.filled[candidate.target])
    rounding = slack * (len(parts) + 2)
    lacking = told & (np.abs(gap) > rounding)
    holding = told & ~lacking
    if lacking.sum() < _FEWEST_LACKING or holding.sum() < _FEWEST_HOLDING:
        return candidate
    fits = (np.abs(space.filled - gap) <= rounding)[:, lacking].all(axis=1)
    fits &= (space.filled[:, holding] == 0).all(axis=1)
    fits[[candidate.target, *candidate.parts]] = False
    found = np.flatnonzero(fits)
    if len(found) != 1:
        return candidate
    whole = tuple(sorted((*candidate.parts, int(found[0]))))
    weighed = weigh(space, candidate.target, np.array(whole), np.ones(len(whole)))
    return replace(
        candidate,
        parts=whole,
        factors=(1.0,) * len(whole),
        bits=max(candidate.bits, weighed.bits),
        held=weighed.held,
        failed=weighed.failed,
    )
