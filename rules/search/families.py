"""Totals that stand or fall together: every group of an indentation, every code with its subcodes.

Where nearly all groups of a table are the sums of their members, one that is not is an error, even
in a single column, where its own figures could never prove that the sum was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.model import Basis
from rules.search.candidate import Candidate, Weighed, is_total, target_prior, weigh
from rules.search.slipped import slip_bits
from rules.search.space import Space
from rules.search.weighing import Parts, weigh_many

LEFT_OUT = "left-out"  # kind of a section whose total leaves out the line farthest from it
_PRIOR = {"level": 3.0, "code": 2.0, "lone": 0.0, "section": 3.0, "block": 0.0}
_FEWEST = 4  # groups that hold before the rest of a family is believed
_MOST_FAILING = 1 / 8  # share of groups that may fail in a family whose failures are errors
_MOST_OPEN = 1 / 3  # the same for a family that only vouches for near misses
_VOUCHED = 10.0  # bits for a member of a proven family
_SLIP = -2.0  # bits of a slip, down to where a total that closes a section is meant all the same
_FAILING = 6.0  # bits of a member that fails wherever it is told
_NEAR = 0.25  # share of the figure within which a failing member looks like a slip
_OF_THOUSAND = 0.999  # of a part a thousand times too large, by which it is too large
_ONE_BITS = 6.0  # of a section whose figures are those of one of its lines
_LONE_BITS = 6.5  # of a group with one member of the same amount


@dataclass(frozen=True, slots=True)
class _Group:
    target: int
    parts: tuple[int, ...]
    weighed: Weighed


def family(
    space: Space,
    groups: Iterable[tuple[int, list[int]]],
    kind: str,
    whole: frozenset[int] = frozenset(),
) -> Iterator[Candidate]:
    """Candidates for ``groups`` of a total and its members, judged as one family.

    ``whole`` are the totals that need no family: their words and place say what they sum up, so
    one that fails is believed when its difference looks like a slip.
    """
    wanted, lone = [], []
    for target, parts in groups:
        if len(parts) > 1:
            wanted.append((target, parts))
        elif parts:
            lone.append((target, parts[0]))
    many = _groups(space, wanted)
    held = sum(1 for g in many if g.weighed.held and g.weighed.held >= g.weighed.failed)
    failed = sum(1 for g in many if g.weighed.failed > g.weighed.held)
    proven = held >= _FEWEST and failed <= _MOST_OPEN * (held + failed)
    strict = proven and failed <= _MOST_FAILING * (held + failed)
    for group in many:
        vouched = held if proven else 0
        named = group.target in whole
        if named and not group.weighed.held and _repeats_one(space, group, held > 0 and not failed):
            yield _candidate(group, kind, _ONE_BITS, vouched)
        else:
            yield from _member(space, group, kind, vouched, strict, slip=named)
    for over, under in lone:
        # of two lines the total is the one that is called so, however far in it stands
        swapped = is_total(space, under) and not is_total(space, over)
        target, part = (under, over) if swapped else (over, under)
        if repeats(space, target, part):
            yield Candidate(
                target, (part,), (1.0,), _LONE_BITS, 1, 0, Basis.STRUCTURE, kind, vouched=held
            )


def _groups(space: Space, wanted: Sequence[tuple[int, list[int]]]) -> list[_Group]:
    """Totals and their members, weighed at once."""
    if not wanted:
        return []
    targets = np.array([target for target, _ in wanted], dtype=np.int64)
    lines = np.array([line for _, parts in wanted for line in parts], dtype=np.int64)
    lengths = np.array([len(parts) for _, parts in wanted], dtype=np.int64)
    weighed = weigh_many(space, targets, Parts(lines, lengths))
    facts = zip(weighed.bits.tolist(), weighed.held.tolist(), weighed.failed.tolist(), strict=True)
    return [
        _Group(target, tuple(parts), Weighed(*fact))
        for (target, parts), fact in zip(wanted, facts, strict=True)
    ]


def _near_miss(space: Space, group: _Group) -> bool:
    return _comes_near(space, group.target, np.array(group.parts, dtype=np.int64))


def _comes_near(space: Space, target: int, parts: NDArray[np.int64]) -> bool:
    """Whether the sum looks like a slip wherever it fails: near the total, a power of ten away, or
    off by a part that has the wrong sign, was left out or is a thousand times too large."""
    rows = space.filled[parts]
    total, reported = rows.sum(axis=0), space.filled[target]
    told = space.present[target] & (total != 0) & (reported != 0)
    if not told.any():
        return False
    ratio = np.abs(reported[told] / total[told])
    tens = np.abs(np.log10(ratio) - np.rint(np.log10(ratio))) < 1e-3
    gap, sizes = np.abs(reported - total)[told], np.abs(rows[:, told])
    slack = np.maximum(space.steps[target][told], 1e-9 * np.abs(reported[told]))
    of_part = (sizes > 0) & (np.abs(gap - 2 * sizes) <= slack)
    of_part |= (sizes > 0) & (np.abs(gap - _OF_THOUSAND * sizes) <= slack)
    if len(parts) > 2:
        of_part |= (sizes > 0) & (np.abs(gap - sizes) <= slack)
    return bool(np.all((np.abs(ratio - 1) <= _NEAR) | tens | of_part.any(axis=0)))


def _stands_alone(space: Space, target: int, parts: NDArray[np.int64]) -> bool:
    """A total of a single amount: one that is off by the same line in every column is no slip."""
    told = space.present[target] & (space.values[target] != 0) & (space.additive > 0.5)
    return int((told & space.present[parts].any(axis=0)).sum()) == 1


def _but_for_one(space: Space, target: int, parts: NDArray[np.int64]) -> float:
    """Bits for the total of a section that leaves out the line at the far end, and is the sum of
    all others; 0 for any other.

    The line beside the total may be a subtotal without a name, and one that is as large as the
    total is one, so these are left out with reason.
    """
    far, others = (parts[0], parts[1:]) if target > parts[0] else (parts[-1], parts[:-1])
    if len(others) < 2 or (space.filled[far] == space.filled[target]).all():
        return 0.0
    weighed = weigh(space, target, others, np.ones(len(others)))
    return weighed.bits if weighed.held else 0.0


def _member(
    space: Space, group: _Group, kind: str, vouched: int, strict: bool, *, slip: bool
) -> Iterator[Candidate]:
    weighed = group.weighed
    chosen = group.target, np.array(group.parts, dtype=np.int64)
    bits = weighed.bits + target_prior(space, group.target) + _PRIOR[kind]
    if vouched:
        bits += _VOUCHED
    holds = bool(weighed.held)
    if not holds and vouched and weighed.failed and (strict or _near_miss(space, group)):
        bits = max(bits, _FAILING)
    elif not holds and slip and weighed.failed == 1 and _stands_alone(space, *chosen):
        but_for_one = _but_for_one(space, *chosen)
        if not but_for_one and float(slip_bits(space, *chosen).sum()) < _SLIP:
            return
        bits, vouched = _FAILING, 1  # its words speak for it, as a like total that holds would
        if but_for_one:
            bits, kind = max(bits, but_for_one + _PRIOR[kind]), LEFT_OUT
    elif bits <= 0 or not holds:
        return
    yield _candidate(group, kind, bits, vouched)


def _candidate(group: _Group, kind: str, bits: float, vouched: int) -> Candidate:
    return Candidate(
        group.target,
        group.parts,
        (1.0,) * len(group.parts),
        bits,
        group.weighed.held,
        group.weighed.failed,
        Basis.LABEL if kind in ("section", LEFT_OUT) else Basis.STRUCTURE,
        kind,
        vouched=vouched,
    )


def _repeats_one(space: Space, group: _Group, others: bool) -> bool:
    """Whether the parts of a total come to it everywhere, though no two of them ever count: a
    section with one line in use. One with none is told by ``others`` of the table that hold."""
    told = space.present[group.target]
    reported = space.filled[group.target, told]
    total = space.filled[list(group.parts)][:, told].sum(axis=0)
    same = np.abs(reported - total) <= 1e-9 * np.abs(reported)
    return bool(told.any() and same.all() and (others or (reported != 0).any()))


def repeats(space: Space, target: int, part: int) -> bool:
    """True where ``target`` reads as ``part`` in every observation, and not only zero."""
    same = space.filled[target] == space.filled[part]
    return bool(same.all() and (space.filled[target] != 0).any())
