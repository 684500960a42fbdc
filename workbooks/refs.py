"""Addresses of cells: rows and columns are 1-based, as a reader of the workbook counts them."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384

_A1 = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


class CellRef(NamedTuple):
    """One cell of a workbook."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        """The address without its sheet, e.g. ``B4``."""
        return a1(self.row, self.column)

    def seen_from(self, sheet: str) -> str:
        """The address as written on ``sheet``: ``B4``, or ``'Other sheet'!B4``."""
        return self.a1 if sheet == self.sheet else f"{quoted(self.sheet)}!{self.a1}"


class Area(NamedTuple):
    """A rectangle of cells, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @property
    def a1(self) -> str:
        """The address, e.g. ``B4:D9``."""
        first = a1(self.first_row, self.first_column)
        return f"{first}:{a1(self.last_row, self.last_column)}"


@cache
def column_letters(column: int) -> str:
    """Letters of a 1-based column number.

    >>> column_letters(28)
    'AB'
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@cache
def column_number(letters: str) -> int:
    """The 1-based number of column ``letters``.

    >>> column_number("AB")
    28
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def a1(row: int, column: int) -> str:
    """The address of a cell, e.g. ``a1(4, 2)`` is ``B4``."""
    return f"{column_letters(column)}{row}"


def parse_a1(text: str) -> tuple[int, int]:
    """Row and column of an address such as ``B4`` or ``$B$4``; ``ValueError`` when it is none.

    An address that no sheet has, such as ``A0`` or ``XFE1``, is none.
    """
    match = _A1.fullmatch(text)
    if match is None:
        raise ValueError(f"not a cell address: {text!r}")
    row, column = int(match.group(2)), column_number(match.group(1))
    if not (1 <= row <= MAX_ROWS and column <= MAX_COLUMNS):
        raise ValueError(f"no sheet has a cell {text!r}")
    return row, column


def quoted(sheet: str) -> str:
    """A sheet's name as it stands before ``!``: in quotes, an inner quote doubled."""
    return "'" + sheet.replace("'", "''") + "'"


def sheet_of(reference: str) -> str:
    """The sheet of a reference such as ``'It''s'!$A$4:$S$12``; empty where it names none.

    >>> sheet_of("'It''s'!$A$4:$S$12"), sheet_of("Findings!$A$4"), sheet_of("$A$4")
    ("It's", 'Findings', '')
    """
    name, mark, _ = reference.removeprefix("=").rpartition("!")
    if not mark:
        return ""
    if len(name) > 1 and name[0] == name[-1] == "'":
        return name[1:-1].replace("''", "'")
    return name


def area_of(reference: str) -> Area:
    """The cells of a reference, its sheet left aside; ``ValueError`` when it names none.

    >>> area_of("'It''s'!$A$4:$S$12")
    Area(first_row=4, first_column=1, last_row=12, last_column=19)
    """
    first, _, last = reference.rpartition("!")[2].partition(":")
    start = parse_a1(first)
    return Area(*start, *(parse_a1(last) if last else start))
