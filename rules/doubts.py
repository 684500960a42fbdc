"""Which failing checks are no errors: their relation was not meant there.

A relation that is an error where it fails holds nearly everywhere else, with figures of many digits
that differ from each other. One that fails in a third of its lines is another relation, or none; so
is one that only holds where its figures are zero, round or the same again, and one whose figure
another, stronger relation explains.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rules.corroborate import corroborated, slipped
from rules.diagnose.system import System
from rules.ledger import BASES, OPERATIONS, VERDICTS, Ledger
from rules.model import Basis, Operation, Verdict
from rules.relation import Relation

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

_DISCREPANCY = VERDICTS.index(Verdict.DISCREPANCY)
_LINEAR = tuple(
    OPERATIONS.index(kind)
    for kind in (Operation.SUM, Operation.NET, Operation.DIFFERENCE, Operation.CHANGE)
)
_QUOTIENTS = tuple(OPERATIONS.index(k) for k in (Operation.RATIO, Operation.PERCENT_CHANGE))
_STATED = (BASES.index(Basis.DECLARED),)  # somebody said so, of every line
_NAMED = ("RF", "ST", "FM")  # families whose rules know from words or formulas what was meant
_MOST_DIGITS = 6  # of a figure that count as evidence
_BITS = 3.32  # per decimal digit
_FEW, _MANY = 6, 20  # checks of a relation: below, half may fail; above, few may
_SHARE_FEW, _SHARE_MANY = 0.5, 0.15
_ENOUGH = 12.0  # bits behind a relation that words or structure name
_ENOUGH_NUMERIC = 45.0  # bits behind one that only its figures name
_FEWEST_NUMERIC = 3  # different holding checks of such a relation
_TELLING_DIGITS = 3  # of a part that a difference is as large as
_OF_THOUSAND = 0.999  # of a part a thousand times too large, by which it is too large
_FEWEST_PARTS = 3  # a difference of two lines is often as large as one of them
_VOUCHED_BITS = 10.0  # of one like relation that holds
_FEWEST_QUOTIENTS = 2  # different shares or changes that hold before one may be wrong
_NETS = (OPERATIONS.index(Operation.NET), OPERATIONS.index(Operation.DIFFERENCE))
_HABIT = 3  # nets of the wrong sign from which that is a habit of the author
_CLOSE = 0.25  # share of the larger figure within which a difference looks like a slip
_RIVAL = 0.8  # share of a relation's strength from where another one that holds replaces it
_NEAR = 0.02  # the same, for what cannot be an accident: it speaks for the relation itself
_FEWEST_LONE = 5  # holding checks from which one part alone may be judged


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for each relation of a ledger, arrays by relation number."""

    bits: Floats  # digits of different figures that agree
    held: Ints  # different checks that hold with two or more parts that are not zero
    failed: Ints
    lost: Floats  # digits of the figures that fail


@dataclass(frozen=True, slots=True)
class Doubts:
    """Flags per check: ``dropped`` were never meant, ``asked`` may have been meant."""

    dropped: Flags
    asked: Flags


def doubts(ledger: Ledger, relations: Sequence[Relation]) -> Doubts:
    """The failing checks of ``ledger`` whose relation is not, or not surely, meant there."""
    n = len(ledger)
    failing = ledger.verdict >= _DISCREPANCY
    nothing = np.zeros(n, dtype=np.bool_)
    if not failing.any():
        return Doubts(nothing, nothing)
    live, informative = informative_checks(ledger)
    known = support(ledger, live, informative)
    relation = ledger.relation
    failed = known.failed[relation]
    vouched = _vouched(relations, len(known.held))
    known = replace(known, bits=known.bits + _VOUCHED_BITS * vouched, held=known.held + vouched)
    system = System(ledger)
    witnessed = corroborated(system, relations, failing)
    held = known.held[relation] + witnessed
    bits, lost = known.bits[relation] + _VOUCHED_BITS * witnessed, known.lost[relation]
    linear = np.isin(ledger.operation, _LINEAR)
    judged = failing & (linear | np.isin(ledger.operation, _QUOTIENTS))
    judged &= ~np.isin(ledger.basis, _STATED)
    named = np.array([code[:2] in _NAMED for code in ledger.rules], dtype=np.bool_)
    judged &= ~named[ledger.rule]
    numeric = ledger.basis == BASES.index(Basis.NUMERIC)
    few = np.diff(ledger.start) <= 2
    total = held + failed
    slope = np.clip((total - _FEW) / (_MANY - _FEW), 0.0, 1.0)
    allowed = _SHARE_FEW + slope * (_SHARE_MANY - _SHARE_FEW)
    near = np.bincount(relation[failing & _within(ledger, _NEAR)], minlength=len(known.held))
    spared = (1.0 - slope) * 0.5 * near[relation]
    frequent = failed - spared > allowed * total + 0.01
    accidental = (
        numeric & few & ((bits < _ENOUGH_NUMERIC) | (held < _FEWEST_NUMERIC) | (lost > bits / 2))
    )
    weak = bits < _ENOUGH
    far = ~(_close(ledger) | witnessed | slipped(system, judged))
    lone = linear & (live < 2) & ((held < _FEWEST_LONE) | (failed * 5 > held))
    aliased = _aliased(ledger, relations, known, informative)
    dropped = judged & (accidental | lone | (weak & far) | (held == 0) & far)
    dropped |= aliased & ~np.isin(ledger.basis, _STATED) & ~named[ledger.rule]
    dropped |= judged & ~linear & ((held < _FEWEST_QUOTIENTS) | weak)
    dropped |= judged & (bits < _ENOUGH_NUMERIC) & (held < _FEWEST_NUMERIC) & far
    flipped = judged & _flipped(ledger)
    asked = judged & ~dropped & (frequent | (flipped & (flipped.sum() >= _HABIT)))
    dropped |= judged & _of_magnitudes(ledger)
    asked &= ~dropped
    return Doubts(dropped | (asked & numeric), asked & ~numeric)


