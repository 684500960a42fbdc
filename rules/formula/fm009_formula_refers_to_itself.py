"""FM009 formula-refers-to-itself."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator

from rules.formula.sheets import FormulaCell, formula_cells, names_of
from rules.model import Basis, Message, Severity
from rules.recalculation.facts import FormulaFacts
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.formula.patterns import Pattern, SheetFormulas
from workbooks.formula.syntax import Bound, Reference, references
from workbooks.refs import CellRef

_MOST_STEPS = 2_000_000  # cells read by formulas, followed in all
_WAYS = (1, -1)

Node = tuple[int, int, int]  # sheet, row, column


@rule(
    "FM009",
    "formula-refers-to-itself",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def circles(judged: Judged) -> Iterator[Remark]:
    """A formula reads its own cell, at once or through other formulas.

    Why: Excel cannot work it out and shows 0 or an old value.
    Example: SUM(B4:B10) in B10; B4 reads C4 and C4 reads B4.
    Not checked: workbooks with more than two million links between formulas.
    Units: any.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    for cells in circular(facts):
        label, column = names_of(judged, cells[0])
        yield Remark(
            rule="FM009",
            severity=Severity.ERROR,
            confidence=0.97,
            cell=cells[0],
            message=Message("finding.fm_circular", {"count": len(cells), "cells": cells}),
            basis=Basis.FORMULA,
            label=label,
            column=column,
            cells=cells,
            cause="circular",
        )


def circular(facts: FormulaFacts) -> list[tuple[CellRef, ...]]:
    """The cells of each circle of formulas, in the order of the workbook."""
    return facts.remembered(
        "circular",
        lambda: [tuple(sorted(one.ref for one in circle)) for circle in _circles(facts)],
    )


def _circles(facts: FormulaFacts) -> list[list[FormulaCell]]:
    """Groups of formulas each of which reads, at last, itself (strongly connected, Tarjan)."""
    open_ = _open_sheets(facts)
    if not open_:
        return []
    wanted = [[*sheet.of_cell] if k in open_ else [] for k, sheet in enumerate(facts.book.sheets)]
    cells = {(one.sheet, one.row, one.column): one for one in formula_cells(facts, wanted)}
    links = _links(facts, cells)
    if links is None:
        return []
    found = [group for group in _components(links) if len(group) > 1 or group[0] in links[group[0]]]
    return [[cells[node] for node in group] for group in found]


def _open_sheets(facts: FormulaFacts) -> set[int]:
    """Sheets that may hold a circle, or a part of one.

    None goes through a sheet whose formulas all read the same way within it (those above, say, or
    further left in their own row) and that reads no sheet which reads it in turn.
    """
    sheets = facts.book.sheets
    reads: dict[Node, list[Node]] = {(k, 0, 0): [] for k in range(len(sheets))}
    orders: list[set[_Order]] = []
    for k, sheet in enumerate(sheets):
        left = set(_ORDERS)
        for pattern, corners in _corners(sheet).items():
            for reference in references(pattern.tree):
                name = reference.sheet.casefold()
                place = facts.book.by_name.get(name, -1) if name else k
                if place == k:
                    left = {order for order in left if _follows(order, reference, corners)}
                elif place >= 0:
                    reads[k, 0, 0].append((place, 0, 0))
        orders.append(left)
    groups = [{sheet for sheet, _, _ in group} for group in _components(reads)]
    return {k for group in groups for k in group if len(group) > 1 or not orders[k]}


_Corners = tuple[int, int, int, int]  # first and last row, first and last column


def _corners(sheet: SheetFormulas) -> dict[Pattern, _Corners]:
    """The rectangle around the cells of each formula of a sheet."""
    found: dict[Pattern, list[int]] = {}
    for (row, column), pattern in sheet.at.items():
        known = found.setdefault(pattern, [row, row, column, column])
        known[0], known[1] = min(known[0], row), max(known[1], row)
        known[2], known[3] = min(known[2], column), max(known[3], column)
    return {pattern: (a, b, c, d) for pattern, (a, b, c, d) in found.items()}


_Order = tuple[bool, int, int]  # rows before columns?; the way along rows and along columns
_ORDERS = tuple((rows, down, right) for rows in (True, False) for down in _WAYS for right in _WAYS)


def _follows(order: _Order, reference: Reference, corners: _Corners) -> bool:
    """Whether all that a reference takes in stands before its formula in an order of cells."""
    by_row, down, right = order
    rows = _farthest(reference.top, reference.bottom, corners[:2], down)
    columns = _farthest(reference.left, reference.right, corners[2:], right)
    first, second = (rows, columns) if by_row else (columns, rows)
    return first < 0 or (first == 0 and second < 0)


def _farthest(first: Bound, last: Bound, own: tuple[int, int], way: int) -> int:
    """The farthest that a reference reaches from any of the formulas, going one way."""
    ends = own if first.fixed or last.fixed else own[:1]
    return max(way * (bound.at(at) - at) for bound in (first, last) for at in ends)


def _links(facts: FormulaFacts, cells: dict[Node, FormulaCell]) -> dict[Node, list[Node]] | None:
    """The formulas that each formula reads; ``None`` where these are too many."""
    by_column: dict[tuple[int, int], list[int]] = defaultdict(list)
    for sheet, row, column in sorted(cells):
        by_column[sheet, column].append(row)
    budget = _MOST_STEPS
    links: dict[Node, list[Node]] = {}
    read_by: dict[int, list[Reference]] = {}
    for node, one in cells.items():
        reads: list[Node] = []
        if one.pattern.number not in read_by:
            read_by[one.pattern.number] = references(one.pattern.tree)
        for reference in read_by[one.pattern.number]:
            area = reference.area(one.row, one.column)
            name = reference.sheet.casefold()
            place = facts.book.by_name.get(name) if name else one.sheet
            if area is None or place is None:
                continue
            for column in range(
                area.first_column, min(area.last_column, area.first_column + 400) + 1
            ):
                for row in _between(by_column.get((place, column)), area.first_row, area.last_row):
                    reads.append((place, row, column))
        budget -= len(reads)
        if budget < 0:
            return None
        links[node] = reads
    return links


def _between(rows: list[int] | None, first: int, last: int) -> list[int]:
    if not rows:
        return []
    return rows[bisect_left(rows, first) : bisect_right(rows, last)]


def _components(links: dict[Node, list[Node]]) -> Iterator[list[Node]]:
    """Strongly connected components (Tarjan 1972), without recursion."""
    number: dict[Node, int] = {}
    low: dict[Node, int] = {}
    on_stack: set[Node] = set()
    stack: list[Node] = []
    for start in links:
        if start in number:
            continue
        work: list[tuple[Node, int]] = [(start, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                number[node] = low[node] = len(number)
                stack.append(node)
                on_stack.add(node)
            onward = links[node]
            if at:
                low[node] = min(low[node], low[onward[at - 1]])
            while at < len(onward):
                nearer = onward[at]
                at += 1
                if nearer not in number:
                    work.append((node, at))
                    work.append((nearer, 0))
                    break
                if nearer in on_stack:
                    low[node] = min(low[node], number[nearer])
            else:
                if low[node] == number[node]:
                    group: list[Node] = []
                    while True:
                        member = stack.pop()
                        on_stack.discard(member)
                        group.append(member)
                        if member == node:
                            break
                    yield group
