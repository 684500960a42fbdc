"""The findings, root causes first, each with room for a reviewer's decision."""

from __future__ import annotations

from reports.entries import Entry
from reports.making import Making
from reports.sentences import cause_text, explanation_text, finding_text, is_share
from reports.styles import (
    ACCENT,
    BAD,
    BAD_FILL,
    BAND,
    FONT,
    GOOD,
    GOOD_FILL,
    INFO,
    INFO_FILL,
    INK,
    LINK,
    ON_ACCENT,
    QUIET,
    RULE,
    WARN,
    WARN_FILL,
)
from reports.writer import Sheet, accepted
from rules.model import Finding, RootCause, Severity
from workbooks.refs import CellRef, column_letters, quoted

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
COLUMNS = (  # key of the heading, width
    ("head.number", 5),
    ("head.severity", 10),
    ("head.sheet", 14),
    ("head.place", 7),
    ("head.label", 22),
    ("head.column", 11),
    ("head.reported", 12.5),
    ("head.recomputed", 12.5),
    ("head.difference", 11),
    ("head.tolerance", 9),
    ("head.what", 44),
    ("head.suggested", 12.5),
    ("head.confidence", 10),
    ("head.rule", 8),
    ("head.status", 12),
    ("head.reviewer", 10),
    ("head.date", 10),
    ("head.comment", 18),
    ("head.id", 14),
)
(
    NUMBER,
    SEVERITY,
    SHEET,
    PLACE,
    LABEL,
    COLUMN,
    REPORTED,
    RECOMPUTED,
    DIFFERENCE,
    TOLERANCE,
    WHAT,
    SUGGESTED,
    CONFIDENCE,
    RULE_CODE,
    STATUS,
    REVIEWER,
    DATE,
    COMMENT,
    ID,
) = range(1, len(COLUMNS) + 1)
_RIGHT = (REPORTED, RECOMPUTED, DIFFERENCE, TOLERANCE, SUGGESTED, CONFIDENCE)
STATUSES = ("status.open", "status.accepted", "status.corrected", "status.not_an_error")
TABLE_NAME = "crossfoot_findings"  # defined name over the table, the same in every language
_TONES = {
    Severity.ERROR: (BAD, BAD_FILL),
    Severity.WARNING: (WARN, WARN_FILL),
    Severity.NOTE: (INFO, INFO_FILL),
}


def row_numbers(entries: list[Entry]) -> dict[str, int]:
    """The row of each root cause and finding by its id."""
    return {entry.id: FIRST_ROW + index for index, entry in enumerate(entries)}


def fill_findings(sheet: Sheet, making: Making, entries: list[Entry]) -> None:
    """Write the table."""
    words, table = making.words, _Table(sheet, making)
    looks = table.looks
    sheet.text(1, 1, words.say("title.findings"), looks.title)
    sheet.text(2, 1, words.say("findings.how_to"), looks.hint)
    sheet.height(1, 26)
    sheet.height(HEADER_ROW, 32)
    for column, (key, width) in enumerate(COLUMNS, 1):
        heading = looks.heading_right if column in _RIGHT else looks.heading
        if column in (WHAT, RULE_CODE):
            heading = looks.heading_after_number
        sheet.text(HEADER_ROW, column, words.say(key), heading)
        sheet.width(column, column, width)
    for row, entry in enumerate(entries, FIRST_ROW):
        if entry.finding is not None:
            table.finding(row, entry, entry.finding)
        elif entry.cause is not None:
            table.cause(row, entry.cause, entry.number)
    if not entries:
        sheet.text(FIRST_ROW, 1, words.say("findings.none"), looks.hint)
    _furnish(sheet, making, max(FIRST_ROW, HEADER_ROW + len(entries)))


