"""IN902 total-counts-hidden-lines."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, VERDICTS
from rules.model import Message, Operation, Severity, Verdict
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef

_ADDING = (Operation.SUM, Operation.NET)
_VISIBLE = 2  # parts that a reader sees and adds up


@rule(
    "IN902",
    "total-counts-hidden-lines",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def hidden_parts(judged: Judged) -> Iterator[Remark]:
    """A total adds up only with rows or columns that are hidden.

    Why: whoever adds up what is printed gets another total.
    Example: lines of 120 and 80 above a total of 230, with 30 in a hidden row between them.
    Not checked: collapsed outline levels, and totals all of whose lines are hidden: there the
    reader sees that there is more. One note per table, at the first such total.
    Units: any.
    Source: integrity of the workbook.
    """
    hidden, foldable = _hidden(judged)
    if not hidden.any():
        return
    ledger = judged.ledger
    adding = np.isin(ledger.operation, [OPERATIONS.index(kind) for kind in _ADDING])
    agreed = ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    counts = ledger.figures.value[ledger.part] != 0
    unseen = _per(owner, counts & hidden[ledger.part], len(ledger))
    seen = _per(owner, counts & ~hidden[ledger.part], len(ledger))
    folded = _per(owner, counts & foldable[ledger.part], len(ledger))
    mine = adding & agreed & (unseen > 0) & (seen >= _VISIBLE) & (folded == 0)
    mine &= ~hidden[ledger.target]
    table_of = _table_of(judged)
    told: set[int] = set()
    for check in np.flatnonzero(mine).tolist():
        table = int(table_of[ledger.target[check]])
        if table in told:
            continue
        told.add(table)
        yield Remark(
            rule="IN902",
            severity=Severity.NOTE,
            confidence=0.9,
            cell=ledger.figures.ref(int(ledger.target[check])),
            message=Message("note.hidden", {}),
            label=_label(judged, table, ledger.figures.ref(int(ledger.target[check]))),
            parts=ledger.parts(check),
        )


def _per(owner: NDArray[np.int64], told: NDArray[np.bool_], n: int) -> NDArray[np.int64]:
    return np.bincount(owner[told], minlength=n)


def _hidden(judged: Judged) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Figures in hidden rows or columns, and those hidden by an outline; shape ``(n_figures,)``."""
    hidden = np.zeros(len(judged.ledger.figures), dtype=bool)
    foldable = np.zeros(len(judged.ledger.figures), dtype=bool)
    for table, place in zip(judged.tables, judged.places, strict=True):
        rows = np.array([line.hidden for line in table.lines])
        columns = np.array([heading.hidden for heading in table.headings])
        if not rows.any() and not columns.any():
            continue
        outlines = judged.workbook.grids[table.grid].row_outlines
        folds = np.array([line.hidden and line.row in outlines for line in table.lines])
        there = place >= 0
        hidden[place[there]] = (rows[:, None] | columns[None, :])[there]
        foldable[place[there]] = np.broadcast_to(folds[:, None], place.shape)[there]
    return hidden, foldable


def _table_of(judged: Judged) -> NDArray[np.int64]:
    owner = np.zeros(len(judged.ledger.figures), dtype=np.int64)
    for t, place in enumerate(judged.places):
        owner[place[place >= 0]] = t
    return owner


def _label(judged: Judged, table: int, cell: CellRef) -> str:
    lines = judged.tables[table].lines
    return next((line.title for line in lines if line.row == cell.row), "")
