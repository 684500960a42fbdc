"""DR101 learned-line-gone."""

from __future__ import annotations

from collections.abc import Iterator

from rules.declared.drift import DriftKind
from rules.learned.remarks import remarks_of
from rules.model import Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark


@rule(
    "DR101",
    "learned-line-gone",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def lines_gone(judged: Judged) -> Iterator[Remark]:
    """A line, column or table that the rule file names is no longer in the workbook.

    Why: what was checked last year is no longer checked, and nobody would notice.
    Example: a rule adds up Library, Museum and Theatre; this year there is no Museum.
    Not checked: without a rule file. A total that lost a part is checked with the parts it has.
    Units: none.
    Source: rule file, `crossfoot check --rules`.
    """
    kinds = (DriftKind.LINE_GONE, DriftKind.TABLE_GONE)
    yield from remarks_of(judged, "DR101", kinds, Severity.WARNING)
    yield from remarks_of(judged, "DR101", (DriftKind.COLUMN_GONE,), Severity.NOTE)
