"""What an .ods says besides its values: errors, formulas, formats, merges, hidden rows (ODF 1.2).

Runs in the child process that reads the values; needs nothing but the standard library.
"""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from workbooks.looks import MOST_EMPTY, BookLooks, Look, SheetLooks
from workbooks.package import DamagedPart, Limits, Node, Package, feed, too_deep, xml_parser
from workbooks.refs import MAX_COLUMNS, MAX_ROWS

_REFERENCE = re.compile(r'("(?:[^"]|"")*")|\[([^\]]*)\]|(;)')
_LENGTH = re.compile(r"(-?[\d.]+)(pt|cm|mm|in|px)?")
_POINTS = {"pt": 1.0, "cm": 72 / 2.54, "mm": 7.2 / 2.54, "in": 72.0, "px": 0.75}
_POINTS_PER_CHARACTER = 5.25  # the width of a digit in the usual 10 or 11 point font
_DATA_STYLES = ("number-style", "percentage-style", "currency-style", "date-style", "time-style")
_MOST_REPEATED = 1_000  # empty cells in one go that belong to a table; more fill up the sheet
_Attributes = dict[str, str]


def read_looks(data: bytes, limits: Limits) -> BookLooks:
    """All looks and sheets; raises ``DamagedPart`` and ``Refused`` as ``Package`` does."""
    package = Package(io.BytesIO(data), limits)
    styles = _Styles()
    if "styles.xml" in package:
        styles.read(_style_tree(package, "styles.xml", limits))
    content = _style_tree(package, "content.xml", limits)
    styles.read(content)
    scan = _Content(styles, limits)
    for _ in feed(scan.parser, package.chunks("content.xml"), "content.xml"):
        pass
    return BookLooks(styles.looks, scan.sheets)


def _style_tree(package: Package, part: str, limits: Limits) -> Node:
    """The part without its body, which may be large."""
    parser = xml_parser()
    root = Node("", {})
    stack = [root]
    skipped = 0

    def start(name: str, attributes: _Attributes) -> None:
        nonlocal skipped
        if skipped or name.endswith(":body"):
            skipped += 1
        else:
            node = Node(name.rpartition(":")[2], attributes)
            stack[-1].children.append(node)
            stack.append(node)
        if skipped + len(stack) > limits.max_depth:
            raise too_deep(part)

    def end(_: str) -> None:
        nonlocal skipped
        if skipped:
            skipped -= 1
        else:
            stack.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    for _ in feed(parser, package.chunks(part), part):
        pass
    if not root.children:
        raise DamagedPart(f"{part} is empty")
    return root.children[0]


@dataclass(frozen=True, slots=True)
class _Extent:
    """A style of rows or columns."""

    height: float = 0.0
    width: float = 0.0


