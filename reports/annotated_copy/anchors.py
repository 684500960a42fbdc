"""Where the box of a note lies: from column and row to column and row, with pixels beyond each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workbooks.grid import Grid
from workbooks.refs import MAX_COLUMNS, MAX_ROWS

WIDTH = 330  # pixels of a note's box
LINE = 16
MOST_LINES = 28
_COLUMN, _ROW = 64, 20  # pixels of a column and a row of usual size
_GAP = 15  # pixels right of the cell


@dataclass(frozen=True, slots=True)
class Anchor:
    """The box as VML counts it: columns and rows from 0."""

    left: int
    left_offset: int
    top: int
    top_offset: int
    right: int
    right_offset: int
    bottom: int
    bottom_offset: int

    def __str__(self) -> str:
        return (
            f"{self.left}, {self.left_offset}, {self.top}, {self.top_offset}, "
            f"{self.right}, {self.right_offset}, {self.bottom}, {self.bottom_offset}"
        )


def height_of(lines: int) -> int:
    """Pixels of a box for so many lines."""
    return LINE * min(max(lines, 3) + 1, MOST_LINES)


def anchor_of(grid: Grid, row: int, column: int, lines: int) -> Anchor:
    """The box of a note on a cell (1-based): right of it, from a little above."""
    left = min(column, MAX_COLUMNS - 8)
    top = max(row - 2, 0)
    right, right_offset = _reach(left, _GAP + WIDTH, MAX_COLUMNS, _widths(grid), _COLUMN)
    bottom, bottom_offset = _reach(top, 10 + height_of(lines), MAX_ROWS, _heights(grid), _ROW)
    return Anchor(left, _GAP, top, 10, right, right_offset, bottom, bottom_offset)


def bottom_of(grid: Grid, top: int, lines: int) -> tuple[int, int]:
    """Row (from 0) and pixels where a box that begins in row ``top`` (from 0) ends."""
    return _reach(top, 10 + height_of(lines), MAX_ROWS, _heights(grid), _ROW)


def _widths(grid: Grid) -> Mapping[int, int]:
    widths = {column: int(width * 7 + 5) for column, width in grid.column_widths.items()}
    return widths | dict.fromkeys(grid.hidden_columns, 0)


def _heights(grid: Grid) -> Mapping[int, int]:
    heights = {row: int(points * 4 / 3) for row, points in grid.row_heights.items()}
    return heights | dict.fromkeys(grid.hidden_rows, 0)


def _reach(
    at: int, pixels: int, limit: int, sizes: Mapping[int, int], usual: int
) -> tuple[int, int]:
    """Where ``pixels`` from the start of number ``at`` (from 0) end."""
    while at < limit - 1:
        size = sizes.get(at + 1, usual)
        if pixels < size:
            return at, pixels
        pixels -= size
        at += 1
    return at, 0
