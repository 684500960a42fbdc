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
    ((target, parts, operation, scale),) = found(rows, ["", "", ""])
    assert {target, parts[1]} == {0, 1}  # one factor is the product divided by the other
    assert (parts[0], operation, scale) == (2, Operation.RATIO, 1.0)


def test_figures_that_have_nothing_to_do_with_each_other_make_no_quotient() -> None:
    random = np.random.default_rng(7)
    rows = random.integers(100, 99999, size=(12, 6)).astype(np.float64).tolist()
    assert found(rows, ["a", "b", "c", "d", "e", "share"]) == []


def test_a_constant_is_no_quotient() -> None:
    rows = [[6000.0, float(k), 100.0] for k in range(1, 9)]
    assert found(rows, ["a", "b", "change %"]) == []


def test_what_is_called_a_ratio_is_no_change() -> None:
    # Debt on equity equals the change from equity to assets, where assets are debt and equity.
    rows = []
    years = [(4850.1, 23032.2), (5282.5, 24893.5), (5810.0, 28183.4), (6676.9, 35172.5)]
    years += [(7467.3, 37450.9), (8350.4, 42728.3), (9413.7, 49657.9)]
    for debt, equity in years:
        assets = round(debt + equity + 0.1 * (debt == 5810.0), 1)
        rows.append([assets, debt, equity, round(100 * (assets - equity) / equity, 6)])
    heads = ["assets", "debt", "equity", "debt/equity ratio (%)"]
    assert found(rows, heads) == [(3, (1, 2), Operation.RATIO, 100.0)]


def test_marks_that_are_mostly_full_make_no_quotient() -> None:
    diligent = [[15.0, 15.0, round(0.9735 + 0.0011 * k, 4)] for k in range(22)]
    others = [[7.5, 12.5, 0.4123], [14.5, 3.0, 0.3021], [10.0, 14.5, 0.2907], [2.5, 9.0, 0.5513]]
    assert found([*diligent, *others], ["homework 1", "homework 2", "result"]) == []


def test_lines_that_hardly_vary_explain_nothing() -> None:
    # Emissions of a country: of each kind nearly the same every year.
    kinds = [[12.8, 11.7, 11.7, 11.4, 11.2, 11.6, 12.1, 11.9, 12.0, 12.2, 12.5, 12.3]]
    kinds += [[0.5, 0.5, 0.5, 0.5, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]]
    total = [24.0, 22.1, 22.2, 21.9, 21.3, 22.4, 22.5, 22.8, 22.7, 23.1, 23.6, 23.3]
    rows = np.array([*kinds, total]).T.tolist()
    assert found(rows, ["agriculture", "waste", "sum"]) == []


def test_of_lines_with_the_same_figures_the_nearest_are_meant() -> None:
    random = np.random.default_rng(5)
    prices, volumes = random.integers(11, 90, size=(2, 14)).astype(float)
    rows = [[p, v, p * v, 0.0, v, p * v] for p, v in zip(prices, volumes, strict=True)]
    ((target, parts, *_),) = found(rows, ["", "", "", "", "", ""])
    assert {target, *parts} == {0, 1, 2}
    assert parts[0] == 2


def test_equal_lines_are_both_explained_where_others_show_the_same_denominator() -> None:
    random = np.random.default_rng(11)
    rows = []
    for target, first, second, third in random.integers(1000, 9000, size=(9, 4)).tolist():
        one, two, three = (round(figure / target, 5) for figure in (first, second, third))
        grant = float(random.integers(10, 99))
        rows.append([target, first, one, grant, second, two, third, three, third, three])
    heads = ["target", "a", "b", "c", "d", "e", "f", "g", "h", "i"]
    assert [(t, p) for t, p, *_ in found(rows, heads)] == [
        (2, (1, 0)),
        (5, (4, 0)),
        (7, (6, 0)),
        (9, (8, 0)),
    ]


def test_a_known_denominator_is_believed_far_off() -> None:
    random = np.random.default_rng(13)
    rows = []
    for base, *figures in random.integers(1000, 9000, size=(8, 9)).tolist():
        rows.append([base])
        for figure in figures:
            rows[-1] += [figure, round(figure / base, 4)]
    heads = ["population", *(name for k in range(8) for name in (f"region {k}", ""))]
    expected = [(2 * k + 2, (2 * k + 1, 0)) for k in range(8)]
    assert [(t, p) for t, p, *_ in found(rows, heads)] == expected


def test_a_ratio_that_comes_back_with_other_figures_is_some_news() -> None:
    revenue = [25162.0, 27028.6, 28771.3, 28094.1, 29675.1]
    expense = [23345.6, 24918.5, 26905.7, 26544.8, 27965.6]
    ratio = [0.93, 0.84, 0.94, 0.94, 0.94]  # the second one is wrong
    rows = np.array([revenue, expense, ratio]).T.tolist()
    heads = ["operating revenues", "operating expenses", "operating ratio"]
    assert found(rows, heads) == [(2, (1, 0), Operation.RATIO, 1.0)]
