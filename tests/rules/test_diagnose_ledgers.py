"""Small ledgers for tests of diagnosis, put together from checks written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rules.diagnose.locate import Diagnosis, diagnose
from rules.ledger import BASES, OPERATIONS, VERDICTS, Figures, Ledger
from rules.model import Basis, Operation, Verdict
from rules.verdicts import judge
from workbooks.refs import CellRef

Terms = Sequence[tuple[str, float]]


@dataclass
class Sheet:
    """Figures by name, one below the other unless a place is given, and the checks on them."""

    step: float = 1.0
    names: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    checks: list[tuple[Operation, str, Terms, float, int]] = field(default_factory=list)

    def put(self, name: str, value: float, row: int = 0, column: int = 2) -> str:
        """Write a figure; without ``row`` it stands apart from all others."""
        self.names.append(name)
        self.values.append(float(value))
        self.places.append((row or 1000 + 2 * len(self.names), column))
        return name

    def check(
        self,
        operation: Operation,
        target: str,
        parts: Sequence[str] | Mapping[str, float],
        *,
        scale: float = 1.0,
        relation: int = -1,
    ) -> None:
        """``target`` follows from ``parts``; a mapping gives their factors."""
        terms = list(parts.items()) if isinstance(parts, Mapping) else [(p, 1.0) for p in parts]
        relation = len(self.checks) if relation < 0 else relation
        self.checks.append((operation, target, terms, scale, relation))

    def total(self, target: str, parts: Sequence[str], relation: int = -1) -> None:
        """``target`` is the sum of ``parts``."""
        self.check(Operation.SUM, target, parts, relation=relation)

    def change(self, name: str, value: float) -> None:
        """Overwrite a figure."""
        self.values[self.names.index(name)] = float(value)

    def cell(self, name: str) -> CellRef:
        """Where a figure stands."""
        return CellRef("S", *self.places[self.names.index(name)])

    def name(self, cell: CellRef) -> str:
        """The figure of a cell."""
        return self.names[self.places.index((cell.row, cell.column))]

    def ledger(self) -> Ledger:
        """The checks, judged."""
        n, at = len(self.values), {name: k for k, name in enumerate(self.names)}
        rows, columns = np.array(self.places, dtype=np.int32).reshape(-1, 2).T
        figures = Figures(
            ("S",),
            np.zeros(n, np.int32),
            rows,
            columns,
            np.array(self.values),
            np.full(n, self.step),
        )
        sizes = [len(terms) for _, _, terms, _, _ in self.checks]
        count = len(sizes)
        operation = np.array([OPERATIONS.index(c[0]) for c in self.checks], np.int8)
        target = np.array([at[c[1]] for c in self.checks], np.int64)
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        part = np.array([at[p] for c in self.checks for p, _ in c[2]], np.int64)
        factor = np.array([f for c in self.checks for _, f in c[2]], np.float64)
        scale = np.array([c[3] for c in self.checks], np.float64)
        judged = judge(
            figures,
            operation=operation,
            target=target,
            start=start,
            part=part,
            factor=factor,
            scale=scale,
        )
        return Ledger(
            figures=figures,
            rules=("FT101",),
            rule=np.zeros(count, np.int16),
            operation=operation,
            target=target,
            start=start,
            part=part,
            factor=factor,
            scale=scale,
            basis=np.full(count, BASES.index(Basis.STRUCTURE), np.int8),
            confidence=np.full(count, 0.97),
            relation=np.array([c[4] for c in self.checks], np.int64),
            recomputed=judged.recomputed,
            difference=judged.difference,
            tolerance=judged.tolerance,
            verdict=judged.verdict,
        )

    def diagnose(self) -> list[Diagnosis]:
        """The root causes of all discrepancies."""
        ledger = self.ledger()
        return diagnose(ledger, failing(ledger), lambda figure: (self.names[figure], "2020"))


def failing(ledger: Ledger) -> NDArray[np.bool_]:
    """Rows of the ledger that are discrepancies."""
    return np.asarray(ledger.verdict == VERDICTS.index(Verdict.DISCREPANCY))
