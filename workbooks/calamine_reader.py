"""A .xls, .xlsb or .ods, read by python-calamine in a child process within limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbooks.calamine_child import ENCRYPTED, READ, TOO_LARGE
from workbooks.cell_arrays import Cells, in_order, joined, place_of
from workbooks.grid import Border, EmptyCells, Grid, Kind, Style
from workbooks.limited_child import run_child
from workbooks.package import DAMAGED_REMEDY, Encrypted, Limits, Refused, raised
from workbooks.refs import MAX_COLUMNS, MAX_ROWS, Area
from workbooks.styles import number_kind
from workbooks.typed_numbers import settle_texts
from workbooks.xlsx_book import BookParts, Progress


def read_calamine(
    file: Path | bytes, kind: str, limits: Limits, progress: Progress | None = None
) -> BookParts:
    """All sheets of a ``kind`` (``xls``, ``xlsb``, ``ods``): values, and looks as far as told.

    ``file`` is its path or its content. Raises ``Encrypted`` when it has a password, ``Refused``
    when it is damaged, too large or takes too long.
    """
    verdict, result = _run_child(file, kind, limits)
    if verdict == ENCRYPTED:
        raise Encrypted
    if verdict == TOO_LARGE:
        raise Refused(
            f"holds more than {limits.max_cells:,} cells with content", raised("max-cells")
        )
    if verdict != READ:
        raise Refused("is damaged or not what its name says", DAMAGED_REMEDY)
    styles = tuple(_style(fields) for fields in result["styles"]) or (Style(),)
    shown = frozenset(number for number, style in enumerate(styles) if style.shows_empty)
    number_kinds = np.array([number_kind(style.number_format) for style in styles], dtype=np.uint8)
    grids = []
    for number, sheet in enumerate(result["sheets"], 1):
        if progress is not None:
            progress(sheet["name"], number, len(result["sheets"]))
        grids.append(_grid(sheet, number_kinds, shown))
    if not grids:
        raise Refused("holds no sheet that can be read", DAMAGED_REMEDY)
    return BookParts(tuple(grids), styles, notes=list(result["notes"]))


def _style(fields: dict[str, Any]) -> Style:
    plain = {name: value for name, value in fields.items() if name != "edge_colours"}
    left, right, top, bottom = fields["border"]
    border = Border(left, right, top, bottom, fields["edge_colours"])
    return Style(**{**plain, "border": border})


def _run_child(file: Path | bytes, kind: str, limits: Limits) -> tuple[str, dict[str, Any]]:
    task = {
        "file": "" if isinstance(file, bytes) else str(file.absolute()),
        "data": file if isinstance(file, bytes) else None,
        "kind": kind,
        "cells": limits.max_cells,
    }
    return run_child("workbooks.calamine_child", task, limits)


def _grid(sheet: dict[str, Any], number_kinds: NDArray[np.uint8], shown: Collection[int]) -> Grid:
    """A grid; ``shown`` are the styles that an empty cell shows."""
    looks: dict[str, Any] = sheet["looks"] or {}
    cells = _cells(sheet)
    errors: dict[tuple[int, int], str] = looks.get("errors", {})
    if errors:
        cells = in_order(joined([cells, _error_cells(errors)]))
    cells, left_out = _on_the_sheet(cells)
    _mark_odd_numbers(cells)
    styles: dict[tuple[int, int], int] = looks.get("styles", {})
    if styles:
        places = zip(cells.rows.tolist(), cells.columns.tolist(), strict=True)
        found = (styles.get(place, 0) for place in places)
        cells.styles = np.fromiter(found, np.int32, len(cells))
        cells.styles[cells.styles >= len(number_kinds)] = 0
        shares = (cells.kinds == Kind.AMOUNT) & (number_kinds[cells.styles] == Kind.PERCENTAGE)
        cells.kinds[shares] = Kind.PERCENTAGE
    settle_texts(cells.columns, cells.kinds, cells.numbers, cells.texts)
    formulas: dict[tuple[int, int], str] = looks.get("formulas", {})
    by_place = {place_of(*place): text for place, text in formulas.items()}
    at = cells.places().tolist() if by_place else []
    reach = int(cells.columns.max(initial=0)) + 1
    widths: dict[int, float] = looks.get("column_widths", {})
    return Grid(
        name=sheet["name"],
        rows=cells.rows,
        columns=cells.columns,
        kinds=cells.kinds,
        numbers=cells.numbers,
        styles=cells.styles,
        texts=cells.texts,
        formulas={i: by_place[place] for i, place in enumerate(at) if place in by_place},
        state=sheet["state"],
        merges=tuple(_areas(looks.get("merges") or sheet["merges"])),
        hidden_rows=frozenset(looks.get("hidden_rows", ())),
        hidden_columns=frozenset(c for c in looks.get("hidden_columns", ()) if c <= reach),
        row_heights=looks.get("row_heights", {}),
        column_widths={column: width for column, width in widths.items() if column <= reach},
        row_outlines=looks.get("row_outlines", {}),
        empty=_empty_cells(looks.get("empty", {}), cells, shown),
        comments=looks.get("comments", {}),
        frozen=_pane(*looks.get("frozen", (0, 0))),
        left_out=left_out,
    )


def _empty_cells(
    looks: dict[tuple[int, int], int], cells: Cells, shown: Collection[int]
) -> EmptyCells:
    """The empty cells that can be seen, as far as the sheet has content and one beyond."""
    taken = set(zip(cells.rows.tolist(), cells.columns.tolist(), strict=True))
    bottom, reach = int(cells.rows.max(initial=0)) + 1, int(cells.columns.max(initial=0)) + 1
    places = sorted(
        place
        for place, style in looks.items()
        if style in shown and place not in taken and place[0] <= bottom and place[1] <= reach
    )
    return EmptyCells(
        np.array([row for row, _ in places], dtype=np.int32),
        np.array([column for _, column in places], dtype=np.int32),
        np.array([looks[place] for place in places], dtype=np.int32),
    )


def _on_the_sheet(cells: Cells) -> tuple[Cells, str]:
    """The cells that Excel has too, and a sentence on the others: a damaged file may hold any."""
    inside = (cells.rows <= MAX_ROWS) & (cells.columns <= MAX_COLUMNS)
    lost = int(np.count_nonzero(~inside))
    if not lost:
        return cells, ""
    kept = cells.picked(np.flatnonzero(inside))
    return kept, f"{lost:,} cells with an address outside the sheet were left out."


def _mark_odd_numbers(cells: Cells) -> None:
    """What is stored as a number and is none, or infinite, is an error; in place."""
    odd = np.isin(cells.kinds, (Kind.AMOUNT, Kind.DATE)) & ~np.isfinite(cells.numbers)
    for at in np.flatnonzero(odd).tolist():
        cells.kinds[at], cells.numbers[at], cells.texts[at] = Kind.ERROR, np.nan, "#NUM!"


def _areas(edges: Iterable[tuple[int, int, int, int]]) -> Iterator[Area]:
    for top, left, bottom, right in edges:
        if 1 <= top <= bottom <= MAX_ROWS and 1 <= left <= right <= MAX_COLUMNS:
            yield Area(top, left, bottom, right)


def _pane(rows: int, columns: int) -> tuple[int, int]:
    return (rows, columns) if rows < MAX_ROWS and columns < MAX_COLUMNS else (0, 0)


def _cells(sheet: dict[str, Any]) -> Cells:
    kinds = np.frombuffer(sheet["kinds"], dtype=np.uint8).copy()
    return Cells(
        np.frombuffer(sheet["rows"], dtype=np.int32),
        np.frombuffer(sheet["columns"], dtype=np.int32),
        kinds,
        np.frombuffer(sheet["numbers"], dtype=np.float64).copy(),
        np.zeros(len(kinds), dtype=np.int32),
        sheet["texts"],
    )


def _error_cells(errors: dict[tuple[int, int], str]) -> Cells:
    count = len(errors)
    return Cells(
        np.array([row for row, _ in errors], dtype=np.int32),
        np.array([column for _, column in errors], dtype=np.int32),
        np.full(count, Kind.ERROR, dtype=np.uint8),
        np.full(count, np.nan),
        np.zeros(count, dtype=np.int32),
        dict(enumerate(errors.values())),
    )
