"""UN811 figure-in-another-unit."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rules.model import Message, Severity
from rules.peers import FEWEST, Peers, peers_of
from rules.registry import Takes, rule
from rules.remark import Judged, Remark, agreed_figures
from workbooks.refs import CellRef

_FACTORS = (1e3, 1e-3, 1e6, 1e-6)
_NEAR = (0.7, 1.4)  # the figure over its peers, once the factor is taken out
_STEADY = 3.0  # largest peer over smallest
_COLUMN = 0.8  # share of the other lines in which the column is as large as the others
_LINES = 4  # such lines that must be there
_DIGITS = 3  # significant digits of the peers: 100, 100, 100 are placeholders


@rule(
    "UN811",
    "figure-in-another-unit",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def slipped_figures(judged: Judged) -> Iterator[Remark]:
    """A figure is a thousand or a million times larger or smaller than all others of its line.

    Why: a figure typed in euros among thousands dwarfs all others, or vanishes among them.
    Example: 1,240, 1,262, 1,281,000 and 1,305 in a table in thousands.
    Not checked: a figure in a sum that adds up with it; lines whose figures vary much; columns that
    are of another size in most lines.
    Units: any; only the ratio to the line's other figures counts.
    Source: analytical procedures, ISA 520.
    """
    agreed = agreed_figures(judged.ledger)
    for table, place in zip(judged.tables, judged.places, strict=True):
        if min(table.shape) <= FEWEST:
            continue
        peers = peers_of(table)
        with np.errstate(invalid="ignore"):
            size = np.abs(peers.values) / peers.middle
        known = np.isfinite(size) & (peers.count >= FEWEST) & (peers.spread < _STEADY)
        usual = known & (size > 1 / _STEADY) & (size < _STEADY)
        column = (usual.sum(axis=0) >= _LINES) & (
            usual.sum(axis=0) >= _COLUMN * np.maximum(1, known.sum(axis=0))
        )
        for factor in _FACTORS:
            slipped = known & (size / factor > _NEAR[0]) & (size / factor < _NEAR[1]) & column
            for i, j in zip(*np.nonzero(slipped), strict=True):
                if agreed[place[i, j]] or not _precise(peers, int(i), int(j)):
                    continue
                line, heading = table.lines[i], table.headings[j]
                value = float(table.values[i, j])
                yield Remark(
                    rule="UN811",
                    severity=Severity.WARNING,
                    confidence=0.8,
                    cell=CellRef(table.sheet, line.row, heading.column),
                    message=Message(
                        "note.unit_figure", {"value": value, "suggested": value / factor}
                    ),
                    label=line.title,
                    column=heading.text,
                )


def _precise(peers: Peers, line: int, column: int) -> bool:
    """The peers have figures of several digits, and are not all the same."""
    others = np.delete(np.abs(peers.values[line]), column)
    others = others[np.isfinite(others)]
    digits = [len(f"{value:.0f}".rstrip("0")) for value in others.tolist()]
    return len(set(others.tolist())) > 1 and max(digits) >= _DIGITS
