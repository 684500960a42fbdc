"""Two wrong cells in one check: neither clears it alone, both together do, to the last digit."""

from __future__ import annotations

import numpy as np

from rules.diagnose.repairs import Repairs, gains
from rules.diagnose.slips import Flags, Floats, Ints
from rules.diagnose.system import System, spans

_MOST = 400  # repairs that touch one check, up to where pairs of them are looked for
_BEHIND = 16.0  # bits behind the best of its checks, up to where a repair may be one of two


def pair_bits(system: System, failing: Flags, repairs: Repairs) -> Floats:
    """Bits for each repair that, with one of another check, clears a failing check of both.

    What a match is worth falls with the number of pairs that were tried for it.
    """
    bonus = np.zeros(len(repairs))
    if not len(repairs):
        return bonus
    check, repair, moved = _touching(system, failing, repairs)
    worth = gains(system)
    for group in np.split(np.arange(len(check)), np.flatnonzero(np.diff(check)) + 1):
        if not 1 < len(group) <= _MOST:
            continue
        c = int(check[group[0]])
        tried = len(group) * (len(group) - 1) / 2
        value = worth[c] - np.log2(tried)
        if value <= 0:
            continue
        for i, j in _matches(moved[group], -system.residual[c], float(system.allowed[c])):
            one, other = int(repair[group[i]]), int(repair[group[j]])
            if _apart(system, repairs, one, other) and _apart(system, repairs, other, one):
                bonus[one] = max(bonus[one], value)
                bonus[other] = max(bonus[other], value)
    return bonus


def _touching(system: System, failing: Flags, repairs: Repairs) -> tuple[Ints, Ints, Floats]:
    """Failing linear checks that a repair changes without clearing them: check, repair and the
    change of the residual, sorted by check."""
    owner = np.repeat(np.arange(len(repairs)), np.diff(repairs.start))
    cleared = system.check[repairs.edge]
    best = np.full(len(system.ledger), -np.inf)
    np.maximum.at(best, cleared, repairs.bits[owner])
    near = np.zeros(len(repairs), dtype=np.bool_)
    near[owner[repairs.bits[owner] >= best[cleared] - _BEHIND]] = True
    rows = np.flatnonzero(near)
    edge, at = spans(system.edges_of, repairs.figure[rows])
    row, check = rows[at], system.check[edge]
    n = len(system.ledger)
    open_ = failing[check] & ~system.quotient[check]
    open_ &= ~np.isin(row * n + check, owner * n + cleared)
    edge, row, check = edge[open_], row[open_], check[open_]
    moved = system.weight[edge] * (repairs.value[row] - system.value[repairs.figure[row]])
    order = np.lexsort((row, check))
    return check[order], row[order], moved[order]


def _matches(moved: Floats, wanted: float, slack: float) -> list[tuple[int, int]]:
    """Pairs whose changes add up to ``wanted``, give or take ``slack``."""
    order = np.argsort(moved, kind="stable")
    ordered = moved[order]
    low = np.searchsorted(ordered, wanted - slack - moved, side="left")
    high = np.searchsorted(ordered, wanted + slack - moved, side="right")
    return [
        (int(i), int(order[k]))
        for i in np.flatnonzero(high > low)
        for k in range(int(low[i]), min(int(high[i]), int(low[i]) + 4))
        if i < order[k]
    ]


def _apart(system: System, repairs: Repairs, one: int, other: int) -> bool:
    """Whether ``one`` leaves the checks that ``other`` clears as they are."""
    figure = repairs.figure[one]
    around = system.check[system.edges_of[figure] : system.edges_of[figure + 1]]
    cleared = system.check[repairs.edge[repairs.start[other] : repairs.start[other + 1]]]
    return not np.isin(cleared, around).any()
