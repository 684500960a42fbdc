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
from workbooks.tables.vocabulary import Idea

RULE = "ST901"
_YEAR = re.compile(r"#|\b\d{2,4}\b")
_DATE = re.compile(r"\b\d{1,2}\.\d{1,2}\.\s*(\d{4})\b")
_MOST_FAILING = 0.5  # share of lines that may fail before the columns are something else


def relations_of(packs: Sequence[Pack], tables: Sequence[Table]) -> Iterator[Relation]:
    """The relations of every column identity; columns of one year belong together."""
    for pack in packs:
        keys = {words_of(name): line for line in pack.columns.values() for name in line.names}
        for identity in (one for one in pack.identities if one.column):
            for position, table in enumerate(tables):
                yield from _of_table(pack, identity, keys, position, table)


def _of_table(
    pack: Pack, identity: Identity, keys: dict[str, PackLine], position: int, table: Table
) -> Iterator[Relation]:
    called = [keys.get(words_of(h.text)) if h.text else None for h in table.headings]
    for target, line in enumerate(called):
        if line is None or line.key != identity.total:
            continue
        found: list[tuple[int, float]] = []
        is_whole = True
        for term in identity.terms:
            mine = [
                j
                for j, other in enumerate(called)
                if other is not None
                and other.key == term.key
                and (term.every or same_year(table, target, j))
            ]
            if len(mine) == 1 or (mine and term.every):
                found += [(j, term.factor) for j in mine]
            else:
                is_whole = is_whole and term.optional and not mine
        if is_whole and found:
            parts, factors = zip(*found, strict=True)
            relation = _relation(pack, identity, position, table, target, parts, factors)
            if relation is not None:
                yield relation


def columns_called(pack: Pack, key: str, table: Table) -> list[int]:
    """The columns of a table that have a name of the pack's column ``key``."""
    names = {words_of(name) for name in pack.columns[key].names}
    return [j for j, h in enumerate(table.headings) if h.text and words_of(h.text) in names]


def _relation(
    pack: Pack,
    identity: Identity,
    position: int,
    table: Table,
    target: int,
    parts: tuple[int, ...],
    factors: tuple[float, ...],
) -> Relation | None:
    rows = np.nan_to_num(table.values[:, list(parts)])
    total = (rows * np.array(factors)).sum(axis=1)
    count: NDArray[np.int64] = (rows != 0).sum(axis=1).astype(np.int64)
    step = steps_of(table)[:, [target, *parts]].max(axis=1)
    good = agree(table.values[:, target], total, count, step)
    told = np.isfinite(table.values[:, target]) & (count > 0)
    observed = None
    if identity.totals_only:
        totals = np.array([bool(line.ideas & (Idea.TOTAL | Idea.NET)) for line in table.lines])
        told &= totals
        observed = tuple(int(i) for i in np.flatnonzero(totals))
    fewest = min(2, len(parts))
    held, failed = int((good & told & (count >= fewest)).sum()), int((~good & told).sum())
    if not held or failed > _MOST_FAILING * (held + failed):
        return None
    names = [table.headings[j].text for j in (target, *parts)]
    values = {
        "id": identity.id,
        "identity": _equation(names, factors),
        "source": identity.source or pack.source or pack.title,
    }
    return Relation(
        rule=RULE,
        operation=Operation.SUM if min(factors) > 0 else Operation.NET,
        basis=Basis.DECLARED,
        confidence=sureness(held, failed),
        table=position,
        axis=1,
        target=target,
        parts=parts,
        factors=factors,
        observed=observed,
        told=Message("statutory.identity", values),
    )


def _equation(names: Sequence[str], factors: Sequence[float]) -> str:
    """``Amended = Budget + Amendments``."""
    said = f"{names[0]} ="
    for n, (name, factor) in enumerate(zip(names[1:], factors, strict=True)):
        said += f" {'−' if factor < 0 else '+'} {name}" if n or factor < 0 else f" {name}"
    return said


def words_of(text: str) -> str:
    """A heading without its years: ``TA + MUUTOS 2019`` is ``ta+muutos``, ``2025`` nothing."""
    plain = role_of(_DATE.sub(r"\1", text)).words
    return " ".join(_YEAR.sub(" ", plain).split())


def same_year(table: Table, first: int, second: int) -> bool:
    """Whether two columns are of one year, or one of them names none."""
    a: Heading = table.headings[first]
    b: Heading = table.headings[second]
    return not a.years or not b.years or a.years == b.years
