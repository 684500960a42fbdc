"""Reading .xls, .xlsb and .ods: the values, and what stands beside them."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.workbooks.old_formats import (
    biff_workbook,
    binary_error,
    binary_number,
    binary_record,
    binary_row,
    binary_text,
    container,
    error,
    formula_error,
    label,
    number,
    record,
    write_ods,
    write_xlsb,
)
from workbooks import limited_child
from workbooks.errors import InputError
from workbooks.grid import Border, Grid, Kind, Workbook
from workbooks.ods import excel_formula
from workbooks.ole import Container, DamagedContainer
from workbooks.reader import Limits, read_workbook
from workbooks.refs import Area


def kinds_of(grid: Grid) -> dict[tuple[int, int], str]:
    places = zip(grid.rows.tolist(), grid.columns.tolist(), strict=True)
    return {place: Kind(kind).name for place, kind in zip(places, grid.kinds, strict=True)}


def read_xls(path: Path, sheet: bytes) -> Workbook:
    path.write_bytes(container({"Workbook": biff_workbook(sheet)}))
    return read_workbook(path)


def test_xls_cells(tmp_path: Path) -> None:
    sheet = (
        label(1, 1, "Menot", 1)
        + number(1, 2, -1436276, 4)
        + number(1, 3, 0.036, 2)
        + number(1, 4, 43830, 3)
        + error(2, 1, 0x07)
        + formula_error(2, 2, 0x17)
        + label(2, 3, "1 234,5")
        + record(0x00BD, struct.pack("<HHHIHIH", 2, 4, 2, 0x3FF00000, 5, 0x40000000, 5))
    )
    read = read_xls(tmp_path / "a.xls", sheet)
    grid = read.grids[0]
    assert (read.format, grid.name, read.notes) == ("xls", "Budget", ())
    assert kinds_of(grid) == {
        (2, 2): "TEXT",
        (2, 3): "AMOUNT",
        (2, 4): "PERCENTAGE",
        (2, 5): "DATE",
        (3, 2): "ERROR",
        (3, 3): "ERROR",
        (3, 4): "AMOUNT",
        (3, 5): "PERCENTAGE",
        (3, 6): "AMOUNT",
    }
    assert [grid.texts[i] for i in (4, 5, 6)] == ["#DIV/0!", "#REF!", "1 234,5"]
    assert grid.numbers[[1, 2, 3, 6, 7, 8]].tolist() == [-1436276, 0.036, 43830, 1234.5, 1, 2]
    bold, money = read.style(grid, 0), read.style(grid, 1)
    assert (bold.bold, bold.indent, bold.font, bold.size) == (True, 2, "Arial", 11)
    assert (money.number_format, money.fill, money.border.left) == ("#,##0", "FFFF00", "thin")
    assert read.style(grid, 8).wrap


def test_xls_cells_that_hold_nothing_but_a_look(tmp_path: Path) -> None:
    sheet = (
        label(0, 0, "Menot")
        + record(0x0201, struct.pack("<HHH", 0, 1, 4))
        + record(0x00BE, struct.pack("<HHHHHH", 1, 0, 4, 0, 4, 2))
        + number(2, 3, 5)
        + record(0x0201, struct.pack("<HHH", 3, 4, 4))
        + record(0x0201, struct.pack("<HHH", 9, 0, 4))
    )
    read = read_xls(tmp_path / "a.xls", sheet)
    empty = read.grids[0].empty
    places = list(zip(empty.rows.tolist(), empty.columns.tolist(), strict=True))
    assert places == [(1, 2), (2, 1), (2, 2), (2, 3), (4, 5)]  # all looks but that far below
    fills = [read.styles[at].fill for at in empty.styles]
    assert fills == ["FFFF00", "FFFF00", "", "FFFF00", "FFFF00"]


def test_xls_rows_columns_and_merges(tmp_path: Path) -> None:
    sheet = (
        record(0x007D, struct.pack("<6H", 1, 2, 256 * 20, 0, 1, 0))
        + record(0x0208, struct.pack("<8H", 0, 0, 3, 600, 0, 0, 0x0122, 15))
        + label(0, 0, "TP 2019")
        + number(3, 3, 5)
        + record(0x023E, struct.pack("<H", 0x08) + b"\0" * 16)
        + record(0x0041, struct.pack("<5H", 1, 2, 0, 0, 0))
        + record(0x00E5, struct.pack("<5H", 1, 0, 1, 0, 2))
    )
    grid = read_xls(tmp_path / "a.xls", sheet).grids[0]
    assert grid.hidden_columns == {2, 3}
    assert grid.column_widths == {2: 20, 3: 20}
    assert grid.row_heights == {1: 30}
    assert grid.hidden_rows == {1}
    assert grid.row_outlines == {1: 2}
    assert grid.frozen == (2, 1)
    assert grid.merges == (Area(1, 1, 2, 3),)


def test_xls_comments(tmp_path: Path) -> None:
    drawn = struct.pack("<HHHHH", 0x15, 0x12, 0x19, 7, 0) + b"\0" * 16
    text = struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, 5, 0, 0)
    sheet = (
        number(0, 0, 1)
        + record(0x005D, drawn)
        + record(0x01B6, text)
        + record(0x003C, b"\0ml. x")
        + record(0x003C, b"\0" * 16)
        + record(0x001C, struct.pack("<HHHHHBB", 0, 0, 0, 7, 1, 0, 65) + b"\0")
    )
    assert read_xls(tmp_path / "a.xls", sheet).grids[0].comments == {(1, 1): "ml. x"}


def test_xls_charts_on_a_sheet_are_passed_over(tmp_path: Path) -> None:
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0020, 0, 0, 0, 6))
    chart = begin + number(0, 0, 99, 2) + record(0x000A)
    read = read_xls(tmp_path / "a.xls", number(0, 0, 1, 4) + chart + number(1, 0, 2, 4))
    assert [read.style(read.grids[0], index).number_format for index in (0, 1)] == ["#,##0"] * 2


def test_xls_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container({"Workbook": biff_workbook(number(0, 0, 1), encrypted=True)}))
    with pytest.raises(InputError, match=r"a\.xls is encrypted, and damaged"):
        read_workbook(path)


def test_container_streams() -> None:
    content = bytes(range(256)) * 40
    read = Container(container({"One": content, "Two": b"x"}))
    assert read.names() == {"one", "two"}
    assert read.stream("ONE").rstrip(b"\0") == content.rstrip(b"\0")
    with pytest.raises(KeyError):
        read.stream("three")


def test_container_whose_chain_is_a_circle() -> None:
    data = bytearray(container({"One": b"x" * 5000}))
    struct.pack_into("<I", data, 512 + 4 * 3, 2)  # the second sector of the stream leads back
    with pytest.raises(DamagedContainer):
        Container(bytes(data)).stream("one")


def test_xlsb_cells(tmp_path: Path) -> None:
    cells = (
        binary_row(0)
        + binary_text(0, "Menot", 1)
        + binary_number(1, -5)
        + binary_number(2, 0.036, 2)
        + binary_row(4)
        + binary_error(1, 0x2A)
        + binary_text(2, "1 234")
    )
    merge = binary_record(176, struct.pack("<4I", 0, 1, 0, 0))
    read = read_workbook(write_xlsb(tmp_path / "a.xlsb", cells, after=merge))
    grid = read.grids[0]
    assert (read.format, read.notes) == ("xlsb", ())
    assert kinds_of(grid) == {
        (1, 1): "TEXT",
        (1, 2): "AMOUNT",
        (1, 3): "PERCENTAGE",
        (5, 2): "ERROR",
        (5, 3): "AMOUNT",
    }
    assert grid.texts[3] == "#N/A"
    assert read.style(grid, 0).bold
    assert grid.merges == (Area(1, 1, 2, 1),)
    assert grid.row_heights == {1: 15, 5: 15}


ODS_STYLES = (
    '<number:percentage-style style:name="N1"><number:number number:decimal-places="1"/>'
    "</number:percentage-style>"
    '<number:number-style style:name="N2"><number:number number:decimal-places="2" '
    'number:grouping="true"/></number:number-style>'
    '<style:style style:name="ce1" style:family="table-cell" style:data-style-name="N1"/>'
    '<style:style style:name="ce2" style:family="table-cell" style:data-style-name="N2">'
    '<style:text-properties fo:font-weight="bold" fo:color="#ff0000"/></style:style>'
    '<style:style style:name="ro1" style:family="table-row">'
    '<style:table-row-properties style:row-height="36pt"/></style:style>'
)


def cell(kind: str, value: str, text: str = "", more: str = "") -> str:
    attribute = {"string": "", "date": f'office:date-value="{value}"'}.get(
        kind, f'office:value="{value}"'
    )
    body = f"<text:p>{text or value}</text:p>"
    return (
        f'<table:table-cell office:value-type="{kind}" {attribute} {more}>{body}</table:table-cell>'
    )


def test_ods_cells(tmp_path: Path) -> None:
    rows = (
        '<table:table-row table:style-name="ro1">'
        + cell("string", "Menot", more='table:number-columns-spanned="2"')
        + "<table:covered-table-cell/>"
        + cell("percentage", "0.036", "3,6 %", 'table:style-name="ce1"')
        + "</table:table-row>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:visibility="collapse">'
        + cell("float", "5", more='table:number-columns-repeated="2" table:style-name="ce2"')
        + cell("float", "10", more='table:formula="of:=SUM([.A5:.B5];[$Muut.A1])"')
        + cell("string", "#DIV/0!", more='calcext:value-type="error" table:formula="of:=1/0"')
        + cell("date", "2019-12-31")
        + "</table:table-row>"
    )
    table = f'<table:table table:name="Budjetti"><table:table-column/>{rows}</table:table>'
    read = read_workbook(write_ods(tmp_path / "a.ods", table, styles=ODS_STYLES))
    grid = read.grids[0]
    assert (read.format, grid.name, read.notes) == ("ods", "Budjetti", ())
    assert kinds_of(grid) == {
        (1, 1): "TEXT",
        (1, 3): "PERCENTAGE",
        (5, 1): "AMOUNT",
        (5, 2): "AMOUNT",
        (5, 3): "AMOUNT",
        (5, 4): "ERROR",
        (5, 5): "DATE",
    }
    assert grid.numbers[[1, 2, 3, 4, 6]].tolist() == [0.036, 5, 5, 10, 43830]
    assert grid.formulas == {4: "=SUM(A5:B5,Muut!A1)", 5: "=1/0"}
    assert grid.texts[5] == "#DIV/0!"
    assert grid.merges == (Area(1, 1, 1, 2),)
    assert grid.hidden_rows == {5}
    assert grid.row_heights == {1: 36}
    money = read.style(grid, 2)
    assert (money.number_format, money.bold, money.colour) == ("#,##0.00", True, "FF0000")


def test_ods_cells_that_hold_nothing_but_a_look(tmp_path: Path) -> None:
    styles = (
        '<style:style style:name="box" style:family="table-cell"><style:table-cell-properties '
        'fo:border="0.06pt solid #c00000" fo:background-color="#fff2cc" '
        'style:rotation-angle="90"/>'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    box = 'table:style-name="box"'
    rows = (
        f"<table:table-row>{cell('string', 'Menot', more=box)}"
        f'<table:table-cell {box} table:number-columns-repeated="2"/></table:table-row>'
        f'<table:table-row><table:table-cell {box} table:number-columns-repeated="16000"/>'
        f"</table:table-row><table:table-row>{cell('float', '5')}</table:table-row>"
    )
    table = f'<table:table table:name="Budjetti"><table:table-column/>{rows}</table:table>'
    read = read_workbook(write_ods(tmp_path / "a.ods", table, styles=styles))
    empty = read.grids[0].empty
    assert (empty.rows.tolist(), empty.columns.tolist()) == ([1], [2])  # one beyond the content
    look = read.styles[int(empty.styles[0])]
    assert look == read.style(read.grids[0], 0)
    assert (look.fill, look.rotation, look.strike) == ("FFF2CC", 90, True)
    assert look.border == Border("thin", "thin", "thin", "thin", ("C00000",) * 4)


def test_ods_comments_do_not_become_text(tmp_path: Path) -> None:
    note = "<office:annotation><text:p>huom</text:p></office:annotation>"
    row = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="5">'
        f"{note}<text:p>5</text:p></table:table-cell></table:table-row>"
    )
    table = f'<table:table table:name="A">{row}</table:table>'
    grid = read_workbook(write_ods(tmp_path / "a.ods", table)).grids[0]
    assert grid.comments == {(1, 1): "huom"}
    assert kinds_of(grid) == {(1, 1): "AMOUNT"}


def test_ods_encrypted_and_repeated_without_end(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", "", encrypted=True)
    with pytest.raises(InputError, match="is encrypted"):
        read_workbook(path)
    row = (
        '<table:table-row table:number-rows-repeated="1048576">'
        + cell("float", "1", more='table:number-columns-repeated="16384"')
        + "</table:table-row>"
    )
    table = f'<table:table table:name="A">{row}</table:table>'
    with pytest.raises(InputError, match=r"b\.ods holds more than"):
        read_workbook(write_ods(tmp_path / "b.ods", table))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("of:=[.A1]+[.$B$2]", "=A1+$B$2"),
        ("of:=SUM([$'Muut menot'.A1:.B2])", "=SUM('Muut menot'!A1:B2)"),
        ('of:=IF([.A1]=";";1;2)', '=IF(A1=";",1,2)'),
        ("=A1", "=A1"),
        ("msoxl:=SUM(A1;B1)", "=SUM(A1;B1)"),
    ],
)
def test_open_formulas_as_excel_writes_them(formula: str, expected: str) -> None:
    assert excel_formula(formula) == expected


def test_limit_of_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    sheet = b"".join(number(row, 0, row) for row in range(20))
    path.write_bytes(container({"Workbook": biff_workbook(sheet)}))
    with pytest.raises(InputError, match=r"a\.xls holds more than 10 cells"):
        read_workbook(path, limits=Limits(max_cells=10))


@pytest.mark.parametrize("child", ["while True: pass", "import os; os.abort()", "pass"])
def test_a_child_that_loops_or_dies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, child: str
) -> None:
    monkeypatch.setattr(limited_child, "_CHILD", child)
    monkeypatch.setattr(limited_child, "_GRACE", 0.5)
    path = tmp_path / "a.xls"
    path.write_bytes(container({"Workbook": biff_workbook(number(0, 0, 1))}))
    with pytest.raises(InputError, match=r"a\.xls cannot be read within 0 s and 2,048 MB"):
        read_workbook(path, limits=Limits(child_seconds=0))


@pytest.mark.parametrize("length", [300, 600, 1500, 2000, 3000])
def test_an_old_workbook_cut_short(tmp_path: Path, length: int) -> None:
    path = tmp_path / "a.xls"
    whole = container({"Workbook": biff_workbook(number(0, 0, 1))})
    path.write_bytes(whole[:length])
    with pytest.raises(InputError, match=r"a\.xls (is damaged|holds no)"):
        read_workbook(path)


def test_an_old_workbook_without_records(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(container({"Workbook": b"\0" * 100}))
    with pytest.raises(InputError, match=r"a\.xls (is damaged|holds no sheet)"):
        read_workbook(path)


def test_cells_beyond_the_sheet_and_numbers_that_are_none(tmp_path: Path) -> None:
    cells = number(0, 0, float("inf")) + number(0, 1, float("nan")) + number(0, 2, 3)
    grid = read_xls(tmp_path / "a.xls", cells + number(1, 20_000, 4)).grids[0]
    assert kinds_of(grid) == {(1, 1): "ERROR", (1, 2): "ERROR", (1, 3): "AMOUNT"}
    assert grid.left_out == "1 cells with an address outside the sheet were left out."
    assert grid.numbers.tolist()[2:] == [3.0]
