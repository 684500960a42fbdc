"""The formula of each figure of a table as a relation between the table's own lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rules.model import Operation
from rules.recalculation.meaning import Meaning, meaning_of
from rules.search.space import COLUMNS, ROWS
from workbooks.formula.patterns import Pattern, SheetFormulas
from workbooks.formula.syntax import Reference
from workbooks.grid import Grid, Kind
from workbooks.refs import Area
from workbooks.tables.model import Table

_PARTS_PER_FIGURE = 40  # running totals of long tables would need the square of their lines
_NUMBERS = (Kind.AMOUNT, Kind.PERCENTAGE)


@dataclass(frozen=True, slots=True)
class Form:
    """What one formula states: ``terms`` are lines of ``axis`` with their factors.

    A formula that states no relation between lines of the table has no terms; ``is_sum`` then
    still tells whether it adds up figures, from elsewhere, as against a product or a ratio.
    """

    axis: int
    operation: Operation
    terms: tuple[tuple[int, float], ...]
    scale: float = 1.0
    is_sum: bool = False


_OTHER = Form(-1, Operation.EQUATION, ())
_SUM_ELSEWHERE = Form(-1, Operation.SUM, (), is_sum=True)


def _span(reference: Reference, axis: int) -> int:
    """How many rows, or columns, a reference takes in that moves along with its formula the other
    way; 0 where that is not the same for all copies."""
    along, own = (reference.top, reference.bottom), (reference.left, reference.right)
    if axis == COLUMNS:
        along, own = own, along
    if any(bound.fixed for bound in own) or along[0].fixed != along[1].fixed:
        return 0
    return abs(along[1].number - along[0].number) + 1


class FormReader:
    """Reads the formulas of one table; like formulas of one line are read once."""

    def __init__(self, table: Table, grid: Grid, formulas: SheetFormulas) -> None:
        self._table = table
        self._grid = grid
        self._formulas = formulas
        self._rows = [line.row for line in table.lines]
        self._columns = [heading.column for heading in table.headings]
        self._meanings: dict[int, Meaning | None] = {}
        self._known: dict[tuple[int, int, int], Form] = {}
        self._budget = _PARTS_PER_FIGURE * int((table.cells >= 0).sum()) + 10_000

    def forms(self) -> dict[tuple[int, int], Form]:
        """The form of each figure that is a formula, by line and heading."""
        cells, of_cell = self._table.cells, self._formulas.of_cell
        has_formula = np.isin(cells, np.fromiter(of_cell, np.int64, len(of_cell)))
        return {
            (i, j): self._form(i, j, of_cell[int(cells[i, j])])
            for i, j in zip(*(at.tolist() for at in np.nonzero(has_formula)), strict=True)
        }

    def _meaning(self, pattern: Pattern) -> Meaning | None:
        if pattern.number not in self._meanings:
            self._meanings[pattern.number] = meaning_of(pattern.tree)
        return self._meanings[pattern.number]

    def _form(self, i: int, j: int, pattern: Pattern) -> Form:
        """The form of one figure. Copies along a line that read their own column, or row, only say
        the same of the same lines."""
        for key in ((pattern.number, ROWS, i), (pattern.number, COLUMNS, j)):
            known = self._known.get(key)
            if known is not None and len(known.terms) <= self._budget:
                self._budget -= len(known.terms)
                return known
        form = self._read(i, j, pattern)
        meaning = self._meaning(pattern)
        if form.terms and meaning is not None and not meaning.skips_subtotals:
            spans = [_span(reference, form.axis) for reference, _ in meaning.terms]
            if sum(spans) == len(form.terms) and min(spans) > 0:  # no figure between the lines
                self._known[pattern.number, form.axis, i if form.axis == ROWS else j] = form
        return form

    def _read(self, i: int, j: int, pattern: Pattern) -> Form:
        meaning = self._meaning(pattern)
        if meaning is None:
            return _OTHER
        adds = meaning.operation is Operation.SUM
        if adds and not meaning.plain:
            return _OTHER
        elsewhere = _SUM_ELSEWHERE if adds else _OTHER
        row, column = self._rows[i], self._columns[j]
        areas: list[tuple[Area, float]] = []
        for reference, factor in meaning.terms:
            area = reference.area(row, column)
            if area is None or not self._is_here(reference.sheet, reference.last_sheet):
                return elsewhere
            areas.append((area, factor))
        down = all(a.first_column == a.last_column == column for a, _ in areas)
        across = all(a.first_row == a.last_row == row for a, _ in areas)
        if not (down or across):
            return elsewhere
        axis = ROWS if down else COLUMNS
        terms = self._terms(axis, i, j, areas, meaning)
        quotient = meaning.operation in (Operation.RATIO, Operation.PERCENT_CHANGE)
        target = i if axis == ROWS else j
        if terms is None or any(line == target for line, _ in terms):
            return elsewhere
        if (quotient and len(terms) != 2) or len(terms) < 2:
            return elsewhere
        if adds and any(abs(factor) != 1 for _, factor in terms):
            return elsewhere
        return Form(axis, meaning.operation, terms, meaning.scale, adds)

    def _is_here(self, sheet: str, last_sheet: str) -> bool:
        return not last_sheet and (not sheet or sheet.casefold() == self._grid.name.casefold())

    def _terms(
        self,
        axis: int,
        i: int,
        j: int,
        areas: Sequence[tuple[Area, float]],
        meaning: Meaning,
    ) -> tuple[tuple[int, float], ...] | None:
        """Lines and factors; ``None`` where the formula takes in figures outside the table."""
        places = self._rows if axis == ROWS else self._columns
        weights: dict[int, float] = {}
        quotient = meaning.operation in (Operation.RATIO, Operation.PERCENT_CHANGE)
        for area, factor in areas:
            first, last = (
                (area.first_row, area.last_row)
                if axis == ROWS
                else (area.first_column, area.last_column)
            )
            low, high = bisect_left(places, first), bisect_right(places, last)
            self._budget -= high - low
            if self._budget < 0 or self._has_strangers(axis, area, places[low:high]):
                return None
            for line in range(low, high):
                if meaning.skips_subtotals and self._is_subtotal(axis, line, i, j):
                    continue
                weights[line] = factor if quotient else weights.get(line, 0.0) + factor
            if quotient and high - low != 1:
                return None
        if quotient:
            return tuple(weights.items())
        return tuple(sorted((line, weight) for line, weight in weights.items() if weight))

    def _has_strangers(self, axis: int, area: Area, known: Sequence[int]) -> bool:
        """Whether the area holds a number that is no figure of the table."""
        first, last = (
            (area.first_row, area.last_row)
            if axis == ROWS
            else (area.first_column, area.last_column)
        )
        if last - first + 1 == len(known):
            return False
        grid = self._grid
        if axis == ROWS:
            low, high = np.searchsorted(grid.rows, [first, last + 1])
            inside = grid.columns[low:high] == area.first_column
            places = grid.rows[low:high][inside]
        else:
            low, high = np.searchsorted(grid.rows, [area.first_row, area.first_row + 1])
            inside = (grid.columns[low:high] >= first) & (grid.columns[low:high] <= last)
            places = grid.columns[low:high][inside]
        numbers = np.isin(grid.kinds[low:high][inside], _NUMBERS)
        return bool(np.isin(places[numbers], known, invert=True).any())

    def _is_subtotal(self, axis: int, line: int, i: int, j: int) -> bool:
        cell = (line, j) if axis == ROWS else (i, line)
        pattern = self._formulas.of_cell.get(int(self._table.cells[cell]))
        meaning = self._meaning(pattern) if pattern else None
        return bool(meaning and meaning.skips_subtotals)
