"""A shared formula written out for each of its cells (ECMA-376 part 1, 18.3.1.40)."""

from __future__ import annotations

import re
from functools import cache

from workbooks.refs import MAX_COLUMNS, MAX_ROWS, column_letters, column_number

# What may hold no reference (text, quoted sheet names, names in brackets) comes first.
_PIECES = re.compile(
    r"""
      (?P<literal> "(?:[^"]|"")*" | '(?:[^']|'')*' | \[(?:[^\[\]]|\[[^\[\]]*\])*\] )
    | (?<![\w.$\\?])
      (?: (?P<column> \$?[A-Za-z]{1,3}) (?P<row> \$?[0-9]{1,7})
        | (?P<first_column> \$?[A-Za-z]{1,3}) : (?P<last_column> \$?[A-Za-z]{1,3})
        | (?P<first_row> \$?[0-9]{1,7}) : (?P<last_row> \$?[0-9]{1,7})
      )
      (?![\w.(!\\?])
    """,
    re.VERBOSE,
)
_Step = tuple[str, int]  # "row" or "column", and its number at the shared formula's own cell


class SharedFormula:
    """A formula with its relative references marked, to be written for other cells."""

    def __init__(self, text: str, row: int, column: int) -> None:
        """``text`` is the formula, without ``=``, as it stands in the cell ``row, column``."""
        self._row = row
        self._column = column
        self._parts: list[str | list[str | _Step]] = []
        done = 0
        for match in _PIECES.finditer(text):
            if match.group("literal") is not None:
                continue
            reference = _reference(match)
            if reference is None:
                continue
            self._parts.append(text[done : match.start()])
            self._parts.append(reference)
            done = match.end()
        self._parts.append(text[done:])

    def at(self, row: int, column: int) -> str:
        """The formula as it stands in another cell; a reference beyond the sheet is ``#REF!``.

        >>> SharedFormula('SUM(A1:$B$2)&"A1"', 3, 1).at(4, 2)
        'SUM(B2:$B$2)&"A1"'
        """
        down, right = row - self._row, column - self._column
        return "".join(
            part if isinstance(part, str) else _shifted(part, down, right) for part in self._parts
        )


def _reference(match: re.Match[str]) -> list[str | _Step] | None:
    """The pieces of one reference, ``None`` when it only looks like one (``ZZZ1``)."""
    if match.group("column") is not None:
        pieces = [_column(match.group("column")), _row(match.group("row"))]
    elif match.group("first_column") is not None:
        pieces = [_column(match.group("first_column")), ":", _column(match.group("last_column"))]
    else:
        pieces = [_row(match.group("first_row")), ":", _row(match.group("last_row"))]
    return None if None in pieces else [piece for piece in pieces if piece is not None]


def _column(text: str) -> str | _Step | None:
    number = column_number(text.lstrip("$"))
    if number > MAX_COLUMNS:
        return None
    return text if text[0] == "$" else ("column", number)


def _row(text: str) -> str | _Step | None:
    number = int(text.lstrip("$"))
    if not 1 <= number <= MAX_ROWS:
        return None
    return text if text[0] == "$" else ("row", number)


def _shifted(pieces: list[str | _Step], down: int, right: int) -> str:
    written = ""
    for piece in pieces:
        if isinstance(piece, str):
            written += piece
            continue
        axis, number = piece
        number += down if axis == "row" else right
        if not 1 <= number <= (MAX_ROWS if axis == "row" else MAX_COLUMNS):
            return "#REF!"
        written += str(number) if axis == "row" else column_letters(number)
    return written


_PLAIN = re.compile(r"(?<![\w.])([A-Za-z]{1,3})([0-9]{1,7})(?![\w.(])")
# What the whole grammar is needed for: text, names, other sheets, fixed, whole rows and columns.
_NOT_PLAIN = re.compile(r"""["'\[!$\\?]|(?<![0-9]):|:(?![A-Za-z])""")
_column_number = cache(column_number)


def key_from_cell(text: str, row: int, column: int) -> tuple[str | int, ...]:
    """As `seen_from_cell`, for comparing only, and quicker for what has nothing but plain cells.

    >>> key_from_cell("=SUM(B2:B9)", 10, 2) == key_from_cell("=SUM(C2:C9)", 10, 3)
    True
    """
    if _NOT_PLAIN.search(text) is None:
        pieces: list[str | int] = list(_PLAIN.split(text))
        for at in range(1, len(pieces), 3):
            number, line = _column_number(str(pieces[at])), int(pieces[at + 1])
            if number > MAX_COLUMNS or not 1 <= line <= MAX_ROWS:
                break
            pieces[at], pieces[at + 1] = number - column, line - row
        else:
            return tuple(pieces)
    return (seen_from_cell(text, row, column),)


def seen_from_cell(text: str, row: int, column: int) -> str:
    """The formula with its references counted from its own cell, equal for all copies of it.

    >>> seen_from_cell("=SUM(B2:B$9)", 10, 2)
    '=SUM(column[0]row[-8]:column[0]$9)'
    >>> seen_from_cell("=SUM(C2:C$9)", 10, 3)
    '=SUM(column[0]row[-8]:column[0]$9)'
    """

    def relative(match: re.Match[str]) -> str:
        pieces = None if match.group("literal") is not None else _reference(match)
        if pieces is None:
            return match.group()
        return "".join(
            piece
            if isinstance(piece, str)
            else f"{piece[0]}[{piece[1] - (row if piece[0] == 'row' else column)}]"
            for piece in pieces
        )

    return _PIECES.sub(relative, text)
