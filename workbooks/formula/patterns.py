"""Which formulas are alike: equal once their references are seen from their own cell (R1C1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from workbooks.formula.parse import UnreadFormulaError, parse
from workbooks.formula.syntax import Node
from workbooks.formulas import key_from_cell
from workbooks.grid import Grid, Workbook


@dataclass(slots=True, eq=False)
class Pattern:
    """One formula, however many cells it was copied to."""

    number: int
    text: str  # as it stands in the first cell that has it, with "="
    tree: Node | None  # None: not understood


@dataclass(slots=True)
class SheetFormulas:
    """The formulas of one sheet: the pattern of each cell, by index in its grid."""

    of_cell: dict[int, Pattern] = field(default_factory=dict)
    at: dict[tuple[int, int], Pattern] = field(default_factory=dict)  # by row and column

    @property
    def patterns(self) -> list[Pattern]:
        """Each formula once."""
        return [*{id(pattern): pattern for pattern in self.of_cell.values()}.values()]


class BookFormulas:
    """All formulas of a workbook by pattern; what was not asked for is not read."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self._patterns: dict[tuple[str | int, ...], Pattern] = {}

    @cached_property
    def sheets(self) -> tuple[SheetFormulas, ...]:
        """One entry per grid of the workbook."""
        return tuple(self._sheet(grid) for grid in self.workbook.grids)

    @cached_property
    def by_name(self) -> dict[str, int]:
        """Position of each sheet by its name in small letters, as references are not particular."""
        return {grid.name.casefold(): k for k, grid in enumerate(self.workbook.grids)}

    @property
    def any(self) -> bool:
        """Whether the workbook has a formula at all."""
        return any(grid.formulas for grid in self.workbook.grids)

    def _sheet(self, grid: Grid) -> SheetFormulas:
        found = SheetFormulas()
        positions = [*grid.formulas]
        rows, columns = grid.rows[positions].tolist(), grid.columns[positions].tolist()
        for (index, text), row, column in zip(grid.formulas.items(), rows, columns, strict=True):
            key = key_from_cell(text, row, column)
            pattern = self._patterns.get(key)
            if pattern is None:
                pattern = Pattern(len(self._patterns), text, _tree(text, row, column))
                self._patterns[key] = pattern
            found.of_cell[index] = pattern
            found.at[row, column] = pattern
        return found


def _tree(text: str, row: int, column: int) -> Node | None:
    try:
        return parse(text, row, column)
    except UnreadFormulaError:
        return None