class _Table:
    """Writes the rows."""

    def __init__(self, sheet: Sheet, making: Making) -> None:
        self._sheet, self._making, self.looks = sheet, making, _Looks(making)

    def finding(self, row: int, entry: Entry, finding: Finding) -> None:
        """One finding, with empty cells for the reviewer."""
        sheet, looks = self._sheet, self.looks
        words, outcome = self._making.words, self._making.outcome
        sheet.text(row, NUMBER, entry.number, looks.number)
        severity = words.say(f"severity.{finding.severity}")
        sheet.text(row, SEVERITY, severity, looks.severity[finding.severity])
        sheet.text(row, SHEET, finding.cell.sheet, looks.body)
        place_cell(sheet, self._making, (row, PLACE), finding.cell, looks.link)
        sheet.text(row, LABEL, finding.label, looks.body)
        sheet.text(row, COLUMN, finding.column, looks.body)
        share = is_share(finding, outcome)
        figures = (finding.reported, finding.recomputed, finding.difference)
        look = looks.amount(*figures, share=share)
        for column, value in zip((REPORTED, RECOMPUTED, DIFFERENCE), figures, strict=True):
            sheet.number(row, column, value, look)
        tolerance = finding.tolerance
        sheet.number(row, TOLERANCE, tolerance, looks.amount(tolerance, share=share))
        text = finding_text(words, finding, outcome)
        sheet.text(row, WHAT, text, looks.after_number)
        suggested = _suggested(entry)
        sheet.number(row, SUGGESTED, suggested, looks.amount(suggested, share=share))
        sheet.number(row, CONFIDENCE, finding.confidence, looks.share)
        sheet.text(row, RULE_CODE, finding.rule, looks.after_number)
        for column in (STATUS, REVIEWER, COMMENT):
            sheet.blank(row, column, looks.input)
        sheet.blank(row, DATE, looks.date)
        sheet.text(row, ID, finding.id, looks.body)
        sheet.height(row, _height(text, finding.label, finding.cell.sheet))

    def cause(self, row: int, cause: RootCause, number: str) -> None:
        """One root cause, as the head of its findings."""
        sheet, looks, words = self._sheet, self.looks, self._making.words
        suspect = cause.cells[0] if cause.cells else None
        sheet.text(row, NUMBER, number, looks.cause_number)
        sheet.text(row, SEVERITY, words.say(f"certainty.{cause.certainty}"), looks.cause)
        for column in range(SHEET, ID + 1):
            sheet.blank(row, column, looks.cause)
        if suspect is not None:
            sheet.text(row, SHEET, suspect.cell.sheet, looks.cause)
            place_cell(sheet, self._making, (row, PLACE), suspect.cell, looks.cause_link)
            sheet.text(row, LABEL, suspect.label, looks.cause)
            sheet.text(row, COLUMN, suspect.column, looks.cause)
            money = looks.amount(suspect.value, suspect.suggested, cause.amount, cause=True)
            sheet.number(row, REPORTED, suspect.value, money)
            sheet.number(row, SUGGESTED, suspect.suggested, money)
        sheet.number(row, DIFFERENCE, cause.amount, looks.amount(cause.amount, cause=True))
        said = [cause_text(words, cause), explanation_text(words, cause)]
        text = " ".join(part for part in said if part)
        sheet.text(row, WHAT, text, looks.cause_after_number)
        if cause.confidence:
            sheet.number(row, CONFIDENCE, cause.confidence, looks.cause_share)
        sheet.text(row, ID, cause.id, looks.cause)
        named = (suspect.label, suspect.cell.sheet) if suspect else ("", "")
        sheet.height(row, _height(text, *named, bold=True))


def _suggested(entry: Entry) -> float | None:
    """What the cell of a finding should hold, where it is the one to put right."""
    if entry.cause is None or entry.finding is None or len(entry.cause.cells) != 1:
        return None
    suspect = entry.cause.cells[0]
    return suspect.suggested if suspect.cell == entry.finding.cell else None


def place_cell(sheet: Sheet, making: Making, at: tuple[int, int], cell: CellRef, look: int) -> None:
    """An address that leads to the cell on its annotated sheet."""
    sheet.text(*at, cell.a1, look)
    target = making.places.sheets.get(cell.sheet)
    if target is not None:
        sheet.link(*at, target, cell.a1)


def _height(text: str, label: str, sheet: str, *, bold: bool = False) -> float:
    """Points for wrapped text; nobody measures the rows of a file that no Excel has written."""
    room = 1.1 if bold else 1.2  # letters of 10 points in a width counted in digits of 11
    lines = max(
        _lines(text, int(room * COLUMNS[WHAT - 1][1])),
        _lines(label, int(room * COLUMNS[LABEL - 1][1])),
        _lines(sheet, int(room * COLUMNS[SHEET - 1][1])),
    )
    return min(14.0 * lines + 4, 300.0)


