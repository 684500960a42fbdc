"""TO612 line-missing."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Remark
from rules.ties.spots import largest
from rules.ties.tied import Tied


@rule(
    "TO612",
    "line-missing",
    operation=None,
    since="0.2",
    takes=Takes.TIED,
    stable=False,
)
def missing_lines(tied: Tied) -> Iterator[Remark]:
    """A line of the other workbook is not in this one.

    Why: what is dropped from a comparison is no longer seen, and its total no longer adds up.
    Example: last year's budget has a line "Museum" of 18,433, and this year's comparison has none.
    Not checked: lines without figures in the columns that both workbooks have.
    Units: none.
    Source: tie-out of comparative figures, ISA 710.
    """
    for side, line in tied.missing:
        spot = largest(tied, side, line)
        yield Remark(
            rule="TO612",
            severity=Severity.WARNING,
            confidence=0.9,
            cell=spot.cell,
            message=Message(
                "note.tie_missing",
                {"name": side.labels[line], "file": tied.file, "figure": spot.figure},
            ),
            basis=Basis.LABEL,
            label=side.labels[line],
            column=spot.heading,
        )
