"""Where a rule of a file is meant: a sum that fails among percentages was not meant there.

Shares add up to 100, changes in per cent to nothing at all. A rule that does not say ``only`` is
checked in such a column (or line) where it holds or was checked before, and in every other one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.model import Operation
from rules.relation import Relation
from rules.search.steps import steps_of
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_LINEAR = (
    Operation.SUM,
    Operation.DIFFERENCE,
    Operation.NET,
    Operation.CHANGE,
    Operation.EQUATION,
)
_RELATIVE = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT


def observed_where_meant(
    table: Table,
    relation: Relation,
    quotients: frozenset[tuple[int, int]],
    failed: frozenset[int] = frozenset(),
) -> tuple[int, ...] | None:
    """The observations in which a relation of ``table`` is meant; ``None`` for all.

    ``quotients`` are the lines (axis and position) that a rule says are ratios or percentages;
    ``failed`` the observations in which it did not agree when it was learned: it was meant there.
    """
    if relation.operation not in _LINEAR or relation.observed is not None:
        return relation.observed
    values, step = table.values, steps_of(table)
    if relation.axis == 1:
        values, step = values.T, step.T
    relative = relative_observations(table, relation)
    told = [(1 - relation.axis, j) in quotients for j in range(values.shape[1])]
    relative |= np.array(told)
    relative[list(failed)] = False
    drop = relative & ~holds(values, step, relation)
    return tuple(np.flatnonzero(~drop).tolist()) if drop.any() else None


def relative_observations(table: Table, relation: Relation) -> NDArray[np.bool_]:
    """Which observations hold percentages, averages or figures per resident, shape ``(m,)``."""
    words = [heading.ideas for heading in table.headings]
    percent = table.percent
    if relation.axis == 1:
        words, percent = [line.ideas for line in table.lines], percent.T
    named = np.array([bool(word & _RELATIVE) for word in words], dtype=np.bool_)
    relative: NDArray[np.bool_] = named | percent[relation.target]
    return relative


def holds(
    values: NDArray[np.float64], step: NDArray[np.float64], relation: Relation
) -> NDArray[np.bool_]:
    """Per observation, whether a linear relation holds within its rounding, shape ``(m,)``."""
    parts = list(relation.parts)
    told = np.nan_to_num(values[parts])
    gap = np.abs(values[relation.target] - np.array(relation.factors) @ told)
    allowed = (step[relation.target] + (step[parts] * (told != 0)).sum(axis=0)) / 2
    with np.errstate(invalid="ignore"):
        agree: NDArray[np.bool_] = gap <= allowed + 1e-9
    return agree
