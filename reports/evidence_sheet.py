"""What was audited, with what, and room for the signatures: the page an auditor files."""

from __future__ import annotations

from reports.making import Making
from reports.sentences import facts_of
from reports.styles import ACCENT, FONT, INK, QUIET, RULE
from reports.writer import Sheet
from workbooks.refs import Area

_PEOPLE = ("evidence.prepared", "evidence.reviewed")
_TO_FILL_IN = ("evidence.name", "head.date", "evidence.signature")


def fill_evidence(sheet: Sheet, making: Making) -> None:
    """Write the facts, the method and the sign-off."""
    words, style = making.words, making.book.style
    base: dict[str, object] = {"font_name": FONT, "font_size": 10, "font_color": INK}
    line: dict[str, object] = {"bottom": 1, "bottom_color": RULE, "valign": "top"}
    name = style(base | line | {"font_color": QUIET})
    value = style(base | line | {"text_wrap": True})
    for column, width in enumerate((30, 34, 20, 40), 1):
        sheet.width(column, column, width)
    title = style(base | {"font_size": 18, "bold": True, "font_color": ACCENT})
    sheet.text(1, 1, words.say("title.evidence"), title)
    sheet.height(1, 26)
    row = 3
    left_out = making.left_out or [words.say("evidence.nothing_left_out")]
    facts = [
        *facts_of(making.outcome, making.workbook, words, making.facts),
        *(("" if index else "evidence.left_out", text) for index, text in enumerate(left_out)),
    ]
    for key, text in facts:
        sheet.text(row, 1, words.say(key) if key else "", name)
        sheet.block(Area(row, 2, row, 4), text, value)
        sheet.height(row, 15.0 * (1 + len(text) // 98) + 2)
        row += 1
    row += 1
    heading = style(base | {"font_size": 12, "bold": True, "font_color": ACCENT})
    sheet.text(row, 1, words.say("evidence.sign_off"), heading)
    row += 1
    small = style(base | {"font_color": QUIET, "font_size": 9})
    for column, key in enumerate(_TO_FILL_IN, 2):
        sheet.text(row, column, words.say(key), small)
    to_sign = style(base | {"bottom": 1, "bottom_color": INK})
    for person in _PEOPLE:
        row += 1
        sheet.text(row, 1, words.say(person), style(base | {"bold": True}))
        for column in (2, 3, 4):
            sheet.blank(row, column, to_sign)
        sheet.height(row, 34)
    sheet.as_table_page(1, making.outcome.file, words.say("print.page"))
