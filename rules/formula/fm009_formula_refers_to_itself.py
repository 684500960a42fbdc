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
from workbooks.formula.patterns import Pattern
from workbooks.formula.syntax import references
from workbooks.refs import CellRef

_MOST_STEPS = 2_000_000  # cells read by formulas, followed in all

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
    if all(_reads_back(pattern) for sheet in facts.book.sheets for pattern in sheet.patterns):
        return []
    cells = {(one.sheet, one.row, one.column): one for one in formula_cells(facts)}
    suspects = {node: one for node, one in cells.items() if _reads_onward(one)}
    links = _links(facts, suspects)
    if links is None:
        return []
    found = [group for group in _components(links) if len(group) > 1 or group[0] in links[group[0]]]
    return [[cells[node] for node in group] for group in found]


def _reads_back(pattern: Pattern) -> bool:
    """Whether a formula reads only rows above its own, or its own row further left: where all do,
    none comes back to itself."""
    for reference in references(pattern.tree):
        rows = (reference.top, reference.bottom)
        if reference.sheet or any(row.fixed or row.number > 0 for row in rows):
            return False
        columns = (reference.left, reference.right)
        left = all(not column.fixed and column.number < 0 for column in columns)
        if not left and any(row.number == 0 for row in rows):
            return False
    return True


def _reads_onward(one: FormulaCell) -> bool:
    return one.pattern.tree is not None and bool(references(one.pattern.tree))


def _links(facts: FormulaFacts, cells: dict[Node, FormulaCell]) -> dict[Node, list[Node]] | None:
    """The formulas that each formula reads; ``None`` where these are too many."""
    by_column: dict[tuple[int, int], list[int]] = defaultdict(list)
    for sheet, row, column in sorted(cells):
        by_column[sheet, column].append(row)
    budget = _MOST_STEPS
    links: dict[Node, list[Node]] = {}
    for node, one in cells.items():
        reads: list[Node] = []
        for reference in references(one.pattern.tree):
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
