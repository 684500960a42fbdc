"""The findings, root causes first, each with room for a reviewer's decision."""

from __future__ import annotations

from collections.abc import Sequence

from reports.dates import serial_of
from reports.entries import Entry
from reports.findings_layout import (
    AMOUNTS,
    COLUMN,
    COLUMNS,
    COMMENT,
    CONFIDENCE,
    DATE,
    DIFFERENCE,
    FIRST_ROW,
    HEADER_ROW,
    ID,
    LABEL,
    LAST_PRINTED,
    MOVEMENT,
    NUMBER,
    PLACE,
    RECOMPUTED,
    REPORTED,
    REVIEWER,
    RIGHT,
    RULE_CODE,
    SEVERITY,
    SHEET,
    STATUS,
    STATUSES,
    SUGGESTED,
    TABLE_NAME,
    TOLERANCE,
    WHAT,
)
from reports.findings_looks import STATUS_TONES, FindingsLooks, amount_width
from reports.making import Making
from reports.movement import decision_text
from reports.row_heights import LINE, lines_in
from reports.sentences import cause_text, explanation_text, finding_text, is_share, is_share_cause
from reports.words import Words
from reports.writer import Sheet, accepted
from rules.model import Finding, RootCause
from workbooks.refs import CellRef, column_letters, quoted

_WIDEST_PLACE = 22.0


def row_numbers(entries: list[Entry]) -> dict[str, int]:
    """The row of each root cause and finding by its id."""
    return {entry.id: FIRST_ROW + index for index, entry in enumerate(entries)}


def fill_findings(sheet: Sheet, making: Making, entries: list[Entry]) -> None:
    """Write the table."""
    words, table = making.words, _Table(sheet, making, _widths(entries, making.words))
    looks = table.looks
    sheet.text(1, 1, words.say("title.findings"), looks.title)
    sheet.text(2, 1, words.say("findings.how_to"), looks.hint)
    sheet.height(1, 26)
    sheet.height(HEADER_ROW, 32)
    for column, (key, _) in enumerate(COLUMNS, 1):
        heading = looks.heading_right if column in RIGHT else looks.heading
        if column in (WHAT, RULE_CODE):
            heading = looks.heading_after_number
        sheet.text(HEADER_ROW, column, words.say(key), heading)
        sheet.width(column, column, table.widths[column - 1])
    for row, entry in enumerate(entries, FIRST_ROW):
        if entry.finding is not None:
            table.finding(row, entry, entry.finding)
        elif entry.cause is not None:
            table.cause(row, entry.cause, entry.number)
    if not entries:
        sheet.text(FIRST_ROW, 1, words.say("findings.none"), looks.hint)
    _furnish(sheet, making, max(FIRST_ROW, HEADER_ROW + len(entries)), table.widths)


def _widths(entries: Sequence[Entry], words: Words) -> list[float]:
    """Width of each column: amounts as wide as their longest, so that none is shown as ####."""
    widths = [width for _, width in COLUMNS]
    cells = [entry.finding.cell for entry in entries if entry.finding is not None]
    longest = max((len(words.cell(cell)) for cell in cells), default=0)
    widths[PLACE - 1] = min(max(widths[PLACE - 1], 0.95 * longest + 0.5), _WIDEST_PLACE)
    amounts: dict[int, list[float | None]] = {column: [] for column in (*AMOUNTS, TOLERANCE)}
    for entry in entries:
        if (finding := entry.finding) is not None:
            amounts[REPORTED].append(finding.reported)
            amounts[RECOMPUTED].append(finding.recomputed)
            amounts[DIFFERENCE].append(finding.difference)
            amounts[TOLERANCE].append(finding.tolerance)
        elif entry.cause is not None:
            amounts[DIFFERENCE].append(entry.cause.amount)
            for suspect in entry.cause.cells[:1]:
                amounts[REPORTED].append(suspect.value)
                amounts[SUGGESTED].append(suspect.suggested)
    for column, values in amounts.items():
        widths[column - 1] = amount_width(*values, least=widths[column - 1] or 10.0)
    return widths


