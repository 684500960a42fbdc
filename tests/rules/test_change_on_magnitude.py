"""Changes in per cent on the magnitude of the old figure, from workbook to root cause."""

from __future__ import annotations

from rules.model import Severity
from tests.rules.drawn import findings_of, outcome_of

STATEMENT = """
Income statement  | Budget 2024 | Budget 2025 | Change %
Sales             | 1233        | 4379        | 255.2
Fees              | 7564        | 7937        | 4.9
Rents             | 7290        | 234         | -96.8
Other revenue     | 3948        | 1874        | -52.5
Total revenue     | 20035       | 14424       | -28.0
Staff             | -3565       | -3616       | -1.4
Services          | -3748       | -7115       | -89.8
Goods             | {goods}     | -8558       | -250.9
Total expenditure | -9752       | -19289      | -97.8
Net               | 10283       | -4865       | -147.3
"""


def test_expense_that_grows_has_a_negative_change_and_is_no_finding() -> None:
    outcome = outcome_of(STATEMENT.format(goods=-2439))
    assert [f for f in outcome.findings if f.severity is not Severity.NOTE] == []


def test_a_wrong_sign_of_an_old_figure_explains_its_change_too() -> None:
    outcome = outcome_of(STATEMENT.format(goods=2439))
    assert {f.cell.a1 for f in findings_of(outcome, "CP")} == {"D9"}
    (root,) = outcome.root_causes
    assert [(s.cell.a1, s.suggested) for s in root.cells] == [("B9", -2439.0)]
    assert root.cause == "sign-flipped"
    assert len(root.findings) == 2
