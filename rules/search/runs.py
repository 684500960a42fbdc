"""Totals of neighbouring lines: every run that ends beside a line is tried as its parts.

Runs are taken over a sequence of lines (all lines, one level of indentation, the lines of one
label), without those that already belong to a subtotal: so nested totals appear round by round.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.candidate import Candidate, is_total, target_prior, weigh
from rules.search.evidence import Floats, live, sum_bits
from rules.search.space import Space

LONGEST = 320  # parts of a run
_LONG = 400  # lines from which runs are kept shorter, so that cost grows with the lines only
_SHORTER = 60
WIDEST_GAP = 2  # lines between a run and its total
_GAP_COST = 3.0
_TOTAL_COST = 5.0  # bits against leaving a total out between a run and its own total
KEPT = 2  # runs kept per target and side


def runs(space: Space, sequence: Sequence[int], *, kind: str = "run") -> list[Candidate]:
    """Candidates whose parts are consecutive in ``sequence``, beside their target.

    The best ``KEPT`` per target and side, when evidence and prior are above zero.
    """
    lines = np.asarray(sequence, dtype=np.int64)
    if len(lines) < 3:
        return []
    found: list[Candidate] = []
    starts = _boundaries(space, lines)
    longest = LONGEST if len(lines) <= _LONG else _SHORTER
    for position, target in enumerate(lines):
        if not space.present[target].any():
            continue
        prior = target_prior(space, int(target))
        for gap in range(WIDEST_GAP + 1):
            skipped = [
                *lines[max(0, position - gap) : position],
                *lines[position + 1 : position + 1 + gap],
            ]
            cost = gap * _GAP_COST
            cost += _TOTAL_COST * any(is_total(space, int(line)) for line in skipped)
            before = lines[max(0, position - gap - longest) : max(0, position - gap)][::-1]
            after = lines[position + 1 + gap : position + 1 + gap + longest]
            for side, parts in ((-1, before), (1, after)):
                if len(parts) < 2:
                    continue
                found.extend(_best(space, int(target), parts, side, starts, prior - cost, kind))
    return found


def _boundaries(space: Space, lines: NDArray[np.int64]) -> dict[int, float]:
    """Bits for a run beginning (or, read upward, ending) at a line: after a gap, heading, total."""
    bits: dict[int, float] = {}
    previous = -1
    for line in lines:
        if previous < 0 or space.gaps[line] >= 2:
            bits[int(line)] = 0.0
        elif (
            space.gaps[line] == 1
            or is_total(space, previous)
            or space.bold[previous] != space.bold[line]
        ):
            bits[int(line)] = -1.0
        elif space.levels[previous] < space.levels[line]:
            bits[int(line)] = -0.5
        else:
            bits[int(line)] = -4.0
        previous = int(line)
    return bits


def _best(
    space: Space,
    target: int,
    parts: NDArray[np.int64],
    side: int,
    starts: dict[int, float],
    prior: float,
    kind: str,
) -> list[Candidate]:
    """The best runs ``parts[:k]`` for one target; ``side`` is −1 for parts above their total."""
    filled = space.filled[parts]
    totals = np.cumsum(filled, axis=0)
    sizes = np.maximum.accumulate(np.abs(filled), axis=0)
    steps = np.maximum(np.maximum.accumulate(space.steps[parts], axis=0), space.steps[target])
    counting = live(filled, np.maximum(space.steps[parts], space.steps[target]))
    counts = np.cumsum(counting, axis=0, dtype=np.int64)
    withheld = space.withheld[parts]
    hidden = np.logical_or.accumulate(withheld, axis=0) if withheld.any() else None
    grain = np.maximum(space.grain, space.line_grain[target])
    bits = sum_bits(
        space.values[target], totals, sizes, counts, steps, grain, space.additive, hidden
    )
    news = np.where(bits > 0, space.fresh[target], 1.0) * space.weight
    bits = bits * news
    score = bits.sum(axis=1) + prior
    score[0] = -np.inf
    levels = space.levels[parts]
    score -= 4.0 * np.cumsum(space.memo[parts])
    score += _edges(space, target, parts, side, starts)
    if space.axis == 0 and levels.size:
        deeper = np.minimum.accumulate(levels) > space.levels[target]
        score += np.where(deeper, 1.5, 0.0)
    order = np.argsort(-score, kind="stable")[:KEPT]
    result = []
    for k in (int(k) for k in order):
        if score[k] <= 0:
            break
        chosen = parts[: k + 1] if side > 0 else parts[: k + 1][::-1]
        weighed = weigh(space, target, chosen, np.ones(k + 1))
        whole = float(score[k] - bits[k].sum() + weighed.bits)
        if not weighed.held or whole <= 0:
            continue
        result.append(
            Candidate(
                target=target,
                parts=tuple(int(p) for p in chosen),
                factors=(1.0,) * (k + 1),
                bits=whole,
                held=weighed.held,
                failed=weighed.failed,
                basis=Basis.LABEL if is_total(space, target) else Basis.STRUCTURE,
                kind=kind,
            )
        )
    return result


def _edges(
    space: Space, target: int, parts: NDArray[np.int64], side: int, starts: dict[int, float]
) -> Floats:
    """Bits for where a run of each length ends, seen from its total."""
    if side < 0:
        return np.array([starts[int(p)] for p in parts])
    # Below its total: the run ends before a line that begins something new, or at the very end.
    beyond = [*(int(p) for p in parts[1:]), -1]
    return np.array([starts.get(line, 0.0) if line >= 0 else 0.0 for line in beyond])
