"""Every single-cell repair of the failing checks, with what speaks for and against it, in bits.

For a figure each failing check asks for a value, give or take its tolerance; where these intervals
meet, one change clears all of them. That two differences agree to the last digit would be a great
coincidence otherwise: the number of digits is what it is worth. Against a repair stand the checks
that agree and would not any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rules.diagnose.context import Neighbours, note_context
from rules.diagnose.likeness import Likeness
from rules.diagnose.slips import Flags, Floats, Ints, Slips, typed_slips, units
from rules.diagnose.system import System, spans

_FAILING = 4.0  # bits of a check that a repair clears, on top of the digits of its difference
_DIGITS = 14.0  # the most that the digits count
_BREAKS = 12.0  # the most that an agreeing check counts against a repair
_CHANCE = 10.0  # bits by which an agreement shows that its relation was meant, at most
_TOTAL = 1.0  # bits for a total: it comes first, yet against one rival is not located by this alone
_BEHIND = 24.0  # bits behind the best without slips, from where slips are not looked for
_MEETINGS = 4  # places where intervals of one figure meet, that are tried


@dataclass(frozen=True, slots=True)
class Repairs:
    """Repairs by column, shape ``(n,)``. Edges of the checks that repair ``i`` clears stand at
    ``edge[start[i]:start[i + 1]]``."""

    figure: Ints
    low: Floats
    high: Floats
    value: Floats  # within low … high, what the most exacting check asks for
    start: Ints
    edge: Ints
    gain: Floats  # bits of the checks cleared
    against: Floats  # bits of the agreeing checks broken
    slips: Slips
    bits: Floats  # the score: all that speaks for a repair less what speaks against it

    def __len__(self) -> int:
        return len(self.figure)


def find_repairs(
    system: System, failing: Flags, neighbours: Neighbours, likeness: Likeness
) -> Repairs:
    """All repairs of the checks ``failing``, shape ``(n_checks,)``, by figures not yet repaired."""
    edges = np.flatnonzero(
        failing[system.check] & ~system.frozen[system.figure] & (system.weight != 0)
    )
    exact, low, high = system.wanted(edges)
    known = np.isfinite(exact)
    edges, exact, low, high = edges[known], exact[known], low[known], high[known]
    which, lowest, highest = _meetings(system.figure[edges], low, high)
    figure = system.figure[edges[which]]
    start = np.searchsorted(system.figure[edges], np.arange(len(system.value) + 1))
    place, owner = spans(start.astype(np.int64), figure)
    inside = (low[place] <= lowest[owner]) & (high[place] >= lowest[owner])
    place, owner = place[inside], owner[inside]
    bounds = np.searchsorted(owner, np.arange(len(figure) + 1)).astype(np.int64)
    value = _tightest(exact[place], high[place] - low[place], owner, lowest, highest)
    worth = gains(system)[system.check[edges[place]]]
    against, lowest, highest = _broken(system, failing, figure, value, lowest, highest)
    gain = np.bincount(owner, weights=worth, minlength=len(figure)).astype(np.float64)
    bits = gain - against + _prior(system, edges[place], owner, len(figure))
    size = np.maximum(np.abs(value - system.value[figure]), np.abs(system.value[figure]))
    np.maximum.at(size, owner, system.size[system.check[edges[place]]])
    slips = Slips.none(size, lowest, highest, _units(system, figure))
    found = Repairs(
        figure, lowest, highest, value, bounds, edges[place], gain, against, slips, bits
    )
    near = _look_for_slips(system, found, owner, size, neighbours)
    bits = bits + slips.bits
    bits[near] += likeness.bits(figure[near], value[near])
    return replace(found, bits=bits)


def gains(system: System) -> Floats:
    """Bits of clearing each check: how many times its tolerance the difference is."""
    times = np.abs(system.residual) / np.maximum(system.allowed, 1e-9)
    worth = np.clip(np.log2(np.maximum(times, 1.0)), 0.0, _DIGITS)
    return np.asarray(_FAILING + worth * system.ledger.confidence, dtype=np.float64)


def _units(system: System, figure: Ints) -> Floats:
    return units(system.value[figure], system.ledger.figures.step[figure])


def _meetings(figure: Ints, low: Floats, high: Floats) -> tuple[Ints, Floats, Floats]:
    """Where the intervals of one figure meet: an edge of the figure, and the common interval.

    Sweeps over the ends of all intervals; where a start is followed by an end, as many meet as can.
    """
    n = len(figure)
    if not n:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    position, closing = np.concatenate([low, high]), np.repeat([0, 1], n)
    whose = np.concatenate([figure, figure])
    order = np.lexsort((closing, position, whose))
    depth = np.cumsum(1 - 2 * closing[order])
    turn = np.flatnonzero((closing[order][:-1] == 0) & (closing[order][1:] == 1))
    owner = whose[order[turn]]
    rank = np.lexsort((-depth[turn], owner))  # deepest first, and only a few of each figure
    first = np.searchsorted(owner[rank], owner[rank])
    kept = np.sort(rank[np.arange(len(rank)) - first < _MEETINGS])
    turn = turn[kept]
    return order[turn] % n, position[order[turn]], position[order[turn + 1]]


def _tightest(exact: Floats, width: Floats, owner: Ints, low: Floats, high: Floats) -> Floats:
    """What the most exacting of the checks cleared asks for, inside what all of them take."""
    order = np.lexsort((width, owner))
    first = order[np.flatnonzero(np.diff(owner[order], prepend=-1))]
    return np.clip(exact[first], low, high)


def _broken(
    system: System, failing: Flags, figure: Ints, value: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats, Floats]:
    """Bits against each repair, and its interval within what the agreeing checks still take."""
    place, owner = spans(system.edges_of, figure)
    mine = system.agrees[system.check[place]] & ~failing[system.check[place]]
    place, owner = place[mine], owner[mine]
    check = system.check[place]
    after = system.after(place, value[owner])
    broken = ~(np.abs(after) <= system.allowed[check])
    weight = np.where(broken, _strength(system, check), 0.0)
    against = np.bincount(owner, weights=weight, minlength=len(figure)).astype(np.float64)
    kept = np.flatnonzero(~broken & ~system.quotient[check] & (system.weight[place] != 0))
    low, high = low.copy(), high.copy()
    if len(kept):
        _, least, most = system.wanted(place[kept])
        np.maximum.at(low, owner[kept], np.fmin(least, value[owner[kept]]))
        np.minimum.at(high, owner[kept], np.fmax(most, value[owner[kept]]))
    return against, low, high


def _strength(system: System, check: Ints) -> Floats:
    """Bits by which an agreeing check vouches for its figures."""
    led = system.ledger
    size = np.abs(system.value[led.target[check]])
    digits = np.log2(np.maximum(size / np.maximum(system.allowed[check], 0.5), 1.0))
    trust = np.clip(led.confidence[check], 0.01, 0.999)
    shown = trust / (1 - trust) * 2 ** np.minimum(digits, _CHANCE)
    return np.asarray(np.minimum(np.log2(1 + shown), _BREAKS), dtype=np.float64)


def _prior(system: System, edges: Ints, owner: Ints, n: int) -> Floats:
    """A total is typed in haste, goes stale, or misses a row; a part is only mistyped."""
    total = system.is_target(edges) & (system.n_parts[system.check[edges]] > 1)
    return np.where(np.bincount(owner, weights=total, minlength=n) > 0, _TOTAL, 0.0)


def _look_for_slips(
    system: System, found: Repairs, owner: Ints, size: Floats, neighbours: Neighbours
) -> Ints:
    """Fill in the slips of the repairs that are near the best of one of their checks, which are
    returned."""
    if not len(found):
        return np.zeros(0, dtype=np.int64)
    bits = found.bits
    best = np.full(len(system.ledger), -np.inf)
    check = system.check[found.edge]
    np.maximum.at(best, check, bits[owner])
    near = np.zeros(len(found), dtype=np.bool_)
    near[owner[bits[owner] > best[check] - _BEHIND]] = True
    at = np.flatnonzero(near)
    figure = found.figure[at]
    low, high = found.low[at], found.high[at]
    slips = typed_slips(system.value[figure], size[at], low, high, _units(system, figure))
    number = np.cumsum(near) - 1
    mine = near[owner]
    note_context(system, slips, found.edge[mine], number[owner[mine]], low, high)
    neighbours.note(slips, figure, found.value[at])
    found.slips.odds[:, at] = slips.odds
    found.slips.right[:, at] = slips.right
    return np.asarray(at, dtype=np.int64)
