"""The overview over many workbooks: one line for each, and all their root causes by money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from xlsxwriter.url import Url

from reports.phrases import told
from reports.styles import ACCENT, BAD_FILL, FONT, GREY_FILL, INK, LINK, ON_ACCENT, QUIET, RULE
from reports.styles import GOOD_FILL as CLEAN_FILL
from reports.words import Words
from reports.writer import MOST_LINKS, Book, Sheet, written

# A line of results.jsonl, its findings by severity, and the money in question.
Line = tuple[Mapping[str, Any], Mapping[str, int], float]

HEADER_ROW = 4
MOST_CAUSES = 10_000
_AMOUNT = "#,##0.##"
_COLUMNS = (
    ("overview.rank", 6),
    ("overview.workbook", 44),
    ("overview.status", 14),
    ("overview.errors", 9),
    ("overview.warnings", 10),
    ("overview.notes", 8),
    ("overview.causes", 9),
    ("overview.money", 16),
    ("overview.checks", 10),
    ("overview.figures", 10),
    ("overview.proved", 10),
    ("overview.not_checked", 12),
    ("overview.remark", 70),
)
_CAUSE_COLUMNS = (
    ("overview.money", 16),
    ("overview.workbook", 40),
    ("head.sheet", 22),
    ("head.place", 12),
    ("head.reported", 16),
    ("head.suggested", 16),
    ("overview.what", 90),
)
_FILLS = {"clean": CLEAN_FILL, "findings": BAD_FILL}


def write_overview(
    lines: Sequence[Line], path: Path, words: Words, version: str, settings: Sequence[str]
) -> None:
    """Write the overview of ``lines``, which are ranked; ``OutputError`` when it cannot be.

    Links lead to the reports, whose places the lines tell from the overview's own folder.
    """

    def fill(book: Book) -> None:
        book.describe(words.say("overview.title"), "", version)
        _Overview(book, words, lines, settings).fill()

    written(path, fill)


class _Overview:
    def __init__(
        self, book: Book, words: Words, lines: Sequence[Line], settings: Sequence[str]
    ) -> None:
        self._book, self._words, self._lines, self._settings = book, words, lines, settings
        self._base: dict[str, object] = {"font_name": FONT, "font_size": 10, "font_color": INK}
        self._line = self._base | {"bottom": 1, "bottom_color": RULE, "valign": "top"}

    def fill(self) -> None:
        self._fill_workbooks(self._book.sheet(self._words.say("overview.title")))
        self._fill_causes(self._book.sheet(self._words.say("overview.causes_sheet")))
        self._book.sheets[0].native.activate()

    def _look(self, **more: object) -> int:
        return self._book.style(self._line | more)

    def _head(
        self, sheet: Sheet, title: str, hint: str, columns: Sequence[tuple[str, int]]
    ) -> None:
        style, words = self._book.style, self._words
        big: dict[str, object] = {"font_size": 18, "bold": True, "font_color": ACCENT}
        sheet.text(1, 1, title, style(self._base | big))
        sheet.height(1, 26)
        sheet.text(2, 1, hint, style(self._base | {"font_color": QUIET}))
        heading = style(
            self._base
            | {"bold": True, "font_color": ON_ACCENT, "bg_color": ACCENT, "text_wrap": True}
        )
        sheet.height(HEADER_ROW, 30)
        for column, (key, width) in enumerate(columns, 1):
            sheet.text(HEADER_ROW, column, words.say(key), heading)
            sheet.width(column, column, width)

    def _furnish(self, sheet: Sheet, last_row: int, columns: int) -> None:
        sheet.native.freeze_panes(HEADER_ROW, 0)
        sheet.native.autofilter(HEADER_ROW - 1, 0, max(last_row, HEADER_ROW + 1) - 1, columns - 1)
        sheet.as_table_page(
            HEADER_ROW, self._words.say("title.report"), self._words.say("print.page")
        )

    def _fill_workbooks(self, sheet: Sheet) -> None:
        words, lines = self._words, self._lines
        checked = [entry for entry, _, _ in lines if "result" in entry]
        hint = words.say(
            "overview.summary",
            count=len(lines),
            checked=len(checked),
            flagged=sum(entry["status"] == "findings" for entry in checked),
            open=len(lines) - len(checked),
        )
        if self._settings:
            hint += "  " + "; ".join(self._settings)
        self._head(sheet, words.say("overview.title"), hint, _COLUMNS)
        plain, number = self._look(), self._look(num_format="#,##0", align="right")
        amount = self._look(num_format=_AMOUNT, align="right")
        share = self._look(num_format="0 %", align="right")
        wrapped = self._look(text_wrap=True)
        link = self._look(font_color=LINK, underline=1)
        row = HEADER_ROW
        for row, (entry, count, money) in enumerate(lines, HEADER_ROW + 1):
            summary = entry.get("result", {}).get("summary", {})
            sheet.number(row, 1, row - HEADER_ROW, number)
            self._workbook(sheet, row, 2, entry, link, plain)
            fill = _FILLS.get(entry["status"], GREY_FILL)
            text = words.say(f"overview.is_{entry['status']}")
            sheet.text(row, 3, text, self._look(bg_color=fill))
            sheet.text(row, 13, told(entry.get("error", ""), words.language), wrapped)
            if not summary:
                for column in range(4, 13):
                    sheet.blank(row, column, plain)
                continue
            for column, severity in enumerate(("error", "warning", "note"), 4):
                sheet.number(row, column, count[severity], number)
            sheet.number(row, 7, summary["root_causes"], number)
            sheet.number(row, 8, money, amount)
            sheet.number(row, 9, summary["checks"], number)
            sheet.number(row, 10, summary["figures"], number)
            figures = summary["figures"]
            sheet.number(row, 11, summary["figures_proved"] / figures if figures else None, share)
            sheet.number(row, 12, summary["not_checked"], number)
        self._furnish(sheet, row, len(_COLUMNS))

    def _fill_causes(self, sheet: Sheet) -> None:
        words = self._words
        causes = [
            (cause, entry)
            for entry, _, _ in self._lines
            for cause in entry.get("result", {}).get("root_causes", ())
        ]
        causes.sort(key=lambda pair: -abs(pair[0]["amount"] or 0.0))  # ties stay in their order
        hint = words.say("overview.causes_hint", count=len(causes))
        if len(causes) > MOST_CAUSES:
            hint += " " + words.say("overview.causes_cut", shown=MOST_CAUSES)
        self._head(sheet, words.say("overview.causes_sheet"), hint, _CAUSE_COLUMNS)
        plain, wrapped = self._look(), self._look(text_wrap=True)
        amount = self._look(num_format=_AMOUNT, align="right")
        link = self._look(font_color=LINK, underline=1)
        row = HEADER_ROW
        for row, (cause, entry) in enumerate(causes[:MOST_CAUSES], HEADER_ROW + 1):
            cells = cause["cells"]
            sheet.number(row, 1, cause["amount"], amount)
            self._workbook(sheet, row, 2, entry, link, plain)
            sheet.text(row, 3, cells[0]["sheet"] if cells else "", plain)
            sheet.text(row, 4, words.listing(cell["cell"] for cell in cells), plain)
            only = cells[0] if len(cells) == 1 else {}
            sheet.number(row, 5, only.get("value"), amount)
            sheet.number(row, 6, only.get("suggested"), amount)
            sheet.text(row, 7, cause["explanation"], wrapped)
        self._furnish(sheet, row, len(_CAUSE_COLUMNS))

    def _workbook(
        self, sheet: Sheet, row: int, column: int, entry: Mapping[str, Any], link: int, plain: int
    ) -> None:
        """The name, leading to the report where there is one."""
        report = entry.get("report")
        links = row <= MOST_LINKS and isinstance(report, str)
        sheet.text(row, column, entry["file"], link if links else plain)
        if links:
            url = Url("external:report")
            url._relationship_link = quote(str(report))  # forward slashes, which all programs know
            url.text = ""
            sheet.native.hyperlinks[row - 1][column - 1] = url
