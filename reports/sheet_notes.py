"""Notes and links on the marked cells of an annotated sheet."""

from __future__ import annotations

from collections.abc import Mapping

from reports.making import Making
from reports.marks import CellMarks, note_text
from reports.notes import MOST_NOTES
from reports.sheet_remarks import LeftOut
from reports.writer import Sheet
from workbooks.grid import Grid
from workbooks.refs import CellRef


def fill_notes(
    sheet: Sheet, making: Making, grid: Grid, mine: Mapping[CellRef, CellMarks]
) -> LeftOut:
    """A link on every marked cell, a note where there is room, and the comments of the source.

    Says what had no room.
    """
    words, places = making.words, making.places
    tip = words.say("annotated.open_finding")
    comments = dict(grid.comments)
    written = left_out = 0
    for ref, entry in sorted(mine.items()):
        if not entry.leads:
            continue
        sheet.link(ref.row, ref.column, places.findings, f"D{places.row[entry.leads[0]]}", tip)
        if ref not in making.noted:
            left_out += 1
            continue
        written += 1
        text = note_text(words, ref, entry, making.outcome)
        original = comments.pop((ref.row, ref.column), "")
        if original:
            text += "\n" + words.say("annotated.original_comment", text=original)
        sheet.note(ref.row, ref.column, text)
    room = max(MOST_NOTES - written, 0)
    for (row, column), text in sorted(comments.items())[:room]:
        sheet.note(row, column, words.say("annotated.original_comment", text=text))
    return LeftOut(notes=left_out, comments=max(len(comments) - room, 0))
