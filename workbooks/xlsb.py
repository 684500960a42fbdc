"""What an .xlsb says besides its values: errors, formats, merges, hidden rows ([MS-XLSB] 2.4).

Runs in the child process that reads the values; needs nothing but the standard library.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

from workbooks.looks import ERROR_CODES, HORIZONTAL, VERTICAL, BookLooks, Look, SheetLooks
from workbooks.package import DamagedPart, Limits, Package
from workbooks.style_tables import BUILTIN_FORMATS

_ROW = 0
_FIRST_CELL, _LAST_CELL = 1, 11
_ERROR_CELLS = frozenset({3, 11})  # a plain error, the error of a formula
_FONT, _FORMAT, _XF = 43, 44, 47
_COLUMNS, _SHEET, _PANE, _MERGE = 60, 156, 151, 176
_CELL_XFS, _END_CELL_XFS = 617, 618
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}


def read_looks(data: bytes, limits: Limits) -> BookLooks:
    """All looks and sheets; raises ``DamagedPart`` and ``Refused`` as ``Package`` does."""
    package = Package(io.BytesIO(data), limits)
    part = "xl/workbook.bin"
    links = {link.id: link for link in package.relationships(part)}
    looks = BookLooks()
    for link in links.values():
        if link.type == "styles":
            looks.looks = _read_styles(package.read(link.target))
    for code, content in records(package.read(part)):
        if code == _SHEET:
            identity, at = wide_text(content, 8)
            name, _ = wide_text(content, at)
            if identity in links and links[identity].target in package:
                looks.sheets[name] = _read_sheet(package.read(links[identity].target))
    return looks


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and content of each record: both numbers before it are written in groups of 7 bits."""
    at, end = 0, len(data)
    while at < end:
        code, at = _number(data, at, 2)
        length, at = _number(data, at, 4)
        yield code, data[at : at + length]
        at += length


def _number(data: bytes, at: int, longest: int) -> tuple[int, int]:
    value = 0
    for step in range(longest):
        if at >= len(data):
            raise DamagedPart("a record is cut short")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * step)
        if byte < 0x80:
            break
    return value, at


def wide_text(content: bytes, at: int) -> tuple[str, int]:
    """A text behind its length in characters, and the place behind it (2.5.168)."""
    length = struct.unpack_from("<I", content, at)[0]
    end = at + 4 + 2 * length
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def _read_styles(data: bytes) -> list[Look]:
    formats = dict(BUILTIN_FORMATS)
    fonts: list[Look] = []
    looks: list[Look] = []
    in_cell_formats = False
    for code, content in records(data):
        if code == _FORMAT:
            formats[struct.unpack_from("<H", content)[0]] = wide_text(content, 2)[0]
        elif code == _FONT:
            fonts.append(_font(content))
        elif code in (_CELL_XFS, _END_CELL_XFS):
            in_cell_formats = code == _CELL_XFS
        elif code == _XF and in_cell_formats:
            looks.append(_look(content, formats, fonts))
    return looks


def _font(content: bytes) -> Look:
    height, flags, weight = struct.unpack_from("<HHH", content)
    return Look(
        font=wide_text(content, 21)[0],
        size=height / 20,
        bold=weight >= 600,
        italic=bool(flags & 2),
        underline=content[8] != 0,
    )


def _look(content: bytes, formats: dict[int, str], fonts: list[Look]) -> Look:
    _, format_number, font_number = struct.unpack_from("<HHH", content)
    font = fonts[font_number] if font_number < len(fonts) else Look()
    indent, flags = content[11], struct.unpack_from("<H", content, 12)[0]
    horizontal, vertical = flags & 7, flags >> 3 & 7
    return Look(
        number_format=formats.get(format_number, "General"),
        font=font.font,
        size=font.size,
        bold=font.bold,
        italic=font.italic,
        underline=font.underline,
        indent=indent // 3,  # stored in steps of a space
        horizontal=HORIZONTAL[horizontal] if horizontal < len(HORIZONTAL) else "",
        vertical=VERTICAL[vertical] if vertical < len(VERTICAL) else "",
        wrap=bool(flags & 64),
    )


def _read_sheet(data: bytes) -> SheetLooks:
    sheet = SheetLooks()
    row = 0
    for code, content in records(data):
        if code == _ROW:
            row = struct.unpack_from("<I", content)[0] + 1
            _note_row(sheet, row, content)
        elif _FIRST_CELL <= code <= _LAST_CELL:
            column, style = struct.unpack_from("<II", content)
            place = row, column + 1
            sheet.styles[place] = style & 0xFFFFFF
            if code in _ERROR_CELLS:
                sheet.errors[place] = ERROR_CODES.get(content[8], "#ERROR!")
        elif code == _MERGE:
            top, bottom, left, right = struct.unpack_from("<4I", content)
            sheet.merges.append((top + 1, left + 1, bottom + 1, right + 1))
        elif code == _COLUMNS:
            first, last, width, _, flags = struct.unpack_from("<4IH", content)
            sheet.note_columns(first + 1, last + 1, width / 256, hidden=bool(flags & 1))
        elif code == _PANE:
            columns, rows = struct.unpack_from("<dd", content)
            if content[28] & 1:
                sheet.frozen = (int(rows), int(columns))
    return sheet


def _note_row(sheet: SheetLooks, row: int, content: bytes) -> None:
    height, _, flags = struct.unpack_from("<HBB", content, 8)
    if height:
        sheet.row_heights[row] = height / 20
    if flags & 7:
        sheet.row_outlines[row] = flags & 7
    if flags & 0x10:
        sheet.hidden_rows.add(row)
