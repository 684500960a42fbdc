"""What counts as evidence for a sum, and what does not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rules.search.candidate import weigh
from rules.search.space import row_space
from tests.rules.search.made import BLANK, Cell, X, row_sums, table


def bits(rows: Sequence[Sequence[Cell]], headings: tuple[str, ...] = ()) -> float:
    """The evidence for the last row as the sum of all before it."""
    space = row_space(table(rows, headings=headings))
    n = len(rows) - 1
    return weigh(space, n, np.arange(n), np.ones(n)).bits


def test_a_column_that_repeats_another_adds_nothing() -> None:
    one = [[1211.0], [3487.0], [4698.0]]
    again = [row * 3 for row in one]
    in_proportion = [[row[0], row[0] * 2, row[0] * 3] for row in one]
    assert bits(again) == pytest.approx(bits(one))
    assert bits(in_proportion) == pytest.approx(bits(one))
    other = [[1211.0, 655.0], [3487.0, 1207.0], [4698.0, 1862.0]]
    assert bits(other) > bits(one) + 8


def test_a_copy_is_no_sum() -> None:
    copied = [[1210.0, 655.0, 712.0], [0.0, 0.0, 0.0], [1210.0, 655.0, 712.0]]
    assert 0 < bits(copied) < 1
    cancelled = [[1210.0, 655.0], [-1210.0, -655.0], [0.0, 0.0]]
    assert 0 < bits(cancelled) < 1


def test_a_part_that_is_not_always_the_same_is_more_than_a_copy() -> None:
    copied = [[1210.0, 655.0, 712.0], [0.0, 0.0, 0.0], [1210.0, 655.0, 712.0]]
    in_turn = [[1210.0, 0.0, 712.0], [0.0, 655.0, 0.0], [1210.0, 655.0, 712.0]]
    assert bits(in_turn) > bits(copied) + 2


def test_what_is_as_small_as_rounding_is_no_difference() -> None:
    asked = [330000.0, 500000.0, 412500.0, 275000.0]
    shares = [1.04, 1.03, 1.21, 1.13]
    assert (
        bits([asked, [-a for a in asked], shares]) < 1
    )  # a share of one is no difference of two equal amounts


def test_an_agreement_of_round_figures_is_worth_their_digits_only() -> None:
    lines = [1211.0, 655.0, 3487.0, 912.0, 77.0, 5301.0, 1208.0]
    exact = [[21100.0], [33700.0], [54800.0]]
    told = [[21143.0], [33719.0], [54862.0]]

    def among(rows: list[list[float]]) -> float:
        made = row_space(table([*([x] for x in lines), *rows]))
        return weigh(made, 9, np.array([7, 8]), np.ones(2)).bits

    assert among(told) - among(exact) == pytest.approx(np.log2(100), abs=0.1)


def test_figures_rounded_to_fives_foot_within_fives() -> None:
    rounded = [
        [1200.0, 655.0, 30.0, 4305.0],
        [3480.0, 1205.0, 25.0, 2110.0],
        [910.0, 335.0, 15.0, 1885.0],
        [5595.0, 2190.0, 75.0, 8300.0],
    ]
    assert bits([[float(v) for v in row] for row in rounded]) > 12
    in_ones = [[float(v) + 1.0 for v in row] for row in rounded]
    in_ones[-1] = [float(v) for v in (5600, 2195, 79, 8305)]
    assert bits([list(row) for row in in_ones]) < 0


def test_a_figure_held_back_makes_a_failing_sum_prove_nothing() -> None:
    shown = [[1210.0, 655.0], [3480.0, 1207.0], [655.0, 18.0], [5345.0, 2380.0]]
    hidden: list[list[float | str | None]] = [
        [1210.0, 655.0],
        [3480.0, 1207.0],
        [655.0, X],
        [5345.0, 2380.0],
    ]
    first = bits([row[:1] for row in hidden])
    assert bits(hidden) == pytest.approx(first)
    assert bits([list(row) for row in shown]) < first - 4


def test_a_column_of_percentages_may_fail() -> None:
    rows: list[list[float | str | None]] = [
        [1210.0, 3.5],
        [3480.0, 1.2],
        [655.0, -2.1],
        [5345.0, 1.4],
    ]
    money = bits([row[:1] for row in rows])
    assert bits(rows, headings=("2024", "change %")) > money - 3
    assert bits(rows, headings=("2024", "2023")) < money - 4


def test_the_inner_total_comes_first_and_becomes_a_part_of_the_outer_one() -> None:
    made = table(
        [
            [385.0, 1043.0, 464.0],
            [285.0, 721.0, 323.0],
            [262.0, 613.0, 265.0],
            [16.0, 64.0, 35.0],
            [7.0, 44.0, 23.0],
            [38.0, 95.0, 44.0],
            [62.0, 227.0, 97.0],
        ]
    )
    assert row_sums(made) == [(0, (1, 5, 6)), (1, (2, 3, 4))]


def test_lines_of_nothing_beside_a_line_are_no_relations() -> None:
    made = table(
        [
            [28498.0, 9200.0, 692.0],
            [0.0, 0.0, 0.0],
            [0.0, BLANK, 0.0],
            [28498.0, 9200.0, 692.0],
            [12.0, 310.0, 41.0],
        ]
    )
    assert row_sums(made) == []
