"""The same figures told twice: the rule that knows what they mean keeps them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.findings import kept
from rules.ledger import OPERATIONS, Ledger
from rules.model import Operation

CLAIMING = ("ST", "RF")  # families that name what they check, the first before the second
_LINEAR = (
    Operation.SUM,
    Operation.DIFFERENCE,
    Operation.NET,
    Operation.CHANGE,
    Operation.COPY,
    Operation.EQUATION,
)


def without_echoes(ledger: Ledger) -> Ledger:
    """The ledger without checks whose figures a rule of a claiming family adds up as well.

    Signs do not matter: of two ways to add up the same three figures only one can be meant, and
    with a wrong sign in one column the other way holds there by accident. Figures that are zero
    count. One pass over the parts.
    """
    claims = np.array([_claim(code) for code in ledger.rules], dtype=np.int64)
    if not len(ledger) or not (claims < len(CLAIMING)).any():
        return ledger
    figures = _figures_added(ledger)
    claim = claims[ledger.rule]
    order = np.lexsort((np.arange(len(ledger)), claim, figures))
    first = np.ones(len(ledger), dtype=bool)
    first[1:] = figures[order][1:] != figures[order][:-1]
    leader = order[np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))]
    echoed = np.zeros(len(ledger), dtype=bool)
    echoed[order] = claim[order] > claim[leader]
    return kept(ledger, ~echoed)


def _claim(code: str) -> int:
    """The rank of a rule's family among those that claim an equation."""
    return CLAIMING.index(code[:2]) if code[:2] in CLAIMING else len(CLAIMING)


def _figures_added(ledger: Ledger) -> NDArray[np.uint64]:
    """A number per check, the same for the same figures; others differ but for one in 2**63."""
    random = np.random.default_rng(20).integers(1, 2**63, len(ledger.figures), dtype=np.uint64)
    with np.errstate(over="ignore"):
        times = np.abs(np.rint(ledger.factor)).astype(np.uint64)
        sums = np.concatenate(
            [np.zeros(1, np.uint64), np.cumsum(random[ledger.part] * times, dtype=np.uint64)]
        )
        told: NDArray[np.uint64] = sums[ledger.start[1:]] - sums[ledger.start[:-1]]
        told += random[ledger.target]
    linear = np.isin(ledger.operation, [OPERATIONS.index(kind) for kind in _LINEAR])
    return np.where(linear, told, np.arange(len(told), dtype=np.uint64))
