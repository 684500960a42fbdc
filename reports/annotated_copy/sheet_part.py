"""One sheet part, rewritten as it streams by: the style of marked cells, and the link to notes.

Of a marked cell only its attribute ``s`` changes. A marked cell that the part does not list, a
blank one, is put in where it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reports.annotated_copy.xml_edits import (
    Element,
    as_utf8,
    element_at,
    with_attributes,
)
from reports.styles import Mark
from workbooks.package import DamagedPart, feed, xml_parser
from workbooks.refs import a1, parse_a1

Place = tuple[int, int]  # row and column, from 1
StyleOf = Callable[[int, Mark], int]

# What stands behind <legacyDrawing> in a sheet (ECMA-376 part 1, 18.3.1.99).
_BEHIND = frozenset(
    (
        *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls"),
        *("webPublishItems", "tableParts", "extLst", "AlternateContent"),
    )
)
_LEGACY = re.compile(rb"""<(?:[^\s/>:]+:)?legacyDrawing\b[^>]*?\bid\s*=\s*["']([^"']+)["']""")
_LINKS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_BEYOND = 1 << 30  # a row or column beyond every sheet
_OVERLAP = 4096  # bytes of a piece looked at again with the next


@dataclass(slots=True)
class Found:
    """What a look at a sheet part tells about cells that may be missing in it."""

    cells: set[Place] = field(default_factory=set)
    is_in_order: bool = True


def legacy_drawing(chunks: Iterable[bytes]) -> str:
    """The link id of the sheet's VML drawing; empty when it has none."""
    rest = b""
    for chunk in as_utf8(chunks):
        data = rest + chunk
        match = _LEGACY.search(data)
        if match is not None:
            return match[1].decode("utf-8", "replace")
        rest = data[-_OVERLAP:]
    return ""


def found_in(chunks: Iterable[bytes], part: str, wanted: Iterable[Place]) -> Found:
    """Which of ``wanted`` a sheet part lists, and whether its cells stand in order."""
    scan = _Scan(part, dict.fromkeys(wanted, Mark.NONE), lambda style, _: style)
    for _ in scan.pieces(chunks):
        pass
    return Found(scan.met, scan.is_in_order)


def rewritten(
    chunks: Iterable[bytes],
    part: str,
    marks: Mapping[Place, Mark],
    missing: Iterable[Place],
    style_of: StyleOf,
    legacy: str = "",
) -> Iterator[bytes]:
    """The part with ``marks`` on its cells; those in ``missing`` are put in.

    ``style_of`` gives the style for a mark on a cell of a style. ``legacy`` is the link id of a new
    VML drawing. Raises ``DamagedPart`` when the XML is broken.
    """
    scan = _Scan(part, marks, style_of, legacy)
    scan.put_in(missing)
    yield from scan.pieces(chunks)


