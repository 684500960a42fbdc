"""Materiality decides the severity of a finding, never whether there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.materiality import Materiality
from rules.model import Severity
from rules.runner import audit
from rules.settings import RuleSettings
from tests.fixtures.layouts import build
from workbooks.reader import read_workbook


@pytest.mark.parametrize(
    ("limit", "difference", "reported", "recomputed", "covered"),
    [
        (Materiality(1000.0), -999.99, 5.0, 1004.99, True),
        (Materiality(1000.0), 1000.0, 5.0, -995.0, False),
        (Materiality(0.0), 0.0, 5.0, 5.0, False),
        (Materiality(0.005, is_share=True), 4.9, 1000.0, 995.1, True),
        (Materiality(0.005, is_share=True), -5.0, -1000.0, -995.0, False),
        (Materiality(0.005, is_share=True), 4.9, 995.1, 1000.0, True),  # the larger one counts
        (Materiality(0.5, is_share=True), 3.0, 3.0, 0.0, False),
    ],
)
def test_what_a_limit_covers(
    limit: Materiality, difference: float, reported: float, recomputed: float, covered: bool
) -> None:
    assert limit.covers(difference, reported, recomputed) is covered


def test_a_share_turns_small_errors_into_warnings(tmp_path: Path) -> None:
    book = read_workbook(build("expense-and-revenue-positive", tmp_path, planted=True).path)
    plain = audit(book, RuleSettings())
    errors = [f for f in plain.findings if f.severity is Severity.ERROR]
    assert errors
    shares = [
        abs(f.difference or 0) / max(abs(f.reported or 0), abs(f.recomputed or 0)) for f in errors
    ]
    between = (min(shares) + max(shares)) / 2 if min(shares) < max(shares) else min(shares)
    strict = audit(book, RuleSettings(materiality=Materiality(between, is_share=True)))
    assert [f.id for f in strict.findings] == [f.id for f in plain.findings]
    expected = {f.id for f, share in zip(errors, shares, strict=True) if share >= between}
    assert {f.id for f in strict.findings if f.severity is Severity.ERROR} == expected
    lenient = audit(book, RuleSettings(materiality=Materiality(9.0, is_share=True)))
    assert all(f.severity is not Severity.ERROR for f in lenient.findings)
