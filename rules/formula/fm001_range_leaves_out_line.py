"""FM001 range-leaves-out-line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from rules.formula.differences import explains
from rules.formula.ranges import RangeSum, counted, range_sums
from rules.model import Basis, Message, Operation, Part, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.search.space import ROWS
from workbooks.tables.vocabulary import Idea

_MOST = 3  # lines between a range and its total; more are a part of their own …
_FEWER = 4  # … unless they go on with the list, and the range has so many times as many
_NO_PART = Idea.TOTAL | Idea.NET | Idea.MEMO | Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT


@rule(
    "FM001",
    "range-leaves-out-line",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def short_ranges(judged: Judged) -> Iterator[Remark]:
    """The range of a sum stops short of a line that stands between it and the total, or beside it.

    Why: a line that was added at the end of a list is not in the range; the total looks right.
    Example: SUM(B4:B8) in B10, and 12,400 in B9, which nothing else adds up.
    Not checked: lines that another sum takes in, totals, percentages, "of which" lines, blank or
    zero figures.
    Units: the table's own. Formula and value are judged together: where a check of the same total
    fails by just this amount, it is an error.
    Source: recalculation, ISA 500.
    """
    groups: dict[tuple[int, int, int, frozenset[int]], list[RangeSum]] = defaultdict(list)
    for one in range_sums(judged):
        missing = left_out(judged, one)
        if missing:
            groups[id(one.formulas.table), one.axis, one.target, missing].append(one)
    for (_, _, _, missing), sums in groups.items():
        remark = _remark(judged, sums, sorted(missing))
        if remark is not None:
            yield remark


def left_out(judged: Judged, one: RangeSum) -> frozenset[int]:
    """Lines that a sum was meant to take in and does not."""
    if judged.formulas is None:
        return frozenset()
    known: dict[int, frozenset[int]] = judged.formulas.remembered("left out", dict)
    if id(one) not in known:  # the sums themselves are remembered too
        known[id(one)] = _left_out(judged, one)
    return known[id(one)]


def _left_out(judged: Judged, one: RangeSum) -> frozenset[int]:
    if len(one.spans) != 1 or len(one.lines) < 2:
        return frozenset()
    low, high = min(one.lines), max(one.lines)
    if low <= one.target <= high:
        return frozenset()
    above = high < one.target  # the range stands above its total, or left of it
    between = range(high + 1, one.target) if above else range(one.target + 1, low)
    near = 0 < len(between) <= _MOST
    if not near and above and one.axis == ROWS and len(between) < len(one.lines) // _FEWER:
        near = all(_goes_on(one, line) for line in between)
    found = set(between) if near else set()
    found = {line for line in found if np.isfinite(one.value(line)) and one.value(line)}
    if not all(_is_part(judged, one, line) for line in found):
        found = set()
    if above:
        found |= _beginning(judged, one, low)
    return frozenset(found)


def _goes_on(one: RangeSum, line: int) -> bool:
    """Whether nothing sets a line off from the one above it."""
    lines = one.formulas.table.lines
    lower, upper = lines[line], lines[line - 1]
    return lower.gap == 0 and lower.row == upper.row + 1 and lower.bold == upper.bold


def _is_part(judged: Judged, one: RangeSum, line: int) -> bool:
    """Whether a line is of the kind that the sum adds up, and in no other sum."""
    table = one.formulas.table
    if one.is_a(line, _NO_PART) or not np.isfinite(one.value(line)):
        return False
    place = (line, one.observation) if one.axis == ROWS else (one.observation, line)
    own = (one.target, one.observation) if one.axis == ROWS else (one.observation, one.target)
    if table.percent[place] != table.percent[own]:
        return False
    at = int(table.cells[place])
    if judged.workbook.grids[table.grid].is_text_number(at) or _is_numbering(one, line):
        return False
    if one.formulas.pattern[place] >= 0 and _differs_in_kind(one, place):
        return False
    return not counted(judged)[id(table), one.axis][place]


def _differs_in_kind(one: RangeSum, place: tuple[int, int]) -> bool:
    """A formula is a part only among formulas of its own kind: a check below a list is none."""
    inside = one.formulas.pattern
    column = inside[:, one.observation] if one.axis == ROWS else inside[one.observation]
    return int(inside[place]) not in {int(column[line]) for line in one.lines}


def _is_numbering(one: RangeSum, line: int) -> bool:
    """Whether a line numbers the columns: 1, 2, 3 …"""
    values = one.formulas.table.values
    told = values[line] if one.axis == ROWS else values[:, line]
    told = np.abs(told[np.isfinite(told)])
    return len(told) > 1 and bool((np.diff(told) == 1).all())


def _beginning(judged: Judged, one: RangeSum, first: int) -> set[int]:
    """Lines between the beginning of a list and the range, where nothing sets them off.

    A list begins at the first line, after a blank row or under a heading. Below a total that stands
    on top the list may simply end, so only a list above its total is looked at.
    """
    if one.axis != ROWS:
        return set()
    lines = one.formulas.table.lines
    found: set[int] = set()
    line = first
    while line > 0 and lines[line].gap == 0:
        outer, inner = lines[line - 1], lines[first]
        alike = (outer.level, outer.bold, outer.block) == (inner.level, inner.bold, inner.block)
        named = bool(outer.label) == bool(inner.label)
        if not (alike and named and lines[line].row == outer.row + 1):
            return set()
        line -= 1
        found.add(line)
        if len(found) > _MOST or not _is_part(judged, one, line):
            return set()
    return found


def _remark(judged: Judged, sums: list[RangeSum], missing: list[int]) -> Remark | None:
    amounts = [float(np.nansum([one.value(line) for line in missing])) for one in sums]
    telling = [k for k, amount in enumerate(amounts) if amount]
    if not telling:
        return None
    proven = [k for k in telling if explains(judged, sums[k].cell(sums[k].target), -amounts[k])]
    first = (proven or telling)[0]
    one, amount = sums[first], amounts[first]
    cell, reported = one.cell(one.target), one.value(one.target)
    label, column = one.names()
    return Remark(
        rule="FM001",
        severity=Severity.ERROR if proven else Severity.WARNING,
        confidence=0.95 if proven else 0.75,
        cell=cell,
        message=Message(
            "finding.fm_range_short",
            {
                "range": one.areas[0].a1,
                "missing": tuple(one.cell(line) for line in missing),
                "amount": amount,
                "recomputed": reported + amount,
                "count": len(telling),
                "cells": tuple(sums[k].cell(sums[k].target) for k in telling),
            },
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        operation=Operation.SUM,
        reported=reported,
        recomputed=reported + amount,
        parts=tuple(Part(one.cell(line)) for line in sorted({*one.lines, *missing})),
        cells=tuple(sums[k].cell(sums[k].target) for k in telling),
        cause="range-stops-short",
    )
