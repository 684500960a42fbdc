"""What changed between the workbook that rules were learned from and the one they are used on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workbooks.refs import CellRef


class DriftKind(StrEnum):
    """What happened to a name of a rule file."""

    LINE_GONE = "line_gone"
    COLUMN_GONE = "column_gone"
    TABLE_GONE = "table_gone"
    RENAMED = "renamed"
    NEW_IN_TOTAL = "new_in_total"
    NEW_OUTSIDE = "new_outside"
    SEVERAL = "several"  # lines of that name are not told apart


@dataclass(frozen=True, slots=True)
class Drift:
    """One change. ``name`` is what the file says, ``now`` what the workbook says instead."""

    kind: DriftKind
    cell: CellRef  # where a reader should look
    name: str
    now: str = ""
    total: str = ""  # the line whose rule it is about
    figure: float | None = None  # of a new line, its largest
    line: int = 0  # of the rule file
    is_checked: bool = True  # False: a rule could not be used
