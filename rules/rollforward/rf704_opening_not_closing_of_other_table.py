"""RF704 opening-not-closing-of-other-table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log10

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import Takes, rule
from rules.relation import CellRelation
from rules.rollforward.balances import Pair, Side, pairs, sides, sureness
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import normalised, years

_LONG = 3.0  # digits of balances that agree by more than accident


@dataclass(frozen=True, slots=True)
class _Balance:
    """An opening or closing balance of one year, with the table that it stands in."""

    table: int
    figure: int
    value: float


@dataclass(frozen=True, slots=True)
class _Key:
    """What is carried forward and the year; ``listed``: a line of a table with a column each for
    opening and closing, so that its lines speak for each other."""

    name: str
    year: int
    listed: bool = False


Balances = dict[_Key, list[_Balance]]


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
    Example: loans of 6,287 at the end of sheet 2023 and of 6,278 at the start of sheet 2024; a fund
    of 1,228 at the end of one list of funds and of 1,282 at the start of the next.
    Not checked: balances without a name of their own; a name and year that stand in several tables;
    a balance, or list of them, that agrees in no pair of years. The year is that of the column, or
    of the sheet or the title of the table.
    Units: those of the two tables, which must be the same.
    Source: roll-forward, ISA 500; opening balances, ISA 510.
    """
    openings: Balances = defaultdict(list)
    closings: Balances = defaultdict(list)
    for position, (table, place) in enumerate(zip(tables, places, strict=True)):
        sheet_years = years(table.sheet) or years(table.title)
        for axis, side in enumerate(sides(table, place)):
            for pair in pairs(side):
                for j, key in enumerate(_keys(table, axis, side, pair, sheet_years)):
                    if key.name and key.year:
                        _add(openings[key], position, side, pair.opening, j)
                        _add(closings[key], position, side, pair.closing, j)
    links = _links(openings, closings)
    for group, name in enumerate(sorted(links)):
        mine = links[name]
        held, failed = (
            sum(a.value == b.value for a, b in mine),
            sum(a.value != b.value for a, b in mine),
        )
        if failed <= held and _digits(mine) >= _LONG:
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


def _keys(
    table: Table, axis: int, side: Side, pair: Pair, sheet_years: tuple[int, ...]
) -> Iterator[_Key]:
    """What each observation of a pair is a balance of, and its year."""
    if axis == 0:
        for year in _periods(side, sheet_years):
            yield _Key(pair.name, year)
        return
    headed = [year for j in (pair.opening, pair.closing) for year in table.headings[j].years]
    named = headed or sheet_years
    of_table = max(named) if named and max(named) - min(named) <= 1 else 0
    for line, year in zip(table.lines, side.periods, strict=True):
        yield _Key(pair.name, year) if year else _Key(normalised(line.title), of_table, listed=True)


def _add(balances: list[_Balance], table: int, side: Side, line: int, column: int) -> None:
    figure = int(side.place[line, column])
    if figure >= 0:
        balances.append(_Balance(table, figure, float(side.values[line, column])))


def _links(openings: Balances, closings: Balances) -> dict[str, list[tuple[_Balance, _Balance]]]:
    """Per name, or per pair of lists, each opening with the one closing of the year before, in
    another table."""
    links: dict[str, list[tuple[_Balance, _Balance]]] = defaultdict(list)
    for key, now in openings.items():
        before = closings.get(replace(key, year=key.year - 1), [])
        if len(now) == len(before) == 1 and now[0].table != before[0].table:
            name = f"{before[0].table} {now[0].table}" if key.listed else key.name
            links[name].append((now[0], before[0]))
    return links


def _digits(links: list[tuple[_Balance, _Balance]]) -> float:
    """How many digits agree by more than accident, over all balances that agree."""
    return sum(log10(max(1.0, abs(a.value))) for a, b in links if a.value == b.value)
