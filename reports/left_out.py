"""What the report as a whole goes without because of the limits of Excel."""

from __future__ import annotations

from reports.words import Words
from reports.writer import MOST_LINKS, Book


def unlinked(book: Book, words: Words) -> list[str]:
    """Cells without a link, and looks beyond the most that a workbook holds; a sentence each."""
    said = []
    for sheet in book.sheets:
        if sheet.links_left_out:
            text = words.say("left_out.links", count=sheet.links_left_out, limit=MOST_LINKS)
            said.append(words.say("evidence.of_sheet", sheet=sheet.name, text=text))
    if book.looks_left_out:
        said.append(words.say("left_out.looks", count=len(book.looks_left_out)))
    return said
