"""RF703 balance-not-moved-by-its-change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.rollforward.balances import Side, agree, sides, sureness
from rules.rollforward.words import is_closing, is_opening, is_stock
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_FEWEST = 2  # years in which a balance must move by the change before the change is believed
_DIGITS = 100  # steps that a movement must measure to prove something
_MOST_LINES = 2000  # lines of a table among which the change is looked for
_WORDLESS = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT


@rule(
    "RF703",
    "balance-not-moved-by-its-change",
    operation=Operation.SUM,
    since="0.2",
    takes=Takes.TABLE,
    stable=False,
)
def chained(table: Table, place: NDArray[np.int64]) -> Iterator[CellRelation]:
    """A balance differs from that of the year before and the change shown for the year.

    Why: plan years are chained; a broken link puts every later year off.
    Example: debt of 900, then 950 in a year whose change is shown as 60, differs by -10.
    Not checked: a balance that follows its change in fewer than two years; years not told.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: roll-forward, ISA 500.
    """
    for axis, side in enumerate(sides(table, place)):
        order = _in_time(side)
        if len(order) < _FEWEST + 1 or len(side.names) > _MOST_LINES:
            continue
        for stock in _stocks(side):
            found = _change_of(side, stock, order)
            if found is not None:
                yield from _links(side, stock, order, *found, stock * 2 + axis)


def _in_time(side: Side) -> list[int]:
    """Observations by year, each the year after the one before; empty where a year stands twice.

    Of budget, amended budget and forecast of one year nobody says which was carried on.
    """
    told = sorted((year, j) for j, year in enumerate(side.periods) if year)
    named = [year for year, _ in told]
    if len(set(named)) < len(named) or any(b - a != 1 for a, b in pairwise(named)):
        return []
    return [j for _, j in told]


def _stocks(side: Side) -> list[int]:
    return [
        i
        for i, name in enumerate(side.names)
        if (is_stock(name) or is_closing(name))
        and not is_opening(name)
        and not side.ideas[i] & (_WORDLESS | Idea.CHANGE)
    ]


def _change_of(side: Side, stock: int, order: list[int]) -> tuple[int, float, int, int] | None:
    """Line, sign, holds and failures of the change that the balance follows in most years."""
    balance = side.values[stock, order]
    moved = np.diff(balance)
    now = order[1:]
    changes = side.values[:, now]
    step = np.maximum(side.steps[stock, now], side.steps[:, now])
    told = np.isfinite(moved) & np.isfinite(changes)
    best: tuple[int, float, int, int] | None = None
    for sign in (1.0, -1.0):
        good = agree(moved[None, :], sign * changes, np.ones(changes.shape, np.int64), step)
        held = (good & told & (np.abs(changes) >= _DIGITS * step) & (step > 0)).sum(axis=1)
        failed = (~good & told).sum(axis=1)
        held[stock] = 0
        usable = np.flatnonzero((held >= _FEWEST) & (held > failed))
        for i in usable.tolist():
            mine = (i, sign, int(held[i]), int(failed[i]))
            if best is None or _rank(mine, stock) > _rank(best, stock):
                best = mine
    return best


def _rank(found: tuple[int, float, int, int], stock: int) -> tuple[int, int]:
    return found[2] - found[3], -abs(found[0] - stock)


def _links(
    side: Side,
    stock: int,
    order: list[int],
    change: int,
    sign: float,
    held: int,
    failed: int,
    group: int,
) -> Iterator[CellRelation]:
    for before, now in pairwise(order):
        figures = (side.place[stock, now], side.place[stock, before], side.place[change, now])
        target, opening, moved = (int(figure) for figure in figures)
        if min(target, opening, moved) < 0:
            continue
        yield CellRelation(
            rule="RF703",
            operation=Operation.SUM,
            basis=Basis.NUMERIC,
            confidence=sureness(held, failed),
            target=target,
            parts=(opening, moved),
            factors=(1.0, sign),
            group=group,
        )
