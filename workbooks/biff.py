"""What a .xls says besides its values: looks, errors, merges, hidden rows ([MS-XLS] 2.4).

python-calamine reads the values. This walks over the same records for what it leaves out: an
error cell, which it hands on as an empty text, and number formats, without which 3.6 % is 0.036.
Runs in a child process; needs nothing but the standard library.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator

from workbooks.looks import (
    BORDER_STYLES,
    ERROR_CODES,
    HORIZONTAL,
    MOST_EMPTY,
    VERTICAL,
    BookLooks,
    Look,
    SheetLooks,
    rotation_of,
)
from workbooks.style_tables import BUILTIN_FORMATS, PALETTE

_EOF = 0x000A
_BOF = frozenset({0x0809, 0x0409, 0x0209, 0x0009})
_FILEPASS = 0x002F
_CELLS = frozenset({0x0203, 0x027E, 0x00FD, 0x0204, 0x0205, 0x0006, 0x00D6})
_BOOLERR, _FORMULA = 0x0205, 0x0006
_BIFF8 = 0x0600
_FIRST_OWN_COLOUR = 8


class Encrypted(Exception):  # noqa: N818
    """The stream is encrypted with a password."""


def read_looks(stream: bytes) -> BookLooks:
    """All looks and sheets of a ``Workbook`` or ``Book`` stream.

    Raises ``Encrypted``, and ``struct.error`` or ``IndexError`` when the records are cut short.
    """
    book = _Globals(stream)
    looks = BookLooks(book.looks())
    for name, start in book.sheets:
        sheet = _Sheet()
        with contextlib.suppress(struct.error, IndexError):  # what came before the cut stays
            sheet.read(stream, start)
        looks.sheets[name] = sheet.looks
    return looks


def records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Code and content of each record of the substream that starts at ``at``.

    A substream within it, the chart on a sheet, is passed over: it repeats cells of its own.
    """
    depth = 0
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        if code in _BOF:
            depth += 1
        if depth <= 1:
            yield code, stream[at + 4 : at + 4 + length]
        at += 4 + length
        if code == _EOF:
            depth -= 1
            if depth <= 0:
                return


class _Globals:
    """The substream of the workbook as a whole (2.1.7.20.3)."""

    def __init__(self, stream: bytes) -> None:
        self.is_biff8 = struct.unpack_from("<H", stream, 4)[0] == _BIFF8
        self.sheets: list[tuple[str, int]] = []
        self._fonts: list[Look] = []
        self._formats = dict(BUILTIN_FORMATS)
        self._palette = list(PALETTE)
        self._records: list[bytes] = []
        readers = {
            0x0085: self._sheet,
            0x0031: self._font,
            0x0231: self._font,
            0x041E: self._format,
            0x00E0: self._records.append,
            0x0092: self._colours,
        }
        for code, content in records(stream, 0):
            if code == _FILEPASS:
                raise Encrypted
            if code in readers:
                readers[code](content)

    def _sheet(self, content: bytes) -> None:
        name = short_text(content, 6, is_biff8=self.is_biff8)
        self.sheets.append((name, struct.unpack_from("<I", content)[0]))

    def _font(self, content: bytes) -> None:
        height, flags, colour, weight = struct.unpack_from("<HHHH", content)
        self._fonts.append(
            Look(
                font=short_text(content, 14, is_biff8=self.is_biff8),
                size=height / 20,
                bold=weight >= 600,
                italic=bool(flags & 2),
                underline=content[10] != 0,
                strike=bool(flags & 8),
                colour=f"#{colour}",  # resolved when the palette is known
            )
        )

    def _format(self, content: bytes) -> None:
        number = struct.unpack_from("<H", content)[0]
        if self.is_biff8:
            self._formats[number] = long_text(content, 2)
        else:
            self._formats[number] = short_text(content, 2, is_biff8=False)

    def _colours(self, content: bytes) -> None:
        for at in range(min(struct.unpack_from("<H", content)[0], 56)):
            red, green, blue = content[2 + 4 * at : 5 + 4 * at]
            self._palette[_FIRST_OWN_COLOUR + at] = f"{red:02X}{green:02X}{blue:02X}"

    def _colour(self, number: int) -> str:
        return self._palette[number] if number < len(self._palette) else ""

    def looks(self) -> list[Look]:
        """One look per XF record (2.4.353)."""
        for font in self._fonts:
            font.colour = self._colour(int(font.colour[1:]))
        return [self._look(record) for record in self._records]

    def _look(self, record: bytes) -> Look:
        font_number, format_number = struct.unpack_from("<HH", record)
        at = font_number - (font_number > 4)  # number 4 is never used
        font = self._fonts[at] if at < len(self._fonts) else Look()
        look = Look(
            self._formats.get(format_number, "General"),
            font.font,
            font.size,
            font.bold,
            font.italic,
            font.underline,
            font.colour,
            strike=font.strike,
        )
        alignment = record[6]
        look.horizontal = _named(HORIZONTAL, alignment & 7)
        look.wrap = bool(alignment & 8)
        look.vertical = _named(VERTICAL, alignment >> 4 & 7)
        if self.is_biff8 and len(record) >= 20:
            look.indent = record[8] & 15
            look.rotation = rotation_of(record[7])
            edges, others = struct.unpack_from("<II", record, 10)
            left, right, top, bottom = (
                _named(BORDER_STYLES, edges >> shift & 15) for shift in (0, 4, 8, 12)
            )
            look.border = left, right, top, bottom
            one, two, three, four = (
                self._colour(number & 0x7F)
                for number in (edges >> 16, edges >> 23, others, others >> 7)
            )
            look.edge_colours = one, two, three, four
            if others >> 26:
                look.fill = self._colour(struct.unpack_from("<H", record, 18)[0] & 0x7F)
        return look


