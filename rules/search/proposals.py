"""What the search found in one table, and how a rule takes its share of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from rules.model import Basis, Operation
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.space import COLUMNS, ROWS, Space


@dataclass(frozen=True, slots=True)
class Quotient:
    """A line that is a ratio or change in per cent of two others."""

    target: int
    parts: tuple[int, int]
    factors: tuple[float, float]
    scale: float
    bits: float
    held: int
    failed: int
    operation: Operation
    observed: tuple[int, ...] | None = None
    basis: Basis = Basis.LABEL
    vouched: int = 0  # like relations that hold elsewhere and speak for this one


@dataclass(frozen=True, slots=True)
class Proposals:
    """One table's candidates along both axes, already chosen against each other."""

    table: int
    spaces: tuple[Space, Space]  # rows, columns
    sums: tuple[tuple[Candidate, ...], tuple[Candidate, ...]]
    quotients: tuple[tuple[Quotient, ...], tuple[Quotient, ...]]
    averages: tuple[tuple[Candidate, ...], tuple[Candidate, ...]] = ((), ())
    unsearched: str = ""  # why the numbers were not searched: "flat", "budget"; empty if they were

    def relations(
        self,
        rule: str,
        operation: Operation,
        axis: int,
        wanted: Callable[[Space, Candidate], bool],
    ) -> Iterator[Relation]:
        """The candidates along ``axis`` that a rule claims, as relations of it."""
        space = self.spaces[axis]
        for found in self.sums[axis]:
            if wanted(space, found):
                yield self._relation(rule, operation, axis, found, found.basis)

    def quotient_relations(self, rule: str, operation: Operation) -> Iterator[Relation]:
        """The ratios or changes in per cent of both axes, as relations of a rule."""
        for axis in (ROWS, COLUMNS):
            for found in self.quotients[axis]:
                if found.operation is operation:
                    relation = self._relation(rule, operation, axis, found, found.basis)
                    yield replace(relation, scale=found.scale)

    def average_relations(self, rule: str, axis: int) -> Iterator[Relation]:
        """The means along ``axis``, as relations of a rule."""
        for found in self.averages[axis]:
            yield self._relation(rule, Operation.AVERAGE, axis, found, found.basis)

    def _relation(
        self,
        rule: str,
        operation: Operation,
        axis: int,
        found: Candidate | Quotient,
        basis: Basis,
    ) -> Relation:
        withheld = short_of_withheld(self.spaces[axis], found)
        observed = found.observed
        if withheld:
            everything = range(self.spaces[axis].values.shape[1])
            told = everything if observed is None else observed
            observed = tuple(j for j in told if j not in withheld)
        return Relation(
            rule=rule,
            operation=operation,
            basis=basis,
            confidence=confidence(found.bits, found.held + found.vouched, found.failed),
            table=self.table,
            axis=axis,
            target=found.target,
            parts=found.parts,
            factors=found.factors,
            observed=observed,
            bits=found.bits,
            vouched=found.vouched,
            withheld=withheld,
        )


def short_of_withheld(space: Space, found: Candidate | Quotient) -> tuple[int, ...]:
    """The observations in which a sum falls short and a part stands as x, .. or n/a: nobody can
    tell whether it foots. One that foots all the same is checked."""
    if isinstance(found, Quotient):
        return ()
    parts = list(found.parts)
    hidden = space.withheld[parts].any(axis=0) & space.present[found.target]
    if not hidden.any():
        return ()
    total = np.array(found.factors) @ space.filled[parts]
    if found.kind == "average":
        total = total / np.maximum(space.present[parts].sum(axis=0), 1)
    step = np.maximum(space.steps[parts].max(axis=0), space.steps[found.target])
    off = np.abs(space.values[found.target] - total) > step * (len(parts) + 1) / 2 + 1e-9
    return tuple(np.flatnonzero(hidden & off).tolist())


def confidence(bits: float, held: int, failed: int) -> float:
    """How sure it is that a relation was meant: evidence, and the share in which it holds.

    The share enters by Laplace's rule, so that one failure among many holds costs little.
    """
    believed = 1.0 / (1.0 + 2.0 ** -min(bits, 40.0))
    share = (held + 1.0) / (held + failed + 1.0)
    return float(round(believed * (0.5 + 0.5 * share), 3))


def is_signed(candidate: Candidate) -> bool:
    """True when a part is subtracted."""
    return min(candidate.factors) < 0
