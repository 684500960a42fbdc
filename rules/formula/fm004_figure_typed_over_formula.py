"""FM004 figure-typed-over-formula."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.blocks import blocks
from rules.formula.differences import failing_differences
from rules.formula.neighbours import OddOne, odd_ones
from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.search.space import ROWS
from workbooks.refs import CellRef

_ZEROS = 3  # zeros typed among like formulas from which they are taken for a choice
_MEASURE = 100.0  # times larger or smaller than the sum: not the same measure
_LARGE = 0.5  # off by more than this share, the figure is an input rather than an old result


@rule(
    "FM004",
    "figure-typed-over-formula",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def typed_over(judged: Judged) -> Iterator[Remark]:
    """A figure is typed where all its neighbours in the row or column are like formulas.

    Why: it no longer follows when the figures that it was made of change.
    Example: totals of twelve months, of which the one of June is typed, and 300 off.
    Not checked: figures of a line without anything for the formula to work on; numbering.
    Units: the table's own. The formula of its neighbours is worked out in its place: where it gives
    the same figure, this is a note, one for all such figures that stand together.
    Source: recalculation, ISA 500.
    """
    quiet: dict[int, list[OddOne]] = defaultdict(list)
    loud: dict[tuple[int, int, int, int], list[OddOne]] = defaultdict(list)
    failing = failing_differences(judged)
    for one in odd_ones(judged):
        if one.formula is not None or not one.inputs or _is_other_measure(one):
            continue
        if one.agrees:
            quiet[id(one.formulas.table)].append(one)
        elif one.cell in failing:
            yield _remark([one])
        elif one.expected:
            line = one.i if one.axis == ROWS else one.j
            loud[id(one.formulas.table), one.axis, line, one.like.number].append(one)
    for alike in loud.values():
        yield _remark(alike)
    for alike in quiet.values():
        for block in blocks(one.cell for one in alike):
            yield _note(next(one for one in alike if one.cell == block[0]), block)


def _is_other_measure(one: OddOne) -> bool:
    """A share in the line of a total of amounts is of another size than what the sum would give."""
    sizes = sorted((abs(one.value), abs(one.expected)))
    return one.adds_up and 0 < sizes[0] * _MEASURE < sizes[1]


def _remark(alike: list[OddOne]) -> Remark:
    one = max(alike, key=lambda odd: abs(odd.value - odd.expected))
    gap = abs(one.value - one.expected)
    close = gap <= _LARGE * max(abs(one.value), abs(one.expected))
    zeros = len(alike) >= _ZEROS and not any(odd.value for odd in alike)
    severity = Severity.ERROR if close else Severity.NOTE if zeros else Severity.WARNING
    label, column = one.formulas.names(one.i, one.j)
    cells = tuple(odd.cell for odd in alike)
    return Remark(
        rule="FM004",
        severity=severity,
        confidence=0.85 if close else 0.7,
        cell=one.cell,
        message=Message(
            "finding.fm_typed_over",
            {"count": len(alike), "like": one.count, "recomputed": one.expected, "cells": cells},
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        reported=one.value,
        recomputed=one.expected,
        cells=cells,
        cause="typed-over-formula",
    )


def _note(one: OddOne, cells: tuple[CellRef, ...]) -> Remark:
    label, column = one.formulas.names(one.i, one.j)
    return Remark(
        rule="FM004",
        severity=Severity.NOTE,
        confidence=0.9,
        cell=one.cell,
        message=Message(
            "note.fm_typed_over",
            {"count": len(cells), "cells": cells},
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=cells,
    )
