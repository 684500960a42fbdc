"""What an annotated sheet does not show as the workbook has it: nothing is left out silently."""

from __future__ import annotations

from dataclasses import dataclass

from reports.phrases import told
from reports.words import Words
from reports.writer import LONGEST_TEXT, is_printable, units
from workbooks.grid import Grid


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Counts of what one sheet of the report goes without."""

    notes: int = 0  # of marked cells
    comments: int = 0  # of the source
    merges: int = 0


def sheet_remarks(words: Words, grid: Grid, name: str, left_out: LeftOut) -> list[str]:
    """The remarks on the sheet called ``name`` that shows ``grid``, a sentence each."""
    said = []
    if name != grid.name:
        said.append(words.say("annotated.renamed", name=grid.name))
    if grid.left_out:
        said.append(words.say("annotated.left_out", text=told(grid.left_out, words.language)))
    for key, count in (
        ("annotated.notes_left_out", left_out.notes),
        ("annotated.comments_left_out", left_out.comments),
        ("annotated.merges_left_out", left_out.merges),
        ("annotated.unprintable", sum(not is_printable(text) for text in grid.texts.values())),
    ):
        if count:
            said.append(words.say(key, count=count))
    cut = sum(
        len(text) * 2 > LONGEST_TEXT and units(text) > LONGEST_TEXT for text in grid.texts.values()
    )
    if cut:
        said.append(words.say("annotated.texts_cut", count=cut, limit=LONGEST_TEXT))
    return said
