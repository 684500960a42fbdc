"""From the text of a formula to its tree (ECMA-376 part 1, 18.17.2).

What cannot be read (array constants, structured references of tables, unions in brackets) raises
``UnreadFormulaError``; whoever reads counts such a formula as not understood.
"""

from __future__ import annotations

import re

from workbooks.formula.syntax import (
    Binary,
    Bound,
    Call,
    ErrorValue,
    External,
    Name,
    Node,
    Number,
    Prefix,
    Reference,
    Text,
    Truth,
)
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, column_number

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text> "(?:[^"]|"")*" )
    | (?P<error> \#(?:REF!|DIV/0!|N/A|VALUE!|NAME\?|NUM!|NULL!) )
    | (?P<sheet> (?: '(?:[^']|'')+' | [^\W\d][\w.]*(?::[^\W\d][\w.]*)? | \[[^\]]+\][\w.]* ) ! )
    | (?P<cell> \$?[A-Za-z]{1,3}\$?[0-9]{1,7} (?![\w(.!]) )
    | (?P<columns> \$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3} (?![\w(.!]) )
    | (?P<rows> \$?[0-9]{1,7}:\$?[0-9]{1,7} (?![\w(.!]) )
    | (?P<number> (?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)? )
    | (?P<function> (?:[^\W\d]|_)[\w.]* ) (?=\()
    | (?P<name> (?:[^\W\d]|[_\\])[\w.\\?]* )
    | (?P<mark> <>|<=|>=|[-+*/^&=<>%(),:;] )
    )""",
    re.VERBOSE,
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_POWER = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4}
_POWER |= {"/": 4, "^": 5}
_DEEPEST = 60
_LONGEST = 8192  # characters; Excel writes no longer ones


class UnreadFormulaError(ValueError):
    """The text is no formula that this reader understands."""


def parse(text: str, row: int, column: int) -> Node:
    """The tree of ``text`` (with or without ``=``), which stands in the cell ``row, column``."""
    if len(text) > _LONGEST:
        raise UnreadFormulaError("longer than a formula can be")
    reader = _Reader(_tokens(text.removeprefix("=")), row, column)
    node = reader.expression(0)
    if reader.kind != "end":
        raise UnreadFormulaError(f"does not end at {reader.value!r}")
    return node


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise UnreadFormulaError(f"cannot be read from {text[at : at + 20]!r} on")
        found.append((match.lastgroup, match.group(match.lastgroup)))
        at = match.end()
    return found


class _Reader:
    """Precedence climbing over the tokens of one formula."""

    def __init__(self, tokens: list[tuple[str, str]], row: int, column: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._row = row
        self._column = column
        self._depth = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else "end"

    @property
    def value(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, mark: str) -> bool:
        if self.kind == "mark" and self.value == mark:
            self._at += 1
            return True
        return False

    def expression(self, power: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadFormulaError("nested too deeply")
        left = self._operand()
        while self.kind == "mark":
            mark = self.value
            if mark == "%":
                self._at += 1
                left = Prefix("%", left)
                continue
            own = _POWER.get(mark, 0)
            if own <= power:
                break
            self._at += 1
            left = Binary(mark, left, self.expression(own))
        self._depth -= 1
        return left

    def _operand(self) -> Node:
        if self.kind == "mark" and self.value in "+-":
            sign = self.value
            self._at += 1
            # a sign binds tighter than any operator between two values: -2^2 is 4
            return Prefix(sign, self._signed())
        return self._primary()

    def _signed(self) -> Node:
        if self.kind == "mark" and self.value in "+-":
            return self._operand()
        node = self._primary()
        while self._take("%"):
            node = Prefix("%", node)
        return node

    def _primary(self) -> Node:
        kind, value = self.kind, self.value
        self._at += 1
        if kind == "number":
            return Number(float(value))
        if kind == "text":
            return Text(value[1:-1].replace('""', '"'))
        if kind == "error":
            return ErrorValue(value.upper())
        if kind in ("cell", "columns", "rows"):
            return self._reference(kind, value, "", "")
        if kind == "sheet":
            return self._on_sheet(value[:-1])
        if kind == "function":
            return self._call(value.upper().removeprefix("_XLFN."))
        if kind == "name":
            if value.upper() in ("TRUE", "FALSE"):
                return Truth(value.upper() == "TRUE")
            return Name(value)
        if kind == "mark" and value == "(":
            inner = self.expression(0)
            if not self._take(")"):
                raise UnreadFormulaError("a bracket is not closed")
            return inner
        raise UnreadFormulaError(f"no value at {value!r}")

    def _on_sheet(self, sheet: str) -> Node:
        name = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
        kind, value = self.kind, self.value
        self._at += 1
        if "[" in name:
            if kind == "cell" and self._take(":"):
                self._at += 1
            return External(f"{sheet}!{value}")
        if kind == "error":
            return ErrorValue(value.upper())
        if kind == "name":
            return Name(value)
        if kind not in ("cell", "columns", "rows"):
            raise UnreadFormulaError(f"no reference at {value!r}")
        first, _, last = name.partition(":")
        return self._reference(kind, value, first, last)

    def _reference(self, kind: str, value: str, sheet: str, last_sheet: str) -> Reference:
        if kind == "cell":
            top, left = self._corner(value)
            bottom, right, single = top, left, True
            if self._take(":"):
                if self.kind != "cell":
                    raise UnreadFormulaError("a range without its second corner")
                bottom, right = self._corner(self.value)
                self._at += 1
                single = False
            return Reference(top, left, bottom, right, sheet, last_sheet, single)
        first, _, last = value.partition(":")
        if kind == "columns":
            left, right = self._line(first, self._column), self._line(last, self._column)
            return Reference(
                Bound(1, True), left, Bound(MAX_ROWS, True), right, sheet, last_sheet, False
            )
        top, bottom = self._line(first, self._row), self._line(last, self._row)
        return Reference(
            top, Bound(1, True), bottom, Bound(MAX_COLUMNS, True), sheet, last_sheet, False
        )

    def _corner(self, text: str) -> tuple[Bound, Bound]:
        match = _CELL.fullmatch(text)
        if match is None:
            raise UnreadFormulaError(f"no cell: {text!r}")
        fixed_column, letters, fixed_row, digits = match.groups()
        row, column = int(digits), column_number(letters)
        if column > MAX_COLUMNS or not 1 <= row <= MAX_ROWS:
            raise UnreadFormulaError(f"no cell of a sheet: {text!r}")
        return (
            Bound(row, True) if fixed_row else Bound(row - self._row, False),
            Bound(column, True) if fixed_column else Bound(column - self._column, False),
        )

    @staticmethod
    def _line(text: str, own: int) -> Bound:
        plain = text.lstrip("$")
        number = int(plain) if plain.isdigit() else column_number(plain)
        return Bound(number, True) if text[0] == "$" else Bound(number - own, False)

    def _call(self, name: str) -> Call:
        self._at += 1  # the bracket
        arguments: list[Node | None] = []
        if self._take(")"):
            return Call(name, ())
        while True:
            empty = self.kind == "mark" and self.value in ",;)"
            arguments.append(None if empty else self.expression(0))
            if self._take(")"):
                return Call(name, tuple(arguments))
            if not (self._take(",") or self._take(";")):
                raise UnreadFormulaError(f"{name} is not closed")
