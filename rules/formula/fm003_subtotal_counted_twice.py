"""FM003 subtotal-counted-twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.ranges import RangeSum, range_sums
from rules.model import Basis, Message, Operation, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark


@rule(
    "FM003",
    "subtotal-counted-twice",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def double_counts(judged: Judged) -> Iterator[Remark]:
    """The range of a sum takes in a subtotal together with the lines that it adds up.

    Why: every figure of the subtotal is in the total twice.
    Example: SUM(B2:B9) where B5 is SUM(B2:B4).
    Not checked: SUBTOTAL, which leaves out other SUBTOTALs; sums divided by two.
    Units: the table's own.
    Source: recalculation, ISA 500.
    """
    sums = range_sums(judged)
    within = {
        (id(one.formulas.table), one.axis, one.target, one.observation): one.lines for one in sums
    }
    groups: dict[tuple[int, int, int, frozenset[int]], list[RangeSum]] = defaultdict(list)
    for one in sums:
        if one.target in one.lines:
            continue
        twice = frozenset(
            line
            for line in one.lines
            if len(below := _parts(within, one, line)) > 1 and below <= one.lines
        )
        if twice and any(one.value(line) for line in twice):
            groups[id(one.formulas.table), one.axis, one.target, twice].append(one)
    for (_, _, _, twice), alike in groups.items():
        yield _remark(alike, sorted(twice))


def _parts(
    within: dict[tuple[int, int, int, int], frozenset[int]], one: RangeSum, line: int
) -> frozenset[int]:
    key = (id(one.formulas.table), one.axis, line, one.observation)
    return within.get(key, frozenset())


def _remark(alike: list[RangeSum], twice: list[int]) -> Remark:
    one = alike[0]
    amount = sum(one.value(line) for line in twice)
    cell, reported = one.cell(one.target), one.value(one.target)
    label, column = one.names()
    cells = tuple(same.cell(same.target) for same in alike)
    return Remark(
        rule="FM003",
        severity=Severity.ERROR,
        confidence=0.9,
        cell=cell,
        message=Message(
            "finding.fm_double_count",
            {
                "range": one.areas[0].a1,
                "subtotals": tuple(one.cell(line) for line in twice),
                "amount": amount,
                "recomputed": reported - amount,
                "count": len(alike),
                "cells": cells,
            },
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        operation=Operation.SUM,
        reported=reported,
        recomputed=reported - amount,
        parts=tuple(Part(one.cell(line)) for line in sorted(one.lines - {*twice})),
        cells=cells,
        cause="subtotal-counted-twice",
    )
