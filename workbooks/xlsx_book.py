"""An .xlsx or .xlsm: its parts put together (ECMA-376 part 1, 12.3 and 18.2)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from workbooks.grid import Grid, Style
from workbooks.package import (
    DAMAGED_REMEDY,
    DamagedPart,
    Limits,
    Node,
    Package,
    Refused,
    Relationship,
)
from workbooks.refs import quoted, sheet_of
from workbooks.styles import number_kind, read_styles
from workbooks.typed_numbers import settle_texts
from workbooks.xlsx_cells import BookFacts
from workbooks.xlsx_comments import notes_of, threads_of
from workbooks.xlsx_sheet import SheetFacts, read_sheet
from workbooks.xlsx_strings import read_shared_strings
from workbooks.xlsx_values import is_on, whole

_Found = TypeVar("_Found")

Progress = Callable[[str, int, int], None]  # name of a sheet, its number, number of sheets


@dataclass(slots=True)
class BookParts:
    """What a file of any format gave: the reader makes a Workbook of it."""

    grids: tuple[Grid, ...]
    styles: tuple[Style, ...]
    names: dict[str, str] = field(default_factory=dict)
    date_1904: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it, and the part that holds its cells."""

    name: str
    state: str
    part: str


def read_xlsx(
    package: Package,
    limits: Limits,
    progress: Progress | None = None,
    behind: Collection[str] = (),
) -> BookParts:
    """All sheets of an opened .xlsx or .xlsm, or only those behind some defined names.

    A damaged part that others can do without costs its facts and leaves a note. Raises
    ``Refused`` when the file is hostile, encrypted, or has no readable sheet.
    """
    return _Book(package, limits).read(progress, behind)


class _Book:
    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._notes: list[str] = []
        self._part = workbook_part(package)
        self._links: list[Relationship] = []
        self._links = self._optional("its links", self._relationships, self._links)

    def read(self, progress: Progress | None, behind: Collection[str]) -> BookParts:
        try:
            root = self._package.tree(self._part)
        except DamagedPart as error:
            raise Refused("is damaged or cut short", DAMAGED_REMEDY) from error
        sheets, names = self._sheets(root), _defined_names(root)
        if behind:
            wanted = {sheet_of(names[name]) for name in behind if name in names}
            sheets = [sheet for sheet in sheets if sheet.name in wanted]
        properties = root.first("workbookPr")
        date_1904 = properties is not None and is_on(properties.get("date1904", "0"))
        strings: list[str] = []
        strings = self._optional("its texts", self._strings, strings)
        styles: tuple[Style, ...] = (Style(),)
        styles = self._optional("its formats", self._styles, styles)
        kinds = np.array([number_kind(style.number_format) for style in styles], dtype=np.uint8)
        shows_empty = np.array([style.shows_empty for style in styles], dtype=np.bool_)
        book = BookFacts(strings, kinds, shows_empty, date_1904)
        grids: list[Grid] = []
        room = self._limits.max_cells
        for number, sheet in enumerate(sheets, 1):
            if progress is not None:
                progress(sheet.name, number, len(sheets))
            grid = self._grid(sheet, book, room)
            if grid is not None:
                room -= len(grid)
                grids.append(grid)
        if not grids and not behind:
            raise Refused("holds no sheet that can be read", DAMAGED_REMEDY)
        return BookParts(tuple(grids), styles, names, date_1904, self._notes)

    def _optional(self, what: str, step: Callable[[], _Found], default: _Found) -> _Found:
        """The result of ``step``; when its part is damaged, ``default`` and a note."""
        try:
            return step()
        except DamagedPart as error:
            self._notes.append(f"Without {what}: {error}.")
            return default

    def _relationships(self) -> list[Relationship]:
        return self._package.relationships(self._part)

    def _linked(self, kind: str) -> str | None:
        """The part that the workbook links to by that kind of link."""
        targets = (link.target for link in self._links if link.type == kind and not link.external)
        return next(targets, None)

    def _sheets(self, root: Node) -> list[SheetPart]:
        sheets, macros = listed_sheets(root, self._links)
        self._notes += [f"Sheet {quoted(n)} holds old macros and was not read." for n in macros]
        if len(sheets) > self._limits.max_sheets:
            raise Refused(f"holds {len(sheets):,} sheets", "split it into smaller workbooks")
        return sheets

    def _strings(self) -> list[str]:
        part = self._linked("sharedStrings")
        if part is None:
            part = "xl/sharedStrings.xml"
            if part not in self._package:
                return []
        return read_shared_strings(self._package, part, self._limits)

    def _styles(self) -> tuple[Style, ...]:
        return read_styles(self._package, self._linked("styles"), self._linked("theme"))

    def _grid(self, sheet: SheetPart, book: BookFacts, room: int) -> Grid | None:
        try:
            facts = read_sheet(self._package, sheet.part, book, room)
        except DamagedPart as error:
            self._notes.append(f"Sheet {quoted(sheet.name)} could not be read: {error}.")
            return None
        comments: dict[tuple[int, int], str] = {}
        what = f"the comments of sheet {quoted(sheet.name)}"
        comments = self._optional(what, lambda: self._comments(sheet), comments)
        return grid_of(sheet.name, sheet.state, facts, comments)

    def _comments(self, sheet: SheetPart) -> dict[tuple[int, int], str]:
        comments: dict[tuple[int, int], str] = {}
        links = self._package.relationships(sheet.part)
        for link in links:
            if link.type == "comments" and not link.external:
                comments.update(notes_of(self._package.tree(link.target)))
        for link in links:
            if link.type == "threadedComment" and not link.external:
                comments.update(threads_of(self._package.tree(link.target)))
        return comments


