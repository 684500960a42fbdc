"""IN903 line-stands-twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from rules.ledger import OPERATIONS, VERDICTS
from rules.model import Message, Operation, Severity, Verdict
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import normalised

_LONG = 2  # figures of four and more digits, not round, that must be equal
_SMALLEST = 1000.0
_FEW = 0.05  # share of lines that may share a name with another


@rule(
    "IN903",
    "line-stands-twice",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def repeated_lines(judged: Judged) -> Iterator[Remark]:
    """Two lines of one total have the same name and the same figures throughout.

    Why: a line that was pasted twice is counted twice, and the total still adds up.
    Example: "School transport 48,213 51,870" in two rows of the same sum.
    Not checked: lines with fewer than two figures of four digits that are not round; lists in which
    names repeat anyway, such as posts of one grade.
    Units: any.
    Source: integrity of the workbook.
    """
    together = _together(judged)
    for table, place in zip(judged.tables, judged.places, strict=True):
        if _repeats_names(table):
            continue
        seen: dict[tuple[str, str, bytes], int] = {}
        for i in _long_lines(table):
            line = table.lines[i]
            key = (
                normalised(line.label),
                normalised(line.block),
                np.nan_to_num(table.values[i]).tobytes(),
            )
            first = seen.setdefault(key, i)
            mine = place[i][place[i] >= 0]
            if first == i or not line.label:
                continue
            sums = {together[int(k)] for k in mine} & {
                together[int(k)] for k in place[first][place[first] >= 0]
            }
            if sums - {-1}:
                j = int(np.flatnonzero(place[i] >= 0)[0])
                heading = table.headings[j]
                yield Remark(
                    rule="IN903",
                    severity=Severity.WARNING,
                    confidence=0.7,
                    cell=CellRef(table.sheet, line.row, heading.column),
                    message=Message(
                        "note.repeated_line",
                        {"other": CellRef(table.sheet, table.lines[first].row, heading.column)},
                    ),
                    label=line.title,
                    column=heading.text,
                )


def _repeats_names(table: Table) -> bool:
    """True for a table in which more than a pair of lines, and one in twenty, share a name."""
    names = Counter((normalised(line.label), normalised(line.block)) for line in table.lines)
    repeated = sum(count for name, count in names.items() if count > 1 and name[0])
    return repeated > max(2, _FEW * len(table.lines))


def _together(judged: Judged) -> dict[int, int]:
    """For each figure the agreeing sum that it is a part of; −1 for none."""
    ledger = judged.ledger
    mine = (ledger.operation == OPERATIONS.index(Operation.SUM)) & (
        ledger.verdict < VERDICTS.index(Verdict.DISCREPANCY)
    )
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    parts = np.flatnonzero(mine[owner])
    result = dict.fromkeys(range(len(ledger.figures)), -1)
    result.update(zip(ledger.part[parts].tolist(), owner[parts].tolist(), strict=True))
    return result


def _long_lines(table: Table) -> Iterator[int]:
    values = np.nan_to_num(table.values)
    long = (np.abs(values) >= _SMALLEST) & (values % 100 != 0) & ~table.percent
    yield from np.flatnonzero(long.sum(axis=1) >= _LONG).tolist()
