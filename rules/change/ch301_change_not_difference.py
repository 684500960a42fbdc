"""CH301 change-not-difference."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals, is_signed
from rules.search.space import COLUMNS, Space


@rule("CH301", "change-not-difference", operation=Operation.CHANGE, since="0.1")
def change_between_columns(proposals: Proposals) -> Iterator[Relation]:
    """A change or difference column differs from the columns that it compares.

    Why: readers take the change at its word; it is rarely worked out again.
    Example: 510 and 680 beside a change of 160 differ by -10.
    Not checked: a row where one of the compared figures is blank.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("CH301", Operation.CHANGE, COLUMNS, _wanted)


def _wanted(space: Space, candidate: Candidate) -> bool:
    return is_signed(candidate)
