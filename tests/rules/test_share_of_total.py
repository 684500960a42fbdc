"""Shares of a total that stands in another line."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.along import along
from rules.model import Severity
from rules.ratio.rt503_share_not_of_total import _near_shares, _tested, _wholes
from rules.search.space import ROWS
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of
from tests.rules.search.made import FIGURES, table

PROJECTS = """
Project     | 2024 | 2025 | Total | Share %
School      | 4380 | 2140 | 6520  | {school}
Day care    | 935  | 1810 | 2745  | 10.6
Health      | 2207 | 3316 | 5523  | 21.3
Sports hall | 1614 | 828  | 2442  | 9.4
Harbour     | 5302 | 3376 | 8678  | 33.5
Total       | 14438 | 11470 | 25908 | 100
"""


def test_a_share_that_does_not_follow_its_figure() -> None:
    outcome = outcome_of(PROJECTS.format(school=52.2))
    checks = checks_of(outcome, "RT503")
    assert {cell: parts_of(check) for cell, check in checks.items()} == {
        f"E{row}": [(f"D{row}", 1.0), ("D7", 1.0)] for row in range(2, 7)
    }
    (found,) = findings_of(outcome, "RT503")
    assert (found.cell.a1, round(found.difference or 0.0, 1)) == ("E2", 27.0)
    located = [[(s.cell.a1, s.suggested) for s in root.cells] for root in outcome.root_causes]
    assert located == [[("E2", 25.2)]]


def test_shares_that_follow_are_no_finding() -> None:
    outcome = outcome_of(PROJECTS.format(school=25.2))
    assert [f for f in outcome.findings if f.severity is not Severity.NOTE] == []
    assert len(checks_of(outcome, "RT503")) == 5


def test_shares_across_the_columns_of_a_line() -> None:
    rows = [line.split("|") for line in PROJECTS.format(school=52.2).strip().splitlines()]
    turned = "\n".join("|".join(cells) for cells in zip(*rows, strict=True))
    (found,) = findings_of(outcome_of(turned), "RT503")
    assert (found.cell.a1, round(found.difference or 0.0, 1)) == ("B5", 27.0)


def test_percentages_of_something_else_are_no_shares() -> None:
    text = PROJECTS.format(school=52.2).replace("21.3", "17.8").replace("9.4", "44.0")
    assert checks_of(outcome_of(text), "RT503") == {}


_figures = st.one_of(FIGURES, st.integers(10, 900).map(lambda tenths: tenths / 10))


@given(
    st.lists(st.lists(_figures, min_size=5, max_size=5), min_size=4, max_size=9),
    st.integers(0, 8),
    st.integers(0, 3),
    st.sampled_from((1.0, 100.0)),
    st.integers(0, 4),
    st.lists(st.integers(0, 8), max_size=2),
)
@settings(max_examples=300, deadline=None)
def test_what_is_passed_over_explains_no_shares(
    rows: list[list[float]], whole: int, amounts: int, scale: float, digits: int, off: list[int]
) -> None:
    values = np.array(rows)
    base = values[whole % len(rows), amounts]
    values[:, 4] = np.round(scale * values[:, amounts] / base, digits) if base else 0.0
    values[:, amounts] = np.round(values[:, amounts])  # after its shares were taken
    values[[line % len(rows) for line in off], 4] += 3.0
    made = table(values.tolist(), labels=["Total", "Rents", "Fuel"] * 3)
    turned = along(made, made.cells, ROWS)
    others, scales = [0, 1, 2, 3], (100.0, 1.0)
    wholes = _wholes(turned.values[:, others], turned.lines)
    explaining = {
        (at, int(line))
        for at in others
        for line in np.flatnonzero(wholes[:, at])
        if any(_tested(turned.values, turned.steps, 4, at, int(line), s) for s in scales)
    }
    assert explaining <= {*_near_shares(turned, 4, others, wholes, scales)}
    alone = _near_shares(turned, 4, [amounts], wholes[:, [amounts]], scales)
    assert {line for at, line in explaining if at == amounts} <= {line for _, line in alone}


def test_shares_taken_before_their_figures_were_rounded() -> None:
    parts = np.array([101.4, 204.3, 317.4, 55.3, 98.4, np.nan, 1_204.0, 3_000.0])
    shares = np.round(100 * parts / 3_000, 4)
    made = table(np.column_stack([np.round(parts), shares]).tolist(), labels=["Total"] * 8)
    turned = along(made, made.cells, ROWS)
    wholes = _wholes(turned.values[:, [0]], turned.lines)
    assert _tested(turned.values, turned.steps, 1, 0, 7, 100.0) is not None
    near = _near_shares(turned, 1, [0], wholes, (100.0, 1.0))
    assert ((0, 7) in near, (0, 6) in near) == (True, False)
