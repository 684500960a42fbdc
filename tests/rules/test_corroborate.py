"""Failing checks that ask the same other value of one figure."""

from __future__ import annotations

import pytest

from rules.model import Severity
from tests.rules.drawn import findings_of, outcome_of

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


TWO_YEARS = """
Expenditures       | FY25   | FY26
General government | 109874 | {general}
Public safety      | 733105 | 741280
Highways           | 401226 | 396715
Culture            | 88240  | 90113
Debt service       | 215330 | 198764
Total expenditures | 1547775 | 1549759
"""


@pytest.mark.parametrize("typed", [1228870, 212887, 12887, -122887, 722887])
def test_one_slip_of_the_hand_is_an_error_however_large_the_difference(typed: int) -> None:
    outcome = outcome_of(TWO_YEARS.format(general=typed))
    (found,) = [f for f in outcome.findings if f.severity is not Severity.NOTE]
    assert (found.cell.a1, found.difference) == ("C7", 122887 - typed)
    named = {s.cell.a1: s.suggested for root in outcome.root_causes for s in root.cells}
    assert named["C2"] == 122887


def test_a_sum_that_is_far_off_without_any_slip_was_not_meant() -> None:
    assert findings_of(outcome_of(TWO_YEARS.format(general=1861442)), "FT") == []
