"""Errors are planted as said, in memory, and what the check makes of them is counted rightly."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Book

from rules.runner import audit
from rules.selftest.kinds import OF_PARTS, OF_TOTALS, ErrorKind, is_error, of_total, raised, slip
from rules.selftest.plant import Planter, with_error
from rules.selftest.trial import SelfTest, self_test
from rules.settings import RuleSettings
from tests.fixtures.years import Year
from workbooks.grid import Workbook
from workbooks.reader import read_workbook

SLIPS = [kind for kind in ErrorKind if kind not in OF_TOTALS + OF_PARTS]


@pytest.mark.parametrize(
    ("kind", "value", "near", "wrong"),
    [
        (ErrorKind.SIGN_TURNED, -1200.0, (), {1200.0}),
        (ErrorKind.TIMES_TEN, 1200.0, (), {12000.0, 120.0}),
        (ErrorKind.TIMES_THOUSAND, -12.5, (), {-12500.0}),
        (ErrorKind.NEIGHBOUR, 1200.0, (0.0, 1200.0, 77.0), {77.0}),
        (ErrorKind.NEIGHBOUR, 1200.0, (0.0, 1200.0), {None}),
        (ErrorKind.DIGITS_SWAPPED, 1234.0, (), {2134.0, 1324.0, 1243.0}),
        (ErrorKind.DIGITS_SWAPPED, -1000.0, (), {None}),
        (ErrorKind.DIGIT_LOST, 4567.0, (), {467.0, 457.0, 456.0}),
        (ErrorKind.DIGIT_LOST, 7.0, (), {None}),
    ],
)
def test_a_slip_makes_what_it_says(
    kind: ErrorKind, value: float, near: tuple[float, ...], wrong: set[float | None]
) -> None:
    assert {slip(kind, value, near, random.Random(seed)) for seed in range(40)} == wrong


@given(
    st.sampled_from(SLIPS),
    st.floats(50, 1e9).map(lambda x: round(x, 2)) | st.integers(-(10**9), -50).map(float),
    st.integers(0, 10**6),
)
@settings(max_examples=150, deadline=None)
def test_a_slip_is_never_rounding(kind: ErrorKind, value: float, seed: int) -> None:
    wrong = slip(kind, value, (value + 1000,), random.Random(seed))
    assert wrong is None or is_error(value, wrong)


def test_errors_of_totals() -> None:
    rng = random.Random(1)
    parts = (400.0, 250.0, 0.0)
    made = {of_total(ErrorKind.PART_LEFT_OUT, 650.0, parts, rng) for _ in range(20)}
    assert made == {250.0, 400.0}
    assert {of_total(ErrorKind.PART_TWICE, 650.0, parts, rng) for _ in range(20)} == {900.0, 1050.0}
    assert of_total(ErrorKind.TYPED_OVER, 65_432.0, parts, rng) == 65_000.0
    assert of_total(ErrorKind.TYPED_OVER, 65_000.0, parts, rng) is None
    assert of_total(ErrorKind.PART_TWICE, 400.0, (400.0, 0.0), rng) is None
    assert {raised(1000.0, rng) for _ in range(60)} == {930.0, 970.0, 1020.0, 1050.0, 1120.0}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    return read_workbook(Year().save(tmp_path_factory.mktemp("books") / "budget.xlsx"))


@pytest.fixture(scope="module")
def result(book: Workbook) -> SelfTest:
    return self_test(book, RuleSettings(), seed=3, count=2)


def test_only_one_cell_of_a_copy_is_touched(book: Workbook, result: SelfTest) -> None:
    planted = result.trials[0].planted
    changed = with_error(book, planted)
    sound, other = book.grids
    wrong = changed.grids[0] if planted.cell.sheet == sound.name else changed.grids[1]
    right = sound if planted.cell.sheet == sound.name else other
    where = np.flatnonzero(np.nan_to_num(wrong.numbers) != np.nan_to_num(right.numbers))
    assert [(int(right.rows[i]), int(right.columns[i])) for i in where] == [planted.cell[1:]]
    assert (right.numbers[where[0]], wrong.numbers[where[0]]) == (planted.right, planted.wrong)
    assert sum(a is b for a, b in zip(book.grids, changed.grids, strict=True)) == 1


def test_every_kind_is_tried_and_the_counts_are_those_of_whole_audits(
    book: Workbook, result: SelfTest
) -> None:
    assert [len(result.of_kind(kind)) for kind in ErrorKind] == [2] * len(ErrorKind)
    before = {(f.rule, f.cell) for f in audit(book).findings}
    for trial in result.trials[::5]:
        after = audit(with_error(book, trial.planted))
        new = [f for f in after.findings if (f.rule, f.cell) not in before]
        cells = {c for f in new for c in (f.cell, *(p.cell for p in f.parts))}
        assert trial.is_detected is (trial.planted.cell in cells)
        first = after.root_causes[0] if after.root_causes else None
        named = [s.cell for s in first.cells] if first else []
        assert trial.is_located is (named == [trial.planted.cell])
    assert all(trial.is_located or not trial.is_repaired for trial in result.trials)
    assert all(trial.is_detected or not trial.is_located for trial in result.trials)


def test_most_errors_of_a_workbook_that_is_checked_throughout_are_seen(result: SelfTest) -> None:
    seen = sum(trial.is_detected for trial in result.trials if trial.planted.is_checked)
    assert seen >= 0.9 * sum(trial.planted.is_checked for trial in result.trials)
    assert result.unchecked == 3  # the inhabitants
    assert result.findings == 0


def test_the_same_seed_draws_the_same_errors(book: Workbook, result: SelfTest) -> None:
    ledger = audit(book).ledger
    mine = [trial.planted for trial in result.trials]
    assert list(Planter(book, ledger, 3).errors(2)) == mine
    assert list(Planter(book, ledger, 4).errors(2)) != mine


def test_figures_that_formulas_read_are_left_alone(tmp_path: Path) -> None:
    made = Book()
    sheet = made.worksheets[0]
    sheet.append(["Line", "2024", "2025"])
    for n in range(6):
        sheet.append([f"Unit {n}", 1234 + 97 * n, 1411 + 83 * n])
    sheet.append(["Total", "=SUM(B2:B7)", 8 + sum(1411 + 83 * n for n in range(6)) - 8])
    made.save(tmp_path / "a.xlsx")
    book = read_workbook(tmp_path / "a.xlsx")
    planter = Planter(book, audit(book).ledger, 1)
    errors = list(planter.errors(8))
    assert planter.carried == 6
    assert errors
    assert {planted.cell.column for planted in errors} == {3}
    assert {p.cell.row for p in errors if p.kind in OF_TOTALS} <= {8}


def test_an_empty_workbook_has_nothing_to_plant(tmp_path: Path) -> None:
    made = Book()
    made.worksheets[0].append(["Nothing", "here"])
    made.save(tmp_path / "a.xlsx")
    steps: list[tuple[int, int]] = []
    result = self_test(
        read_workbook(tmp_path / "a.xlsx"),
        RuleSettings(),
        step=lambda done, total: steps.append((done, total)),
    )
    assert (result.trials, result.figures, steps) == ((), 0, [(0, 0)])
