"""FM014 total-typed-among-formulas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from rules.formula.blocks import blocks
from rules.formula.neighbours import odd_ones
from rules.formula.sheets import names_of
from rules.ledger import OPERATIONS, VERDICTS
from rules.model import Basis, Message, Operation, Severity, Verdict
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef
from workbooks.tables.vocabulary import Idea

_FEWEST = 3  # totals of a sheet that are formulas, so that they are the method there


@rule(
    "FM014",
    "total-typed-among-formulas",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def typed_totals(judged: Judged) -> Iterator[Remark]:
    """A total is typed where the same total is a formula in most columns, or others of the sheet.

    Why: it agrees with its lines today, and does not follow when one of them changes.
    Example: nine totals that are formulas, and a typed 1,154 that is the sum of the lines above it.
    Not checked: totals that agree with nothing; a line or column that is not called a total and
    has no formula of the same total; sheets with fewer than three totals that are formulas; figures
    that FM004 reports. Needs the search for relations, so not with FM selected alone.
    Units: any. One note for all typed totals of a line, or that stand together, and one for the
    sheet where more are typed than are formulas.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    told = {one.cell for one in odd_ones(judged) if one.formula is None}
    proved = _proved_totals(judged)
    named = _called_totals(judged)
    for sheet, grid in enumerate(judged.workbook.grids):
        at = facts.book.sheets[sheet].at
        relations = [[cell for cell in cells if cell.sheet == grid.name] for cells in proved]
        totals = {cell for cells in relations for cell in cells}
        stated = {cell for cell in totals if (cell.row, cell.column) in at}
        if len(stated) < _FEWEST:
            continue
        typed = {cell for cell in totals - stated - told if cell in named}
        for cells in relations:
            if 2 * len(stated.intersection(cells)) > len(cells):
                typed.update(set(cells) - stated - told)
        lines = [[cell for cell in cells if cell in typed] for cells in relations]
        if len(typed) > len(stated):  # the way of the sheet, and so one thing to tell
            lines = [sorted(typed)]
        for block in blocks(typed, lines):
            yield _note(judged, block, len(stated))


def _proved_totals(judged: Judged) -> list[list[CellRef]]:
    """By relation, the totals that a check of a sum agrees with."""
    ledger = judged.ledger
    agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    sums = agreed & (ledger.operation == OPERATIONS.index(Operation.SUM))
    sums &= ledger.figures.value[ledger.target] != 0
    found: dict[int, list[CellRef]] = defaultdict(list)
    for check in np.flatnonzero(sums).tolist():
        cell = ledger.figures.ref(int(ledger.target[check]))
        found[int(ledger.relation[check])].append(cell)
    return list(found.values())


def _called_totals(judged: Judged) -> set[CellRef]:
    """The figures of lines and columns whose words say that they are totals."""
    found: set[CellRef] = set()
    for table in judged.tables:
        every = [heading.column for heading in table.headings]
        some = [heading.column for heading in table.headings if heading.ideas & Idea.TOTAL]
        for line in table.lines:
            columns = every if line.ideas & Idea.TOTAL else some
            found.update(CellRef(table.sheet, line.row, column) for column in columns)
    return found


def _note(judged: Judged, cells: tuple[CellRef, ...], stated: int) -> Remark:
    label, column = names_of(judged, cells[0])
    return Remark(
        rule="FM014",
        severity=Severity.NOTE,
        confidence=0.8,
        cell=cells[0],
        message=Message(
            "note.fm_total_typed",
            {"count": len(cells), "like": stated, "cells": cells},
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=cells,
    )
