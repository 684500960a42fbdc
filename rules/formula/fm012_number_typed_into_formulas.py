"""FM012 number-typed-into-formulas."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from rules.formula.sheets import FormulaCell, formula_cells, names_of
from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.formula.syntax import Binary, Node, Number, Prefix, nodes, references

_REPEATED = 3  # cells of one formula from which a number added is its method; fewer: FM006
# Shares, scales and the parts of a year, a day, an hour: they are the same every year. So is π.
_LASTING = frozenset({0, 0.5, 1, 2, 3, 4, 5, 6, 7, 12, 24, 52, 60, 360, 365, 366, 3600})
_TENS = frozenset(10.0**power for power in range(-9, 10))


@rule(
    "FM012",
    "number-typed-into-formulas",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def typed_numbers(judged: Judged) -> Iterator[Remark]:
    """A number that can change is typed into formulas instead of standing in a cell of its own.

    Why: nobody sees a rate or price inside a formula, and one place is missed when it changes.
    Example: hours times 21.5 in every row of a column.
    Not checked: small whole numbers, π, scales of ten, and what counts months, weeks, days, hours;
    numbers in conditions and in functions; what FM006 reports.
    Units: the table's own. All formulas of a sheet with the same numbers are one note.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    cells = list(formula_cells(facts))
    used = Counter(one.pattern.number for one in cells)
    typed: dict[int, frozenset[float]] = {}
    found: dict[tuple[int, frozenset[float]], list[FormulaCell]] = defaultdict(list)
    for one in cells:
        pattern = one.pattern
        if pattern.number not in typed:
            repeated = used[pattern.number] >= _REPEATED
            typed[pattern.number] = _numbers(pattern.tree, added=repeated)
        if typed[pattern.number]:
            found[one.sheet, typed[pattern.number]].append(one)
    for (_, numbers), where in found.items():
        yield _note(judged, numbers, where)


def _numbers(tree: Node | None, *, added: bool) -> frozenset[float]:
    """The numbers that a formula with references multiplies or divides by, or, where ``added`` is
    said, adds or takes away."""
    if not references(tree):
        return frozenset()
    operators = "*/+-" if added else "*/"
    typed = {
        number
        for node in nodes(tree)
        if isinstance(node, Binary) and node.operator in operators
        for number in (_typed(node.left), _typed(node.right))
        if number is not None
    }
    return frozenset(number for number in typed if not _is_lasting(number))


def _is_lasting(number: float) -> bool:
    return number in _LASTING or number in _TENS or round(number, 2) == round(math.pi, 2)


def _typed(node: Node) -> float | None:
    """The size of a typed number, whatever sign or per cent sign it has."""
    match node:
        case Number(value):
            return abs(value)
        case Prefix("%", value):
            inner = _typed(value)
            return None if inner is None else inner / 100
        case Prefix(_, value):
            return _typed(value)
    return None


def _note(judged: Judged, numbers: frozenset[float], where: list[FormulaCell]) -> Remark:
    first = where[0].ref
    label, column = names_of(judged, first)
    cells = tuple(one.ref for one in where)
    return Remark(
        rule="FM012",
        severity=Severity.NOTE,
        confidence=0.8,
        cell=first,
        message=Message(
            "note.fm_number_typed",
            {"numbers": tuple(sorted(numbers)), "count": len(cells), "cells": cells},
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=cells,
    )
