"""ST903 indicator-not-from-statements."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.statutory.frompacks import FromPacks


@rule(
    "ST903",
    "indicator-not-from-statements",
    operation=Operation.RATIO,
    since="0.2",
    takes=Takes.PACKS,
    stable=False,
)
def declared_indicators(told: FromPacks) -> Iterator[CellRelation]:
    """A key figure differs from the statement figures that a pack says it comes from.

    Why: key figures are what is read and compared.
    Example: a vuosikate of 120 on poistot of 100 is 120 %, not 102 %.
    Not checked: a formula that agrees in no column, since houses define key figures differently; a
    figure per resident for a year whose population is not among the settings.
    Units: per cent, money per resident or as the pack says; a divisor counts as a magnitude, and
    the rounding of every figure is propagated.
    Source: named in the finding, as the pack has it.
    """
    yield from told.quotients
