"""RT501 ratio-not-quotient."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.proposals import Proposals


@rule("RT501", "ratio-not-quotient", operation=Operation.RATIO, since="0.1")
def quotient_of_lines(proposals: Proposals) -> Iterator[Relation]:
    """A ratio or share differs from the quotient of its two figures.

    Why: indicators are read without their figures.
    Example: revenue of 50 on expense of 200 is 25 %, not 20 %.
    Not checked: a denominator of zero, or one that is not in the workbook.
    Units: per cent, as a fraction or as whole numbers, as the column has it.
    Source: recalculation, ISA 500; the rounding of both figures is propagated.
    """
    yield from proposals.quotient_relations("RT501", Operation.RATIO)
