"""The tidy frame has each number of each table once, with its place and its headings."""

from __future__ import annotations

from pathlib import Path

import pytest

import crossfoot
from tests.fixtures.layouts import LAYOUTS, build
from workbooks.frames import tidy
from workbooks.reader import read_workbook

COLUMNS = [
    "sheet",
    "row",
    "column",
    "cell",
    "line_item",
    "block",
    "heading",
    "period",
    "scenario",
    "amount",
    "unit",
    "scale",
    "kind",
    "text_number",
]


def budget(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_one_row_per_number_with_its_cell(tmp_path: Path) -> None:
    frame = crossfoot.read(
        budget(tmp_path / "b.csv", "Line;2019;2020\nSalaries;1200;1300\nTravel;310;\n")
    )
    assert list(frame.columns) == COLUMNS
    assert frame[["line_item", "cell", "period", "amount"]].to_numpy().tolist() == [
        ["Salaries", "B2", "2019", 1200.0],
        ["Salaries", "C2", "2020", 1300.0],
        ["Travel", "B3", "2019", 310.0],
    ]


def test_a_workbook_without_tables_keeps_its_columns(tmp_path: Path) -> None:
    frame = crossfoot.read(budget(tmp_path / "b.csv", "only words;here\n"))
    assert frame.empty
    assert list(frame.columns) == COLUMNS


@pytest.mark.parametrize("name", list(LAYOUTS))
def test_every_row_is_the_number_of_its_cell(name: str, tmp_path: Path) -> None:
    workbook = read_workbook(build(name, tmp_path, planted=False).path)
    grids = {grid.name: grid for grid in workbook.grids}
    frame = tidy(workbook)
    assert len(frame)
    assert not frame.duplicated(["sheet", "cell"]).any()
    places = frame[["sheet", "row", "column", "amount"]].itertuples(index=False, name=None)
    for sheet, row, column, amount in places:
        grid = grids[sheet]
        assert grid.numbers[grid.index(row, column)] == amount
    assert set(frame["kind"]) <= {"amount", "percentage"}


@pytest.mark.parametrize(
    ("corner", "scale"),
    [
        ("1 000 €", 1e3),
        ("(1000 euroa)", 1e3),
        ("€ 1,000", 1e3),
        ("R'000", 1e3),
        ("milj. €", 1e6),
        ("1 000 000 €", 1e6),
        ("€", 1.0),
    ],
)
def test_a_unit_in_the_corner_is_no_figure_and_counts_for_the_amounts(
    tmp_path: Path, corner: str, scale: float
) -> None:
    text = f"{corner};TP 2019;TA 2020;Osuus\nPalkat;1200;1300;80,3\nMatkat;310;320;19,7\n"
    frame = crossfoot.read(budget(tmp_path / "b.csv", text))
    assert list(frame.heading[:3]) == ["TP 2019", "TA 2020", "Osuus"]
    assert list(frame.scale[:3]) == [scale, scale, 1.0]
    assert list(frame.unit[:3]) == ["money", "money", ""]
    assert len(frame) == 6


def test_an_amount_of_a_thousand_with_its_currency_is_one_among_others(tmp_path: Path) -> None:
    text = "Line;Price\nFee;1 000 €\nRent;1 250 €\nPost;310 €\n"
    frame = crossfoot.read(budget(tmp_path / "b.csv", text))
    assert list(frame.amount) == [1000.0, 1250.0, 310.0]


def test_a_thousand_below_a_year_is_an_amount_and_no_unit(tmp_path: Path) -> None:
    text = "Line;2026;2027\nPay;EUR 1,000;1300\nFees;310;320\n"
    frame = crossfoot.read(budget(tmp_path / "b.csv", text))
    assert list(frame.amount) == [1000.0, 1300.0, 310.0, 320.0]
