"""Several readings of one total: which of them are kept, and totals that share their lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.model import Basis
from rules.search.candidate import Candidate
from rules.search.readings import Readings
from tests.rules.search.made import Cell, row_sums, table
from workbooks.tables.model import Table

STAFF = [[5214.0, 5377.0, 5419.0], [1203.0, 1388.0, 1411.0], [877.0, 812.0, 934.0]]
GOODS = [[2611.0, 2702.0, 2893.0], [1944.0, 1977.0, 2034.0]]


def added(*rows: Sequence[float]) -> list[float]:
    return [sum(figures) for figures in zip(*rows, strict=True)]


def indented(made: Table, *lines: int) -> Table:
    """The table with these lines further in, so that the others are neighbours in their level."""
    levels = [3 if k in lines else 0 for k in range(len(made.lines))]
    pairs = zip(made.lines, levels, strict=True)
    return replace(made, lines=tuple(replace(line, level=level) for line, level in pairs))


def test_a_subtotal_among_the_lines_is_what_the_total_counts() -> None:
    current = added(STAFF[1], STAFF[2])
    rows = [STAFF[1], STAFF[2], current, STAFF[0], added(STAFF[0], current)]
    labels = ["Cash", "Stock", "Total current assets", "Buildings", "TOTAL ASSETS"]
    assert row_sums(indented(table(rows, labels=labels), 2)) == [(2, (0, 1)), (4, (2, 3))]


def test_totals_of_the_same_amount_are_read_once() -> None:
    current = added(STAFF[1], STAFF[2])
    total = added(STAFF[0], current)
    debts = [1500.0, 1612.0, 1733.0]
    owed = added(debts, GOODS[0])
    equity = [all_ - debt for all_, debt in zip(total, owed, strict=True)]
    rows = [STAFF[1], STAFF[2], current, STAFF[0], total, debts, GOODS[0], owed, equity, total]
    labels = ["Cash", "Stock", "Total current assets", "Buildings", "TOTAL ASSETS"]
    labels += ["Loans", "Bills", "Total debt", "Equity", "TOTAL LIABILITIES AND EQUITY"]
    made = table(rows, labels=labels, gaps=[2, 0, 0, 0, 0, 2, 0, 0, 0, 0])
    assert row_sums(indented(made, 2, 7)) == [(2, (0, 1)), (4, (2, 3)), (7, (5, 6)), (9, (7, 8))]


def test_two_partitions_of_one_total_are_both_kept() -> None:
    ages, total = [*STAFF, *GOODS], added(*STAFF, *GOODS)
    men = [6211.0, 6144.0, 6302.0]
    women = [all_ - one for all_, one in zip(total, men, strict=True)]
    rows = [men, women, total, *ages]
    labels = ["Men", "Women", "All", "to 17", "to 29", "to 44", "to 64", "over 64"]
    assert row_sums(table(rows, labels=labels)) == [(2, (0, 1)), (2, (3, 4, 5, 6, 7))]


def test_the_months_of_a_quarter_are_also_those_of_the_year_to_date() -> None:
    months = [[float(315 + 37 * i + 11 * j + (i * j * 7) % 90) for j in range(6)] for i in range(9)]
    rows: list[Sequence[Cell]] = [added(*months[:k]) for k in (3, 6, 9)]
    labels = ["1st quarter", "1st half", "Three quarters"]
    made = table([*rows, *months], labels=[*labels, *(f"month {i}" for i in range(1, 10))])
    assert row_sums(made) == [(k, tuple(range(3, 6 + 3 * k))) for k in range(3)]


def test_among_many_lines_of_one_name_sums_of_round_grants_are_accidents() -> None:
    grants = [41000.0, 30500.0, 45250.0, 110000.0, 38000.0, 90250.0, 62750.0, 17300.0] * 5
    grants = [figure + 250.0 * (i % 11) for i, figure in enumerate(grants)]
    grants[20] = sum(grants[17:20])
    assert row_sums(table([[g] for g in grants], labels=["Grants to clubs"] * len(grants))) == []


def of(target: int, *parts: int) -> Candidate:
    factors = (1.0,) * len(parts)
    return Candidate(target, parts, factors, 30.0, 3, 0, Basis.STRUCTURE, "run")


def test_a_tower_of_totals_read_from_the_top_is_kept_in_little_space() -> None:
    readings = Readings(tuple(range(200)))
    for level in range(60):  # each is the next and a line of its own
        readings.keep(of(level, level + 1, 100 + level))
    assert readings.say(of(0, 60, *range(100, 160)))
    assert not readings.say(of(0, 60, *range(100, 159)))


def test_long_running_totals_are_kept_as_they_are_written() -> None:
    readings = Readings(tuple(range(9000)))
    for level in range(1, 4000):
        readings.keep(of(level, level - 1, 4000 + level))
    assert readings.say(of(3999, 3998, 7999))
    assert readings.say(of(300, 0, *range(4001, 4301)))
    assert not readings.say(of(3999, 0, *range(4001, 8000)))
