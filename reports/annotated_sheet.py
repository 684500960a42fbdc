"""One sheet of the report for each sheet of the workbook: the same look, every figure marked.

Addresses stay those of the source. Looks are worked out once per kind of cell with numpy; cells
are rendered only when the file is made.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reports.making import Making
from reports.marks import CellMarks
from reports.merged import merged_areas
from reports.number_widths import needed_widths
from reports.sheet_legend import LEGEND_WIDTH, fill_legend
from reports.sheet_notes import fill_notes
from reports.sheet_remarks import sheet_remarks
from reports.styles import (
    BAD,
    GREY,
    GREY_FILL,
    LEGEND,
    LONGEST_FORMAT,
    SIGNS,
    WARN,
    Mark,
    greyed,
    look_of,
    marked,
)
from reports.words import Words
from reports.writer import Book, Sheet, cell_of, clean, row_of, shortest, text_end
from rules.outcome import Outcome
from workbooks.grid import Grid, Kind, Workbook
from workbooks.refs import MAX_COLUMNS, Area, CellRef, column_letters

ROOM_FOR_SIGN = 1.9  # characters
DEFAULT_WIDTH = 8.43
HIGHEST_ROW = 409.5  # points
_LONGEST_FOOTER = 255  # letters
MOST_MERGED_BLANKS = 2_000  # of one merged area; larger ones get no border inside
_ROW_KEY = MAX_COLUMNS + 1
_CHUNK = 50_000  # cells rendered at a time
_MOST_DECIMALS = 6
# What a cell shows, besides its style: part of the key of a look.
_FIGURE, _TEXT, _NOT_CALCULATED, _ERROR, _TYPED = 0, 1, 2, 3, 4
_TYPED_PERCENT = _TYPED + _MOST_DECIMALS + 1
_TYPED_PLAIN = _TYPED_PERCENT + _MOST_DECIMALS + 1  # typed without marks between thousands
_VARIANTS = 32
_MOST_LITERAL = 2_000  # typed texts of one sheet shown letter by letter, each a look of its own
_UNGROUPED = re.compile(r"\d{4}")
_DIGITS_ALONE = re.compile(r"\s*[-+\u2212\u2013]?\s*[\d\s.,'\u2019]*\d[.,]?\s*%?\s*")


@dataclass(frozen=True, slots=True)
class _Cells:
    """All cells of one sheet to render, in row-major order."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    source: NDArray[np.int64]  # index in the grid; -1 for an added cell
    looks: NDArray[np.int64]
    texts: dict[int, str]  # of added cells, by position


def fill_annotated(sheet: Sheet, making: Making, grid: Grid, proved: NDArray[np.int64]) -> None:
    """Fill ``sheet`` with ``grid``; ``proved`` has the ``place_key`` of proved cells, sorted."""
    mine = making.marks.get(grid.name, {})
    last_column = max([_last(grid.columns), _last(grid.empty.columns), 1])
    last_column = max([last_column, *(ref.column for ref in mine)])
    last_row = max([_last(grid.rows), _last(grid.empty.rows), 1, *(ref.row for ref in mine)])
    legend_column = last_column + 2 if last_column + 2 <= MAX_COLUMNS else 0
    mark = _mark_array(grid, mine, proved)
    cells = _Builder(making, grid, mark)
    merges = merged_areas(grid.merges)
    cells.add_empty({(ref.row, ref.column): entry.mark for ref, entry in mine.items()})
    cells.add_merged(merges)
    remarks = sheet_remarks(
        making.words,
        grid,
        sheet.name,
        replace(
            fill_notes(sheet, making, grid, mine),
            merges=sum(area[:2] != area[2:] for area in grid.merges) - len(merges),
        ),
    )
    making.left_out.extend(
        making.words.say("evidence.of_sheet", sheet=sheet.name, text=remark) for remark in remarks
    )
    if legend_column:
        fill_legend(cells.add, sheet, making, grid, legend_column, remarks)
    _set_columns(sheet, making, grid, mark, legend_column)
    if grid.row_outlines:
        sheet.native.outline_row_level = min(7, max(grid.row_outlines.values()))
    for area in merges:
        sheet.merge(area)
    sheet.extent(max(last_row, len(LEGEND) + 6 + len(remarks)), legend_column or last_column)
    sheet.stream(_renderer(cells.finish(), grid, making))
    _page(sheet, making, grid, Area(1, 1, last_row, last_column))
    gravest = max((entry.mark for entry in mine.values()), default=Mark.NONE)
    if grid.state != "visible":
        sheet.native.set_tab_color(GREY)
    elif gravest >= Mark.WARNING:
        sheet.native.set_tab_color(BAD if gravest >= Mark.ERROR else WARN)


