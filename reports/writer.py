"""The one door to XlsxWriter: sheets by 1-based row and column, written whole or not at all.

Cells are rendered here rather than in XlsxWriter, row by row and only when the file is made, so
that a million of them cost neither memory nor much time; formats, links, notes, charts, print
settings and the package are XlsxWriter's. What a workbook says is always written as text: it
cannot become a formula, a link or markup. Whatever XlsxWriter refuses is raised, never skipped.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet

from reports.errors import OutputError
from reports.scratch import scratch_in
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, Area, a1, quoted

LONGEST_TEXT = 32_767  # UTF-16 units in a cell
LONGEST_FORMULA = 8_192
LONGEST_SHEET_NAME = 31
USUAL_HEIGHT = 15.0  # points of a row
MOST_LINKS = 65_530  # on one sheet
MOST_STYLES = 60_000  # Excel allows 64,000
CREATED = datetime(2000, 1, 1)  # fixed: the same input gives the same bytes

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPED_BY_EXCEL = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_FORBIDDEN_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


class RefusedError(Exception):
    """XlsxWriter would not write something; a fault of ours, not of the workbook."""


def clean(text: str) -> str:
    """``text`` as a cell can hold it: no control characters, not too long."""
    text = _CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 > LONGEST_TEXT and len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
        units = text.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)]
        text = units.decode("utf-16-le", "ignore") + "…"
    return text


def is_printable(text: str) -> bool:
    """Whether a cell can hold every character of ``text``."""
    return _CONTROL.search(text.replace("\r", "\n")) is None


def units(text: str) -> int:
    """The length of a text as Excel counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escaped(text: str) -> str:
    """``text`` as XML in a cell or a note, without what those cannot hold."""
    text = _ESCAPED_BY_EXCEL.sub("_x005F_", clean(text))
    if "&" in text or "<" in text or ">" in text:
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text


# The part of a cell's XML after its address; the same for all cells that show the same.


@lru_cache(maxsize=20_000)
def text_end(text: str, style: int) -> str:
    """A cell with text; empty text gives an empty cell."""
    if not text:
        return f' s="{style}"/>'
    keep = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
    return f' s="{style}" t="inlineStr"><is><t{keep}>{escaped(text)}</t></is></c>'


def number_end(value: float, style: int) -> str:
    """A cell with a number; what is no number gives an empty cell."""
    if not math.isfinite(value):
        return f' s="{style}"/>'
    return f' s="{style}"><v>{shortest(value)}</v></c>'


def formula_end(formula: str, value: float | str, style: int) -> str:
    """A cell with a formula (without ``=``) and its cached result."""
    if len(formula) > LONGEST_FORMULA:
        raise RefusedError("a formula is longer than Excel allows")
    shown = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, str):
        return f' s="{style}" t="str"><f>{shown}</f><v>{escaped(value)}</v></c>'
    result = f"<v>{shortest(value)}</v>" if math.isfinite(value) else ""
    return f' s="{style}"><f>{shown}</f>{result}</c>'


def cell_of(place: str, end: str) -> str:
    """A whole cell, as XML."""
    return f'<c r="{place}"{end}'


def shortest(value: float) -> str:
    """The shortest text that gives the same number again."""
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def row_of(number: int, cells: Iterable[str], attributes: str = "") -> str:
    """A row of cells, as XML."""
    return f'<row r="{number}"{attributes}>{"".join(cells)}</row>\n'


class _Streamed(Worksheet):  # type: ignore[misc]  # XlsxWriter has no types
    """A worksheet whose rows are asked for when the file is made."""

    def __init__(self) -> None:
        super().__init__()
        self.source: Callable[[], Iterator[str]] = lambda: iter(())

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        for row in self.source():
            self.fh.write(row)
        self._xml_end_tag("sheetData")