class _Scan:
    """The pass over a sheet part: edits are collected piece by piece."""

    def __init__(
        self, part: str, marks: Mapping[Place, Mark], style_of: StyleOf, legacy: str = ""
    ) -> None:
        self.met: set[Place] = set()
        self.is_in_order = True
        self._missing: dict[int, list[int]] = {}
        self._next_missing = _BEYOND  # the first row of it
        self._part = part
        self._marks = marks
        self._rows = {row for row, _ in marks}
        self._style_of = style_of
        self._legacy = legacy
        self._prefix = ""
        self._link_prefix = ""
        self._columns: list[tuple[int, int, int]] = []  # first, last, style
        self._by_address = {a1(*place): mark for place, mark in marks.items()}
        self._row = self._column = self._column_before = 0
        self._address = ""  # of the last cell, as long as its column is not worked out
        self._row_style = -1  # that of a row with a style of its own
        self._row_is_marked = False
        self._data_is_done = False
        self._depth = 0  # behind the cells
        self._tail_at = -1  # offset of the first element behind the cells and before no other
        self._piece = b""
        self._base = 0
        self._edits: list[tuple[int, int, bytes]] = []
        self._parser = xml_parser()
        self._parser.StartElementHandler = self._root

    def put_in(self, missing: Iterable[Place]) -> None:
        """Name the marked cells that the part does not list."""
        for row, column in sorted(missing):
            self._missing.setdefault(row, []).append(column)
        self._next_missing = min(self._missing, default=_BEYOND)

    def pieces(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The edited bytes. What stands behind the cells comes as one piece."""
        held: list[bytes] = []
        held_at = 0
        for _ in feed(self._parser, as_utf8(chunks), self._part, before=b"<row", prepare=self._see):
            if self._data_is_done or held:
                if not held:
                    held_at = self._base
                held.append(self._piece)
            else:
                yield self._edited(self._piece, self._base)
            self._base += len(self._piece)
            self._piece = b""
        if not self._data_is_done:
            raise DamagedPart(f"{self._part} has no end of its cells")
        yield self._edited(b"".join(held), held_at)

    def _see(self, piece: bytes) -> bytes:
        self._piece = piece
        return piece

    def _edited(self, data: bytes, base: int) -> bytes:
        if not self._edits:
            return data
        pieces, at = [], 0
        for start, end, xml in self._edits:
            pieces += [data[at : start - base], xml]
            at = end - base
        self._edits.clear()
        return b"".join([*pieces, data[at:]])

    def _element(self, name: str, attributes: dict[str, str]) -> Element:
        return element_at(self._parser, name, attributes, self._piece, self._base)

    # Before the cells.

    def _root(self, name: str, attributes: dict[str, str]) -> None:
        self._prefix = name[: len(name) - len(name.rpartition(":")[2])]
        for key, value in attributes.items():
            if key.startswith("xmlns:") and value in _LINKS:
                self._link_prefix = key.removeprefix("xmlns:")
        self._link_space = next(
            (_LINKS[1] for value in attributes.values() if "purl.oclc.org" in value), _LINKS[0]
        )
        self._row_name, self._cell_name = f"{self._prefix}row", f"{self._prefix}c"
        self._data_name = f"{self._prefix}sheetData"
        self._parser.StartElementHandler = self._before

    def _before(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{self._prefix}col":
            first, last = _whole(attributes.get("min", "")), _whole(attributes.get("max", ""))
            self._columns.append((first, last, _whole(attributes.get("style", ""))))
        elif name == self._data_name:
            self._parser.StartElementHandler = self._cell
            self._parser.EndElementHandler = self._end
            element = self._element(name, attributes)
            if element.is_empty and self._missing:
                self._retag(element, self._tag(element), self._rows_before(_BEYOND))

    def _tag(self, element: Element) -> bytes:
        return self._piece[element.start - self._base : element.opened - self._base]

    def _retag(self, element: Element, tag: bytes, inside: bytes = b"") -> None:
        """Write the start tag anew; <x/> is opened up to hold ``inside``."""
        if inside:
            closed = f"</{element.prefix}{element.name}>".encode()
            tag = tag[: tag.rindex(b"/")].rstrip() + b">" + inside + closed
        self._edits.append((element.start, element.opened, tag))

    # In the cells.

    def _cell(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._cell_name:
            address = attributes.get("r")
            if address is None:  # right of the one before it
                self._column = self._last_column() + 1
                address = a1(self._row, self._column)
            self._address = address
            if self._row == self._next_missing:
                self._put_in_before(self._last_column())
            if self._row_is_marked:
                column = self._last_column()
                self.is_in_order &= column > self._column_before
                self._column_before = column
            mark = self._by_address.get(address)
            if mark is None and not address.isupper():
                address = address.upper()
                mark = self._by_address.get(address)
            if mark is not None:
                self._mark_cell(name, attributes, address, mark)
        elif name == self._row_name:
            self._start_row(name, attributes)

    def _last_column(self) -> int:
        """The column of the cell that was met last in this row; 0 before the first."""
        if self._address:
            self._column, self._address = _column(self._address), ""
        return self._column

    def _start_row(self, name: str, attributes: dict[str, str]) -> None:
        row = _whole(attributes.get("r", "")) or self._row + 1
        self.is_in_order &= row > self._row
        self._column = self._column_before = 0
        self._address = ""
        self._row_is_marked = row in self._rows
        if self._next_missing < row:
            at = self._parser.CurrentByteIndex
            self._edits.append((at, at, self._rows_before(row)))
        self._row = row
        custom = attributes.get("customFormat", "") in ("1", "true", "on")
        self._row_style = _whole(attributes.get("s", "")) if custom else -1
        if row == self._next_missing:
            element = self._element(name, attributes)
            tag = with_spans(self._tag(element), attributes.get("spans", ""), self._missing[row])
            self._retag(element, tag, self._cells_before(_BEYOND) if element.is_empty else b"")

    def _put_in_before(self, column: int) -> None:
        if self._missing[self._row][0] < column:
            at = self._parser.CurrentByteIndex
            self._edits.append((at, at, self._cells_before(column)))

    def _mark_cell(self, name: str, attributes: dict[str, str], address: str, mark: Mark) -> None:
        self.met.add(parse_a1(address))
        style = _whole(attributes.get("s", ""))
        wanted = self._style_of(style, mark)
        if wanted != style:
            element = self._element(name, attributes)
            self._retag(element, with_attributes(self._tag(element), {"s": str(wanted)}))

    def _end(self, name: str) -> None:
        if name == self._row_name:
            if self._row == self._next_missing:
                at = self._parser.CurrentByteIndex
                self._edits.append((at, at, self._cells_before(_BEYOND)))
        elif name == self._data_name:
            at = self._parser.CurrentByteIndex
            if self._missing:
                self._edits.append((at, at, self._rows_before(_BEYOND)))
            self._data_is_done = True
            self._depth = 1
            self._parser.StartElementHandler = self._behind
            self._parser.EndElementHandler = self._behind_end

    def _rows_before(self, row: int) -> bytes:
        """The missing rows above ``row``, each with its marked cells."""
        rows = []
        while self._next_missing < row:
            self._row, self._row_style = self._next_missing, -1
            name, cells = self._row_name, self._cells_before(_BEYOND)
            rows.append(f'<{name} r="{self._row}">'.encode() + cells + f"</{name}>".encode())
        return b"".join(rows)

    def _cells_before(self, column: int) -> bytes:
        """The missing cells of the present row left of ``column``."""
        cells = []
        columns = self._missing[self._row]
        while columns and columns[0] < column:
            number = columns.pop(0)
            style = self._style_of(self._empty_style(number), self._marks[self._row, number])
            cells.append(f'<{self._cell_name} r="{a1(self._row, number)}" s="{style}"/>')
        if not columns:
            del self._missing[self._row]
            self._next_missing = min(self._missing, default=_BEYOND)
        return "".join(cells).encode()

    def _empty_style(self, column: int) -> int:
        """The style that a cell has that is not listed: its row's, else its column's."""
        if self._row_style >= 0:
            return self._row_style
        return next((style for first, last, style in self._columns if first <= column <= last), 0)

    # Behind the cells.

    def _behind(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 1:
            if name.rpartition(":")[2] not in _BEHIND:
                self._tail_at = -1
            elif self._tail_at < 0:
                self._tail_at = self._parser.CurrentByteIndex
        self._depth += 1

    def _behind_end(self, _: str) -> None:
        self._depth -= 1
        if self._depth == 0 and self._legacy:
            at = self._tail_at if self._tail_at >= 0 else self._parser.CurrentByteIndex
            self._edits.append((at, at, self._legacy_element()))

    def _legacy_element(self) -> bytes:
        prefix = self._link_prefix or "r"
        space = "" if self._link_prefix else f' xmlns:r="{self._link_space}"'
        return f'<{self._prefix}legacyDrawing{space} {prefix}:id="{self._legacy}"/>'.encode()


def with_spans(tag: bytes, spans: str, columns: list[int]) -> bytes:
    """The start tag of a row whose ``spans`` takes in ``columns``, where it has any."""
    first, _, last = spans.partition(":")
    if not (first.isdecimal() and last.isdecimal()):
        return tag
    low, high = min(int(first), *columns), max(int(last), *columns)
    return with_attributes(tag, {"spans": f"{low}:{high}"})


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() else 0


def _column(place: str) -> int:
    try:
        return parse_a1(place)[1]
    except ValueError:
        return 0
