"""Comments of cells that name the amount by which a check is off."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.model import Severity
from rules.runner import audit
from tests.rules.drawn import drawn

ROWS = """
Office    | Costs  | Income | Net
Health    | 308214 | 132360 | -175854
Schools   | 118612 | 20044  | -98568
Roads     | 91503  | 4817   | -86686
Libraries | 20418  | 1209   | -19209
Harbour   | 60117  | 75340  | 15223
Care      | 254009 | 31877  | -222246
"""


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("incl. CHF 114.00 of imputed costs", []),
        ("incl. CHF 1'114 of imputed costs", [("D7", -114.0)]),
        ("see the notes", [("D7", -114.0)]),
    ],
)
def test_a_comment_explains_the_amount_that_it_names(
    comment: str, told: list[tuple[str, float]]
) -> None:
    book = drawn(ROWS)
    (grid,) = book.grids
    outcome = audit(replace(book, grids=(replace(grid, comments={(7, 4): comment}),)))
    found = [(f.cell.a1, f.difference, f.severity, f.quote) for f in outcome.findings]
    if told:
        assert [(c, d) for c, d, severity, _ in found if severity is not Severity.NOTE] == told
    else:
        assert found == [("D7", -114.0, Severity.NOTE, comment)]
