"""Groups and codes that stand or fall together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rules.model import Severity
from rules.search.candidate import weigh
from rules.search.space import row_space
from tests.rules.drawn import checks_of, findings_of, outcome_of, parts_of
from tests.rules.search.made import row_sums, table
from workbooks.tables.vocabulary import ideas

CODED = [
    ("Salaries of officials", "K1101", 503129),
    ("Salaries of employees", "K1102", 893117),
    ("Salaries", "K11", 1396246),
    ("Bonuses", "K1201", 11835),
    ("Overtime", "K1202", 9063),
    ("Bonuses and overtime", "K12", 20898),
    ("Staff", "K1", 1417144),
    ("Water", "K3101", 2697),
    ("Power", "K3102", 49129),
    ("Heating", "K3103", 18189),
    ("Energy", "K31", 70015),
    ("Cleaning", "K3201", 31870),
    ("Repairs", "K3202", 14618),
    ("Services", "K32", 46488),
    ("Goods and services", "K3", 116503),
    ("Grants to clubs", "K5001", 19457),
    ("Grants", "K500", 19457),
]


def book(**changes: int) -> str:
    lines = [f"{label} ({code}) | {changes.get(code, value)}" for label, code, value in CODED]
    return "\n".join(["Name | Budget", *lines])


def test_codes_inside_labels_tell_which_lines_a_total_counts() -> None:
    checks = checks_of(outcome_of(book()), "FT103")
    assert {cell: [p for p, _ in parts_of(c)] for cell, c in checks.items()} == {
        "B4": ["B2", "B3"],
        "B7": ["B5", "B6"],
        "B8": ["B4", "B7"],
        "B12": ["B9", "B10", "B11"],
        "B15": ["B13", "B14"],
        "B16": ["B12", "B15"],
        "B18": ["B17"],
    }


def test_codes_may_begin_with_the_letters_of_a_classification() -> None:
    lines = [
        ("HC.1 Cure", 73622),
        ("HC.1.1 In hospital", 38575),
        ("HC.1.2 By day", 5749),
        ("HC.1.3 Other", 29298),
        ("HC.3 Care", 37829),
        ("HC.3.1 In homes", 25060),
        ("HC.3.3 At home", 12769),
        ("HC.4 Tests", 9491),
        ("HC.4.1 Laboratories", 5657),
        ("HC.4.3 Transport", 3834),
        ("HC.5 Goods", 22000),
        ("HC.5.1 Medicines", 14748),
        ("HC.5.2 Devices", 7252),
    ]
    drawn = "\n".join(["Name | Budget", *(f"{label} | {value}" for label, value in lines)])
    checks = checks_of(outcome_of(drawn), "FT103")
    assert {cell: [p for p, _ in parts_of(c)] for cell, c in checks.items()} == {
        "B2": ["B3", "B4", "B5"],
        "B6": ["B7", "B8"],
        "B9": ["B10", "B11"],
        "B12": ["B13", "B14"],
    }


def test_the_numbers_of_lines_are_no_codes() -> None:
    amounts = [[float(1000 + 37 * i + i * i % 91)] for i in range(14)]
    amounts[9] = amounts[0]  # 10 has the amount of 1, and is nothing of it
    made = table(amounts, labels=[f"{i + 1} part" for i in range(14)])
    numbered = replace(
        made, lines=tuple(replace(line, code=f"{i + 1}") for i, line in enumerate(made.lines))
    )
    assert row_sums(numbered) == []


@pytest.mark.parametrize(
    ("code", "wrong", "cell", "difference"),
    [
        ("K12", 20989, "B7", 91.0),  # digits swapped in a total
        ("K3102", 41929, "B12", 7200.0),  # … and in a line
        ("K3202", -14618, "B15", 29236.0),  # a sign
        ("K31", 700150, "B12", 630135.0),  # a digit too many
    ],
)
def test_one_that_fails_among_many_that_hold_is_an_error_in_a_single_column(
    code: str, wrong: int, cell: str, difference: float
) -> None:
    found = {f.cell.a1: f for f in findings_of(outcome_of(book(**{code: wrong})), "FT103")}
    assert found[cell].difference == difference
    assert found[cell].severity is Severity.ERROR


def test_a_group_far_from_its_members_is_not_claimed_to_be_their_sum() -> None:
    outcome = outcome_of(book(K12=777777, K1=2174023))
    assert [f.cell.a1 for f in findings_of(outcome, "FT103")] == []


def test_a_code_that_stands_at_nearly_every_line_is_none() -> None:
    rows = [
        f"{'' if k == 4 else 99} | {label} ({code}) | {value}"
        for k, (label, code, value) in enumerate(CODED)
    ]
    checks = checks_of(outcome_of("\n".join(["Level | Name | Budget", *rows])), "FT103")
    assert [p for p, _ in parts_of(checks["C15"])] == ["C13", "C14"]


def test_a_line_a_thousand_times_too_large_is_found_at_its_group() -> None:
    found = {f.cell.a1: f for f in findings_of(outcome_of(book(K3102=49129000)), "FT103")}
    assert found["B12"].difference == -49079871.0


@pytest.mark.parametrize(
    ("figures", "proves"),
    [
        ((0, 501, 5003, 4007, -9511), False),  # nothing, as the parts cancel
        ((8125, 8125, 501, 4007, -4508), False),  # one part, and others that cancel
        ((9511, 501, 5003, 4007), True),
        ((3617, 8125, -4508), True),
    ],
)
def test_lines_that_cancel_make_no_sum(figures: tuple[int, ...], proves: bool) -> None:
    drawn = table([[figure] for figure in figures])
    space = row_space(drawn)
    parts = np.arange(1, len(figures))
    assert (weigh(space, 0, parts, np.ones(len(parts))).bits > 0) is proves


def test_of_two_lines_the_one_called_a_total_is_the_total_however_far_in_it_stands() -> None:
    made = table([[1205.0], [877.0], [2082.0], [4954.1], [4954.1]])
    names = ("Grants", "Rents", "SUBTOTAL", "Web access to papers", "SUBTOTAL")
    lines = tuple(
        replace(line, label=name, ideas=ideas(name), level=3 if name == "SUBTOTAL" else 0)
        for line, name in zip(made.lines, names, strict=True)
    )
    assert row_sums(replace(made, lines=lines)) == [(2, (0, 1)), (4, (3,))]
