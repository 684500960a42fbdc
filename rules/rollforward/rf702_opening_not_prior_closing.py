"""RF702 opening-not-prior-closing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.rollforward.balances import Floats, Pair, Side, agree, pairs, sides, sureness
from workbooks.tables.model import Table

_UNPROVED = 0.6  # confidence where no year agrees: a question, not an error
_SCALES = (1.0, 1e3, 1e6)
_NONE = np.zeros(1, dtype=np.int64)  # parts that are rounded besides the figure itself


@rule(
    "RF702",
    "opening-not-prior-closing",
    operation=Operation.COPY,
    since="0.2",
    takes=Takes.TABLE,
    stable=False,
)
def carried_forward(table: Table, place: NDArray[np.int64]) -> Iterator[CellRelation]:
    """An opening balance differs from the closing balance of the year before.

    Why: what is left at the end of one year is what the next one starts with.
    Example: cash of 41,757 on 31 December 2024 and of 41,775 on 1 January 2025 differ by 18.
    Not checked: columns whose year is not told; a year that stands in several columns none of
    which agrees, since it is not said which of them was carried forward.
    Units: the table's own; the figure is the same, so no rounding is allowed for, except where one
    year is stated in thousands or millions of the other.
    Source: roll-forward, ISA 500; opening balances, ISA 510.
    """
    for axis, side in enumerate(sides(table, place)):
        for pair in pairs(side):
            links = list(_links(side, pair))
            if not links:
                continue
            yield from _relations(side, pair, links, pair.opening * 2 + axis)


def _relations(
    side: Side, pair: Pair, links: list[tuple[int, int]], group: int
) -> Iterator[CellRelation]:
    now, before = np.array(links).T
    opening, closing = side.values[pair.opening, now], side.values[pair.closing, before]
    factor = _factor(opening, closing, side.steps[pair.closing, before])
    same = agree(
        opening, factor * closing, _NONE, (factor > 1) * factor * side.steps[pair.closing, before]
    )
    held = int((same & (opening != 0)).sum())
    failed = int((~same).sum())
    if failed > held + 1:
        return
    for j, k in links:
        yield CellRelation(
            rule="RF702",
            operation=Operation.COPY,
            basis=Basis.LABEL,
            confidence=sureness(held, failed) if held else _UNPROVED,
            target=int(side.place[pair.opening, j]),
            parts=(int(side.place[pair.closing, k]),),
            factors=(factor,),
            group=group,
        )


def _factor(opening: Floats, closing: Floats, step: Floats) -> float:
    """1, or how many times larger the unit of the earlier year is, if that makes all agree."""
    for factor in _SCALES:
        coarse = factor * step if factor > 1 else 0 * step
        if agree(opening, factor * closing, _NONE, coarse).all() and opening.any():
            return factor
    return 1.0


def _links(side: Side, pair: Pair) -> Iterator[tuple[int, int]]:
    """Each observation with the one of the year before, by position.

    A year in several columns (budget, amended budget, forecast) is linked to the one that agrees.
    """
    told = [
        j
        for j, year in enumerate(side.periods)
        if year and max(side.place[pair.opening, j], side.place[pair.closing, j]) >= 0
    ]
    for j in told:
        if side.place[pair.opening, j] < 0:
            continue
        before = [
            k
            for k in told
            if side.periods[k] == side.periods[j] - 1 and side.place[pair.closing, k] >= 0
        ]
        opening = side.values[pair.opening, j]
        same = [k for k in before if side.values[pair.closing, k] == opening]
        if len(before) == 1 or same:
            yield j, (same or before)[0]
