"""From the column identities of a pack to relations between the columns of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rules.declared.columns import role_of
from rules.model import Basis, Message, Operation
from rules.relation import Relation
from rules.rollforward.balances import agree, sureness
from rules.search.steps import steps_of
from rules.statutory.pack import Identity, Pack, PackLine
from workbooks.tables.model import Heading, Table

RULE = "ST901"
_YEAR = re.compile(r"#|\b\d{2,4}\b")
_MOST_FAILING = 0.5  # share of lines that may fail before the columns are something else


def relations_of(packs: Sequence[Pack], tables: Sequence[Table]) -> Iterator[Relation]:
    """The relations of every column identity; columns of one year belong together."""
    for pack in packs:
        keys = {_words(name): line for line in pack.columns.values() for name in line.names}
        for identity in (one for one in pack.identities if one.column):
            for position, table in enumerate(tables):
                yield from _of_table(pack, identity, keys, position, table)


def _of_table(
    pack: Pack, identity: Identity, keys: dict[str, PackLine], position: int, table: Table
) -> Iterator[Relation]:
    called = [keys.get(_words(heading.text)) for heading in table.headings]
    for target, line in enumerate(called):
        if line is None or line.key != identity.total:
            continue
        parts: list[int] = []
        for term in identity.terms:
            mine = [
                j
                for j, other in enumerate(called)
                if other is not None and other.key == term.key and _same_year(table, target, j)
            ]
            if len(mine) == 1:
                parts += mine
        if len(parts) == len(identity.terms):
            relation = _relation(pack, identity, position, table, target, parts)
            if relation is not None:
                yield relation


def _relation(
    pack: Pack, identity: Identity, position: int, table: Table, target: int, parts: list[int]
) -> Relation | None:
    factors = tuple(term.factor for term in identity.terms)
    rows = np.nan_to_num(table.values[:, parts])
    total = (rows * np.array(factors)).sum(axis=1)
    count: NDArray[np.int64] = (rows != 0).sum(axis=1).astype(np.int64)
    step = steps_of(table)[:, [target, *parts]].max(axis=1)
    good = agree(table.values[:, target], total, count, step)
    told = np.isfinite(table.values[:, target]) & (count > 0)
    held, failed = int((good & told & (count > 1)).sum()), int((~good & told).sum())
    if not held or failed > _MOST_FAILING * (held + failed):
        return None
    names = [table.headings[j].text for j in (target, *parts)]
    values = {
        "id": identity.id,
        "identity": f"{names[0]} = {' + '.join(names[1:])}",
        "source": identity.source or pack.source or pack.title,
    }
    return Relation(
        rule=RULE,
        operation=Operation.SUM,
        basis=Basis.DECLARED,
        confidence=sureness(held, failed),
        table=position,
        axis=1,
        target=target,
        parts=tuple(parts),
        factors=factors,
        told=Message("statutory.identity", values),
    )


def _words(text: str) -> str:
    """A heading without its years: ``TA + MUUTOS 2019`` is ``ta+muutos``."""
    return _YEAR.sub(" ", role_of(text).words).strip()


def _same_year(table: Table, first: int, second: int) -> bool:
    """Whether two columns are of one year, or one of them names none."""
    a: Heading = table.headings[first]
    b: Heading = table.headings[second]
    return not a.years or not b.years or a.years == b.years
