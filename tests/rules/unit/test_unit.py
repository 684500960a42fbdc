"""Unit slips of a cell, of a column, and percentages among fractions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rules.model import Severity
from rules.runner import audit
from tests.rules.drawn import drawn, findings_of, outcome_of
from workbooks.grid import Style

LINES = """
            | 2020 | 2021 | 2022 | 2023
Roads       | 1240 | 1262 | 1281 | 1305
Harbour     | 477  | 481  | 495  | 502
Libraries   | 318  | 322  | 331  | 336
Schools     | 5120 | 5208 | 5333 | 5390
Sports      | 266  | 271  | 269  | 280
"""


@pytest.mark.parametrize(
    ("typed", "suggested"), [("1281000", 1281.0), ("1.281", 1281.0), ("1281000000", 1281.0)]
)
def test_a_figure_in_another_unit(typed: str, suggested: float) -> None:
    (found,) = findings_of(outcome_of(LINES.replace("1281", typed)), "UN")
    assert (found.rule, found.cell.a1, found.severity) == ("UN811", "D2", Severity.WARNING)
    assert dict(found.message.values) == {"value": float(typed), "suggested": suggested}


@pytest.mark.parametrize(
    "text",
    [
        LINES,
        LINES.replace("1281", "128100"),  # a hundred times: no unit
        LINES.replace("| 1281 |", "| 1281000 |").replace("1262", "90"),  # a line that varies
        LINES.replace("| 318  | 322  | 331  | 336", "| 100  | 100  | 100000 | 100"),  # placeholders
        LINES.replace("| 318  | 322  | 331  | 336", "| 112  | 112  | 112000 | 112"),
    ],
)
def test_other_figures_are_no_slip(text: str) -> None:
    assert findings_of(outcome_of(text), "UN811") == []


def test_a_column_of_another_size_is_another_measure() -> None:
    text = LINES.replace("| 2022 |", "| Persons |")
    for figure in ("495", "331", "5333", "269"):
        text = text.replace(figure, f"0.{figure}")
    assert findings_of(outcome_of(text.replace("1281", "1.281")), "UN811") == []


def test_a_figure_that_is_part_of_an_agreeing_sum_is_meant() -> None:
    more = "".join(f"Line {k} | {k}17 | {k}24 | {k}31 | {k}38\n" for k in range(1, 7))
    text = LINES.replace("1281", "1281000") + more
    assert [f.cell.a1 for f in findings_of(outcome_of(text), "UN811")] == ["D2"]
    total = "Total | 9623 | 9788 | 1289714 | 10141\n"
    assert findings_of(outcome_of(text + total), "UN811") == []


YEARS = """
         | 2023 (1 000 €) | 2022 (1 000 €)
Cash     | 61505550       | 62110
Loans    | 7120300        | 7044
Debtors  | 880411         | 912
Land     | 15310200       | 15288
Fleet    | 3040100        | 2977
"""


def test_two_years_a_thousand_times_apart() -> None:
    (found,) = findings_of(outcome_of(YEARS, YEARS), "UN812")[:1]
    assert (found.cell.a1, found.column, found.severity) == (
        "B2",
        "2023 (1 000 €)",
        Severity.WARNING,
    )
    assert dict(found.message.values) == {
        "first": "2023 (1 000 €)",
        "second": "2022 (1 000 €)",
        "factor": 1000,
        "count": 1,
    }


def test_headings_that_name_their_units_are_right() -> None:
    assert findings_of(outcome_of(YEARS.replace("2023 (1 000 €)", "2023 (€)")), "UN812") == []
    assert findings_of(outcome_of(YEARS.replace("2023 (", "TA 2023 (")), "UN812") == []


def test_few_lines_prove_nothing() -> None:
    four = "\n".join(YEARS.strip("\n").splitlines()[:5])
    assert findings_of(outcome_of(four), "UN812") == []


SHARES = """
         | 2022 | Change %
Cash     | 6220 | 3.6%
Loans    | 7120 | 4.1%
Debtors  | 880  | -2.9%
Land     | 1531 | 3.4
"""


def test_a_plain_number_among_percentages() -> None:
    (found,) = findings_of(outcome_of(SHARES), "UN813")
    assert (found.cell.a1, found.label, found.column) == ("C5", "Land", "Change %")
    assert dict(found.message.values) == {"value": 3.4, "count": 1}


@pytest.mark.parametrize("other", ["0.034", "34000", "3.4%"])
def test_a_number_that_is_no_percentage_is_left(other: str) -> None:
    assert findings_of(outcome_of(SHARES.replace("3.4", other, 1)), "UN813") == []


def test_a_column_that_is_not_about_per_cent_is_left() -> None:
    assert findings_of(outcome_of(SHARES.replace("Change %", "2023")), "UN813") == []


def test_a_column_whose_number_format_shows_thousands_is_in_their_unit() -> None:
    book = drawn(YEARS)
    (grid,) = book.grids
    styles = np.where(grid.columns == 2, 1, 0).astype(np.int32)
    shown = replace(
        book,
        grids=(replace(grid, styles=styles),),
        styles=(Style(), Style(number_format="#,##0,")),
    )
    assert findings_of(audit(shown), "UN812") == []
