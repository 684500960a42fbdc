"""UN813 percentage-among-fractions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.model import Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_FEWEST = 3  # cells that hold their percentage as a fraction
_MOST_ODD = 0.3  # share of cells that may hold it as a whole number
_NEAR = (0.2, 5.0)  # their size over that of the others, once divided by a hundred


@rule(
    "UN813",
    "percentage-among-fractions",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def mixed_percentages(judged: Judged) -> Iterator[Remark]:
    """A percentage is stored as 3.6 among others that are stored as 0.036 and shown as 3.6 %.

    Why: a formula over the column counts that cell a hundred times.
    Example: 3.6 %, 4.1 % and 2.9 % as percentages, and 3.4 as a plain number below them.
    Not checked: columns and lines whose heading does not speak of per cent.
    Units: per cent.
    Source: integrity of the workbook.
    """
    for table in judged.tables:
        for axis, words in (
            (0, [heading.ideas for heading in table.headings]),
            (1, [line.ideas for line in table.lines]),
        ):
            yield from _of(table, axis, words)


def _of(table: Table, axis: int, words: Sequence[Idea]) -> Iterator[Remark]:
    values = table.values if axis == 0 else table.values.T
    percent = table.percent if axis == 0 else table.percent.T
    for j, idea in enumerate(words):
        if Idea.PERCENT not in idea or not percent[:, j].any():
            continue
        odd = _odd(values[:, j], percent[:, j])
        if not len(odd):
            continue
        lines = [(int(i), j) if axis == 0 else (j, int(i)) for i in odd]
        row, column = lines[0]
        line, heading = table.lines[row], table.headings[column]
        yield Remark(
            rule="UN813",
            severity=Severity.WARNING,
            confidence=0.85,
            cell=CellRef(table.sheet, line.row, heading.column),
            message=Message(
                "note.unit_percentage",
                {"value": float(table.values[row, column]), "count": len(odd)},
            ),
            label=line.title,
            column=heading.text,
        )


def _odd(values: NDArray[np.float64], percent: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Positions of plain numbers among fractions that are about a hundred times as large."""
    told = np.isfinite(values) & (values != 0)
    fractions = np.abs(values[told & percent])
    plain = told & ~percent
    if len(fractions) < _FEWEST or plain.sum() > _MOST_ODD * told.sum():
        return np.zeros(0, dtype=np.int64)
    size = np.abs(values) / 100.0 / np.median(fractions)
    with np.errstate(invalid="ignore"):
        return np.flatnonzero(plain & (size > _NEAR[0]) & (size < _NEAR[1]))
