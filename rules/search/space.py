"""A table seen along one axis: lines, each observed several times.

Relations between rows are observed in every column, relations between columns in every row; the
search is the same for both, so it works on a space and never on a table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rules.search.steps import WHOLE, steps_of
from rules.search.work import Work
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea, normalised

ROWS, COLUMNS = 0, 1  # the axis whose members are the lines


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Space:
    """Lines by observations, shape ``(n, m)``, and what is known of each line.

    A space is equal to itself only, so that what was worked out of it can be remembered.
    """

    axis: int
    values: NDArray[np.float64]  # NaN where there is no number
    filled: NDArray[np.float64]  # the same with 0 for NaN
    present: NDArray[np.bool_]
    steps: NDArray[np.float64]
    grain: NDArray[np.float64]  # (m,) what nearly all figures of an observation are multiples of
    line_grain: NDArray[np.float64]  # (n,) the same of each line
    roundness: NDArray[np.float64]  # (n, m) the power of ten that each figure is a multiple of
    weight: NDArray[np.float64]  # (m,) 0 for an observation that repeats another
    fresh: NDArray[np.float64]  # (n, m) below 1 where a line repeats a figure: less news
    additive: NDArray[np.float64]  # (m,) the probability that figures of an observation add up
    withheld: NDArray[np.bool_]  # a text such as x or .. stands where a figure would
    labels: tuple[str, ...]  # normalised
    blocks: tuple[str, ...]
    ideas: tuple[Idea, ...]
    memo: NDArray[np.bool_]  # lines that only say what is part of another
    flags: tuple[int, ...]  # the same as plain numbers: asked millions of times
    levels: NDArray[np.int64]
    bold: NDArray[np.bool_]
    gaps: NDArray[np.int64]  # before each line, as in Line.gap
    codes: tuple[str, ...]
    work: Work = field(default_factory=Work)  # what may still be tried

    @property
    def n(self) -> int:
        """How many lines."""
        return int(self.values.shape[0])

    def stand_ins(self) -> tuple[int, ...]:
        """For each line the first one with the same figures; −1 for a line of nothing."""
        first: dict[bytes, int] = {}
        return tuple(
            first.setdefault(row.tobytes(), line) if told else -1
            for line, (row, told) in enumerate(
                zip(self.filled, (self.filled != 0).any(axis=1), strict=True)
            )
        )

    def is_a(self, line: int, idea: Idea) -> bool:
        """True when the words of ``line`` say ``idea``."""
        return bool(self.flags[line] & idea.value)


def row_space(table: Table) -> Space:
    """The rows of a table as lines, its columns as observations."""
    lines, headings = table.lines, table.headings
    return _space(
        ROWS,
        table.values,
        steps_of(table),
        withheld=table.withheld,
        additive=_additive([h.ideas for h in headings], table.percent, table.values),
        labels=tuple(normalised(line.label) for line in lines),
        blocks=tuple(normalised(line.block) for line in lines),
        ideas=tuple(line.ideas for line in lines),
        levels=np.array([line.level for line in lines], dtype=np.int64),
        bold=np.array([line.bold for line in lines], dtype=bool),
        gaps=np.array([line.gap for line in lines], dtype=np.int64),
        codes=tuple(line.code for line in lines),
    )


def column_space(table: Table) -> Space:
    """The columns of a table as lines, its rows as observations."""
    lines, headings = table.lines, table.headings
    gaps = [0] + [0 if b.column == a.column + 1 else 1 for a, b in pairwise(headings)]
    return _space(
        COLUMNS,
        table.values.T,
        steps_of(table).T,
        withheld=table.withheld.T,
        additive=_additive([line.ideas for line in lines], table.percent.T, table.values.T),
        labels=tuple(normalised(h.text) for h in headings),
        blocks=tuple(normalised(h.group) for h in headings),
        ideas=tuple(h.ideas for h in headings),
        levels=np.zeros(len(headings), dtype=np.int64),
        bold=np.zeros(len(headings), dtype=bool),
        gaps=np.array(gaps, dtype=np.int64),
        codes=tuple("" for _ in headings),
    )


def _space(
    axis: int,
    values: NDArray[np.float64],
    cell_steps: NDArray[np.float64],
    *,
    withheld: NDArray[np.bool_],
    additive: NDArray[np.float64],
    labels: tuple[str, ...],
    blocks: tuple[str, ...],
    ideas: tuple[Idea, ...],
    levels: NDArray[np.int64],
    bold: NDArray[np.bool_],
    gaps: NDArray[np.int64],
    codes: tuple[str, ...],
) -> Space:
    values = np.ascontiguousarray(values)
    present = np.isfinite(values)
    filled = np.where(present, values, 0.0)
    return Space(
        axis=axis,
        values=values,
        filled=filled,
        present=present,
        # nothing is nothing to the last digit, however coarse the figures beside it
        steps=np.where(filled != 0, cell_steps, 0.0),
        grain=_grains(filled),
        line_grain=_grains(filled.T),
        roundness=_roundness(filled),
        weight=_weights(filled),
        # a hundred is what shares make up, each time of other figures: always news
        fresh=np.where(filled == WHOLE, 1.0, _freshness(filled)),
        additive=additive,
        withheld=np.ascontiguousarray(withheld),
        labels=labels,
        blocks=blocks,
        ideas=ideas,
        memo=np.array([bool(idea & Idea.MEMO) for idea in ideas], dtype=bool),
        flags=tuple(idea.value for idea in ideas),
        levels=levels,
        bold=bold,
        gaps=gaps,
        codes=codes,
    )


def _weights(filled: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for each observation, 0 where it repeats an earlier one figure by figure."""
    n_observations = filled.shape[1]
    weight = np.ones(n_observations)
    seen: set[bytes] = set()
    for j in range(n_observations):
        key = filled[:, j].tobytes()
        if key in seen:
            weight[j] = 0.0
        seen.add(key)
    return weight


