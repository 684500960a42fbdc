"""Cells that say the same thing, by the place where they stand together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from workbooks.refs import CellRef


def blocks(
    cells: Iterable[CellRef], lines: Iterable[Iterable[CellRef]] = ()
) -> list[tuple[CellRef, ...]]:
    """Cells of one sheet by block: those that touch, also at a corner, are one.

    A formula that was copied along is one block, and so one thing to look at. So are the cells of
    one of the ``lines``, whatever stands between them. Blocks and the cells in them are in the
    order of the sheet.

    >>> a, b, c, d = (CellRef("Budget", row, 2) for row in (4, 5, 9, 11))
    >>> [[cell.a1 for cell in block] for block in blocks([c, a, b, d], lines=[[c, d]])]
    [['B4', 'B5'], ['B9', 'B11']]
    """
    left = {(cell.row, cell.column): cell for cell in cells}
    beside: dict[CellRef, list[CellRef]] = defaultdict(list)
    for line in lines:
        members = list(line)
        for cell, other in pairwise(members):
            beside[cell].append(other)
            beside[other].append(cell)
    found = []
    for place in sorted(left):
        if place not in left:
            continue
        block = [left.pop(place)]
        for cell in block:  # grows as neighbours are found
            around = [
                (row, column)
                for row in range(cell.row - 1, cell.row + 2)
                for column in range(cell.column - 1, cell.column + 2)
            ]
            for near in [*around, *((other.row, other.column) for other in beside[cell])]:
                if near in left:
                    block.append(left.pop(near))
        found.append(tuple(sorted(block)))
    return found
