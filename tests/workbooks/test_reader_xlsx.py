"""Reading .xlsx: every fact of a grid, against openpyxl and on packages written by hand."""

from __future__ import annotations

import datetime
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel
from openpyxl.workbook.defined_name import DefinedName

from tests.workbooks.packages import LINKS, MAIN, parts_of, relationships, sheet, write
from workbooks import package
from workbooks.cell_arrays import places_of
from workbooks.errors import InputError
from workbooks.formulas import SharedFormula
from workbooks.grid import Grid, Kind, Workbook
from workbooks.reader import read_workbook
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, Area, a1
from workbooks.styles import number_kind
from workbooks.xlsx_shortcut import CellShortcut, StringShortcut
from workbooks.xlsx_values import serial_day, unescaped

NUMERIC = (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE)


def kind_at(grid: Grid, address: str) -> Kind:
    index = index_of(grid, address)
    return Kind(int(grid.kinds[index])) if index >= 0 else Kind.BLANK


def index_of(grid: Grid, address: str) -> int:
    rows, columns, _ = places_of(address.encode(), 1)
    return grid.index(int(rows[0]), int(columns[0]))


def number_at(grid: Grid, address: str) -> float:
    return float(grid.numbers[index_of(grid, address)])


def text_at(grid: Grid, address: str) -> str | None:
    return grid.texts.get(index_of(grid, address))


def formula_at(grid: Grid, address: str) -> str | None:
    return grid.formulas.get(index_of(grid, address))


def excel_serial(moment: datetime.datetime) -> float:
    """The serial day that openpyxl writes."""
    serial: float = to_excel(moment)  # type: ignore[no-untyped-call]
    return serial


def saved(book: openpyxl.Workbook, folder: Path) -> Workbook:
    path = folder / "budget.xlsx"
    book.save(path)
    return read_workbook(path)


def grid_of(folder: Path, data: str, **parts: Any) -> Grid:
    return read_workbook(write(folder / "b.xlsx", parts_of(sheet(data), **parts))).grids[0]


# The kinds of cells


def test_kinds_of_cells_as_excel_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "kinds.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("Budget")
    money = book.add_format({"num_format": "#,##0"})
    share = book.add_format({"num_format": "0.0 %"})
    day = book.add_format({"num_format": "d.m.yyyy"})
    page.write_number("A1", 0, money)
    page.write_number("A2", -1436276.25, money)
    page.write_number("A3", 0.036, share)
    page.write_datetime("A4", datetime.datetime(2019, 12, 31), day)
    page.write_string("A5", "Toimintakulut")
    page.write_string("A6", "-")
    page.write_string("A7", "..")
    page.write_blank("A8", None, money)
    page.write_boolean("A9", True)
    page.write_formula("A10", "=1/0", None, "#DIV/0!")
    page.write_formula("A11", "=A1+A2", money, -1436276.25)
    page.write_formula("A12", '=IF(A1,"x","y")', None, "y")
    page.write_array_formula("A13:A14", "{=A1:A2*2}", None, 0)
    page.write_string("A15", "#VIITTAUS!")
    book.close()
    grid = read_workbook(path).grids[0]
    kinds = [kind_at(grid, f"A{row}").name for row in range(1, 16)]
    assert kinds == [
        *("AMOUNT", "AMOUNT", "PERCENTAGE", "DATE", "TEXT", "TEXT", "TEXT", "BLANK", "BOOLEAN"),
        *("ERROR", "AMOUNT", "TEXT", "AMOUNT", "AMOUNT", "ERROR"),
    ]
    assert number_at(grid, "A1") == 0
    assert number_at(grid, "A3") == 0.036
    assert number_at(grid, "A4") == 43830
    assert [text_at(grid, a) for a in ("A6", "A9", "A10", "A12")] == ["-", "TRUE", "#DIV/0!", "y"]
    assert formula_at(grid, "A11") == "=A1+A2"
    assert formula_at(grid, "A13") == "=A1:A2*2"
    assert formula_at(grid, "A14") is None
    assert math.isnan(number_at(grid, "A5"))


def test_never_calculated_is_a_formula_without_a_value(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        '<row r="1"><c r="A1"><f>B1+1</f></c><c r="B1"><f>1</f><v></v></c>'
        '<c r="C1"><f>0</f><v/></c>'
        '<c r="D1"><f>0</f><v>0</v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1"><v></v></c>'
        "</row>",
    )
    kinds = [kind_at(grid, f"{letter}1") for letter in "ABCDEF"]
    never = Kind.NEVER_CALCULATED
    assert kinds == [never, never, never, Kind.AMOUNT, Kind.TEXT, Kind.BLANK]
    assert formula_at(grid, "A1") == "=B1+1"
    assert len(grid) == 5


