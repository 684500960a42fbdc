"""Failing checks of cells whose own formula says that they are something else.

A line of totals may hold the mean of one column and the sum of another, a count, a share or a
figure carried over. Where a cell's formula reads none of the parts of a check and does another
kind of arithmetic, the check is no relation of that cell, whatever the cells beside it are. Nor is
a share of one base a share of another, unless the formulas beside it say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.ledger import BASES, OPERATIONS, VERDICTS, Ledger
from rules.model import Basis, Operation, Verdict
from rules.relation import Relation
from workbooks.formula.patterns import BookFormulas, Pattern
from workbooks.formula.syntax import Binary, Call, Prefix, nodes, references
from workbooks.refs import CellRef

_MEAN = re.compile(
    r"AVERAGEA?|AVERAGEIFS?|MEDIAN|MIN|MAX|MODE|STDEVP?|VARP?|COUNTA?|COUNTIFS?|LARGE|SMALL|RANK|"
    r"PERCENTILE|QUARTILE|GEOMEAN"
)
_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_LINEAR = tuple(
    OPERATIONS.index(kind)
    for kind in (Operation.SUM, Operation.NET, Operation.DIFFERENCE, Operation.CHANGE)
)
_AVERAGE = OPERATIONS.index(Operation.AVERAGE)
_RATIO = OPERATIONS.index(Operation.RATIO)
_BY_FORMULA = BASES.index(Basis.FORMULA)
_QUOTIENTS = tuple(OPERATIONS.index(k) for k in (Operation.RATIO, Operation.AVERAGE))


def said_otherwise(
    ledger: Ledger, relations: Sequence[Relation], formulas: BookFormulas
) -> NDArray[np.bool_]:
    """Flags per check: failing ones whose cell has a formula of another kind, of other cells."""
    result = np.zeros(len(ledger), dtype=np.bool_)
    if not formulas.any:
        return result
    judged = np.isin(ledger.operation, (*_LINEAR, *_QUOTIENTS))
    judged &= (ledger.verdict >= _DISCREPANCY) & (ledger.basis != BASES.index(Basis.DECLARED))
    lines: dict[tuple[str, int, int], bool] = {}
    for check in np.flatnonzero(judged):
        cell = ledger.figures.ref(int(ledger.target[check]))
        pattern = _pattern(formulas, cell)
        span = ledger.part[ledger.start[check] : ledger.start[check + 1]]
        parts = [ledger.figures.ref(int(p)) for p in span]
        if pattern is None:
            continue
        if ledger.operation[check] == _RATIO and ledger.basis[check] != _BY_FORMULA:
            bases = parts[1:]
            result[check] = _kind(pattern) == "quotient" and _reads_others(pattern, cell, bases)
        kind = _kind(pattern)
        if ledger.operation[check] in _LINEAR:
            result[check] |= _is_statistic(pattern)  # the median of the very parts is no sum
        elif ledger.operation[check] == _AVERAGE:
            result[check] |= kind == "sum"
        if result[check] or not _reads_others(pattern, cell, parts):
            continue
        if ledger.operation[check] in _LINEAR and kind == "sum":
            number = int(ledger.relation[check])
            axis = relations[number].axis if number < len(relations) else -1
            result[check] = axis >= 0 and _is_line_of_means(formulas, cell, axis, lines)
        elif ledger.operation[check] in _LINEAR:
            result[check] = kind in ("mean", "quotient")
        else:
            result[check] = kind == "mean"
    return result


def _pattern(formulas: BookFormulas, cell: CellRef) -> Pattern | None:
    sheet = formulas.by_name.get(cell.sheet.casefold())
    return None if sheet is None else formulas.sheets[sheet].at.get((cell.row, cell.column))


def _reads_others(pattern: Pattern, cell: CellRef, parts: Sequence[CellRef]) -> bool:
    """Whether the formula reads cells, and none of ``parts`` among them."""
    read = [
        (reference.sheet.casefold() or cell.sheet.casefold(), area)
        for reference in references(pattern.tree)
        if (area := reference.area(cell.row, cell.column)) is not None
    ]
    if not read:
        return False
    return not any(
        sheet == part.sheet.casefold()
        and area.first_row <= part.row <= area.last_row
        and area.first_column <= part.column <= area.last_column
        for sheet, area in read
        for part in parts
    )


def _kind(pattern: Pattern) -> str:
    """``mean`` (of a distribution: also a median or a count), ``quotient``, ``sum`` or none."""
    found = nodes(pattern.tree)
    if any(isinstance(node, Call) and _MEAN.fullmatch(node.name) for node in found):
        return "mean"
    if any(isinstance(node, Binary) and node.operator == "/" for node in found):
        return "quotient"
    adds = all(
        node.operator in "+-"
        if isinstance(node, Binary)
        else node.name == "SUM"
        if isinstance(node, Call)
        else not isinstance(node, Prefix) or node.sign in "+-"
        for node in found
    )
    return "sum" if adds else ""


def _is_statistic(pattern: Pattern) -> bool:
    """Whether the whole formula is a mean, median, count or extreme, rounded or not."""
    node = pattern.tree
    while isinstance(node, Call) and node.name.startswith("ROUND") and node.arguments:
        node = node.arguments[0]
    return isinstance(node, Call) and _MEAN.fullmatch(node.name) is not None


def _is_line_of_means(
    formulas: BookFormulas, cell: CellRef, axis: int, known: dict[tuple[str, int, int], bool]
) -> bool:
    """Whether other cells of the row (``axis`` 0) or column of ``cell`` hold means."""
    line = cell.column if axis else cell.row
    key = (cell.sheet, axis, line)
    if key not in known:
        sheet = formulas.sheets[formulas.by_name[cell.sheet.casefold()]]
        known[key] = any(
            _kind(pattern) == "mean" for place, pattern in sheet.at.items() if place[axis] == line
        )
    return known[key]
