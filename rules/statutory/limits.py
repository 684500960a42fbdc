"""From the limits of a pack to binding figures that were gone beyond."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.statutory.column_identities import columns_called, same_year
from rules.statutory.pack import Limit, Pack
from rules.statutory.placing import Statement
from rules.statutory.ties import lines_called


@dataclass(frozen=True, slots=True)
class Overrun:
    """A figure beyond the one that binds it; positions of both, and their values as printed."""

    limit: Limit
    source: str
    label: str
    heading: str
    figure: int
    bound: int
    actual: float
    at_most: float
    excess: float  # above zero, in the unit of the table


def overruns(packs: Sequence[Pack], statements: Sequence[Statement]) -> Iterator[Overrun]:
    """Every binding line whose figure lies below that of its limit, with the signs of its scheme.

    More expense, less income and a poorer result are all below.
    """
    for pack in packs:
        for limit in pack.limits:
            found: dict[int, tuple[Statement, set[int]]] = {}
            for key in limit.lines:
                for statement in lines_called(key, pack, statements):
                    lines = statement.lines[pack.home(key)[1]]
                    found.setdefault(statement.position, (statement, set()))[1].update(lines)
            for statement, named in found.values():
                yield from _of_lines(pack, limit, statement, sorted(named))


def _of_lines(
    pack: Pack, limit: Limit, statement: Statement, lines: Sequence[int]
) -> Iterator[Overrun]:
    table, place = statement.table, statement.place
    actuals = columns_called(pack, limit.column, table)
    bounds = columns_called(pack, limit.at_most, table)
    for j in actuals:
        mine = [c for c in bounds if same_year(table, j, c)]
        if len(mine) != 1:
            continue
        c = mine[0]
        for line in lines:
            if place[line, j] < 0 or place[line, c] < 0:
                continue
            excess = float(statement.values[line, c] - statement.values[line, j])
            if excess > 1e-9 * abs(float(statement.values[line, c])):
                yield Overrun(
                    limit,
                    limit.source or pack.source or pack.title,
                    table.lines[line].label,
                    table.headings[j].text,
                    int(place[line, j]),
                    int(place[line, c]),
                    float(table.values[line, j]),
                    float(table.values[line, c]),
                    excess,
                )
