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
from rules.search.steps import decimals, steps_of
from workbooks.formula.patterns import Pattern
from workbooks.formula.syntax import (
    Binary,
    Call,
    Node,
    Number,
    Prefix,
    Reference,
    nodes,
    references,
)
from workbooks.refs import CellRef
from workbooks.tables.vocabulary import Idea

_FEWEST = 3  # like formulas in the same row or column, so that a figure stands out among them
_OF_SUMS = 2  # the same where they are sums across that row or column, and in the line of a total
_EXCEPTIONS = 0.34  # share of a line that may differ from its formulas; more are no exceptions
_NOISE = 1e-9  # of a figure, that other programs may add up differently …
_SMALL = 1e-3  # … and of no less than this
_DIGITS = 10  # times its last place, a figure was typed as rounded: 5.3 for 5.29, but not 1 for 0.7
_REPEATED = 0.5  # share of the like formulas, from which another formula is a kind of its own
_LONGEST_RUN = 3  # typed figures side by side among like formulas …
_EXACT = 1e6  # … unless they are what the formula gives in six digits: pasted as values
_MOST_TYPED = 20  # times the like formulas of a line, typed figures that are looked at


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
    fits_others: bool  # its own formula gives the figures of the like cells as well

    @property
    def cell(self) -> CellRef:
        return self.formulas.ref(self.i, self.j)

    @property
    def is_alike(self) -> bool:
        """Whether it is a formula built as the others are, only with other cells."""
        return self.formula is not None and shape(self.formula.tree) == shape(self.like.tree)

    @property
    def agrees(self) -> bool:
        """Whether the figure is what the formulas would give, within its rounding."""
        noise = _NOISE * max(abs(self.value), abs(self.expected), _SMALL)
        if not self.value:  # has no digits to be rounded to
            return abs(self.expected) <= noise
        parts = self.inputs if self.adds_up else 0
        allowed = max(self.step * (parts + 1), self._last_place) / 2
        return abs(self.value - self.expected) <= allowed + noise

    @property
    def is_exact(self) -> bool:
        """Whether so many digits agree that the figure was worked out by the formula."""
        noise = _NOISE * max(abs(self.value), _SMALL)
        shown = abs(self.value) * 10.0 ** float(decimals(np.array([self.value]))[0])
        return abs(self.value - self.expected) <= noise and shown >= _EXACT

    @property
    def _last_place(self) -> float:
        """What one is worth in the last place of a figure that was typed with a few digits."""
        if self.formula is not None:
            return 0.0
        unit = 10.0 ** -float(decimals(np.array([self.value]))[0])
        return unit if abs(self.value) >= _DIGITS * unit else 0.0


def odd_ones(judged: Judged) -> list[OddOne]:
    """All figures of the workbook's tables that stand out among like formulas."""
    facts = judged.formulas
    if facts is None:
        return []
    return facts.remembered("odd_ones", lambda: list(_all(judged, facts)))


def _all(judged: Judged, facts: FormulaFacts) -> Iterator[OddOne]:
    for formulas in formulas_by_table(judged, facts):
        numbers = _without_typed(formulas)
        step = steps_of(formulas.table)
        found: dict[tuple[int, int], OddOne] = {}
        for axis in (ROWS, COLUMNS):
            for k in _with_like(numbers if axis == ROWS else numbers.T):
                for one in _Line(facts, formulas, numbers, step, axis, k).odd_ones():
                    before = found.setdefault((one.i, one.j), one)
                    if one.is_alike and not before.is_alike:
                        found[one.i, one.j] = one
        yield from (found[place] for place in sorted(found))


def _without_typed(formulas: TableFormulas) -> NDArray[np.int64]:
    """The patterns of a table, where a formula of typed numbers alone counts as typed."""
    typed = [n for n, pattern in formulas.patterns.items() if is_typed(pattern.tree)]
    return np.where(np.isin(formulas.pattern, typed), TYPED, formulas.pattern)


