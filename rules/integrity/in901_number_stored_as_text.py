"""IN901 number-stored-as-text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.ledger import Ledger
from rules.model import Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.grid import Grid
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_NUMBERS = 0.7  # share of real numbers in a column from which a lone text among them stands out
_FEWEST = 3
_NO_AMOUNT = Idea.CODE | Idea.REMARK


@rule(
    "IN901",
    "number-stored-as-text",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def text_numbers(judged: Judged) -> Iterator[Remark]:
    """Amounts of a sheet are stored as text.

    Why: Excel's SUM skips them without a word, so that the next total somebody adds is wrong.
    Example: 1,200 typed with a leading blank, in a column of numbers.
    Not checked: codes, years and labels; columns in which nothing is added up; text in a .csv file,
    where everything is text.
    Units: any; one note per sheet, at the first of them.
    Source: integrity of the workbook.
    """
    summed = _summed(judged.ledger)
    found: dict[str, list[tuple[Table, int, int]]] = {}
    for table, place in zip(judged.tables, judged.places, strict=True):
        grid = judged.workbook.grids[table.grid]
        if not grid.texts or grid.cells_are_text:
            continue
        for i, j in _texts(table, grid, place, summed):
            found.setdefault(table.sheet, []).append((table, i, j))
    for sheet, cells in found.items():
        table, i, j = cells[0]
        line, heading = table.lines[i], table.headings[j]
        yield Remark(
            rule="IN901",
            severity=Severity.NOTE,
            confidence=0.95,
            cell=CellRef(sheet, line.row, heading.column),
            message=Message("note.text_numbers", {"count": len(cells), "sheet": sheet}),
            label=line.title,
            column=heading.text,
        )


def _texts(
    table: Table, grid: Grid, place: NDArray[np.int64], summed: NDArray[np.bool_]
) -> Iterator[tuple[int, int]]:
    """Line and column of each amount stored as text: it enters a check, or its column is of
    numbers."""
    as_text = np.zeros(len(grid), dtype=bool)
    as_text[list(grid.texts)] = True
    there = table.cells >= 0
    mine = there & as_text[np.where(there, table.cells, 0)]
    if not mine.any():
        return
    checked = there & summed[np.where(there, place, 0)]
    real = there & ~mine
    among = (real.sum(axis=0) >= _FEWEST) & (
        real.sum(axis=0) >= _NUMBERS * np.maximum(1, there.sum(axis=0))
    )
    among &= checked.any(axis=0)
    names = mine.sum(axis=1) > np.maximum(1, real.sum(axis=1))  # a row of codes …
    names &= mine.sum() * 2 < there.sum()  # … unless all of the table is text
    for i, j in zip(*np.nonzero(mine), strict=True):
        line, heading = table.lines[i], table.headings[j]
        named = bool(line.label and heading.text) and not heading.ideas & _NO_AMOUNT
        if not names[i] and (checked[i, j] or (among[j] and named)):
            yield int(i), int(j)


def _summed(ledger: Ledger) -> NDArray[np.bool_]:
    """Figures that enter a check, as target or part, shape ``(n_figures,)``."""
    result = np.zeros(len(ledger.figures), dtype=bool)
    result[ledger.target] = True
    result[ledger.part] = True
    return result
