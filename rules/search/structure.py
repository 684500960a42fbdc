"""Totals that the shape of a table suggests: indentation, codes, equal labels in every block."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from rules.model import Basis
from rules.search.candidate import Candidate, target_prior, weigh
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea

_PRIOR = {"level": 3.0, "code": 2.0}


def by_level(space: Space) -> Iterator[Candidate]:
    """A line over, or under, the lines one level deeper."""
    levels = space.levels
    if space.n < 3 or (levels == levels[0]).all():
        return
    for target in range(space.n):
        for side in (1, -1):
            children = _children(space, target, side)
            if len(children) >= 2:
                yield from _weighed(space, target, children, "level")


def _children(space: Space, target: int, side: int) -> list[int]:
    levels = space.levels
    deeper: list[int] = []
    line = target + side
    while 0 <= line < space.n and levels[line] > levels[target]:
        deeper.append(line)
        line += side
    if not deeper:
        return []
    nearest = min(int(levels[line]) for line in deeper)
    direct = [line for line in deeper if levels[line] == nearest]
    return sorted(line for line in direct if not space.is_a(line, Idea.MEMO))


_CODE = re.compile(r"[A-Z]{0,3}\d[\d.\-/]*")


def by_code(space: Space) -> Iterator[Candidate]:
    """A line whose code is the beginning of other codes: 3 over 3.1 and 3.2; 40 over 401, 402."""
    codes = [c if _CODE.fullmatch(c) else "" for c in space.codes]
    if sum(1 for c in codes if c) < max(4, space.n // 3):
        return
    first: dict[str, int] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for line, code in enumerate(codes):
        parent = _parent(code, first) if code else None
        if parent is not None:
            children[parent].append(line)
        if code and code.rstrip(".") not in first:
            first[code.rstrip(".")] = line
    for target, parts in children.items():
        if len(parts) >= 2:
            yield from _weighed(space, target, parts, "code")


def _parent(code: str, first: dict[str, int]) -> int | None:
    trimmed = code.rstrip(".")
    stripped = trimmed.rstrip("0")
    for stem in (trimmed, stripped):
        for length in range(len(stem) - 1, 0, -1):
            head = stem[:length].rstrip(".-/")
            if head and head != trimmed:
                for form in (head, head.ljust(len(trimmed), "0")):
                    if form in first and form != trimmed:
                        return first[form]
    return None


def label_sequences(space: Space) -> Iterator[list[int]]:
    """Lines of equal label that come back in block after block, in order."""
    groups: dict[str, list[int]] = defaultdict(list)
    for line, label in enumerate(space.labels):
        if label:
            groups[label].append(line)
    repeated = [lines for lines in groups.values() if len(lines) >= 3]
    yield from repeated


def level_sequences(space: Space) -> Iterator[list[int]]:
    """The lines of each level of indentation, and those in bold."""
    levels = space.levels
    for level in np.unique(levels):
        lines = np.flatnonzero(levels == level)
        if 3 <= len(lines) < space.n:
            yield lines.tolist()
    bold = np.flatnonzero(space.bold)
    if 3 <= len(bold) < space.n:
        yield bold.tolist()


def strided_sequences(space: Space, *, longest: int = 8) -> Iterator[list[int]]:
    """Every second, third … line, where the lines' own names come back at that stride."""
    if space.axis == 0 or space.n < 6:
        return
    for stride in range(2, min(longest, space.n // 3) + 1):
        for offset in range(stride):
            yield list(range(offset, space.n, stride))


def _weighed(space: Space, target: int, parts: list[int], kind: str) -> Iterator[Candidate]:
    chosen = np.array(parts, dtype=np.int64)
    factors = np.ones(len(parts))
    weighed = weigh(space, target, chosen, factors)
    bits = weighed.bits + target_prior(space, target) + _PRIOR[kind]
    if bits > 0 and weighed.held:
        yield Candidate(
            target,
            tuple(parts),
            (1.0,) * len(parts),
            bits,
            weighed.held,
            weighed.failed,
            Basis.STRUCTURE,
            kind,
        )


def lone_nets(space: Space) -> Iterator[Candidate]:
    """The net of a block that has only expense, or only revenue: it repeats that line."""
    for target in range(1, space.n):
        part = target - 1
        if not space.is_a(target, Idea.NET) or space.gaps[target] >= 2:
            continue
        if not space.is_a(part, Idea.EXPENSE | Idea.REVENUE):
            continue
        if space.blocks[part] != space.blocks[target]:
            continue
        both = space.present[part] & space.present[target]
        same = both & (space.values[part] == space.values[target])
        if both.any() and same.sum() * 2 > both.sum():
            held, failed = int(same.sum()), int(both.sum() - same.sum())
            yield Candidate(target, (part,), (1.0,), 10.0, held, failed, Basis.LABEL, "net")
