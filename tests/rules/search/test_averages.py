"""Means of neighbouring lines, with and without a word for them."""

from __future__ import annotations

from collections.abc import Sequence

from rules.search.averages import find_averages
from rules.search.space import row_space
from tests.rules.search.made import BLANK, Cell, table

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
