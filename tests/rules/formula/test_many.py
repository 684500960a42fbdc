"""What is evaluated for all copies of a formula at once is what each gives by itself."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.formula.stored import recalculated
from rules.recalculation.evaluate import CellError, NotEvaluatedError
from rules.recalculation.facts import FormulaFacts
from tests.rules.formula.sheets import book

_INPUTS = ("1", "2.5", "-4", "0", "12.5%", "'12", "word", "#N/A", "=1 ->", "", "1000", "7000001.25")
_WRITTEN = (
    "A{r}+B{r}",
    "A{r}-$B$1",
    "A{r}*B{r}-C{r}/D{r}",
    "-A{r}+50%",
    "SUM(A{r}:D{r})",
    "SUM(A$1:A{r},B{r},3)",
    "SUM(D{r}:A1)",
    "AVERAGE(A{r}:D{r})",
    "ROUND(A{r}/B{r},2)",
    "ROUND(SUM(A1:D{r}),-1)",
    "ABS(A{r}-C{r})",
    "SUM(Second!A{r}:B{r})+Second!A{r}",
    "IF(A{r}=0,0,B{r}/A{r})",
    "A{r}&B{r}",
    "MAX(A{r}:D{r})",
    "Missing!A{r}",
    "A{r}+A0",
)


@given(
    st.lists(st.tuples(*[st.sampled_from(_INPUTS)] * 4), min_size=1, max_size=5),
    st.sampled_from(_WRITTEN),
    st.lists(st.sampled_from((0.0, 0.0, 0.5, 1e-7, 1e-4)), min_size=5, max_size=5),
)
@settings(max_examples=400, deadline=None)
def test_what_passes_gives_the_stored_value(
    rows: list[tuple[str, ...]], written: str, off: list[float]
) -> None:
    lines = ["|".join((*row, f"={written.format(r=r)} -> 0")) for r, row in enumerate(rows, 1)]
    plain = FormulaFacts(book("\n".join(lines), "5 | 6\n7"))
    values: list[float | None] = []
    for r in range(1, len(rows) + 1):
        tree = plain.book.sheets[0].at[r, 5].tree
        try:
            value = plain.evaluator.value(tree, 0, r, 5) if tree is not None else None
        except (CellError, NotEvaluatedError):
            value = None
        number = isinstance(value, float) and math.isfinite(value)
        values.append(float(value) if number and value is not None else None)
    stored = [(0.0 if v is None else v) + o for v, o in zip(values, off, strict=False)]
    lines = [line.replace("-> 0", f"-> {s:.12f}") for line, s in zip(lines, stored, strict=True)]
    facts = FormulaFacts(book("\n".join(lines), "5 | 6\n7"))
    grid = facts.workbook.grids[0]
    passed = facts.many.agreeing(0, 1e-6, 1e-9)
    for r, value in enumerate(values, 1):
        at = grid.index(r, 5)
        held = float(grid.numbers[at])
        agrees = value is not None and abs(value - held) <= max(
            1e-6, 1e-9 * max(abs(value), abs(held))
        )
        assert agrees or not passed[at]


@pytest.mark.parametrize(
    "written",
    [
        "B{r}-A{r}",
        "SUM(A$1:C{r})",
        "SUM(A{r}:C{r})/B{r}",
        "AVERAGE(A{r},C{r})*10%",
        "ROUND(A{r}/C{r},1)+Second!A{r}",
        "ABS(-A{r})",
    ],
)
def test_plain_formulas_all_pass(written: str) -> None:
    rows = [[str(1_000 + 37 * r * r), str(17 * r + 3), str(r - 2.5)] for r in range(1, 9)]
    lines = ["|".join((*row, f"={written.format(r=r)} -> 0")) for r, row in enumerate(rows, 1)]
    plain = FormulaFacts(book("\n".join(lines), "5\n6\n7\n8\n9\n1\n2\n3"))
    trees = [plain.book.sheets[0].at[r, 4].tree for r in range(1, 9)]
    values = [plain.evaluator.value(t, 0, r, 4) for r, t in enumerate(trees, 1) if t is not None]
    lines = [line.replace("-> 0", f"-> {v:.9f}") for line, v in zip(lines, values, strict=True)]
    facts = FormulaFacts(book("\n".join(lines), "5\n6\n7\n8\n9\n1\n2\n3"))
    assert facts.many.agreeing(0, 1e-6, 1e-9).sum() == 8
    assert recalculated(facts).evaluated == 8


def test_a_small_sum_passes_below_very_large_figures() -> None:
    """Adding up large figures first would leave a small sum in doubt."""
    large = [f"{10**15 + 10 * k} | " for k in range(40)]
    lines = [*large, "1.25 | ", "2.5 | =SUM(A41:A42) -> 3.75"]
    facts = FormulaFacts(book("\n".join(lines)))
    grid = facts.workbook.grids[0]
    assert bool(facts.many.agreeing(0, 0.1, 1e-9)[grid.index(42, 2)])
