"""Tables made of bare numbers, for tests of the search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rules.search.choose import find_sums
from rules.search.space import row_space
from workbooks.tables.model import Heading, Line, Table
from workbooks.tables.vocabulary import ideas

X = "x"  # a figure held back
BLANK = None

Cell = float | str | None


def table(
    rows: Sequence[Sequence[Cell]],
    labels: Sequence[str] = (),
    headings: Sequence[str] = (),
    gaps: Sequence[int] = (),
) -> Table:
    """A table from B2 on; ``x`` stands for a figure held back, ``None`` for a blank cell."""
    n, m = len(rows), len(rows[0])
    values = np.array([[np.nan if isinstance(c, str | None) else c for c in row] for row in rows])
    cells = np.where(np.isnan(values), -1, np.arange(n * m).reshape(n, m))
    names = labels or [f"line {i}" for i in range(n)]
    heads = headings or [""] * m
    between = gaps or [0] * n
    return Table(
        sheet="Budget",
        grid=0,
        title="",
        lines=tuple(
            Line(2 + i, names[i], "", 0, False, ideas(names[i]), "", between[i]) for i in range(n)
        ),
        headings=tuple(
            Heading(2 + j, heads[j], "", ideas(heads[j]), (), "", "", 1.0) for j in range(m)
        ),
        values=values,
        cells=cells,
        percent=np.zeros((n, m), dtype=bool),
        withheld=np.array([[c == X for c in row] for row in rows]),
    )


def row_sums(made: Table) -> list[tuple[int, tuple[int, ...]]]:
    """Target and parts of every sum chosen between the rows of a table, in order of targets."""
    return sorted((c.target, c.parts) for c in find_sums(row_space(made)))