@pytest.mark.parametrize("value", ["<v></v>", "<v/>"])
@pytest.mark.parametrize(
    "behind",
    ["", '</row><row r="2"><c r="A2"><v>1</v></c>', '<c r="C1"><f>1</f><v>1<!-- 2 --></v></c>'],
    ids=["last", "before plain cells", "before others"],
)
def test_a_formula_that_gave_an_empty_text_is_text_wherever_it_stands(
    tmp_path: Path, value: str, behind: str
) -> None:
    cell = f'<c r="B1" t="str"><f>IF(A1,"","x")</f>{value}</c>'
    grid = grid_of(tmp_path, f'<row r="1"><c r="A1"><v>1</v></c>{cell}{behind}</row>')
    assert kind_at(grid, "B1") == Kind.TEXT
    assert text_at(grid, "B1") == ""
    assert formula_at(grid, "B1") == '=IF(A1,"","x")'


def test_openpyxl_writes_formulas_that_were_never_calculated(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page["A1"], page["A2"] = 1, "=SUM(A1:A1)"
    grid = saved(book, tmp_path).grids[0]
    assert kind_at(grid, "A2") == Kind.NEVER_CALCULATED
    assert formula_at(grid, "A2") == "=SUM(A1:A1)"


def test_odd_values(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        '<row r="1"><c r="A1" t="d"><v>2019-12-31</v></c>'
        '<c r="B1" t="d"><v>2019-12-31T12:00:00</v></c>'
        '<c r="C1" t="n"><v>abc</v></c><c r="D1"><v>1e999</v></c><c r="E1" t="b"><v>0</v></c>'
        '<c r="F1"><v> 12 </v></c><c r="G1" t="nonsense"><v>7</v></c>'
        '<c r="H1" t="e"><v>#N/A</v></c>'
        '<c r="I1" t="s"><v>9</v></c></row>',
        strings="<si><t>only one</t></si>",
    )
    assert [kind_at(grid, f"{letter}1").name for letter in "ABCDEFGHI"] == [
        *("DATE", "DATE", "TEXT", "ERROR", "BOOLEAN", "AMOUNT", "AMOUNT", "ERROR"),
        "BLANK",  # its shared text is not there
    ]
    assert number_at(grid, "A1") == 43830
    assert number_at(grid, "B1") == 43830.5
    assert number_at(grid, "F1") == 12
    assert grid.left_out == "1 cells lack their text, which the file does not hold."


def test_shared_and_inline_texts(tmp_path: Path) -> None:
    rich = "<si><r><rPr><b/></rPr><t>Toiminta</t></r><r><t xml:space='preserve'>kulut </t></r></si>"
    phonetic = (
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/></si>"
    )
    grid = grid_of(
        tmp_path,
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
        '<c r="C1" t="s"><v>2</v></c>'
        '<c r="D1" t="inlineStr"><is><t>  inline</t></is></c>'
        '<c r="E1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r>'
        '<rPh sb="0" eb="1"><t>c</t></rPh></is></c>'
        '<c r="F1" t="s"><v>3</v></c><c r="G1" t="s"><v>4</v></c><c r="H1"><v>5</v></c></row>',
        strings=f"{rich}{phonetic}<si><t>a_x000D_b_x005F_x</t></si><si><t></t></si>"
        "<si><t><![CDATA[1 < 2]]> &amp; 3</t></si>",
    )
    texts = [text_at(grid, f"{letter}1") for letter in "ABCDEFG"]
    assert texts == ["Toimintakulut ", "東京", "a\rb_x", "  inline", "ab", None, "1 < 2 & 3"]
    assert kind_at(grid, "F1") == Kind.BLANK
    assert number_at(grid, "H1") == 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [("_xD83D__xDE00_", "😀"), ("_xD83D_", "\ufffd"), ("_x5_", "_x5_"), ("tax_x0041_", "taxA")],
)
def test_escaped_characters(text: str, expected: str) -> None:
    assert unescaped(text) == expected