class Sheet:
    """One sheet of the report. Rows and columns count from 1."""

    def __init__(self, name: str, native: Any, book: Book) -> None:
        self.name = name
        self.native = native  # for print settings, panes and charts, which cannot be refused
        self._book = book
        self._cells: dict[int, dict[int, str]] = {}
        self._heights: dict[int, float] = {}
        self._links = 0
        self.links_left_out = 0
        native.source = self._rows

    def text(self, row: int, column: int, text: str, style: int = 0) -> None:
        """Text, whatever it looks like."""
        self._put(row, column, text_end(text, style))

    def number(self, row: int, column: int, value: float | None, style: int = 0) -> None:
        """A number; none leaves the cell empty."""
        shown = math.nan if value is None else value
        self._put(row, column, number_end(shown, style))

    def formula(
        self, row: int, column: int, formula: str, value: float | str, style: int = 0
    ) -> None:
        """A formula of our own, without ``=``, with its result."""
        self._put(row, column, formula_end(formula, value, style))

    def blank(self, row: int, column: int, style: int) -> None:
        """An empty cell with a look."""
        self._put(row, column, text_end("", style))

    def block(self, area: Area, text: str, style: int) -> None:
        """Text over merged cells."""
        for row in range(area.first_row, area.last_row + 1):
            for column in range(area.first_column, area.last_column + 1):
                self.blank(row, column, style)
        self.text(area.first_row, area.first_column, text, style)
        if area[:2] != area[2:]:
            self.merge(area)

    def merge(self, area: Area) -> None:
        """Merge cells that are in no other merged area; ``merged_areas`` picks such."""
        self.native.merge.append(
            [area.first_row - 1, area.first_column - 1, area.last_row - 1, area.last_column - 1]
        )

    def link(self, row: int, column: int, sheet: str, place: str, tip: str = "") -> bool:
        """Make a cell lead to ``place`` of ``sheet``; false when the sheet has too many links."""
        if self._links >= MOST_LINKS:
            self.links_left_out += 1
            return False
        self._links += 1
        url = Url(f"internal:{quoted(sheet)}!{place}")
        url.text = ""
        if tip:
            url.tip = clean(tip)[:255]
        self.native.hyperlinks[row - 1][column - 1] = url
        return True

    def note(self, row: int, column: int, text: str, width: int = 320) -> None:
        """A note (an Excel comment) sized to its text."""
        text = clean(text)
        per_line = width / 5.6  # of the 9-point font
        lines = sum(max(1, math.ceil(len(line) / per_line)) for line in text.split("\n"))
        options = {
            "width": width,
            "height": min(420, 14 + 15 * lines),
            "author": "Crossfoot",
            "font_name": "Calibri",
            "font_size": 9,
        }
        accepted(self.native.write_comment(row - 1, column - 1, text, options))

    def width(self, first: int, last: int, characters: float | None, style: int = 0) -> None:
        """The width of columns ``first`` to ``last``, and the look of their empty cells."""
        look = self._book.native_style(style)
        accepted(self.native.set_column(first - 1, last - 1, characters, look))

    def height(self, row: int, points: float) -> None:
        """The height of a row."""
        self._heights[row] = points
        accepted(self.native.set_row(row - 1, points))

    @property
    def points(self) -> float:
        """The height of the rows put so far."""
        last = max(self._cells, default=0)
        return sum(self._heights.get(row, USUAL_HEIGHT) for row in range(1, last + 1))

    def as_table_page(self, header_row: int, left: str, right: str) -> None:
        """Print on A4 across, one page wide, headings repeated, ``left`` and ``right`` below."""
        self.native.set_landscape()
        self.native.set_paper(9)
        self.native.set_margins(0.4, 0.4, 0.6, 0.6)
        self.native.fit_to_pages(1, 0)
        self.native.repeat_rows(header_row - 1)
        self.native.hide_gridlines(2)
        self.native.set_footer(f"&L&8{left.replace('&', '&&')[:120]}&R&8{right}")

    def extent(self, rows: int, columns: int) -> None:
        """How far the sheet reaches; told for streamed rows, known for others."""
        if not (0 < rows <= MAX_ROWS and 0 < columns <= MAX_COLUMNS):
            raise RefusedError(f"a sheet of {rows} rows and {columns} columns is beyond Excel")
        self.native.dim_rowmin = self.native.dim_colmin = 0
        self.native.dim_rowmax = max(rows - 1, self.native.dim_rowmax or 0)
        self.native.dim_colmax = max(columns - 1, self.native.dim_colmax or 0)

    def stream(self, rows: Callable[[], Iterator[str]]) -> None:
        """Rows to ask for when the file is made; they stand below all cells put before."""
        self.native.source = lambda: _chain(self._rows(), rows())

    def _put(self, row: int, column: int, end: str) -> None:
        self._cells.setdefault(row, {})[column] = cell_of(a1(row, column), end)
        if row > MAX_ROWS or column > MAX_COLUMNS or min(row, column) < 1:
            raise RefusedError(f"there is no cell in row {row}, column {column}")

    def _rows(self) -> Iterator[str]:
        for row in sorted(self._cells.keys() | self._heights.keys()):
            height = self._heights.get(row)
            attributes = f' ht="{shortest(height)}" customHeight="1"' if height else ""
            cells = self._cells.get(row, {})
            yield row_of(row, (cells[column] for column in sorted(cells)), attributes)

    def finish(self) -> None:
        """Tell XlsxWriter how far the cells reach."""
        if self._cells:
            columns = max(max(cells) for cells in self._cells.values())
            self.extent(max(self._cells), columns)


