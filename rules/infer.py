"""From the tables of a workbook to the relations that were meant."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rules.change.cp402_row_change import row_changes
from rules.model import Crash
from rules.registry import proposers
from rules.relation import CellRelation, Relation
from rules.search.choose import find_sums
from rules.search.proposals import Proposals
from rules.search.quotients import find_quotients
from rules.search.space import column_space, row_space
from rules.search.steps import steps
from rules.tieout.to601_figure_differs_elsewhere import ties
from workbooks.tables.model import Table


@dataclass(slots=True)
class Inferred:
    """The relations of a workbook, and the rules that crashed on it."""

    relations: list[Relation] = field(default_factory=list)
    cells: list[CellRelation] = field(default_factory=list)
    crashes: list[Crash] = field(default_factory=list)


def infer(tables: Sequence[Table], places: Sequence[NDArray[np.int64]]) -> Inferred:
    """Propose and choose the relations of all tables; a rule that crashes is kept and named."""
    found = Inferred()
    for position, table in enumerate(tables):
        proposals = search(table, position)
        for code, propose in proposers():
            try:
                for relation in propose(proposals):
                    if isinstance(relation, Relation):
                        found.relations.append(relation)
            except Exception:  # the run goes on without this rule, which is named in the outcome
                found.crashes.append(Crash(code, traceback.format_exc()))
        offset = len(found.cells)
        found.cells.extend(_numbered(row_changes(table, places[position]), offset))
    found.cells.extend(_numbered(ties(tables, places), len(found.cells) + 1))
    return found


def _numbered(cells: Iterable[CellRelation], offset: int) -> list[CellRelation]:
    """Groups made distinct from those of other tables."""

    return [replace(cell, group=cell.group + offset) for cell in cells]


def search(table: Table, position: int) -> Proposals:
    """Everything the numeric and structural search finds in one table."""
    cell_steps = steps(table.values)
    rows, columns = row_space(table, cell_steps), column_space(table, cell_steps)
    return Proposals(
        table=position,
        spaces=(rows, columns),
        sums=(tuple(find_sums(rows)), tuple(find_sums(columns))),
        quotients=(
            tuple(find_quotients(rows, table.percent)),
            tuple(find_quotients(columns, table.percent.T)),
        ),
    )
