"""ST902 statements-do-not-tie."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.statutory.frompacks import FromPacks


@rule(
    "ST902",
    "statements-do-not-tie",
    operation=Operation.COPY,
    since="0.2",
    takes=Takes.PACKS,
    stable=False,
)
def declared_ties(told: FromPacks) -> Iterator[CellRelation]:
    """A figure that stands in two statements differs between them.

    Why: income statement, cash flow and balance sheet are one set of accounts.
    Example: a vuosikate of 85 in the income statement and of 58 in the cash flow differ by 27.
    Not checked: statements that have no column of one year and scenario in common, or that agree in
    none of several: they may be of two entities.
    Units: those of the two statements; where they differ, the rounding of the coarser is allowed
    for.
    Source: named in the finding, as the pack has it. Whether a difference matters in law is not
    judged.
    """
    yield from told.ties
