"""Hostile, broken and mistaken files: each ends in one sentence, in bounded time and memory."""

from __future__ import annotations

import contextlib
import os
import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from tests.workbooks.old_formats import container
from tests.workbooks.packages import MAIN, parts_of, relationships, sheet, write
from workbooks.errors import InputError
from workbooks.grid import Kind
from workbooks.reader import Limits, read_workbook
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, a1

ONE_CELL = '<row r="1"><c r="A1"><v>1</v></c></row>'


def refusal(path: Path, limits: Limits | None = None) -> str:
    """The sentence that reading ends in."""
    with pytest.raises(InputError) as caught:
        read_workbook(path, limits=limits or Limits())
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(path.name)
    assert message.endswith(".")
    assert "; " in message  # fact; remedy
    return message


def refusal_of(folder: Path, parts: dict[str, str | bytes], limits: Limits | None = None) -> str:
    return refusal(write(folder / "budget.xlsx", parts), limits)


# Bombs


def test_zip_bomb_by_ratio(tmp_path: Path) -> None:
    bomb = sheet(f"<!--{' ' * 100_000}-->" * 400)
    assert "zip bomb" in refusal_of(tmp_path, parts_of(bomb))


def test_zip_bomb_by_size(tmp_path: Path) -> None:
    limits = Limits(max_unpacked_bytes=1 << 20)
    noise = random.Random(1).randbytes(1 << 20).hex()
    parts = parts_of(sheet(ONE_CELL + f"<!-- {noise} -->"))
    assert "unpacks to more than 1 MB" in refusal_of(tmp_path, parts, limits)


def test_declared_sizes_are_not_trusted(tmp_path: Path) -> None:
    path = write(tmp_path / "budget.xlsx", parts_of(sheet(ONE_CELL + " " * 100_000)))
    data = bytearray(path.read_bytes())
    directory = data.find(b"PK\x01\x02", data.find(b"xl/worksheets/sheet1.xml"))
    for start in range(len(data) - 4):
        if data[start : start + 4] == b"PK\x01\x02" and start >= directory:
            data[start + 24 : start + 28] = (50).to_bytes(4, "little")  # "unpacks to 50 bytes"
    path.write_bytes(bytes(data))
    assert "damaged" in refusal(path) or "no sheet" in refusal(path)


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "_rels/.rels"]
)
def test_document_types_are_refused(tmp_path: Path, part: str) -> None:
    parts = parts_of(sheet(ONE_CELL), strings="<si><t>a</t></si>")
    entities = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">'
    body = str(parts[part])
    body = body[body.index("?>") + 2 :] if body.startswith("<?xml") else body
    parts[part] = f"<!DOCTYPE x [{entities}]>{body}"
    assert "document type definition" in refusal_of(tmp_path, parts)


def test_too_many_cells(tmp_path: Path) -> None:
    cells = "".join(f'<c r="{a1(1, column)}"><v>1</v></c>' for column in range(1, 200))
    parts = parts_of(sheet(f'<row r="1">{cells}</row>'))
    assert "holds more than 100 cells" in refusal_of(tmp_path, parts, Limits(max_cells=100))


def test_too_many_shared_strings(tmp_path: Path) -> None:
    parts = parts_of(sheet(ONE_CELL), strings="<si><t>a</t></si>" * 20)
    assert "beyond reason" in refusal_of(tmp_path, parts, Limits(max_shared_strings=10))


@pytest.mark.parametrize("tag", ["c", "v", "row", "is", "other"])
def test_deep_nesting_among_the_cells(tmp_path: Path, tag: str) -> None:
    deep = f"<{tag}>" * 100_000
    parts = parts_of(f'<worksheet xmlns="{MAIN}"><sheetData>{deep}')
    assert "nested" in refusal_of(tmp_path, parts)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"])
def test_deep_nesting_elsewhere(tmp_path: Path, part: str) -> None:
    parts = parts_of(sheet(ONE_CELL), strings="", styles="")
    parts[part] = "<a>" * 100_000
    assert "nested" in refusal_of(tmp_path, parts)


def test_millions_of_empty_cells_and_rows_cost_nothing(tmp_path: Path) -> None:
    row = "".join(f'<c r="{a1(1, column)}" s="0"/>' for column in range(1, 2_001))
    rows = "".join(
        f'<row r="{number}">{row.replace("1" + chr(34), f"{number}" + chr(34))}</row>'
        for number in range(1, 101)
    )
    grid = read_workbook(write(tmp_path / "a.xlsx", parts_of(sheet(rows)))).grids[0]
    assert len(grid) == 0