def grid_of(name: str, state: str, facts: SheetFacts, comments: dict[tuple[int, int], str]) -> Grid:
    """The grid of a sheet, with numbers typed as text settled."""
    cells = facts.cells
    settle_texts(cells.columns, cells.kinds, cells.numbers, cells.texts)
    return Grid(
        name=name,
        rows=cells.rows,
        columns=cells.columns,
        kinds=cells.kinds,
        numbers=cells.numbers,
        styles=cells.styles,
        texts=cells.texts,
        formulas=facts.formulas,
        state=state if state in ("hidden", "veryHidden") else "visible",
        merges=facts.merges,
        hidden_rows=facts.hidden_rows,
        hidden_columns=facts.hidden_columns,
        row_heights=facts.row_heights,
        column_widths=facts.column_widths,
        row_outlines=facts.row_outlines,
        empty=facts.empty,
        row_styles=facts.row_styles,
        column_styles=facts.column_styles,
        comments=comments,
        frozen=facts.frozen,
        left_out="; ".join(facts.lost) + "." if facts.lost else "",
    )


def listed_sheets(
    root: Node, workbook_links: list[Relationship]
) -> tuple[list[SheetPart], list[str]]:
    """The sheets with cells that a workbook part lists, and the names of those of old macros."""
    links = {link.id: link for link in workbook_links}
    sheets, macros = [], []
    for node in root.all("sheets", "sheet"):
        name = node.get("name")
        link = links.get(_relation_id(node))
        if link is not None and (link.type != "worksheet" or link.external):
            if "macrosheet" in link.type.lower():
                macros.append(name)
            continue  # a chart or a dialogue has no cells
        part = link.target if link else f"xl/worksheets/sheet{node.get('sheetId')}.xml"
        sheets.append(SheetPart(name, node.get("state", "visible"), part))
    return sheets, macros


def workbook_part(package: Package) -> str:
    """The part that lists the sheets, found by the package's own links or by its usual name."""
    try:
        links = package.relationships("")
    except DamagedPart:
        links = []
    for link in links:
        if link.type == "officeDocument" and not link.external and link.target in package:
            return link.target
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    raise Refused("is a zip file without a workbook in it", "save it as .xlsx from Excel")


def _relation_id(node: Node) -> str:
    for key, value in node.attributes.items():
        if key.endswith(":id"):
            return value
    return node.attributes.get("id", "")


def _defined_names(root: Node) -> dict[str, str]:
    """Names and what they refer to; a name of one sheet is written ``'Sheet'!name`` (18.2.5)."""
    all_names = [node.get("name") for node in root.all("sheets", "sheet")]
    names = {}
    for node in root.all("definedNames", "definedName"):
        name = node.get("name")
        local = node.get("localSheetId")
        if local:
            at = whole(local)
            if not 0 <= at < len(all_names):
                continue
            name = f"{quoted(all_names[at])}!{name}"
        names[name] = node.text.strip()
    return names
