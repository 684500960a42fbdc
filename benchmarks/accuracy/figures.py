"""The figures that are measured: what they are called, what to reach, and one table of them."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a figure, by the key under which a part reports it.

    ``goal`` is the least, or with ``at_most`` the most, that is good; None where it is only told.
    ``form`` formats it; shares are kept as 0 … 1.
    """

    key: str
    goal: float | None = None
    form: str = "{:.3f}"
    at_most: bool = False

    def reached(self, values: Mapping[str, float]) -> str:
        """The number as text; – where it was not measured."""
        return self.form.format(values[self.key]) if self.key in values else "–"

    def target(self) -> str:
        """The goal as text."""
        if self.goal is None:
            return "–"
        return f"{'≤' if self.at_most else '≥'} {self.form.format(self.goal)}"

    def is_met(self, values: Mapping[str, float]) -> bool:
        """Whether it was measured and is good."""
        if self.goal is None:
            return True
        holds = operator.le if self.at_most else operator.ge
        return self.key in values and bool(holds(values[self.key], self.goal))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; ``part`` is the part of the run that measures it."""

    part: str
    name: str
    short: str  # heading in the history
    peer: str  # the best other tool, measured on the same corpus
    measures: tuple[Measure, ...]

    def row(self, values: Mapping[str, float]) -> tuple[str, str, str, str, str]:
        """Name, peer, to reach, reached, and whether that is enough."""
        known = [m for m in self.measures if m.key in values]
        if all(m.goal is None for m in self.measures):
            met = ""
        elif len(known) < len(self.measures):
            met = "not measured"
        else:
            met = "yes" if all(m.is_met(values) for m in self.measures) else "no"
        goals = " / ".join(m.target() for m in self.measures)
        return (self.name, self.peer, goals, self.reached(values), met)

    def reached(self, values: Mapping[str, float]) -> str:
        """All its numbers."""
        if not any(m.key in values for m in self.measures):
            return "–"
        return " / ".join(m.reached(values) for m in self.measures)


_SHARE = "{:.1%}"
_COUNT = "{:.0f}"


def _f1(kind: str, cells: float, relations: float | None) -> tuple[Measure, Measure]:
    return Measure(f"{kind}.cells", cells), Measure(f"{kind}.relations", relations)


FIGURES = (
    Figure(
        "tables",
        "annotated tables, sums: F1 of cells / relations",
        "sum",
        "0.786 / 0.759",
        _f1("sum", 0.92, 0.93),
    ),
    Figure(
        "tables",
        "annotated tables, averages: F1 of cells / relations",
        "average",
        "0.471",
        _f1("average", 0.80, None),
    ),
    Figure(
        "tables",
        "annotated tables, divisions: F1 of cells / relations",
        "division",
        "0.785",
        _f1("division", 0.85, None),
    ),
    Figure(
        "tables",
        "annotated tables, changes in per cent: F1 of cells / relations",
        "change",
        "0.778",
        _f1("relative_change", 0.90, None),
    ),
    Figure(
        "tables",
        "annotated tables, overall: F1 of cells / relations",
        "overall",
        "0.723 / 0.710",
        _f1("overall", 0.88, 0.90),
    ),
    Figure(
        "tables",
        "annotated tables with precision and recall of 0.95 or more",
        "files",
        "46 %",
        (Measure("files.both95", 0.75, _SHARE),),
    ),
    Figure(
        "planted",
        "tables with a planted error: exact / located / blamed",
        "planted",
        "58 / 61 / 0 %",
        (
            Measure("planted.exact", 0.90, _SHARE),
            Measure("planted.located", 0.95, _SHARE),
            Measure("planted.blamed", 0.75, _SHARE),
        ),
    ),
    Figure(
        "planted",
        "tables with a planted error: no false discrepancy",
        "no false",
        "84 %",
        (Measure("planted.no_false", 0.93, _SHARE),),
    ),
    Figure(
        "tables",
        "real errors of annotated tables, supported by sibling lines (of 10)",
        "wild",
        "8",
        (Measure("wild.error", 10, _COUNT),),
    ),
    Figure(
        "tables",
        "differences of annotated tables that are rounding, reported (of 36)",
        "rounding",
        "–",
        (Measure("wild.rounding", 0, _COUNT, at_most=True),),
    ),
    Figure(
        "books",
        "known relations of real workbooks covered",
        "relations",
        "–",
        (Measure("books.covered", 0.93, _SHARE),),
    ),
    Figure(
        "books",
        "known errors of real workbooks (28): found / explained",
        "errors",
        "7 / –",
        (Measure("books.found", 26, _COUNT), Measure("books.explained", 24, _COUNT)),
    ),
    Figure(
        "books",
        "two workbooks without a known error: errors and warnings / notes",
        "clean books",
        "–",
        (Measure("clean.serious", None, _COUNT), Measure("clean.notes", None, _COUNT)),
    ),
    Figure(
        "injected",
        "errors planted in real workbooks: detected / located / repaired",
        "injected",
        "–",
        (
            Measure("injected.detected", 0.95, _SHARE),
            Measure("injected.located", 0.85, _SHARE),
            Measure("injected.repaired", 0.80, _SHARE),
        ),
    ),
    Figure(
        "injected",
        "errors planted in real workbooks: extra root causes for each file",
        "extra",
        "–",
        (Measure("injected.extra", 0.3, "{:.2f}", at_most=True),),
    ),
    Figure(
        "tables",
        "processor seconds of the annotated tables: median / all",
        "CPU",
        "0.9 / about 1,700",
        (
            Measure("cpu.median", 0.05, "{:.3f}", at_most=True),
            Measure("cpu.all", 20.0, "{:.1f}", at_most=True),
        ),
    ),
)
HEADINGS = ("figure", "best peer", "to reach", "reached", "enough")


def as_markdown(values: Mapping[str, float]) -> str:
    """The one table of all figures."""
    return _table(HEADINGS, [figure.row(values) for figure in FIGURES])


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement, to be kept in the history."""

    day: date
    version: str
    commit: str
    values: Values = field(default_factory=dict)

    def row(self) -> str:
        """Its line in the history."""
        told = [figure.reached(self.values) for figure in FIGURES]
        return f"| {' | '.join([self.day.isoformat(), self.version, self.commit, *told])} |"


def history_head() -> str:
    """Title and headings of the history."""
    shorts = [figure.short for figure in FIGURES]
    table = _table(["date", "version", "commit", *shorts], [])
    return (
        "# Accuracy over time\n\n"
        "One line for each run of `python -m benchmarks.accuracy CORPUS --record`; the columns\n"
        "are explained in [docs/accuracy.md](../docs/accuracy.md). – was not measured then. A\n"
        "commit with + had changes that were not committed.\n\n"
        f"{table}\n"
    )
