"""What a reader of an annotated copy should know about it."""

from __future__ import annotations

from dataclasses import dataclass, field

from reports.words import Words
from workbooks.refs import CellRef


@dataclass(slots=True)
class CopyRemarks:
    """Counts of cells, and which they are where that helps."""

    marked: int = 0
    hidden: int = 0  # of these, on hidden sheets, rows or columns
    threaded: list[CellRef] = field(default_factory=list)  # coloured, their thread left alone
    without_note: int = 0  # coloured only: too many, or no box can be added
    uncoloured: int = 0  # no room for more styles, or not to be found in the file
    is_signed: bool = False  # the signature in the copy no longer holds

    def lines(self, words: Words) -> list[str]:
        """The remarks as sentences, those that apply."""
        said = [] if self.marked else [words.say("copy.nothing")]
        if self.is_signed and self.marked:
            said.append(words.say("copy.signed"))
        if self.threaded:
            cells = words.listing(words.cell(cell) for cell in self.threaded)
            said.append(words.say("copy.threaded", count=len(self.threaded), cells=cells))
        for key, number in (
            ("copy.hidden", self.hidden),
            ("copy.without_note", self.without_note),
            ("copy.uncoloured", self.uncoloured),
        ):
            if number:
                said.append(words.say(key, count=number))
        return said
