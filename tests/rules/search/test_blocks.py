"""A block of sums over other blocks, and totals that prove each other."""

from __future__ import annotations

from collections.abc import Sequence

from rules.model import Severity
from rules.outcome import Outcome
from tests.rules.drawn import outcome_of, parts_of

Row = tuple[int, int, int, int]


def failing(outcome: Outcome) -> dict[str, float]:
    return {
        f.cell.a1: f.difference
        for f in outcome.findings
        if f.severity is not Severity.NOTE and f.difference is not None
    }


UNITS: Sequence[tuple[str, Row, Row]] = [
    ("Library", (-412_330, -398_120, -405_770, -409_400), (21_340, 19_880, 22_410, 20_500)),
    ("Museum", (-187_455, -191_032, -188_210, -189_900), (43_118, 41_907, 40_265, 42_300)),
    ("Theatre", (-655_901, -640_387, -671_244, -660_700), (210_556, 198_431, 205_902, 201_600)),
    ("Sports", (-833_672, -829_115, -840_938, -835_800), (118_407, 120_655, 117_329, 119_100)),
]


def units(wrong: dict[tuple[str, int], int]) -> str:
    """Blocks of three lines; the proposal repeats the budget. ``wrong`` is the expenditure that is
    printed for a unit and column instead of its own."""
    rows = ["        | 2018 | 2019 | 2020 | Budget 2021 | Proposal 2021"]
    for name, spent, earned in UNITS:
        printed = [wrong.get((name, k), value) for k, value in enumerate(spent)]
        rows += [name, _line("Expenditure", printed), _line("Revenue", earned)]
        rows.append(_line("Net", [a + b for a, b in zip(spent, earned, strict=True)]))
    expense = [sum(spent[c] for _, spent, _ in UNITS) for c in range(4)]
    revenue = [sum(earned[c] for _, _, earned in UNITS) for c in range(4)]
    rows += ["All units", _line("Expenditure", expense), _line("Revenue", revenue)]
    return "\n".join([*rows, _line("Net", [a + b for a, b in zip(expense, revenue, strict=True)])])


def _line(label: str, figures: Sequence[int]) -> str:
    return " | ".join([label, *(str(f) for f in (*figures, figures[-1]))])


def test_a_line_that_fails_in_most_columns_is_known_from_its_block() -> None:
    wrong = {("Library", 0): -418_330, ("Museum", 1): -191_302, ("Theatre", 2): -617_244}
    outcome = outcome_of(units(wrong))
    ledger = outcome.ledger
    checks = [ledger.check(i) for i in range(len(ledger))]
    assert [
        (c.cell.a1, round(c.difference), [p for p, _ in parts_of(c)])
        for c in checks
        if c.cell.row == 19 and len(c.parts) == 4
    ] == [
        ("B19", 6_000, ["B3", "B7", "B11", "B15"]),
        ("C19", 270, ["C3", "C7", "C11", "C15"]),
        ("D19", -54_000, ["D3", "D7", "D11", "D15"]),
        ("E19", 0, ["E3", "E7", "E11", "E15"]),
        ("F19", 0, ["F3", "F7", "F11", "F15"]),
    ]
    assert [[s.cell.a1 for s in root.cells] for root in outcome.root_causes] == [
        ["D11"],
        ["B3"],
        ["C7"],
    ]


INVESTMENTS = """
Project              | 2020   | 2021    | 2022
Roads                | 30000  | 20000   | 20000
Bridges              | 30000  | 40000   | 20000
Lighting             | 85000  | 15000   | 15000
Streets total        | 145000 | 75000   | 55000
Harbour              | 20000  | 25000   | 20000
Market square        | 20000  | 20000   | 30000
Ledger software      | 55000  | {wrong} | 20000
Archive              | 85000  | 10000   |
Projectors           | 10000  | 10000   | 10000
Servers              | 20000  | 20000   | 65000
Administration total | 170000 | 60000   | 95000
Net                  | 355000 | 180000  | 200000
"""


def test_round_figures_are_proved_by_the_total_that_counts_them() -> None:
    assert failing(outcome_of(INVESTMENTS.format(wrong=20000))) == {}
    outcome = outcome_of(INVESTMENTS.format(wrong=80000))
    (found,) = [f for f in outcome.findings if f.cell.a1 == "C12"]
    assert found.difference == -60000.0
    assert [part.cell.a1 for part in found.parts] == ["C8", "C9", "C10", "C11"]
    assert "C8" in {suspect.cell.a1 for root in outcome.root_causes for suspect in root.cells}
