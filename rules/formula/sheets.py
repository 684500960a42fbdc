"""The formulas of every sheet one by one, with the names of their places."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.recalculation.facts import FormulaFacts
from rules.remark import Judged
from workbooks.formula.patterns import Pattern
from workbooks.grid import Grid
from workbooks.refs import CellRef


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """One formula; ``at`` is its position in the grid."""

    sheet: int
    grid: Grid
    at: int
    row: int
    column: int
    pattern: Pattern

    @property
    def ref(self) -> CellRef:
        return CellRef(self.grid.name, self.row, self.column)


def formula_cells(
    facts: FormulaFacts, wanted: Sequence[Sequence[int]] | None = None
) -> Iterator[FormulaCell]:
    """All formulas of a workbook, sheet by sheet, row by row; or those at the ``wanted`` positions
    of each sheet."""
    for sheet, grid in enumerate(facts.workbook.grids):
        of_cell = facts.book.sheets[sheet].of_cell
        positions = [*of_cell] if wanted is None else wanted[sheet]
        rows, columns = grid.rows[positions].tolist(), grid.columns[positions].tolist()
        for at, row, column in zip(positions, rows, columns, strict=True):
            yield FormulaCell(sheet, grid, at, row, column, of_cell[at])


def names_of(judged: Judged, cell: CellRef) -> tuple[str, str]:
    """Label and column heading of a cell that stands in a table; empty for any other."""
    facts = judged.formulas
    if facts is None:
        return "", ""
    places = facts.remembered("places", lambda: _places(judged))
    return places.get(cell, ("", ""))


def _places(judged: Judged) -> dict[CellRef, tuple[str, str]]:
    """Names of the cells of tables with formulas, blank and unreadable ones included."""
    facts = judged.formulas
    found: dict[CellRef, tuple[str, str]] = {}
    for table in judged.tables:
        if facts is None or not facts.book.sheets[table.grid].of_cell:
            continue
        at = facts.book.sheets[table.grid].at
        for line in table.lines:
            for heading in table.headings:
                if (line.row, heading.column) in at:
                    ref = CellRef(table.sheet, line.row, heading.column)
                    found[ref] = (line.title, heading.text)
    return found
