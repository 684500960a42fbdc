"""One page for a reader who is no accountant: the verdict, the counts, what to put right."""

from __future__ import annotations

from collections import Counter

from reports.findings_sheet import place_cell, suggestion
from reports.making import Making
from reports.movement import examples_text, movements, reviewers_text
from reports.row_heights import lines_in
from reports.sentences import (
    AGREED,
    by_money,
    cause_text,
    explanation_text,
    gap_counts,
    is_share_cause,
    open_causes,
    verdict_text,
)
from reports.styles import (
    ACCENT,
    BAD,
    BAD_FILL,
    BAND,
    FONT,
    GOOD,
    GOOD_FILL,
    INK,
    LEGEND,
    LINK,
    LOOKS,
    QUIET,
    RULE,
    SIGNS,
    WARN,
    WARN_FILL,
    Mark,
)
from reports.writer import Sheet, accepted
from rules.model import RootCause, Severity, Verdict
from workbooks.refs import Area, CellRef, quoted

WIDTHS = (5, 20, 32, 15, 15, 15, 50, 16, 12)
LAST = len(WIDTHS)
_SIZES = LAST + 1  # a hidden column: the differences without their signs, for the chart
_CAUSE_COLUMNS = (
    *("number", "place", "label", "reads", "should_be", "difference"),
    *("what", "certainty", "findings"),
)
_RIGHT = ("reads", "should_be", "difference", "findings")
MOST_CAUSES = 15
MOST_BARS = 8
MOST_POINTS = 900.0  # of one page; smaller than that it could not be read
CHART_ROWS = 11
_LINE = 13.5  # points
_VERDICT_COLOURS = {
    Verdict.EXACT: "#2E8B62",
    Verdict.ROUNDING: "#8CC7A9",
    Verdict.UNLIKELY_ROUNDING: "#E5B93C",
    Verdict.DISCREPANCY: "#C23B22",
    Verdict.SCOPE: "#7FA8D1",
}


def fill_summary(sheet: Sheet, making: Making) -> None:
    """Write the page from top to bottom."""
    for column, width in enumerate(WIDTHS, 1):
        sheet.width(column, column, width)
    sheet.width(1, 1, max(WIDTHS[0], _longest_count(making) + 2.0))
    sheet.native.set_column(_SIZES - 1, _SIZES - 1, None, None, {"hidden": True})
    page = _Page(sheet, making)
    page.head()
    page.tiles()
    page.counts_and_charts()
    page.movement()
    page.causes()
    page.gaps()
    page.legend()
    sheet.as_table_page(1, making.outcome.file, making.words.say("print.page"))
    if sheet.points <= MOST_POINTS:
        sheet.native.fit_to_pages(1, 1)


def _longest_count(making: Making) -> int:
    """Letters of the largest number in the first column."""
    words, outcome = making.words, making.outcome
    counts = [count for _, count, _ in gap_counts(words, outcome.not_checked)]
    if outcome.comparison is not None:
        counts += [len(one.findings) for one in movements(outcome)]
    return max((len(words.number(count)) for count in counts), default=0)


