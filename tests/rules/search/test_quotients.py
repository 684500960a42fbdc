"""Ratios and changes: which pair of lines is meant, and when none is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rules.model import Operation
from rules.search.quotients import find_quotients
from rules.search.space import column_space
from tests.rules.search.made import table

Found = list[tuple[int, tuple[int, int], Operation, float]]


def found(rows: Sequence[Sequence[float]], headings: Sequence[str]) -> Found:
    """Target, parts, operation and scale of every quotient between the columns."""
    made = table(rows, headings=headings)
    quotients = find_quotients(column_space(made), made.percent.T)
    return [(q.target, q.parts, q.operation, q.scale) for q in quotients]


BUDGET = [[1210.0, 1343.0], [3480.0, 3289.0], [655.0, 702.0], [98.0, 121.0]]


def test_a_change_in_per_cent_is_of_the_older_figure() -> None:
    rows = [[old, new, round(100 * (new - old) / old, 1)] for old, new in BUDGET]
    assert found(rows, ["2023", "2024", "change %"]) == [
        (2, (0, 1), Operation.PERCENT_CHANGE, 100.0)
    ]


SIGNED = [(1210, 1343), (-3480, -3289), (-655, -702), (98, 121), (-902, -950)]  # revenue, expense


def test_a_change_on_the_magnitude_of_the_older_figure_follows_the_change_in_money() -> None:
    rows = [[old, new, round(100 * (new - old) / abs(old), 1)] for old, new in SIGNED]
    made = table(rows, headings=["2023", "2024", "change %"])
    (change,) = find_quotients(column_space(made), made.percent.T)
    assert (change.target, change.parts, change.factors) == (2, (0, 1), (-2.0, 1.0))


def test_a_change_on_the_figure_itself_stays_one() -> None:
    rows = [[old, new, round(100 * (new - old) / old, 1)] for old, new in SIGNED]
    made = table(rows, headings=["2023", "2024", "change %"])
    (change,) = find_quotients(column_space(made), made.percent.T)
    assert (change.target, change.parts, change.factors) == (2, (0, 1), (-1.0, 1.0))


def test_the_name_of_the_change_tells_what_it_compares() -> None:
    # Rounded to hundreds, as such statistics are: the percentages were taken before rounding.
    rows = [
        [9100, 12400, 10400, -12],
        [3600, 4600, 1700, 114],
        [1800, 1400, 1500, 17],
        [2100, 3000, 3700, -45],
        [700, 1600, 900, -27],
        [1000, 1700, 2500, -59],
    ]
    heads = ["2009/IV", "2009/III", "2008/IV", "change (%) 2009/IV - 2008/IV"]
    assert found(rows, heads) == [(3, (2, 0), Operation.PERCENT_CHANGE, 100.0)]


def test_shares_of_one_total_raise_each_other() -> None:
    rows = []
    for first, second, third in ((310, 85, 12), (402, 99, 9), (288, 120, 15), (501, 77, 11)):
        total = first + second + third
        shares = [round(100 * part / total, 0) for part in (first, second, third)]
        rows.append([first, second, third, total, *shares])
    heads = ["a", "b", "c", "total", "a %", "b %", "c %"]
    assert found(rows, heads) == [
        (4, (0, 3), Operation.RATIO, 100.0),
        (5, (1, 3), Operation.RATIO, 100.0),
        (6, (2, 3), Operation.RATIO, 100.0),
    ]


def test_quantity_times_price_needs_no_word() -> None:
    quantities = [12, 35, 14, 26, 17, 9]
    prices = [4, 12, 10, 2, 7, 5]
    rows = [[q, p, q * p] for q, p in zip(quantities, prices, strict=True)]
    assert found(rows, ["", "", ""]) == [(1, (2, 0), Operation.RATIO, 1.0)]


def test_figures_that_have_nothing_to_do_with_each_other_make_no_quotient() -> None:
    random = np.random.default_rng(7)
    rows = random.integers(100, 99999, size=(12, 6)).astype(np.float64).tolist()
    assert found(rows, ["a", "b", "c", "d", "e", "share"]) == []


def test_a_constant_is_no_quotient() -> None:
    rows = [[6000.0, float(k), 100.0] for k in range(1, 9)]
    assert found(rows, ["a", "b", "change %"]) == []
