"""RT503 share-not-of-total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.search.evidence import ERROR_RATE
from rules.search.space import COLUMNS, ROWS
from rules.search.steps import steps
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_ENOUGH = 12.0  # bits of all shares of a line together, less those of looking for their base
_FEWEST = 3  # different shares that agree
_MOST_FAILING = 0.25  # of the shares of one line

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Shares:
    """One column as the shares of another one in one of its figures, the whole."""

    amounts: int
    whole: int  # the line of the whole
    scale: float
    bits: float
    told: NDArray[np.bool_]  # (n_lines,) lines that have both


@rule(
    "RT503",
    "share-not-of-total",
    operation=Operation.RATIO,
    since="0.2",
    takes=Takes.TABLE,
)
def shares_of_total(table: Table, place: NDArray[np.int64]) -> Iterator[CellRelation]:
    """A share of the total is not the figure of its line divided by that total.

    Why: shares are what is remembered and quoted; one typed by hand does not follow its figure.
    Example: 1,250 of 10,000 is 12.5 %, not 15.2 %.
    Not checked: columns in which fewer than three different shares agree with one total.
    Units: per cent, as a fraction or as whole numbers, as the column has it.
    Source: recalculation, ISA 500; the rounding of both figures is propagated.
    """
    cell_steps = steps(table.values)
    for axis in (ROWS, COLUMNS):
        across = axis == COLUMNS
        ideas = [named.ideas for named in (table.lines if across else table.headings)]
        totals = [named.ideas for named in (table.headings if across else table.lines)]
        values = table.values.T if across else table.values
        percent = table.percent.T if across else table.percent
        where = place.T if across else place
        step = cell_steps.T if across else cell_steps
        for column in _of_shares(values, percent, ideas):
            found = _best(values, step, column, ideas, totals, percent)
            if found is None:
                continue
            for line in np.flatnonzero(found.told).tolist():
                yield CellRelation(
                    rule="RT503",
                    operation=Operation.RATIO,
                    basis=Basis.LABEL,
                    confidence=0.95,
                    target=int(where[line, column]),
                    parts=(
                        int(where[line, found.amounts]),
                        int(where[found.whole, found.amounts]),
                    ),
                    factors=(1.0, 1.0),
                    scale=found.scale,
                    group=column * 2 + axis,
                )


def _of_shares(values: Floats, percent: NDArray[np.bool_], ideas: Sequence[Idea]) -> Iterator[int]:
    """The columns that may hold shares: by name or format, and not named a change."""
    present = np.isfinite(values)
    for column, idea in enumerate(ideas):
        if idea & Idea.CHANGE or present[:, column].sum() <= _FEWEST:
            continue
        formatted = 2 * (percent & present)[:, column].sum() > present[:, column].sum()
        if formatted or idea & (Idea.PERCENT | Idea.SHARE):
            yield column


def _best(
    values: Floats,
    step: Floats,
    column: int,
    ideas: Sequence[Idea],
    totals: Sequence[Idea],
    percent: NDArray[np.bool_],
) -> _Shares | None:
    """The base and whole that explain most of the shares; None where none does clearly."""
    shown = values[:, column]
    present = np.isfinite(shown)
    formatted = 2 * (percent[:, column] & present).sum() > present.sum()
    found: list[_Shares] = []
    tried = 0
    for amounts, idea in enumerate(ideas):
        if amounts == column or idea & (Idea.PERCENT | Idea.SHARE | Idea.CHANGE):
            continue
        for whole in _wholes(values[:, amounts], totals):
            for scale in (1.0,) if formatted else (100.0, 1.0):
                tried += 1
                shares = _tested(values, step, column, amounts, whole, scale)
                if shares is not None:
                    found.append(shares)
    best = max(found, key=lambda s: s.bits, default=None)
    return best if best is not None and best.bits - np.log2(max(tried, 1)) >= _ENOUGH else None


def _wholes(amounts: Floats, totals: Sequence[Idea]) -> list[int]:
    """Lines whose figure may be the whole: those named a total, and the largest one."""
    size = np.where(np.isfinite(amounts), np.abs(amounts), 0.0)
    named = [line for line, idea in enumerate(totals) if idea & Idea.TOTAL and size[line] > 0]
    largest = int(size.argmax()) if size.any() else -1
    return named if largest in named or largest < 0 else [*named, largest]


def _tested(
    values: Floats, step: Floats, column: int, amounts: int, whole: int, scale: float
) -> _Shares | None:
    shown, part = values[:, column], values[:, amounts]
    base = float(part[whole])
    told = np.isfinite(shown) & np.isfinite(part)
    told[whole] = False  # one over itself says nothing
    if told.sum() < _FEWEST:
        return None
    value = scale * part[told] / base
    half = scale * (
        step[told, amounts] / abs(base) + step[whole, amounts] * np.abs(part[told]) / base**2
    )
    allowed = (half + step[told, column]) / 2 + 1e-9 * np.abs(value)
    holds = np.abs(shown[told] - value) <= allowed
    spread = 2 * np.maximum(np.abs(shown[told]), np.abs(value)) + 4 * allowed
    chance = np.clip(2 * allowed / np.maximum(spread, 1e-300), 2.0**-16, 1.0)
    bits = np.log2(np.where(holds, 1.0 / chance, ERROR_RATE) + ERROR_RATE)
    telling = holds & (part[told] != 0)
    _, first = np.unique(np.where(telling, shown[told], np.nan), return_index=True)
    news = np.zeros(len(bits), dtype=np.bool_)
    news[first] = True
    news &= telling
    failed = int((~holds).sum())
    if news.sum() < _FEWEST or failed > max(1, _MOST_FAILING * len(holds)):
        return None
    return _Shares(amounts, whole, scale, float(bits[news].sum() + bits[~holds].sum()), told)
