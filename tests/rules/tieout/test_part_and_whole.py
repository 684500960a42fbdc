"""Tables of a part and of the whole have lines of one name that are other figures."""

from __future__ import annotations

import pytest

from tests.rules.drawn import findings_of, outcome_of

LINES = ["Salaries", "Travel", "Rent", "Energy", "Grants"]
WHOLE = [(81231, 82377, 83519), (4417, 4523, 4688), (7219, 7333, 7481), (5113, 5207, 5391)]


def book(part: list[tuple[int, int, int]], grants: tuple[int, int, int]) -> tuple[str, str]:
    """A sheet of the whole with grants of 185 511 in 2012, and one of a part."""
    sheets = []
    for rows in ([*WHOLE, (185511, 176233, 168477)], [*part, grants]):
        lines = [f"{label} | {a} | {b} | {c}" for label, (a, b, c) in zip(LINES, rows, strict=True)]
        sheets.append("\n".join(["Line | 2012 | 2011 | 2010", *lines]))
    return sheets[0], sheets[1]


@pytest.mark.parametrize("share", [1, 3])
def test_a_figure_that_differs_is_a_finding_where_other_lines_agree(share: int) -> None:
    part = [(a // share, b // share, c // share) for a, b, c in WHOLE]
    found = findings_of(outcome_of(*book(part, (185511, 176233, 0))), "TO601")
    assert [f.difference for f in found] == ([] if share > 1 else [168477.0])
