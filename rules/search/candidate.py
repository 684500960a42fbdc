"""A hypothesis of the search: one line as a signed sum of others, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.evidence import Floats, holds, sum_bits
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea


@dataclass(frozen=True, slots=True)
class Candidate:
    """``line target = Σ factor · line part``; ``bits`` weighs evidence and prior together."""

    target: int
    parts: tuple[int, ...]
    factors: tuple[float, ...]
    bits: float
    held: int  # observations in which it holds with two or more non-zero parts
    failed: int
    basis: Basis
    kind: str  # "run", "level", "code", "label", "pair", "formula"


def weigh(space: Space, target: int, parts: NDArray[np.int64], factors: Floats) -> Floats:
    """Bits per observation for one hypothesis, shape ``(m,)``; repeated observations count 0."""
    rows = space.filled[parts] * factors[:, None]
    total = rows.sum(axis=0)
    size = np.abs(rows).max(axis=0, initial=0.0)
    count = (rows != 0).sum(axis=0)
    step = np.maximum(space.steps[parts].max(axis=0, initial=0.0), space.steps[target])
    return sum_bits(space.values[target], total, size, count, step, space.grain) * space.weight


def tally(space: Space, target: int, parts: NDArray[np.int64], factors: Floats) -> tuple[int, int]:
    """In how many observations a hypothesis holds (two or more non-zero parts), and fails."""
    rows = space.filled[parts] * factors[:, None]
    count = (rows != 0).sum(axis=0)
    step = np.maximum(space.steps[parts].max(axis=0, initial=0.0), space.steps[target])
    good = holds(space.values[target], rows.sum(axis=0), count, step)
    told = space.present[target] & (count >= 1)
    return int((good & told & (count >= 2)).sum()), int((~good & told).sum())


def is_total(space: Space, line: int) -> bool:
    """True for a line whose words say that it sums up others."""
    return space.is_a(line, Idea.TOTAL) and not space.is_a(line, Idea.MEMO)


def target_prior(space: Space, line: int) -> float:
    """Bits for a line being a total at all, before any arithmetic."""
    bits = -3.0
    if space.is_a(line, Idea.TOTAL):
        bits += 2.5
    if space.is_a(line, Idea.NET):
        bits += 1.0
    if space.bold[line] and not space.bold.all():
        bits += 1.0
    if space.is_a(line, Idea.MEMO | Idea.AVERAGE | Idea.PERCENT | Idea.PER_UNIT):
        bits -= 4.0
    return bits