class _Styles:
    """Styles by name: the file's own names, automatic ones before common ones."""

    def __init__(self) -> None:
        self.looks: list[Look] = [Look()]
        self._formats: dict[str, str] = {}
        self._cells: dict[str, int] = {}
        self._extents: dict[str, _Extent] = {}

    def read(self, root: Node) -> None:
        """Adds the styles of one part."""
        for group in ("styles", "automatic-styles"):
            for node in root.all(group):
                for child in node.children:
                    if child.name in _DATA_STYLES:
                        self._formats[child.get("name")] = _number_format(child)
                for style in node.all("style"):
                    self._add(style)

    def _add(self, node: Node) -> None:
        name, family = node.get("name"), node.get("family")
        if family == "table-cell":
            parent = self.looks[self._cells.get(node.get("parent-style-name"), 0)]
            self._cells[name] = len(self.looks)
            self.looks.append(self._look(node, replace(parent)))
        elif family in ("table-row", "table-column"):
            height = _points(_property(node, "table-row-properties", "row-height"))
            width = _points(_property(node, "table-column-properties", "column-width"))
            self._extents[name] = _Extent(height, width / _POINTS_PER_CHARACTER)

    def _look(self, node: Node, look: Look) -> Look:
        data_style = node.get("data-style-name")
        if data_style in self._formats:
            look.number_format = self._formats[data_style]
        text = node.first("text-properties")
        if text is not None:
            look.font = text.get("font-name") or text.get("font-family") or look.font
            look.size = _points(text.get("font-size")) or look.size
            look.bold = _chosen(text.get("font-weight"), look.bold, "normal")
            look.italic = _chosen(text.get("font-style"), look.italic, "normal")
            look.underline = _chosen(text.get("text-underline-style"), look.underline, "none")
            look.strike = _chosen(text.get("text-line-through-style"), look.strike, "none")
            look.colour = _colour(text.get("color")) or look.colour
        cell = node.first("table-cell-properties")
        if cell is not None:
            if cell.get("background-color"):
                look.fill = _colour(cell.get("background-color"))
            look.wrap = _chosen(cell.get("wrap-option"), look.wrap, "no-wrap")
            look.border, look.edge_colours = _border(cell, look.border, look.edge_colours)
            look.rotation = _rotation(cell.get("rotation-angle"), look.rotation)
        paragraph = node.first("paragraph-properties")
        if paragraph is not None:
            aligned = {"start": "left", "end": "right", "center": "center", "justify": "justify"}
            look.horizontal = aligned.get(paragraph.get("text-align"), look.horizontal)
            look.indent = round(_points(paragraph.get("margin-left")) / 10) or look.indent
        return look

    def cell(self, name: str) -> int:
        """The number of the look with that name; 0 when unknown."""
        return self._cells.get(name, 0)

    def extent(self, name: str) -> _Extent:
        """Height and width of a style of rows or columns."""
        return self._extents.get(name, _Extent())


def _property(node: Node, group: str, name: str) -> str:
    child = node.first(group)
    return child.get(name) if child is not None else ""


def _chosen(text: str, inherited: bool, off: str) -> bool:
    return text not in (off, "400") if text else inherited


def _colour(text: str) -> str:
    return text[1:].upper() if re.fullmatch(r"#[0-9A-Fa-f]{6}", text) else ""


_Edges = tuple[str, str, str, str]


def _border(node: Node, lines: _Edges, colours: _Edges) -> tuple[_Edges, _Edges]:
    """Lines and colours of the edges; ``lines`` and ``colours`` are those inherited."""
    edges = []
    for side, *before in zip(("left", "right", "top", "bottom"), lines, colours, strict=True):
        text = node.get(f"border-{side}") or node.get("border")
        edges.append((_edge(text), _colour(text.rpartition(" ")[2])) if text else tuple(before))
    (left, one), (right, two), (top, three), (bottom, four) = edges
    return (left, right, top, bottom), (one, two, three, four)


def _rotation(text: str, inherited: int) -> int:
    """Degrees counter-clockwise, from -90 to 90."""
    try:
        degrees = round(float(text.removesuffix("deg"))) % 360
    except ValueError:
        return inherited
    return degrees if degrees <= 90 else degrees - 360 if degrees >= 270 else 0


def _edge(text: str) -> str:
    """The border style that ``1.5pt solid #000000`` comes closest to."""
    width = _points(text.split(maxsplit=1)[0])
    if "none" in text or "double" in text:
        return "double" if "double" in text else ""
    return "thick" if width > 2 else "medium" if width > 1.2 else "thin"


def _points(text: str) -> float:
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        return 0.0
    try:
        return max(0.0, float(match.group(1)) * _POINTS.get(match.group(2) or "pt", 1.0))
    except ValueError:
        return 0.0


def _number_format(node: Node) -> str:
    """The format code that a data style (ODF 1.2 part 1, 16.27) comes closest to."""
    if node.name == "date-style":
        return "yyyy-mm-dd"
    if node.name == "time-style":
        return "h:mm:ss"
    number = node.first("number")
    places = int(number.get("decimal-places") or 0) if number is not None else 0
    grouped = number is not None and number.get("grouping") == "true"
    code = ("#,##0" if grouped else "0") + ("." + "0" * min(places, 30) if places > 0 else "")
    if node.name == "percentage-style":
        return code + "%"
    if number is None or (node.name == "number-style" and not number.get("decimal-places")):
        return "General"
    return code


