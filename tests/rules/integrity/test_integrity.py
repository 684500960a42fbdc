"""Integrity notes: text numbers, hidden lines in a total, lines that stand twice."""

from __future__ import annotations

from dataclasses import replace

from rules.model import Severity
from rules.runner import audit
from tests.rules.drawn import drawn, findings_of, outcome_of

SUMS = """
          | 2022 | 2023
Roads     | 1240 | 1262
Harbour   | 4771 | 4810
Libraries | 318  | 322
Schools   | 5120 | 5208
Total     | 11449 | 11602
"""


def test_numbers_stored_as_text_are_one_note_per_sheet() -> None:
    text = SUMS.replace("4771", "'4 771").replace("5208", "'5208")
    (found,) = findings_of(outcome_of(text), "IN901")
    assert (found.cell.a1, found.label, found.severity) == ("B3", "Harbour", Severity.NOTE)
    assert dict(found.message.values) == {"count": 2, "sheet": "Sheet1"}


def test_codes_and_columns_without_sums_are_left() -> None:
    codes = SUMS.replace("          |", "Dept |").replace("Roads ", "Code | '1080 | '1090\nRoads ")
    assert findings_of(outcome_of(codes), "IN901") == []
    unsummed = "       | 2022 | 2023\nRain | 12 | 15\nSnow | 4 | 9\nWind | '7 | 8\nSun | 31 | 55"
    assert findings_of(outcome_of(unsummed), "IN901") == []


def test_a_csv_is_all_text_and_no_news() -> None:
    book = drawn(SUMS.replace("4771", "'4771"))
    book = replace(book, grids=(replace(book.grids[0], cells_are_text=True),))
    assert findings_of(audit(book), "IN") == []


def test_a_total_that_counts_a_hidden_row() -> None:
    (found,) = findings_of(audit(drawn(SUMS, hidden_rows=frozenset({4}))), "IN902")
    assert (found.cell.a1, found.label, found.severity) == ("B6", "Total", Severity.NOTE)
    assert [part.cell.a1 for part in found.parts] == ["B2", "B3", "B4", "B5"]


def test_collapsed_and_wholly_hidden_lines_are_no_news() -> None:
    book = drawn(SUMS, hidden_rows=frozenset({4}))
    folded = replace(book, grids=(replace(book.grids[0], row_outlines={4: 1}),))
    assert findings_of(audit(folded), "IN902") == []
    assert findings_of(audit(drawn(SUMS, hidden_rows=frozenset({2, 3, 4, 5}))), "IN902") == []
    empty = SUMS.replace("318  | 322", "0 | 0").replace("11449 | 11602", "11131 | 11280")
    assert findings_of(audit(drawn(empty, hidden_rows=frozenset({4}))), "IN902") == []


TWICE = """
          | 2022 | 2023
Roads     | 1240 | 1262
Transport | 4771 | 4815
Libraries | 318  | 322
Transport | 4771 | 4815
Total     | 11100 | 11214
"""


def test_a_line_that_stands_twice_in_one_total() -> None:
    (found,) = findings_of(outcome_of(TWICE), "IN903")
    assert (found.cell.a1, found.label, found.severity) == ("B5", "Transport", Severity.WARNING)
    assert found.message.values["other"] == ("Sheet1", 3, 2)


def test_a_list_in_which_names_repeat_is_left() -> None:
    roster = TWICE.replace("Libraries", "Roads")
    assert findings_of(outcome_of(roster), "IN903") == []


def test_equal_lines_elsewhere_or_of_other_figures_are_left() -> None:
    assert findings_of(outcome_of(TWICE.replace("4815\nTotal", "4850\nTotal")), "IN903") == []
    rounded = TWICE.replace("4771", "4700").replace("4815", "4800")
    rounded = rounded.replace("11100", "10958").replace("11214", "11184")
    assert findings_of(outcome_of(rounded), "IN903") == []
    assert findings_of(outcome_of(TWICE.replace("11214", "1").replace("11100", "2")), "IN903") == []
