"""Figures per resident of one column were divided by one population."""

from __future__ import annotations

from rules.model import Severity
from tests.rules.drawn import findings_of, outcome_of

BOARDS = """
Board       | Net cost | € per resident
Executive   | -912431  | -125
Education   | -3104888 | {education}
Technical   | -1790215 | -245
Audit       | -3035210 | -415
Environment | -640977  | -88
Leisure     | -2210054 | -302
"""


def test_a_figure_that_implies_another_population() -> None:
    outcome = outcome_of(BOARDS.format(education=-452))
    (root,) = outcome.root_causes
    assert [(s.cell.a1, s.suggested) for s in root.cells] == [("C3", -425.0)]
    (found,) = findings_of(outcome, "UN814")
    assert (found.cell.a1, found.severity) == ("C3", Severity.WARNING)
    assert dict(found.message.values) == {
        "value": -452.0,
        "suggested": -425.0,
        "count": 5,
        "low": 7306.0,
        "high": 7321.0,
    }


def test_a_figure_of_the_other_sign_is_told_too() -> None:
    (found,) = findings_of(outcome_of(BOARDS.format(education=425)), "UN814")
    assert (found.cell.a1, found.message.values["suggested"]) == ("C3", -425.0)


def test_one_population_for_all_lines_is_no_finding() -> None:
    assert findings_of(outcome_of(BOARDS.format(education=-425)), "UN814") == []


def test_lines_of_several_populations_say_nothing() -> None:
    text = BOARDS.format(education=-452).replace("-245", "-254").replace("-302", "-320")
    assert findings_of(outcome_of(text), "UN814") == []
