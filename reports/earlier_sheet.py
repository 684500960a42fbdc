"""The findings of earlier reports that are not found any more, with what was decided on them.

They stay in every later report, so that one that comes back is known again.
"""

from __future__ import annotations

from reports.dates import serial_of
from reports.findings_layout import (
    EARLIER_COLUMNS,
    EARLIER_NAME,
    FIRST_ROW,
    FIXED_BEFORE,
    HEADER_ROW,
    MOVEMENTS,
    STATUSES,
)
from reports.findings_looks import FindingsLooks, amount_width
from reports.making import Making
from reports.row_heights import LINE, lines_in
from reports.writer import Sheet, accepted
from rules.model import EarlierFinding, Movement
from rules.outcome import Outcome
from workbooks.refs import column_letters, quoted

_KEYS = [key for key, _ in EARLIER_COLUMNS]
_FIGURES = ("head.reported", "head.recomputed", "head.difference")


def has_earlier(outcome: Outcome) -> bool:
    """True where there is something to list."""
    comparison = outcome.comparison
    return comparison is not None and bool(comparison.gone or comparison.fixed_before)


def fill_earlier(sheet: Sheet, making: Making) -> None:
    """Write the list: what went since the last report first."""
    comparison, words, looks = making.outcome.comparison, making.words, FindingsLooks(making)
    if comparison is None:
        return
    sheet.text(1, 1, words.say("title.earlier"), looks.title)
    sheet.text(2, 1, words.say("earlier.how_to"), looks.hint)
    sheet.height(1, 26)
    sheet.height(HEADER_ROW, 32)
    rows = [(words.say(MOVEMENTS[f.movement or Movement.FIXED]), f) for f in comparison.gone]
    rows += [
        (words.say(FIXED_BEFORE if f.movement is Movement.FIXED else MOVEMENTS[f.movement]), f)
        for f in comparison.fixed_before
        if f.movement is not None
    ]
    amounts = [v for _, f in rows for v in (f.reported, f.recomputed, f.difference)]
    for column, (key, width) in enumerate(EARLIER_COLUMNS, 1):
        is_figure = key in _FIGURES
        look = looks.heading_right if is_figure else looks.heading
        look = looks.heading_after_number if key == "head.status" else look
        sheet.text(HEADER_ROW, column, words.say(key), look)
        sheet.width(column, column, amount_width(*amounts, least=width) if is_figure else width)
    for row, (movement, finding) in enumerate(rows, FIRST_ROW):
        _row(sheet, making, looks, row, movement, finding)
    _furnish(sheet, making, max(FIRST_ROW, HEADER_ROW + len(rows)))


def _row(
    sheet: Sheet,
    making: Making,
    looks: FindingsLooks,
    row: int,
    movement: str,
    finding: EarlierFinding,
) -> None:
    decision = finding.decision
    texts = {
        "head.movement": movement,
        "head.sheet": finding.sheet,
        "head.place": finding.cell,
        "head.label": finding.label,
        "head.column": finding.column,
        "head.rule": finding.rule,
        "head.status": making.words.say(STATUSES[decision.status]),
        "head.reviewer": decision.reviewer,
        "head.date": decision.date,
        "head.comment": decision.comment,
        "head.id": finding.id,
    }
    for key, text in texts.items():
        look = looks.after_number if key == "head.status" else looks.body
        sheet.text(row, _KEYS.index(key) + 1, text, look)
    widths = dict(EARLIER_COLUMNS)
    lines = max(lines_in(text, 1.1 * widths[key] - 1) for key, text in texts.items())
    sheet.height(row, LINE * lines + 4)
    serial = serial_of(decision.date, date_1904=making.workbook.date_1904)
    if serial is not None:
        sheet.number(row, _KEYS.index("head.date") + 1, serial, looks.plain_date)
    figures = (finding.reported, finding.recomputed, finding.difference)
    money = looks.amount(*figures)
    for key, value in zip(_FIGURES, figures, strict=True):
        sheet.number(row, _KEYS.index(key) + 1, value, money)


def _furnish(sheet: Sheet, making: Making, last_row: int) -> None:
    native, last = sheet.native, len(EARLIER_COLUMNS)
    native.freeze_panes(HEADER_ROW, 0)
    native.autofilter(HEADER_ROW - 1, 0, last_row - 1, last - 1)
    place = f"={quoted(sheet.name)}!$A${HEADER_ROW}:${column_letters(last)}${last_row}"
    accepted(making.book.native.define_name(EARLIER_NAME, place))
    sheet.as_table_page(HEADER_ROW, making.outcome.file, making.words.say("print.page"))
    native.print_area(0, 0, last_row - 1, last - 2)
    native.set_column(last - 1, last - 1, EARLIER_COLUMNS[-1][1], None, {"hidden": True})
