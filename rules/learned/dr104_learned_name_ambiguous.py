"""DR104 learned-name-ambiguous."""

from __future__ import annotations

from collections.abc import Iterator

from rules.declared.drift import DriftKind
from rules.learned.remarks import remarks_of
from rules.model import Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark


@rule(
    "DR104",
    "learned-name-ambiguous",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def names_ambiguous(judged: Judged) -> Iterator[Remark]:
    """A name of the rule file fits several lines, so that its rule cannot be used.

    Why: what was checked last year is no longer checked, and nobody would notice.
    Example: the rule file says "Other", and there are two lines of that name in one block.
    Not checked: without a rule file.
    Units: none.
    Source: rule file, `crossfoot check --rules`.
    """
    yield from remarks_of(judged, "DR104", (DriftKind.SEVERAL,), Severity.WARNING)