def test_long_and_many_texts_cross_the_pieces_of_the_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    texts = [f"{number} " + "ä€𝄞" * 3000 for number in range(200)]  # more than one piece of XML
    for row, text in enumerate(texts, 1):
        page.cell(row, 1, text)
        page.cell(row, 2, row)
    grid = saved(book, tmp_path).grids[0]
    assert [grid.texts[i] for i in range(0, 400, 2)] == texts
    assert grid.numbers[1::2].tolist() == list(range(1, 201))


def test_inline_numbers_across_the_pieces_of_the_file(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{r}"><c r="A{r}"><v>{r}.5</v></c>  <c r="B{r}" t="str"><v> x{r}</v></c></row>\n'
        for r in range(1, 60_000)
    )
    grid = grid_of(tmp_path, rows)
    assert grid.numbers[0::2].tolist() == [r + 0.5 for r in range(1, 60_000)]
    assert [grid.texts[i] for i in range(1, len(grid), 2)] == [f" x{r}" for r in range(1, 60_000)]


# Numbers stored as text


def test_numbers_stored_as_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row, text in enumerate(["TP 2019", "1 234", "−5,5", "3,6 %", "0012", "2019", "-"], 1):
        page.cell(row, 1, text)
    page["B2"] = 1234
    grid = saved(book, tmp_path).grids[0]
    assert [kind_at(grid, f"A{row}").name for row in range(1, 8)] == [
        *("TEXT", "AMOUNT", "AMOUNT", "PERCENTAGE", "TEXT", "AMOUNT", "TEXT"),
    ]
    assert [number_at(grid, f"A{row}") for row in (2, 3, 4, 6)] == [1234, -5.5, 0.036, 2019]
    assert text_at(grid, "A3") == "−5,5"
    assert grid.is_text_number(index_of(grid, "A2"))
    assert not grid.is_text_number(index_of(grid, "B2"))
    assert not grid.is_text_number(index_of(grid, "A5"))


def test_notation_is_told_column_by_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row, texts in enumerate([("1,234", "1,234", "1,234"), ("5.5", "0,5", "x")], 1):
        for column, text in enumerate(texts, 1):
            page.cell(row, column, text)
    page["C3"] = "1 234,567"  # this column and the sheet as a whole lean to the comma
    grid = saved(book, tmp_path).grids[0]
    assert [number_at(grid, a) for a in ("A1", "B1", "C1")] == [1234, 1.234, 1.234]


def test_a_column_of_codes_stays_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for row, text in enumerate(["02.4", "03.1", "11.7", "12.350"], 1):
        page.cell(row, 1, text)
        page.cell(row, 2, "1,5")
    grid = saved(book, tmp_path).grids[0]
    assert {kind_at(grid, f"A{row}") for row in range(1, 5)} == {Kind.TEXT}
    assert kind_at(grid, "B1") == Kind.AMOUNT


# Formulas


def test_shared_formulas_are_written_out(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        '<row r="1"><c r="A1"><v>1</v></c>'
        '<c r="B1"><f t="shared" ref="B1:B3" si="0">A1*$A$1+"A1"</f>'
        '<v>1</v></c></row><row r="2"><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
        '<row r="3"><c r="B3"><f t="shared" si="0"/></c>'
        '<c r="C3"><f t="shared" si="7"/><v>3</v></c></row>',
    )
    assert formula_at(grid, "B1") == '=A1*$A$1+"A1"'
    assert formula_at(grid, "B2") == '=A2*$A$1+"A1"'
    assert formula_at(grid, "B3") == '=A3*$A$1+"A1"'
    assert kind_at(grid, "B3") == Kind.NEVER_CALCULATED
    assert formula_at(grid, "C3") is None
    assert "1 cells lack their shared formula" in grid.left_out


def test_a_shared_formula_that_takes_another_way_than_its_sharers(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        '<row r="1"><c r="A1" t="str"><f t="shared" ref="A1:A2" si="0">B1&amp;"x"</f><v>x</v>'
        "</c></row>"
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>',
    )
    assert grid.formulas == {0: '=B1&"x"', 1: '=B2&"x"'}


def test_data_tables_are_shown_as_excel_shows_them(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        '<row r="1">'
        '<c r="A1"><f t="dataTable" ref="A1:B2" dt2D="1" dtr="1" r1="F1" r2="F2"/><v>1</v></c>'
        '<c r="C1"><f t="dataTable" ref="C1:C2" dtr="0" r1="F1"/><v>1</v></c></row>',
    )
    assert formula_at(grid, "A1") == "=TABLE(F1,F2)"
    assert formula_at(grid, "C1") == "=TABLE(,F1)"


