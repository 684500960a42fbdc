"""NT201 net-not-revenue-less-expense."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals, is_signed
from rules.search.space import ROWS, Space
from workbooks.tables.vocabulary import Idea


@rule("NT201", "net-not-revenue-less-expense", operation=Operation.NET, since="0.1")
def net_of_block(proposals: Proposals) -> Iterator[Relation]:
    """A reported net differs from the lines that it is the net of.

    Why: the net is what the council decides on; it must follow from the lines above it.
    Example: expense -1,341,404 and revenue 18,426 under a net of -1,341,404 differ by -18,426.
    Not checked: a block without a net line.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("NT201", Operation.NET, ROWS, is_net)


def is_net(space: Space, candidate: Candidate) -> bool:
    if is_signed(candidate) or candidate.kind == "net":
        return True
    kinds = Idea.REVENUE | Idea.EXPENSE
    few = len(candidate.parts) <= 3 and candidate.kind != "label"
    return (
        few
        and space.is_a(candidate.target, Idea.NET)
        and any(space.is_a(part, kinds) for part in candidate.parts)
    )
