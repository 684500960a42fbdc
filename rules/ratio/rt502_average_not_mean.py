"""RT502 average-not-mean."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.proposals import Proposals
from rules.search.space import COLUMNS, ROWS


@rule("RT502", "average-not-mean", operation=Operation.AVERAGE, since="0.1")
def mean_of_lines(proposals: Proposals) -> Iterator[Relation]:
    """An average differs from the mean of the figures beside it.

    Why: an average is quoted for the whole of what it stands under.
    Example: the mean of 40, 60 and 80 is 60, not 66.
    Not checked: weighted averages, and means that no word and no overwhelming agreement shows.
    Units: those of the figures averaged; blank cells do not count.
    Source: recalculation, ISA 500.
    """
    for axis in (ROWS, COLUMNS):
        yield from proposals.average_relations("RT502", axis)
