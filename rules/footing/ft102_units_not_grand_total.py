"""FT102 units-not-grand-total."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals, is_signed
from rules.search.space import ROWS, Space


@rule("FT102", "units-not-grand-total", operation=Operation.SUM, since="0.1")
def units_of_grand_total(proposals: Proposals) -> Iterator[Relation]:
    """The lines of one name in all units differ from the line of that name in their total.

    Why: the grand total is what is decided on; each unit must be in it once.
    Example: MENOT of two units, -300 and -200, under a grand total of -510 differ from it by -10.
    Not checked: a unit that has no such line counts as zero.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("FT102", Operation.SUM, ROWS, _wanted)


def _wanted(space: Space, candidate: Candidate) -> bool:
    return not is_signed(candidate) and candidate.kind == "label"
