"""What a table is: lines across, headings down, and a matrix of numbers that know their cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbooks.tables.vocabulary import Idea


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table that carries a number."""

    row: int  # on the sheet
    label: str  # its own words, without those of its block
    block: str  # the heading it stands under, or the label it shares with its neighbours; or ""
    level: int  # how far it is indented: leading blanks, indent, label column; 0 = leftmost
    bold: bool
    ideas: Idea
    code: str  # account code or numbering that leads the label, or stands in a column of its own
    gap: int  # before it: 0 the line above, 1 blank rows, 2 a heading row, 3 a repeated heading
    hidden: bool = False

    @property
    def title(self) -> str:
        """Block and label, as a reader would name the line."""
        if self.block and self.label and self.block != self.label:
            return f"{self.block} / {self.label}"
        return self.label or self.block


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of numbers."""

    column: int  # on the sheet
    text: str  # its heading, joined top-down
    group: str  # the part of the heading that it shares with its neighbours
    ideas: Idea
    years: tuple[int, ...]
    scenario: str
    unit: str  # "money", "%", "per resident" or ""
    scale: float  # 1, 1,000 or 1,000,000
    hidden: bool = False


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Table:
    """A block of numbers of one sheet. Matrices have shape ``(n_lines, n_headings)``.

    A table is equal to itself only, so that what was worked out of it can be remembered.
    """

    sheet: str
    grid: int  # position of its sheet in Workbook.grids
    title: str
    lines: tuple[Line, ...]
    headings: tuple[Heading, ...]
    values: NDArray[np.float64]  # NaN where there is no number
    cells: NDArray[np.int64]  # position in the grid's arrays; -1 where blank
    percent: NDArray[np.bool_]  # formatted or typed as per cent
    withheld: NDArray[np.bool_]  # a text such as x, .. or n/a stands where a figure would
    notes: tuple[tuple[int, int, str], ...] = ()  # row, column, text: what stands around it

    @property
    def shape(self) -> tuple[int, int]:
        """``(n_lines, n_headings)``."""
        return len(self.lines), len(self.headings)