FORMULAS = [
    "SUM(A1:B2)",
    "A1+$B$3-C$4*$D5",
    'IF(A1="B2","C3 ""D4""",E5)',
    "'My sheet A1'!B2+Sheet1!$C3",
    "SUM(A:C)+SUM(2:4)+SUM($A:B)",
    "LOG10(A1)+ATAN2(B1,C2)",
    "Name_1+Total2019*Q1",
    "ABS(-A1)%",
    "SUM(Other!A1:B2,A1:$C$9)",
]


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("target", [(2, 2), (9, 4), (40, 30)])
def test_shared_formulas_as_openpyxl_translates_them(formula: str, target: tuple[int, int]) -> None:
    expected = Translator("=" + formula, origin="B2").translate_formula(a1(*target))
    assert "=" + SharedFormula(formula, 2, 2).at(*target) == expected


@given(
    st.lists(
        st.tuples(st.sampled_from(["{}", "${}"]), st.integers(5, 60), st.integers(5, 60)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 60),
    st.integers(1, 60),
)
@settings(deadline=None, max_examples=60)
def test_any_references_as_openpyxl_translates_them(
    references: list[tuple[str, int, int]], row: int, column: int
) -> None:
    formula = "+".join(shape.format(a1(at_row, at)) for shape, at_row, at in references)
    expected = Translator("=" + formula, origin="E5").translate_formula(a1(row + 4, column + 4))
    assert "=" + SharedFormula(formula, 5, 5).at(row + 4, column + 4) == expected


def test_references_that_only_look_like_some() -> None:
    formula = "Table1[[#This Row],[A1]]+[1]Book!A1+FY19.B2+ZZZ1+A1()+'it''s A1'!A1"
    assert SharedFormula(formula, 1, 1).at(2, 1) == (
        "Table1[[#This Row],[A1]]+[1]Book!A2+FY19.B2+ZZZ1+A1()+'it''s A1'!A2"
    )
    assert SharedFormula("A1", 2, 2).at(1, 2) == "#REF!"


# Formats and looks


DATE_FORMATS = [
    *(
        "yyyy-mm-dd",
        "d.m.yyyy",
        "dd/mm/yy",
        "mmm-yy",
        "h:mm",
        "[h]:mm:ss",
        "mm:ss.0",
        "m/d/yy h:mm",
    ),
    *("[$-40B]d. mmmm yyyy", "[$-409]h:mm AM/PM;@", 'yyyy"-"mm', "dddd", "[Red]d.m.yyyy", "mmss"),
]
OTHER_FORMATS = [
    *("General", "0", "0.00", "#,##0", '#,##0 "mdy"', "0.00E+00", "@", "# ?/?", "#,##0\\ \\d"),
    *(
        '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)',
        "#,##0 [$kr-41D]",
        "[Red]-0",
        "0;[Red]0",
        "0.0_d",
    ),
    *("[$€-2] #,##0", "[Green]#,##0;[Red]-#,##0;[Blue]0"),
]


@pytest.mark.parametrize("code", DATE_FORMATS)
def test_date_formats_agree_with_openpyxl(code: str) -> None:
    assert is_date_format(code)
    assert number_kind(code) == Kind.DATE


@pytest.mark.parametrize("code", OTHER_FORMATS)
def test_other_formats_agree_with_openpyxl(code: str) -> None:
    assert not is_date_format(code)
    assert number_kind(code) == Kind.AMOUNT


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("0%", Kind.PERCENTAGE),
        ("#,##0.0 %", Kind.PERCENTAGE),
        ("0.0%;[Red]-0.0%", Kind.PERCENTAGE),
        ('0.0"%"', Kind.AMOUNT),  # a sign behind a plain number
        ("0.0\\%", Kind.AMOUNT),
        ("0;0%", Kind.AMOUNT),
        ("Standard", Kind.AMOUNT),
        ("GENERAL", Kind.AMOUNT),
        ("", Kind.AMOUNT),
    ],
)
def test_percentages_by_the_first_section(code: str, kind: Kind) -> None:
    assert number_kind(code) == kind


