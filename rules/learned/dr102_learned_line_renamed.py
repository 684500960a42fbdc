"""DR102 learned-line-renamed."""

from __future__ import annotations

from collections.abc import Iterator

from rules.declared.drift import DriftKind
from rules.learned.remarks import remarks_of
from rules.model import Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark


@rule(
    "DR102",
    "learned-line-renamed",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def lines_renamed(judged: Judged) -> Iterator[Remark]:
    """A line or column that the rule file names was found under other words.

    Why: that it is the same line is a guess; the check on it is worth what the guess is worth.
    Example: "Purchase of services" in the rule file is taken for "Purchases of services".
    Not checked: without a rule file.
    Units: none.
    Source: rule file, `crossfoot check --rules`.
    """
    yield from remarks_of(judged, "DR102", (DriftKind.RENAMED,), Severity.NOTE)
