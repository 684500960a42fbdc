"""Nets printed without their sign: a deficit of 5 stands as 5, under revenue 10 and expense 15."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from rules.model import Basis
from rules.search.candidate import Candidate
from rules.search.evidence import Floats, holds
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_FEWEST = 3  # nets of each kind: surplus, deficit; so that neither sign is an accident
_MOST_FAILING = 0.2
_BITS = 20.0
_MOST_BETWEEN = 6  # lines between the expense and its net that are counted too


def magnitude_nets(space: Space, totals: Sequence[int]) -> Iterator[Candidate]:
    """Nets that equal revenue less expense but for the sign, where both signs occur.

    ``totals`` are the lines that sum up others. Two candidates per net, each observed where its own
    sign holds.
    """
    for target in range(2, space.n):
        reported = space.values[target]
        told = space.present[target] & (reported != 0)
        if not space.is_a(target, Idea.NET) or (reported[told] < 0).any():
            continue
        if told.sum() < 2 * _FEWEST:
            continue
        best: tuple[int, tuple[int, ...], Floats] | None = None
        for parts in _hypotheses(space, target, totals):
            signs = _signs(space, target, parts)
            held = int((signs != 0).sum())
            if best is None or held > best[0]:
                best = (held, parts, signs)
        if best is not None and best[0] >= (1 - _MOST_FAILING) * told.sum():
            yield from _both(space, target, best[1], best[2])


def _hypotheses(space: Space, target: int, totals: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Revenue, expense, and perhaps the lines between the later of them and the net."""
    above = [line for line in totals if line < target][-4:]
    for a in above:
        for b in above:
            if a >= b:
                continue
            yield a, b
            between = tuple(range(b + 1, target))
            if 0 < len(between) <= _MOST_BETWEEN:
                yield (a, b, *between)


def _signs(space: Space, target: int, parts: tuple[int, ...]) -> Floats:
    """+1 where the net stands as it is, −1 where it was turned, 0 where neither; shape (m,)."""
    chosen = np.array(parts, dtype=np.int64)
    factors = np.ones(len(parts))
    factors[1] = -1.0
    rows = space.filled[chosen] * factors[:, None]
    net, count = rows.sum(axis=0), (rows != 0).sum(axis=0)
    step = np.maximum(space.steps[chosen].max(axis=0), space.steps[target])
    reported = space.values[target]
    told = space.present[target] & (reported != 0)
    plain = told & holds(reported, net, count, step, space.grain)
    turned = told & holds(reported, -net, count, step, space.grain)
    return np.where(plain, 1.0, np.where(turned, -1.0, 0.0))


def _both(space: Space, target: int, parts: tuple[int, ...], signs: Floats) -> Iterator[Candidate]:
    if min((signs > 0).sum(), (signs < 0).sum()) < 1 or (signs != 0).sum() < 2 * _FEWEST:
        return
    factors = (1.0, -1.0, *(1.0 for _ in parts[2:]))
    net = np.array(factors) @ space.filled[list(parts)]
    wanted = np.where(signs != 0, signs, np.where(net < 0, -1.0, 1.0))
    for sign in (1.0, -1.0):
        at = np.flatnonzero((wanted == sign) & space.present[target])
        held = int((signs[at] != 0).sum())
        if held:
            yield Candidate(
                target,
                parts,
                tuple(sign * f for f in factors),
                _BITS,
                held,
                len(at) - held,
                Basis.LABEL,
                "pair",
                observed=tuple(int(j) for j in at),
                vouched=int((signs != 0).sum()) - held,
            )
