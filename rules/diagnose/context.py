"""Slips that show only beside other figures: a net in the place of the gross, a row left out of a
total or counted twice, the value of the cell next to it, a percentage of the wrong base."""

from __future__ import annotations

import numpy as np

from rules.diagnose.slips import Floats, Ints, Slips
from rules.diagnose.system import System, spans
from rules.ledger import OPERATIONS
from rules.model import Operation

_FEW = 3  # parts of a net: expense, revenue and perhaps one more
_DIGITS = 100.0  # equality with a smaller figure says nothing
_BESIDE = ((0, -1), (0, 1), (-1, 0), (1, 0))  # rows down, columns right
_EVEN = 0.5  # pseudo-count: cells that equal their neighbour, where none was seen to
_USUAL = 2.0  # pseudo-count: cells of a line that do as those of the whole workbook
_NETS = tuple(OPERATIONS.index(o) for o in (Operation.NET, Operation.SUM, Operation.DIFFERENCE))


class Neighbours:
    """Which figures read as the cell beside them, and how often figures of that line do."""

    def __init__(self, system: System) -> None:
        figures = system.ledger.figures
        sheet, row, column = (
            a.astype(np.int64) for a in (figures.sheet, figures.row, figures.column)
        )
        n = len(figures)
        key = (sheet << 40) + (row << 16) + column
        order = np.argsort(key, kind="stable")
        self.at: Ints = np.full((len(_BESIDE), n), -1, dtype=np.int64)
        self.chance: Floats = np.ones((len(_BESIDE), n))
        for d, (down, right) in enumerate(_BESIDE if n else ()):
            beside = key + (down << 16) + right
            place = np.minimum(np.searchsorted(key[order], beside), n - 1)
            found = key[order[place]] == beside
            other = order[place]
            same = found & (figures.value[other] == figures.value)
            line = (sheet << 21) + (column if right else row)
            _, group = np.unique(line, return_inverse=True)
            seen = np.bincount(group, weights=found)
            equal = np.bincount(group, weights=same)
            usual = (same.sum() + _EVEN) / (found.sum() + 1)
            others = equal[group] - same + _USUAL * usual
            self.chance[d] = np.clip(others / (seen[group] + _USUAL), 1e-3, 1.0)
            telling = same & (np.abs(figures.value) >= _DIGITS)
            self.at[d, telling] = other[telling]

    def note(self, slips: Slips, figure: Ints, right: Floats) -> None:
        """Speak for figures that read as a cell beside them."""
        for d in range(len(_BESIDE)):
            at = np.flatnonzero(self.at[d, figure] >= 0)
            if len(at):
                often = len(_BESIDE) * self.chance[d, figure[at]] / slips.chance[at]
                slips.note("neighbour-value", at, right[at], often)


def neighbour_of(system: System, figure: int, least: float = _DIGITS) -> int:
    """The figure beside ``figure`` that reads the same and is not small; −1 when there is none."""
    figures = system.ledger.figures
    value = figures.value[figure]
    if abs(value) < least:
        return -1
    same = np.flatnonzero((figures.value == value) & (figures.sheet == figures.sheet[figure]))
    down = figures.row[same].astype(np.int64) - int(figures.row[figure])
    right = figures.column[same].astype(np.int64) - int(figures.column[figure])
    near = same[np.abs(down) + np.abs(right) == 1]
    return int(near[0]) if len(near) else -1


def note_context(
    system: System, slips: Slips, edges: Ints, owner: Ints, low: Floats, high: Floats
) -> None:
    """Look at the checks that repairs clear: ``edges`` join the figures and those checks,
    ``owner`` says which repair each belongs to, whose figure should be in ``low`` … ``high``."""
    _net_for_gross(system, slips, edges, owner, low, high)
    _rows(system, slips, edges, owner, low, high)
    _base(system, slips, edges, owner, low, high)


def _net_for_gross(
    system: System, slips: Slips, edges: Ints, owner: Ints, low: Floats, high: Floats
) -> None:
    """A part of a net that reads as the net itself although another part is not zero."""
    check = system.check[edges]
    led = system.ledger
    net = system.value[led.target[check]]
    typed = system.value[system.figure[edges]]
    alike = np.abs(net + system.weight[edges] * typed) <= 2 * system.allowed[check]
    few = (system.n_parts[check] > 1) & (system.n_parts[check] <= _FEW)
    fits = alike & few & ~system.is_target(edges) & np.isin(led.operation[check], _NETS)
    for k in np.flatnonzero(fits):
        # typed = right + the other parts, so that right = typed − the other parts
        others = net[k] - system.residual[check[k]] + system.weight[edges[k]] * typed[k]
        right = typed[k] + others / system.weight[edges[k]]
        at = owner[k]
        if others and low[at] <= right <= high[at]:
            slips.note("net-typed-for-gross", np.array([at]), np.array([right]), 1.0)


def _rows(
    system: System, slips: Slips, edges: Ints, owner: Ints, low: Floats, high: Floats
) -> None:
    """A total that lacks one of its parts, or has it twice."""
    led = system.ledger
    mine = np.flatnonzero(
        system.is_target(edges)
        & ~system.quotient[system.check[edges]]
        & (system.n_parts[system.check[edges]] > 1)
    )
    if not len(mine):
        return
    check = system.check[edges[mine]]
    place, of = spans(led.start, check)
    at = owner[mine][of]
    part = led.factor[place] * system.value[led.part[place]]
    typed = system.value[system.figure[edges[mine]]][of]
    for kind, right in (("row-left-out", typed + part), ("row-counted-twice", typed - part)):
        near = 1e-9 * np.abs(typed)
        hit = np.flatnonzero((part != 0) & (low[at] - near <= right) & (right <= high[at] + near))
        keys = np.column_stack([at[hit], right[hit]])
        _, first, alike = np.unique(keys, axis=0, return_index=True, return_counts=True)
        for k, n in zip(hit[first], alike, strict=True):  # a repair may fit several rows
            often = float(system.n_parts[check[of[k]]]) / float(n)
            slips.note(kind, at[k : k + 1], right[k : k + 1], often)


def _base(
    system: System, slips: Slips, edges: Ints, owner: Ints, low: Floats, high: Floats
) -> None:
    """A change in per cent that was taken on the new figure."""
    led = system.ledger
    change = led.operation == OPERATIONS.index(Operation.PERCENT_CHANGE)
    for k in np.flatnonzero(change[system.check[edges]] & system.is_target(edges)):
        check = int(system.check[edges[k]])
        old, new = system.value[led.part[led.start[check] : led.start[check] + 2]]
        reported = system.value[led.target[check]]
        if not old or not new:
            continue
        right = reported - system.residual[check]
        half = max(float(led.figures.step[led.target[check]]) / 2, 1e-9 * abs(reported))
        if abs(right * abs(old / new) - abs(reported) * np.sign(right)) <= half:
            at = owner[k]
            slips.note("wrong-base", np.array([at]), np.array([right]), 1.0)


def row_of(system: System, checks: Ints, figure: int, difference: float) -> int:
    """The part of a total ``figure`` that is as large as ``difference``; −1 when none is."""
    led = system.ledger
    for check in checks:
        if led.target[check] != figure:
            continue
        place = np.arange(led.start[check], led.start[check + 1])
        part = np.abs(led.factor[place] * system.value[led.part[place]])
        gap = np.abs(part - abs(difference))
        best = int(np.argmin(gap))
        if gap[best] <= system.allowed[check]:
            return int(led.part[place[best]])
    return -1
