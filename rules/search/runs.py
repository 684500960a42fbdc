"""Totals of neighbouring lines: every run that ends beside a line is tried as its parts.

Runs are taken over a sequence of lines (all lines, one level of indentation, the lines of one
label), without those that already belong to a subtotal: so nested totals appear round by round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.candidate import Candidate
from rules.search.evidence import Floats, sum_bits
from rules.search.space import Space
from rules.search.sums_of_runs import WIDEST_GAP, Matches, matches
from rules.search.weighing import Ints, Parts, live_counts, priors, totals, weigh_many

LONGEST = 320  # parts of a run
_LONG = 400  # lines from which runs are kept shorter, so that cost grows with the lines only
_SHORTER = 60
_GAP_COST = 3.0
_TOTAL_COST = 5.0  # bits against leaving a total out between a run and its own total
_AT_ONCE = 500_000  # figures of runs that are weighed at a time
_WEIGHING = 8  # times the work of a figure that is only added
KEPT = 2  # runs kept per target, side and gap


def runs(space: Space, sequence: Sequence[int], *, kind: str = "run") -> list[Candidate]:
    """Candidates whose parts are consecutive in ``sequence``, beside their target.

    The best ``KEPT`` per target, side and gap, when evidence and prior are above zero. A run that
    comes near its target in no observation has no evidence, and is passed over unweighed.
    """
    lines = np.asarray(sequence, dtype=np.int64)
    if len(lines) < 3:
        return []
    ordered = _Ordered.of(space, lines)
    longest = LONGEST if len(lines) <= _LONG else _SHORTER
    tried = [
        _tried(space, ordered, some, longest)
        for found in matches(space, lines, longest)
        for some in found.portions(_AT_ONCE)
    ]
    return _best(space, ordered, _Tried.together(tried), kind) if tried else []


@dataclass(frozen=True, slots=True)
class _Ordered:
    """What is known of each line of a sequence, by its place in it; each of shape ``(n,)``."""

    lines: Ints
    priors: Floats
    totals_before: Ints  # (n + 1,) how many totals stand before a place
    memos_before: Ints  # (n + 1,) the same for lines that only say what is part of another
    levels: Ints
    starts: Floats  # bits for a run that begins at a line or, read upward, ends there

    @classmethod
    def of(cls, space: Space, lines: Ints) -> _Ordered:
        total = totals(space)[lines]
        return cls(
            lines,
            priors(space)[lines],
            np.concatenate([[0], np.cumsum(total)]),
            np.concatenate([[0], np.cumsum(space.memo[lines])]),
            space.levels[lines],
            _boundaries(space, lines, total),
        )


def _boundaries(space: Space, lines: Ints, total: NDArray[np.bool_]) -> Floats:
    """Bits for a run beginning (or, read upward, ending) at a line: after a gap, heading, total."""
    gaps, bold, levels = space.gaps[lines], space.bold[lines], space.levels[lines]
    after = np.ones(len(lines), dtype=bool)
    after[1:] = (gaps[1:] == 1) | total[:-1] | (bold[1:] != bold[:-1])
    deeper = np.zeros(len(lines), dtype=bool)
    deeper[1:] = levels[:-1] < levels[1:]
    bits = np.where(after, -1.0, np.where(deeper, -0.5, -4.0))
    bits[gaps >= 2] = 0.0
    bits[0] = 0.0
    return bits


@dataclass(frozen=True, slots=True)
class _Tried:
    """Runs with evidence and prior above zero, each of shape ``(k,)``; places in the sequence."""

    target: Ints
    gap: Ints
    side: Ints
    first: Ints
    length: Ints
    bits: Floats
    score: Floats

    @classmethod
    def together(cls, some: Sequence[_Tried]) -> _Tried:
        """All of them in one."""
        return cls(
            *(
                np.concatenate([getattr(one, field) for one in some])
                for field in ("target", "gap", "side", "first", "length", "bits", "score")
            )
        )


def _tried(space: Space, ordered: _Ordered, found: Matches, longest: int) -> _Tried:
    space.work.spend(_WEIGHING * found.totals.size)
    bits, score = _scores(space, ordered, found, longest)
    good = np.flatnonzero(score > 0)
    return _Tried(
        target=found.target[good],
        gap=found.gap[good],
        side=found.side[good],
        first=found.first[good],
        length=found.length[good],
        bits=bits[good],
        score=score[good],
    )


def _best(space: Space, ordered: _Ordered, tried: _Tried, kind: str) -> list[Candidate]:
    """The best of the runs that were tried, for each target, side and gap."""
    order = np.lexsort((tried.length, -tried.score, tried.side, tried.gap, tried.target))
    group = ((tried.target * (WIDEST_GAP + 1) + tried.gap) * 3 + tried.side + 1)[order]
    first = np.flatnonzero(np.diff(group, prepend=-1))
    rank = np.arange(len(order)) - np.repeat(first, np.diff(first, append=len(order)))
    best = order[rank < KEPT]
    targets = ordered.lines[tried.target[best]]
    parts = Parts.of_runs(ordered.lines, tried.first[best], tried.length[best])
    weighed = weigh_many(space, targets, parts)
    whole = tried.score[best] - tried.bits[best] + weighed.bits
    is_total, begin = totals(space), parts.starts
    result = []
    for k in np.flatnonzero((weighed.held > 0) & (whole > 0)).tolist():
        target, length_ = int(targets[k]), int(parts.lengths[k])
        result.append(
            Candidate(
                target=target,
                parts=tuple(parts.lines[begin[k] : begin[k] + length_].tolist()),
                factors=(1.0,) * length_,
                bits=float(whole[k]),
                held=int(weighed.held[k]),
                failed=int(weighed.failed[k]),
                basis=Basis.LABEL if is_total[target] else Basis.STRUCTURE,
                kind=kind,
            )
        )
    return result


def _scores(space: Space, ordered: _Ordered, tried: Matches, longest: int) -> tuple[Floats, Floats]:
    """The bits of the observations, and these with all that speaks for or against each run."""
    targets = ordered.lines[tried.target]
    reported = space.values[targets]
    step = np.maximum(tried.steps, space.steps[targets])
    parts = (ordered.lines, tried.first, tried.length)
    counts = live_counts(space, parts, tried.counts, targets)
    hidden = None
    if space.withheld.any():
        before = np.concatenate(
            [np.zeros((1, space.values.shape[1]), int), np.cumsum(space.withheld[ordered.lines], 0)]
        )
        hidden = before[tried.first + tried.length] > before[tried.first]
    grain = np.maximum(space.grain, space.line_grain[targets][:, None])
    seen = sum_bits(
        reported, tried.totals, tried.sizes, counts, step, grain, space.additive, hidden
    )
    seen *= np.where(seen > 0, space.fresh[targets], 1.0) * space.weight
    bits = seen.sum(axis=1)
    place, end = tried.target, tried.first + tried.length
    n = len(ordered.lines)
    around = ordered.totals_before
    skipped = around[place] - around[np.maximum(place - tried.gap, 0)]
    skipped += around[np.minimum(place + 1 + tried.gap, n)] - around[place + 1]
    score = bits + ordered.priors[place] - tried.gap * _GAP_COST - _TOTAL_COST * (skipped > 0)
    score -= 4.0 * (ordered.memos_before[end] - ordered.memos_before[tried.first])
    # Below its total a run ends before a line that begins something new, or at the very end.
    beyond = np.where(
        (end < n) & (tried.length < longest), ordered.starts[np.minimum(end, n - 1)], 0.0
    )
    score += np.where(tried.side < 0, ordered.starts[tried.first], beyond)
    if space.axis == 0:
        score += np.where(tried.lowest > ordered.levels[place], 1.5, 0.0)
    return bits, score