def test_looks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    cell = page["A1"]
    cell.value = "Netto"
    cell.font = Font(
        name="Arial", size=14, bold=True, italic=True, underline="single", color="FFFF0000"
    )
    cell.fill = PatternFill("solid", fgColor="FFDDEEFF")
    cell.alignment = Alignment(horizontal="right", vertical="top", indent=2, wrap_text=True)
    cell.border = Border(top=Side("thin"), bottom=Side("double"))
    page["A2"] = 1
    page["A2"].number_format = '#,##0.00 "€"'
    page["A2"].font = Font(color=openpyxl.styles.colors.Color(theme=4, tint=-0.5))
    read = saved(book, tmp_path)
    first, second = (read.style(read.grids[0], index) for index in (0, 1))
    assert (first.font, first.size, first.bold, first.italic, first.underline) == (
        *("Arial", 14, True, True, True),
    )
    assert (first.colour, first.fill) == ("FF0000", "DDEEFF")
    assert (first.horizontal, first.vertical, first.indent, first.wrap) == ("right", "top", 2, True)
    assert (first.border.top, first.border.bottom, first.border.left) == ("thin", "double", "")
    assert second.number_format == '#,##0.00 "€"'
    assert second.colour == "254061"  # the first accent colour of the theme, made half as light


def test_what_stands_around_the_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "Käyttötalous"
    for row in range(1, 11):
        page.cell(row, 1, row)
    page["D4"] = 1
    page.merge_cells("B2:C3")
    page.row_dimensions[3].hidden = True
    page.row_dimensions[4].height = 33
    page.row_dimensions[5].outlineLevel = 2
    page.column_dimensions["B"].width = 21.5
    page.column_dimensions["C"].hidden = True
    page.freeze_panes = "B3"
    page["A5"].comment = Comment("Sisältää arvonlisäveron", "Aino")
    book.create_sheet("Piilossa").sheet_state = "hidden"
    book.create_sheet("Syvällä").sheet_state = "veryHidden"
    book.defined_names["Menot"] = DefinedName("Menot", attr_text="Käyttötalous!$A$1:$A$9")
    page.defined_names["Tulot"] = DefinedName("Tulot", attr_text="Käyttötalous!$D$4")
    read = saved(book, tmp_path)
    grid = read.grids[0]
    assert [(each.name, each.state) for each in read.grids] == [
        ("Käyttötalous", "visible"),
        ("Piilossa", "hidden"),
        ("Syvällä", "veryHidden"),
    ]
    assert grid.merges == (Area(2, 2, 3, 3),)
    assert grid.hidden_rows == {3}
    assert grid.row_heights == {4: 33}
    assert grid.row_outlines == {5: 2}
    assert grid.hidden_columns == {3}
    assert grid.column_widths[2] == 21.5
    assert grid.frozen == (2, 1)
    assert grid.comments == {(5, 1): "Sisältää arvonlisäveron"}
    assert read.names == {
        "Menot": "Käyttötalous!$A$1:$A$9",
        "'Käyttötalous'!Tulot": "Käyttötalous!$D$4",
    }
    assert (read.file, read.format, len(read.sha256)) == ("budget.xlsx", "xlsx", 64)
    assert len(read.grids[1]) == 0


