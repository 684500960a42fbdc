"""Control columns: what they compare must be equal."""

from __future__ import annotations

from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of

CLASSES = [(5300, 1158476), (35462, 903377), (8450, 43295218), (2000, 330500), (7042, 71020)]


def book(diff: str = "DIFF.", wrong: int = 0, heading: str = "TOTAL") -> str:
    rows = [
        f"Department | CLASS 100 | CLASS 200 | {heading} | FEDERAL | STATE | {heading} | {diff}"
    ]
    for k, (a, b) in enumerate([*CLASSES, (6120, 44100)]):
        federal = (a + b) * 2 // 3 - 17 * k
        state = a + b - federal - (wrong if k == 5 else 0)
        gap = federal + state - a - b
        name = f"Office {'abcdef'[k]}"
        rows.append(
            f"{name} | {a} | {b} | {a + b} | {federal} | {state} | {federal + state} | {gap}"
        )
    return "\n".join(rows)


def test_totals_that_a_control_column_compares_are_tied() -> None:
    checks = checks_of(outcome_of(book()), "TO601")
    assert {cell: parts_of(c) for cell, c in checks.items()} == {
        f"D{row}": [(f"G{row}", 1.0)] for row in range(2, 8)
    }


def test_a_control_other_than_zero_is_a_difference_between_the_totals() -> None:
    (found,) = findings_of(outcome_of(book(wrong=1800)), "TO601")
    assert (found.cell.a1, found.reported, found.recomputed) == ("D7", 50220.0, 48420.0)


def test_a_change_or_columns_that_are_no_totals_are_no_control() -> None:
    assert checks_of(outcome_of(book(diff="CHANGE")), "TO601") == {}
    assert checks_of(outcome_of(book(heading="BUDGET")), "TO601") == {}


def test_scratch_figures_below_the_table_that_no_line_names_are_not_compared() -> None:
    text = book() + "\n\n | | | 233060969 | | | 802 | 233060167"
    assert findings_of(outcome_of(text), "TO601") == []
