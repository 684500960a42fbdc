"""SG801 sign-deviates-from-line-and-table."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from rules.model import Message, Severity
from rules.peers import FEWEST, peers_of
from rules.registry import Takes, rule
from rules.remark import Judged, Remark, agreed_figures
from workbooks.refs import CellRef
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea, normalised

_ENDINGS = (
    (Idea.EXPENSE, re.compile(r"\w(?:menot|kulut|utgifter|kostnader)(?!\w)")),
    (Idea.REVENUE, re.compile(r"\w(?:tulot|tuotot|inkomster|intäkter)(?!\w)")),
)
_CONVENTION = 0.9  # share of the figures of a kind that have one sign: the table's convention
_TOLD = 8  # figures of the kind from which a convention is seen
_ALIKE = (0.5, 2.0)  # how large the figure is against its peers
_STEADY = 5.0  # largest peer over smallest


@rule(
    "SG801",
    "sign-deviates-from-line-and-table",
    operation=None,
    since="0.2",
    takes=Takes.JUDGED,
    stable=False,
)
def deviating_signs(judged: Judged) -> Iterator[Remark]:
    """A revenue or expense has the other sign than its line and all others of its kind.

    Why: a lost minus turns an expense into a revenue wherever the figure is used.
    Example: personnel of -410, -422, 431, -440 in a table that prints expenses with a minus.
    Not checked: nets, changes and lines that name their sign; a figure that is part of a sum that
    adds up with the sign it has, since it is then meant; where a sum fails, the diagnosis of that
    sum tries the sign. A line needs three other figures that are alike.
    Units: any.
    Source: consistency, ISA 520; the convention is inferred for each table and kind.
    """
    told = agreed_figures(judged.ledger)
    failing = np.zeros(len(told), dtype=bool)
    failing[judged.ledger.target] = True
    failing[judged.ledger.part] = True
    for table, place in zip(judged.tables, judged.places, strict=True):
        kinds = [(Idea.REVENUE, Idea.EXPENSE), (Idea.EXPENSE, Idea.REVENUE)]
        for kind, other in kinds:
            rows = [
                i
                for i, line in enumerate(table.lines)
                if _is_plain(line.ideas | _compound(line.label), kind, other)
            ]
            if table.shape[1] > FEWEST and len(rows) * table.shape[1] >= _TOLD:
                yield from _of_kind(table, np.array(rows), place, told | failing)


def _compound(label: str) -> Idea:
    """Revenue or expense by the end of a compound, as in Henkilöstömenot or Försäljningsintäkter.

    >>> [str(_compound(label).name) for label in ("Henkilöstömenot", "Verotulot")]
    ['EXPENSE', 'REVENUE']
    """
    found = Idea.NONE
    for idea, ending in _ENDINGS:
        if ending.search(normalised(label)):
            found |= idea
    return found


def _is_plain(words: Idea, kind: Idea, other: Idea) -> bool:
    return bool(words & kind) and not words & (other | Idea.NET | Idea.CHANGE | Idea.MEMO)


def _of_kind(
    table: Table,
    rows: NDArray[np.int64],
    place: NDArray[np.int64],
    checked: NDArray[np.bool_],
) -> Iterator[Remark]:
    peers = peers_of(table)
    values = peers.values[rows]
    told = np.isfinite(values)
    if told.sum() < _TOLD:
        return
    share = float((values[told] > 0).mean())
    if max(share, 1 - share) < _CONVENTION:
        return
    usual = 1.0 if share > 0.5 else -1.0
    count, middle = peers.count[rows], peers.middle[rows]
    with np.errstate(invalid="ignore"):
        size = np.abs(values) / middle
        alone = (peers.positive[rows] == count) if usual > 0 else (peers.positive[rows] == 0)
        odd = told & (np.sign(values) == -usual) & alone & (count >= FEWEST)
        odd &= (size > _ALIKE[0]) & (size < _ALIKE[1]) & (peers.spread[rows] < _STEADY)
    for k, j in zip(*np.nonzero(odd), strict=True):
        i = int(rows[k])
        if checked[place[i, j]]:
            continue
        line, heading = table.lines[i], table.headings[j]
        yield Remark(
            rule="SG801",
            severity=Severity.WARNING,
            confidence=0.7,
            cell=CellRef(table.sheet, line.row, heading.column),
            message=Message("note.sign", {"value": float(values[k, j]), "peers": int(count[k, j])}),
            label=line.title,
            column=heading.text,
        )
