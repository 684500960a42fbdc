"""TO611 figure-changed-since."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.ties.lines import MatchedBy
from rules.ties.tied import Tied

SURE, UNSURE = 0.95, 0.7  # confidence by how line and column were matched


@rule(
    "TO611",
    "figure-changed-since",
    operation=Operation.COPY,
    since="0.2",
    takes=Takes.TIED,
    stable=False,
)
def changed_figures(tied: Tied) -> Iterator[CellRelation]:
    """A figure differs from the same figure in the other workbook.

    Why: last year's figures are what this year is compared with; a changed base changes the story.
    Example: actual 2024 of the library, 41,127 in last year's book and 41,172 in this one.
    Not checked: columns whose year and scenario only one workbook has; changes and percentages,
    which follow from the others; lines without a label.
    Units: thousands and millions are converted, and half a unit of the coarser one is allowed for;
    in one unit the figure must be the same.
    Source: tie-out of comparative figures, ISA 710.
    """
    for group, pair in enumerate(tied.pairs):
        for line in pair.lines:
            for column in pair.columns:
                mine = int(pair.this.place[line.this, column.this])
                theirs = int(pair.last.place[line.last, column.last])
                if mine < 0 or theirs < 0:
                    continue
                sure = line.by is MatchedBy.WORDS and column.is_sure
                yield CellRelation(
                    rule="TO611",
                    operation=Operation.COPY,
                    basis=Basis.LABEL if line.by is not MatchedBy.FIGURES else Basis.NUMERIC,
                    confidence=SURE if sure else UNSURE,
                    target=mine,
                    parts=(theirs,),
                    factors=(pair.factor,),
                    group=group,
                )
