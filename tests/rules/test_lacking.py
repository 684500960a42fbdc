"""Failing sums that one figure beside them would make whole."""

from __future__ import annotations

from rules.model import Severity
from rules.outcome import Outcome
from tests.rules.drawn import outcome_of

AGENCIES = """
Agency   | Enacted | Mandatory | Proposed | Total | Legislative
Defense  | 61204   | 5118      | 733      | 67055 |
Treasury | 18811   | 40902     | 151      | 59864 |
Interior | 11480   | 2175      | 604      | 14259 |
Justice  | 30107   | 3122      | 81       | 33310 |
Labor    | 9915    | 12044     | 340      | 22299 |
State    | 21460   | 1190      | 276      | {total} | {extra}
"""


def told(total: int, extra: int) -> Outcome:
    return outcome_of(AGENCIES.format(total=total, extra=extra))


def test_a_total_off_by_a_figure_of_its_own_line_is_a_question() -> None:
    (found,) = [f for f in told(24963, 2037).findings if f.cell.a1 == "E7"]
    assert (found.severity, found.difference) == (Severity.NOTE, 2037.0)


def test_a_total_off_by_anything_else_is_a_finding() -> None:
    (found,) = [f for f in told(24963, 2137).findings if f.cell.a1 == "E7"]
    assert (found.severity is Severity.NOTE, found.difference) == (False, 2037.0)


def test_a_total_that_leaves_out_a_part_is_a_finding_whatever_else_is_as_large() -> None:
    (found,) = [f for f in told(1466, 21460).findings if f.cell.a1 == "E7"]
    assert (found.severity is Severity.NOTE, found.difference) == (False, -21460.0)
