"""TO613 line-new."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Remark
from rules.ties.spots import largest
from rules.ties.tied import Tied


@rule(
    "TO613",
    "line-new",
    operation=None,
    since="0.2",
    takes=Takes.TIED,
    stable=False,
)
def new_lines(tied: Tied) -> Iterator[Remark]:
    """A line of this workbook is not in the other one.

    Why: a new line in a comparison has no past; often it is an old one under another name.
    Example: this year's comparison has a line "Cinema", and last year's budget has none.
    Not checked: lines without figures in the columns that both workbooks have.
    Units: none.
    Source: tie-out of comparative figures, ISA 710.
    """
    for side, line in tied.new:
        spot = largest(tied, side, line)
        yield Remark(
            rule="TO613",
            severity=Severity.NOTE,
            confidence=0.9,
            cell=spot.cell,
            message=Message(
                "note.tie_new",
                {"name": side.labels[line], "file": tied.last_file, "figure": spot.figure},
            ),
            basis=Basis.LABEL,
            label=side.labels[line],
            column=spot.heading,
        )
