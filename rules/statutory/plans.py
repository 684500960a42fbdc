"""From the plans of a pack to sums over the budget year and the plan years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.statutory.pack import Pack, Plan
from rules.statutory.placing import Statement
from rules.statutory.ties import lines_called

_AHEAD = ("plan", "proposal", "budget", "use plan")  # scenarios of a plan, the later stage first
_FEWEST = 3  # years that a plan covers


@dataclass(frozen=True, slots=True)
class PlanSum:
    """A line added up over the years of a plan; positions of its figures by year."""

    plan: Plan
    source: str
    label: str
    heading: str
    years: tuple[int, ...]
    figures: tuple[int, ...]
    total: float


def plan_sums(packs: Sequence[Pack], statements: Sequence[Statement]) -> Iterator[PlanSum]:
    """The sum of every plan's line in every statement that has three years of it in a row."""
    for pack in packs:
        for plan in pack.plans:
            for statement in lines_called(plan.line, pack, statements):
                line = statement.lines[pack.home(plan.line)[1]][-1]
                columns = _years_ahead(statement, line)
                if len(columns) < _FEWEST:
                    continue
                at = [columns[year] for year in sorted(columns)]
                yield PlanSum(
                    plan,
                    plan.source or pack.source or pack.title,
                    statement.table.lines[line].label,
                    statement.table.headings[at[-1]].text,
                    tuple(sorted(columns)),
                    tuple(int(statement.place[line, j]) for j in at),
                    float(statement.values[line, at].sum()),
                )


def _years_ahead(statement: Statement, line: int) -> dict[int, int]:
    """The column of each plan year, the last years that follow each other; one column a year."""
    stages: dict[int, tuple[int, int]] = {}
    for j in statement.observed:
        heading = statement.table.headings[j]
        if len(heading.years) != 1 or heading.scenario not in _AHEAD:
            continue
        if statement.place[line, j] >= 0:
            stage = (_AHEAD.index(heading.scenario), j)
            year = heading.years[0]
            stages[year] = min(stages.get(year, stage), stage)
    years = sorted(stages)
    while years and years[-1] - years[0] != len(years) - 1:
        years.pop(0)
    return {year: stages[year][1] for year in years}
