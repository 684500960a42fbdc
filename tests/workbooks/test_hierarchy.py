"""Codes inside labels, levels that a column names, codes left of the labels."""

from __future__ import annotations

import pytest

from tests.rules.drawn import drawn
from workbooks.tables.hierarchy import code_in
from workbooks.tables.layout import find_tables
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea


def only(text: str) -> Table:
    book = drawn(text)
    (table,) = find_tables(book.grids[0], book.styles)
    return table


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("3.1 Salaries", "3.1"),
        ("Salaries (K110102)", "K110102"),
        ("Interest (=05+06) (B812)", "B812"),
        ("Salaries (old)", ""),
        ("Surplus (2019)x", ""),
    ],
)
def test_the_code_of_a_label_leads_or_closes_it(label: str, code: str) -> None:
    assert code_in(label) == code


NAMED = """
Type       | No     | Name        | 2014 | 2015
Department | '0     | State       | 600  | 660
Section    | '00.0  | Court       | 250  | 270
Article    | '10.00 | List        | 100  | 110
Article    | '10.01 | Staff       | 150  | 160
Section    | '00.1  | Parliament  | 350  | 390
Article    | '10.00 | Chamber     | 200  | 220
Article    | '10.01 | Mediator    | 90   | 100
Article    | '10.02 | Refunds     | 60   | 70
Department | '1     | Foreign     | 400  | 440
Section    | '01.0  | Missions    | 300  | 330
Article    | '10.00 | Travel      | 120  | 130
Article    | '10.01 | Rent        | 180  | 200
Section    | '01.1  | Cooperation | 100  | 110
Article    | '10.00 | Aid         | 100  | 110
"""


def test_a_column_of_level_names_tells_the_levels() -> None:
    table = only(NAMED)
    assert [line.level // 12 for line in table.lines] == [0, 1, 2, 2, 1, 2, 2, 2, 0, 1, 2, 2, 1, 2]
    assert table.lines[2].label.startswith("List")
    assert [heading.column for heading in table.headings] == [4, 5]


def test_a_column_of_two_kinds_that_alternate_tells_no_level() -> None:
    lines = [f"{'Cost' if k % 2 else 'Income'} | Unit {k} | {k * 37 + 5}" for k in range(14)]
    assert {line.level for line in only("\n".join(["Kind | Unit | 2020", *lines])).lines} <= {0}


def test_whole_numbers_left_of_the_labels_are_codes() -> None:
    text = """
    Function | Name      | 2012 | 2011
    0        | General   | 60   | 70
    11       | Executive | 20   | 25
    12       | Courts    | 40   | 45
    1        | Safety    | 90   | 95
    113      | Police    | 30   | 35
    140      | Fire      | 60   | 60
    """
    table = only(text)
    assert [heading.column for heading in table.headings] == [3, 4]
    assert [line.code for line in table.lines] == ["0", "11", "12", "1", "113", "140"]


DATED = """
Date       | North | South
44927      | 24.25 | 31.5
44928      | 24.75 | 30.25
44929      | 26.5  | 29
44930      | 25.5  | 33.25
Average    | 25.25 | 31
"""


def test_a_line_below_a_column_of_dates_is_named_by_its_only_words() -> None:
    table = only(DATED)
    assert [line.label for line in table.lines][-1] == "Average"
    assert Idea.AVERAGE in table.lines[-1].ideas


RIGHT = """
        | Test 1 | Test 2 | Remarks
Virta   | 12     | 18     |
Koski   | 15     | 17     | ill
Niemi   | 9      | 20     |
        | 12     | 18.33  | Average
"""


def test_words_right_of_the_figures_name_a_line_that_has_no_label() -> None:
    assert [line.label for line in only(RIGHT).lines] == ["Virta", "Koski", "Niemi", "Average"]