def _freshness(filled: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much news each figure of a line is, shape ``(n, m)``: one over the root of how often the
    line has it. A salary that is the same every month is not twelve independent figures."""
    n, m = filled.shape
    if m < 2:
        return np.ones((n, m))
    order = np.argsort(filled, axis=1, kind="stable")
    ordered = np.take_along_axis(filled, order, axis=1)
    new = np.ones((n, m), dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    group = np.cumsum(new.ravel()) - 1
    sizes = np.bincount(group)[group].reshape(n, m)
    result = np.empty((n, m))
    np.put_along_axis(result, order, 1.0 / np.sqrt(sizes), axis=1)
    return result


_ADDS_UP = 0.985
_RARELY_ADDS_UP = 0.4  # percentages may be shares of a whole, which do
_RELATIVE = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT


def _additive(
    names: list[Idea], percent: NDArray[np.bool_], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How likely figures add up, by the words and the format of each observation and by whether it
    is one of several that make up 100, ``(m,)``."""
    formatted = percent.mean(axis=0) > 0.3 if percent.size else np.zeros(len(names), dtype=bool)
    relative = np.array([bool(name & _RELATIVE) for name in names], dtype=bool)
    shares = shares_of_hundred(values)
    return np.where(relative | formatted | shares, _RARELY_ADDS_UP, _ADDS_UP)


_WIDEST_SHARES = 12  # observations that make up 100 together
_FEWEST_SHARED = 4  # lines in which they do
_MOST_SHARED = 200  # lines that are looked at
_SHARED = 0.9  # share of the lines in which they must
_HALF = 0.5  # how far rounding may take a hundred of shares off


def shares_of_hundred(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Neighbouring observations whose figures make up 100 in nearly every line, shape ``(m,)``:
    they are percentages, whatever they are called, and do not add up down the lines."""
    n, m = values.shape
    result = np.zeros(m, dtype=bool)
    if n < _FEWEST_SHARED or m < 2:
        return result
    told = np.where(np.isfinite(values[:_MOST_SHARED]), values[:_MOST_SHARED], 0.0)
    fits = (told >= 0.0) & (told <= WHOLE)
    shares = fits.all(axis=0)
    if shares.sum() < 2:
        return result
    ends = np.concatenate([np.zeros((len(told), 1)), np.cumsum(told, axis=1)], axis=1)
    inside = np.concatenate([[0], np.cumsum(shares)])
    live = np.concatenate([[0], np.cumsum((told > 0).sum(axis=0) * 2 > len(told))])
    for width in range(2, min(_WIDEST_SHARES, m) + 1):
        total = ends[:, width:] - ends[:, :-width]
        some = total > 0
        whole = np.abs(total - WHOLE) <= _HALF
        good = (whole.sum(axis=0) >= _SHARED * some.sum(axis=0)) & (
            whole.sum(axis=0) >= _FEWEST_SHARED
        )
        good &= inside[width:] - inside[:-width] == width
        good &= live[width:] - live[:-width] >= 2
        for first in np.flatnonzero(good).tolist():
            result[first : first + width] = True
    return result


_ROUNDEST = 6  # zeros at the end of a figure that are counted


def _roundness(filled: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest power of ten that each figure is a whole multiple of; 0 below one, and beyond
    all of them for zero, which is a multiple of anything."""
    result = np.where(filled == 0, np.inf, 0.0)
    left = (filled != 0) & (filled == np.rint(filled))
    for power in 10.0 ** np.arange(_ROUNDEST + 1):
        left &= np.mod(filled, power) == 0
        if not left.any():
            break
        result[left] = power
    return result


_FEWEST = 6  # figures needed to call an observation granular
_GRANULAR = 0.9
_GRAINS = (1.0, 3.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0, 10000.0, 100000.0)
_DIVISORS = (1.0, 5.0)  # what is no multiple of these is none of any larger grain


def _grains(filled: NDArray[np.float64]) -> NDArray[np.float64]:
    """The largest round number that nearly all figures of each observation are multiples of; that
    of the whole table where an observation has too few figures to tell."""
    whole = _grain(filled[filled != 0])
    result = np.full(filled.shape[1], whole)
    told = np.flatnonzero((filled != 0).sum(axis=0) >= _FEWEST)
    if len(filled) > len(told):
        for j in told.tolist():
            column = filled[:, j]
            result[j] = _grain(column[column != 0])
    elif len(told):
        result[told] = _grains_at_once(filled[:, told])
    return result


def _grains_at_once(filled: NDArray[np.float64]) -> NDArray[np.float64]:
    """`_grain` of each of many short observations, shape ``(m,)``; none is told by a zero."""
    result = np.zeros(filled.shape[1])
    there = filled != 0
    count = there.sum(axis=0)
    first = np.take_along_axis(filled, there.argmax(axis=0)[None, :], axis=0)
    others = there & (filled != first)
    second = np.take_along_axis(filled, others.argmax(axis=0)[None, :], axis=0)
    open_ = (others & (filled != second)).any(axis=0)  # two figures tell no grain
    for grain in _GRAINS:
        at = np.flatnonzero(open_)
        some = filled[:, at] / grain
        fits = (np.abs(some - np.rint(some)) < 1e-9) & there[:, at]
        granular = fits.sum(axis=0) / count[at] >= _GRANULAR
        result[at[granular]] = grain
        if grain in _DIVISORS:
            open_[at[~granular]] = False
    return result


def _grain(told: NDArray[np.float64]) -> float:
    result = 0.0
    if len(told) < _FEWEST:
        return result
    others = told[told != told[0]]
    if not len(others) or (others == others[0]).all():
        return result  # one figure again and again tells no grain, nor one slip among them
    for grain in _GRAINS:
        fits = np.abs(told / grain - np.rint(told / grain)) < 1e-9
        if fits.mean() >= _GRANULAR:
            result = grain
        elif grain in _DIVISORS:
            break
    return result
