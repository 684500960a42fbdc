"""What the sums of a table take in, and what stands beside them; shared by the rules on ranges."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Operation
from rules.recalculation.facts import FormulaFacts
from rules.recalculation.tables import TableFormulas, table_formulas
from rules.remark import Judged
from rules.search.space import COLUMNS, ROWS
from workbooks.refs import Area, CellRef
from workbooks.tables.vocabulary import Idea

_MOST_LINES = 3_000_000  # of all sums together; running totals take in the square of their lines


@dataclass(frozen=True, slots=True)
class RangeSum:
    """A plain sum with at least one range, along one axis of its table.

    Positions are those of lines (``axis`` 0) or headings (1); ``lines`` are all that it takes in.
    """

    formulas: TableFormulas
    axis: int
    target: int
    observation: int
    pattern: int
    spans: tuple[tuple[int, int], ...]  # first and last row or column of each range, on the sheet
    areas: tuple[Area, ...]
    lines: frozenset[int]
    constant: float

    def cell(self, line: int) -> CellRef:
        """The cell of a line in this sum's column, or of a heading in its row."""
        place = (line, self.observation) if self.axis == ROWS else (self.observation, line)
        return self.formulas.ref(*place)

    def value(self, line: int) -> float:
        """The number there; NaN where there is none."""
        values = self.formulas.table.values
        place = (line, self.observation) if self.axis == ROWS else (self.observation, line)
        return float(values[place])

    def names(self) -> tuple[str, str]:
        """Label and column heading of the sum."""
        place = (
            (self.target, self.observation)
            if self.axis == ROWS
            else (self.observation, self.target)
        )
        return self.formulas.names(*place)

    def is_a(self, line: int, idea: Idea) -> bool:
        """Whether the words of a line say ``idea``."""
        table = self.formulas.table
        words = table.lines[line].ideas if self.axis == ROWS else table.headings[line].ideas
        return bool(words & idea)


def range_sums(judged: Judged) -> list[RangeSum]:
    """All sums of the workbook's tables that take in a range of their own row or column."""
    facts = judged.formulas
    if facts is None:
        return []
    return facts.remembered("range_sums", lambda: list(_all(judged, facts)))


def formulas_by_table(judged: Judged, facts: FormulaFacts) -> list[TableFormulas]:
    """The tables with formulas."""
    return facts.remembered("tables", lambda: table_formulas(judged.tables, facts))


def _all(judged: Judged, facts: FormulaFacts) -> Iterator[RangeSum]:
    budget = _MOST_LINES
    for formulas in formulas_by_table(judged, facts):
        rows = [line.row for line in formulas.table.lines]
        columns = [heading.column for heading in formulas.table.headings]
        taken: _Taken = {}
        for i, j, pattern in formulas.cells():
            meaning = facts.meaning(pattern)
            if meaning is None or meaning.operation is not Operation.SUM:
                continue
            if meaning.skips_subtotals or any(factor != 1 for _, factor in meaning.terms):
                continue
            if all(reference.single for reference, _ in meaning.terms):
                continue
            areas = [
                reference.area(rows[i], columns[j])
                for reference, _ in meaning.terms
                if not reference.sheet
            ]
            known = [area for area in areas if area is not None]
            if len(known) != len(meaning.terms):
                continue
            place = (rows, columns)
            found = _sum(formulas, i, j, pattern.number, known, meaning.constant, place, taken)
            if found is not None:
                budget -= len(found.lines)
                if budget < 0:
                    return
                yield found


# The lines that sums take in, by axis and ranges: the sums of neighbouring columns share them.
_Taken = dict[tuple[int, tuple[tuple[int, int], ...]], frozenset[int]]


def _sum(
    formulas: TableFormulas,
    i: int,
    j: int,
    pattern: int,
    areas: list[Area],
    constant: float,
    places: tuple[list[int], list[int]],
    taken: _Taken,
) -> RangeSum | None:
    row, column = places[ROWS][i], places[COLUMNS][j]
    if all(a.first_column == a.last_column == column for a in areas):
        axis, spans = ROWS, tuple((a.first_row, a.last_row) for a in areas)
    elif all(a.first_row == a.last_row == row for a in areas):
        axis, spans = COLUMNS, tuple((a.first_column, a.last_column) for a in areas)
    else:
        return None
    known = places[axis]
    lines = taken.get((axis, spans))
    if lines is None:
        lines = taken[axis, spans] = frozenset(
            line
            for first, last in spans
            for line in range(bisect_left(known, first), bisect_right(known, last))
        )
    target, observation = (i, j) if axis == ROWS else (j, i)
    return RangeSum(
        formulas,
        axis,
        target,
        observation,
        pattern,
        spans,
        tuple(areas),
        lines,
        constant,
    )


def counted(judged: Judged) -> dict[tuple[int, int], NDArray[np.bool_]]:
    """Per table and axis, which figures some sum of at least two figures takes in.

    Keys are the identity of the table and the axis; arrays have the shape of the table.
    """
    facts = judged.formulas
    if facts is None:
        return {}
    return facts.remembered("counted", lambda: _counted(judged, facts))


def _counted(judged: Judged, facts: FormulaFacts) -> dict[tuple[int, int], NDArray[np.bool_]]:
    result: dict[tuple[int, int], NDArray[np.bool_]] = {}
    for formulas in formulas_by_table(judged, facts):
        rows = {line.row: k for k, line in enumerate(formulas.table.lines)}
        columns = {heading.column: k for k, heading in enumerate(formulas.table.headings)}
        taken = (
            np.zeros(formulas.pattern.shape, dtype=bool),
            np.zeros(formulas.pattern.shape, dtype=bool),
        )
        for i, j, pattern in formulas.cells():
            meaning = facts.meaning(pattern)
            if meaning is None or meaning.operation is not Operation.SUM:
                continue
            row, column = formulas.table.lines[i].row, formulas.table.headings[j].column
            for reference, _ in meaning.terms:
                if not reference.single or reference.sheet or len(meaning.terms) < 2:
                    continue
                area = reference.area(row, column)
                if area is None:
                    continue
                place = (rows.get(area.first_row), columns.get(area.first_column))
                if place[0] is not None and place[1] is not None:
                    taken[ROWS if area.first_column == column else COLUMNS][place] = True
        result[id(formulas.table), ROWS], result[id(formulas.table), COLUMNS] = taken
    for one in range_sums(judged):
        taken_in = result[id(one.formulas.table), one.axis]
        lines = list(one.lines)
        if one.axis == ROWS:
            taken_in[lines, one.observation] = True
        else:
            taken_in[one.observation, lines] = True
    return result
