"""Blocks of the same words, of which some prove what the others cannot."""

from __future__ import annotations

from rules.model import Check, Severity
from rules.outcome import Outcome
from tests.rules.drawn import outcome_of, parts_of


def units(*nets: int | None, years: int = 3) -> list[str]:
    """One sheet per unit of three lines; the last one has ``years``, its first net is given."""
    sheets = []
    for k, typed in enumerate(nets):
        shown = years if k == len(nets) - 1 else 3
        costs = [84213 + 1777 * k - 3021 * y for y in range(shown)]
        fees = [12345 + 311 * k + 77 * y for y in range(shown)]
        net = [c - f for c, f in zip(costs, fees, strict=True)]
        net[0] = net[0] if typed is None else typed
        rows = {f"Unit {k}": [2021 - y for y in range(shown)], "Gross costs": costs}
        rows |= {"Fees": fees, "Net costs": net}
        sheets.append(
            "\n".join(f"{n} | " + " | ".join(map(str, values)) for n, values in rows.items())
        )
    return sheets


def nets_of(outcome: Outcome, sheet: str) -> list[Check]:
    ledger = outcome.ledger
    checks = [ledger.check(k) for k in range(len(ledger))]
    return [c for c in checks if c.rule == "NT201" and c.cell.sheet == sheet]


def serious(outcome: Outcome) -> list[tuple[str, str, str]]:
    found = [f for f in outcome.findings if f.severity is not Severity.NOTE]
    return [(f.rule, f.cell.sheet, f.cell.a1) for f in found]


def test_a_single_year_is_checked_by_what_other_units_prove() -> None:
    outcome = outcome_of(*units(None, None, None, None, years=1))
    (check,) = nets_of(outcome, "Sheet4")
    assert (check.cell.a1, parts_of(check)) == ("B4", [("B2", 1.0), ("B3", -1.0)])
    assert serious(outcome) == []


def test_what_twins_prove_is_an_error_in_a_unit_that_proves_nothing_itself() -> None:
    outcome = outcome_of(*units(None, None, None, None, 67131, years=1))
    assert serious(outcome) == [("NT201", "Sheet5", "B4")]
    (net,) = nets_of(outcome, "Sheet5")
    assert net.difference == 67131 - (84213 + 1777 * 4 - 12345 - 311 * 4)


def test_too_few_twins_vouch_for_nothing() -> None:
    outcome = outcome_of(*units(None, None, 67131, years=1))
    assert nets_of(outcome, "Sheet3") == []
    assert serious(outcome) == []
