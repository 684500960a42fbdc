"""Circles are looked for only in the sheets that can hold one, and all of them are found."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from rules.formula import fm009_formula_refers_to_itself as fm009
from rules.recalculation.facts import FormulaFacts
from tests.rules.formula.sheets import book

_WRITTEN = (
    *("", "1", "=A{r}", "=B{r}", "=C{r}", "=A{above}", "=A{below}", "=B{below}+1"),
    *("=SUM(A1:A{r})", "=$A$2", "=Second!A{r}", "=Second!B2", "=Budget!A{r}"),
    "=SUM(Budget!A1:B2)",
)
_SHEET = st.lists(st.tuples(*[st.sampled_from(_WRITTEN)] * 3), min_size=1, max_size=4)


def _circles(sheets: list[str]) -> set[frozenset[tuple[str, int, int]]]:
    facts = FormulaFacts(book(*sheets))
    return {
        frozenset((one.ref.sheet, one.row, one.column) for one in circle)
        for circle in fm009._circles(facts)
    }


def _drawn(rows: list[tuple[str, ...]]) -> str:
    return "\n".join(
        " | ".join(
            text.format(r=r, above=max(1, r - 1), below=r + 1) + " -> 0" * text.startswith("=")
            for text in row
        )
        for r, row in enumerate(rows, 1)
    )


@given(_SHEET, _SHEET)
@example([("=Second!A{r}", "1", "1")], [("=Budget!A{r}", "1", "1")])
@example([("=B{r}", "=A{r}", "1")], [("1", "1", "1")])
@example([("=$A$2", "1", "1"), ("=A{below}", "1", "1"), ("=$A$2", "1", "1")], [("1", "1", "1")])
@example([("1", "=B{below}+1", "1"), ("1", "=SUM(A1:A{r})", "1")], [("1", "1", "1")])
def test_no_circle_is_lost_by_the_sheets_that_are_left_out(
    first: list[tuple[str, ...]], second: list[tuple[str, ...]]
) -> None:
    sheets = [_drawn(first), _drawn(second)]
    found = _circles(sheets)
    with patch.object(fm009, "_open_sheets", lambda _: {0, 1}):
        assert found == _circles(sheets)


def test_a_sheet_whose_formulas_all_read_one_way_is_left_out() -> None:
    below = FormulaFacts(book("=A2+B2 -> 3 | =B2 -> 2\n1 | 2"))
    both_ways = FormulaFacts(book("=A2 -> 1 | 5\n1 | =B1 -> 5"))
    assert fm009._open_sheets(below) == set()
    assert fm009._open_sheets(both_ways) == {0}
