"""The column right of an annotated sheet: the way back, remarks, and what the marks mean."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reports.making import Making
from reports.styles import FONT, GREY, GREY_FILL, LEGEND, LINK, LOOKS, QUIET, SIGNS
from reports.writer import Sheet
from workbooks.grid import Grid

LEGEND_WIDTH = 46.0


def fill_legend(
    add: Callable[[int, int, str, int], None],
    sheet: Sheet,
    making: Making,
    grid: Grid,
    column: int,
    remarks: Sequence[str],
) -> None:
    """Links back, ``remarks`` and the meaning of the marks, right of the table.

    ``add`` takes row, column, text and look of each cell.
    """
    book, words, places = making.book, making.words, making.places
    base: dict[str, object] = {"font_name": FONT, "font_size": 9, "valign": "vcenter"}
    link = book.style(base | {"font_color": LINK, "underline": 1})
    row = 1
    for text, target in (
        (words.say("annotated.back"), places.findings),
        (words.say("annotated.summary"), places.summary),
    ):
        add(row, column, text, link)
        sheet.link(row, column, target, "A1")
        row += 1
    row += 1
    hidden = [words.say("annotated.hidden_sheet")] if grid.state != "visible" else []
    for remark in (*hidden, *remarks):
        add(row, column, remark, book.style(base | {"font_color": GREY, "italic": True}))
        row += 1
    for mark, key in LEGEND:
        look = book.style(base | {"font_color": QUIET} | LOOKS[mark])
        add(row, column, f"{SIGNS[mark]}  {words.say(key)}", look)
        row += 1
    if grid.hidden_rows or grid.hidden_columns:
        look = book.style(base | {"font_color": GREY, "bg_color": GREY_FILL})
        add(row, column, words.say("legend.hidden"), look)
