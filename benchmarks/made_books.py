"""Workbooks made for measuring: budgets with nested totals in 40 tables, or one very long table."""

from __future__ import annotations

import random
from pathlib import Path

import xlsxwriter

YEARS = 5  # columns of figures
_GROUP = 6  # lines below one subtotal


def make_budget(path: Path, cells: int, *, tables: int = 40, seed: int = 1) -> Path:
    """A workbook of about ``cells`` cells in ``tables`` tables, ten on a sheet.

    Of its cells about 27 % hold formulas: a subtotal after each six lines, a grand total, and a
    change for each line; their values are stored, as Excel stores them.
    """
    chance = random.Random(seed)
    lines = max(_GROUP, cells // tables // (YEARS + 2) * _GROUP // (_GROUP + 1))
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet, row = book.add_worksheet("Sheet 1"), 0
    for table in range(tables):
        if table and table % 10 == 0:
            sheet, row = book.add_worksheet(f"Sheet {table // 10 + 1}"), 0
        row = _table(sheet, row, table, lines, chance) + 2
    book.close()
    return path


def _table(
    sheet: xlsxwriter.worksheet.Worksheet, row: int, number: int, lines: int, chance: random.Random
) -> int:
    """Write one table from ``row`` on; the row after it."""
    sheet.write_row(row, 0, [f"Unit {number + 1}", *range(2021, 2021 + YEARS), "Change"])
    row += 1
    totals = [0] * YEARS
    subtotal_rows: list[int] = []
    for first in range(0, lines, _GROUP):
        sums, top = [0] * YEARS, row
        for line in range(first, min(first + _GROUP, lines)):
            figures = [chance.randrange(1_000, 9_000_000) for _ in range(YEARS)]
            sheet.write_row(row, 0, [f"Line {line + 1} of unit {number + 1}", *figures])
            change = f"={_letter(YEARS)}{row + 1}-{_letter(YEARS - 1)}{row + 1}"
            sheet.write_formula(row, YEARS + 1, change, None, figures[-1] - figures[-2])
            sums = [a + b for a, b in zip(sums, figures, strict=True)]
            row += 1
        _totals(sheet, row, f"Total of group {first // _GROUP + 1}", sums, [(top, row - 1)])
        subtotal_rows.append(row)
        totals = [a + b for a, b in zip(totals, sums, strict=True)]
        row += 1
    shown = [(one, one) for one in subtotal_rows[:200]]  # a formula has at most 8,192 characters
    if len(subtotal_rows) > len(shown):
        shown = []
    _totals(sheet, row, f"Total of unit {number + 1}", totals, shown)
    return row + 1


def _totals(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    label: str,
    sums: list[int],
    parts: list[tuple[int, int]],
) -> None:
    sheet.write_string(row, 0, label)
    for column, value in enumerate(sums, 1):
        letter = _letter(column)
        if not parts:
            sheet.write_number(row, column, value)
            continue
        if len(parts) == 1:
            text = f"=SUM({letter}{parts[0][0] + 1}:{letter}{parts[0][1] + 1})"
        else:
            text = "=" + "+".join(f"{letter}{one + 1}" for one, _ in parts)
        sheet.write_formula(row, column, text, None, value)
    change = f"={_letter(YEARS)}{row + 1}-{_letter(YEARS - 1)}{row + 1}"
    sheet.write_formula(row, YEARS + 1, change, None, sums[-1] - sums[-2])


def _letter(column: int) -> str:
    return "ABCDEFGHIJ"[column]
