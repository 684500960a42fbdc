"""FM002 range-takes-in-too-much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.formula.ranges import RangeSum, range_sums
from rules.model import Basis, Message, Operation, Severity
from rules.recalculation.cells import SheetCells
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.search.space import ROWS
from workbooks.grid import Kind
from workbooks.refs import MAX_COLUMNS, Area, CellRef

_YEARS = (1900, 2100)
_SPREAD = 40  # years between the first and the last heading of a row


@rule(
    "FM002",
    "range-takes-in-too-much",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def long_ranges(judged: Judged) -> Iterator[Remark]:
    """The range of a sum takes in the year of a heading, or a percentage among amounts.

    Why: 2025 at the head of a column is a number as well, and adds two thousand to its total.
    Example: SUM(B3:B9) with the year 2025 in B3.
    Not checked: a sum all of whose figures are percentages.
    Units: the table's own.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    groups: dict[tuple[int, int, int, int], list[tuple[RangeSum, list[CellRef], float]]]
    groups = defaultdict(list)
    for one in range_sums(judged):
        cells = facts.evaluator.sheets[one.formulas.table.grid]
        strange = [*_years(one, cells), *_percentages(one)]
        if strange:
            refs = [ref for ref, _ in strange]
            key = (id(one.formulas.table), one.axis, one.target, one.pattern)
            groups[key].append((one, refs, sum(value for _, value in strange)))
    for alike in groups.values():
        yield _remark(alike)


def _years(one: RangeSum, cells: SheetCells) -> Iterator[tuple[CellRef, float]]:
    """A year in the heading at the top of the range; all numbers of its row are years."""
    table = one.formulas.table
    if one.axis != ROWS:
        return
    column = table.headings[one.observation].column
    inside = cells.column(column, *one.spans[0])
    numbers = inside[cells.is_number[inside]]
    first = float(cells.grid.numbers[numbers[0]]) if len(numbers) > 1 else 0.0
    if not (_YEARS[0] <= first <= _YEARS[1] and first.is_integer()):
        return
    row = int(cells.grid.rows[numbers[0]])
    beside = cells.inside(Area(row, 1, row, MAX_COLUMNS))
    values = cells.grid.numbers[beside[cells.is_number[beside]]]
    kinds = cells.grid.kinds[beside[cells.is_number[beside]]]
    years = _is_year(values)
    told = sorted({*values.tolist()})
    if len(values) < 2 or not years.all() or not (kinds == Kind.AMOUNT).all():
        return
    if told[-1] - told[0] <= _SPREAD and row not in {line.row for line in table.lines}:
        yield CellRef(table.sheet, row, column), first


def _is_year(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    whole = values == np.floor(values)
    return np.asarray(whole & (values >= _YEARS[0]) & (values <= _YEARS[1]), dtype=np.bool_)


def _percentages(one: RangeSum) -> Iterator[tuple[CellRef, float]]:
    percent = one.formulas.table.percent
    marks = percent[:, one.observation] if one.axis == ROWS else percent[one.observation]
    inside = [line for line in sorted(one.lines) if marks[line] and one.value(line)]
    if not inside:
        return
    others = [line for line in one.lines if not marks[line] and one.value(line)]
    if len(inside) >= len(others) or marks[one.target]:
        return
    for line in inside:
        yield one.cell(line), one.value(line)


def _remark(alike: list[tuple[RangeSum, list[CellRef], float]]) -> Remark:
    one, strange, amount = alike[0]
    reported = one.value(one.target)
    label, column = one.names()
    cells = tuple(same.cell(same.target) for same, _, _ in alike)
    return Remark(
        rule="FM002",
        severity=Severity.ERROR,
        confidence=0.9,
        cell=one.cell(one.target),
        message=Message(
            "finding.fm_range_long",
            {
                "range": one.areas[0].a1,
                "extra": tuple(strange),
                "amount": amount,
                "recomputed": reported - amount,
                "count": len(alike),
                "cells": cells,
            },
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        operation=Operation.SUM,
        reported=reported,
        recomputed=reported - amount,
        cells=cells,
        cause="range-too-long",
    )
