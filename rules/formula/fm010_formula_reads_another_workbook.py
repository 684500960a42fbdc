"""FM010 formula-reads-another-workbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.sheets import FormulaCell, formula_cells, names_of
from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.formula.syntax import External, nodes


@rule(
    "FM010",
    "formula-reads-another-workbook",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def external_links(judged: Judged) -> Iterator[Remark]:
    """Formulas take figures from another workbook, which is not looked at here.

    Why: the figures are those of the day when the link was last updated.
    Example: [1]Summary!B4.
    Not checked: the other workbook, which is never opened. One note per sheet.
    Units: any.
    Source: evidence from outside the file, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    links: dict[int, bool] = {}
    found: dict[int, list[FormulaCell]] = defaultdict(list)
    for one in formula_cells(facts):
        number = one.pattern.number
        if number not in links:
            tree = one.pattern.tree
            links[number] = "[" in one.pattern.text and any(
                isinstance(node, External) for node in nodes(tree)
            )
        if links[number]:
            found[one.sheet].append(one)
    for cells in found.values():
        first = cells[0].ref
        label, column = names_of(judged, first)
        yield Remark(
            rule="FM010",
            severity=Severity.NOTE,
            confidence=1.0,
            cell=first,
            message=Message(
                "note.fm_external",
                {"count": len(cells), "cells": tuple(one.ref for one in cells)},
            ),
            basis=Basis.FORMULA,
            label=label,
            column=column,
            cells=tuple(one.ref for one in cells),
        )
