"""Tables made of bare numbers, for tests of the search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from rules.search.choose import find_sums
from rules.search.evidence import Floats
from rules.search.space import row_space
from workbooks.tables.model import Heading, Line, Table
from workbooks.tables.vocabulary import ideas

X = "x"  # a figure held back
BLANK = None

Cell = float | str | None

FIGURES = st.one_of(  # what hypothesis draws: none, nothing, small, large, with cents, and round
    st.just(0.0),
    st.just(float("nan")),
    st.integers(-9, 9).map(float),
    st.integers(-9_000_000, 9_000_000).map(float),
    st.integers(-90_000, 90_000).map(lambda cents: cents / 100),
    st.integers(-900, 900).map(lambda thousands: thousands * 1000.0),
)


def lines_of_figures(n: int, m: int) -> st.SearchStrategy[Floats]:
    """``n`` lines of ``m`` drawn figures, shape ``(n, m)``."""
    line = st.lists(FIGURES, min_size=m, max_size=m)
    return st.lists(line, min_size=n, max_size=n).map(np.array)


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
