"""A small evaluator: what a formula gives for the values that its workbook stores.

It knows + − * / ^ &, comparisons, SUM, SUBTOTAL, ROUND, AVERAGE, MIN, MAX, IF, ABS, IFERROR and a
few more of their kind, over references to any sheet. Everything else is ``NotEvaluatedError``.
Inputs are taken as stored, so a stale figure shows at its own cell and not at all that follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

import numpy as np
from numpy.typing import NDArray

from rules.recalculation.cells import SheetCells
from workbooks.formula.patterns import BookFormulas
from workbooks.formula.syntax import (
    Binary,
    Call,
    ErrorValue,
    Node,
    Number,
    Prefix,
    Reference,
    Text,
    Truth,
)
from workbooks.grid import Kind

Value = float | str | bool | None  # None: a blank cell
_MOST_CELLS = 200_000  # of one area; larger ones are not added up


class NotEvaluatedError(ValueError):
    """The formula has something that is not evaluated: its first word is a function or mark."""


class CellError(Exception):
    """The formula gives an Excel error such as ``#DIV/0!``."""


class Evaluator:
    """Evaluates formulas of one workbook over its stored values."""

    def __init__(self, book: BookFormulas) -> None:
        self._book = book
        self.sheets = tuple(SheetCells(grid) for grid in book.workbook.grids)
        self._meets_subtotal: dict[int, bool] = {}

    def value(self, tree: Node, sheet: int, row: int, column: int) -> Value:
        """What ``tree`` gives in a cell. Raises ``NotEvaluatedError`` or ``CellError``."""
        return _Scope(self, sheet, row, column).value(tree)

    def is_subtotal(self, sheet: int, position: int) -> bool:
        """Whether a cell holds a SUBTOTAL, which other SUBTOTALs leave out."""
        pattern = self._book.sheets[sheet].of_cell.get(position)
        return pattern is not None and "SUBTOTAL(" in pattern.text.upper()

    def sheet_of(self, name: str, own: int) -> int:
        """Position of a sheet; raises ``NotEvaluatedError`` when the workbook has none."""
        if not name:
            return own
        found = self._book.by_name.get(name.casefold())
        if found is None:
            raise NotEvaluatedError("missing sheet")
        return found


class _Scope:
    """One cell while its formula is evaluated."""

    def __init__(self, evaluator: Evaluator, sheet: int, row: int, column: int) -> None:
        self._all = evaluator
        self._sheet = sheet
        self._row = row
        self._column = column

    def value(self, node: Node | None) -> Value:
        match node:
            case None:
                return None
            case Number(number):
                return number
            case Text(text):
                return text
            case Truth(truth):
                return truth
            case ErrorValue(code):
                raise CellError(code)
            case Reference():
                return self._cell(node)
            case Prefix(sign, inner):
                if sign == "+":
                    return self.value(inner)
                number = _number(self.value(inner))
                return number / 100 if sign == "%" else -number
            case Binary(operator, left, right):
                return _binary(operator, self.value(left), self.value(right))
            case Call():
                return self._call(node)
        raise NotEvaluatedError(type(node).__name__.lower())

    def _cell(self, reference: Reference) -> Value:
        if not reference.single or reference.last_sheet:
            raise NotEvaluatedError("range")
        area = reference.area(self._row, self._column)
        if area is None:
            raise CellError("#REF!")
        cells = self._all.sheets[self._all.sheet_of(reference.sheet, self._sheet)]
        return _stored(cells, cells.at(area.first_row, area.first_column))

    def numbers(self, arguments: Sequence[Node | None], *, subtotal: bool = False) -> list[float]:
        """All numbers of the arguments, as SUM takes them: of ranges only what is a number."""
        found: list[float] = []
        for argument in arguments:
            if isinstance(argument, Reference):
                found.extend(self._range(argument, subtotal))
            elif argument is not None:
                found.append(_number(self.value(argument)))
        return found

    def _range(self, reference: Reference, subtotal: bool) -> list[float]:
        area = reference.area(self._row, self._column)
        if area is None:
            raise CellError("#REF!")
        first = self._all.sheet_of(reference.sheet, self._sheet)
        last = self._all.sheet_of(reference.last_sheet, first) if reference.last_sheet else first
        found: list[float] = []
        for sheet in range(min(first, last), max(first, last) + 1):
            cells = self._all.sheets[sheet]
            inside = cells.inside(area)
            if len(inside) > _MOST_CELLS:
                raise NotEvaluatedError("large range")
            _raise_for(cells, inside)
            inside = inside[cells.is_number[inside]]
            if subtotal:
                keep = [not self._all.is_subtotal(sheet, int(at)) for at in inside]
                inside = inside[np.array(keep, dtype=bool)]
            found.extend(cells.grid.numbers[inside].tolist())
        return found

    def _call(self, call: Call) -> Value:
        arguments = call.arguments
        name = call.name
        if name in _OF_NUMBERS:
            return _OF_NUMBERS[name](self.numbers(arguments))
        if name in _OF_ONE and len(arguments) == 1:
            return _OF_ONE[name](_number(self.value(arguments[0])))
        if name in _ROUNDINGS and len(arguments) in (1, 2):
            digits = _number(self.value(arguments[1])) if len(arguments) == 2 else 0
            return _rounded(_number(self.value(arguments[0])), int(digits), _ROUNDINGS[name])
        if name == "SUBTOTAL" and arguments and isinstance(arguments[0], Number):
            kind = _SUBTOTALS.get(int(arguments[0].value) % 100)
            if kind is not None:
                return _OF_NUMBERS[kind](self.numbers(arguments[1:], subtotal=True))
        if name == "IF" and len(arguments) in (2, 3):
            if _truth(self.value(arguments[0])):
                return self.value(arguments[1]) or 0.0
            return self.value(arguments[2]) if len(arguments) == 3 else False
        if name == "IFERROR" and len(arguments) == 2:
            try:
                return self.value(arguments[0])
            except CellError:
                return self.value(arguments[1])
        if name in ("AND", "OR") and arguments:
            truths = [_truth(self.value(argument)) for argument in arguments]
            return all(truths) if name == "AND" else any(truths)
        if name == "NOT" and len(arguments) == 1:
            return not _truth(self.value(arguments[0]))
        raise NotEvaluatedError(name)


