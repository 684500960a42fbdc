"""Failing checks that corroborate each other: they ask the same other value of one figure.

A wrong figure breaks every relation that it is in, and each of them asks for the same right value:
its row total and its column total, or the change to it and the change from it. That two relations
which were never meant agree on a value to the last digit would be a great coincidence, so those
that do were meant, however little else speaks for them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.diagnose.slips import typed_slips, units
from rules.diagnose.system import System
from rules.ledger import Ledger
from rules.relation import Relation

Flags = NDArray[np.bool_]

_SHARP = 8.0  # how many times wider the correction is than what the two checks leave open
_SLIP_BITS = 4.0  # that a slip is worth beyond what looking for it among all figures costs
_MOST_EDGES = 64  # failing checks of one figure that are compared


def corroborated(system: System, relations: Sequence[Relation], failing: Flags) -> Flags:
    """Which of the checks ``failing`` another one corroborates, shape ``(n_checks,)``.

    Two checks are independent witnesses when they run along different axes, or are two periods of
    one relation; the checks of a total and of a subtotal inside it are not, for they share all
    their other figures.
    """
    ledger = system.ledger
    result = np.zeros(len(ledger), dtype=np.bool_)
    if failing.sum() < 2:
        return result
    edges = np.flatnonzero(failing[system.check] & (system.weight != 0))
    exact, low, high = system.wanted(edges)
    axis = np.array([r.axis for r in relations] + [-1], dtype=np.int64)
    along = axis[np.minimum(ledger.relation, len(relations))]
    of_figure: dict[int, list[int]] = defaultdict(list)
    for at in np.flatnonzero(np.isfinite(exact)).tolist():
        of_figure[int(system.figure[edges[at]])].append(at)
    for figure, mine in of_figure.items():
        for one in mine[:_MOST_EDGES]:
            for other in mine[:_MOST_EDGES]:
                first, second = int(system.check[edges[one]]), int(system.check[edges[other]])
                if first >= second or not _independent(ledger, along, first, second):
                    continue
                least, most = max(low[one], low[other]), min(high[one], high[other])
                wide = high[one] - low[one] + high[other] - low[other]
                moved = abs((least + most) / 2 - system.value[figure])
                if least <= most and moved >= _SHARP * wide:
                    result[first] = result[second] = True
    return result


def slipped(system: System, failing: Flags) -> Flags:
    """Which of the checks ``failing`` one slip of the hand would explain, shape ``(n_checks,)``: a
    digit changed, swapped, lost or added, a sign, a power of ten, in any of their figures.

    Of many figures one will look like a slip by accident; what a match is worth is weighed against
    their number.
    """
    ledger = system.ledger
    if not failing.any():
        return np.zeros(len(ledger), dtype=np.bool_)
    edges = np.flatnonzero(failing[system.check] & (system.weight != 0))
    _, low, high = system.wanted(edges)
    known = np.isfinite(low)
    edges, low, high = edges[known], low[known], high[known]
    figure, check = system.figure[edges], system.check[edges]
    value = system.value[figure]
    size = np.maximum(np.maximum(np.abs(low), np.abs(value)), system.size[check])
    slips = typed_slips(value, size, low, high, units(value, ledger.figures.step[figure]))
    best = np.zeros(len(ledger))
    np.maximum.at(best, check, slips.bits)
    tried = np.log2(np.maximum(np.bincount(check, minlength=len(ledger)), 1))
    return np.asarray(failing & (best - tried >= _SLIP_BITS), dtype=np.bool_)


def _independent(ledger: Ledger, along: NDArray[np.int64], one: int, other: int) -> bool:
    same = ledger.relation[one] == ledger.relation[other]
    across = along[one] != along[other] and along[one] >= 0 and along[other] >= 0
    return bool(same or across)
