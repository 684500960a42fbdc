"""DR103 new-line-under-total."""

from __future__ import annotations

from collections.abc import Iterator

from rules.declared.drift import DriftKind
from rules.learned.remarks import remarks_of
from rules.model import Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark


@rule(
    "DR103",
    "new-line-under-total",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def new_lines(judged: Judged) -> Iterator[Remark]:
    """A line stands under a total of the rule file that does not know it.

    Why: a line that is added and not counted in is how totals go wrong.
    Example: a new unit of 12,400 stands among the units, and their total does not count it.
    Not checked: without a rule file; lines that are totals, shares or "of which" themselves.
    Units: the table's own; whether a total counts a line is told by the columns in which it agrees.
    Source: rule file, `crossfoot check --rules`.
    """
    yield from remarks_of(judged, "DR103", (DriftKind.NEW_OUTSIDE,), Severity.WARNING)
    yield from remarks_of(judged, "DR103", (DriftKind.NEW_IN_TOTAL,), Severity.NOTE)
