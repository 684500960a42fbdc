"""The sheets of the workbook as HTML tables, their figures marked."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from html import escape

import numpy as np

from reports.marks import CellMarks, note_text
from reports.merged import merged_areas
from reports.number_widths import decimals_of, is_grouped
from reports.styles import SIGNS, Mark
from reports.words import Words
from rules.outcome import Outcome
from workbooks.grid import Grid, Kind, Style, Workbook
from workbooks.refs import CellRef, column_letters

MOST_CELLS = 20_000  # of one sheet; a browser becomes slow beyond, and Excel has it all
_SIDES = {"left": "left", "center": "middle", "right": "right"}
_NUMBERS = (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE)
_EXCEL_START, _MAC_START = datetime(1899, 12, 30), datetime(1904, 1, 1)


class Grids:
    """Renders the sheets of one audit."""

    def __init__(
        self,
        workbook: Workbook,
        outcome: Outcome,
        words: Words,
        marks: Mapping[CellRef, CellMarks],
        anchors: Iterable[CellRef] = (),
    ) -> None:
        """``anchors`` are cells to lead to besides the marked ones."""
        self._anchors = frozenset(anchors) | marks.keys()
        self._workbook, self._outcome, self._words = workbook, outcome, words
        self._marks: dict[str, dict[CellRef, CellMarks]] = {}
        for ref, entry in marks.items():
            self._marks.setdefault(ref.sheet, {})[ref] = entry

    def is_flagged(self, grid: Grid) -> bool:
        """True where a sheet has something to look at."""
        return any(entry.mark > Mark.PART for entry in self._marks.get(grid.name, {}).values())

    def html(self, grid: Grid, index: int) -> Iterator[str]:
        """The table of sheet number ``index``; rows beyond ``MOST_CELLS`` cells are left out."""
        marks = self._marks.get(grid.name, {})
        last_column = max([grid.last_column, *(ref.column for ref in marks)])
        last_row = max([grid.last_row, *(ref.row for ref in marks)])
        if not last_column:
            return
        shown = min(last_row, max(20, MOST_CELLS // last_column))
        spans, covered = _spans(grid, shown)
        last = int(np.searchsorted(grid.rows, shown, side="right"))
        places = zip(grid.rows[:last].tolist(), grid.columns[:last].tolist(), strict=True)
        at = {place: i for i, place in enumerate(places)}
        yield '<div class="scroll" tabindex="0"><table class="grid"><thead><tr><th></th>'
        for column in range(1, last_column + 1):
            yield f'<th scope="col">{column_letters(column)}</th>'
        yield "</tr></thead><tbody>\n"
        for row in range(1, shown + 1):
            hidden = ' class="hidden-row"' if row in grid.hidden_rows else ""
            yield f'<tr{hidden}><th scope="row">{row}</th>'
            for column in range(1, last_column + 1):
                place = row, column
                if place not in covered:
                    ref = CellRef(grid.name, row, column)
                    attributes, text = self._cell(grid, at.get(place), ref)
                    if ref in self._anchors:
                        attributes += f' id="s{index}-{ref.a1}"'
                    yield f"<td{attributes}{spans.get(place, '')}>{text}</td>"
            yield "</tr>\n"
        yield "</tbody></table></div>\n"
        if shown < last_row:
            yield f"<p>{escape(self._words.say('html.cut', count=shown))}</p>\n"

    def _cell(self, grid: Grid, at: int | None, ref: CellRef) -> tuple[str, str]:
        """Attributes and content of one cell; ``at`` is its index in the grid."""
        entry = self._marks.get(grid.name, {}).get(ref)
        if at is None and entry is None:
            return "", ""
        mark = entry.mark if entry else Mark.NONE
        if entry is None and ref in self._outcome.proved:
            mark = Mark.PROVED
        style = Style() if at is None else self._workbook.style(grid, at)
        is_number = at is not None and grid.kinds[at] in _NUMBERS
        classes = [
            name
            for name, wanted in (
                (f"m{int(mark)}", mark),
                ("number", is_number),
                ("b", style.bold),
                ("i", style.italic),
                (_SIDES.get(style.horizontal, ""), style.horizontal in _SIDES),
                ("grey", ref.column in grid.hidden_columns),
            )
            if wanted
        ]
        attributes = f' class="{" ".join(classes)}"' if classes else ""
        if style.indent:
            attributes += f' style="padding-left:{0.4 + min(style.indent, 15)}em"'
        text = "" if at is None else escape(self._text(grid, at, style))
        if mark and is_number:
            text = f"{SIGNS[mark]} {text}"
        if entry is not None and entry.leads:
            note = escape(note_text(self._words, ref, entry, self._outcome))
            text = f'<a href="#{escape(entry.leads[0])}" title="{note}">{text or "·"}</a>'
        return attributes, text

    def _text(self, grid: Grid, at: int, style: Style) -> str:
        """What a cell shows."""
        kind, value = grid.kinds[at], float(grid.numbers[at])
        if kind == Kind.NEVER_CALCULATED:
            return self._words.say("annotated.not_calculated")
        if at in grid.texts or not math.isfinite(value):
            return grid.texts.get(at, "")
        if kind == Kind.DATE:
            return _date(value, _MAC_START if self._workbook.date_1904 else _EXCEL_START)
        decimals, is_percent = decimals_of(style.number_format)
        if is_percent:
            return self._words.percent(100 * value, decimals)
        return self._words.number(value, decimals, grouped=is_grouped(style.number_format))


def _date(serial: float, start: datetime) -> str:
    """A date as ISO writes it."""
    try:
        day = start + timedelta(days=serial)
    except OverflowError:
        return str(serial)
    return day.strftime("%Y-%m-%d %H:%M" if serial % 1 else "%Y-%m-%d")


def _spans(grid: Grid, rows: int) -> tuple[dict[tuple[int, int], str], set[tuple[int, int]]]:
    """The span attributes of merged cells, and the cells that they cover."""
    spans: dict[tuple[int, int], str] = {}
    covered: set[tuple[int, int]] = set()
    for area in merged_areas(grid.merges):
        last_row, last_column = min(area.last_row, rows), min(area.last_column, grid.last_column)
        if area.first_row > last_row or area.first_column > last_column:
            continue
        height, width = last_row - area.first_row + 1, last_column - area.first_column + 1
        spans[area.first_row, area.first_column] = f' rowspan="{height}" colspan="{width}"'
        covered |= {
            (row, column)
            for row in range(area.first_row, last_row + 1)
            for column in range(area.first_column, last_column + 1)
        }
        covered.discard((area.first_row, area.first_column))
    return spans, covered
