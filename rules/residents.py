"""Figures per resident: the population that they imply, where the workbook does not state it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.ledger import Figures
from rules.model import Message, NotChecked
from workbooks.tables.model import Heading, Line, Table
from workbooks.tables.vocabulary import Idea, normalised, scenario, years

_FEWEST = 100  # residents; figures that imply fewer are not what their names say


def not_recomputed(
    tables: Sequence[Table], places: Sequence[NDArray[np.int64]], figures: Figures
) -> Iterator[NotChecked]:
    """Every figure per resident as not checked, with the population it implies when the money
    figure of the same name stands in the workbook.

    Source: interval rule for ratios; the reported figure stands for half a step each way.
    """
    for table, place in zip(tables, places, strict=True):
        for i, line in enumerate(table.lines):
            if Idea.PER_UNIT in line.ideas:
                for j, heading in enumerate(table.headings):
                    if place[i, j] >= 0:
                        yield _entry(tables, figures, int(place[i, j]), line.label, heading)
        for j, heading in enumerate(table.headings):
            if Idea.PER_UNIT in heading.ideas:
                for i, line in enumerate(table.lines):
                    if place[i, j] >= 0:
                        yield _entry(tables, figures, int(place[i, j]), heading.text, line)


def _entry(
    tables: Sequence[Table], figures: Figures, figure: int, name: str, period: Heading | Line
) -> NotChecked:
    value, step = float(figures.value[figure]), float(figures.step[figure]) or 1.0
    ref = figures.ref(figure)
    if isinstance(period, Heading):
        key = (period.years, period.scenario)
    else:
        key = (years(period.label), scenario(period.label))
    money = _money(tables, name, key)
    if money is None or abs(value) <= step:
        return NotChecked("RT501", ref, Message("not_checked.outside"))
    low, high = sorted(abs(money) / (abs(value) + s * step / 2) for s in (1, -1))
    if high < _FEWEST:
        return NotChecked("RT501", ref, Message("not_checked.residents"))
    values = {"low": round(low), "high": round(high)}
    return NotChecked("RT501", ref, Message("not_checked.per_resident", values))


def _money(tables: Sequence[Table], name: str, period: tuple[tuple[int, ...], str]) -> float | None:
    """The money figure of the same name, period and scenario in any table, in the unit 1."""
    words = normalised(name).replace("/", " ").split()
    for table in tables:
        for j, heading in enumerate(table.headings):
            if (heading.years, heading.scenario) != period:
                continue
            for i, line in enumerate(table.lines):
                first = normalised(line.label).replace("/", " ").split()
                same = bool(words) and first[:1] == words[:1]
                if same and Idea.PER_UNIT not in line.ideas and np.isfinite(table.values[i, j]):
                    return float(table.values[i, j]) * heading.scale
    return None
