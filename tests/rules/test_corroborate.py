"""Failing checks that ask the same other value of one figure."""

from __future__ import annotations

from rules.model import Severity
from tests.rules.drawn import outcome_of

KEY_FIGURES = """
Key figures  | 2018 | 2019 | 2020 | 2021 | 2022
Staff costs  | -2284295 | -2200752 | -2192710 | {staff} | -2105100
Change %     | -8.4 | -3.7 | -0.4 | {change} | -0.5
"""


def serious(staff: int, change: float) -> dict[str, float]:
    outcome = outcome_of(KEY_FIGURES.format(staff=staff, change=change))
    return {
        f.cell.a1: round(f.difference or 0.0, 2)
        for f in outcome.findings
        if f.severity is not Severity.NOTE
    }


def test_the_change_to_a_wrong_figure_and_the_change_from_it_corroborate_each_other() -> None:
    assert serious(-2115600, -3.5) == {}
    assert serious(-2215600, -3.5) == {"E3": -4.54, "F3": 4.49}


def test_two_changes_that_ask_for_different_values_do_not() -> None:
    assert serious(-2215600, -6.5) == {}
