"""What formulas state is tested before anything is searched, in the whole of its line."""

from __future__ import annotations

import pytest

from tests.rules.formula.sheets import book, check, checks
from workbooks.formula.patterns import BookFormulas


def test_a_total_that_formulas_state_is_tested_also_where_it_was_typed_over() -> None:
    outcome = check("""
Line     | 2023              | 2024              | 2025
Salaries | 1210              | 1340              | 1455
Travel   | 333               | 290               | 317
Rents    | 87                | 91                | 95
Total    | =SUM(B2:B4)->1630 | =SUM(C2:C4)->1721 | 1876
""")
    assert [c for c in checks(outcome) if "B5" in c or "C5" in c or "D5" in c] == [
        "FT101 B5 = +B2 +B3 +B4: exact, formula",
        "FT101 C5 = +C2 +C3 +C4: exact, formula",
        "FT101 D5 = +D2 +D3 +D4: discrepancy, formula",
    ]


def test_one_formula_among_many_typed_figures_speaks_for_itself_alone() -> None:
    outcome = check("""
Line     | a  | b  | c  | d  | e
Alpha    | 17 | 29 | 31 | 47 | 53
Beta     | 11 | 23 | 37 | 41 | 59
Gamma    | =B2+B3->28 | 777 | 1313 | 913 | 4711
""")
    assert [c for c in checks(outcome) if "formula" in c] == ["FT101 B4 = +B2 +B3: exact, formula"]


def test_of_ranges_that_differ_the_one_that_holds_everywhere_is_meant() -> None:
    """The first line has a figure in one column only, where its range takes it in."""
    outcome = check("""
Line     | 2023              | 2024              | 2025
Carried  | 0                 | 0                 | 1111
Salaries | 1210              | 1340              | 1455
Travel   | 333               | 290               | 317
Total    | =SUM(B3:B4)->1543 | =SUM(C3:C4)->1630 | =SUM(D2:D4)->2883
""")
    assert [c for c in checks(outcome) if "formula" in c] == [
        "FT101 B5 = +B2 +B3 +B4: exact, formula",
        "FT101 C5 = +C2 +C3 +C4: exact, formula",
        "FT101 D5 = +D2 +D3 +D4: exact, formula",
    ]


@pytest.mark.parametrize(
    ("formula", "value", "expected"),
    [
        ("=B2-C2", 75, "CH301 D2 = +B2 -C2"),
        ("=-C2+B2", 75, "CH301 D2 = +B2 -C2"),
        ("=B2+C2", 475, "XF101 D2 = +B2 +C2"),
        ("=SUM(B2:C2)", 475, "XF101 D2 = +B2 +C2"),
        ("=ROUND(SUM(B2:C2),0)", 475, "XF101 D2 = +B2 +C2"),
        ('=IF(B2="","",B2+C2)', 475, "XF101 D2 = +B2 +C2"),
        ("=IFERROR(B2/C2,0)", 1.375, "RT501 D2 = +B2 +C2"),
        ("=(B2-C2)/C2", 0.375, "CP401 D2 = -C2 +B2"),
        ("=B2/C2-1", 0.375, "CP401 D2 = -C2 +B2"),
    ],
)
def test_what_a_formula_across_states(formula: str, value: float, expected: str) -> None:
    second = formula.replace("2", "3")
    values = {75: 40, 475: 640, 1.375: 340 / 300, 0.375: 40 / 300}
    outcome = check(f"""
Line  | one | two | three
Alpha | 275 | 200 | {formula} -> {value}
Beta  | 340 | 300 | {second} -> {values[value]:.15f}
""")
    found = [c for c in checks(outcome) if c.endswith("exact, formula")]
    assert f"{expected}: exact, formula" in found
    assert len(found) == 2


@pytest.mark.parametrize(
    "formula", ["=B2*C2", "=B2+C2*2", "=SUM(B2:C2)+Second!A1", "=VLOOKUP(B2,B2:C3,2)", "=B2"]
)
def test_what_states_no_relation_between_lines(formula: str) -> None:
    outcome = check(f"""
Line  | one | two | three
Alpha | 275 | 200 | {formula} -> 911
Beta  | 340 | 300 | {formula.replace("2", "3")} -> 577
""")
    assert [c for c in checks(outcome) if "formula" in c] == []


def test_a_subtotal_skips_the_subtotals_within_its_range() -> None:
    outcome = check("""
Line      | 2023                     | 2024
Salaries  | 1210                     | 1340
Travel    | 333                      | 290
Staff     | =SUBTOTAL(9,B2:B3)->1543 | =SUBTOTAL(9,C2:C3)->1630
Rents     | 87                       | 91
Energy    | 64                       | 72
Premises  | =SUBTOTAL(9,B5:B6)->151  | =SUBTOTAL(9,C5:C6)->163
All       | =SUBTOTAL(9,B2:B7)->1694 | =SUBTOTAL(9,C2:C7)->1793
""")
    assert "FT101 B8 = +B2 +B3 +B5 +B6: exact, formula" in checks(outcome)


def test_like_formulas_are_one_pattern() -> None:
    workbook = book("""
1 | 2 | =A1+B1 -> 3
3 | 4 | =A2+B2 -> 7
5 | 6 | =A1+B1 -> 3
7 | 8 | =[x -> 1
""")
    formulas = BookFormulas(workbook).sheets[0]
    first, second, third, broken = (formulas.at[row, 3] for row in (1, 2, 3, 4))
    assert first is second
    assert third is not first
    assert broken.tree is None
