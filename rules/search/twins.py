"""Blocks and tables with the same words: what is proven in several of them holds for the rest.

A relation that one block is too small to prove, or that fails in it, is known from its twins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.model import Operation
from rules.search.candidate import Candidate, weigh
from rules.search.proposals import Proposals, Quotient
from rules.search.space import COLUMNS, ROWS, Space

_FEWEST = 3  # twins in which a relation was found
_MOST_FAILING = 0.2  # share of the twins in which it may fail
_WIDEST = 40  # lines that a relation spans
_MOST_VOUCHED = 20
_BITS = 12.0

Found = Candidate | Quotient
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A relation by its place within the words it spans."""

    words: Words
    target: int
    parts: tuple[int, ...]
    factors: tuple[float, ...]
    operation: Operation | None  # of quotients
    scale: float


@dataclass(slots=True)
class _Twins:
    """Where a shape was found, and a candidate to copy."""

    example: Found
    at: set[tuple[int, int]]  # table, first line of its words


def shared(proposals: Sequence[Proposals]) -> list[Proposals]:
    """The proposals of all tables, with those that twins vouch for."""
    result = list(proposals)
    for axis in (ROWS, COLUMNS):
        shapes = _shapes(result, axis)
        shapes = {shape: twins for shape, twins in shapes.items() if len(twins.at) >= _FEWEST}
        if shapes:
            _share(result, axis, shapes)
    return result


def _shapes(proposals: Sequence[Proposals], axis: int) -> dict[_Shape, _Twins]:
    found: dict[_Shape, _Twins] = {}
    for t, mine in enumerate(proposals):
        labels = mine.spaces[axis].labels
        both: list[Found] = [*mine.sums[axis], *mine.quotients[axis]]
        for one in both:
            if one.observed is not None:
                continue
            first, shape = _shape(one, labels)
            if shape is None:
                continue
            twins = found.setdefault(shape, _Twins(one, set()))
            if one.held >= one.failed:
                twins.at.add((t, first))
    return found


def _shape(one: Found, labels: Sequence[str]) -> tuple[int, _Shape | None]:
    lines = (one.target, *one.parts)
    first, last = min(lines), max(lines)
    words = tuple(labels[first : last + 1])
    named = {labels[line] for line in lines}
    if last - first >= _WIDEST or "" in named or len(named) < len(set(lines)):
        return first, None
    quotient = isinstance(one, Quotient)
    shape = _Shape(
        words,
        one.target - first,
        tuple(part - first for part in one.parts),
        tuple(one.factors),
        one.operation if isinstance(one, Quotient) else None,
        one.scale if isinstance(one, Quotient) else 1.0,
    )
    return first, shape if quotient or len(one.parts) > 1 else None


def _share(result: list[Proposals], axis: int, shapes: dict[_Shape, _Twins]) -> None:
    by_words: dict[Words, list[_Shape]] = defaultdict(list)
    for shape in shapes:
        by_words[shape.words].append(shape)
    places: dict[Words, list[tuple[int, int]]] = defaultdict(list)
    for words, at in _places(result, axis, by_words):
        places[words].append(at)
    added: dict[int, list[Found]] = defaultdict(list)
    vouched: dict[tuple[int, int, tuple[int, ...]], int] = {}
    for words, mine in by_words.items():
        for shape in mine:
            _judge(result, axis, shape, shapes[shape], places[words], added, vouched)
    for t in {t for t, _, _ in vouched} | set(added):
        result[t] = _extended(result[t], axis, t, added.get(t, []), vouched)


def _places(
    proposals: Sequence[Proposals], axis: int, by_words: dict[Words, list[_Shape]]
) -> Iterator[tuple[Words, tuple[int, int]]]:
    """Where each sequence of words stands: table and first line."""
    begins: dict[str, set[int]] = defaultdict(set)
    for words in by_words:
        begins[words[0]].add(len(words))
    for t, mine in enumerate(proposals):
        labels = mine.spaces[axis].labels
        for first, label in enumerate(labels):
            for length in begins.get(label, ()):
                words = tuple(labels[first : first + length])
                if words in by_words:
                    yield words, (t, first)


