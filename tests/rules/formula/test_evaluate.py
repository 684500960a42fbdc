"""What formulas give, against what Excel documents for them."""

from __future__ import annotations

import pytest

from rules.recalculation.evaluate import CellError, NotEvaluatedError
from rules.recalculation.facts import FormulaFacts
from tests.rules.formula.sheets import book
from workbooks.formula.parse import parse

SHEET = """
1 | 2.5 | '12 | word | #N/A
3 | | -4 | =SUBTOTAL(9,A1:A2) -> 4 | 0.125
"""


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("=A1+B1*2-A2/2", 4.5),
        ("=-A1^2", 1.0),
        ("=SUM(A1:C2)", 2.5),  # text is skipped, blanks are nothing
        ("=SUM(A1:A2,10)", 14.0),
        ("=C1+A1", 13.0),  # text is read as a number here
        ("=SUBTOTAL(9,A1:D2)", 2.5),  # the other SUBTOTAL is left out
        ("=SUBTOTAL(109,A1:A2)", 4.0),
        ("=AVERAGE(A1:A2)", 2.0),
        ("=MIN(A1:C2)", -4.0),
        ("=MAX(A1:C2)", 3.0),
        ("=ABS(C2)", 4.0),
        ("=ROUND(2.5,0)", 3.0),
        ("=ROUND(-1.005,2)", -1.01),
        ("=ROUND(1234,-2)", 1200.0),
        ("=ROUNDDOWN(2.59,1)", 2.5),
        ("=ROUNDUP(2.51,1)", 2.6),
        ("=INT(-1.5)", -2.0),
        ("=IF(A1>2,1,B1)", 2.5),
        ("=IF(B2=0,7,8)", 7.0),
        ('=IF(D1="WORD",7,8)', 7.0),
        ("=IFERROR(A1/B2,5)", 5.0),
        ("=IFERROR(E1,5)", 5.0),
        ("=AND(A1=1,OR(A2=1,A2=3))", True),
        ("=NOT(A1=1)", False),
        ("=+D1", "word"),
        ("=Second!A1*10%", 5.0),
        ("=SUM(Budget:Second!A1)", 51.0),
        ("=0.1+0.2=0.3", True),
        ("=5%", 0.05),
    ],
)
def test_values(formula: str, expected: object) -> None:
    facts = FormulaFacts(book(SHEET, "50"))
    value = facts.evaluator.value(parse(formula, 9, 9), 0, 9, 9)
    assert value == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("=A1/B2", "#DIV/0!"),
        ("=E1+1", "#N/A"),
        ("=SUM(A1:E1)", "#N/A"),
        ("=D1*2", "#VALUE!"),
        ("=#REF!+1", "#REF!"),
        ("=(0-4)^0.5", "#NUM!"),
        ("=AVERAGE(D1:D1)", "#DIV/0!"),
    ],
)
def test_errors(formula: str, code: str) -> None:
    facts = FormulaFacts(book(SHEET, "50"))
    with pytest.raises(CellError, match=code):
        facts.evaluator.value(parse(formula, 9, 9), 0, 9, 9)


@pytest.mark.parametrize(
    ("formula", "what"),
    [
        ("=VLOOKUP(A1,A1:B2,2)", "VLOOKUP"),
        ("=[1]S!A1", "external"),
        ("=A1:B2", "range"),
        ("=Missing!A1", "missing sheet"),
        ("=Rate*2", "name"),
        ("=A1&B1", "&"),
    ],
)
def test_what_is_not_evaluated(formula: str, what: str) -> None:
    facts = FormulaFacts(book(SHEET, "50"))
    with pytest.raises(NotEvaluatedError, match=what):
        facts.evaluator.value(parse(formula, 9, 9), 0, 9, 9)
