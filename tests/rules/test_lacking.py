"""Failing sums that one figure beside them would make whole."""

from __future__ import annotations

import pytest

from rules.build import build_ledger, figures_of
from rules.lacking import lacking_one
from rules.model import Basis, Operation, Severity
from rules.outcome import Outcome
from rules.relation import CellRelation
from tests.rules.drawn import checks_of, outcome_of, parts_of
from tests.rules.test_build import table

AGENCIES = """
Agency   | Enacted | Mandatory | Proposed | Total | Legislative
Defense  | 61204   | 5118      | 733      | 67055 |
Treasury | 18811   | 40902     | 151      | 59864 |
Interior | 11480   | 2175      | 604      | 14259 |
Justice  | 30107   | 3122      | 81       | 33310 |
Labor    | 9915    | 12044     | 340      | 22299 |
State    | 21460   | 1190      | 276      | {total} | {extra}
"""


def told(total: int, extra: int) -> Outcome:
    return outcome_of(AGENCIES.format(total=total, extra=extra))


def test_a_total_off_by_a_figure_of_its_own_line_is_a_question() -> None:
    (found,) = [f for f in told(24963, 2037).findings if f.cell.a1 == "E7"]
    assert (found.severity, found.difference) == (Severity.NOTE, 2037.0)


def test_a_total_off_by_anything_else_is_a_finding() -> None:
    (found,) = [f for f in told(24963, 2137).findings if f.cell.a1 == "E7"]
    assert (found.severity is Severity.NOTE, found.difference) == (False, 2037.0)


def test_a_total_that_leaves_out_a_part_is_a_finding_whatever_else_is_as_large() -> None:
    (found,) = [f for f in told(1466, 21460).findings if f.cell.a1 == "E7"]
    assert (found.severity is Severity.NOTE, found.difference) == (False, -21460.0)


YEARS = """
Year | Total | Estate | Customs | Other | Proposals
{rows}
"""
PLAIN = [(21340, 38374, 120523), (19738, 36762, 138898), (30478, 41860, 106948)]
PLAIN += [(17112, 33926, 92751), (15040, 31815, 88194), (20011, 35102, 99473)]


def years(extra: tuple[int, ...], off: int = 0) -> Outcome:
    """Six lines that foot, then one for each figure of ``extra``, which is a part of its total."""
    rows = [
        f"{2001 + k} | {sum(parts)} | " + " | ".join(map(str, parts)) + " | .........."
        for k, parts in enumerate(PLAIN)
    ]
    for k, more in enumerate(extra):
        parts = (18200 + 311 * k, 35417 - 97 * k, 97311 + 1013 * k)
        shown = " | ".join(map(str, parts))
        rows.append(f"{2007 + k} | {sum(parts) + more + off} | {shown} | {more}")
    return outcome_of(YEARS.format(rows="\n".join(rows)))


def serious(outcome: Outcome) -> list[tuple[str, float | None]]:
    return [(f.cell.a1, f.difference) for f in outcome.findings if f.severity is not Severity.NOTE]


def test_a_column_of_dots_with_a_few_figures_is_a_part_of_the_total() -> None:
    outcome = years((2000, 12000))
    assert [(f.cell.a1, f.difference) for f in outcome.findings] == []
    checks = checks_of(outcome, "XF101")
    assert [cell for cell, _ in parts_of(checks["B9"])] == ["C9", "D9", "E9", "F9"]


def test_with_it_a_total_is_off_by_what_it_is_off() -> None:
    assert serious(years((2000, 12000), off=700)) == [("B8", 700.0), ("B9", 700.0)]


SCHOOLS = """
School | Half-day | Pupils
North  |          | 812.25
South  |          | 1204.5
East   | 115.93   | 977.25
West   | 300      | 640.75
Mill   |          | 1518.5
Total  | 415.93   | {total}
"""


@pytest.mark.parametrize(
    ("total", "severity"), [(4737.32, Severity.NOTE), (4703.32, Severity.WARNING)]
)
def test_a_total_of_lines_off_by_the_total_beside_it_is_a_question(
    total: float, severity: Severity
) -> None:
    found = [f for f in outcome_of(SCHOOLS.format(total=total)).findings if f.cell.a1 == "C7"]
    assert [(f.severity, round(f.difference or 0.0, 2)) for f in found] == [
        (severity, round(total - 5153.25, 2))
    ]


@pytest.mark.parametrize(
    ("after", "asked"),
    [
        ([55000.0, 9120.0], True),  # the line after the last part, round as it is
        ([9120.0, 71000.0, 48000.0, 55000.0], False),  # one of many lines further on
        ([54000.0], False),
    ],
)
def test_the_next_line_of_a_list_may_be_its_last(after: list[float], asked: bool) -> None:
    rows = [[v] for v in (7314268.0, 3207118.0, 2861150.0, 1191000.0, *after)]
    figures, places = figures_of(("Budget",), [table(rows)])
    parts = (1, 2, 3)
    cell = CellRelation("FT101", Operation.SUM, Basis.STRUCTURE, 0.9, 0, parts, (1.0,) * 3)
    ledger = build_ledger(figures, places, [], [cell], tolerance=0.0)
    assert ledger.check(0).difference == 55000.0
    assert lacking_one(ledger).tolist() == [asked]
