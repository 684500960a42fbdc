"""A hypothesis of the search: one line as a signed sum of others, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.evidence import MOST_BITS, Floats, holds, live, sum_bits
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

Ints = NDArray[np.int64]


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
    observed: tuple[int, ...] | None = None  # where it is meant; None: everywhere
    vouched: int = 0  # relations of the same kind that hold elsewhere and speak for this one


@dataclass(frozen=True, slots=True)
class Weighed:
    """The evidence of one hypothesis over all observations."""

    bits: float
    held: int  # observations in which it holds with two or more parts that count
    failed: int  # in which it fails although its figures are of a kind that adds up


def weigh(space: Space, target: int, parts: Ints, factors: Floats) -> Weighed:
    """The evidence for ``line target = Σ factor · line part``.

    An observation that only repeats another, in all its figures or in their proportions, is no news
    and counts nothing; one in which a single part counts says little, unless that part varies.
    """
    rows = space.filled[parts] * factors[:, None]
    reported = space.values[target]
    total = rows.sum(axis=0)
    size = np.abs(rows).max(axis=0, initial=0.0)
    step = np.maximum(space.steps[parts].max(axis=0, initial=0.0), space.steps[target])
    counts = live(rows, step)
    # Where the sum only foots within rounding, a part below what rounding allows is not proved.
    loose = live(rows, step * (counts.sum(axis=0) + 1))
    foots = np.abs(reported - total) <= np.maximum(0.49 * step, size * 2.0**-MOST_BITS)
    counts = np.where(foots, counts, loose)
    count = counts.sum(axis=0)
    withheld = np.logical_or.reduce(space.withheld[parts], axis=0)
    grain = np.maximum(space.grain, space.line_grain[target])
    common = np.minimum(space.roundness[parts].min(axis=0), space.roundness[target])
    bits = sum_bits(reported, total, size, count, step, grain, space.additive, withheld, common)
    bits = bits * space.weight
    good = holds(reported, total, count, step, grain)
    told = space.present[target] & (count >= 1)
    many = good & told & (count + live(reported, step) >= 3)
    bits = np.where(_repeated(rows, reported, many & (bits > 0)), 0.0, bits)
    bits += _varying_lone(rows, counts, good & told & (count == 1)) * space.weight
    bad = ~good & told & ~withheld & (space.additive > 0.5)
    if _only_cancels(space, target, parts, factors, good & told):
        bits = np.minimum(bits, 0.0)
    return Weighed(float(bits.sum()), int(many.sum()), int(bad.sum()))


def _only_cancels(
    space: Space, target: int, parts: Ints, factors: Floats, holding: NDArray[np.bool_]
) -> bool:
    """Whether a total is zero, or as large as one of its parts, wherever it holds: its other parts
    cancel there by accident, or because the sign of one is wrong, unless it is a net."""
    if len(parts) < 3 or min(factors) < 0 or space.is_a(target, Idea.NET | Idea.CHANGE):
        return False
    reported, rows = space.filled[target][holding], space.filled[parts][:, holding]
    if not (reported != 0).any():
        return True
    alone = (rows == reported).all(axis=1)
    return bool(alone.any() and ((rows != 0).sum(axis=0) > 1).any())


def _repeated(rows: Floats, reported: Floats, holding: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which holding observations have the proportions of one before them, shape ``(m,)``."""
    result = np.zeros(len(reported), dtype=bool)
    seen: set[bytes] = set()
    at = np.flatnonzero(holding)
    bases = np.where(reported[at] != 0, reported[at], 1.0)
    shares = np.round(rows[:, at].T / bases[:, None], 5)
    for j, share in zip(at.tolist(), np.ascontiguousarray(shares), strict=True):
        key = share.tobytes()
        result[j] = key in seen
        seen.add(key)
    return result


_VARYING_BITS = 3.0


def _varying_lone(
    rows: Floats, counts: NDArray[np.bool_], lone: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Bits where the single part that counts is not the usual one: then it is no mere copy."""
    result = np.zeros(rows.shape[1])
    at = np.flatnonzero(lone)
    if len(at) < 2:
        return result
    which = counts[:, at].argmax(axis=0)
    usual = np.bincount(which).argmax()
    for line in np.unique(which[which != usual]).tolist():
        mine = at[which == line]
        news = len(np.unique(np.abs(rows[line, mine])))
        result[mine[:news]] = _VARYING_BITS
    return result


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
