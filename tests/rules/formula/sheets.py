"""Workbooks written out as text: one line per row, cells between bars.

A cell is a number, a text, or a formula with its stored value behind an arrow: ``=B2+B3 -> 15``.
``'12`` is a number stored as text, ``#DIV/0!`` an error, ``=A1 ->`` a formula never calculated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from rules.outcome import Outcome
from rules.runner import audit
from workbooks.grid import Grid, Kind, Style, Workbook

_NUMBER = re.compile(r"-?\d+(\.\d+)?%?")


def grid(text: str, name: str = "Budget", hidden_rows: tuple[int, ...] = ()) -> Grid:
    """One sheet; an empty line in ``text`` is an empty row."""
    rows: list[int] = []
    columns: list[int] = []
    kinds: list[int] = []
    numbers: list[float] = []
    texts: dict[int, str] = {}
    formulas: dict[int, str] = {}
    for row, line in enumerate(text.strip("\n").splitlines(), 1):
        for column, raw in enumerate(line.split("|"), 1):
            cell = raw.strip()
            if not cell:
                continue
            at = len(rows)
            if cell.startswith("="):
                formulas[at], _, cell = (part.strip() for part in cell.partition("->"))
            kind, number, shown = _content(cell)
            if shown:
                texts[at] = shown
            rows.append(row)
            columns.append(column)
            kinds.append(kind)
            numbers.append(number)
    return Grid(
        name=name,
        rows=np.array(rows, dtype=np.int32),
        columns=np.array(columns, dtype=np.int32),
        kinds=np.array(kinds, dtype=np.uint8),
        numbers=np.array(numbers, dtype=np.float64),
        styles=np.zeros(len(rows), dtype=np.int32),
        texts=texts,
        formulas=formulas,
        hidden_rows=frozenset(hidden_rows),
    )


def _content(cell: str) -> tuple[Kind, float, str]:
    if not cell:
        return Kind.NEVER_CALCULATED, np.nan, ""
    if cell.startswith("#"):
        return Kind.ERROR, np.nan, cell
    if cell.startswith("'"):
        return Kind.AMOUNT, float(cell[1:]), cell[1:]
    if _NUMBER.fullmatch(cell):
        percent = cell.endswith("%")
        number = float(cell.rstrip("%")) / (100 if percent else 1)
        return (Kind.PERCENTAGE if percent else Kind.AMOUNT), number, ""
    return Kind.TEXT, np.nan, cell


def book(*sheets: str | Grid, names: Mapping[str, str] | None = None) -> Workbook:
    """A workbook of these sheets, the first named Budget, those after it Second, Third."""
    titles = ("Budget", "Second", "Third")
    return Workbook(
        file="made.xlsx",
        grids=tuple(
            grid(sheet, title) if isinstance(sheet, str) else sheet
            for sheet, title in zip(sheets, titles, strict=False)
        ),
        styles=(Style(),),
        sha256="0" * 64,
        size=1,
        format="xlsx",
        names=dict(names or {}),
    )


def check(*sheets: str | Grid) -> Outcome:
    """The audit of a workbook of these sheets."""
    return audit(book(*sheets))


def checks(outcome: Outcome) -> list[str]:
    """Every check as ``rule cell = parts: verdict, basis``."""
    ledger = outcome.ledger
    lines = []
    for k in range(len(ledger)):
        one = ledger.check(k)
        signs = {1.0: "+", -1.0: "-"}
        parts = " ".join(f"{signs.get(p.factor, p.factor)}{p.cell.a1}" for p in one.parts)
        lines.append(f"{one.rule} {one.cell.a1} = {parts}: {one.verdict}, {one.basis}")
    return lines
