"""A figure beside its peers: the other figures of its line, in columns of the same kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

Floats = NDArray[np.float64]

RELATIVE = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT | Idea.CHANGE | Idea.SHARE
FEWEST = 3  # peers that must agree before one figure is said to differ from them


@dataclass(frozen=True, slots=True)
class Peers:
    """Amounts of a table, shape ``(n, m)``, with what the others of their line come to."""

    values: Floats  # NaN where blank, zero, a change or a percentage
    count: NDArray[np.int64]  # peers of each figure
    middle: Floats  # median magnitude of the peers; of meaning from two peers on
    spread: Floats  # largest over smallest magnitude among the peers, likewise
    positive: NDArray[np.int64]  # how many peers are above zero


def peers_of(table: Table) -> Peers:
    """The peers of every amount of ``table``; one sort per line."""
    values = np.where(table.values == 0, np.nan, table.values)
    columns = np.array([bool(heading.ideas & RELATIVE) for heading in table.headings])
    rows = np.array([bool(line.ideas & RELATIVE) for line in table.lines])
    values[table.percent | rows[:, None] | columns[None, :]] = np.nan
    told = np.isfinite(values)
    ordered = np.sort(np.where(told, np.abs(values), np.nan), axis=1)  # NaN last
    rank = np.argsort(np.argsort(np.where(told, np.abs(values), np.inf), axis=1), axis=1)
    others = told.sum(axis=1)[:, None] - told

    def other(at: NDArray[np.int64]) -> Floats:
        """The peer at position ``at`` by size, counted without the figure itself."""
        at = np.clip(at + (at >= rank), 0, values.shape[1] - 1)
        return np.take_along_axis(ordered, at, axis=1)

    with np.errstate(invalid="ignore"):
        middle = (other((others - 1) // 2) + other(others // 2)) / 2
        spread = other(others - 1) / other(np.zeros_like(others))
    above = values > 0
    return Peers(
        values=values,
        count=others,
        middle=middle,
        spread=spread,
        positive=above.sum(axis=1)[:, None] - above,
    )
