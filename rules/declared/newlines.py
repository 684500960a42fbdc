"""Lines that a rule file does not know, under a total that it does: are they in the total?

The figures decide: where the total holds in more columns with the new line than without, it is
counted in; where without, it is told as left out; where nothing tells, it is counted in, since it
stands among the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from rules.declared.drift import Drift, DriftKind
from rules.declared.meant import holds
from rules.model import Operation
from rules.relation import Relation
from rules.search.steps import steps_of
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

Floats = NDArray[np.float64]

_LINEAR = (Operation.SUM, Operation.NET, Operation.DIFFERENCE)
_MOST = 4  # new lines under one total that are tried one by one
_NO_PART = Idea.TOTAL | Idea.MEMO | Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT


def with_new_lines(
    table: Table, relations: Sequence[Relation], unknown: Sequence[int]
) -> tuple[list[Relation], list[Drift]]:
    """The relations with the new lines that belong into them, and what to tell of those lines.

    ``unknown`` are the rows that the file does not name. A new line belongs under the total with
    the shortest reach around it. A line without a label may have been there before: nobody knows.
    """
    known = set(range(len(table.lines))) - set(unknown)
    step = steps_of(table)
    taken: dict[int, int] = {}  # new line -> relation
    for line in unknown:
        around = [
            (reach[1] - reach[0], k)
            for k, relation in enumerate(relations)
            if (reach := _reach(table, relation, known, line)) is not None
        ]
        if around and table.lines[line].label and not table.lines[line].ideas & _NO_PART:
            taken[line] = min(around)[1]
    changed = list(relations)
    drift: list[Drift] = []
    for k, relation in enumerate(relations):
        new = [line for line in unknown if taken.get(line) == k]
        if not new:
            continue
        inside = _chosen(table, relation, new, step)
        sign = 1.0 if relation.factors[0] > 0 else -1.0
        if inside:
            changed[k] = replace(
                relation,
                parts=(*relation.parts, *inside),
                factors=(*relation.factors, *(sign for _ in inside)),
            )
        drift += [_told(table, relation, line, line in inside) for line in new]
    return changed, drift


def _reach(table: Table, relation: Relation, known: set[int], line: int) -> tuple[int, int] | None:
    """First and last row of the total and its parts, when ``line`` stands among or beside them."""
    if relation.axis != 0 or relation.operation not in _LINEAR or len(relation.parts) < 2:
        return None
    rows = sorted((relation.target, *relation.parts))
    if rows[0] < line < rows[-1]:
        return rows[0], rows[-1]
    first, last = min(relation.parts), max(relation.parts)
    edge = first if line < first else last
    between = range(min(line, edge) + 1, max(line, edge))
    beside = not known & set(between) and table.lines[line].block == table.lines[edge].block
    ends_here = relation.target < first if line > last else relation.target > last
    return (rows[0], rows[-1]) if beside and ends_here else None


def _chosen(
    table: Table,
    relation: Relation,
    new: Sequence[int],
    step: Floats,
) -> tuple[int, ...]:
    """Which of the new lines the total counts."""
    sets: list[tuple[int, ...]] = [tuple(new), ()]
    if 1 < len(new) <= _MOST:
        sets += [one for size in range(1, len(new)) for one in combinations(new, size)]
    held = [_holds(table, relation, one, step) for one in sets]
    return sets[held.index(max(held))]


def _holds(table: Table, relation: Relation, new: Sequence[int], step: Floats) -> int:
    """In how many columns the total agrees when ``new`` lines are counted."""
    sign = 1.0 if relation.factors[0] > 0 else -1.0
    parts, factors = (*relation.parts, *new), (*relation.factors, *(sign for _ in new))
    return int(holds(table.values, step, replace(relation, parts=parts, factors=factors)).sum())


def _told(table: Table, relation: Relation, line: int, is_inside: bool) -> Drift:
    values = table.values[line]
    j = int(np.nanargmax(np.abs(values)))
    return Drift(
        kind=DriftKind.NEW_IN_TOTAL if is_inside else DriftKind.NEW_OUTSIDE,
        cell=CellRef(table.sheet, table.lines[line].row, table.headings[j].column),
        name=table.lines[line].title,
        total=table.lines[relation.target].title,
        figure=float(values[j]),
        is_checked=is_inside,
    )
