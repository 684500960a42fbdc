"""FM007 stored-value-not-of-formula."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.fm009_formula_refers_to_itself import circular
from rules.formula.sheets import FormulaCell, names_of
from rules.formula.stored import recalculated
from rules.model import Basis, Message, Operation, Part, Severity
from rules.recalculation.facts import FormulaFacts
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef

_QUOTIENTS = (Operation.RATIO, Operation.PERCENT_CHANGE)
_MOST_READ = 400  # cells that are listed as those which a formula adds up


@rule(
    "FM007",
    "stored-value-not-of-formula",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def stale_values(judged: Judged) -> Iterator[Remark]:
    """The value stored with a formula is not what the formula gives.

    Why: the workbook was saved without recalculation; it shows other figures once it is opened.
    Example: SUM(B4:B8) stored as 1,500 over lines that add up to 1,510.
    Not checked: formulas with functions that are not evaluated here; they are counted among what
    was not checked. A formula that refers to itself is FM009's.
    Units: any; each formula is worked out over the stored values of the cells that it reads.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    groups: dict[tuple[int, int], list[tuple[FormulaCell, float]]] = defaultdict(list)
    stale = recalculated(facts).stale
    in_circles = {cell for cells in circular(facts) for cell in cells} if stale else set()
    for one, value in stale:
        if one.ref in in_circles:
            continue
        groups[one.sheet, one.pattern.number].append((one, value))
    for alike in groups.values():
        one, value = alike[0]
        label, column = names_of(judged, one.ref)
        yield Remark(
            rule="FM007",
            severity=Severity.ERROR,
            confidence=0.95,
            cell=one.ref,
            message=Message(
                "finding.fm_stale",
                {
                    "formula": one.grid.formulas[one.at],
                    "recomputed": value,
                    "count": len(alike),
                    "cells": tuple(cell.ref for cell, _ in alike),
                },
            ),
            basis=Basis.FORMULA,
            label=label,
            column=column,
            reported=float(one.grid.numbers[one.at]),
            recomputed=value,
            parts=_added_up(facts, one),
            cells=tuple(cell.ref for cell, _ in alike),
            cause="stale-value",
        )


def _added_up(facts: FormulaFacts, one: FormulaCell) -> tuple[Part, ...]:
    """The figures of its own sheet that a formula adds up, or takes the difference or mean of: its
    stored value is of before one of them was changed, or that one is wrong. None of a quotient, of
    a formula that was not understood, or of one that reads another sheet."""
    meaning = facts.meaning(one.pattern)
    if meaning is None or meaning.operation in _QUOTIENTS:
        return ()
    cells = facts.evaluator.sheets[one.sheet]
    found: list[Part] = []
    for reference, factor in meaning.terms:
        area = reference.area(one.row, one.column)
        if reference.sheet or area is None:
            return ()
        inside = cells.inside(area)
        for at in inside[cells.is_number[inside]].tolist():
            place = CellRef(one.ref.sheet, int(cells.grid.rows[at]), int(cells.grid.columns[at]))
            found.append(Part(place, factor))
        if len(found) > _MOST_READ:
            return ()
    return tuple(found)
