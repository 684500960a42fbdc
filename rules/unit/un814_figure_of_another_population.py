"""UN814 figure-of-another-population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Message, Severity
from rules.registry import Takes, rule
from rules.remark import Judged, Remark, agreed_figures
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

_FEWEST = 4  # lines that imply the same population
_SHARE = 0.75  # of the lines with a figure per resident
_SHARP = 0.02  # width of the population that they leave open, as a share of it


@dataclass(frozen=True, slots=True)
class _Implied:
    """The population that most figures per resident of a column imply with one column of money."""

    low: float
    high: float
    fits: NDArray[np.bool_]  # (n_lines,)
    told: NDArray[np.bool_]


@rule(
    "UN814",
    "figure-of-another-population",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def other_populations(judged: Judged) -> Iterator[Remark]:
    """A figure per resident implies another population than the other lines of its column.

    Why: the population need not be in the workbook; all lines were divided by the same one.
    Example: -425 € per resident where the other lines imply 7,312 residents, which gives -245 €.
    Not checked: columns in which fewer than four lines imply the same population.
    Units: any; the rounding of both figures is propagated.
    Source: interval rule for ratios, analytical procedures, ISA 520.
    """
    agreed = agreed_figures(judged.ledger)
    for table, place in zip(judged.tables, judged.places, strict=True):
        for column, heading in enumerate(table.headings):
            if Idea.PER_UNIT not in heading.ideas:
                continue
            best = _best(table, column)
            if best is None:
                continue
            money, implied = best
            for i in np.flatnonzero(implied.told & ~implied.fits).tolist():
                if agreed[place[i, column]]:
                    continue
                yield _remark(table, i, column, money, implied)


def _remark(table: Table, i: int, column: int, money: int, implied: _Implied) -> Remark:
    line, heading = table.lines[i], table.headings[column]
    value = float(table.values[i, column])
    sign = _sign(table, column, money, implied)
    population = (implied.low + implied.high) / 2
    suggested = float(np.rint(sign * table.values[i, money] / population))
    return Remark(
        rule="UN814",
        severity=Severity.WARNING,
        confidence=0.85,
        cell=CellRef(table.sheet, line.row, heading.column),
        message=Message(
            "note.unit_population",
            {
                "value": value,
                "suggested": suggested,
                "count": int(implied.fits.sum()),
                "low": float(np.ceil(implied.low)),
                "high": float(np.floor(implied.high)),
            },
        ),
        label=line.title,
        column=heading.text,
        reported=value,
        recomputed=suggested,
        cause="unknown",
    )


def _sign(table: Table, column: int, money: int, implied: _Implied) -> float:
    same = table.values[implied.fits, column] * table.values[implied.fits, money] > 0
    return 1.0 if 2 * same.sum() >= len(same) else -1.0


def _best(table: Table, column: int) -> tuple[int, _Implied] | None:
    """The column of money with which most lines imply one population; None where none is clear."""
    found: list[tuple[int, _Implied]] = []
    for money, heading in enumerate(table.headings):
        if money != column and not heading.ideas & (Idea.PER_UNIT | Idea.PERCENT):
            implied = _implied(table.values[:, column], table.values[:, money])
            if implied is not None:
                found.append((money, implied))
    return max(found, key=lambda one: int(one[1].fits.sum()), default=None)


def _implied(per_head: NDArray[np.float64], money: NDArray[np.float64]) -> _Implied | None:
    told = np.isfinite(per_head) & np.isfinite(money) & (np.abs(per_head) > 1) & (money != 0)
    if told.sum() < _FEWEST:
        return None
    shown = np.abs(per_head[told])
    half = 0.5 * _step(shown)
    low, high = np.abs(money[told]) / (shown + half), np.abs(money[told]) / (shown - half)
    depth = ((low[:, None] <= low) & (high[:, None] >= low)).sum(axis=0)
    at = int(depth.argmax())
    meets = (low <= low[at]) & (high >= low[at])
    least, most = float(low[meets].max()), float(high[meets].min())
    told_apart = len(np.unique(np.abs(money[told][meets])))
    if told_apart < _FEWEST or meets.sum() < _SHARE * told.sum() or most - least > _SHARP * most:
        return None
    signs = np.sign(per_head[told] * money[told])
    usual = 1.0 if signs[meets].sum() >= 0 else -1.0
    fits = np.zeros(len(per_head), dtype=np.bool_)
    fits[np.flatnonzero(told)[meets & (signs == usual)]] = True
    return _Implied(least, most, fits, told) if most > least else None


def _step(shown: NDArray[np.float64]) -> float:
    """The last decimal that a column is printed to."""
    for step in (1.0, 0.1):
        if np.abs(shown / step - np.rint(shown / step)).max() < 1e-9:
            return step
    return 0.01