class _Table:
    """Writes the rows."""

    def __init__(self, sheet: Sheet, making: Making, widths: list[float]) -> None:
        self._sheet, self._making, self.widths = sheet, making, widths
        self.looks = FindingsLooks(making)
        self._room = int(1.05 * widths[PLACE - 1])

    def finding(self, row: int, entry: Entry, finding: Finding) -> None:
        """One finding, with cells for the reviewer."""
        sheet, looks = self._sheet, self.looks
        words, outcome = self._making.words, self._making.outcome
        sheet.text(row, NUMBER, entry.number, looks.number)
        severity = words.say(f"severity.{finding.severity}")
        sheet.text(row, SEVERITY, severity, looks.severity[finding.severity])
        movement = ""
        if finding.movement is not None:
            movement = words.say(f"movement.{finding.movement}")
            sheet.text(row, MOVEMENT, movement, looks.movement[finding.movement])
        else:
            sheet.blank(row, MOVEMENT, looks.body)
        place = place_cell(sheet, self._making, (row, PLACE), finding.cell, looks.link, self._room)
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
        if finding.waiver is not None:  # of the settings; the cells beside it are a person's own
            text += "\n" + decision_text(words, finding)
        sheet.text(row, WHAT, text, looks.after_number)
        suggested = _suggested(entry)
        sheet.number(row, SUGGESTED, suggested, looks.amount(suggested, share=share))
        sheet.number(row, CONFIDENCE, finding.confidence, looks.share)
        sheet.text(row, RULE_CODE, finding.rule, looks.after_number)
        sheet.text(row, SHEET, finding.cell.sheet, looks.body)
        sheet.text(row, ID, finding.id, looks.body)
        comment = self._decision(row, finding)
        shown = {WHAT: text, LABEL: finding.label, COLUMN: finding.column}
        shown |= {MOVEMENT: movement, COMMENT: comment}
        sheet.height(row, self._height(shown, place))

    def _decision(self, row: int, finding: Finding) -> str:
        """What was decided so far, to be read, changed or filled in; the comment."""
        sheet, looks, decision = self._sheet, self.looks, finding.decision
        if decision is None:
            for column in (STATUS, REVIEWER, COMMENT):
                sheet.blank(row, column, looks.input)
            sheet.blank(row, DATE, looks.date)
            return ""
        status = self._making.words.say(STATUSES[decision.status])
        sheet.text(row, STATUS, status, looks.input)
        sheet.text(row, REVIEWER, decision.reviewer, looks.input)
        sheet.text(row, COMMENT, decision.comment, looks.input)
        serial = serial_of(decision.date, date_1904=self._making.workbook.date_1904)
        if serial is None:
            sheet.text(row, DATE, decision.date, looks.date)
        else:
            sheet.number(row, DATE, serial, looks.date)
        return decision.comment

    def cause(self, row: int, cause: RootCause, number: str) -> None:
        """One root cause, as the head of its findings."""
        sheet, looks, words = self._sheet, self.looks, self._making.words
        suspect = cause.cells[0] if cause.cells else None
        share = is_share_cause(cause, self._making.outcome)
        sheet.text(row, NUMBER, number, looks.cause_number)
        certainty = words.say(f"certainty.{cause.certainty}")
        sheet.text(row, SEVERITY, certainty, looks.cause)
        for column in range(MOVEMENT, ID + 1):
            sheet.blank(row, column, looks.cause)
        place = ""
        if suspect is not None:
            sheet.text(row, SHEET, suspect.cell.sheet, looks.cause)
            at = (row, PLACE)
            look = looks.cause_link
            place = place_cell(sheet, self._making, at, suspect.cell, look, self._room)
            sheet.text(row, LABEL, suspect.label, looks.cause)
            sheet.text(row, COLUMN, suspect.column, looks.cause)
            suggested = suggestion(cause)
            money = looks.amount(suspect.value, suggested, cause.amount, share=share, cause=True)
            sheet.number(row, REPORTED, suspect.value, money)
            sheet.number(row, SUGGESTED, suggested, money)
        money = looks.amount(cause.amount, share=share, cause=True)
        sheet.number(row, DIFFERENCE, cause.amount or None, money)
        home = suspect.cell.sheet if suspect is not None else ""
        why = cause_text(words, cause, is_explained=True)
        told = explanation_text(words, cause, home, share=share)
        text = " ".join(part for part in (why, told) if part)
        sheet.text(row, WHAT, text, looks.cause_after_number)
        if cause.confidence:
            sheet.number(row, CONFIDENCE, cause.confidence, looks.cause_share)
        for column in (STATUS, REVIEWER, COMMENT):
            sheet.blank(row, column, looks.cause_input)
        sheet.blank(row, DATE, looks.cause_date)
        sheet.text(row, ID, cause.id, looks.cause)
        shown = {WHAT: text, SEVERITY: certainty}
        if suspect is not None:
            shown |= {LABEL: suspect.label, COLUMN: suspect.column}
        sheet.height(row, self._height(shown, place, bold=True))

    def _height(self, shown: dict[int, str], place: str, *, bold: bool = False) -> float:
        """Points for wrapped text; nobody measures the rows of a file no Excel has written."""
        room = 1.08 if bold else 1.18  # letters of 10 points in a width counted in digits of 11
        shown = shown | {PLACE: place}
        lines = max(lines_in(text, room * self.widths[at - 1] - 1) for at, text in shown.items())
        return min(LINE * lines + 4, 300.0)


