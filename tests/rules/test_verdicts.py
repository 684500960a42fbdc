"""The arithmetic and the grade of every operation, on and around the edge of its allowance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.ledger import OPERATIONS, VERDICTS, Figures
from rules.model import Operation, Verdict
from rules.verdicts import judge

AGREED = {Verdict.EXACT, Verdict.ROUNDING, Verdict.UNLIKELY_ROUNDING}


@dataclass(frozen=True, slots=True)
class One:
    recomputed: float
    difference: float
    tolerance: float
    verdict: Verdict


def judged(
    operation: Operation,
    reported: float,
    parts: Sequence[float],
    factors: Sequence[float] = (),
    *,
    scale: float = 1.0,
    step: float = 1.0,
    part_step: float = 1.0,
    tolerance: float | None = None,
) -> One:
    n = 1 + len(parts)
    figures = Figures(
        sheets=("Budget",),
        sheet=np.zeros(n, np.int32),
        row=np.arange(1, n + 1, dtype=np.int32),
        column=np.ones(n, np.int32),
        value=np.array([reported, *parts], np.float64),
        step=np.array([step, *[part_step] * len(parts)], np.float64),
    )
    judgement = judge(
        figures,
        operation=np.array([OPERATIONS.index(operation)], np.int8),
        target=np.zeros(1, np.int64),
        start=np.array([0, len(parts)], np.int64),
        part=np.arange(1, n, dtype=np.int64),
        factor=np.array(factors or [1.0] * len(parts), np.float64),
        scale=np.array([scale]),
        tolerance=tolerance,
    )
    return One(
        float(judgement.recomputed[0]),
        float(judgement.difference[0]),
        float(judgement.tolerance[0]),
        VERDICTS[judgement.verdict[0]],
    )


@given(
    st.lists(st.integers(1, 10**7), min_size=1, max_size=40),
    st.sampled_from([0.001, 0.01, 0.1, 1.0, 100.0]),
    st.sampled_from([-1, 1]),
)
def test_a_sum_is_graded_by_its_distance_in_steps(units: list[int], step: float, sign: int) -> None:
    parts = [u * step for u in units]
    worst = (len(parts) + 1) / 2
    likely = min(3 * math.sqrt((len(parts) + 1) / 12), worst)
    inside, edge, over = math.floor(likely), math.floor(worst), math.floor(worst) + 1
    expected = {
        0: {Verdict.EXACT},
        over: {Verdict.DISCREPANCY},
        over + 10**6: {Verdict.DISCREPANCY},
    }
    if inside:
        expected[inside] = {Verdict.ROUNDING}
    if edge > likely:
        expected[edge] = {Verdict.UNLIKELY_ROUNDING}
    for off, verdicts in expected.items():
        got = judged(
            Operation.SUM, (sum(units) + sign * off) * step, parts, step=step, part_step=step
        )
        assert got.verdict in verdicts, (off, got)
        assert got.tolerance == pytest.approx(worst * step)
        assert got.difference == pytest.approx(sign * off * step, abs=1e-6 * step)


def test_binary_fractions_are_no_difference() -> None:
    for step in (0.1, 0.0):
        got = judged(Operation.SUM, 0.3, [0.1, 0.2], step=step, part_step=step)
        assert (got.verdict, got.difference) == (Verdict.EXACT, 0.0)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=60))
def test_cents_that_foot_are_exact(cents: list[int]) -> None:
    got = judged(Operation.SUM, sum(cents) / 100, [c / 100 for c in cents], step=0.0, part_step=0.0)
    assert (got.verdict, got.difference) == (Verdict.EXACT, 0.0)


@pytest.mark.parametrize("total", [2e9, 2e10, 2e11])
@pytest.mark.parametrize("off", [1.0, 10.0])
def test_a_unit_in_a_national_budget_is_no_noise(total: float, off: float) -> None:
    exact = judged(Operation.SUM, total + off, [total / 2] * 2, step=0.0, part_step=0.0)
    assert (exact.verdict, exact.difference) == (Verdict.DISCREPANCY, off)
    stated = judged(Operation.SUM, total + off, [total / 2] * 2)
    assert stated.difference == off
    assert stated.verdict is (Verdict.ROUNDING if off == 1 else Verdict.DISCREPANCY)


def test_ten_euros_in_22_exact_parts_are_a_discrepancy() -> None:
    assert judged(Operation.SUM, 2210, [100] * 22).verdict is not Verdict.DISCREPANCY
    exact = judged(Operation.SUM, 2210, [100] * 22, step=0.0, part_step=0.0)
    assert (exact.verdict, exact.tolerance) == (Verdict.DISCREPANCY, 0.0)


@pytest.mark.parametrize(
    ("off", "verdict"),
    [(5e-7, Verdict.ROUNDING), (1.4e-6, Verdict.ROUNDING), (1.7e-6, Verdict.DISCREPANCY)],
)
def test_digits_left_over_from_computing_are_no_difference(off: float, verdict: Verdict) -> None:
    parts = [101.39331234567, 87.42002315123]
    got = judged(Operation.SUM, sum(parts) + off, parts, step=0.0, part_step=0.0)
    assert got.verdict is verdict
    assert got.difference == pytest.approx(off, abs=1e-9)
    assert got.tolerance == (pytest.approx(1.5e-6) if verdict is Verdict.ROUNDING else 0.0)


def test_small_figures_may_be_stated_finer_than_a_millionth() -> None:
    parts = [0.0213445, 0.0187123]
    got = judged(Operation.SUM, sum(parts) + 1e-7, parts, step=0.0, part_step=0.0)
    assert got.verdict is Verdict.DISCREPANCY


def test_parts_of_zero_were_not_rounded() -> None:
    assert judged(Operation.SUM, 5, [5, 0, 0, 0]).tolerance == 1.0


def test_factors_scale_value_and_allowance() -> None:
    got = judged(Operation.EQUATION, 10, [10, 20], [2.0, -0.5])
    assert (got.recomputed, got.tolerance) == (10.0, 1.75)
    minus = judged(Operation.DIFFERENCE, -1_322_978, [-1_341_404, -18_426], [1.0, -1.0])
    assert minus.verdict is Verdict.EXACT


def test_an_average_is_the_mean_of_its_parts() -> None:
    assert judged(Operation.AVERAGE, 30, [10, 20, 60]).verdict is Verdict.EXACT
    assert judged(Operation.AVERAGE, 33, [10, 20, 60]).verdict is Verdict.DISCREPANCY


def test_a_check_without_parts_recomputes_to_zero() -> None:
    assert judged(Operation.SUM, 5, []).recomputed == 0.0


def test_a_given_tolerance_replaces_the_worst_case_zero_included() -> None:
    assert judged(Operation.SUM, 31, [10, 20], tolerance=0.0).verdict is Verdict.DISCREPANCY
    assert judged(Operation.SUM, 35, [10, 20], tolerance=5.0).verdict is not Verdict.DISCREPANCY


@pytest.mark.parametrize(
    ("factors", "parts", "value"),
    [
        ((-1.0, 1.0), (510.0, 680.0), 33.333),  # (new − old) / old
        ((1.0, -1.0), (510.0, 680.0), -33.333),  # (old − new) / old
        ((-1.0, 1.0), (-510.0, -680.0), 33.333),
        ((-2.0, 1.0), (-510.0, -680.0), -33.333),  # (new − old) / |old|
        ((-2.0, 1.0), (-510.0, 680.0), 233.333),
        ((2.0, -1.0), (510.0, 680.0), -33.333),
    ],
)
def test_the_factors_of_a_change_say_how_it_is_stated(
    factors: tuple[float, ...], parts: tuple[float, ...], value: float
) -> None:
    got = judged(Operation.PERCENT_CHANGE, value, parts, factors, scale=100.0, step=0.001)
    assert got.recomputed == pytest.approx(value, abs=5e-4)
    assert got.verdict is Verdict.EXACT
    wrong = judged(Operation.PERCENT_CHANGE, -value, parts, factors, scale=100.0, step=0.001)
    assert wrong.verdict is Verdict.DISCREPANCY


@pytest.mark.parametrize("percent", [0, 33, 79, 80])
def test_a_small_base_allows_what_its_rounding_allows(percent: int) -> None:
    got = judged(
        Operation.PERCENT_CHANGE, percent, [0.3, 0.4], [-1.0, 1.0], scale=100.0, part_step=0.1
    )
    assert got.verdict in AGREED
    assert abs(got.difference) <= got.tolerance + 1e-9


@pytest.mark.parametrize("percent", [-2, 82, 100])
def test_beyond_a_small_base_is_a_discrepancy(percent: int) -> None:
    got = judged(
        Operation.PERCENT_CHANGE, percent, [0.3, 0.4], [-1.0, 1.0], scale=100.0, part_step=0.1
    )
    assert got.verdict is Verdict.DISCREPANCY


@given(
    st.integers(1, 10**6),
    st.integers(1, 10**6),
    st.sampled_from([-1, 1]),
    st.sampled_from([-1, 1]),
)
def test_a_ratio_agrees_where_intervals_meet(a: int, b: int, sign_a: int, sign_b: int) -> None:
    corners = [(a + i) / (b + j) * sign_a * sign_b for i in (-0.5, 0.5) for j in (-0.5, 0.5)]
    low, high = min(corners) - 0.005, max(corners) + 0.005
    wide = 1e-6 * (1 + abs(low) + abs(high))
    for reported, agrees in (
        (low + wide, True),
        (high - wide, True),
        (low - wide, False),
        (high + wide, False),
    ):
        got = judged(Operation.RATIO, reported, [sign_a * a, sign_b * b], step=0.01)
        assert (got.verdict is not Verdict.DISCREPANCY) is agrees, (reported, got)


def test_many_checks_are_judged_as_each_alone() -> None:
    rng = np.random.default_rng(3)
    lengths = rng.integers(0, 6, 200)
    n = 200 + int(lengths.sum())
    figures = Figures(
        sheets=("Budget",),
        sheet=np.zeros(n, np.int32),
        row=np.arange(1, n + 1, dtype=np.int32),
        column=np.ones(n, np.int32),
        value=rng.integers(-50, 50, n).astype(np.float64),
        step=np.ones(n),
    )
    start = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
    part = np.arange(200, n, dtype=np.int64)
    together = judge(
        figures,
        operation=np.zeros(200, np.int8),
        target=np.arange(200, dtype=np.int64),
        start=start,
        part=part,
        factor=np.ones(n - 200),
        scale=np.ones(200),
    )
    for i in range(200):
        values = figures.value[part[start[i] : start[i + 1]]].tolist()
        alone = judged(Operation.SUM, float(figures.value[i]), values)
        assert alone.verdict is VERDICTS[together.verdict[i]]
        assert alone.difference == together.difference[i]