def test_threaded_comments_take_the_place_of_their_placeholder(tmp_path: Path) -> None:
    parts = parts_of(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relationships(
        ("rId1", "comments", "/xl/comments1.xml"),
        ("rId2", "threadedComment", "../threadedComments/threadedComment1.xml"),
    )
    parts["xl/comments1.xml"] = (
        f'<comments xmlns="{MAIN}"><authors/><commentList>'
        '<comment ref="A1" authorId="0"><text><t>[Threaded comment] old program</t></text>'
        "</comment>"
        '<comment ref="B2" authorId="0"><text><r><t>by </t></r><r><t>hand</t></r></text></comment>'
        "</commentList></comments>"
    )
    parts["xl/threadedComments/threadedComment1.xml"] = (
        '<ThreadedComments xmlns="x"><threadedComment ref="A1" id="1">'
        "<text>Why?</text></threadedComment>"
        '<threadedComment ref="A1" id="2" parentId="1"><text>Because.</text></threadedComment>'
        "</ThreadedComments>"
    )
    grid = read_workbook(write(tmp_path / "b.xlsx", parts)).grids[0]
    assert grid.comments == {(1, 1): "Why?\nBecause.", (2, 2): "by hand"}


def test_dates_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    page = book.worksheets[0]
    page["A1"] = datetime.date(2019, 12, 31)
    read = saved(book, tmp_path)
    assert read.date_1904
    assert read.grids[0].numbers[0] == 43830 - 1462
    assert kind_at(read.grids[0], "A1") == Kind.DATE


# Dialects of the format


@pytest.mark.parametrize("prefix", ["", "x:"])
@pytest.mark.parametrize(
    "namespace", [MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"], ids=["usual", "strict"]
)
def test_namespaces(tmp_path: Path, prefix: str, namespace: str) -> None:
    colon = f":{prefix[:-1]}" if prefix else ""
    xml = (
        f'<x:worksheet xmlns{colon}="{namespace}">'
        '<x:cols><x:col min="1" max="1" width="9"/></x:cols>'
        '<x:sheetData><x:row r="1"><x:c r="A1"><x:f>1+1</x:f><x:v>2</x:v></x:c>'
        '<x:c r="B1" t="inlineStr"><x:is><x:t>text</x:t></x:is></x:c></x:row></x:sheetData>'
        '<x:mergeCells><x:mergeCell ref="A2:B2"/></x:mergeCells></x:worksheet>'
    ).replace("x:", prefix)
    xml = xml.replace("xmln" + prefix, "xmlns:") if prefix else xml
    grid = read_workbook(write(tmp_path / "b.xlsx", parts_of(xml))).grids[0]
    assert number_at(grid, "A1") == 2
    assert formula_at(grid, "A1") == "=1+1"
    assert text_at(grid, "B1") == "text"
    assert grid.merges == (Area(2, 1, 2, 2),)
    assert grid.column_widths == {1: 9}


def test_addresses_may_be_left_out(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        "<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c r='C3'><v>5</v></c>"
        "<c><v>6</v></c>"
        "</row><row r='9'><c><v>7</v></c></row>",
    )
    found = list(zip(grid.rows.tolist(), grid.columns.tolist(), grid.numbers.tolist(), strict=True))
    assert found == [(1, 1, 1), (1, 3, 3), (3, 3, 5), (3, 4, 6), (9, 1, 7)]


def test_cells_out_of_order_twice_and_outside_the_sheet(tmp_path: Path) -> None:
    grid = grid_of(
        tmp_path,
        '<row r="2"><c r="B2"><v>4</v></c><c r="A2" t="str"><v>three</v></c></row>'
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><f>2</f><v>2</v></c><c r="A0"><v>9</v></c>'
        '<c r="XFE1"><v>9</v></c><c r="A1048577"><v>9</v></c><c r="é1"><v>9</v></c></row>',
    )
    found = list(zip(grid.rows.tolist(), grid.columns.tolist(), strict=True))
    assert found == [(1, 1), (2, 1), (2, 2)]
    assert number_at(grid, "A1") == 2
    assert formula_at(grid, "A1") == "=2"
    assert text_at(grid, "A2") == "three"
    assert grid.left_out == "4 cells with an address outside the sheet were left out."


def test_other_encodings_comments_and_blanks_between_tags(tmp_path: Path) -> None:
    xml = sheet(
        '\n  <row r="1">\n    <c r="A1">\n      <v>12</v>\n    </c>\n    <!-- <c r="Z1"/> -->\n'
        '    <c r="B1" t="str">\n      <f> A1 </f>\n      <v>ä </v>\n    </c>\n  </row>\n'
    ).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    grid = read_workbook(write(tmp_path / "b.xlsx", parts_of(xml.encode("utf-16")))).grids[0]
    assert len(grid) == 2
    assert number_at(grid, "A1") == 12
    assert text_at(grid, "B1") == "ä "
    assert formula_at(grid, "B1") == "=A1"


def test_absolute_targets_backslashes_and_the_case_of_names(tmp_path: Path) -> None:
    parts = parts_of("", strings="")
    parts.pop("xl/worksheets/sheet1.xml")
    parts.pop("xl/sharedStrings.xml")
    parts["XL\\Worksheets\\Sheet1.xml"] = sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>')
    parts["xl/SharedStrings.XML"] = f'<sst xmlns="{MAIN}"><si><t>found</t></si></sst>'
    parts["xl/_rels/workbook.xml.rels"] = relationships(
        ("rId1", "worksheet", "/xl/worksheets/sheet1.xml"),
        ("rId2", "sharedStrings", "./sharedStrings.xml"),
    )
    read = read_workbook(write(tmp_path / "b.xlsx", parts))
    assert text_at(read.grids[0], "A1") == "found"


def test_chart_sheets_have_no_grid(tmp_path: Path) -> None:
    path = tmp_path / "chart.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Budget").write(0, 0, 1)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Budget!$A$1:$A$1"})
    book.add_chartsheet("Kaavio").set_chart(chart)
    book.close()
    assert [grid.name for grid in read_workbook(path).grids] == ["Budget"]


def test_formats_by_extension_and_progress(tmp_path: Path) -> None:
    path = write(tmp_path / "b.xltm", parts_of(sheet('<row r="1"><c r="A1"><v>1</v></c></row>')))
    steps: list[tuple[str, int, int]] = []
    read = read_workbook(path, progress=lambda *step: steps.append(step))
    assert read.format == "xlsm"
    assert steps == [("Budget", 1, 1)]


def test_empty_formatted_cells_are_not_listed(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{a1(1, c)}" s="1"/>' for c in range(1, MAX_COLUMNS + 1))
    grid = grid_of(
        tmp_path, f'<row r="1">{cells}</row><row r="{MAX_ROWS}"><c r="A{MAX_ROWS}"/></row>'
    )
    assert len(grid) == 0
    assert grid.last_row == 0


def test_openpyxl_is_not_imported_to_read() -> None:
    code = "import sys, workbooks.reader; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Against openpyxl


TEXTS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0xD7FF, exclude_characters="\x7f"), max_size=12
)
VALUES = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12),
    TEXTS,
    st.booleans(),
    st.datetimes(datetime.datetime(1901, 1, 1), datetime.datetime(2100, 1, 1)),
)


