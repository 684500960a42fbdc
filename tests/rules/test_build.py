"""From tables and relations to a judged ledger."""

from __future__ import annotations

import time

import numpy as np
import pytest
from numpy.typing import NDArray

from rules.build import build_ledger, figures_of, unjudged
from rules.ledger import VERDICTS
from rules.model import Basis, Operation, Verdict
from rules.relation import CellRelation, Relation
from workbooks.tables.model import Heading, Line, Table
from workbooks.tables.vocabulary import Idea

NAN = np.nan


def table(values: list[list[float]] | NDArray[np.float64], first_row: int = 2) -> Table:
    """A table from B2 on, blank where the value is NaN."""
    matrix = np.array(values, dtype=np.float64)
    n, m = matrix.shape
    cells = np.where(np.isnan(matrix), -1, np.arange(n * m).reshape(n, m))
    return Table(
        sheet="Budget",
        grid=0,
        title="",
        lines=tuple(
            Line(first_row + i, f"line {i}", "", 0, False, Idea.NONE, "", 0) for i in range(n)
        ),
        headings=tuple(Heading(2 + j, "", "", Idea.NONE, (), "", "", 1.0) for j in range(m)),
        values=matrix,
        cells=cells,
        percent=np.zeros((n, m), dtype=bool),
        withheld=np.zeros((n, m), dtype=bool),
    )


def relation(
    target: int,
    parts: tuple[int, ...],
    factors: tuple[float, ...] = (),
    operation: Operation = Operation.SUM,
    *,
    axis: int = 0,
    at: int = 0,
    scale: float = 1.0,
    observed: tuple[int, ...] | None = None,
) -> Relation:
    return Relation(
        rule="FT101",
        operation=operation,
        basis=Basis.LABEL,
        confidence=0.8,
        table=at,
        axis=axis,
        target=target,
        parts=parts,
        factors=factors or (1.0,) * len(parts),
        scale=scale,
        observed=observed,
    )


def test_every_number_is_a_figure_once_in_reading_order() -> None:
    figures, places = figures_of(("Budget",), [table([[1, NAN], [2, 3]]), table([[4]], 9)])
    assert figures.value.tolist() == [1, 2, 3, 4]
    assert [figures.ref(i).a1 for i in range(4)] == ["B2", "B3", "C3", "B9"]
    assert [p.tolist() for p in places] == [[[0, -1], [1, 2]], [[3]]]


def test_no_tables_give_an_empty_ledger() -> None:
    figures, places = figures_of((), [])
    assert len(build_ledger(figures, places, [])) == 0


def test_one_check_per_observation_and_blank_parts_are_left_out() -> None:
    tables = [table([[1, NAN, NAN], [2, 5, NAN], [3, 5, 7]])]
    figures, places = figures_of(("Budget",), tables)
    ledger = build_ledger(figures, places, [relation(2, (0, 1), (1.0, 1.0))])
    checks = [ledger.check(i) for i in range(len(ledger))]
    assert [(c.cell.a1, [p.cell.a1 for p in c.parts]) for c in checks] == [
        ("B4", ["B2", "B3"]),
        ("C4", ["C3"]),
    ]
    assert {(c.rule, c.basis, c.confidence) for c in checks} == {("FT101", Basis.LABEL, 0.8)}
    assert {c.verdict for c in checks} == {Verdict.EXACT}


def test_factors_stay_with_their_parts_when_others_are_blank() -> None:
    figures, places = figures_of(("Budget",), [table([[NAN, 9], [4, 4], [1, 1], [3, 12]])])
    ledger = build_ledger(figures, places, [relation(3, (0, 1, 2), (1.0, 1.0, -1.0))])
    assert ledger.factor.tolist() == [1.0, -1.0, 1.0, 1.0, -1.0]
    assert ledger.recomputed.tolist() == [3.0, 12.0]


