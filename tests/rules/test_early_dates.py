"""Amounts under a date format that was copied to their cell."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rules.runner import audit
from tests.rules.drawn import checks_of, drawn, parts_of
from workbooks.grid import Kind

LIST = """
Service | 2011 | 2012
Parks   | 1204 | 1250
Roads   | 8811 | 8900
Transit | 1148 | 1175
Fire    | 3010 | 3122
Total   | 14173 | 14447
"""


def test_an_amount_that_is_formatted_as_a_date_is_added_up() -> None:
    book = drawn(LIST)
    (grid,) = book.grids
    dated = (grid.rows == 4) & (grid.columns == 2)  # reads as a day in 1903
    kinds = np.where(dated, np.uint8(Kind.DATE), grid.kinds)
    outcome = audit(replace(book, grids=(replace(grid, kinds=kinds),)))
    checks = checks_of(outcome, "FT101")
    assert parts_of(checks["B6"]) == [("B2", 1.0), ("B3", 1.0), ("B4", 1.0), ("B5", 1.0)]
    assert {str(check.verdict) for check in checks.values()} == {"exact"}