def _chain(*parts: Iterator[str]) -> Iterator[str]:
    for part in parts:
        yield from part


def accepted(code: object) -> None:
    """Raise for a negative answer of XlsxWriter."""
    if isinstance(code, int) and code < 0:
        raise RefusedError(f"XlsxWriter refused a write (code {code})")


class Book:
    """The report as one workbook in the making."""

    def __init__(self, file: Path, folder: str, *, date_1904: bool = False) -> None:
        options = {"tmpdir": folder, "date_1904": date_1904, "strings_to_urls": False}
        self.native = xlsxwriter.Workbook(str(file), options)
        self.native.set_calc_mode("auto")
        self.sheets: list[Sheet] = []
        self._names: set[str] = set()
        self._styles: dict[tuple[tuple[str, object], ...], int] = {}
        self.looks_left_out: set[tuple[tuple[str, object], ...]] = set()
        self._natives: dict[int, Any] = {}

    def describe(self, title: str, subject: str, version: str) -> None:
        """Document properties; the creation date is fixed."""
        self.native.set_properties(
            {
                "title": clean(title)[:255],
                "subject": clean(subject)[:255],
                "author": "Crossfoot",
                "comments": clean(f"Crossfoot {version}".strip()),
                "created": CREATED,
            }
        )

    def sheet(self, wanted: str) -> Sheet:
        """A new sheet, named as near to ``wanted`` as Excel allows."""
        name = free_name(wanted, self._names)
        self._names.add(name.casefold())
        native = self.native.add_worksheet(name, worksheet_class=_Streamed)
        sheet = Sheet(name, native, self)
        self.sheets.append(sheet)
        return sheet

    def style(self, properties: dict[str, object]) -> int:
        """The number of a look, as cells name it; the same look has the same number."""
        if not properties:
            return 0
        key = tuple(sorted(properties.items()))
        number = self._styles.get(key)
        if number is None:
            if len(self._styles) >= MOST_STYLES:
                self.looks_left_out.add(key)
                return 0
            native = self.native.add_format(properties)
            number = int(native._get_xf_index())
            self._styles[key] = number
            self._natives.setdefault(number, native)
        return number

    def native_style(self, number: int) -> Any:
        """The XlsxWriter format behind a number of ``style``; none for the default look."""
        return self._natives.get(number)

    def close(self) -> None:
        """Write the file."""
        for sheet in self.sheets:
            sheet.finish()
        self.native.close()


def free_name(wanted: str, taken: set[str]) -> str:
    """A sheet name that Excel accepts and that is not in ``taken`` (casefolded names).

    >>> free_name("Tulot/menot [2020]", {"tulot menot  2020"})
    'Tulot menot  2020 (2)'
    """
    base = _FORBIDDEN_IN_NAME.sub(" ", clean(wanted)).strip().strip("'").strip()
    if not base or base.casefold() == "history":  # Excel keeps that name for itself
        base = f"{base or 'Sheet'} (1)"
    name = _shortened(base, LONGEST_SHEET_NAME)
    number = 2
    while name.casefold() in taken:
        tail = f" ({number})"
        name = _shortened(base, LONGEST_SHEET_NAME - len(tail)) + tail
        number += 1
    return name


def _shortened(name: str, limit: int) -> str:
    while len(name.encode("utf-16-le")) // 2 > limit:
        name = name[:-1]
    return name.rstrip("' ")


def written(path: Path, fill: Callable[[Book], None], *, date_1904: bool = False) -> None:
    """Make the workbook that ``fill`` fills, then give it the name ``path`` in one step.

    Raises ``OutputError`` when the file system refuses; nothing is left behind then.
    """
    try:
        with scratch_in(path.parent) as folder:
            draft = folder / path.name
            book = Book(draft, str(folder), date_1904=date_1904)
            fill(book)
            book.close()
            draft.replace(path)
    except (OSError, XlsxWriterException) as error:
        reason = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
        text = getattr(reason, "strerror", None) or str(reason)
        raise OutputError(
            f"{path}: the report cannot be written ({text}); close it in Excel, free some "
            "space or name another place"
        ) from reason
