"""FM005 formula-differs-from-neighbours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.blocks import blocks
from rules.formula.fm001_range_leaves_out_line import left_out
from rules.formula.neighbours import OddOne, odd_ones
from rules.formula.ranges import range_sums
from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.formula.syntax import Binary, Number
from workbooks.refs import CellRef


@rule(
    "FM005",
    "formula-differs-from-neighbours",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def odd_formulas(judged: Judged) -> Iterator[Remark]:
    """A formula differs from the like formulas around it, in its row or column.

    Why: a formula that was moved or edited alone reads the wrong cells, and looks like the others.
    Example: B5-C5 in every row, and B9-C8 in one.
    Not checked: a subtotal between lines; a formula of another kind that gives another figure.
    Where either formula gives the same figures today, this is a note, one for all such formulas
    that stand together.
    Units: the table's own; the formula of its neighbours is worked out in its place.
    Source: recalculation, ISA 500.
    """
    told = {one.cell(one.target) for one in range_sums(judged) if left_out(judged, one)}
    groups: dict[tuple[int, int, int, int], list[OddOne]] = defaultdict(list)
    quiet: dict[int, list[OddOne]] = defaultdict(list)
    for one in odd_ones(judged):
        if one.formula is None or one.cell in told or not one.inputs or _is_adjusted(one):
            continue
        if one.agrees or one.fits_others:
            quiet[id(one.formulas.table)].append(one)
        elif one.is_alike:
            line = one.i if one.axis == 0 else one.j
            key = (id(one.formulas.table), one.axis, line, one.formula.number)
            groups[key].append(one)
    for alike in groups.values():
        yield _remark(alike)
    for alike in quiet.values():
        for block in blocks(one.cell for one in alike):
            yield _note(next(one for one in alike if one.cell == block[0]), block)


def _is_adjusted(one: OddOne) -> bool:
    """Whether it is the like formula with a number added, which FM006 tells."""
    match one.formula.tree if one.formula else None:
        case Binary("+" | "-", rest, Number()):
            return rest == one.like.tree
    return False


def _remark(alike: list[OddOne]) -> Remark:
    one = alike[0]
    label, column = one.formulas.names(one.i, one.j)
    cells: tuple[CellRef, ...] = tuple(same.cell for same in alike)
    return Remark(
        rule="FM005",
        severity=Severity.WARNING,
        confidence=0.8,
        cell=one.cell,
        message=Message(
            "finding.fm_differs",
            {
                "count": len(alike),
                "like": one.count,
                "recomputed": one.expected,
                "cells": cells,
            },
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        reported=one.value,
        recomputed=one.expected,
        cells=cells,
        cause="formula-differs",
    )


def _note(one: OddOne, cells: tuple[CellRef, ...]) -> Remark:
    label, column = one.formulas.names(one.i, one.j)
    return Remark(
        rule="FM005",
        severity=Severity.NOTE,
        confidence=0.8,
        cell=one.cell,
        message=Message("note.fm_differs", {"count": len(cells), "cells": cells}),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=cells,
    )
