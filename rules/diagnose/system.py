"""The checks of a ledger as constraints: what each asks of a figure, and what a change does to it.

An *edge* joins a check and a figure in it. A linear check is reported − Σ factor · part = residual,
and an edge has the weight with which its figure enters that; an average divides by the number of
its parts. Ratios and changes in per cent are solved for the one figure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, VERDICTS, Ledger
from rules.model import Operation, Verdict

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_AGREED = (Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING)
_NOISE = 1e-9  # share of the largest figure that binary fractions may add
_TARGET, _FIRST, _SECOND = 0, 1, 2  # the role of a figure in a quotient


def spans(start: Ints, which: Ints) -> tuple[Ints, Ints]:
    """Positions of the rows ``which`` of a CSR index, and to which of them each belongs."""
    lengths = start[which + 1] - start[which]
    owner = np.repeat(np.arange(len(which)), lengths)
    offset = np.cumsum(lengths) - lengths
    return np.arange(len(owner)) - offset[owner] + start[which][owner], owner


class System:
    """The constraints; ``value`` and ``residual`` change as repairs are made."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.value: Floats = ledger.figures.value.astype(np.float64).copy()
        self.residual: Floats = ledger.difference.astype(np.float64).copy()
        self.n_parts: Ints = np.diff(ledger.start)
        self.agrees: Flags = np.isin(ledger.verdict, [VERDICTS.index(v) for v in _AGREED])
        self.frozen: Flags = np.zeros(len(self.value), dtype=np.bool_)
        ratio = ledger.operation == OPERATIONS.index(Operation.RATIO)
        change = ledger.operation == OPERATIONS.index(Operation.PERCENT_CHANGE)
        self.is_ratio: Flags = ratio
        self.quotient: Flags = ratio | change
        self._join()
        size = np.abs(self.value[ledger.target])
        np.maximum.at(size, self.check, np.where(self.quotient[self.check], 0.0, self._size()))
        self.size: Floats = size  # the largest figure of each check, of quotients the quotient
        self.allowed: Floats = ledger.tolerance + _NOISE * size + 1e-9

    def _size(self) -> Floats:
        return np.abs(self.value[self.figure])

    def _join(self) -> None:
        """Edges, sorted by figure; ``edges_of[f]:edges_of[f + 1]`` are those of figure ``f``."""
        led, n = self.ledger, len(self.ledger)
        owner = np.repeat(np.arange(n), self.n_parts)
        divisor = np.where(
            led.operation == OPERATIONS.index(Operation.AVERAGE), np.maximum(self.n_parts, 1), 1
        )
        role = np.arange(len(owner)) - led.start[owner] + _FIRST
        check = np.concatenate([np.arange(n), owner])
        figure = np.concatenate([led.target, led.part]).astype(np.int64)
        weight = np.concatenate([np.ones(n), -led.factor / divisor[owner]])
        role = np.concatenate([np.full(n, _TARGET), np.minimum(role, _SECOND)])
        key = (
            figure * n + check
        )  # a figure that enters a check twice enters once, with both weights
        order = np.argsort(key, kind="stable")
        first = np.flatnonzero(np.diff(key[order], prepend=-1) != 0)
        self.weight: Floats = np.add.reduceat(weight[order], first) if n else weight
        order = order[first]
        self.check: Ints = check[order]
        self.figure: Ints = figure[order]
        self.role: Ints = role[order]
        counts = np.bincount(self.figure, minlength=len(self.value))
        self.edges_of: Ints = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def is_target(self, edges: Ints) -> Flags:
        """Whether the figure of an edge is the reported one of its check."""
        return np.asarray(self.role[edges] == _TARGET, dtype=np.bool_)

    def wanted(self, edges: Ints) -> tuple[Floats, Floats, Floats]:
        """The value that a check asks of a figure, and the lowest and highest it would take.

        Not a number where no value would do.
        """
        check, weight = self.check[edges], self.weight[edges]
        with np.errstate(divide="ignore", invalid="ignore"):
            exact = self.value[self.figure[edges]] - self.residual[check] / weight
            half = self.allowed[check] / np.abs(weight)
            low, high = exact - half, exact + half
            odd = np.flatnonzero(self.quotient[check])
            if len(odd):
                reported = self.value[self.ledger.target[check[odd]]]
                slack = self.allowed[check[odd]]
                exact[odd] = self._solved(edges[odd], reported)
                ends = [self._solved(edges[odd], reported + side * slack) for side in (-1, 1)]
                low[odd], high[odd] = np.minimum(*ends), np.maximum(*ends)
        bad = ~(np.isfinite(low) & np.isfinite(high) & np.isfinite(exact))
        exact[bad] = low[bad] = high[bad] = np.nan
        return exact, low, high

    def _pair(self, check: Ints) -> tuple[Floats, Floats, Floats, Flags]:
        """First and second part of quotients, the signed scale, and whether the base is |old|."""
        led = self.ledger
        at = led.start[check]
        first, second = self.value[led.part[at]], self.value[led.part[at + 1]]
        sign = np.where(self.is_ratio[check], 1.0, np.sign(led.factor[at + 1]))
        return first, second, led.scale[check] * sign, np.abs(led.factor[at]) == 2

    def _quotient(
        self, check: Ints, first: Floats, second: Floats, scale: Floats, size: Flags
    ) -> Floats:
        base = np.where(size, np.abs(first), first)
        return scale * np.where(self.is_ratio[check], first / second, (second - first) / base)

    def _solved(self, edges: Ints, reported: Floats) -> Floats:
        """The value of the edge's figure that gives the quotient ``reported``."""
        check, role = self.check[edges], self.role[edges]
        first, second, scale, size = self._pair(check)
        ratio = self.is_ratio[check]
        share = reported / scale
        turned = np.where(size & (first < 0), -1.0, 1.0)
        old = np.where(ratio, share * second, second / (1 + turned * share))
        new = np.where(ratio, first / share, first * (1 + turned * share))
        target = self._quotient(check, first, second, scale, size) + (
            reported - self.value[self.ledger.target[check]]
        )
        return np.select([role == _TARGET, role == _FIRST], [target, old], new)

    def after(self, edges: Ints, value: Floats) -> Floats:
        """The residual of the check of each edge, were its figure ``value``."""
        check = self.check[edges]
        result = self.residual[check] + self.weight[edges] * (
            value - self.value[self.figure[edges]]
        )
        odd = np.flatnonzero(self.quotient[check])
        if len(odd):
            inside, role, new = check[odd], self.role[edges[odd]], value[odd]
            first, second, scale, size = self._pair(inside)
            first = np.where(role == _FIRST, new, first)
            second = np.where(role == _SECOND, new, second)
            reported = np.where(role == _TARGET, new, self.value[self.ledger.target[inside]])
            with np.errstate(divide="ignore", invalid="ignore"):
                result[odd] = reported - self._quotient(inside, first, second, scale, size)
        return result

    def repair(self, figure: int, value: float, cleared: Ints) -> None:
        """Judge all that follows as if ``figure`` read ``value``."""
        edges = np.arange(self.edges_of[figure], self.edges_of[figure + 1])
        self.residual[self.check[edges]] = self.after(edges, np.full(len(edges), value))
        self.value[figure] = value
        self.frozen[figure] = True
        self.agrees[cleared] = True
