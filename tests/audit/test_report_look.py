"""The annotated sheets look as the workbook does, down to the cells that hold nothing."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell import Cell, MergedCell

from audit.pipeline import check_workbook
from audit.settings import Settings

SHEET = "Budget"
BLACK = "FF000000"


def rich_book(path: Path) -> None:
    """A small budget in colours: bands, boxes, white lines, turned headings, hidden lines."""
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(SHEET)
    title = book.add_format({"font_name": "Georgia", "font_size": 20, "font_color": "#7030A0"})
    head = book.add_format(
        {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "align": "center"}
        | {"border": 1, "border_color": "#FFFFFF", "text_wrap": True}
    )
    turned = book.add_format({"rotation": 90, "bg_color": "#DDEBF7", "bottom": 2})
    downwards = book.add_format({"rotation": -45})
    upright = book.add_format({"rotation": 270})
    band = book.add_format({"bg_color": "#BFBFBF"})
    box = book.add_format({"border": 2, "border_color": "#C00000", "bg_color": "#FFF2CC"})
    amount = book.add_format({"num_format": "#,##0", "border": 4, "border_color": "#D9D9D9"})
    indented = book.add_format({"indent": 2, "italic": True})
    struck = book.add_format({"font_strikeout": True})
    page.set_column(0, 0, 30)
    page.set_column(4, 4, 9, book.add_format({"bg_color": "#E2EFDA"}))
    page.set_row(0, 31)
    page.set_row(12, None, book.add_format({"bg_color": "#FFD966"}))
    page.write(0, 0, "Budget of the town", title)
    page.merge_range("B2:C2", "Amounts", head)
    page.write_blank("A2", None, head)
    page.write_row(2, 1, ["2026", "2027"], turned)
    page.write("D3", "Share", downwards)
    page.write("D4", "x", upright)
    for column in range(4):
        page.write_blank(4, column, None, band)
    page.write("A5", "EXPENSES", band)
    lines = [("Pay", 120, 130), ("Rent", 40, 41), ("Other", 12, 9), ("Total", 172, 180)]
    for row, (label, *amounts) in enumerate(lines, 5):
        page.write(row, 0, label, indented)
        page.write_row(row, 1, amounts, amount)
    page.set_row(6, None, None, {"hidden": True})
    page.write("A11", "no longer", struck)
    for row in (11, 12):
        for column in range(1, 4):
            page.write_blank(row, column, None, box)
    page.write("B12", "A remark in a box", box)
    page.freeze_panes(3, 1)
    book.close()


def without_shortcuts(path: Path) -> None:
    """Rewrite the sheet so that no cell of it can be taken out before it is parsed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"<sheetData>", b"<sheetData><!-- made by hand -->")
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)


def look(cell: Cell | MergedCell) -> dict[str, Any]:
    """All that makes up the look of a cell, but for its number format, which takes a mark."""
    edges = {}
    for side in ("left", "right", "top", "bottom"):
        edge = getattr(cell.border, side)
        edges[side] = edge.style and (edge.style, edge.color.rgb if edge.color else None)
    font, alignment = cell.font, cell.alignment
    has_fill = cell.fill.patternType == "solid"
    return edges | {
        "fill": cell.fill.fgColor.rgb if has_fill else None,
        "font": (font.name, font.sz, font.b, font.i, bool(font.strike)),
        "ink": font.color.rgb if font.color and font.color.type == "rgb" else BLACK,
        "turned": alignment.textRotation,
        "wrap": bool(alignment.wrapText),
        "indent": alignment.indent,
    }


@pytest.mark.parametrize("shorten", [True, False], ids=["as written", "without shortcuts"])
def test_annotated_sheets_look_like_the_workbook(tmp_path: Path, shorten: bool) -> None:
    source, report = tmp_path / "budget.xlsx", tmp_path / "report.xlsx"
    rich_book(source)
    if not shorten:
        without_shortcuts(source)
    check_workbook(source, Settings(lang="en"), output=report)
    was = openpyxl.load_workbook(source)[SHEET]
    shown = openpyxl.load_workbook(report)[SHEET]
    visible = [(row, column) for row in range(1, 14) for column in range(1, 6) if row != 7]
    differing = {
        was.cell(*place).coordinate: (look(was.cell(*place)), look(shown.cell(*place)))
        for place in visible
        if look(was.cell(*place)) != look(shown.cell(*place))
    }
    assert differing.keys() == {"B9"}  # the note that a total counts a hidden line
    assert shown["B9"].fill.fgColor.rgb == "FFE1EDF9"
    assert shown.row_dimensions[13].fill.fgColor.rgb == "FFFFD966"
    assert shown.column_dimensions["E"].fill.fgColor.rgb == "FFE2EFDA"
    assert shown["A7"].fill.fgColor.rgb == shown["C7"].fill.fgColor.rgb == "FFE4E4E4"
    assert [str(area) for area in shown.merged_cells.ranges] == ["B2:C2"]


def test_a_number_with_other_letters_is_shown_letter_by_letter(tmp_path: Path) -> None:
    source, report = tmp_path / "budget.xlsx", tmp_path / "report.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    rows = [
        ("Line", "2026", "2027"),
        ("Pay", "EUR 1,000", "1 200 €"),
        ("Refund", "(200)", "300-"),
        ("Grants", "40*", '5 "q"'),
        ("Rent", "1 234", "12 %"),
    ]
    for row in rows:
        page.append(row)
    book.save(source)
    check_workbook(source, Settings(lang="en"), output=report)
    sheet = openpyxl.load_workbook(report).worksheets[2]
    shown = {
        cell.coordinate: (cell.value, cell.number_format.replace("✓ ", "").replace("i ", ""))
        for row in sheet["B2:C5"]
        for cell in row
    }
    assert shown == {
        "B2": (1000, '"EUR 1,000";"EUR 1,000"'),
        "C2": (1200, '"1 200 €";"1 200 €"'),
        "B3": (-200, '"(200)";"(200)"'),
        "C3": (-300, '"300-";"300-"'),
        "B4": (40, '"40*";"40*"'),
        "C4": ('5 "q"', "General"),
        "B5": (1234, "#,##0"),
        "C5": (0.12, "#,##0 %"),
    }
