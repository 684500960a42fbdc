"""The evidence of many hypotheses at once, as `candidate.weigh` gives it for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.once import once
from rules.search.candidate import is_total, target_prior, weigh
from rules.search.evidence import MOST_BITS, Floats, holds, live, sum_bits
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

Ints = NDArray[np.int64]

_AT_ONCE = 500_000  # figures of parts that are held at a time


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of many hypotheses, one after the other."""

    lines: Ints
    lengths: Ints  # how many of them belong to each hypothesis; at least one

    @property
    def starts(self) -> Ints:
        """Where the parts of each hypothesis begin in ``lines``."""
        return np.cumsum(self.lengths) - self.lengths

    @classmethod
    def of_runs(cls, lines: Ints, first: Ints, lengths: Ints) -> Parts:
        """The parts ``lines[first : first + length]`` of each hypothesis."""
        begin = np.repeat(first - (np.cumsum(lengths) - lengths), lengths)
        return cls(lines[begin + np.arange(len(begin))], lengths)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`candidate.Weighed` of many hypotheses; each of shape ``(n_hypotheses,)``."""

    bits: Floats
    held: Ints
    failed: Ints


def weigh_many(
    space: Space, targets: Ints, parts: Parts, factors: Floats | None = None
) -> Evidence:
    """The evidence for each ``line target = Σ factor · line part``; without factors all are 1."""
    n = len(targets)
    if not n:
        return Evidence(np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.int64))
    bits, held, failed = np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.int64)
    factors = np.ones(len(parts.lines)) if factors is None else factors
    starts = parts.starts
    width = max(1, space.values.shape[1])
    filled = np.cumsum(parts.lengths) * width // _AT_ONCE
    cuts = np.flatnonzero(np.diff(filled, prepend=-1))
    for low, high in zip(cuts.tolist(), [*cuts[1:].tolist(), n], strict=True):
        begin, end = int(starts[low]), int(starts[high - 1] + parts.lengths[high - 1])
        some = Parts(parts.lines[begin:end], parts.lengths[low:high])
        seen = _weighed(space, targets[low:high], some, factors[begin:end])
        bits[low:high], held[low:high], failed[low:high] = seen.bits, seen.held, seen.failed
    return Evidence(bits, held, failed)


def _weighed(space: Space, targets: Ints, parts: Parts, factors: Floats) -> Evidence:
    starts, lines = parts.starts, parts.lines
    rows = space.filled[lines] * factors[:, None]
    reported = space.values[targets]
    total = np.add.reduceat(rows, starts, axis=0)
    size = np.maximum.reduceat(np.abs(rows), starts, axis=0)
    step = np.maximum(np.maximum.reduceat(space.steps[lines], starts, axis=0), space.steps[targets])
    count = _counted(rows, step, parts)
    loose = _counted(rows, step * (count + 1), parts)
    foots = np.abs(reported - total) <= np.maximum(0.49 * step, size * 2.0**-MOST_BITS)
    count = np.where(foots, count, loose)
    withheld = np.logical_or.reduceat(space.withheld[lines], starts, axis=0)
    grain = np.maximum(space.grain, space.line_grain[targets][:, None])
    common = np.minimum.reduceat(space.roundness[lines], starts, axis=0)
    common = np.minimum(common, space.roundness[targets])
    bits = sum_bits(reported, total, size, count, step, grain, space.additive, withheld, common)
    bits = bits * space.weight
    good = holds(reported, total, count, step, grain)
    told = space.present[targets] & (count >= 1)
    many = good & told & (count + live(reported, step) >= 3)
    bad = ~good & told & ~withheld & (space.additive > 0.5)
    cancels = _only_cancel(space, targets, parts, factors, good & told)
    result = np.where(cancels[:, None], np.minimum(bits, 0.0), bits).sum(axis=1)
    odd = (good & told & (count == 1)).sum(axis=1) > 1
    odd |= _may_repeat(rows[starts], rows[starts + parts.lengths - 1], reported, many & (bits > 0))
    for k in np.flatnonzero(odd).tolist():
        mine = slice(int(starts[k]), int(starts[k] + parts.lengths[k]))
        result[k] = weigh(space, int(targets[k]), lines[mine], factors[mine]).bits
    return Evidence(result, many.sum(axis=1), bad.sum(axis=1))


def _counted(rows: Floats, step: Floats, parts: Parts) -> Ints:
    """How many parts of each hypothesis count where figures were stated to ``step``."""
    counting = live(rows, np.repeat(step, parts.lengths, axis=0))
    return np.add.reduceat(counting, parts.starts, axis=0, dtype=np.int64)


def live_counts(
    space: Space, runs: tuple[Ints, Ints, Ints], counts: Ints, targets: Ints
) -> NDArray[np.int64]:
    """How many parts of each run count beside its target, shape ``(n_runs, m)``.

    ``runs`` are the lines that they are taken from, the place of the first part of each, and its
    length; ``counts`` are the parts other than zero, which are those that count unless the target
    was stated to a coarser step.
    """
    least = np.where(space.filled != 0, np.abs(space.filled), np.inf).min(axis=0, initial=np.inf)
    coarse = np.flatnonzero((0.99 * space.steps[targets] > least).any(axis=1))
    if not len(coarse):
        return counts
    lines, first, lengths = runs
    result = counts.copy()
    for some in np.array_split(
        coarse, 1 + int(lengths[coarse].sum()) * counts.shape[1] // _AT_ONCE
    ):
        if len(some):
            parts = Parts.of_runs(lines, first[some], lengths[some])
            step = np.repeat(space.steps[targets[some]], parts.lengths, axis=0)
            counting = live(space.filled[parts.lines], np.maximum(space.steps[parts.lines], step))
            result[some] = np.add.reduceat(counting, parts.starts, axis=0, dtype=np.int64)
    return result


def _may_repeat(
    first: Floats, last: Floats, reported: Floats, holding: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Where two holding observations have their first and their last part in equal proportion."""
    base = np.where(reported == 0, 1.0, reported)
    with np.errstate(invalid="ignore"):
        key = np.round(first / base, 5) * np.pi + np.round(last / base, 5)
    key = np.sort(np.where(holding, key, np.nan), axis=1)
    return np.asarray((key[:, 1:] == key[:, :-1]).any(axis=1))


