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

_COARSE = 1e-3  # of a whole, that its rounding may be for shares to tell it
_SHARES = Idea.PERCENT | Idea.SHARE
_AT_ONCE = 100_000  # figures held at a time
_NOISE = 1e-9  # of a figure, from reckoning in binary

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
    present = np.isfinite(seen.values)
    told = present.sum(axis=0)
    formatted = 2 * (seen.percent & present).sum(axis=0) > told
    for column in np.flatnonzero(told > _FEWEST).tolist():
        idea = seen.columns[column]
        if not idea & Idea.CHANGE and (formatted[column] or idea & _SHARES):
            yield column


def _is_formatted(seen: Along, column: int) -> bool:
    """Whether most figures of a column are formatted as per cent."""
    present = np.isfinite(seen.values[:, column])
    return bool(2 * (seen.percent[:, column] & present).sum() > present.sum())


def _best(seen: Along, column: int) -> _Shares | None:
    """The base and whole that explain most of the shares; None where none does clearly."""
    scales = (1.0,) if _is_formatted(seen, column) else (100.0, 1.0)
    amounts = [
        other
        for other, idea in enumerate(seen.columns)
        if other != column and not idea & (Idea.PERCENT | Idea.SHARE | Idea.CHANGE)
    ]
    if not amounts:
        return None
    wholes = _wholes(seen.values[:, amounts], seen.lines)
    found: list[_Shares] = []
    near = _near_shares(seen, column, amounts, wholes, scales)
    pairs = [(amounts[at], whole) for at, whole in near]
    few = [_few_fail(seen, column, pairs, scale) for scale in scales]
    for k in np.flatnonzero(np.logical_or.reduce(few)).tolist():
        for scale, good in zip(scales, few, strict=True):
            shares = good[k] and _tested(seen.values, seen.steps, column, *pairs[k], scale)
            if shares:
                found.append(shares)
    best = max(found, key=lambda s: s.bits, default=None)
    tried = int(wholes.sum()) * len(scales)
    return best if best is not None and best.bits - np.log2(max(tried, 1)) >= _ENOUGH else None


def _wholes(amounts: Floats, totals: Sequence[Idea]) -> NDArray[np.bool_]:
    """Where a figure of its column may be the whole: in a line named a total, and the largest;
    shape ``(n_lines, n_columns)``."""
    size = np.where(np.isfinite(amounts), np.abs(amounts), 0.0)
    named = np.array([bool(idea & Idea.TOTAL) for idea in totals], dtype=np.bool_)
    wholes = named[:, None] & (size > 0)
    wholes[size.argmax(axis=0), np.arange(size.shape[1])] |= size.any(axis=0)
    return wholes


def _near_shares(
    seen: Along,
    column: int,
    amounts: Sequence[int],
    wholes: NDArray[np.bool_],
    scales: Sequence[float],
) -> list[tuple[int, int]]:
    """Each column of ``amounts``, by its position, with a whole that leaves few enough shares off.

    What a share and its part imply for the whole is an interval, so the wholes are counted into
    intervals, which takes no look at each line for each whole.
    """
    shown, step = seen.values[:, column], seen.steps[:, column]
    parts, steps = seen.values[:, amounts], seen.steps[:, amounts]
    told = (np.isfinite(shown)[:, None] & np.isfinite(parts)).sum(axis=0)
    least = told - 1 - np.maximum(1, _MOST_FAILING * told)
    open_ = np.zeros(wholes.shape, dtype=np.bool_)
    for scale in scales:
        for sign in (1.0, -1.0):
            mine = wholes & (sign * parts > 0) & (told > _FEWEST - 1)
            if mine.any():
                low, high = _implied(sign * shown, step, scale * parts, scale * steps)
                open_ |= mine & (_inside(low, high, np.abs(parts), mine) >= least)
    # where the whole itself was stated coarsely, nothing is told from it
    with np.errstate(divide="ignore", invalid="ignore"):
        open_ |= wholes & ~(steps <= 2 * _COARSE * np.abs(parts))
    order = _in_order(open_, seen.lines)
    return [(at, whole) for at, whole in order if told[at] >= _FEWEST]


