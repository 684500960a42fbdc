"""FM006 adjustment-typed-into-formula."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from rules.formula.blocks import blocks
from rules.formula.differences import explains
from rules.formula.neighbours import is_typed, odd_ones
from rules.formula.sheets import FormulaCell, formula_cells, names_of
from rules.model import Basis, Message, Operation, Severity
from rules.recalculation.facts import FormulaFacts
from rules.recalculation.meaning import Meaning
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.formula.syntax import Binary, Number
from workbooks.refs import CellRef

_REPEATED = 3  # cells of one formula from which its number is a part of the method


@rule(
    "FM006",
    "adjustment-typed-into-formula",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def plugs(judged: Judged) -> Iterator[Remark]:
    """A number is typed into the formula of a sum: the total is made to fit.

    Why: nobody who reads the total sees the adjustment, and nobody remembers it next year.
    Example: SUM(E20:E29)-0.2, or B4+B9+19965.
    A number added to what the formula beside it says is one too. Formulas of numbers alone, and a
    number added to a single cell, are a note, one for all that stand together.
    Not checked: figures taken from a typed number; a number that like formulas of at least three
    cells share.
    Units: the table's own.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    used = Counter(one.pattern.number for one in formula_cells(facts))
    told = {odd.cell for odd in odd_ones(judged) if odd.formula is None}
    single: dict[int, list[FormulaCell]] = defaultdict(list)
    for one in formula_cells(facts):
        if is_typed(one.pattern.tree):
            if isinstance(one.pattern.tree, Binary) and one.ref not in told:
                single[one.sheet].append(one)
            continue
        if used[one.pattern.number] >= _REPEATED:
            continue
        added = _added_to_neighbour(facts, one)
        meaning = facts.meaning(one.pattern)
        if not np.isfinite(one.grid.numbers[one.at]):  # an error; the number is there all the same
            if added or (meaning is not None and meaning.plain and meaning.constant):
                single[one.sheet].append(one)
        elif added:
            yield _remark(judged, one, added)
        elif meaning is None or meaning.operation is not Operation.SUM or not meaning.constant:
            continue
        elif _adds_up(meaning):
            yield _remark(judged, one, meaning.constant)
        elif meaning.plain and abs(meaning.constant) != 1:
            single[one.sheet].append(one)
    for cells in single.values():
        for block in blocks(one.ref for one in cells):
            yield _note(judged, block)


def _adds_up(meaning: Meaning) -> bool:
    several = len(meaning.terms) > 1 or not meaning.terms[0][0].single
    return several and meaning.plain and any(factor > 0 for _, factor in meaning.terms)


def _added_to_neighbour(facts: FormulaFacts, one: FormulaCell) -> float:
    """The number that the formula adds to what is the formula beside it; 0 for none."""
    match one.pattern.tree:
        case Binary("+" | "-" as sign, rest, Number(number)) if number:
            at = facts.book.sheets[one.sheet].at
            around = ((-1, 0), (1, 0), (0, -1), (0, 1))
            beside = (at.get((one.row + down, one.column + right)) for down, right in around)
            if any(other is not None and other.tree == rest for other in beside):
                return number if sign == "+" else -number
    return 0.0


def _remark(judged: Judged, one: FormulaCell, constant: float) -> Remark:
    reported = float(one.grid.numbers[one.at])
    proven = explains(judged, one.ref, constant)
    label, column = names_of(judged, one.ref)
    return Remark(
        rule="FM006",
        severity=Severity.ERROR if proven else Severity.WARNING,
        confidence=0.95 if proven else 0.85,
        cell=one.ref,
        message=Message(
            "finding.fm_plug",
            {
                "formula": one.grid.formulas[one.at],
                "amount": constant,
                "difference": constant,
                "recomputed": reported - constant,
            },
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        operation=Operation.SUM,
        reported=reported,
        recomputed=reported - constant,
        cells=(one.ref,),
        cause="plug",
    )


def _note(judged: Judged, cells: tuple[CellRef, ...]) -> Remark:
    first = cells[0]
    label, column = names_of(judged, first)
    return Remark(
        rule="FM006",
        severity=Severity.NOTE,
        confidence=0.7,
        cell=first,
        message=Message(
            "note.fm_typed_numbers",
            {"count": len(cells), "cells": cells},
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=cells,
    )