def _judge(
    result: Sequence[Proposals],
    axis: int,
    shape: _Shape,
    twins: _Twins,
    places: Sequence[tuple[int, int]],
    added: dict[int, list[Found]],
    vouched: dict[tuple[int, int, tuple[int, ...]], int],
) -> None:
    """Add a shape to the twins that lack it, unless it fails in too many of them."""
    new: list[tuple[int, Found]] = []
    failing = 0
    for t, first in places:
        if (t, first) in twins.at:
            continue
        moved = _moved(result[t].spaces[axis], shape, twins.example, first)
        if moved is not None:
            failing += moved.failed > moved.held
            new.append((t, moved))
    n = len(twins.at)
    if failing > _MOST_FAILING * (n + failing):
        return
    for t, first in twins.at:
        parts = tuple(part + first for part in shape.parts)
        vouched[t, shape.target + first, parts] = min(n - 1, _MOST_VOUCHED)
    for t, moved in new:
        known = {(c.target, tuple(c.parts)) for c in result[t].sums[axis]}
        known |= {(q.target, tuple(q.parts)) for q in result[t].quotients[axis]}
        if (moved.target, tuple(moved.parts)) not in known:
            added[t].append(replace(moved, vouched=min(n, _MOST_VOUCHED)))


def _moved(space: Space, shape: _Shape, example: Found, first: int) -> Found | None:
    """The relation of ``shape`` from line ``first`` on; None where it has no figures."""
    target = shape.target + first
    parts = tuple(part + first for part in shape.parts)
    lines = np.array(parts, dtype=np.int64)
    if not (space.present[target] & space.present[lines].any(axis=0)).any():
        return None
    if isinstance(example, Quotient):
        held, failed = _quotient(space, shape, target, lines)
        return replace(
            example,
            target=target,
            parts=(parts[0], parts[1]),
            bits=_BITS,
            held=held,
            failed=failed,
        )
    weighed = weigh(space, target, lines, np.array(shape.factors))
    return replace(
        example, target=target, parts=parts, bits=_BITS, held=weighed.held, failed=weighed.failed
    )


def _quotient(
    space: Space, shape: _Shape, target: int, lines: NDArray[np.int64]
) -> tuple[int, int]:
    """In how many observations a quotient holds, and fails, about."""
    a, b = space.values[lines[0]], space.values[lines[1]]
    with np.errstate(all="ignore"):
        if shape.operation is Operation.RATIO:
            value = shape.scale * a / b
        else:
            value = np.sign(shape.factors[1]) * shape.scale * (b - a) / a
        near = np.abs(space.values[target] - value) <= np.maximum(
            space.steps[target], 1e-6 * np.maximum(np.abs(value), 1.0)
        )
    told = np.isfinite(value) & space.present[target]
    return int((near & told).sum()), int((~near & told).sum())


def _extended(
    mine: Proposals,
    axis: int,
    t: int,
    added: Sequence[Found],
    vouched: dict[tuple[int, int, tuple[int, ...]], int],
) -> Proposals:
    sums = [
        replace(c, vouched=max(c.vouched, vouched.get((t, c.target, c.parts), 0)))
        for c in mine.sums[axis]
    ]
    quotients = [
        replace(q, vouched=max(q.vouched, vouched.get((t, q.target, q.parts), 0)))
        for q in mine.quotients[axis]
    ]
    sums += [c for c in added if isinstance(c, Candidate)]
    quotients += [q for q in added if isinstance(q, Quotient)]
    both_sums, both_quotients = list(mine.sums), list(mine.quotients)
    both_sums[axis], both_quotients[axis] = tuple(sums), tuple(quotients)
    return replace(
        mine,
        sums=(both_sums[0], both_sums[1]),
        quotients=(both_quotients[0], both_quotients[1]),
    )
