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

# Six columns of one total; the total of the last is wrong by 1,000, its parts prove it twice.
TABLE = """
Item    | 2020 | 2021 | 2022 | 2023 | 2024 | 2025
Wages   | 1234 | 2345 | 3456 | 4567 | 5678 | 6789
Travel  |  311 |  422 |  533 |  644 |  755 |  866
Rent    |  917 |  828 |  739 |  641 |  552 |  463
Total   | 2462 | 3595 | 4728 | 5852 | 6985 | 9118
"""


def test_the_signals_of_a_total_that_fails_once_are_those_counted_by_hand() -> None:
    outcome = outcome_of(TABLE)
    (k,) = (k for k, f in enumerate(outcome.findings) if f.severity is not Severity.NOTE)
    found = signals(outcome.ledger, outcome.findings, outcome.root_causes)[k]
    bits = 5 * 4 * 3.32  # five totals of four digits agree
    (cause,) = outcome.root_causes
    located = cause.certainty is Certainty.LOCATED
    assert found.tolist() == pytest.approx([math.log2(1 + bits), 0.0, float(located), 0.0])
    odds = -0.72 + 0.121 * math.log2(1 + bits) + 1.041 * located
    assert outcome.findings[k].confidence == pytest.approx(1 / (1 + math.exp(-odds)), abs=6e-4)


def test_a_relation_that_fails_twice_is_less_sure() -> None:
    once = outcome_of(TABLE).findings[0]
    twice = outcome_of(TABLE.replace("2462", "2426")).findings
    assert len(twice) == 2
    assert all(finding.confidence < once.confidence for finding in twice)


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
    sure = np.array([8.0, 0.0, 1.0, 9.0])
    hopeless = np.array([0.0, 6.0, 0.0, 0.0])
    assert (probability(sure, weights()), probability(hopeless, weights())) == (0.98, 0.05)
