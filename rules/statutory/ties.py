"""From the ties of a pack to relations between two tables: the same figure in two statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rules.declared.columns import same_columns
from rules.model import Basis, Message, Operation
from rules.relation import CellRelation
from rules.rollforward.balances import sureness
from rules.statutory.pack import Pack, Tie
from rules.statutory.placing import Statement

RULE = "ST902"
_ASKED = 0.6  # confidence where the only common column disagrees
_SCALES = (1.0, 1e-3, 1e3, 1e-6, 1e6)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two lines that are to be the same, with the columns that both have."""

    first: Statement
    second: Statement
    lines: tuple[int, int]
    columns: tuple[tuple[int, int], ...]
    factor: float
    held: int


def lines_called(key: str, pack: Pack, statements: Sequence[Statement]) -> list[Statement]:
    """The statements that have the line ``key``, which may be of another pack."""
    home, own = pack.home(key)
    return [s for s in statements if s.pack.name == home and own in s.lines]


def relations_of(
    packs: Sequence[Pack], statements: Sequence[Statement], *, by_name: bool = False
) -> Iterator[CellRelation]:
    """The relations of the ties between two statements, each figure of the first tied once.

    ``by_name``: instead those of lines that are known by their name alone, in tables that need not
    be a statement, such as key figures.
    """
    group = 0
    for pack, tie in ((one, tie) for one in packs for tie in one.ties):
        for first in lines_called(tie.first, pack, statements):
            pairs = [
                pair
                for second in lines_called(tie.second, pack, statements)
                if second.position != first.position
                and _is_by_name(first, second) is by_name
                and (pair := _pair(tie, pack, first, second)) is not None
            ]
            best = max(
                pairs,
                key=lambda p: (p.held, p.first.table.sheet == p.second.table.sheet),
                default=None,
            )
            if best is not None and _is_believed(best):
                yield from _relations(tie, pack, best, group)
                group += 1


def _is_by_name(first: Statement, second: Statement) -> bool:
    return not (first.pack.found_by and second.pack.found_by)


def _is_believed(pair: _Pair) -> bool:
    """Whether the two are figures of one entity; by their names alone only where half agree."""
    if not _is_by_name(pair.first, pair.second):
        return pair.held > 0 or len(pair.columns) == 1
    return pair.held > 0 and len(pair.columns) <= 2 * pair.held


def _pair(tie: Tie, pack: Pack, first: Statement, second: Statement) -> _Pair | None:
    """Both lines in their common columns, in the unit and with the sign that agree most often."""
    i = first.lines[pack.home(tie.first)[1]][0]
    k = second.lines[pack.home(tie.second)[1]][0]
    columns = tuple(
        (j, c)
        for j, c in same_columns(first.table, second.table)
        if first.place[i, j] >= 0 and second.place[k, c] >= 0
    )
    if not columns:
        return None
    held = {
        sign * scale: sum(_is_same(first, second, (i, k), pair, sign * scale) for pair in columns)
        for scale in _SCALES
        for sign in (1.0, -1.0)
    }
    factor = max(held, key=lambda f: held[f])
    return _Pair(first, second, (i, k), columns, factor, held[factor])


def _is_same(
    first: Statement,
    second: Statement,
    lines: tuple[int, int],
    columns: tuple[int, int],
    factor: float,
) -> bool:
    """Whether two figures are the same, rounding allowed for where their units differ."""
    a = float(first.table.values[lines[0], columns[0]])
    b = float(second.table.values[lines[1], columns[1]])
    rounded = 0.0
    if abs(factor) != 1:
        finer = abs(factor) * second.steps[lines[1], columns[1]]
        rounded = (first.steps[lines[0], columns[0]] + finer) / 2
    return a != 0 and abs(a - factor * b) <= rounded + 1e-9 * abs(a)


def _relations(tie: Tie, pack: Pack, pair: _Pair, group: int) -> Iterator[CellRelation]:
    i, k = pair.lines
    failed = len(pair.columns) - pair.held
    confidence = sureness(pair.held, failed) if pair.held else _ASKED
    sides = ((pair.first.table, i), (pair.second.table, k))
    said = [f"{table.lines[line].label} ({table.sheet})" for table, line in sides]
    values = {
        "id": tie.id,
        "identity": " = ".join(said),
        "source": tie.source or pack.source or pack.title,
    }
    for j, c in pair.columns:
        yield CellRelation(
            rule=RULE,
            operation=Operation.COPY,
            basis=Basis.DECLARED,
            confidence=confidence,
            target=int(pair.first.place[i, j]),
            parts=(int(pair.second.place[k, c]),),
            factors=(pair.factor,),
            group=group,
            told=Message("statutory.identity", values),
        )
