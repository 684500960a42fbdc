"""Which formulas surely give the value stored beside them, worked out for all copies at once.

A workbook has few formulas and many copies of each, so a pattern is evaluated over arrays: + − * /,
SUM, AVERAGE, ABS and ROUND over numbers and blanks. It only passes what is beyond doubt. Text, an
Excel error, another function, or a value that is not clearly the stored one leaves a formula to the
`Evaluator`, which decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbooks.formula.patterns import BookFormulas, Pattern
from workbooks.formula.syntax import Binary, Bound, Call, Node, Number, Prefix, Reference
from workbooks.grid import Grid, Kind
from workbooks.refs import MAX_COLUMNS, MAX_ROWS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NUMBERS = (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE)
_STOPS = (Kind.ERROR, Kind.NEVER_CALCULATED)  # what no sum passes over
_COLUMN = 1 << 21  # above every row
_WIDEST = 40  # columns of an area that is added up here
_MOST_CELLS = 100_000  # of one column of an area
_FLOAT = 4e-16  # what one operation may be off, as a share of its result
_LONGEST = 1e15  # digits before the point up to which halves are told apart


@dataclass(frozen=True, slots=True)
class _Values:
    """What a part of a formula gives in each cell that has it, shape ``(n,)``."""

    number: Floats
    off: Floats  # by how much that may differ from what the `Evaluator` gives
    sure: Flags  # whether it is a number at all


class _Cells:
    """The cells of one sheet, column by column from the top."""

    def __init__(self, grid: Grid) -> None:
        keys = grid.columns.astype(np.int64) * _COLUMN + grid.rows
        order = np.argsort(keys, kind="stable")
        self.keys = keys[order]
        kinds = grid.kinds[order]
        typed = np.zeros(len(grid), dtype=np.bool_)
        typed[np.fromiter(grid.texts, np.int64, len(grid.texts))] = True
        is_number = np.isin(kinds, _NUMBERS) & ~typed[order]
        self.numbers = np.where(is_number, grid.numbers[order], 0.0)
        self.is_number = np.append(is_number, True)  # a blank cell is zero
        self.before = _sums(self.numbers)
        self.numbers = np.append(self.numbers, 0.0)
        self.numbers_before = _sums(is_number)
        self.stops_before = _sums(np.isin(kinds, _STOPS))
        # Each addition between two positions is off by so much at most; before them both are alike.
        self.noise = float(np.finfo(np.longdouble).eps * np.abs(self.before).max())

    def at(self, rows: Ints, columns: Ints) -> Ints:
        """Positions of single cells; that after the last for a blank one."""
        keys = columns * _COLUMN + rows
        found = np.searchsorted(self.keys, keys)
        there = self.keys[np.minimum(found, len(self.keys) - 1)] == keys
        return np.where(there, found, len(self.keys))


def _sums(values: NDArray[np.generic]) -> NDArray[np.longdouble]:
    """What stands before each position, and all of it; shape ``(n + 1,)``."""
    return np.concatenate([[np.longdouble(0)], np.cumsum(values, dtype=np.longdouble)])


class ManyFormulas:
    """The formulas of one workbook over its stored values."""

    def __init__(self, book: BookFormulas) -> None:
        self._book = book
        self._cells: dict[int, _Cells] = {}

    @cached_property
    def _by_pattern(self) -> list[dict[int, tuple[Pattern, list[int]]]]:
        """Per sheet, each pattern with the positions of its cells."""
        result = []
        for formulas in self._book.sheets:
            found: dict[int, tuple[Pattern, list[int]]] = {}
            for at, pattern in formulas.of_cell.items():
                found.setdefault(pattern.number, (pattern, []))[1].append(at)
            result.append(found)
        return result

    def agreeing(self, sheet: int, least: float, share: float) -> Flags:
        """Which cells of a sheet surely hold what their formula gives, within ``least`` or that
        share of it; shape ``(n_cells,)``."""
        grid = self._book.workbook.grids[sheet]
        result = np.zeros(len(grid), dtype=np.bool_)
        for pattern, positions in self._by_pattern[sheet].values():
            if pattern.tree is None:
                continue
            at = np.array(positions, dtype=np.int64)
            here = _Here(
                self, sheet, grid.rows[at].astype(np.int64), grid.columns[at].astype(np.int64)
            )
            with np.errstate(all="ignore"):
                found = here.value(pattern.tree)
                if found is None:
                    continue
                stored = grid.numbers[at]
                allowed = np.maximum(
                    least, share * np.maximum(np.abs(found.number), np.abs(stored))
                )
                result[at] = found.sure & (np.abs(found.number - stored) + 2 * found.off <= allowed)
        return result

    def cells(self, sheet: str, own: int) -> _Cells | None:
        """The cells of a sheet by name, empty for the own one; ``None`` where there is none."""
        number = self._book.by_name.get(sheet.casefold()) if sheet else own
        if number is None or not len(self._book.workbook.grids[number]):
            return None
        if number not in self._cells:
            self._cells[number] = _Cells(self._book.workbook.grids[number])
        return self._cells[number]


@dataclass(frozen=True, slots=True)
class _Here:
    """The cells that have one formula while it is evaluated in all of them."""

    all: ManyFormulas
    sheet: int
    rows: Ints
    columns: Ints

    def value(self, node: Node | None) -> _Values | None:
        """What ``node`` gives; ``None`` where this is left to the `Evaluator` altogether."""
        match node:
            case Number(number):
                n = len(self.rows)
                return _Values(np.full(n, number), np.zeros(n), np.ones(n, dtype=np.bool_))
            case Reference():
                return self._cell(node)
            case Prefix(sign, inner):
                found = self.value(inner)
                if found is None or sign == "+":
                    return found
                if sign == "-":
                    return _Values(-found.number, found.off, found.sure)
                return _Values(found.number / 100, found.off / 100, found.sure)
            case Binary("+" | "-" | "*" | "/" as operator, left, right):
                first, second = self.value(left), self.value(right)
                return _combined(operator, first, second) if first and second else None
            case Call(name, arguments):
                return self._call(name, arguments)
        return None

    def _cell(self, reference: Reference) -> _Values | None:
        corner = self._corner(reference.top, reference.left)
        cells = self.all.cells(reference.sheet, self.sheet)
        if not reference.single or reference.last_sheet or cells is None:
            return None
        rows, columns, inside = corner
        at = cells.at(rows, columns)
        return _Values(cells.numbers[at], np.zeros(len(at)), inside & cells.is_number[at])

    def _corner(self, row: Bound, column: Bound) -> tuple[Ints, Ints, Flags]:
        rows = np.full(len(self.rows), row.number) if row.fixed else self.rows + row.number
        columns = self.columns + (0 if column.fixed else column.number)
        if column.fixed:
            columns = np.full(len(self.columns), column.number)
        inside = (rows >= 1) & (rows <= MAX_ROWS) & (columns >= 1) & (columns <= MAX_COLUMNS)
        return rows, columns, inside

    def _call(self, name: str, arguments: Sequence[Node | None]) -> _Values | None:
        if name in ("SUM", "AVERAGE"):
            summed = self._summed(arguments)
            if summed is None or name == "SUM":
                return summed[0] if summed else None
            total, count = summed
            return _Values(total.number / count, total.off / count, total.sure & (count > 0))
        if name == "ABS" and len(arguments) == 1:
            found = self.value(arguments[0])
            return _Values(np.abs(found.number), found.off, found.sure) if found else None
        if name == "ROUND" and len(arguments) == 2 and isinstance(arguments[1], Number):
            found = self.value(arguments[0])
            return _rounded(found, int(arguments[1].value)) if found else None
        return None

    def _summed(self, arguments: Sequence[Node | None]) -> tuple[_Values, Floats] | None:
        """The sum of the numbers in the arguments, and how many there are."""
        n = len(self.rows)
        total = _Values(np.zeros(n), np.zeros(n), np.ones(n, dtype=np.bool_))
        count = np.zeros(n)
        for argument in arguments:
            if argument is None:
                continue
            if isinstance(argument, Reference):
                found = self._area(argument)
                if found is None:
                    return None
                part, numbers = found
                count += numbers
            else:
                one = self.value(argument)
                if one is None:
                    return None
                part = one
                count += 1
            total = _combined("+", total, part)
        return total, count

    def _area(self, reference: Reference) -> tuple[_Values, Floats] | None:
        cells = self.all.cells(reference.sheet, self.sheet)
        if reference.last_sheet or cells is None:
            return None
        top, left, above = self._corner(reference.top, reference.left)
        bottom, right, below = self._corner(reference.bottom, reference.right)
        first, last = np.minimum(top, bottom), np.maximum(top, bottom)
        left, width = np.minimum(left, right), np.abs(right - left) + 1
        sure = above & below & (width <= _WIDEST)
        total, count = np.zeros(len(first)), np.zeros(len(first))
        off = np.zeros(len(first))
        for column in range(min(int(width.max(initial=0)), _WIDEST)):
            key = (left + column) * _COLUMN
            low = np.searchsorted(cells.keys, key + first)
            high = np.where(column < width, np.searchsorted(cells.keys, key + last, "right"), low)
            sure &= (high - low <= _MOST_CELLS) & (
                cells.stops_before[high] == cells.stops_before[low]
            )
            total += (cells.before[high] - cells.before[low]).astype(np.float64)
            count += (cells.numbers_before[high] - cells.numbers_before[low]).astype(np.float64)
            off += (high - low) * cells.noise + _FLOAT * np.abs(total)
        return _Values(total, off, sure), count


def _combined(operator: str, first: _Values, second: _Values) -> _Values:
    a, b = first.number, second.number
    sure = first.sure & second.sure
    if operator == "*":
        off = np.abs(a) * second.off + np.abs(b) * first.off
        return _Values(a * b, off, sure)
    if operator == "/":
        quotient = a / b
        off = (first.off + np.abs(quotient) * second.off) / np.abs(b)
        # a base that may be zero, or nearly so, gives an error or anything
        return _Values(quotient, off, sure & (np.abs(b) > 2 * second.off))
    total = a + b if operator == "+" else a - b
    return _Values(total, first.off + second.off + _FLOAT * np.abs(total), sure)


def _rounded(found: _Values, digits: int) -> _Values | None:
    if abs(digits) > 9:
        return None
    scale = 10.0**digits
    scaled = np.abs(found.number) * scale
    below = np.floor(scaled)
    # near a half, what the figure shows with fifteen digits decides
    margin = found.off * scale + 1e-13 * scaled + 1e-9
    clear = (np.abs(scaled - below - 0.5) > margin) & (scaled < _LONGEST)
    whole = np.where(scaled - below >= 0.5, below + 1, below)
    number = np.sign(found.number) * whole / scale
    return _Values(number, _FLOAT * np.abs(number), found.sure & clear)
