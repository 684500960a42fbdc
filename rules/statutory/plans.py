"""From the plans of a pack to sums over the budget year and the plan years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from rules.statutory.pack import Asks, Pack, Plan
from rules.statutory.placing import Statement
from rules.statutory.ties import lines_called

_AHEAD = ("plan", "proposal", "budget", "use plan")  # scenarios of a plan, the later stage first
_CLOSED = ("", "actual")  # those of a balance sheet
FEWEST = 3  # years that a plan covers


@dataclass(frozen=True, slots=True)
class PlanSum:
    """A line added up over the years of a plan; positions of its figures by year.

    ``accrued`` is what the balance sheet has at the end of the year before the first of them, None
    where no balance sheet of that year is there.
    """

    plan: Plan
    source: str
    label: str
    heading: str
    years: tuple[int, ...]
    figures: tuple[int, ...]
    total: float
    accrued: float | None = None

    @property
    def left(self) -> float:
        """What is missing, below zero; a surplus of before counts, a deficit where it is asked."""
        before = self.accrued or 0.0
        if self.plan.asks is Asks.BALANCE:
            return self.total + max(before, 0.0)
        return self.total + before if before < 0 else 0.0


def plan_sums(packs: Sequence[Pack], statements: Sequence[Statement]) -> Iterator[PlanSum]:
    """The sum of every plan's line in every statement that has plan years of it in a row."""
    for pack in packs:
        for plan in pack.plans:
            for statement in lines_called(plan.line, pack, statements):
                line = statement.lines[pack.home(plan.line)[1]][-1]
                columns = _years_ahead(statement, line)
                if not columns:
                    continue
                years = tuple(sorted(columns))
                at = [columns[year] for year in years]
                unit = statement.table.headings[at[0]].scale
                accrued = _accrued(pack, plan, years[0] - 1, statements)
                yield PlanSum(
                    plan,
                    plan.source or pack.source or pack.title,
                    statement.table.lines[line].label,
                    statement.table.headings[at[-1]].text,
                    years,
                    tuple(int(statement.place[line, j]) for j in at),
                    float(statement.values[line, at].sum()),
                    accrued / unit if accrued is not None else None,
                )


def _years_ahead(statement: Statement, line: int) -> dict[int, int]:
    """The column of each plan year, the last years that follow each other; one column a year.

    None without a year of planning beyond the budgets.
    """
    stages: dict[int, tuple[int, int]] = {}
    for j in statement.observed:
        heading = statement.table.headings[j]
        if len(heading.years) != 1 or heading.scenario not in _AHEAD:
            continue
        if statement.place[line, j] >= 0:
            stage = (_AHEAD.index(heading.scenario), j)
            year = heading.years[0]
            stages[year] = min(stages.get(year, stage), stage)
    if not any(_AHEAD[rank] == "plan" for rank, _ in stages.values()):
        return {}
    years = sorted(stages)
    while years and years[-1] - years[0] != len(years) - 1:
        years.pop(0)
    return {year: stages[year][1] for year in years}


def _accrued(pack: Pack, plan: Plan, year: int, statements: Sequence[Statement]) -> float | None:
    """The lines of ``accrued`` at the end of a year, in the unit 1; None unless all are there.

    None also where two balance sheets have the year: one may be that of the group.
    """
    total, found = 0.0, False
    for term in plan.accrued:
        amounts = []
        for statement in lines_called(term.key, pack, statements):
            line = statement.lines[pack.home(term.key)[1]][0]
            for j, heading in enumerate(statement.table.headings):
                value = float(statement.values[line, j])
                if heading.years == (year,) and heading.scenario in _CLOSED and np.isfinite(value):
                    amounts.append(value * heading.scale)
        if len(amounts) != 1:
            return None
        total, found = total + amounts[0], True
    return total if found else None
