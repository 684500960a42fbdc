"""TO614 match-uncertain."""

from __future__ import annotations

from collections.abc import Iterator

from rules.model import Basis, Message, Severity
from rules.registry import Takes, rule
from rules.remark import Remark
from rules.ties.spots import spot_of
from rules.ties.tied import Tied


@rule(
    "TO614",
    "match-uncertain",
    operation=None,
    since="0.2",
    takes=Takes.TIED,
    stable=False,
)
def uncertain_matches(tied: Tied) -> Iterator[Remark]:
    """A line or column was compared with one that is not called the same.

    Why: that it is the same is a guess; a difference may only mean that it is not.
    Example: "Purchase of services" was compared with "Purchases of services".
    Not checked: lines and columns of the same words, year and scenario.
    Units: none.
    Source: tie-out of comparative figures, ISA 710.
    """
    for pair, line in tied.unsure():
        spot = spot_of(pair.this, line.this, pair.columns[0].this)
        values = {
            "name": pair.this.labels[line.this],
            "other": pair.last.labels[line.last],
            "sheet": pair.last.sheet,
            "how": Message(f"matched_by.{line.by}"),
            "alike": round(line.likeness),
        }
        yield Remark(
            rule="TO614",
            severity=Severity.NOTE,
            confidence=0.9,
            cell=spot.cell,
            message=Message("note.tie_unsure", values),
            basis=Basis.LABEL,
            label=pair.this.labels[line.this],
        )
    for pair in tied.pairs:
        for column in pair.columns:
            if column.is_sure or not column.names_year:
                continue
            spot = spot_of(pair.this, 0, column.this)
            values = {
                "name": pair.this.headings[column.this],
                "other": pair.last.headings[column.last],
            }
            yield Remark(
                rule="TO614",
                severity=Severity.NOTE,
                confidence=0.9,
                cell=spot.cell,
                message=Message("note.tie_column", values),
                basis=Basis.LABEL,
                column=pair.this.headings[column.this],
            )
        undated = [column.this for column in pair.columns if not column.names_year]
        if undated:
            spot = spot_of(pair.this, 0, undated[0])
            yield Remark(
                rule="TO614",
                severity=Severity.NOTE,
                confidence=0.9,
                cell=spot.cell,
                message=Message("note.tie_no_year", {"count": len(undated)}),
                basis=Basis.LABEL,
                column=pair.this.headings[undated[0]],
            )
