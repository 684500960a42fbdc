"""RF704 opening-not-closing-of-other-table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.rollforward.balances import Side, pairs, sides, sureness
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import years

_LONG = 1000.0  # balances that agree by more than accident


@dataclass(frozen=True, slots=True)
class _Balance:
    """An opening or closing balance of one year, with the table that it stands in."""

    table: int
    figure: int
    value: float


Balances = dict[tuple[str, int], list[_Balance]]


@rule(
    "RF704",
    "opening-not-closing-of-other-table",
    operation=Operation.COPY,
    since="0.2",
    takes=Takes.BOOK,
    stable=False,
)
def carried_to_next_table(
    tables: Sequence[Table], places: Sequence[NDArray[np.int64]]
) -> Iterator[CellRelation]:
    """An opening balance differs from the closing balance in the table of the year before.

    Why: a workbook with a sheet for each year is carried forward by hand.
    Example: loans of 6,287 at the end of sheet 2023 and of 6,278 at the start of sheet 2024.
    Not checked: balances without a name of their own; a name and year that stand in several tables;
    a balance that agrees in no pair of years. The year is that of the column, or of the sheet.
    Units: those of the two tables, which must be the same.
    Source: roll-forward, ISA 500; opening balances, ISA 510.
    """
    openings: Balances = defaultdict(list)
    closings: Balances = defaultdict(list)
    for position, (table, place) in enumerate(zip(tables, places, strict=True)):
        sheet_years = years(table.sheet) or years(table.title)
        for side in sides(table, place):
            for pair in pairs(side):
                if not pair.name:
                    continue
                for j, year in enumerate(_periods(side, sheet_years)):
                    _add(openings, (pair.name, year), position, side, pair.opening, j)
                    _add(closings, (pair.name, year), position, side, pair.closing, j)
    links = _links(openings, closings)
    for group, name in enumerate(sorted(links)):
        mine = links[name]
        held = sum(abs(a.value) >= _LONG and a.value == b.value for a, b in mine)
        failed = sum(a.value != b.value for a, b in mine)
        if held and failed <= held:
            for opening, closing in mine:
                yield CellRelation(
                    rule="RF704",
                    operation=Operation.COPY,
                    basis=Basis.LABEL,
                    confidence=sureness(held, failed),
                    target=opening.figure,
                    parts=(closing.figure,),
                    factors=(1.0,),
                    group=group,
                )


def _periods(side: Side, sheet_years: tuple[int, ...]) -> tuple[int, ...]:
    """The year of each observation; of the sheet where it has one observation and one year."""
    if len(side.periods) == 1 and not side.periods[0] and len(sheet_years) == 1:
        return (sheet_years[0],)
    return side.periods


def _add(
    balances: Balances, key: tuple[str, int], table: int, side: Side, line: int, column: int
) -> None:
    figure = int(side.place[line, column])
    if key[1] and figure >= 0:
        balances[key].append(_Balance(table, figure, float(side.values[line, column])))


def _links(openings: Balances, closings: Balances) -> dict[str, list[tuple[_Balance, _Balance]]]:
    """Per name, each opening with the one closing of the year before, in another table."""
    links: dict[str, list[tuple[_Balance, _Balance]]] = defaultdict(list)
    for (name, year), now in openings.items():
        before = closings.get((name, year - 1), [])
        if len(now) == len(before) == 1 and now[0].table != before[0].table:
            links[name].append((now[0], before[0]))
    return links
