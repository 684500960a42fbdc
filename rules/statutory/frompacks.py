"""Everything that packs say of a workbook: relations, what could not be judged, quotients.

The rules ST901 to ST907 hand on their share of it, so that it is worked out once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rules.model import Message, NotChecked
from rules.relation import CellRelation, Relation
from rules.statutory import column_identities, identities, indicators, ties
from rules.statutory.identities import Unjudged
from rules.statutory.indicators import Quotient
from rules.statutory.limits import Overrun, overruns
from rules.statutory.pack import Pack
from rules.statutory.placing import Statement, statements
from rules.statutory.plans import PlanSum, plan_sums
from workbooks.refs import CellRef
from workbooks.tables.model import Table


@dataclass(slots=True)
class FromPacks:
    """What packs say of one workbook."""

    packs: tuple[str, ...] = ()  # names of those that a table was found for
    sums: list[Relation] = field(default_factory=list)
    ties: list[CellRelation] = field(default_factory=list)
    repeats: list[CellRelation] = field(default_factory=list)  # ties of lines known by name alone
    quotients: list[CellRelation] = field(default_factory=list)
    composites: list[Quotient] = field(default_factory=list)  # what the ledger has no form for
    carried: list[Quotient] = field(default_factory=list)  # sums that differ: a note, no check
    plans: list[PlanSum] = field(default_factory=list)
    overruns: list[Overrun] = field(default_factory=list)
    unjudged: list[NotChecked] = field(default_factory=list)


def from_packs(
    packs: Sequence[Pack],
    named: frozenset[str],
    residents: Mapping[int, float],
    tables: Sequence[Table],
    places: Sequence[NDArray[np.int64]],
) -> FromPacks:
    """Find the statements of ``packs`` in the tables and all that follows.

    ``named`` are packs that the user asked for; ``residents`` is their number by year.
    """
    result = FromPacks()
    found = statements(packs, named, tables, places)
    for statement in found:
        sums, unjudged = identities.relations_of(statement)
        result.sums += sums
        result.unjudged += [told for one in unjudged for told in _not_checked(one)]
    result.sums += column_identities.relations_of(packs, tables)
    result.ties += ties.relations_of(packs, found)
    result.repeats += ties.relations_of(packs, found, by_name=True)
    for group, line in enumerate(indicators.quotients_of(packs, found, residents)):
        for quotient in line:
            relation = indicators.relation_of(quotient, group)
            if quotient.indicator.note and not quotient.agrees:
                result.carried.append(quotient)
            elif relation is not None:
                result.quotients.append(relation)
            else:
                result.composites.append(quotient)
    result.plans += plan_sums(packs, found)
    result.overruns += overruns(packs, found)
    result.packs = _used(packs, found, result)
    return result


def _used(packs: Sequence[Pack], found: Sequence[Statement], result: FromPacks) -> tuple[str, ...]:
    """Names of packs that bear on the result, in their order."""
    names = {statement.pack.name for statement in found if statement.pack.found_by}
    told = [one.told for one in result.sums]
    told += [one.told for one in (*result.ties, *result.repeats, *result.quotients)]
    told += [one.told for one in (*result.composites, *result.carried)]
    ids = {one.values["id"] for one in told if one is not None}
    ids |= {one.plan.id for one in result.plans} | {one.limit.id for one in result.overruns}
    for pack in packs:
        own = {one.id for one in pack.identities} | {one.id for one in pack.ties}
        own |= {one.id for one in pack.indicators}
        own |= {one.id for one in pack.plans} | {one.id for one in pack.limits}
        if own & ids:
            names.add(pack.name)
    return tuple(pack.name for pack in packs if pack.name in names)


def _not_checked(unjudged: Unjudged) -> list[NotChecked]:
    """Each figure of a total whose lines are not all there."""
    statement, placed = unjudged.statement, unjudged.placed
    line = statement.table.lines[placed.target]
    values = {"id": placed.identity.id, "missing": placed.missing}
    return [
        NotChecked(
            identities.RULE,
            CellRef(statement.table.sheet, line.row, statement.table.headings[j].column),
            Message("not_checked.lines_missing", values),
        )
        for j in statement.observed
        if statement.place[placed.target, j] >= 0
    ]