def _in_order(open_: NDArray[np.bool_], totals: Sequence[Idea]) -> list[tuple[int, int]]:
    """Column by column, the lines named a total before any other."""
    columns, lines = np.nonzero(open_.T)
    pairs = zip(columns.tolist(), lines.tolist(), strict=True)
    return sorted(pairs, key=lambda pair: (pair[0], not totals[pair[1]] & Idea.TOTAL, pair[1]))


def _implied(shown: Floats, step: Floats, parts: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """The least and the largest whole above zero of which each part is its share within rounding,
    shape ``(n_lines, n_columns)``; the least is above the largest where there is none."""
    slack = steps / 2 + (_COARSE + _NOISE) * np.abs(parts)
    above, below = (shown + step / 2)[:, None], (shown - step / 2)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        first, second = (parts - slack) / above, (parts + slack) / below
    low = np.maximum(np.where(above > 0, first, 0.0), np.where(below < 0, second, 0.0))
    high = np.minimum(np.where(above < 0, first, np.inf), np.where(below > 0, second, np.inf))
    none = (above == 0) & (parts - slack > 0) | (below == 0) & (parts + slack < 0)
    none |= ~(np.isfinite(shown)[:, None] & np.isfinite(parts)) | ~(low <= high * (1 + _NOISE))
    return np.where(none, np.inf, low * (1 - _NOISE)), np.where(none, -np.inf, high * (1 + _NOISE))


def _inside(low: Floats, high: Floats, wholes: Floats, asked: NDArray[np.bool_]) -> Floats:
    """In how many intervals of its column each whole lies that is ``asked`` for."""
    result = np.zeros(wholes.shape)
    lines = np.flatnonzero(asked.any(axis=1))
    if len(lines) <= wholes.shape[1]:
        for line in lines.tolist():
            result[line] = ((low <= wholes[line]) & (wholes[line] <= high)).sum(axis=0)
        return result
    for column in np.flatnonzero(asked.any(axis=0)).tolist():
        begun = np.searchsorted(np.sort(low[:, column]), wholes[lines, column], "right")
        ended = np.searchsorted(np.sort(high[:, column]), wholes[lines, column], "left")
        result[lines, column] = begun - ended + (high[:, column] == -np.inf).sum()
    return result


def _few_fail(
    seen: Along, column: int, pairs: Sequence[tuple[int, int]], scale: float
) -> NDArray[np.bool_]:
    """For which ``pairs``, amounts and whole, few enough shares fail for `_tested`; all at once."""
    shown, step = seen.values[:, column][:, None], seen.steps[:, column][:, None]
    result = np.zeros(len(pairs), dtype=np.bool_)
    at_once = max(1, _AT_ONCE // max(1, len(shown)))
    for low in range(0, len(pairs), at_once):
        amounts, wholes = np.array(pairs[low : low + at_once]).T
        parts, steps = seen.values[:, amounts], seen.steps[:, amounts]
        each = np.arange(len(wholes))
        base = parts[wholes, each]
        value = scale * parts / base
        half = scale * (steps / np.abs(base) + steps[wholes, each] * np.abs(parts) / base**2)
        told = np.isfinite(shown) & np.isfinite(parts)
        told[wholes, each] = False  # one over itself says nothing
        allowed = (half + step) / 2 + _NOISE * np.abs(value)
        failed = (told & ~(np.abs(shown - value) <= allowed)).sum(axis=0)
        result[low : low + at_once] = failed <= np.maximum(1, _MOST_FAILING * told.sum(axis=0))
    return result


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
    allowed = (half + step[told, column]) / 2 + _NOISE * np.abs(value)
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
