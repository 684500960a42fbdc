"""Build ``kemijarvi-2020.xlsx``: a real municipal budget, laid out as a finance department would.

The figures are those that the town of Kemijärvi published; ``kemijarvi_2020.json`` holds them as
printed, table by table (``null`` is a blank cell, which is not the same as a printed 0). Run the
script to make the workbook again; the same figures give the same bytes.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

HERE = Path(__file__).resolve().parent
CREATED = datetime(2020, 5, 11, 9, 0, 0)

HEADING = "heading"
TOTALS = ("total", "net")


class Figure(NamedTuple):
    """The name of one cell of a table: what it means, not where it stands.

    ``block`` is the sub-unit, or the line that a "Muutos %" row refers to; empty elsewhere.
    """

    table: str
    block: str
    label: str
    column: str


class Place(NamedTuple):
    """Where a figure stands; row and column count from 1."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line; ``values`` by column, None where the cell is blank."""

    label: str
    kind: str
    block: str
    values: tuple[float | None, ...]
    remark: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One printed table; ``headings`` has the lines of each column's heading."""

    id: str
    sheet: str
    titles: tuple[str, ...]
    corner: tuple[str, ...]
    columns: tuple[str, ...]
    headings: tuple[tuple[str | int, ...], ...]
    rows: tuple[Row, ...]
    footnote: str = ""
    remarks: str = ""

    def figure(self, row: Row, column: int) -> Figure:
        """The name of the cell of ``row`` in column ``column`` (from 0)."""
        return Figure(self.id, row.block, row.label, self.columns[column])


def read_tables(path: Path = HERE / "kemijarvi_2020.json") -> tuple[Table, ...]:
    """The five tables as they were printed."""
    tables = json.loads(path.read_text(encoding="utf-8"))["tables"]
    return tuple(_table(table) for table in tables)


def _table(entry: dict[str, object]) -> Table:
    def texts(key: str) -> tuple[str, ...]:
        value = entry[key]
        assert isinstance(value, list)
        return tuple(value)

    headings, rows = entry["headings"], entry["rows"]
    assert isinstance(headings, list)
    assert isinstance(rows, list)
    columns = texts("columns")
    return Table(
        id=str(entry["id"]),
        sheet=str(entry["sheet"]),
        titles=texts("titles"),
        corner=texts("corner"),
        columns=columns,
        headings=tuple(tuple(lines) for lines in headings),
        rows=tuple(
            Row(
                label=row["label"],
                kind=row["kind"],
                block=row.get("block", ""),
                values=tuple(row.get("values", [None] * len(columns))),
                remark=row.get("remark", ""),
                bold=row.get("bold", False),
            )
            for row in rows
        ),
        footnote=str(entry.get("footnote", "")),
        remarks=str(entry.get("remarks", "")),
    )


