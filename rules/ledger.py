"""The one truth: every check of a run, one row each, kept by column.

A row names its reported figure and its parts by their position in ``Figures``; ``check`` gives a
row as a record, ``frame`` the whole as a dataframe.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Check, Operation, Part, Verdict
from workbooks.refs import CellRef

if TYPE_CHECKING:
    import pandas as pd

OPERATIONS = tuple(Operation)
BASES = tuple(Basis)
VERDICTS = tuple(Verdict)


@dataclass(frozen=True, slots=True)
class Figures:
    """All numbers of a workbook that may be checked, by position; arrays of shape ``(n,)``."""

    sheets: tuple[str, ...]
    sheet: NDArray[np.int32]  # index into ``sheets``
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    value: NDArray[np.float64]
    step: NDArray[np.float64]  # smallest difference the figure was stated to; 0 = exact

    def __len__(self) -> int:
        return len(self.value)

    def refs(self, some: NDArray[np.int64]) -> list[CellRef]:
        """Where several figures stand."""
        sheets = [self.sheets[k] for k in self.sheet[some].tolist()]
        rows, columns = self.row[some].tolist(), self.column[some].tolist()
        return [*map(CellRef, sheets, rows, columns)]

    def ref(self, index: int) -> CellRef:
        """Where figure ``index`` stands."""
        return CellRef(
            self.sheets[self.sheet[index]], int(self.row[index]), int(self.column[index])
        )


@dataclass(frozen=True, slots=True)
class Ledger:
    """Checks by column, shape ``(n_checks,)``; parts of check ``i`` stand at
    ``part[start[i]:start[i + 1]]`` with ``factor`` aligned."""

    figures: Figures
    rules: tuple[str, ...]  # codes
    rule: NDArray[np.int16]  # index into ``rules``
    operation: NDArray[np.int8]  # index into OPERATIONS
    target: NDArray[np.int64]  # index into ``figures``
    start: NDArray[np.int64]  # shape (n_checks + 1,)
    part: NDArray[np.int64]
    factor: NDArray[np.float64]
    scale: NDArray[np.float64]
    basis: NDArray[np.int8]
    confidence: NDArray[np.float64]
    relation: NDArray[np.int64]  # checks of one relation share a number
    recomputed: NDArray[np.float64]
    difference: NDArray[np.float64]  # reported − recomputed
    tolerance: NDArray[np.float64]
    verdict: NDArray[np.int8]  # index into VERDICTS

    def __len__(self) -> int:
        return len(self.target)

    def parts(self, index: int) -> tuple[Part, ...]:
        """The parts of check ``index``, in the order its operation wants."""
        span = range(int(self.start[index]), int(self.start[index + 1]))
        return tuple(Part(self.figures.ref(int(self.part[k])), float(self.factor[k])) for k in span)

    def check(self, index: int) -> Check:
        """Row ``index`` as a record."""
        return Check(
            rule=self.rules[self.rule[index]],
            operation=OPERATIONS[self.operation[index]],
            cell=self.figures.ref(int(self.target[index])),
            parts=self.parts(index),
            reported=float(self.figures.value[self.target[index]]),
            recomputed=float(self.recomputed[index]),
            difference=float(self.difference[index]),
            tolerance=float(self.tolerance[index]),
            verdict=VERDICTS[self.verdict[index]],
            basis=BASES[self.basis[index]],
            confidence=float(self.confidence[index]),
            scale=float(self.scale[index]),
        )

    def frame(self) -> pd.DataFrame:
        """One row per check: rule, operation, sheet, cell, parts, reported, recomputed, difference,
        tolerance, verdict, basis, confidence, scale; ``parts`` holds tuples of ``Part``."""
        import pandas as pd

        checks = [self.check(i) for i in range(len(self))]
        return pd.DataFrame(
            {
                "rule": [c.rule for c in checks],
                "operation": [str(c.operation) for c in checks],
                "sheet": [c.cell.sheet for c in checks],
                "cell": [c.cell.a1 for c in checks],
                "parts": [c.parts for c in checks],
                "reported": [c.reported for c in checks],
                "recomputed": [c.recomputed for c in checks],
                "difference": [c.difference for c in checks],
                "tolerance": [c.tolerance for c in checks],
                "verdict": [str(c.verdict) for c in checks],
                "basis": [str(c.basis) for c in checks],
                "confidence": [c.confidence for c in checks],
                "scale": [c.scale for c in checks],
            }
        )