def test_relations_between_columns_are_observed_in_rows() -> None:
    figures, places = figures_of(("Budget",), [table([[1, 2, 3], [4, 5, 10]])])
    ledger = build_ledger(figures, places, [relation(2, (0, 1), axis=1)])
    assert ledger.difference.tolist() == [0.0, 1.0]


def test_only_the_observations_asked_for() -> None:
    figures, places = figures_of(("Budget",), [table([[1, 2, 3], [1, 2, 3]])])
    ledger = build_ledger(figures, places, [relation(1, (0,), observed=(2, 0))])
    assert [figures.ref(int(t)).a1 for t in ledger.target] == ["D3", "B3"]


def test_relations_are_numbered_and_single_cells_follow() -> None:
    figures, places = figures_of(("Budget",), [table([[1, 2], [1, 2]]), table([[1, 2]], 9)])
    tie = CellRelation("TO601", Operation.COPY, Basis.LABEL, 0.9, 5, (3,), (1.0,), group=4)
    unmet = relation(1, (0,), observed=())
    ledger = build_ledger(figures, places, [unmet, relation(1, (0,))], [tie])
    assert ledger.relation.tolist() == [1, 1, 6]
    assert ledger.rules == ("FT101", "TO601")
    assert ledger.check(2).rule == "TO601"


def test_a_zero_or_blank_base_is_not_judged_but_told() -> None:
    figures, places = figures_of(
        ("Budget",), [table([[100, 0, NAN, 50], [110, 5, 7, 40], [10, 99, 98, -20]])]
    )
    change = relation(2, (0, 1), (-1.0, 1.0), Operation.PERCENT_CHANGE, scale=100.0)
    ledger = build_ledger(figures, places, [change])
    assert [ledger.figures.ref(int(t)).a1 for t in ledger.target] == ["B4", "E4"]
    assert [VERDICTS[v] for v in ledger.verdict] == [Verdict.EXACT] * 2
    told = [(entry.cell.a1, entry.reason.key) for entry in unjudged(figures, places, [change])]
    assert told == [("C4", "not_checked.zero_base"), ("D4", "not_checked.no_base")]


def test_a_ratio_looks_at_its_denominator() -> None:
    figures, places = figures_of(("Budget",), [table([[0, 8], [4, 0], [0, 2]])])
    ledger = build_ledger(figures, places, [relation(2, (0, 1), operation=Operation.RATIO)])
    assert [ledger.figures.ref(int(t)).a1 for t in ledger.target] == ["B4"]


def test_an_exact_column_is_judged_exactly() -> None:
    """Ten euros in a sum of 22 figures in tens are a discrepancy, where rounding would hide it."""
    parts = np.random.default_rng(4).integers(1, 900, (22, 3)) * 10.0
    total = parts.sum(axis=0) + np.array([0.0, 10.0, 0.0])
    figures, places = figures_of(("Budget",), [table(np.vstack([parts, total]))])
    ledger = build_ledger(figures, places, [relation(22, tuple(range(22)))])
    assert ledger.difference.tolist() == [0.0, 10.0, 0.0]
    assert ledger.tolerance.tolist() == [0.0, 0.0, 0.0]
    assert VERDICTS[ledger.verdict[1]] is Verdict.DISCREPANCY


@pytest.mark.parametrize(("n_tables", "width"), [(1, 20_000), (500, 40)])
def test_a_workbook_of_twenty_thousand_checks_takes_no_time(n_tables: int, width: int) -> None:
    """Linear in the number of columns: a loop over all figures per column took minutes."""
    rng = np.random.default_rng(5)
    tables = []
    for k in range(n_tables):
        parts = rng.integers(1, 1000, (8, width)).astype(np.float64)
        tables.append(table(np.vstack([parts, parts.sum(axis=0)]), 2 + 10 * k))
    figures, places = figures_of(("Budget",), tables)
    relations = [relation(8, tuple(range(8)), at=k) for k in range(n_tables)]
    started = time.process_time()
    ledger = build_ledger(figures, places, relations)
    assert time.process_time() - started < 2.0
    assert len(ledger) == 20_000
