"""Shares of a total that stands in another line."""

from __future__ import annotations

from rules.model import Severity
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of

PROJECTS = """
Project     | 2024 | 2025 | Total | Share %
School      | 4380 | 2140 | 6520  | {school}
Day care    | 935  | 1810 | 2745  | 10.6
Health      | 2207 | 3316 | 5523  | 21.3
Sports hall | 1614 | 828  | 2442  | 9.4
Harbour     | 5302 | 3376 | 8678  | 33.5
Total       | 14438 | 11470 | 25908 | 100
"""


def test_a_share_that_does_not_follow_its_figure() -> None:
    outcome = outcome_of(PROJECTS.format(school=52.2))
    checks = checks_of(outcome, "RT503")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        f"E{row}": [(f"D{row}", 1.0), ("D7", 1.0)] for row in range(2, 7)
    }
    (found,) = findings_of(outcome, "RT503")
    assert (found.cell.a1, round(found.difference or 0.0, 1)) == ("E2", 27.0)
    located = [[(s.cell.a1, s.suggested) for s in root.cells] for root in outcome.root_causes]
    assert located == [[("E2", 25.2)]]


def test_shares_that_follow_are_no_finding() -> None:
    outcome = outcome_of(PROJECTS.format(school=25.2))
    assert [f for f in outcome.findings if f.severity is not Severity.NOTE] == []
    assert len(checks_of(outcome, "RT503")) == 5


def test_shares_across_the_columns_of_a_line() -> None:
    rows = [line.split("|") for line in PROJECTS.format(school=52.2).strip().splitlines()]
    turned = "\n".join("|".join(cells) for cells in zip(*rows, strict=True))
    (found,) = findings_of(outcome_of(turned), "RT503")
    assert (found.cell.a1, round(found.difference or 0.0, 1)) == ("B5", 27.0)


def test_percentages_of_something_else_are_no_shares() -> None:
    text = PROJECTS.format(school=52.2).replace("21.3", "17.8").replace("9.4", "44.0")
    assert checks_of(outcome_of(text), "RT503") == {}
