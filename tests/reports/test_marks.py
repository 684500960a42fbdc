"""Which figure carries which mark."""

from __future__ import annotations

from pathlib import Path

import crossfoot
from reports.marks import cell_marks
from reports.styles import Mark
from rules.model import Severity
from tests.rules.drawn import outcome_of

SAMPLE = Path(__file__).parents[2] / "samples" / "kemijarvi-2020.xlsx"


def test_the_parts_of_a_total_that_fails_are_marked_also_where_it_is_a_warning() -> None:
    outcome = crossfoot.check(SAMPLE)
    (found,) = (f for f in outcome.findings if f.cell.a1 == "D86")
    assert (found.rule, found.severity, len(found.parts)) == ("FT102", Severity.WARNING, 12)
    marks = cell_marks(outcome)
    assert {marks[part.cell].mark for part in found.parts} == {Mark.PART}


def test_nothing_is_marked_where_all_agrees() -> None:
    assert (
        cell_marks(outcome_of("A | 2024 | 2025\nB | 410 | 523\nC | 77 | 91\nTotal | 487 | 614"))
        == {}
    )
