"""The lines of packs in the tables of a workbook, and the sign that each has there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from rules.declared.lines import label_key
from rules.search.steps import steps_of
from rules.statutory.pack import Pack, Sign
from workbooks.tables.model import Table
from workbooks.tables.vocabulary import Idea

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST = 0.8  # share of the figures of a kind that have one sign: the table's convention
_FORCED = 2  # lines that a table needs when the pack was named by the user
_RELATIVE = Idea.PERCENT | Idea.AVERAGE | Idea.PER_UNIT | Idea.SHARE | Idea.CHANGE


@dataclass(frozen=True, slots=True)
class Statement:
    """A table as one statement of a pack: where its lines stand and how they are signed."""

    pack: Pack
    position: int  # of the table in the workbook
    table: Table
    place: Ints  # positions of its figures, −1 where blank
    lines: dict[str, tuple[int, ...]]  # key -> lines of the table, in order
    factors: Floats  # per line of the table: 1, or −1 where the scheme has the other sign
    steps: Floats
    observed: tuple[int, ...]  # columns of amounts
    known: frozenset[int]  # lines of the table that the pack names

    @property
    def values(self) -> Floats:
        """The figures with the signs of the scheme, NaN where blank."""
        return self.table.values * self.factors[:, None]


@dataclass(slots=True)
class Names:
    """All names of the lines of some packs."""

    by_name: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, packs: Sequence[Pack]) -> Names:
        """The names of all lines; a name may be of a line in several packs."""
        names = cls()
        for number, pack in enumerate(packs):
            for line in pack.lines.values():
                for name in line.names:
                    entry = (number, line.key)
                    if entry not in names.by_name[label_key(name)]:
                        names.by_name[label_key(name)].append(entry)
        return names


def statements(
    packs: Sequence[Pack], named: frozenset[str], tables: Sequence[Table], places: Sequence[Ints]
) -> list[Statement]:
    """Every table as the statements that its words show it to be.

    ``named`` are packs that the user asked for: two of their lines are enough.
    """
    if not packs:
        return []
    names = Names.of(packs)
    found: list[Statement] = []
    for position, (table, place) in enumerate(zip(tables, places, strict=True)):
        lines: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for i, line in enumerate(table.lines):
            for number, key in names.by_name.get(label_key(line.label), ()) if line.label else ():
                lines[number][key].append(i)
        for number, mine in sorted(lines.items()):
            pack = packs[number]
            if _is_statement(pack, mine, pack.name in named):
                found.append(_statement(pack, position, table, place, mine))
    return found


def _is_statement(pack: Pack, lines: dict[str, list[int]], is_named: bool) -> bool:
    if is_named:
        return len(lines) >= min(_FORCED, pack.at_least)
    if not pack.found_by:
        return True  # lines that other packs refer to: key figures, totals of an annex
    return len(lines) >= pack.at_least and any(key in lines for key in pack.found_by)


def _statement(
    pack: Pack, position: int, table: Table, place: Ints, lines: dict[str, list[int]]
) -> Statement:
    observed = tuple(
        j
        for j, heading in enumerate(table.headings)
        if not heading.ideas & _RELATIVE and not table.percent[:, j].any()
    )
    factors = np.ones(len(table.lines))
    if _prints_magnitudes(pack, table, lines, observed):
        for key, at in lines.items():
            if pack.lines[key].sign is Sign.EXPENSE:
                factors[at] = -1.0
    own = {key: tuple(at) for key, at in lines.items()}
    known = frozenset(line for at in own.values() for line in at)
    step = steps_of(table)
    return Statement(pack, position, table, place, own, factors, step, observed, known)


def _prints_magnitudes(
    pack: Pack, table: Table, lines: dict[str, list[int]], observed: Sequence[int]
) -> bool:
    """True where expenses are printed above zero beside revenue above zero.

    Where both are the other way round (a ledger's signs) every identity holds as it stands.
    """
    above = {
        sign: _share_above(
            table, [i for k in lines if pack.lines[k].sign is sign for i in lines[k]]
        )
        for sign in (Sign.INCOME, Sign.EXPENSE)
    }
    del observed
    income, expense = above[Sign.INCOME], above[Sign.EXPENSE]
    return expense is not None and expense >= _MOST and (income is None or income >= 1 - _MOST)


def _share_above(table: Table, lines: list[int]) -> float | None:
    """The share of figures above zero among those that are not zero; None without any."""
    values = table.values[lines]
    told = values[np.isfinite(values) & (values != 0)]
    return float((told > 0).mean()) if told.size else None
