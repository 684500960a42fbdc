"""Rounded or exact: what sums say about the figures of a column."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from rules.ledger import OPERATIONS, Figures
from rules.model import Operation, Verdict
from rules.tolerance import refined_steps
from tests.rules.drawn import outcome_of


def column_steps(
    columns: list[list[tuple[list[float], float]]],
    step: float = 1.0,
    *,
    one_table: bool = False,
) -> list[NDArray[np.float64]]:
    """The refined steps of each column, given its sums as (parts, total)."""
    value: list[float] = []
    column: list[int] = []
    target: list[int] = []
    part: list[int] = []
    start = [0]
    for number, sums in enumerate(columns):
        for parts, total in sums:
            target.append(len(value))
            value += [total, *parts]
            part += range(target[-1] + 1, len(value))
            start.append(len(part))
            column += [number] * (len(parts) + 1)
    n = len(value)
    figures = Figures(
        sheets=("Budget",),
        sheet=np.zeros(n, np.int32),
        row=np.arange(1, n + 1, dtype=np.int32),
        column=np.ones(n, np.int32),
        value=np.array(value),
        step=np.full(n, step),
    )
    at, parts_at = np.array(target, np.int64), np.array(part, np.int64)
    starts = np.array(start, np.int64)
    totals = np.add.reduceat(figures.value[parts_at], starts[:-1])
    refined = refined_steps(
        figures,
        np.array(column, np.int64),
        np.full(len(at), OPERATIONS.index(Operation.SUM), np.int8),
        at,
        starts,
        parts_at,
        figures.value[at] - totals,
        np.zeros(len(columns), np.int64) if one_table else None,
    )
    return [refined[np.array(column) == c] for c in range(len(columns))]


def sums(n: int, parts: int, off: list[float], unit: int = 1) -> list[tuple[list[float], float]]:
    """``n`` sums of ``parts`` figures that are multiples of ``unit``; ``off`` is added in turn."""
    rng = np.random.default_rng(n * 100 + parts)
    made = []
    for i in range(n):
        figures = (rng.integers(1, 1000, parts) * unit + (unit == 1)).astype(float).tolist()
        made.append((figures, sum(figures) + off[i % len(off)]))
    return made


def test_a_column_that_always_foots_is_exact() -> None:
    (steps,) = column_steps([sums(12, 10, [0.0])])
    assert (steps == 0).all()


def test_a_column_whose_sums_are_off_by_little_stays_rounded() -> None:
    (steps,) = column_steps([sums(12, 10, [0.0, 1.0, -1.0, 2.0])])
    assert (steps == 1).all()


def test_few_sums_prove_nothing() -> None:
    (steps,) = column_steps([sums(2, 4, [0.0])])
    assert (steps == 1).all()


def test_short_columns_that_always_foot_are_exact_together() -> None:
    footing = [sums(2, 4, [0.0]) for _ in range(9)]
    for steps in column_steps(footing, one_table=True):
        assert (steps == 0).all()
    for steps in column_steps(footing):  # columns of different tables say nothing of each other
        assert (steps == 1).all()
    for steps in column_steps([*footing, sums(2, 4, [1.0, 0.0])], one_table=True):
        assert (steps == 1).all()


def test_a_column_beside_exact_ones_shows_what_misses_by_more_than_rounding_does() -> None:
    footing = [sums(2, 4, [0.0]) for _ in range(9)]
    *_, last = column_steps([*footing, sums(2, 3, [2.0, 0.0])], one_table=True)
    assert (last == 0).all()


def vacancies(percent: list[int]) -> list[str]:
    """Five regions, each with two figures in hundreds, their change and that in per cent; the first
    total is 100 above its lines."""
    old, new = [800, 500, 1300, 300, 1400], [1500, 1300, 900, 100, 300]
    text = ["Region | 2008 | 2009 | Change | Change %"]
    text.append(f"Total | {sum(old) + 100} | {sum(new)} | -200 | -5")
    for name, a, b, told in zip("ABCDE", old, new, percent, strict=True):
        text.append(f"Region {name} | {a} | {b} | {b - a} | {told}")
    return text


def test_percentages_of_what_stood_there_before_show_figures_rounded_to_hundreds() -> None:
    # 1 500 is 87.5 % more than 800: 86 was taken of the figures before they were rounded
    assert first_total([86, 177, -33, -60, -77]) == (Verdict.ROUNDING, 100.0)
    assert first_total([88, 160, -31, -67, -79]) == (Verdict.DISCREPANCY, 100.0)


def first_total(percent: list[int]) -> tuple[Verdict, float]:
    """How the sum of the older figures is judged where their changes are ``percent``."""
    ledger = outcome_of("\n".join(vacancies(percent))).ledger
    checks = [ledger.check(row) for row in range(len(ledger))]
    (total,) = [c for c in checks if c.cell.a1 == "B2" and c.operation is Operation.SUM]
    return total.verdict, total.difference


def test_an_exact_column_stays_exact_with_one_large_error() -> None:
    (steps,) = column_steps([[*sums(12, 10, [0.0]), *sums(1, 11, [5000.0])]])
    assert (steps == 0).all()


def test_budgets_in_tens_are_exact_even_with_one_slip_of_ten() -> None:
    (steps,) = column_steps([sums(6, 22, [0.0, 0.0, 0.0, 0.0, 0.0, 10.0], unit=10)])
    assert (steps == 0).all()


def test_statistics_in_hundreds_whose_sums_are_off_are_rounded_to_hundreds() -> None:
    (steps,) = column_steps([sums(10, 10, [0.0, 100.0, -100.0], unit=100)])
    assert (steps == 100).all()


def test_columns_are_decided_one_by_one() -> None:
    exact, rounded = column_steps([sums(12, 10, [0.0]), sums(12, 10, [1.0, -1.0, 2.0])])
    assert (exact == 0).all()
    assert (rounded == 1).all()


def test_exact_figures_stay_exact() -> None:
    (steps,) = column_steps([sums(12, 10, [1.0])], step=0.0)
    assert (steps == 0).all()


def test_percentages_under_exact_amounts_are_rounded() -> None:
    text = ["Function" + "".join(f" | {2000 + k}" for k in range(12))]
    rows: dict[str, list[float]] = {name: [] for name in ("Health", "Schools", "Roads")}
    for k in range(12):
        for n, name in enumerate(rows):
            rows[name].append(float(3001 + 977 * n + 131 * k + 17 * k * n))
    totals = [sum(rows[name][k] for name in rows) for k in range(12)]
    for name, values in rows.items():
        text.append(f"{name} | " + " | ".join(f"{v:.0f}" for v in values))
    text.append("Total | " + " | ".join(f"{v:.0f}" for v in totals))
    text.append("As percentages of the total |")
    shares = {
        name: [round(1000 * v / t) / 10 for v, t in zip(values, totals, strict=True)]
        for name, values in rows.items()
    }
    for name, shown in shares.items():
        text.append(f"{name} | " + " | ".join(f"{v:.1f}" for v in shown))
    text.append("Total | " + " | ".join("100.0" for _ in totals))
    off = [sum(round(10 * shares[name][k]) for name in shares) != 1000 for k in range(12)]
    assert sum(off) >= 3  # otherwise nothing is tested
    outcome = outcome_of("\n".join(text))
    assert outcome.findings == ()


def test_a_whole_total_over_figures_with_decimals_was_rounded() -> None:
    text = ["Line | 2021"]
    for block in range(6):
        values = [1000 + 111 * block + 7 * k for k in range(4)]
        typed = [f"{v}.29" if (block, k) == (2, 1) else str(v) for k, v in enumerate(values)]
        text += [f"Line {'abcdef'[block]}{k} | {v}" for k, v in enumerate(typed)]
        text.append(f"Total {'abcdef'[block]} | {sum(values)}")
    outcome = outcome_of("\n".join(text))
    assert outcome.findings == ()
    assert outcome.count(Verdict.ROUNDING) == 1


def test_census_figures_rounded_at_random_to_fives_may_be_off_by_four_each() -> None:
    (steps,) = column_steps([sums(10, 10, [0.0, 5.0, -10.0, 15.0], unit=5)])
    assert (steps == 8).all()


def test_short_columns_of_one_table_are_looked_at_together() -> None:
    columns = [sums(1, 5, [off], unit=100) for off in (100.0, -100.0, 0.0, 100.0, -200.0)]
    together = column_steps(columns, one_table=True)
    assert all((steps == 100).all() for steps in together)
    apart = column_steps(columns)
    assert all((steps == 1).all() for steps in apart)


def test_figures_in_threes_were_rounded_at_random() -> None:
    (steps,) = column_steps([sums(1, 17, [-3.0], unit=3)])
    assert (steps == 4).all()


def test_a_ratio_below_exact_amounts_is_rounded_to_its_digits() -> None:
    # Twenty sums that foot, and a ratio that another, failing sum takes for one of its column.
    made = [*sums(20, 10, [0.0]), ([2950.0, 3500.0], 0.84286)]
    value: list[float] = []
    target: list[int] = []
    part: list[int] = []
    start = [0]
    for parts, total in made:
        target.append(len(value))
        value += [total, *parts]
        part += range(target[-1] + 1, len(value))
        start.append(len(part))
    ratio = target[-1]
    target.append(ratio)
    part += [ratio + 1, ratio + 2]
    start.append(len(part))
    n = len(value)
    figures = Figures(
        sheets=("Budget",),
        sheet=np.zeros(n, np.int32),
        row=np.arange(1, n + 1, dtype=np.int32),
        column=np.ones(n, np.int32),
        value=np.array(value),
        step=np.where(np.arange(n) == ratio, 1e-5, 1.0),
    )
    operations = [Operation.SUM] * len(made) + [Operation.RATIO]
    refined = refined_steps(
        figures,
        np.zeros(n, np.int64),
        np.array([OPERATIONS.index(kind) for kind in operations], np.int8),
        np.array(target, np.int64),
        np.array(start, np.int64),
        np.array(part, np.int64),
        np.array([0.0] * 20 + [0.84286 - 6450.0, 0.84286 - 2950 / 3500]),
    )
    assert refined[ratio] == 1e-5
    assert (np.delete(refined, ratio) == 0).all()


MARKS = """
Pupil   | Test 1 | Test 2 | Test 3  | Test 4 | Test 5
Virta   | 17     | 20     | 11      | 13     | 9
Koski   | 14     | 13     | 18      | 16     | 20
Niemi   | 19     | 15     | 9       | 7      | 12
Laine   | 12     | 18     | 16      | 20     | 17
Salo    | 16     | 11     | 20      | 18     | 14
Rinne   | 8      | 19     | 14      | 15     | 16
Korpi   | 20     | 9      | 17      | 11     | 19
Average | 15.143 | 15     | {third} | 14.286 | 15.286
"""


def test_a_mean_of_whole_marks_is_judged_to_its_last_digit() -> None:
    assert outcome_of(MARKS.format(third="15")).findings == ()
    (wrong,) = outcome_of(MARKS.format(third="15.21")).findings
    assert wrong.cell.a1 == "D9"
    assert wrong.difference == pytest.approx(0.21)


FUNDS = [
    ("Individuals", (154.63, 174.51, 172.38, 172.83, 180.19)),
    ("Foundations", (20.51, 24.58, 27.22, 26.98, 26.84)),
    ("Firms", (10.23, 10.74, 11.6, 10.79, 11.06)),
    ("Bequests", (17.37, 19.88, 19.8, 20.97, 18.19)),
]


@pytest.mark.parametrize(("off", "difference"), [(0.08, None), (0.14, 0.14)])
def test_figures_typed_with_a_decimal_less_may_be_rounded(
    off: float, difference: float | None
) -> None:
    totals = [round(sum(told[year] for _, told in FUNDS), 2) for year in range(5)]
    totals[2] = round(totals[2] + off, 2)
    rows = [*FUNDS, ("Total funds", totals)]
    lines = [" | ".join([name, *(f"{f:.2f}" for f in told)]) for name, told in rows]
    found = outcome_of("\n".join(["Source | 1999 | 2000 | 2001 | 2002 | 2003", *lines])).findings
    told = [(f.cell.a1, round(f.difference or 0.0, 2)) for f in found]
    assert told == ([] if difference is None else [("D6", difference)])
