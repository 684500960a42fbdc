"""How much an arithmetic agreement is worth, in bits.

One observation (a column, for a relation between rows) speaks for a relation by its likelihood
ratio: how probable is this residual if the relation was meant, against a chance residual anywhere
in the range of the figures. An exact hold of a seven-digit total is worth some twenty bits, a hold
of small round numbers few; a failure costs the logarithm of the error rate, never infinity, so that
a relation which fails in some columns is still found.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ERROR_RATE = 0.015  # share of meant relations that fail in one observation
EXACT_SHARE = 0.7  # of relations between rounded figures, those that foot to the last digit
MOST_BITS = 22.0  # an observation is never worth more; also bounds float noise
LONE_PART_BITS = 0.6  # an equality with a single non-zero part: a copy proves little


def sum_bits(
    target: Floats,
    total: Floats,
    size: Floats,
    parts: NDArray[np.int64],
    step: Floats,
    grain: Floats,
) -> Floats:
    """Bits for "target = total" per observation; all arguments broadcast together.

    Args:
        target: reported figures; NaN where there is none (0 bits).
        total: signed sums of the parts.
        size: the largest magnitude among target and parts, which sets the range of chance.
        parts: how many parts are not zero.
        step: the smallest difference the figures were stated to; 0 for exact figures.
        grain: what nearly all figures of the observation are multiples of; coincidences of round
            figures are cheap.
    """
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        spread = 2.0 * np.maximum(size, np.abs(target))
        unit = np.maximum(step, spread * 2.0**-MOST_BITS)
        residual = np.abs(target - total)
        chance = np.minimum(np.maximum(unit, grain) / np.maximum(spread, unit), 1.0)
        sigma = unit * np.sqrt((parts + 1) / 12.0)
        noise = np.exp(-0.5 * (residual / sigma) ** 2) * unit / (sigma * 2.5066)
        noise = np.where(residual <= unit * (parts + 1) / 2 + 1e-9 * spread, noise, 0.0)
        exact = residual <= unit * 0.49
        meant = EXACT_SHARE * exact + (1 - EXACT_SHARE) * noise + ERROR_RATE * chance
        bits = np.log2(meant / chance)
    lone = parts < 2
    bits = np.where(lone, np.minimum(bits, LONE_PART_BITS), bits)
    nothing = (parts == 0) & (target == 0)
    bits = np.where(nothing, 0.0, bits)
    bits = np.where((parts == 0) & (target != 0), -3.0, bits)
    return np.where(np.isnan(target), 0.0, bits)


def holds(
    target: Floats, total: Floats, parts: NDArray[np.int64], step: Floats
) -> NDArray[np.bool_]:
    """True where target and total agree within the rounding of figures stated to ``step``."""
    with np.errstate(invalid="ignore"):
        noise = 1e-9 * np.maximum(np.abs(target), np.abs(total)) + 1e-9
        return np.abs(target - total) <= step * (parts + 1) / 2 + noise
