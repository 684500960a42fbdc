"""The probability of a finding: bounds, direction of each signal, and one case by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.confidence import (
    LEAST,
    MOST,
    RISING,
    SIGNALS,
    START,
    calibrated,
    probability,
    signals,
    weights,
)
from rules.model import Basis, Certainty, Severity
from tests.rules.drawn import outcome_of

# Wages of 2024 should be 4,567: the row and the column both say so.
CROSSED = """
Item    | 2022 | 2023 | 2024 | Total
Wages   | 1234 | 2345 | {wages} | 8146
Travel  |  311 |  422 |  533 | 1266
Rent    |  917 |  828 |  739 | 2484
Total   | 2462 | 3595 | 5839 | 11896
"""
# Six columns of one total; the total of the last is off, and no slip explains it.
TABLE = """
Item    | 2020 | 2021 | 2022 | 2023 | 2024 | 2025
Wages   | 1234 | 2345 | 3456 | 4567 | 5678 | 6789
Travel  |  311 |  422 |  533 |  644 |  755 |  866
Rent    |  917 |  828 |  739 |  641 |  552 |  463
Total   | 2462 | 3595 | 4728 | 5852 | 6985 | 9341
"""


def test_the_signals_of_two_totals_that_one_slip_breaks_are_those_counted_by_hand() -> None:
    outcome = outcome_of(CROSSED.format(wages=4657))
    serious = [k for k, f in enumerate(outcome.findings) if f.severity is not Severity.NOTE]
    (cause,) = outcome.root_causes
    assert (cause.certainty, cause.cause) == (Certainty.LOCATED, "digits-swapped")
    found = signals(outcome.ledger, outcome.findings, outcome.root_causes)
    assert [found[k].tolist() for k in serious] == [[0.0, 1.0, 1.0]] * 2  # 1 line, 2 findings
    by_hand = 1 / (1 + math.exp(-0.249 - 1.392 - 1.083))
    for k in serious:
        assert outcome.findings[k].confidence == pytest.approx(by_hand, abs=6e-4)
        assert outcome.findings[k].severity is Severity.ERROR


def test_what_is_less_likely_is_a_warning() -> None:
    outcome = outcome_of(TABLE)
    (found,) = (f for f in outcome.findings if f.severity is not Severity.NOTE)
    assert (found.confidence, found.severity) == (0.562, Severity.WARNING)


def test_a_relation_that_fails_more_often_is_less_sure() -> None:
    told = [probability(np.array([failed, 0.0, 0.0]), weights()) for failed in (0.0, 1.0, 3.0)]
    assert told == sorted(told, reverse=True)
    assert len(set(told)) == 3


def test_what_somebody_declared_keeps_its_confidence() -> None:
    outcome = outcome_of(TABLE)
    declared = replace(outcome.findings[0], basis=Basis.DECLARED, confidence=0.98)
    stated = replace(outcome.findings[0], rule="ST901", confidence=0.9)
    note = replace(outcome.findings[0], check=None, confidence=0.4)
    told = calibrated(outcome.ledger, [declared, stated, note], outcome.root_causes)
    assert [finding.confidence for finding in told] == [0.98, 0.9, 0.4]


@given(
    st.lists(st.floats(0, 9), min_size=len(SIGNALS), max_size=len(SIGNALS)),
    st.integers(0, len(SIGNALS) - 1),
    st.floats(0, 9),
)
def test_more_evidence_never_lowers_it_and_it_stays_within_bounds(
    found: list[float], which: int, more: float
) -> None:
    before = probability(np.array(found), weights())
    found[which] += more
    after = probability(np.array(found), weights())
    assert LEAST <= before <= MOST
    assert (after - before) * RISING[SIGNALS[which]] >= 0


def test_the_table_names_every_signal_and_each_weight_has_its_sign() -> None:
    table = weights()
    assert list(table) == [START, *SIGNALS]
    assert all(table[signal] * RISING[signal] > 0 for signal in SIGNALS)


def test_nothing_is_certain() -> None:
    table = {START: 0.0, "failed": -1.0, "more findings": 1.0, "slip": 1.0}
    sure, hopeless = np.array([0.0, 9.0, 1.0]), np.array([6.0, 0.0, 0.0])
    assert (probability(sure, table), probability(hopeless, table)) == (0.98, 0.05)
