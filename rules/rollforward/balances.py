"""A table as lines seen along one axis, and the balances among them that are carried forward."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from rules.once import once
from rules.rollforward.words import balance_name, is_closing, is_opening
from rules.search.steps import steps_of
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea, normalised, years

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_RELATIVE = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT
_FURTHEST = 40  # lines between an opening and its closing


@dataclass(frozen=True, slots=True)
class Side:
    """Lines by observations, shape ``(n, m)``: rows by columns, or the other way round."""

    values: Floats  # NaN where blank
    steps: Floats
    place: Ints  # positions of the figures; −1 where blank
    names: tuple[str, ...]
    blocks: tuple[str, ...]
    ideas: tuple[Idea, ...]
    periods: tuple[int, ...]  # (m,) the year of each observation; 0 where none or a change


def sides(table: Table, place: Ints) -> Iterator[Side]:
    """The table by rows, then by columns."""
    step = steps_of(table)
    rows, columns = _named(table)
    yield Side(table.values, step, place, *rows)
    yield Side(table.values.T, step.T, place.T, *columns)


_Named = tuple[tuple[str, ...], tuple[str, ...], tuple[Idea, ...], tuple[int, ...]]


@once
def _named(table: Table) -> tuple[_Named, _Named]:
    """Names, blocks, ideas and periods of the rows, and those of the columns."""
    lines, headings = table.lines, table.headings
    return (
        (
            tuple(line.label for line in lines),
            tuple(normalised(line.block) for line in lines),
            tuple(line.ideas for line in lines),
            tuple(_period(heading.years, heading.ideas) for heading in headings),
        ),
        (
            tuple(heading.text for heading in headings),
            tuple(normalised(heading.group) for heading in headings),
            tuple(heading.ideas for heading in headings),
            tuple(_period(years(line.label), line.ideas) for line in lines),
        ),
    )


@lru_cache(maxsize=4096)
def _period(named: tuple[int, ...], words: Idea) -> int:
    """The year an observation ends in; a heading that compares two years has none."""
    if not named or words & (_RELATIVE | Idea.CHANGE):
        return 0
    return max(named) if max(named) - min(named) <= 1 else 0


@dataclass(frozen=True, slots=True)
class Pair:
    """Opening and closing of one balance: positions of their lines, and what it is called."""

    opening: int
    closing: int
    name: str


def pairs(side: Side) -> list[Pair]:
    """Openings with the nearest closing of the same name and block, each line in one pair."""
    openings = [i for i, name in enumerate(side.names) if is_opening(name)]
    closings = [i for i, name in enumerate(side.names) if is_closing(name)] if openings else []
    if not closings:
        return []
    found: list[Pair] = []
    taken: set[int] = set()
    for at, i in enumerate(openings):
        before = openings[at - 1] if at else -1
        after = openings[at + 1] if at + 1 < len(openings) else len(side.names)
        first = bisect_right(closings, max(before, i - _FURTHEST - 1))
        last = bisect_left(closings, min(after, i + _FURTHEST + 1))
        near = [c for c in closings[first:last] if c not in taken and _same_balance(side, i, c)]
        if near:
            c = min(near, key=lambda k: (abs(k - i), k < i))
            taken.add(c)
            found.append(Pair(i, c, balance_name(side.names[c]) or side.blocks[c]))
    return found


def _same_balance(side: Side, opening: int, closing: int) -> bool:
    """Equal names, or one without any and the same block."""
    first, second = balance_name(side.names[opening]), balance_name(side.names[closing])
    if first and second:
        shared = set(first.split()) & set(second.split())
        return first == second or 2 * len(shared) >= max(len(first.split()), len(second.split()))
    return side.blocks[opening] == side.blocks[closing] or not side.blocks[closing]


def agree(target: Floats, recomputed: Floats, parts: Ints, step: Floats) -> NDArray[np.bool_]:
    """True where both are the same within the rounding of ``parts`` figures and the target."""
    with np.errstate(invalid="ignore"):
        noise = 1e-9 * np.maximum(np.abs(target), np.abs(recomputed)) + 1e-9
        return np.abs(target - recomputed) <= step * (parts + 1) / 2 + noise


def sureness(held: int, failed: int) -> float:
    """Confidence in a roll-forward that holds in ``held`` observations and fails in ``failed``.

    Laplace's rule: one failure beside two holds is an error, beside one a question.
    """
    return round(0.98 * (0.5 + 0.5 * (held + 1) / (held + failed + 1)), 3)