def _stored(cells: SheetCells, at: int) -> Value:
    if at < 0:
        return None
    grid = cells.grid
    kind = grid.kinds[at]
    if kind == Kind.ERROR:
        raise CellError(grid.texts.get(at, "#VALUE!"))
    if kind == Kind.NEVER_CALCULATED:
        raise NotEvaluatedError("never calculated")
    if kind == Kind.BOOLEAN:
        raise NotEvaluatedError("truth value")
    if cells.is_number[at]:
        return float(grid.numbers[at])
    return grid.texts.get(at, "")


def _raise_for(cells: SheetCells, inside: NDArray[np.int64]) -> None:
    kinds = cells.grid.kinds[inside]
    wrong = inside[kinds == Kind.ERROR]
    if len(wrong):
        raise CellError(cells.grid.texts.get(int(wrong[0]), "#VALUE!"))
    if (kinds == Kind.NEVER_CALCULATED).any():
        raise NotEvaluatedError("never calculated")


def _number(value: Value) -> float:
    """A value where a number is wanted; Excel reads numbers typed as text here, words never."""
    if value is None:
        return 0.0
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise CellError("#VALUE!") from None
    return float(value)


def _truth(value: Value) -> bool:
    if isinstance(value, str):
        raise CellError("#VALUE!")
    return bool(value)


def _binary(operator: str, left: Value, right: Value) -> Value:
    if operator == "&":
        if isinstance(left, float) or isinstance(right, float):
            raise NotEvaluatedError("&")  # how a number is shown depends on Excel
        return f"{left or ''}{right or ''}"
    if operator in _COMPARISONS:
        return _compared(operator, left, right)
    a, b = _number(left), _number(right)
    if operator == "/":
        if b == 0:
            raise CellError("#DIV/0!")
        return a / b
    if operator == "^":
        return _power(a, b)
    return a + b if operator == "+" else a - b if operator == "-" else a * b


def _power(base: float, exponent: float) -> float:
    try:
        result = base**exponent
    except (OverflowError, ZeroDivisionError):
        raise CellError("#NUM!") from None
    if isinstance(result, complex):
        raise CellError("#NUM!")
    return float(result)


_COMPARISONS: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


def _compared(operator: str, left: Value, right: Value) -> bool:
    if left is None:
        left = "" if isinstance(right, str) else 0.0
    if right is None:
        right = "" if isinstance(left, str) else 0.0
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.casefold(), right.casefold()
        return _COMPARISONS[operator]((a > b) - (a < b))
    if isinstance(left, str) or isinstance(right, str):
        return _COMPARISONS[operator](1 if isinstance(left, str) else -1)  # texts follow numbers
    gap = float(left) - float(right)
    if abs(gap) <= 1e-15 * max(abs(left), abs(right)):
        gap = 0.0
    return _COMPARISONS[operator]((gap > 0) - (gap < 0))


def _average(numbers: Sequence[float]) -> float:
    if not numbers:
        raise CellError("#DIV/0!")
    return math.fsum(numbers) / len(numbers)


_OF_NUMBERS: dict[str, Callable[[Sequence[float]], float]] = {
    "SUM": math.fsum,
    "AVERAGE": _average,
    "MIN": lambda numbers: min(numbers, default=0.0),
    "MAX": lambda numbers: max(numbers, default=0.0),
    "COUNT": lambda numbers: float(len(numbers)),
    "PRODUCT": lambda numbers: math.prod(numbers) if numbers else 0.0,
}
_SUBTOTALS = {1: "AVERAGE", 2: "COUNT", 4: "MAX", 5: "MIN", 6: "PRODUCT", 9: "SUM"}
_OF_ONE: dict[str, Callable[[float], float]] = {
    "ABS": abs,
    "INT": lambda number: float(math.floor(number)),
    "SIGN": lambda number: float((number > 0) - (number < 0)),
    "N": lambda number: number,
}
_ROUNDINGS = {"ROUND": ROUND_HALF_UP, "ROUNDUP": ROUND_UP, "ROUNDDOWN": ROUND_DOWN}
_ROUNDINGS["TRUNC"] = ROUND_DOWN
_MOST_DIGITS = 15


def _rounded(number: float, digits: int, how: str) -> float:
    """Excel rounds what it shows with fifteen digits, halves away from zero."""
    if not math.isfinite(number) or abs(digits) > _MOST_DIGITS:
        return number
    exact = Decimal(f"{number:.{_MOST_DIGITS}g}")
    return float(exact.quantize(Decimal(1).scaleb(-digits), rounding=how))