def _suggested(entry: Entry) -> float | None:
    """What the cell of a finding should hold, where it is the one to put right."""
    if entry.cause is None or entry.finding is None or len(entry.cause.cells) != 1:
        return None
    is_here = entry.cause.cells[0].cell == entry.finding.cell
    return suggestion(entry.cause) if is_here else None


def suggestion(cause: RootCause) -> float | None:
    """What to write instead; none where the cells cannot be told apart."""
    return cause.cells[0].suggested if len(cause.cells) == 1 else None


def place_cell(
    sheet: Sheet, making: Making, at: tuple[int, int], cell: CellRef, look: int, room: int
) -> str:
    """An address that leads to the cell on its annotated sheet; what it says.

    Links do not wrap: the middle of a sheet's name is cut where it needs more than ``room``.
    """
    text = short_place(making.words, cell, room)
    sheet.text(*at, text, look)
    target = making.places.sheets.get(cell.sheet)
    if target is not None:
        sheet.link(*at, target, cell.a1)
    return text


def short_place(words: Words, cell: CellRef, room: int) -> str:
    """An address in at most ``room`` letters, as far as the middle of the sheet's name gives way.

    >>> short_place(Words("en"), CellRef("Monthly budget by department", 7, 14), 16)
    "'Mont…ment'!N7"
    """
    text = words.cell(cell)
    for keep in range(len(cell.sheet) // 2 - 1, 1, -1):
        if len(text) <= room:
            break
        name = f"{cell.sheet[:keep]}…{cell.sheet[-keep:]}"
        text = words.cell(CellRef(name, cell.row, cell.column))
    return text


def _furnish(sheet: Sheet, making: Making, last_row: int, widths: list[float]) -> None:
    """Filter, panes, list of statuses, print settings, and the name programs find the table by."""
    native, words = sheet.native, making.words
    native.freeze_panes(HEADER_ROW, PLACE)
    native.ignore_errors({"number_stored_as_text": f"A{FIRST_ROW}:A{last_row}"})  # 1.1 is no number
    native.autofilter(HEADER_ROW - 1, 0, last_row - 1, ID - 1)
    area = (FIRST_ROW - 1, STATUS - 1, last_row - 1, STATUS - 1)
    choice = {
        "validate": "list",
        "source": [words.say(key) for key in STATUSES.values()],
        "input_title": words.say("findings.status_title"),
        "input_message": words.say("findings.status_help"),
    }
    accepted(native.data_validation(*area, choice))
    for status, (ink, fill) in STATUS_TONES.items():
        tone = making.book.native.add_format({"font_color": ink, "bg_color": fill})
        rule = {"type": "cell", "criteria": "==", "value": f'"{words.say(STATUSES[status])}"'}
        accepted(native.conditional_format(*area, rule | {"format": tone}))
    accepted(
        making.book.native.define_name(
            TABLE_NAME, f"={quoted(sheet.name)}!$A${HEADER_ROW}:${column_letters(ID)}${last_row}"
        )
    )
    sheet.as_table_page(HEADER_ROW, making.outcome.file, words.say("print.page"))
    native.print_area(0, 0, last_row - 1, LAST_PRINTED - 1)
    if making.outcome.comparison is None:
        native.set_column(MOVEMENT - 1, MOVEMENT - 1, widths[MOVEMENT - 1], None, {"hidden": True})
    native.set_column(ID - 1, ID - 1, widths[ID - 1], None, {"hidden": True})
