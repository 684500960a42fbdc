"""FT101 total-not-sum-of-lines."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.net.nt201_net_not_revenue_less_expense import is_net
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals
from rules.search.space import ROWS, Space


@rule("FT101", "total-not-sum-of-lines", operation=Operation.SUM, since="0.1")
def total_of_neighbours(proposals: Proposals) -> Iterator[Relation]:
    """A total differs from the sum of the lines beside it.

    Why: a total that does not foot misstates what the lines say, and every figure built on it.
    Example: lines 1,200 and 310 under a total of 1,501 differ from it by -9.
    Not checked: a total without figures among its lines; text or an Excel error.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("FT101", Operation.SUM, ROWS, _wanted)


def _wanted(space: Space, candidate: Candidate) -> bool:
    return not is_net(space, candidate) and candidate.kind not in ("label", "level", "code", "pair")
