"""ST901 total-not-as-declared."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import Takes, rule
from rules.relation import Relation
from rules.statutory.frompacks import FromPacks


@rule(
    "ST901",
    "total-not-as-declared",
    operation=Operation.SUM,
    since="0.2",
    takes=Takes.PACKS,
    stable=False,
)
def declared_sums(told: FromPacks) -> Iterator[Relation]:
    """A line of a statement differs from the lines that a pack says it is made up of.

    Why: the scheme of a statement is given; its subtotals must follow from its lines.
    Example: toimintakate -765, verotulot 610 and valtionosuudet 240 under a vuosikate of 58 differ
    by -27.
    Not checked: a total some of whose lines are missing, unless it adds up without them in some
    column; a line that is missing counts as zero, and the finding says so.
    Units: the table's own. Expenses may be printed with a minus or as magnitudes.
    Source: named in the finding, as the pack has it. Whether a difference matters in law is not
    judged.
    """
    yield from told.sums
