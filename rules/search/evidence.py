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
EXACT_SHARE = 0.66  # of relations, those that foot to the last digit
_ROUNDED_SHARE = 0.26  # those between figures that were rounded one by one to their step
_COARSE_SHARE = 0.08  # those between figures rounded to something coarser than they are stated to
MOST_BITS = 22.0  # an observation is never worth more; also bounds float noise
LONE_PART_BITS = 0.1  # an equality with a single part that counts: a copy proves little


def live(rows: Floats, step: Floats) -> NDArray[np.bool_]:
    """Which parts count: a figure below the step of the others cannot be told from rounding."""
    return np.abs(rows) >= np.maximum(0.99 * step, 1e-300)


def sum_bits(
    target: Floats,
    total: Floats,
    size: Floats,
    parts: NDArray[np.int64],
    step: Floats,
    grain: Floats,
    additive: Floats | float = 1.0,
    withheld: NDArray[np.bool_] | None = None,
    common: Floats | float = 0.0,
) -> Floats:
    """Bits for "target = total" per observation; all arguments broadcast together.

    Args:
        target: reported figures; NaN where there is none (0 bits).
        total: signed sums of the parts.
        size: the largest magnitude among target and parts, which sets the range of chance.
        parts: how many parts count.
        step: the smallest difference the figures were stated to; 0 for exact figures.
        grain: what nearly all figures of the observation are multiples of; coincidences of round
            figures are cheap, and statistics are rounded to such grains.
        additive: the probability that figures of the observation are of a kind that adds up at all.
        common: what target and parts are all multiples of, so that their difference is, too.
        withheld: where a part stands as x, .. or n/a; the sum of the others proves nothing wrong.
    """
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        spread = 2.0 * np.maximum(size, np.abs(target))
        unit = np.maximum(step, spread * 2.0**-MOST_BITS)
        residual = np.abs(target - total)
        cell = np.maximum(unit, grain)
        chance = np.minimum(np.maximum(cell, common) / np.maximum(spread, unit), 1.0)
        exact = residual <= unit * 0.49
        meant = EXACT_SHARE * exact + ERROR_RATE * chance
        meant += _ROUNDED_SHARE * _noise(residual, unit, parts, spread, 12.0)
        # Rounding to a grain may be random rounding, which errs by more than half of it.
        coarse = grain > 1.5 * unit
        if coarse.any():
            meant += _COARSE_SHARE * np.where(
                coarse, _noise(residual, cell, parts, spread, 6.0), 0.0
            )
        bits = np.log2(additive * meant / chance + (1.0 - additive))
    # Two figures that are equal, or cancel out, are a copy and no sum.
    least = np.where(exact, 0.99 * step, step * (parts + 1))  # beyond what rounding makes of nil
    lone = parts + (np.abs(target) >= np.maximum(least, 1e-300)) < 3
    bits = np.where(lone, np.minimum(bits, LONE_PART_BITS), bits)
    nothing = (parts == 0) & (np.abs(target) <= unit)
    bits = np.where(nothing, 0.0, bits)
    bits = np.where((parts == 0) & ~nothing, np.minimum(bits, -3.0), bits)
    if withheld is not None:
        bits = np.where(withheld, np.maximum(bits, 0.0), bits)
    return np.where(np.isnan(target), 0.0, bits)


def _noise(
    residual: Floats, unit: Floats, parts: NDArray[np.int64], spread: Floats, per_part: float
) -> Floats:
    """The probability of a residual, to the nearest unit, when each figure was rounded to it."""
    near = residual <= unit * (parts + 1) / 2 + 1e-9 * spread
    off, told, count = (np.broadcast_to(one, near.shape)[near] for one in (residual, unit, parts))
    sigma = told * np.sqrt((count + 1) / per_part)
    density = np.zeros(near.shape)
    density[near] = np.exp(-0.5 * (off / sigma) ** 2) * told / (sigma * 2.5066)
    return density


def holds(
    target: Floats, total: Floats, parts: NDArray[np.int64], step: Floats, grain: Floats
) -> NDArray[np.bool_]:
    """True where target and total agree within the rounding of figures stated to ``step``, or
    within three standard deviations of rounding to ``grain``."""
    with np.errstate(invalid="ignore"):
        noise = 1e-9 * np.maximum(np.abs(target), np.abs(total)) + 1e-9
        likely = np.where(grain > step, 3.0 * grain * np.sqrt((parts + 1) / 6.0), 0.0)
        allowed = np.maximum(step * (parts + 1) / 2, np.minimum(likely, grain * (parts + 1) / 2))
        return np.abs(target - total) <= allowed + noise
