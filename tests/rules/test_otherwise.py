"""Cells whose own formula says that they are not what the cells beside them are."""

from __future__ import annotations

import pytest

from rules.build import build_ledger, figures_of
from rules.model import Basis, Operation
from rules.otherwise import said_otherwise
from rules.relation import Relation
from tests.rules.formula.sheets import book
from workbooks.formula.patterns import BookFormulas
from workbooks.tables.layout import find_tables

SUM, RATIO = Operation.SUM, Operation.RATIO

BOOK = """
Item   | Growth       | Low          | High         | Rate          | Cases
Ahti   | 1.5          | 1            | 0            | 2.5           | 1
Ilma   | 2.5          | 0            | 1            | 3.5           | 1
Louhi  | 4.1          | 1            | 0            | 6.1           | 1
Total  | {growth}     | {low}        | {high}       | {rate}        | {cases}
"""
USUAL = {
    "growth": "=AVERAGE(B2:B4) -> 2.7",
    "low": "=SUM(C2:C4) -> 2",
    "high": "=SUM(D2:D4) -> 1",
    "rate": "=SUM(E2:E4) -> 12.1",
    "cases": "=SUM(C5:D5) -> 3",
}


def judged(column: int, operation: Operation = SUM, **formulas: str) -> bool:
    """Whether the failing total of ``column``, counted from 0, is taken at its own word."""
    made = book(BOOK.format(**{**USUAL, **formulas}))
    (table,) = find_tables(made.grids[0], made.styles)
    figures, places = figures_of(("Budget",), [table])
    parts = (0, 1, 2) if operation is SUM else (0, 1)
    factors = (1.0,) * len(parts)
    relation = Relation("FT101", operation, Basis.STRUCTURE, 0.9, 0, 0, 3, parts, factors)
    ledger = build_ledger(figures, places, [relation], [])
    flags = said_otherwise(ledger, [relation], BookFormulas(made))
    return {figures.ref(int(t)).column: bool(f) for t, f in zip(ledger.target, flags, strict=True)}[
        column + 2
    ]


@pytest.mark.parametrize(
    ("formula", "taken"),
    [
        ("=AVERAGE(C5:D5) -> 99", True),  # a mean of other cells
        ("=C5/D5 -> 99", True),  # a quotient of other cells
        ("=SUM(C5:D5) -> 99", True),  # a sum of other cells, in a line that holds a mean
        ("=SUM(F2:F3) -> 99", False),  # reads the parts: a range that stops short
        ("=AVERAGE(F2:F4) -> 99", True),  # … and is no sum of them
        ("=ROUND(MEDIAN(F2:F4),1) -> 99", True),
        ("=SUM(F2:F3)+MAX(F4,0) -> 99", False),
        ("=F2/D5 -> 99", False),
        ("=90+9 -> 99", False),  # reads nothing
        ("99", False),
    ],
)
def test_a_formula_of_another_kind_is_taken_at_its_word(formula: str, taken: bool) -> None:
    assert judged(4, cases=formula) is taken


def test_a_sum_the_other_way_is_judged_in_a_line_of_sums() -> None:
    assert not judged(4, cases="=SUM(C5:D5) -> 99", growth="=SUM(B2:B4) -> 8.1")


def test_a_mean_is_no_quotient_of_others() -> None:
    assert judged(4, RATIO, cases="=AVERAGE(C5:D5) -> 99")
    assert not judged(4, RATIO, cases="=C5-D5 -> 99")


def test_a_share_of_one_base_is_no_share_of_another() -> None:
    assert judged(4, RATIO, cases="=F2/F4 -> 99")
    assert not judged(4, RATIO, cases="=F2/F3 -> 99")