def _flipped(ledger: Ledger) -> Flags:
    """Nets that are right but for their sign: where that comes back, it is how the author signs."""
    reported = ledger.figures.value[ledger.target]
    slack = ledger.tolerance + 1e-9 * np.abs(reported)
    nets = np.isin(ledger.operation, _NETS)
    opposite = np.abs(reported + ledger.recomputed) <= slack
    return np.asarray(nets & opposite & (np.abs(reported) > slack), dtype=np.bool_)


def _of_magnitudes(ledger: Ledger) -> Flags:
    """Sums over nets that are printed without their sign: they cannot add up."""
    starts = ledger.start[:-1]
    turned = np.zeros(len(ledger.figures), dtype=np.bool_)
    first = np.zeros(len(ledger), dtype=np.float64)
    there = np.diff(ledger.start) > 0
    first[there] = ledger.factor[starts[there]]
    nets = np.isin(ledger.operation, _NETS) & (first < 0) & (ledger.verdict < _DISCREPANCY)
    turned[ledger.target[nets & (np.diff(ledger.start) > 1)]] = True
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    count = np.bincount(owner, weights=turned[ledger.part], minlength=len(ledger))
    sums = (ledger.operation == OPERATIONS.index(Operation.SUM)) & (np.diff(ledger.start) > 2)
    return np.asarray(sums & (count > 0), dtype=np.bool_)


def _vouched(relations: Sequence[Relation], n: int) -> Ints:
    """How many like relations speak for each relation, shape ``(n,)``."""
    result = np.zeros(n, dtype=np.int64)
    told = np.array([r.vouched for r in relations[:n]], dtype=np.int64)
    result[: len(told)] = told
    return result


def informative_checks(ledger: Ledger) -> tuple[Ints, Flags]:
    """How many parts of each check are not zero, and whether its agreement would prove anything:
    a difference of two equal figures that is zero says only that they are equal."""
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    there = ledger.figures.value[ledger.part] != 0
    live = np.bincount(owner, weights=there, minlength=len(ledger)).astype(np.int64)
    zero = ledger.figures.value[ledger.target] == 0
    informative = (live >= 2) & ~(zero & (live < 3))
    informative |= np.isin(ledger.operation, _QUOTIENTS) & ~zero
    return live, informative


def support(ledger: Ledger, live: Ints, informative: Flags) -> Support:
    """The evidence for every relation of ``ledger``; repeated figures count once."""
    n = int(ledger.relation.max(initial=-1)) + 1
    agreed = (ledger.verdict < _DISCREPANCY) & informative
    reported = ledger.figures.value[ledger.target]
    largest = np.zeros(len(ledger))
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    np.maximum.at(largest, owner, np.abs(ledger.figures.value[ledger.part]))
    telling = np.where(reported != 0, np.abs(reported), largest)
    worth = _BITS * np.minimum(significant_digits(telling), _MOST_DIGITS)
    rows = np.flatnonzero(agreed)
    keys = np.column_stack([ledger.relation[rows], reported[rows], largest[rows]])
    _, first = np.unique(keys, axis=0, return_index=True)
    rows = rows[first]
    bits = np.bincount(ledger.relation[rows], weights=worth[rows], minlength=n).astype(np.float64)
    held = np.bincount(ledger.relation[rows], minlength=n)
    failing = ledger.verdict >= _DISCREPANCY
    failed = np.bincount(ledger.relation[failing], minlength=n)
    lost = np.bincount(ledger.relation[failing], weights=worth[failing], minlength=n)
    return Support(bits, held.astype(np.int64), failed.astype(np.int64), lost.astype(np.float64))


