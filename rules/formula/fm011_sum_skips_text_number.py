"""FM011 sum-skips-text-number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from rules.formula.ranges import RangeSum, range_sums
from rules.model import Basis, Message, Operation, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark


@rule(
    "FM011",
    "sum-skips-text-number",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def skipped_texts(judged: Judged) -> Iterator[Remark]:
    """A number within the range of a sum is stored as text, and the sum skips it.

    Why: SUM takes no text, without a word; the total is too small by a figure that all can see.
    Example: 1,200 stored as text among the lines of SUM(B4:B8).
    Not checked: text that is no number; a total that was typed.
    Units: the table's own.
    Source: recalculation, ISA 500.
    """
    groups: dict[tuple[int, int, int, frozenset[int]], list[RangeSum]] = defaultdict(list)
    for one in range_sums(judged):
        texts = frozenset(line for line in one.lines if _is_text(judged, one, line))
        if texts and any(one.value(line) for line in texts):
            groups[id(one.formulas.table), one.axis, one.target, texts].append(one)
    for (_, _, _, texts), alike in groups.items():
        one = alike[0]
        amount = sum(one.value(line) for line in texts)
        reported = one.value(one.target)
        label, column = one.names()
        cells = tuple(same.cell(same.target) for same in alike)
        yield Remark(
            rule="FM011",
            severity=Severity.ERROR,
            confidence=0.95,
            cell=one.cell(one.target),
            message=Message(
                "finding.fm_skips_text",
                {
                    "range": one.areas[0].a1,
                    "texts": tuple(one.cell(line) for line in sorted(texts)),
                    "amount": amount,
                    "recomputed": reported + amount,
                    "count": len(alike),
                    "cells": cells,
                },
            ),
            basis=Basis.FORMULA,
            label=label,
            column=column,
            operation=Operation.SUM,
            reported=reported,
            recomputed=reported + amount,
            cells=cells,
            cause="text-skipped",
        )


def _is_text(judged: Judged, one: RangeSum, line: int) -> bool:
    table = one.formulas.table
    place = (line, one.observation) if one.axis == 0 else (one.observation, line)
    at = int(table.cells[place])
    return at >= 0 and judged.workbook.grids[table.grid].is_text_number(at)
