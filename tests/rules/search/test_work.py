"""The search stops after so much work, says so, and leaves flat dumps alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rules.infer import infer, search
from rules.search.space import ROWS
from rules.search.telling import is_flat
from rules.search.work import Work, WorkSpentError
from rules.settings import RuleSettings
from tests.rules.drawn import outcome_of
from tests.rules.search.made import table


def _budget(n: int = 12) -> list[list[float]]:
    """Lines of two columns, with their total at the end."""
    lines = [[1_031.0 + 977 * k, 2_017.0 + 1_409 * k * k] for k in range(n)]
    return [*lines, np.sum(lines, axis=0).tolist()]


def test_work_is_counted_and_ends() -> None:
    work = Work(100)
    work.spend(60)
    work.spend(40)
    with pytest.raises(WorkSpentError):
        work.spend(1)


def test_what_is_beyond_the_work_is_not_searched() -> None:
    made = table(_budget())
    whole = search(made, 0)
    assert [c.target for c in whole.sums[ROWS]] == [12]
    assert whole.unsearched == ""
    cut = search(made, 0, work=Work(10))
    assert cut.unsearched == "budget"
    assert cut.sums[ROWS] == ()


def test_totals_that_words_tell_are_kept_beyond_the_work() -> None:
    made = table(_budget(), labels=[*(f"line {k}" for k in range(12)), "Total"])
    cut = search(made, 0, work=Work(10))
    assert cut.unsearched == "budget"
    assert [c.target for c in cut.sums[ROWS]] == [12]


def test_the_smallest_tables_are_searched_first() -> None:
    chance = np.random.default_rng(5)
    long = table(chance.integers(1_000, 9_000_000, (400, 6)).astype(float).tolist())
    short = table(_budget())
    places = [np.full(t.values.shape, -1, dtype=np.int64) for t in (long, short)]
    work = Work()
    search(short, 1, work=(one := Work(1e9)))
    work.left = 1.5 * (1e9 - one.left)
    assert infer((long, short), places, work=work).unsearched == {0: "budget"}


SHEET = """
Line    | 2023 | 2024
Rents   | 1031 | 2017
Fuel    | 2008 | 3426
Post    |   77 |   63
Beside  | 3116 | 5506
"""


def test_figures_that_were_not_searched_have_that_reason() -> None:
    whole, cut = outcome_of(SHEET), outcome_of(SHEET, settings=RuleSettings(search_budget=0))
    assert (len(whole.ledger), whole.not_checked) == (2, ())
    assert len(cut.ledger) == 0
    assert {gap.reason.key for gap in cut.not_checked} == {"not_checked.budget"}
    assert len(cut.not_checked) == cut.figures == 8


def test_figures_of_a_flat_table_have_that_reason() -> None:
    rows = "\n".join(f"Item {k} | 1 | 1" for k in range(600))
    flat = outcome_of(f"Line | Boys | Girls\n{rows}\n")
    assert {gap.reason.key for gap in flat.not_checked} == {"not_checked.flat"}


@pytest.mark.parametrize(
    ("figures", "flat"),
    [
        (np.ones((1_000, 1)), True),
        (np.zeros((1_000, 1)), True),
        (np.append(np.ones(3_000), [3_000.0, 7.0])[:, None], True),
        (np.arange(3_000)[:, None] % 5 + 1.0, True),
        (np.ones((999, 1)), False),
        (np.arange(3_000)[:, None] % 50 + 1.0, False),
        (np.append(np.zeros(3_000), np.arange(20.0))[:, None], False),
    ],
)
def test_flat_tables(figures: NDArray[np.float64], flat: bool) -> None:
    assert is_flat(figures) is flat
