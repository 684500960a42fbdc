"""What a sheet holds, kept by column (one array per fact) so that a million cells stay small.

A grid lists its non-empty cells in row-major order; cell ``i`` stands at ``rows[i], columns[i]``.
A cell that is only formatted is not listed there; those that can be seen are in ``empty``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from workbooks.refs import Area


class Kind(IntEnum):
    """What a cell is. Blank cells are not listed in a grid; 0, blank, ``-`` and ``..`` differ."""

    BLANK = 0
    AMOUNT = 1
    PERCENTAGE = 2  # formatted as per cent, or typed with a % sign: 3.6 % is the number 0.036
    DATE = 3
    TEXT = 4
    ERROR = 5  # #DIV/0! and its like
    NEVER_CALCULATED = 6  # a formula without a stored value
    BOOLEAN = 7


_AMOUNTS = (int(Kind.AMOUNT), int(Kind.PERCENTAGE))


@dataclass(frozen=True, slots=True)
class Border:
    """The style of each edge as the file names it (``thin``, ``double`` …), empty for none."""

    left: str = ""
    right: str = ""
    top: str = ""
    bottom: str = ""
    colours: tuple[str, str, str, str] = ("", "", "", "")  # of these edges; empty: automatic


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell looks. Colours are ``RRGGBB`` in capitals, empty where none or unknown."""

    number_format: str = "General"
    font: str = ""
    size: float = 0.0  # points; 0 where unknown
    bold: bool = False
    italic: bool = False
    underline: bool = False
    strike: bool = False
    colour: str = ""
    fill: str = ""
    indent: int = 0
    horizontal: str = ""
    vertical: str = ""
    wrap: bool = False
    rotation: int = 0  # degrees, counter-clockwise from -90 to 90; 270: letters one below the other
    border: Border = Border()

    @property
    def shows_empty(self) -> bool:
        """Whether a cell without content can be seen: it has a fill or a border."""
        return (
            bool(self.fill)
            or any((self.border.left, self.border.right))
            or any((self.border.top, self.border.bottom))
        )


def _none() -> NDArray[np.int32]:
    return np.zeros(0, dtype=np.int32)


@dataclass(frozen=True, slots=True)
class EmptyCells:
    """Cells without content that have a fill or a border: aligned arrays, in row-major order."""

    rows: NDArray[np.int32] = field(default_factory=_none)
    columns: NDArray[np.int32] = field(default_factory=_none)
    styles: NDArray[np.int32] = field(default_factory=_none)  # index into Workbook.styles

    def __len__(self) -> int:
        return len(self.rows)

    def within(self, last_row: int, last_column: int) -> EmptyCells:
        """Those up to a row and a column."""
        at = np.flatnonzero((self.rows <= last_row) & (self.columns <= last_column))
        return EmptyCells(self.rows[at], self.columns[at], self.styles[at])


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. Arrays are aligned by cell; ``texts`` and ``formulas`` are keyed by cell index."""

    name: str
    rows: NDArray[np.int32]
    columns: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    numbers: NDArray[np.float64]  # amounts, percentages, dates (serial days); NaN elsewhere
    styles: NDArray[np.int32]  # index into Workbook.styles
    texts: dict[int, str]  # text and error cells; for a number typed as text, what was typed
    formulas: dict[int, str]  # with the leading "=", shared formulas expanded
    state: str = "visible"  # or "hidden", "veryHidden"
    merges: tuple[Area, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    row_heights: dict[int, float] = field(default_factory=dict)  # points
    column_widths: dict[int, float] = field(default_factory=dict)  # characters
    row_outlines: dict[int, int] = field(default_factory=dict)  # row -> level, 1 and up
    empty: EmptyCells = field(default_factory=EmptyCells)
    row_styles: dict[int, int] = field(default_factory=dict)  # of cells that are not in the file
    column_styles: dict[int, int] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    frozen: tuple[int, int] = (0, 0)  # rows above and columns left of the frozen pane
    cells_are_text: bool = False  # a .csv: numbers stored as text are no remark there
    left_out: str = ""  # what the reader could not keep of this sheet, in one sentence; else empty

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def last_row(self) -> int:
        """The last row with a cell; 0 for an empty sheet."""
        return int(self.rows[-1]) if len(self.rows) else 0

    @property
    def last_column(self) -> int:
        """The last column with a cell; 0 for an empty sheet."""
        return int(self.columns.max()) if len(self.columns) else 0

    def index(self, row: int, column: int) -> int:
        """The position of a cell in the arrays; -1 when the cell is blank."""
        low = int(np.searchsorted(self.rows, row, side="left"))
        high = int(np.searchsorted(self.rows, row, side="right"))
        at = low + int(np.searchsorted(self.columns[low:high], column))
        return at if at < high and self.columns[at] == column else -1

    def is_text_number(self, index: int) -> bool:
        """True for an amount or percentage that the file stores as text."""
        return index in self.texts and int(self.kinds[index]) in _AMOUNTS


@dataclass(frozen=True, slots=True)
class Workbook:
    """Everything that was read from one file."""

    file: str  # the name, without its folder
    grids: tuple[Grid, ...]
    styles: tuple[Style, ...]
    sha256: str
    size: int  # bytes
    format: str  # "xlsx", "xlsm", "xls", "xlsb", "ods", "csv"
    names: dict[str, str] = field(default_factory=dict)  # defined names -> what they refer to
    date_1904: bool = False
    notes: tuple[str, ...] = ()  # what could not be read, one sentence each

    def style(self, grid: Grid, index: int) -> Style:
        """The style of cell ``index`` of ``grid``."""
        return self.styles[int(grid.styles[index])]
