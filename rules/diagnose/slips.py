"""Slips of the hand: how much likelier a typed figure is, given what it should have been.

Each kind of slip has a share among errors and a number of figures it could have turned into; an
error of no kind may be anything of the size of the figures about. The odds of a kind against that
are what a match is worth, so that a match that many figures would show counts for little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

KINDS = (
    "digits-swapped",
    "digit-lost",
    "digit-added",
    "digit-changed",
    "sign-flipped",
    "scale-slip",
    "round",
    "net-typed-for-gross",
    "row-left-out",
    "row-counted-twice",
    "neighbour-value",
    "wrong-base",
)
SHARE = {
    "digits-swapped": 0.12,
    "digit-lost": 0.12,
    "digit-added": 0.1,
    "digit-changed": 0.1,
    "sign-flipped": 0.1,
    "scale-slip": 0.1,
    "round": 0.03,  # off by a round amount, or by 9 or 27: a slip in mental arithmetic
    "net-typed-for-gross": 0.08,
    "row-left-out": 0.08,
    "row-counted-twice": 0.04,
    "neighbour-value": 0.08,
    "wrong-base": 0.04,
}
OTHER = 0.15  # errors of no kind
_SPREAD = 4.0  # such an error lies within this many times the largest of them, both ways
_TO_THE_DIGIT = 0.7  # of right sums, those that foot to the last digit although rounding is allowed
_POWERS = (1e-6, 1e-3, 1e-2, 1e-1, 1e1, 1e2, 1e3, 1e6)
_ROUND = (10.0, 100.0, 1000.0, 9.0, 27.0)
_LONGEST = 13  # digits


@dataclass(frozen=True, slots=True)
class Slips:
    """Odds of each kind against an error of no kind, shape ``(n_kinds, n)``; ``right`` has the
    value the figure should have by that kind, not a number where the kind does not fit."""

    odds: Floats
    right: Floats
    chance: Floats  # that an error of no kind would be of one certain size
    middle: Floats  # of the interval
    unit: Floats
    noise: Floats  # standard deviation of the rounding that the interval allows

    @classmethod
    def none(cls, size: Floats, low: Floats, high: Floats, unit: Floats) -> Slips:
        """No kind fits. ``size`` is the largest figure about, the same for figures that rival each
        other; ``unit`` the smallest difference in which a figure is written."""
        chance = np.minimum(unit / (_SPREAD * np.maximum(size, unit)), 1.0)
        shape = (len(KINDS), len(low))
        # half a unit for each of so many figures, against a twelfth of its square
        noise = np.sqrt(unit * np.maximum(high - low, unit) / 12)
        none = np.zeros(shape), np.full(shape, np.nan)
        return cls(*none, chance, (low + high) / 2, unit, noise)

    def note(self, kind: str, at: Ints, right: Floats, variants: Floats | float) -> None:
        """A figure ``at`` fits ``kind``, one of ``variants`` figures that would; the better, the
        nearer ``right`` is to the middle of the interval."""
        k = KINDS.index(kind)
        worth = SHARE[kind] / variants * self._fit(at, right) / (OTHER * self.chance[at])
        self.odds[k, at] += np.where(self.right[k, at] == right, 0.0, worth)
        self.right[k, at] = right

    def _fit(self, at: Ints, right: Floats) -> Floats:
        """The probability of a miss as large as that of ``right``, to the nearest unit."""
        unit, noise = self.unit[at], self.noise[at]
        miss = np.abs(right - self.middle[at])
        rounded = np.exp(-0.5 * (miss / noise) ** 2) * np.minimum(unit / (2.5066 * noise), 1.0)
        exact = miss <= 0.5 * unit * (1 + 1e-9)
        return np.asarray(_TO_THE_DIGIT * exact + (1 - _TO_THE_DIGIT) * rounded, dtype=np.float64)

    @property
    def bits(self) -> Floats:
        """What all kinds together speak for the figure being the wrong one."""
        return np.asarray(np.minimum(np.log2(1 + self.odds.sum(axis=0)), 20.0), np.float64)


def units(values: Floats, step: Floats) -> Floats:
    """The unit in which figures are written: the stated step, else that of their own decimals."""
    unit = np.full(len(values), 1e-4)
    for power in (1e-3, 1e-2, 1e-1, 1.0):
        whole = np.abs(values / power - np.rint(values / power)) < 1e-6
        unit = np.where(whole, power, unit)
    return np.where(step > 0, np.minimum(unit, step), unit)


def typed_slips(typed: Floats, size: Floats, low: Floats, high: Floats, unit: Floats) -> Slips:
    """Slips that show in the figure alone: its digits, sign, unit, or a round difference.

    The figure should lie in ``low`` … ``high``; all arrays have shape ``(n,)``.
    """
    slips = Slips.none(size, low, high, unit)
    near = np.maximum(1e-6 * unit, 1e-9 * np.abs(typed))
    low, high = low - near, high + near
    _whole(slips, typed, low, high)
    usable = np.flatnonzero((np.abs(typed) / unit < 10.0**_LONGEST) & (typed != 0))
    if len(usable):
        sign, scale = np.sign(typed[usable]), unit[usable]
        ends = np.sort(np.stack([sign * low[usable], sign * high[usable]]), axis=0) / scale
        digits = np.rint(np.abs(typed[usable]) / scale).astype(np.int64)
        _digits(slips, usable, digits, ends[0], ends[1], sign * scale)
    return slips


def _whole(slips: Slips, typed: Floats, low: Floats, high: Floats) -> None:
    def fits(right: Floats, kind: str, variants: float) -> None:
        at = np.flatnonzero((low <= right) & (right <= high) & (typed != 0))
        if len(at):
            slips.note(kind, at, right[at], variants)

    fits(-typed, "sign-flipped", 1.0)
    for power in _POWERS:
        fits(typed * power, "scale-slip", len(_POWERS))
    times = np.where(np.abs(typed) < 1e6, 1.0, 10.0)
    for amount in _ROUND:
        for side in (-1.0, 1.0):
            fits(typed + side * amount * times, "round", 2.0 * len(_ROUND))


def _digits(slips: Slips, at: Ints, digits: Ints, low: Floats, high: Floats, scale: Floats) -> None:
    """Slips of one digit or two; ``digits`` are the figures as whole numbers of their unit."""
    length = np.floor(np.log10(np.maximum(digits, 1))).astype(np.int64) + 1

    def fits(right: Ints | Floats, possible: NDArray[np.bool_], kind: str, n: Floats) -> None:
        hit = np.flatnonzero(possible & (low <= right) & (right <= high) & (right != digits))
        if len(hit):
            slips.note(kind, at[hit], right[hit] * scale[hit], n[hit])

    n_digits: Floats = length.astype(np.float64)
    unlike = np.zeros(len(digits))
    for i in range(int(length.max()) - 1):
        unlike += (digits // 10**i % 10 != digits // 10 ** (i + 1) % 10) & (i + 1 < length)
    middle = np.rint((low + high) / 2)
    for i in range(int(length.max()) + 1):
        ten = 10**i
        here, left = digits // ten % 10, digits // (ten * 10) % 10
        inside = i < length
        swapped = digits + (here - left) * 9 * ten
        fits(swapped, (i + 1 < length) & (here != left), "digits-swapped", np.maximum(unlike, 1.0))
        fewer = digits // (ten * 10) * ten + digits % ten
        fits(fewer, inside & (length > 1), "digit-added", n_digits)
        for target in (middle, low, high):  # the digit that comes nearest to the interval
            digit = np.clip(here + np.rint((target - digits) / ten), 0, 9)
            fits(digits + (digit - here) * ten, inside, "digit-changed", 9.0 * n_digits)
            opened = digits // ten * ten * 10 + digits % ten
            digit = np.clip(np.rint((target - opened) / ten), 0, 9)
            fits(opened + digit * ten, i <= length, "digit-lost", 10.0 * (n_digits + 1))
            if np.all(high - low < 1):
                break
