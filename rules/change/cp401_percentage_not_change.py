"""CP401 percentage-not-change."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.proposals import Proposals


@rule("CP401", "percentage-not-change", operation=Operation.PERCENT_CHANGE, since="0.1")
def change_in_per_cent(proposals: Proposals) -> Iterator[Relation]:
    """A change in per cent differs from the two figures it compares.

    Why: a wrong percentage is what is quoted in the meeting.
    Example: from 510 to 680 is 33.3 %, not 30.3 %.
    Not checked: a base of zero, or one that is not in the workbook.
    Units: per cent, as a fraction or as whole numbers, as the column has it.
    Source: recalculation, ISA 500; the rounding of both figures is propagated.
    """
    yield from proposals.quotient_relations("CP401", Operation.PERCENT_CHANGE)
