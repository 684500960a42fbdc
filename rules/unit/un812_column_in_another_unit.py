"""UN812 column-in-another-unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from rules.declared.columns import role_of
from rules.model import Message, Severity
from rules.peers import RELATIVE
from rules.registry import Takes, rule
from rules.remark import Judged, Remark
from workbooks.refs import CellRef
from workbooks.styles import scaled_by
from workbooks.tables.model import Heading, Table

_POWERS = (3, 6)
_NEAR = 0.5  # powers of ten around a whole factor
_SHARE = 0.7  # share of the lines whose two figures lie such a factor apart
_LINES = 5
_DIGITS = re.compile(r"\d+")


@rule(
    "UN812",
    "column-in-another-unit",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def slipped_columns(judged: Judged) -> Iterator[Remark]:
    """Two years of one table stand a thousand times apart although their headings name one unit.

    Why: the years cannot be compared, and whoever subtracts one from the other is wrong.
    Example: 61,505,550 under "2024, 1 000 €" beside 62,110 under "2023, 1 000 €".
    Not checked: columns of different kinds; headings that name different units; fewer than five
    lines with both years.
    Units: the factor between the columns is a thousand or a million.
    Source: analytical procedures, ISA 520.
    """
    slips: dict[str, list[tuple[Table, int, int, int]]] = {}
    for table in judged.tables:
        for j, k in _years(table.headings):
            power = _apart(table, j, k)
            power -= _shown_apart(judged, table, j, k) if power else 0
            if power in _POWERS or -power in _POWERS:
                slips.setdefault(table.sheet, []).append((table, j, k, power))
    for sheet, found in slips.items():
        table, j, k, power = found[0]
        larger, smaller = (j, k) if power > 0 else (k, j)
        yield Remark(
            rule="UN812",
            severity=Severity.WARNING,
            confidence=0.9,
            cell=CellRef(sheet, table.lines[0].row, table.headings[larger].column),
            message=Message(
                "note.unit_column",
                {
                    "first": table.headings[larger].text,
                    "second": table.headings[smaller].text,
                    "factor": 10 ** abs(power),
                    "count": len(found),
                },
            ),
            column=table.headings[larger].text,
        )


def _shown_apart(judged: Judged, table: Table, first: int, second: int) -> int:
    """The power of ten by which number formats show the second column larger: ``#,##0,`` shows
    thousands."""
    grid = judged.workbook.grids[table.grid]

    def hidden(column: int) -> int:
        cells = table.cells[:, column]
        styles = grid.styles[cells[cells >= 0]]
        formats = [judged.workbook.styles[style].number_format for style in styles.tolist()]
        return round(float(np.median([scaled_by(f) for f in formats])))

    return hidden(first) - hidden(second)


def _years(headings: Sequence[Heading]) -> Iterator[tuple[int, int]]:
    """Neighbouring columns that say the same of two different years."""
    amounts = [j for j, heading in enumerate(headings) if not heading.ideas & RELATIVE]
    for j, k in pairwise(amounts):
        first, second = headings[j], headings[k]
        dated = first.years and second.years and first.years != second.years
        if dated and _words(first) == _words(second):
            yield j, k


def _words(heading: Heading) -> str:
    """The heading without its numbers: 2002/03 and 2001/02 say the same but for the year."""
    return _DIGITS.sub("", role_of(heading.text).words)


def _apart(table: Table, first: int, second: int) -> int:
    """The power of a thousand by which the first column is larger, as a power of ten; 0 if none."""
    a, b = np.abs(table.values[:, first]), np.abs(table.values[:, second])
    with np.errstate(invalid="ignore"):
        told = (a > 0) & (b > 0)
    if told.sum() < _LINES:
        return 0
    powers = np.log10(a[told] / b[told])
    middle = round(float(np.median(powers)))
    near = float((np.abs(powers - middle) <= _NEAR).mean())
    return middle if abs(middle) in _POWERS and near >= _SHARE else 0