@given(
    st.dictionaries(st.tuples(st.integers(1, 40), st.integers(1, 30)), VALUES, max_size=25),
    st.booleans(),
)
@settings(deadline=None, max_examples=50)
def test_write_then_read_gives_the_same_cells(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[tuple[int, int], Any], inline: bool
) -> None:
    path = tmp_path_factory.mktemp("any") / "any.xlsx"
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    for (row, column), value in cells.items():
        cell = page.cell(row, column)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "inlineStr" if inline and value.strip() else "s"  # never a formula
    book.save(path)
    grid = read_workbook(path).grids[0]
    expected = {place: value for place, value in cells.items() if value not in (None, "")}
    found = list(zip(grid.rows.tolist(), grid.columns.tolist(), strict=True))
    assert found == sorted(expected)
    for index, place in enumerate(found):
        value = expected[place]
        if isinstance(value, bool):
            assert (grid.kinds[index], grid.texts[index]) == (Kind.BOOLEAN, str(value).upper())
        elif isinstance(value, str):
            assert grid.texts[index] == value
        elif isinstance(value, datetime.datetime):
            assert grid.kinds[index] == Kind.DATE
            assert grid.numbers[index] == pytest.approx(excel_serial(value), abs=1e-6)
        else:
            assert grid.kinds[index] == Kind.AMOUNT
            assert grid.numbers[index] == pytest.approx(value, rel=1e-15)
    assert np.array_equal(np.isfinite(grid.numbers), np.isin(grid.kinds, NUMERIC))


@given(st.integers(1, MAX_ROWS), st.integers(1, MAX_COLUMNS))
@settings(deadline=None)
def test_places_of_any_address(row: int, column: int) -> None:
    address = a1(row, column)
    rows, columns, placed = places_of(f"{address}\n{address.lower()}\nA\n".encode(), 4)
    assert rows.tolist()[:2] == [row, row]
    assert columns.tolist()[:2] == [column, column]
    assert placed.tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("1900-01-01", 1),
        ("1900-02-28", 59),
        ("1900-03-01", 61),
        ("2019-12-31T06:00:00", 43830.25),
        ("2019-12-31T06:00:00Z", 43830.25),
        ("18:00:00", 0.75),
        ("2019-13-01", None),
        ("yesterday", None),
    ],
)
def test_serial_days(text: str, serial: float | None) -> None:
    assert serial_day(text, date_1904=False) == serial


