"""FM006 adjustment-typed-into-formula."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from rules.formula.differences import explains
from rules.formula.sheets import FormulaCell, formula_cells, names_of
from rules.model import Basis, Message, Operation, Severity
from rules.recalculation.meaning import Meaning
from rules.registry import Takes, rule
from rules.remark import Judged, Remark

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
    Not checked: figures taken from a typed number; a number that like formulas of at least three
    cells share; formulas of numbers alone. A number added to a single cell is a note, one for all
    of a sheet.
    Units: the table's own.
    Source: recalculation, ISA 500.
    """
    facts = judged.formulas
    if facts is None:
        return
    used = Counter(one.pattern.number for one in formula_cells(facts))
    single: dict[int, list[FormulaCell]] = defaultdict(list)
    for one in formula_cells(facts):
        meaning = facts.meaning(one.pattern)
        if meaning is None or meaning.operation is not Operation.SUM or not meaning.constant:
            continue
        if used[one.pattern.number] >= _REPEATED or not np.isfinite(one.grid.numbers[one.at]):
            continue
        if _adds_up(meaning):
            yield _remark(judged, one, meaning.constant)
        elif meaning.plain and abs(meaning.constant) != 1:
            single[one.sheet].append(one)
    for cells in single.values():
        yield _note(judged, cells)


def _adds_up(meaning: Meaning) -> bool:
    several = len(meaning.terms) > 1 or not meaning.terms[0][0].single
    return several and meaning.plain and any(factor > 0 for _, factor in meaning.terms)


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


def _note(judged: Judged, cells: list[FormulaCell]) -> Remark:
    first = cells[0].ref
    label, column = names_of(judged, first)
    return Remark(
        rule="FM006",
        severity=Severity.NOTE,
        confidence=0.7,
        cell=first,
        message=Message(
            "note.fm_typed_numbers",
            {"count": len(cells), "cells": tuple(one.ref for one in cells)},
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=tuple(one.ref for one in cells),
    )
