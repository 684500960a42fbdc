"""Which runs of neighbouring lines come near a line beside them in at least one observation.

The sums of all runs that end at the same line grow by one line at a time, for many lines at once.
Only what comes within reach of rounding somewhere is worth the weighing of its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rules.search.evidence import MOST_BITS, Floats
from rules.search.space import Space
from rules.search.weighing import Ints, reach_of_rounding

WIDEST_GAP = 2  # lines between a run and its total
_AT_ONCE = 150_000  # figures held at a time: what fits the nearer caches
_FEWEST_AT_ONCE = 32  # lines, however many observations there are


@dataclass(frozen=True, slots=True)
class Matches:
    """Runs with a line beside them that they come near; shapes ``(k,)`` and ``(k, m)``."""

    target: Ints  # its place in the sequence
    gap: Ints  # lines between the run and its target
    side: Ints  # −1: the run stands above its target; 1: below
    first: Ints  # the place of the first line of the run
    length: Ints
    lowest: Ints  # the least level of indentation in the run
    totals: Floats
    sizes: Floats  # the largest magnitude of a part
    steps: Floats  # the coarsest step of a part
    counts: NDArray[np.int64]  # parts other than zero

    def portions(self, at_once: int) -> Iterator[Matches]:
        """The same runs, so many at a time that each array holds about ``at_once`` figures."""
        n = len(self.target)
        size = max(1, at_once // max(1, self.totals.shape[1]))
        for low in range(0, n, size) if n > size else ():
            told = {f.name: getattr(self, f.name)[low : low + size] for f in fields(self)}
            yield Matches(**told)
        if n <= size:
            yield self


def matches(space: Space, lines: Ints, longest: int) -> Iterator[Matches]:
    """The matching runs of ``lines`` with at most ``longest`` parts, some targets at a time.

    A run matches when it has a figure other than zero in an observation, and its sum stands no
    farther from the target's than rounding can explain.
    """
    n, m = len(lines), space.values.shape[1]
    longest = min(longest, n - 1)
    at_once = max(_FEWEST_AT_ONCE, _AT_ONCE // max(1, longest * m))
    scan = _Scan.of(space, lines, longest)
    for low in range(2, n + 1, at_once):
        space.work.spend(longest * m * at_once)
        found = scan.ending(low, min(low + at_once, n + 1))
        if found is not None:
            yield found


@dataclass(frozen=True, slots=True)
class _Scan:
    """The figures of a sequence by observation, shape ``(m, n)`` with margins, and limits."""

    longest: int
    margin: int  # lines of nothing before the first and after the last
    filled: Floats
    sizes: Floats
    steps: Floats
    reach: Floats  # what rounding may explain by each figure, before their number is counted
    reported: Floats  # NaN where there is no number
    own_reach: Floats  # the same of a figure as target
    levels: Floats
    most: Floats  # (longest, m) how many times the reach rounding may explain, by length

    @classmethod
    def of(cls, space: Space, lines: Ints, longest: int) -> _Scan:
        margin = longest + WIDEST_GAP + 1

        def padded(figures: Floats, fill: float) -> Floats:
            result = np.full((figures.shape[1], n + 2 * margin), fill)
            result[:, margin : margin + n] = figures.T
            return result

        n, filled, steps = len(lines), space.filled[lines], space.steps[lines]
        sizes = np.abs(filled)
        finest = sizes * 2.0 ** (1 - MOST_BITS)
        reach = np.maximum(np.maximum(steps, space.grain), finest)
        own = np.maximum(np.maximum(steps, space.line_grain[lines, None]), finest)
        deviations, variance = reach_of_rounding(space)
        parts = np.arange(2, longest + 2)[:, None]
        levels = np.pad(space.levels[lines].astype(np.float64), margin)
        return cls(
            longest,
            margin,
            padded(filled, np.nan),
            padded(sizes, 0.0),
            padded(steps, 0.0),
            padded(reach, 0.0),
            padded(space.values[lines], np.nan),
            padded(own, 0.0),
            levels,
            np.minimum(parts / 2, deviations * np.sqrt(parts / variance)) * (1 + 1e-9),
        )

    def _back(self, figures: Floats, low: int, high: int, shift: int = 0) -> Floats:
        """``[k, :, b]``: what stands k + 1 + ``shift`` lines before line ``low + b``."""
        begin = self.margin + low - self.longest - shift
        end = self.margin + high - 1 - shift
        windows = sliding_window_view(figures[:, begin:end], high - low, axis=1)
        return windows.transpose(1, 0, 2)[::-1]

    def ending(self, low: int, high: int) -> Matches | None:
        """Matches of the runs whose last line stands before place ``low``, … ``high - 1``."""
        total = np.add.accumulate(self._back(self.filled, low, high), axis=0)
        size = self._back(self.sizes, low, high)
        count = np.add.accumulate(size > 0, axis=0, dtype=np.int16)
        most = self.most[:, :, None]
        reach = np.maximum.accumulate(self._back(self.reach, low, high), axis=0)
        reach *= most
        reach[count < 1] = -1.0
        near, wide = np.empty_like(total), np.empty_like(total)
        found: list[NDArray[np.int64]] = []
        for gap in range(WIDEST_GAP + 1):
            for side in (-1, 1):
                if side < 0:
                    span = slice(self.margin + low + gap, self.margin + high + gap)
                    wanted, own = self.reported[None, :, span], self.own_reach[None, :, span]
                else:
                    wanted = self._back(self.reported, low, high, gap + 1)
                    own = self._back(self.own_reach, low, high, gap + 1)
                np.abs(np.subtract(wanted, total, out=near), out=near)
                np.maximum(np.multiply(own, most, out=wide), reach, out=wide)
                np.copyto(wide, -1.0, where=count < 1)
                k, b = np.nonzero((near <= wide).any(axis=1))
                found.append(np.stack([k, b, np.full(len(k), gap), np.full(len(k), side)]))
        k, b, gaps, sides = np.concatenate(found, axis=1)
        keep = k > 0
        k, b, gaps, sides = k[keep], b[keep], gaps[keep], sides[keep]
        if not len(k):
            return None
        size = np.maximum.accumulate(size, axis=0)
        step = np.maximum.accumulate(self._back(self.steps, low, high), axis=0)
        lowest = np.minimum.accumulate(self._back(self.levels[None, :], low, high), axis=0)
        first = low + b - 1 - k
        return Matches(
            target=np.where(sides < 0, low + b + gaps, first - 1 - gaps),
            gap=gaps,
            side=sides,
            first=first,
            length=k + 1,
            lowest=lowest[k, 0, b],
            totals=total[k, :, b],
            sizes=size[k, :, b],
            steps=step[k, :, b],
            counts=count[k, :, b].astype(np.int64),
        )
