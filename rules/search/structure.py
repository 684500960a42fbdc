"""Totals that the shape of a table suggests: indentation, codes, equal labels in every block."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from rules.model import Basis
from rules.search.candidate import Candidate, is_total, target_prior, weigh
from rules.search.families import family, repeats
from rules.search.space import Space
from workbooks.tables.vocabulary import Idea, ideas

_LONE_BITS = 6.5  # of a total over a single line of the same amount


def by_level(space: Space) -> Iterator[Candidate]:
    """A line over, or under, the lines one level deeper."""
    levels = space.levels
    if space.n < 3 or (levels == levels[0]).all():
        return
    for side in (1, -1):
        groups = ((target, _children(space, target, side)) for target in range(space.n))
        yield from family(space, groups, "level")


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


_CODE = re.compile(r"[A-Z]{0,3}\.?\d[\d.\-/]*")


def by_code(space: Space) -> Iterator[Candidate]:
    """A line whose code is the beginning of other codes: 3 over 3.1 and 3.2; 40 over 401, 402."""
    codes = [c if _CODE.fullmatch(c) else "" for c in space.codes]
    if sum(1 for c in codes if c) < max(4, space.n // 3) or _counts_lines(codes):
        return
    first: dict[str, int] = {}
    for line, code in enumerate(codes):
        if code and code.rstrip(".-/") not in first:
            first[code.rstrip(".-/")] = line
    heads = {line: _heads(code, first) for line, code in enumerate(codes) if code}
    usual = _usual_lengths([(len(codes[line].rstrip(".")), h) for line, h in heads.items() if h])
    children: dict[int, list[int]] = defaultdict(list)
    for line, found in heads.items():
        parents = {length: parent for length, parent in found if parent != line}
        if parents:
            wanted = [k for k in parents if k in usual[len(codes[line].rstrip("."))]]
            children[parents[max(wanted or parents)]].append(line)
    yield from family(space, children.items(), "code")


def _counts_lines(codes: list[str]) -> bool:
    """Whether codes are the numbers of the lines: 1, 2, 3 …, of which 1 is no group over 10."""
    numbers = [int(code.rstrip(".")) for code in codes if code.rstrip(".").isdecimal()]
    following = sum(1 for a, b in pairwise(numbers) if b == a + 1)
    return bool(numbers) and numbers[0] <= 1 and following >= _COUNTING * (len(numbers) - 1)


def _heads(code: str, first: dict[str, int]) -> list[tuple[int, int]]:
    """The codes that begin ``code``, as their length and line, the longest first."""
    trimmed = code.rstrip(".")
    found: list[tuple[int, int]] = []
    for stem in (trimmed, trimmed.rstrip("0")):
        for length in range(len(stem) - 1, 0, -1):
            head = stem[:length].rstrip(".-/")
            for form in (head, head.ljust(len(trimmed), "0")):
                if head and form in first and form != trimmed:
                    found.append((len(form), first[form]))
    return found


_COUNTING = 0.9  # share of codes that follow the one before, from where they count lines
_USUAL = 0.3  # of the commonest length of the codes above, from where a length is no accident


def _usual_lengths(found: list[tuple[int, list[tuple[int, int]]]]) -> dict[int, set[int]]:
    """For codes of each length, how long the codes above them usually are: where K31 stands over
    K3101 and K3201 has K32, K310 is no code above K3101, although it is the beginning of it."""
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for length, heads in found:
        counts[length].update({head for head, _ in heads})
    return {
        length: {head for head, n in seen.items() if n >= _USUAL * max(seen.values())}
        for length, seen in counts.items()
    }


_FEWEST_BLOCKS = 4
_NEAR = 4  # lines from the last of several equal labels to their total
_LABEL_COST = 3.0  # bits against a total of lines of equal label: as many places are tried


def label_totals(space: Space) -> Iterator[Candidate]:
    """A line beside the last, or the first, of several lines of equal label, as their sum: the
    total of all subtotals, the head count of all units. Only a line that is called a total."""
    for lines in label_sequences(space):
        after = range(lines[-1] + 1, min(lines[-1] + 1 + _NEAR, space.n))
        before = range(max(0, lines[0] - _NEAR), lines[0])
        for target in (*after, *before):
            if not space.present[target].any() or not is_total(space, target):
                continue
            if space.labels[target] == space.labels[lines[0]]:
                continue
            weighed = weigh(space, target, np.array(lines, dtype=np.int64), np.ones(len(lines)))
            bits = weighed.bits + target_prior(space, target) - _LABEL_COST
            if weighed.held and bits > 0:
                yield Candidate(
                    target,
                    tuple(lines),
                    (1.0,) * len(lines),
                    bits,
                    weighed.held,
                    weighed.failed,
                    Basis.LABEL,
                    "label",
                )


def sections(space: Space) -> Iterator[Candidate]:
    """Totals by their words, each over all lines since the total before it, or up to the next.

    A total that closes a section of its own is known for the sum of it even where it fails, if the
    other totals of the table hold, or if the difference looks like a slip.
    """
    if space.axis:
        return
    named = [_is_named_total(space, line) for line in range(space.n)]
    ends = [named[line] or space.is_a(line, Idea.NET) for line in range(space.n)]
    above: list[tuple[int, list[int]]] = []
    below: list[tuple[int, list[int]]] = []
    for target in range(space.n):
        if not named[target]:
            continue
        for side, groups in ((-1, above), (1, below)):
            line, members = target + side, []
            while 0 <= line < space.n and not ends[line]:
                if not space.memo[line]:
                    members.append(line)
                line += side
            if len(members) > 1:
                groups.append((target, sorted(members)))
    closed = [target for target, members in above if _closes(space, target, members)]
    opened = [target for target, members in below if _opens(space, target, members)]
    yield from family(space, above, "section", frozenset(closed))
    yield from family(space, below, "section", frozenset(opened))


def closed_blocks(space: Space) -> Iterator[Candidate]:
    """Blocks of lines between gaps, each closed, or opened, by its sum without any word for it:
    where nearly all blocks of a table are like that, the rest of them are, too."""
    if space.axis:
        return
    starts = [line for line in range(space.n) if line == 0 or space.gaps[line] >= 1]
    blocks = list(pairwise([*starts, space.n]))
    if len(blocks) < _FEWEST_BLOCKS:
        return
    for last in (True, False):
        groups = [
            (end - 1, list(range(start, end - 1))) if last else (start, list(range(start + 1, end)))
            for start, end in blocks
            if end - start > 2
        ]
        yield from (c for c in family(space, groups, "block") if c.vouched)


def _is_named_total(space: Space, line: int) -> bool:
    """A total whose label begins or ends with the word, unlike "postage, all departments"."""
    if not is_total(space, line) or space.is_a(line, Idea.OTHER):
        return False
    words = space.labels[line].split() or [""]
    return bool((ideas(words[0]) | ideas(words[-1]) | ideas(" ".join(words[:2]))) & Idea.TOTAL)


def _closes(space: Space, target: int, members: list[int]) -> bool:
    """Whether a section ends with its total: nothing belongs to what follows."""
    begins = members[0] == 0 or space.gaps[members[0]] >= 1
    return begins and (target + 1 == space.n or space.gaps[target + 1] >= 1)


def _opens(space: Space, target: int, members: list[int]) -> bool:
    """Whether a section begins with its total, and ends where the table does."""
    last = members[-1]
    begins = target == 0 or space.gaps[target] >= 1
    return begins and (last + 1 == space.n or space.gaps[last + 1] >= 1)


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


def lone_totals(space: Space) -> Iterator[Candidate]:
    """A total, or a line without a name, under the only line of its block, whose figures it has."""
    if space.axis:
        return
    for target in range(1, space.n):
        part = target - 1
        named = bool(space.labels[target]) and not space.is_a(target, Idea.TOTAL)
        begins = part == 0 or space.gaps[part] >= 2
        if named or not begins or space.gaps[target] >= 2 or not space.labels[part]:
            continue
        if repeats(space, target, part):
            yield Candidate(target, (part,), (1.0,), _LONE_BITS, 1, 0, Basis.STRUCTURE, "lone")


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
        both &= (space.filled[part] != 0) | (space.filled[target] != 0)
        same = both & (space.values[part] == space.values[target])
        if both.any() and same.sum() * 2 > both.sum():
            held, failed = int(same.sum()), int(both.sum() - same.sum())
            yield Candidate(target, (part,), (1.0,), 10.0, held, failed, Basis.LABEL, "net")
