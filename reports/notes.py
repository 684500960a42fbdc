"""Which marked cells get a note: thousands of notes open slowly, in every program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from reports.marks import CellMarks
from workbooks.refs import CellRef

MOST_NOTES = 5_000  # on one sheet
MOST_NOTES_OF_ALL = 8_000  # in a workbook


def cells_with_notes(marks: Mapping[CellRef, CellMarks]) -> frozenset[CellRef]:
    """All cells that have something to say, or the gravest where there are too many."""
    telling = [ref for ref, entry in marks.items() if entry.leads]
    telling.sort(key=lambda ref: (-marks[ref].mark, ref))
    chosen: list[CellRef] = []
    of_sheet: Counter[str] = Counter()
    for ref in telling:
        if len(chosen) == MOST_NOTES_OF_ALL:
            break
        if of_sheet[ref.sheet] < MOST_NOTES:
            of_sheet[ref.sheet] += 1
            chosen.append(ref)
    return frozenset(chosen)
