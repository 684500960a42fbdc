"""XF101 row-total-not-sum-of-columns."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Operation
from rules.registry import rule
from rules.relation import Relation
from rules.search.candidate import Candidate
from rules.search.proposals import Proposals, is_signed
from rules.search.space import COLUMNS, Space


@rule("XF101", "row-total-not-sum-of-columns", operation=Operation.SUM, since="0.1")
def row_total(proposals: Proposals) -> Iterator[Relation]:
    """A row total differs from the sum of the columns of its row.

    Why: rows and columns of a table must meet in the same grand total.
    Example: quarters of 10, 20, 30 and 40 beside a year of 110 differ by 10.
    Not checked: a row whose columns are blank.
    Units: the table's own; rounding is allowed for by half a step per figure.
    Source: recalculation, ISA 500.
    """
    yield from proposals.relations("XF101", Operation.SUM, COLUMNS, _wanted)


def _wanted(space: Space, candidate: Candidate) -> bool:
    return not is_signed(candidate)
