"""Means of neighbouring lines: an average is seldom far from the figures it averages.

The figures of an average lie close together, so an agreement is worth less than that of a sum: its
chance is measured over the range of the parts. Without a word for an average, only overwhelming
agreement counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.candidate import Candidate, Ints
from rules.search.evidence import ERROR_RATE, Floats
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_ENOUGH = 5.0
_SILENT_COST = 16.0  # bits against a mean that no word speaks of
_FEWEST_SILENT = 3  # parts of such a mean
_SPLIT_COST = 6.0  # bits against parts that begin where nothing begins
_WIDEST_GAP = 3
_GAP_COST = 2.0
_LONGEST = 400
_MOST_SILENT = 60  # lines of a space in which means without a word are looked for …
_LONGEST_SILENT = 16  # … and the parts of such a mean
_MOST_BITS = 14.0


def find_averages(space: Space, totals: Sequence[int] = ()) -> list[Candidate]:
    """The best mean of a run of neighbours for every line that is one, strongest first.

    ``totals`` are lines already known to sum up others; they are left out of the parts.
    """
    if space.n < 3:
        return []
    found: list[Candidate] = []
    hidden = set(totals)
    means = {k for k in range(space.n) if space.is_a(k, Idea.AVERAGE)}
    edges = _edges(space)
    for target in range(space.n):
        if not space.present[target].any():
            continue
        named = target in means
        if not named and space.n > _MOST_SILENT:
            continue
        best: Candidate | None = None
        for candidate in _of_line(space, target, hidden, means, edges, named):
            if best is None or candidate.bits > best.bits:
                best = candidate
        if best is not None:
            found.append(best)
    return sorted(found, key=lambda c: -c.bits)


def _of_line(
    space: Space,
    target: int,
    hidden: set[int],
    means: set[int],
    edges: NDArray[np.bool_],
    named: bool,
) -> Iterator[Candidate]:
    for side in (-1, 1):
        beyond = range(target - 1, -1, -1) if side < 0 else range(target + 1, space.n)
        usable = [k for k in beyond if k not in means]
        for lines in (usable, [k for k in usable if k not in hidden]):
            if lines is not usable and len(lines) == len(usable):
                continue
            for gap in range(_WIDEST_GAP + 1 if named else 1):
                longest = _LONGEST if named else _LONGEST_SILENT
                parts = np.array(lines[gap : gap + longest], dtype=np.int64)
                if len(parts) >= 2:
                    yield from _best(space, target, parts, side, gap, edges, named)


def _best(
    space: Space,
    target: int,
    parts: Ints,
    side: int,
    gap: int,
    edges: NDArray[np.bool_],
    named: bool,
) -> Iterator[Candidate]:
    present = space.present[parts]
    count = np.cumsum(present, axis=0, dtype=np.int64)
    total = np.cumsum(space.filled[parts], axis=0)
    highest = np.maximum.accumulate(np.where(present, space.values[parts], -np.inf), axis=0)
    lowest = np.minimum.accumulate(np.where(present, space.values[parts], np.inf), axis=0)
    spread = np.where(count > 1, highest, 0.0) - np.where(count > 1, lowest, 0.0)
    steps = np.maximum.accumulate(space.steps[parts], axis=0)
    with np.errstate(all="ignore"):
        bits = _bits(space, target, total, count, spread, steps)
    score = bits.sum(axis=1) - gap * _GAP_COST - np.log2(len(parts) + 1)
    # A run ends, seen from its mean, at the edge of the table, at a gap or at a total.
    beyond = edges[parts] if side < 0 else edges[parts + 1]
    score[:-1] -= np.where(beyond[:-1], 0.0, _SPLIT_COST)
    score -= 0.0 if named else _SILENT_COST
    least = 2 if named else _FEWEST_SILENT
    score[: least - 1] = -np.inf
    k = int(score.argmax())
    held, failed = int((bits[k] > 0.5).sum()), int((bits[k] < 0).sum())
    whole = score[k] - bits[k].sum() + _news(space, parts[: k + 1], bits[k]).sum()
    if whole < _ENOUGH or failed > held:
        return
    chosen = np.sort(parts[: k + 1])
    yield Candidate(
        target=target,
        parts=tuple(int(p) for p in chosen),
        factors=(1.0,) * (k + 1),
        bits=float(whole),
        held=held,
        failed=failed,
        basis=Basis.LABEL if named else Basis.NUMERIC,
        kind="average",
    )


def _bits(
    space: Space, target: int, total: Floats, count: Ints, spread: Floats, steps: Floats
) -> Floats:
    """Bits for "target = mean" of each longer run, shape ``(n_parts, m)``."""
    reported = space.values[target]
    n = np.maximum(count, 1)
    gap = np.abs(reported - total / n)
    rounding = space.steps[target] / 2 + steps / (2 * np.sqrt(n))
    allowed = rounding + 1e-9 * np.maximum(np.abs(reported), spread)
    chance = np.clip(2 * allowed / np.maximum(spread, 2 * allowed), 2.0**-_MOST_BITS, 1.0)
    likelihood = np.where(gap <= allowed, 1.0, 0.0) + ERROR_RATE * chance
    bits = np.where(spread > 2 * allowed, np.log2(likelihood / chance), 0.0)
    news = np.where(bits > 0, space.fresh[target], 1.0)
    return np.where(np.isnan(reported) | (count < 2), 0.0, bits) * news * space.weight


def _news(space: Space, parts: Ints, bits: Floats) -> Floats:
    """The bits without those of observations with the proportions of an earlier one."""
    rows = space.filled[parts]
    size = np.abs(rows).max(axis=0)
    seen: set[bytes] = set()
    result = bits.copy()
    for j in np.flatnonzero(bits > 0).tolist():
        key = np.round(rows[:, j] / (size[j] or 1.0), 5).tobytes()
        result[j] = 0.0 if key in seen else bits[j]
        seen.add(key)
    return result


def _edges(space: Space) -> NDArray[np.bool_]:
    """Where something begins or ends, shape ``(n + 1,)``: before each line, and after the last."""
    result = np.ones(space.n + 1, dtype=bool)
    result[1:-1] = space.gaps[1:] >= 1
    for line in range(space.n):
        if space.is_a(line, Idea.TOTAL):
            result[line] = result[line + 1] = True
    return result