class _Content:
    """The body of ``content.xml`` in one pass."""

    def __init__(self, styles: _Styles, limits: Limits) -> None:
        self.sheets: dict[str, SheetLooks] = {}
        self.parser = xml_parser()
        self._styles = styles
        self._limits = limits
        self._count = 0
        self._depth = 0
        self._sheet = SheetLooks()
        self._tables = 0
        self._row = 0
        self._repeated_rows = 1
        self._column = 0
        self._defaults: list[tuple[int, str]] = []  # last column of a range, its cell style
        self._outline = 0
        self._cell: _Attributes = {}
        self._note: list[str] = []
        self._pieces: list[str] = []
        self._in_note = False
        self._starts = {
            "table:table": self._start_table,
            "table:table-column": self._start_column,
            "table:table-row": self._start_row,
            "table:table-row-group": self._start_group,
            "table:table-cell": self._start_cell,
            "table:covered-table-cell": self._start_cell,
            "office:annotation": self._start_note,
            "text:p": self._start_paragraph,
        }
        self._ends = {
            "table:table": self._end_table,
            "table:table-row": self._end_row,
            "table:table-row-group": self._end_group,
            "table:table-cell": self._end_cell,
            "table:covered-table-cell": self._end_cell,
            "office:annotation": self._end_note,
            "text:p": self._end_paragraph,
        }
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: _Attributes) -> None:
        self._depth += 1
        if self._depth > self._limits.max_depth:
            raise too_deep("content.xml")
        handler = self._starts.get(name)
        if handler is not None:
            handler(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        handler = self._ends.get(name)
        if handler is not None:
            handler()

    def _start_table(self, attributes: _Attributes) -> None:
        self._tables += 1
        if self._tables == 1:
            self._sheet = SheetLooks()
            self.sheets[attributes.get("table:name", "")] = self._sheet
            self._row = self._column = 0
            self._defaults = []

    def _end_table(self) -> None:
        self._tables -= 1

    def _start_column(self, attributes: _Attributes) -> None:
        first = self._column + 1
        count = _repeats(attributes, "table:number-columns-repeated")
        self._column = min(MAX_COLUMNS, self._column + count)
        width = self._styles.extent(attributes.get("table:style-name", "")).width
        hidden = attributes.get("table:visibility", "visible") != "visible"
        self._sheet.note_columns(first, self._column, width, hidden=hidden)
        default = attributes.get("table:default-cell-style-name", "")
        self._defaults.append((self._column, default))

    def _start_row(self, attributes: _Attributes) -> None:
        self._row += 1
        self._column = 0
        self._repeated_rows = _repeats(attributes, "table:number-rows-repeated")
        height = self._styles.extent(attributes.get("table:style-name", "")).height
        hidden = attributes.get("table:visibility", "visible") != "visible"
        if not (height or hidden or self._outline) or self._repeated_rows > 10_000:
            return
        for row in range(self._row, min(self._row + self._repeated_rows, MAX_ROWS + 1)):
            if height:
                self._sheet.row_heights[row] = height
            if hidden:
                self._sheet.hidden_rows.add(row)
            if self._outline:
                self._sheet.row_outlines[row] = self._outline

    def _end_row(self) -> None:
        self._row += self._repeated_rows - 1

    def _start_group(self, _: _Attributes) -> None:
        self._outline += 1

    def _end_group(self) -> None:
        self._outline -= 1

    def _start_cell(self, attributes: _Attributes) -> None:
        self._cell = attributes
        self._pieces = []
        self._note = []

    def _start_note(self, _: _Attributes) -> None:
        self._in_note = True
        self._note = []

    def _end_note(self) -> None:
        self._in_note = False

    def _start_paragraph(self, _: _Attributes) -> None:
        self._paragraph: list[str] = []
        self.parser.CharacterDataHandler = self._paragraph.append

    def _end_paragraph(self) -> None:
        self.parser.CharacterDataHandler = None
        (self._note if self._in_note else self._pieces).append("".join(self._paragraph))

    def _end_cell(self) -> None:
        attributes = self._cell
        count = _repeats(attributes, "table:number-columns-repeated")
        first = self._column + 1
        self._column += count
        if self._note:
            self._sheet.comments[self._row, first] = "\n".join(self._note)
        spans = (
            _repeats(attributes, "table:number-rows-spanned"),
            _repeats(attributes, "table:number-columns-spanned"),
        )
        if spans != (1, 1):
            bottom, right = self._row + spans[0] - 1, first + spans[1] - 1
            self._sheet.merges.append((self._row, first, bottom, right))
        if "office:value-type" in attributes or "table:formula" in attributes:
            for row, column in self._places(first, count):
                self._note_cell(row, column, attributes)
        elif count * self._repeated_rows <= _MOST_REPEATED:
            self._note_empty(first, count, attributes)

    def _places(self, first: int, count: int) -> Iterator[tuple[int, int]]:
        rows = range(self._row, min(self._row + self._repeated_rows, MAX_ROWS + 1))
        columns = range(first, min(first + count, MAX_COLUMNS + 1))
        self._count += len(rows) * len(columns)
        if self._count > self._limits.max_cells:
            raise OverflowError
        return itertools.product(rows, columns)

    def _note_cell(self, row: int, column: int, attributes: _Attributes) -> None:
        name = attributes.get("table:style-name") or self._default_style(column)
        number = self._styles.cell(name)
        if attributes.get("office:value-type") == "percentage":
            number = self._as_percentage(number)
        self._sheet.styles[row, column] = number
        text = "\n".join(self._pieces).strip()
        is_error = attributes.get("calcext:value-type") == "error"
        if is_error or ("table:formula" in attributes and text.startswith(("#", "Err:"))):
            self._sheet.errors[row, column] = text or "#ERROR!"
        if "table:formula" in attributes:
            self._sheet.formulas[row, column] = excel_formula(attributes["table:formula"])

    def _note_empty(self, first: int, count: int, attributes: _Attributes) -> None:
        number = self._styles.cell(attributes.get("table:style-name") or self._default_style(first))
        if number and len(self._sheet.empty) < MOST_EMPTY:
            for row, column in self._places(first, count):
                self._sheet.empty[row, column] = number

    def _as_percentage(self, number: int) -> int:
        look = self._styles.looks[number]
        if "%" in look.number_format:
            return number
        self._styles.looks.append(replace(look, number_format="0.00%"))
        return len(self._styles.looks) - 1

    def _default_style(self, column: int) -> str:
        return next((name for last, name in self._defaults if column <= last), "")


def _repeats(attributes: _Attributes, name: str) -> int:
    try:
        return min(max(1, int(attributes.get(name, "1"))), MAX_ROWS)
    except ValueError:
        return 1


def excel_formula(formula: str) -> str:
    """An OpenFormula text as Excel would write it.

    >>> excel_formula("of:=SUM([.B2:.B5];[$'My sheet'.A1])")
    "=SUM(B2:B5,'My sheet'!A1)"
    """
    prefix, mark, rest = formula.partition("=")
    if not mark or prefix not in ("of:", "oooc:", ""):
        return "=" + (rest if mark else formula)

    def written(match: re.Match[str]) -> str:
        text, reference, separator = match.groups()
        if separator:
            return ","
        return text if text is not None else _excel_reference(reference)

    return "=" + _REFERENCE.sub(written, rest)


def _excel_reference(reference: str) -> str:
    sheet, _, place = reference.partition(":")[0].rpartition(".")
    rest = reference.partition(":")[2].rpartition(".")[2]
    sheet = sheet.lstrip("$")
    return (f"{sheet}!" if sheet else "") + place + (f":{rest}" if rest else "")