def _with_like(lines: NDArray[np.int64]) -> list[int]:
    """The lines, the first axis, that have the same formula at least twice."""
    ordered = np.sort(lines, axis=1)
    alike = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    found: list[int] = np.flatnonzero(alike.any(axis=1)).tolist()
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """One row or column of a table, and the formulas in it."""

    facts: FormulaFacts
    formulas: TableFormulas
    numbers: NDArray[np.int64]  # of the whole table
    step: NDArray[np.float64]
    axis: int
    k: int

    def odd_ones(self) -> Iterator[OddOne]:
        """What differs from the formula that nearly all of the line has.

        A typed figure that is what the formula gives speaks for the formula, as a formula does.
        """
        line = self.numbers[self.k] if self.axis == ROWS else self.numbers[:, self.k]
        filled = np.flatnonzero(line >= TYPED)
        kinds, counts = np.unique(line[filled], return_counts=True)
        for count, kind in sorted(zip(counts.tolist(), kinds.tolist(), strict=True), reverse=True):
            if kind < 0 or count < _OF_SUMS or len(filled) == count:
                continue
            like = self.formulas.patterns[kind]
            if like.tree is None or is_series(like.tree) or not _runs_along(like, self.axis):
                continue
            across = _adds_up_across(like, self.axis)
            if count < (_OF_SUMS if across or self._is_total() else _FEWEST):
                continue
            others = self._others(line, filled, kind, across)
            if len(others) > _MOST_TYPED * count:
                continue
            found = [one for at in others if (one := self._odd(line, at, like, count)) is not None]
            proved = sum(one.agrees and bool(one.inputs and one.expected) for one in found)
            if len(others) - proved > _EXCEPTIONS * (count + len(others)):
                continue
            for one in found:
                at = one.j if self.axis == ROWS else one.i
                if self._stands_out(line, filled, at, like, across=across, exact=one.is_exact):
                    yield one

    def _others(
        self, line: NDArray[np.int64], filled: NDArray[np.intp], kind: int, across: bool
    ) -> list[int]:
        """The figures between the first and the last like formula; of sums also those beyond."""
        where = filled[line[filled] == kind]
        inside = filled[(filled > where[0]) & (filled < where[-1])]
        if across:
            inside = filled
            if self.axis == ROWS:
                percent = self.formulas.table.percent[self.k]
                inside = filled[percent[filled] == percent[where[0]]]
        others: list[int] = inside[line[inside] != kind].tolist()
        return others

    def _stands_out(
        self,
        line: NDArray[np.int64],
        filled: NDArray[np.intp],
        at: int,
        like: Pattern,
        *,
        across: bool,
        exact: bool,
    ) -> bool:
        own = int(line[at])
        kind = like.number
        if own == TYPED:
            total = self.axis == ROWS and self._is_total()
            longest = len(line) if exact else _LONGEST_RUN
            return (across and total) or _within_run(line, filled, at, kind, longest)
        place = (self.k, at) if self.axis == ROWS else (at, self.k)
        pattern = self.formulas.patterns[own]
        if _fits(self.numbers, *place, own) or not _runs_along(pattern, self.axis):
            return False
        if shape(pattern.tree) != shape(like.tree):
            where = np.flatnonzero(line == kind)
            if int((line == own).sum()) > _REPEATED * len(where):
                return False  # one of a kind of its own: a quotient in every other column
            return bool(where[0] < at < where[-1]) and _beside(line, filled, at, kind)
        same = [
            one
            for one in np.unique(line[filled]).tolist()
            if one >= 0 and shape(self.formulas.patterns[one].tree) == shape(like.tree)
        ]
        return (len(same) == 2 and int((line == own).sum()) == 1) or _beside(line, filled, at, kind)

    def _odd(self, line: NDArray[np.int64], at: int, like: Pattern, count: int) -> OddOne | None:
        i, j = (self.k, at) if self.axis == ROWS else (at, self.k)
        table = self.formulas.table
        row, column = table.lines[i].row, table.headings[j].column
        if like.tree is None:
            return None
        try:
            expected = self.facts.evaluator.value(like.tree, table.grid, row, column)
        except (NotEvaluatedError, CellError):
            return None
        if isinstance(expected, (str, bool)) or expected is None or not math.isfinite(expected):
            return None
        own = int(line[at])
        meaning = self.facts.meaning(like)
        return OddOne(
            self.formulas,
            i,
            j,
            self.axis,
            like,
            count,
            float(table.values[i, j]),
            float(expected),
            float(self.step[i, j]),
            _inputs(self.facts, table.grid, like.tree, row, column),
            meaning is not None and meaning.operation is Operation.SUM,
            self.formulas.patterns[own] if own >= 0 else None,
            own >= 0 and self._fits_others(line, own, like.number),
        )

    def _fits_others(self, line: NDArray[np.int64], own: int, kind: int) -> bool:
        """Whether the odd formula gives all the figures of the line that are of the other kind."""
        tree, like = self.formulas.patterns[own].tree, self.formulas.patterns[kind].tree
        if tree is None or shape(tree) != shape(like):
            return False
        table = self.formulas.table
        for at in np.flatnonzero(line == kind).tolist():
            i, j = (self.k, at) if self.axis == ROWS else (at, self.k)
            row, column = table.lines[i].row, table.headings[j].column
            try:
                value = self.facts.evaluator.value(tree, table.grid, row, column)
            except (NotEvaluatedError, CellError):
                return False
            if not isinstance(value, float) or not _is_same(value, float(table.values[i, j])):
                return False
        return True

    def _is_total(self) -> bool:
        return _is_total(self.formulas, self.k, self.axis)


def _is_same(first: float, second: float) -> bool:
    return abs(first - second) <= _NOISE * max(abs(first), abs(second), _SMALL)


def _within_run(
    line: NDArray[np.int64], filled: NDArray[np.intp], at: int, kind: int, longest: int
) -> bool:
    """Whether at most so many typed figures side by side stand between formulas of this kind."""
    found = line[filled]
    first = last = int(np.searchsorted(filled, at))
    while first >= 0 and found[first] == TYPED:
        first -= 1
    while last < len(found) and found[last] == TYPED:
        last += 1
    ends = [int(found[n]) for n in (first, last) if 0 <= n < len(found)]
    return last - first - 1 <= longest and ends == [kind, kind]


def _adds_up_across(pattern: Pattern, axis: int) -> bool:
    """Whether a formula of a row adds up a range of its own column, or one of a column its row."""
    tree = pattern.tree
    is_sum = isinstance(tree, Call) and tree.name in ("SUM", "SUBTOTAL")
    other = COLUMNS if axis == ROWS else ROWS
    return is_sum and _runs_along(pattern, axis) and not _runs_along(pattern, other)


def is_typed(tree: Node | None) -> bool:
    """Whether a formula is made of typed numbers alone: 22+1."""
    return tree is not None and all(
        isinstance(one, (Number, Binary, Prefix)) for one in nodes(tree)
    )


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
