"""Percentages that make up 100: no sums down the table, but sums of each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.search.relative import relative_lines
from rules.search.space import column_space
from rules.search.steps import steps
from tests.rules.search.made import row_sums, table

# spending, and who paid it: three shares that make up 100 in every line
PAID = [
    ("Care", 73622.0, 66.8, 22.6, 10.6),
    ("Beds", 38575.0, 98.2, 0.3, 1.5),
    ("Visits", 35047.0, 31.2, 47.3, 21.5),
    ("Rest", 2106.0, 75.7, 6.3, 18.0),
    ("All", 149350.0, 67.1, 22.1, 10.8),
]


def test_columns_that_make_up_100_do_not_speak_against_a_sum() -> None:
    labels, rows = [p[0] for p in PAID], [p[1:] for p in PAID]
    assert row_sums(table(rows, labels=labels)) == [(4, (0, 1, 2, 3))]


def test_a_line_of_100_is_stated_as_finely_as_its_parts() -> None:
    made = table([[100.0] * 4, [45.1, 35.4, 32.8, 28.1], [54.8, 64.6, 67.3, 71.9]])
    assert (steps(made.values) == 0.1).all()


PLACES = [
    [45.0, 35.4, 32.8, 28.1, 24.9, 20.1],
    [14.6, 17.7, 16.8, 16.6, 15.9, 12.7],
    [2.2, 3.1, 3.3, 4.1, 4.6, 4.6],
    [20.8, 24.1, 24.6, 26.0, 29.2, 28.4],
    [17.3, 19.7, 22.4, 25.3, 25.3, 34.2],
]
KINDS = ["Robbery", "Street", "House", "Station", "Bank", "Elsewhere"]


@pytest.mark.parametrize("wrong", [100.0, 1000.0])
def test_parts_that_differ_make_a_hundred_news_in_every_column(wrong: float) -> None:
    whole = [100.0, 100.0, 100.0, 100.0, wrong, 100.0]
    assert row_sums(table([whole, *PLACES], labels=KINDS)) == [(0, (1, 2, 3, 4, 5))]


def test_a_distribution_in_per_cent_stays_together_however_small_some_of_it_is() -> None:
    counts = [
        [10870, 3191, 6412, 1273],
        [39980, 39071, 902, 13],
        [10380, 9061, 1222, 103],
        [9470, 3271, 5582, 623],
        [21530, 3081, 15072, 3383],
    ]
    rows = [[*c, 100.0, *(round(100 * part / c[0], 1) for part in c[1:])] for c in counts]
    for row in rows:  # the largest share takes what rounding leaves
        row[6] = round(100.0 - row[5] - row[7], 1)
    made = table(
        rows,
        headings=["All", "Single", "Wed", "Apart", "% all", "% single", "% wed", "% apart"],
    )
    per_cent = tuple(replace(h, group="Distribution") for h in made.headings[4:])
    made = replace(made, headings=(*made.headings[:4], *per_cent))
    relative = relative_lines(column_space(made), made.percent.T)
    assert relative.tolist() in ([False] * 8, [False] * 4 + [True] * 4)
