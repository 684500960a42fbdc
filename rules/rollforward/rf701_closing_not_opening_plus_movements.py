"""RF701 closing-not-opening-plus-movements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.rollforward.balances import Pair, Side, agree, pairs, sides, sureness
from rules.rollforward.words import takes_off
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_NEAR = 6  # lines around a pair in which its one movement is looked for
_MOST_SIGNED = 8  # movements whose signs are tried one by one
_UNPROVED = 0.6  # confidence where no column shows the movements: a question, not an error
_FEW = 2  # observations up to which an unproved roll-forward is asked about
_SMALL = 0.1  # share of the balance within which its difference then lies


@dataclass(frozen=True, slots=True)
class _Movements:
    """Lines between an opening and a closing, with their signs, and in how many columns the
    roll-forward then holds or fails."""

    lines: tuple[int, ...]
    factors: tuple[float, ...]
    held: int
    failed: int


@rule(
    "RF701",
    "closing-not-opening-plus-movements",
    operation=Operation.SUM,
    since="0.2",
    takes=Takes.TABLE,
    stable=False,
)
def roll_forwards(table: Table, place: NDArray[np.int64]) -> Iterator[CellRelation]:
    """A closing balance differs from its opening balance and the movements between them.

    Why: debt, cash and reserves are carried forward; a break hides a movement or invents one.
    Example: opening 500, additions 120 and repayments 70 under a closing of 560 differ by 10.
    Not checked: an opening without a closing of the same name; movements that lie elsewhere.
    Whether a movement is added or taken off is seen from the columns in which all agrees; where
    none does, a small difference is a question.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: roll-forward, ISA 500.
    """
    for axis, side in enumerate(sides(table, place)):
        for pair in pairs(side):
            found = _best(side, pair)
            if found is not None:
                yield from _relations(side, pair, found, pair.closing * 2 + axis)


def _relations(side: Side, pair: Pair, movements: _Movements, group: int) -> Iterator[CellRelation]:
    proved = movements.held > 0
    lines = (pair.opening, *movements.lines)
    factors = (1.0, *movements.factors)
    for j in range(side.values.shape[1]):
        mine = [(int(side.place[i, j]), f) for i, f in zip(lines, factors, strict=True)]
        told = [(figure, factor) for figure, factor in mine if figure >= 0]
        if side.place[pair.closing, j] < 0 or mine[0][0] < 0 or len(told) < 2:
            continue
        yield CellRelation(
            rule="RF701",
            operation=Operation.SUM,
            basis=Basis.LABEL,
            confidence=sureness(movements.held, movements.failed) if proved else _UNPROVED,
            target=int(side.place[pair.closing, j]),
            parts=tuple(figure for figure, _ in told),
            factors=tuple(factor for _, factor in told),
            group=group,
        )


def _best(side: Side, pair: Pair) -> _Movements | None:
    """The movements that hold in most columns, the plainest first; none where more fail than hold.

    Where nothing holds in the one or two columns there are, the lines between are asked about when
    they come close.
    """
    weighed: list[_Movements] = []
    for movements in _hypotheses(side, pair):
        found = _weigh(side, pair, *movements)
        if found.held and not found.failed:
            return found  # the plainest that holds throughout; most tables end here
        weighed.append(found)
    proved = [m for m in weighed if m.held and m.held >= m.failed]
    if proved:
        return max(proved, key=lambda m: m.held - m.failed)
    between = set(_between(side, pair))
    close = [
        (_gap(side, pair, m), k)
        for k, m in enumerate(weighed)
        if between >= set(m.lines) and len(m.lines) > 1 and m.failed <= _FEW
    ]
    size = float(np.nansum(np.abs(side.values[pair.closing])))
    return weighed[min(close)[1]] if close and min(close)[0] <= _SMALL * size else None


def _between(side: Side, pair: Pair) -> tuple[int, ...]:
    first, last = sorted((pair.opening, pair.closing))
    return tuple(i for i in range(first + 1, last) if not side.ideas[i] & Idea.MEMO)


def _hypotheses(side: Side, pair: Pair) -> Iterator[tuple[tuple[int, ...], tuple[float, ...]]]:
    """Lines and signs that may be the movements of a pair, the plainest first."""
    between = _between(side, pair)
    leaves = tuple(i for i in between if not side.ideas[i] & (Idea.TOTAL | Idea.NET))
    for lines in dict.fromkeys((between, leaves)):
        if lines:
            for signs in _signs([side.names[i] for i in lines]):
                yield lines, signs
    first, last = sorted((pair.opening, pair.closing))
    around = range(max(0, first - _NEAR), min(len(side.names), last + _NEAR + 1))
    single = [i for i in around if i not in (pair.opening, pair.closing)]
    single.sort(key=lambda i: (not side.ideas[i] & Idea.CHANGE, abs(i - pair.closing), i))
    for i in single:
        for factor in (1.0, -1.0):
            yield (i,), (factor,)


def _signs(names: list[str]) -> Iterator[tuple[float, ...]]:
    """Signs of movements: as printed, then as their words say, then any of few."""
    plain = (1.0,) * len(names)
    worded = tuple(-1.0 if takes_off(name) else 1.0 for name in names)
    rest: Iterator[tuple[float, ...]] = iter(())
    if len(names) <= _MOST_SIGNED:
        rest = product((1.0, -1.0), repeat=len(names))
    yield from dict.fromkeys(chain((plain, worded), rest))


def _weigh(
    side: Side, pair: Pair, lines: tuple[int, ...], factors: tuple[float, ...]
) -> _Movements:
    """In how many observations a roll-forward holds with a movement, and fails."""
    moved, moving = _moved(side, lines, factors)
    opening, closing = side.values[pair.opening], side.values[pair.closing]
    step = np.maximum(side.steps[pair.closing], side.steps[list(lines)].max(axis=0))
    good = agree(closing, opening + moved, moving + 1, step)
    told = np.isfinite(opening) & np.isfinite(closing)
    held = good & told & (moving > 0) & (opening != 0)
    failed = ~good & told
    if len(lines) == 1 and lines[0] not in _between(side, pair):
        # far from its balance: a figure must be long enough not to fit by accident
        held &= np.abs(moved) >= 100 * step
    return _Movements(lines, factors, int(held.sum()), int(failed.sum()))


def _moved(
    side: Side, lines: tuple[int, ...], factors: tuple[float, ...]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The movements added up, and how many there are, shape ``(m,)`` each."""
    rows = np.nan_to_num(side.values[list(lines)])
    weights = np.array(factors)[:, None]
    return (rows * weights).sum(axis=0), (rows != 0).sum(axis=0).astype(np.int64)


def _gap(side: Side, pair: Pair, movements: _Movements) -> float:
    moved, _ = _moved(side, movements.lines, movements.factors)
    gap = side.values[pair.closing] - side.values[pair.opening] - moved
    return float(np.nansum(np.abs(gap)))
