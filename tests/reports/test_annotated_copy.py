"""The annotated copy: every part but the named ones stays byte for byte, whatever the package."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from reports import notes
from reports.annotated_copy.naming import suffix_of
from reports.annotated_copy.remarks import CopyRemarks
from reports.annotated_copy.writing import write_annotated_copy
from reports.annotated_copy.zip_copy import is_as_written
from reports.errors import OutputError
from reports.words import Words
from rules.model import Basis, Finding, Message, Operation, Part, Severity
from rules.outcome import Outcome
from tests.audit.conftest import small_ledger
from tests.fixtures import rich_packages as made
from workbooks.grid import Style, Workbook
from workbooks.reader import read_workbook
from workbooks.refs import CellRef, parse_a1

SOFFICE = shutil.which("soffice")
needs_soffice = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice (soffice) is not installed: nothing can open the copies"
)
FOUND = {"B4": Severity.ERROR, "B3": Severity.WARNING, "C3": Severity.NOTE}
FILLS = {"B4": "FBDDD4", "B3": "FFF0C2", "C3": "E1EDF9"}
TOTAL_NOTE = (
    "Crossfoot:\nERROR · The total is given as 1,501, but its 2 parts add up to 1,510: a "
    "difference of −9.\nReported 1,501, recomputed 1,510, difference −9, tolerance 1.5.\n"
    "Made up of: B2, B3"
)

TYPES, STYLES, SHEET = "[Content_Types].xml", "xl/styles.xml", made.SHEET
LINKS = "xl/worksheets/_rels/sheet1.xml.rels"
NOTES, BOXES = "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"
# Builder -> parts that change, parts that are new.
PACKAGES: dict[Callable[[Path], None], tuple[set[str], set[str]]] = {
    made.plain: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.chart: ({TYPES, STYLES, SHEET, LINKS}, {NOTES, BOXES}),
    made.image: ({TYPES, STYLES, SHEET, LINKS}, {NOTES, BOXES}),
    made.header_image: (
        {TYPES, STYLES, SHEET, LINKS},
        {NOTES, "xl/drawings/vmlDrawing2.vml"},
    ),
    made.macros: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.pivot: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.notes: ({STYLES, SHEET, NOTES, BOXES}, set()),
    made.button: ({TYPES, STYLES, SHEET, LINKS, BOXES}, {NOTES}),
    made.threaded: ({STYLES, SHEET, NOTES, BOXES}, set()),
    made.rules_on_cells: ({TYPES, STYLES, SHEET, LINKS}, {NOTES, BOXES}),
    made.strict: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.no_styles: (
        {TYPES, SHEET, "xl/_rels/workbook.xml.rels"},
        {STYLES, LINKS, NOTES, BOXES},
    ),
    made.bare_styles: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.prefixed: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.no_addresses: (
        {TYPES, SHEET, "xl/_rels/workbook.xml.rels"},
        {STYLES, LINKS, NOTES, BOXES},
    ),
    made.other_encoding: (
        {TYPES, SHEET, "xl/_rels/workbook.xml.rels"},
        {STYLES, LINKS, NOTES, BOXES},
    ),
    made.shared_formula: (
        {TYPES, SHEET, "xl/_rels/workbook.xml.rels"},
        {STYLES, LINKS, NOTES, BOXES},
    ),
    made.merged: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.hidden_sheet: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.signed: ({TYPES, STYLES, SHEET}, {LINKS, NOTES, BOXES}),
    made.backslashes: (
        {name.replace("/", "\\") for name in (TYPES, STYLES, SHEET)},
        {LINKS, NOTES, BOXES},
    ),
}
ALL = pytest.mark.parametrize("build", PACKAGES, ids=lambda build: build.__name__)
NO_OPENPYXL = (made.strict, made.backslashes)  # which it cannot read before the copy either


def finding(place: str, severity: Severity, sheet: str = "Budget") -> Finding:
    """The total of the small budget is 9 short; other cells get the same words."""
    row, column = parse_a1(place)
    is_total = severity is Severity.ERROR
    return Finding(
        id=f"F-{place}",
        rule="FT101",
        name="total-not-sum-of-lines",
        severity=severity,
        confidence=0.99,
        cell=CellRef(sheet, row, column),
        label="Total",
        column="FY2025",
        message=Message("finding.sum") if is_total else Message("not_checked.text"),
        basis=Basis.STRUCTURE,
        operation=Operation.SUM if is_total else None,
        reported=1501.0 if is_total else None,
        recomputed=1510.0 if is_total else None,
        difference=-9.0 if is_total else None,
        tolerance=1.5 if is_total else None,
        parts=(Part(CellRef(sheet, 2, 2)), Part(CellRef(sheet, 3, 2))) if is_total else (),
    )


def outcome_of(workbook: Workbook, found: dict[str, Severity]) -> Outcome:
    findings = tuple(finding(place, severity) for place, severity in found.items())
    return Outcome(
        file=workbook.file,
        sha256=workbook.sha256,
        sheets=1,
        cells=8,
        language="en",
        ledger=small_ledger(),
        findings=findings,
        root_causes=(),
        not_checked=(),
        figures=3,
        figures_proved=0,
        proved=frozenset(),
    )


def copied(
    build: Callable[[Path], None], folder: Path, found: dict[str, Severity] = FOUND
) -> tuple[Path, Path, CopyRemarks]:
    """A made workbook and its annotated copy."""
    source = folder / f"{build.__name__}.{'xlsm' if build is made.macros else 'xlsx'}"
    build(source)
    target = folder / f"{source.stem}.annotated{source.suffix}"
    workbook = read_workbook(source)
    before = source.read_bytes()
    remarks = write_annotated_copy(
        source, target, outcome_of(workbook, found), workbook, Words("en")
    )
    assert source.read_bytes() == before
    return source, target, remarks


def as_text(sheet: bytes) -> str:
    """A sheet without what the copy may change in it: styles of cells, blank cells put in, the link
    to notes, the extent of rows."""
    text = sheet.decode("utf-16" if sheet.startswith(b"\xff\xfe") else "utf-8")
    text = re.sub(r"<(x:)?c r=['\"]\w+['\"] s=['\"]\d+['\"]/>", "", text)
    text = re.sub(r"(<(?:x:)?c\b[^>]*?)\s+s=['\"]\d+['\"]", r"\1", text)
    text = re.sub(r" spans=\"[\d:]+\"", "", text)
    text = re.sub(r"<(x:)?legacyDrawing [^>]*/>", "", text)
    return re.sub(r"<\?xml.*?\?>", "", text)


@ALL
def test_all_parts_but_the_named_ones_are_byte_identical(
    build: Callable[[Path], None], tmp_path: Path
) -> None:
    source, target, _ = copied(build, tmp_path)
    before, after = made.parts_of(source), made.parts_of(target)
    changed = {name for name in before if after.get(name) != before[name]}
    assert (changed, set(after) - set(before)) == PACKAGES[build]
    for name in changed | (set(after) - set(before)):
        ET.fromstring(after[name])
    for name in changed:
        if name.replace("\\", "/") == SHEET:
            assert as_text(after[name]) == as_text(before[name])
    with zipfile.ZipFile(target) as package:
        assert package.testzip() is None
        assert len(package.namelist()) == len(set(package.namelist()))


@ALL
def test_the_copy_reads_as_the_workbook_with_fills_and_notes(
    build: Callable[[Path], None], tmp_path: Path
) -> None:
    source, target, _ = copied(build, tmp_path)
    before, after = read_workbook(source), read_workbook(target)
    assert after.notes == ()
    for old, new in zip(before.grids, after.grids, strict=True):
        assert (new.name, new.state, new.merges) == (old.name, old.state, old.merges)
        assert new.texts == old.texts
        assert new.formulas == old.formulas
        assert new.numbers.tobytes() == old.numbers.tobytes()
    old, new = before.grids[0], after.grids[0]
    for place, fill in FILLS.items():
        at = new.index(*parse_a1(place))
        if at >= 0:
            was, now = before.style(old, at), after.style(new, at)
            if STYLES in PACKAGES[build][1]:  # none in the file; the copy names the usual one
                was = Style(font="Calibri", size=11.0)
            assert now == replace(was, fill=fill), place
    untouched = new.index(2, 2)
    if STYLES not in PACKAGES[build][1]:
        assert after.style(new, untouched) == before.style(old, untouched)
    expected = {"B4", "B3", "C3"} - ({"B4"} if build is made.threaded else set())
    ours = {place for place, text in new.comments.items() if "Crossfoot:\n" in text}
    assert ours == {parse_a1(place) for place in expected}
    if build not in (made.notes, made.threaded):
        assert new.comments[4, 2] == TOTAL_NOTE


@ALL
def test_openpyxl_opens_the_copy(build: Callable[[Path], None], tmp_path: Path) -> None:
    if build in NO_OPENPYXL:
        pytest.skip("openpyxl cannot read the workbook itself")
    _, target, _ = copied(build, tmp_path)
    sheet = openpyxl.load_workbook(target)["Budget"]
    fills = {place: str(sheet[place].fill.fgColor.rgb)[2:] for place in FILLS}
    assert fills == FILLS
    note = sheet["B4"].comment
    assert note is not None
    assert note.text.endswith("Why 1501?" if build is made.threaded else TOTAL_NOTE)


@needs_soffice
def test_libreoffice_opens_every_copy(tmp_path: Path) -> None:
    copies = [copied(build, tmp_path)[1] for build in PACKAGES if build is not made.backslashes]
    out = tmp_path / "out"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out)]
    subprocess.run([*command, *map(str, copies)], check=True, capture_output=True, timeout=240)
    for copy in copies:
        sheet = openpyxl.load_workbook(out / f"{copy.stem}.xlsx", data_only=True)["Budget"]
        assert (sheet["B2"].value, sheet["B4"].value is None) == (
            0 if "shared" in copy.stem else 1200,  # D2*1, calculated anew
            False,
        ), copy.name
        assert str(sheet["B4"].fill.fgColor.rgb)[2:] == FILLS["B4"], copy.name
        notes = [str(cell.comment.text) for row in sheet for cell in row if cell.comment]
        assert sum("Crossfoot:" in text for text in notes) == (2 if "thread" in copy.stem else 3)


def test_a_note_is_appended_and_its_box_grows(tmp_path: Path) -> None:
    source, target, _ = copied(made.notes, tmp_path)
    before, after = made.parts_of(source), made.parts_of(target)
    comments = read_workbook(target).grids[0].comments
    assert comments[4, 2] == f"Checked by <Ann> & Bo\n\n{TOTAL_NOTE}"
    assert comments[2, 1] == "Only salaries"
    numbers = []
    for parts in (before, after):
        data = re.findall(r"<x:ClientData.*?</x:ClientData>", parts[BOXES].decode(), re.DOTALL)
        box = next(box for box in data if re.search(r"<x:Row>\s*3\s*</x:Row>", box))
        anchor = re.search(r"<x:Anchor>([^<]*)<", box)
        assert anchor is not None
        numbers.append([int(number) for number in anchor[1].split(",")])
    assert numbers[0][:6] == numbers[1][:6]
    assert numbers[1][6] >= numbers[0][6] + 4
    assert after[BOXES].count(b"<v:shape ") == before[BOXES].count(b"<v:shape ") + 2
    ids = re.findall(rb'id="(_x0000_s\d+)"', after[BOXES])
    assert len(ids) == len(set(ids)) == 4


def test_a_copy_of_a_copy_tells_each_finding_once(tmp_path: Path) -> None:
    _, first, _ = copied(made.notes, tmp_path)
    workbook = read_workbook(first)
    again = tmp_path / "again.xlsx"
    write_annotated_copy(first, again, outcome_of(workbook, FOUND), workbook, Words("en"))
    comments = read_workbook(again).grids[0].comments
    assert comments[4, 2] == f"Checked by <Ann> & Bo\n\n{TOTAL_NOTE}"
    assert comments[3, 2].count("Crossfoot:") == 1


def test_what_is_left_alone_is_said(tmp_path: Path) -> None:
    threaded = copied(made.threaded, tmp_path)[2]
    assert threaded.lines(Words("en")) == [
        "One marked cell has a threaded comment, which is left as it is: the cell is coloured, and "
        "what was found is told in the report only: Budget!B4."
    ]
    assert copied(made.hidden_sheet, tmp_path)[2].lines(Words("en")) == [
        "3 marked cells are on hidden sheets, rows or columns."
    ]
    assert copied(made.signed, tmp_path)[2].lines(Words("en")) == [
        "The workbook is digitally signed. The signature does not hold for the copy, since cells "
        "in it were coloured; the workbook itself and its signature are unchanged."
    ]
    assert copied(made.plain, tmp_path)[2].lines(Words("en")) == []


def test_without_findings_the_copy_is_the_workbook(tmp_path: Path) -> None:
    source, target, remarks = copied(made.chart, tmp_path, {})
    assert made.parts_of(target) == made.parts_of(source)
    assert remarks.lines(Words("en")) == [
        "Nothing was found, so the copy is the same as the workbook."
    ]


def test_a_cell_that_a_merged_area_covers_is_marked_where_the_area_shows(tmp_path: Path) -> None:
    _, target, remarks = copied(made.merged, tmp_path, {"C4": Severity.ERROR})
    comments = read_workbook(target).grids[0].comments
    assert (list(comments), remarks.marked) == ([(4, 2)], 1)


def test_pale_letters_become_dark(tmp_path: Path) -> None:
    source, target, _ = copied(made.plain, tmp_path, {"A1": Severity.ERROR})
    before, after = read_workbook(source), read_workbook(target)
    was, now = before.style(before.grids[0], 0), after.style(after.grids[0], 0)
    assert (was.colour, was.fill) == ("FFFFFF", "1F3864")
    assert (now.colour, now.fill) == ("1B2733", "FBDDD4")


def test_rows_and_cells_that_are_not_listed_are_put_in_order(tmp_path: Path) -> None:
    found = dict.fromkeys(("D1", "A3", "F3", "C2", "E9", "B7"), Severity.NOTE)
    for build in (made.plain, made.prefixed):
        _, target, _ = copied(build, tmp_path, found)
        sheet = ET.fromstring(made.parts_of(target)[SHEET])
        rows = [
            (row.get("r"), [cell.get("r") for cell in row])
            for row in sheet.iter(f"{{{made.MAIN}}}row")
        ]
        assert rows == [
            ("1", ["A1", "B1", "D1"]),
            ("2", ["A2", "B2", "C2"]),
            ("3", ["A3", "B3", "F3"]),
            ("4", ["A4", "B4"]),
            ("7", ["B7"]),
            ("9", ["E9"]),
        ]


def test_too_many_notes_leave_out_the_mildest_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notes, "MOST_NOTES", 2)
    _, target, remarks = copied(made.plain, tmp_path)
    assert set(read_workbook(target).grids[0].comments) == {(4, 2), (3, 2)}
    assert remarks.lines(Words("en")) == [
        "One marked cell got its colour but no note; the report tells what was found there."
    ]


def test_more_notes_than_one_block_of_numbers_holds(tmp_path: Path) -> None:
    found = {f"B{row}": Severity.NOTE for row in range(10, 2110)}
    _, target, _ = copied(made.plain, tmp_path, found)
    boxes = made.parts_of(target)[BOXES]
    ids = [int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', boxes)]
    assert len(set(ids)) == 2100
    assert b'data="1,2,3"' in boxes
    assert {number // 1024 for number in ids} == {1, 2, 3}
    assert len(read_workbook(target).grids[0].comments) == 2100


def test_a_long_note_is_cut_at_excels_limit_and_the_earlier_one_kept(tmp_path: Path) -> None:
    source = tmp_path / "long.xlsx"
    made.notes(source)
    parts = made.parts_of(source)
    parts[NOTES] = parts[NOTES].replace(b"Checked by", b"x" * 32_700 + b" Checked by")
    made.write_parts(source, parts)
    workbook, target = read_workbook(source), tmp_path / "copy.xlsx"
    write_annotated_copy(source, target, outcome_of(workbook, FOUND), workbook, Words("en"))
    text = read_workbook(target).grids[0].comments[4, 2]
    assert text.startswith("x" * 32_700 + " Checked by <Ann> & Bo\n\nCrossfoot:\nERROR")
    assert len(text) == 32_767
    assert text.endswith("…")


def test_a_drawing_that_takes_no_box_leaves_the_colour(tmp_path: Path) -> None:
    source = tmp_path / "odd.xlsx"
    made.button(source)
    parts = made.parts_of(source)
    parts[BOXES] = b"<svg/>"
    made.write_parts(source, parts)
    workbook, target = read_workbook(source), tmp_path / "copy.xlsx"
    remarks = write_annotated_copy(
        source, target, outcome_of(workbook, FOUND), workbook, Words("en")
    )
    assert remarks.without_note == 3
    assert made.parts_of(target)[BOXES] == b"<svg/>"
    assert read_workbook(target).grids[0].comments == {}


def test_a_workbook_changed_in_the_meantime_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "plain.xlsx"
    made.plain(source)
    workbook = read_workbook(source)
    made.chart(source)
    with pytest.raises(OutputError, match="was changed while it was checked; run it again"):
        write_annotated_copy(
            source, tmp_path / "copy.xlsx", outcome_of(workbook, FOUND), workbook, Words("en")
        )


def test_a_package_without_its_list_of_types_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "plain.xlsx"
    made.plain(source)
    parts = made.parts_of(source)
    del parts[TYPES]
    made.write_parts(source, parts)
    workbook = read_workbook(source)
    with pytest.raises(OutputError, match="leave out --annotate and use the report"):
        write_annotated_copy(
            source, tmp_path / "copy.xlsx", outcome_of(workbook, FOUND), workbook, Words("en")
        )


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    source, target, _ = copied(made.notes, tmp_path)
    workbook, again = read_workbook(source), tmp_path / "again.xlsx"
    write_annotated_copy(source, again, outcome_of(workbook, FOUND), workbook, Words("en"))
    assert again.read_bytes() == target.read_bytes()


def test_a_copy_that_a_person_saved_is_told_from_one_as_it_was_made(tmp_path: Path) -> None:
    _, target, _ = copied(made.plain, tmp_path)
    assert is_as_written(target)
    made.write_parts(target, made.parts_of(target))
    assert not is_as_written(target)
    assert not is_as_written(tmp_path / "none.xlsx")


def test_the_suffix_follows_the_content(tmp_path: Path) -> None:
    path = tmp_path / "budget.xlsx"
    made.macros(path)
    assert suffix_of(path) == ".xlsm"
    made.plain(path)
    assert suffix_of(path) == ".xlsx"


def test_the_link_to_notes_stands_where_excel_wants_it(tmp_path: Path) -> None:
    _, target, _ = copied(made.rules_on_cells, tmp_path)
    sheet = ET.fromstring(made.parts_of(target)[SHEET])
    names = [child.tag.partition("}")[2] for child in sheet]
    at = names.index("legacyDrawing")
    assert names[at - 1] == "rowBreaks"
    assert names[at + 1 :] == ["tableParts", "extLst"]
    links = ET.fromstring(made.parts_of(target)[LINKS])
    by_id = {link.get("Id"): link.get("Target") for link in links}
    assert by_id[sheet[at].get(f"{{{made.LINKS}}}id")] == "../drawings/vmlDrawing1.vml"


def test_added_styles_are_the_cells_own_with_another_fill(tmp_path: Path) -> None:
    source, target, _ = copied(made.plain, tmp_path, {"B4": Severity.ERROR})
    xfs = []
    for path in (source, target):
        styles = ET.fromstring(made.parts_of(path)[STYLES])
        found = styles.find(f"{{{made.MAIN}}}cellXfs")
        assert found is not None
        assert found.get("count") == str(len(found))
        xfs.append([dict(xf.attrib) for xf in found])
    before, after = xfs
    assert after[:-1] == before
    was = next(xf for xf in before if xf["numFmtId"] != "0")
    assert after[-1] == was | {"fillId": "3", "applyFill": "1"}


def test_a_row_takes_in_the_cells_put_into_it(tmp_path: Path) -> None:
    _, target, _ = copied(made.plain, tmp_path, {"F3": Severity.NOTE})
    sheet = ET.fromstring(made.parts_of(target)[SHEET])
    spans = [row.get("spans") for row in sheet.iter(f"{{{made.MAIN}}}row")]
    assert spans == ["1:2", "1:2", "1:6", "1:2"]


def test_a_blank_cell_takes_the_look_of_its_row_or_column(tmp_path: Path) -> None:
    source = tmp_path / "looks.xlsx"
    parts = made.written_out(
        "<row r='1' s='2' customFormat='1'/><row r='2'><c r='A2'><v>1</v></c></row>",
        styles=(
            "<fonts><font><sz val='10'/></font></fonts><fills/><borders><border/></borders>"
            "<cellXfs>"
            + "".join(
                f"<xf numFmtId='{number}' fontId='0' fillId='0' borderId='0'/>"
                for number in (0, 3, 10)
            )
            + "</cellXfs>"
        ),
    )
    sheet = parts[SHEET].decode()
    columns = "<cols><col min='3' max='4' width='9' style='1'/></cols>"
    parts[SHEET] = sheet.replace("<sheetData>", f"{columns}<sheetData>").encode()
    made.write_parts(source, parts)
    workbook, target = read_workbook(source), tmp_path / "copy.xlsx"
    found = dict.fromkeys(("D1", "D2", "E2"), Severity.NOTE)
    write_annotated_copy(source, target, outcome_of(workbook, found), workbook, Words("en"))
    copy = openpyxl.load_workbook(target)["Budget"]
    formats = [copy[place].number_format for place in found]
    assert formats == ["0.00%", "#,##0", "General"]


def test_cells_out_of_order_get_no_cells_put_between_them(tmp_path: Path) -> None:
    source = tmp_path / "order.xlsx"
    cells = "<row r='9'><c r='A9'><v>9</v></c></row><row r='2'><c r='A2'><v>2</v></c></row>"
    made.write_parts(source, made.written_out(cells))
    workbook, target = read_workbook(source), tmp_path / "copy.xlsx"
    found = dict.fromkeys(("A2", "B2", "A5"), Severity.NOTE)
    remarks = write_annotated_copy(
        source, target, outcome_of(workbook, found), workbook, Words("en")
    )
    rows = re.findall(rb"<(?:row|c) r='\w+'", made.parts_of(target)[SHEET])
    assert rows == [b"<row r='9'", b"<c r='A9'", b"<row r='2'", b"<c r='A2'"]
    assert set(read_workbook(target).grids[0].comments) == {(2, 1), (2, 2), (5, 1)}
    assert remarks.lines(Words("en")) == [
        "2 cells with findings could not be coloured in the copy; the report shows them."
    ]
