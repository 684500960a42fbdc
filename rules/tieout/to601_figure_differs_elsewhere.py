"""TO601 figure-differs-elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.registry import rule
from rules.relation import CellRelation
from rules.search.proposals import Proposals
from workbooks.tables.model import Heading, Table
from workbooks.tables.vocabulary import Idea, normalised

_FEWEST = 2  # agreeing columns before two lines count as the same figure
_SMALLEST = 1000.0  # smaller figures agree by accident


@rule("TO601", "figure-differs-elsewhere", operation=Operation.COPY, since="0.1")
def no_lines(proposals: Proposals) -> Iterator[CellRelation]:
    """A figure that stands in two tables differs between them.

    Why: summaries and key figures repeat figures of the detail; both must be the same.
    Example: personnel of -2,200,752 in one table and -2,200,725 in another differ by 27.
    Not checked: lines that agree in fewer than two columns of equal year and scenario.
    Units: those of both tables, which must be the same.
    Source: tie-out, ISA 500.
    """
    del proposals  # relations between tables: see ties
    yield from ()


def ties(tables: Sequence[Table], places: Sequence[NDArray[np.int64]]) -> list[CellRelation]:
    """The ties of TO601: lines of two tables that agree in most of their common columns.

    Columns are matched by year and scenario; lines by their figures, then at most one line each.
    """
    columns = [_by_key(table.headings) for table in tables]
    index: dict[tuple[tuple[int, str], float], list[tuple[int, int]]] = defaultdict(list)
    for t, table in enumerate(tables):
        for key, j in columns[t].items():
            for line in np.flatnonzero(np.abs(np.nan_to_num(table.values[:, j])) >= _SMALLEST):
                index[key, float(table.values[line, j])].append((t, int(line)))
    votes: dict[tuple[int, int, int, int], int] = defaultdict(int)
    for spots in index.values():
        if len(spots) > 12:
            continue
        for at, first in enumerate(spots):
            for second in spots[at + 1 :]:
                if first[0] != second[0]:
                    votes[(*first, *second)] += 1
    found: list[CellRelation] = []
    for group, ((t, i, s, k), count) in enumerate(sorted(votes.items())):
        shared = [key for key in columns[t] if key in columns[s]]
        pairs = [
            (int(places[t][i, columns[t][key]]), int(places[s][k, columns[s][key]]))
            for key in shared
        ]
        pairs = [pair for pair in pairs if min(pair) >= 0]
        same = normalised(tables[t].lines[i].label) == normalised(tables[s].lines[k].label)
        if count < _FEWEST or count * 2 <= len(pairs) or (count < len(pairs) and not same):
            continue
        if not _alike(tables[t], i, tables[s], k):
            continue
        found.extend(
            CellRelation("TO601", Operation.COPY, Basis.NUMERIC, 0.9, a, (b,), (1.0,), 1.0, group)
            for a, b in pairs
        )
    return found


def _by_key(headings: Sequence[Heading]) -> dict[tuple[int, str], int]:
    """Columns by year and scenario; none that are changes, none that are named twice."""
    keys: dict[tuple[int, str], int] = {}
    twice: set[tuple[int, str]] = set()
    for j, heading in enumerate(headings):
        if len(heading.years) == 1 and not heading.ideas & Idea.PERCENT:
            key = (heading.years[0], heading.scenario)
            if key in keys:
                twice.add(key)
            keys[key] = j
    return {key: j for key, j in keys.items() if key not in twice}


_KINDS = Idea.REVENUE | Idea.EXPENSE | Idea.NET


def _alike(first: Table, i: int, second: Table, k: int) -> bool:
    """Lines whose words contradict each other are not the same figure."""
    a, b = first.lines[i], second.lines[k]
    if normalised(a.label) == normalised(b.label):
        return True
    kinds = (a.ideas & _KINDS, b.ideas & _KINDS)
    return not (kinds[0] and kinds[1] and kinds[0] != kinds[1] and not kinds[0] & kinds[1])
