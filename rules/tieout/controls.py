"""Control columns and rows: a difference that is zero nearly everywhere says what must be equal."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Operation
from rules.relation import CellRelation
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea, normalised

_WORDS = re.compile(
    r"(?<!\w)(?:diff|difference|check|control|proof|variance check|ero|erotus|tarkistus|täsmäytys|"
    r"kontrolli|kontroll|skillnad|differens|avstämning|kontrolle|differenz|écart|contrôle)(?!\w)"
)
_FEWEST = 5  # lines in which the two figures agree, and the control is zero
_MOST_OPEN = 0.3  # share of lines in which a control may be other than zero
_FOLLOWS = 0.95  # share of lines in which it is the difference of the two
_CONFIDENCE = 0.95


def controlled(table: Table, place: NDArray[np.int64], first: int) -> Iterator[CellRelation]:
    """Pairs of totals that a control line of ``table`` compares; groups count on from ``first``.

    ``place`` holds the position of each figure, −1 where blank. Both lines must be called totals:
    a change between two years may be zero nearly everywhere and is no control.
    """
    across = [(normalised(h.text), h.ideas) for h in table.headings]
    down = [(normalised(line.label), line.ideas) for line in table.lines]
    for axis, names in ((0, down), (1, across)):
        values = table.values if axis == 0 else table.values.T
        where = place if axis == 0 else place.T
        totals = [k for k, (_, ideas) in enumerate(names) if Idea.TOTAL in ideas]
        for control, (name, _) in enumerate(names):
            if not _WORDS.search(name) or control in totals:
                continue
            pair = _compared(values, control, totals)
            if pair is None:
                continue
            a, b = sorted(pair)
            named = np.array([bool(name) for name, _ in (across if axis == 0 else down)])
            for j in np.flatnonzero((where[a] >= 0) & (where[b] >= 0) & named):
                yield CellRelation(
                    "TO601",
                    Operation.COPY,
                    Basis.STRUCTURE,
                    _CONFIDENCE,
                    int(where[a, j]),
                    (int(where[b, j]),),
                    (1.0,),
                    1.0,
                    first + control * 2 + axis,
                )


def _compared(
    values: NDArray[np.float64], control: int, totals: list[int]
) -> tuple[int, int] | None:
    """The two lines whose difference a control shows, the nearest to it; None without such."""
    shown = values[control]
    for b in sorted(totals, key=lambda k: abs(k - control)):
        for a in sorted(totals, key=lambda k: abs(k - control)):
            if a >= b:
                continue
            told = np.isfinite(shown) & np.isfinite(values[a]) & np.isfinite(values[b])
            gap = np.abs(values[a] - values[b])
            scale = 1e-9 * np.maximum(np.abs(values[a]), np.abs(values[b])) + 1e-6
            follows = told & (np.abs(gap - np.abs(shown)) <= scale)
            equal = follows & (gap <= scale) & (values[a] != 0)
            if equal.sum() < _FEWEST or follows.sum() < _FOLLOWS * told.sum():
                continue
            if (told & (np.abs(shown) > scale)).sum() <= _MOST_OPEN * told.sum():
                return a, b
    return None
