"""Nets printed without their sign."""

from __future__ import annotations

from rules.model import Severity
from tests.rules.drawn import checks_of, outcome_of, parts_of

REVENUE = (911, 15350, 4204, 8119, 777, 2903, 6121, 3344)
STAFF = (2201, 4107, 3909, 5202, 1808, 1703, 2907, 4111)
GOODS = (1105, 3303, 2207, 1404, 906, 2108, 1103, 808)
NETS = [abs(r - s - g) for r, s, g in zip(REVENUE, STAFF, GOODS, strict=True)]


def book(nets: list[int]) -> str:
    fees = [r // 3 for r in REVENUE]
    rows = {
        "Fees": fees,
        "Sales": [r - f for r, f in zip(REVENUE, fees, strict=True)],
        "Total revenue": list(REVENUE),
        "Staff": list(STAFF),
        "Goods": list(GOODS),
        "Total expenditure": [s + g for s, g in zip(STAFF, GOODS, strict=True)],
        "Surplus or deficit": nets,
    }
    totals = {name: [*values, sum(values)] for name, values in rows.items()}
    totals["Surplus or deficit"] = [*nets, abs(sum(REVENUE) - sum(STAFF) - sum(GOODS))]
    head = "Line | " + " | ".join(f"Unit {c}" for c in "ABCDEFGH") + " | Total"
    return "\n".join(
        [head, *(f"{n} | " + " | ".join(str(v) for v in row) for n, row in totals.items())]
    )


def test_a_deficit_without_its_sign_is_no_error() -> None:
    outcome = outcome_of(book(NETS))
    assert [f for f in outcome.findings if f.severity is not Severity.NOTE] == []
    checks = checks_of(outcome, "NT201")
    assert parts_of(checks["B8"]) == [("B4", -1.0), ("B7", 1.0)]  # a deficit
    assert parts_of(checks["C8"]) == [("C4", 1.0), ("C7", -1.0)]  # a surplus
    assert sorted(checks) == [f"{column}8" for column in "BCDEFGHIJ"]


def test_a_wrong_net_among_magnitudes_is_found() -> None:
    wrong = [*NETS]
    wrong[3] += 90
    outcome = outcome_of(book(wrong))
    serious = [f for f in outcome.findings if f.severity is not Severity.NOTE]
    assert [(f.rule, f.cell.a1, abs(f.difference or 0)) for f in serious] == [("NT201", "E8", 90.0)]
