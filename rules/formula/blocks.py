"""Cells that say the same thing, by the place where they stand together."""

from __future__ import annotations

from collections.abc import Iterable

from workbooks.refs import CellRef


def blocks(cells: Iterable[CellRef]) -> list[tuple[CellRef, ...]]:
    """Cells of one sheet by block: those that touch, also at a corner, are one.

    A formula that was copied along is one block, and so one thing to look at. Blocks and the cells
    in them are in the order of the sheet.

    >>> a, b, c = (CellRef("Budget", row, 2) for row in (4, 5, 9))
    >>> [[cell.a1 for cell in block] for block in blocks([c, a, b])]
    [['B4', 'B5'], ['B9']]
    """
    left = {(cell.row, cell.column): cell for cell in cells}
    found = []
    for place in sorted(left):
        if place not in left:
            continue
        block = [left.pop(place)]
        for cell in block:  # grows as neighbours are found
            for row in range(cell.row - 1, cell.row + 2):
                for column in range(cell.column - 1, cell.column + 2):
                    if (row, column) in left:
                        block.append(left.pop((row, column)))
        found.append(tuple(sorted(block)))
    return found
