"""One sheet of an .xlsx, read in one pass of an expat parser (ECMA-376 part 1, 18.3)."""

from __future__ import annotations

from dataclasses import dataclass

from workbooks.cell_arrays import Cells
from workbooks.grid import EmptyCells
from workbooks.package import Limits, Package, feed, too_deep, xml_parser
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, Area, parse_a1
from workbooks.xlsx_cells import Attributes, BookFacts, CellScan, OrderMatters
from workbooks.xlsx_values import is_on, real, whole

MAX_MERGES = 500_000


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What a sheet part says."""

    cells: Cells
    formulas: dict[int, str]
    merges: tuple[Area, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    row_heights: dict[int, float]
    column_widths: dict[int, float]
    row_outlines: dict[int, int]
    empty: EmptyCells
    row_styles: dict[int, int]
    column_styles: dict[int, int]
    frozen: tuple[int, int]
    lost: tuple[str, ...]  # what could not be kept


def read_sheet(package: Package, part: str, book: BookFacts, room: int) -> SheetFacts:
    """All facts of one sheet; ``room`` is the number of cells the workbook may still hold.

    Raises ``DamagedPart`` when the XML is broken, ``Refused`` when it is hostile or too large.
    """
    try:
        return _scanned(package, part, _SheetScan(part, book, package.limits, room))
    except OrderMatters:
        scan = _SheetScan(part, book, package.limits, room)
        scan.cells.shortcut.close()
        return _scanned(package, part, scan)


def _scanned(package: Package, part: str, scan: _SheetScan) -> SheetFacts:
    chunks = package.chunks(part)
    shorten = scan.cells.shortcut.shortened
    for _ in feed(scan.parser, chunks, part, before=b"<row", prepare=shorten):
        scan.cells.empty_events()
    return scan.facts()


class _SheetScan:
    """What stands before, behind and around the cells."""

    def __init__(self, part: str, book: BookFacts, limits: Limits, room: int) -> None:
        self.parser = xml_parser()
        self.cells = CellScan(part, book, limits, room)
        self._part = part
        self._shows_empty = book.shows_empty
        self._limits = limits
        self._prefix = ""
        self._depth = 0
        self._heights: dict[int, float] = {}
        self._hidden_rows: set[int] = set()
        self._outlines: dict[int, int] = {}
        self._row_styles: dict[int, int] = {}
        self._columns: list[tuple[int, int, float, bool, int]] = []
        self._merges: list[Area] = []
        self._frozen = (0, 0)
        self.parser.StartElementHandler = self._root
        self.parser.EndElementHandler = self._end

    def _root(self, name: str, attributes: Attributes) -> None:
        self._prefix = name[: -len(name.rpartition(":")[2])]
        self.parser.StartElementHandler = self._start
        self._start(name, attributes)

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > self._limits.max_depth:
            raise too_deep(self._part)
        local = name.removeprefix(self._prefix)
        if local == "sheetData":
            self.cells.attach(self.parser, self._prefix, self._note_row, self._leave)
        elif local == "col":
            self._note_columns(attributes)
        elif local == "pane" and attributes.get("state", "") in ("frozen", "frozenSplit"):
            rows, columns = whole(attributes.get("ySplit")), whole(attributes.get("xSplit"))
            if 0 <= rows < MAX_ROWS and 0 <= columns < MAX_COLUMNS:
                self._frozen = rows, columns
        elif local == "mergeCell" and len(self._merges) < MAX_MERGES:
            area = parse_area(attributes.get("ref", ""))
            if area is not None:
                self._merges.append(area)

    def _end(self, _: str) -> None:
        self._depth -= 1

    def _leave(self) -> None:
        self._depth -= 1
        self.parser.CharacterDataHandler = None
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _note_row(self, row: int, attributes: Attributes) -> None:
        if not 1 <= row <= MAX_ROWS:
            return
        if "ht" in attributes and (height := real(attributes["ht"])) > 0:
            self._heights[row] = height
        if "hidden" in attributes and is_on(attributes["hidden"]):
            self._hidden_rows.add(row)
        if "outlineLevel" in attributes and (level := whole(attributes["outlineLevel"])) > 0:
            self._outlines[row] = level
        is_own = "s" in attributes and is_on(attributes.get("customFormat", "0"))
        if is_own and (style := self._seen(attributes["s"])):
            self._row_styles[row] = style

    def _seen(self, name: str | None) -> int:
        """The style of that name where empty cells show it; else 0."""
        style = whole(name)
        return style if 0 < style < len(self._shows_empty) and self._shows_empty[style] else 0

    def _note_columns(self, attributes: Attributes) -> None:
        first, last = whole(attributes.get("min")), whole(attributes.get("max"))
        if 1 <= first <= last and len(self._columns) < MAX_COLUMNS:
            width, hidden = real(attributes.get("width")), is_on(attributes.get("hidden"))
            style = self._seen(attributes.get("style"))
            self._columns.append((first, min(last, MAX_COLUMNS), width, hidden, style))

    def facts(self) -> SheetFacts:
        """Closes the pass."""
        cells, formulas = self.cells.finished()
        widths: dict[int, float] = {}
        hidden: set[int] = set()
        column_styles: dict[int, int] = {}
        used = int(cells.columns.max()) if len(cells) else 0
        bottom = int(cells.rows[-1]) if len(cells) else 0
        bottom = max([bottom, *(area.last_row for area in self._merges)]) + 1
        reach = max([used, *(area.last_column for area in self._merges)]) + 1
        for first, last, width, is_hidden, style in self._columns:
            columns = range(first, min(last, reach) + 1)
            if width > 0:
                widths.update(dict.fromkeys(columns, width))
            if is_hidden:
                hidden.update(columns)
            if style:
                column_styles.update(dict.fromkeys(columns, style))
        return SheetFacts(
            cells=cells,
            formulas=formulas,
            merges=tuple(self._merges),
            hidden_rows=frozenset(row for row in self._hidden_rows if row <= bottom),
            hidden_columns=frozenset(hidden),
            row_heights={row: height for row, height in self._heights.items() if row <= bottom},
            column_widths=widths,
            row_outlines={row: level for row, level in self._outlines.items() if row <= bottom},
            empty=self.cells.empty_cells(cells).within(bottom, reach),
            row_styles={row: style for row, style in self._row_styles.items() if row <= bottom},
            column_styles=column_styles,
            frozen=self._frozen,
            lost=self._lost(),
        )

    def _lost(self) -> tuple[str, ...]:
        counts = (
            (self.cells.lost_places, "with an address outside the sheet were left out"),
            (self.cells.lost_texts, "lack their text, which the file does not hold"),
            (self.cells.lost_formulas, "lack their shared formula, which the file does not hold"),
            (self.cells.lost_empty, "without content were left without their fill and border"),
        )
        return tuple(f"{count:,} cells {what}" for count, what in counts if count)


def parse_area(text: str) -> Area | None:
    """The rectangle that ``B4:D9`` or ``B4`` names; ``None`` when it names none on a sheet."""
    first, _, last = text.strip().partition(":")
    try:
        top, left = parse_a1(first)
        bottom, right = parse_a1(last or first)
    except ValueError:
        return None
    return Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
