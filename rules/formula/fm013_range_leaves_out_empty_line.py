"""FM013 range-leaves-out-empty-line."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from rules.formula.fm001_range_leaves_out_line import left_out
from rules.formula.ranges import RangeSum, range_sums
from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from rules.search.space import ROWS
from workbooks.tables.vocabulary import Idea

_NO_PART = Idea.TOTAL | Idea.NET | Idea.MEMO | Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT


_MOST_BEFORE = 3  # lines before a range; more are a part of their own
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


@rule(
    "FM013",
    "range-leaves-out-empty-line",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def empty_lines_left_out(judged: Judged) -> Iterator[Remark]:
    """The range of a sum leaves out lines of its list that are still empty in its column.

    Why: the total is right today, and short as soon as somebody fills in the line.
    Example: SUM(B4:B7) in B10, where B8 and B9 are empty and the lines have figures elsewhere.
    Not checked: lines without a figure in any column, or of another kind than those in the range;
    lines of a subtotal in the range; years outside those that the total names; totals and
    percentages; ranges of a row.
    Units: any. One note for each total and range.
    Source: recalculation, ISA 500.
    """
    groups: dict[tuple[int, int, frozenset[int]], list[RangeSum]] = defaultdict(list)
    within: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in range_sums(judged):
        if one.axis == ROWS:
            within[id(one.formulas.table), one.target] |= one.lines
    for one in range_sums(judged):
        empty = _empty(judged, one)
        if empty and not any(
            _is_other_year(one, line)
            or any(line in within[id(one.formulas.table), part] for part in one.lines)
            for line in empty
        ):
            groups[id(one.formulas.table), one.target, empty].append(one)
    for (_, _, empty), sums in groups.items():
        yield _note(sums, sorted(empty))


def _empty(judged: Judged, one: RangeSum) -> frozenset[int]:
    """The lines of the list that a sum does not reach, all of them empty in its column alone."""
    if one.axis != ROWS or len(one.spans) != 1 or len(one.lines) < 2:
        return frozenset()
    first, last = min(one.lines), max(one.lines)
    lines = one.formulas.table.lines
    if last >= one.target or left_out(judged, one):
        return frozenset()
    between = list(range(last + 1, one.target))
    if lines[one.target].row - lines[last].row != len(between) + 1:
        between = []  # a blank or text row sets them off
    if not all(_is_open(one, line, last) for line in between):
        return frozenset()
    return frozenset({*between, *_before(one, first)})


def _before(one: RangeSum, first: int) -> list[int]:
    """Open lines from the beginning of the list to the range; none where one of them is filled."""
    lines = one.formulas.table.lines
    found: list[int] = []
    line = first
    while line > 0 and lines[line].gap == 0 and lines[line].row == lines[line - 1].row + 1:
        line -= 1
        found.append(line)
        if len(found) > _MOST_BEFORE or not _is_open(one, line, first):
            return []
    return found


def _is_open(one: RangeSum, line: int, beside: int) -> bool:
    """Whether a line of the same kind as one in the range has figures, but none in this column."""
    table = one.formulas.table
    told = table.values[line]
    known = np.isfinite(told)
    own = told[one.observation]
    if (np.isfinite(own) and own != 0) or not known.any() or one.is_a(line, _NO_PART):
        return False
    outer, inner = table.lines[line], table.lines[beside]
    alike = (outer.level, outer.bold, bool(outer.label))
    return alike == (inner.level, inner.bold, bool(inner.label))


def _is_other_year(one: RangeSum, line: int) -> bool:
    """Whether a line is of a year outside those from and to which the total is said to be."""
    named = sorted(int(year) for year in _YEAR.findall(one.names()[0]))
    own = _YEAR.findall(one.formulas.table.lines[line].label)
    return len(named) > 1 and len(own) == 1 and not named[0] <= int(own[0]) <= named[-1]


def _note(sums: list[RangeSum], empty: list[int]) -> Remark:
    one = sums[0]
    label, column = one.names()
    cells = tuple(same.cell(same.target) for same in sums)
    return Remark(
        rule="FM013",
        severity=Severity.NOTE,
        confidence=0.75,
        cell=cells[0],
        message=Message(
            "note.fm_range_empty",
            {
                "range": one.areas[0].a1,
                "missing": tuple(one.cell(line) for line in empty),
                "count": len(cells),
                "cells": cells,
            },
        ),
        basis=Basis.FORMULA,
        label=label,
        column=column,
        cells=cells,
    )
