"""Lines of two tables that are the same: by label, block and code, by likeness, by figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from rules.declared.lines import ALIKE, likeness
from rules.ties.columns import ColumnPair
from rules.ties.side import Side

_MOST = 400  # lines without a match on either side that are compared with each other
_DIGITS = 4  # significant digits of figures that tell a line under another name


class MatchedBy(StrEnum):
    """How a line was matched, the surest first."""

    WORDS = "words"  # the same label in the same block
    CODE = "code"  # the same account code, other words
    LABEL = "label"  # the same label, in a block of another name
    LIKENESS = "likeness"  # nearly the same words
    FIGURES = "figures"  # other words, but the same figures
    ELSEWHERE = "elsewhere"  # in another table than the rest


@dataclass(frozen=True, slots=True)
class LinePair:
    """A line here and there, and how alike the words are (0–100)."""

    this: int
    last: int
    by: MatchedBy
    likeness: float = 100.0


def paired_lines(this: Side, last: Side, columns: Sequence[ColumnPair]) -> list[LinePair]:
    """The lines of two tables that are the same; each is taken once, the surest match first."""
    pairing = _Pairing(this, last)
    here, there = this.lines, last.lines
    pairing.by_key(
        list(zip(here.blocks, here.labels, strict=True)),
        list(zip(there.blocks, there.labels, strict=True)),
        MatchedBy.WORDS,
    )
    pairing.by_key(here.codes, there.codes, MatchedBy.CODE)
    pairing.by_key(here.labels, there.labels, MatchedBy.LABEL)
    pairing.by_likeness()
    pairing.by_figures(columns)
    return sorted(pairing.pairs, key=lambda pair: pair.this)


class _Pairing:
    """Two tables, the lines of each that have no match yet, and the matches so far."""

    def __init__(self, this: Side, last: Side) -> None:
        self.this, self.last = this, last
        self.mine = [i for i in range(len(this.lines)) if this.lines.labels[i]]
        self.theirs = [k for k in range(len(last.lines)) if last.lines.labels[k]]
        self.pairs: list[LinePair] = []

    def _take(self, i: int, k: int, by: MatchedBy, alike: float = 100.0) -> None:
        if i in self.mine and k in self.theirs:
            self.pairs.append(LinePair(i, k, by, alike))
            self.mine.remove(i)
            self.theirs.remove(k)

    def by_key(self, mine: Sequence[Hashable], theirs: Sequence[Hashable], by: MatchedBy) -> None:
        """Pair lines of one key, in their order. Where there are more on one side than on the
        other, nobody can tell which is which: such a match is never sure."""
        left, right = defaultdict(list), defaultdict(list)
        for i in self.mine:
            left[mine[i]].append(i)
        for k in self.theirs:
            right[theirs[k]].append(k)
        for key, lines in left.items():
            others = right.get(key, [])
            if not key or not others:
                continue
            how = by if len(lines) == len(others) else max(by, MatchedBy.LABEL, key=_ORDER.index)
            for i, k in zip(lines, others, strict=False):
                self._take(i, k, how, self._alike(i, k) if how is MatchedBy.CODE else 100.0)

    def _alike(self, i: int, k: int) -> float:
        return likeness(self.this.lines.labels[i], self.last.lines.labels[k])

    def by_likeness(self) -> None:
        """Pair what is left by words that are nearly the same, the likest first."""
        if max(len(self.mine), len(self.theirs)) > _MOST:
            return
        here, there = self.this.lines, self.last.lines
        alike = [
            (-score, here.blocks[i] != there.blocks[k], i, k)
            for i in self.mine
            for k in self.theirs
            if (score := likeness(here.labels[i], there.labels[k])) >= ALIKE
        ]
        for score, _, i, k in sorted(alike):
            self._take(i, k, MatchedBy.LIKENESS, -score)

    def by_figures(self, columns: Sequence[ColumnPair]) -> None:
        """Pair what is left by its figures, where they are the same in every common column, tell
        something, and belong to one line on either side."""
        left = self._by_figures(self.this, self.mine, [pair.this for pair in columns])
        right = self._by_figures(self.last, self.theirs, [pair.last for pair in columns])
        for key, lines in left.items():
            others = right.get(key, [])
            if len(lines) == len(others) == 1:
                i, k = lines[0], others[0]
                self._take(i, k, MatchedBy.FIGURES, self._alike(i, k))

    def _by_figures(
        self, side: Side, lines: Sequence[int], columns: Sequence[int]
    ) -> dict[tuple[float, ...], list[int]]:
        found: dict[tuple[float, ...], list[int]] = defaultdict(list)
        for i in lines:
            figures = tuple(np.nan_to_num(side.values[i, columns]).tolist())
            telling = [f for f in figures if len(f"{abs(f):.0f}".strip("0")) >= _DIGITS]
            if telling:
                found[figures].append(i)
        return found


_ORDER = list(MatchedBy)
