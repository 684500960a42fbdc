"""Where errors are planted: figures drawn at random, so that what no check covers is drawn too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, VERDICTS, Ledger
from rules.model import Operation, Verdict
from rules.selftest.kinds import OF_PARTS, OF_TOTALS, ErrorKind, of_total, raised, slip
from workbooks.formula.patterns import BookFormulas
from workbooks.formula.syntax import references
from workbooks.grid import Grid, Workbook
from workbooks.refs import Area, CellRef

SMALLEST = 50.0  # smaller figures are left alone: a slip in them moves nothing that is looked at
_TRIES = 60  # figures that are tried for one error
_LINEAR = tuple(
    OPERATIONS.index(operation)
    for operation in (Operation.SUM, Operation.NET, Operation.DIFFERENCE)
)


@dataclass(frozen=True, slots=True)
class Planted:
    """One error: a cell, what it holds, and what was put there."""

    kind: ErrorKind
    cell: CellRef
    right: float
    wrong: float
    is_checked: bool  # whether any check of the sound workbook has the figure in it


class Planter:
    """Draws errors for a workbook whose checks are in ``ledger``.

    Cells that a formula reads are left alone: a wrong figure there is carried into all totals by
    Excel itself, so that nothing disagrees and no check of figures can see it.
    """

    def __init__(self, workbook: Workbook, ledger: Ledger, seed: int) -> None:
        self._ledger = ledger
        self._rng = random.Random(seed)
        figures = ledger.figures
        read = _read_by_formulas(workbook)
        free = np.array(
            [
                (figures.sheets[s], int(r), int(c)) not in read
                for s, r, c in zip(figures.sheet, figures.row, figures.column, strict=True)
            ],
            dtype=bool,
        )
        self.figures = len(figures)
        self.carried = int((~free).sum())
        large = np.isfinite(figures.value) & (np.abs(figures.value) >= SMALLEST)
        self._free = free & large
        self._checked = np.zeros(len(figures), dtype=bool)
        self._checked[ledger.target] = self._checked[ledger.part] = True
        self.unchecked = int((free & ~self._checked).sum())
        agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
        linear = np.isin(ledger.operation, _LINEAR)
        self._totals = np.flatnonzero(agreed & linear & (np.diff(ledger.start) >= 2))
        self._row = {
            (s, r, c): i
            for i, (s, r, c) in enumerate(
                zip(
                    figures.sheet.tolist(),
                    figures.row.tolist(),
                    figures.column.tolist(),
                    strict=True,
                )
            )
        }

    def errors(self, count: int) -> Iterator[Planted]:
        """``count`` errors of each kind, as far as the workbook has figures for them."""
        for kind in ErrorKind:
            drawn: set[int] = set()
            for _ in range(count):
                planted = self._one(kind, drawn)
                if planted is None:
                    break
                yield planted

    def _one(self, kind: ErrorKind, drawn: set[int]) -> Planted | None:
        figures = self._ledger.figures
        for _ in range(_TRIES):
            figure, wrong = self._draw(kind)
            if figure < 0 or wrong is None or figure in drawn:
                continue
            drawn.add(figure)
            right = float(figures.value[figure])
            is_checked = bool(self._checked[figure])
            return Planted(kind, figures.ref(figure), right, wrong, is_checked)
        return None

    def _draw(self, kind: ErrorKind) -> tuple[int, float | None]:
        """A figure at random, and what ``kind`` makes of it."""
        ledger, rng = self._ledger, self._rng
        if kind in OF_TOTALS or kind in OF_PARTS:
            if not len(self._totals):
                return -1, None
            check = int(rng.choice(self._totals))
            span = slice(int(ledger.start[check]), int(ledger.start[check + 1]))
            if kind in OF_PARTS:
                figure = int(rng.choice(ledger.part[span]))
                wrong = raised(float(ledger.figures.value[figure]), rng)
            else:
                figure = int(ledger.target[check])
                parts = ledger.figures.value[ledger.part[span]] * ledger.factor[span]
                total = float(ledger.figures.value[figure])
                wrong = of_total(kind, total, tuple(parts.tolist()), rng)
            return (figure, wrong) if self._free[figure] else (-1, None)
        free = np.flatnonzero(self._free)
        if not len(free):
            return -1, None
        figure = int(rng.choice(free))
        right = float(ledger.figures.value[figure])
        return figure, slip(kind, right, self._near(figure), rng)

    def _near(self, figure: int) -> tuple[float, ...]:
        """The figures beside, above and below."""
        figures = self._ledger.figures
        s, r, c = int(figures.sheet[figure]), int(figures.row[figure]), int(figures.column[figure])
        places = ((s, r, c - 1), (s, r, c + 1), (s, r - 1, c), (s, r + 1, c))
        return tuple(float(figures.value[self._row[p]]) for p in places if p in self._row)


def with_error(workbook: Workbook, planted: Planted) -> Workbook:
    """The workbook with one figure typed over; it shares all other sheets with the sound one."""
    grids = tuple(
        _typed_over(grid, planted) if grid.name == planted.cell.sheet else grid
        for grid in workbook.grids
    )
    return replace(workbook, grids=grids)


def _typed_over(grid: Grid, planted: Planted) -> Grid:
    at = grid.index(planted.cell.row, planted.cell.column)
    numbers: NDArray[np.float64] = grid.numbers.copy()
    numbers[at] = planted.wrong
    formulas = {cell: text for cell, text in grid.formulas.items() if cell != at}
    texts = {cell: text for cell, text in grid.texts.items() if cell != at}
    return replace(grid, numbers=numbers, formulas=formulas, texts=texts)


def _read_by_formulas(workbook: Workbook) -> set[tuple[str, int, int]]:
    """Every cell that some formula reads, ranges written out as far as they have cells."""
    formulas = BookFormulas(workbook)
    read: set[tuple[str, int, int]] = set()
    seen: set[tuple[int, Area]] = set()
    for number, sheet in enumerate(formulas.sheets):
        for (row, column), pattern in sheet.at.items():
            for reference in references(pattern.tree):
                name = reference.sheet.casefold()
                source = formulas.by_name.get(name) if name else number
                area = reference.area(row, column)
                if source is None or area is None or (source, area) in seen:
                    continue
                seen.add((source, area))
                read |= _inside(workbook.grids[source], area)
    return read


def _inside(grid: Grid, area: Area) -> set[tuple[str, int, int]]:
    first_row, first_column, last_row, last_column = area
    low = int(np.searchsorted(grid.rows, first_row, side="left"))
    high = int(np.searchsorted(grid.rows, last_row, side="right"))
    columns = grid.columns[low:high]
    rows = grid.rows[low:high]
    mine = (columns >= first_column) & (columns <= last_column)
    return {(grid.name, int(r), int(c)) for r, c in zip(rows[mine], columns[mine], strict=True)}
