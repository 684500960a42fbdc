"""Signed relations of a few lines: nets, differences, changes, totals of two lines far apart.

All ordered triples of near lines are tried at once, by looking up which sums of two lines a third
line equals; tables of many lines are searched within a window and among their totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from rules.model import Basis
from rules.search.candidate import Candidate, is_total
from rules.search.evidence import MOST_BITS, Floats, live, sum_bits
from rules.search.space import Space
from rules.search.weighing import Ints, Parts, priors, reach_of_rounding, weigh_many
from workbooks.tables.vocabulary import Idea

_ALL = 26  # up to this many lines every pair is tried
_COST = 3.0  # bits against any numeric relation of a few lines far from a total
_AT_ONCE = 150_000  # figures held at a time
_ADDING = 0.5  # work of a figure that is only added, in those of `sums_of_runs`
_WEIGHING = 8  # the same of one that is weighed


def pairs(space: Space, sequence: Sequence[int], near: int) -> Iterator[Candidate]:
    """``target = a + b`` and ``target = a − b`` among the lines of ``sequence``."""
    lines = np.asarray(sequence, dtype=np.int64)
    n = len(lines)
    if n < 3:
        return
    reach = n if n <= _ALL else near
    found = _Seen.of(_near_misses(space, lines, reach), reach)
    at = found.target
    others = np.minimum(at, reach) + np.minimum(n - 1 - at, reach)
    cost = np.log2(np.maximum(others * (others - 1) // 2 * 3, 2)) + _COST
    targets, a, b = lines[at], lines[found.a], lines[found.b]
    bits = bits_of_pairs(space, targets, a, b, found.sign_a, found.sign_b)
    good = np.flatnonzero(bits > cost + 2.0)
    # In the order of targets, signs and parts: equals are then always chosen alike.
    by = (found.b, found.a, found.sign_b < 0, found.sign_a < 0, at)
    good = good[np.lexsort([one[good] for one in by])]
    parts = np.stack([a[good], b[good]], axis=1)
    factors = np.stack([found.sign_a[good], found.sign_b[good]], axis=1)
    turned = factors[:, 0] < 0
    parts[turned], factors[turned] = parts[turned, ::-1], factors[turned, ::-1]
    told = Parts(parts.ravel(), np.full(len(good), 2, dtype=np.int64))
    weighed = weigh_many(space, targets[good], told, factors.ravel())
    distance = np.maximum(np.abs(found.a - at), np.abs(found.b - at))[good]
    worth = weighed.bits - cost[good] + priors(space)[targets[good]] + 1.0 - 0.5 * np.log2(distance)
    for k in np.flatnonzero(weighed.held).tolist():
        yield _candidate(
            space,
            int(targets[good[k]]),
            (int(parts[k, 0]), int(parts[k, 1])),
            (float(factors[k, 0]), float(factors[k, 1])),
            (float(worth[k]), int(weighed.held[k]), int(weighed.failed[k])),
        )


@dataclass(frozen=True, slots=True)
class _Seen:
    """Hypotheses ``target = ±a ± b`` by places in a sequence, ``a`` first; shape ``(k,)``."""

    target: Ints
    a: Ints
    b: Ints
    sign_a: Floats
    sign_b: Floats

    @classmethod
    def of(cls, triples: Ints, reach: int) -> _Seen:
        """Each equation ``x = y + z`` solved for each of its lines that has the others within
        ``reach``; ``triples`` are x, y and z, shape ``(3, k)``."""
        x, y, z = triples
        plus, minus = np.ones(len(x)), -np.ones(len(x))
        forms = [(x, y, z, plus, plus), (y, x, z, plus, minus), (z, x, y, plus, minus)]
        target, a, b, sign_a, sign_b = (np.concatenate(one) for one in zip(*forms, strict=True))
        keep = (np.abs(a - target) <= reach) & (np.abs(b - target) <= reach)
        turned = a > b
        a, b = np.where(turned, b, a), np.where(turned, a, b)
        sign_a, sign_b = np.where(turned, sign_b, sign_a), np.where(turned, sign_a, sign_b)
        return cls(target[keep], a[keep], b[keep], sign_a[keep], sign_b[keep])


def _near_misses(space: Space, lines: Ints, reach: int) -> Ints:
    """Places x, y, z in ``lines`` with x = y + z, within rounding, in at least one observation.

    Lines within ``reach`` of one of the three, shape ``(3, k)``.
    """
    n, m = len(lines), space.values.shape[1]
    within = min(reach, n - 1)
    deviations, variance = reach_of_rounding(space)
    most = np.minimum(1.5, deviations * np.sqrt(3.0 / variance)) * (1 + 1e-9)
    sizes = np.abs(space.filled[lines])
    limit = np.maximum(space.steps[lines], np.maximum(space.grain, sizes * 2.0 ** (1 - MOST_BITS)))
    figures = np.where(sizes > 0, space.filled[lines], np.nan).T
    margin = ((0, 0), (0, 2 * within))
    figures = np.pad(figures, margin, constant_values=np.nan)
    limit = np.pad((limit * most).T, margin)
    at_once = max(_ALL, _AT_ONCE // max(1, within * m))
    found: list[Ints] = []
    for low in range(0, n, at_once):
        for gap in range(1, within + 1):
            space.work.spend(_ADDING * within * m * min(at_once, n - low))
            found.append(_spaced(figures, limit, (low, min(low + at_once, n)), gap, within))
    return np.concatenate(found, axis=1)


def _spaced(figures: Floats, limit: Floats, span: tuple[int, int], gap: int, within: int) -> Ints:
    """The matching triples i, i + ``gap``, j for i in ``span`` and j within reach of the second."""
    low, high = span
    first, first_limit = figures[None, :, low:high], limit[None, :, low:high]
    second = figures[None, :, low + gap : high + gap]
    begin, end = low + gap + 1, high + gap + within
    third = sliding_window_view(figures[:, begin:end], high - low, axis=1).transpose(1, 0, 2)
    allowed = sliding_window_view(limit[:, begin:end], high - low, axis=1).transpose(1, 0, 2)
    allowed = np.maximum(allowed, np.maximum(first_limit, limit[None, :, low + gap : high + gap]))
    found = []
    for form, apart in enumerate(
        (third + (second - first), third - (second - first), third - (first + second))
    ):
        q, i = np.nonzero((np.abs(apart, out=apart) <= allowed).any(axis=1))
        places = (i + low, i + low + gap, i + low + gap + 1 + q)
        found.append(np.stack([places[form], places[(form + 1) % 3], places[(form + 2) % 3]]))
    return np.concatenate(found, axis=1)


def bits_of_pairs(
    space: Space, targets: Ints, a: Ints, b: Ints, sign_a: Floats, sign_b: Floats
) -> Floats:
    """The evidence for ``target = ±a ± b`` over all observations, shape ``(k,)``."""
    space.work.spend(_WEIGHING * len(a) * space.values.shape[1])
    at_once = max(1, 4 * _AT_ONCE // max(1, space.values.shape[1]))
    bits = [
        _bits_of_pairs(space, targets[k], a[k], b[k], sign_a[k], sign_b[k])
        for k in (slice(low, low + at_once) for low in range(0, len(a), at_once))
    ]
    return np.concatenate([*bits, np.zeros(0)])


def _bits_of_pairs(
    space: Space, targets: Ints, a: Ints, b: Ints, sign_a: Floats, sign_b: Floats
) -> Floats:
    x, y = space.filled[a], space.filled[b]
    size = np.maximum(np.abs(x), np.abs(y))
    step = np.maximum(np.maximum(space.steps[a], space.steps[b]), space.steps[targets])
    count = live(x, step).astype(np.int64) + live(y, step)
    hidden = space.withheld[a] | space.withheld[b] if space.withheld.any() else None
    total = sign_a[:, None] * x + sign_b[:, None] * y
    reported = space.values[targets]
    seen = sum_bits(reported, total, size, count, step, space.grain, space.additive, hidden)
    fresh = space.fresh[targets] * space.weight
    return np.asarray((seen * np.where(seen > 0, fresh, space.weight)).sum(axis=1))


def _candidate(
    space: Space,
    target: int,
    parts: tuple[int, int],
    factors: tuple[float, float],
    weighed: tuple[float, int, int],
) -> Candidate:
    bits, held, failed = weighed
    meant = space.is_a(target, Idea.NET | Idea.CHANGE)
    if factors[1] < 0:
        bits += 3.0 if meant else -2.0
    labelled = meant or (factors[1] > 0 and is_total(space, target))
    basis = Basis.LABEL if labelled else Basis.NUMERIC
    return Candidate(target, parts, factors, bits, held, failed, basis, "pair")


_MOST_SIGNED = 6


def signed_runs(space: Space, sequence: Sequence[int]) -> Iterator[Candidate]:
    """A short run of lines above a net, each with the sign that makes it foot."""
    lines = np.asarray(sequence, dtype=np.int64)
    kinds = Idea.NET | Idea.TOTAL | Idea.CLOSING
    places = np.array(
        [at for at in range(3, len(lines)) if space.is_a(int(lines[at]), kinds)], dtype=np.int64
    )
    found: dict[tuple[int, int], Candidate] = {}
    for length in range(3, _MOST_SIGNED + 1):
        mine = places[places >= length]
        at_once = max(1, _AT_ONCE // (2 ** (length - 1) * max(1, space.values.shape[1])))
        for low in range(0, len(mine), at_once):
            some = mine[low : low + at_once]
            parts = lines[some[:, None] - length + np.arange(length)]
            for at, candidate in _signed(space, lines[some], parts):
                found[int(some[at]), length] = candidate
    for place in sorted(found):
        yield found[place]


def _signed(space: Space, targets: Ints, parts: Ints) -> Iterator[tuple[int, Candidate]]:
    """The best signs for each target and its ``parts``, shape ``(n_targets, length)``."""
    n = parts.shape[1]
    signs = 1.0 - 2.0 * ((np.arange(2 ** (n - 1))[:, None] >> np.arange(n - 1)[::-1]) & 1)
    signs = np.column_stack([np.ones(len(signs)), signs])[1:]
    rows, reported = space.filled[parts], space.values[targets]
    total = np.matmul(signs, rows)
    size = np.abs(rows).max(axis=1)
    step = np.maximum(space.steps[parts].max(axis=1), space.steps[targets])
    count = live(rows, step[:, None, :]).sum(axis=1)
    # Only signs that come near in some observation are weighed.
    finest = np.maximum(size, np.abs(reported)) * 2.0 ** (1 - MOST_BITS)
    allowed = (n + 1) / 2 * np.maximum(np.maximum(step, space.grain), finest) * (1 + 1e-9)
    near = (np.abs(total - reported[:, None, :]) <= allowed[:, None, :]) & (count > 1)[:, None, :]
    which, how = np.nonzero(near.any(axis=2))
    space.work.spend(near.size + _WEIGHING * len(which) * reported.shape[1])
    seen = sum_bits(
        reported[which],
        total[which, how],
        size[which],
        count[which],
        step[which],
        space.grain,
        space.additive,
    )
    bits = (seen * space.weight).sum(axis=1)
    order = np.lexsort((how, -bits, which))
    best = order[np.flatnonzero(np.diff(which[order], prepend=-1))]
    which, factors = which[best], signs[how[best]]
    chosen = Parts(parts[which].ravel(), np.full(len(which), n, dtype=np.int64))
    signed = weigh_many(space, targets[which], chosen, np.concatenate([*factors, np.ones(0)]))
    plain = weigh_many(space, targets[which], chosen)
    score = signed.bits - (n - 1) + priors(space)[targets[which]] - 1.0
    good = (score > 2.0) & (signed.held > 0) & (plain.bits < signed.bits)
    for k in np.flatnonzero(good).tolist():
        at = int(which[k])
        yield (
            at,
            Candidate(
                int(targets[at]),
                tuple(parts[at].tolist()),
                tuple(factors[k].tolist()),
                float(score[k]),
                int(signed.held[k]),
                int(signed.failed[k]),
                Basis.LABEL,
                "pair",
            ),
        )