def significant_digits(values: Floats) -> Ints:
    """Digits of each figure without the zeros at its end; 0 for zero.

    >>> significant_digits(np.array([1200.0, 3.25, 0.0])).tolist()
    [2, 3, 0]
    """
    size = np.abs(values)
    with np.errstate(divide="ignore"):
        top = np.where(size > 0, np.floor(np.log10(np.where(size > 0, size, 1.0))), 0.0)
    mantissa = np.rint(size / 10.0 ** (top - _MOST_DIGITS + 1)).astype(np.int64)
    digits = np.full(len(values), _MOST_DIGITS, dtype=np.int64)
    for _ in range(_MOST_DIGITS):
        even = (mantissa % 10 == 0) & (mantissa > 0)
        mantissa = np.where(even, mantissa // 10, mantissa)
        digits -= even
    return np.where(size > 0, digits, 0)


def _close(ledger: Ledger) -> Flags:
    """Failing checks that look like a slip: near the right value, off by its scale or sign, or by
    a part that was left out, counted twice, has the wrong sign or is a thousand times too large."""
    reported = ledger.figures.value[ledger.target]
    near = _within(ledger, _CLOSE)
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.abs(np.log10(np.abs(reported / ledger.recomputed)))
    times = np.where(np.isfinite(times), times, 0.5)  # no power of ten
    scaled = np.abs(times - np.rint(times)) < 1e-3
    owner = np.repeat(np.arange(len(ledger)), np.diff(ledger.start))
    part = np.abs(ledger.factor * ledger.figures.value[ledger.part])
    gap = np.abs(ledger.difference)[owner]
    slack = ledger.tolerance[owner] + 1e-9 * gap
    told = significant_digits(part) >= _TELLING_DIGITS
    many = np.diff(ledger.start)[owner] >= _FEWEST_PARTS
    hit = told & ((many & (np.abs(gap - part) <= slack)) | (np.abs(gap - 2 * part) <= slack))
    hit |= told & many & (np.abs(gap - _OF_THOUSAND * part) <= slack)
    of_part = np.bincount(owner[hit], minlength=len(ledger)) > 0
    return np.asarray(near | scaled | of_part, dtype=np.bool_)


def _within(ledger: Ledger, share: float) -> Flags:
    """Checks whose difference is at most that share of the larger figure."""
    reported = ledger.figures.value[ledger.target]
    size = np.maximum(np.abs(reported), np.abs(ledger.recomputed))
    return np.asarray(np.abs(ledger.difference) <= share * size, dtype=np.bool_)


def _aliased(
    ledger: Ledger, relations: Sequence[Relation], known: Support, informative: Flags
) -> Flags:
    """Checks of relations that a stronger one along the same axis replaces: where they fail, that
    one holds.

    Two differences of one figure compete, and so do two relations that share a part. A total of
    subtotals and the total of their lines do not: both are meant.
    """
    axis = np.array([r.axis for r in relations] + [2], dtype=np.int64)
    mine = axis[np.minimum(ledger.relation, len(relations))]
    strength = known.bits[ledger.relation] / (1.0 + known.failed[ledger.relation])
    agreed = (ledger.verdict < _DISCREPANCY) & informative & np.isin(ledger.operation, _LINEAR)
    explained: dict[tuple[int, int], list[int]] = defaultdict(list)
    for check in np.flatnonzero(agreed):
        explained[int(ledger.target[check]), int(mine[check])].append(int(check))
    signed = np.zeros(len(ledger), dtype=np.bool_)
    signed[np.repeat(np.arange(len(ledger)), np.diff(ledger.start))[ledger.factor < 0]] = True
    replaced: dict[int, set[int]] = defaultdict(set)  # relation -> those that hold instead of it
    for check in np.flatnonzero(ledger.verdict >= _DISCREPANCY):
        parts = set(ledger.part[ledger.start[check] : ledger.start[check + 1]].tolist())
        for other in explained.get((int(ledger.target[check]), int(mine[check])), ()):
            competes = signed[check] and signed[other]
            span = ledger.part[ledger.start[other] : ledger.start[other + 1]]
            competes = competes or not parts.isdisjoint(span.tolist())
            if competes and strength[other] > _RIVAL * strength[check]:
                replaced[int(ledger.relation[check])].add(int(ledger.relation[other]))
    for relation, others in replaced.items():
        order = (float(known.bits[relation]) / (1.0 + int(known.failed[relation])), -relation)
        for other in list(others):
            rival = (float(known.bits[other]) / (1.0 + int(known.failed[other])), -other)
            if relation in replaced.get(other, ()) and order > rival:
                others.discard(other)  # of two that replace each other the stronger stays
    return _replaced(ledger, replaced)


def _replaced(ledger: Ledger, replaced: Mapping[int, set[int]]) -> Flags:
    """The checks of each replaced relation whose figure a relation that replaces it judges too."""
    result = np.zeros(len(ledger), dtype=np.bool_)
    if not replaced:
        return result
    judges: dict[int, set[int]] = defaultdict(set)
    for relation, figure in zip(ledger.relation.tolist(), ledger.target.tolist(), strict=True):
        judges[figure].add(relation)
    for check in np.flatnonzero(np.isin(ledger.relation, list(replaced))):
        others = replaced[int(ledger.relation[check])]
        result[check] = not others.isdisjoint(judges[int(ledger.target[check])])
    return result