def test_links_are_not_followed(tmp_path: Path) -> None:
    parts = parts_of(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        f'<Relationships xmlns="x"><Relationship Id="rId1" Type="{LINKS}/comments" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    assert read_workbook(write(tmp_path / "b.xlsx", parts)).grids[0].comments == {}


# The shorter way through plain cells gives the same as the long one


SHAPES = [
    '<c r="{}"><v>12.5</v></c>',
    '<c r="{}" s="1"><v>0.5</v></c>',
    '<c r="{}" t="s"><v>1</v></c>',
    '<c r="{}" t="s"><v>7</v></c>',
    '<c t="s" r="{}"><v>0</v></c>',
    '<c r="{}" s="1" t="str"><f>A1&amp;"x"</f><v> x </v></c>',
    '<c r="{}" t="str"><f>T(1)</f><v>ä€</v></c>',
    '<c r="{}" t="str"><v>a &lt; b</v></c>',
    '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> in</t></is></c>',
    '<c r="{}" t="inlineStr"><is><r><t>r</t></r></is></c>',
    '<c r="{}" t="b"><v>1</v></c>',
    '<c r="{}" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    '<c r="{}"><f>1+1</f><v>2</v></c>',
    '<c r="{}"><f t="shared" ref="A1:J9" si="0">A1+1</f><v>2</v></c>',
    '<c r="{}"><f t="shared" si="0"/><v>2</v></c>',
    '<c r="{}"><f>1+1</f></c>',
    '<c r="{}"><f>1+1</f><v></v></c>',
    '<c r="{}" s="1"/>',
    '<c r="{}"/>',
    '<c r="{}"><v> 3 </v></c>',
    '<c r="{}"><v>x</v></c>',
    '<c r="{}" s="1" cm="1"><v>4</v></c>',
    "<c r='{}'><v>5</v></c>",
]


def facts_of(grid: Grid) -> tuple[object, ...]:
    arrays = (grid.rows, grid.columns, grid.kinds, grid.styles, np.nan_to_num(grid.numbers, nan=-9))
    return (*(array.tolist() for array in arrays), grid.texts, grid.formulas, grid.left_out)


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 9), st.integers(1, 9)), st.sampled_from(SHAPES), max_size=40
    ),
    st.sampled_from(["", "\n ", "<!-- <c r='Z1'><v>1</v></c> -->"]),
    st.sampled_from([40, 200, 1 << 20]),
)
@settings(deadline=None, max_examples=80)
def test_shortcuts_change_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    cells: dict[tuple[int, int], str],
    between: str,
    chunk: int,
) -> None:
    rows = ""
    for row in sorted({row for row, _ in cells}):
        columns = sorted(column for at, column in cells if at == row)
        body = between.join(cells[row, column].format(a1(row, column)) for column in columns)
        rows += f'<row r="{row}">{body}</row>{between}'
    strings = "<si><t>one</t></si><si><r><t>t</t></r><r><t>wo</t></r></si><si/><si><t/></si>"
    strings += "<si><t>a &amp; b</t></si>" + "<si><t>plain</t></si>" * 4
    parts = parts_of(
        sheet(rows), strings=strings, styles='<cellXfs><xf/><xf numFmtId="9"/></cellXfs>'
    )
    path = write(tmp_path_factory.mktemp("any") / "any.xlsx", parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "CHUNK", chunk)
        short = read_workbook(path)
        patch.setattr(CellShortcut, "shortened", lambda _, piece: piece)
        patch.setattr(StringShortcut, "shortened", lambda _, piece: piece)
        long = read_workbook(path)
    assert facts_of(short.grids[0]) == facts_of(long.grids[0])
    assert short.notes == long.notes


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252"])
def test_texts_in_the_encoding_that_the_part_names(tmp_path: Path, encoding: str) -> None:
    xml = sheet('<row r="1"><c r="A1" t="str"><v>äö</v></c></row>')
    content = xml.replace("UTF-8", encoding).encode(encoding)
    grid = read_workbook(write(tmp_path / "b.xlsx", parts_of(content))).grids[0]
    assert text_at(grid, "A1") == "äö"


def test_bytes_that_are_not_in_the_encoding(tmp_path: Path) -> None:
    xml = sheet('<row r="1"><c r="A1" t="str"><v>?</v></c></row>').encode().replace(b"?", b"\xff")
    with pytest.raises(InputError, match="no sheet that can be read"):
        read_workbook(write(tmp_path / "b.xlsx", parts_of(xml)))


def test_plain_cells_among_cells_without_address(tmp_path: Path) -> None:
    grid = grid_of(tmp_path, '<row r="1"><c r="B1"><v>1</v></c><c><v>2</v></c></row>')
    assert grid.columns.tolist() == [2, 3]


def test_cells_outside_of_the_data_are_none(tmp_path: Path) -> None:
    after = '<extLst><ext><c r="A9"><v>9</v></c></ext></extLst>'
    xml = sheet('<row r="1"><c r="A1"><v>1</v></c></row>', after=after)
    grid = read_workbook(write(tmp_path / "b.xlsx", parts_of(xml))).grids[0]
    assert len(grid) == 1
