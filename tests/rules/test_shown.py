"""Differences that the number format of a cell does not show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rules.build import build_ledger, figures_of
from rules.ledger import Ledger
from rules.model import Basis, Operation, Severity
from rules.outcome import Outcome
from rules.relation import CellRelation
from rules.runner import audit
from rules.shown import as_shown
from tests.rules.drawn import checks_of, drawn
from tests.rules.test_build import table
from workbooks.grid import Style

FIGURES = {"School": 6520, "Day care": 2745, "Health": 5523, "Sports": 2442, "Harbour": 8678} | {
    "Parks": 1290,
    "Roads": 9904,
    "Museum": 743,
    "Ferry": 3381,
}
TOTAL = sum(FIGURES.values())


def shares(day_care: float) -> str:
    """Shares with all their digits, one of them typed."""
    rows = ["Project | Amount | Share"]
    for name, figure in FIGURES.items():
        share = day_care if name == "Day care" else figure / TOTAL
        rows.append(f"{name} | {figure} | {share:.9f}")
    return "\n".join([*rows, f"Total | {TOTAL} |"])


def shown_as(text: str, number_format: str) -> Outcome:
    """The audit of drawn cells of which the number with decimals has a number format."""
    book = drawn(text)
    (grid,) = book.grids
    styles = np.where(grid.numbers != np.floor(grid.numbers), 1, 0).astype(np.int32)
    looks = (Style(), Style(number_format=number_format))
    return audit(replace(book, grids=(replace(grid, styles=styles),), styles=looks))


def serious(outcome: Outcome) -> list[tuple[str, float]]:
    return [
        (f.cell.a1, round(f.difference or 0.0, 5))
        for f in outcome.findings
        if f.severity is not Severity.NOTE
    ]


@pytest.mark.parametrize(
    ("number_format", "found"),
    [
        ("0.0%", []),  # shows as 10.6 %, and so does what its figures give
        ("0.00%", []),
        ("0.0000%", [("C3", 0.00003)]),
        ("General", [("C3", 0.00003)]),
    ],
)
def test_a_share_whose_hidden_digits_alone_are_off(
    number_format: str, found: list[tuple[str, float]]
) -> None:
    outcome = shown_as(shares(2745 / TOTAL + 0.00003), number_format)
    assert serious(outcome) == found
    check = checks_of(outcome, "RT503")["C3"]
    assert str(check.verdict) == ("discrepancy" if found else "rounding")


def test_a_share_that_shows_its_error_is_a_finding() -> None:
    assert serious(shown_as(shares(2745 / TOTAL + 0.003), "0.0%")) == [("C3", 0.003)]


def ledger_of(parts: tuple[float, ...], total: float) -> Ledger:
    """One sum of exact figures that does not foot."""
    figures, places = figures_of(("Budget",), [table([[p] for p in (*parts, total)])])
    n = len(parts)
    cell = CellRelation("FT101", Operation.SUM, Basis.LABEL, 0.9, n, tuple(range(n)), (1.0,) * n)
    ledger = build_ledger(figures, places, [], [cell], tolerance=0.0)
    assert str(ledger.check(0).verdict) == "discrepancy"
    return ledger


@pytest.mark.parametrize(
    ("parts", "total", "number_format", "verdict"),
    [
        ((1112.0, 408.0, 453.0), 1973.42, "#,##0", "rounding"),
        ((1112.0, 408.0, 453.0), 1973.42, "0.0", "discrepancy"),
        ((1112.0, 408.0, 453.0), 1974.42, "#,##0", "discrepancy"),
        ((1112.3, 408.0, 452.7), 1973.42, "#,##0", "discrepancy"),  # parts with hidden decimals
        ((1112.3, 408.0, 453.1), 1973.0, "#,##0", "rounding"),  # under them a total as it shows
        ((1112.3, 408.0, 453.5), 1973.0, "#,##0", "discrepancy"),
    ],
)
def test_a_total_with_hidden_decimals_over_whole_parts(
    parts: tuple[float, ...], total: float, number_format: str, verdict: str
) -> None:
    ledger = ledger_of(parts, total)
    cell = ledger.check(0).cell
    book = drawn("x\n" * (cell.row - 1) + " | " * (cell.column - 1) + str(total))
    (grid,) = book.grids
    book = replace(
        book,
        grids=(replace(grid, name="Budget"),),
        styles=(Style(number_format=number_format),),
    )
    check = as_shown(ledger, book).check(0)
    assert str(check.verdict) == verdict
    assert check.tolerance == (0.5 if verdict == "rounding" else 0.0)


def test_where_one_share_fails_visibly_the_hidden_ones_still_stay_hidden() -> None:
    text = shares(2745 / TOTAL + 0.00003).replace(
        f"{5523 / TOTAL:.9f}", f"{5523 / TOTAL + 0.01:.9f}"
    )
    assert serious(shown_as(text, "0.0%")) == [("C4", 0.01)]
