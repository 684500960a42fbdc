"""A line of percentages has one base."""

from __future__ import annotations

from rules.model import Operation
from rules.search.bases import with_one_base
from rules.search.proposals import Quotient


def ratio(base: int, observed: tuple[int, ...] | None) -> Quotient:
    return Quotient(6, (5, base), (1.0, 1.0), 1.0, 10.0, 9, 0, Operation.RATIO, observed)


def test_the_base_of_most_cells_is_tested_in_the_others_too() -> None:
    common, stray = ratio(2, (0, 1, 2, 3, 4, 5)), ratio(3, (6, 7))
    first, second = with_one_base([common, stray])
    assert (first.parts, first.observed, first.failed) == ((5, 2), None, 2)
    assert second == stray


def test_without_a_majority_nothing_is_meant_of_the_others() -> None:
    halves = [ratio(2, (0, 1, 2)), ratio(3, (4, 5))]
    assert list(with_one_base(halves)) == halves
    assert list(with_one_base([ratio(2, None)])) == [ratio(2, None)]
