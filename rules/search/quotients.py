"""Ratios, shares and changes in per cent: a line that two others explain as a quotient.

Only lines whose heading, label or format speaks of per cent, shares or changes are tried: numbers
divide into each other by accident far too easily.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.model import Operation
from rules.search.evidence import ERROR_RATE, Floats
from rules.search.proposals import Quotient
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_ENOUGH = 6.0
_REACH = 12  # lines on each side that are tried
_SPEAKING = Idea.PERCENT | Idea.SHARE | Idea.PER_UNIT


def find_quotients(space: Space, percent: NDArray[np.bool_]) -> list[Quotient]:
    """The quotients among the lines of a space; ``percent`` marks cells formatted as per cent."""
    found: list[Quotient] = []
    formatted = np.where(space.present, percent, False).sum(axis=1)
    told = np.maximum(space.present.sum(axis=1), 1)
    for target in range(space.n):
        speaks = space.is_a(target, _SPEAKING) or formatted[target] > 0.5 * told[target]
        if not speaks or not space.present[target].any():
            continue
        best = _best(space, target, bool(formatted[target]))
        if best is not None:
            found.append(best)
    return found


def _best(space: Space, target: int, is_percent: bool) -> Quotient | None:
    others = [
        k for k in range(max(0, target - _REACH), min(space.n, target + _REACH + 1)) if k != target
    ]
    if len(others) < 2:
        return None
    a, b = (grid.ravel() for grid in np.meshgrid(others, others, indexing="ij"))
    keep = a != b
    a, b = a[keep], b[keep]
    scales = (1.0,) if is_percent else (100.0, 1.0)
    best: Quotient | None = None
    cost = np.log2(len(a) * 3)
    for operation in (Operation.PERCENT_CHANGE, Operation.RATIO):
        for scale in scales:
            for sign in (1.0, -1.0) if operation is Operation.PERCENT_CHANGE else (1.0,):
                bits = _bits(space, target, a, b, operation, scale * sign)
                total = bits.sum(axis=1) - cost - 0.25 * np.abs(a - target) - (sign < 0)
                total += _words(space, target, operation)
                k = int(total.argmax())
                if total[k] < _ENOUGH or (best is not None and total[k] <= best.bits):
                    continue
                held = int((bits[k] > 0).sum())
                failed = int((bits[k] < 0).sum())
                if failed > held:
                    continue
                factors = (-sign, sign) if operation is Operation.PERCENT_CHANGE else (1.0, 1.0)
                best = Quotient(
                    target,
                    (int(a[k]), int(b[k])),
                    factors,
                    scale,
                    float(total[k]),
                    held,
                    failed,
                    operation,
                )
    return best


def _words(space: Space, target: int, operation: Operation) -> float:
    """Bits for what the heading says: a change, or a share."""
    change = space.is_a(target, Idea.CHANGE)
    return 2.0 if change == (operation is Operation.PERCENT_CHANGE) else -2.0


def _bits(
    space: Space,
    target: int,
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    operation: Operation,
    scale: float,
) -> Floats:
    """Bits per pair and observation, shape ``(n_pairs, m)``."""
    x, y = space.values[a], space.values[b]
    reported = space.values[target]
    with np.errstate(all="ignore"):
        if operation is Operation.RATIO:
            value = scale * x / y
            half = abs(scale) * (space.steps[a] / np.abs(y) + space.steps[b] * np.abs(x) / y**2) / 2
        else:
            value = scale * (y - x) / x
            half = abs(scale) * (space.steps[b] / np.abs(x) + space.steps[a] * np.abs(y) / x**2) / 2
        step = space.steps[target]
        allowed = half + step / 2 + 1e-9 * np.abs(value)
        spread = np.maximum(np.abs(reported), np.abs(value)) * 2 + 4 * allowed
        chance = np.clip(2 * allowed / spread, 2.0**-16, 1.0)
        meant = np.where(np.abs(reported - value) <= allowed, 1.0, 0.0) + ERROR_RATE * chance
        bits = np.log2(meant / chance)
        flat = (reported == 0) & (np.abs(value) <= allowed)
        bits = np.where(flat, 0.2, bits)
    usable = np.isfinite(reported) & np.isfinite(value)
    return np.where(usable, np.nan_to_num(bits), 0.0) * space.weight
