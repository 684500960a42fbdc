"""Figures that stand among like formulas, and what these formulas would give in their place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.formula.ranges import formulas_by_table
from rules.model import Operation
from rules.recalculation.evaluate import CellError, NotEvaluatedError
from rules.recalculation.facts import FormulaFacts
from rules.recalculation.tables import TYPED, TableFormulas
from rules.remark import Judged
from rules.search.space import COLUMNS, ROWS
from rules.search.steps import steps
from workbooks.formula.patterns import Pattern
from workbooks.formula.syntax import Binary, Call, Node, Number, Prefix, Reference, references
from workbooks.refs import CellRef
from workbooks.tables.vocabulary import Idea

_FEWEST = 3  # like formulas in the same row or column, so that a figure stands out among them
_AT_END = 2  # the same in the line of a total, where also its last figure is one of them
_FEWEST_EXCEPTIONS = 0.34  # share of a line that may differ; more of them are no exceptions


@dataclass(frozen=True, slots=True)
class OddOne:
    """A figure that differs from the like formulas around it."""

    formulas: TableFormulas
    i: int
    j: int
    axis: int  # ROWS: alike are the formulas of its row, COLUMNS: those of its column
    like: Pattern
    count: int  # of these
    value: float
    expected: float  # what they would give here
    step: float
    inputs: int  # numbers that they would read here
    adds_up: bool  # whether they are sums, so that the rounding of each input may show
    formula: Pattern | None  # its own, where it is not typed

    @property
    def cell(self) -> CellRef:
        return self.formulas.ref(self.i, self.j)

    @property
    def agrees(self) -> bool:
        """Whether the figure is what the formulas would give, within its rounding."""
        noise = 1e-9 * max(abs(self.value), abs(self.expected), 1e-3)
        parts = self.inputs if self.adds_up else 0
        return abs(self.value - self.expected) <= self.step * (parts + 1) / 2 + noise


def odd_ones(judged: Judged) -> list[OddOne]:
    """All figures of the workbook's tables that stand out among like formulas."""
    facts = judged.formulas
    if facts is None:
        return []
    return facts.remembered("odd_ones", lambda: list(_all(judged, facts)))


def _all(judged: Judged, facts: FormulaFacts) -> Iterator[OddOne]:
    for formulas in formulas_by_table(judged, facts):
        numbers = formulas.pattern
        expected = {
            ROWS: _expected(numbers, formulas, ROWS),
            COLUMNS: _expected(numbers.T, formulas, COLUMNS).T,
        }
        step = steps(formulas.table.values)
        asked = (numbers >= TYPED) & ((expected[ROWS] >= 0) | (expected[COLUMNS] >= 0))
        for i, j in zip(*(at.tolist() for at in np.nonzero(asked)), strict=True):
            own = int(numbers[i, j])
            for axis in (ROWS, COLUMNS):
                like = int(expected[axis][i, j])
                if like < 0 or own == like or _fits(numbers, i, j, own):
                    continue
                if not _runs_along(formulas.patterns[like], axis):
                    continue
                if own >= 0 and not _runs_along(formulas.patterns[own], axis):
                    continue
                line = numbers[i] if axis == ROWS else numbers[:, j]
                one = _odd(facts, formulas, i, j, axis, like, int((line == like).sum()), step)
                if one is not None:
                    yield one
                    break


def _expected(numbers: NDArray[np.int64], formulas: TableFormulas, axis: int) -> NDArray[np.int64]:
    """The pattern that each figure's line asks for, −1 for none; lines are the first axis.

    It must stand on both sides of the figure and be that of nearly all formulas of the line. In the
    line of a total the last figure counts too.
    """
    result = np.full(numbers.shape, -1, dtype=np.int64)
    ordered = np.sort(numbers, axis=1)
    alike = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    for k in np.flatnonzero(alike.any(axis=1)).tolist():  # two like formulas at least
        line = numbers[k]
        filled = np.flatnonzero(line >= TYPED)
        if len(filled) < _FEWEST:
            continue
        kinds, counts = np.unique(line[filled], return_counts=True)
        total = _is_total(formulas, k, axis)
        for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
            if kind < 0 or count < (_AT_END if total else _FEWEST):
                continue
            where = filled[line[filled] == kind]
            inside = filled[(filled > where[0]) & (filled < where[-1])]
            summed = total and axis == ROWS and _adds_up_column(formulas.patterns[kind])
            if summed:  # also at the end of the line, and several side by side
                within = (filled > where[0]) & (filled < where[-1])
                inside = filled[within | (line[filled] == kind) | (line[filled] == TYPED)]
                percent = formulas.table.percent[k]
                inside = inside[percent[inside] == percent[where[0]]]
            others = inside[line[inside] != kind]
            if count < _FEWEST and len(others) > 1:
                continue
            if len(others) <= _FEWEST_EXCEPTIONS * (count + len(others)):
                for at in others.tolist():
                    if (summed and line[at] == TYPED) or _beside(line, filled, at, kind):
                        result[k, at] = kind
    return result


