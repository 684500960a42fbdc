"""FM008 formula-gives-error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.sheets import FormulaCell, formula_cells, names_of
from rules.model import Basis, Message, Severity
from rules.recalculation.facts import FormulaFacts
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.formula.syntax import ErrorValue, nodes, references
from workbooks.grid import Kind

_LARGEST_AREA = 10_000  # cells looked at one by one for an error that comes from elsewhere


@rule(
    "FM008",
    "formula-gives-error",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def errors(judged: Judged) -> Iterator[Remark]:
    """A formula gives an Excel error, or has lost a cell that it referred to.

    Why: every figure that builds on it is an error too, or is missing from a total.
    Example: #REF! where a row was deleted; #DIV/0! over a blank denominator.
    Not checked: #N/A, which is often meant. Formulas that only pass an error on are not listed;
    one finding names all cells of a sheet where like formulas begin it.
    Units: any.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    groups: dict[tuple[int, str], list[FormulaCell]] = defaultdict(list)
    for one in formula_cells(facts, _suspects(facts)):
        code = _code(one)
        if code and code != "#N/A" and not _passes_on(facts, one):
            groups[one.sheet, code].append(one)
    for (_, code), cells in groups.items():
        first = cells[0].ref
        label, column = names_of(judged, first)
        yield Remark(
            rule="FM008",
            severity=Severity.ERROR if code == "#REF!" else Severity.WARNING,
            confidence=0.95,
            cell=first,
            message=Message(
                "finding.fm_error",
                {"code": code, "count": len(cells), "cells": tuple(one.ref for one in cells)},
            ),
            basis=Basis.FORMULA,
            label=label,
            column=column,
            cells=tuple(one.ref for one in cells),
            cause="formula-error",
        )


def _suspects(facts: FormulaFacts) -> list[list[int]]:
    """The formulas of each sheet that give an error, or have one written into them."""
    found = []
    for grid, formulas in zip(facts.workbook.grids, facts.book.sheets, strict=True):
        wrong = (grid.kinds == Kind.ERROR).tolist()
        of_cell = formulas.of_cell
        found.append([at for at, pattern in of_cell.items() if wrong[at] or "#" in pattern.text])
    return found


def _code(one: FormulaCell) -> str:
    """The error of a formula, or the one written into it; empty for none."""
    if "#REF!" in one.pattern.text or _holds_error(one):
        return "#REF!"
    if one.grid.kinds[one.at] == Kind.ERROR:
        return one.grid.texts.get(one.at, "")
    return ""


def _holds_error(one: FormulaCell) -> bool:
    tree = one.pattern.tree
    if "#" not in one.pattern.text or tree is None:
        return False
    return any(isinstance(node, ErrorValue) and node.code == "#REF!" for node in nodes(tree))


def _passes_on(facts: FormulaFacts, one: FormulaCell) -> bool:
    """Whether the formula reads a cell that is an error itself."""
    if "#REF!" in one.pattern.text:
        return False
    for reference in references(one.pattern.tree):
        area = reference.area(one.row, one.column)
        name = reference.sheet.casefold()
        sheet = facts.book.by_name.get(name) if name else one.sheet
        if area is None or sheet is None:
            continue
        cells = facts.evaluator.sheets[sheet]
        inside = cells.inside(area)
        if len(inside) <= _LARGEST_AREA and (cells.grid.kinds[inside] == Kind.ERROR).any():
            return True
    return False
