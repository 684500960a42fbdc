"""Small .xls, .xlsb and .ods files written byte by byte, for what no library here writes."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from tests.workbooks.packages import relationships

_SECTOR = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def container(streams: dict[str, bytes]) -> bytes:
    """An OLE container ([MS-CFB]) with these streams, each padded beyond the short-stream size."""
    table = [_TABLE, _END]  # the table itself, the directory
    body = b""
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        padded = content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
        start, count = len(table), len(padded) // _SECTOR
        right = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, start, len(padded), right=right))
        table += [*range(start + 1, start + count), _END]
        body += padded
    directory = b"".join(entries).ljust(_SECTOR, b"\0")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        bytes.fromhex("D0CF11E0A1B11AE1"),
        *(0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, _END, 0, _END, 0, 0),
    )
    header += struct.pack("<108I", *[_FREE] * 108)
    table += [_FREE] * (128 - len(table))
    return header + struct.pack("<128I", *table) + directory + body


def _entry(
    name: str, kind: int, start: int, size: int, *, right: int = _FREE, child: int = _FREE
) -> bytes:
    text = name.encode("utf-16-le")
    head = struct.pack("<64sHBB3I36x", text, len(text) + 2, kind, 1, _FREE, right, child)
    return head + struct.pack("<IQ", start, size)


def record(code: int, content: bytes = b"") -> bytes:
    """One BIFF record."""
    return struct.pack("<HH", code, len(content)) + content


def _text(text: str, *, wide: bool) -> bytes:
    length = struct.pack("<H" if wide else "<B", len(text))
    return length + b"\1" + text.encode("utf-16-le")


def biff_workbook(sheet: bytes, name: str = "Budget", *, encrypted: bool = False) -> bytes:
    """A BIFF8 stream ([MS-XLS]) with one sheet and six looks.

    Looks: 0 plain, 1 bold with indent 2, 2 ``0.0%``, 3 a date, 4 ``#,##0`` on yellow, 5 wrapped.
    """
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    if encrypted:
        start += record(0x002F, b"\0" * 6)
    start += record(0x0022, b"\0\0")
    for weight, italic in ((400, 0), (700, 2)):
        font = struct.pack("<HHHHHBBBB", 220, italic, 8, weight, 0, 0, 0, 0, 0)
        start += record(0x0031, font + _text("Arial", wide=False))
    start += record(0x041E, struct.pack("<H", 164) + _text("0.0%", wide=True))
    start += record(0x041E, struct.pack("<H", 165) + _text("d.m.yyyy", wide=True))
    for font_number, number_format, align, indent, pattern, colour in (
        (0, 0, 0, 0, 0, 0),
        (1, 0, 1, 2, 0, 0),
        (0, 164, 0, 0, 0, 0),
        (0, 165, 0, 0, 0, 0),
        (0, 3, 0, 0, 1, 13),
        (0, 0, 8, 0, 0, 0),
    ):
        start += record(
            0x00E0,
            struct.pack(
                "<HHHBBBBIIH",
                font_number,
                number_format,
                0,
                align,
                0,
                indent,
                0,
                0x0601,
                pattern << 26,
                colour,
            ),
        )
    place = len(start) + len(record(0x0085, b"\0" * 6 + _text(name, wide=False))) + len(record(10))
    start += record(0x0085, struct.pack("<IBB", place, 0, 0) + _text(name, wide=False))
    start += record(0x000A)
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    return start + begin + sheet + record(0x000A)


def number(row: int, column: int, value: float, look: int = 0) -> bytes:
    """A NUMBER record; row and column from 0 as in the file."""
    return record(0x0203, struct.pack("<HHHd", row, column, look, value))


def label(row: int, column: int, text: str, look: int = 0) -> bytes:
    """A LABEL record."""
    return record(0x0204, struct.pack("<HHH", row, column, look) + _text(text, wide=True))


def error(row: int, column: int, code: int) -> bytes:
    """A BOOLERR record of an error."""
    return record(0x0205, struct.pack("<HHHBB", row, column, 0, code, 1))


def formula_error(row: int, column: int, code: int) -> bytes:
    """A FORMULA record (``=1``) whose stored result is an error."""
    result = struct.pack("<BBBBHH", 2, 0, code, 0, 0, 0xFFFF)
    tokens = struct.pack("<HBH", 3, 0x1E, 1)
    return record(0x0006, struct.pack("<HHH", row, column, 0) + result + b"\0" * 6 + tokens)


def binary_record(code: int, content: bytes = b"") -> bytes:
    """One record of an .xlsb ([MS-XLSB] 2.1.4)."""
    head = bytes([code]) if code < 128 else bytes([code & 0x7F | 0x80, code >> 7])
    length = len(content)
    size = b""
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 127 else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def write_xlsb(path: Path, cells: bytes, *, after: bytes = b"") -> Path:
    """An .xlsb with one sheet; looks: 0 plain, 1 bold, 2 ``0.0%``."""
    sheets = binary_record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Budget"))
    book = binary_record(131) + binary_record(143) + sheets + binary_record(144)
    fonts = b""
    for weight in (400, 700):
        font = struct.pack("<HHHHBBBB", 220, 0, weight, 0, 0, 0, 0, 0) + b"\0" * 9
        fonts += binary_record(43, font + _wide("Arial"))
    looks = b""
    for number_format, font_number in ((0, 0), (0, 1), (164, 0)):
        fields = (0, number_format, font_number, 0, 0, 0, 0, 0, 0)
        looks += binary_record(47, struct.pack("<HHHHHBBHH", *fields))
    styles = (
        binary_record(278)
        + binary_record(615, struct.pack("<I", 1))
        + binary_record(44, struct.pack("<H", 164) + _wide("0.0%"))
        + binary_record(616)
        + fonts
        + binary_record(617, struct.pack("<I", 3))
        + looks
        + binary_record(618)
        + binary_record(279)
    )
    dimension = binary_record(148, struct.pack("<4I", 0, 9, 0, 9))
    sheet = binary_record(129) + dimension + binary_record(145) + cells + binary_record(146)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("_rels/.rels", relationships(("r1", "officeDocument", "xl/workbook.bin")))
        package.writestr("xl/workbook.bin", book + binary_record(132))
        package.writestr(
            "xl/_rels/workbook.bin.rels",
            relationships(
                ("rId1", "worksheet", "worksheets/sheet1.bin"), ("rId2", "styles", "styles.bin")
            ),
        )
        package.writestr("xl/styles.bin", styles)
        package.writestr("xl/worksheets/sheet1.bin", sheet + after + binary_record(130))
    return path


def binary_row(row: int) -> bytes:
    """The record that begins a row, which counts from 0."""
    return binary_record(0, struct.pack("<IIHBBB", row, 0, 300, 0, 0, 0) + struct.pack("<I", 0))


def binary_number(column: int, value: float, look: int = 0) -> bytes:
    """A number in the current row."""
    return binary_record(5, struct.pack("<IId", column, look, value))


def binary_error(column: int, code: int) -> bytes:
    """An error in the current row."""
    return binary_record(3, struct.pack("<IIB", column, 0, code))


def binary_text(column: int, text: str, look: int = 0) -> bytes:
    """A text in the current row."""
    return binary_record(6, struct.pack("<II", column, look) + _wide(text))


ODS_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
ODS_NAMES = " ".join(
    f'xmlns:{prefix}="{ODS_NAMESPACE}:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "number": "datastyle",
        "fo": "xsl-fo-compatible",
        "calcext": "calcext",
    }.items()
)


def write_ods(path: Path, tables: str, *, styles: str = "", encrypted: bool = False) -> Path:
    """An .ods around the inside of <office:spreadsheet>."""
    content = (
        f'<?xml version="1.0"?><office:document-content {ODS_NAMES}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    entry = "<m:encryption-data/>" if encrypted else ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)
        package.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{ODS_NAMESPACE}:manifest:1.0">{entry}</m:manifest>',
        )
    return path