class _Page:
    """Writes one section after the other; ``_row`` is the next free row."""

    def __init__(self, sheet: Sheet, making: Making) -> None:
        self._sheet, self._making, self._words = sheet, making, making.words
        self._outcome = making.outcome
        self._row = 1
        self._chart_top = 1  # where the charts begin

    def head(self) -> None:
        """Title, file, and the verdict in a coloured band."""
        sheet, words, outcome = self._sheet, self._words, self._outcome
        sheet.text(1, 1, words.say("title.report"), self._look(size=20, bold=True, ink=ACCENT))
        sheet.height(1, 30)
        sheet.text(2, 1, outcome.file, self._look(size=11, ink=QUIET))
        if outcome.open_at_least(Severity.ERROR) or outcome.crashes:
            ink, fill = BAD, BAD_FILL
        elif outcome.open_at_least(Severity.WARNING):
            ink, fill = WARN, WARN_FILL
        else:
            ink, fill = GOOD, GOOD_FILL
        verdict = self._look(
            size=14, bold=True, ink=ink, fill=fill, wrap=True, indent=1, middle=True
        )
        text = verdict_text(words, outcome)
        sheet.block(Area(4, 1, 4, LAST), text, verdict)
        sheet.height(4, 46 if len(text) < 260 else 68)
        self._row = 6

    def tiles(self) -> None:
        """Five large numbers with what they count."""
        words, outcome = self._words, self._outcome
        agreed = sum(outcome.count(verdict) for verdict in AGREED)
        wrong = outcome.count(Verdict.DISCREPANCY)
        share = outcome.figures_proved / outcome.figures if outcome.figures else 0.0
        tiles = (
            (1, 2, words.number(len(outcome.ledger)), "tile.checks", INK),
            (3, 3, words.number(agreed), "tile.agree", GOOD),
            (4, 5, words.number(wrong), "tile.disagree", BAD if wrong else GOOD),
            (6, 6, words.number(len(open_causes(outcome))), "tile.causes", ACCENT),
            (7, 7, words.percent(_floor(100 * share), 0), "tile.proved", ACCENT),
        )
        row = self._row
        for first, last, number, key, ink in tiles:
            big = self._look(size=22, bold=True, ink=ink, fill=BAND, indent=1)
            small = self._look(size=9, ink=QUIET, fill=BAND, indent=1, top=True)
            self._sheet.block(Area(row, first, row, last), number, big)
            self._sheet.block(Area(row + 1, first, row + 1, last), words.say(key), small)
        self._sheet.height(row, 32)
        self._sheet.height(row + 1, 18)
        coverage = words.say(
            "summary.coverage",
            proved=outcome.figures_proved,
            count=outcome.figures,
        )
        quiet = self._look(size=9, ink=QUIET, fill=BAND, wrap=True, middle=True)
        self._sheet.block(Area(row, 8, row + 1, LAST), coverage, quiet)
        self._row = row + 3

    def counts_and_charts(self) -> None:
        """Counts by verdict and severity at the left, charts of them at the right."""
        words, outcome, sheet = self._words, self._outcome, self._sheet
        top = self._chart_top = self._row
        self._heading(words.say("title.verdicts"), 3)
        body, number = self._line(indent=1), self._line(number="#,##0")
        first = self._row
        for verdict in Verdict:
            chip = {"bg_color": _VERDICT_COLOURS[verdict], "border": 1, "border_color": "#FFFFFF"}
            sheet.blank(self._row, 1, self._making.book.style(dict(chip)))
            sheet.text(self._row, 2, words.say(f"verdict.{verdict}"), body)
            sheet.number(self._row, 3, outcome.count(verdict), number)
            self._row += 1
        last = self._row - 1
        sheet.text(self._row, 2, words.say("verdict.not_checked"), body)
        sheet.number(self._row, 3, len(outcome.not_checked), number)
        self._row += 2
        self._heading(words.say("title.severities"), 3)
        counts = Counter(finding.severity for finding in outcome.findings)
        for severity in Severity:
            sheet.text(self._row, 2, words.say(f"severity.{severity}"), body)
            sheet.number(self._row, 3, counts[severity], number)
            self._row += 1
        if len(outcome.ledger):
            self._doughnut(first, last)
        self._row = max(self._row, top + CHART_ROWS) + 1

    def movement(self) -> None:
        """What became of the findings of the report of the time before."""
        words, outcome, sheet = self._words, self._outcome, self._sheet
        if outcome.comparison is None:
            return
        self._heading(words.say("title.movement", file=outcome.comparison.file), LAST)
        moved = movements(outcome)
        if not moved:
            sheet.text(self._row, 1, words.say("movement.none"), self._look(ink=QUIET))
            self._row += 1
        for one in moved:
            row, body = self._row, self._line(wrap=True)
            number = self._line(number="#,##0", bold=True, left=True)
            sheet.number(row, 1, len(one.findings), number)
            told = words.say(f"movement.{one.movement}")
            sheet.block(Area(row, 2, row, 3), told, self._line(wrap=True))
            examples, reviewers = examples_text(words, one), reviewers_text(words, one)
            sheet.block(Area(row, 4, row, 7), examples, body)
            sheet.block(Area(row, 8, row, 9), reviewers, body)
            lines = max(
                lines_in(examples, 1.12 * sum(WIDTHS[3:7]) - 1),
                lines_in(reviewers, 1.12 * sum(WIDTHS[7:9]) - 1),
            )
            sheet.height(row, _LINE * lines + 4)
            self._row += 1
        self._row += 1

    def causes(self) -> None:
        """What to put right, the largest first."""
        words, outcome, sheet = self._words, self._outcome, self._sheet
        self._heading(words.say("title.causes"), LAST)
        causes = by_money(open_causes(outcome))
        if not causes:
            none = "summary.no_causes"
            sheet.text(self._row, 1, words.say(none), self._look(ink=QUIET))
            self._row += 2
            return
        for column, key in enumerate(_CAUSE_COLUMNS, 1):
            quiet = self._look(
                size=9, ink=QUIET, bold=True, line=True, right=key in _RIGHT, indent=key == "what"
            )
            sheet.text(self._row, column, words.say(f"head.{key}"), quiet)
        self._row += 1
        first = self._row
        for number, cause in enumerate(causes[:MOST_CAUSES], 1):
            self._cause(number, cause)
        rest = len(causes) - MOST_CAUSES
        if rest > 0:
            text = words.say("summary.more", count=rest, sheet=self._making.places.findings)
            sheet.text(self._row, 1, text, self._look(ink=QUIET))
            self._row += 1
        in_money = [c for c in causes if c.amount and not is_share_cause(c, outcome)]
        if len(in_money) > 1 and in_money == causes[: len(in_money)]:
            self._bars(first, in_money[:MOST_BARS])
        self._row += 1

    def _cause(self, number: int, cause: RootCause) -> None:
        sheet, words, row = self._sheet, self._words, self._row
        body = self._line(wrap=True)
        suspect = cause.cells[0] if cause.cells else None
        sheet.number(row, 1, number, self._line(number="0", left=True))
        label = ""
        if suspect is not None:
            self._place(row, 2, suspect.cell)
            label = " · ".join(text for text in (suspect.label, suspect.column) if text)
        else:
            sheet.blank(row, 2, body)
        sheet.text(row, 3, label, body)
        value = suspect.value if suspect else None
        suggested = suggestion(cause)
        amounts = [v for v in (value, suggested, cause.amount) if v is not None]
        whole = all(amount == int(amount) for amount in amounts)
        share = is_share_cause(cause, self._outcome)
        shown = "0.00%" if share else "#,##0" if whole else "#,##0.00"
        sheet.number(row, 4, value, self._line(number=shown))
        right = self._line(number=shown, ink=GOOD, bold=True)
        sheet.number(row, 5, suggested, right)
        sheet.number(row, 6, cause.amount or None, self._line(number=shown, bold=True))
        sheet.number(row, _SIZES, abs(cause.amount), self._line(number=shown))
        why = cause_text(words, cause, is_explained=suggested is None)
        if suggested is None:
            home = suspect.cell.sheet if suspect is not None else ""
            told = explanation_text(words, cause, home, share=share)
            why = " ".join(text for text in (told, why) if text)
        sheet.text(row, 7, why, self._line(wrap=True, indent=1))
        sheet.text(row, 8, words.say(f"certainty.{cause.certainty}"), body)
        sheet.number(row, 9, len(cause.findings), self._line(number="0"))
        lines = max(lines_in(why, 1.12 * WIDTHS[6] - 1), lines_in(label, 1.12 * WIDTHS[2] - 1))
        sheet.height(row, _LINE * lines + 4)
        self._row += 1

    def _place(self, row: int, column: int, cell: CellRef) -> None:
        """A linked address."""
        room = int(1.05 * WIDTHS[column - 1])
        place_cell(self._sheet, self._making, (row, column), cell, self._line(link=True), room)

    def gaps(self) -> None:
        """What was not checked, by reason."""
        words, sheet = self._words, self._sheet
        self._heading(words.say("title.gaps"), LAST)
        counts = gap_counts(words, self._outcome.not_checked)
        if not counts:
            sheet.text(self._row, 1, words.say("summary.all_checked"), self._look(ink=QUIET))
            self._row += 1
        for text, count, example in counts:
            number = self._line(number="#,##0", bold=True, left=True)
            sheet.number(self._row, 1, count, number)
            sheet.block(Area(self._row, 2, self._row, 7), text, self._line())
            self._place(self._row, 8, example.cell)
            sheet.blank(self._row, 9, self._line())
            self._row += 1
        for crash in self._outcome.crashes:
            text = words.say("terminal.crash", rule=crash.rule)
            sheet.text(self._row, 2, text, self._look(ink=BAD, bold=True))
            self._row += 1
        self._row += 1

    def legend(self) -> None:
        """The marks of the annotated sheets, and where they are."""
        words, sheet, style = self._words, self._sheet, self._making.book.style
        self._heading(words.say("title.legend"), LAST)
        top = self._row
        for mark, key in LEGEND:
            look = style(
                {"font_name": FONT, "font_size": 11, "align": "center"}
                | ({"font_color": GOOD} if mark is Mark.PROVED else {})
                | LOOKS[mark]
            )
            sheet.text(self._row, 1, SIGNS[mark], look)
            sheet.text(self._row, 2, words.say(key), self._look(indent=1))
            self._row += 1
        for index, (source, name) in enumerate(self._making.places.sheets.items()):
            sheet.text(top + index, 7, source, self._look(ink=LINK, underline=True))
            sheet.link(top + index, 7, name, "A1")

    def _heading(self, text: str, last: int) -> None:
        look = self._look(size=12, bold=True, ink=ACCENT, rule=True)
        for column in range(1, last + 1):
            self._sheet.blank(self._row, column, look)
        self._sheet.text(self._row, 1, text, look)
        self._sheet.height(self._row, 21)
        self._row += 1

    def _doughnut(self, first: int, last: int) -> None:
        words, outcome, sheet = self._words, self._outcome, self._sheet
        native = self._making.book.native
        values = [outcome.count(verdict) for verdict in Verdict]
        chart = native.add_chart({"type": "doughnut"})
        place = f"{quoted(sheet.name)}!"
        chart.add_series(
            {
                "name": words.say("title.verdicts"),
                "categories": f"={place}$B${first}:$B${last}",
                "values": f"={place}$C${first}:$C${last}",
                "categories_data": [words.say(f"verdict.{verdict}") for verdict in Verdict],
                "values_data": values,
                "points": [
                    {"fill": {"color": _VERDICT_COLOURS[v]}, "border": {"color": "#FFFFFF"}}
                    for v in Verdict
                ],
            }
        )
        chart.set_title({"none": True})
        chart.set_legend({"none": True})  # the coloured cells beside the counts are the legend
        chart.set_hole_size(58)
        self._chart(chart, 3, 260)

    def _bars(self, first: int, causes: list[RootCause]) -> None:
        words, sheet = self._words, self._sheet
        chart = self._making.book.native.add_chart({"type": "bar"})
        last = first + len(causes) - 1
        place = f"{quoted(sheet.name)}!"
        font = {"name": FONT, "size": 9, "color": INK}
        chart.add_series(
            {
                "name": words.say("title.largest"),
                "categories": f"={place}$B${first}:$B${last}",
                "values": f"={place}$J${first}:$J${last}",
                "categories_data": [
                    words.cell(cause.cells[0].cell) if cause.cells else "" for cause in causes
                ],
                "values_data": [abs(cause.amount) for cause in causes],
                "fill": {"color": _VERDICT_COLOURS[Verdict.DISCREPANCY]},
                "gap": 60,
                "data_labels": {"value": True, "font": font | {"size": 8}, "num_format": "#,##0"},
            }
        )
        chart.set_title({"name": words.say("title.largest"), "name_font": font | {"bold": True}})
        chart.set_legend({"none": True})
        chart.set_y_axis(
            {"reverse": True, "num_font": font, "label_position": "low", "line": {"color": RULE}}
        )
        room = 1.25 * abs(causes[0].amount)  # for the figure behind the longest bar
        chart.set_x_axis(
            {"visible": False, "major_gridlines": {"visible": False}, "min": 0, "max": room}
        )
        chart.show_hidden_data()
        self._chart(chart, 6, 560)

    def _chart(self, chart: object, column: int, width: int) -> None:
        chart.set_size({"width": width, "height": 20 * CHART_ROWS + 6})  # type: ignore[attr-defined]
        chart.set_chartarea({"border": {"none": True}})  # type: ignore[attr-defined]
        options = {"x_offset": 6, "y_offset": 4, "object_position": 2}
        accepted(self._sheet.native.insert_chart(self._chart_top - 1, column, chart, options))

    def _line(
        self,
        *,
        number: str = "",
        wrap: bool = False,
        bold: bool = False,
        link: bool = False,
        left: bool = False,
        indent: int = 0,
        ink: str = INK,
    ) -> int:
        """The look of a table cell: a fine line below."""
        look: dict[str, object] = {
            "font_name": FONT,
            "font_size": 10,
            "font_color": LINK if link else ink,
            "valign": "top",
            "bottom": 1,
            "bottom_color": RULE,
        }
        extra: dict[str, object] = {
            "num_format": number,
            "text_wrap": wrap,
            "bold": bold,
            "underline": int(link),
            "align": "left" if left or indent else "",
            "indent": indent,
        }
        return self._making.book.style(look | {k: v for k, v in extra.items() if v})

    def _look(
        self,
        *,
        size: float = 10,
        bold: bool = False,
        ink: str = INK,
        fill: str = "",
        wrap: bool = False,
        indent: int = 0,
        middle: bool = False,
        top: bool = False,
        underline: bool = False,
        right: bool = False,
        line: bool = False,
        rule: bool = False,
    ) -> int:
        """The look of a text outside tables."""
        look: dict[str, object] = {
            "font_name": FONT,
            "font_size": size,
            "font_color": ink,
            "bold": bold,
            "bg_color": fill,
            "text_wrap": wrap,
            "indent": int(indent),
            "align": "right" if right else "left" if indent else "",
            "underline": int(underline),
            "valign": "vcenter" if middle else "top" if top else "",
            "bottom": 2 if rule else int(line),
            "bottom_color": ACCENT if rule else RULE if line else "",
        }
        return self._making.book.style({k: v for k, v in look.items() if v})


def _floor(share: float) -> float:
    """Whole per cent, never rounded up to a hundred."""
    return float(int(share))