def _only_cancel(
    space: Space, targets: Ints, parts: Parts, factors: Floats, holding: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Which totals are zero, or as large as one of their parts, wherever they hold; nets are not
    asked. As `candidate.weigh` sees it."""
    starts, owner = parts.starts, np.repeat(np.arange(len(targets)), parts.lengths)
    rows, reported = space.filled[parts.lines], space.filled[targets]
    zero = ~(holding & (reported != 0)).any(axis=1)
    alone = np.logical_or.reduceat(
        ((rows == reported[owner]) | ~holding[owner]).all(axis=1), starts
    )
    several = (np.add.reduceat(rows != 0, starts, axis=0, dtype=np.int64) > 1) & holding
    nets = np.array([space.is_a(int(t), Idea.NET | Idea.CHANGE) for t in targets], dtype=np.bool_)
    asked = (parts.lengths >= 3) & (np.minimum.reduceat(factors, starts) >= 0) & ~nets
    return np.asarray(asked & (zero | (alone & several.any(axis=1))), dtype=np.bool_)


@once
def priors(space: Space) -> Floats:
    """`candidate.target_prior` of every line, shape ``(n,)``."""
    return _by_words(space, target_prior)


@once
def totals(space: Space) -> NDArray[np.bool_]:
    """`candidate.is_total` of every line, shape ``(n,)``."""
    return _by_words(space, is_total).astype(bool)


def _by_words(space: Space, asked: Callable[[Space, int], float]) -> Floats:
    """``asked`` of every line, which may depend on its words and on its being bold only."""
    kinds = np.array(space.flags, dtype=np.int64) * 2 + space.bold
    _, first, inverse = np.unique(kinds, return_index=True, return_inverse=True)
    return np.array([float(asked(space, int(line))) for line in first])[inverse]


@once
def reach_of_rounding(space: Space) -> tuple[Floats, Floats]:
    """How far from a sum its total may stand for the agreement to be worth anything.

    Returns:
        The most standard deviations of rounding, and the number of parts whose rounding makes one
        variance of a squared unit, each per observation, shape ``(m,)``: the limits of
        `evidence.sum_bits` from above, for any lines of the space.
    """
    size = np.abs(space.filled).max(axis=0, initial=0.0)
    told = np.where(space.steps > 0, space.steps, np.inf).min(axis=0, initial=np.inf)
    exact = ((space.steps == 0) & (space.filled != 0)).any(axis=0)
    unit = np.where(exact | ~np.isfinite(told), 0.0, told)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.clip(2.0 * size / unit, 2.0, 2.0**MOST_BITS)
    deviations = np.sqrt(2.0 * np.log(np.nan_to_num(ratio, nan=2.0**MOST_BITS)))
    grain = np.maximum(space.grain, space.line_grain.max(initial=0.0))
    return deviations, np.where(grain > 1.5 * unit, 6.0, 12.0)
