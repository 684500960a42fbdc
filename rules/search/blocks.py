"""A block that sums up other blocks, line by line: one hypothesis for all of its lines.

Where a block's revenue and its net are the sums over the units before it, so is its expenditure,
even where that alone fails in most of its columns.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from rules.model import Basis
from rules.search.candidate import Candidate, Weighed, weigh
from rules.search.space import Space

_FEWEST = 2  # lines of a block that hold before the others are believed
_PROVEN = 20.0  # bits of all lines together, before the others are believed
_VOUCHED = 10.0  # bits of each line that holds beside the one judged
_FEWEST_BLOCKS = 2  # of the same lines, that a block may sum up
_CALL = 50  # work of looking at one block beside another, however few its lines are


def by_block(space: Space) -> Iterator[Candidate]:
    """Candidates for every line of a block that sums up the blocks before it, or after it."""
    blocks = _blocks(space)
    if len(blocks) <= _FEWEST_BLOCKS:
        return
    for at, block in enumerate(blocks):
        for others in (blocks[:at], blocks[at + 1 :]):
            if len(others) >= _FEWEST_BLOCKS:
                space.work.spend(_CALL * len(others) + 10 * sum(map(len, others)))
                yield from _of_block(space, block, others)


def _blocks(space: Space) -> list[dict[str, int]]:
    """The lines of each named block by label; lines whose label comes twice in it are left out."""
    result = []
    for name, run in groupby(range(space.n), key=space.blocks.__getitem__):
        lines = list(run)
        labels = [space.labels[line] for line in lines]
        times = Counter(labels)
        if name:
            result.append(
                {
                    label: line
                    for label, line in zip(labels, lines, strict=True)
                    if label and times[label] == 1
                }
            )
    return result


def _of_block(
    space: Space, block: dict[str, int], others: Sequence[dict[str, int]]
) -> Iterator[Candidate]:
    parts: dict[int, list[int]] = defaultdict(list)
    for other in others:
        for label, line in other.items():
            if label in block:
                parts[block[label]].append(line)
    groups = {target: mine for target, mine in parts.items() if len(mine) >= _FEWEST_BLOCKS}
    if len(groups) <= _FEWEST:
        return
    weighed: dict[int, Weighed] = {
        target: weigh(space, target, np.array(mine, dtype=np.int64), np.ones(len(mine)))
        for target, mine in groups.items()
    }
    proven = [t for t, w in weighed.items() if w.held and w.bits > 0]
    if len(proven) < _FEWEST or sum(w.bits for w in weighed.values()) < _PROVEN:
        return
    for target, mine in groups.items():
        seen = weighed[target]
        vouched = len(proven) - (target in proven)
        if seen.held or 2 * len(proven) > len(groups):
            yield Candidate(
                target,
                tuple(mine),
                (1.0,) * len(mine),
                seen.bits + _VOUCHED * vouched,
                seen.held,
                seen.failed,
                Basis.STRUCTURE,
                "label",
                vouched=vouched,
            )
