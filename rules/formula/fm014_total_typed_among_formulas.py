"""FM014 total-typed-among-formulas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rules.formula.neighbours import odd_ones
from rules.formula.sheets import names_of
from rules.ledger import OPERATIONS, VERDICTS
from rules.model import Basis, Message, Operation, Severity, Verdict
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef

_FEWEST = 3  # totals of a sheet that are formulas, so that typed ones are exceptions


@rule(
    "FM014",
    "total-typed-among-formulas",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def typed_totals(judged: Judged) -> Iterator[Remark]:
    """A total is typed on a sheet where most totals are formulas.

    Why: it agrees with its lines today, and does not follow when one of them changes.
    Example: nine totals that are formulas, and a typed 1,154 that is the sum of the lines above it.
    Not checked: totals that agree with nothing; sheets whose totals are mostly typed; figures that
    FM004 reports. Needs the search for relations, so not with FM selected alone.
    Units: any. One note for each sheet.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    told = {one.cell for one in odd_ones(judged) if one.formula is None}
    totals = _proved_totals(judged)
    for sheet, grid in enumerate(judged.workbook.grids):
        at = facts.book.sheets[sheet].at
        cells = totals.get(grid.name, [])
        typed = [cell for cell in cells if (cell.row, cell.column) not in at]
        stated = len(cells) - len(typed)
        typed = [cell for cell in typed if cell not in told]
        if not typed or stated < max(_FEWEST, len(typed)):
            continue
        label, column = names_of(judged, typed[0])
        yield Remark(
            rule="FM014",
            severity=Severity.NOTE,
            confidence=0.8,
            cell=typed[0],
            message=Message(
                "note.fm_total_typed",
                {"count": len(typed), "like": stated, "cells": tuple(typed)},
            ),
            basis=Basis.FORMULA,
            label=label,
            column=column,
            cells=tuple(typed),
        )


def _proved_totals(judged: Judged) -> dict[str, list[CellRef]]:
    """The totals of each sheet that a check of a sum agrees with, in the order of the sheet."""
    ledger = judged.ledger
    agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    sums = agreed & (ledger.operation == OPERATIONS.index(Operation.SUM))
    sums &= ledger.figures.value[ledger.target] != 0
    found: dict[str, list[CellRef]] = {}
    for figure in np.unique(ledger.target[sums]).tolist():
        cell = ledger.figures.ref(figure)
        found.setdefault(cell.sheet, []).append(cell)
    return {sheet: sorted(cells) for sheet, cells in found.items()}
