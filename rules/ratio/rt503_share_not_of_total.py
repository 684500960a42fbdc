"""RT503 share-not-of-total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.along import Along, along
from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.search.evidence import ERROR_RATE
from rules.search.space import COLUMNS, ROWS
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
    for axis in (ROWS, COLUMNS):
        seen = along(table, place, axis)
        for column in _of_shares(seen):
            found = _best(seen, column)
            if found is None:
                continue
            for line in np.flatnonzero(found.told).tolist():
                yield CellRelation(
                    rule="RT503",
                    operation=Operation.RATIO,
                    basis=Basis.LABEL,
                    confidence=0.95,
                    target=int(seen.places[line, column]),
                    parts=(
                        int(seen.places[line, found.amounts]),
                        int(seen.places[found.whole, found.amounts]),
                    ),
                    factors=(1.0, 1.0),
                    scale=found.scale,
                    group=column * 2 + axis,
                )


def _of_shares(seen: Along) -> Iterator[int]:
    """The columns that may hold shares: by name or format, and not named a change."""
    for column, idea in enumerate(seen.columns):
        told = int(np.isfinite(seen.values[:, column]).sum())
        if idea & Idea.CHANGE or told <= _FEWEST:
            continue
        if _is_formatted(seen, column) or idea & (Idea.PERCENT | Idea.SHARE):
            yield column


def _is_formatted(seen: Along, column: int) -> bool:
    """Whether most figures of a column are formatted as per cent."""
    present = np.isfinite(seen.values[:, column])
    return bool(2 * (seen.percent[:, column] & present).sum() > present.sum())


def _best(seen: Along, column: int) -> _Shares | None:
    """The base and whole that explain most of the shares; None where none does clearly."""
    scales = (1.0,) if _is_formatted(seen, column) else (100.0, 1.0)
    found: list[_Shares] = []
    tried = 0
    for amounts, idea in enumerate(seen.columns):
        if amounts == column or idea & (Idea.PERCENT | Idea.SHARE | Idea.CHANGE):
            continue
        for whole in _wholes(seen.values[:, amounts], seen.lines):
            for scale in scales:
                tried += 1
                shares = _tested(seen.values, seen.steps, column, amounts, whole, scale)
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
