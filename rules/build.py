"""From relations to the ledger: one check per observation, judged in one pass per operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rules.ledger import BASES, OPERATIONS, Figures, Ledger
from rules.model import Operation
from rules.relation import CellRelation, Relation
from rules.search.steps import steps
from rules.tolerance import refined_steps
from rules.verdicts import judge
from workbooks.tables.model import Table

Ints = NDArray[np.int64]


def figures_of(sheets: tuple[str, ...], tables: Sequence[Table]) -> tuple[Figures, list[Ints]]:
    """Every number of every table once, and per table where its matrix stands among them.

    The second value has one array per table of the shape of its matrix; −1 where it is blank.
    """
    sheet, row, column, value, step = [], [], [], [], []
    places: list[Ints] = []
    at = 0
    for table in tables:
        lines = np.array([line.row for line in table.lines], dtype=np.int32)
        headings = np.array([heading.column for heading in table.headings], dtype=np.int32)
        present = table.cells >= 0
        i, j = np.nonzero(present)
        place = np.full(table.values.shape, -1, dtype=np.int64)
        place[i, j] = np.arange(at, at + len(i))
        at += len(i)
        places.append(place)
        sheet.append(np.full(len(i), table.grid, dtype=np.int32))
        row.append(lines[i])
        column.append(headings[j])
        value.append(table.values[i, j])
        step.append(steps(table.values)[i, j])

    def joined(arrays: list[NDArray[np.generic]], kind: str) -> NDArray[np.generic]:
        return np.concatenate(arrays) if arrays else np.zeros(0, dtype=kind)

    figures = Figures(
        sheets=sheets,
        sheet=joined(sheet, "i4"),  # type: ignore[arg-type]
        row=joined(row, "i4"),  # type: ignore[arg-type]
        column=joined(column, "i4"),  # type: ignore[arg-type]
        value=joined(value, "f8"),  # type: ignore[arg-type]
        step=joined(step, "f8"),  # type: ignore[arg-type]
    )
    return figures, places


@dataclass(slots=True)
class _Rows:
    """Checks while they are collected; parts of one check stand together."""

    rule: list[str] = field(default_factory=list)
    operation: list[int] = field(default_factory=list)
    basis: list[int] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    scale: list[float] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    relation: list[int] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    part: list[int] = field(default_factory=list)
    factor: list[float] = field(default_factory=list)

    def add(
        self,
        relation: Relation | CellRelation,
        number: int,
        target: int,
        parts: list[int],
        factors: list[float],
    ) -> None:
        self.rule.append(relation.rule)
        self.operation.append(OPERATIONS.index(relation.operation))
        self.basis.append(BASES.index(relation.basis))
        self.confidence.append(relation.confidence)
        self.scale.append(relation.scale)
        self.target.append(target)
        self.relation.append(number)
        self.lengths.append(len(parts))
        self.part.extend(parts)
        self.factor.extend(factors)


_QUOTIENTS = (Operation.RATIO, Operation.PERCENT_CHANGE)


def build_ledger(
    figures: Figures,
    places: Sequence[Ints],
    relations: Sequence[Relation],
    cells: Sequence[CellRelation] = (),
    *,
    tolerance: float | None = None,
) -> Ledger:
    """The judged ledger of all relations.

    A blank part is left out of its check; a check without parts, or with a zero base, is not made.
    """
    rows = _Rows()
    for number, relation in enumerate(relations):
        _expand(rows, figures, places[relation.table], relation, number)
    for cell in cells:
        rows.add(
            cell, len(relations) + cell.group, cell.target, list(cell.parts), list(cell.factors)
        )
    codes = tuple(sorted(set(rows.rule)))
    rank = {code: k for k, code in enumerate(codes)}
    start = np.concatenate([[0], np.cumsum(rows.lengths)]).astype(np.int64)
    arrays = {
        "operation": np.array(rows.operation, dtype=np.int8),
        "target": np.array(rows.target, dtype=np.int64),
        "start": start,
        "part": np.array(rows.part, dtype=np.int64),
        "factor": np.array(rows.factor, dtype=np.float64),
        "scale": np.array(rows.scale, dtype=np.float64),
    }
    first = judge(figures, **arrays, tolerance=tolerance)  # type: ignore[arg-type]
    figures = replace(
        figures,
        step=refined_steps(
            figures,
            _columns(places, len(figures)),
            arrays["operation"],  # type: ignore[arg-type]
            arrays["target"],  # type: ignore[arg-type]
            start,
            arrays["part"],  # type: ignore[arg-type]
            first.difference,
        ),
    )
    judged = judge(figures, **arrays, tolerance=tolerance)  # type: ignore[arg-type]
    return Ledger(
        figures=figures,
        rules=codes,
        rule=np.array([rank[code] for code in rows.rule], dtype=np.int16),
        operation=arrays["operation"],  # type: ignore[arg-type]
        target=arrays["target"],  # type: ignore[arg-type]
        start=start,
        part=arrays["part"],  # type: ignore[arg-type]
        factor=arrays["factor"],  # type: ignore[arg-type]
        scale=arrays["scale"],  # type: ignore[arg-type]
        basis=np.array(rows.basis, dtype=np.int8),
        confidence=np.array(rows.confidence, dtype=np.float64),
        relation=np.array(rows.relation, dtype=np.int64),
        recomputed=judged.recomputed,
        difference=judged.difference,
        tolerance=judged.tolerance,
        verdict=judged.verdict,
    )


def _columns(places: Sequence[Ints], n: int) -> Ints:
    """A number per figure that figures of one column of one table share, shape ``(n,)``."""
    column = np.zeros(n, dtype=np.int64)
    first = 0
    for place in places:
        numbers = np.broadcast_to(first + np.arange(place.shape[1]), place.shape)
        column[place[place >= 0]] = numbers[place >= 0]
        first += place.shape[1]
    return column


def _expand(rows: _Rows, figures: Figures, place: Ints, relation: Relation, number: int) -> None:
    lines = place if relation.axis == 0 else place.T
    targets = lines[relation.target]
    parts = lines[list(relation.parts)]
    wanted = relation.observed if relation.observed is not None else range(lines.shape[1])
    quotient = relation.operation in _QUOTIENTS
    for j in wanted:
        if targets[j] < 0:
            continue
        mine = parts[:, j]
        there = mine >= 0
        if quotient:
            if not there.all():
                continue
            base = mine[0] if relation.operation is Operation.PERCENT_CHANGE else mine[1]
            if figures.value[base] == 0:
                continue
        elif not there.any():
            continue
        factors = [f for f, keep in zip(relation.factors, there, strict=True) if keep]
        rows.add(relation, number, int(targets[j]), mine[there].tolist(), factors)
