"""Sums with a part that is nearly always blank."""

from __future__ import annotations

import numpy as np

from rules.model import Basis
from rules.search.candidate import Candidate
from rules.search.complete import completed
from rules.search.space import row_space
from tests.rules.search.made import table

N = 8
A = [1203.0, 1377.0, 1419.0, 1588.0, 1611.0, 1702.0, 1893.0, 1944.0]
B = [877.0, 812.0, 934.0, 955.0, 1021.0, 1077.0, 1134.0, 1189.0]


def made(extra: dict[int, float], added: dict[int, float]) -> Candidate:
    """The sum of two lines, where the total counts ``added`` besides; a third line is ``extra``."""
    third = [extra.get(k, 0.0) for k in range(N)]
    total = [a + b + added.get(k, 0.0) for k, (a, b) in enumerate(zip(A, B, strict=True))]
    drawn = table([A, B, third, total])
    space = row_space(drawn)
    failed = int(np.sum([bool(x) for x in added.values()]))
    sum_of = Candidate(3, (0, 1), (1.0, 1.0), 60.0, N - failed, failed, Basis.LABEL, "run")
    return completed(space, sum_of)


def test_a_line_that_is_blank_wherever_the_sum_holds_is_a_part() -> None:
    whole = made({6: 2000.0, 7: 12000.0}, {6: 2000.0, 7: 12000.0})
    assert (whole.parts, whole.held, whole.failed) == ((0, 1, 2), N, 0)


def test_one_difference_may_be_a_line_left_out() -> None:
    assert made({6: 2000.0}, {6: 2000.0}).parts == (0, 1)


def test_a_line_that_stands_where_the_sum_holds_is_no_part() -> None:
    assert made({1: 50.0, 6: 2000.0, 7: 12000.0}, {6: 2000.0, 7: 12000.0}).parts == (0, 1)


def test_every_difference_must_be_that_line() -> None:
    assert made({6: 2000.0, 7: 12000.0}, {6: 2000.0, 7: 11000.0}).parts == (0, 1)
