"""What the older and the open formats say about cells besides their values.

The readers of these formats run in a child process and hand plain values back, so this module
needs nothing but the standard library. Rows and columns are 1-based here as everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

# What a file stores for an error cell ([MS-XLS] 2.5.10, [MS-XLSB] 2.5.97.2).
ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
BORDER_STYLES = (
    "",
    "thin",
    "medium",
    "dashed",
    "dotted",
    "thick",
    "double",
    "hair",
    "mediumDashed",
    "dashDot",
    "mediumDashDot",
    "dashDotDot",
    "mediumDashDotDot",
    "slantDashDot",
)
HORIZONTAL = (
    *("", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed"),
)
VERTICAL = ("top", "center", "", "justify", "distributed")
MOST_EMPTY = 200_000  # cells without content on one sheet whose look is kept


def rotation_of(stored: int) -> int:
    """Degrees of a stored rotation: 91 to 180 are 1 to 90 downwards, 255 is upright letters."""
    if stored == 255:
        return 270
    return stored if 0 <= stored <= 90 else 90 - stored if stored <= 180 else 0


@dataclass(slots=True)
class Look:
    """The fields of ``workbooks.grid.Style`` as plain values."""

    number_format: str = "General"
    font: str = ""
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = ""
    fill: str = ""
    indent: int = 0
    horizontal: str = ""
    vertical: str = ""
    wrap: bool = False
    border: tuple[str, str, str, str] = ("", "", "", "")
    edge_colours: tuple[str, str, str, str] = ("", "", "", "")
    rotation: int = 0
    strike: bool = False


@dataclass(slots=True)
class SheetLooks:
    """One sheet, by place."""

    styles: dict[tuple[int, int], int] = field(default_factory=dict)  # -> index of a look
    empty: dict[tuple[int, int], int] = field(default_factory=dict)  # likewise, without content
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: dict[tuple[int, int], str] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    row_heights: dict[int, float] = field(default_factory=dict)
    column_widths: dict[int, float] = field(default_factory=dict)
    row_outlines: dict[int, int] = field(default_factory=dict)
    frozen: tuple[int, int] = (0, 0)

    def note_columns(self, first: int, last: int, width: float, *, hidden: bool) -> None:
        """Width in characters and visibility of a range of columns."""
        for column in range(first, min(last, 16_384) + 1):
            if width > 0:
                self.column_widths[column] = width
            if hidden:
                self.hidden_columns.add(column)

    def plain(self) -> dict[str, Any]:
        """The facts as values that ``marshal`` can carry."""
        return {name: getattr(self, name) for name in SheetLooks.__slots__}


@dataclass(slots=True)
class BookLooks:
    """A whole file: its looks, and its sheets by name."""

    looks: list[Look] = field(default_factory=list)
    sheets: dict[str, SheetLooks] = field(default_factory=dict)

    def plain_looks(self) -> list[dict[str, Any]]:
        """The looks as values that ``marshal`` can carry."""
        return [{name: getattr(look, name) for name in Look.__slots__} for look in self.looks]