def _adds_up_column(pattern: Pattern) -> bool:
    """Whether a formula is the sum of a range of its own column."""
    tree = pattern.tree
    is_sum = isinstance(tree, Call) and tree.name in ("SUM", "SUBTOTAL")
    return is_sum and _runs_along(pattern, ROWS) and not _runs_along(pattern, COLUMNS)


def _is_total(formulas: TableFormulas, k: int, axis: int) -> bool:
    table = formulas.table
    words = table.lines[k].ideas if axis == ROWS else table.headings[k].ideas
    return bool(words & Idea.TOTAL)


def _beside(line: NDArray[np.int64], filled: NDArray[np.intp], at: int, kind: int) -> bool:
    """Whether the next figures of the line on each side, where there are any, are of this kind."""
    k = int(np.searchsorted(filled, at))
    around = [int(line[filled[n]]) for n in (k - 1, k + 1) if 0 <= n < len(filled)]
    return bool(around) and all(one == kind for one in around)


def _fits(numbers: NDArray[np.int64], i: int, j: int, own: int) -> bool:
    """Whether the figure's own formula also stands beside it: it is one of another line."""
    if own < 0:
        return False
    n, m = numbers.shape
    around = ((i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1))
    return any(0 <= a < n and 0 <= b < m and int(numbers[a, b]) == own for a, b in around)


def _runs_along(pattern: Pattern, axis: int) -> bool:
    """Whether a formula is one to compare along a row (ROWS) or down a column (COLUMNS).

    One that reads its own row only is the same in every row, so its like stand above and below it.
    """
    found = [reference for reference in references(pattern.tree) if not reference.sheet]
    own_row = all(not r.top.fixed and r.top.number == r.bottom.number == 0 for r in found)
    own_column = all(not r.left.fixed and r.left.number == r.right.number == 0 for r in found)
    if own_row and not own_column:
        return axis == COLUMNS
    if own_column and not own_row:
        return axis == ROWS
    return True


def _odd(
    facts: FormulaFacts,
    formulas: TableFormulas,
    i: int,
    j: int,
    axis: int,
    like: int,
    count: int,
    step: NDArray[np.float64],
) -> OddOne | None:
    table = formulas.table
    pattern = formulas.patterns[like]
    if pattern.tree is None or is_series(pattern.tree):
        return None
    row, column = table.lines[i].row, table.headings[j].column
    try:
        expected = facts.evaluator.value(pattern.tree, table.grid, row, column)
    except (NotEvaluatedError, CellError):
        return None
    if isinstance(expected, (str, bool)) or expected is None or not math.isfinite(expected):
        return None
    own = int(formulas.pattern[i, j])
    meaning = facts.meaning(pattern)
    return OddOne(
        formulas,
        i,
        j,
        axis,
        pattern,
        count,
        float(table.values[i, j]),
        float(expected),
        float(step[i, j]),
        _inputs(facts, table.grid, pattern.tree, row, column),
        meaning is not None and meaning.operation is Operation.SUM,
        formulas.patterns[own] if own >= 0 else None,
    )


def _inputs(facts: FormulaFacts, grid: int, tree: Node, row: int, column: int) -> int:
    """How many numbers other than zero the formula would read on its own sheet."""
    found = 0
    for reference in references(tree):
        area = reference.area(row, column)
        if area is not None and not reference.sheet:
            found += int(np.count_nonzero(facts.evaluator.sheets[grid].numbers(area)))
        elif reference.sheet:
            found += 1
    return found


def is_series(tree: Node) -> bool:
    """A copy of another cell, or one cell and a typed number: numbering, growth, a carried row."""
    match tree:
        case Reference():
            return True
        case Prefix(_, value):
            return is_series(value)
        case Binary(_, Reference(), Number()) | Binary(_, Number(), Reference()):
            return True
    return False


def shape(node: Node | None) -> object:
    """The formula without its addresses and numbers: equal for formulas built alike."""
    match node:
        case Reference():
            return "cell" if node.single else "range"
        case Call(name, arguments):
            return (name, *(shape(argument) for argument in arguments))
        case Prefix(sign, value):
            return (sign, shape(value))
        case Binary(operator, left, right):
            return (operator, shape(left), shape(right))
        case Number():
            return "number"
    return type(node).__name__
