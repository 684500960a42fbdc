"""Two lines that agree in some years are one figure only where their names are one."""

from __future__ import annotations

import pytest

from tests.rules.drawn import findings_of, outcome_of

YEARS = "| Budget 2021 | Budget 2022 | Budget 2023 | Budget 2024"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Accident insurance", [("B4", 5724.0, 5664.0)]),
        ("Accident insurances", [("B4", 5724.0, 5664.0)]),
        ("Accident insurance fund", []),  # the fund pays more than the department of that name
    ],
)
def test_a_word_more_makes_another_figure(name: str, found: list[tuple[str, float, float]]) -> None:
    funds = f"""
Fund {YEARS}
Harbour fund | 81204 | 83117 | 86250 | 88019
Sewer fund | 41377 | 42904 | 43561 | 45226
{name} | 5724 | 6118 | 6731 | 7204
"""
    departments = f"""
Department {YEARS}
Parks | 31290 | 32214 | 33871 | 34460
Accident insurance | 5664 | 6118 | 6731 | 7204
Streets | 61733 | 62905 | 64188 | 66021
"""
    told = findings_of(outcome_of(funds, departments), "TO601")
    assert [(f.cell.a1, f.reported, f.recomputed) for f in told] == found
