"""Totals that leave out a line which only says what is part of another."""

from __future__ import annotations

from tests.rules.search.made import row_sums, table

SINGLE = [359243.0, 41713.0, 74095.0, 28411.0]
MARRIED = [755535.0, 125548.0, 109786.0, 61302.0]
WIDOWED = [83565.0, 18029.0, 12701.0, 7733.0]
WOMEN = [66870.0, 14912.0, 10377.0, 6104.0]
DIVORCED = [150406.0, 22186.0, 15743.0, 9871.0]
LABELS = ["Aged 15 and over", "Single", "Married", "Widowed", "women", "Divorced"]


def total(*more: list[float]) -> list[float]:
    return [sum(figures) for figures in zip(SINGLE, MARRIED, WIDOWED, DIVORCED, *more, strict=True)]


def rows(observations: int = 4, wrong: float = 0.0) -> list[list[float]]:
    told = [total(), SINGLE, MARRIED, WIDOWED, WOMEN, DIVORCED]
    told = [figures[:observations] for figures in told]
    told[0][-1] += wrong
    return told


def test_a_line_that_is_part_of_another_is_left_out() -> None:
    assert row_sums(table(rows(), labels=LABELS)) == [(0, (1, 2, 3, 5))]


def test_a_total_below_its_lines_may_leave_one_out_too() -> None:
    above = [*rows()[1:], rows()[0]]
    assert row_sums(table(above, labels=[*LABELS[1:], LABELS[0]])) == [(5, (0, 1, 2, 4))]


def test_two_observations_do_not_show_that_a_line_is_left_out() -> None:
    assert row_sums(table(rows(2), labels=LABELS)) == []


def test_a_line_left_out_is_left_out_everywhere() -> None:
    assert row_sums(table(rows(wrong=500.0), labels=LABELS)) == []
