"""Totals known by their words and their place: over all lines since the total before."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rules.model import Severity
from rules.search.space import row_space
from rules.search.structure import lone_nets
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of
from tests.rules.search.made import Cell, row_sums, table

# pay of which no few neighbours add up to another, though all is round
GRANTS = [9000, 45000, 12500, 30000, 1500, 18000, 75000, 2500, 41000, 8000, 36500, 27000] * 5


def test_a_long_list_is_summed_up_by_its_total_and_not_by_accidents_within() -> None:
    lines = [figure + 500.0 * (i % 7) for i, figure in enumerate(GRANTS)]
    lines[30:33] = [21246537.19, 12345241.07, 8901296.12]  # an accident
    made = table(
        [[figure] for figure in [*lines, sum(lines)]],
        labels=[*(f"grant {i}" for i in range(len(lines))), "Subtotal"],
        gaps=[2, *[0] * (len(lines) - 1), 0],
    )
    assert row_sums(made) == [(len(lines), tuple(range(len(lines))))]


def test_sections_of_a_very_long_table_are_found_whole() -> None:
    rows: list[list[float]] = []
    labels, expected = [], []
    for section in range(5):
        first = len(rows)
        mine = [[1000.0 + 37 * i + section, 20.0 + i * i % 91] for i in range(90)]
        rows += [*mine, [sum(r[0] for r in mine), sum(r[1] for r in mine)]]
        labels += [*(f"building {section}-{i}" for i in range(90)), f"Subtotal {section}"]
        expected.append((first + 90, tuple(range(first, first + 90))))
    assert row_sums(table(rows, labels=labels)) == expected


def test_totals_that_stand_in_columns_of_their_own_share_their_lines() -> None:
    money = [[5210.0, 4117.5], [8350.0, 933.25], [1275.0, 1275.0], [40999.0, 17.5], [660.0, 88.0]]
    rows: list[Sequence[Cell]] = [
        *money,
        [sum(a for a, _ in money), None],
        [None, sum(b for _, b in money)],
    ]
    labels = ["bridge", "road", "school", "library", "pool", "Total budget", "Total spent"]
    lines = tuple(range(5))
    assert row_sums(table(rows, labels=labels)) == [(5, lines), (6, lines)]


UNITS = ["Day care", "School", "Library", "Sports"]


def test_a_total_of_equal_labels_reaches_over_the_lines_between() -> None:
    rows: list[list[float]] = []
    labels: list[str] = []
    for unit in range(4):
        pay = [[1234.5 * (unit + 2) + 17 * i, 900.25 * (i + 3) + unit] for i in range(3)]
        rows += [*pay, [sum(p[0] for p in pay), sum(p[1] for p in pay)], [7.0 + unit, 9.0 + unit]]
        labels += [*(f"{UNITS[unit]} {i}" for i in range(3)), "Subtotal", "Subtotal heads"]
    pays, heads = (3, 8, 13, 18), (4, 9, 14, 19)
    for lines, label in ((pays, "Pay of all units"), (heads, "Heads of all units")):
        rows.append([sum(rows[i][j] for i in lines) for j in range(2)])
        labels.append(label)
    found = row_sums(table(rows, labels=labels))
    assert (20, pays) in found
    assert (21, heads) in found


BOOKS = {"Mail": 5210, "Copies": 13350, "Log": 1275, "Scans": 40999, "Files": 667}


def lone(total: int, **changes: int) -> str:
    lines = [f"{name} | {changes.get(name, figure)}" for name, figure in BOOKS.items()]
    return "\n".join(["Name | Budget", *lines, f"Total | {total}"])


@pytest.mark.parametrize(
    ("total", "changes", "difference"),
    [
        (61501, {"Scans": 49099}, -8100.0),  # digits swapped in a line
        (65101, {}, 3600.0),  # … and in the total
        (20502, {}, -40999.0),  # a line left out
        (615010, {}, 553509.0),  # a digit too many
        (61501, {"Files": -667}, 1334.0),  # a sign
        (61546, {}, 45.0),  # no slip, but near
    ],
)
def test_a_total_that_stands_alone_is_known_by_a_slip(
    total: int, changes: dict[str, int], difference: float
) -> None:
    found = findings_of(outcome_of(lone(total, **changes)), "FT101")
    assert [(f.cell.a1, f.difference) for f in found] == [("B7", difference)]
    assert found[0].severity is not Severity.NOTE


@pytest.mark.parametrize("total", [88888, 47113, 97])
def test_a_total_far_from_its_lines_is_not_claimed_to_be_their_sum(total: int) -> None:
    assert findings_of(outcome_of(lone(total)), "FT101") == []


def test_a_line_that_is_subtracted_is_no_lost_sign() -> None:
    assert findings_of(outcome_of(lone(61501 - 2 * 1275)), "FT101") == []


def test_a_line_that_no_column_counts_is_no_slip() -> None:
    rows = "\n".join(f"{name} | {a} | {3 * a + 11}" for name, a in BOOKS.items())
    without = [a for name, a in BOOKS.items() if name != "Scans"]
    text = (
        f"Name | 2024 | 2025\n{rows}\nTotal | {sum(without)} | {sum(3 * a + 11 for a in without)}"
    )
    assert findings_of(outcome_of(text), "FT101") == []


def two_sections(first: int) -> str:
    """Two blocks under headings, each closed by its subtotal, and their total."""
    other = {"Coding": 20000, "Headers": 25118, "Reading": 50064, "Checks": 7513}
    lines = ["Handling | ", *(f"{name} | {figure}" for name, figure in BOOKS.items())]
    lines += [f"Subtotal | {first}", " | ", "Analysis | "]
    lines += [f"{name} | {figure}" for name, figure in other.items()]
    lines += [f"Subtotal | {sum(other.values())}", " | "]
    total = sum(BOOKS.values()) + sum(other.values())
    return "\n".join(["Name | Budget", *lines, f"Total | {total}"])


def test_a_subtotal_that_leaves_out_the_first_line_of_its_section_is_wrong() -> None:
    assert findings_of(outcome_of(two_sections(61501)), "FT101") == []
    outcome = outcome_of(two_sections(61501 - 5210))
    found = findings_of(outcome, "FT101")
    assert [(f.cell.a1, f.difference, len(f.parts)) for f in found] == [("B8", -5210.0, 5)]
    (cause,) = outcome.root_causes
    assert cause.cause == "row-left-out"
    assert [(cell.cell.a1, cell.suggested) for cell in cause.cells] == [("B8", 61501.0)]


def test_a_line_before_a_group_and_its_total_is_left_alone() -> None:
    lines = "Sales | 100\nRent | 23\nHeat | 31\nLight | 17\nPremises | 71\nTotal | 171"
    assert findings_of(outcome_of(f"Name | Budget\n{lines}"), "FT101") == []


def blocks(wrong: int = 0) -> str:
    lines = ["Project | Budget"]
    for block in range(6):
        figures = [11454 + 1713 * block, 26818 - 977 * block, 42972 + 61 * block * block]
        lines += [f"Project {block}-{i} | {figure}" for i, figure in enumerate(figures)]
        lines += [f"Faculty {block} | {sum(figures) + wrong * (block == 3)}", " | "]
    return "\n".join(lines)


def test_where_every_block_ends_with_its_sum_the_one_that_fails_is_an_error() -> None:
    assert findings_of(outcome_of(blocks()), "FT101") == []
    found = findings_of(outcome_of(blocks(wrong=270)), "FT101")
    assert [(f.cell.a1, f.difference) for f in found] == [("B20", 270.0)]


@pytest.mark.parametrize("amounts", [(28499.5, 9200.0, 692.0), (0.0, 0.0, 0.0)])
def test_a_section_with_one_line_in_use_or_none_has_its_total(amounts: tuple[float, ...]) -> None:
    pay, goods = [1234.5, 877.25, 1419.0], [655.75, 812.5, 934.25]
    nothing = [0.0, 0.0, 0.0]
    both = [a + b for a, b in zip(pay, goods, strict=True)]
    rows = [list(amounts), nothing, nothing, list(amounts), pay, goods, both]
    labels = ["Fees", "Sales", "Grants", "Total income", "Pay", "Goods", "Total expenditure"]
    made = table(rows, labels=labels, gaps=[2, 0, 0, 0, 2, 0, 0])
    assert row_sums(made) == [(3, (0, 1, 2)), (6, (4, 5))]


def test_a_net_that_is_zero_beside_nothing_repeats_no_line() -> None:
    rows = [[5210.0, 8350.0, 0.0, 0.0, 0.0, 0.0], [1117.5, 933.25, 0.0, 0.0, 0.0, 0.0]]
    made = table(rows, labels=["Expenditure", "Net result"])
    assert list(lone_nets(row_space(made))) == []


def test_two_thousand_beside_a_code_is_an_amount_and_no_year() -> None:
    grants = [("C03018", 2000), ("C03031", 5140), ("C03041", 10775), ("C03106", 5310)]
    rows = "\n".join(f"{code} | School {code[-2:]} | {amount}" for code, amount in grants)
    text = f"Grants\n{rows}\n | Subtotal | {sum(a for _, a in grants)}"
    check = checks_of(outcome_of(text), "FT101")["C6"]
    assert [cell for cell, _ in parts_of(check)] == ["C2", "C3", "C4", "C5"]


def balance(claims: int) -> str:
    """Assets over their lines and claims under them, the same in every year; the last is given."""
    years = range(2011, 2023)
    lines = [
        [20241 + 1517 * k + k * k, 2370 - 13 * k, 3036 + 207 * k, 870 + 31 * k * k]
        for k in range(12)
    ]
    assets = [sum(figures) for figures in lines]
    names = ("Land", "Livestock", "Machines", "Crops")
    rows = [("Assets", assets), *zip(names, zip(*lines, strict=True), strict=True)]
    rows.append(("Claims", [*assets[:-1], claims]))
    told = [" | ".join([name, *(str(f) for f in figures)]) for name, figures in rows]
    return "\n".join([" | ".join(["Item", *(f"{year}" for year in years)]), *told])


def test_of_two_totals_of_the_same_lines_the_one_that_differs_is_wrong() -> None:
    crops = 870 + 31 * 121
    right = 20241 + 1517 * 11 + 121 + 2370 - 13 * 11 + 3036 + 207 * 11 + crops
    assert findings_of(outcome_of(balance(right)), "FT101") == []
    found = findings_of(outcome_of(balance(right - crops)), "FT101")
    assert [(f.cell.a1, f.difference) for f in found] == [("M7", -4621.0)]
