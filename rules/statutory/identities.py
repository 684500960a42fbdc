"""From the identities of a pack to relations between the lines of a table.

A line that is missing counts as zero. With a line missing, an identity is believed only where it
holds in a column all the same; else the table may be made up in another way, and that is told.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis, Message, Operation
from rules.relation import Relation
from rules.rollforward.balances import agree, sureness
from rules.statutory.pack import Identity, Pack, Sign, Term
from rules.statutory.placing import Statement
from workbooks.tables.vocabulary import Idea

RULE = "ST901"
_WHOLE = 0.9  # confidence where every line is there and one column is all there is
_ASKED = 0.7  # confidence where no column agrees: a question, not an error
_NO_PART = Idea.MEMO | Idea.TOTAL | Idea.NET | Idea.PERCENT | Idea.PER_UNIT | Idea.AVERAGE


@dataclass(frozen=True, slots=True)
class Placed:
    """An identity with its lines found: positions in the table, their factors as printed."""

    identity: Identity
    target: int
    parts: tuple[int, ...]
    factors: tuple[float, ...]
    missing: tuple[str, ...] = ()  # names of lines that the table does not have
    is_whole: bool = True  # only lines are missing that many tables leave out
    held: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A total that the lines of its table do not let judge."""

    statement: Statement
    placed: Placed


def relations_of(statement: Statement) -> tuple[list[Relation], list[Unjudged]]:
    """The relations of every identity of a statement, and what could not be judged."""
    found: list[Relation] = []
    open_: list[Unjudged] = []
    statement = _with_net_signs(statement)
    for identity in statement.pack.identities:
        if identity.column:
            continue
        for target in statement.lines.get(identity.total, ()):
            placed = _best(statement, identity, target)
            if placed is None or not placed.held + placed.failed:
                continue
            if not placed.held and not placed.is_whole:
                open_.append(Unjudged(statement, placed))
                continue
            found.append(_relation(statement, placed))
    return found, open_


def _with_net_signs(statement: Statement) -> Statement:
    """The statement with results turned where they are printed as magnitudes (net cost 765).

    Only where expenses are magnitudes too, and the identities of the line agree more often so.
    """
    if (statement.factors > 0).all():
        return statement
    for identity in statement.pack.identities:
        line = statement.pack.lines.get(identity.total)
        if identity.column or line is None or line.sign is not Sign.RESULT:
            continue
        for target in statement.lines.get(identity.total, ()):
            turned = replace(statement, factors=statement.factors.copy())
            turned.factors[target] *= -1
            as_is, other = (_best(s, identity, target) for s in (statement, turned))
            if as_is and other and other.held > as_is.held:
                statement = turned
    return statement


def _best(statement: Statement, identity: Identity, target: int) -> Placed | None:
    """The identity with its lines, in the way that holds in most columns."""
    ways = [weighed(statement, way) for way in _ways(statement, identity, target)]
    return max(ways, key=lambda way: way.held - way.failed) if ways else None


def _ways(statement: Statement, identity: Identity, target: int) -> Iterator[Placed]:
    """The declared lines, without and with what else is printed between them."""
    terms, missing, is_whole = _found_terms(statement, identity, target)
    if not terms:
        return
    names = tuple(statement.pack.lines[key].names[0] for key in missing)
    parts = [line for line, _ in terms]
    plain = Placed(
        identity,
        target,
        tuple(parts),
        tuple(factor for _, factor in terms),
        names,
        is_whole,
    )
    extra = _printed_between(statement, target, parts) if identity.printed_lines else []
    if extra:
        factor = float(np.median(plain.factors))
        everything = sorted([*terms, *((line, factor) for line in extra)])
        yield replace(
            plain,
            parts=tuple(line for line, _ in everything),
            factors=tuple(factor for _, factor in everything),
        )
    yield plain


def _found_terms(
    statement: Statement, identity: Identity, target: int
) -> tuple[list[tuple[int, float]], list[str], bool]:
    """Lines and factors of the terms, keys that are missing, and whether all that matter are there.

    A missing subtotal is made up of its own lines where these are printed.
    """
    same = statement.lines[identity.total]
    at = bisect_left(same, target)
    before = same[at - 1] if at else -1
    after = same[at + 1] if at + 1 < len(same) else len(statement.table.lines)
    sides = [
        _terms_within(statement, identity, target, span)
        for span in ((before, target), (target, after))
    ]
    terms, missing, is_whole = max(sides, key=lambda side: (len(side[0]), -len(side[1])))
    sign = statement.factors[target]
    return [(line, f * statement.factors[line] * sign) for line, f in terms], missing, is_whole