def test_absurd_dimensions(tmp_path: Path) -> None:
    before = (
        '<dimension ref="A1:XFD1048576"/><cols><col min="1" max="99999999" width="9" hidden="1"/>'
        '<col min="-5" max="2"/><col min="x" max="y"/></cols>'
    )
    after = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="A0:B1"/></mergeCells>'
    data = '<row r="99999999999999999999"><c r="A1"><v>1</v></c></row><row r="-4" ht="1e999"/>'
    read = read_workbook(
        write(tmp_path / "a.xlsx", parts_of(sheet(data, before=before, after=after)))
    )
    grid = read.grids[0]
    assert len(grid) == 1
    assert len(grid.merges) == 1
    assert len(grid.hidden_columns) <= MAX_COLUMNS


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_parts_packed_as_no_workbook_is_are_not_unpacked(
    tmp_path: Path, method: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "budget.xlsx"
    with zipfile.ZipFile(path, "w") as package:
        for name, text in parts_of(sheet(ONE_CELL + " " * 100_000)).items():
            package.writestr(name, text, method if "sheet1" in name else zipfile.ZIP_DEFLATED)
    opened = zipfile.ZipFile.open

    def watched(self: zipfile.ZipFile, name: zipfile.ZipInfo, *rest: Any, **more: Any) -> IO[bytes]:
        assert name.compress_type != method, "a piece of it could be gigabytes"
        return opened(self, name, *rest, **more)

    monkeypatch.setattr(zipfile.ZipFile, "open", watched)
    assert "no sheet that can be read" in refusal(path)


@pytest.mark.parametrize("around", ["<x a='{}'/>", "<x{}/>", "<!--{}-->", "<?x {}?>", "<c>{}</c>"])
def test_a_tag_or_text_without_end_is_not_gone_over_again_and_again(
    tmp_path: Path, around: str
) -> None:
    noise = random.Random(2).randbytes(8_000).hex()
    parts = parts_of(sheet(around.format(noise * 400) + ONE_CELL))
    assert "long beyond reason" in refusal_of(tmp_path, parts)


def test_comments_and_panes_outside_the_sheet_are_left_out(tmp_path: Path) -> None:
    pane = '<sheetViews><sheetView><pane ySplit="{}" state="frozen"/></sheetView></sheetViews>'
    for rows, kept in ((3, 3), (MAX_ROWS, 0), (99999999999, 0), (-2, 0)):
        parts = parts_of(sheet(ONE_CELL, before=pane.format(rows)))
        comments = "".join(
            f'<comment ref="{place}"><text><t>{place}</t></text></comment>'
            for place in ("A0", "B2", "XFE1", "A1048577", "x")
        )
        parts["xl/comments1.xml"] = (
            f'<comments xmlns="{MAIN}"><commentList>{comments}</commentList></comments>'
        )
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = relationships(
            ("rId1", "comments", "../comments1.xml")
        )
        grid = read_workbook(write(tmp_path / "a.xlsx", parts)).grids[0]
        assert grid.comments == {(2, 2): "B2"}
        assert grid.frozen == (kept, 0)


def test_many_sheets_and_parts(tmp_path: Path) -> None:
    assert "1 sheets" in refusal_of(tmp_path, parts_of(sheet(ONE_CELL)), Limits(max_sheets=0))
    assert "parts" in refusal_of(tmp_path, parts_of(sheet(ONE_CELL)), Limits(max_parts=3))


# Tricks with the zip


def test_two_parts_of_one_name(tmp_path: Path) -> None:
    path = write(tmp_path / "budget.xlsx", parts_of(sheet(ONE_CELL)))
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/worksheets/sheet1.xml", sheet(ONE_CELL.replace("1</v>", "2</v>")))
    assert "two different parts named xl/worksheets/sheet1.xml" in refusal(path)


def test_the_same_part_twice_is_no_matter(tmp_path: Path) -> None:
    path = write(tmp_path / "budget.xlsx", parts_of(sheet(ONE_CELL)))
    with zipfile.ZipFile(path, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr("xl/worksheets/sheet1.xml", sheet(ONE_CELL))
    assert len(read_workbook(path).grids[0]) == 1


@pytest.mark.parametrize("name", ["../../etc/sheet.xml", "/abs.xml", "..\\up.xml", "C:\\x.xml"])
def test_names_that_climb_are_left_alone(tmp_path: Path, name: str) -> None:
    parts = parts_of(sheet(ONE_CELL))
    parts[name] = "evil"
    assert len(read_workbook(write(tmp_path / "a.xlsx", parts)).grids[0]) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx"]


@pytest.mark.parametrize("target", ["../../../etc/passwd", "file:///etc/passwd", "//host/x", ""])
def test_targets_that_climb_find_nothing(tmp_path: Path, target: str) -> None:
    parts = parts_of(sheet(ONE_CELL))
    parts["xl/_rels/workbook.xml.rels"] = relationships(("rId1", "worksheet", target))
    assert "no sheet" in refusal_of(tmp_path, parts)


# Damage


def test_any_cut_ends_in_a_sentence(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.xlsx", parts_of(sheet(ONE_CELL))).read_bytes()
    path = tmp_path / "cut.xlsx"
    for length in range(4, len(whole) - 1, 37):
        path.write_bytes(whole[:length])
        assert "damaged" in refusal(path)


def test_any_changed_byte_is_read_or_refused(tmp_path: Path) -> None:
    whole = write(
        tmp_path / "a.xlsx",
        parts_of(sheet(ONE_CELL), strings="<si><t>a</t></si>", styles="<fonts/>"),
    ).read_bytes()
    chance = random.Random(7)
    path = tmp_path / "changed.xlsx"
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(bytes(data))
        with contextlib.suppress(InputError):
            read_workbook(path)


XML_DAMAGE: dict[str, Callable[[str], str]] = {
    "cut": lambda xml: xml[: len(xml) // 2],
    "empty": lambda _: "",
    "no XML": lambda _: "hello",
    "null": lambda xml: xml.replace("<", "\0<", 3),
}


@pytest.mark.parametrize("damage", XML_DAMAGE.values(), ids=XML_DAMAGE)
@pytest.mark.parametrize(
    ("part", "note"),
    [
        ("xl/sharedStrings.xml", "Without its texts"),
        ("xl/styles.xml", "Without its formats"),
        ("xl/comments1.xml", "Without the comments of sheet 'Budget'"),
    ],
)
def test_parts_that_others_can_do_without(
    tmp_path: Path, part: str, note: str, damage: Callable[[str], str]
) -> None:
    parts = parts_of(
        sheet('<row r="1"><c r="A1"><v>5</v></c><c r="B1" t="s"><v>0</v></c></row>'),
        strings="<si><t>a</t></si>",
        styles='<cellXfs><xf numFmtId="3"/></cellXfs>',
    )
    parts["xl/comments1.xml"] = f'<comments xmlns="{MAIN}"><commentList></commentList></comments>'
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relationships(
        ("rId1", "comments", "../comments1.xml")
    )
    parts[part] = damage(str(parts[part]))
    read = read_workbook(write(tmp_path / "a.xlsx", parts))
    assert read.grids[0].numbers[0] == 5
    assert len(read.notes) == 1
    assert note in read.notes[0]


def test_missing_shared_texts(tmp_path: Path) -> None:
    parts = parts_of(
        sheet('<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row>'), strings=""
    )
    parts.pop("xl/sharedStrings.xml")
    read = read_workbook(write(tmp_path / "a.xlsx", parts))
    assert read.grids[0].numbers.tolist() == [2]
    assert "sharedStrings.xml is missing" in read.notes[0]
    assert "lack their text" in read.grids[0].left_out


@pytest.mark.parametrize("damage", XML_DAMAGE.values(), ids=XML_DAMAGE)
def test_one_damaged_sheet_of_two(tmp_path: Path, damage: Callable[[str], str]) -> None:
    parts = parts_of(sheet(ONE_CELL))
    parts["xl/worksheets/sheet2.xml"] = damage(sheet(ONE_CELL))
    parts["xl/workbook.xml"] = str(parts["xl/workbook.xml"]).replace(
        "</sheets>", '<sheet name="Liite" sheetId="2" r:id="rId2"/></sheets>'
    )
    parts["xl/_rels/workbook.xml.rels"] = relationships(
        ("rId1", "worksheet", "worksheets/sheet1.xml"),
        ("rId2", "worksheet", "worksheets/sheet2.xml"),
    )
    read = read_workbook(write(tmp_path / "a.xlsx", parts))
    assert [grid.name for grid in read.grids] == ["Budget"]
    assert read.notes[0].startswith("Sheet 'Liite' could not be read")


def test_a_workbook_without_its_links(tmp_path: Path) -> None:
    parts = parts_of(sheet(ONE_CELL))
    parts.pop("_rels/.rels")
    parts.pop("xl/_rels/workbook.xml.rels")
    assert len(read_workbook(write(tmp_path / "a.xlsx", parts)).grids[0]) == 1


def test_styles_beyond_those_there_are(tmp_path: Path) -> None:
    data = '<row r="1"><c r="A1" s="99"><v>1</v></c><c r="B1" s="x"><v>2</v></c></row>'
    styles = '<cellXfs><xf numFmtId="9" fontId="7" fillId="x"/></cellXfs>'
    read = read_workbook(write(tmp_path / "a.xlsx", parts_of(sheet(data), styles=styles)))
    assert set(read.grids[0].kinds.tolist()) == {Kind.PERCENTAGE}


# Not a workbook


OTHER_FILES = {
    "empty": (b"", "is empty"),
    "html": (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "web page"),
    "html with a mark": (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML>\n<html>", "web page"),
    "xml of 2003": (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "XML spreadsheet of 2003",
    ),
    "flat ods": (
        b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument"/>',
        "flat OpenDocument",
    ),
    "xml": (b'<?xml version="1.0"?><a/>', "XML file"),
    "mhtml": (b"MIME-Version: 1.0\nContent-Type: multipart/related;", "web archive"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "sylk": (b"ID;PWXL;N;E\r\nP;PGeneral\r\nC;Y1;X1;K1\r\n", "SYLK"),
    "excel 4": (b"\x09\x04\x06\x00\x00\x00\x10\x00" + b"\0" * 90, "Excel 4"),
    "lotus": (b"\x00\x00\x02\x00\x06\x04" + b"\0" * 90, "Lotus"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(90), "picture"),
    "noise": (random.Random(5).randbytes(5000), "neither a workbook nor text"),
    "bare container": (container({"Other": b"x"}), "holds no workbook"),
    "word": (container({"WordDocument": b"x"}), "Word"),
    "encrypted": (container({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "is encrypted"),
    "cut container": (container({"Workbook": b"x"})[:520], "holds no workbook"),
    "head of a zip": (b"PK\x03\x04" + b"\0" * 40, "damaged"),
}


@pytest.mark.parametrize("extension", ["xlsx", "xls", "xlsb", "ods", "csv"])
@pytest.mark.parametrize(("content", "fact"), OTHER_FILES.values(), ids=OTHER_FILES)
def test_other_files_by_any_name(tmp_path: Path, content: bytes, fact: str, extension: str) -> None:
    path = tmp_path / f"budget.{extension}"
    path.write_bytes(content)
    assert fact in refusal(path)


@pytest.mark.parametrize(
    ("parts", "fact"),
    [
        ({"a.txt": "x"}, "without a workbook"),
        ({"word/document.xml": "<a/>"}, "Word"),
        ({"Index/Document.iwa": "x"}, "Numbers"),
        ({"mimetype": "application/vnd.oasis.opendocument.text"}, "no spreadsheet"),
        ({"xl/workbook.xml": f'<workbook xmlns="{MAIN}"/>'}, "no sheet"),
    ],
)
def test_other_zips(tmp_path: Path, parts: dict[str, str | bytes], fact: str) -> None:
    assert fact in refusal_of(tmp_path, parts)


@pytest.mark.parametrize("content", ["Dear reader,\n\nthe budget 2020, as promised.\n", "1\n2\n"])
def test_a_letter_with_the_name_of_a_workbook(tmp_path: Path, content: str) -> None:
    path = tmp_path / "budget.xlsx"
    path.write_text(content, encoding="utf-8")
    assert "is a text, not a workbook" in refusal(path)


def test_a_workbook_by_another_name(tmp_path: Path) -> None:
    path = write(tmp_path / "budget.xls", parts_of(sheet(ONE_CELL)))
    assert read_workbook(path).format == "xlsx"


def test_missing_folder_and_strange_paths(tmp_path: Path) -> None:
    assert "does not exist" in refusal(tmp_path / "none.xlsx")
    assert "is a folder" in refusal(tmp_path)
    with pytest.raises(InputError):
        read_workbook("a\0b.xlsx")
    with pytest.raises(InputError):
        read_workbook(tmp_path / ("x" * 5000))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    assert "not an ordinary file" in refusal(tmp_path / "pipe.xlsx")


@pytest.mark.skipif(
    os.name != "posix" or os.geteuid() == 0, reason="rights are not kept from this user"
)
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", parts_of(sheet(ONE_CELL)))
    path.chmod(0)
    assert "may not be read" in refusal(path)
    path.chmod(stat.S_IRUSR)


def test_permission_denied_whoever_runs_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "a.xlsx", parts_of(sheet(ONE_CELL)))

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "may not be read" in refusal(path)


def test_too_large_a_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", parts_of(sheet(ONE_CELL)))
    assert "is larger than 0 MB" in refusal(path, Limits(max_file_bytes=10))


def test_the_source_is_not_touched(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", parts_of(sheet(ONE_CELL)))
    before = path.stat()
    read_workbook(path)
    assert (path.stat().st_mtime_ns, path.stat().st_size) == (before.st_mtime_ns, before.st_size)


@pytest.mark.parametrize(
    ("limits", "setting"),
    [
        (Limits(max_cells=1), "max-cells"),
        (Limits(max_file_bytes=100), "max-file-mb"),
        (Limits(max_unpacked_bytes=100), "max-unpacked-mb"),
    ],
)
def test_a_limit_names_its_setting(tmp_path: Path, limits: Limits, setting: str) -> None:
    parts = parts_of(sheet('<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'))
    assert f"or raise the setting {setting}." in refusal_of(tmp_path, parts, limits)
