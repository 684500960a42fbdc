"""Reading delimited text: encoding, delimiter, notation, and what a label keeps."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbooks.csv_reader import decoded, delimiter_of
from workbooks.errors import InputError
from workbooks.grid import Grid, Kind
from workbooks.reader import Limits, read_workbook

BUDGET = "Menot;TP 2018;TA 2019\nPalkat;1 234,5;-1 200\n  Eläkkeet;3,6 %;..\n"


def read(path: Path, content: str, encoding: str = "utf-8") -> Grid:
    path.write_bytes(content.encode(encoding))
    return read_workbook(path).grids[0]


def cells_of(grid: Grid) -> dict[tuple[int, int], str]:
    places = zip(grid.rows.tolist(), grid.columns.tolist(), strict=True)
    return {place: grid.texts[index] for index, place in enumerate(places)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    content = BUDGET.replace(";", delimiter)
    grid = read(tmp_path / "talousarvio.csv", content, encoding)
    assert grid.name == "talousarvio"
    assert grid.cells_are_text
    assert cells_of(grid)[3, 1] == "  Eläkkeet"  # its level shows by leading blanks
    assert [Kind(kind).name for kind in grid.kinds] == [
        *("TEXT", "TEXT", "TEXT", "TEXT", "AMOUNT", "AMOUNT", "TEXT", "PERCENTAGE", "TEXT"),
    ]
    assert grid.numbers[[4, 5, 7]].tolist() == [1234.5, -1200, 0.036]


def test_commas_between_fields_and_within_them(tmp_path: Path) -> None:
    grid = read(tmp_path / "a.csv", 'Item,FY2025\nWages,"1,234,567"\n"Travel, other",310.5\n')
    assert grid.numbers[[3, 5]].tolist() == [1234567, 310.5]
    assert cells_of(grid)[3, 1] == "Travel, other"


def test_quoted_fields_may_hold_line_breaks(tmp_path: Path) -> None:
    grid = read(tmp_path / "a.csv", '"TA +\nMUUTOS";"say ""so"""\r\n1;2\r\n')
    assert cells_of(grid) == {
        (1, 1): "TA +\nMUUTOS",
        (1, 2): 'say "so"',
        (2, 1): "1",
        (2, 2): "2",
    }


def test_notation_of_a_column_and_of_the_file(tmp_path: Path) -> None:
    grid = read(tmp_path / "a.csv", "a;b\n1,234;1.234\n12,5;x\n")
    assert grid.numbers[2] == 1.234  # by its own column
    assert grid.numbers[3] == 1234  # by the rest of the file


def test_codes_and_empty_fields(tmp_path: Path) -> None:
    grid = read(tmp_path / "a.csv", "code;sum\n0012;5\n0013;\n;  \n0014;0\n")
    assert cells_of(grid) == {
        **{(1, 1): "code", (1, 2): "sum", (2, 1): "0012", (2, 2): "5", (3, 1): "0013"},
        **{(5, 1): "0014", (5, 2): "0"},
    }
    assert [Kind(kind).name for kind in grid.kinds[2:]] == [
        *("TEXT", "AMOUNT", "TEXT", "TEXT", "AMOUNT"),
    ]


def test_one_column_and_one_line(tmp_path: Path) -> None:
    assert cells_of(read(tmp_path / "a.csv", "total")) == {(1, 1): "total"}


def test_text_under_another_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "export.xls"
    path.write_text("Item\tFY2025\nWages\t5\n", encoding="utf-8")
    read_as = read_workbook(path)
    assert read_as.format == "csv"
    assert read_as.grids[0].numbers[3] == 5


def test_the_name_is_cut_to_what_a_sheet_may_have(tmp_path: Path) -> None:
    assert read(tmp_path / ("x" * 40 + ".csv"), "1\n").name == "x" * 31


def test_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("1;2\n" * 10, encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.csv holds more than 5 cells"):
        read_workbook(path, limits=Limits(max_cells=5))


@pytest.mark.parametrize("content", [b"\n\n", b" ; \n", b"\xef\xbb\xbf"])
def test_nothing_in_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.csv holds no cells"):
        read_workbook(path)


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(InputError, match=r"a\.csv is neither a workbook nor text"):
        read_workbook(path)


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("a;b\n1,5;2,5\n", ";"),
        ("a,b\n1.5,2.5\n", ","),
        ("a\tb, c\n1\t2\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("Talousarvio 2020\n\na;b;c\n1,0;2,0;3,0\n4,5;5;6\n", ";"),
        ("no delimiter\n", ","),
        ("", ","),
    ],
)
def test_delimiters(sample: str, delimiter: str) -> None:
    assert delimiter_of(sample) == delimiter


def test_marks_of_encodings() -> None:
    assert decoded("é".encode("utf-16-be")) in ("é", "\x00é")
    assert decoded("kr 5".encode("utf-16-be")) == "kr 5"
    assert decoded(b"\x80 5") == "€ 5"


FIELDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FFF), min_size=1, max_size=8)


@given(
    st.lists(st.lists(FIELDS, min_size=3, max_size=3), min_size=2, max_size=8),
    st.sampled_from([";", ",", "\t", "|"]),
)
@settings(deadline=None, max_examples=50)
def test_write_then_read_gives_the_same_texts(
    tmp_path_factory: pytest.TempPathFactory, records: list[list[str]], delimiter: str
) -> None:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(records)
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_text(written.getvalue(), encoding="utf-8-sig", newline="")
    expected = {
        (row, column): field
        for row, record in enumerate(records, 1)
        for column, field in enumerate(record, 1)
        if not field.isspace()
    }
    assert cells_of(read_workbook(path).grids[0]) == expected


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_mark_inside_quoted_fields_is_no_delimiter(tmp_path: Path, delimiter: str) -> None:
    other = ";" if delimiter != ";" else ","
    path = tmp_path / "quoted.csv"
    rows = [["Line", "2024", f"a{other}b"], ["Total", "10", "c"]]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    cells = cells_of(read_workbook(path).grids[0])
    assert cells[1, 3] == f"a{other}b"
    assert max(column for _, column in cells) == 3