def _lines(text: str, width: int) -> int:
    return sum(1 + len(line) // width for line in text.split("\n"))


def _furnish(sheet: Sheet, making: Making, last_row: int) -> None:
    """Filter, panes, list of statuses, print settings, and the name programs find the table by."""
    native, words = sheet.native, making.words
    native.freeze_panes(HEADER_ROW, PLACE)
    native.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW}:A{last_row}"})  # 1.1 is no number
    native.autofilter(HEADER_ROW - 1, 0, last_row - 1, ID - 1)
    statuses = [words.say(key) for key in STATUSES]
    accepted(
        native.data_validation(
            FIRST_ROW - 1,
            STATUS - 1,
            last_row - 1,
            STATUS - 1,
            {
                "validate": "list",
                "source": statuses,
                "input_title": words.say("findings.status_title"),
                "input_message": words.say("findings.status_help"),
            },
        )
    )
    for status, (ink, fill) in zip(
        statuses,
        ((WARN, WARN_FILL), (QUIET, BAND), (GOOD, GOOD_FILL), (INFO, INFO_FILL)),
        strict=True,
    ):
        accepted(
            native.conditional_format(
                FIRST_ROW - 1,
                STATUS - 1,
                last_row - 1,
                STATUS - 1,
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{status}"',
                    "format": making.book.native.add_format({"font_color": ink, "bg_color": fill}),
                },
            )
        )
    accepted(
        making.book.native.define_name(
            TABLE_NAME, f"={quoted(sheet.name)}!$A${HEADER_ROW}:${column_letters(ID)}${last_row}"
        )
    )
    sheet.as_table_page(HEADER_ROW, making.outcome.file, words.say("print.page"))
    native.print_area(0, 0, last_row - 1, COMMENT - 1)
    native.set_column(ID - 1, ID - 1, COLUMNS[-1][1], None, {"hidden": True})


class _Looks:
    """The looks of the table."""

    def __init__(self, making: Making) -> None:
        style = making.book.style
        base: dict[str, object] = {
            "font_name": FONT,
            "font_size": 10,
            "font_color": INK,
            "valign": "top",
            "bottom": 1,
            "bottom_color": RULE,
        }
        band = base | {"bg_color": BAND, "bold": True, "top": 1, "top_color": QUIET}
        link: dict[str, object] = {"font_color": LINK, "underline": 1}
        self._style, self._base, self._band = style, base, band
        self.title = style({"font_name": FONT, "font_size": 18, "bold": True, "font_color": ACCENT})
        self.hint = style({"font_name": FONT, "font_size": 10, "font_color": QUIET})
        heading: dict[str, object] = {
            "font_name": FONT,
            "font_size": 10,
            "bold": True,
            "font_color": ON_ACCENT,
            "bg_color": ACCENT,
            "text_wrap": True,
            "valign": "vcenter",
        }
        self.heading = style(heading)
        self.heading_right = style(heading | {"align": "right"})
        self.heading_after_number = style(heading | {"align": "left", "indent": 1})
        self.after_number = style(base | {"text_wrap": True, "align": "left", "indent": 1})
        self.cause_after_number = style(band | {"text_wrap": True, "align": "left", "indent": 1})
        self.body = style(base | {"text_wrap": True})
        self.number = style(base | {"align": "left", "indent": 1, "font_color": QUIET})
        self.link = style(base | link | {"text_wrap": True})
        self.share = style(base | {"num_format": "0%"})
        self.input = style(
            base | {"bg_color": "#FFFDF2", "text_wrap": True, "left": 4, "left_color": RULE}
        )
        self.date = style(
            base | {"bg_color": "#FFFDF2", "num_format": 14, "left": 4, "left_color": RULE}
        )
        self.cause = style(band | {"text_wrap": True})
        self.cause_number = style(band | {"align": "left"})
        self.cause_link = style(band | link | {"text_wrap": True})
        self.cause_share = style(band | {"num_format": "0%"})
        self.severity = {
            severity: style(base | {"font_color": ink, "bg_color": fill, "bold": True})
            for severity, (ink, fill) in _TONES.items()
        }

    def amount(self, *values: float | None, share: bool = False, cause: bool = False) -> int:
        """A look for amounts: with decimals when one of ``values`` has any."""
        known = [value for value in values if value is not None]
        whole = all(value == int(value) for value in known)
        small = any(0 < abs(value) < 0.01 for value in known)
        number_format = "#,##0" if whole else "#,##0.0000" if small else "#,##0.00"
        if share:
            number_format = "0.00%"
        return self._style((self._band if cause else self._base) | {"num_format": number_format})
