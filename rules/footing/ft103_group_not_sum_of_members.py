"""FT103 group-not-sum-of-members."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.net.nt201_net_not_revenue_less_expense import is_net
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals
from rules.search.space import ROWS, Space


@rule("FT103", "group-not-sum-of-members", operation=Operation.SUM, since="0.1")
def group_of_members(proposals: Proposals) -> Iterator[Relation]:
    """A group differs from the sum of its members, by indentation or code.

    Why: indentation and account codes promise that each level adds up to the one above.
    Example: accounts 401 and 402 of 60 and 30 under account 40 of 100 leave 10 over.
    Not checked: a group with a single member.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("FT103", Operation.SUM, ROWS, _wanted)


def _wanted(space: Space, candidate: Candidate) -> bool:
    return not is_net(space, candidate) and candidate.kind in ("level", "code")
