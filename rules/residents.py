"""Figures per resident: the population that they imply, where the workbook does not state it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property

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
    money = _Money(tables)
    for table, place in zip(tables, places, strict=True):
        for i, line in enumerate(table.lines):
            if Idea.PER_UNIT in line.ideas:
                for j, heading in enumerate(table.headings):
                    if place[i, j] >= 0:
                        yield _entry(money, figures, int(place[i, j]), line.label, heading)
        for j, heading in enumerate(table.headings):
            if Idea.PER_UNIT in heading.ideas:
                for i, line in enumerate(table.lines):
                    if place[i, j] >= 0:
                        yield _entry(money, figures, int(place[i, j]), heading.text, line)


def _entry(
    tables: _Money, figures: Figures, figure: int, name: str, period: Heading | Line
) -> NotChecked:
    value, step = float(figures.value[figure]), float(figures.step[figure]) or 1.0
    ref = figures.ref(figure)
    if isinstance(period, Heading):
        key = (period.years, period.scenario)
    else:
        key = (years(period.label), scenario(period.label))
    money = tables.figure(name, key)
    if money is None or abs(value) <= step:
        return NotChecked("RT501", ref, Message("not_checked.outside"))
    low, high = sorted(abs(money) / (abs(value) + s * step / 2) for s in (1, -1))
    if high < _FEWEST:
        return NotChecked("RT501", ref, Message("not_checked.residents"))
    values = {"low": round(low), "high": round(high)}
    return NotChecked("RT501", ref, Message("not_checked.per_resident", values))


class _Money:
    """The money figures of all tables, by the first word of their line."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._tables = tables

    @cached_property
    def _lines(self) -> list[dict[str, list[int]]]:
        """Per table, the lines that begin with each word and are not per resident."""
        found = []
        for table in self._tables:
            lines: dict[str, list[int]] = defaultdict(list)
            for i, line in enumerate(table.lines):
                first = normalised(line.label).replace("/", " ").split()
                if first and Idea.PER_UNIT not in line.ideas:
                    lines[first[0]].append(i)
            found.append(lines)
        return found

    def figure(self, name: str, period: tuple[tuple[int, ...], str]) -> float | None:
        """The one of the same name, period and scenario in any table, in the unit 1."""
        words = normalised(name).replace("/", " ").split()
        if not words:
            return None
        for table, lines in zip(self._tables, self._lines, strict=True):
            mine = lines.get(words[0], ())
            for j, heading in enumerate(table.headings if mine else ()):
                if (heading.years, heading.scenario) != period:
                    continue
                for i in mine:
                    if np.isfinite(table.values[i, j]):
                        return float(table.values[i, j]) * heading.scale
        return None
