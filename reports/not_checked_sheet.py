"""Every figure that a rule would judge and could not, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from reports.making import Making
from reports.styles import ACCENT, FONT, INK, LINK, ON_ACCENT, QUIET, RULE
from reports.writer import MOST_LINKS, Sheet, cell_of, row_of, text_end
from workbooks.refs import MAX_ROWS

HEADER_ROW = 4
FIRST_ROW = HEADER_ROW + 1
COLUMNS = (("head.sheet", 26), ("head.place", 10), ("head.rule", 10), ("head.reason", 100))


def fill_not_checked(sheet: Sheet, making: Making) -> None:
    """Write the list."""
    words, style = making.words, making.book.style
    base: dict[str, object] = {"font_name": FONT, "font_size": 10, "font_color": INK}
    line: dict[str, object] = {"bottom": 1, "bottom_color": RULE}
    heading = base | {"bold": True, "font_color": ON_ACCENT, "bg_color": ACCENT}
    body = style(base | line)
    link = style(base | line | {"font_color": LINK, "underline": 1})
    title = style(base | {"font_size": 18, "bold": True, "font_color": ACCENT})
    sheet.text(1, 1, words.say("title.not_checked"), title)
    sheet.height(1, 26)
    gaps = making.outcome.not_checked[: MAX_ROWS - FIRST_ROW]
    rest = len(making.outcome.not_checked) - len(gaps)
    if rest:
        making.left_out.append(words.say("left_out.gaps", count=rest))
    sheet.links_left_out += max(len(gaps) - MOST_LINKS, 0)
    if not gaps:
        hint = style(base | {"font_color": QUIET})
        sheet.text(2, 1, words.say("summary.all_checked"), hint)
    for column, (key, width) in enumerate(COLUMNS, 1):
        sheet.text(HEADER_ROW, column, words.say(key), style(heading))
        sheet.width(column, column, width)
    last_row = max(FIRST_ROW, HEADER_ROW + len(gaps))
    sheet.extent(last_row, len(COLUMNS))
    for row, gap in enumerate(gaps[:MOST_LINKS], FIRST_ROW):
        target = making.places.sheets.get(gap.cell.sheet)
        if target is not None:
            sheet.link(row, 2, target, gap.cell.a1)

    def rows() -> Iterator[str]:
        for row, gap in enumerate(gaps, FIRST_ROW):
            yield row_of(
                row,
                (
                    cell_of(f"A{row}", text_end(gap.cell.sheet, body)),
                    cell_of(f"B{row}", text_end(gap.cell.a1, link)),
                    cell_of(f"C{row}", text_end(gap.rule, body)),
                    cell_of(f"D{row}", text_end(words.text(gap.reason, gap.cell.sheet), body)),
                ),
            )

    sheet.stream(rows)
    sheet.native.freeze_panes(HEADER_ROW, 0)
    sheet.native.autofilter(HEADER_ROW - 1, 0, last_row - 1, len(COLUMNS) - 1)
    sheet.as_table_page(HEADER_ROW, making.outcome.file, words.say("print.page"))
