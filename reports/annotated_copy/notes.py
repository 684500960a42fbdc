"""Notes put on the cells of a sheet: text, box, and the links by which Excel finds them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from reports.annotated_copy.anchors import anchor_of, bottom_of
from reports.annotated_copy.comments_part import (
    COMMENTS_TYPE,
    CommentsPart,
    empty_comments,
    lines_of,
)
from reports.annotated_copy.links import free_part
from reports.annotated_copy.parts import Parts
from reports.annotated_copy.sheet_part import Place, legacy_drawing
from reports.annotated_copy.vml_part import (
    VML_TYPE,
    UnknownDrawing,
    VmlPart,
    blocks_in,
    new_drawing,
)
from reports.marks import CellMarks
from reports.styles import Mark
from workbooks.grid import Grid
from workbooks.refs import CellRef


@dataclass(slots=True)
class MarkedSheet:
    """One sheet with marked cells, by the place where each is shown."""

    part: str
    grid: Grid
    entries: dict[Place, dict[CellRef, CellMarks]] = field(default_factory=dict)
    missing: list[Place] = field(default_factory=list)  # marked cells that the part does not list
    legacy: str = ""  # link id of a new drawing

    def mark(self, ref: CellRef, entry: CellMarks) -> None:
        """Mark a cell; one that a merged area covers is marked on the cell that shows the area."""
        place = (ref.row, ref.column)
        for area in self.grid.merges:
            if (
                area.first_row <= ref.row <= area.last_row
                and area.first_column <= ref.column <= area.last_column
            ):
                place = (area.first_row, area.first_column)
                break
        self.entries.setdefault(place, {})[ref] = entry

    def marks(self) -> dict[Place, Mark]:
        """The gravest mark of each place."""
        return {
            place: max(entry.mark for entry in entries.values())
            for place, entries in self.entries.items()
        }

    def is_hidden(self, place: Place) -> bool:
        """Whether a cell is on a hidden sheet, row or column."""
        row, column = place
        inside = row in self.grid.hidden_rows or column in self.grid.hidden_columns
        return inside or self.grid.state != "visible"


class Notes:
    """Adds notes to the parts of a package. Raises ``DamagedPart`` for parts that are broken."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        drawings = [name for name in parts.names if name.endswith(".vml")]
        used = {block for name in drawings for block in blocks_in(parts.chunks(name))}
        self._blocks = count(max(used, default=0) + 1)  # of numbers for boxes

    def threaded(self, sheet: MarkedSheet) -> set[Place]:
        """The cells with a thread of comments, which is left alone."""
        found: set[Place] = set()
        comments = self._linked(sheet, "comments")
        if comments:
            found |= CommentsPart(self._parts.chunks(comments), comments).threaded()
        for link in self._parts.links(sheet.part):
            if link.type == "threadedComment" and not link.external:
                found |= self._parts.threads(link.target)
        return found

    def add(self, sheet: MarkedSheet, texts: Mapping[Place, str]) -> None:
        """Put ``texts`` on cells of ``sheet``.

        Raises ``UnknownDrawing``, with nothing changed, when the sheet's drawing takes no boxes.
        """
        parts = self._parts
        comments = self._linked(sheet, "comments")
        empty = [empty_comments(strict=parts.is_strict)]
        notes = CommentsPart(parts.chunks(comments) if comments else empty, comments)
        drawing, present = self._drawing(sheet)
        boxes = drawing.places()
        lines = {place: lines_of(text) + 1 for place, text in texts.items()}
        for place, more in notes.lines().items():  # a new drawing has to show earlier notes too
            if place in lines or not present:
                lines[place] = lines.get(place, 0) + more + 1
        drawing.enlarge(
            {
                place: _longer(sheet.grid, lines[place])
                for place in boxes & notes.places() & set(texts)
            }
        )
        wanted = {
            place: anchor_of(sheet.grid, *place, number)
            for place, number in lines.items()
            if place not in boxes
        }
        self._put_drawing(sheet, present, drawing.edited(wanted, self._blocks))
        if not comments:
            folder = posixpath.dirname(posixpath.dirname(sheet.part))
            comments = self._new_part(posixpath.join(folder, "comments{}.xml"))
            parts.types().add(comments, COMMENTS_TYPE)
            parts.link(sheet.part, "comments", comments)
        parts.put(comments, notes.edited(texts))

    def _linked(self, sheet: MarkedSheet, kind: str) -> str:
        links = self._parts.links(sheet.part)
        return next((x.target for x in links if x.type == kind and not x.external), "")

    def _drawing(self, sheet: MarkedSheet) -> tuple[VmlPart, str]:
        """The drawing of the sheet's notes, and its part; no part for a new one."""
        links = {link.id: link for link in self._parts.links(sheet.part)}
        if not any(link.type == "vmlDrawing" for link in links.values()):
            return VmlPart([new_drawing()]), ""
        used = links.get(legacy_drawing(self._parts.chunks(sheet.part)))
        if used is None:  # the drawing is one of pictures in headers
            return VmlPart([new_drawing()]), ""
        if used.external or used.target.lower() not in self._parts.names:
            raise UnknownDrawing
        return VmlPart(self._parts.chunks(used.target)), used.target

    def _put_drawing(self, sheet: MarkedSheet, present: str, content: bytes) -> None:
        parts = self._parts
        if present:
            parts.put(present, content)
            return
        folder = posixpath.dirname(posixpath.dirname(sheet.part))
        drawing = self._new_part(posixpath.join(folder, "drawings", "vmlDrawing{}.vml"))
        parts.types().add_extension("vml", VML_TYPE)
        sheet.legacy = parts.link(sheet.part, "vmlDrawing", drawing)
        parts.put(drawing, content)

    def _new_part(self, pattern: str) -> str:
        return free_part(pattern, self._parts.names | {n.lower() for n in self._parts.added})


def _longer(grid: Grid, lines: int) -> Callable[[int], tuple[int, int]]:
    return lambda top: bottom_of(grid, top, lines)
