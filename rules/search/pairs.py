"""Signed relations of a few lines: nets, differences, changes, totals of two lines far apart.

All ordered triples of near lines are tried at once, by looking up which sums of two lines a third
line equals; tables of many lines are searched within a window and among their totals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.candidate import Candidate, is_total, target_prior, weigh
from rules.search.evidence import live, sum_bits
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_ALL = 26  # up to this many lines every pair is tried
_COST = 3.0  # bits against any numeric relation of a few lines far from a total


def pairs(space: Space, sequence: Sequence[int], near: int) -> Iterator[Candidate]:
    """``target = a + b`` and ``target = a − b`` among the lines of ``sequence``."""
    lines = np.asarray(sequence, dtype=np.int64)
    n = len(lines)
    if n < 3:
        return
    reach = n if n <= _ALL else near
    position = {int(line): at for at, line in enumerate(lines)}
    for at, target in enumerate(lines):
        low, high = max(0, at - reach), min(n, at + reach + 1)
        others = np.concatenate([lines[low:at], lines[at + 1 : high]])
        if len(others) < 2 or not space.present[target].any():
            continue
        yield from _of_target(space, int(target), others, position)


def _of_target(
    space: Space, target: int, others: NDArray[np.int64], position: dict[int, int]
) -> Iterator[Candidate]:
    first, second = np.triu_indices(len(others), 1)
    a, b = others[first], others[second]
    x, y = space.filled[a], space.filled[b]
    size = np.maximum(np.abs(x), np.abs(y))
    step = np.maximum(np.maximum(space.steps[a], space.steps[b]), space.steps[target])
    count = live(x, step).astype(np.int64) + live(y, step)
    hidden = space.withheld[a] | space.withheld[b] if space.withheld.any() else None
    cost = np.log2(max(len(a) * 3, 2)) + _COST
    fresh = space.fresh[target] * space.weight
    for sign_a, sign_b in ((1.0, 1.0), (1.0, -1.0), (-1.0, 1.0)):
        total = sign_a * x + sign_b * y
        seen = sum_bits(
            space.values[target], total, size, count, step, space.grain, space.additive, hidden
        )
        bits = (seen * np.where(seen > 0, fresh, space.weight)).sum(axis=1)
        good = np.flatnonzero(bits > cost + 2.0)
        for k in good:
            chosen = (int(a[k]), int(b[k]))
            factors = (sign_a, sign_b)
            found = _candidate(space, target, chosen, factors, cost, position)
            if found is not None:
                yield found


def _candidate(
    space: Space,
    target: int,
    parts: tuple[int, int],
    factors: tuple[float, float],
    cost: float,
    position: dict[int, int],
) -> Candidate | None:
    if factors[0] < 0:
        parts, factors = parts[::-1], factors[::-1]
    weighed = weigh(space, target, np.array(parts, dtype=np.int64), np.array(factors))
    if not weighed.held:
        return None
    at = position[target]
    distance = max(abs(position[p] - at) for p in parts)
    bits = weighed.bits - cost + target_prior(space, target) + 1.0 - 0.5 * np.log2(distance)
    if factors[1] < 0:
        meant = space.is_a(target, Idea.NET | Idea.CHANGE)
        bits += 3.0 if meant else -2.0
    basis = Basis.LABEL if space.is_a(target, Idea.NET | Idea.CHANGE) else Basis.NUMERIC
    if factors[1] > 0 and is_total(space, target):
        basis = Basis.LABEL
    return Candidate(
        target, parts, factors, float(bits), weighed.held, weighed.failed, basis, "pair"
    )


_MOST_SIGNED = 6


def signed_runs(space: Space, sequence: Sequence[int]) -> Iterator[Candidate]:
    """A short run of lines above a net, each with the sign that makes it foot."""
    lines = np.asarray(sequence, dtype=np.int64)
    for at in range(3, len(lines)):
        target = int(lines[at])
        if not space.is_a(target, Idea.NET | Idea.TOTAL | Idea.CLOSING):
            continue
        for length in range(3, min(_MOST_SIGNED, at) + 1):
            parts = lines[at - length : at]
            best = _signs(space, target, parts)
            if best is not None:
                yield best


def _signs(space: Space, target: int, parts: NDArray[np.int64]) -> Candidate | None:
    n = len(parts)
    signs = 1.0 - 2.0 * ((np.arange(2 ** (n - 1))[:, None] >> np.arange(n - 1)[::-1]) & 1)
    signs = np.column_stack([np.ones(len(signs)), signs])[1:]
    rows = space.filled[parts]
    total = signs @ rows
    size = np.abs(rows).max(axis=0)[None, :]
    step = np.maximum(space.steps[parts].max(axis=0), space.steps[target])
    count = live(rows, step).sum(axis=0)[None, :]
    seen = sum_bits(
        space.values[target], total, size, count, step[None, :], space.grain, space.additive
    )
    bits = (seen * space.weight).sum(axis=1)
    k = int(bits.argmax())
    factors = signs[k]
    signed = weigh(space, target, parts, factors)
    score = signed.bits - (n - 1) + target_prior(space, target) - 1.0
    if score <= 2.0 or not signed.held:
        return None
    if weigh(space, target, parts, np.ones(n)).bits >= signed.bits:
        return None
    return Candidate(
        target,
        tuple(int(p) for p in parts),
        tuple(float(f) for f in factors),
        score,
        signed.held,
        signed.failed,
        Basis.LABEL,
        "pair",
    )
