"""Which pairs of lines can have a line as their quotient at all, found for many lines at once.

A quotient of two figures is a difference of their logarithms. So whether "line = a / b" holds
anywhere within rounding is asked of all pairs around many lines in a few passes over arrays; only
what passes is weighed. A pair that passes nowhere has no evidence, so nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.search.space import Space

Ints = NDArray[np.int64]
Logs = NDArray[np.float32]

_AT_ONCE = 60_000  # figures looked at together: what stays near the processor
_LOOKING = 0.2  # work of a figure that is looked at so
_ROUNDING = 4e-6  # of logarithms kept in 32 bits, from above
_NOISE = 2e-9  # of a quotient, as it is allowed where quotients are weighed
_ALL_BUT_NOTHING = 0.01  # share from which a change says what it was compared with


@dataclass(frozen=True, slots=True)
class Asked:
    """Lines of which the same is asked, shape ``(n_lines,)``, and where they are looked at.

    ``others`` are the lines beside each, shape ``(n_lines, k)``, and ``samples`` the observations,
    shape ``(n_lines, s)``; −1 fills both up. ``scales`` are those of ratios; ``changes`` asks for
    changes in per cent of the same scales too.
    """

    lines: Ints
    others: Ints
    samples: Ints
    scales: tuple[float, ...]
    changes: bool


@dataclass(frozen=True, slots=True)
class NearPairs:
    """A space by the logarithms of its figures; each with a line of nothing at its end, which −1
    points to."""

    space: Space
    logs: Logs  # NaN for no figure, and for zero
    reach: Logs  # how far rounding may move each

    @classmethod
    def of(cls, space: Space) -> NearPairs:
        """The figures of ``space``, whose lines may have been rounded to their grain."""
        values = np.vstack([space.values, np.full((1, space.values.shape[1]), np.nan)])
        step = np.maximum(space.steps, space.line_grain[:, None])
        step = np.vstack([step, np.zeros((1, values.shape[1]))])
        size = np.where(values != 0, np.abs(values), np.nan)
        return cls(space, np.log(size).astype(np.float32), _reach(step / size))

    def pairs(self, asked: Asked) -> Iterator[tuple[int, Ints, Ints]]:
        """Each line with the pairs of others that it may be a quotient or change of, if any."""
        k, s = asked.others.shape[1], asked.samples.shape[1]
        if not s or not k:
            return
        at_once = max(1, _AT_ONCE // (k * s))
        for low in range(0, len(asked.lines), at_once):
            some = slice(low, low + at_once)
            lines, others = asked.lines[some], asked.others[some]
            which, a, b = self._together(lines, others, asked.samples[some], asked)
            starts = np.flatnonzero(np.diff(which, prepend=-1))
            ends = [*starts[1:].tolist(), len(which)]
            for start, end in zip(starts.tolist(), ends, strict=False):  # none where no pair is
                yield int(lines[which[start]]), a[start:end], b[start:end]

    def _together(
        self, lines: Ints, others: Ints, samples: Ints, asked: Asked
    ) -> tuple[Ints, Ints, Ints]:
        """The positions of lines, and the pairs that each may be the quotient or change of."""
        forms, nothing = self._forms(lines, samples, asked.scales, asked.changes)
        self.space.work.spend(_LOOKING * others.size * others.shape[1] * len(forms))
        at = others[None, :, :], samples.T[:, :, None]
        near = _near(self.logs[at], self.reach[at], forms)
        near[nothing] = True
        there = others >= 0
        near &= there[:, :, None] & there[:, None, :]
        near &= others[:, :, None] != others[:, None, :]
        which, first, second = np.nonzero(near)
        return which, others[which, first], others[which, second]

    def ratios(self, lines: Ints, top: Ints, under: Ints, samples: Ints, scale: float) -> Ints:
        """The positions of those lines that may be ``scale · top / under`` somewhere."""
        self.space.work.spend(_LOOKING * samples.size)
        forms, _ = self._forms(lines, samples, (scale,), changes=False)
        ((wanted, slack),) = forms
        at, below = (top[None, :], samples.T), (under[None, :], samples.T)
        with np.errstate(invalid="ignore"):
            off = np.abs(self.logs[at] - self.logs[below] - wanted)
            close = off <= self.reach[at] + self.reach[below] + slack
        return np.flatnonzero(close.any(axis=0))

    def _forms(
        self, lines: Ints, samples: Ints, scales: Sequence[float], changes: bool
    ) -> tuple[list[tuple[Logs, Logs]], NDArray[np.bool_]]:
        """What ``ln a − ln b`` must be, and how far off it may be, for each way of making a
        quotient, shape ``(s, n)``; and the lines that any pair may make, shape ``(n,)``."""
        told = np.where(samples < 0, np.nan, self.space.values[lines[:, None], samples]).T
        steps = self.space.steps[lines[:, None], samples].T
        forms = []
        nothing = np.zeros(len(lines), dtype=np.bool_)
        for scale in scales:
            figure = told / scale
            noise = 2 * _NOISE * np.abs(figure) + steps / scale
            with np.errstate(divide="ignore", invalid="ignore"):
                wanted = np.log(np.abs(figure)).astype(np.float32)
                forms.append((wanted, _reach(noise / np.abs(figure))))
                for sign in (1.0, -1.0) if changes else ():
                    left = np.abs(1.0 + sign * figure)
                    nothing |= (left < _ALL_BUT_NOTHING).any(axis=0)
                    forms.append((-np.log(left).astype(np.float32), _reach(noise / left)))
        return forms, nothing


def _reach(share: NDArray[np.float64]) -> Logs:
    """How far the logarithm of a figure may be off that was rounded to such a share of itself."""
    with np.errstate(divide="ignore", invalid="ignore"):
        # ½ · ln(1 − 2r), r being half the share: what two such figures are off together is less
        off = np.where(share < 1.0, -0.5 * np.log1p(-np.minimum(share, 1.0)), np.inf)
    return (off * 1.001 + _ROUNDING).astype(np.float32)


def _near(mine: Logs, around: Logs, forms: Sequence[tuple[Logs, Logs]]) -> NDArray[np.bool_]:
    """Where two of the lines beside each come near any of the forms, shape ``(n, k, k)``."""
    _, n, k = mine.shape
    near = np.zeros((n, k, k), dtype=np.bool_)
    with np.errstate(invalid="ignore"):
        for wanted, slack in forms:
            for first in range(k):
                off = (mine[:, :, first] - wanted)[:, :, None] - mine
                np.abs(off, out=off)
                off -= around
                close = off <= (around[:, :, first] + slack)[:, :, None]
                near[:, first] |= close.any(axis=0)
    return near