def _named(names: tuple[str, ...], number: int) -> str:
    return names[number] if number < len(names) else ""


class _Sheet:
    """The substream of one sheet (2.1.7.20.5)."""

    def __init__(self) -> None:
        self.looks = SheetLooks()
        self._notes: dict[int, tuple[int, int]] = {}  # object -> place
        self._texts: dict[int, str] = {}  # object -> text
        self._object = -1
        self._awaits_text = False
        self._frozen = False
        self._pane = (0, 0)

    def read(self, stream: bytes, start: int) -> None:
        """Fills ``looks``; raises ``struct.error`` or ``IndexError`` for a record cut short."""
        readers = {
            0x00BD: self._numbers,
            0x0201: self._blank,
            0x00BE: self._blanks,
            0x0208: self._row,
            0x007D: self._columns,
            0x00E5: self._merges,
            0x023E: self._window,
            0x0041: self._panes,
            0x001C: self._note,
            0x005D: self._drawing,
            0x01B6: self._text_object,
            0x003C: self._continued,
        }
        for code, content in records(stream, start):
            if code in _CELLS:
                self._cell(code, content)
            elif code in readers:
                readers[code](content)
        if self._frozen:
            self.looks.frozen = (self._pane[1], self._pane[0])
        for number, place in self._notes.items():
            if text := self._texts.get(number):
                self.looks.comments[place] = text

    def _cell(self, code: int, content: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", content)
        place = row + 1, column + 1
        self.looks.styles[place] = style
        error = None
        if code == _BOOLERR and len(content) >= 8 and content[7]:
            error = content[6]
        elif code == _FORMULA and content[12:14] == b"\xff\xff" and content[6] == 2:
            error = content[8]
        if error is not None:
            self.looks.errors[place] = ERROR_CODES.get(error, "#ERROR!")

    def _numbers(self, content: bytes) -> None:
        row, column = struct.unpack_from("<HH", content)
        for step, at in enumerate(range(4, len(content) - 5, 6)):
            style = struct.unpack_from("<H", content, at)[0]
            self.looks.styles[row + 1, column + 1 + step] = style

    def _blank(self, content: bytes) -> None:
        row, column, style = struct.unpack_from("<HHH", content)
        self._empty(row, column, style)

    def _blanks(self, content: bytes) -> None:
        row, first = struct.unpack_from("<HH", content)
        styles = struct.unpack_from(f"<{(len(content) - 6) // 2}H", content, 4)
        for column, style in enumerate(styles, first):
            self._empty(row, column, style)

    def _empty(self, row: int, column: int, style: int) -> None:
        if len(self.looks.empty) < MOST_EMPTY:
            self.looks.empty[row + 1, column + 1] = style

    def _row(self, content: bytes) -> None:
        row, _, _, height = struct.unpack_from("<4H", content)
        flags = struct.unpack_from("<H", content, 12)[0]
        if not height & 0x8000:
            self.looks.row_heights[row + 1] = height / 20
        if flags & 0x20:
            self.looks.hidden_rows.add(row + 1)
        if flags & 7:
            self.looks.row_outlines[row + 1] = flags & 7

    def _columns(self, content: bytes) -> None:
        first, last, width, _, flags = struct.unpack_from("<5H", content)
        self.looks.note_columns(first + 1, last + 1, width / 256, hidden=bool(flags & 1))

    def _merges(self, content: bytes) -> None:
        for at in range(2, len(content) - 7, 8):
            top, bottom, left, right = struct.unpack_from("<4H", content, at)
            self.looks.merges.append((top + 1, left + 1, bottom + 1, right + 1))

    def _window(self, content: bytes) -> None:
        self._frozen = bool(struct.unpack_from("<H", content)[0] & 8)

    def _panes(self, content: bytes) -> None:
        columns, rows = struct.unpack_from("<HH", content)
        self._pane = (columns, rows)

    def _note(self, content: bytes) -> None:
        row, column, _, number = struct.unpack_from("<4H", content)
        self._notes[number] = (row + 1, column + 1)

    def _drawing(self, content: bytes) -> None:
        self._object = struct.unpack_from("<H", content, 6)[0]

    def _text_object(self, _: bytes) -> None:
        self._awaits_text = True

    def _continued(self, content: bytes) -> None:
        if self._awaits_text and content:
            self._texts[self._object] = _characters(content, 1, len(content), content[0])
        self._awaits_text = False


def short_text(content: bytes, at: int, *, is_biff8: bool) -> str:
    """A text behind a length of one byte (2.5.240); before BIFF8 its characters are bytes."""
    length = content[at]
    if not is_biff8:
        return content[at + 1 : at + 1 + length].decode("cp1252", "replace")
    return _characters(content, at + 2, length, content[at + 1])


def long_text(content: bytes, at: int) -> str:
    """A text behind a length of two bytes (2.5.294)."""
    length = struct.unpack_from("<H", content, at)[0]
    return _characters(content, at + 3, length, content[at + 2])


def _characters(content: bytes, at: int, length: int, flags: int) -> str:
    if flags & 1:
        return content[at : at + 2 * length].decode("utf-16-le", "replace")
    return content[at : at + length].decode("latin-1")
