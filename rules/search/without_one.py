"""Totals of neighbouring lines of which one is left out, because it only says what is part of the
line before it or is counted elsewhere: the widowed, and under them how many of these are women.

Words such as "of which" are not needed; many figures must show it, as there are many lines that
might be left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rules.model import Basis
from rules.search.candidate import Candidate, Ints, is_total, target_prior
from rules.search.space import Space
from rules.search.weighing import Parts, weigh_many

_LONGEST = 60  # lines between the total and the last of its parts
_FEWEST_TOLD = 3  # observations of the total
_HOLDING = 0.9  # share of them in which it foots to the last digit
_COST = 4.0  # bits against leaving a line out


def runs_without_one(
    space: Space, sequence: Sequence[int], targets: Sequence[int]
) -> Iterator[Candidate]:
    """The best candidate for each of ``targets`` whose parts stand right beside it in ``sequence``,
    with one line among them, neither the first nor the last, that is no part."""
    lines = np.asarray(sequence, dtype=np.int64)
    place = {int(line): at for at, line in enumerate(lines)}
    for target in targets:
        at = place[target]
        beside = (lines[:at][::-1][:_LONGEST], lines[at + 1 :][:_LONGEST])
        found = [c for run in beside if len(run) > 3 for c in _candidates(space, target, run)]
        if found:
            yield max(found, key=lambda candidate: candidate.bits)


def _candidates(space: Space, target: int, run: Ints) -> Iterator[Candidate]:
    """Those that add up ``run`` from its first line on, in its order."""
    told = space.present[target] & (space.filled[target] != 0) & (space.additive > 0.5)
    if told.sum() < _FEWEST_TOLD:
        return
    figures, reported = space.filled[run][:, told], space.filled[target, told]
    space.work.spend(figures.size + len(run) ** 2)
    over = np.cumsum(figures, axis=0) - reported
    step = np.maximum.accumulate(space.steps[run][:, told], axis=0)
    step = np.maximum(step, space.steps[target, told])
    slack = 0.49 * step + 1e-9 * np.abs(reported)
    sharpest = int(np.abs(reported).argmax())
    near = np.abs(over[:, None, sharpest] - figures[None, :, sharpest]) <= slack[:, None, sharpest]
    last, out = np.nonzero(near & (figures[None, :, sharpest] != 0))
    inside = (out > 0) & (out < last)
    last, out = last[inside], out[inside]
    foots = np.abs(over[last] - figures[out]) <= slack[last]
    good = foots.mean(axis=1) >= _HOLDING
    if not good.any():
        return
    chosen = [
        np.sort(np.delete(run[: end + 1], k)) for end, k in zip(last[good], out[good], strict=True)
    ]
    parts = Parts(np.concatenate(chosen), np.array([len(mine) for mine in chosen]))
    weighed = weigh_many(space, np.full(len(chosen), target), parts)
    cost = _COST + 2 * np.log2(len(run)) - target_prior(space, target)
    for k, mine in enumerate(chosen):
        yield Candidate(
            target,
            tuple(mine.tolist()),
            (1.0,) * len(mine),
            float(weighed.bits[k] - cost),
            int(weighed.held[k]),
            int(weighed.failed[k]),
            Basis.LABEL if is_total(space, target) else Basis.STRUCTURE,
            "run",
        )