def _last(places: NDArray[np.int32]) -> int:
    """The largest row or column; 0 for none."""
    return int(places.max(initial=0))


def place_key(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """One sortable number per cell of a sheet."""
    return rows * _ROW_KEY + columns


def proved_keys(outcome: Outcome) -> dict[str, NDArray[np.int64]]:
    """The sorted ``place_key`` of proved cells by sheet."""
    found: dict[str, list[int]] = {}
    for sheet, row, column in outcome.proved:
        found.setdefault(sheet, []).append(row * _ROW_KEY + column)
    return {sheet: np.sort(np.array(keys, dtype=np.int64)) for sheet, keys in found.items()}


def _mark_array(
    grid: Grid, mine: Mapping[CellRef, CellMarks], proved: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The mark of every cell of the grid."""
    mark = np.zeros(len(grid), dtype=np.int64)
    if len(proved) and len(grid):
        keys = place_key(grid.rows.astype(np.int64), grid.columns.astype(np.int64))
        at = np.minimum(np.searchsorted(proved, keys), len(proved) - 1)
        mark[proved[at] == keys] = Mark.PROVED
    for ref, entry in mine.items():
        index = grid.index(ref.row, ref.column)
        if index >= 0:
            mark[index] = entry.mark
    return mark


class _Builder:
    """Collects the cells to render: those of the grid, and those added to it."""

    def __init__(self, making: Making, grid: Grid, mark: NDArray[np.int64]) -> None:
        self._making, self._grid = making, grid
        self._looks = _looks(making.book, grid, making.workbook, mark)
        self._added: list[tuple[int, int, str, int]] = []
        self._places: set[tuple[int, int]] = set()

    def add(self, row: int, column: int, text: str, look: int) -> None:
        """A cell that the source does not list."""
        if (row, column) not in self._places:
            self._places.add((row, column))
            self._added.append((row, column, text, look))

    def add_empty(self, marks: Mapping[tuple[int, int], Mark]) -> None:
        """The cells without content that have a look, or one of the ``marks`` by place."""
        grid, book, styles = self._grid, self._making.book, self._making.workbook.styles
        empty = grid.empty
        looks: dict[tuple[int, Mark, bool], int] = {}
        at = zip(empty.rows.tolist(), empty.columns.tolist(), empty.styles.tolist(), strict=True)
        unlisted = {place: -1 for place in marks if grid.index(*place) < 0}
        for (row, column), style in (unlisted | {(r, c): s for r, c, s in at}).items():
            is_hidden = row in grid.hidden_rows or column in grid.hidden_columns
            key = style, marks.get((row, column), Mark.NONE), is_hidden
            if key not in looks:
                look = look_of(styles[style]) if style >= 0 else {}
                look = greyed(look) if is_hidden else look
                looks[key] = book.style(marked(look, key[1], is_number=False))
            self.add(row, column, "", looks[key])

    def add_merged(self, merges: list[Area]) -> None:
        """The covered cells of merged areas carry the look of the first, for fill and border."""
        for area in merges:
            first = self._grid.index(area.first_row, area.first_column)
            rows = area.last_row - area.first_row + 1
            width = area.last_column - area.first_column + 1
            if first < 0 or rows * width > MOST_MERGED_BLANKS:
                continue
            for row in range(area.first_row, area.last_row + 1):
                for column in range(area.first_column, area.last_column + 1):
                    if self._grid.index(row, column) < 0:
                        self.add(row, column, "", int(self._looks[first]))

    def finish(self) -> _Cells:
        """Everything in row-major order."""
        n = len(self._grid)
        rows = np.concatenate([self._grid.rows, [a[0] for a in self._added]]).astype(np.int64)
        columns = np.concatenate([self._grid.columns, [a[1] for a in self._added]]).astype(np.int64)
        source = np.concatenate([np.arange(n), np.full(len(self._added), -1)]).astype(np.int64)
        looks = np.concatenate([self._looks, [a[3] for a in self._added]]).astype(np.int64)
        order = np.argsort(place_key(rows, columns), kind="stable")
        texts = {int(at): self._added[int(order[at]) - n][2] for at in np.flatnonzero(order >= n)}
        return _Cells(rows[order], columns[order], source[order], looks[order], texts)


def _looks(
    book: Book, grid: Grid, workbook: Workbook, mark: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The number of the look of every cell: worked out once for each combination that occurs."""
    if not len(grid):
        return np.zeros(0, dtype=np.int64)
    hidden = np.isin(grid.rows, list(grid.hidden_rows)) | np.isin(
        grid.columns, list(grid.hidden_columns)
    )
    variants, literals = _variants(grid)
    n_variants = _VARIANTS + len(literals)
    key = ((grid.styles.astype(np.int64) * len(Mark) + mark) * n_variants + variants) * 2
    combinations, inverse = np.unique(key + hidden, return_inverse=True)
    numbers = []
    for combination in combinations.tolist():
        rest, is_hidden = divmod(combination, 2)
        rest, variant = divmod(rest, n_variants)
        style, its_mark = divmod(rest, len(Mark))
        look = look_of(workbook.styles[style])
        if variant >= _VARIANTS:
            look = _lettered(look, literals[variant - _VARIANTS], grid)
        else:
            look = _varied(look, variant, grid)
        is_number = variant == _FIGURE or variant >= _TYPED
        if is_hidden:
            look = greyed(look)
        numbers.append(book.style(marked(look, Mark(its_mark), is_number=is_number)))
    return np.array(numbers, dtype=np.int64)[inverse]


def _variants(grid: Grid) -> tuple[NDArray[np.int64], list[str]]:
    """What each cell shows, apart from its style; numbers from ``_VARIANTS`` on are those of the
    typed texts to show letter by letter, which come along: ``EUR 1,000``, ``(12)``, ``5 *``."""
    variants = np.full(len(grid), _TEXT, dtype=np.int64)
    variants[np.isin(grid.kinds, (Kind.AMOUNT, Kind.PERCENTAGE, Kind.DATE))] = _FIGURE
    variants[grid.kinds == Kind.NEVER_CALCULATED] = _NOT_CALCULATED
    variants[grid.kinds == Kind.ERROR] = _ERROR
    literals: dict[str, int] = {}
    for index, text in grid.texts.items():
        kind = grid.kinds[index]
        if kind not in (Kind.AMOUNT, Kind.PERCENTAGE):
            continue
        is_plain = _DIGITS_ALONE.fullmatch(text) is not None
        if not is_plain and (text in literals or len(literals) < _MOST_LITERAL):
            variants[index] = _VARIANTS + literals.setdefault(text, len(literals))
        elif kind == Kind.AMOUNT:
            typed = _TYPED_PLAIN if _UNGROUPED.search(grid.texts[index]) else _TYPED
            variants[index] = typed + _decimals(float(grid.numbers[index]))
        elif kind == Kind.PERCENTAGE:
            variants[index] = _TYPED_PERCENT + _decimals(float(grid.numbers[index]) * 100)
    return variants, list(literals)


def _decimals(value: float) -> int:
    """Decimals that show a number typed as text, at most six."""
    if not math.isfinite(value):
        return 0
    return len(f"{value:.{_MOST_DECIMALS}f}".rstrip("0").partition(".")[2])


def _varied(look: dict[str, object], variant: int, grid: Grid) -> dict[str, object]:
    """A source look for what the cell shows."""
    if variant == _NOT_CALCULATED:
        return look | {"italic": True, "font_color": GREY}
    if variant == _ERROR:
        return {"align": "center"} | look
    if variant >= _TYPED:
        decimals = (variant - _TYPED) % (_MOST_DECIMALS + 1)
        whole = "0" if variant >= _TYPED_PLAIN else "#,##0"
        number_format = whole + ("." + "0" * decimals if decimals else "")
        if _TYPED_PERCENT <= variant < _TYPED_PLAIN:
            number_format += " %"
        return {"align": _typed_side(grid)} | look | {"num_format": number_format}
    return look


def _lettered(look: dict[str, object], text: str, grid: Grid) -> dict[str, object]:
    """A source look for a number that was typed with other letters: the cell still holds it."""
    literal = '"' + clean(text).strip().replace('"', '"\\""') + '"'
    number_format = f"{literal};{literal}"
    if len(number_format) > LONGEST_FORMAT:
        return look
    return {"align": _typed_side(grid)} | look | {"num_format": number_format}


def _typed_side(grid: Grid) -> str:
    return "right" if grid.cells_are_text else "left"


def _renderer(cells: _Cells, grid: Grid, making: Making) -> Callable[[], Iterator[str]]:
    """Rows of XML, made when asked for."""
    not_calculated = making.words.say("annotated.not_calculated")
    grey = making.book.style({"bg_color": GREY_FILL, "font_color": GREY})
    rows_own = {row: _own_look(making, style) for row, style in grid.row_styles.items()}
    rows_own |= dict.fromkeys(grid.hidden_rows, grey)
    last = int(cells.rows[-1]) if len(cells.rows) else 0
    special = {row for row in (*rows_own, *grid.row_heights, *grid.row_outlines) if row <= last}

    def attributes(row: int) -> str:
        text = ""
        if row in rows_own:
            text += f' s="{rows_own[row]}" customFormat="1"'
        height = grid.row_heights.get(row)
        if height:
            text += f' ht="{shortest(min(height, HIGHEST_ROW))}" customHeight="1"'
        level = grid.row_outlines.get(row)
        return text + (f' outlineLevel="{min(level, 7)}"' if level else "")

    def rendered() -> Iterator[tuple[int, str]]:
        texts, kinds, letters = grid.texts, grid.kinds, column_letters
        for start in range(0, len(cells.rows), _CHUNK):
            span = slice(start, start + _CHUNK)
            source = cells.source[span]
            inside = source >= 0
            numbers = np.where(inside, grid.numbers[source], np.nan) if len(grid) else source * 0.0
            for at, (row, column, index, look, number) in enumerate(
                zip(
                    cells.rows[span].tolist(),
                    cells.columns[span].tolist(),
                    source.tolist(),
                    cells.looks[span].tolist(),
                    numbers.tolist(),
                    strict=True,
                ),
                start,
            ):
                place = f"{letters(column)}{row}"
                if number == number:  # noqa: PLR0124  # not a number differs from itself
                    shown = repr(number)
                    if shown.endswith(".0"):
                        shown = shown[:-2]
                    yield row, f'<c r="{place}" s="{look}"><v>{shown}</v></c>'
                elif index < 0:
                    yield row, cell_of(place, text_end(cells.texts[at], look))
                elif kinds[index] == Kind.NEVER_CALCULATED:
                    yield row, cell_of(place, text_end(not_calculated, look))
                else:
                    yield row, cell_of(place, text_end(texts.get(index, ""), look))

    def rows() -> Iterator[str]:
        waiting = iter(sorted(special))
        next_special = next(waiting, 0)
        current, parts = 0, list[str]()
        for row, cell in rendered():
            if row != current:
                if current:
                    yield row_of(current, parts, attributes(current) if current in special else "")
                while next_special and next_special < row:
                    if next_special != current:
                        yield row_of(next_special, (), attributes(next_special))
                    next_special = next(waiting, 0)
                if next_special == row:
                    next_special = next(waiting, 0)
                current, parts = row, []
            parts.append(cell)
        if current:
            yield row_of(current, parts, attributes(current) if current in special else "")

    return rows


def _own_look(making: Making, style: int) -> int:
    """The look of the cells of a row or column that are not in the file."""
    return making.book.style(look_of(making.workbook.styles[style])) if style else 0


def _set_columns(
    sheet: Sheet, making: Making, grid: Grid, mark: NDArray[np.int64], legend_column: int
) -> None:
    """Widths as in the source, with room for the numbers, and for the sign where there are any."""
    book = making.book
    needed = needed_widths(grid, making.workbook.styles)
    signed = set(grid.columns[mark > Mark.NONE].tolist())
    last = max([legend_column, grid.last_column, 1])
    grey = book.style({"bg_color": GREY_FILL, "font_color": GREY})
    own = grid.column_styles
    for column in sorted({*grid.column_widths, *signed, *grid.hidden_columns, *needed, *own}):
        if column > last or column == legend_column:
            continue
        width = grid.column_widths.get(column, DEFAULT_WIDTH) or DEFAULT_WIDTH
        width = max(width, needed.get(column, 0.0))
        room = ROOM_FOR_SIGN if column in signed else 0.0
        look = grey if column in grid.hidden_columns else _own_look(making, own.get(column, 0))
        sheet.width(column, column, min(width + room, 255.0), look)
    if legend_column:
        sheet.width(legend_column, legend_column, LEGEND_WIDTH)


def _page(sheet: Sheet, making: Making, grid: Grid, area: Area) -> None:
    """Panes as in the source; A4 across, one page wide, the marks explained at the foot."""
    words = making.words
    native = sheet.native
    rows, columns = grid.frozen
    if rows or columns:
        native.freeze_panes(rows, columns)
    if rows:
        native.repeat_rows(0, rows - 1)
    native.set_landscape()
    native.set_paper(9)
    native.fit_to_pages(1, 0)
    native.print_area(0, 0, area.last_row - 1, area.last_column - 1)
    native.set_header(f"&L&8{_plain(making.outcome.file)} · &A")
    page = f"&R&8{words.say('print.page')}"
    graver = (Mark.SUSPECT, Mark.ERROR, Mark.WARNING, Mark.PROVED)
    footers = (f"&L&7{_meanings(words, marks)}{page}" for marks in (SIGNS, graver, ()))
    native.set_footer(next((one for one in footers if len(one) <= _LONGEST_FOOTER), page))


def _meanings(words: Words, marks: Collection[Mark]) -> str:
    """What these marks mean, in one line."""
    said = (f"{SIGNS[mark]} {words.say(key)}" for mark, key in LEGEND if mark in marks)
    return _plain("   ".join(said))


def _plain(text: str) -> str:
    """Text for a header or footer, where ``&`` starts a code."""
    return text[:80].replace("&", "&&") if len(text) > 200 else text.replace("&", "&&")
