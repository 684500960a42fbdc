"""What a formula says, as a tree. References are kept relative to the cell of the formula.

So formulas that are copies of each other, down a column or along a row, have one tree.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.refs import MAX_COLUMNS, MAX_ROWS, Area


@dataclass(frozen=True, slots=True)
class Number:
    """A number typed into the formula."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Truth:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """An error typed in, or left by a reference that was deleted: ``#REF!``."""

    code: str


@dataclass(frozen=True, slots=True)
class Bound:
    """One row or column of a reference: a number of the sheet, or steps from the formula's cell."""

    number: int
    fixed: bool

    def at(self, own: int) -> int:
        """The row or column on the sheet, for a formula in row or column ``own``."""
        return self.number if self.fixed else own + self.number


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell or rectangle. ``sheet`` is empty for the formula's own; ``last_sheet`` ends a run of
    sheets (``Jan:Dec!B4``)."""

    top: Bound
    left: Bound
    bottom: Bound
    right: Bound
    sheet: str = ""
    last_sheet: str = ""
    single: bool = True  # written as one cell, not as a range

    def area(self, row: int, column: int) -> Area | None:
        """Where it points to from a formula in this cell; ``None`` beyond the sheet."""
        rows = sorted((self.top.at(row), self.bottom.at(row)))
        columns = sorted((self.left.at(column), self.right.at(column)))
        if rows[0] < 1 or columns[0] < 1 or rows[1] > MAX_ROWS or columns[1] > MAX_COLUMNS:
            return None
        return Area(rows[0], columns[0], rows[1], columns[1])


@dataclass(frozen=True, slots=True)
class External:
    """A reference into another workbook, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name, as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function, its name in capitals, with its arguments; ``None`` for one left empty."""

    name: str
    arguments: tuple[Node | None, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """A sign before, or a per cent sign after, a value."""

    sign: str  # "+", "-" or "%"
    value: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two values and the operator between them."""

    operator: str  # + - * / ^ & = <> < > <= >=
    left: Node
    right: Node


Node = Number | Text | Truth | ErrorValue | Reference | External | Name | Call | Prefix | Binary


def references(node: Node | None) -> list[Reference]:
    """All references of a formula, in the order written."""
    found: list[Reference] = []
    stack: list[Node | None] = [node]
    while stack:
        part = stack.pop()
        match part:
            case Reference():
                found.append(part)
            case Call():
                stack.extend(reversed(part.arguments))
            case Prefix():
                stack.append(part.value)
            case Binary():
                stack.extend((part.right, part.left))
    return found


def nodes(node: Node | None) -> list[Node]:
    """The tree as a list: each node before those inside it."""
    found: list[Node] = []
    stack: list[Node | None] = [node]
    while stack:
        part = stack.pop()
        if part is None:
            continue
        found.append(part)
        match part:
            case Call():
                stack.extend(reversed(part.arguments))
            case Prefix():
                stack.append(part.value)
            case Binary():
                stack.extend((part.right, part.left))
    return found
