"""From relations to the ledger: one check per observation, judged in one pass per operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.ledger import BASES, OPERATIONS, Figures, Ledger
from rules.model import Message, NotChecked, Operation
from rules.relation import CellRelation, Relation
from rules.search.steps import steps_of
from rules.tolerance import refined_steps
from rules.verdicts import Judgement, judge
from workbooks.tables.model import Table

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
        step.append(steps_of(table)[i, j])

    figures = Figures(
        sheets=sheets,
        sheet=_joined(sheet, "i4"),
        row=_joined(row, "i4"),
        column=_joined(column, "i4"),
        value=_joined(value, "f8"),
        step=_joined(step, "f8"),
    )
    return figures, places


def _joined(arrays: Sequence[NDArray[Any]], kind: str) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=kind)


@dataclass(slots=True)
class _Rows:
    """Checks while they are collected; parts of one check stand together."""

    rule: list[str] = field(default_factory=list)
    operation: list[int] = field(default_factory=list)
    basis: list[int] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)
    scale: list[float] = field(default_factory=list)
    target: list[Ints] = field(default_factory=list)  # one array per relation, as those below
    relation: list[int] = field(default_factory=list)
    lengths: list[Ints] = field(default_factory=list)
    part: list[Ints] = field(default_factory=list)
    factor: list[Floats] = field(default_factory=list)
    checks: list[int] = field(default_factory=list)  # how many the relation has

    def add(
        self,
        relation: Relation | CellRelation,
        number: int,
        target: Ints,
        lengths: Ints,
        parts: Ints,
        factors: Floats,
    ) -> None:
        self.rule.append(relation.rule)
        self.operation.append(OPERATIONS.index(relation.operation))
        self.basis.append(BASES.index(relation.basis))
        self.confidence.append(relation.confidence)
        self.scale.append(relation.scale)
        self.target.append(target)
        self.relation.append(number)
        self.lengths.append(lengths)
        self.part.append(parts)
        self.factor.append(factors)
        self.checks.append(len(target))

    def per_check(self, facts: Sequence[float], kind: str) -> NDArray[Any]:
        """Facts of relations, repeated for each of their checks."""
        return np.repeat(np.array(facts, dtype=kind), self.checks)


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
            cell,
            len(relations) + cell.group,
            np.array([cell.target]),
            np.array([len(cell.parts)]),
            np.array(cell.parts, dtype=np.int64),
            np.array(cell.factors, dtype=np.float64),
        )
    codes = tuple(sorted({rule for rule, n in zip(rows.rule, rows.checks, strict=True) if n}))
    rank = {code: k for k, code in enumerate(codes)}
    operation = rows.per_check(rows.operation, "i1")
    target, part = _joined(rows.target, "i8"), _joined(rows.part, "i8")
    factor = _joined(rows.factor, "f8")
    scale = rows.per_check(rows.scale, "f8")
    lengths = _joined(rows.lengths, "i8")
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])

    def judgement(stated: Figures) -> Judgement:
        return judge(
            stated,
            operation=operation,
            target=target,
            start=start,
            part=part,
            factor=factor,
            scale=scale,
            tolerance=tolerance,
        )

    difference = judgement(figures).difference
    column, table_of = _columns(places, len(figures))
    refined = refined_steps(
        figures, column, operation, target, start, part, difference, table_of, factor
    )
    figures = replace(figures, step=refined)
    judged = judgement(figures)
    return Ledger(
        figures=figures,
        rules=codes,
        rule=rows.per_check([rank.get(code, 0) for code in rows.rule], "i2"),
        operation=operation,
        target=target,
        start=start,
        part=part,
        factor=factor,
        scale=scale,
        basis=rows.per_check(rows.basis, "i1"),
        confidence=rows.per_check(rows.confidence, "f8"),
        relation=rows.per_check(rows.relation, "i8"),
        recomputed=judged.recomputed,
        difference=judged.difference,
        tolerance=judged.tolerance,
        verdict=judged.verdict,
    )


def _columns(places: Sequence[Ints], n: int) -> tuple[Ints, Ints]:
    """A number per figure that figures of one column of one table share, shape ``(n,)``; and per
    such number the position of its table."""
    column = np.zeros(n, dtype=np.int64)
    first = 0
    for place in places:
        numbers = np.broadcast_to(first + np.arange(place.shape[1]), place.shape)
        column[place[place >= 0]] = numbers[place >= 0]
        first += place.shape[1]
    widths = [place.shape[1] for place in places]
    return column, np.repeat(np.arange(len(places)), widths)


def _expand(rows: _Rows, figures: Figures, place: Ints, relation: Relation, number: int) -> None:
    lines = place if relation.axis == 0 else place.T
    targets = lines[relation.target]
    parts = lines[list(relation.parts)]
    if relation.observed is not None:
        wanted = list(relation.observed)
        targets, parts = targets[wanted], parts[:, wanted]
    mine = parts.T  # one observation per row
    there = mine >= 0
    if relation.operation in _QUOTIENTS:
        base = mine[:, 0 if relation.operation is Operation.PERCENT_CHANGE else 1]
        keep = (targets >= 0) & there.all(axis=1)
        keep[keep] = figures.value[base[keep]] != 0
    else:
        keep = (targets >= 0) & there.any(axis=1)
    there, mine = there[keep], mine[keep]
    factors = np.broadcast_to(np.array(relation.factors, dtype=np.float64), mine.shape)
    rows.add(relation, number, targets[keep], there.sum(axis=1), mine[there], factors[there])


def unjudged(
    figures: Figures, places: Sequence[Ints], relations: Sequence[Relation]
) -> list[NotChecked]:
    """Figures that a change or ratio reports over a base of zero, or with a part blank, and totals
    one of whose parts is not shown."""
    result = []
    for relation in relations:
        if relation.withheld:
            place = places[relation.table] if relation.axis == 0 else places[relation.table].T
            message = Message("not_checked.withheld")
            for j in relation.withheld:
                ref = figures.ref(int(place[relation.target, j]))
                result.append(NotChecked(relation.rule, ref, message))
        if relation.operation not in _QUOTIENTS:
            continue
        lines = places[relation.table] if relation.axis == 0 else places[relation.table].T
        observed = relation.observed if relation.observed is not None else range(lines.shape[1])
        which = 0 if relation.operation is Operation.PERCENT_CHANGE else 1
        for j in observed:
            target, mine = int(lines[relation.target, j]), lines[list(relation.parts), j]
            if target < 0:
                continue
            if (mine < 0).any():
                reason = "no_base"
            elif figures.value[mine[which]] == 0:
                reason = "zero_base"
            else:
                continue
            message = Message(f"not_checked.{reason}")
            result.append(NotChecked(relation.rule, figures.ref(target), message))
    return result
