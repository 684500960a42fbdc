"""Find the tables of a sheet: heading rows, label columns, lines and columns of numbers.

A sheet is cut into sections at its heading rows; a section whose headings repeat the ones before (a
page break) goes on with the section before. Within a section the columns of numbers are cut into
groups where a column of labels stands between them (tables side by side).
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbooks.grid import Grid, Kind, Style
from workbooks.tables.hierarchy import code_in, with_named_levels, with_own_codes
from workbooks.tables.model import Heading, Line, Table
from workbooks.tables.vocabulary import Idea, ideas, normalised, scenario, unit, years

# plain numbers: they are compared with the kind of every cell
_AMOUNT, _PERCENTAGE = int(Kind.AMOUNT), int(Kind.PERCENTAGE)
_DATE, _TEXT = int(Kind.DATE), int(Kind.TEXT)

_LETTERS = re.compile(r"[^\W\d_]{2,}")
_MISSING = re.compile(
    r"[-–—.…*x]{1,4}|[-–—.…_\s]+|n\.?/?[ad]\.?|na|n[./]\s?(?:ap+l?|av(?:ail)?)\.?|tb[acd]|ei tietoa"
    r"|[a-z]\)?",
    re.IGNORECASE,
)
_NIL = re.compile(r"[-–—−\s0]*|[.…\s]{4,}")  # said to be nothing, which is no figure held back
_CODE_ONLY = re.compile(r"[A-Z]{0,3}\d[\d.\-/ ]*\.?")
_LAST_CODE = 1e8  # whole numbers from here on are amounts
_LOOK_BELOW = 12  # rows below a heading within which its column must hold a number
_FAR_BELOW = 40  # the same for the words of rows already known to be headings


@dataclass(frozen=True, slots=True)
class _Section:
    heading_rows: tuple[int, ...]
    first: int
    last: int  # rows of the sheet, both included


_EARLIEST, _DATED = 1, 10_959  # serial days of 1900 and 1930


def _without_early_dates(grid: Grid) -> NDArray[np.uint8]:
    """The kinds of cells, those dated 1900 to 1930 as amounts: a budget has no such dates, but it
    has a 1,250 or a year 2012 under a date format that was copied there."""
    with np.errstate(invalid="ignore"):
        early = (grid.numbers >= _EARLIEST) & (grid.numbers < _DATED)
    return np.where((grid.kinds == _DATE) & early, np.uint8(_AMOUNT), grid.kinds)


def _counted(some: NDArray[np.bool_]) -> list[int]:
    """How many stand before each position, and all of them."""
    counted: list[int] = np.concatenate([[0], np.cumsum(some)]).tolist()
    return counted


class _Sheet:
    """A grid as rows of cells, with the lookups that layout needs."""

    def __init__(self, grid: Grid, styles: tuple[Style, ...]) -> None:
        self.grid = grid = replace(grid, kinds=_without_early_dates(grid))
        self.styles = styles
        kinds = grid.kinds
        self.number = (kinds == _AMOUNT) | (kinds == _PERCENTAGE)
        with np.errstate(invalid="ignore"):
            whole = self.number & (grid.numbers == np.floor(grid.numbers))
            self.year = whole & (grid.numbers >= 1940) & (grid.numbers < 2080) & (kinds == _AMOUNT)
        plain = self.number & ~self.year
        # Asked cell by cell, which plain lists answer sooner than arrays.
        self.columns: list[int] = grid.columns.tolist()
        self.kinds: list[int] = kinds.tolist()
        self.is_number: list[bool] = self.number.tolist()
        self.numbers_before = _counted(self.number)
        self.amounts_before = _counted(plain)
        self.row_values, self.row_starts = np.unique(grid.rows, return_index=True)
        self.row_ends = np.append(self.row_starts[1:], len(grid))
        self.by_row = {
            int(r): (int(s), int(e))
            for r, s, e in zip(self.row_values, self.row_starts, self.row_ends, strict=True)
        }
        self.amount_rows: dict[int, NDArray[np.int32]] = {}
        order = np.argsort(grid.columns[plain], kind="stable")
        columns = grid.columns[plain][order]
        rows = grid.rows[plain][order]
        for column in np.unique(columns):
            low, high = np.searchsorted(columns, [column, column + 1])
            self.amount_rows[int(column)] = rows[low:high]
        self.spans: dict[tuple[int, int], tuple[int, int, int, int]] = {}
        for area in grid.merges:
            self.spans[area.first_row, area.first_column] = (
                area.first_row,
                area.first_column,
                area.last_row,
                area.last_column,
            )

    def text(self, index: int) -> str:
        return self.grid.texts.get(index, "") if not self.number[index] else ""

    def number_below(self, row: int, column: int, within: int = _LOOK_BELOW) -> bool:
        rows = self.amount_rows.get(column)
        if rows is None:
            return False
        at = int(np.searchsorted(rows, row, side="right"))
        return at < len(rows) and rows[at] <= row + within

    def is_heading_row(self, row: int, *, follows_one: bool = False) -> bool:
        """Names, years or dates over numbers, and no number that could be an amount itself.

        One name is enough when the row right above is a heading too (``follows_one``).
        """
        start, end = self.by_row[row]
        if self.amounts_before[end] > self.amounts_before[start]:
            return self._is_column_numbering(start, end)
        over = 0
        for index in range(start, end):
            kind = self.grid.kinds[index]
            column = int(self.grid.columns[index])
            if kind == _TEXT:
                text = self.grid.texts[index]
                named = _names_a_column(text)
                span = self.spans.get((row, column))
                if span and not self.number_below(row, column):
                    continue  # merged from the labels on: a title over the whole table
                columns = range(column, span[3] + 1) if span else (column,)
                if named and any(self.number_below(row, c) for c in columns):
                    over += len(columns) if span else 1
            elif (self.year[index] or kind == _DATE) and (
                self.number_below(row, column) or self.number_below(row, column + 1)
            ):
                over += 1
        if over >= 2 or (over == 1 and follows_one):
            return True
        if over == 1:
            # One heading over one column of numbers; a label alone in its row is a block heading.
            near = [c for c in self.amount_rows if self.number_below(row, c, 4)]
            if len(near) > 2 or self._is_label_place(row, start, end):
                return False
            return not (self.year[start:end].any() and self._has_codes_of_next(row))
        return False

    def _has_codes_of_next(self, row: int) -> bool:
        """Whether a text with digits is built as the one below it: C0318 over C0331. Then 2,000 in
        the same row is an amount, and no year over the amounts below."""
        if row + 1 not in self.by_row:
            return False
        below = range(*self.by_row[row + 1])
        if not (self.number[below] & ~self.year[below]).any():
            return False
        shapes = {int(self.grid.columns[i]): _shape(self.text(i)) for i in below}
        mine = {int(self.grid.columns[i]): _shape(self.text(i)) for i in range(*self.by_row[row])}
        return any("0" in shape and shapes.get(at) == shape for at, shape in mine.items())

    def _is_label_place(self, row: int, start: int, end: int) -> bool:
        if end - start != 1:
            return False
        return not self.number_below(row, int(self.grid.columns[start]), 2)

    def _is_column_numbering(self, start: int, end: int) -> bool:
        """A row 1, 2, 3 … under the headings, or letters and numbers in turn."""
        numbers = self.numbers_before[end] - self.numbers_before[start]
        if numbers < 3 or numbers != end - start:
            return False
        values = self.grid.numbers[start:end]
        return bool(np.all(np.diff(values) == 1) and values[0] in (0, 1, 2))


def _shape(text: str) -> str:
    """Every digit as 0 and every letter as a.

    >>> _shape("C0318-b")
    'a0000-a'
    """
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "0", text))


def _names_a_column(text: str) -> bool:
    stripped = text.strip()
    if not stripped or len(stripped) > 120:
        return False
    if years(stripped) and len(stripped) <= 40:
        return True
    if _MISSING.fullmatch(stripped):
        return False
    return bool(_LETTERS.search(stripped)) or stripped in ("%", "€", "$", "£", "+/-", "Δ", "#")


def find_tables(grid: Grid, styles: tuple[Style, ...], position: int = 0) -> list[Table]:
    """The tables of one sheet, from top to bottom and left to right.

    Args:
        grid: the sheet; ``styles`` the workbook's styles, for bold and indent.
        position: where the grid stands in ``Workbook.grids``.
    """
    if not len(grid):
        return []
    sheet = _Sheet(grid, styles)
    if not sheet.number.any():
        return []
    tables: list[Table] = []
    for sections in _joined_sections(sheet):
        tables.extend(_tables_of(sheet, sections, position))
    return tables


def _sections(sheet: _Sheet) -> list[_Section]:
    headings: list[int] = []
    sections: list[_Section] = []
    start = int(sheet.row_values[0])
    seen_numbers = False
    last = start
    for row in (int(r) for r in sheet.row_values):
        lo, hi = sheet.by_row[row]
        if sheet.is_heading_row(row, follows_one=bool(headings) and headings[-1] == row - 1):
            lead = _heading_words_above(sheet, row, headings)
            if seen_numbers:
                above = [r for r in sheet.row_values.tolist() if start <= r < (lead or [row])[0]]
                sections.append(_Section(tuple(headings), start, above[-1]))
                headings, start, seen_numbers = [], (lead or [row])[0], False
            headings.extend([*lead, row])
        elif sheet.numbers_before[hi] > sheet.numbers_before[lo]:
            seen_numbers = True
        last = row
    sections.append(_Section(tuple(headings), start, last))
    return sections


_MOST_ABOVE = 3


def _heading_words_above(sheet: _Sheet, row: int, known: list[int]) -> list[int]:
    """Rows right above a heading row with a word or two over its columns, top-down.

    A heading of one column often takes more rows than those of the others beside it.
    """
    found: list[int] = []
    for above in range(row - 1, row - 1 - _MOST_ABOVE, -1):
        if above not in sheet.by_row or above in known:
            break
        start, end = sheet.by_row[above]
        if sheet.number[start:end].any():
            break
        texts = [k for k in range(start, end) if sheet.text(k).strip()]
        over = [
            k
            for k in texts
            if _names_a_column(sheet.text(k))
            and sheet.number_below(row, int(sheet.grid.columns[k]))
            and (above, int(sheet.grid.columns[k])) not in sheet.spans
        ]
        if not texts or len(over) < len(texts):
            break
        found.append(above)
    return found[::-1]


def _joined_sections(sheet: _Sheet) -> list[list[_Section]]:
    """Sections in reading order; those that only repeat the headings above are joined to them."""
    joined: list[list[_Section]] = []
    signature: tuple[str, ...] | None = None
    for section in _sections(sheet):
        mine = tuple(_heading_signature(sheet, section))
        if joined and mine and mine == signature:
            joined[-1].append(section)
        else:
            joined.append([section])
            signature = mine
    return joined


def _heading_signature(sheet: _Sheet, section: _Section) -> list[str]:
    """The headings over the numbers, left out what only names the section."""
    texts: list[str] = []
    for row in section.heading_rows:
        start, end = sheet.by_row[row]
        for index in range(start, end):
            column = int(sheet.grid.columns[index])
            if not sheet.number_below(row, column):
                continue
            kind = sheet.grid.kinds[index]
            if kind == _TEXT:
                texts.append(f"{column}:{normalised(sheet.grid.texts[index])}")
            elif not np.isnan(sheet.grid.numbers[index]):
                texts.append(f"{column}:{sheet.grid.numbers[index]:g}")
    return texts


def _tables_of(sheet: _Sheet, sections: list[_Section], position: int) -> list[Table]:
    grid = sheet.grid
    spans = [_data_span(sheet, section) for section in sections]
    index = np.concatenate([np.arange(lo, hi) for lo, hi in spans])
    heading_rows = {row for section in sections for row in section.heading_rows}
    index = index[~np.isin(grid.rows[index], list(heading_rows))]
    numeric = index[sheet.number[index]]
    if not len(numeric):
        return []
    kinds = _column_kinds(sheet, index, numeric, sections)
    tables = []
    for columns, labels in _column_groups(kinds):
        table = _build(sheet, sections, index, columns, labels, position)
        if table is not None:
            tables.append(table)
    return tables


def _data_span(sheet: _Sheet, section: _Section) -> tuple[int, int]:
    rows = sheet.grid.rows
    return (
        int(np.searchsorted(rows, section.first, side="left")),
        int(np.searchsorted(rows, section.last, side="right")),
    )


def _column_kinds(
    sheet: _Sheet, index: NDArray[np.int64], numeric: NDArray[np.int64], sections: list[_Section]
) -> dict[int, str]:
    """``number``, ``label`` or ``code`` for every column of a section."""
    grid = sheet.grid
    columns = grid.columns[index]
    is_number = sheet.number[index]
    rows_with_numbers = np.unique(grid.rows[numeric])
    kinds: dict[int, str] = {}
    first_label: int | None = None
    for column in (int(c) for c in np.unique(columns)):
        mine = index[columns == column]
        numbers = mine[is_number[columns == column]]
        texts = [
            i
            for i in mine[grid.kinds[mine] == _TEXT].tolist()
            if not _MISSING.fullmatch(grid.texts[i].strip())
        ]
        beside = int(np.isin(grid.rows[texts], rows_with_numbers).sum()) if texts else 0
        heading = " ".join(_heading_parts(sheet, sections[0], column, spread=False))
        if not len(numbers):
            # Right of numbers, texts that stand beside none of them are headings without a column.
            names = beside or "number" not in kinds.values()
            kinds[column] = "label" if texts and names else "empty"
        elif beside > len(numbers) and beside >= 3:
            kinds[column] = "label"
        elif _is_code_column(sheet, numbers, heading, kinds):
            kinds[column] = "code"
        else:
            kinds[column] = "number"
        if kinds[column] == "label" and first_label is None:
            first_label = column
    _mark_leading_codes(sheet, index, kinds)
    if "number" not in kinds.values():
        for column, kind in kinds.items():
            if kind == "code":
                kinds[column] = "number"
    return kinds


def _mark_leading_codes(sheet: _Sheet, index: NDArray[np.int64], kinds: dict[int, str]) -> None:
    """A column of whole numbers just left of the labels, with the amounts right of them, holds the
    codes of the lines, whatever its heading says; also where codes have from one digit to many."""
    columns = sorted(column for column, kind in kinds.items() if kind != "empty")
    for column, beside in itertools.pairwise(columns):
        if kinds[column] == "label" or kinds[beside] == "code":
            continue
        later = any(kinds[c] == "number" for c in columns if c > beside)
        if kinds[column] != "number" or kinds[beside] != "label" or not later:
            return
        mine = index[(sheet.grid.columns[index] == column) & sheet.number[index]]
        values = sheet.grid.numbers[mine]
        typed = not sheet.grid.cells_are_text and np.isin(mine, list(sheet.grid.texts)).mean() > 0.5
        whole = typed or bool(np.all(values == np.floor(values)))
        whole = whole and bool(np.all((values >= 0) & (values < _LAST_CODE)))
        if not whole or (sheet.grid.kinds[mine] == _PERCENTAGE).any() or len(values) < 3:
            return
        labels = index[(sheet.grid.columns[index] == beside)]
        named = np.isin(sheet.grid.rows[mine], sheet.grid.rows[labels]).mean()
        different = len(np.unique(values))
        if named >= 0.8 and (typed or different == 1 or different >= 0.8 * len(values)):
            kinds[column] = "code"
        return


def _is_code_column(
    sheet: _Sheet,
    numbers: NDArray[np.int64],
    heading: str,
    before: dict[int, str],
) -> bool:
    """Account codes, row numbers, years down the side, note references: numbers never added up."""
    values = sheet.grid.numbers[numbers]
    if (sheet.grid.kinds[numbers] == _PERCENTAGE).any():
        return False
    if not np.all(values == np.floor(values)) or (values < 0).any():
        return False
    if sheet.year[numbers].mean() >= 0.9 and "number" not in before.values():
        return True
    words = ideas(heading) if heading else Idea.NONE
    money = Idea.TOTAL | Idea.NET | Idea.REVENUE | Idea.EXPENSE | Idea.CHANGE | Idea.PERCENT
    if words & Idea.REMARK and not words & money and values.max() < 100:
        return True
    leftmost = "number" not in before.values()
    distinct = len(np.unique(values)) / len(values)
    if words & Idea.CODE and not words & money and leftmost and len(heading) <= 24:
        return True
    if not leftmost or len(values) < 3:
        return False
    ascending = bool(np.all(np.diff(values) > 0))
    if ascending and len(values) >= 4 and np.all(np.diff(values) == 1) and values[0] <= 2:
        return True
    lengths = np.floor(np.log10(np.maximum(values, 1))) + 1
    alike = bool((lengths == lengths[0]).mean() >= 0.9) and lengths[0] >= 3
    return ascending and alike and distinct == 1.0 and len(values) >= 6 and not heading


def _column_groups(kinds: dict[int, str]) -> list[tuple[list[int], list[int]]]:
    """Columns of numbers that share label columns; labels stand left of their numbers."""
    groups: list[tuple[list[int], list[int]]] = []
    labels: list[int] = []
    numbers: list[int] = []
    for column in sorted(kinds):
        kind = kinds[column]
        if kind in ("label", "code"):
            if numbers and kind == "label":
                groups.append((numbers, labels))
                numbers, labels = [], []
            if not numbers:
                labels.append(column)
        elif kind == "number":
            numbers.append(column)
    if numbers:
        groups.append((numbers, labels))
    if labels and not numbers and groups and not groups[-1][1]:
        groups[-1] = (groups[-1][0], labels)  # labels stand to the right of a lone table
    return groups


def _heading_parts(
    sheet: _Sheet, section: _Section, column: int, *, spread: bool = True
) -> list[str]:
    """The words over a column, top-down; merged headings count for every column they span, and
    with ``spread`` a word counts for the columns to its right that have none in its row."""
    parts: list[str] = []
    named = False  # a column with a word of its own is under no heading further left
    for depth, row in enumerate(section.heading_rows):
        spreads = spread and not named and depth < len(section.heading_rows) - 1
        text = _heading_cell(sheet, row, column, spreads)
        named = named or (bool(text) and sheet.grid.index(row, column) >= 0)
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return parts


def _heading_cell(sheet: _Sheet, row: int, column: int, spreads: bool) -> str:
    grid = sheet.grid
    start, end = sheet.by_row[row]
    at = start + int(np.searchsorted(grid.columns[start:end], column, side="right")) - 1
    if at < start:
        return ""
    left = int(grid.columns[at])
    if left != column:
        span = sheet.spans.get((row, left))
        if span is not None:
            if column > span[3] or not sheet.number_below(row, left, _FAR_BELOW):
                return ""
        elif not spreads or not sheet.number_below(row, left, _FAR_BELOW):
            return ""
    if grid.kinds[at] == _TEXT:
        return re.sub(r"\s+", " ", grid.texts[at]).strip()
    if sheet.year[at]:
        return f"{grid.numbers[at]:g}"
    if grid.kinds[at] == _DATE and not np.isnan(grid.numbers[at]):
        return _date_text(float(grid.numbers[at]))
    return ""


def _date_text(serial: float) -> str:
    day = np.datetime64("1899-12-30") + np.timedelta64(int(serial), "D")
    return str(day)


def _build(
    sheet: _Sheet,
    sections: list[_Section],
    index: NDArray[np.int64],
    columns: list[int],
    labels: list[int],
    position: int,
) -> Table | None:
    grid = sheet.grid
    place = {column: j for j, column in enumerate(columns)}
    mine = index[np.isin(grid.columns[index], columns) & sheet.number[index]]
    if not len(mine):
        return None
    rows, line_of = np.unique(grid.rows[mine], return_inverse=True)
    values = np.full((len(rows), len(columns)), np.nan)
    cells = np.full((len(rows), len(columns)), -1, dtype=np.int64)
    at = np.array([place[int(c)] for c in grid.columns[mine]])
    values[line_of, at] = grid.numbers[mine]
    cells[line_of, at] = mine
    percent = np.zeros(values.shape, dtype=bool)
    percent[line_of, at] = grid.kinds[mine] == _PERCENTAGE
    withheld = _withheld(sheet, index, rows, place)
    lines, notes = _lines(sheet, sections, rows, columns, labels)
    corner = unit(_corner(sheet, sections[0], columns[0]))
    headings = tuple(_heading(sheet, sections[0], column, corner) for column in columns)
    title = next((text for _, _, text in notes), "")
    return Table(
        sheet=grid.name,
        grid=position,
        title=title,
        lines=tuple(lines),
        headings=headings,
        values=values,
        cells=cells,
        percent=percent,
        notes=tuple(notes),
        withheld=withheld,
    )


def _withheld(
    sheet: _Sheet,
    index: NDArray[np.int64],
    rows: NDArray[np.int32],
    place: dict[int, int],
) -> NDArray[np.bool_]:
    """Where a text such as x, .., n/a or (D) stands in the place of a figure; a dash says nil."""
    grid = sheet.grid
    result = np.zeros((len(rows), len(place)), dtype=bool)
    texts = index[grid.kinds[index] == _TEXT]
    texts = texts[np.isin(grid.columns[texts], list(place)) & np.isin(grid.rows[texts], rows)]
    for at in texts.tolist():
        if not _NIL.fullmatch(grid.texts[at]):
            line = int(np.searchsorted(rows, grid.rows[at]))
            result[line, place[int(grid.columns[at])]] = True
    return result


# Said of the column under the word, not of those to its right that only share its row.
_OF_ONE_COLUMN = Idea.TOTAL | Idea.CODE | Idea.REMARK
_NO_MONEY = Idea.PERCENT | Idea.SHARE | Idea.PER_UNIT | Idea.CODE


def _corner(sheet: _Sheet, section: _Section, column: int) -> str:
    """The words of the heading rows left of the first column of figures."""
    texts = []
    for row in section.heading_rows:
        start, end = sheet.by_row[row]
        texts += [sheet.text(k) for k in range(start, end) if sheet.columns[k] < column]
    return " ".join(texts)


def _heading(sheet: _Sheet, section: _Section, column: int, corner: tuple[str, float]) -> Heading:
    parts = _heading_parts(sheet, section, column)
    text = " ".join(parts)
    measure, scale = unit(text)
    role = scenario(text)
    own = " ".join(_heading_parts(sheet, section, column, spread=False))
    words = ideas(text) if text else Idea.NONE
    if own:
        words &= ideas(own) | ~_OF_ONE_COLUMN
    if role == "amended budget":
        words &= ~Idea.CHANGE  # TA + MUUTOS is a budget, not a change
    if not measure and corner[0] == "money" and not words & _NO_MONEY:
        measure, scale = corner  # € 1,000 in the corner is said of all amounts
    return Heading(
        column=column,
        text=text,
        group=parts[0] if len(parts) > 1 else "",
        ideas=words,
        years=years(text),
        scenario=role,
        unit=measure,
        scale=scale,
        hidden=column in sheet.grid.hidden_columns,
    )


@dataclass(slots=True)
class _Context:
    """What stands above the line being built."""

    heading: str = ""
    gap: int = 0
    block: str = ""


def _lines(
    sheet: _Sheet,
    sections: list[_Section],
    rows: NDArray[np.int32],
    columns: list[int],
    labels: list[int],
) -> tuple[list[Line], list[tuple[int, int, str]]]:
    """The lines of a table in order, and the texts that stand around and between them."""
    wanted = {int(r) for r in rows}
    heading_rows = {row for section in sections for row in section.heading_rows}
    label_set = set(labels)
    beside = _merged_labels(sheet, labels)
    lines: list[Line] = []
    notes: list[tuple[int, int, str]] = []
    above = _Context()
    previous = None
    inherited: dict[int, str] = defaultdict(str)
    first, last = sections[0].first, sections[-1].last
    low = int(np.searchsorted(sheet.row_values, first))
    high = int(np.searchsorted(sheet.row_values, last, side="right"))
    reach = set(range(min(labels, default=1), max(columns) + 1)) if labels else set()
    for row in (int(r) for r in sheet.row_values[low:high]):
        start, end = sheet.by_row[row]
        if previous is not None and row > previous + 1:
            above.gap = max(above.gap, 1)
        previous = row
        if row in wanted:
            lines.append(_line(sheet, row, labels, label_set, beside, inherited, above))
            above.gap = 0
            if above.heading:
                above.block, above.heading = above.heading, ""
            continue
        repeated = row in heading_rows
        text, column = _row_text(sheet, start, end, reach)
        if repeated:
            if lines:
                above.gap = 3
            above.heading = ""
        elif text:
            notes.append((row, column, text))
            above.gap = max(above.gap, 2)
            above.heading = text.strip()
            if labels and column in label_set:
                for key in [c for c in inherited if c >= column]:
                    del inherited[key]
    lines = with_own_codes(lines)
    return with_named_levels(lines, _label_texts(sheet, labels, rows)), notes


def _label_texts(
    sheet: _Sheet, labels: list[int], rows: NDArray[np.int32]
) -> dict[int, dict[int, str]]:
    """The texts of each label column by row."""
    grid = sheet.grid
    texts: dict[int, dict[int, str]] = {column: {} for column in labels}
    mine = np.flatnonzero(
        np.isin(grid.columns, labels) & np.isin(grid.rows, rows) & (grid.kinds == _TEXT)
    )
    for at in mine.tolist():
        if at in grid.texts and grid.texts[at].strip():
            texts[int(grid.columns[at])][int(grid.rows[at])] = grid.texts[at]
    return texts


def _merged_labels(sheet: _Sheet, labels: list[int]) -> dict[tuple[int, int], str]:
    """Texts of label cells merged over several rows, for every row they span."""
    texts: dict[tuple[int, int], str] = {}
    for (row, column), span in sheet.spans.items():
        if column in labels and span[2] > row and span[2] - row < 2000:
            at = sheet.grid.index(row, column)
            if at >= 0 and sheet.grid.kinds[at] == _TEXT:
                for below in range(row, span[2] + 1):
                    texts[below, column] = sheet.grid.texts[at]
    return texts


def _row_text(sheet: _Sheet, start: int, end: int, reach: set[int]) -> tuple[str, int]:
    """The first text of a row within the columns of a table (``reach``; empty: anywhere)."""
    for index in range(start, end):
        column = int(sheet.grid.columns[index])
        if sheet.grid.kinds[index] == _TEXT and (not reach or column in reach):
            text = sheet.grid.texts[index]
            if text.strip():
                return text, column
    return "", 0


def _level(sheet: _Sheet, index: int, text: str, column: int, labels: list[int]) -> int:
    """Indentation: three leading blanks or one step of indent weigh about the same."""
    blanks = len(text) - len(text.lstrip(" \u00a0\t"))
    style = sheet.styles[sheet.grid.styles[index]] if sheet.styles else None
    steps = style.indent * 3 if style else 0
    places = labels.index(column) if column in labels else 0
    return blanks + steps + places * 12


def _line(
    sheet: _Sheet,
    row: int,
    labels: list[int],
    label_set: set[int],
    beside: dict[tuple[int, int], str],
    inherited: dict[int, str],
    above: _Context,
) -> Line:
    grid = sheet.grid
    start, end = sheet.by_row[row]
    texts: list[tuple[int, str]] = []
    code = ""
    level = 0
    bold = False
    for index in range(start, end):
        column = sheet.columns[index]
        if column not in label_set:
            if not bold and sheet.is_number[index] and sheet.styles:
                bold = sheet.styles[grid.styles[index]].bold
            continue
        if sheet.kinds[index] == _TEXT:
            text = grid.texts[index]
            if not text.strip():
                continue
            if not texts:
                level = _level(sheet, index, text, column, labels)
            if sheet.styles:
                bold = bold or sheet.styles[grid.styles[index]].bold
            if _CODE_ONLY.fullmatch(text.strip()) and not code:
                code = text.strip()
            else:
                texts.append((column, re.sub(r"\s+", " ", text).strip()))
        elif sheet.is_number[index]:
            shown = f"{grid.numbers[index]:g}" if abs(grid.numbers[index]) < 1e6 else ""
            shown = shown or f"{grid.numbers[index]:.0f}"
            if not code:
                code = shown
        elif sheet.kinds[index] == _DATE:
            texts.append((column, _date_text(float(grid.numbers[index]))))
    merged = {c: beside[row, c] for c in labels if (row, c) in beside}
    own, block = _own_and_block(texts, merged, inherited, labels)
    own = own or _lone_text(sheet, start, end)
    if not block:
        block = above.heading or above.block
    if not code and own:
        code = code_in(own)
    words = own or code
    return Line(
        row=row,
        label=re.sub(r"\s+", " ", words).strip(),
        block=re.sub(r"\s+", " ", block).strip(),
        level=level,
        bold=bold,
        ideas=ideas(own) if own else Idea.NONE,
        code=code,
        gap=above.gap,
        hidden=row in grid.hidden_rows,
    )


def _lone_text(sheet: _Sheet, start: int, end: int) -> str:
    """The only words of a row where they stand before or after all its figures: "Average" below a
    column of dates, or right of the last column."""
    texts = [k for k in range(start, end) if sheet.grid.kinds[k] == _TEXT]
    named = [k for k in texts if _names_a_column(sheet.grid.texts[k])]
    numbers = np.flatnonzero(sheet.number[start:end]) + start
    if len(named) != 1 or not len(numbers) or numbers[0] < named[0] < numbers[-1]:
        return ""
    return re.sub(r"\s+", " ", sheet.grid.texts[named[0]]).strip()


def _own_and_block(
    texts: list[tuple[int, str]],
    merged: dict[int, str],
    inherited: dict[int, str],
    labels: list[int],
) -> tuple[str, str]:
    """The line's own label and the block it inherits from label columns further left."""
    for column, text in texts:
        inherited[column] = text
        for further in [c for c in inherited if c > column]:
            del inherited[further]
    for column, text in merged.items():
        inherited[column] = re.sub(r"\s+", " ", text).strip()
    if not texts:
        return "", ""
    last_column, own = texts[-1]
    if len(texts) > 1:
        own_column = texts[0][0] if texts[0][0] not in merged else last_column
        if own_column not in merged and len(texts[0][1]) >= 2 and last_column not in merged:
            # Several label cells in one row: the leftmost names the line unless it is merged.
            own = " ".join(text for _, text in texts)
    block = " / ".join(inherited[c] for c in labels if c < texts[0][0] and inherited.get(c))
    if not block and merged:
        block = " / ".join(
            re.sub(r"\s+", " ", t).strip() for c, t in merged.items() if c < last_column
        )
        own = texts[-1][1]
    return own, block
