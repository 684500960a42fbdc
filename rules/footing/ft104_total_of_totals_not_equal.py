"""FT104 total-of-totals-not-equal."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.net.nt201_net_not_revenue_less_expense import is_net
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals
from rules.search.space import ROWS, Space


@rule("FT104", "total-of-totals-not-equal", operation=Operation.SUM, since="0.1")
def total_of_distant_lines(proposals: Proposals) -> Iterator[Relation]:
    """A total differs from the sum of two lines that stand apart.

    Why: totals of sections are added up further down, where no eye compares them.
    Example: sections of 70 and 40 and a total of 100 differ by -10.
    Not checked: figures that only happen to add up.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("FT104", Operation.SUM, ROWS, _wanted)


def _wanted(space: Space, candidate: Candidate) -> bool:
    return not is_net(space, candidate) and candidate.kind == "pair"
