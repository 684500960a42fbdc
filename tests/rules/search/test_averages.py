"""Means of neighbouring lines, with and without a word for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rules.infer import search
from rules.model import Basis
from rules.search.averages import find_averages, means_beside_sums
from rules.search.candidate import Candidate
from rules.search.space import column_space, row_space
from tests.rules.search.made import BLANK, Cell, X, table

Rows = list[list[Cell]]

FIGURES: Rows = [
    [41.0, 1203.0, 7.5],
    [67.0, 1455.0, 9.0],
    [52.0, 980.0, 4.5],
    [38.0, 1333.0, 6.0],
]


def found(
    rows: Sequence[Sequence[Cell]], labels: Sequence[str]
) -> list[tuple[int, tuple[int, ...]]]:
    """Target and parts of every mean between the rows."""
    return [(c.target, c.parts) for c in find_averages(row_space(table(rows, labels)))]


def test_an_average_below_its_figures() -> None:
    rows: Rows = [*FIGURES, [49.5, 1242.75, 6.75]]
    assert found(rows, ["a", "b", "c", "d", "average"]) == [(4, (0, 1, 2, 3))]


def test_a_blank_figure_does_not_count() -> None:
    rows: Rows = [[41.0], [67.0], [BLANK], [38.0], [48.6667]]
    labels = ["a", "b", "c", "d", "average"]
    wide: Rows = [
        [*row, other] for row, other in zip(rows, (10.0, 20.0, 60.0, 30.5, 30.125), strict=True)
    ]
    assert found(wide, labels) == [(4, (0, 1, 2, 3))]


def test_the_total_between_is_left_out() -> None:
    total: list[Cell] = [198.0, 4971.0, 27.0]
    rows: Rows = [*FIGURES, total, [49.5, 1242.75, 6.75]]
    labels = ["a", "b", "c", "d", "total", "average"]
    assert found(rows, labels) == [(5, (0, 1, 2, 3))]


def test_without_a_word_a_few_agreements_are_not_enough() -> None:
    rows: Rows = [*FIGURES, [49.5, 1242.75, 6.75]]
    assert found(rows, ["a", "b", "c", "d", "e"]) == []


def test_figures_all_alike_are_their_own_mean_and_prove_nothing() -> None:
    rows: Rows = [[3.0, 8.0]] * 5
    assert found(rows, ["a", "b", "c", "d", "average"]) == []


MANY: Rows = [
    [41.0, 1203.0, 7.5, 12.25],
    [67.0, 1455.0, 9.0, 31.5],
    [52.0, 980.0, 4.5, 8.75],
    [38.0, 1333.0, 6.0, 19.0],
    [49.5, 1242.75, 6.75, 17.875],
]


def columns(
    rows: Sequence[Sequence[Cell]], headings: Sequence[str]
) -> list[tuple[int, tuple[int, ...]]]:
    """Target and parts of every mean between the columns."""
    made = table(rows, headings=headings)
    return [(c.target, c.parts) for c in find_averages(column_space(made))]


def test_without_a_word_many_agreements_are_enough() -> None:
    assert found(MANY, ["a", "b", "c", "d", "e"]) == [(4, (0, 1, 2, 3))]


def test_a_run_is_not_longer_than_what_it_averages() -> None:
    # Marks are exact although they are whole numbers: the one of another block does not belong.
    rows: Rows = [[3.0, 4.0, 2.0], [2.0, 5.0, 1.0], [4.0, 1.0, 5.0], [3.5, 4.5, 2.25]]
    rows += [[5.0, 2.0, 4.0], [1.0, 3.0, 2.0], [4.0, 4.0, 5.0], [3.3333, 3.0, 3.6667]]
    labels = ["a", "b", "c", "d", "e", "f", "g", "average"]
    assert (7, (4, 5, 6)) in found(rows, labels)


def test_one_figure_of_each_group_of_columns() -> None:
    marks = [(18.0, 61.0, 14.0, 85.0, 12.0, 73.0), (11.0, 48.0, 19.0, 77.0, 20.0, 90.0)]
    marks += [(20.0, 95.0, 17.0, 56.0, 13.0, 64.0), (15.0, 88.0, 10.0, 41.0, 16.0, 70.0)]
    rows: Rows = [[*row, round((row[1] + row[3] + row[5]) / 3, 2)] for row in marks]
    heads = ["quiz 1", "test 1", "quiz 2", "test 2", "quiz 3", "test 3", "average of tests"]
    assert columns(rows, heads) == [(6, (1, 3, 5))]


def test_a_mean_of_two_neighbours_that_stand_elsewhere() -> None:
    pairs = [(0.0313, 0.0847), (-0.0221, 0.0156), (0.0492, -0.0318), (0.0077, 0.0629)]
    pairs += [(0.0851, 0.0206), (-0.0117, 0.0344), (0.0263, 0.0998), (0.0415, -0.0072)]
    ranks = (5, 2, 9, 4, 7, 1, 8, 3)
    rows: Rows = [[a, b, c, (a + b) / 2] for (a, b), c in zip(pairs, ranks, strict=True)]
    assert columns(rows, ["P1", "P2", "rank", "P3"]) == [(3, (0, 1))]


def test_a_mean_that_stands_like_a_clear_one() -> None:
    # An index is 100 in its base year, or near it: that alone would prove little.
    rows: Rows = []
    industries = [(97.8, 1.3), (101.1, 0.4), (95.2, 2.6), (99.4, -0.7), (103.0, -1.9)]
    industries += [(92.7, 3.1), (98.3, 2.2), (104.9, -2.4)]
    for row, (base, step) in enumerate(industries):
        year = 100.1 if row % 3 == 0 else 100.0
        rest = round(4 * year - 199.0 - base, 1)
        quarters = [base, round(base + step, 1), round(199.0 - base - step, 1), rest]
        later = [round(quarter * (1.02 + step / 100), 1) for quarter in quarters]
        rows.append([*quarters, year, *later, round(sum(later) / 4, 1)])
    heads = ["I", "II", "III", "IV", "year", "I", "II", "III", "IV", "average of the year"]
    assert sorted(columns(rows, heads)) == [(4, (0, 1, 2, 3)), (9, (5, 6, 7, 8))]


def test_the_mean_of_means() -> None:
    rows: Rows = [*FIGURES[:2], [54.0, 1329.0, 8.25], *FIGURES[1:], [52.333, 1256.0, 6.5]]
    rows += [[53.1665, 1292.5, 7.375]]
    labels = ["a", "b", "average", "b", "c", "d", "average", "average of both"]
    assert (7, (2, 6)) in found(rows, labels)


def test_an_average_skips_what_is_not_told() -> None:
    rows: Rows = [[X, 1203.0, 7.5], [67.0, 1455.0, 9.0], [52.0, X, 4.5], [38.0, 1333.0, 6.0]]
    made = table([*rows, [52.333, 1330.333, 6.75]], ["a", "b", "c", "d", "average"])
    (mean,) = search(made, 0).average_relations("RT502", 0)
    assert (mean.parts, mean.observed, mean.withheld) == ((0, 1, 2, 3), None, ())


def test_an_average_of_prices_in_a_line_of_totals() -> None:
    rows: Rows = [[12.5, 400.0], [13.75, 120.0], [11.2, 310.0], [12.98, 95.0]]
    made = row_space(table([*rows, [12.6075, 925.0]], ["a", "b", "c", "d", "total"]))
    total = Candidate(4, (0, 1, 2, 3), (1.0,) * 4, 20.0, 2, 1, Basis.LABEL, "run")
    kept, means = means_beside_sums(made, [total])
    assert [(c.target, c.parts, c.observed) for c in kept] == [(4, (0, 1, 2, 3), (1,))]
    assert [(c.target, c.parts, c.observed) for c in means] == [(4, (0, 1, 2, 3), (0,))]


def test_a_total_that_fails_is_no_mean() -> None:
    rows: Rows = [[12.5, 400.0], [13.75, 120.0], [11.2, 310.0], [12.98, 95.0]]
    made = row_space(table([*rows, [51.34, 925.0]], ["a", "b", "c", "d", "total"]))
    total = Candidate(4, (0, 1, 2, 3), (1.0,) * 4, 20.0, 2, 1, Basis.LABEL, "run")
    assert means_beside_sums(made, [total]) == ([total], [])


def test_a_mean_that_fails_wherever_a_line_beside_it_counts_is_none() -> None:
    # Divided by one less than there are: it agrees only where the first year has nothing.
    years = [[0.0, 21.0, 44.0, 35.0]] * 1 + [[0.0, 13.0, 52.0, 8.0], [0.0, 61.0, 5.0, 17.0]]
    years += [[0.0, 9.0, 40.0, 26.0], [40.0, 31.0, 7.0, 22.0], [75.0, 12.0, 33.0, 51.0]]
    years += [[18.0, 45.0, 29.0, 3.0]]
    rows: Rows = [[*row, round(sum(row) / 3, 3)] for row in years]
    assert columns(rows, ["2021", "2022", "2023", "2024", "average 2021-2024"]) == []


def test_deviations_below_the_figures_have_no_mean() -> None:
    random = np.random.default_rng(17)
    figures = random.integers(-900, 900, size=(12, 2)) / 1e4
    rows: Rows = [[a, b, (a + b) / 2] for a, b in figures.tolist()]
    below: Rows = [[0.0521, 0.0467, 0.0334], [0.0027, 0.0022, 0.0011], [5.7426, 6.9293, 8.7007]]
    made = table([*rows, *below], headings=["P1", "P2", "average of both"])
    (mean,) = find_averages(column_space(made))
    assert (mean.parts, mean.observed, mean.failed) == ((0, 1), tuple(range(12)), 0)