def _terms_within(
    statement: Statement, identity: Identity, target: int, span: tuple[int, int]
) -> tuple[list[tuple[int, float]], list[str], bool]:
    terms: list[tuple[int, float]] = []
    missing: list[str] = []
    is_whole = True
    for term in identity.terms:
        lines = _lines_of(statement, term, target, span, (identity.total,))
        terms += lines
        if not lines:
            missing.append(term.key)
            is_whole = is_whole and term.optional
    return terms, missing, is_whole


def _lines_of(
    statement: Statement, term: Term, target: int, span: tuple[int, int], above: tuple[str, ...]
) -> list[tuple[int, float]]:
    """The line of a term nearest to its total, or the lines that it is made up of."""
    lines_of_key = statement.lines.get(term.key, ())
    first, last = bisect_right(lines_of_key, span[0]), bisect_left(lines_of_key, span[1])
    inside = lines_of_key[first:last]
    if inside:
        return [(min(inside, key=lambda line: abs(line - target)), term.factor)]
    for own in _identities(statement.pack, term.key):
        if term.key not in above:
            lines = [
                (line, term.factor * factor)
                for part in own.terms
                for line, factor in _lines_of(statement, part, target, span, (*above, term.key))
            ]
            if lines:
                return lines
    return []


def _identities(pack: Pack, total: str) -> Iterator[Identity]:
    return (one for one in pack.identities if one.total == total and not one.column)


def _printed_between(statement: Statement, target: int, parts: Sequence[int]) -> list[int]:
    """Lines printed among the parts of a total that no pack names: its own breakdown."""
    first, last = min((*parts, target)), max((*parts, target))
    lines = statement.table.lines
    level = min(lines[line].level for line in parts)
    return [
        i
        for i in range(first, last)
        if i not in statement.known and not lines[i].ideas & _NO_PART and lines[i].level <= level
    ]


def weighed(statement: Statement, placed: Placed) -> Placed:
    """``placed`` with the number of columns in which it holds and fails."""
    good, told, count = _outcomes(statement, placed)
    fewest = min(2, len(placed.parts))
    return replace(
        placed,
        held=int((good & told & (count >= fewest)).sum()),
        failed=int((~good & told).sum()),
    )


def _outcomes(
    statement: Statement, placed: Placed
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    columns, parts = list(statement.observed), list(placed.parts)
    target = statement.table.values[placed.target][columns]
    rows = np.nan_to_num(statement.table.values[parts][:, columns])
    total = (rows * np.array(placed.factors)[:, None]).sum(axis=0)
    count = (rows != 0).sum(axis=0).astype(np.int64)
    step = statement.steps[[placed.target, *parts]][:, columns].max(axis=0)
    told = np.isfinite(target) & (count > 0)
    return agree(target, total, count, step), told, count


def _relation(statement: Statement, placed: Placed) -> Relation:
    if placed.held:
        confidence = sureness(placed.held, placed.failed)
        confidence = confidence if placed.held >= placed.failed else _ASKED
    else:
        confidence = _WHOLE if placed.failed == 1 else _ASKED
    return Relation(
        rule=RULE,
        operation=Operation.SUM if min(placed.factors) > 0 else Operation.NET,
        basis=Basis.DECLARED,
        confidence=confidence,
        table=statement.position,
        axis=0,
        target=placed.target,
        parts=placed.parts,
        factors=placed.factors,
        observed=statement.observed,
        told=told_of(statement, placed),
    )


def told_of(statement: Statement, placed: Placed) -> Message:
    """The identity in the words of the table, for the finding, with its source."""
    lines = statement.table.lines
    said = [lines[placed.target].label, " = "]
    for n, (part, factor) in enumerate(zip(placed.parts, placed.factors, strict=True)):
        sign = "− " if factor < 0 else "+ "
        said.append(f"{sign if n or factor < 0 else ''}{lines[part].label} ")
    values = {
        "id": placed.identity.id,
        "identity": "".join(said).strip(),
        "source": placed.identity.source or statement.pack.source or statement.pack.title,
        "missing": placed.missing,
    }
    return Message("statutory.missing" if placed.missing else "statutory.identity", values)
