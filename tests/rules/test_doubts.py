"""Which failing checks are findings, which are questions, and which were never meant."""

from __future__ import annotations

import numpy as np

from rules.model import Finding, Severity
from rules.outcome import Outcome
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of


def serious(outcome: Outcome) -> list[Finding]:
    return [f for f in outcome.findings if f.severity is not Severity.NOTE]


def years(lines: list[tuple[int, int, int]], change: dict[int, int] | None = None) -> str:
    """Lines of budget, plan and outlook with the change of the plan, ``change`` typed instead."""
    rows = ["            | Budget 2010 | Budget 2011 | Outlook 2012 | Change 2010-2011"]
    for k, (old, new, later) in enumerate(lines):
        shown = (change or {}).get(k, new - old)
        rows.append(f"Line {'abcdefghijklmnop'[k]} | {old} | {new} | {later} | {shown}")
    return "\n".join(rows)


SAME_OUTLOOK = [
    (3643, 3761, 3761),
    (1752, 1826, 1826),
    (253, 355, 355),
    (7837, 7188, 7188),
    (1616, 1720, 1720),
    (2501, 2596, 2596),
    (5176, 5315, 9315),
    (9753, 9669, 1669),
]


def test_an_outlook_that_repeats_the_plan_is_not_what_the_change_is_taken_from() -> None:
    outcome = outcome_of(years(SAME_OUTLOOK))
    assert serious(outcome) == []
    assert {tuple(parts_of(c)) for c in checks_of(outcome, "CH301").values()} == {
        ((f"C{row}", 1.0), (f"B{row}", -1.0)) for row in range(2, 10)
    }


def test_a_change_that_is_wrong_is_still_found() -> None:
    (found,) = serious(outcome_of(years(SAME_OUTLOOK, {2: 120})))
    assert (found.rule, found.cell.a1, found.difference) == ("CH301", "E4", 18.0)


def partial(n_held: int, n_failed: int) -> str:
    """Row totals that count all three parts in some rows, and something else in the others."""
    rng = np.random.default_rng(7)
    rows = ["Fund | Fees | Rents | Sales | Total"]
    for k in range(n_held + n_failed):
        a, b, c = (int(x) for x in rng.integers(1000, 9999, 3))
        total = a + b + c if k < n_held else int(rng.integers(4000, 29000))
        rows.append(f"Fund {'abcdefghijklmnopqrstuvwxyz'[k]} | {a} | {b} | {c} | {total}")
    return "\n".join(rows)


def test_a_sum_that_fails_in_a_third_of_its_lines_is_one_question() -> None:
    outcome = outcome_of(partial(16, 8))
    assert serious(outcome) == []
    (note,) = findings_of(outcome, "XF101")
    assert note.severity is Severity.NOTE
    assert note.message.key == "note.question"
    assert (note.message.values["held"], note.message.values["count"]) == (16, 8)
    assert note.confidence == 0.4
    assert len(checks_of(outcome, "XF101")) == 16  # what holds stays proved


def test_a_sum_that_fails_in_one_line_is_a_finding_there() -> None:
    (found,) = serious(outcome_of(partial(23, 1)))
    assert (found.rule, found.cell.a1, found.severity) == ("XF101", "E25", Severity.WARNING)


def test_two_equal_lines_do_not_make_a_third_one_zero() -> None:
    text = """
              | 2014 | 2015 | 2016 | 2017
    Grants    | 0    | 0    | 0    | 3092731
    Subsidies | 15000000 | 15500000 | 15200000 | 15100000
    Total     | 15000000 | 15500000 | 15200000 | 15100000
    """
    assert serious(outcome_of(text)) == []


def test_percentages_are_no_parts_of_amounts() -> None:
    text = """
    Product | Cost    | Cost % | Revenue | Revenue % | Net
    Library | 3303715 | 48.3%  | 120     | 0%        | 3303595
    Music   | 3394715 | 49.6%  | 330500  | 9.7%      | 3064215
    Toys    | 24915   | 0.4%   | 9115    | 36.6%     | 15800
    Fund    | 19596   | 0.3%   | 19595   | 100%      | 1
    Courses | 95000   | 1.4%   | 5000    | 5.3%      | 90000
    """
    outcome = outcome_of(text)
    assert serious(outcome) == []
    ledger = outcome.ledger
    linear = [
        ledger.check(k)
        for k in range(len(ledger))
        if str(ledger.check(k).operation) in ("sum", "net", "change", "difference")
    ]
    assert linear
    columns = {p.cell.column for c in linear for p in c.parts} | {c.cell.column for c in linear}
    assert columns == {2, 4, 6}