def with_values(table: Table, changes: dict[Figure, float]) -> Table:
    """``table`` with some of its figures replaced."""
    rows = tuple(
        replace(
            row,
            values=tuple(
                changes.get(table.figure(row, i), value) for i, value in enumerate(row.values)
            ),
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


class Painter:
    """Writes tables onto sheets and remembers where each figure went."""

    def __init__(self, path: Path) -> None:
        self.book = Workbook(str(path))
        self.book.set_properties(
            {
                "title": "Talousarvio ja käyttösuunnitelma 2020",
                "author": "Hallinto- ja tukipalvelut",
                "created": CREATED,
            }
        )
        self.places: dict[Figure, Place] = {}
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def format(self, **look: object) -> Format:
        """A cell format; equal looks share one."""
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            base = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
            self._formats[key] = self.book.add_format({**base, **look})
        return self._formats[key]

    def sheet(self, name: str, widths: tuple[float, ...]) -> Worksheet:
        """A new sheet, ready to print on paper."""
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.set_paper(9)
        sheet.set_margins(left=0.6, right=0.6)
        sheet.fit_to_pages(1, 0)
        return sheet

    def titles(self, sheet: Worksheet, table: Table, top: int) -> int:
        """Write the titles of ``table`` from row ``top`` (from 0); the row after them."""
        for line, text in enumerate(table.titles):
            sheet.write_string(top + line, 0, text, self.format(bold=True, font_size=13))
            sheet.set_row(top + line, 20)
        return top + len(table.titles) + 1

    def headings(self, sheet: Worksheet, table: Table, top: int, left: int = 1) -> int:
        """Write the heading lines from row ``top``; the row after them."""
        depth = len(table.headings[0])
        for line in range(depth):
            look: dict[str, object] = {"bold": True, "bg_color": "#D9E1F2"}
            if line == depth - 1:
                look["bottom"] = 1
            for column in range(left):
                text = table.corner[line] if column == 0 else ""
                sheet.write(top + line, column, text or None, self.format(**look))
            for column, lines in enumerate(table.headings):
                self.heading(sheet, top + line, left + column, lines[line], look)
            if table.remarks:
                remark = table.remarks if line == depth - 1 else None
                sheet.write(top + line, left + len(table.columns), remark, self.format(**look))
        return top + depth

    def heading(
        self, sheet: Worksheet, row: int, column: int, text: str | int, look: dict[str, object]
    ) -> None:
        """Write one line of a column's heading: words as text, a year as a number."""
        sheet.write(row, column, text if text != "" else None, self.format(align="right", **look))

    def number(
        self,
        sheet: Worksheet,
        place: Place,
        figure: Figure,
        value: float | None,
        look: dict[str, object],
    ) -> None:
        """Write one figure, or only the look of a blank cell."""
        sheet.write(place.row - 1, place.column - 1, value, self.format(**look))

    def figures(
        self, sheet: Worksheet, table: Table, row: Row, at: int, left: int, **look: object
    ) -> None:
        """Write the figures of one line into row ``at``, the first of them in column ``left``."""
        for column, value in enumerate(row.values):
            figure = table.figure(row, column)
            place = Place(sheet.get_name(), at + 1, left + column + 1)
            self.places[figure] = place
            number_format = number_format_of(table, row, column, value)
            self.number(sheet, place, figure, value, {"num_format": number_format, **look})

    def body(self, sheet: Worksheet, table: Table, top: int) -> int:
        """Write all lines of ``table`` and its footnote from row ``top``; the row after them."""
        at, block = top, ""
        named_blocks = table.id == "yksikot"
        for row in table.rows:
            if named_blocks and row.block != block:
                block = row.block
                sheet.write_string(at, 0, block, self.format(bold=True))
                at += 1
            self.line(sheet, table, row, at)
            at += 1
        if table.footnote:
            sheet.write_string(at, 0, table.footnote, self.format(italic=True, font_size=9))
            at += 1
        return at

    def line(self, sheet: Worksheet, table: Table, row: Row, at: int) -> None:
        """Write one line: its label, its figures, its remark."""
        total = row.kind in TOTALS
        look: dict[str, object] = {}
        if total or row.bold or row.kind == HEADING:
            look["bold"] = True
        if total:
            look["top"] = 1
        label = dict(look)
        if indent := indent_of(table, row):
            label["indent"] = indent
        sheet.write_string(at, 0, row.label, self.format(**label))
        if row.kind != HEADING:
            self.figures(sheet, table, row, at, 1, **look)
        if row.remark:
            remark = self.format(text_wrap=True, font_size=9, indent=1)
            sheet.write_string(at, len(table.columns) + 1, row.remark, remark)
            sheet.set_row(at, 26)

    def close(self) -> dict[Figure, Place]:
        """Finish the file; where every figure stands, the blank ones included."""
        self.book.close()
        return self.places


def number_format_of(table: Table, row: Row, column: int, value: float | None) -> str:
    """How a figure is shown: thousands apart, percentages with the decimals that were printed."""
    if table.columns[column] == "MUUTOS %":
        return "General"
    if row.kind == "percent_change":
        return "0.00" if value is not None and round(value, 1) != value else "0.0"
    return "0" if row.kind == "count" else "#,##0"


def indent_of(table: Table, row: Row) -> int:
    """How deep a label stands."""
    if table.id == "kayttosuunnitelma":
        return {"revenue": 2, "expense": 2}.get(row.kind, 0 if row.label == "KÄYTTÖTALOUS" else 1)
    if table.id == "yksikot":
        return 1
    if table.id == "investoinnit":
        return 0 if row.kind == "total" else 1
    return 1 if row.kind == "percent_change" else 0


WIDTHS: dict[str, tuple[float, ...]] = {
    "tunnusluvut": (30, 13, 13, 13, 13, 13),
    "maararahat": (30, 14, 14, 13, 10),
    "kayttosuunnitelma": (34, 13, 13, 13, 13, 13),
    "yksikot": (34, 13, 13, 13, 13, 13),
    "investoinnit": (50, 12, 12, 12, 44),
}


def paint_sheet(painter: Painter, table: Table) -> None:
    """One table on a sheet of its own: titles, headings, lines, footnote."""
    sheet = painter.sheet(table.sheet, WIDTHS[table.id])
    if table.id in ("investoinnit", "tunnusluvut"):
        sheet.set_landscape()
    top = painter.headings(sheet, table, painter.titles(sheet, table, 0))
    if table.id == "yksikot":
        sheet.freeze_panes(top, 1)
        sheet.repeat_rows(top - len(table.headings[0]), top - 1)
    painter.body(sheet, table, top)


def build(path: Path, tables: tuple[Table, ...] | None = None) -> dict[Figure, Place]:
    """Write the workbook to ``path``; where every figure stands."""
    painter = Painter(path)
    for table in tables or read_tables():
        paint_sheet(painter, table)
    return painter.close()


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "kemijarvi-2020.xlsx"
    build(target)
    sys.stdout.write(f"{target.name}: {xlsxwriter.__name__} {xlsxwriter.__version__}\n")
